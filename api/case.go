package api

import (
	"net/http"
	"strconv"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// caseUses are the routes about cases.
var caseUses = []use{
	{"GET /v1/cases", readers, true, false, (*Server).showQueue},
	{"GET /v1/quarantine", readers, true, false, (*Server).showQuarantine},
	{"POST /v1/cases", only(lifecycle.Intake), true, false, (*Server).enter},
	{"GET /v1/cases/{case}", readers, true, false, (*Server).showCase},
	{"GET /v1/cases/{case}/document", readers, false, false, (*Server).showDocument},
	{"GET /v1/cases/{case}/questions", readers, false, false, (*Server).showQuestions},
	{"GET /v1/cases/{case}/history", readers, false, false, (*Server).showHistory},
	{"GET /v1/cases/{case}/letters/{plan}", only(lifecycle.Notifier), false, false, (*Server).showLetter},
	{"POST /v1/cases/{case}/acts", readers, true, false, (*Server).act},
	{"POST /v1/cases/{case}/links", only(lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior), false, true, (*Server).link},
	{"POST /v1/cases/{case}/files", only(lifecycle.Custodian), true, false, (*Server).collect},
	{"GET /v1/cases/{case}/files/{name}", only(lifecycle.Reviewer, lifecycle.Senior, lifecycle.Judge), false, false, (*Server).fetchFile},
	{"POST /v1/search", readers, false, false, (*Server).search},
}

// An entry is a request that came on paper or by mail, as intake enters it. The
// document is what came, byte for byte.
type entry struct {
	Document []byte `json:"document"` // base64
	Channel  string `json:"channel"`  // email, post
}

// enter takes in a request by hand. Its sender stays in quarantine until somebody
// has called a contact of the register: whoever types a request in verifies no
// signature. Under an Idempotency-Key the same message makes one case.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in entry
	if err := readMessage(w, r, instructionLimit, &in); err != nil {
		return err
	}
	if in.Channel != "email" && in.Channel != "post" {
		return fault.Invalidf("channel", "%.40q is no way in which a request comes that is entered by hand", in.Channel).WithHint("use email or post")
	}
	if len(in.Document) == 0 {
		return fault.Invalidf("document", "there is none").WithHint("give the request as it came, in base64")
	}
	once := r.Header.Get("Idempotency-Key")
	if len(r.Header.Values("Idempotency-Key")) > 1 || len(once) > 200 {
		return fault.Invalidf("Idempotency-Key", "is there more than once, or has more than 200 bytes")
	}
	unsigned := false
	got, err := s.docket.Receive(r.Context(), docket.Delivery{
		Document: in.Document, By: who.Actor, Scope: "entered by " + who.Name, Once: once,
		Channel: request.Channel{Kind: in.Channel, Authenticated: &unsigned},
	})
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/v1/cases/"+string(got.Ref))
	return s.reply(w, http.StatusCreated, CaseOf(got, s.now(), s.rehearsal))
}

// look reads the case of a path for whoever asks. The look is on record; whom the
// case is not assigned to gives a reason, and oversight sees it.
func (s *Server) look(r *http.Request, who *caller) (*docket.Case, error) {
	q := queryOf(r)
	why := q.text("why")
	if err := q.checked(); err != nil {
		return nil, err
	}
	ref, err := refOf(r)
	if err != nil {
		return nil, err
	}
	if why != "" && who.session.Service {
		return nil, fault.Forbiddenf("why", "a service token may not look at a case from outside").WithHint("a reason is a person's")
	}
	return s.docket.Show(r.Context(), who.Actor, ref, why)
}

// showCase answers where a case stands, and what whoever asks could do.
func (s *Server) showCase(w http.ResponseWriter, r *http.Request, who *caller) error {
	got, err := s.look(r, who)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, struct {
		Case
		Role string            `json:"role"` // in which it was looked at
		May  []lifecycle.Event `json:"may"`  // if the papers show what has to be shown
	}{CaseOf(got, s.now(), s.rehearsal), who.Role.String(), mayNow(got, who.Role)})
}

// showDocument answers the request as it stands, byte for byte.
func (s *Server) showDocument(w http.ResponseWriter, r *http.Request, who *caller) error {
	got, err := s.look(r, who)
	if err != nil {
		return err
	}
	// What a stranger wrote is never shown as a page.
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", "attachment; filename=request.json")
	w.WriteHeader(http.StatusOK)
	w.Write(got.Document) // who went away is told nothing
	return nil
}

// showQuestions answers what is open before each gate that is still ahead.
func (s *Server) showQuestions(w http.ResponseWriter, r *http.Request, who *caller) error {
	got, err := s.look(r, who)
	if err != nil {
		return err
	}
	open, err := s.docket.Questions(r.Context(), got)
	if err != nil {
		return err
	}
	out := struct {
		Case      docket.Ref `json:"case"`
		Seq       int        `json:"seq"`
		Questions []Question `json:"questions"`
	}{got.Ref, got.Seq(), []Question{}}
	for i := range open {
		out.Questions = append(out.Questions, questionOf(&open[i], s.named))
	}
	return s.reply(w, http.StatusOK, out)
}

// showHistory answers everything that happened.
func (s *Server) showHistory(w http.ResponseWriter, r *http.Request, who *caller) error {
	got, err := s.look(r, who)
	if err != nil {
		return err
	}
	out := struct {
		Case   docket.Ref `json:"case"`
		Events []Event    `json:"events"`
	}{got.Ref, []Event{}}
	for i := range got.Events {
		out.Events = append(out.Events, EventOf(&got.Events[i]))
	}
	return s.reply(w, http.StatusOK, out)
}

// showLetter answers the letter to a person that a notifier planned to bring by
// hand. The code in it is the person's, so that nobody else of the office gets it.
func (s *Server) showLetter(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	ref, err := refOf(r)
	if err != nil {
		return err
	}
	plan, err := strconv.Atoi(r.PathValue("plan"))
	if err != nil {
		return fault.Invalidf("plan", "%.40q is no number of an event", r.PathValue("plan"))
	}
	l, err := s.docket.NoticeLetter(r.Context(), who.Actor, ref, plan)
	if err != nil {
		return err
	}
	subject, text, err := s.words(*l)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, struct {
		Case     docket.Ref `json:"case"`
		Plan     int        `json:"plan"`
		Language string     `json:"language"`
		Subject  string     `json:"subject"`
		Text     string     `json:"text"`
	}{ref, plan, l.Language, subject, text})
}

// named gives a name as the office writes it.
func (s *Server) named(name string) string {
	if p, ok := s.people.Find(name); ok {
		return p.Name
	}
	return name
}
