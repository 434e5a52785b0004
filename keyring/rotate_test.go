package keyring

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/rogatory/rogatory/fault"
)

// failing is an office key that goes away after so many unwraps.
type failing struct {
	Office
	left int
}

var errAway = errors.New("the office key is away")

func (f *failing) Unwrap(ctx context.Context, wrapped, context []byte) ([]byte, error) {
	if f.left == 0 {
		return nil, errAway
	}
	f.left--
	return f.Office.Unwrap(ctx, wrapped, context)
}

// wantKeys checks that each key is what it was.
func wantKeys(t *testing.T, r *Ring, want map[string][32]byte) {
	t.Helper()
	for id, key := range want {
		got, err := r.Key(t.Context(), id)
		if err != nil || got != key {
			t.Fatalf("key %s: same %t, %v", id, got == key, err)
		}
	}
}

func TestRotation(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		before, after := newOffice(t), newOffice(t)
		r := open(t, where, before)
		keys := make(map[string][32]byte)
		for range 300 {
			id, key := fresh(t, r)
			keys[id] = key
		}
		index, _ := r.Index(t.Context())
		r.pool.busy.Wait()
		all := count(t, r)
		n, err := r.Rotate(t.Context(), before, after)
		if err != nil || n != all {
			t.Errorf("%d of %d keys rotated, %v", n, all, err)
		}
		id, key := fresh(t, r) // was made ahead, under the key before
		keys[id] = key
		for range pooled { // and these after
			id, key := fresh(t, r)
			keys[id] = key
		}
		if n, err := r.Rotate(t.Context(), before, after); n != 0 || err != nil {
			t.Errorf("again: %d rotated, %v", n, err)
		}
		shut(t, r)

		if _, err := Open(t.Context(), where, before); fault.KindOf(err) != fault.Conflict {
			t.Errorf("with the office key from before: %v", err)
		}
		r = open(t, where, after)
		wantKeys(t, r, keys)
		if again, _ := r.Index(t.Context()); again != index {
			t.Error("the index key became another")
		}
	})
}

func TestInterruptedRotation(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		before, after := newOffice(t), newOffice(t)
		r := open(t, where, before)
		keys := make(map[string][32]byte)
		for range 700 {
			id, key := fresh(t, r)
			keys[id] = key
		}
		r.pool.busy.Wait()
		all := count(t, r)
		n, err := r.Rotate(t.Context(), &failing{before, rewrapped + 10}, after)
		if n != rewrapped || !errors.Is(err, errAway) {
			t.Fatalf("interrupted: %d rotated, %v", n, err)
		}
		crash(t, r)

		for _, alone := range []Office{before, after} {
			if _, err := Open(t.Context(), where, alone); fault.KindOf(err) != fault.Conflict {
				t.Errorf("half done, with one of both: %v", err)
			}
		}
		for _, chain := range [][2]Office{{before, after}, {after, before}} {
			r = open(t, where, chain[0], chain[1])
			wantKeys(t, r, keys)
			shut(t, r)
		}
		r = open(t, where, after, before)
		rest, err := r.Rotate(t.Context(), before, after)
		if err != nil || n+rest != all {
			t.Errorf("%d and then %d of %d rotated, %v", n, rest, all, err)
		}
		shut(t, r)
		wantKeys(t, open(t, where, after), keys)
	})
}

func TestRotationToAKeyThatDoesNotWork(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		before := newOffice(t)
		r := open(t, where, before)
		id, key := fresh(t, r)
		if n, err := r.Rotate(t.Context(), before, &failing{newOffice(t), 0}); n != 0 || !errors.Is(err, errAway) {
			t.Errorf("%d rotated, %v", n, err)
		}
		if n, err := r.Rotate(t.Context(), before, before); n != 0 || fault.KindOf(err) != fault.Invalid {
			t.Errorf("to itself: %d rotated, %v", n, err)
		}
		shut(t, r)
		wantKeys(t, open(t, where, before), map[string][32]byte{id: key})
	})
}

func TestRotationDoesNotBringBack(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		before, after := newOffice(t), newOffice(t)
		r := open(t, where, before)
		fresh(t, r)
		read, err := r.under(t.Context(), before, "")
		if err != nil {
			t.Fatal(err)
		}
		id := read[0].id
		if err := r.Destroy(t.Context(), id); err != nil { // between reading and writing
			t.Fatal(err)
		}
		if n, err := r.rewrap(t.Context(), read, before, after); n != len(read)-1 || err != nil {
			t.Errorf("%d of %d rewrapped, %v", n, len(read), err)
		}
		if _, err := r.Key(t.Context(), id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a destroyed key after a rotation: %v", err)
		}
	})
}

func TestFilesHoldNothingUnderTheKeyBefore(t *testing.T) {
	where := filepath.Join(t.TempDir(), "keys.db")
	before, after := newOffice(t), newOffice(t)
	r := open(t, where, before)
	var old [][]byte
	for range 300 {
		id, _ := fresh(t, r)
		_, sealed := row(t, r, id)
		old = append(old, sealed)
	}
	if _, err := r.Rotate(t.Context(), before, after); err != nil {
		t.Fatal(err)
	}
	all := raw(t, where)
	for _, sealed := range old {
		if holds(all, sealed) {
			t.Fatal("a key wrapped under the office key before is still in the files")
		}
	}
	if bytes.Contains(all, []byte(before.ID())) {
		t.Error("the name of the office key before is still in the files")
	}
}
