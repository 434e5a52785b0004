package docket

import (
	"reflect"
	"slices"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/request"
)

// carryOver keeps, when a requester has sent another document, what people said
// about what is still the same, with everything it rests on. Of what has changed
// nobody has said anything yet: there a statement clears nothing any more, but
// what it found against the request still stands in the way until a person
// answers it, so that nobody writes a finding away. And no answer to a doubt
// carries over: the doubt may now come from other words.
func carryOver(said []Statement, before, after *request.Request) []Statement {
	if before == nil {
		return said
	}
	var kept []Statement
	for _, s := range said {
		of, err := parseInstance(s.Of)
		if err != nil || !exists(of, after) {
			continue
		}
		s.Answers = nil
		s.Before = s.Before || !same(of, before, after)
		kept = append(kept, s)
	}
	return kept
}

func exists(of fact.Instance, r *request.Request) bool {
	switch of.Scope {
	case fact.OfMeasure:
		return of.Index < len(r.Measures)
	case fact.OfOffence:
		return of.Index < len(r.Offences)
	case fact.OfPerson:
		return of.Index < len(r.Persons)
	}
	return true
}

// same reports whether what a statement is about, and what it rests on, is the
// same in both documents: a person alone; an offence with the conduct told; a
// measure with the orders, the offences and the conduct; the request as a whole.
func same(of fact.Instance, before, after *request.Request) bool {
	told := before.Facts == after.Facts && before.Purpose == after.Purpose
	switch of.Scope {
	case fact.OfPerson:
		return sameAt(before.Persons, after.Persons, of.Index)
	case fact.OfOffence:
		return told && sameAt(before.Offences, after.Offences, of.Index)
	case fact.OfMeasure:
		return told && sameAt(before.Measures, after.Measures, of.Index) &&
			reflect.DeepEqual(before.Orders, after.Orders) && reflect.DeepEqual(before.Offences, after.Offences)
	}
	return reflect.DeepEqual(core(before), core(after))
}

// core is a request without what says nothing of its substance.
func core(r *request.Request) *request.Request {
	c := *r
	c.Reference, c.CaseNumber, c.Language = "", "", ""
	c.Issued, c.Received = request.Moment{}, request.Moment{}
	c.Requesting.Channel = nil
	c.Attachments = nil
	return &c
}

func sameAt[T any](before, after []T, i int) bool {
	return i < len(before) && i < len(after) && reflect.DeepEqual(before[i], after[i])
}

// fitsCase refuses a document that is no answer in this case: another authority's
// request is another request.
func (c *Case) fitsCase(document []byte) error {
	r, err := request.Read(document)
	if err != nil {
		return err
	}
	was, is := &c.Request.Requesting, &r.Requesting
	if was.Country != is.Country || !slices.Equal(
		[]string{was.Authority.ID, was.Authority.Name, was.Authority.Role}, []string{is.Authority.ID, is.Authority.Name, is.Authority.Role}) {
		return fault.Invalidf("/requesting", "is %s, %s; the case is of %s, %s", is.Authority.Name, is.Country, was.Authority.Name, was.Country).
			WithHint("what another authority asks is a case of its own")
	}
	return nil
}
