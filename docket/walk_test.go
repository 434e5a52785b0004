package docket_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// inMemory opens an office that forgets everything.
func inMemory(t *testing.T, profile string) (*officeRig, *memory) {
	o := newOffice(t, profile)
	m := newMemory()
	o.parts.Records, o.parts.Keys = m, m
	o.Docket = New(o.parts, time.Time{})
	return o, m
}

var cast = []Actor{
	intake, reviewer, senior, senior2, judge, custodian, notifier, overseer, overseer2, person,
	{"Rosa", lifecycle.Senior}, {"sami ", lifecycle.Judge}, {"Cem", lifecycle.Reviewer}, {"Jana", lifecycle.Judge}, {"Rita", lifecycle.Reviewer},
}

// anything is what somebody might carry to an event.
func anything(t *rapid.T, now time.Time) Body {
	var b Body
	pick := func(name string, set func()) {
		if rapid.Bool().Draw(t, name) {
			set()
		}
	}
	pick("grounds", func() {
		b.Grounds = []string{rapid.SampledFrom([]string{"political-offence", "overbroad-scope", "wrong-route"}).Draw(t, "ground")}
	})
	pick("until", func() { b.Until = now.Add(time.Duration(rapid.IntRange(-1, 100).Draw(t, "days")) * day) })
	pick("decision", func() {
		by := rapid.SampledFrom([]string{"court", "court", "prosecutor", "enforcing-authority", "somebody"}).Draw(t, "decider")
		b.Decision = decidedBy(by).Decision
	})
	pick("proof", func() { b.Proof = "protocol" })
	pick("way", func() { b.Way = "a letter" })
	pick("contact", func() {
		b.Contact = rapid.SampledFrom([]string{"+33 1 0000", "+49 30 0000", "other"}).Draw(t, "called")
	})
	pick("risk", func() { b.Risk = "a child" })
	pick("remedy", func() { b.Remedy = "appealed" })
	pick("harm", func() { b.Harm = "the witness would be found" })
	pick("from", func() { b.From = rapid.SampledFrom([]string{"Ada", "Ben"}).Draw(t, "files") })
	pick("whom", func() {
		b.Whom = []string{fmt.Sprintf("/measures/%d/targets/0", rapid.IntRange(0, 1).Draw(t, "whom measure"))}
	})
	pick("measures", func() { b.Measures = []int{rapid.IntRange(0, 1).Draw(t, "measure")} })
	b.To = "Rosa"
	return b
}

// fitted leaves to an event only what it may carry, so that the walk comes far.
func fitted(do lifecycle.Event, b Body) Body {
	var out Body
	try := func(one Body, take func()) {
		if err := CheckAct(Act{Do: do, Body: one}); err == nil {
			take()
		}
	}
	try(Body{Grounds: []string{"wrong-route"}}, func() { out.Grounds = b.Grounds })
	try(Body{Until: start}, func() { out.Until = b.Until })
	try(Body{Decision: decision.Decision}, func() { out.Decision = b.Decision })
	try(Body{Proof: "x"}, func() { out.Proof = b.Proof })
	try(Body{Way: "x"}, func() { out.Way = b.Way })
	try(Body{Contact: "x"}, func() { out.Contact = b.Contact })
	try(Body{Risk: "x"}, func() { out.Risk = b.Risk })
	try(Body{Remedy: "x"}, func() { out.Remedy = b.Remedy })
	try(Body{Harm: "x"}, func() { out.Harm = b.Harm })
	try(Body{From: "x"}, func() { out.From = b.From })
	try(Body{Whom: []string{"x"}}, func() { out.Whom = b.Whom })
	try(Body{Measures: []int{0}}, func() { out.Measures = b.Measures })
	if do != lifecycle.OpenLane { // whoever asks is enrolled
		try(Body{To: "x"}, func() { out.To = b.To })
	}
	return out
}

