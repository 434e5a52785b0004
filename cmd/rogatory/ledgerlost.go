package main

import (
	"context"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/shelf"
	"github.com/rogatory/rogatory/witness"
)

// A lostDuty is one that oversight voided although no case is left that opened it.
type lostDuty struct {
	By  string    `json:"by"`
	At  time.Time `json:"at"`
	Why string    `json:"why"`
}

type ledgerLost struct {
	at
	Duty ledger.ID `arg:"" help:"The id of the duty, as the public log has it."`
	Why  string    `required:"" help:"What became of the case, and who was told otherwise; it is kept."`
}

// Run voids a duty of a case that was lost with the records. It has to stand open
// in the public log, and oversight's key signs it there.
func (c *ledgerLost) Run(s *streams) error {
	return c.on(s, lifecycle.SettleDuty, func(ctx context.Context, o *opened, who docket.Actor) error {
		if who.Role != lifecycle.Oversight {
			return fault.Forbiddenf(who.Name, "oversight alone voids a duty")
		}
		key, err := o.signingKey(who)
		if err != nil {
			return err
		}
		if err := o.standsOpen(ctx, c.Duty); err != nil {
			return err
		}
		now := o.clock()
		policy, roles := o.log.Terms()
		draft := ledger.Settle{Batch: ledger.EpochAt(now, policy.EpochMinutes), ID: c.Duty, As: ledger.Void}
		leaf, err := o.log.signed(draft, key, &roles)
		if err != nil {
			return err
		}
		why := &shelf.Item[lostDuty]{ID: c.Duty.String(), Value: lostDuty{By: who.Name, At: now, Why: c.Why}}
		if err := shelf.DrawerOf[lostDuty](o.shelf, "lost-duty").Put(ctx, why); err != nil {
			return err
		}
		w := &sequencer.Waiting{Key: "log void " + c.Duty.String(), Class: ledger.Public, Text: leaf.Marshal(), At: now}
		if err := o.log.records.Wait(ctx, w, nil); err != nil {
			return err
		}
		s.paper.line("%s  void with the next batch; everybody will see that oversight voided it", c.Duty)
		return nil
	})
}

// standsOpen reads the public log from its first leaf, as a stranger would.
func (o *opened) standsOpen(ctx context.Context, id ledger.ID) error {
	source, err := witness.NewSource(o.place(o.settings.Log.Folder))
	if err != nil {
		return err
	}
	trust, err := monitor.NewTrust(o.log.vkey, nil)
	if err != nil {
		return err
	}
	found, err := monitor.NewFollower(trust, source, nil).Follow(ctx, o.clock())
	if err != nil {
		return err
	}
	for _, d := range found.Monitor.Open() {
		if d.ID == id {
			return nil
		}
	}
	return fault.NotFoundf(id.String(), "is no duty that stands open in the public log").WithHint("`rogatory ledger monitor` shows those that do")
}
