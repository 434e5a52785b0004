package docket

import (
	"slices"
	"testing"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/office"
)

// TestTheLogHasAWordForEverything: whatever a case can be counts in a cell of its
// own, and no leaf is refused for want of a word.
func TestTheLogHasAWordForEverything(t *testing.T) {
	kinds := ledger.Words(ledger.DimKind)
	for do, kind := range leafKinds {
		if !slices.Contains(kinds, kind) {
			t.Errorf("%s is %q, for which the log has no word", do, kind)
		}
		if do != receive && !slices.Contains(lifecycle.Events(), do) {
			t.Errorf("%s is no event", do)
		}
	}
	for _, kind := range []string{"reopened", "cover", "disclosed-compelled", "disclosed-emergency"} {
		if !slices.Contains(kinds, kind) {
			t.Errorf("the log has no word for %q", kind)
		}
	}
	for _, instrument := range office.Instruments {
		if _, err := ledger.CellsOf("received", instrument, "", "", ""); err != nil {
			t.Error(err)
		}
	}
	for _, g := range office.Grounds() {
		if _, err := ledger.CellsOf("refused", "", g.ID, "", ""); err != nil {
			t.Error(err)
		}
	}
}
