package office

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/law"
)

// sound fails unless an answer can be sent as it is.
func sound(t *testing.T, what string, a Answer) {
	t.Helper()
	if a.Form == "" || len(a.Steps) == 0 || len(a.Basis) == 0 {
		t.Errorf("%s: form, steps or basis is empty: %+v", what, a)
	}
	if !slices.Contains(AnswerKinds, a.Kind) {
		t.Errorf("%s: %q is no kind of answer", what, a.Kind)
	}
	for _, id := range a.Basis {
		_, ok := law.Starting().Clause(id)
		if !ok {
			t.Errorf("%s: %s does not exist in law", what, id)
		}
	}
	if len(a.Cite(law.Starting())) == 0 {
		t.Errorf("%s: cites nothing", what)
	}
}

func TestEveryAnswerIsSound(t *testing.T) {
	walked := 0
	for _, kind := range []string{Provider, CentralAuthority} {
		p := Default(kind, "DE")
		for _, outcome := range Outcomes {
			for _, instrument := range Instruments {
				what := strings.Join([]string{kind, outcome, instrument}, " ")
				sound(t, what, p.Answer(outcome, instrument, nil))
				walked++
				for _, g := range Grounds() {
					sound(t, what+" "+g.ID, p.Answer(outcome, instrument, []string{g.ID}))
					walked++
				}
			}
		}
	}
	want := 2 * len(Outcomes) * len(Instruments) * (1 + len(Grounds()))
	if walked != want || len(Grounds()) == 0 {
		t.Errorf("walked %d answers, want %d", walked, want)
	}
}

func TestNoRowIsDead(t *testing.T) {
	used := map[string]bool{}
	for _, kind := range []string{Provider, CentralAuthority} {
		for _, outcome := range Outcomes {
			for _, instrument := range Instruments {
				for _, g := range append(Grounds(), Ground{}) {
					used[Default(kind, "DE").Answer(outcome, instrument, []string{g.ID}).Form] = true
				}
			}
		}
	}
	for _, r := range answers().rows {
		if !used[r.Form] {
			t.Errorf("no question leads to %s %s %v: %q", r.Office, r.Outcome, r.Instruments, r.Form)
		}
		for _, i := range r.Instruments {
			if !slices.Contains(Instruments, i) {
				t.Errorf("row %q: %q is no instrument", r.Form, i)
			}
		}
		for _, w := range r.When {
			if !slices.Contains([]string{"privilege", "conflict", "breach", "error", "other", "absolute"}, w) {
				t.Errorf("row %q: %q is no section", r.Form, w)
			}
		}
	}
}

// The closed list of grounds, as the request format fixes it.
const closedList = `
protected-expression press-protection source-protection political-offence
association assembly religion-belief lgbt-protection persecution-ground
whistleblower reproductive-health privacy-tools security-research
ngo-documentation child-peer child-involved victim-data privilege-immunity
transnational-repression retaliation-risk entrapment unknown-law vague-offence
struck-down-law retroactive-law no-dual-criminality not-a-convention-offence
below-serious-crime-threshold penalty-not-stated predicate-offence-missing
death-penalty no-fair-trial double-jeopardy non-criminal-purpose mixed-offences
instrument-not-in-force wrong-route conflict-of-laws data-protection
unverified-requester emergency-not-verified no-independent-order
content-needs-order authority-not-competent notification-of-state-required
overbroad-scope no-time-window no-target nexus-unclear third-party-data
disproportionate missing-facts live-collection relabelled-resubmission
gag-unjustified`

func TestGroundsAreTheClosedList(t *testing.T) {
	var got []string
	for _, g := range Grounds() {
		got = append(got, g.ID)
		if !slices.Contains([]string{"privilege", "conflict", "breach", "error", "other"}, g.Section) {
			t.Errorf("%s: section %q", g.ID, g.Section)
		}
		for _, ids := range [][]string{g.UNCC, g.Budapest, g.EU, g.US, g.Standard} {
			if len(ids) == 0 {
				t.Errorf("%s rests on nothing under some family", g.ID)
			}
			for _, id := range ids {
				_, ok := law.Starting().Clause(id)
				if !ok {
					t.Errorf("%s rests on %s, which does not exist", g.ID, id)
				}
			}
		}
	}
	diff := cmp.Diff(strings.Fields(closedList), got)
	if diff != "" {
		t.Error(diff)
	}
}

