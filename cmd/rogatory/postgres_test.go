package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rogatory/rogatory/tools/postgres"
)

// startPostgres starts one server for all stories, when the first needs it.
var startPostgres = sync.OnceValues(func() (*postgres.Server, error) { return postgres.Start("") })

// started says that there is a server to stop; numbered names the databases.
var (
	started  atomic.Bool
	numbered atomic.Int64
)

// A server runs the tests, and stops PostgreSQL if it was started.
type server struct{ tests *testing.M }

func (s server) Run() int {
	code := s.tests.Run()
	if !started.Load() {
		return code
	}
	db, err := startPostgres()
	if err == nil {
		err = db.Stop()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// condition knows [postgres]. Where it is absent a story is skipped, with words,
// and under CI=true fails.
func condition(name string) (bool, error) {
	if name != "postgres" {
		return false, fmt.Errorf("there is no condition %q", name)
	}
	_, err := startPostgres()
	if errors.Is(err, postgres.ErrAbsent) && os.Getenv("CI") != "true" {
		return false, nil
	}
	if err == nil {
		started.Store(true)
	}
	return err == nil, err
}

// database VARIABLE makes an empty database and gives its address.
func database(ts *testscript.TestScript, _ bool, args []string) {
	db, err := startPostgres()
	ts.Check(err)
	ts.Setenv(args[0], db.URL(fmt.Sprintf("story%d", numbered.Add(1))))
}
