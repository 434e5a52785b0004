package docket_test

import (
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

func TestGrantedAndTold(t *testing.T) {
	o := newOffice(t, "authority-de")
	doc := document(t, "leg-13", nil)
	o.enrol(doc)
	c := o.receive(doc, registered)
	t.Log(c.State, c.Proposal)
	o.assign(c.Ref)
	o.settle(reviewer, c.Ref, "intake", "screening")
	c = o.see(c.Ref)
	t.Log(c.State, c.Proposal)
	o.do(reviewer, c.Ref, Act{Do: lifecycle.Forward, Why: "every safeguard holds"})
	_ = time.Second
}
