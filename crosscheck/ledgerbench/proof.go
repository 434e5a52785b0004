package main

import (
	"context"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/proof/entry"
	"github.com/rogatory/rogatory/witness"
)

// A proved is how long the file of a person takes.
type proved struct {
	Bytes        int
	Made         time.Duration // from the published folder
	Read, Verify float64       // microseconds: from bytes to finding, and the verification in it
}

// proofFile makes the file of one person out of the log and verifies it offline:
// a request, the duty to tell, extended once by a judge, then told; cosigned
// checkpoints before and behind each.
func (t task) proofFile(wants []entry.Want) (*proved, error) {
	trust, err := t.trust()
	if err != nil {
		return nil, err
	}
	source, err := witness.NewSource(t.Place)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	f, err := entry.Build(context.Background(), source, trust, wants)
	if err != nil {
		return nil, err
	}
	p := &proved{Made: time.Since(start)}
	text := f.Marshal()
	p.Bytes = len(text)
	p.Read, err = median(300, func() error {
		f, err := entry.Parse(text)
		if err != nil {
			return err
		}
		found, err := entry.Verify(f, trust)
		if err != nil {
			return err
		}
		if len(found.Duties) != 1 || found.Duties[0].Settled != ledger.Notified || found.Duties[0].Extensions != 1 || found.Entries[0].Entered.NotAfter.IsZero() {
			return fault.Invalidf("proof", "it proves something else: %+v", found)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.Verify, err = median(300, func() error {
		_, err := entry.Verify(f, trust)
		return err
	})
	return p, err
}
