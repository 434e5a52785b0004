package keyring

import (
	"path/filepath"
	"testing"

	"github.com/rogatory/rogatory/docket"
)

var _ docket.Keys = (*Ring)(nil)

// eachEngine runs a test on both engines, each time on an empty database.
func eachEngine(t *testing.T, test func(t *testing.T, where string)) {
	t.Run("SQLite", func(t *testing.T) {
		test(t, filepath.Join(t.TempDir(), "keys.db"))
	})
}

// newOffice gives an office key of its own.
func newOffice(t testing.TB) Office {
	t.Helper()
	o, err := NewFile(filepath.Join(t.TempDir(), "office.key"))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// open opens a ring that is closed when the test ends, if not before.
func open(t testing.TB, where string, current Office, previous ...Office) *Ring {
	t.Helper()
	r, err := Open(t.Context(), where, current, previous...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !r.pool.closed {
			shut(t, r)
		}
	})
	return r
}

func shut(t testing.TB, r *Ring) {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

// crash ends a ring as if its process had died: nothing is tidied up.
func crash(t testing.TB, r *Ring) {
	t.Helper()
	r.pool.empty()
	if err := r.db.close(); err != nil {
		t.Fatal(err)
	}
}

func fresh(t testing.TB, r *Ring) (string, [32]byte) {
	t.Helper()
	id, key, err := r.Fresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return id, key
}
