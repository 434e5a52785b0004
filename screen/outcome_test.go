package screen

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/signal"
)

func date(s string) request.Moment {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return request.Moment{Time: t, Date: true}
}

func number(f float64) *float64 { return &f }

// TestOutcome changes one thing about a genuine request at a time.
func TestOutcome(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*request.Request)
		outcome string
		ground  string // one that must be named; empty for none at all
	}{
		{"nothing changed", func(*request.Request) {}, "forward", ""},
		{"no channel", func(r *request.Request) { r.Requesting.Channel = nil }, "examine", "unverified-requester"},
		{"property emergency", func(r *request.Request) { r.Urgency.Level = "emergency" }, "return", "emergency-not-verified"},
		{"no instrument", func(r *request.Request) { r.Instrument = "unknown" }, "examine", ""},
		{"the UN convention", func(r *request.Request) { r.Instrument = "uncc" }, "redirect", "instrument-not-in-force"},
		{"the second protocol", func(r *request.Request) { r.Instrument = "budapest-p2" }, "examine", "instrument-not-in-force"},
		{"not a party", func(r *request.Request) { r.Addressee.Country = "KE" }, "redirect", "instrument-not-in-force"},
		{"a bilateral treaty", func(r *request.Request) { r.Instrument = "bilateral" }, "forward", ""},
		{"straight to a provider", func(r *request.Request) { r.Addressee.Kind = "service-provider" }, "redirect", "wrong-route"},
		{"a language nobody reads", func(r *request.Request) { r.Language = "tlh" }, "examine", "missing-facts"},
		{"no language told", func(r *request.Request) { r.Language = "" }, "examine", "missing-facts"},
		{"hardly any facts", func(r *request.Request) { r.Facts = "A crime was committed." }, "return", "missing-facts"},
		{"intelligence", func(r *request.Request) { r.Proceedings = "intelligence" }, "refuse", "non-criminal-purpose"},
		{"it says it resubmits", func(r *request.Request) { r.Prior = []request.Prior{{Reference: "X", Relation: "resubmission"}} }, "examine", "relabelled-resubmission"},
		{"no offence", func(r *request.Request) { r.Offences = nil }, "return", "missing-facts"},
		{"an offence without a name", func(r *request.Request) { r.Offences[0] = request.Offence{} }, "examine", "unknown-law"},
		{"an unregistered law", func(r *request.Request) {
			r.Offences[0] = request.Offence{Country: "GB", Law: "Theft Act 1968", Article: "s. 9", Title: "Burglary", MaxPenaltyYears: number(14)}
		}, "examine", "unknown-law"},
		{"another State's law", func(r *request.Request) { r.Offences[0].Country = "FR" }, "return", "unknown-law"},
		{"a struck-down law", func(r *request.Request) {
			r.Offences[0] = request.Offence{Provision: "in-it-66a", Country: "IN", Title: "Offensive messages"}
		}, "refuse", "struck-down-law"},
		{"a law later than the conduct", func(r *request.Request) {
			r.Offences[0].CommittedFrom, r.Offences[0].CommittedTo = date("2004-01-01"), request.Moment{}
		}, "refuse", "retroactive-law"},
		{"a law on insult", func(r *request.Request) {
			r.Offences[0] = request.Offence{Provision: "th-cc-112", Country: "TH", Title: "Lese-majeste"}
		}, "refuse", "protected-expression"},
		{"fraud and insult together", func(r *request.Request) {
			r.Offences = append(r.Offences, request.Offence{Provision: "th-cc-112", Country: "TH", Title: "Lese-majeste"})
		}, "examine", "mixed-offences"},
		{"same-sex conduct", func(r *request.Request) {
			r.Offences[0] = request.Offence{Provision: "ug-aha-2", Country: "UG", Title: "Homosexuality"}
		}, "refuse", "lgbt-protection"},
		{"death on paper", func(r *request.Request) { r.Offences[0].MaxPenaltyYears = number(100) }, "examine", "death-penalty"},
		{"a higher figure than on record, to no effect", func(r *request.Request) { r.Offences[0].MaxPenaltyYears = number(12) }, "forward", ""},
		{"a milder form of the same article", func(r *request.Request) { r.Offences[0].MaxPenaltyYears = number(5) }, "forward", ""},
		{"live collection", func(r *request.Request) { r.Measures[1].Mode = "real-time" }, "narrow", "live-collection"},
		{"nobody named", func(r *request.Request) { r.Measures[1].Targets = nil }, "return", "no-target"},
		{"an area", func(r *request.Request) {
			r.Measures[1].Targets[0] = request.Target{Type: "area", Value: "the old town"}
		}, "examine", "third-party-data"},
		{"no dates", func(r *request.Request) { r.Measures[1].From = request.Moment{} }, "return", "no-time-window"},
		{"dates the wrong way round", func(r *request.Request) { r.Measures[1].From = date("2025-05-01") }, "return", "no-time-window"},
		{"ten years", func(r *request.Request) {
			r.Measures[1].From, r.Offences[0].CommittedFrom, r.Offences[0].CommittedTo = date("2015-01-01"), request.Moment{}, request.Moment{}
		}, "narrow", "overbroad-scope"},
		{"a year before the conduct", func(r *request.Request) { r.Measures[1].From = date("2024-01-01") }, "narrow", "disproportionate"},
		{"into the future", func(r *request.Request) { r.Measures[1].To = date("2025-09-01") }, "narrow", "live-collection"},
		{"no measure", func(r *request.Request) { r.Measures = nil }, "return", "missing-facts"},
		{"no measure under the regulation", func(r *request.Request) {
			european(r)
			r.Measures, r.Offences[0] = nil, request.Offence{Provision: "de-126", Country: "DE", Title: "Disturbing the peace by threatening offences", MaxPenaltyYears: number(2)}
		}, "return", "below-serious-crime-threshold"},
		{"no category", func(r *request.Request) { r.Measures[1].Data = "" }, "return", ""},
		{"no mode", func(r *request.Request) { r.Measures[1].Mode = "" }, "return", ""},
		{"no order", func(r *request.Request) { r.Orders = nil }, "return", "no-independent-order"},
		{"a prosecutor's order for traffic", func(r *request.Request) { r.Orders[0].Kind = "prosecutor" }, "return", "no-independent-order"},
		{"an order not even called independent", func(r *request.Request) { r.Orders[0].AssertedIndependent = no() }, "return", "no-independent-order"},
		{"a promised order", func(r *request.Request) { r.Orders[0].Status = "promised" }, "forward", ""},
		{"a judge asks", func(r *request.Request) { r.Orders, r.Requesting.Authority.Role = nil, "judge" }, "forward", ""},
		{"preservation only, no order", func(r *request.Request) {
			r.Orders, r.Measures[0].Mode, r.Measures[1].Mode = nil, "preserve", "preserve"
		}, "forward", ""},
		{"a child accused", func(r *request.Request) { r.Persons[0].Minor = yes() }, "examine", "child-involved"},
		{"a child as victim", func(r *request.Request) { r.Persons[0].Minor, r.Persons[0].Role = yes(), "victim" }, "forward", ""},
		{"the regulation, two years, traffic", func(r *request.Request) {
			european(r)
			r.Offences[0] = request.Offence{Provision: "de-126", Country: "DE", Title: "Disturbing the peace by threatening offences", MaxPenaltyYears: number(2)}
		}, "narrow", "below-serious-crime-threshold"},
		{"the regulation, three years, traffic", func(r *request.Request) {
			european(r)
			r.Offences[0] = request.Offence{Provision: "de-126", Country: "DE"}
		}, "forward", ""},
		{"the regulation, no summary of the case", func(r *request.Request) {
			european(r)
			r.Facts, r.Offences[0] = "", request.Offence{Provision: "de-263a", Country: "DE"}
		}, "forward", ""},
		{"no harm told", func(r *request.Request) {
			r.Facts = "The proceedings concern the use of the account named below in the period stated, and require that its holder be established together with its log-in records, as the matter is under examination."
		}, "examine", "nexus-unclear"},
		{"a pattern", func(r *request.Request) { r.Measures[1].Targets[0].Value = "*" }, "return", "no-target"},
		{"every domain", func(r *request.Request) { r.Measures[1].Targets[0].Value = "*.example.net" }, "narrow", "overbroad-scope"},
		{"a range of addresses", func(r *request.Request) { r.Measures[1].Targets[0].Value = "192.0.2.0/24" }, "narrow", "overbroad-scope"},
		{"one address written as a range", func(r *request.Request) { r.Measures[1].Targets[0].Value = "192.0.2.7/32" }, "forward", ""},
		{"more targets than can be single", func(r *request.Request) {
			for range most {
				r.Measures[1].Targets = append(r.Measures[1].Targets, r.Measures[1].Targets[0])
			}
		}, "narrow", "overbroad-scope"},
		{"the law under another article", func(r *request.Request) { r.Offences[0].Article = "s. 127" }, "examine", "unknown-law"},
		{"the words of another law under the id", func(r *request.Request) { r.Offences[0].Text = "Whoever insults the President or spreads false news" }, "examine", "protected-expression"},
		{"an order dated after the request", func(r *request.Request) { r.Orders[0].Date = date("2025-09-01") }, "return", "no-independent-order"},
		{"preserving the future", func(r *request.Request) {
			r.Measures[0].Mode, r.Measures[1].Mode, r.Measures[1].To = "preserve", "preserve", date("2031-01-01")
		}, "narrow", "live-collection"},
		{"conduct said to go on for ever", func(r *request.Request) { r.Offences[0].CommittedTo = date("2099-01-01") }, "forward", ""},
		{"conduct that began before the law", func(r *request.Request) { r.Offences[0].CommittedFrom = date("2004-05-01") }, "examine", "retroactive-law"},
		{"the regulation, two years, not listed, traffic", func(r *request.Request) {
			european(r)
			r.Offences[0] = request.Offence{Provision: "de-126", Country: "DE", Title: "Disturbing the peace by threatening offences", MaxPenaltyYears: number(2)}
		}, "narrow", "below-serious-crime-threshold"},
		{"four years are at least four", func(r *request.Request) {
			r.Instrument, r.Requesting.Country, r.Offences[0] = "uncc", "SA", request.Offence{Provision: "sa-accl-5", Country: "SA", Title: "Unlawful access"}
		}, "redirect", "instrument-not-in-force"},
	} {
		r := genuine(t)
		c.change(r)
		got := screened(t, floor(t), r, Situation{})
		if got.Outcome != c.outcome || c.ground != "" && !slices.Contains(got.Grounds, c.ground) || c.outcome == "forward" && len(got.Grounds) > 0 {
			t.Errorf("%s: %s %v, want %s %s; %v", c.name, got.Outcome, got.Grounds, c.outcome, c.ground, failing(got))
		}
		if got.Answer.Form == "" || got.Answer.Kind == "" {
			t.Errorf("%s: an outcome without a form of answer", c.name)
		}
		for _, f := range got.Findings {
			if f.Verdict != "met" && f.Reason == "" {
				t.Errorf("%s: %s is %s without a reason", c.name, f.Safeguard, f.Verdict)
			}
		}
	}
}

