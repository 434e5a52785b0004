package law

import (
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fact"
)

// A Provision is one article of a national law. Members that the registry
// leaves open are nil or empty, and what rests on them is Unknown.
type Provision struct {
	ID                  string   `json:"id"`
	Country             string   `json:"country"` // ISO 3166-1 alpha-2
	Law                 string   `json:"law"`
	Article             string   `json:"article"`
	Year                int      `json:"year"`
	Title               string   `json:"title"`
	Conduct             string   `json:"conduct"`
	MaxPenaltyYears     *float64 `json:"max_penalty_years"` // 99 life, 100 death
	BaseMaxPenaltyYears *float64 `json:"base_max_penalty_years"`
	PenaltyNote         string   `json:"penalty_note"`
	Class               string   `json:"class"`
	ProtectedConduct    []string `json:"protected_conduct"`
	ConventionArticle   string   `json:"convention_offence"` // article of the UN convention against cybercrime
	DocumentedAbuse     string   `json:"documented_abuse"`
	Source              string   `json:"source"`
	SourceNote          string   `json:"source_note"`
	Confidence          string   `json:"confidence"` // high, medium, low
	Status              string   `json:"status"`     // in-force, struck-down, repealed, bill

	InForceFrom time.Time `json:"-"` // first day in force; zero if only the year is on record

	nature *Class
}

// Provision finds a provision by id.
func (b *Book) Provision(id string) (Provision, bool) {
	i, ok := b.provisionAt[id]
	if !ok {
		return Provision{}, false
	}
	return b.provisions[i], true
}

// Provisions are all provisions.
func (b *Book) Provisions() []Provision { return slices.Clone(b.provisions) }

// Cite names the provision: law, article, country. A low-confidence entry is
// marked to be checked.
func (p Provision) Cite() string {
	s := p.Law
	if p.Article != "" && p.Article != "(bill)" {
		s += ", " + p.Article
	}
	s += " (" + p.Country + ")"
	if !p.reliable() {
		s += ToBeChecked
	}
	return s
}

// reliable reports whether the entry is sure enough to settle anything.
// Low confidence is unknown, and so is an entry without any.
func (p Provision) reliable() bool { return p.Confidence == "high" || p.Confidence == "medium" }

// InForceAt says whether the provision was law on a day, and why. A law that a
// court struck down, that was repealed, or that never passed, is no law.
func (p Provision) InForceAt(on time.Time) (fact.Truth, string) {
	switch p.Status {
	case "struck-down":
		return fact.False, p.Cite() + " was struck down by a court"
	case "repealed":
		return fact.False, p.Cite() + " was repealed"
	case "bill":
		return fact.False, p.Cite() + " is a bill and not law"
	}
	switch {
	case p.Status != "in-force":
		return fact.Unknown, "the registry does not say whether " + p.name() + " is in force"
	case !p.reliable():
		return fact.Unknown, "the registry is not sure of " + p.name()
	case on.IsZero():
		return fact.Unknown, "the day is not stated"
	}
	if !p.InForceFrom.IsZero() {
		from := p.InForceFrom.Format(time.DateOnly)
		if on.Before(p.InForceFrom) {
			return fact.False, fmt.Sprintf("%s entered into force on %s, after %s", p.Cite(), from, on.Format(time.DateOnly))
		}
		return fact.True, fmt.Sprintf("%s is in force since %s", p.Cite(), from)
	}
	switch {
	case p.Year == 0:
		return fact.Unknown, "the registry does not say since when " + p.name() + " is in force"
	case on.Year() < p.Year:
		return fact.False, fmt.Sprintf("%s is a law of %d, later than %s", p.Cite(), p.Year, on.Format(time.DateOnly))
	case on.Year() == p.Year:
		return fact.Unknown, fmt.Sprintf("%s is in force from some day in %d: to be checked", p.Cite(), p.Year)
	}
	return fact.True, fmt.Sprintf("%s is in force since %d", p.Cite(), p.Year)
}

// name is Cite for a sentence, and never empty.
func (p Provision) name() string {
	if p.Law == "" {
		return "this provision"
	}
	return p.Cite()
}

// MaxPenalty is the highest maximum in years, aggravated forms included:
// 99 is life, 100 is death.
func (p Provision) MaxPenalty() (years float64, known bool) {
	if p.MaxPenaltyYears == nil || !p.reliable() {
		return 0, false
	}
	return *p.MaxPenaltyYears, true
}

// Aggravated reports whether the highest maximum is that of an aggravated
// form: whoever counts it must say which form the facts show.
func (p Provision) Aggravated() bool {
	return p.MaxPenaltyYears != nil && p.BaseMaxPenaltyYears != nil && *p.BaseMaxPenaltyYears < *p.MaxPenaltyYears
}

// Convention says whether this is an offence of the UN convention against
// cybercrime, arts 7-17. Laundering is one only if its predicate is, and
// consensual peer material may be excluded by art. 14(4): both are Unknown
// until a person has looked at the facts.
func (p Provision) Convention() fact.Truth {
	switch {
	case !p.reliable() || p.nature == nil:
		return fact.Unknown
	case p.ConventionArticle == "":
		return fact.False
	case p.nature.Character != Convention:
		return fact.Unknown
	}
	return fact.True
}
