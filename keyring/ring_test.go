package keyring

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogatory/rogatory/fault"
)

func TestKeysStay(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		office := newOffice(t)
		r := open(t, where, office)
		id, key := fresh(t, r)
		index, err := r.Index(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		shut(t, r)

		r = open(t, where, office)
		got, err := r.Key(t.Context(), id)
		if err != nil || got != key {
			t.Errorf("key after reopening: same %t, %v", got == key, err)
		}
		again, err := r.Index(t.Context())
		if err != nil || again != index {
			t.Errorf("index key after reopening: same %t, %v", again == index, err)
		}
	})
}

func TestKeysGivenAtOnceAreDistinctAndDurable(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		office := newOffice(t)
		r := open(t, where, office)
		var mu sync.Mutex // guards given
		given := make(map[string][32]byte)
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				for range 16 {
					id, key, err := r.Fresh(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					given[id] = key
					mu.Unlock()
				}
			})
		}
		all.Wait()
		distinct := make(map[[32]byte]bool)
		for _, key := range given {
			distinct[key] = true
		}
		if len(given) != 64*16 || len(distinct) != 64*16 {
			t.Fatalf("%d ids and %d keys of %d are distinct", len(given), len(distinct), 64*16)
		}
		crash(t, r)
		r = open(t, where, office)
		for id, key := range given {
			got, err := r.Key(t.Context(), id)
			if err != nil || got != key {
				t.Fatalf("key %s after a crash: same %t, %v", id, got == key, err)
			}
		}
	})
}

func TestKeyIsThereBeforeItIsGiven(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		office := newOffice(t)
		r, other := open(t, where, office), open(t, where, office)
		for range 2 * pooled {
			id, key := fresh(t, r)
			got, err := other.Key(t.Context(), id)
			if err != nil || got != key {
				t.Fatalf("key seen by another process: same %t, %v", got == key, err)
			}
		}
	})
}

func TestDestroyedKeyIsGoneEverywhere(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		office := newOffice(t)
		r, other := open(t, where, office), open(t, where, office)
		id, _ := fresh(t, r)
		kept, key := fresh(t, r)
		for _, o := range []*Ring{r, other} { // both have it at hand
			if _, err := o.Key(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // again is no error
			if err := r.Destroy(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		for _, o := range []*Ring{r, other} {
			_, err := o.Key(t.Context(), id)
			if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "the case is erased") {
				t.Errorf("a destroyed key: %v", err)
			}
			if _, ok := o.cache.get(id); ok {
				t.Error("a destroyed key is still at hand")
			}
		}
		if got, err := other.Key(t.Context(), kept); err != nil || got != key {
			t.Errorf("the key beside: same %t, %v", got == key, err)
		}
	})
}

func TestIndexKeyIsNoCaseKey(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		r := open(t, where, newOffice(t))
		if _, err := r.Key(t.Context(), indexID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("asked as key of a case: %v", err)
		}
		if err := r.Destroy(t.Context(), indexID); fault.KindOf(err) != fault.Invalid {
			t.Errorf("destroyed as key of a case: %v", err)
		}
	})
}

func TestFirstStartOfSeveralAtOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		office := newOffice(t)
		indexes := make([][32]byte, 6)
		var all sync.WaitGroup
		for i := range indexes {
			all.Go(func() {
				r, err := Open(t.Context(), where, office)
				if err != nil {
					t.Error(err)
					return
				}
				defer r.Close()
				indexes[i], _ = r.Index(t.Context())
			})
		}
		all.Wait()
		for i, index := range indexes {
			if index != indexes[0] || index == [32]byte{} {
				t.Errorf("opener %d has another index key", i)
			}
		}
	})
}

func TestWrongOfficeKeyIsNamedAtOpen(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		right, wrong := newOffice(t), newOffice(t)
		shut(t, open(t, where, right))
		_, err := Open(t.Context(), where, wrong)
		if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), right.ID()) || !strings.Contains(err.Error(), wrong.ID()) {
			t.Errorf("with a wrong office key: %v", err)
		}
		open(t, where, wrong, right)
	})
}

// namedAlike is an office key with the name of another.
type namedAlike struct {
	Office
	id string
}

func (n namedAlike) ID() string { return n.id }

func TestOfficeKeyIsProvenAtOpen(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		right := newOffice(t)
		shut(t, open(t, where, right))
		if _, err := Open(t.Context(), where, namedAlike{newOffice(t), right.ID()}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("another key of the same name: %v", err)
		}
	})
}

