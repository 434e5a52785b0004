package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// largestPage bounds a page of anything.
const largestPage = 500

// A page is a part of a list, and how to ask for the next one.
type page[T any] struct {
	Rows []T    `json:"rows"`
	Next string `json:"next,omitempty"` // to be given as after; not there: this was the last
}

// showQueue answers the queue: what breaches first on top.
func (s *Server) showQueue(w http.ResponseWriter, r *http.Request, who *caller) error {
	q := queryOf(r)
	ask := docket.Query{
		Stage: q.text("stage"), Lane: q.text("lane"), Waiting: q.text("waiting"), Assignee: q.text("assignee"),
		Country: q.text("country"), Authority: q.text("authority"), Open: q.yes("open"), Outside: q.yes("outside"),
		Quarantined: q.yes("quarantined"), DueBefore: q.moment("due_before"), After: q.text("after"), Limit: q.number("limit", 50, largestPage),
	}
	if q.yes("mine") {
		ask.Assignee = who.Name
	}
	if err := q.checked(); err != nil {
		return err
	}
	return s.replyRows(w, r, ask)
}

// showLooks answers the cases in which there is something for oversight to see:
// looks from outside, cases that somebody took, decisions that came on paper.
func (s *Server) showLooks(w http.ResponseWriter, r *http.Request, _ *caller) error {
	q := queryOf(r)
	ask := docket.Query{Outside: true, After: q.text("after"), Limit: q.number("limit", 50, largestPage)}
	if err := q.checked(); err != nil {
		return err
	}
	return s.replyRows(w, r, ask)
}

func (s *Server) replyRows(w http.ResponseWriter, r *http.Request, ask docket.Query) error {
	rows, next, err := s.docket.Queue(r.Context(), ask)
	if err != nil {
		return err
	}
	out := page[Row]{Rows: []Row{}, Next: next}
	for i := range rows {
		out.Rows = append(out.Rows, RowOf(&rows[i]))
	}
	return s.reply(w, http.StatusOK, out)
}

// A month is how many requests came in one whose sender nobody has verified.
type month struct {
	Month string `json:"month"` // 2026-09, UTC
	Came  int    `json:"came"`
}

// showQuarantine answers the requests whose sender nobody has verified, also
// those that have lapsed, with how many came in which month.
func (s *Server) showQuarantine(w http.ResponseWriter, r *http.Request, _ *caller) error {
	q := queryOf(r)
	after, limit := q.text("after"), q.number("limit", 50, largestPage)
	if err := q.checked(); err != nil {
		return err
	}
	rows, next, err := s.docket.Queue(r.Context(), docket.Query{Quarantined: true, After: after, Limit: limit})
	if err != nil {
		return err
	}
	out := struct {
		page[Row]
		Months []month `json:"months,omitempty"` // on the first page
		More   bool    `json:"more"`             // there were too many to count
	}{page: page[Row]{Rows: []Row{}, Next: next}}
	for i := range rows {
		out.Rows = append(out.Rows, RowOf(&rows[i]))
	}
	if after == "" {
		if out.Months, out.More, err = s.countQuarantine(r.Context()); err != nil {
			return err
		}
	}
	return s.reply(w, http.StatusOK, out)
}

// mostCounted bounds how many pages a count reads.
const mostCounted = 200

func (s *Server) countQuarantine(ctx context.Context) (months []month, more bool, err error) {
	came := make(map[string]int)
	ask := docket.Query{Quarantined: true, Limit: largestPage}
	for range mostCounted {
		rows, next, err := s.docket.Queue(ctx, ask)
		if err != nil {
			return nil, false, err
		}
		for i := range rows {
			came[rows[i].Received.UTC().Format("2006-01")]++
		}
		if ask.After = next; next == "" {
			break
		}
	}
	for m, n := range came {
		months = append(months, month{m, n})
	}
	slices.SortFunc(months, func(a, b month) int { return strings.Compare(b.Month, a.Month) })
	return months, ask.After != "", nil
}

// mayNow lists what somebody could do where a case stands, if the papers show
// what has to be shown.
func mayNow(c *docket.Case, role lifecycle.Role) []lifecycle.Event {
	may := []lifecycle.Event{}
	for _, do := range lifecycle.Events() {
		if do == lifecycle.Propose || do == lifecycle.Look || do == lifecycle.LookOutside {
			continue
		}
		if _, err := lifecycle.Next(c.State, role, do, lifecycle.AllCircumstances); err == nil {
			may = append(may, do)
		}
	}
	return may
}

// now is the time of the office.
func (s *Server) now() time.Time { return s.clock().UTC() }
