package login

import (
	"context"
	"net/http"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/shelf"
)

const (
	sessionCookie = "rogatory"
	seenEvery     = time.Minute      // how often Seen is written, at most
	enrolLife     = 30 * time.Minute // of a session that may only enrol a passkey
)

// A Session is somebody who is signed in, with the roles they have now.
type Session struct {
	ID        string // names it to people; it is no secret and opens nothing
	Name      string
	Roles     []lifecycle.Role
	Service   bool   // a machine with a token
	Enrolling bool   // may enrol a passkey, and nothing else
	Way       string // how they came in: invitation, passkey, oidc, token
	Began     time.Time
	Seen      time.Time // to the minute
	Proved    time.Time // when they last showed who they are; zero: never in this session
	Until     time.Time // when it is over at the latest
}

// A visit is a session as it is kept, owned by the person's name.
type visit struct {
	Began     time.Time `json:"began"`
	Seen      time.Time `json:"seen"`
	Proved    time.Time `json:"proved,omitzero"`
	Way       string    `json:"way"`
	Enrolling bool      `json:"enrolling,omitempty"`
}

// Session gives who asks: by the cookie of a session, or by a service token. It
// is a fault.Unauthenticated if that is not known, if the session is over, or if
// it may only enrol a passkey.
func (d *Door) Session(r *http.Request) (*Session, error) {
	s, err := d.whoever(r)
	if err != nil {
		return nil, err
	}
	if s.Enrolling {
		return nil, fault.Unauthenticatedf("", "this session may enrol a passkey and nothing else").WithHint("enrol one: that signs you in")
	}
	return s, nil
}

// whoever gives who asks, also if they may only enrol a passkey.
func (d *Door) whoever(r *http.Request) (*Session, error) {
	secret, service, err := d.presented(r)
	if err != nil {
		return nil, err
	}
	if service {
		return d.service(r.Context(), secret)
	}
	return d.visitor(r.Context(), nameOf(secret))
}

func (d *Door) visitor(ctx context.Context, id string) (*Session, error) {
	over := fault.Unauthenticatedf("", "this session is over").WithHint("sign in again")
	item, err := d.sessions.Get(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil, over
	}
	if err != nil {
		return nil, err
	}
	p, ok := d.people.Find(item.Owner)
	if !ok {
		return nil, over
	}
	now := d.clock()
	if d.ended(item, now) {
		if err := d.sessions.Remove(ctx, id); err != nil {
			return nil, err
		}
		return nil, over
	}
	if now.Sub(item.Value.Seen) >= seenEvery {
		item.Value.Seen = now
		// A conflict means that another request has written it, or ended the
		// session this instant: a session that is gone is not brought back.
		if err := d.sessions.Put(ctx, item); err != nil && fault.KindOf(err) != fault.Conflict {
			return nil, err
		}
	}
	return sessionOf(item, p), nil
}

func (d *Door) ended(item *shelf.Item[visit], now time.Time) bool {
	return !now.Before(item.Expires) || now.Sub(item.Value.Seen) >= d.set.Idle
}

func sessionOf(item *shelf.Item[visit], p Person) *Session {
	v := item.Value
	return &Session{
		ID: item.ID, Name: item.Owner, Roles: p.Roles, Enrolling: v.Enrolling, Way: v.Way,
		Began: v.Began, Seen: v.Seen, Proved: v.Proved, Until: item.Expires,
	}
}

// begin signs a person in under a new secret, always: one that somebody knew
// before, or planted, opens nothing afterwards. A session that came along ends.
func (d *Door) begin(w http.ResponseWriter, r *http.Request, p Person, v visit) (*Session, error) {
	if err := d.leave(r); err != nil {
		return nil, err
	}
	secret, err := d.secret()
	if err != nil {
		return nil, err
	}
	v.Began = d.clock()
	v.Seen = v.Began
	item := &shelf.Item[visit]{ID: nameOf(secret), Owner: p.Name, Expires: v.Began.Add(d.set.Life), Value: v}
	if v.Enrolling {
		item.Expires = v.Began.Add(min(enrolLife, d.set.Life))
	}
	if err := d.sessions.Put(r.Context(), item); err != nil {
		return nil, err
	}
	d.setCookie(w, sessionCookie, secret)
	d.set.Log.InfoContext(r.Context(), "signed in", "name", p.Name, "way", v.Way, "enrolling", v.Enrolling, "from", d.remote(r))
	return sessionOf(item, p), nil
}

// leave ends the session whose cookie a request carries, if it carries one.
func (d *Door) leave(r *http.Request) error {
	for _, c := range r.CookiesNamed(d.cookieName(sessionCookie)) {
		if !looksMade(c.Value) {
			continue
		}
		if err := d.sessions.Remove(r.Context(), nameOf(c.Value)); err != nil {
			return err
		}
	}
	return nil
}

// Recent refuses whoever has not shown who they are lately: what cannot be
// undone takes more than a screen that was left open. It is a
// fault.Unauthenticated for a person, and a fault.Forbidden for a service, which
// has no way to.
func (d *Door) Recent(s *Session) error {
	if s.Service {
		return fault.Forbiddenf("", "a service token may not do this").WithHint("a person does it")
	}
	if d.clock().Sub(s.Proved) >= d.set.Recent { // the zero time is long ago
		return fault.Unauthenticatedf("", "this takes having shown lately who you are").WithHint("confirm with your passkey, or with the provider you sign in by, and do it again")
	}
	return nil
}

// End ends a session.
func (d *Door) End(ctx context.Context, s *Session) error {
	if s.Service {
		return fault.Forbiddenf("", "a service token is not signed out").WithHint("revoke it")
	}
	return d.sessions.Remove(ctx, s.ID)
}

// EndAll ends all sessions of a person, the links that would begin one, and the
// service tokens in their name: whoever stole a session may have issued one.
func (d *Door) EndAll(ctx context.Context, name string) error {
	name = d.known(name)
	list, err := all(ctx, d.sessions, name)
	if err != nil {
		return err
	}
	for i := range list {
		if err := d.sessions.Remove(ctx, list[i].ID); err != nil {
			return err
		}
	}
	tokens, err := all(ctx, d.tokens, name)
	if err != nil {
		return err
	}
	for i := range tokens {
		if err := d.tokens.Remove(ctx, tokens[i].ID); err != nil {
			return err
		}
	}
	d.set.Log.WarnContext(ctx, "signed out everywhere", "name", name, "sessions", len(list), "tokens", len(tokens))
	return d.withdraw(ctx, name)
}

// Sessions gives those of a person that are not over.
func (d *Door) Sessions(ctx context.Context, name string) ([]Session, error) {
	name = d.known(name)
	list, err := all(ctx, d.sessions, name)
	if err != nil {
		return nil, err
	}
	p, _ := d.people.Find(name) // whoever is no longer listed has no roles
	now := d.clock()
	var sessions []Session
	for i := range list {
		if !d.ended(&list[i], now) {
			sessions = append(sessions, *sessionOf(&list[i], p))
		}
	}
	return sessions, nil
}

// known gives a name as the list of people writes it; one that is not on it as
// it is, for whoever has left still has things to be ended.
func (d *Door) known(name string) string {
	if p, ok := d.people.Find(name); ok {
		return p.Name
	}
	return name
}
