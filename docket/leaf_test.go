package docket

import (
	"slices"
	"testing"
	"time"

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

// TestAnEventTakesOnlyTheNumberOfOneThatWasLost: after a restore the same number
// stands for something else, and the public log has the leaf of the one that was
// lost. The two share neither key nor id.
func TestAnEventTakesOnlyTheNumberOfOneThatWasLost(t *testing.T) {
	c := &Case{public: &publicSide{policy: ledger.DefaultPolicy("office.example/log"), key: [32]byte{1}}}
	lost := time.Date(2027, 2, 3, 4, 5, 6, 0, time.UTC)
	again := lost.Add(time.Hour)
	if c.newDuty(ledger.Remedy, 12, lost).ID == c.newDuty(ledger.Remedy, 12, again).ID {
		t.Error("two duties have one id")
	}
	before, after := &Event{Seq: 12, At: lost}, &Event{Seq: 12, At: again}
	if c.leafSecret(before, "12") == c.leafSecret(after, "12") {
		t.Error("two leaves have one key, and the same blindings")
	}
	if c.leafSecret(before, "12") != c.leafSecret(&Event{Seq: 12, At: lost.In(time.FixedZone("", 3600))}, "12") {
		t.Error("one time gives two keys")
	}
	if c.leafSecret(before, "12") == c.leafSecret(before, "12 remedy") {
		t.Error("two leaves of one event have one key")
	}
}
