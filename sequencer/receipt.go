package sequencer

import (
	"bytes"
	"context"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// patience is how long what is urgent waits for the log before its promise is
// enough.
const patience = 15 * time.Minute

// receipts promises in writing that what is urgent and late will stand in the
// log, and shows the public every promise that is not kept yet. It reports
// whether anything changed.
func (s *Sequencer) receipts(ctx context.Context, now time.Time) (bool, error) {
	did, err := s.promise(ctx, now)
	if err != nil {
		return did, err
	}
	standing, err := s.Records.Receipts(ctx)
	if err != nil {
		return did, err
	}
	notes := make([][]byte, len(standing))
	for i, r := range standing {
		notes[i] = r.Note
	}
	file := ledger.JoinProvisionals(notes)
	shown, err := s.Files.Get(ctx, provisionalFile)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return did, err
	}
	if bytes.Equal(shown, file) {
		return did, nil
	}
	return true, s.Files.Replace(ctx, provisionalFile, file)
}

// promise signs a receipt for every leaf that is urgent and late.
func (s *Sequencer) promise(ctx context.Context, now time.Time) (bool, error) {
	late, err := s.Records.Urgent(ctx, now.Add(-patience))
	if err != nil || len(late) == 0 {
		return false, err
	}
	policy, err := s.Policy(ctx)
	if err != nil {
		return false, err
	}
	did := false
	for i, w := range late {
		leaf, err := ledger.Parse(w.Text)
		if err != nil {
			return did, badLeaf(&late[i], "%v", err)
		}
		// It stands in the log at the end of the epoch, or of the batch, and has
		// one more to be published.
		epoch := ledger.EpochAt(now, policy.EpochMinutes)
		p := ledger.Provisional{Origin: s.origin, At: now.UTC().Truncate(time.Second)}
		switch l := leaf.(type) {
		case ledger.Sealed:
			p.Hash = l.Hash
			for range i / policy.Block {
				epoch = epoch.Next(policy.EpochMinutes)
			}
		case ledger.Duty:
			p.Hash = l.Hash
			for !policy.IsBatch(epoch) {
				epoch = epoch.Next(policy.EpochMinutes)
			}
		default:
			continue // it was signed by whoever it concerns, and commits to nothing
		}
		p.By = epoch.Next(policy.EpochMinutes).End(policy.EpochMinutes)
		note, err := p.Sign(s.Key)
		if err != nil {
			return did, err
		}
		if err := s.Records.PutReceipt(ctx, w.Key, note); err != nil {
			return did, err
		}
		did = true
	}
	return did, nil
}
