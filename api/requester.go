package api

import (
	"net/http"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// requesterRoutes are for whoever sends requests. To those whose case it is not
// all of them answer the same, whether or not there is such a case.
func (s *Server) requesterRoutes(mux *http.ServeMux) {
	s.route(mux, "POST /v1/requests", s.submit)
	s.route(mux, "GET /v1/requests/{case}", s.standing)
	s.route(mux, "POST /v1/requests/{case}/answer", s.answered)
	s.route(mux, "POST /v1/requests/{case}/withdraw", s.withdraw)
	s.route(mux, "POST /v1/requests/{case}/erasure", s.erased)
	s.route(mux, "POST /v1/requests/{case}/onward", s.onward)
	s.route(mux, "GET /v1/requests/{case}/package", s.fetch)
	s.route(mux, "GET /v1/receipts/{code}", s.standingOf)
}

// standing says how a case stands, to the authority that asked.
func (s *Server) standing(w http.ResponseWriter, r *http.Request) error {
	m, leave, err := s.signed(w, r, 0)
	if err != nil {
		return err
	}
	defer leave()
	ref, err := refOf(r)
	if err != nil {
		return err
	}
	found, err := s.docket.Standing(r.Context(), m.actor(), ref)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, found)
}

// standingOf says how a case stands, to whoever has the code on its receipt, and
// no more than is told to a sender who is not verified.
func (s *Server) standingOf(w http.ResponseWriter, r *http.Request) error {
	left, err := s.lanes.codes.read(s.from(r))
	if err != nil {
		return err
	}
	defer left()
	code := r.PathValue("code")
	if name, challenge := s.docket.CodeOpens(r.Context(), code); name == "" || challenge {
		err = s.lanes.codes.chargeAddress(s.from(r), s.clock()) // it opens nothing here, and takes no work
	} else if err = s.lanes.codes.chargeCode(name, s.clock()); err == nil {
		var leave func()
		if leave, err = s.lanes.codes.work(r.Context()); err == nil {
			defer leave()
		}
	}
	if err != nil {
		return err
	}
	found, err := s.docket.StandingOf(r.Context(), code)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, found)
}

// answered takes a new document for a case: the answer to questions or to an offer.
func (s *Server) answered(w http.ResponseWriter, r *http.Request) error {
	return s.acts(w, r, documentLimit, "answer", func(body []byte) (docket.Act, error) {
		if err := withoutChannel(body); err != nil {
			return docket.Act{}, err
		}
		return docket.Act{Do: lifecycle.Answer, Body: docket.Body{Document: body}}, nil
	})
}

// A Withdrawal takes a request back.
type Withdrawal struct {
	Why   string `json:"why"`
	Proof string `json:"proof,omitempty"`
}

func (s *Server) withdraw(w http.ResponseWriter, r *http.Request) error {
	return s.acts(w, r, messageLimit, "withdrawal", func(body []byte) (docket.Act, error) {
		var in Withdrawal
		err := needing(body, &in, "why", &in.Why)
		return docket.Act{Do: lifecycle.Withdraw, Why: in.Why, Body: docket.Body{Proof: in.Proof}}, err
	})
}

// An Erasure confirms that what was demanded to be erased is erased.
type Erasure struct {
	Proof string `json:"proof"`
}

func (s *Server) erased(w http.ResponseWriter, r *http.Request) error {
	return s.acts(w, r, messageLimit, "erasure", func(body []byte) (docket.Act, error) {
		var in Erasure
		err := needing(body, &in, "proof", &in.Proof)
		return docket.Act{Do: lifecycle.ConfirmErasure, Body: docket.Body{Proof: in.Proof}}, err
	})
}

// An Onward asks to pass on what was given.
type Onward struct {
	To    string `json:"to"`
	Proof string `json:"proof,omitempty"`
}

func (s *Server) onward(w http.ResponseWriter, r *http.Request) error {
	return s.acts(w, r, messageLimit, "onward", func(body []byte) (docket.Act, error) {
		var in Onward
		err := needing(body, &in, "to", &in.To)
		return docket.Act{Do: lifecycle.AskOnward, Body: docket.Body{To: in.To, Proof: in.Proof}}, err
	})
}

// acts does what an authority sent in a case of its own, and gives a receipt for
// the message.
func (s *Server) acts(w http.ResponseWriter, r *http.Request, limit int64, what string, meant func([]byte) (docket.Act, error)) error {
	m, leave, err := s.signed(w, r, limit)
	if err != nil {
		return err
	}
	defer leave()
	ref, err := refOf(r)
	if err != nil {
		return err
	}
	act, err := meant(m.body)
	if err != nil {
		return err
	}
	done, err := s.docket.Do(r.Context(), m.actor(), ref, act)
	if err != nil {
		return err
	}
	out := Taken{Case: ref, Stage: done.Case.Stage.String()}
	if out.Receipt, err = s.receipt(receipt{what, ref, m.body, s.clock(), true}); err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, out)
}
