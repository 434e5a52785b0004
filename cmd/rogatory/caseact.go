package main

import (
	"context"
	"fmt"
	"slices"
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
	if err := checkPerson(do, &body); err != nil {
		return err
	}
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
	To  []string `arg:"" help:"Names in office.toml."`
	Why string   `help:"Why. Whoever takes a case for themselves has to say it, and oversight sees it."`
}

// Run gives a case to people of the office: to all of them, or, if one is not
// of the office, to nobody.
func (c *caseAssign) Run(s *streams) error {
	return c.on(s, lifecycle.Assign, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		names, err := o.names(c.To)
		if err != nil {
			return err
		}
		return o.each(ctx, s, who, ref, docket.Act{Do: lifecycle.Assign, Why: c.Why}, names)
	})
}

// names are people of the office, as office.toml writes them.
func (o *opened) names(said []string) ([]string, error) {
	var names []string
	for _, name := range said {
		to, err := o.actor(name, lifecycle.Look)
		if err != nil {
			return nil, err
		}
		names = append(names, to.Name)
	}
	return names, nil
}

// each does an act to one person after the other, and says whose the case is.
func (o *opened) each(ctx context.Context, s *streams, who docket.Actor, ref docket.Ref, a docket.Act, names []string) error {
	var last *docket.Done
	for _, name := range names {
		a.To = name
		done, err := o.Do(ctx, who, ref, a)
		if err != nil {
			return err
		}
		last = done
	}
	o.banner(s)
	if len(last.Case.Assigned) == 0 {
		s.paper.line("%s  assigned to nobody", ref)
		return nil
	}
	s.paper.line("%s  assigned to %s", ref, strings.Join(last.Case.Assigned, ", "))
	return nil
}

type caseUnassign struct {
	named
	From []string `arg:"" help:"Names of those it is assigned to."`
	Why  string   `help:"Why."`
}

// Run takes a case from people.
func (c *caseUnassign) Run(s *streams) error {
	return c.on(s, lifecycle.Unassign, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		return o.each(ctx, s, who, ref, docket.Act{Do: lifecycle.Unassign, Why: c.Why}, c.From)
	})
}

type caseDecide struct {
	named
	Event string `arg:"" help:"What you decide: return, offer, redirect, refuse, object, forward, apply, deny, compel, open-lane, preserve, order-secrecy, clear, exempt, state-objects, … docs/lifecycle.md lists them."`
	reasons
	paper
	Ground   []string `help:"A ground of the closed list; may be given more than once." placeholder:"TAG"`
	Measure  []int    `help:"Only this measure, counted from 0; may be given more than once." placeholder:"N"`
	Offence  []int    `help:"Only this offence; may be given more than once." placeholder:"N"`
	Item     []string `help:"What a court above compels, 0, or less of it: 0:2026-06-01..2026-06-30. May be given more than once." placeholder:"N[:FROM..TO]"`
	Until    string   `help:"The end: of secrecy, a postponement, a hold." placeholder:"DATE"`
	Harm     string   `help:"What harm telling the person would do: no secrecy without it."`
	Contact  string   `help:"The registered contact you called."`
	Risk     string   `help:"The imminent risk to life."`
	Remedy   string   `help:"What was filed against a compulsion, or why nothing was; of a notice: where, until when and with whom one can complain."`
	Way      string   `help:"How the person is reached safely."`
	Whom     []string `help:"Who is told, as the request names them: /measures/0/targets/1. May be given more than once." placeholder:"TARGET"`
	Proof    string   `help:"Reference of what proves it."`
	To       string   `help:"To whom: the recipient of an onward transfer; of an emergency, the enrolled authority of the same State that fetches the data."`
	From     string   `help:"Who files or joins a challenge, or appeals." placeholder:"NAME"`
	Document string   `help:"The requester's new document, for: answer." placeholder:"FILE" type:"path"`
}

// Run causes an event of the table.
func (c *caseDecide) Run(s *streams) error {
	body, err := c.body(s)
	if err != nil {
		return err
	}
	do := lifecycle.Event(c.Event)
	if do == lifecycle.Answer && body.Document == nil && strings.TrimSpace(c.Why) == "" {
		return fault.Invalidf("", "nothing is answered").WithHint("give the new document by --document, or say by --why what was answered")
	}
	if len(c.Item) == 0 {
		return c.act(s, do, c.reasons, body)
	}
	return c.on(s, do, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		return o.ofItems(ctx, s, who, ref, docket.Act{Do: do, Why: c.Why, Told: c.Told, Seen: c.Seen, Body: body}, c.Item)
	})
}

// body is what the decision is about.
func (c *caseDecide) body(s *streams) (docket.Body, error) {
	body := docket.Body{
		Grounds: trimmed(c.Ground), Measures: c.Measure, Offences: c.Offence, Whom: trimmed(c.Whom), From: c.From, Harm: c.Harm,
		Contact: c.Contact, Risk: c.Risk, Remedy: c.Remedy, Way: c.Way, Proof: c.Proof, To: c.To,
	}
	var err error
	if body.Decision, err = c.read(s); err != nil {
		return body, err
	}
	if c.Until != "" {
		if body.Until, err = moment("--until", c.Until); err != nil {
			return body, err
		}
	}
	if c.Document != "" {
		body.Document, err = readDocument(c.Document, s.in)
	}
	return body, err
}

// ofItems does an act that names items of measures. Under a compulsion they are
// all there is: no other measure is meant.
func (o *opened) ofItems(ctx context.Context, s *streams, who docket.Actor, ref docket.Ref, a docket.Act, texts []string) error {
	got, err := o.Show(ctx, who, ref, "to read the measures")
	if err != nil {
		return err
	}
	if a.Grant == nil {
		a.Grant = new(docket.Grant)
	}
	if a.Grant.Items, err = items(texts, got); err != nil {
		return err
	}
	if a.Do == lifecycle.Compel && len(a.Measures) == 0 {
		for _, i := range a.Grant.Items {
			if !slices.Contains(a.Measures, i.Measure) {
				a.Measures = append(a.Measures, i.Measure)
			}
		}
	}
	done, err := o.Do(ctx, who, ref, a)
	if err != nil {
		return err
	}
	o.result(s, ref, a.Do, done)
	return nil
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

type caseGrant struct {
	named
	reasons
	paper
	Item    []string `required:"" help:"A measure that is granted, 0, or less of it: 0:2026-06-01..2026-06-30. May be given more than once." placeholder:"N[:FROM..TO]"`
	Expires string   `required:"" help:"When the grant ends." placeholder:"DATE"`
	By      string   `help:"Who grants; a judge's own grant is a court's." enum:"court,judge,prosecutor,administrative-authority,own-decision," default:""`
	Court   string   `required:"" help:"Its name."`
	Risk    string   `help:"The risk to a life that the court states: an emergency order does not wait for the person to be told."`
}

// Run grants items.
func (c *caseGrant) Run(s *streams) error {
	expires, err := moment("--expires", c.Expires)
	if err != nil {
		return err
	}
	read, err := c.read(s)
	if err != nil {
		return err
	}
	body := docket.Body{Decision: read, Risk: c.Risk, Grant: &docket.Grant{By: c.By, Name: c.Court, Expires: expires}}
	return c.on(s, lifecycle.Grant, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		return o.ofItems(ctx, s, who, ref, docket.Act{Do: lifecycle.Grant, Why: c.Why, Told: c.Told, Seen: c.Seen, Body: body}, c.Item)
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
