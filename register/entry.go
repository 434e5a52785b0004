package register

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/rogatory/rogatory/authority"
)

// An Entry is what the register holds of one id.
type Entry struct {
	ID        string              `json:"id"`
	Authority authority.Authority `json:"authority"` // as it stands; without an id: none does
	Pending   *Change             `json:"pending,omitempty"`
	History   []Event             `json:"history"` // the latest last
	Version   int                 `json:"version"` // one more with each thing written
}

// A Change is proposed, and waits for a second person, or for its time.
type Change struct {
	To        authority.Authority `json:"to"`
	Why       string              `json:"why"`
	By        string              `json:"by"`
	Role      string              `json:"role"`
	At        time.Time           `json:"at"`
	Confirmed *Confirmation       `json:"confirmed,omitempty"`

	Digest   string   `json:"digest,omitempty"`  // what is confirmed: of the change, and of what it changes
	Changes  []string `json:"changes,omitempty"` // in plain words
	Tightens bool     `json:"tightens"`          // it gives nothing, and takes effect when it is confirmed
}

// A Confirmation is the word of the second person.
type Confirmation struct {
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Called    string    `json:"called,omitempty"` // which contact they called
	Effective time.Time `json:"effective"`
}

// What happens to an entry.
const (
	Proposed  = "proposed"
	Verified  = "verified" // a contact of what is proposed
	Confirmed = "confirmed"
	Effect    = "took effect"
	Stopped   = "stopped"
	Suspended = "suspended"
)

// An Event is one thing that happened to an entry. Nothing is ever taken from a
// history.
type Event struct {
	Version   int       `json:"version"` // of the entry that was written with it
	At        time.Time `json:"at"`
	Did       string    `json:"did"`
	By        string    `json:"by,omitempty"` // empty: it follows from what people did
	Role      string    `json:"role,omitempty"`
	Why       string    `json:"why,omitempty"`
	Called    string    `json:"called,omitempty"`
	Digest    string    `json:"digest,omitempty"` // of the change it is about
	Changes   []string  `json:"changes,omitempty"`
	Effective time.Time `json:"effective,omitzero"`
	Enrols    bool      `json:"enrols,omitempty"` // there was no entry in force before
	Tell      []Address `json:"tell,omitempty"`
}

// An Address is where a letter goes.
type Address struct {
	Mail     string `json:"mail"`
	Language string `json:"language,omitempty"`
}

// A record is an entry as it is kept. What has come to stand since it was written
// is worked out when it is read.
type record struct {
	ID      string               `json:"id"`
	Stands  *authority.Authority `json:"stands,omitempty"`
	Pending *Change              `json:"pending,omitempty"`
	History []Event              `json:"history"`
}

// due reports whether the pending change is confirmed and its time has come.
func (rec *record) due(now time.Time) bool {
	p := rec.Pending
	return p != nil && p.Confirmed != nil && !now.Before(p.Confirmed.Effective)
}

// settle lets a change take effect that is due.
func (rec *record) settle(now time.Time) {
	if !rec.due(now) {
		return
	}
	p := rec.Pending
	rec.add(Event{At: p.Confirmed.Effective, Did: Effect, Digest: rec.digest(), Changes: rec.changes(), Enrols: rec.Stands == nil})
	to := p.To
	rec.Stands, rec.Pending = &to, nil
}

func (rec *record) add(e Event) { rec.History = append(rec.History, e) }

// changes says what the pending change changes.
func (rec *record) changes() []string { return authority.Differences(rec.Stands, &rec.Pending.To) }

func (rec *record) tightens() bool {
	return rec.Stands != nil && authority.Tightens(rec.Stands, &rec.Pending.To)
}

// digest fixes the pending change and what it changes, so that whoever confirms
// has seen what then stands.
func (rec *record) digest() string {
	p := rec.Pending
	text, err := json.Marshal(struct {
		Stands *authority.Authority
		To     authority.Authority
		Why    string
		By     string
		At     time.Time
	}{rec.Stands, p.To, p.Why, p.By, p.At})
	if err != nil {
		panic(err) // strings and times, whose years are bounded
	}
	sum := sha256.Sum256(append([]byte("rogatory.change/1\x00"), text...))
	return hex.EncodeToString(sum[:])
}

// entry is a record for whoever looks at it.
func (rec *record) entry(version int) *Entry {
	e := &Entry{ID: rec.ID, History: rec.History, Version: version}
	if rec.Stands != nil {
		e.Authority = *rec.Stands
	}
	if rec.Pending != nil {
		p := *rec.Pending
		p.Digest, p.Changes, p.Tightens = rec.digest(), rec.changes(), rec.tightens()
		e.Pending = &p
	}
	return e
}

// normal is an entry of its own, with every time in UTC to the microsecond, as it
// is read back.
func normal(a authority.Authority) authority.Authority {
	plain := func(t time.Time) time.Time {
		if t.IsZero() {
			return time.Time{}
		}
		return t.UTC().Truncate(time.Microsecond)
	}
	a.From, a.Until = plain(a.From), plain(a.Until)
	a.Contacts, a.Keys, a.Powers = slices.Clone(a.Contacts), slices.Clone(a.Keys), slices.Clone(a.Powers)
	a.Certificates, a.Recipients = slices.Clone(a.Certificates), slices.Clone(a.Recipients)
	for i := range a.Contacts {
		a.Contacts[i].On = plain(a.Contacts[i].On)
	}
	for i := range a.Keys {
		a.Keys[i].From, a.Keys[i].Until = plain(a.Keys[i].From), plain(a.Keys[i].Until)
	}
	for i := range a.Powers {
		a.Powers[i].Instruments = slices.Clone(a.Powers[i].Instruments)
	}
	return a
}
