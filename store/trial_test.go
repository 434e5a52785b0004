package store

import (
	"context"
	"testing"

	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/sequencer/trial"
)

// emptied gives a log in which nothing stands, each time that of one database.
func emptied(s *Store) trial.Factory {
	return func(t testing.TB) sequencer.Records {
		t.Helper()
		err := s.change(context.Background(), func(tx transaction) error {
			for _, name := range []string{"log_waiting", "log_blocks", "log_leaves", "log_openings", "log_hashes", "log_receipts", "log_documents"} {
				if _, err := tx.ExecContext(context.Background(), "DELETE FROM "+name); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return s.Log()
	}
}

// The log is published as if nothing had happened, whatever call its sequencer
// is killed at and however another one comes between. The race detector watches
// a sample of that.
func TestSequencerOnTrial(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		if raced {
			trial.Killed(t, emptied(s), some10th())
			trial.Twice(t, emptied(s), some10th())
			return
		}
		trial.Run(t, emptied(s), trial.Changes)
	})
}

// some10th chooses every tenth call that changes something.
func some10th() func(string) bool {
	n := 0
	return func(call string) bool {
		if !trial.Changes(call) {
			return false
		}
		n++
		return n%10 == 1
	}
}