func TestUnfitOfficeKeys(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct {
		name  string
		chain []Office
	}{
		{"no id", []Office{namedAlike{o, ""}}},
		{"a line feed in the id", []Office{namedAlike{o, "a\nb"}}},
		{"a long id", []Office{namedAlike{o, strings.Repeat("a", 129)}}},
		{"twice", []Office{o, o}},
	} {
		where := filepath.Join(t.TempDir(), "keys.db")
		if _, err := Open(t.Context(), where, c.chain[0], c.chain[1:]...); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestPlacesThatHoldNoKeys(t *testing.T) {
	for _, c := range []struct{ name, where string }{
		{"nothing", ""},
		{"another engine", "mysql://office@localhost/keys"},
		{"no such folder", filepath.Join(t.TempDir(), "nowhere", "keys.db")},
		{"an address nobody can read", "postgres://office:hunter2@%zz/keys"},
	} {
		_, err := Open(t.Context(), c.where, newOffice(t))
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// alter runs a statement behind the back of the ring.
func alter(t *testing.T, r *Ring, statement string, args ...any) {
	t.Helper()
	if _, err := r.db.write.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// row reads what is kept of a key.
func row(t *testing.T, r *Ring, id string) (office string, sealed []byte) {
	t.Helper()
	if err := r.db.read.QueryRowContext(t.Context(), selectKey, id).Scan(&office, &sealed); err != nil {
		t.Fatal(err)
	}
	return office, sealed
}

func TestSwappedRowsAreRefused(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		r := open(t, where, newOffice(t))
		a, _ := fresh(t, r)
		b, _ := fresh(t, r)
		_, sealed := row(t, r, a)
		alter(t, r, `UPDATE keys SET sealed = $1 WHERE id = $2`, sealed, b)
		if _, err := r.Key(t.Context(), b); fault.KindOf(err) != fault.Invalid {
			t.Errorf("with the row of another: %v", err)
		}
	})
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	r := open(t, filepath.Join(t.TempDir(), "keys.db"), newOffice(t))
	id, _ := fresh(t, r)
	_, sealed := row(t, r, id)
	for bit := range len(sealed) * 8 {
		altered := bytes.Clone(sealed)
		altered[bit/8] ^= 1 << (bit % 8)
		alter(t, r, `UPDATE keys SET sealed = $1 WHERE id = $2`, altered, id)
		if _, err := r.Key(t.Context(), id); fault.KindOf(err) != fault.Invalid {
			t.Fatalf("bit %d flipped: %v", bit, err)
		}
	}
	alter(t, r, `UPDATE keys SET sealed = $1 WHERE id = $2`, sealed[:20], id)
	if _, err := r.Key(t.Context(), id); fault.KindOf(err) != fault.Invalid {
		t.Errorf("cut off: %v", err)
	}
}

func TestKeyUnderAnUnknownOfficeKey(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		r := open(t, where, newOffice(t))
		id, _ := fresh(t, r)
		alter(t, r, `UPDATE keys SET office = $1 WHERE id = $2`, "hsm:later", id)
		_, err := r.Key(t.Context(), id)
		if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "hsm:later") {
			t.Errorf("rotated by another process: %v", err)
		}
	})
}

func TestCacheIsBounded(t *testing.T) {
	var c cache
	for i := range cached + 10 {
		c.put(fmt.Sprint(i), [32]byte{1}, c.age())
		c.get("0") // asked all the time
	}
	if c.recent.Len() != cached || len(c.byID) != cached {
		t.Errorf("%d and %d keys are at hand, wanted %d", c.recent.Len(), len(c.byID), cached)
	}
	if _, ok := c.get("0"); !ok {
		t.Error("the key asked most is not at hand")
	}
	if _, ok := c.get("1"); ok {
		t.Error("the key asked least is at hand")
	}
}

func TestCacheDoesNotBringBack(t *testing.T) {
	var c cache
	before := c.age()
	c.remove("a") // destroyed after it was read
	c.put("a", [32]byte{1}, before)
	if _, ok := c.get("a"); ok {
		t.Error("a key destroyed while it was unwrapped is at hand")
	}
}

func TestSecretsArePrintedNowhere(t *testing.T) {
	r := open(t, filepath.Join(t.TempDir(), "keys.db"), newOffice(t))
	var b strings.Builder
	log := slog.New(slog.NewTextHandler(&b, nil))
	log.Info("keys", "ring", r, "office", r.offices[0])
	fmt.Fprintf(&b, "%v %+v %#v %x %s %d", r, r, r, r.offices[0], &r.pool, &r.cache)
	if n := strings.Count(b.String(), "[withheld]"); n != 8 {
		t.Errorf("%d of 8 are withheld: %s", n, b.String())
	}
}

func TestEndedCallers(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		r := open(t, where, newOffice(t))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := r.Fresh(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("a caller that left: %v", err)
		}
		if _, _, err := r.Fresh(t.Context()); err != nil {
			t.Errorf("a caller after one that left: %v", err)
		}
		shut(t, r)
		if _, _, err := r.Fresh(t.Context()); fault.KindOf(err) != fault.Conflict {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestCloseLeavesNoUnusedKeys(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		office := newOffice(t)
		r := open(t, where, office)
		fresh(t, r)
		shut(t, r)
		r = open(t, where, office)
		if n := count(t, r); n != 2 {
			t.Errorf("%d keys are left, wanted the one given and the index key", n)
		}
	})
}

func count(t *testing.T, r *Ring) int {
	t.Helper()
	return rows(t, r.db)
}

func rows(t *testing.T, d *database) (n int) {
	t.Helper()
	if err := d.read.QueryRowContext(t.Context(), `SELECT count(*) FROM keys`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
