package docket_test

import (
	"strings"
	"testing"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// What is counted of a case outlives its key, and holds nothing of a person.
func TestFiguresOutliveTheFile(t *testing.T) {
	o := newOffice(t, "authority-de")
	doc := document(t, "leg-13", nil)
	o.enrol(doc)
	c := o.receive(doc, registered)
	o.assign(c.Ref)
	o.do(reviewer, c.Ref, Act{Do: lifecycle.Refuse, Why: "trivial", Body: Body{Grounds: []string{"disproportionate"}}})

	list, next, err := o.Figures(t.Context(), "", 10)
	ok(t, err)
	if len(list) != 1 || next != "" {
		t.Fatalf("%d figures, then %q", len(list), next)
	}
	f := list[0]
	if f.Country != "TR" || f.Instrument != "budapest" || f.Outcome != "refuse" || strings.Join(f.Grounds, ",") != "disproportionate" ||
		strings.Join(f.Categories, ",") != "subscriber,traffic" || f.Accounts == 0 || f.Decided.IsZero() || f.Notice != "" {
		t.Errorf("counted is %+v", f)
	}
	ok(t, o.store.Forget(t.Context(), c.Ref))
	_, row, err := o.store.Entries(t.Context(), c.Ref, 1<<30)
	ok(t, err)
	ok(t, o.ring.Destroy(t.Context(), row.Key))
	if after, _, err := o.Figures(t.Context(), "", 10); err != nil || len(after) != 1 || after[0].Outcome != "refuse" {
		t.Errorf("after erasure: %+v, %v", after, err)
	}
	if page, next, err := o.Figures(t.Context(), c.Ref, 10); len(page) != 0 || next != "" || err != nil {
		t.Errorf("after the last: %v, %q, %v", page, next, err)
	}
}
