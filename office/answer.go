package office

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/rogatory/rogatory/law"
)

// An Answer is the form an outcome takes: what goes out, what has to be done,
// and the clauses it rests on.
type Answer struct {
	Kind  string // one of AnswerKinds
	Form  string
	Steps []string
	Basis []string // ids of clauses in law
}

// AnswerKinds is the closed list of what an answer can be. A hold sends
// nothing; execution and clearance still need every later gate.
var AnswerKinds = []string{
	"refusal", "objection", "clarification", "information-request", "offer",
	"redirection", "hold", "application", "execution", "clearance",
}

// Outcomes and Instruments are the words an Answer is asked by.
var (
	Outcomes    = []string{"refuse", "examine", "redirect", "return", "narrow", "forward"}
	Instruments = []string{"uncc", "budapest", "budapest-p2", "eu-eevidence", "eio", "cloud-act", "bilateral", "comity", "domestic", "unknown"}
)

// A row of answers.yaml.
type row struct {
	Office      string   `yaml:"office"`
	Instruments []string `yaml:"instruments"`
	Outcome     string   `yaml:"outcome"`
	When        []string `yaml:"when"` // sections of grounds, or absolute
	Kind        string   `yaml:"kind"`
	Form        string   `yaml:"form"`
	Steps       []string `yaml:"steps"`
	Basis       []string `yaml:"basis"`
}

// A Ground is one tag of the closed list with the clauses an office may rest
// it on.
type Ground struct {
	ID       string   `yaml:"ground"`
	Absolute bool     `yaml:"absolute"` // never consulted away, never narrowed
	Section  string   `yaml:"section"`  // how a provider raises it on Annex III: privilege, error, conflict, other, breach
	UNCC     []string `yaml:"uncc"`
	Budapest []string `yaml:"budapest"`
	EU       []string `yaml:"eu"`
	US       []string `yaml:"us"`
	Standard []string `yaml:"standard"`
}

// A table is both files, read once. That they read is proved by a test.
type table struct {
	rows    []row
	grounds map[string]Ground
	order   []string
}

var answers = sync.OnceValue(func() table {
	var t table
	load("answers.yaml", &t.rows)
	var grounds []Ground
	load("grounds.yaml", &grounds)
	t.grounds = make(map[string]Ground, len(grounds))
	for _, g := range grounds {
		t.grounds[g.ID] = g
		t.order = append(t.order, g.ID)
	}
	return t
})

func load(name string, into any) {
	data, err := embedded.ReadFile(name)
	if err != nil {
		panic(err)
	}
	err = yaml.Load(data, into, yaml.WithKnownFields())
	if err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
}

// Grounds is the closed list of grounds, in the order of the format's page.
func Grounds() []Ground {
	t := answers()
	var list []Ground
	for _, id := range t.order {
		list = append(list, t.grounds[id])
	}
	return list
}

// Answer is the form that an outcome takes in this office under an instrument.
// An instrument or ground that nobody knows is answered like the least
// obliging one; an outcome that nobody knows is held for a person.
func (p *Profile) Answer(outcome, instrument string, grounds []string) Answer {
	t := answers()
	if !slices.Contains(Outcomes, outcome) {
		outcome = "examine"
	}
	if !slices.Contains(Instruments, instrument) {
		instrument = "unknown"
	}
	for _, r := range t.rows {
		if r.fits(p.Kind, instrument, outcome, t, grounds) {
			return p.compose(r, t, instrument, grounds)
		}
	}
	return Answer{Kind: "hold", Form: "Internal question; nothing is sent but a receipt", Steps: []string{"A named person decides in what form to answer."}, Basis: []string{"std:np6"}}
}

func (r row) fits(kind, instrument, outcome string, t table, grounds []string) bool {
	if r.Office != kind || r.Outcome != outcome {
		return false
	}
	if len(r.Instruments) > 0 && !slices.Contains(r.Instruments, instrument) {
		return false
	}
	return len(r.When) == 0 || slices.ContainsFunc(grounds, func(id string) bool {
		g, ok := t.grounds[id]
		return ok && (slices.Contains(r.When, g.Section) || g.Absolute && slices.Contains(r.When, "absolute"))
	})
}

// compose fills in what depends on the case: who authorises, and the clauses
// of the grounds. A clause of an instrument that nobody invoked is left out.
func (p *Profile) compose(r row, t table, instrument string, grounds []string) Answer {
	a := Answer{Kind: r.Kind, Form: r.Form, Steps: slices.Clone(r.Steps)}
	if a.Kind == "application" {
		var who []string
		for _, data := range Categories {
			who = append(who, data+": "+strings.ReplaceAll(p.Authoriser(data), "-", " "))
		}
		a.Steps = append(a.Steps, "Who authorises here: "+strings.Join(who, "; ")+".")
	}
	add := func(ids []string) {
		for _, id := range ids {
			if belongs(id, instrument) && !slices.Contains(a.Basis, id) {
				a.Basis = append(a.Basis, id)
			}
		}
	}
	add(r.Basis)
	if outcomeNamesGrounds(r.Outcome) {
		for _, id := range grounds {
			add(t.grounds[id].under(instrument))
		}
	}
	return a
}

// outcomeNamesGrounds keeps the clauses of grounds out of answers that raise
// none: a forwarded request has nothing held against it.
func outcomeNamesGrounds(outcome string) bool { return outcome != "forward" && outcome != "examine" }

// under are the clauses of a ground under an instrument, standards last.
func (g Ground) under(instrument string) []string {
	var ids []string
	switch instrument {
	case "uncc":
		ids = g.UNCC
	case "budapest", "budapest-p2":
		ids = g.Budapest
	case "eu-eevidence":
		ids = g.EU
	case "cloud-act":
		ids = g.US
	}
	return slices.Concat(ids, g.Standard)
}

// belongs reports whether a clause speaks to an instrument. Human-rights
// standards speak to all.
func belongs(id, instrument string) bool {
	family, _, _ := strings.Cut(id, ":")
	switch family {
	case "std":
		return true
	case "uncc":
		return instrument == "uncc"
	case "bud":
		return instrument == "budapest" || instrument == "budapest-p2"
	case "p2":
		return instrument == "budapest-p2"
	case "eu":
		return instrument == "eu-eevidence" || instrument == "eio"
	case "us":
		return instrument == "cloud-act"
	}
	return false
}

// Cite prints the clauses an answer rests on, as a letter may print them.
func (a Answer) Cite(b *law.Book) []string {
	var list []string
	for _, id := range a.Basis {
		c, ok := b.Clause(id)
		if ok && !slices.Contains(list, c.Cite()) {
			list = append(list, c.Cite())
		}
	}
	return list
}
