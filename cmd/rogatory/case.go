package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/rogatory/rogatory/api"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/timer"
)

type caseCommand struct {
	New          caseNew          `cmd:"" help:"Take in a request: it is kept, hashed, screened and answered by a receipt."`
	List         caseList         `cmd:"" help:"The queue: what breaches first on top. It tells nothing of what is asked."`
	Show         caseShow         `cmd:"" help:"Where a case stands, what is proposed and what is open. Looking is on record."`
	Questions    caseQuestions    `cmd:"" help:"What has to be settled before each gate, as a file to fill in for: case assert --file."`
	Assert       caseAssert       `cmd:"" help:"Say what you found: fact=value, with reasons."`
	Assign       caseAssign       `cmd:"" help:"Give a case to people of the office."`
	Unassign     caseUnassign     `cmd:"" help:"Take a case from people it was given to."`
	Decide       caseDecide       `cmd:"" help:"Cause any event of the table: refuse, forward, apply, compel, … See docs/lifecycle.md."`
	Grant        caseGrant        `cmd:"" help:"Grant items of a request, as the court, or from paper by two people."`
	Collect      caseCollect      `cmd:"" help:"Declare what was collected, a file per item."`
	Release      caseRelease      `cmd:"" help:"Release what was sealed. It takes two people, neither of whom collected."`
	Notify       caseNotify       `cmd:"" help:"Settle the duty to tell the persons concerned: told, told by the issuer, or unreachable."`
	NoticeLetter caseNoticeLetter `cmd:"" help:"The letter to a person that a notifier planned to bring by hand."`
	Challenge    caseChallenge    `cmd:"" help:"File or join a challenge of a person, reject or uphold it, or appeal."`
	Link         caseLink         `cmd:"" help:"Tie a preservation to the request for what is kept."`
	Note         caseNote         `cmd:"" help:"Put a note on file. It decides nothing."`
	History      caseHistory      `cmd:"" help:"Everything that happened, with who, when, why and every look."`
	Search       caseSearch       `cmd:"" help:"Find cases by account, or by words in those assigned to you. Every look is on record."`
	Due          caseDue          `cmd:"" help:"Do what is due now, in every case. A server does this by itself."`
	Dead         caseDead         `cmd:"" help:"What was due and failed so often that it was put aside; --revive tries it again."`
	Rescreen     caseRescreen     `cmd:"" help:"Which open cases would be judged otherwise under further safeguards. Changes nothing."`
}

// at is what every command on a case has in common.
type at struct {
	inFolder
	As      string `required:"" help:"Who you are: a name in office.toml, or name:role." env:"ROGATORY_AS" placeholder:"NAME"`
	RoleKey string `help:"Your role key: what judges, notifiers and oversight decide is signed with it." env:"ROGATORY_ROLE_KEY" placeholder:"FILE" type:"path"`
}

// on opens the office for somebody who wants to do something.
func (a *at) on(s *streams, do lifecycle.Event, work func(context.Context, *opened, docket.Actor) error) error {
	return a.within(s, func(ctx context.Context, o *opened) error {
		who, err := o.actor(a.As, do)
		if err != nil {
			return err
		}
		if a.RoleKey != "" {
			if o.roleKey, err = readRoleKey(a.RoleKey, s); err != nil {
				return err
			}
		}
		return work(ctx, o, who)
	})
}

type caseNew struct {
	at
	File          string `arg:"" help:"The request document; - is standard input."`
	Channel       string `help:"How it arrived." enum:"registered,portal,email,post,unknown" default:"unknown"`
	Authenticated bool   `help:"The channel authenticated the sender: you verified its signature."`
	Once          string `help:"The sender's key for this message: the same key never makes a second case." placeholder:"KEY"`
	JSON          bool   `help:"Print one JSON object."`
}

// Run takes in a request.
func (c *caseNew) Run(s *streams) error {
	document, err := readDocument(c.File, s.in)
	if err != nil {
		return err
	}
	return c.on(s, lifecycle.Note, func(ctx context.Context, o *opened, who docket.Actor) error {
		if who.Role != lifecycle.Intake {
			return fault.Forbiddenf(who.Name, "takes in no requests: that is for intake")
		}
		got, err := o.Receive(ctx, docket.Delivery{
			Document: document, By: who, Scope: "case new", Once: c.Once,
			Channel: request.Channel{Kind: c.Channel, Authenticated: &c.Authenticated},
		})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(s.out, api.CaseOf(got, o.clock().UTC(), o.settings.Rehearsal))
		}
		o.banner(s)
		s.paper.line("%s  %s", s.paper.paint(bold, string(got.Ref)), visible(got.Request.Reference))
		s.paper.standing(got)
		if got.Sender == lifecycle.Quarantined {
			s.paper.para("quarantine  ", "nobody knows yet who asks; call a contact of the register, then: case decide "+string(got.Ref)+" authenticate --contact …")
		}
		return nil
	})
}

func readBytes(name string, stdin io.Reader) ([]byte, error) {
	in := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fault.NotFoundf("", "cannot be read: %v", err)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, request.MaxBytes+1))
	if err != nil {
		return nil, fault.Invalidf(name, "cannot be read: %v", err)
	}
	return data, nil
}

