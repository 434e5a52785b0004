package sequencer_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/sequencer/trial"
)

// later gives the time so many hours after the log began.
func later(hours int) time.Time { return trial.Begin.Add(time.Duration(hours) * time.Hour) }

// world gives a world in memory, with what it keeps.
func world(t *testing.T) (*trial.World, *memory) {
	m := newMemory(t).(*memory)
	return trial.NewWorld(m), m
}

// process gives a sequencer that nothing interrupts.
func process(w *trial.World) *sequencer.Sequencer { return w.Sequencer(&trial.Calls{}, "test") }

// wait has leaves wait.
func wait(t *testing.T, w *trial.World, list ...trial.Waits) {
	t.Helper()
	for i := range list {
		if err := w.Records.Wait(t.Context(), &list[i].Leaf, list[i].Doc); err != nil {
			t.Fatal(err)
		}
	}
}

// begun gives a world whose log has begun, and has the block that was due then.
func begun(t *testing.T) (*trial.World, *memory) {
	w, m := world(t)
	wait(t, w, w.Founding()...)
	rest(t, process(w), trial.Begin)
	return w, m
}

func rest(t *testing.T, s *sequencer.Sequencer, now time.Time) {
	t.Helper()
	if err := trial.Rest(t, s, now); err != nil {
		t.Fatal(err)
	}
}

// event gives a sealed leaf that waits.
func event(key string, at time.Time, urgent bool) trial.Waits {
	return trial.Waits{Leaf: sequencer.Waiting{Key: key, Class: sequencer.Sealed, Text: trial.SealedText(trial.NewStream(key)), Opening: []byte(key), Urgent: urgent, At: at}}
}

// duty gives a duty that waits.
func duty(key string, id byte, at time.Time) trial.Waits {
	return trial.Waits{Leaf: sequencer.Waiting{Key: key, Class: sequencer.Public, At: at, Text: ledger.Duty{
		Class: ledger.Notify, ID: ledger.ID{id}, Due: ledger.Date{Year: 2027, Month: 5, Day: 31}, Hash: ledger.Hash{id}}.Marshal()}}
}

// settle gives one that waits, signed in the epoch of a time.
func settle(w *trial.World, key string, id byte, signed, at time.Time) trial.Waits {
	return trial.Waits{Leaf: sequencer.Waiting{Key: key, Class: sequencer.Public, At: at, Text: w.Oversees(ledger.Settle{
		Batch: ledger.EpochAt(signed, w.Policy.EpochMinutes), ID: ledger.ID{id}, As: ledger.Void}).Marshal()}}
}

// fails asks that a run fails, of a kind and with these words, and signs nothing.
func fails(t *testing.T, w *trial.World, s *sequencer.Sequencer, now time.Time, kind fault.Kind, words string) {
	t.Helper()
	before := len(w.Key.Signed)
	err := trial.Rest(t, s, now)
	if err == nil || fault.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v; want %q", err, words)
	}
	if n := len(w.Key.Signed) - before; n > 0 {
		t.Errorf("%d things were signed", n)
	}
}

