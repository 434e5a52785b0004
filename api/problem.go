package api

import (
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/request"
)

// A Problem says why a request was not answered (RFC 9457).
type Problem struct {
	Type     string  `json:"type"` // /problems/ and the kind
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail,omitempty"`
	Hint     string  `json:"hint,omitempty"`     // what to do about it
	Where    string  `json:"where,omitempty"`    // the member, field or case that caused it
	Places   []Place `json:"places,omitempty"`   // everything that keeps a document from being read
	More     int     `json:"more,omitempty"`     // how many further places are not listed
	Incident string  `json:"incident,omitempty"` // under which the log has the cause of a failure of the office
}

// A Place is one thing that is wrong with a document.
type Place struct {
	Path   string `json:"path"` // JSON pointer; empty: the document as a whole
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"` // in characters
	What   string `json:"what"`
}

// A misfit is a message that HTTP has a word of its own for.
type misfit struct {
	status              int
	kind, title         string
	where, detail, hint string
}

func (m *misfit) Error() string { return m.detail }

func tooLarge(limit int64) error {
	return &misfit{
		http.StatusRequestEntityTooLarge, "too-large", "The body is too large",
		"", fmt.Sprintf("the body has more than %d bytes", limit), "send less at once",
	}
}

func mediaType(got, want string) error {
	return &misfit{
		http.StatusUnsupportedMediaType, "media-type", "The body is of a type that is not read here",
		"Content-Type", fmt.Sprintf("%.80q is not %s", got, want), "send " + want,
	}
}

func notAnswered(allow string) error {
	return &misfit{
		http.StatusMethodNotAllowed, "method", "This is not done here in that way",
		"", "the method is not one of " + allow, "see openapi.yaml",
	}
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

// retryAfter is how long whoever is turned away is asked to wait, in seconds.
const retryAfter = "5"

// Problems answers errors. What has no kind says nothing but a number, under
// which the log has the cause.
func Problems(log *slog.Logger, random io.Reader) func(http.ResponseWriter, *http.Request, error) {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		p := problemOf(err)
		switch p.Status {
		case http.StatusUnauthorized:
			w.Header().Set("WWW-Authenticate", `Signature realm="rogatory", Bearer realm="rogatory"`)
		case http.StatusServiceUnavailable:
			w.Header().Set("Retry-After", retryAfter)
			if away(err) {
				log.WarnContext(r.Context(), "what the office needs does not answer", "route", r.Pattern, "error", err)
			}
		case http.StatusInternalServerError:
			p.Incident = incident(random)
			log.ErrorContext(r.Context(), "could not answer", "route", r.Pattern, "incident", p.Incident, "error", err)
		}
		write(w, p.Status, "application/problem+json", p)
	}
}

// away reports whether the database, or whatever else the office needs, does not
// answer at the moment.
func away(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, driver.ErrBadConn)
}

func problemOf(err error) *Problem {
	var m *misfit
	if errors.As(err, &m) {
		return &Problem{Type: "/problems/" + m.kind, Title: m.title, Status: m.status, Detail: m.detail, Hint: m.hint, Where: m.where}
	}
	var f *fault.Fault
	k, known := kinds[fault.KindOf(err)]
	if !errors.As(err, &f) || !known {
		if away(err) {
			k := kinds[fault.Busy]
			return &Problem{Type: "/problems/" + k.name, Title: k.title, Status: k.status, Hint: "send it again with the same idempotency key; nothing is done twice"}
		}
		return &Problem{
			Type: "/problems/internal", Title: "The office could not answer", Status: http.StatusInternalServerError,
			Hint: "try again; if it stays, tell the office the number of the incident",
		}
	}
	p := &Problem{Type: "/problems/" + k.name, Title: k.title, Status: k.status, Detail: f.What, Hint: f.Hint, Where: f.Where}
	var bad *request.Malformed
	if errors.As(err, &bad) {
		p.More = bad.More
		for _, b := range bad.Problems {
			p.Places = append(p.Places, Place{b.Path, b.Line, b.Column, b.What})
		}
	}
	return p
}

// incident is a number that names one failure in the log.
func incident(random io.Reader) string {
	raw := make([]byte, 6)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "unnumbered" // the failure is in the log all the same
	}
	return hex.EncodeToString(raw)
}

// reply answers with a value as JSON.
func (s *Server) reply(w http.ResponseWriter, status int, value any) error {
	write(w, status, "application/json", value)
	return nil
}

func write(w http.ResponseWriter, status int, media string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // what is answered is made here, of what JSON has words for
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	w.Write(text) // whoever went away is told nothing
}
