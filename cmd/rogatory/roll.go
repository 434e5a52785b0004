package main

import (
	"log/slog"
	"os"
	"reflect"
	"sync"
	"time"
)

// rereading is how often office.toml is looked at, at most.
const rereading = time.Second

// A roll is the list of people of an office that is open. It is read again when
// office.toml has changed, because whoever is taken off must be nobody at once. A
// file that cannot be read takes nobody off and puts nobody on: the last good one
// counts, and the log says what is wrong. Everything else in the file counts from
// the next start.
type roll struct {
	name  string
	log   *slog.Logger
	clock func() time.Time // of this machine, also in a rehearsal

	mu      sync.Mutex // guards all below
	looked  time.Time
	seen    os.FileInfo // the file as it was read; nil: not yet, or it was away
	failed  string      // what was wrong with it, as the log says already
	people  []staff
	started *settings // as at the start, to tell what else is new
}

// follow reads the people of an office anew whenever the file that lists them
// changes.
func (s *settings) follow(name string, log *slog.Logger, clock func() time.Time) error {
	r := &roll{name: name, log: log, clock: clock, looked: clock()}
	info, err := os.Stat(name) // before it is read: what changes meanwhile is read again
	if err != nil {
		return err
	}
	if r.started, err = readSettings(name); err != nil {
		return err
	}
	r.seen, r.people = info, r.started.People
	s.roll = r
	return nil
}

// people are those of the office as its file lists them now.
func (s *settings) people() []staff {
	if s.roll == nil {
		return s.People
	}
	return s.roll.current()
}

func (r *roll) current() []staff {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock()
	if since := now.Sub(r.looked); since >= rereading || since < 0 {
		r.looked = now
		r.look()
	}
	return r.people
}

func (r *roll) look() {
	info, err := os.Stat(r.name)
	if err != nil {
		r.seen = nil
		r.wrong(err)
		return
	}
	if r.seen != nil && os.SameFile(info, r.seen) && info.Size() == r.seen.Size() && info.ModTime().Equal(r.seen.ModTime()) {
		return
	}
	r.seen = info
	fresh, err := readSettings(r.name)
	if err != nil {
		r.wrong(err)
		return
	}
	r.failed = ""
	if !reflect.DeepEqual(r.people, fresh.People) {
		r.people = fresh.People
		r.log.Info("the people of the office were read anew", "file", settingsFile, "people", len(r.people))
	}
	if !r.started.same(fresh) {
		r.log.Warn("other settings than the people have changed: they count once every process is started again", "file", settingsFile)
	}
}

// wrong says once what is wrong.
func (r *roll) wrong(err error) {
	if err.Error() == r.failed {
		return
	}
	r.failed = err.Error()
	r.log.Error("the people of the office cannot be read anew: those who were read last count", "file", settingsFile, "error", r.failed)
}

// same reports whether two settings differ in their people at most.
func (s *settings) same(other *settings) bool {
	a, b := *s, *other
	a.People, b.People = nil, nil
	return reflect.DeepEqual(a, b)
}
