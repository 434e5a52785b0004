package screen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rule"
)

// A Result is what screening proposes for one request, ready to be printed.
type Result struct {
	File          string         `json:"file"`
	Reference     string         `json:"reference"`
	Outcome       string         `json:"outcome"`
	Grounds       []string       `json:"grounds"` // of the decisive findings
	Answer        Answer         `json:"answer"`
	Preserve      bool           `json:"preserve"`
	Findings      []Finding      `json:"findings"`
	Proposals     []Proposal     `json:"proposals"`
	Questions     []Question     `json:"questions"`
	Confirmations []Confirmation `json:"confirmations"`
	Notes         []string       `json:"notes,omitempty"`
	Versions      Versions       `json:"versions"`
}

// An Answer is the form the outcome takes under the instrument, for this kind
// of office.
type Answer struct {
	Kind  string   `json:"kind"`
	Form  string   `json:"form"`
	Steps []string `json:"-"` // for people, as Basis
	Basis []string `json:"-"`
}

// A Finding is the verdict of one safeguard for one instance.
type Finding struct {
	Safeguard string    `json:"safeguard"`
	Title     string    `json:"-"`
	Instance  string    `json:"instance"` // "request", or a JSON pointer such as "/measures/0"
	Verdict   string    `json:"verdict"`
	Decisive  bool      `json:"decisive"`
	Effect    string    `json:"effect"` // pass, or what this finding calls for
	Grounds   []string  `json:"grounds"`
	Missing   []Missing `json:"missing"`
	DoubtedBy []Doubt   `json:"doubted_by"`
	Basis     []string  `json:"basis"`
	Reason    string    `json:"reason"`
	Why       string    `json:"-"`
}

// A Missing fact is one that would settle a finding; Ask is who can.
type Missing struct {
	Fact     string `json:"fact"`
	Ask      string `json:"ask"`
	Question string `json:"question"`
}

// A Doubt is a mark that a person has to answer by name.
type Doubt struct {
	Signal string `json:"signal"`
	Span   Span   `json:"span"`
	Reason string `json:"reason"`
}