const ownRule = `
rules:
- id: no-traffic
  title: This office gives no traffic data
  gate: screening
  for: measure
  holds: 'measure.data in ["subscriber", "sole-identification", "content"]'
  counts: [requester]
  otherwise: refuse
  grounds: [disproportionate]
  basis: ["uncc:24.1"]
  checks: [C24]
  why: Our own policy.
  examples:
    - {given: {measure.data: content}, verdict: met}
    - {given: {measure.data: traffic}, verdict: not met}
    - {given: {}, verdict: unknown}
`

// TestOwnRule: an office adds a safeguard that refuses one measure. While
// another stands, the case is narrowed; when none does, it is refused.
func TestOwnRule(t *testing.T) {
	book, err := rulebook.With(fstest.MapFS{"own.yaml": {Data: []byte(ownRule)}})
	if err != nil {
		t.Fatal(err)
	}
	s := New(book, law.Starting(), signal.Floor(), nil, "test")
	r := genuine(t)
	if got := screened(t, s, r, Situation{}); got.Outcome != "narrow" || !slices.Contains(got.Grounds, "disproportionate") {
		t.Errorf("one of two measures refused: %s %v", got.Outcome, got.Grounds)
	}
	r.Measures = r.Measures[1:]
	if got := screened(t, s, r, Situation{}); got.Outcome != "refuse" {
		t.Errorf("the only measure refused: %s %v", got.Outcome, got.Grounds)
	}
}

