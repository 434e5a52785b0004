package main

import (
	"context"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/register"
)

// enrolledBody is an authority that a rehearsal has in its settings.
type enrolledBody struct {
	ID        string   `toml:"id"`
	Name      string   `toml:"name"`
	Country   string   `toml:"country"`
	Contacts  []string `toml:"contacts"`
	Key       string   `toml:"key"`
	Suspended bool     `toml:"suspended"`
}

// entry is the authority as the register would have it.
func (a *enrolledBody) entry() authority.Authority {
	out := authority.Authority{ID: a.ID, Name: a.Name, Country: a.Country}
	for _, c := range a.Contacts {
		out.Contacts = append(out.Contacts, authority.Contact{Value: c})
	}
	if a.Key != "" {
		out.Recipients = []string{a.Key}
	}
	if a.Suspended {
		out.Suspended = "by " + settingsFile
	}
	return out
}

// enrolled is the register of authorities, behind those that a rehearsal has in
// its settings.
type enrolled struct {
	*register.Register
	settings *settings
}

// Authority finds an authority.
func (e enrolled) Authority(ctx context.Context, id string) (authority.Authority, error) {
	for i := range e.settings.Enrolled {
		if a := &e.settings.Enrolled[i]; a.ID == id {
			return a.entry(), nil
		}
	}
	a, err := e.Register.Authority(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return a, fault.NotFoundf(id, "is not enrolled")
	}
	return a, err
}
