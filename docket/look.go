package docket

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/screen"
)

// Show reads a case, and records that somebody looked. Whoever it is not
// assigned to gives a reason, and oversight sees it.
func (d *Docket) Show(ctx context.Context, who Actor, ref Ref, why string) (*Case, error) {
	if err := who.check(); err != nil {
		return nil, err
	}
	if !who.inside() {
		return nil, fault.Forbiddenf("", "a %s reads no files of the office", who.Role)
	}
	why = strings.TrimSpace(why)
	if err := checkText("the reason", why, reasonLimit); err != nil {
		return nil, err
	}
	c, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		do, x := lifecycle.Look, lifecycle.Circumstances(0)
		if err := c.mayAct(who); err != nil {
			if why == "" {
				return err
			}
			do, x = lifecycle.LookOutside, lifecycle.Reasoned
		}
		after, err := lifecycle.Next(c.State, who.Role, do, x)
		if err != nil {
			return notAllowed(c, err, nil)
		}
		return c.add(Event{Do: do, By: who.Name, Role: who.Role.String(), Why: why, With: x, After: after}, now)
	})
	switch {
	case err == nil:
		return c, nil
	case why == "":
		return nil, hide(err, ref, who)
	}
	return nil, err
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
			list = d.appendOpen(list, gates, gate, f)
		}
	}
	return list, nil
}

func (d *Docket) appendOpen(list []Open, gates *screen.Gates, gate rule.Gate, f screen.Finding) []Open {
	missing := f.Missing
	if len(missing) == 0 {
		missing = d.goesBackWith(f)
	}
	if len(missing) == 0 {
		return append(list, Open{Gate: gate.String(), Finding: f, Of: f.Instance})
	}
	for _, m := range missing {
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

// goesBackWith is the question of a safeguard of intake that sends a request back,
// also where the answer seems to be no: an emergency that names no threat to
// anybody may be one all the same, and whoever calls will know.
func (d *Docket) goesBackWith(f screen.Finding) []screen.Missing {
	for _, r := range d.book.Rules() {
		atoms := r.Holds.Atoms()
		if r.ID != f.Safeguard || r.Gate != rule.Intake || len(atoms) != 1 || f.Effect != rule.Return.String() {
			continue
		}
		if decl, _, ok := d.book.Vocabulary().Find(atoms[0].Fact); ok {
			return []screen.Missing{{Fact: string(decl.Name), Ask: decl.Settle.String(), Question: decl.Question}}
		}
	}
	return nil
}

// searchLimit bounds how many cases a search for words decrypts.
const searchLimit = 500

// Search finds cases by account, or else by words in what the searcher may
// read. It opens at most searchLimit cases, those in the searcher's charge
// first; more says that there were others. Every case found is looked at, and
// the look is on record.
func (d *Docket) Search(ctx context.Context, who Actor, text, why string) (found []*Case, more bool, err error) {
	if err := who.check(); err != nil {
		return nil, false, err
	}
	if !who.inside() {
		return nil, false, fault.Forbiddenf("", "a %s searches no files of the office", who.Role)
	}
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) < 3 {
		return nil, false, fault.Invalidf("", "search for at least three letters")
	}
	if err := checkText("what is searched", text, textLimit); err != nil {
		return nil, false, err
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
	if len(refs) > searchLimit {
		refs, more = refs[:searchLimit], true
	}
	for _, ref := range refs {
		if why == "" {
			c, err := d.load(ctx, ref)
			if fault.KindOf(err) == fault.NotFound || err == nil && !c.mayFind(who) {
				continue
			}
			if err != nil {
				return nil, false, err
			}
		}
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
		hashes = append(hashes, accountHash(key, byAccounts, account))
	}
	if len(hashes) == 0 {
		return nil, nil
	}
	return d.records.Find(ctx, hashes)
}

// byWords opens the cases in the searcher's charge, then the others, and keeps
// those that the searcher may read and that have the words.
func (d *Docket) byWords(ctx context.Context, who Actor, text string) (refs []Ref, more bool, err error) {
	text = strings.ToLower(text)
	opened := make(map[Ref]bool)
	for _, q := range []Query{{Assignee: who.Name, Limit: 100}, {Limit: 100}} {
		for {
			rows, next, err := d.records.Rows(ctx, q)
			if err != nil {
				return nil, false, err
			}
			for i := range rows {
				if opened[rows[i].Case] {
					continue
				}
				if len(opened) == searchLimit {
					return refs, true, nil
				}
				opened[rows[i].Case] = true
				c, err := d.load(ctx, rows[i].Case)
				if fault.KindOf(err) == fault.NotFound {
					continue
				}
				if err != nil {
					return nil, false, err
				}
				if c.mayFind(who) && c.says(text) {
					refs = append(refs, c.Ref)
				}
			}
			if next == "" {
				break
			}
			q.After = next
		}
	}
	return refs, false, nil
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