// TestThirdPartiesFound: a reviewer finds that others' data would come along.
func TestThirdPartiesFound(t *testing.T) {
	said := []fact.Assertion{{ID: "1", Fact: "request.third_parties", Source: fact.Reviewer, Author: "M. Ito", At: today(), Value: fact.OfBool(true), Answers: []string{"requester:request.third_parties:request"}}}
	r := genuine(t)
	r.Measures[0].Note = "from the start of the contract"
	got := screened(t, floor(t), r, Situation{Said: said})
	if got.Outcome != "narrow" || !slices.Contains(got.Grounds, "third-party-data") || len(got.Proposals) != 2 {
		t.Fatalf("%s %v with %d proposals", got.Outcome, got.Grounds, len(got.Proposals))
	}
	if note := got.Proposals[0].Measure.Note; !strings.HasPrefix(note, "from the start") || !strings.Contains(note, "not concerned") {
		t.Errorf("the note is %q", note)
	}
}

func european(r *request.Request) {
	r.Instrument, r.Received = "eu-eevidence", date("2026-09-01")
	r.Requesting.Country, r.Requesting.Authority.Role = "DE", "judge"
	r.Addressee.Country, r.Addressee.Kind = "NL", "service-provider"
}

// TestDoubtAnsweredByName: a signal stops, a reviewer who answers that very
// doubt lets the request go on, and one who answers another does not.
func TestDoubtAnsweredByName(t *testing.T) {
	r := genuine(t)
	r.Facts += " We request the drafts and the editorial inbox of the newspaper."
	s := floor(t)
	got := screened(t, s, r, Situation{})
	if got.Outcome != "examine" || !slices.Contains(got.Grounds, "press-protection") {
		t.Fatalf("a newspaper's inbox came out as %s %v", got.Outcome, got.Grounds)
	}
	b := s.brief(r, Situation{Today: today()})
	var doubts []fact.Assertion
	for _, a := range b.assertions() {
		if a.Source == fact.Signal {
			doubts = append(doubts, a)
		}
	}
	named := make(map[fact.Name][]string)
	for _, d := range doubts {
		named[d.Fact] = append(named[d.Fact], d.ID)
	}
	var answers, strangers []fact.Assertion
	for name, ids := range named {
		answer := fact.Assertion{ID: "answer " + string(name), Fact: name, Source: fact.Reviewer, Author: "M. Ito", At: today(), Value: fact.OfBool(false), Answers: ids}
		answers = append(answers, answer)
		answer.Answers = []string{"signal:another:/facts"}
		strangers = append(strangers, answer)
	}
	if got := screened(t, s, r, Situation{Said: answers}); got.Outcome != "forward" {
		t.Errorf("every doubt answered by name, and the outcome is %s: %v", got.Outcome, failing(got))
	}
	if got := screened(t, s, r, Situation{Said: strangers}); got.Outcome != "examine" {
		t.Errorf("the doubts stand, and the outcome is %s", got.Outcome)
	}
	for i := range answers {
		answers[i].Value = fact.OfBool(true)
	}
	if got := screened(t, s, r, Situation{Said: answers}); got.Outcome == "forward" {
		t.Errorf("the reviewer says it is the press, and the outcome is %s", got.Outcome)
	}
	if _, err := s.Screen(r, Situation{Today: today(), Said: []fact.Assertion{{ID: "x", Fact: "request.nonsense"}}}); err == nil || !strings.Contains(err.Error(), "no declared fact") {
		t.Errorf("an assertion about an undeclared fact gave %v", err)
	}
}