// readDocument reads a request as it came, and says in which file it cannot be
// read.
func readDocument(name string, stdin io.Reader) ([]byte, error) {
	data, err := readBytes(name, stdin)
	if err != nil {
		return nil, err
	}
	if _, err := request.Read(data); err != nil {
		return nil, fmt.Errorf("%s: %w", visible(name), err)
	}
	return data, nil
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// banner says that nothing here is real, where nothing is.
func (o *opened) banner(s *streams) {
	if o.settings.Rehearsal {
		s.paper.line("%s", s.paper.paint(yellow, "rehearsal office, "+o.clock().UTC().Format("2006-01-02 15:04")+" UTC"))
	}
}

type caseList struct {
	at
	Stage     string `help:"Only this stage." placeholder:"STAGE"`
	Lane      string `help:"ordinary, emergency, preservation." placeholder:"LANE"`
	Waiting   string `help:"office, requester, court, …" placeholder:"WHO"`
	Assignee  string `help:"Only those last assigned to somebody." placeholder:"NAME"`
	Mine      bool   `help:"Only those last assigned to you."`
	Country   string `help:"Only from this State." placeholder:"CC"`
	Authority string `help:"Only from this authority." placeholder:"ID"`
	Outside   bool   `help:"Only those in which there is something for oversight to see: looks from outside, cases taken, orders on paper."`
	All       bool   `help:"Also those in which nothing is owed any more."`
	Within    int    `help:"Only what is due within so many hours." placeholder:"HOURS"`
	After     string `help:"The next page, as the page before says." placeholder:"CURSOR"`
	Limit     int    `help:"How many." default:"50"`
	JSON      bool   `help:"Print one JSON object a line."`
}

// Run prints a page of the queue.
func (c *caseList) Run(s *streams) error {
	return c.on(s, lifecycle.Look, func(ctx context.Context, o *opened, who docket.Actor) error {
		q := docket.Query{
			Stage: c.Stage, Lane: c.Lane, Waiting: c.Waiting, Assignee: c.Assignee, Country: c.Country, Authority: c.Authority,
			Outside: c.Outside, Open: !c.All, After: c.After, Limit: c.Limit,
		}
		if c.Mine {
			q.Assignee = who.Name
		}
		now := o.clock().UTC()
		if c.Within > 0 {
			q.DueBefore = now.Add(time.Duration(c.Within) * time.Hour)
		}
		rows, next, err := o.Queue(ctx, q)
		if err != nil {
			return err
		}
		if c.JSON {
			for i := range rows {
				if err := printJSON(s.out, api.RowOf(&rows[i])); err != nil {
					return err
				}
			}
			if next != "" {
				fmt.Fprintf(s.err, "more: --after %s\n", next)
			}
			return nil
		}
		o.banner(s)
		s.paper.queue(rows, now)
		if next != "" {
			s.paper.line("more: --after %s", next)
		}
		return nil
	})
}

// queue prints rows so that what breaches first is on top and says how soon, in
// words and as a time.
func (t *terminal) queue(rows []docket.Row, now time.Time) {
	if len(rows) == 0 {
		t.line("nothing")
		return
	}
	t.line("%-13s %-12s %-16s %-11s %-12s %-3s %-14s %s", "case", "time left", "due (UTC)", "stage", "waits for", "", "instrument", "assigned to")
	for _, r := range rows {
		left, when, style := "", "", ""
		if !r.Due.IsZero() {
			left, when = timeLeft(r.Due.Sub(now)), r.Due.UTC().Format("2006-01-02 15:04")
			if r.Due.Before(now) || r.Escalated {
				style = red
			}
		}
		flags := ""
		if r.Escalated {
			flags += " !warned"
		}
		if r.Outside > 0 {
			flags += fmt.Sprintf(" !for oversight to see: %d", r.Outside)
		}
		t.line("%-13s %s %-16s %-11s %-12s %-3s %-14s %s%s", r.Case, t.paint(style, fmt.Sprintf("%-12s", left)), when, r.Stage, r.Waiting, r.Country, visible(r.Instrument), visible(r.Assignee), t.paint(red, flags))
	}
}

// timeLeft says a duration as people do: the two largest units.
func timeLeft(d time.Duration) string {
	if d < 0 {
		return "late " + timeLeft(-d)
	}
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 13:
		return fmt.Sprintf("%d days", days)
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	}
	return fmt.Sprintf("%d h %d min", hours, minutes)
}

type caseDue struct{ inFolder }

// Run does what is due.
func (c *caseDue) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		done, failed := 0, 0
		l, err := o.newLetters(ctx)
		if err != nil {
			return err
		}
		r := l.runner(func(job docket.Job, err error) {
			failed++
			fmt.Fprintf(s.err, "rogatory: %s: %v\n", job.Key, err)
		}, func() { done++ })
		if err := r.RunDue(ctx); err != nil {
			return err
		}
		o.banner(s)
		if err := o.publish(ctx, s); err != nil {
			return err
		}
		s.paper.line("done: %d, failed: %d", done, failed)
		if failed > 0 {
			return fault.Conflictf("", "not everything that is due could be done").WithHint(fmt.Sprintf("what failed is tried again, and after %d failures put aside: `rogatory case dead` lists it", timer.Attempts))
		}
		return nil
	})
}

func trimmed(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}
