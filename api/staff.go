package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/login"
)

// A caller is somebody of the office who is signed in, in one of their roles.
type caller struct {
	docket.Actor
	session *login.Session
}

// A use is what a route is for: who may come to it at all. What they may do with
// a case is the docket's to say, and whether they do it alone.
type use struct {
	pattern string
	by      []lifecycle.Role // in one of these roles; nil: whoever is signed in
	machine bool             // by a service token as well
	recent  bool             // only who has shown lately who they are
	do      func(s *Server, w http.ResponseWriter, r *http.Request, who *caller) error
}

// readers are those who may read cases. An administrator runs the machine and
// reads none: not one of the routes that give content lists that role.
var readers = []lifecycle.Role{
	lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Judge, lifecycle.Custodian, lifecycle.Notifier, lifecycle.Oversight,
}

// only is a list of roles.
func only(roles ...lifecycle.Role) []lifecycle.Role { return roles }

// staffUses are the routes for the people of the office.
func staffUses() []use {
	return slices.Concat(caseUses, settlementUses, overseeingUses, registerUses, peopleUses, jobUses)
}

// staffRoutes are for the people of the office.
func (s *Server) staffRoutes(mux *http.ServeMux) {
	for _, u := range staffUses() {
		s.route(mux, u.pattern, func(w http.ResponseWriter, r *http.Request) error {
			who, err := s.caller(r, &u)
			if err != nil {
				return err
			}
			return u.do(s, w, r, who)
		})
	}
}

// caller finds out who asks, and refuses whoever the route is not for, before
// anything else is looked at: so the answer is the same whatever was asked for.
func (s *Server) caller(r *http.Request, u *use) (*caller, error) {
	session, err := s.login.Session(r)
	if err != nil {
		return nil, err
	}
	if !session.Service && elsewhere(r) {
		return nil, fault.Forbiddenf("Sec-Fetch-Site", "another site's page leads here").WithHint("only pages of " + s.origin + " act for whoever is signed in; open the address yourself")
	}
	role, err := roleFor(session, u.by, r.URL.Query()["as"])
	if err != nil {
		return nil, err
	}
	if session.Service && !u.machine {
		return nil, fault.Forbiddenf("", "a service token may not do this").WithHint("a person does it")
	}
	if u.recent {
		if err := s.login.Recent(session); err != nil {
			return nil, err
		}
	}
	return &caller{docket.Actor{Name: session.Name, Role: role}, session}, nil
}

// elsewhere reports whether a browser says that another site, or another host of
// this one, made it come: by a link it brings the cookie of a session along, and
// what it asks for is on record as a look of whoever is signed in. Programs say
// nothing, and who types an address comes from none.
func elsewhere(r *http.Request) bool {
	for _, from := range r.Header.Values("Sec-Fetch-Site") {
		if from != "same-origin" && from != "none" {
			return true
		}
	}
	return false
}

// roleFor is the role somebody acts in: the one they chose, or the first of
// theirs that a route is for.
func roleFor(session *login.Session, by []lifecycle.Role, chosen []string) (lifecycle.Role, error) {
	if len(chosen) > 1 {
		return lifecycle.Nobody, fault.Invalidf("as", "more than one role is named").WithHint("act in one")
	}
	for _, role := range session.Roles {
		if (len(chosen) == 0 || chosen[0] == role.String()) && (by == nil || slices.Contains(by, role)) {
			return role, nil
		}
	}
	return lifecycle.Nobody, fault.Forbiddenf("", "this is for others than %s", worded(session.Roles)).WithHint("somebody with another role does it")
}

// worded lists roles in words.
func worded(roles []lifecycle.Role) string {
	if len(roles) == 0 {
		return "whoever has no role"
	}
	var list []string
	for _, role := range roles {
		list = append(list, role.String())
	}
	return strings.Join(list, ", ")
}

// A query is what stands behind the question mark. Every name is looked up
// before checked is asked, which refuses all others.
type query struct {
	values url.Values
	err    error
}

func queryOf(r *http.Request) *query {
	values, err := url.ParseQuery(r.URL.RawQuery)
	q := &query{values, nil}
	if err != nil {
		q.err = fault.Invalidf("query", "it cannot be read").WithHint("write names and values in percent-encoding")
	}
	delete(values, "as") // was read with the session
	return q
}

// text gives a parameter; empty: it is not there.
func (q *query) text(name string) string {
	values := q.values[name]
	delete(q.values, name)
	if len(values) > 1 && q.err == nil {
		q.err = fault.Invalidf(name, "is there %d times", len(values)).WithHint("say it once")
	}
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// yes gives a parameter that is true or false; false: it is not there.
func (q *query) yes(name string) bool {
	text := q.text(name)
	if text != "" && text != "true" && text != "false" && q.err == nil {
		q.err = fault.Invalidf(name, "%.40q is neither true nor false", text)
	}
	return text == "true"
}

// number gives a parameter from 1 to most; usual: it is not there.
func (q *query) number(name string, usual, most int) int {
	text := q.text(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if (err != nil || n < 1 || n > most) && q.err == nil {
		q.err = fault.Invalidf(name, "%.40q is not a number from 1 to %d", text, most)
	}
	return n
}

// moment gives a parameter that is a time; zero: it is not there.
func (q *query) moment(name string) time.Time {
	text := q.text(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil && q.err == nil {
		q.err = fault.Invalidf(name, "%.40q is no time", text).WithHint("write 2026-09-01T09:00:00Z")
	}
	return at
}

// checked gives what was wrong: also a parameter that nobody has asked for.
func (q *query) checked() error {
	if q.err != nil {
		return q.err
	}
	for name := range q.values {
		return fault.Invalidf("query", "there is no parameter %.40q here", name).WithHint("openapi.yaml lists what there is")
	}
	return nil
}
