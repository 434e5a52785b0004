package docket_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// TestDecisionIsRead: who decided is one of a closed list, the text is kept, and
// nobody is believed about its hash or its State.
func TestDecisionIsRead(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	l.no(reviewer, lifecycle.Deny, decidedBy("Regional court"), "is not who decides")
	long := decidedBy("court")
	long.Decision.Text = []byte(strings.Repeat("x", 1<<20+1))
	l.no(reviewer, lifecycle.Deny, long, "at most 1048576 are kept")
	for name, change := range map[string]func(*Decision){
		"no text":      func(d *Decision) { d.Text, d.SHA256 = nil, sum },
		"no date":      func(d *Decision) { d.Date = time.Time{} },
		"no reference": func(d *Decision) { d.Reference = " " },
		"abroad":       func(d *Decision) { d.State = "FR" },
	} {
		b := decidedBy("court")
		change(b.Decision)
		if _, err := l.Do(t.Context(), reviewer, l.ref, Act{Do: lifecycle.Deny, Why: "x", Body: b}); !contains(err, "nobody has read and verified") {
			t.Errorf("%s: %v", name, err)
		}
	}
	claimed := decidedBy("court")
	claimed.Decision.SHA256 = sum
	if !l.does(reviewer, lifecycle.Deny, claimed).Proposed {
		t.Fatal("alone")
	}
	c := l.does(senior, lifecycle.Deny, decision).Case // the same, but for what was claimed
	d := c.Events[c.Seq()-1].Decision
	want := sha256.Sum256(decision.Decision.Text)
	if d.SHA256 != hex.EncodeToString(want[:]) || d.State != "DE" || string(d.Text) != "It is ordered." {
		t.Errorf("on record is %+v", d)
	}
	l.has("stage:denied")
}
