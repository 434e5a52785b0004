package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/keyring"
	"github.com/rogatory/rogatory/signal"
	"github.com/rogatory/rogatory/store"
)

type initCommand struct {
	Dir           string `arg:"" help:"A folder that does not exist yet, or is empty." type:"path"`
	Office        string `help:"Profile: the id of an example (rogatory office list), or a file." default:"authority-de"`
	Administrator string `help:"The first person: who runs the machine, and invites the others." placeholder:"NAME"`
	Demo          bool   `help:"With --rehearsal: a demonstration, to which rogatory serve --demo prints everybody's way in. An office that was not made as one never becomes one."`
	Rehearsal     bool   `help:"An office to learn and to test with: its clock may be set by ROGATORY_CLOCK, and everything it prints says so."`
}

// Run makes an office's folder. Nothing that exists is touched.
func (c *initCommand) Run(s *streams) error {
	profile := c.Office
	if c.Demo && !c.Rehearsal {
		return fault.Invalidf("--demo", "nothing in a demonstration is real, and a real office is wanted").WithHint("add --rehearsal, or leave --demo out")
	}
	if abs, err := filepath.Abs(c.Office); err == nil {
		if _, err := os.Stat(abs); err == nil {
			profile = abs
		}
	}
	text := fmt.Sprintf(settingsText, profile, c.Rehearsal)
	if c.Administrator != "" {
		text += fmt.Sprintf("\n[[person]]\nname = %q\nroles = [\"administrator\"]\n", c.Administrator)
	}
	if err := c.make(text); err != nil {
		return err
	}
	s.paper.line("made %s", c.Dir)
	s.paper.para("  office.toml  ", "who works here, and how the office is reached; read it and put your people in")
	s.paper.para("  office.key   ", "the office's key: without it nothing can be read; keep a copy elsewhere, and never with a backup")
	s.paper.para("  office.db    ", "the cases, encrypted; keys.db holds their keys, wrapped by the office's key")
	s.paper.line("next: edit office.toml; `rogatory office staff --data %s` says what is missing;", c.Dir)
	s.paper.line("      then `rogatory serve --data %s` opens the office", c.Dir)
	if c.Administrator == "" {
		s.paper.line("      and `rogatory invite --data %s NAME` lets somebody in", c.Dir)
		return nil
	}
	s.paper.line("%s signs in by this link, once:", c.Administrator)
	return (&inviteCommand{inFolder{c.Dir}, c.Administrator, 24 * time.Hour}).Run(s)
}

// make makes the folder with its settings, its key and its databases.
func (c *initCommand) make(text string) error {
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
	if err := os.WriteFile(filepath.Join(c.Dir, settingsFile), []byte(text), 0o600); err != nil {
		return err
	}
	return c.databases(key)
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
	folder := &inFolder{Data: c.Dir}
	s, err := folder.read()
	if err != nil {
		return err
	}
	s.demo = c.Demo
	o, err := folder.openWith(ctx, s)
	if err != nil {
		return err
	}
	return o.Close()
}

const settingsText = `# The office. Unknown settings are refused.

profile = %q          # an example's id, or a file in this folder
# name = "…"          # of the office, as letters show it
# reply = "…"         # how the office is reached, as letters show it
# language = "en"     # of letters where the recipient's is not known
# rulebook = "rules"  # a folder of further safeguards; they can only narrow
# records = "office.db"   # or postgres://… when one machine is not enough
# keys = "keys.db"        # never in the same backup as the records
rehearsal = %t       # what an office is made as it stays

# Contacts that your own State keeps open at all times; a call-back through one
# of them confirms a sender.
points = []

# What gives an authority anything new takes effect so long after two people
# stood for it. At least 24h.
# cooling = "72h"

# Where the office listens. Without a certificate, a proxy in front has to bring
# TLS. The origin is how others reach it; passkeys and signatures are bound to it.
# [serve]
# listen = "127.0.0.1:8700"
# origin = "https://office.example"
# certificate = "tls.pem"
# key = "tls.key"
# proxies = ["127.0.0.1"]   # in front, whose word on who is behind them counts
# metrics = "127.0.0.1:8701"

# How letters leave. Without it they are laid into the folder letters.
# [mail]
# server = "mail.office.example:587"
# from = "requests@office.example"
# tls = "required"          # or implicit; none is for this machine alone
# user = "requests"
# password_file = "mail.password"
# bounce_domain = "bounces.office.example"
# bounces = "127.0.0.1:2424"    # LMTP: what your mail server has for that domain
# [mail.dkim]
# domain = "office.example"
# selector = "r1"
# key_file = "dkim.pem"

# The registry of the court, to which every grant is echoed.
# [court]
# name = "…"
# mail = "registry@court.example"

# The public log, in which everybody can see that nothing leaves unrecorded and
# no person is forgotten. ` + "`rogatory ledger terms`" + ` begins it; until then nothing is
# released. What stands here counts when it begins; later changes count once
# oversight has signed new terms.
# [log]
# origin = "office.example/log"   # its name, for good; without it that of serve
# folder = "log"                  # what is published; any web server may serve it
# mark = "log.mark"               # how far it came: on another disk than the records
# witnesses = "witnesses.txt"     # who cosigns, and how many have to (tlog-policy)
# deposit = "…"                   # oversight's key, to which openings are sealed
# epoch_minutes = 360             # a block is published so often; it divides a day
# block = 16                      # so many leaves are in each, covers among them
# batch_epochs = 4                # duties appear in every fourth block: once a day

# A provider of identities, for those who do not sign in with a passkey.
# [oidc]
# issuer = "https://login.office.example"
# client = "rogatory"
# secret_file = "oidc.secret"

# Who works here. One person may hold several roles, but never counts as two.
# Roles: intake, reviewer, senior, custodian, notifier; judge and oversight are
# outside the office; the administrator decides nothing. Judge, notifier and
# oversight sign what they decide: key is the public form of a role key, which
# they make themselves with rogatory sign keygen, and keep.
#
# [[person]]
# name = "Rosa Okafor"
# roles = ["intake", "reviewer"]
# mail = "rosa@office.example"
#
# [[person]]
# name = "Dr. Lindqvist"
# roles = ["senior"]
# bound = true        # an outsider bound by contract
#
# [[person]]
# name = "Judge Weber"
# roles = ["judge"]
# key = "rogatory-role-1:…"
`