func TestAnswer(t *testing.T) {
	for _, c := range []struct {
		name                      string
		kind, outcome, instrument string
		grounds                   []string
		want, form                string
		basis                     []string // must be among the basis
		absent                    []string // must not be
	}{
		{"a provider alerts both authorities of press freedom", Provider, "refuse", "eu-eevidence", []string{"nexus-unclear", "press-protection"}, "objection", "press freedom", []string{"eu:10.5", "eu:10.9", "eu:12.1.a"}, []string{"uncc:6.2"}},
		{"a manifest breach", Provider, "refuse", "eu-eevidence", []string{"persecution-ground"}, "objection", "manifest breach", []string{"eu:16.4", "eu:10.8", "eu:rec11"}, nil},
		{"third-country law", Provider, "refuse", "eu-eevidence", []string{"conflict-of-laws"}, "objection", "third-country law", []string{"eu:17.1-2"}, nil},
		{"any other reason", Provider, "refuse", "eu-eevidence", []string{"no-dual-criminality"}, "objection", "other reasons", []string{"eu:10.8"}, []string{"eu:10.5"}},
		{"missing things are asked for", Provider, "return", "eu-eevidence", []string{"missing-facts"}, "clarification", "information wanted", []string{"eu:10.6"}, nil},
		{"in part", Provider, "narrow", "eu-eevidence", []string{"overbroad-scope"}, "objection", "partial", []string{"eu:10.8"}, nil},
		{"a question stays inside", Provider, "examine", "eu-eevidence", nil, "hold", "nothing is sent", []string{"eu:10.1"}, nil},
		{"the wrong addressee", Provider, "redirect", "eu-eevidence", []string{"wrong-route"}, "objection", "wrong addressee", []string{"eu:7.1"}, nil},
		{"comity: the refusal is the provider's own", Provider, "refuse", "comity", nil, "refusal", "Refusal letter", []string{"std:np12"}, nil},
		{"a provider is not the addressee of mutual assistance", Provider, "redirect", "budapest", nil, "redirection", "central authority", []string{"bud:27.1"}, []string{"uncc:40.12"}},
		{"consult first", CentralAuthority, "refuse", "uncc", []string{"no-dual-criminality"}, "refusal", "after consultation", []string{"uncc:40.28", "uncc:40.25", "uncc:40.8"}, nil},
		{"unless the bar is absolute", CentralAuthority, "refuse", "uncc", []string{"no-dual-criminality", "lgbt-protection"}, "refusal", "Refusal with reasons", []string{"uncc:40.25"}, []string{"uncc:40.28"}},
		{"the political offence of Budapest", CentralAuthority, "refuse", "budapest", []string{"political-offence"}, "refusal", "Refusal with reasons", []string{"bud:27.4.a", "bud:27.7"}, []string{"bud:27.6"}},
		{"additional information", CentralAuthority, "return", "uncc", nil, "information-request", "additional information", []string{"uncc:40.16"}, nil},
		{"an offer", CentralAuthority, "narrow", "budapest", nil, "offer", "conditional execution", []string{"bud:27.6"}, nil},
		{"an application raises no ground", CentralAuthority, "forward", "budapest", []string{"political-offence"}, "application", "court", []string{"bud:25.4"}, []string{"bud:27.4.a"}},
		{"an enforcing authority clears", CentralAuthority, "forward", "eu-eevidence", nil, "clearance", "no ground", []string{"eu:12.1"}, nil},
		{"an outcome nobody knows is held", Provider, "grant", "eu-eevidence", nil, "hold", "nothing is sent", nil, nil},
		{"an instrument nobody knows obliges to nothing", CentralAuthority, "refuse", "gentlemen", nil, "refusal", "Refusal", []string{"std:np12"}, nil},
		{"an office of no kind holds", "", "refuse", "uncc", nil, "hold", "nothing is sent", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Default(c.kind, "DE")
			p.Kind = c.kind
			a := p.Answer(c.outcome, c.instrument, c.grounds)
			sound(t, c.name, a)
			if a.Kind != c.want || !strings.Contains(a.Form, c.form) {
				t.Errorf("got %s %q, want %s ...%s...", a.Kind, a.Form, c.want, c.form)
			}
			for _, id := range c.basis {
				if !slices.Contains(a.Basis, id) {
					t.Errorf("basis %v lacks %s", a.Basis, id)
				}
			}
			for _, id := range c.absent {
				if slices.Contains(a.Basis, id) {
					t.Errorf("basis %v has %s", a.Basis, id)
				}
			}
		})
	}
}

func TestApplicationSaysWhoAuthorises(t *testing.T) {
	p, err := Example("provider-nl")
	if err != nil {
		t.Fatal(err)
	}
	steps := p.Answer("forward", "comity", nil).Steps
	last := steps[len(steps)-1]
	if !strings.Contains(last, "subscriber: prosecutor") || !strings.Contains(last, "content: judge") {
		t.Errorf("last step is %q", last)
	}
}
