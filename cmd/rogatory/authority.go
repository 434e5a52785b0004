package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/register"
)

type authorityCommand struct {
	List    authorityList    `cmd:"" help:"Who may ask, and what is about to change."`
	Show    authorityShow    `cmd:"" help:"One entry, with its history and the digest of what waits."`
	Propose authorityPropose `cmd:"" help:"Propose an entry, or a change of one: the first of two people."`
	Verify  authorityVerify  `cmd:"" help:"Say how you verified a contact of what is proposed."`
	Confirm authorityConfirm `cmd:"" help:"Confirm what another proposed, after calling a contact that stands: the second of two."`
	Object  authorityObject  `cmd:"" help:"Stop what is proposed, or waits for its time."`
	Suspend authoritySuspend `cmd:"" help:"Suspend an authority, at once: everything of it in flight stops."`
	Resume  authorityResume  `cmd:"" help:"Propose to lift a suspension; another confirms."`
	Import  authorityImport  `cmd:"" help:"Propose the entries of a directory, a CSV file. Nothing of it is in force until two people stand for it."`
}

// atRegister is what every command on the register has in common.
type atRegister struct {
	inFolder
	As string `required:"" help:"Who you are: a name in office.toml, or name:role." env:"ROGATORY_AS" placeholder:"NAME"`
}

// withReason is what the commands have in common that say why of one entry.
type withReason struct {
	atRegister
	ID  string `arg:"" help:"The authority."`
	Why string `required:"" help:"Why."`
}

// on opens the office for somebody in the first of their roles that may do what
// is wanted.
func (a *atRegister) on(s *streams, roles []lifecycle.Role, work func(context.Context, *opened, register.Actor) error) error {
	return a.within(s, func(ctx context.Context, o *opened) error {
		name, _, chosen := strings.Cut(a.As, ":")
		for _, r := range roles {
			who, err := o.actor(name+":"+r.String(), lifecycle.Look)
			if chosen {
				who, err = o.actor(a.As, lifecycle.Look)
			}
			if err == nil {
				return work(ctx, o, register.Actor(who))
			}
			if fault.KindOf(err) == fault.NotFound {
				return err
			}
		}
		return fault.Forbiddenf(a.As, "holds no role for this: it takes one of %s", wordsOf(roles))
	})
}

// changing does what somebody wants with an entry, and shows what then waits.
func (a *atRegister) changing(s *streams, roles []lifecycle.Role, act func(context.Context, *register.Register, register.Actor) (*register.Entry, error)) error {
	return a.on(s, roles, func(ctx context.Context, o *opened, who register.Actor) error {
		entry, err := act(ctx, o.register, who)
		if err != nil {
			return err
		}
		s.entry(entry)
		return nil
	})
}

func wordsOf(roles []lifecycle.Role) string {
	var list []string
	for _, r := range roles {
		list = append(list, r.String())
	}
	return strings.Join(list, ", ")
}

// Who does what in the register. The register itself refuses whoever may not.
var (
	proposing  = []lifecycle.Role{lifecycle.Reviewer, lifecycle.Senior, lifecycle.Intake, lifecycle.Administrator}
	confirming = []lifecycle.Role{lifecycle.Senior, lifecycle.Reviewer}
	objecting  = []lifecycle.Role{lifecycle.Reviewer, lifecycle.Senior, lifecycle.Intake, lifecycle.Custodian, lifecycle.Notifier, lifecycle.Oversight, lifecycle.Administrator}
	suspending = []lifecycle.Role{lifecycle.Senior, lifecycle.Oversight, lifecycle.Reviewer}
)

type authorityPropose struct {
	atRegister
	File string `arg:"" help:"The entry, JSON as authority show --json prints it; - is standard input." type:"path"`
	Why  string `required:"" help:"Why."`
}

