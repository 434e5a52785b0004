package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// reasons are what every decision gives: inside, and to the requester.
type reasons struct {
	Why  string `help:"Your reasons, for the file."`
	Told string `help:"The reasons the requester is told. Never what the office knows of the account."`
	Seen int    `help:"Number of the last event you have seen; refused if somebody decided since."`
}

// result prints how an act ended.
func (o *opened) result(s *streams, ref docket.Ref, do lifecycle.Event, done *docket.Done) {
	o.banner(s)
	if done.Proposed {
		s.paper.line("%s  %s is proposed; it takes effect when a second person does the very same", ref, do)
		if before, differs := replaced(done.Case, do); before != "" {
			s.paper.para("          ", fmt.Sprintf("%s had proposed it too, with another %s: that no longer stands", before, strings.Join(differs, ", ")))
		}
		return
	}
	s.paper.line("%s  %s", ref, do)
	s.paper.standing(done.Case)
}

// act does one event and prints the result.
func (n *named) act(s *streams, do lifecycle.Event, r reasons, body docket.Body) error {
	return n.on(s, do, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		done, err := o.Do(ctx, who, ref, docket.Act{Do: do, Why: r.Why, Told: r.Told, Seen: r.Seen, Body: body})
		if err != nil {
			return err
		}
		o.result(s, ref, do, done)
		return nil
	})
}

type caseAssign struct {
	named
	To []string `arg:"" help:"Names in office.toml."`
}

// Run gives a case to people of the office: to all of them, or, if one is not
// of the office, to nobody.
func (c *caseAssign) Run(s *streams) error {
	return c.on(s, lifecycle.Assign, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		var names []string
		for _, name := range c.To {
			to, err := o.actor(name, lifecycle.Look)
			if err != nil {
				return err
			}
			names = append(names, to.Name)
		}
		for _, name := range names {
			done, err := o.Do(ctx, who, ref, docket.Act{Do: lifecycle.Assign, Body: docket.Body{To: name}})
			if err != nil {
				return err
			}
			if name == names[len(names)-1] {
				o.banner(s)
				s.paper.line("%s  assigned to %s", ref, strings.Join(done.Case.Assigned, ", "))
			}
		}
		return nil
	})
}

type caseDecide struct {
	named
	Event string `arg:"" help:"What you decide: return, offer, redirect, refuse, object, forward, apply, deny, compel, open-lane, preserve, order-secrecy, …"`
	reasons
	Ground   []string `help:"A ground of the closed list; may be given more than once." placeholder:"TAG"`
	Measure  []int    `help:"Only this measure, counted from 0; may be given more than once." placeholder:"N"`
	Offence  []int    `help:"Only this offence; may be given more than once." placeholder:"N"`
	Until    string   `help:"The end: of secrecy, a postponement, a hold." placeholder:"DATE"`
	Decision string   `help:"The decision you read: who decided; its reference; its date." placeholder:"WHO;REF;DATE"`
	Contact  string   `help:"The registered contact you called."`
	Risk     string   `help:"The imminent risk to life."`
	Remedy   string   `help:"What was filed against a compulsion, or why nothing was."`
	Way      string   `help:"How the person is reached safely."`
	Proof    string   `help:"Reference of what proves it."`
	To       string   `help:"To whom: the recipient of an onward transfer."`
	Document string   `help:"The requester's new document, for: answer." placeholder:"FILE" type:"path"`
}

// Run causes an event of the table.
func (c *caseDecide) Run(s *streams) error {
	do := lifecycle.Event(c.Event)
	body := docket.Body{
		Grounds: trimmed(c.Ground), Measures: c.Measure, Offences: c.Offence,
		Contact: c.Contact, Risk: c.Risk, Remedy: c.Remedy, Way: c.Way, Proof: c.Proof, To: c.To,
	}
	var err error
	if c.Until != "" {
		if body.Until, err = moment("--until", c.Until); err != nil {
			return err
		}
	}
	if c.Decision != "" {
		if body.Decision, err = decision(c.Decision); err != nil {
			return err
		}
	}
	if c.Document != "" {
		if body.Document, err = readDocument(c.Document, s.in); err != nil {
			return err
		}
	}
	if do == lifecycle.Answer && body.Document == nil && strings.TrimSpace(c.Why) == "" {
		return fault.Invalidf("", "nothing is answered").WithHint("give the new document by --document, or say by --why what was answered")
	}
	return c.act(s, do, c.reasons, body)
}

// moment reads a day, which ends when it is over, or a time.
func moment(what, text string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, fault.Invalidf(what, "%q is neither a day nor a time", text).WithHint("write 2026-12-01 or 2026-12-01T15:00:00Z")
	}
	return t.AddDate(0, 0, 1), nil
}

