// Package sequencer brings what waits into the public log: it gives the leaves
// of an epoch their places, publishes them as static files, and has the
// checkpoint signed and cosigned.
//
// It promises that a leaf stands in the log once, that no two checkpoints
// contradict each other, whatever crashes, is restored from a backup, or runs
// twice, and that nothing is signed that was not read back as published. Every
// step can be repeated. Where it cannot be sure it stops, says so, and signs
// nothing: a log that stops is seen by everybody, a log that forks is not.
//
// It refuses to repair by itself what contradicts the database. That is what
// Recover is for, which somebody calls who knows why.
package sequencer

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// Parts are what a Sequencer works with.
type Parts struct {
	Records   Records
	Files     Files
	Mark      Mark
	Witnesses Witnesses                                               // nil: the log has none, and says so by having no policy for them
	Key       note.Signer                                             // of the log
	VKey      string                                                  // its public key; the name in it is the origin
	Policy    func(context.Context) (ledger.PolicyDoc, error)         // the one that stands in the log
	Cover     func(context.Context) (text, opening []byte, err error) // a sealed leaf behind which nothing stands
	Random    io.Reader                                               // of cryptographic quality: the order in a block must tell nothing
}

// A Sequencer publishes one log. Several may run at once on the same records.
type Sequencer struct {
	Parts
	origin   string
	verifier note.Verifier
	public   ed25519.PublicKey

	run     sync.Mutex // one run at a time; guards what follows
	tree    *tree      // as read back from what is published, equal to what is kept
	checked bool       // nothing is ahead of the database
}

// New makes a Sequencer. It touches nothing until it is run.
func New(p Parts) (*Sequencer, error) {
	verifier, public, err := ledger.ParseLogKey(p.VKey)
	if err != nil {
		return nil, err
	}
	if p.Key.Name() != verifier.Name() || p.Key.KeyHash() != verifier.KeyHash() {
		return nil, fault.Invalidf("log key", "the private key is of %s %08x, the public one of %s %08x", p.Key.Name(), p.Key.KeyHash(), verifier.Name(), verifier.KeyHash())
	}
	return &Sequencer{Parts: p, origin: verifier.Name(), verifier: verifier, public: public, tree: &tree{}}, nil
}

// most bounds the steps of one run: those of a block begun, of another, and as
// many that others have taken first.
const most = 4 * int(Published)

// Run1 finishes what is unfinished, then publishes the block of the last epoch
// that has ended unless it has one, then gives receipts for what is urgent and
// late. It reports whether anything was done. It is called again and again, by
// any number of processes.
//
// A fault.Busy passes: too few witnesses answered. A fault.Conflict does not:
// nothing is signed until somebody has looked.
func (s *Sequencer) Run1(ctx context.Context, now time.Time) (bool, error) {
	s.run.Lock()
	defer s.run.Unlock()
	worked := false
	for range most {
		did, err := s.step(ctx, now)
		worked = worked || did
		if fault.KindOf(err) == fault.Conflict {
			return worked, err
		}
		if did && err == nil {
			continue
		}
		told, late := s.receipts(ctx, now)
		return worked || told, errors.Join(err, late)
	}
	return worked, fault.Busyf("sequencer", "others were always first")
}

// Step does one thing of what Run1 does. It reports false if there was nothing.
func (s *Sequencer) Step(ctx context.Context, now time.Time) (bool, error) {
	s.run.Lock()
	defer s.run.Unlock()
	if did, err := s.step(ctx, now); did || err != nil {
		return did, err
	}
	return s.receipts(ctx, now)
}

// step takes a block from its state to the next, or begins one.
func (s *Sequencer) step(ctx context.Context, now time.Time) (bool, error) {
	did, err := s.next(ctx, now)
	if fault.KindOf(err) == fault.Conflict {
		// Whatever was read so far may be what is wrong.
		s.checked, s.tree = false, &tree{}
	}
	return did, err
}

func (s *Sequencer) next(ctx context.Context, now time.Time) (bool, error) {
	if !s.checked {
		if err := s.check(ctx); err != nil {
			return false, err
		}
	}
	head, err := s.Records.Head(ctx)
	if err != nil {
		return false, err
	}
	if head.Last == nil || head.Last.State == Published {
		return s.sequence(ctx, now)
	}
	return true, s.advance(ctx, head.Last)
}

// Published reports whether every leaf stands in a published checkpoint, or is
// urgent and has a provisional receipt. Of no leaf at all it is not true.
func (s *Sequencer) Published(ctx context.Context, keys ...string) (bool, error) {
	at, err := s.Records.Index(ctx, keys)
	if err != nil {
		return false, err
	}
	for _, key := range keys {
		p := at[key]
		if p.State != Published && !(p.Urgent && p.Receipt != nil) {
			return false, nil
		}
	}
	return len(keys) > 0, nil
}
