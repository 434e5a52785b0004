package law

import (
	"fmt"
	"slices"
	"strconv"
)

// Problems are the places where the book does not hang together: ids that lead
// nowhere, classes nobody described, countries that are none. A book with
// problems is not to be used.
func (b *Book) Problems() []string { return slices.Clone(b.problems) }

func (b *Book) inspect() {
	b.inspectClauses()
	b.inspectProvisions()
	b.inspectClasses()
	for id, t := range b.treaties {
		for _, state := range t.Parties {
			if !IsCountry(state) {
				b.problem("treaty %s: %q is no country", id, state)
			}
		}
	}
	for state := range b.union {
		if !IsCountry(state) {
			b.problem("european_union: %q is no country", state)
		}
	}
	for _, n := range b.names {
		known := slices.ContainsFunc(b.provisions, func(p Provision) bool { return p.Country == n.Country && p.Law == n.Law })
		if !known {
			b.problem("names.json: no provision of %s carries the law %q", n.Country, n.Law)
		}
	}
	slices.Sort(b.problems)
}

func (b *Book) problem(format string, args ...any) {
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

func (b *Book) inspectClauses() {
	for i, c := range b.clauses {
		if b.clauseAt[c.ID] != i {
			b.problem("clause %s: the id is used twice", c.ID)
		}
		if !slices.Contains([]string{"text-read", "secondary-substance", "secondary-number", "from-memory"}, c.Verification) {
			b.problem("clause %s: verification %q is unknown", c.ID, c.Verification)
		}
	}
	for i, c := range b.checks {
		if b.checkAt[c.ID] != i {
			b.problem("check %s: the id is used twice", c.ID)
		}
		b.based("check "+c.ID, c.Basis)
		for _, family := range []string{"uncc", "budapest", "eu", "us"} {
			if !slices.Contains([]string{"mandatory", "optional", "as-appropriate", "omitted"}, c.Status[family]) {
				b.problem("check %s: status %q under %s is unknown", c.ID, c.Status[family], family)
			}
		}
	}
	for _, t := range b.traps {
		b.based("trap "+t.ID, t.Basis)
	}
	for _, d := range b.deadlines {
		b.based("deadline "+strconv.Quote(d.Event), []string{d.Provision})
	}
}

// based reports a basis that is empty or leads nowhere.
func (b *Book) based(what string, basis []string) {
	if len(basis) == 0 {
		b.problem("%s rests on no clause", what)
	}
	for _, id := range basis {
		_, ok := b.clauseAt[id]
		if !ok {
			b.problem("%s rests on %s, which does not exist", what, id)
		}
	}
}

func (b *Book) inspectProvisions() {
	for i, p := range b.provisions {
		if b.provisionAt[p.ID] != i {
			b.problem("provision %s: the id is used twice", p.ID)
		}
		if p.nature == nil {
			b.problem("provision %s: class %q is not described", p.ID, p.Class)
		}
		if !IsCountry(p.Country) {
			b.problem("provision %s: %q is no country", p.ID, p.Country)
		}
		if !slices.Contains([]string{"in-force", "struck-down", "repealed", "bill"}, p.Status) {
			b.problem("provision %s: status %q is unknown", p.ID, p.Status)
		}
		if !slices.Contains([]string{"high", "medium", "low"}, p.Confidence) {
			b.problem("provision %s: confidence %q is unknown", p.ID, p.Confidence)
		}
		if p.Source == "" {
			b.problem("provision %s has no source", p.ID)
		}
		if !p.conventionExists() {
			b.problem("provision %s: the convention has no offence in art. %s", p.ID, p.ConventionArticle)
		}
	}
}

// conventionExists reports whether the article, if there is one, is one of
// 7-17, the offences of the UN convention.
func (p Provision) conventionExists() bool {
	if p.ConventionArticle == "" {
		return true
	}
	n, err := strconv.Atoi(p.ConventionArticle)
	return err == nil && 7 <= n && n <= 17
}

func (b *Book) inspectClasses() {
	answers := []string{"yes", "no", "by-facet", "unknown"}
	for i, c := range b.classes {
		if slices.ContainsFunc(b.classes[:i], func(d Class) bool { return d.Name == c.Name }) {
			b.problem("class %s is described twice", c.Name)
		}
		if c.Conduct == "" || c.Character == "" {
			b.problem("class %s: conduct or character is missing", c.Name)
		}
		if !slices.Contains(answers, c.Protected) || !slices.Contains(answers, c.Vague) {
			b.problem("class %s: protected and vague are one of %v", c.Name, answers)
		}
		if c.Protected == "yes" && len(c.Punishes) == 0 {
			b.problem("class %s is protected and does not say what it punishes", c.Name)
		}
		if !slices.ContainsFunc(b.provisions, func(p Provision) bool { return p.Class == c.Name }) {
			b.problem("class %s has no provision", c.Name)
		}
	}
}
