package main

import (
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/proof/entry"
)

// verifiedValues are those of a finding. A time that nobody vouches for is null.
type verifiedValues struct {
	Origin    string           `json:"origin"`
	Size      uint64           `json:"size"`
	Quorum    bool             `json:"quorum"`
	Witnesses []verifiedSeen   `json:"witnesses"`
	Entries   []verifiedEntry  `json:"entries"`
	Duties    []verifiedDuty   `json:"duties"`
	Refused   []verifiedReason `json:"refused"`
	NotProved []entry.Unproved `json:"not_proved"`
}

type verifiedSeen struct {
	Witness string    `json:"witness"`
	At      time.Time `json:"at"`
}

type verifiedBounds struct {
	NotBefore *time.Time `json:"not_before"`
	NotAfter  *time.Time `json:"not_after"`
}

type verifiedEntry struct {
	Index   uint64         `json:"index"`
	Kind    ledger.Kind    `json:"kind"`
	Epoch   ledger.Epoch   `json:"epoch"`
	Entered verifiedBounds `json:"entered"`
	Values  ledger.Event   `json:"values"`
	Shut    []string       `json:"shut"`
	Counted []string       `json:"counted"`
}

type verifiedDuty struct {
	Index      uint64         `json:"index"`
	Class      ledger.Class   `json:"class"`
	Opened     ledger.Epoch   `json:"opened"`
	Entered    verifiedBounds `json:"entered"`
	FirstDue   ledger.Date    `json:"first_due"`
	Due        ledger.Date    `json:"due"`
	Extensions int            `json:"extensions"`
	Held       bool           `json:"held_beyond_limit"`
	Settled    *verifiedEnd   `json:"settled"`
}

type verifiedEnd struct {
	As      ledger.Settlement `json:"as"`
	By      ledger.Role       `json:"by"`
	Signed  ledger.Epoch      `json:"signed_for"`
	Entered verifiedBounds    `json:"entered"`
	Late    bool              `json:"late"`
}

type verifiedReason struct {
	Index uint64 `json:"index"`
	Why   string `json:"why"`
}

// valuesOf gives the values of a finding, nil if there is none.
func valuesOf(f *entry.Finding) *verifiedValues {
	if f == nil {
		return nil
	}
	v := &verifiedValues{
		Origin: f.Origin, Size: f.Checkpoint.Size, Quorum: f.Checkpoint.Quorum, NotProved: f.NotProved,
		Witnesses: []verifiedSeen{}, Entries: []verifiedEntry{}, Duties: []verifiedDuty{}, Refused: []verifiedReason{},
	}
	for _, w := range f.Checkpoint.Cosigned {
		v.Witnesses = append(v.Witnesses, verifiedSeen{w.Witness, w.At})
	}
	for _, o := range f.Entries {
		v.Entries = append(v.Entries, verifiedEntry{o.Index, o.Kind, o.Epoch, boundsOf(o.Entered), o.Values, append([]string{}, o.Shut...), o.Counted})
	}
	for _, d := range f.Duties {
		out := verifiedDuty{
			Index: d.Index, Class: d.Class, Opened: d.Opened, Entered: boundsOf(d.Entered),
			FirstDue: d.FirstDue, Due: d.Due, Extensions: d.Extensions, Held: d.Held,
		}
		if d.Settled != "" {
			out.Settled = &verifiedEnd{d.Settled, d.By, d.SettledIn, boundsOf(d.SettledAt), d.Late}
		}
		v.Duties = append(v.Duties, out)
	}
	for _, r := range f.Refused {
		v.Refused = append(v.Refused, verifiedReason{r.Index, r.Why})
	}
	return v
}

func boundsOf(b entry.Between) (v verifiedBounds) {
	if !b.NotBefore.IsZero() {
		v.NotBefore = &b.NotBefore
	}
	if !b.NotAfter.IsZero() {
		v.NotAfter = &b.NotAfter
	}
	return v
}