// TestHistory: the same account under another offence after a refusal.
func TestHistory(t *testing.T) {
	s, r := floor(t), genuine(t)
	earlier := genuine(t)
	earlier.Reference = "EARLIER"
	earlier.Measures[0].Targets[0].Value = " LOGIN.example.net "
	refused := Earlier{earlier, "refused", []string{"political-offence"}, date("2025-01-01")}
	got := screened(t, s, r, Situation{History: []Earlier{refused}})
	if got.Outcome != "refuse" || !slices.Contains(got.Grounds, "relabelled-resubmission") || !slices.Contains(got.Grounds, "political-offence") {
		t.Errorf("relabelled: %s %v", got.Outcome, got.Grounds)
	}
	for _, spelt := range []string{"mailto:Login+x@Example.net; other@example.net", "‹login@example.net›", "ｌogin@example.net"} {
		dressed, plain := genuine(t), genuine(t)
		dressed.Measures[0].Targets[0].Value, plain.Measures[0].Targets[0].Value = spelt, "login@example.net"
		dressed.Measures[1].Targets[0].Value, plain.Measures[1].Targets[0].Value = spelt, "login@example.net"
		if got := screened(t, s, dressed, Situation{History: []Earlier{{plain, "objected", []string{"press-protection"}, date("2025-01-01")}}}); got.Outcome != "refuse" {
			t.Errorf("the account written as %q comes out as %s", spelt, got.Outcome)
		}
	}
	foreign := *earlier
	foreign.Requesting.Country = "FR"
	if got := screened(t, s, r, Situation{History: []Earlier{{&foreign, "refused", []string{"assembly"}, date("2025-01-01")}}}); got.Outcome != "examine" {
		t.Errorf("another State was refused the account, and the outcome is %s", got.Outcome)
	}
	impostor := Earlier{earlier, "refused", []string{"unverified-requester"}, date("2025-01-01")}
	if got := screened(t, s, r, Situation{History: []Earlier{impostor}}); got.Outcome != "forward" {
		t.Errorf("an impostor's request blocks the real one: %v", failing(got))
	}
	follow := genuine(t)
	follow.Prior = []request.Prior{{Reference: "EARLIER", Relation: "follow-up"}}
	follow.Measures[0].Targets[0].Value, follow.Measures[1].Targets[0].Value = "else.example.net", "else.example.net"
	if got := screened(t, s, follow, Situation{History: []Earlier{refused}}); got.Outcome != "examine" {
		t.Errorf("it follows up a refused request, and the outcome is %s", got.Outcome)
	}
	refused.Outcome = "granted"
	if got := screened(t, s, r, Situation{History: []Earlier{refused}}); got.Outcome != "forward" {
		t.Errorf("an earlier grant stops: %v", failing(got))
	}
	other := genuine(t)
	other.Measures[0].Targets[0].Value, other.Measures[1].Targets[0].Value = "else.example.net", ""
	if got := screened(t, s, r, Situation{History: []Earlier{{other, "refused", nil, date("2025-01-01")}}}); got.Outcome != "forward" {
		t.Errorf("another account's refusal stops: %v", failing(got))
	}
}

