package law

import (
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fact"
)

// budapestOffences are the articles of the UN convention whose conduct the
// Budapest Convention, arts 2-9, obliges its parties to make a crime:
// access, interception, data, system, devices, forgery, fraud, child material.
var budapestOffences = []string{"7", "8", "9", "10", "11", "12", "13", "14"}

// Counterpart says whether the law of state carries a like offence on a day.
//
//	convention  p is a convention offence, and state has one of the same
//	            article or is bound by the Budapest Convention to have it
//	on-record   a provision of the same class is in force in state
//	ordinary    the conduct is ordinary crime in nearly every State
//	none        p punishes protected conduct and nothing alike is on record
//	(empty)     unknown: a person must say
//
// This is the registry's word about two laws, not a finding that the conduct
// of a case is a crime in both States. The ids are what was found.
func (b *Book) Counterpart(p Provision, state string, on time.Time) (kind string, ids []string, reason string) {
	same, open := b.alike(p, state, on, func(q Provision) bool {
		return p.ConventionArticle != "" && q.ConventionArticle == p.ConventionArticle && q.Convention() == fact.True
	})
	if p.Convention() == fact.True {
		if len(same) > 0 {
			return "convention", same, fmt.Sprintf("%s has an offence of the same convention article (%s)", state, p.ConventionArticle)
		}
		if slices.Contains(budapestOffences, p.ConventionArticle) && b.bound("budapest", state, on) == fact.True {
			return "convention", nil, fmt.Sprintf("%s is party to the Convention on Cybercrime (Budapest), which obliges it to punish the conduct of art. %s of the UN convention", state, p.ConventionArticle)
		}
	}
	if p.nature == nil || !p.reliable() {
		return "", open, "the registry is not sure what " + p.name() + " punishes"
	}
	like, unsure := b.alike(p, state, on, func(q Provision) bool { return q.Class == p.Class && sameNature(p, q) })
	if len(like) > 0 {
		return "on-record", like, fmt.Sprintf("%s has a provision of the same class in force: %s", state, p.Class)
	}
	if p.settle(p.nature.Protected) == fact.False && p.nature.Everywhere != "" && !slices.Contains(p.nature.Except, p.ConventionArticle) {
		return "ordinary", unsure, p.nature.Everywhere
	}
	set, known := p.Punishes()
	switch {
	case len(unsure) > 0:
		return "", unsure, fmt.Sprintf("%s has a provision of the same class; whether it was in force is to be checked", state)
	case known && len(set) > 0:
		return "none", nil, fmt.Sprintf("%s punishes protected conduct, and nothing alike is on record for %s", p.name(), state)
	}
	return "", nil, fmt.Sprintf("nothing alike is on record for %s, and the registry cannot say that there is none", state)
}

// sameNature keeps an offence of threats from counting as the like of a vague
// speech offence of the same class.
func sameNature(p, q Provision) bool {
	return p.settle(p.nature.Protected) == q.settle(p.nature.Protected)
}

// alike finds the provisions of state that are like p and in force on the day,
// and those of which that is to be checked.
func (b *Book) alike(p Provision, state string, on time.Time, like func(Provision) bool) (inForce, unsure []string) {
	for _, q := range b.provisions {
		if q.Country != state || !like(q) {
			continue
		}
		truth, _ := q.InForceAt(on)
		switch truth {
		case fact.True:
			inForce = append(inForce, q.ID)
		case fact.Unknown:
			unsure = append(unsure, q.ID)
		}
	}
	return inForce, unsure
}
