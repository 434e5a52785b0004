package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/letter"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/login"
	"github.com/rogatory/rogatory/post"
	"github.com/rogatory/rogatory/screen"
)

// People are those who work here, as the office's file lists them.
type People interface {
	login.People
	All() []login.Person
}

// A Mail sends messages.
type Mail interface {
	// Send gives a receipt; a fault.Invalid will not succeed later either.
	Send(ctx context.Context, m post.Message) (receipt string, err error)
}

// peopleUses are the routes about who works here and how they come in.
var peopleUses = []use{
	{"GET /v1/me", nil, true, false, (*Server).showMe},
	{"GET /v1/people", nil, false, false, (*Server).showPeople},
	{"POST /v1/people/{name}/invitation", only(lifecycle.Administrator), false, true, (*Server).invite},
	{"DELETE /v1/people/{name}/sessions", nil, false, false, (*Server).endSessions},
	{"GET /v1/people/{name}/passkeys", nil, false, false, (*Server).showPasskeys},
	{"DELETE /v1/people/{name}/passkeys/{id}", only(lifecycle.Administrator), false, false, (*Server).dropPasskey},
	{"GET /v1/tokens", nil, false, false, (*Server).showTokens},
	{"POST /v1/tokens", only(lifecycle.Intake, lifecycle.Custodian), false, true, (*Server).issueToken},
	{"DELETE /v1/tokens/{id}", nil, false, false, (*Server).revokeToken},
}

// showMe answers who is signed in, and by what else somebody could come in or act
// in their name: so that they see it if there is one that is not theirs.
func (s *Server) showMe(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	out := struct {
		Name      string          `json:"name"`
		Roles     []string        `json:"roles"`
		Service   bool            `json:"service"`
		Recent    bool            `json:"recent"` // may decide without showing once more who they are
		Rehearsal bool            `json:"rehearsal"`
		Passkeys  []login.Passkey `json:"passkeys,omitempty"` // to the person alone
		Tokens    []tokenView     `json:"tokens,omitempty"`   // that act in their name
	}{Name: who.Name, Roles: rolesOf(who.session.Roles), Service: who.session.Service, Recent: s.login.Recent(who.session) == nil, Rehearsal: s.rehearsal}
	if !who.session.Service {
		var err error
		if out.Passkeys, err = s.login.Passkeys(r.Context(), who.Name); err != nil {
			return err
		}
		if out.Tokens, err = s.tokensOf(r.Context(), who.Name); err != nil {
			return err
		}
	}
	return s.reply(w, http.StatusOK, out)
}

func rolesOf(roles []lifecycle.Role) []string {
	out := []string{}
	for _, role := range roles {
		out = append(out, role.String())
	}
	return out
}

// showPeople answers who works here: whom a case can be assigned to.
func (s *Server) showPeople(w http.ResponseWriter, r *http.Request, _ *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	type person struct {
		Name     string   `json:"name"`
		Roles    []string `json:"roles"`
		Passkeys int      `json:"passkeys"` // none: who does not come by a provider cannot sign in
	}
	out := struct {
		People []person `json:"people"`
	}{[]person{}}
	for _, p := range s.people.All() {
		keys, err := s.login.Passkeys(r.Context(), p.Name)
		if err != nil {
			return err
		}
		out.People = append(out.People, person{p.Name, rolesOf(p.Roles), len(keys)})
	}
	return s.reply(w, http.StatusOK, out)
}

// invitationLife is how long a link works.
const invitationLife = 24 * time.Hour

// invite makes a link by which somebody comes in for the first time. Whoever has
// the link could come in as that person; so it goes by mail to the address in the
// office's file, and no administrator sees it but in a rehearsal without mail. Who
// has a passkey already is not invited from here either: a second one that somebody
// else holds would act for them. What a judge, a notifier or oversight decides takes
// their role key besides, which no link gives.
func (s *Server) invite(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	p, ok := s.people.Find(r.PathValue("name"))
	if !ok {
		return fault.NotFoundf(r.PathValue("name"), "nobody of this name is listed").WithHint("the office's file lists who works here")
	}
	if err := s.invitable(r.Context(), p); err != nil {
		return err
	}
	link, err := s.login.Invite(r.Context(), who.Name, p.Name, invitationLife)
	if err != nil {
		return err
	}
	out := struct {
		Name  string    `json:"name"`
		Sent  bool      `json:"sent"`           // by mail
		Link  string    `json:"link,omitempty"` // in a rehearsal without mail
		Until time.Time `json:"until"`
	}{Name: p.Name, Until: s.now().Add(invitationLife)}
	if s.mail == nil {
		out.Link = link
		return s.reply(w, http.StatusCreated, out)
	}
	if err := s.sendInvitation(r.Context(), p, link, out.Until); err != nil {
		return err
	}
	out.Sent = true
	return s.reply(w, http.StatusCreated, out)
}