// TestDay: --at, else received, else issued, else today.
func TestDay(t *testing.T) {
	s := floor(t)
	at, received, issued := date("2020-01-02"), date("2021-01-02"), date("2022-01-02")
	for _, c := range []struct {
		now              Situation
		received, issued request.Moment
		want             time.Time
	}{
		{Situation{At: at.Time, Today: today()}, received, issued, at.Time},
		{Situation{Today: today()}, received, issued, received.Time},
		{Situation{Today: today()}, request.Moment{}, issued, issued.Time},
		{Situation{Today: today()}, request.Moment{}, request.Moment{}, today()},
	} {
		r := genuine(t)
		r.Received, r.Issued = c.received, c.issued
		if got := s.brief(r, c.now).day; !got.Equal(c.want) {
			t.Errorf("judged on %v, want %v", got, c.want)
		}
	}
}

// TestPreserve: while open and the sender known; not against a bar.
func TestPreserve(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*request.Request)
		want   bool
	}{
		{"a question to the requester", func(r *request.Request) { r.Orders = nil }, true},
		{"an unverified sender", func(r *request.Request) { r.Requesting.Channel = nil }, false},
		{"a refusal", func(r *request.Request) { r.Proceedings = "intelligence" }, false},
		{"a bar beside another offence", func(r *request.Request) {
			r.Offences = append(r.Offences, request.Offence{Provision: "ug-aha-2", Country: "UG"})
		}, false},
		{"nothing to keep", func(r *request.Request) { r.Measures = nil }, false},
	} {
		r := genuine(t)
		c.change(r)
		if got := screened(t, floor(t), r, Situation{}); got.Preserve != c.want {
			t.Errorf("%s (%s): preserve %v, want %v", c.name, got.Outcome, got.Preserve, c.want)
		}
	}
}

