// Package screen turns a request into facts, asks every safeguard of the
// intake and screening gates, and proposes an outcome.
//
// It proposes; a named person signs. It never stops at the first failure:
// every ground is reported, with its provision and the place that caused it.
// It refuses to guess: what is not known never passes. And it never looks at
// who asks: swapping countries, languages and names under equivalent law does
// not change the outcome.
package screen

import (
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/signal"
)

// A Screener holds what is the same for every request. It does not change and
// may be used by many goroutines.
type Screener struct {
	book    *rulebook.Book
	law     *law.Book
	signals *signal.Matcher
	office  *office.Profile // nil: a general one for each request's addressee
	program string
}

// New makes a screener. A nil profile is the general office of each request's
// addressee.
func New(book *rulebook.Book, laws *law.Book, signals *signal.Matcher, profile *office.Profile, program string) *Screener {
	return &Screener{book: book, law: laws, signals: signals, office: profile, program: program}
}

// A Situation is what surrounds a request: the day on which it is judged, what
// the office decided before, and what people have said since it came.
type Situation struct {
	At      time.Time // zero: the day it was received, or issued, or Today
	Today   time.Time
	History []Earlier
	Said    []fact.Assertion
}

// An Outcome is what screening proposes, in the order of precedence.
type Outcome uint8

// The outcomes.
const (
	Refuse Outcome = iota
	Examine
	Redirect
	Return
	Narrow
	Forward
)

// String gives the word for o.
func (o Outcome) String() string {
	return [...]string{"refuse", "examine", "redirect", "return", "narrow", "forward"}[o]
}

// Screen proposes an outcome for a request.
func (s *Screener) Screen(r *request.Request, now Situation) (*Result, error) {
	c, err := s.consider(r, now, rule.Intake, rule.Screening)
	if err != nil {
		return nil, err
	}
	c.decide()
	return s.report(c), nil
}

// consider makes the facts and asks every safeguard of some gates.
func (s *Screener) consider(r *request.Request, now Situation, gates ...rule.Gate) (*considered, error) {
	b := s.brief(r, now)
	standing := fact.Standing(append(b.assertions(), now.Said...))
	vector := fact.NewVector(s.book.Vocabulary())
	vector.Reset(len(r.Measures), len(r.Offences), len(r.Persons))
	if err := vector.Load(standing); err != nil {
		return nil, err
	}
	c := &considered{brief: b, book: s.book, standing: standing}
	var found rule.Findings
	for _, gate := range gates {
		set := s.book.Gate(gate)
		set.Evaluate(vector, &found)
		c.findings = slices.Grow(c.findings, len(found.List))
		c.take(set, &found)
	}
	return c, nil
}

func (s *Screener) brief(r *request.Request, now Situation) *brief {
	b := &brief{r: r, law: s.law, profile: s.office, voc: s.book.Vocabulary(), history: now.History}
	if b.profile == nil {
		b.profile = office.Default(r.Addressee.Kind, r.Addressee.Country)
	}
	for _, t := range []time.Time{now.At, r.Received.Time, r.Issued.Time, now.Today} {
		if !t.IsZero() {
			b.day = t
			break
		}
	}
	for _, o := range r.Offences {
		p, ok := s.law.Provision(o.Provision)
		if !ok && o.Provision == "" {
			country := o.Country
			if country == "" {
				country = r.Requesting.Country
			}
			p, ok = s.law.Match(country, o.Law, o.Article)
		}
		b.offences = append(b.offences, provision{p, ok})
	}
	b.hits = s.signals.Find(slices.DeleteFunc(b.texts(), func(t signal.Text) bool { return t.Body == "" }))
	return b
}

// texts are the words signals read: of the request, and of the law as the
// requester gives it, whatever the registry has on record under its id.
func (b *brief) texts() []signal.Text {
	texts := signal.Texts(b.r)
	note := func(path, body string) {
		texts = append(texts, signal.Text{Path: path, Field: "note", Language: b.r.Language, Body: body})
	}
	note("/requesting/contact", b.r.Requesting.Contact)
	note("/requesting/validating", b.r.Requesting.Validating)
	note("/case_number", b.r.CaseNumber)
	for i, a := range b.r.Attachments {
		note(fmt.Sprintf("/attachments/%d/name", i), a.Name)
	}
	for i, o := range b.r.Orders {
		note(fmt.Sprintf("/orders/%d/reference", i), o.Reference)
	}
	for i, o := range b.r.Offences {
		at := fmt.Sprintf("/offences/%d/", i)
		texts = append(texts,
			signal.Text{Path: at + "law", Field: "offence", Language: b.r.Language, Body: o.Law},
			signal.Text{Path: at + "text", Field: "offence", Language: b.r.Language, Body: o.Text})
	}
	return texts
}
