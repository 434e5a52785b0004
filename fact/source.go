package fact

import (
	"fmt"
	"strings"
)

// A Source is who says something. What a source says is worth what the
// safeguard that hears it makes of it.
type Source uint8

// The sources. Registry is what the office itself has on record: its registry
// of laws, its register of authorities, how the message arrived, what it
// decided before. Signal is a mark found by a machine; it can stop a request
// and never clear one.
const (
	Requester Source = iota
	Registry
	Signal
	Reviewer
	Court
	sources // how many there are
)

var sourceNames = [sources]string{"requester", "registry", "signal", "reviewer", "court"}

// String gives the word for s.
func (s Source) String() string { return sourceNames[s] }

// Sources is a set of sources.
type Sources uint8

// SourcesOf makes a set.
func SourcesOf(list ...Source) Sources {
	var set Sources
	for _, s := range list {
		set |= 1 << s
	}
	return set
}

// People are the sources that are persons of the receiving side. Only they
// answer a doubt, and only their word counts at the court and disclosure gates.
const People = Sources(1<<Reviewer | 1<<Court)

// Has reports whether s is in the set.
func (set Sources) Has(s Source) bool { return set&(1<<s) != 0 }

// List gives the members in order.
func (set Sources) List() []Source {
	var list []Source
	for s := range sources {
		if set.Has(s) {
			list = append(list, s)
		}
	}
	return list
}

// String lists the members, separated by commas.
func (set Sources) String() string {
	var names []string
	for _, s := range set.List() {
		names = append(names, s.String())
	}
	return strings.Join(names, ", ")
}

// ParseSource reads the word for a source.
func ParseSource(word string) (Source, error) {
	for s, name := range sourceNames {
		if name == word {
			return Source(s), nil
		}
	}
	return 0, fmt.Errorf("unknown source %q: use one of %s", word, strings.Join(sourceNames[:], ", "))
}
