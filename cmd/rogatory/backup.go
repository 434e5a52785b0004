package main

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/keyring"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/store"
)

type backupCommand struct {
	inFolder
	File string `arg:"" help:"The backup; it must not exist. It holds no keys: they have backups of their own." type:"path"`
}

// Run writes a backup of the records while the office works.
func (c *backupCommand) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		err := whole(c.File, func(f *os.File) error { return o.store.Backup(ctx, f) })
		if err != nil {
			return err
		}
		o.banner(s)
		s.paper.line("written: %s", c.File)
		s.paper.para("", "The vault folder is not in it; copy it beside. Without keys.db and office.key nobody reads either.")
		return nil
	})
}

// whole writes a file that is there whole or not at all.
func whole(name string, write func(*os.File) error) error {
	if _, err := os.Lstat(name); err == nil {
		return fault.Conflictf(name, "exists already").WithHint("name a file that does not exist")
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".partial-")
	if err != nil {
		return fault.Invalidf(name, "cannot be written: %v", err)
	}
	defer os.Remove(f.Name())
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Link(f.Name(), name) // fails rather than replaces
}

type restoreCommand struct {
	inFolder
	File string `arg:"" help:"The backup." type:"path"`
	Into string `help:"Where the records go: a new file in the folder, or a postgres:// address of an empty database. Then set records in office.toml to it." default:"office.db"`
}

// Run restores records into an empty place, and checks them.
func (c *restoreCommand) Run(s *streams) error {
	ctx, stop := s.working()
	defer stop()
	if _, err := c.read(); err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fault.NotFoundf("", "cannot be read: %v", err)
	}
	defer f.Close()
	if err := store.Restore(ctx, c.place(c.Into), f, restoring(time.Now())); err != nil {
		return err
	}
	s.paper.line("restored into %s; every chain was checked", shown(c.place(c.Into)))
	s.paper.para("", "Left out: sessions, links to sign in, service tokens, and what was remembered for minutes. Nobody is signed in.")
	s.paper.para("", "Set records in office.toml to it. The office does not open before somebody has looked at whom it trusts again: rogatory restore-reviewed.")
	return nil
}

// shown is a place without the password in it.
func shown(where string) string {
	if u, err := url.Parse(where); err == nil && u.User != nil {
		return u.Redacted()
	}
	return where
}

type keysCommand struct {
	Backup  keysBackup  `cmd:"" help:"Write a backup of the keys of cases, wrapped as they are, that expires."`
	Restore keysRestore `cmd:"" help:"Restore keys into an empty database; those of erased cases are left out."`
	Rotate  keysRotate  `cmd:"" help:"Wrap every key under a new office key. Older copies of keys.db are then worthless."`
}

type keysBackup struct {
	inFolder
	File string `arg:"" help:"The backup; it must not exist. Never keep it with a backup of the records." type:"path"`
	Days int    `help:"Days until it expires: what is erased comes back with it until then." default:"7"`
}

// Run writes a backup of the keys.
func (c *keysBackup) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		expires := time.Now().AddDate(0, 0, c.Days)
		if err := whole(c.File, func(f *os.File) error { return o.ring.Backup(ctx, f, expires) }); err != nil {
			return err
		}
		o.banner(s)
		s.paper.line("written: %s, expires %s", c.File, day(expires))
		return nil
	})
}

type keysRestore struct {
	inFolder
	File string `arg:"" help:"The backup of the keys." type:"path"`
	Into string `help:"Where the keys go: a new file in the folder, or a postgres:// address of an empty database." default:"keys.db"`
}