// TestAnswerFollowsOffice: the same outcome takes another form for another
// office under another instrument.
func TestAnswerFollowsOffice(t *testing.T) {
	r := genuine(t)
	european(r)
	r.Proceedings = "intelligence"
	p, err := office.Example("provider-nl")
	if err != nil {
		t.Fatal(err)
	}
	if got := screened(t, with(t, p), r, Situation{}); got.Answer.Kind != "objection" {
		t.Errorf("a provider under the regulation answers with a %s", got.Answer.Kind)
	}
	other, err := office.Example("authority-br")
	if err != nil {
		t.Fatal(err)
	}
	r = genuine(t)
	if got := screened(t, with(t, other), r, Situation{}); got.Outcome != "redirect" || !slices.Contains(got.Grounds, "wrong-route") {
		t.Errorf("addressed to somebody else, and the outcome is %s %v", got.Outcome, got.Grounds)
	}
	r = genuine(t)
	r.Proceedings = "intelligence"
	if got := screened(t, floor(t), r, Situation{}); got.Answer.Kind != "refusal" {
		t.Errorf("a central authority answers with a %s", got.Answer.Kind)
	}
	r = genuine(t)
	r.Measures[0].Mode, r.Measures[1].Mode = "preserve", "preserve"
	if got := screened(t, floor(t), r, Situation{}); got.Answer.Kind != "preservation" {
		t.Errorf("a preservation is answered with a %s", got.Answer.Kind)
	}
}

// TestProposals: what is computed is narrower, and would itself pass.
func TestProposals(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*request.Request)
		gone   bool // the measure is left out
	}{
		{"live traffic beside stored", func(r *request.Request) {
			live := r.Measures[1]
			live.Mode = "real-time"
			r.Measures = append(r.Measures, live)
		}, true},
		{"live traffic alone", func(r *request.Request) { r.Measures[1].Mode, r.Measures[1].To = "real-time", date("2025-12-31") }, false},
		{"into the future", func(r *request.Request) { r.Measures[1].To = date("2025-06-20") }, false},
		{"ten undated years", func(r *request.Request) {
			r.Offences[0].CommittedFrom, r.Offences[0].CommittedTo, r.Measures[1].From = request.Moment{}, request.Moment{}, date("2015-01-01")
		}, false},
		{"years before the conduct", func(r *request.Request) { r.Measures[1].From = date("2020-01-01") }, false},
		{"a year after the conduct", func(r *request.Request) {
			r.Received, r.Measures[1].To = date("2026-10-01"), date("2026-09-01")
		}, false},
		{"traffic for a two-year offence under the regulation", func(r *request.Request) {
			european(r)
			r.Measures = r.Measures[1:]
			r.Offences[0] = request.Offence{Provision: "de-126", Country: "DE", Title: "Disturbing the peace by threatening offences", MaxPenaltyYears: number(2)}
		}, false},
		{"one account and a whole list", func(r *request.Request) {
			r.Measures[1].Targets = append(r.Measures[1].Targets, request.Target{Type: "other", Value: "all customers of the shop"})
		}, false},
	} {
		r := genuine(t)
		c.change(r)
		got := screened(t, floor(t), r, Situation{})
		if got.Outcome != "narrow" || len(got.Proposals) != 1 || len(got.Proposals[0].Changes) == 0 {
			t.Errorf("%s: %s with %d proposals: %v", c.name, got.Outcome, len(got.Proposals), failing(got))
			continue
		}
		p := got.Proposals[0]
		if (p.Measure == nil) != c.gone {
			t.Errorf("%s: measure %v, left out is %v", c.name, p.Measure, c.gone)
			continue
		}
		i := len(r.Measures) - 1
		if p.Measure == nil {
			r.Measures = r.Measures[:i]
		} else {
			r.Measures[i] = *p.Measure
		}
		if again := screened(t, floor(t), r, Situation{}); again.Outcome != "forward" {
			t.Errorf("%s: what is proposed comes out as %s: %v", c.name, again.Outcome, failing(again))
		}
	}
}
