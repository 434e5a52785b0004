package keyring

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	server "github.com/rogatory/rogatory/tools/postgres"
)

// startPostgres starts one server for all tests, when the first needs it.
var startPostgres = sync.OnceValues(func() (*server.Server, error) { return server.Start("") })

// started says that there is a server to stop; numbered names the databases.
var (
	started  atomic.Bool
	numbered atomic.Int64
)

func TestMain(m *testing.M) {
	if role := os.Getenv("KEYRING_TEST_ROLE"); role != "" {
		play(role, os.Args[1:])
		return
	}
	code := m.Run()
	if started.Load() {
		s, err := startPostgres()
		if err == nil {
			err = s.Stop()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// onPostgres gives the address of an empty database.
func onPostgres(t testing.TB) string {
	t.Helper()
	s, err := startPostgres()
	if errors.Is(err, server.ErrAbsent) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	started.Store(true)
	return s.URL(fmt.Sprintf("keys%d", numbered.Add(1)))
}

// eachEngine runs a test on both engines, each time on an empty database.
func eachEngine(t *testing.T, test func(t *testing.T, where string)) {
	t.Run("SQLite", func(t *testing.T) {
		test(t, filepath.Join(t.TempDir(), "keys.db"))
	})
	t.Run("PostgreSQL", func(t *testing.T) { test(t, onPostgres(t)) })
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
