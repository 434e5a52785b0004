package law

import (
	"slices"

	"github.com/rogatory/rogatory/fact"
)

// A Character is, in one word, what a law punishes.
// The empty Character is unknown.
type Character string

// The characters. Expression and those after it are protected conduct.
const (
	Convention   Character = "convention" // an offence of arts 7-17 of the UN convention
	Ordinary     Character = "ordinary"   // arson, trafficking, threats, laundering
	Terrorism    Character = "terrorism"  // may reach protected conduct
	Disclosure   Character = "disclosure" // leaks; may reach sources and whistleblowers
	Expression   Character = "expression"
	Political    Character = "political"
	Assembly     Character = "assembly"
	Association  Character = "association"
	Religion     Character = "religion"
	LGBT         Character = "lgbt"
	PrivacyTools Character = "privacy-tools"
	ChildPeer    Character = "child-peer"
)

// A Class says what the provisions of one kind punish by their nature.
type Class struct {
	Name       string              `json:"class"`
	Character  Character           `json:"character"`
	Conduct    string              `json:"conduct"`
	Protected  string              `json:"protected"` // yes, no, by-facet, unknown (also when empty)
	Punishes   []string            `json:"punishes"`
	Vague      string              `json:"vague"`      // yes, no, by-facet, unknown (also when empty)
	Everywhere string              `json:"everywhere"` // why this is ordinary crime in nearly every State; empty if it is not
	Except     []string            `json:"not_everywhere,omitempty"`
	Grounds    []string            `json:"grounds"`
	Facets     map[string][]string `json:"facets"` // documented protected conduct -> what the law then punishes besides
}

// Classes are all classes of provisions.
func (b *Book) Classes() []Class { return slices.Clone(b.classes) }

// settle answers a yes, no or by-facet entry for p.
func (p Provision) settle(entry string) fact.Truth {
	switch entry {
	case "yes":
		return fact.True
	case "no":
		return fact.False
	case "by-facet":
		return fact.Of(len(p.ProtectedConduct) > 0)
	}
	return fact.Unknown
}

// Punishes is the protected conduct that the law punishes by its nature, and
// not merely because it has been misused. It is not known for classes whose
// reach depends on the facts, and for entries of low confidence: a person must
// say then. An empty set that is known means: none.
func (p Provision) Punishes() (set []string, known bool) {
	if p.nature == nil || !p.reliable() {
		return nil, false
	}
	switch p.settle(p.nature.Protected) {
	case fact.Unknown:
		return nil, false
	case fact.False:
		return []string{}, true
	}
	set = slices.Clone(p.nature.Punishes)
	for _, facet := range p.ProtectedConduct {
		for _, more := range p.nature.Facets[facet] {
			if !slices.Contains(set, more) {
				set = append(set, more)
			}
		}
	}
	return set, true
}

// Reaches is the protected conduct against which the law is documented to be
// used: press, whistleblowing, religion and others, whatever its nature.
func (p Provision) Reaches() []string { return slices.Clone(p.ProtectedConduct) }

// Character is the law's nature in one word, empty if the registry does not
// carry it.
func (p Provision) Character() Character {
	if p.nature == nil || !p.reliable() {
		return ""
	}
	set, known := p.Punishes()
	if known && len(set) > 0 && p.nature.Character == Ordinary {
		return Character(set[0])
	}
	return p.nature.Character
}

// Vague says whether the law leaves open what is forbidden: whoever reads it
// cannot tell what they may do.
func (p Provision) Vague() fact.Truth {
	if p.nature == nil || !p.reliable() {
		return fact.Unknown
	}
	return p.settle(p.nature.Vague)
}
