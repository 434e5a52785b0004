package trial

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
)

// Begin is when the log on trial begins: day 34 of 2027.
var Begin = time.Date(2027, 2, 3, 0, 10, 0, 0, time.UTC)

// A phase is a time at which a sequencer is run, and what waits by then.
type phase struct {
	now  time.Time
	down bool // witnesses do not answer
	wait []Waits
}

// Waits is a leaf that waits, and the document it names.
type Waits struct {
	Leaf sequencer.Waiting
	Doc  []byte
}

// script is the life of a log: its beginning, a block, one with duties and
// settles while no witness answers and something is urgent, its publication, and
// after missed epochs one with what found no room, and a report.
func (w *World) script() []phase {
	random := NewStream("script")
	sealed := func(key string, at time.Time, urgent bool) Waits {
		return Waits{Leaf: sequencer.Waiting{Key: key, Class: sequencer.Sealed, Text: SealedText(random), Opening: []byte("opening of " + key), Urgent: urgent, At: at}}
	}
	hours := func(h, m int) time.Time { return Begin.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute) }
	due := ledger.Date{Year: 2027, Month: 5, Day: 31}
	duty := Waits{Leaf: sequencer.Waiting{Key: "1 notify", Class: sequencer.Public, At: hours(5, 0),
		Text: ledger.Duty{Class: ledger.Notify, ID: ledger.ID{1}, Due: due, Hash: ledger.Hash{1}}.Marshal()}}
	settle := Waits{Leaf: sequencer.Waiting{Key: "1 settle", Class: sequencer.Public, At: hours(6, 0), Text: w.Oversees(ledger.Settle{
		Batch: ledger.EpochAt(hours(6, 0), w.Policy.EpochMinutes), ID: ledger.ID{1}, As: ledger.Void}).Marshal()}}
	doc := []byte("a report")
	report := Waits{Leaf: sequencer.Waiting{Key: "report", Class: sequencer.Document, At: hours(20, 0), Text: w.Oversees(ledger.Report{
		Period: "2027-Q1", From: 2, To: 6, Doc: ledger.DocumentHash(doc)}).Marshal()}, Doc: doc}
	return []phase{
		{now: Begin, wait: w.Founding()},
		{now: hours(6, 0), wait: []Waits{sealed("1 1", hours(1, 0), false), sealed("1 2", hours(2, 0), false), sealed("2 1", hours(5, 40), true), duty}},
		{now: hours(12, 0), down: true, wait: []Waits{
			sealed("3 1", hours(7, 0), false), sealed("3 2", hours(7, 0), false), sealed("3 3", hours(8, 0), false), sealed("3 4", hours(9, 0), false),
			sealed("4 1", hours(11, 30), true), settle,
		}},
		{now: hours(12, 10)},
		{now: hours(24, 0), wait: []Waits{report}},
		{now: hours(30, 0)},
	}
}

// Oversees signs a leaf with the key of oversight.
func (w *World) Oversees(l ledger.Signed) ledger.Leaf {
	return ledger.Sign(Origin, l, func(m []byte) []byte { return ed25519.Sign(w.Oversight, m) }, w.Oversight.Public().(ed25519.PublicKey))
}

// Founding gives the roles and the policy the log begins with.
func (w *World) Founding() []Waits {
	_, public, err := ledger.ParseLogKey(w.VKey)
	must(err)
	roles := ledger.RolesDoc{Origin: Origin, Log: public, Demonstration: true, Keys: map[ledger.Role][]ed25519.PublicKey{
		ledger.RoleOversight: {w.Oversight.Public().(ed25519.PublicKey)},
	}}.Marshal()
	policy := w.Policy.Marshal()
	return []Waits{
		{sequencer.Waiting{Key: "roles 1", Class: sequencer.Document, At: Begin, Text: w.Oversees(ledger.Roles{Doc: ledger.DocumentHash(roles)}).Marshal()}, roles},
		{sequencer.Waiting{Key: "policy 1", Class: sequencer.Document, At: Begin, Text: w.Oversees(ledger.Policy{Doc: ledger.DocumentHash(policy), From: "2027-02"}).Marshal()}, policy},
	}
}

// Play runs the script from a phase on with one process, and leaves there the
// phase in which it ended: the number of phases, or that in which it was killed.
func (w *World) Play(ctx context.Context, c *Calls, at *int) error {
	var s *sequencer.Sequencer
	for script := w.script(); *at < len(script); *at++ {
		i, p := *at, script[*at]
		if w.Witnesses != nil {
			w.Witnesses.Down = p.down
		}
		for _, wait := range p.wait {
			if err := w.Records.Wait(ctx, &wait.Leaf, wait.Doc); err != nil {
				return err
			}
		}
		seed, err := w.seed(ctx, i, p.now)
		if err != nil {
			return err
		}
		if s == nil || seed != "later" {
			s = w.Sequencer(c, seed)
		}
		for {
			did, err := s.Run1(ctx, p.now)
			if fault.KindOf(err) == fault.Busy && !errors.Is(err, ErrDead) {
				break
			}
			if err != nil {
				return err
			}
			if !did {
				break
			}
		}
	}
	return nil
}

// seed gives the randomness of a phase, if its block has not been sequenced.
// Otherwise no randomness may be needed any more, and another one shows if it is.
func (w *World) seed(ctx context.Context, i int, now time.Time) (string, error) {
	head, err := w.Records.Head(ctx)
	if err != nil {
		return "", err
	}
	length := w.Policy.EpochMinutes
	epoch := ledger.EpochAt(now.Add(-time.Duration(length)*time.Minute), length)
	if head.Last != nil && head.Last.Epoch == epoch.String() {
		return "later", nil
	}
	return fmt.Sprintf("phase %d", i), nil
}
