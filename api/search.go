package api

import (
	"net/http"

	"github.com/rogatory/rogatory/docket"
)

// A find is a case that was found.
type find struct {
	Case      docket.Ref `json:"case"`
	Stage     string     `json:"stage"`
	Reference string     `json:"reference"`
}

// search finds cases by account, or by words in those that are one's own. What is
// searched comes in the body, so that no account stands in an address, and with
// it in logs and histories. Every case found is looked at, and the look is on
// record.
func (s *Server) search(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in struct {
		Text string `json:"text"`
		Why  string `json:"why"` // where a case found is not one's own
	}
	if err := readMessage(w, r, messageLimit, &in); err != nil {
		return err
	}
	found, more, err := s.docket.Search(r.Context(), who.Actor, in.Text, in.Why)
	if err != nil {
		return err
	}
	out := struct {
		Found []find `json:"found"`
		More  bool   `json:"more"` // not everything was searched
	}{[]find{}, more}
	for _, c := range found {
		out.Found = append(out.Found, find{c.Ref, c.Stage.String(), c.Request.Reference})
	}
	return s.reply(w, http.StatusOK, out)
}
