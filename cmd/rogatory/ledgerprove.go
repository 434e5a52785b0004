package main

import (
	"context"
	"os"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/proof/entry"
	"github.com/rogatory/rogatory/witness"
)

type ledgerProve struct {
	named
	Out string `required:"" help:"Where the proof file is put, for the person it concerns." placeholder:"FILE" type:"path"`
}

// Run makes a proof file from what is published. It is checked before anybody
// gets it.
func (c *ledgerProve) Run(s *streams) error {
	return c.on(s, lifecycle.Note, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		file, err := o.prove(ctx, who, ref)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Out, file.Marshal(), 0o600); err != nil {
			return err
		}
		s.paper.line("%s: %d entries; whoever has it checks it by: rogatory verify %s --vkey FILE", c.Out, len(file.Entries), c.Out)
		return nil
	})
}

// prove makes the proof file of a case.
func (o *opened) prove(ctx context.Context, who docket.Actor, ref docket.Ref) (*entry.File, error) {
	shown, err := o.Prove(ctx, who, ref)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, x := range shown {
		keys = append(keys, x.Key)
	}
	at, err := o.log.records.Index(ctx, keys)
	if err != nil {
		return nil, err
	}
	var wants []entry.Want
	for i := range shown {
		p, ok := at[shown[i].Key]
		if !ok || !p.Sequenced {
			return nil, fault.Conflictf(string(ref), "not everything of this case is published yet").WithHint("wait for the next block, or for the next batch of duties")
		}
		wants = append(wants, entry.Want{Index: p.Index, Opening: &shown[i].Opening})
	}
	source, err := witness.NewSource(o.place(o.settings.Log.Folder))
	if err != nil {
		return nil, err
	}
	trust, err := monitor.NewTrust(o.log.vkey, nil)
	if err != nil {
		return nil, err
	}
	return entry.Build(ctx, source, trust, wants)
}
