package docket

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/screen"
)

// Show reads a case, and records that somebody looked. Whoever it is not
// assigned to gives a reason, and oversight sees it.
func (d *Docket) Show(ctx context.Context, who Actor, ref Ref, why string) (*Case, error) {
	return d.change(ctx, ref, func(c *Case, now time.Time) error {
		do, x := lifecycle.Look, lifecycle.Circumstances(0)
		if err := c.mayAct(who); err != nil {
			if !stated(why) {
				return err
			}
			do, x = lifecycle.LookOutside, lifecycle.Reasoned
		}
		after, err := lifecycle.Next(c.State, who.Role, do, x)
		if err != nil {
			return notAllowed(c, err, nil)
		}
		return c.add(Event{Do: do, By: who.Name, Role: who.Role.String(), Why: strings.TrimSpace(why), With: uint32(x), After: after}, now)
	})
}

// Queue gives a page of rows, what breaches first on top. It tells nothing of
// what is asked or whose data it is.
func (d *Docket) Queue(ctx context.Context, q Query) ([]Row, string, error) {
	return d.records.Rows(ctx, q)
}

// An Open question is what somebody has to settle before a gate lets pass.
type Open struct {
	Gate     string
	Finding  screen.Finding
	Fact     string
	Of       string
	Ask      string
	Question string
	Stands   []fact.Assertion // what is said already, to be answered by name
}

// Questions lists what is open at every gate that is still ahead, each question
// once.
func (d *Docket) Questions(ctx context.Context, c *Case) ([]Open, error) {
	gates, err := d.gates(ctx, c, nil, nil, d.now())
	if err != nil {
		return nil, err
	}
	var list []Open
	for _, gate := range []rule.Gate{rule.Intake, rule.Screening, rule.AtCourt, rule.Disclosure, rule.Secrecy} {
		for _, f := range gates.Open(gate) {
			list = appendOpen(list, gates, gate, f)
		}
	}
	return list, nil
}

func appendOpen(list []Open, gates *screen.Gates, gate rule.Gate, f screen.Finding) []Open {
	if len(f.Missing) == 0 {
		return append(list, Open{Gate: gate.String(), Finding: f, Of: f.Instance})
	}
	for _, m := range f.Missing {
		of := f.Instance
		if strings.HasPrefix(m.Fact, "request.") {
			of = "request"
		}
		if slices.ContainsFunc(list, func(o Open) bool { return o.Fact == m.Fact && o.Of == of }) {
			continue
		}
		o := Open{Gate: gate.String(), Finding: f, Fact: m.Fact, Of: of, Ask: m.Ask, Question: m.Question}
		if instance, err := parseInstance(of); err == nil {
			o.Stands = gates.About(fact.Name(m.Fact), instance)
		}
		list = append(list, o)
	}
	return list
}

// Link ties a preservation to the request for what is kept, so that it is held
// until that request is over. Both cases know of it.
func (d *Docket) Link(ctx context.Context, who Actor, kept, asking Ref, why string) (*Done, error) {
	_, err := d.change(ctx, asking, func(c *Case, now time.Time) error {
		if err := c.mayAct(who); err != nil {
			return err
		}
		if slices.Contains(c.Links, kept) {
			return nil
		}
		after, err := lifecycle.Next(c.State, who.Role, lifecycle.Note, 0)
		if err != nil {
			return notAllowed(c, err, nil)
		}
		return c.add(Event{Do: lifecycle.Note, By: who.Name, Role: who.Role.String(), Why: "asks for what is kept under " + string(kept), After: after, Body: Body{Link: kept}}, now)
	})
	if err != nil {
		return nil, err
	}
	return d.Do(ctx, who, kept, Act{Do: lifecycle.Link, Why: why, Body: Body{Link: asking}})
}

// searchLimit bounds how many cases a search for words decrypts.
const searchLimit = 500

// Search finds cases by account, or else by words in what the searcher may
// read: at most searchLimit of the cases assigned to them. Every case found is
// looked at, and the look is on record. More says that the bound was reached.
func (d *Docket) Search(ctx context.Context, who Actor, text, why string) (found []*Case, more bool, err error) {
	if len(strings.TrimSpace(text)) < 3 {
		return nil, false, fault.Invalidf("", "search for at least three letters")
	}
	refs, err := d.byAccount(ctx, text)
	if err != nil {
		return nil, false, err
	}
	if refs == nil {
		refs, more, err = d.byWords(ctx, who, text)
		if err != nil {
			return nil, false, err
		}
	}
	for _, ref := range refs {
		c, err := d.Show(ctx, who, ref, why)
		switch fault.KindOf(err) {
		case fault.Forbidden, fault.NotFound:
			continue // whether there is such a case is not told either
		}
		if err != nil {
			return nil, false, err
		}
		found = append(found, c)
	}
	return found, more, nil
}

func (d *Docket) byAccount(ctx context.Context, text string) ([]Ref, error) {
	key, err := d.keys.Index(ctx)
	if err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, account := range screen.AccountsIn(text) {
		hashes = append(hashes, accountHash(key, account))
	}
	if len(hashes) == 0 {
		return nil, nil
	}
	return d.records.Find(ctx, hashes)
}

func (d *Docket) byWords(ctx context.Context, who Actor, text string) (refs []Ref, more bool, err error) {
	text = strings.ToLower(strings.TrimSpace(text))
	q := Query{Assignee: who.Name, Limit: 100}
	if who.Role == lifecycle.Oversight {
		q.Assignee = ""
	}
	for read := 0; read < searchLimit; {
		rows, next, err := d.records.Rows(ctx, q)
		if err != nil {
			return nil, false, err
		}
		for _, row := range rows {
			read++
			c, err := d.load(ctx, row.Case)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return nil, false, err
			}
			if c.says(text) {
				refs = append(refs, row.Case)
			}
		}
		if next == "" {
			return refs, false, nil
		}
		q.After = next
	}
	return refs, true, nil
}

// says reports whether a lower-case text occurs in the document or in what
// people wrote.
func (c *Case) says(text string) bool {
	if strings.Contains(strings.ToLower(string(c.Document)), text) || strings.Contains(strings.ToLower(string(c.Ref)), text) {
		return true
	}
	return slices.ContainsFunc(c.Events, func(e Event) bool {
		return strings.Contains(strings.ToLower(e.Why+"\n"+e.Told), text)
	})
}
