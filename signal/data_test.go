package signal

import (
	"slices"
	"testing"
)

// field is the field in which a signal's examples are read.
func field(g Signal) Field {
	if len(g.Fields) > 0 {
		return g.Fields[0]
	}
	return Facts
}

func fires(m *Matcher, id string, f Field, body string) bool {
	hits := m.Find([]Text{{Path: "/x", Field: f, Body: body}})
	return slices.ContainsFunc(hits, func(h Hit) bool { return h.Signal == id })
}

func TestExamples(t *testing.T) {
	m := Floor()
	for _, g := range m.Signals() {
		for _, code := range codes {
			if g.Examples[code] == "" {
				t.Errorf("%s has no example in %s", g.ID, code)
			} else if !fires(m, g.ID, field(g), g.Examples[code]) {
				t.Errorf("%s does not fire (%s): %s", g.ID, code, g.Examples[code])
			}
		}
		if len(g.Not) == 0 {
			t.Errorf("%s has no counter-example", g.ID)
		}
		for code, s := range g.Not {
			if fires(m, g.ID, field(g), s) {
				t.Errorf("%s fires (%s): %s", g.ID, code, s)
			}
		}
	}
}

func TestEveryConceptInEveryLanguage(t *testing.T) {
	x := Floor().words
	for _, c := range x.concepts {
		if c == "crowd" {
			continue // counted, not written
		}
		for _, code := range codes {
			if !x.seen[c+"/"+code] {
				t.Errorf("%s has no word in %s", c, code)
			}
		}
	}
}