// Run restores keys; the records say which cases were erased since.
func (c *keysRestore) Run(s *streams) error {
	ctx, stop := s.working()
	defer stop()
	settings, err := c.read()
	if err != nil {
		return err
	}
	key, err := keyring.OpenFile(filepath.Join(c.Data, keyFile))
	if err != nil {
		return err
	}
	records, err := store.Open(ctx, c.place(settings.Records))
	if err != nil {
		return err
	}
	defer records.Close()
	living, err := livingKeys(ctx, records)
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fault.NotFoundf("", "cannot be read: %v", err)
	}
	defer f.Close()
	got, err := keyring.RestoreInto(ctx, c.place(c.Into), f, key, func(id string) (bool, error) { return !living[id], nil })
	if err != nil {
		return err
	}
	s.paper.line("restored into %s: %d keys; left out: %d of cases that were erased", shown(c.place(c.Into)), got.Kept, got.LeftOut)
	s.paper.para("", "Set keys in office.toml to it.")
	return nil
}

// livingKeys are the keys of cases that were not erased. Of any other key a
// backup must not bring anything back.
func livingKeys(ctx context.Context, records *store.Store) (map[string]bool, error) {
	living := make(map[string]bool)
	for q := (docket.Query{Limit: 500}); ; {
		rows, next, err := records.Rows(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.Stage != lifecycle.Erased.String() {
				living[r.Key] = true
			}
		}
		if next == "" {
			return living, nil
		}
		q.After = next
	}
}

type keysRotate struct {
	inFolder
	Finish bool `help:"Every program that had the office open has ended: wrap the rest, and delete the old key."`
}

// Run makes a new office key, wraps every key under it, and puts it in the place
// of the old one. Interrupted, it is done again: both keys are there until all
// is wrapped.
func (c *keysRotate) Run(s *streams) error {
	ctx, stop := s.working()
	defer stop()
	settings, err := c.read()
	if err != nil {
		return err
	}
	if c.Finish {
		return c.finish(ctx, s, settings)
	}
	current, next := filepath.Join(c.Data, keyFile), filepath.Join(c.Data, keyFile+".next")
	from, err := keyring.OpenFile(current)
	if err != nil {
		return err
	}
	to, err := keyring.OpenFile(next)
	if err != nil {
		if to, err = keyring.NewFile(next); err != nil {
			return err
		}
	}
	ring, err := keyring.Open(ctx, c.place(settings.Keys), from, to)
	if err != nil {
		return err
	}
	n, err := ring.Rotate(ctx, from, to)
	if err != nil {
		ring.Close()
		return err
	}
	if err := ring.Close(); err != nil {
		return err
	}
	// Whoever has the office open still wraps under the old key: it stays beside
	// until they have ended, or their cases could never be read.
	if err := os.Link(current, current+oldKey); err != nil {
		return fault.Conflictf(current+oldKey, "an earlier rotation is not finished: %v", err).WithHint("end every program that has the office open, run `rogatory keys rotate --finish`, and begin again")
	}
	if err := os.Rename(next, current); err != nil {
		return err
	}
	s.paper.line("%d keys are wrapped under the new office key %s", n, to.ID())
	s.paper.para("", "Now end every program that has the office open, and run `rogatory keys rotate --finish`: until then the old key lies in "+current+oldKey+". Then make a new backup of the keys: the older ones no longer open.")
	return nil
}

// oldKey is what is added to the name of an office key that is being replaced.
const oldKey = ".old"

// finish wraps what was still made under the old key, and destroys that.
func (c *keysRotate) finish(ctx context.Context, s *streams, settings *settings) error {
	current := filepath.Join(c.Data, keyFile)
	from, err := keyring.OpenFile(current + oldKey)
	if err != nil {
		return err
	}
	to, err := keyring.OpenFile(current)
	if err != nil {
		return err
	}
	ring, err := keyring.Open(ctx, c.place(settings.Keys), to, from)
	if err != nil {
		return err
	}
	n, err := ring.Rotate(ctx, from, to)
	if err != nil {
		ring.Close()
		return err
	}
	if err := ring.Close(); err != nil {
		return err
	}
	if err := os.Remove(current + oldKey); err != nil {
		return err
	}
	s.paper.line("finished: %d more keys; the old office key is deleted", n)
	s.paper.para("", "Destroy every other copy of it.")
	return nil
}
