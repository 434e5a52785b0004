// Package authority says who may ask: an entry of the register of authorities,
// as a value.
//
// What is in an entry was verified out of band by people; nothing in it is the
// word of a request. An entry gives no leave for anything by itself: it says by
// which key a sender is known, how the sender is reached without asking the
// message, and what it may ask for.
package authority

import (
	"slices"
	"strings"
	"time"
)

// An Authority is one that the office has enrolled. Without a member that is
// empty it may not do what the member is for.
type Authority struct {
	ID           string    `json:"id"`      // how it names itself in its requests
	Name         string    `json:"name"`    // in full
	Country      string    `json:"country"` // ISO 3166-1 alpha-2
	Role         string    `json:"role"`    // as in a request: central-authority, court, judge, prosecutor, police, …
	Mail         string    `json:"mail,omitempty"`
	Language     string    `json:"language,omitempty"`     // of letters to it, BCP 47
	Hook         string    `json:"hook,omitempty"`         // an https address that is told when there is news
	Contacts     []Contact `json:"contacts,omitempty"`     // verified out of band
	Keys         []Key     `json:"keys,omitempty"`         // what its requests are signed with
	Certificates []string  `json:"certificates,omitempty"` // SHA-256 in hex of client certificates it may come with instead
	Recipients   []string  `json:"recipients,omitempty"`   // age recipients: what is released is encrypted to all of them
	Powers       []Power   `json:"powers,omitempty"`
	From         time.Time `json:"from,omitzero"`       // before it the entry counts for nothing
	Until        time.Time `json:"until,omitzero"`      // after it neither; zero: reviewed by nobody, refused by Check
	Suspended    string    `json:"suspended,omitempty"` // why; empty: it is not
}

// A Contact is a way to reach an authority that somebody of the office verified
// without asking the authority's messages.
type Contact struct {
	Value string    `json:"value"` // a telephone number or an address
	How   string    `json:"how"`   // it was verified: the directory, the embassy, a visit
	By    string    `json:"by"`
	On    time.Time `json:"on"`
}

// A Key verifies signatures. Its ID is unique within the authority; together they
// are the keyid of a signature, as authority#key.
type Key struct {
	ID     string    `json:"id"`
	Public string    `json:"public"` // PEM, SubjectPublicKeyInfo: Ed25519, ECDSA P-256, or RSA of 2048 bits and more
	From   time.Time `json:"from,omitzero"`
	Until  time.Time `json:"until,omitzero"`
}

// A Power is what an authority may ask for, by the law of its State as people of
// the office have verified it.
type Power struct {
	Data        string   `json:"data"`                  // a data category
	Instruments []string `json:"instruments,omitempty"` // under which; empty: any
}

// InForce reports whether an entry counts at a time, suspended or not.
func (a *Authority) InForce(at time.Time) bool {
	return !at.Before(a.From) && (a.Until.IsZero() || at.Before(a.Until))
}

// Ready reports whether anything may be released to the authority.
func (a *Authority) Ready(at time.Time) bool {
	return len(a.Recipients) > 0 && a.Suspended == "" && a.InForce(at)
}

// May reports whether the authority has the power to ask for a data category
// under an instrument.
func (a *Authority) May(data, instrument string) bool {
	return slices.ContainsFunc(a.Powers, func(p Power) bool {
		return p.Data == data && (len(p.Instruments) == 0 || slices.Contains(p.Instruments, instrument))
	})
}

// Reaches reports whether a contact is one that the office verified, or one of
// the points that the receiving State itself keeps open at all times.
func (a *Authority) Reaches(contact string, points []string) bool {
	wanted := squeezed(contact)
	same := func(known string) bool { return wanted != "" && squeezed(known) == wanted }
	return slices.ContainsFunc(points, same) || slices.ContainsFunc(a.Contacts, func(c Contact) bool { return same(c.Value) })
}

// squeezed writes a contact so that its spellings are one.
func squeezed(contact string) string {
	return strings.ToLower(strings.Join(strings.Fields(contact), ""))
}
