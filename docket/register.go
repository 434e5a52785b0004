package docket

import (
	"context"
	"slices"
	"strings"
)

// A Register knows the authorities that may ask, and how to reach them without
// asking the message itself.
type Register interface {
	// Authority finds an authority by id; fault.NotFound if it is not enrolled.
	Authority(ctx context.Context, id string) (Authority, error)
	// Points are the contacts that the receiving State itself keeps open at all
	// times.
	Points(ctx context.Context) ([]string, error)
}

// An Authority as the office has enrolled it.
type Authority struct {
	ID        string
	Name      string
	Country   string
	Contacts  []string // verified out of band
	Key       string   // what is encrypted to; empty: none is enrolled
	Suspended bool
}

// ready reports whether anything may be released to the authority.
func (a *Authority) ready() bool { return a.Key != "" && !a.Suspended }

// reaches reports whether a contact is one that the office verified.
func (a *Authority) reaches(contact string, points []string) bool {
	plain := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
	same := func(known string) bool { return plain(known) == plain(contact) && plain(contact) != "" }
	return slices.ContainsFunc(a.Contacts, same) || slices.ContainsFunc(points, same)
}