// invitable refuses to invite where somebody else than the person could use the
// link, or has use for it.
func (s *Server) invitable(ctx context.Context, p login.Person) error {
	const onHost = "whoever has the office's folder makes a link on the host: rogatory invite"
	switch {
	case s.mail == nil && !s.rehearsal:
		return fault.Conflictf(p.Name, "the office sends no mail, and whoever is shown the link could come in by it").WithHint(onHost)
	case s.mail != nil && p.Mail == "":
		return fault.Conflictf(p.Name, "has no address to send the link to").WithHint("write it into the office's file")
	}
	keys, err := s.login.Passkeys(ctx, p.Name)
	if err != nil {
		return err
	}
	if len(keys) > 0 {
		return fault.Conflictf(p.Name, "has a passkey already").WithHint("they enrol another themselves; if it was lost, " + onHost)
	}
	return nil
}

func (s *Server) sendInvitation(ctx context.Context, p login.Person, link string, until time.Time) error {
	language := inside(s.office.Languages)
	subject, text, err := s.words(letter.Letter{Kind: letter.Invitation, Language: language, Until: until, Link: link})
	if err != nil {
		return err
	}
	_, err = s.mail.Send(ctx, post.Message{ID: "invitation-" + incident(s.random), To: p.Mail, Subject: subject, Text: text, Language: language})
	return err
}

// inside is the language of letters to the office's own people: the first of its
// own in which letters are written.
func inside(languages []string) string {
	for _, tag := range languages {
		if slices.Contains(letter.Languages(), tag) {
			return tag
		}
	}
	return "en"
}

// endSessions signs somebody out everywhere, and ends the tokens in their name:
// oneself, or by an administrator anybody. It closes and opens nothing, so it takes no showing who one is anew.
func (s *Server) endSessions(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	name := r.PathValue("name")
	if screen.Folded(name) != screen.Folded(who.Name) && !runs(who) {
		return fault.Forbiddenf("", "this is for whoever it is about, and for an administrator")
	}
	if err := s.login.EndAll(r.Context(), name); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// showPasskeys answers the passkeys of whoever asks; to an administrator anybody's.
func (s *Server) showPasskeys(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	name := r.PathValue("name")
	if screen.Folded(name) != screen.Folded(who.Name) && !runs(who) {
		return fault.Forbiddenf("", "this is for whoever it is about, and for an administrator")
	}
	keys, err := s.login.Passkeys(r.Context(), name)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, struct {
		Passkeys []login.Passkey `json:"passkeys"`
	}{keys})
}

// dropPasskey removes a passkey of anybody, also the last. It closes and opens
// nothing: whoever is locked out by it is let in again from the host.
func (s *Server) dropPasskey(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	if err := s.login.DropPasskey(r.Context(), who.Name, r.PathValue("name"), r.PathValue("id")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// runs reports whether somebody runs the machine.
func runs(who *caller) bool {
	_, err := roleFor(who.session, only(lifecycle.Administrator), nil)
	return err == nil
}

// A tokenView is a service token without its secret.
type tokenView struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"` // in whose name it acts
	Role  string    `json:"role"`
	By    string    `json:"by"` // who issued it
	Made  time.Time `json:"made"`
	Seen  time.Time `json:"seen,omitzero"` // used last; not there: never
	Until time.Time `json:"until"`
}

// showTokens answers the service tokens of whoever asks; to an administrator all
// of them.
func (s *Server) showTokens(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	of := who.Name
	if runs(who) {
		of = ""
	}
	tokens, err := s.tokensOf(r.Context(), of)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusOK, struct {
		Tokens []tokenView `json:"tokens"`
	}{tokens})
}

// tokensOf gives the tokens in somebody's name; empty: all.
func (s *Server) tokensOf(ctx context.Context, name string) ([]tokenView, error) {
	tokens, err := s.login.Tokens(ctx, name)
	list := []tokenView{}
	for _, t := range tokens {
		list = append(list, tokenView{t.ID, t.Name, t.Role.String(), t.By, t.Made.UTC(), t.Seen, t.Until.UTC()})
	}
	return list, err
}

// issueToken makes a token by which a machine does the work of whoever asks, in
// their own name. Nobody makes one in another's name: an administrator who could
// would read what that one reads.
func (s *Server) issueToken(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in struct {
		Role  string    `json:"role"`
		Until time.Time `json:"until"`
	}
	if err := readMessage(w, r, messageLimit, &in); err != nil {
		return err
	}
	if in.Role != lifecycle.Intake.String() && in.Role != lifecycle.Custodian.String() {
		return fault.Invalidf("role", "%.40q is no role of a token", in.Role).WithHint("intake or custodian: whatever decides is done by people")
	}
	role, err := roleFor(who.session, nil, []string{in.Role})
	if err != nil {
		return err
	}
	secret, err := s.login.Issue(r.Context(), who.Name, who.Name, role, in.Until)
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusCreated, struct {
		Token string    `json:"token"` // given this once
		Role  string    `json:"role"`
		Until time.Time `json:"until"`
	}{secret, role.String(), in.Until.UTC()})
}

// revokeToken ends a token: one's own, or by an administrator any.
func (s *Server) revokeToken(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	of := who.Name
	if runs(who) {
		of = ""
	}
	tokens, err := s.login.Tokens(r.Context(), of)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.ID == r.PathValue("id") {
			if err := s.login.RevokeToken(r.Context(), who.Name, t.ID); err != nil {
				return err
			}
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
	}
	return fault.NotFoundf(r.PathValue("id"), "you have no token of this id")
}
