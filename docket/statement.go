package docket

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/screen"
)

// assertion reads a statement with today's vocabulary. A fact that is no longer
// declared says nothing. What was said of an earlier document is a mark like any
// other: it stops, and clears nothing, until a person answers it.
func (s *Statement) assertion(voc *fact.Vocabulary, at time.Time) (fact.Assertion, error) {
	d, _, ok := voc.Find(fact.Name(s.Fact))
	if !ok || d.Take != fact.Alone {
		return fact.Assertion{}, fault.NotFoundf(s.Fact, "there is no such fact").WithHint("`case questions` lists what is open")
	}
	of, err := parseInstance(s.Of)
	if err != nil {
		return fact.Assertion{}, err
	}
	if of.Scope != d.Scope {
		return fact.Assertion{}, fault.Invalidf(s.Fact, "belongs to a %s and not to %q", d.Scope, s.Of).WithHint("name the instance, like /measures/0")
	}
	value, err := parseValue(d, s.Value)
	if err != nil {
		return fact.Assertion{}, fault.Invalidf("", "%v", err)
	}
	source := fact.Reviewer
	switch {
	case s.Before:
		source = fact.Signal
	case s.Court:
		source = fact.Court
	}
	return fact.Assertion{
		ID: s.ID, Fact: d.Name, Of: of, Source: source, Author: screen.Folded(s.By), Senior: s.Senior, At: at,
		Value: value, Reason: s.Reason, Answers: s.Answers,
	}, nil
}

func parseValue(d *fact.Declaration, text string) (fact.Value, error) {
	switch d.Kind {
	case fact.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return 0, fmt.Errorf("%s is true or false, not %q", d.Name, text)
		}
		return fact.OfBool(b), nil
	case fact.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return 0, fmt.Errorf("%s is a number, not %q", d.Name, text)
		}
		return d.Parse(n)
	case fact.Set:
		var list []any
		for _, word := range strings.Fields(strings.NewReplacer(",", " ", "[", " ", "]", " ").Replace(text)) {
			list = append(list, word)
		}
		return d.Parse(list)
	}
	return d.Parse(text)
}

// parseInstance reads "request", or a pointer such as "/measures/0".
func parseInstance(text string) (fact.Instance, error) {
	if text == "" || text == "request" {
		return fact.Instance{}, nil
	}
	for _, scope := range []fact.Scope{fact.OfMeasure, fact.OfOffence, fact.OfPerson} {
		if rest, ok := strings.CutPrefix(text, "/"+scope.String()+"s/"); ok {
			if n, err := strconv.Atoi(rest); err == nil && n >= 0 && strconv.Itoa(n) == rest {
				return fact.Instance{Scope: scope, Index: n}, nil
			}
		}
	}
	return fact.Instance{}, fault.Invalidf(text, "is no instance").WithHint("write request, /measures/0, /offences/0 or /persons/0")
}

// completeStatements numbers what is said, and names what it answers where the
// actor left it to the case: everything that now stands against it and that the
// actor may answer. The names are on record. Nobody settles a dispute as a
// senior who is a party to it as a reviewer.
func (d *Docket) completeStatements(ctx context.Context, c *Case, who Actor, a *Act, now time.Time) error {
	if len(a.Said) == 0 {
		return fault.Invalidf("", "nothing is said").WithHint("name a fact and its value, like request.harm_told=true")
	}
	gates, err := d.gates(ctx, c, nil, nil, now)
	if err != nil {
		return err
	}
	a.Said = slices.Clone(a.Said)
	for i := range a.Said {
		s := &a.Said[i]
		s.By, s.Before = who.Name, false
		s.Court = who.Role == lifecycle.Judge
		s.Senior = who.Role == lifecycle.Senior && !c.partyTo(s, who)
		s.ID = c.saidID(i)
		if s.Reason == "" {
			s.Reason = a.Why
		}
		said, err := s.assertion(d.book.Vocabulary(), now)
		if err != nil {
			return err
		}
		if n := c.instances(said.Of.Scope); said.Of.Index >= n {
			return fault.Invalidf(s.Of, "the request has %d of these, counted from 0", n)
		}
		if slices.ContainsFunc(a.Said[:i], func(o Statement) bool { return o.Fact == s.Fact && sameInstance(o.Of, s.Of) }) {
			return fault.Invalidf(s.Fact, "is said twice of %s", said.Of.Scope).WithHint("say it once")
		}
		if slices.Equal(s.Answers, []string{"*"}) {
			s.Answers = nil
			for _, other := range gates.About(said.Fact, said.Of) {
				if (other.Author != said.Author || other.Source == fact.Signal) && (other.Source < fact.Reviewer || s.Senior || s.Court) {
					s.Answers = append(s.Answers, other.ID)
				}
			}
		}
	}
	return nil
}

