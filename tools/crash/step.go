package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/lifecycle"
)

// The people of the office.
var (
	imke  = docket.Actor{Name: "Imke", Role: lifecycle.Intake}
	rosa  = docket.Actor{Name: "Rosa", Role: lifecycle.Reviewer}
	sami  = docket.Actor{Name: "Sami", Role: lifecycle.Senior}
	siri  = docket.Actor{Name: "Siri", Role: lifecycle.Senior}
	jo    = docket.Actor{Name: "Jo", Role: lifecycle.Judge}
	cem   = docket.Actor{Name: "Cem", Role: lifecycle.Custodian}
	nils  = docket.Actor{Name: "Nils", Role: lifecycle.Notifier}
	olga  = docket.Actor{Name: "Olga", Role: lifecycle.Oversight}
	omar  = docket.Actor{Name: "Omar", Role: lifecycle.Oversight}
	party = docket.Actor{Name: "the person", Role: lifecycle.Person}
	asker = docket.Actor{Role: lifecycle.Requester} // by the name of the authority that asks
)

// sayable picks facts that anybody may state of a request as a whole.
func sayable(d *fact.Declaration) bool {
	return d.Take == fact.Alone && d.Kind == fact.Bool && d.Scope == fact.OfRequest
}

// A habit is something that is done now and then.
type habit struct {
	often int
	do    func(*crew, context.Context, *rand.Rand, docket.Ref)
}

// acts makes a habit of an act that one of some people does.
func acts(often int, a docket.Act, people ...docket.Actor) habit {
	return habit{often, func(c *crew, ctx context.Context, r *rand.Rand, ref docket.Ref) {
		c.act(ctx, people[r.IntN(len(people))], ref, a)
	}}
}

// decision is a paper two people have read.
var decision = docket.Body{
	Decision: &docket.Decision{
		By: "court", Name: "Higher Court", Reference: "1 AR 7/26", Text: []byte("In the name of the people"),
		Date: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Ends: time.Date(2036, 1, 2, 0, 0, 0, 0, time.UTC),
	},
	Remedy: "appeal filed",
}

// because is what a request is refused for.
var because = docket.Body{Grounds: []string{"overbroad-scope"}}

// told is the notice, given in a way somebody chose.
var told = docket.Act{Do: lifecycle.Tell, Body: docket.Body{Way: "letter by hand", Proof: "receipt 7", Remedy: "complaint to the Local Court within a month; the data protection authority"}}

// habits are what the crew does to cases, most often what is often done.
var habits = []habit{
	{8, (*crew).look},
	{10, (*crew).assert},
	{3, (*crew).answer},
	{3, (*crew).link},
	{4, (*crew).holdBeyond},
	{6, (*crew).course},
	{4, (*crew).resend},
	acts(6, docket.Act{Do: lifecycle.Note}, rosa, sami, olga),
	acts(8, docket.Act{Do: lifecycle.Preserve}, rosa, sami),
	acts(2, docket.Act{Do: lifecycle.ExtendPreserving, Body: docket.Body{Proof: "renewed letter"}}, rosa),
	acts(5, docket.Act{Do: lifecycle.Return, Told: "what do you ask for?"}, rosa, imke),
	acts(6, docket.Act{Do: lifecycle.Refuse, Body: because}, rosa, sami),
	acts(3, docket.Act{Do: lifecycle.Redirect, Body: docket.Body{Grounds: []string{"wrong-route"}}}, rosa),
	acts(4, docket.Act{Do: lifecycle.Correct}, sami, siri),
	acts(6, docket.Act{Do: lifecycle.Compel, Body: decision}, sami, siri),
	acts(5, docket.Act{Do: lifecycle.FreezeCase}, olga),
	acts(2, docket.Act{Do: lifecycle.ConfirmFreeze}, omar, olga),
	acts(3, docket.Act{Do: lifecycle.Thaw}, olga, omar),
	acts(5, docket.Act{Do: lifecycle.File}, party),
	acts(4, docket.Act{Do: lifecycle.RejectChallenge}, jo, omar),
	acts(1, docket.Act{Do: lifecycle.UpholdChallenge}, jo),
	acts(2, docket.Act{Do: lifecycle.Withdraw}, asker),
	acts(6, told, nils),
	acts(4, docket.Act{Do: lifecycle.Close}, sami, rosa),
}

// step does one thing. New cases come in about as often as anything is done to
// an old one, so that chains stay as short as they are in life.
func (c *crew) step(ctx context.Context, r *rand.Rand) {
	ref, ok := c.pick(r)
	if !ok || r.IntN(12) == 0 {
		c.open(ctx, r)
		return
	}
	total := 0
	for _, h := range habits {
		total += h.often
	}
	n := r.IntN(total)
	for _, h := range habits {
		if n -= h.often; n < 0 {
			h.do(c, ctx, r, ref)
			return
		}
	}
}

func (c *crew) look(ctx context.Context, _ *rand.Rand, ref docket.Ref) {
	mark := c.mark()
	c.try("look", mark, ref, func() (docket.Ref, error) {
		_, err := c.office.Show(ctx, olga, ref, mark)
		return ref, err
	})
}

