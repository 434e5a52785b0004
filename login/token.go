package login

import (
	"context"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/shelf"
)

// tokenLife is how long a service token works at most.
const tokenLife = 366 * 24 * time.Hour

// services are the roles a service token may have: those whose acts let nothing
// out and refuse nobody.
var services = []lifecycle.Role{lifecycle.Intake, lifecycle.Custodian}

// A grant is a service token as it is kept, owned by whom it acts for.
type grant struct {
	Role string    `json:"role"`
	By   string    `json:"by"`
	Made time.Time `json:"made"`
	Seen time.Time `json:"seen,omitzero"`
}

// A Token is what may be known of a service token.
type Token struct {
	ID    string // names it; it opens nothing
	Name  string // in whose name it acts
	Role  lifecycle.Role
	By    string // who issued it
	Made  time.Time
	Seen  time.Time // to the minute; zero: never used
	Until time.Time
}

// Issue makes a token by which a machine does the work of a role until a time,
// in the name of somebody who is listed with that role: acts by the token are
// that one's, so that nobody becomes two by means of a machine. For a machine to
// act in its own name, list it. The secret is given once and cannot be had again.
func (d *Door) Issue(ctx context.Context, by, name string, role lifecycle.Role, until time.Time) (string, error) {
	now := d.clock()
	if !slices.Contains(services, role) {
		return "", fault.Forbiddenf(name, "a token may not have the role %s", role).WithHint("intake or custodian: whatever decides is done by people")
	}
	if !until.After(now) || until.After(now.Add(tokenLife)) {
		return "", fault.Invalidf(name, "the token would work until %s: that must be ahead, and at most a year", until.UTC().Format(time.RFC3339))
	}
	p, ok := d.people.Find(name)
	if !ok || !slices.Contains(p.Roles, role) {
		return "", fault.NotFoundf(name, "nobody of this name is listed with the role %s", role).WithHint("list whoever the token is to act for, be it a machine")
	}
	secret, err := d.secret()
	if err != nil {
		return "", err
	}
	secret = tokenPrefix + secret
	item := &shelf.Item[grant]{ID: nameOf(secret), Owner: p.Name, Expires: until, Value: grant{Role: role.String(), By: by, Made: now}}
	if err := d.tokens.Put(ctx, item); err != nil {
		return "", err
	}
	d.set.Log.WarnContext(ctx, "service token issued", "name", p.Name, "role", role.String(), "by", by, "until", until, "id", item.ID)
	return secret, nil
}

// service gives whom a token acts for, while they are listed with its role.
func (d *Door) service(ctx context.Context, secret string) (*Session, error) {
	refused := fault.Unauthenticatedf("header Authorization", "this token does not work").WithHint("it has expired, was revoked, or was never issued: ask an administrator")
	item, err := d.tokens.Get(ctx, nameOf(secret))
	if fault.KindOf(err) == fault.NotFound {
		return nil, refused
	}
	if err != nil {
		return nil, err
	}
	now := d.clock()
	t, err := tokenOf(item)
	if err != nil {
		return nil, err
	}
	p, ok := d.people.Find(item.Owner)
	if !ok || !slices.Contains(p.Roles, t.Role) || !now.Before(item.Expires) {
		return nil, refused
	}
	if now.Sub(item.Value.Seen) >= seenEvery {
		item.Value.Seen = now
		if err := d.tokens.Put(ctx, item); err != nil && fault.KindOf(err) != fault.Conflict {
			return nil, err
		}
	}
	return &Session{
		ID: t.ID, Name: t.Name, Roles: []lifecycle.Role{t.Role}, Service: true, Way: "token",
		Began: t.Made, Seen: item.Value.Seen, Until: t.Until,
	}, nil
}

func tokenOf(item *shelf.Item[grant]) (Token, error) {
	role, err := lifecycle.ParseRole(item.Value.Role)
	if err != nil {
		return Token{}, err
	}
	v := item.Value
	return Token{ID: item.ID, Name: item.Owner, Role: role, By: v.By, Made: v.Made, Seen: v.Seen, Until: item.Expires}, nil
}

// Tokens gives those that act for somebody, or with an empty name all of them,
// but for what has expired.
func (d *Door) Tokens(ctx context.Context, name string) ([]Token, error) {
	if name != "" {
		name = d.known(name)
	}
	list, err := all(ctx, d.tokens, name)
	if err != nil {
		return nil, err
	}
	now := d.clock()
	var tokens []Token
	for i := range list {
		if !now.Before(list[i].Expires) {
			continue
		}
		t, err := tokenOf(&list[i])
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
	}
	return tokens, nil
}

// RevokeToken ends a token; fault.NotFound if there is none of this ID.
func (d *Door) RevokeToken(ctx context.Context, by, id string) error {
	item, err := d.tokens.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := d.tokens.Remove(ctx, id); err != nil {
		return err
	}
	d.set.Log.InfoContext(ctx, "service token revoked", "name", item.Owner, "by", by, "id", id)
	return nil
}