// saidID names the n-th statement of the next event.
func (c *Case) saidID(n int) string { return "said:" + strconv.Itoa(c.Seq()+1) + ":" + strconv.Itoa(n) }

// partyTo reports whether an actor said something of the same fact before,
// without being a senior.
func (c *Case) partyTo(s *Statement, who Actor) bool {
	return slices.ContainsFunc(c.Said, func(o Statement) bool {
		return o.Fact == s.Fact && sameInstance(o.Of, s.Of) && !o.Senior && !o.Court && !o.Before && sameName(o.By, who.Name)
	})
}

func sameInstance(a, b string) bool {
	x, err := parseInstance(a)
	y, bad := parseInstance(b)
	return err == nil && bad == nil && x == y
}

func (c *Case) instances(scope fact.Scope) int {
	switch scope {
	case fact.OfMeasure:
		return len(c.Request.Measures)
	case fact.OfOffence:
		return len(c.Request.Offences)
	case fact.OfPerson:
		return len(c.Request.Persons)
	}
	return 1
}

// said is what is said of a case beside its document: by people, and by the
// register.
func (d *Docket) said(ctx context.Context, c *Case, now time.Time) ([]fact.Assertion, error) {
	list, err := d.stated(c)
	if err != nil {
		return nil, err
	}
	powers, err := d.powers(ctx, c, now)
	return append(list, powers...), err
}

// stated is what people said, as assertions. What today's vocabulary does not
// know says nothing.
func (d *Docket) stated(c *Case) ([]fact.Assertion, error) {
	at := make(map[string]time.Time)
	for i := range c.Events {
		for _, s := range c.Events[i].Said {
			at[s.ID] = c.Events[i].At
		}
	}
	return d.assertions(c.Said, func(id string) time.Time { return at[id] })
}

func (d *Docket) assertions(said []Statement, at func(id string) time.Time) ([]fact.Assertion, error) {
	var list []fact.Assertion
	for i := range said {
		a, err := said[i].assertion(d.book.Vocabulary(), at(said[i].ID))
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// orderSays is what a court says by ordering secrecy: which harm telling would
// do, and when it ends. It is a judge here, or the court whose decision two
// people have read.
func (c *Case) orderSays(who Actor, a *Act, holds lifecycle.Circumstances) []Statement {
	if a.Do != lifecycle.OrderSecrecy && a.Do != lifecycle.ExtendSecrecy || !stated(a.Harm) || !holds.Has(lifecycle.Reasoned|lifecycle.Ends) {
		return nil
	}
	by := who.Name
	if who.Role != lifecycle.Judge {
		if !holds.Has(lifecycle.DecisionSeen) {
			return nil
		}
		by = a.Decision.By + " " + a.Decision.Name
	}
	var list []Statement
	for i, name := range []string{"request.secrecy_reasoned", "request.secrecy_ends"} {
		list = append(list, Statement{
			ID: c.saidID(i), Fact: name, Value: "true", Reason: a.Harm, Court: true, By: by,
		})
	}
	return list
}
