package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/keyring"
	"github.com/rogatory/rogatory/signal"
	"github.com/rogatory/rogatory/store"
)

type initCommand struct {
	Dir       string `arg:"" help:"A folder that does not exist yet, or is empty." type:"path"`
	Office    string `help:"Profile: the id of an example (rogatory office list), or a file." default:"authority-de"`
	Rehearsal bool   `help:"An office to learn and to test with: its clock may be set by ROGATORY_CLOCK, and everything it prints says so."`
}

// Run makes an office's folder. Nothing that exists is touched.
func (c *initCommand) Run(s *streams) error {
	if entries, err := os.ReadDir(c.Dir); err == nil && len(entries) > 0 {
		return fault.Conflictf(c.Dir, "is not empty").WithHint("name a folder that does not exist yet")
	}
	if _, _, err := readOffice(c.Office, signal.Late(signal.Floor)); err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return fault.Invalidf(c.Dir, "cannot be made: %v", err)
	}
	key, err := keyring.NewFile(filepath.Join(c.Dir, keyFile))
	if err != nil {
		return err
	}
	profile := c.Office
	if abs, err := filepath.Abs(c.Office); err == nil {
		if _, err := os.Stat(abs); err == nil {
			profile = abs
		}
	}
	text := fmt.Sprintf(settingsText, profile, c.Rehearsal)
	if err := os.WriteFile(filepath.Join(c.Dir, settingsFile), []byte(text), 0o600); err != nil {
		return err
	}
	if err := c.databases(key); err != nil {
		return err
	}
	s.paper.line("made %s", c.Dir)
	s.paper.para("  office.toml  ", "who works here, which authorities are enrolled; read it and put your people in")
	s.paper.para("  office.key   ", "the office's key: without it nothing can be read; keep a copy elsewhere, and never with a backup")
	s.paper.para("  office.db    ", "the cases, encrypted; keys.db holds their keys, wrapped by the office's key")
	s.paper.line("next: edit office.toml; `rogatory office staff --data %s` says what is missing;", c.Dir)
	s.paper.line("      then `rogatory case new --data %s --as NAME request.json`", c.Dir)
	return nil
}

// databases makes both databases, and opens them as the office will.
func (c *initCommand) databases(key keyring.Office) error {
	ctx := context.Background()
	ring, err := keyring.Open(ctx, filepath.Join(c.Dir, "keys.db"), key)
	if err != nil {
		return err
	}
	records, err := store.Open(ctx, filepath.Join(c.Dir, "office.db"))
	if err != nil {
		return errors.Join(err, ring.Close())
	}
	if err := errors.Join(records.Close(), ring.Close()); err != nil {
		return err
	}
	o, err := (&inFolder{Data: c.Dir}).open(ctx)
	if err != nil {
		return err
	}
	return o.Close()
}

const settingsText = `# The office. Unknown settings are refused.

profile = %q          # an example's id, or a file in this folder
# rulebook = "rules"  # a folder of further safeguards; they can only narrow
# records = "office.db"   # or postgres://… when one machine is not enough
# keys = "keys.db"        # never in the same backup as the records
rehearsal = %t

# Contacts that your own State keeps open at all times; a call-back through one
# of them confirms a sender.
points = []

# Who works here. One person may hold several roles, but never counts as two.
# Roles: intake, reviewer, senior, custodian, notifier; judge and oversight are
# outside the office; the administrator decides nothing.
#
# [[person]]
# name = "Rosa Okafor"
# roles = ["intake", "reviewer"]
#
# [[person]]
# name = "Dr. Lindqvist"
# roles = ["senior"]
# bound = true        # an outsider bound by contract

# Authorities that may ask. The contacts are those you verified yourself, never
# those a request gives.
#
# [[authority]]
# id = "fr-bep"
# name = "Bureau de l'entraide pénale"
# country = "FR"
# contacts = ["+33 1 00 00 00 00"]
# key = "age1…"       # that of the recipient; what is released is written in
#                     # clear today: encrypt it to this key before it leaves
# suspended = false
`
