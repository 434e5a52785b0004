package keyring

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// later is a clock that runs ahead.
func later(d time.Duration) func() time.Time {
	return func() time.Time { return time.Now().Add(d) }
}

func TestSweep(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		office := newOffice(t)
		r := open(t, where, office)
		var used []string
		for range 5 {
			id, _ := fresh(t, r)
			used = append(used, id)
		}
		inUse := func(id string) (bool, error) { return slices.Contains(used, id), nil }
		crash(t, r) // leaves a pool behind

		r = open(t, where, office)
		if n, err := r.Sweep(t.Context(), inUse); n != 0 || err != nil {
			t.Errorf("keys another process may still hand out: %d removed, %v", n, err)
		}
		r.now = later(25 * time.Hour)
		if n, err := r.Sweep(t.Context(), func(string) (bool, error) { return false, nil }); n != 0 || fault.KindOf(err) != fault.Conflict {
			t.Errorf("the wrong records: %d removed, %v", n, err)
		}
		broken := errors.New("the records are away")
		if n, err := r.Sweep(t.Context(), func(string) (bool, error) { return false, broken }); n != 0 || !errors.Is(err, broken) {
			t.Errorf("the records are away: %d removed, %v", n, err)
		}
		before := count(t, r)
		n, err := r.Sweep(t.Context(), inUse)
		if err != nil || n != before-6 || count(t, r) != 6 {
			t.Errorf("%d of %d removed, %d left, %v; wanted the five used and the index key left", n, before, count(t, r), err)
		}
		for _, id := range used {
			if _, err := r.Key(t.Context(), id); err != nil {
				t.Errorf("a key in use: %v", err)
			}
		}
		if n, err := r.Sweep(t.Context(), inUse); n != 0 || err != nil {
			t.Errorf("again: %d removed, %v", n, err)
		}
	})
}

func TestOldKeysAreNotHandedOut(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		r := open(t, where, newOffice(t))
		fresh(t, r)
		r.pool.busy.Wait()
		old := make(map[string]bool)
		for _, m := range r.pool.ready {
			old[m.id] = true
		}
		r.now = later(usable + time.Minute)
		if id, _ := fresh(t, r); old[id] || len(old) == 0 {
			t.Errorf("one of %d keys was handed out though Sweep may soon take it", len(old))
		}
	})
}
