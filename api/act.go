package api

import (
	"encoding/base64"
	"net/http"
	"slices"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// An acted is how an act ended.
type acted struct {
	Case     docket.Ref `json:"case"`
	Seq      int        `json:"seq,omitempty"` // of the last event; not there for whom the case is not assigned to
	Stage    string     `json:"stage"`
	Proposed bool       `json:"proposed"` // it waits for a second person
}

func actedOf(done *docket.Done) acted {
	return acted{done.Case.Ref, done.Case.Seq(), done.Case.Stage.String(), done.Proposed}
}

// light are the acts that decide nothing: they take no showing who one is anew.
// A service token may do them, but for those that say who sees a case.
var light = []lifecycle.Event{
	lifecycle.Look, lifecycle.Note, lifecycle.Assert, lifecycle.Assign, lifecycle.Unassign, lifecycle.SeeLooks,
}

// act causes an event of the table. The body is an instruction, and it is kept as
// it came: it is what a judge, a notifier and oversight sign with a key that is
// never here, so that nobody who has the machine can act for them.
func (s *Server) act(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	ref, err := refOf(r)
	if err != nil {
		return err
	}
	text, err := read(w, r, instructionLimit)
	if err != nil {
		return err
	}
	in, err := docket.ReadInstruction(text)
	if err != nil {
		return err
	}
	if who.Role, err = roleFor(who.session, readers, []string{in.Role}); err != nil {
		return fault.Forbiddenf("role", "you do not have the role %.40q here", in.Role).WithHint("act in one that you have: GET /v1/me lists them")
	}
	if in.Do == lifecycle.Collect {
		return fault.Invalidf("do", "what is collected comes with its files").WithHint("send it to /v1/cases/" + string(ref) + "/files")
	}
	if who.session.Service && (in.Do == lifecycle.Assign || in.Do == lifecycle.Unassign) {
		return fault.Forbiddenf("do", "a service token may not do this").WithHint("a person says who sees a case")
	}
	if !slices.Contains(light, in.Do) {
		if err := s.login.Recent(who.session); err != nil {
			return err
		}
	}
	signature, err := signatureOf(r)
	if err != nil {
		return err
	}
	done, err := s.docket.Obey(r.Context(), who.Actor, ref, text, signature)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, actedOf(done))
}

// signatureOf gives the signature of a role key over the body; nil: there is none.
func signatureOf(r *http.Request) ([]byte, error) {
	values := r.Header.Values("Rogatory-Signature")
	if len(values) == 0 {
		return nil, nil
	}
	signature, err := base64.StdEncoding.DecodeString(values[0])
	if err != nil || len(values) > 1 || len(signature) == 0 {
		return nil, fault.Invalidf("Rogatory-Signature", "is not one signature in base64").WithHint("`rogatory sign` writes it")
	}
	return signature, nil
}

// link ties a preservation to the request for what is kept.
func (s *Server) link(w http.ResponseWriter, r *http.Request, who *caller) error {
	ref, err := refOf(r)
	if err != nil {
		return err
	}
	var in struct {
		To  string `json:"to"`
		Why string `json:"why"`
	}
	if err := readMessage(w, r, messageLimit, &in); err != nil {
		return err
	}
	to, err := docket.ParseRef(in.To)
	if err != nil {
		return err
	}
	done, err := s.docket.Link(r.Context(), who.Actor, ref, to, in.Why)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, actedOf(done))
}
