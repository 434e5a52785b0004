package trial

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/sequencer"
)

// A Factory gives records in which nothing stands.
type Factory func(t testing.TB) sequencer.Records

// Every call is tried.
func Every(string) bool { return true }

// Changes are the calls that change something: who dies at any other dies as
// after the change before. For records that take long to make.
func Changes(call string) bool {
	for _, change := range []string{"Sequence", "Advance", "PutReceipt", "Put ", "Replace ", "Swap ", "Cosign", "Sign"} {
		if strings.HasPrefix(call, change) {
			return true
		}
	}
	return false
}

// Run tries everything on records, at the calls given.
func Run(t *testing.T, fresh Factory, at func(call string) bool) {
	t.Run("killed", func(t *testing.T) { Killed(t, fresh, at) })
	t.Run("two at once", func(t *testing.T) { Twice(t, fresh, at) })
	t.Run("restored from old backups", func(t *testing.T) { Lost(t, fresh) })
}

// reference gives what is published if nothing happens, and how many calls that
// takes.
func reference(t *testing.T, fresh Factory) (map[string][]byte, []string) {
	w := NewWorld(fresh(t))
	var names []string
	c := &Calls{Name: func(_ int, name string) { names = append(names, name) }}
	if err := w.Play(t.Context(), c, new(int)); err != nil {
		t.Fatal(err)
	}
	files := w.Files.All()
	for _, name := range []string{"checkpoint", "checkpoints/2", "tile/0/000.p/2", "tile/entries/000.p/2", "log.vkey", "provisional"} {
		if _, ok := files[name]; !ok {
			t.Fatalf("%s is not published", name)
		}
	}
	if len(names) < 100 {
		t.Fatalf("only %d calls: nothing would be tried", len(names))
	}
	return files, names
}

// Killed kills a process at every call, before and after it takes effect, and
// has another one go on.
func Killed(t *testing.T, fresh Factory, at func(call string) bool) {
	want, names := reference(t, fresh)
	for n, name := range names {
		if !at(name) {
			continue
		}
		for _, after := range []bool{false, true} {
			w := NewWorld(fresh(t))
			phase := 0
			err := w.Play(t.Context(), Kill(n+1, after), &phase)
			if !errors.Is(err, ErrDead) {
				t.Fatalf("killed at call %d (%s): %v", n+1, name, err)
			}
			if err := w.Play(t.Context(), &Calls{}, &phase); err != nil {
				t.Fatalf("killed at call %d (%s), after it took effect: %v: the next: %v", n+1, name, after, err)
			}
			w.same(t, want, name, n+1, after)
		}
	}
}

// Twice holds a process up at every call, before and after it takes effect,
// while another one does what is due, or everything that ever will be; then it
// goes on.
func Twice(t *testing.T, fresh Factory, at func(call string) bool) {
	want, names := reference(t, fresh)
	for n, name := range names {
		if !at(name) {
			continue
		}
		for _, after := range []bool{false, true} {
			w := NewWorld(fresh(t))
			phase := 0
			var other error
			c := &Calls{}
			c.At = func(call int, is bool) error {
				if call == n+1 && is == after {
					from := phase
					other = w.Play(t.Context(), &Calls{}, &from)
				}
				return nil
			}
			for phase < len(w.script()) {
				err := w.Play(t.Context(), c, &phase)
				if err != nil && fault.KindOf(err) != fault.Conflict {
					t.Fatalf("held up at call %d (%s), %v: %v", n+1, name, after, err)
				}
				if c.N > 10*len(names) {
					t.Fatalf("held up at call %d (%s), %v: it does not come to rest: %v", n+1, name, after, err)
				}
			}
			if other != nil {
				t.Fatalf("held up at call %d (%s), %v: the other: %v", n+1, name, after, other)
			}
			w.same(t, want, name, n+1, after)
		}
	}
}

// same asks that what is published is what would have been, and that nothing was
// signed twice.
func (w *World) same(t *testing.T, want map[string][]byte, name string, n int, after bool) {
	t.Helper()
	got := w.Files.All()
	if _, ok := got["provisional"]; !ok {
		got["provisional"] = nil // nobody was late
	}
	for file := range want {
		if data, ok := got[file]; !ok || !bytes.Equal(data, want[file]) {
			t.Fatalf("at call %d (%s), after it took effect: %v: %s is %q, not %q", n, name, after, file, data, want[file])
		}
		delete(got, file)
	}
	if len(got) > 0 {
		t.Fatalf("at call %d (%s), after it took effect: %v: there are files that should not be: %v", n, name, after, slices.Collect(maps.Keys(got)))
	}
	if len(w.Key.Twice) > 0 {
		t.Fatalf("at call %d (%s), after it took effect: %v: signed twice: %s", n, name, after, w.Key.Twice)
	}
	for _, class := range []sequencer.Class{sequencer.Sealed, sequencer.Public, sequencer.Document} {
		if left, err := w.Records.Waiting(context.Background(), class, 0); err != nil || len(left) > 0 {
			t.Fatalf("at call %d (%s): %d leaves still wait (%v)", n, name, len(left), err)
		}
	}
}
