package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rogatory/rogatory/tools/crash/desk"
)

// misfortunes are what befalls an office besides being killed.
func (s *scene) misfortunes(ctx context.Context) (*findings, error) {
	all := &findings{}
	for _, m := range []struct {
		name   string
		engine string
		befall func(context.Context, *trial) (string, error)
	}{
		{"full", "sqlite", s.fullDisk},
		{"restarted", "postgres", s.serverGone},
		{"pair", "postgres", s.pair},
		{"setback", "sqlite", s.setBack},
		{"setback", "postgres", s.setBack},
	} {
		place, err := s.place(m.engine, m.name)
		if err != nil {
			return nil, err
		}
		t := newTrial(m.engine, place, s.examples, s.seed)
		said, err := m.befall(ctx, t)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", m.name, m.engine, err)
		}
		fmt.Printf("%s: %s; accepted=%d lost=%d twice=%d\n", m.engine, said, t.ledger.count(), len(t.findings.lost), len(t.findings.twice))
		all.add(&t.findings)
	}
	return all, nil
}

// enough commands, before and after a misfortune.
const enough = 100

// fullDisk takes the space away while the office works on a small file system,
// and gives it back.
func (s *scene) fullDisk(ctx context.Context, t *trial) (string, error) {
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", t.place.Dir).CombinedOutput(); err != nil {
		return fmt.Sprintf("full disk not tried, a small file system cannot be mounted (%s)", strings.TrimSpace(string(out))), nil
	}
	defer exec.Command("umount", t.place.Dir).Run()
	stone := filepath.Join(t.place.Dir, "stone")
	before := 0
	err := t.bout(ctx, func() error {
		if err := t.goesOn(enough); err != nil {
			return err
		}
		before = t.ledger.failures()
		if err := fill(stone); err != nil {
			return err
		}
		if err := t.failing(enough); err != nil {
			return err
		}
		before = t.ledger.failures() - before
		if err := os.Remove(stone); err != nil {
			return err
		}
		return t.goesOn(enough)
	})
	return fmt.Sprintf("the disk was full, %d commands failed, and it went on when there was space", before), err
}

// fill writes until nothing more fits.
func fill(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for block := make([]byte, 1<<16); len(block) > 0; {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
	return nil
}

// serverGone restarts the server underneath an office at work, and kills it.
func (s *scene) serverGone(ctx context.Context, t *trial) (string, error) {
	err := t.bout(ctx, func() error {
		for _, befall := range []func() error{
			s.server.Restart,
			func() error { return errors.Join(s.server.Kill(), s.server.Restart()) },
		} {
			if err := t.goesOn(enough); err != nil {
				return err
			}
			if err := befall(); err != nil {
				return err
			}
		}
		return t.goesOn(enough)
	})
	return "the server was restarted and was killed, and the office went on by itself", err
}

// pair has two processes work on one office and kills one. The other goes on
// and takes over what the dead one had leased.
func (s *scene) pair(ctx context.Context, t *trial) (string, error) {
	if err := t.open(ctx, t.clock.now, func(*desk.Office) error { return nil }); err != nil {
		return "", err
	}
	one, err := t.hire()
	if err != nil {
		return "", err
	}
	defer one.kill()
	other, err := t.hire()
	if err != nil {
		return "", err
	}
	defer other.kill()
	if err := errors.Join(one.begin(nil), other.begin(nil)); err != nil {
		return "", err
	}
	if err := t.goesOn(4 * enough); err != nil {
		return "", err
	}
	held, err := t.holdAndDie(ctx)
	if err != nil {
		return "", err
	}
	if err := one.kill(); err != nil {
		return "", err
	}
	if err := t.goesOn(enough); err != nil {
		return "", err
	}
	time.Sleep(3 * time.Second) // leases are over after one, see lease
	if err := other.kill(); err != nil {
		return "", err
	}
	_, t.again = t.ledger.cut()
	if err := t.recovered(ctx); err != nil {
		return "", err
	}
	return fmt.Sprintf("of two processes one was killed, the other went on and did %d jobs that a dead node held", held), t.end(ctx)
}

// holdAndDie leases what is due as a node does that is killed before it has done
// any of it, and gives how many jobs that was.
func (t *trial) holdAndDie(ctx context.Context) (int, error) {
	held := 0
	err := t.open(ctx, t.clock.now, func(o *desk.Office) error {
		for begun := time.Now(); held < 3; time.Sleep(time.Millisecond) {
			if time.Since(begun) > time.Minute {
				return errors.New("nothing fell due in a minute")
			}
			now := t.clock.now()
			jobs, err := o.Store.Lease(ctx, now, "dead", now.Add(lease), 50)
			if err != nil {
				return err
			}
			held += len(jobs)
		}
		return nil
	})
	return held, err
}

// recovered looks for jobs that have been due for so long that somebody who
// worked must have done them.
func (t *trial) recovered(ctx context.Context) error {
	return t.open(ctx, t.clock.now, func(o *desk.Office) error {
		now := t.clock.now()
		jobs, err := o.Store.Lease(ctx, now, "audit", now.Add(time.Minute), 1000)
		for _, j := range jobs {
			if j.At.Before(now.Add(-5 * lease / 2)) {
				t.findings.lost = append(t.findings.lost, fmt.Sprintf("%s: the job due at %s was left to a dead node at %s", j.Case, j.At, now))
			}
		}
		return err
	})
}

// bout lets a crew and the clocks of an office work in this process while
// something befalls it, and audits what is left.
func (t *trial) bout(ctx context.Context, befalls func() error) error {
	err := t.open(ctx, t.clock.now, func(o *desk.Office) error {
		work, stop := context.WithCancel(ctx)
		var wait sync.WaitGroup
		wait.Go(func() { keepTime(work, o, t.engine, t.ledger.take) })
		t.crews++
		var failed error
		wait.Go(func() {
			failed = newCrew(o, t.examples, t.crews*numbers, t.ledger.take).work(work, t.random.Uint64(), nil)
		})
		err := befalls()
		stop()
		wait.Wait()
		return errors.Join(err, failed)
	})
	if err != nil {
		return err
	}
	_, t.again = t.ledger.cut()
	return t.end(ctx)
}

// goesOn waits until as many commands more were accepted.
func (t *trial) goesOn(more int) error {
	for begun, want := time.Now(), t.ledger.count()+more; t.ledger.count() < want; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			return fmt.Errorf("%d commands are missing after a minute: the office does not go on", want-t.ledger.count())
		}
	}
	return nil
}

// failing waits until as many commands more have failed.
func (t *trial) failing(more int) error {
	for begun, want := time.Now(), t.ledger.failures()+more; t.ledger.failures() < want; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			return errors.New("nothing fails: what should have befallen the office did not")
		}
	}
	return nil
}