func (c *crew) assert(ctx context.Context, r *rand.Rand, ref docket.Ref) {
	value := "false"
	if r.IntN(2) == 0 {
		value = "true"
	}
	said := docket.Statement{Fact: c.facts[r.IntN(len(c.facts))], Value: value, Answers: []string{"*"}}
	c.act(ctx, rosa, ref, docket.Act{Do: lifecycle.Assert, Body: docket.Body{Said: []docket.Statement{said}}})
}

// resend sends a message once more that was accepted.
func (c *crew) resend(ctx context.Context, _ *rand.Rand, ref docket.Ref) {
	if n, ok := c.document(ref); ok {
		c.receive(ctx, n)
	}
}

// answer is the requester's: another document of the same authority, which must
// not be taken for a new case.
func (c *crew) answer(ctx context.Context, _ *rand.Rand, ref docket.Ref) {
	if n, ok := c.document(ref); ok {
		c.act(ctx, asker, ref, docket.Act{Do: lifecycle.Answer, Body: docket.Body{Document: c.examples.Document(c.examples.Another(n))}})
	}
}

func (c *crew) link(ctx context.Context, r *rand.Rand, ref docket.Ref) {
	asking, ok := c.pick(r)
	if !ok || asking == ref {
		return
	}
	mark := c.mark()
	c.try("link", mark, ref, func() (docket.Ref, error) {
		_, err := c.office.Link(ctx, sami, ref, asking, mark)
		return ref, err
	})
}

// holdBeyond takes two people who name the same end. The end comes soon, so
// that its clock strikes while others work.
func (c *crew) holdBeyond(ctx context.Context, r *rand.Rand, ref docket.Ref) {
	body := decision
	body.Until = c.clock().Truncate(24*time.Hour).AddDate(0, 0, 6)
	a := docket.Act{Do: lifecycle.HoldBeyond, Body: body}
	c.act(ctx, sami, ref, a)
	c.act(ctx, siri, ref, a)
}

// courses are lives of a case from one end to the other. Others come between,
// so few are lived as they stand here.
var courses = [][]struct {
	who docket.Actor
	act docket.Act
}{
	{
		{sami, docket.Act{Do: lifecycle.Compel, Body: decision}},
		{siri, docket.Act{Do: lifecycle.Compel, Body: decision}},
		{cem, docket.Act{Do: lifecycle.Collect}},
		{sami, docket.Act{Do: lifecycle.Discard}},
		{cem, docket.Act{Do: lifecycle.Collect}},
		{rosa, docket.Act{Do: lifecycle.Assert}},
		{rosa, docket.Act{Do: lifecycle.Seal}},
		{sami, docket.Act{Do: lifecycle.Release}},
		{siri, docket.Act{Do: lifecycle.Release}},
		{nils, told},
		{sami, docket.Act{Do: lifecycle.Close}},
	},
	{
		{rosa, docket.Act{Do: lifecycle.Refuse, Body: because}},
		{nils, told},
		{sami, docket.Act{Do: lifecycle.Close}},
	},
	{
		{rosa, docket.Act{Do: lifecycle.Preserve}},
		{rosa, docket.Act{Do: lifecycle.Return, Told: "what do you ask for?"}},
		{asker, docket.Act{Do: lifecycle.Withdraw}},
		{nils, told},
		{rosa, docket.Act{Do: lifecycle.Close}},
	},
}

func (c *crew) course(ctx context.Context, r *rand.Rand, ref docket.Ref) {
	for _, step := range courses[r.IntN(len(courses))] {
		if ctx.Err() != nil {
			return
		}
		switch step.act.Do {
		case lifecycle.Collect:
			c.collect(ctx, step.who, ref)
			continue
		case lifecycle.Assert:
			step.act.Said = c.cut(ctx, ref)
		}
		c.act(ctx, step.who, ref, step.act)
	}
}

// cut says of every measure what has to hold of what leaves, also where a court
// above compels.
func (c *crew) cut(ctx context.Context, ref docket.Ref) []docket.Statement {
	said := []docket.Statement{{Fact: "request.conditions_signed", Value: "true"}}
	got, err := c.office.Show(ctx, olga, ref, "")
	if err != nil {
		return said
	}
	for i := range got.Request.Measures {
		of := fmt.Sprintf("/measures/%d", i)
		said = append(said, docket.Statement{Fact: "measure.minimised", Of: of, Value: "true"}, docket.Statement{Fact: "measure.existed_at_receipt", Of: of, Value: "true"})
	}
	return said
}

// collect puts a file into the vault that says in which case it was collected.
func (c *crew) collect(ctx context.Context, who docket.Actor, ref docket.Ref) {
	mark := c.mark()
	c.try(string(lifecycle.Collect), mark, ref, func() (docket.Ref, error) {
		_, err := c.office.Collect(ctx, who, ref, []docket.Upload{{Name: "log", From: strings.NewReader(string(ref))}}, mark)
		return ref, err
	})
}
