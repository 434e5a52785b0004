package rulebook

import (
	"errors"
	"testing"

	"github.com/rogatory/rogatory/office"
)

// TestAbsoluteAgrees: what the rulebook never softens, an office never consults
// away, and the other way round.
func TestAbsoluteAgrees(t *testing.T) {
	absolute := make(map[string]bool)
	for _, g := range office.Grounds() {
		absolute[g.ID] = g.Absolute
	}
	for _, r := range Floor().Rules() {
		for _, g := range r.Grounds {
			if r.Absolute != absolute[g] {
				t.Errorf("rule %s is absolute: %v; its ground %s is absolute: %v", r.ID, r.Absolute, g, absolute[g])
			}
		}
	}
}

// TestBrokenFloorStartsNothing: without its floor the program must not run.
func TestBrokenFloorStartsNothing(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a floor that does not load was handed out")
		}
	}()
	must(nil, errors.New("line 1: no rules"))
}
