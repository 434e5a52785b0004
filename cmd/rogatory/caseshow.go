package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/api"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// named is a command on one case.
type named struct {
	at
	Ref string `arg:"" help:"The case, as on its receipt: 26-7K3MQ9XB-T."`
}

func (n *named) on(s *streams, do lifecycle.Event, work func(context.Context, *opened, docket.Actor, docket.Ref) error) error {
	ref, err := docket.ParseRef(n.Ref)
	if err != nil {
		return err
	}
	return n.at.on(s, do, func(ctx context.Context, o *opened, who docket.Actor) error { return work(ctx, o, who, ref) })
}

type caseShow struct {
	named
	Why  string `help:"Why you look at a case that is not assigned to you. Oversight sees it."`
	JSON bool   `help:"Print one JSON object."`
}

// Run shows where a case stands.
func (c *caseShow) Run(s *streams) error {
	return c.on(s, lifecycle.Look, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		got, err := o.Show(ctx, who, ref, c.Why)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(s.out, api.CaseOf(got, o.clock().UTC(), o.settings.Rehearsal))
		}
		o.banner(s)
		s.paper.line("%s  %s", s.paper.paint(bold, string(got.Ref)), visible(got.Request.Reference))
		s.paper.standing(got)
		s.paper.told(got)
		s.paper.leaving(got, o.clock().UTC())
		s.paper.owed(got)
		s.paper.clocks(got, o.clock().UTC())
		open, err := o.Questions(ctx, got)
		if err != nil {
			return err
		}
		s.paper.openBefore(open)
		s.paper.may(got, who)
		return nil
	})
}

// standing prints where a case stands on every track that says something.
func (t *terminal) standing(c *docket.Case) {
	t.items("stands    ", strings.Split(c.State.String(), ", "))
	if c.Request == nil {
		return // whoever acts may not read it
	}
	t.para("asked by  ", fmt.Sprintf("%s, %s, under %s", c.Request.Requesting.Authority.Name, c.Request.Requesting.Country, c.Request.Instrument))
	if c.Proposal.Outcome != "" {
		says := c.Proposal.Outcome
		if len(c.Proposal.Grounds) > 0 {
			says += " (" + strings.Join(c.Proposal.Grounds, ", ") + ")"
		}
		t.para("proposed  ", says+": "+c.Proposal.Form)
	}
	if c.Proposal.Preserve && c.Preservation == lifecycle.Unkept && slices.Contains(keepable, c.Stage) {
		t.para("          ", "keep the data meanwhile: case decide "+string(c.Ref)+" preserve; it discloses nothing")
	}
	if p := c.Proposed; p != nil {
		t.para("pending   ", fmt.Sprintf("%s, proposed by %s; a second person has to join", p.Do, p.By))
	}
	if g := c.Grant; g != nil && c.Basis == lifecycle.Order {
		for _, i := range g.Items {
			t.para("granted   ", fmt.Sprintf("/measures/%d, %s, by %s %s, until the end of %s", i.Measure, window(i), g.By, g.Name, lastDay(g.Expires)))
		}
	}
	if e := compulsion(c); e != nil && c.Basis == lifecycle.Compulsion {
		t.para("compelled ", fmt.Sprintf("measures %s, by %s, %s; against it: %s", numbers(e.Measures), e.Decision.Name, e.Decision.Reference, e.Remedy))
		if e.Grant != nil {
			for _, i := range e.Grant.Items {
				t.para("          ", fmt.Sprintf("/measures/%d, %s", i.Measure, window(i)))
			}
		}
		if list := c.Unmet(); len(list) > 0 {
			t.items("not met   ", list)
		}
	}
	for _, f := range c.Files {
		t.para("collected ", fmt.Sprintf("/measures/%d: %s, %d bytes, sha256 %.16s…", f.Measure, f.Name, f.Size, f.SHA256))
	}
	if len(c.Assigned) > 0 {
		t.items("assigned  ", c.Assigned)
	}
	for _, other := range c.Links {
		t.para("linked    ", string(other))
	}
}

// keepable are the stages in which it still helps to keep the data.
var keepable = []lifecycle.Stage{lifecycle.Received, lifecycle.Screened, lifecycle.Returned, lifecycle.Objected, lifecycle.Forwarded}

// compulsion is the event by which a case is compelled; nil: none.
func compulsion(c *docket.Case) *docket.Event {
	for i := len(c.Events) - 1; i >= 0; i-- {
		if e := &c.Events[i]; e.Do == lifecycle.Compel && e.Decision != nil {
			return e
		}
	}
	return nil
}

func numbers(list []int) string {
	var words []string
	for _, n := range list {
		words = append(words, strconv.Itoa(n))
	}
	return strings.Join(words, ", ")
}

// may lists what whoever looks could do where the case stands, if the papers
// show what has to be shown.
func (t *terminal) may(c *docket.Case, who docket.Actor) {
	var words []string
	for _, do := range lifecycle.Events() {
		if do == lifecycle.Propose || do == lifecycle.Look || do == lifecycle.LookOutside {
			continue
		}
		if _, err := lifecycle.Next(c.State, who.Role, do, lifecycle.AllCircumstances); err == nil {
			words = append(words, string(do))
		}
	}
	if len(words) > 0 {
		t.items("you may   ", words)
	}
}

