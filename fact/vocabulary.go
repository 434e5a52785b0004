package fact

import (
	"fmt"
	"slices"
	"strings"
)

// A Scope is what a fact belongs to, and what a rule is evaluated for.
type Scope uint8

// The scopes. Every request has one instance of OfRequest and any number of
// the others.
const (
	OfRequest Scope = iota
	OfMeasure
	OfOffence
	OfPerson
	scopes
)

var scopeNames = []string{"request", "measure", "offence", "person"}

// String gives the word for s.
func (s Scope) String() string { return scopeNames[s] }

// ParseScope reads the word for a scope.
func ParseScope(word string) (Scope, error) {
	if i := slices.Index(scopeNames, word); i >= 0 {
		return Scope(i), nil
	}
	return 0, fmt.Errorf("unknown scope %q: use request, measure, offence or person", word)
}

// Take says how an aggregate is made of the facts of the instances.
type Take uint8

// The aggregates. Any and Every are of a bool: of anything else, "any is more
// than 3" and "not any is at most 3" would look alike and differ. Most is the
// largest of a number or the latest of a date, and is only ever compared with
// >, >=, < or <=.
const (
	Alone Take = iota // no aggregate: the fact itself
	Any
	Every
	Most
)

var takeNames = []string{"alone", "any", "every", "most"}

// String gives the word for t.
func (t Take) String() string { return takeNames[t] }

// ParseTake reads the word for an aggregate.
func ParseTake(word string) (Take, error) {
	if i := slices.Index(takeNames, word); i > 0 {
		return Take(i), nil
	}
	return 0, fmt.Errorf("unknown aggregate %q: use any, every or most", word)
}

// A Declaration says what a fact is. Facts are declared once, as data.
type Declaration struct {
	Name     Name
	Kind     Kind
	Scope    Scope
	Options  []string // of a Choice or Set, at most 64
	Settle   Sources  // whose answer can settle it; for an aggregate, those of Of
	Question string   // put to whoever can settle it
	With     Name     // settled by the same answer as this other fact of the same scope; may be empty
	Take     Take     // not Alone: an aggregate of Of over all instances of its scope
	Of       Name
}

// A Slot is where a fact stands among the facts of its scope.
type Slot uint16

// A Vocabulary is every declared fact. It does not change once made.
type Vocabulary struct {
	list  []Declaration
	index map[Name]int
	slot  []Slot
	width [scopes]int // facts that are no aggregates, per scope
	tags  [scopes][]tagged
	hash  [32]byte
}

// NewVocabulary checks the declarations and numbers them.
func NewVocabulary(declared []Declaration) (*Vocabulary, error) {
	list := slices.Clone(declared)
	v := &Vocabulary{list: list, index: make(map[Name]int, len(list)), slot: make([]Slot, len(list))}
	for i := range list {
		d := &list[i]
		if _, twice := v.index[d.Name]; twice {
			return nil, fmt.Errorf("fact %s is declared twice", d.Name)
		}
		v.index[d.Name] = i
		if d.Take != Alone {
			continue
		}
		if err := d.check(); err != nil {
			return nil, err
		}
		v.slot[i] = Slot(v.width[d.Scope])
		v.width[d.Scope]++
	}
	for i := range list {
		d := &list[i]
		if d.With != "" {
			other, ok := v.index[d.With]
			if !ok || list[other].Take != Alone || list[other].Scope != d.Scope {
				return nil, fmt.Errorf("fact %s: there is no fact %q of the same scope to be settled with", d.Name, d.With)
			}
		}
		if d.Take == Alone {
			continue
		}
		of, ok := v.index[d.Of]
		if !ok || list[of].Take != Alone || list[of].Scope == OfRequest {
			return nil, fmt.Errorf("fact %s: an aggregate is taken of a declared measure, offence or person fact, not of %q", d.Name, d.Of)
		}
		switch k := list[of].Kind; {
		case d.Take == Most && k != Number && k != Date:
			return nil, fmt.Errorf("fact %s: most is taken of a number or a date, not of %s, which is a %s", d.Name, d.Of, k)
		case d.Take != Most && k != Bool:
			return nil, fmt.Errorf("fact %s: %s is taken of a bool, not of %s, which is a %s", d.Name, d.Take, d.Of, k)
		}
		d.Kind, d.Options, d.Settle = list[of].Kind, list[of].Options, list[of].Settle
		d.Scope, v.slot[i] = list[of].Scope, v.slot[of]
	}
	if err := v.makeTags(); err != nil {
		return nil, err
	}
	v.hashAll()
	return v, nil
}

func (d *Declaration) check() error {
	options := d.Kind == Choice || d.Kind == Set
	switch {
	case options && (len(d.Options) < 2 || len(d.Options) > 64):
		return fmt.Errorf("fact %s: a %s needs 2 to 64 options", d.Name, d.Kind)
	case !options && len(d.Options) > 0:
		return fmt.Errorf("fact %s: a %s has no options", d.Name, d.Kind)
	case d.Settle == 0:
		return fmt.Errorf("fact %s: nobody can settle it; say who", d.Name)
	case d.Question == "":
		return fmt.Errorf("fact %s has no question for whoever can settle it", d.Name)
	}
	for i, o := range d.Options {
		if badOption(o) {
			return fmt.Errorf("fact %s: %q is no option; use small letters, digits and -", d.Name, o)
		}
		if slices.Contains(d.Options[:i], o) {
			return fmt.Errorf("fact %s has the option %q twice", d.Name, o)
		}
	}
	return nil
}

// badOption reports whether an option could not be written in an expression.
func badOption(o string) bool {
	return o == "" || strings.Trim(o, "abcdefghijklmnopqrstuvwxyz0123456789-") != ""
}

// Find gives the declaration of a fact and its slot among those of its scope;
// for an aggregate, the scope and slot of the fact it is taken of.
func (v *Vocabulary) Find(name Name) (*Declaration, Slot, bool) {
	i, ok := v.index[name]
	if !ok {
		return nil, 0, false
	}
	return &v.list[i], v.slot[i], true
}

// All lists the declarations in the order they were made.
func (v *Vocabulary) All() []Declaration { return v.list }

// At gives the declaration that stands at a slot.
func (v *Vocabulary) At(scope Scope, slot Slot) *Declaration {
	for i := range v.list {
		if v.list[i].Take == Alone && v.list[i].Scope == scope && v.slot[i] == slot {
			return &v.list[i]
		}
	}
	return nil
}