// Run proposes.
func (c *authorityPropose) Run(s *streams) error {
	text, err := readBytes(c.File, s.in)
	if err != nil {
		return err
	}
	read := json.NewDecoder(bytes.NewReader(text))
	read.DisallowUnknownFields()
	var to authority.Authority
	if err := read.Decode(&to); err != nil {
		return fault.Invalidf(visible(c.File), "the entry cannot be read: %v", err).WithHint("`rogatory authority show --json` shows how one is written")
	}
	return c.changing(s, proposing, func(ctx context.Context, r *register.Register, who register.Actor) (*register.Entry, error) {
		return r.Propose(ctx, who, to, c.Why)
	})
}

type authorityVerify struct {
	atRegister
	ID      string `arg:"" help:"The authority."`
	Contact string `required:"" help:"The contact, as the entry has it."`
	How     string `required:"" help:"How you verified that it is theirs, without asking them by a message of theirs."`
}

// Run verifies a contact.
func (c *authorityVerify) Run(s *streams) error {
	return c.changing(s, proposing, func(ctx context.Context, r *register.Register, who register.Actor) (*register.Entry, error) {
		return r.Verify(ctx, who, c.ID, c.Contact, c.How)
	})
}

type authorityConfirm struct {
	atRegister
	ID     string `arg:"" help:"The authority."`
	Digest string `required:"" help:"Of the change as you have seen it: authority show prints it."`
	Called string `help:"Which contact you called: one that stands, or of a new entry one that another verified."`
}

// Run confirms.
func (c *authorityConfirm) Run(s *streams) error {
	return c.changing(s, confirming, func(ctx context.Context, r *register.Register, who register.Actor) (*register.Entry, error) {
		return r.Confirm(ctx, who, c.ID, c.Digest, c.Called)
	})
}

type authorityObject struct{ withReason }

// Run objects.
func (c *authorityObject) Run(s *streams) error {
	return c.changing(s, objecting, func(ctx context.Context, r *register.Register, who register.Actor) (*register.Entry, error) {
		return r.Object(ctx, who, c.ID, c.Why)
	})
}

type authoritySuspend struct{ withReason }

// Run suspends, in the register first, so that nothing slips through between.
func (c *authoritySuspend) Run(s *streams) error {
	return c.on(s, suspending, func(ctx context.Context, o *opened, who register.Actor) error {
		entry, err := o.register.Suspend(ctx, who, c.ID, c.Why)
		if err != nil {
			return err
		}
		s.entry(entry)
		if who.Role != lifecycle.Senior && who.Role != lifecycle.Oversight {
			return nil // the gates ask the register; a senior marks the cases
		}
		cases, err := o.SuspendAll(ctx, docket.Actor(who), c.ID, c.Why)
		s.paper.line("marked in %d open cases", len(cases))
		return err
	})
}

type authorityResume struct{ withReason }

// Run proposes to lift a suspension.
func (c *authorityResume) Run(s *streams) error {
	return c.changing(s, proposing, func(ctx context.Context, r *register.Register, who register.Actor) (*register.Entry, error) {
		return r.Resume(ctx, who, c.ID, c.Why)
	})
}

type authorityImport struct {
	atRegister
	File string `arg:"" help:"A CSV file; its first line names the columns." type:"path"`
	Why  string `required:"" help:"Where the directory is from."`
}

// Run proposes the entries of a directory.
func (c *authorityImport) Run(s *streams) error {
	text, err := readBytes(c.File, s.in)
	if err != nil {
		return err
	}
	list, err := authority.ReadCSV(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%s: %w", visible(c.File), err)
	}
	return c.on(s, proposing, func(ctx context.Context, o *opened, who register.Actor) error {
		got, err := o.register.Import(ctx, who, list, c.Why)
		for _, problem := range got.Problems {
			fmt.Fprintf(s.err, "rogatory: %s\n", visible(problem))
		}
		s.paper.line("proposed: %d new, %d changed; %d as they stand; %d could not be proposed", got.New, got.Changed, got.Same, len(got.Problems))
		return err
	})
}
