package api

import (
	"net/http"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// personRoutes are for the person whose data it is. The code of the notice is
// proof enough of who that is, and all there is.
func (s *Server) personRoutes(mux *http.ServeMux) {
	s.route(mux, "POST /v1/challenges", s.challenge)
}

// A Challenge is what the person files.
type Challenge struct {
	Code    string   `json:"code"`
	Do      string   `json:"do,omitempty"` // challenge, appeal or ask-defence; empty: challenge
	Why     string   `json:"why"`
	Grounds []string `json:"grounds,omitempty"` // of the closed list
}

// challenge files one. What is no code, or one of another kind, is answered by
// docket like a code of nothing.
func (s *Server) challenge(w http.ResponseWriter, r *http.Request) error {
	if err := s.lanes.persons.charge(s.clock()); err != nil {
		return err
	}
	body, leave, err := s.take(w, r, s.lanes.persons, messageLimit)
	if err != nil {
		return err
	}
	defer leave()
	var in Challenge
	if err := decode(body, &in); err != nil {
		return err
	}
	if err := given("why", in.Why); err != nil {
		return err
	}
	do := lifecycle.Event(in.Do)
	switch do {
	case "":
		do = lifecycle.File
	case lifecycle.File, lifecycle.Appeal, lifecycle.AskDefence:
	default:
		return fault.Invalidf("do", "%.40q is nothing that is filed here", in.Do).WithHint("write challenge, appeal or ask-defence")
	}
	done, err := s.docket.Challenge(r.Context(), in.Code, docket.Act{Do: do, Why: in.Why, Body: docket.Body{Grounds: in.Grounds}})
	if err != nil {
		return err
	}
	out := Taken{Case: done.Case.Ref}
	if out.Receipt, err = s.receipt(receipt{string(do), done.Case.Ref, body, s.clock(), false}); err != nil {
		return err
	}
	return s.reply(w, http.StatusCreated, out)
}