// A Span is a place in the request: bytes in the text of a member.
type Span struct {
	Path  string `json:"path"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Quote string `json:"quote"`
}

// A Question is put to somebody; those to the requester are sent all at once.
type Question struct {
	Ask      string   `json:"ask"`
	Fact     string   `json:"fact"`
	Concerns []string `json:"concerns"`
	Question string   `json:"question"`
}

// A Confirmation is what a later gate will ask of people.
type Confirmation struct {
	Gate      string   `json:"gate"`
	Safeguard string   `json:"safeguard"`
	Question  string   `json:"question"`
	Basis     []string `json:"basis"`
}

// Versions identify what decided: the program, and the SHA-256 of rulebook and
// law data.
type Versions struct {
	Program  string `json:"program"`
	Rulebook string `json:"rulebook"`
	Law      string `json:"law"`
}

func (s *Screener) report(c *considered) *Result {
	out := &Result{
		Reference: c.r.Reference, Outcome: c.outcome.String(), Preserve: c.preserve(),
		Findings: make([]Finding, 0, len(c.findings)), Proposals: c.proposals(), Questions: c.questions(),
		Confirmations: s.confirmations(c), Notes: notes(c.r),
		Versions: Versions{s.program, s.book.SHA256(), s.law.SHA256()},
	}
	for i := range c.findings {
		out.Findings = append(out.Findings, c.finding(&c.findings[i]))
	}
	out.Grounds = c.grounds()
	out.Answer = c.answer(out.Grounds)
	return out
}

// grounds are those of the findings that decide.
func (c *considered) grounds() []string {
	list := []string{}
	for i := range c.findings {
		if c.findings[i].decisive {
			list = appendNew(list, c.groundsOf(&c.findings[i])...)
		}
	}
	if c.outcome == Return && len(list) == 0 {
		return []string{"missing-facts"}
	}
	return list
}

// groundsOf are the grounds of a finding that is not met.
func (c *considered) groundsOf(x *finding) []string {
	list := x.rule.Grounds
	if x.mixed {
		list = appendNew([]string{"mixed-offences"}, list...)
	}
	if x.rule.ID == "not-relabelled" && c.earlier != nil {
		list = appendNew(slices.Clone(list), c.earlier.Grounds...)
	}
	return list
}

func appendNew[T comparable](list []T, more ...T) []T {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// answer is the form the office's law and the instrument allow. A preservation
// goes to preservation, not to a court.
func (c *considered) answer(grounds []string) Answer {
	if c.outcome == Forward && preserveOnly(c.r) {
		return Answer{Kind: "preservation", Form: "Preservation order for the data named",
			Steps: []string{
				"The data are sealed and nobody reads them; nothing leaves before a decision on disclosure.",
				"It ends by itself at the end of the instrument's period unless a linked request or a court holds it.",
			}, Basis: preservation[c.r.Instrument]}
	}
	a := c.profile.Answer(c.outcome.String(), c.r.Instrument, grounds)
	steps := a.Steps
	if c.outcome == Redirect {
		if routes := c.routes(); len(routes) > 0 {
			steps = append(slices.Clone(steps), "routes open between the two States: "+strings.Join(routes, ", ")+"; party status to be checked with the depositary")
		}
	}
	return Answer{a.Kind, a.Form, steps, a.Basis}
}

// routes are the other instruments under which this authority could ask this
// addressee.
func (c *considered) routes() []string {
	var list []string
	for _, instrument := range c.law.Governing(c.r.Requesting.Country, c.r.Addressee.Country, c.r.Addressee.Kind, c.day) {
		other := *c.r
		other.Instrument = instrument
		b := *c.brief
		b.r = &other
		if open, _ := b.door(); instrument != c.r.Instrument && open != fact.False {
			list = append(list, instrument)
		}
	}
	return list
}

// preservation is the law of a preservation, by instrument.
var preservation = map[string][]string{
	"budapest":     {"bud:29.3", "bud:29.7"},
	"eu-eevidence": {"eu:6.3", "eu:11.1"},
}

func (c *considered) finding(x *finding) Finding {
	f := Finding{
		Safeguard: x.rule.ID, Title: x.rule.Title, Instance: pointer(x.instance), Verdict: x.verdict.String(),
		Decisive: x.decisive, Effect: "pass", Grounds: none, Missing: []Missing{}, DoubtedBy: []Doubt{},
		Basis: x.rule.Basis, Why: x.rule.Why,
	}
	if x.verdict == rule.Met {
		f.Reason = c.word(x)
		return f
	}
	f.Effect, f.Grounds = x.outcome.String(), c.groundsOf(x)
	var reasons []string
	for _, cited := range x.cited {
		d := c.book.Vocabulary().At(cited.Scope, cited.Slot)
		of := fact.Instance{Scope: cited.Scope, Index: int(cited.Instance)}
		if x.verdict == rule.Unknown {
			f.Missing = append(f.Missing, Missing{string(d.Name), d.Settle.String(), d.Question})
		}
		for _, a := range c.about(d.Name, of) {
			switch {
			case a.Source == fact.Signal:
				f.DoubtedBy = append(f.DoubtedBy, Doubt{strings.Fields(a.Author)[0], span(a), a.Reason})
				reasons = appendNew(reasons, a.Reason)
			case x.verdict == rule.NotMet || cited.Footing == fact.Disputed || cited.Footing == fact.Doubted && a.Value == fact.OfBool(true):
				reasons = appendNew(reasons, a.Source.String()+": "+a.Reason)
			}
		}
		if cited.Footing == fact.Missing {
			reasons = appendNew(reasons, "not known: "+string(d.Name))
		}
	}
	f.Reason = strings.Join(reasons, "; ")
	return f
}

// word says on whose word a safeguard that is met rests.
func (c *considered) word(x *finding) string {
	var said fact.Sources
	for _, cited := range x.cited {
		d := c.book.Vocabulary().At(cited.Scope, cited.Slot)
		for _, a := range c.standing {
			if a.Fact == d.Name && a.Of.Index == int(cited.Instance) && x.rule.Counts.Has(a.Source) {
				said |= fact.SourcesOf(a.Source)
			}
		}
	}
	return "on the word of: " + said.String()
}

// none is printed as [] and not as null; nothing is ever appended to it.
var none = []string{}

func span(a fact.Assertion) Span {
	return Span{a.Place.Path, a.Place.Start, a.Place.End, a.Place.Quote}
}

func (c *considered) about(name fact.Name, of fact.Instance) []fact.Assertion {
	var list []fact.Assertion
	for _, a := range c.standing {
		if a.Fact == name && a.Of == of {
			list = append(list, a)
		}
	}
	return list
}

func pointer(of fact.Instance) string {
	if of.Scope == fact.OfRequest {
		return "request"
	}
	return fmt.Sprintf("/%ss/%d", of.Scope, of.Index)
}

// questions gathers what is missing, by whom it is to be answered: everything
// at once, each question once, with what it concerns.
func (c *considered) questions() []Question {
	list := []Question{}
	for i := range c.findings {
		x := &c.findings[i]
		if x.verdict != rule.Unknown || c.subsumed(x) {
			continue
		}
		for _, cited := range x.cited {
			d := c.book.Vocabulary().At(cited.Scope, cited.Slot)
			ask := d.Settle.List()[0].String()
			where := pointer(fact.Instance{Scope: cited.Scope, Index: int(cited.Instance)})
			if cited.Instance < 0 {
				where = "request"
			}
			k := slices.IndexFunc(list, func(q Question) bool { return q.Fact == string(d.Name) })
			if k < 0 {
				list = append(list, Question{Ask: ask, Fact: string(d.Name), Question: d.Question})
				k = len(list) - 1
			}
			list[k].Concerns = appendNew(list[k].Concerns, where)
		}
	}
	for _, gap := range gaps(c.r) {
		list = append(list, gap)
	}
	slices.SortStableFunc(list, func(a, b Question) int { return strings.Compare(b.Ask, a.Ask) })
	return list
}

// gaps are the questions no instance could raise because there is none.
func gaps(r *request.Request) []Question {
	var list []Question
	if len(r.Offences) == 0 {
		list = append(list, Question{"requester", "offence.named", []string{"request"}, "Which offence is investigated? Please give the article, its text, its maximum penalty and since when it is in force."})
	}
	if len(r.Measures) == 0 {
		list = append(list, Question{"requester", "measure.targeted", []string{"request"}, "Which data are asked for, of which account, for which dates?"})
	}
	return list
}

// confirmations lists what the later gates will ask of people. Every forward
// carries them, also without any signal.
func (s *Screener) confirmations(c *considered) []Confirmation {
	list := []Confirmation{}
	if c.outcome == Refuse {
		return list
	}
	for _, gate := range []rule.Gate{rule.AtCourt, rule.Disclosure, rule.Secrecy} {
		for _, r := range s.book.At(gate) {
			if !c.asks(r) {
				continue
			}
			d, _, _ := s.book.Vocabulary().Find(r.Holds.Atoms()[0].Fact)
			list = append(list, Confirmation{gate.String(), r.ID, d.Question, r.Basis})
		}
	}
	return list
}

// asks reports whether a rule of a later gate has anything to ask of this
// request: a person if there is one, secrecy if it was wished, and for a
// preservation nothing before its disclosure.
func (c *considered) asks(r *rule.Rule) bool {
	switch {
	case r.For == fact.OfPerson && len(c.r.Persons) == 0:
		return false
	case r.Gate == rule.AtCourt && preserveOnly(c.r):
		return false
	case r.Gate == rule.Secrecy && !c.r.Secrecy.Requested:
		return false
	}
	return true
}

func notes(r *request.Request) []string {
	var list []string
	for _, o := range r.Oddities() {
		list = append(list, o.Path+": "+o.What)
	}
	return list
}