// TestWalks lets anybody try anything in any order, as time passes. Whatever
// comes of it is whole, follows from the table, and was released by two who
// collected nothing.
func TestWalks(t *testing.T) {
	t.Parallel()
	o, m := inMemory(t, "authority-de")
	ctx := context.Background()
	o.enrol(document(t, "leg-13", nil))
	asks := Actor{"central authority", lifecycle.Requester}
	var walked, given int
	rapid.Check(t, func(t *rapid.T) {
		walked++ // each about other accounts: history is tested elsewhere
		doc := document(o.t, "leg-13", func(d map[string]any) {
			for _, m := range d["measures"].([]any) {
				m.(map[string]any)["targets"] = []any{map[string]any{"type": "account", "value": fmt.Sprintf("panel-%d", walked)}}
			}
		})
		channel := registered
		if rapid.IntRange(0, 5).Draw(t, "stranger") == 0 {
			channel = byMail
		}
		c, err := o.Receive(ctx, Delivery{Document: doc, Channel: channel, By: intake})
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range cast {
			if who.Role < lifecycle.Oversight {
				if _, err := o.Do(ctx, senior, c.Ref, Act{Do: lifecycle.Assign, Why: "the team", Body: Body{To: who.Name}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		way := rapid.SampledFrom([][]lifecycle.Event{
			nil,
			{lifecycle.Forward, lifecycle.Apply, lifecycle.Grant, lifecycle.OrderSecrecy, lifecycle.Collect, lifecycle.Seal, lifecycle.Release, lifecycle.Release},
			{lifecycle.Preserve, lifecycle.Refuse, lifecycle.Compel, lifecycle.Compel, lifecycle.Collect, lifecycle.Seal, lifecycle.Release, lifecycle.Release},
		}).Draw(t, "way")
		for range rapid.IntRange(1, 24).Draw(t, "steps") {
			hours := []int{0, 0, 0, 1, 50, 400, 4000}
			if len(way) > 0 {
				hours = hours[:5] // who knows the way is quick
			}
			o.now = o.now.Add(time.Duration(rapid.SampledFrom(hours).Draw(t, "hours")) * time.Hour)
			do := rapid.SampledFrom(lifecycle.Events()).Draw(t, "event")
			ahead := len(way) > 0 && rapid.IntRange(0, 3).Draw(t, "aside") > 0
			if ahead {
				do, way = way[0], way[1:]
			}
			a := Act{Do: do, Why: "because", Body: fitted(do, anything(t, o.now))}
			who := rapid.SampledFrom(append(slices.Clone(cast), asks)).Draw(t, "who")
			switch do {
			case lifecycle.Answer:
				a.Document = doc
			case lifecycle.Grant:
				a.Grant = &Grant{By: "court", Items: []Item{{Measure: 0}}, Expires: o.now.Add(20 * day)}
			case lifecycle.Collect:
				a.Files = files(0).Files
			case lifecycle.Assert:
				a.Said = favourable(ctx, o, c.Ref)
			}
			if ahead && do == lifecycle.OrderSecrecy {
				a.Body = secret(o.now.Add(20 * day))
			}
			if ahead && do == lifecycle.Compel {
				a.Body = compulsion("appealed")
			}
			if ahead { // who is on the way knows what is asked
				if said := favourable(ctx, o, c.Ref); said != nil {
					_, err := o.Do(ctx, Actor{"Rita", lifecycle.Reviewer}, c.Ref, Act{Do: lifecycle.Assert, Why: "seen", Body: Body{Said: said}})
					known(t, err)
				}
				for _, who := range cast {
					if now, err := o.Load(ctx, c.Ref); err == nil && lifecycle.Allowed(who.Role, do, now.Stage) {
						_, err := o.Do(ctx, who, c.Ref, a)
						known(t, err)
					}
				}
			}
			_, err := o.Do(ctx, who, c.Ref, a)
			known(t, err)
			for _, j := range m.due(o) {
				known(t, o.Handle(ctx, j.Kind, j.Case))
			}
			if err := o.Verify(ctx, c.Ref); err != nil {
				t.Fatalf("after %s by %s: %v", do, who.Name, err)
			}
		}
		last, err := o.Load(ctx, c.Ref)
		if fault.KindOf(err) == fault.NotFound {
			return // erased
		}
		if err != nil {
			t.Fatal(err)
		}
		sane(t, last)
		if last.Given {
			given++
		}
	})
	if given == 0 && walked >= 100 { // fewer may all have gone astray
		t.Errorf("of %d walks nothing was ever released: they test little", walked)
	}
}

// known wants every error to be one that a person can act on.
func known(t *rapid.T, err error) {
	if err != nil && fault.KindOf(err) == fault.Internal {
		t.Fatalf("nobody can act on this: %v", err)
	}
}

// favourable is what every open question wants to hear.
func favourable(ctx context.Context, o *officeRig, ref Ref) []Statement {
	c, err := o.Load(ctx, ref)
	if err != nil {
		return nil
	}
	open, err := o.Questions(ctx, c)
	if err != nil {
		return nil
	}
	var list []Statement
	for _, q := range open {
		if q.Fact != "" && favour(q.Fact) != "" {
			list = append(list, Statement{Fact: q.Fact, Of: q.Of, Value: favour(q.Fact), Answers: []string{"*"}})
		}
	}
	return list
}

// sane is what no life may break.
func sane(t *rapid.T, c *Case) {
	var collectors []string
	granted := false
	for _, e := range c.Events {
		switch e.Do {
		case lifecycle.Collect:
			collectors = append(collectors, e.By)
		case lifecycle.Grant, lifecycle.Compel, lifecycle.OpenLane:
			granted = true
			if d := e.Decision; d != nil && e.Role != "judge" && (d.By != "court" || len(d.Text) == 0 || d.SHA256 == "") {
				t.Fatalf("%s on the word of %q", e.Do, d.By)
			}
		case lifecycle.Release:
			if !granted {
				t.Fatalf("released without a basis: %v", c.State)
			}
			if e.After.Basis == lifecycle.Order && e.After.Duty != lifecycle.Settled && !e.After.Secret() {
				t.Fatalf("released behind the back of whom it concerns: %v", e.After)
			}
			if e.First == "" || e.First == e.By || slices.Contains(collectors, e.By) || slices.Contains(collectors, e.First) {
				t.Fatalf("released by %q and %q; %q collected", e.First, e.By, collectors)
			}
		}
		role, _ := lifecycle.ParseRole(e.Role)
		if role == lifecycle.Machine && slices.Contains([]lifecycle.Event{lifecycle.Forward, lifecycle.Refuse, lifecycle.Grant, lifecycle.Release, lifecycle.Tell}, e.Do) {
			t.Fatalf("a machine decided %s", e.Do)
		}
	}
	if c.Given != slices.ContainsFunc(c.Events, func(e Event) bool { return e.Do == lifecycle.Release }) {
		t.Fatal("given is not what happened")
	}
}
