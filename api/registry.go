package api

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/register"
)

// Who may do what to the register; the register itself says so again.
var (
	proposers  = only(lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Administrator)
	confirmers = only(lifecycle.Reviewer, lifecycle.Senior)
	objectors  = only(lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Custodian, lifecycle.Notifier, lifecycle.Administrator, lifecycle.Oversight)
	suspenders = only(lifecycle.Reviewer, lifecycle.Senior, lifecycle.Oversight)
)

// registerUses are the routes about who may ask. What only stops something takes
// no showing who one is anew.
var registerUses = []use{
	{"GET /v1/authorities", nil, false, false, (*Server).showAuthorities},
	{"GET /v1/authorities/{id}", nil, false, false, (*Server).showAuthority},
	{"PUT /v1/authorities/{id}/change", proposers, false, true, (*Server).proposeChange},
	{"POST /v1/authorities/{id}/verify", proposers, false, true, (*Server).verifyContact},
	{"POST /v1/authorities/{id}/confirm", confirmers, false, true, (*Server).confirmChange},
	{"POST /v1/authorities/{id}/object", objectors, false, false, (*Server).objectToChange},
	{"POST /v1/authorities/{id}/suspend", suspenders, false, true, (*Server).suspendAuthority},
	{"POST /v1/authorities/{id}/resume", proposers, false, true, (*Server).resumeAuthority},
	{"POST /v1/authorities/import", proposers, false, true, (*Server).importAuthorities},
}

// directoryLimit bounds a directory, in bytes.
const directoryLimit = 32 << 20

// enrolling is whoever asks, as the register knows people.
func (c *caller) enrolling() register.Actor { return register.Actor(c.Actor) }

// showAuthorities answers a page of the register.
func (s *Server) showAuthorities(w http.ResponseWriter, r *http.Request, _ *caller) error {
	q := queryOf(r)
	after, limit := q.text("after"), q.number("limit", 50, largestPage)
	if err := q.checked(); err != nil {
		return err
	}
	if after != "" && !authority.IsID(after) {
		return fault.Invalidf("after", "%.100q is no id", after).WithHint("pass on what the page before gave, or leave it out")
	}
	entries, err := s.register.List(r.Context(), after, limit)
	if err != nil {
		return err
	}
	out := page[register.Entry]{Rows: list(entries)}
	if len(entries) == limit {
		out.Next = entries[limit-1].ID
	}
	return s.reply(w, http.StatusOK, out)
}

// showAuthority answers an entry, with what is pending and what happened to it.
func (s *Server) showAuthority(w http.ResponseWriter, r *http.Request, _ *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	entry, err := s.register.Get(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, entry)
}

// changing reads what somebody says of an entry, does it, and answers the entry
// as it then is.
func changing[T any](s *Server, w http.ResponseWriter, r *http.Request, do func(ctx context.Context, id string, in *T) (*register.Entry, error)) error {
	var in T
	if err := readMessage(w, r, documentLimit, &in); err != nil {
		return err
	}
	entry, err := do(r.Context(), r.PathValue("id"), &in)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, entry)
}

// A proposed change of an entry, or a new one.
type proposed struct {
	To  authority.Authority `json:"to"`
	Why string              `json:"why"`
}

// proposeChange proposes an entry, or a change of one. Nothing is in force by it.
func (s *Server) proposeChange(w http.ResponseWriter, r *http.Request, who *caller) error {
	return changing(s, w, r, func(ctx context.Context, id string, in *proposed) (*register.Entry, error) {
		if in.To.ID != id {
			return nil, fault.Invalidf("to.id", "%.100q is not the entry that it was sent to", in.To.ID)
		}
		return s.register.Propose(ctx, who.enrolling(), in.To, in.Why)
	})
}

// verifyContact records that somebody verified a contact of what is proposed.
func (s *Server) verifyContact(w http.ResponseWriter, r *http.Request, who *caller) error {
	type verified struct {
		Contact string `json:"contact"`
		How     string `json:"how"`
	}
	return changing(s, w, r, func(ctx context.Context, id string, in *verified) (*register.Entry, error) {
		return s.register.Verify(ctx, who.enrolling(), id, in.Contact, in.How)
	})
}

// confirmChange is the word of the second person, who has seen the change with
// this digest and called a contact that the office had before.
func (s *Server) confirmChange(w http.ResponseWriter, r *http.Request, who *caller) error {
	type confirmed struct {
		Digest string `json:"digest"`
		Called string `json:"called"`
	}
	return changing(s, w, r, func(ctx context.Context, id string, in *confirmed) (*register.Entry, error) {
		return s.register.Confirm(ctx, who.enrolling(), id, in.Digest, in.Called)
	})
}

// A reason is why somebody does something.
type reason struct {
	Why string `json:"why"`
}

// objectToChange stops a change that has not taken effect.
func (s *Server) objectToChange(w http.ResponseWriter, r *http.Request, who *caller) error {
	return changing(s, w, r, func(ctx context.Context, id string, in *reason) (*register.Entry, error) {
		return s.register.Object(ctx, who.enrolling(), id, in.Why)
	})
}

// resumeAuthority proposes that a suspension be lifted.
func (s *Server) resumeAuthority(w http.ResponseWriter, r *http.Request, who *caller) error {
	return changing(s, w, r, func(ctx context.Context, id string, in *reason) (*register.Entry, error) {
		return s.register.Resume(ctx, who.enrolling(), id, in.Why)
	})
}

// suspendAuthority stops an authority at once, and every case of it that is on
// its way. Done again, it goes on with the cases where it was broken off.
func (s *Server) suspendAuthority(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in reason
	if err := readMessage(w, r, messageLimit, &in); err != nil {
		return err
	}
	id := r.PathValue("id")
	entry, err := s.register.Suspend(r.Context(), who.enrolling(), id, in.Why)
	if fault.KindOf(err) == fault.Conflict {
		stands, failed := s.register.Get(r.Context(), id)
		if failed == nil && stands.Authority.Suspended != "" {
			entry, err = stands, nil
		}
	}
	if err != nil {
		return err
	}
	// A reviewer stops the authority; that its cases say so too is a senior's.
	var stopped []docket.Ref
	if who.Role != lifecycle.Reviewer {
		stopped, err = s.docket.SuspendAll(r.Context(), who.Actor, id, in.Why)
	}
	return s.reply(w, http.StatusOK, struct {
		Entry *register.Entry `json:"entry"`
		refs
	}{entry, s.refsOf(r, stopped, err)})
}

// importAuthorities proposes what a directory says. None of it is in force before
// another person has confirmed it, one by one.
func (s *Server) importAuthorities(w http.ResponseWriter, r *http.Request, who *caller) error {
	q := queryOf(r)
	why := q.text("why")
	if err := q.checked(); err != nil {
		return err
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "text/csv" {
		return mediaType(r.Header.Get("Content-Type"), "text/csv")
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, directoryLimit))
	if err != nil {
		return notWhole(err, directoryLimit)
	}
	said, err := authority.ReadCSV(bytes.NewReader(text))
	if err != nil {
		return err
	}
	done, err := s.register.Import(r.Context(), who.enrolling(), said, why)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, struct {
		New      int      `json:"new"`
		Changed  int      `json:"changed"`
		Same     int      `json:"same"`
		Problems []string `json:"problems"` // one an entry that was not proposed, and why
	}{done.New, done.Changed, done.Same, list(done.Problems)})
}