// lastDay is the last day before an end: what ends at midnight ends with the
// day before.
func lastDay(t time.Time) string { return day(t.Add(-time.Microsecond)) }

func window(i docket.Item) string {
	switch {
	case i.From.IsZero() && i.To.IsZero():
		return "no dates"
	case i.To.IsZero():
		return "from " + day(i.From)
	}
	return day(i.From) + " to " + lastDay(i.To)
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func (t *terminal) clocks(c *docket.Case, now time.Time) {
	for _, k := range c.Clocks() {
		by := ""
		if k.Rule != "" {
			by = " (" + k.Rule + ")"
		}
		t.para("clock     ", fmt.Sprintf("%s: %s UTC, %s%s", k.ID, k.At.UTC().Format("2006-01-02 15:04"), timeLeft(k.At.Sub(now)), by))
	}
}

// openBefore counts what is open, gate by gate.
func (t *terminal) openBefore(open []docket.Open) {
	for _, gate := range gatesOf(open) {
		n := 0
		for _, q := range open {
			if q.Gate == gate {
				n++
			}
		}
		t.para("open      ", fmt.Sprintf("%d before %s; `case questions` lists them", n, gate))
	}
}

func gatesOf(open []docket.Open) []string {
	var list []string
	for _, q := range open {
		if !slices.Contains(list, q.Gate) {
			list = append(list, q.Gate)
		}
	}
	return list
}

type caseHistory struct {
	named
	Why    string `help:"Why you look at a case that is not assigned to you. Oversight sees it."`
	Verify bool   `help:"Walk the case again from its first entry: the chain is whole, and every event was allowed. Of an erased case the chain alone is left."`
	JSON   bool   `help:"Print one JSON object a line."`
}

// Run prints everything that happened, or verifies it.
func (c *caseHistory) Run(s *streams) error {
	return c.on(s, lifecycle.Look, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		if c.Verify {
			if err := o.Verify(ctx, ref); err != nil {
				return err
			}
			o.banner(s)
			s.paper.line("%s  the chain is whole, and every event on it was allowed", ref)
			return nil
		}
		got, err := o.Show(ctx, who, ref, c.Why)
		if err != nil {
			return err
		}
		if !c.JSON {
			o.banner(s)
		}
		for i := range got.Events {
			e := &got.Events[i]
			if c.JSON {
				if err := printJSON(s.out, api.EventOf(e)); err != nil {
					return err
				}
				continue
			}
			s.paper.event(e)
		}
		return nil
	})
}

func (t *terminal) event(e *docket.Event) {
	what := string(e.Do)
	if e.Proposed != nil {
		what += " " + string(e.Proposed.Do)
	}
	if e.Clock != "" {
		what += " (" + e.Clock + ")"
	}
	who := e.By
	if e.Role != "" {
		who += " (" + e.Role + ")"
	}
	if e.First != "" {
		who += ", after " + e.First
	}
	t.line("%4d  %s  %s  %s", e.Seq, e.At.UTC().Format("2006-01-02 15:04:05"), t.paint(bold, what), visible(who))
	said := [][2]string{{"why", e.Why}, {"told", e.Told}, {"grounds", strings.Join(e.Grounds, ", ")}, {"whom", strings.Join(e.Whom, ", ")}, {"not met", strings.Join(e.Unmet, ", ")}}
	for _, d := range api.DetailsOf(e) {
		said = append(said, [2]string{d.Word, d.Text})
	}
	for _, more := range said {
		if more[1] != "" && more[0] != "clock" {
			t.para("      "+more[0]+": ", more[1])
		}
	}
	if e.Decision != nil {
		d := e.Decision
		t.para("      decision: ", strings.Join(trimmed([]string{d.By, d.Name, d.State, d.Reference, day(d.Date), "sha256 " + d.SHA256}), ", "))
	}
	for _, said := range e.Said {
		t.para("      found: ", strings.TrimSpace(said.Of+" "+said.Fact)+" = "+said.Value)
	}
	if e.Proposal != nil {
		t.para("      proposes: ", e.Proposal.Outcome)
	}
}

type caseSearch struct {
	at
	Text []string `arg:"" help:"An account, or words."`
	Why  string   `help:"Why, where a case found is not assigned to you."`
}

// Run finds cases.
func (c *caseSearch) Run(s *streams) error {
	return c.at.on(s, lifecycle.Look, func(ctx context.Context, o *opened, who docket.Actor) error {
		found, more, err := o.Search(ctx, who, strings.Join(c.Text, " "), c.Why)
		if err != nil {
			return err
		}
		o.banner(s)
		for _, got := range found {
			s.paper.line("%s  %-12s %s", got.Ref, got.Stage, visible(got.Request.Reference))
		}
		if len(found) == 0 {
			s.paper.line("nothing that you may read")
		}
		if more {
			s.paper.line("there may be more: only the next cases due were searched")
		}
		return nil
	})
}
