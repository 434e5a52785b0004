package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/vault"
)

// vaultDoor is a vault as a docket sees it.
type vaultDoor struct{ *vault.Vault }

// Put gives the parts of what is stored one by one.
func (v vaultDoor) Put(ctx context.Context, c docket.Ref, key [32]byte, r io.Reader) (string, int64, string, error) {
	stored, err := v.Vault.Put(ctx, c, key, r)
	return stored.ID, stored.Size, stored.SHA256, err
}

type caseCollect struct {
	named
	Files []string `arg:"" help:"What was collected: N=FILE, N the measure it is for, counted from 0."`
	Why   string   `help:"How and where it was collected."`
}

// Run takes files into the vault and declares them.
func (c *caseCollect) Run(s *streams) error {
	return c.on(s, lifecycle.Collect, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		var uploads []docket.Upload
		for _, arg := range c.Files {
			number, name, ok := strings.Cut(arg, "=")
			n, err := strconv.Atoi(number)
			if !ok || err != nil {
				return fault.Invalidf(arg, "does not say for which measure it is").WithHint("write 0=subscriber.csv")
			}
			f, err := os.Open(name)
			if err != nil {
				return fault.NotFoundf("", "cannot be read: %v", err)
			}
			defer f.Close()
			uploads = append(uploads, docket.Upload{Measure: n, Name: filepath.Base(name), From: f})
		}
		o.warnCollector(s, who)
		done, err := o.Collect(ctx, who, ref, uploads, c.Why)
		if err != nil {
			return err
		}
		o.result(s, ref, lifecycle.Collect, done)
		return nil
	})
}

// warnCollector says, before anything is collected, that the two who have to
// release would be missing afterwards.
func (o *opened) warnCollector(s *streams, who docket.Actor) {
	if !lifecycle.CanRelease(o.settings.members(), lifecycle.Order, who.Name) {
		fmt.Fprintf(s.err, "rogatory: warning: what %s collects nobody here can release: it takes two others, one of them of the office; `rogatory office staff` says more\n", visible(who.Name))
	}
}

type caseRelease struct {
	named
	reasons
	Out string `help:"Write what was released into this folder, with a list of the files, their hashes and the conditions." placeholder:"DIR" type:"path"`
}

// Run releases, or writes out what is released already.
func (c *caseRelease) Run(s *streams) error {
	return c.on(s, lifecycle.Release, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		got, err := o.Show(ctx, who, ref, "")
		if err != nil {
			return err
		}
		if got.Stage != lifecycle.Disclosed {
			done, err := o.Do(ctx, who, ref, docket.Act{Do: lifecycle.Release, Why: c.Why, Told: c.Told, Seen: c.Seen})
			if err != nil {
				return err
			}
			o.result(s, ref, lifecycle.Release, done)
			got = done.Case
		}
		if c.Out == "" || got.Stage != lifecycle.Disclosed {
			return nil
		}
		return o.writeOut(ctx, s, who, got, c.Out)
	})
}

// writeOut writes the released files. A folder that exists is not written into:
// nothing may end up beside what was released.
func (o *opened) writeOut(ctx context.Context, s *streams, who docket.Actor, c *docket.Case, dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fault.Conflictf(dir, "cannot be made: %v", err).WithHint("name a folder that does not exist yet")
	}
	for _, f := range c.Files {
		if err := o.writeFile(ctx, who, c.Ref, f, filepath.Join(dir, f.Name)); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(o.Manifest(c), "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "release.json"), append(text, '\n'), 0o600); err != nil {
		return err
	}
	s.paper.line("written to %s: %d files and release.json", dir, len(c.Files))
	s.paper.para("", "They lie there in clear, and erasing the case does not erase them: encrypt them to the recipient, then delete the folder.")
	return nil
}

func (o *opened) writeFile(ctx context.Context, who docket.Actor, ref docket.Ref, f docket.File, name string) error {
	in, err := o.Fetch(ctx, who, ref, f.Name)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
