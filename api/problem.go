package api

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/rogatory/rogatory/fault"
)

// A Problem says why a request was not answered (RFC 9457).
type Problem struct {
	Type     string `json:"type"` // /problems/ and the kind
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail,omitempty"`
	Hint     string `json:"hint,omitempty"`     // what to do about it
	Where    string `json:"where,omitempty"`    // the member, field or case that caused it
	Incident string `json:"incident,omitempty"` // under which the log has the cause of a failure of the office
}

// A misfit is a message that HTTP itself has a word for.
type misfit struct {
	status             int
	kind, title, where string
	detail, hint       string
}

func (m *misfit) Error() string { return m.detail }

func tooLarge(limit int64) error {
	return &misfit{http.StatusRequestEntityTooLarge, "too-large", "The body is too large", "", "the body has more than " + strconv.FormatInt(limit, 10) + " bytes", "send less at once"}
}

func mediaType(got, want string) error {
	return &misfit{http.StatusUnsupportedMediaType, "media-type", "The body is of a type that is not read here", "Content-Type", strconv.Quote(got) + " is not " + want, "send " + want}
}

// kinds say how a fault is answered.
var kinds = map[fault.Kind]struct {
	status      int
	name, title string
}{
	fault.Invalid:         {http.StatusBadRequest, "invalid", "What was sent cannot be read or makes no sense"},
	fault.NotFound:        {http.StatusNotFound, "not-found", "There is no such thing here"},
	fault.Conflict:        {http.StatusConflict, "conflict", "It contradicts what already stands"},
	fault.Forbidden:       {http.StatusForbidden, "forbidden", "This is not allowed"},
	fault.Unauthenticated: {http.StatusUnauthorized, "unauthenticated", "It is not known who asks"},
	fault.Busy:            {http.StatusServiceUnavailable, "busy", "Not now"},
}

// retryAfter is what whoever is turned away is asked to wait, in seconds.
const retryAfter = "10"

// problem answers an error. What has no kind says nothing but a number, under
// which the log has the cause.
func (s *Server) problem(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problemOf(r, err)
	switch p.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Signature realm="rogatory", Bearer realm="rogatory"`)
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", retryAfter)
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and a number
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(p.Status)
	w.Write(text) // who went away is told nothing
}

func (s *Server) problemOf(r *http.Request, err error) *Problem {
	var m *misfit
	if errors.As(err, &m) {
		return &Problem{Type: "/problems/" + m.kind, Title: m.title, Status: m.status, Detail: m.detail, Hint: m.hint, Where: m.where}
	}
	var f *fault.Fault
	if errors.As(err, &f) && f.Kind != fault.Internal {
		k := kinds[f.Kind]
		return &Problem{Type: "/problems/" + k.name, Title: k.title, Status: k.status, Detail: f.What, Hint: f.Hint, Where: f.Where}
	}
	number := s.incident()
	s.log.ErrorContext(r.Context(), "could not answer", "route", r.Pattern, "incident", number, "error", err)
	return &Problem{
		Type: "/problems/internal", Title: "The office could not answer", Status: http.StatusInternalServerError,
		Hint: "try again; if it stays, tell the office this number", Incident: number,
	}
}

// incident is a number that names one failure in the log.
func (s *Server) incident() string {
	raw := make([]byte, 6)
	if _, err := io.ReadFull(s.random, raw); err != nil {
		return "none" // the failure is in the log all the same
	}
	return hex.EncodeToString(raw)
}

// reply answers with a value as JSON.
func (s *Server) reply(w http.ResponseWriter, status int, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	w.Write(text) // who went away is told nothing
	return nil
}
