package api

import (
	"net/http"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
)

// settlementUses are the routes for those whose signatures settle public duties.
// The keys never come here.
var settlementUses = []use{
	{"GET /v1/settlements", settlers, false, false, (*Server).showSettlements},
	{"POST /v1/cases/{case}/settlements", settlers, false, true, (*Server).settle},
}

var settlers = only(lifecycle.Judge, lifecycle.Notifier, lifecycle.Oversight)

// A Duty is what the office owes in public, under an id that says nothing of the
// case to anybody else.
type Duty struct {
	ID    ledger.ID         `json:"id"`
	Class ledger.Class      `json:"class"`
	Due   ledger.Date       `json:"due"`
	As    ledger.Settlement `json:"as"` // how it was settled; empty: it is open
}

// DutiesOf shows the public duties of a case, in the order in which they were
// opened.
func DutiesOf(c *docket.Case) []Duty {
	out := []Duty{}
	for _, d := range c.Duties() {
		out = append(out, Duty{d.ID, d.Class, d.Due, d.As})
	}
	return out
}

// A draft is a settlement that waits for a signature.
type draft struct {
	Case  docket.Ref        `json:"case"`
	Duty  ledger.ID         `json:"duty"`
	Class ledger.Class      `json:"class"`
	Due   ledger.Date       `json:"due"`
	As    ledger.Settlement `json:"as"`
	Next  *ledger.Date      `json:"next"` // until when it is put off; null: it is over
	Leaf  string            `json:"leaf"` // what is to be signed, as it will stand in the public log
}

// showSettlements answers what somebody can settle in the cases that they work on.
func (s *Server) showSettlements(w http.ResponseWriter, r *http.Request, who *caller) error {
	q := queryOf(r)
	after, limit := q.text("after"), q.number("limit", 50, largestPage)
	if err := q.checked(); err != nil {
		return err
	}
	drafts, next, err := s.docket.Drafts(r.Context(), who.Actor, after, limit)
	if err != nil {
		return err
	}
	out := page[draft]{Rows: []draft{}, Next: next}
	for i := range drafts {
		d := &drafts[i]
		row := draft{Case: d.Case, Duty: d.Of.ID, Class: d.Of.Class, Due: d.Of.Due, As: d.As, Leaf: string(d.Leaf)}
		if d.Next != nil {
			row.Next = &d.Next.Due
		}
		out.Rows = append(out.Rows, row)
	}
	return s.reply(w, http.StatusOK, out)
}

// settle takes a leaf that was signed elsewhere. It counts only as the case
// stands, whoever has signed it.
func (s *Server) settle(w http.ResponseWriter, r *http.Request, who *caller) error {
	ref, err := refOf(r)
	if err != nil {
		return err
	}
	var in struct {
		Leaf string `json:"leaf"`
		Why  string `json:"why"`
	}
	if err := readMessage(w, r, messageLimit, &in); err != nil {
		return err
	}
	if err := given("leaf", in.Leaf); err != nil {
		return err
	}
	got, err := s.docket.Settle(r.Context(), who.Actor, ref, []byte(in.Leaf), in.Why)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, actedOf(&docket.Done{Case: got}))
}
