package fact

import "time"

// An Instance is the request itself, or one of its measures, offences or
// persons. The zero Instance is the request.
type Instance struct {
	Scope Scope
	Index int
}

// A Place is where in the request something was read.
type Place struct {
	Path       string // JSON pointer of the member
	Start, End int    // bytes in the member's text; both 0 for the whole member
	Quote      string
}

// An Assertion is one source saying one thing about one instance.
type Assertion struct {
	ID      string // unique within a case; how another assertion names it
	Fact    Name
	Of      Instance
	Source  Source
	Author  string // the person, signal or record within the source
	Senior  bool   // the author may settle a dispute between reviewers
	At      time.Time
	Value   Value
	Reason  string
	Place   Place
	Answers []string // ids of assertions this one answers by name
}

// Standing drops what no longer stands, in this order: an earlier assertion by
// the same author about the same fact and instance is replaced by a later one;
// an assertion that another answers by name is answered, if its author may. A
// court answers anybody but a court; a reviewer answers requester, registry and
// signal; a senior answers reviewers too, but only what was said before: two
// seniors who answered each other would both be silenced, and leave the word to
// the requester.
func Standing(all []Assertion) []Assertion {
	type key struct {
		fact   Name
		of     Instance
		source Source
		author string
	}
	last := make(map[key]int, len(all))
	for i, a := range all {
		k := key{a.Fact, a.Of, a.Source, a.Author}
		if j, ok := last[k]; ok && all[j].At.After(a.At) {
			continue
		}
		last[k] = i
	}
	kept, answers := make([]Assertion, 0, len(all)), false
	for i, a := range all {
		if last[key{a.Fact, a.Of, a.Source, a.Author}] == i {
			kept = append(kept, a)
			answers = answers || len(a.Answers) > 0
		}
	}
	if !answers {
		return kept
	}
	byID := make(map[string]int, len(kept))
	for i := range kept {
		byID[kept[i].ID] = i
	}
	answered := make(map[int]bool)
	for i := range kept {
		for _, id := range kept[i].Answers {
			j, ok := byID[id]
			if ok && kept[i].mayAnswer(&kept[j]) && !(kept[i].Source == kept[j].Source && later(kept, j, i)) {
				answered[j] = true
			}
		}
	}
	standing := kept[:0:0]
	for i := range kept {
		if !answered[i] {
			standing = append(standing, kept[i])
		}
	}
	return standing
}

// later reports whether the assertion at i is later than the one at j, or the
// same; of two at one moment, the later one in the list.
func later(list []Assertion, i, j int) bool {
	if order := list[i].At.Compare(list[j].At); order != 0 {
		return order > 0
	}
	return i >= j
}

func (a *Assertion) mayAnswer(other *Assertion) bool {
	if a.Fact != other.Fact || a.Of != other.Of {
		return false
	}
	switch a.Source {
	case Court:
		return other.Source != Court
	case Reviewer:
		return other.Source < Reviewer || other.Source == Reviewer && a.Senior
	}
	return false
}
