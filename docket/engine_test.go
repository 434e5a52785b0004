package docket_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
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
	// A walk is long, and lives wait for the disk more than for a processor.
	for name, value := range map[string]string{"rapid.checks": "15", "test.parallel": "24"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	if server.at != nil {
		if err := server.at.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// postgres gives a fresh database; the test is skipped where there is no server,
// but not in continuous integration.
func postgres(t *testing.T) string {
	t.Helper()
	server.once.Do(func() { server.at, server.err = pg.Start("") })
	if errors.Is(server.err, pg.ErrAbsent) && os.Getenv("CI") != "true" {
		t.Skip("PostgreSQL is not installed; sudo make deps")
	}
	ok(t, server.err)
	return server.at.URL(fmt.Sprintf("docket%d", server.databases.Add(1)))
}

// lives are told on both engines, each to its end.
var lives = []struct {
	name  string
	tell  func(*life)
	stage string
}{
	{"granted and told", func(l *life) {
		l.disclosed()
		l.does(notifier, lifecycle.Tell, told("a letter"))
		l.settled(l.ref)
		l.does(senior, lifecycle.Close, Body{})
		l.after(366 * day)
		ok(l.t, l.Handle(l.t.Context(), JobDestroy, l.ref))
	}, "erased"},
	{"refused and found again", func(l *life) {
		l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
		again := l.begin("leg-13", nil)
		if c := again.see(again.ref); c.Proposal.Outcome != "refuse" {
			l.t.Errorf("proposed is %s", c.Proposal.Outcome)
		}
	}, "refused"},
	{"never answered", func(l *life) {
		l.does(reviewer, lifecycle.Return, Body{})
		l.after(40 * day)
	}, "withdrawn"},
	{"compelled", func(l *life) {
		l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
		l.two(senior, senior2, lifecycle.Compel, compulsion("appealed"))
		l.sealed(0)
		l.settle(reviewer, l.ref, "disclosure")
		l.two(senior, senior2, lifecycle.Release, Body{})
	}, "disclosed"},
	{"decided by many at once", func(l *life) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				_, err := l.Do(l.t.Context(), senior, l.ref, Act{Do: lifecycle.Refuse, Why: "political", Body: Body{Grounds: []string{"political-offence"}}})
				if k := fault.KindOf(err); err != nil && k != fault.Conflict && k != fault.Forbidden {
					l.t.Error(err)
				}
			})
		}
		all.Wait()
	}, "refused"},
}

func TestLivesOnBothEngines(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "office.db") },
		"postgres": postgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, one := range lives {
				t.Run(one.name, func(t *testing.T) {
					t.Parallel()
					l := officeOn(t, "authority-de", fresh(t)).begin("leg-13", nil)
					one.tell(l)
					ok(t, l.Verify(t.Context(), l.ref))
					_, row, err := l.store.Entries(t.Context(), l.ref, 1<<30)
					ok(t, err)
					if row.Stage != one.stage {
						t.Errorf("it ends %s, want %s", row.Stage, one.stage)
					}
					latest, err := l.store.Clock(t.Context())
					if err != nil || latest.After(l.now.Add(time.Hour)) {
						t.Errorf("the latest entry is of %s, %v", latest, err)
					}
				})
			}
		})
	}
}
