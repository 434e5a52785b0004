package api

import (
	"context"
	"net/http"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// personRoutes are for the person whose data it is. The code of the notice is
// proof enough of who that is, and all there is.
func (s *Server) personRoutes(mux *http.ServeMux) {
	s.route(mux, "POST /v1/challenges", s.challenge)
	s.route(mux, "GET /challenge", s.challengePage)
	s.route(mux, "GET /challenge/page.css", s.challengeStyle)
	s.route(mux, "POST /challenge", s.challengeForm)
}

// A Challenge is what the person files.
type Challenge struct {
	Code    string   `json:"code"`
	Do      string   `json:"do,omitempty"` // challenge, appeal or ask-defence; empty: challenge
	Why     string   `json:"why"`
	Grounds []string `json:"grounds,omitempty"` // of the closed list
}

func (s *Server) challenge(w http.ResponseWriter, r *http.Request) error {
	body, left, err := s.readIn(w, r, s.lanes.persons, s.from(r), jsonType, messageLimit)
	if err != nil {
		return err
	}
	defer left()
	var in Challenge
	if err := decode(body, &in); err != nil {
		return err
	}
	out, err := s.heard(r, in, body)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusCreated, out)
}

// heard files what somebody sent who has a code that opens something, in the share
// of that code. Whoever has none is told so at once, in the share of their address:
// so that from no place in the world can a person be kept from challenging.
func (s *Server) heard(r *http.Request, in Challenge, came []byte) (*Taken, error) {
	name, challenge := s.docket.CodeOpens(r.Context(), in.Code)
	if !challenge {
		if err := s.lanes.persons.chargeAddress(s.from(r), s.clock()); err != nil {
			return nil, err
		}
		return s.file(r.Context(), in, came)
	}
	if err := s.lanes.persons.chargeCode(name, s.clock()); err != nil {
		return nil, err
	}
	leave, err := s.lanes.persons.work(r.Context())
	if err != nil {
		return nil, err
	}
	defer leave()
	return s.file(r.Context(), in, came)
}

// file files a challenge, and gives a receipt for the bytes that came. What is no
// code, or one of another kind, is answered by docket like a code of nothing.
func (s *Server) file(ctx context.Context, in Challenge, came []byte) (*Taken, error) {
	if err := given("why", in.Why); err != nil {
		return nil, err
	}
	do := lifecycle.Event(in.Do)
	switch do {
	case "":
		do = lifecycle.File
	case lifecycle.File, lifecycle.Appeal, lifecycle.AskDefence:
	default:
		return nil, fault.Invalidf("do", "%.40q is nothing that is filed here", in.Do).WithHint("write challenge, appeal or ask-defence")
	}
	done, err := s.docket.Challenge(ctx, in.Code, docket.Act{Do: do, Why: in.Why, Body: docket.Body{Grounds: in.Grounds}})
	if err != nil {
		return nil, err
	}
	out := &Taken{Case: done.Case.Ref}
	if out.Receipt, err = s.receipt(receipt{string(do), done.Case.Ref, came, s.clock(), false}); err != nil {
		return nil, err
	}
	return out, nil
}