func TestNewAsksForOneKey(t *testing.T) {
	w, _ := world(t)
	if _, err := sequencer.New(sequencer.Parts{VKey: "none"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no key: %v", err)
	}
	skey, _, err := note.GenerateKey(nil, trial.Origin)
	if err != nil {
		t.Fatal(err)
	}
	other, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sequencer.New(sequencer.Parts{VKey: w.VKey, Key: other}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("two keys that do not belong together: %v", err)
	}
}

func TestALogBeginsWithRolesAndPolicy(t *testing.T) {
	w, m := world(t)
	s := process(w)
	if did, err := s.Run1(t.Context(), trial.Begin); did || err != nil {
		t.Errorf("nothing waits: %v, %v", did, err)
	}
	founding := w.Founding()
	wait(t, w, founding[0])
	if did, err := s.Run1(t.Context(), trial.Begin); did || err != nil {
		t.Errorf("the policy is missing: %v, %v", did, err)
	}
	wait(t, w, founding[1])
	for state := sequencer.Sequenced; state <= sequencer.Published; state++ {
		if did, err := s.Step(t.Context(), trial.Begin); !did || err != nil {
			t.Fatalf("step to %d: %v, %v", state, did, err)
		}
		if at := m.rows[0]; at.Size != 2 || at.State != state || at.Epoch != "" {
			t.Fatalf("after the step to %d: %+v", state, at)
		}
	}
	if _, err := ledger.Parse(m.entries[0].Text); err != nil || !bytes.HasPrefix(m.entries[0].Text, []byte("rogatory/v1 roles\n")) {
		t.Errorf("leaf 0 is %s (%v)", m.entries[0].Text, err)
	}
	// What follows is the block of the epoch before, of covers.
	rest(t, s, trial.Begin)
	if len(m.rows) != 2 || m.rows[1].Epoch != "2027-033.3" || m.rows[1].Size != 6 {
		t.Errorf("then came %+v", m.rows)
	}
	if did, err := s.Step(t.Context(), trial.Begin); did || err != nil {
		t.Errorf("nothing is due: %v, %v", did, err)
	}
}

func TestALogDoesNotBeginWithWhatIsWrong(t *testing.T) {
	other := []byte("rogatory/v1 nonsense\n")
	for _, c := range []struct {
		name, words string
		change      func(w *trial.World, f []trial.Waits) []trial.Waits
	}{
		{"the policy first", "in this order", func(w *trial.World, f []trial.Waits) []trial.Waits { return []trial.Waits{f[1], f[0]} }},
		{"the roles are no leaf", "leaf roles 1", func(w *trial.World, f []trial.Waits) []trial.Waits {
			f[0].Leaf.Text = other
			return f
		}},
		{"the policy is no leaf", "leaf policy 1", func(w *trial.World, f []trial.Waits) []trial.Waits {
			f[1].Leaf.Text = other
			return f
		}},
		{"the roles name nonsense", "roles document", func(w *trial.World, f []trial.Waits) []trial.Waits {
			f[0].Doc = other
			f[0].Leaf.Text = w.Oversees(ledger.Roles{Doc: ledger.DocumentHash(other)}).Marshal()
			return f
		}},
		{"the policy names nonsense", "policy document", func(w *trial.World, f []trial.Waits) []trial.Waits {
			f[1].Doc = other
			f[1].Leaf.Text = w.Oversees(ledger.Policy{Doc: ledger.DocumentHash(other), From: "2027-02"}).Marshal()
			return f
		}},
		{"the policy is of another log", "of another log", func(w *trial.World, f []trial.Waits) []trial.Waits {
			doc := ledger.DefaultPolicy("another.example").Marshal()
			f[1].Doc = doc
			f[1].Leaf.Text = w.Oversees(ledger.Policy{Doc: ledger.DocumentHash(doc), From: "2027-02"}).Marshal()
			return f
		}},
		{"nobody signed the policy", "not signed by oversight", func(w *trial.World, f []trial.Waits) []trial.Waits {
			f[1].Leaf.Text = ledger.Policy{Doc: ledger.DocumentHash(f[1].Doc), From: "2027-02"}.Marshal()
			return f
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, m := world(t)
			wait(t, w, c.change(w, w.Founding())...)
			fails(t, w, process(w), trial.Begin, fault.Invalid, c.words)
			if len(m.rows) > 0 {
				t.Error("the log has begun")
			}
		})
	}
	t.Run("a document is missing", func(t *testing.T) {
		w, m := world(t)
		wait(t, w, w.Founding()...)
		clear(m.docs)
		fails(t, w, process(w), trial.Begin, fault.NotFound, "is not there")
	})
}

func TestPublished(t *testing.T) {
	w, _ := begun(t)
	ctx := t.Context()
	s := process(w)
	wait(t, w, event("1 1", later(1), false), event("1 2", later(1), true))
	is := func(want bool, keys ...string) {
		t.Helper()
		if got, err := s.Published(ctx, keys...); err != nil || got != want {
			t.Errorf("%s published: %v, %v", keys, got, err)
		}
	}
	is(false)
	is(false, "1 1")
	is(false, "9 9")
	if _, err := s.Run1(ctx, later(1).Add(14*time.Minute)); err != nil {
		t.Fatal(err)
	}
	is(false, "1 2") // urgent, and not late yet
	if _, err := s.Run1(ctx, later(1).Add(15*time.Minute)); err != nil {
		t.Fatal(err)
	}
	is(true, "1 2") // a promise is enough
	is(false, "1 1", "1 2")
	rest(t, s, later(6))
	is(true, "1 1", "1 2")
	is(false, "1 1", "9 9")
	failing := w.Sequencer(trial.Kill(1, false), "test")
	if _, err := failing.Published(ctx, "1 1"); !errors.Is(err, trial.ErrDead) {
		t.Errorf("the database does not answer: %v", err)
	}
}

// policyFails is a policy that cannot be read.
func policyFails(context.Context) (ledger.PolicyDoc, error) {
	return ledger.PolicyDoc{}, errors.New("no policy")
}