// decision reads "who; reference; date".
func decision(text string) (*docket.Decision, error) {
	parts := strings.Split(text, ";")
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	d := &docket.Decision{By: strings.TrimSpace(parts[0]), Reference: strings.TrimSpace(parts[1])}
	if date := strings.TrimSpace(parts[2]); date != "" {
		var err error
		if d.Date, err = time.Parse(time.DateOnly, date); err != nil {
			return nil, fault.Invalidf("--decision", "%q is no day", date).WithHint("write WHO; REFERENCE; 2026-09-01")
		}
	}
	return d, nil
}

type caseGrant struct {
	named
	reasons
	Item     []string `required:"" help:"A measure that is granted, 0, or less of it: 0:2026-06-01..2026-06-30. May be given more than once." placeholder:"N[:FROM..TO]"`
	Expires  string   `required:"" help:"When the grant ends." placeholder:"DATE"`
	By       string   `help:"Who grants; a judge's own grant is a court's." enum:"court,judge,prosecutor,administrative-authority,own-decision," default:""`
	Court    string   `required:"" help:"Its name."`
	Decision string   `help:"From paper, by two people: who decided; its reference; its date." placeholder:"WHO;REF;DATE"`
}

// Run grants items.
func (c *caseGrant) Run(s *streams) error {
	expires, err := moment("--expires", c.Expires)
	if err != nil {
		return err
	}
	body := docket.Body{}
	if c.Decision != "" {
		if body.Decision, err = decision(c.Decision); err != nil {
			return err
		}
	}
	return c.on(s, lifecycle.Grant, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		got, err := o.Show(ctx, who, ref, "to grant")
		if err != nil {
			return err
		}
		items, err := items(c.Item, got)
		if err != nil {
			return err
		}
		body.Grant = &docket.Grant{Items: items, By: c.By, Name: c.Court, Expires: expires}
		done, err := o.Do(ctx, who, ref, docket.Act{Do: lifecycle.Grant, Why: c.Why, Told: c.Told, Seen: c.Seen, Body: body})
		if err != nil {
			return err
		}
		o.result(s, ref, lifecycle.Grant, done)
		return nil
	})
}

// items reads what is granted; without dates an item is the whole window asked
// for.
func items(texts []string, c *docket.Case) ([]docket.Item, error) {
	var list []docket.Item
	for _, text := range texts {
		number, window, some := strings.Cut(text, ":")
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 || n >= len(c.Request.Measures) {
			return nil, fault.Invalidf("--item", "the request has no measure %q: it has %d, counted from 0", number, len(c.Request.Measures))
		}
		m := c.Request.Measures[n]
		item := docket.Item{Measure: n, From: m.From.Time, To: m.To.Time}
		if m.To.Date {
			item.To = item.To.AddDate(0, 0, 1)
		}
		if some {
			from, to, _ := strings.Cut(window, "..")
			if item.From, err = time.Parse(time.DateOnly, from); err != nil {
				return nil, fault.Invalidf("--item", "%q is no window", window).WithHint("write 0:2026-06-01..2026-06-30")
			}
			if item.To, err = moment("--item", to); err != nil {
				return nil, err
			}
		}
		list = append(list, item)
	}
	return list, nil
}

type caseNotify struct {
	named
	How string `arg:"" help:"How the duty is settled." enum:"told,told-by-issuer,unreachable"`
	reasons
	Way   string `help:"How the person was reached, as a person decided: never blindly the account."`
	Proof string `help:"Reference of what proves it."`
}

// Run settles the duty to tell the person.
func (c *caseNotify) Run(s *streams) error {
	do := map[string]lifecycle.Event{"told": lifecycle.Tell, "told-by-issuer": lifecycle.ToldByIssuer, "unreachable": lifecycle.Unreachable}[c.How]
	return c.act(s, do, c.reasons, docket.Body{Way: c.Way, Proof: c.Proof})
}

type caseChallenge struct {
	named
	What string `arg:"" help:"What happens to it." enum:"file,reject,uphold,appeal"`
	reasons
}

// Run files or decides a challenge.
func (c *caseChallenge) Run(s *streams) error {
	do := map[string]lifecycle.Event{"file": lifecycle.File, "reject": lifecycle.RejectChallenge, "uphold": lifecycle.UpholdChallenge, "appeal": lifecycle.Appeal}[c.What]
	return c.act(s, do, c.reasons, docket.Body{})
}

type caseLink struct {
	named
	Asking string `arg:"" help:"The case of the request for what is kept."`
	Why    string `help:"Why they belong together."`
}

// Run ties a preservation to the request for what is kept.
func (c *caseLink) Run(s *streams) error {
	asking, err := docket.ParseRef(c.Asking)
	if err != nil {
		return err
	}
	return c.on(s, lifecycle.Link, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		done, err := o.Link(ctx, who, ref, asking, c.Why)
		if err != nil {
			return err
		}
		o.result(s, ref, lifecycle.Link, done)
		return nil
	})
}
