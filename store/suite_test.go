package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	pg "github.com/rogatory/rogatory/tools/postgres"
)

// server is the one PostgreSQL of this test binary, started when first needed.
var server struct {
	once      sync.Once
	at        *pg.Server
	err       error
	databases atomic.Int64
}

func TestMain(m *testing.M) {
	code := m.Run()
	if server.at != nil {
		if err := server.at.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// postgresServer skips the test where there is no PostgreSQL, but not in
// continuous integration.
func postgresServer(t testing.TB) *pg.Server {
	t.Helper()
	server.once.Do(func() { server.at, server.err = pg.Start("") })
	if errors.Is(server.err, pg.ErrAbsent) && os.Getenv("CI") != "true" {
		t.Skip(server.err)
	}
	if server.err != nil {
		t.Fatal(server.err)
	}
	return server.at
}

// An engine gives the address of a fresh, empty database.
type engine struct {
	name  string
	fresh func(testing.TB) string
}

var engines = []engine{
	{"sqlite", func(t testing.TB) string { return filepath.Join(t.TempDir(), "office 100%?#.db") }},
	{"postgres", func(t testing.TB) string {
		return postgresServer(t).URL(fmt.Sprintf("office%d", server.databases.Add(1)))
	}},
}

// both runs a test on a fresh database of each engine.
func both(t *testing.T, test func(t *testing.T, s *Store)) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) { test(t, opened(t, e.fresh(t))) })
	}
}

func opened(t testing.TB, where string) *Store {
	t.Helper()
	s, err := Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123_456_000, time.UTC)

// batch continues a case after its last entries by entries of the given sizes.
func batch(c docket.Ref, last []docket.Entry, sizes ...int) *docket.Batch {
	b := &docket.Batch{Case: c, Expected: len(last)}
	var prev [32]byte
	if len(last) > 0 {
		prev = last[len(last)-1].Hash
	}
	for i, size := range sizes {
		sealed := make([]byte, size)
		rand.Read(sealed)
		e := docket.Entry{Case: c, Seq: b.Expected + i + 1, At: noon.Add(time.Duration(b.Expected+i) * time.Microsecond), Sealed: sealed, Prev: prev}
		e.Hash = e.Sum()
		prev = e.Hash
		b.Entries = append(b.Entries, e)
	}
	b.Row = docket.Row{Case: c, Seq: b.Expected + len(sizes), Key: "key-" + string(c), Authority: "NL-1", Country: "NL", Instrument: "uncc",
		Lane: "normal", Stage: "received", Waiting: "office", Received: noon, Open: true}
	return b
}

func append1(t testing.TB, s *Store, b *docket.Batch) docket.Ref {
	t.Helper()
	ref, err := s.Append(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func wantKind(t testing.TB, err error, want fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != want {
		t.Errorf("error %v of kind %d, want kind %d", err, fault.KindOf(err), want)
	}
}

// count tells how many rows a table has.
func count(t testing.TB, s *Store, table string) int {
	t.Helper()
	var n int
	if err := s.reader.QueryRowContext(context.Background(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
