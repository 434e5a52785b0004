package api

import (
	"net/http"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// overseeingUses are the routes for oversight alone.
var overseeingUses = []use{
	{"GET /v1/oversight/looks", only(lifecycle.Oversight), false, false, (*Server).showLooks},
	{"GET /v1/oversight/sample", only(lifecycle.Oversight), false, false, (*Server).sample},
	{"GET /v1/oversight/figures", only(lifecycle.Oversight), false, false, (*Server).showFigures},
	{"POST /v1/oversight/freeze", only(lifecycle.Oversight), false, true, (*Server).freezeSince},
	{"GET /v1/cases/{case}/verification", only(lifecycle.Oversight), false, false, (*Server).verify},
}

// A refs answer names cases. With an incident there were others in which it could
// not be done: the log says under that number why, and it can be done again.
type refs struct {
	Cases    []docket.Ref `json:"cases"`
	Incident string       `json:"incident,omitempty"`
}

// refsOf names the cases in which something was done to many at once. That it
// failed in some does not keep from people that it was done in the others.
func (s *Server) refsOf(r *http.Request, done []docket.Ref, err error) refs {
	out := refs{Cases: list(done)}
	if err != nil {
		out.Incident = incident(s.random)
		s.log.ErrorContext(r.Context(), "not done in every case", "route", r.Pattern, "incident", out.Incident, "error", err)
	}
	return out
}

// sample answers cases drawn at random, which oversight then looks at.
func (s *Server) sample(w http.ResponseWriter, r *http.Request, who *caller) error {
	q := queryOf(r)
	n := q.number("n", 10, 100)
	if err := q.checked(); err != nil {
		return err
	}
	drawn, err := s.docket.Sample(r.Context(), who.Actor, n)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, s.refsOf(r, drawn, nil))
}

// freezeSince freezes every case in which somebody's role key has granted
// anything since a time: because the key was lost, or is not the person's any
// more.
func (s *Server) freezeSince(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in struct {
		Signer string    `json:"signer"`
		Since  time.Time `json:"since"`
		Why    string    `json:"why"`
	}
	if err := readMessage(w, r, messageLimit, &in); err != nil {
		return err
	}
	if in.Signer == "" || in.Since.IsZero() {
		return fault.Invalidf("signer", "it is not said whose decisions are frozen, and since when").WithHint("give signer, since and why")
	}
	frozen, err := s.docket.FreezeSince(r.Context(), who.Actor, in.Signer, in.Since, in.Why)
	if kind := fault.KindOf(err); len(frozen) == 0 && (kind == fault.Invalid || kind == fault.Forbidden) {
		return err
	}
	return s.reply(w, http.StatusOK, s.refsOf(r, frozen, err))
}

// verify walks a case again from its first entry. What is wrong with it is a
// problem that says everything that is.
func (s *Server) verify(w http.ResponseWriter, r *http.Request, _ *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	ref, err := refOf(r)
	if err != nil {
		return err
	}
	if err := s.docket.Verify(r.Context(), ref); err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, struct {
		Case  docket.Ref `json:"case"`
		Whole bool       `json:"whole"`
	}{ref, true})
}

// A Figure is what is counted of one case. It names nobody, and still is for
// oversight alone: of a State that asks twice a year a line says much.
type Figure struct {
	Received   time.Time `json:"received"`
	Country    string    `json:"country"`
	Role       string    `json:"role"` // of the authority that asks
	Instrument string    `json:"instrument"`
	Lane       string    `json:"lane"`
	Categories []string  `json:"categories"` // of data asked for
	Modes      []string  `json:"modes"`
	Accounts   int       `json:"accounts"` // asked about
	Ordered    bool      `json:"ordered"`  // a decision was attached
	Outcome    string    `json:"outcome"`
	Grounds    []string  `json:"grounds"`
	Decided    time.Time `json:"decided,omitzero"` // the first decision of the office
	By         string    `json:"by"`               // whose grant it was
	Given      []string  `json:"given"`            // categories of which something left
	Basis      string    `json:"basis"`
	Review     string    `json:"review"` // of an emergency
	Secrecy    string    `json:"secrecy"`
	Notice     string    `json:"notice"` // how the duty was settled; empty: it was not
	Noticed    time.Time `json:"noticed,omitzero"`
	Challenge  string    `json:"challenge"`
	Remedy     string    `json:"remedy"`
	Closed     time.Time `json:"closed,omitzero"`
}

// showFigures answers what is counted, case by case, also of those that were erased.
func (s *Server) showFigures(w http.ResponseWriter, r *http.Request, _ *caller) error {
	q := queryOf(r)
	after, limit := q.text("after"), q.number("limit", 50, largestPage)
	if err := q.checked(); err != nil {
		return err
	}
	var from docket.Ref
	if after != "" {
		var err error
		if from, err = docket.ParseRef(after); err != nil {
			return err
		}
	}
	counted, next, err := s.docket.Figures(r.Context(), from, limit)
	if err != nil {
		return err
	}
	out := page[Figure]{Rows: []Figure{}, Next: string(next)}
	for i := range counted {
		f := Figure(counted[i])
		f.Categories, f.Modes, f.Grounds, f.Given = list(f.Categories), list(f.Modes), list(f.Grounds), list(f.Given)
		out.Rows = append(out.Rows, f)
	}
	return s.reply(w, http.StatusOK, out)
}
