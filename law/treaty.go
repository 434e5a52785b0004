package law

import (
	"io/fs"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
)

// A Treaty is an instrument with its parties. The zero InForce is: not in
// force. Days of accession are not on record, so being a party is a
// confirmation for a person at the court gate.
type Treaty struct {
	ID         string // uncc, budapest, budapest-p2, eu-eevidence, eio
	InForce    time.Time
	Parties    []string
	Confidence string
	Source     string
}

func (b *Book) readParties(files fs.FS) error {
	var f struct {
		AsOf        string `json:"as_of"`
		Note        string `json:"note"`
		Instruments map[string]struct {
			InForce    string   `json:"in_force"`
			Parties    []string `json:"parties"`
			Needs      string   `json:"needs"`
			Reported   []string `json:"ratifications_reported"`
			Confidence string   `json:"confidence"`
			Source     string   `json:"source"`
		} `json:"instruments"`
		Union []string `json:"european_union"`
	}
	err := read(files, "parties.json", &f)
	if err != nil {
		return err
	}
	b.treaties = make(map[string]Treaty, len(f.Instruments))
	for id, e := range f.Instruments {
		t := Treaty{ID: id, Parties: e.Parties, Confidence: e.Confidence, Source: e.Source}
		if e.InForce != "" {
			t.InForce, err = day(e.InForce)
			if err != nil {
				return fault.Invalidf("parties.json: "+id, "%q is not a day", e.InForce)
			}
		}
		b.treaties[id] = t
	}
	b.union = make(map[string]bool, len(f.Union))
	for _, state := range f.Union {
		b.union[state] = true
	}
	return nil
}

// Treaty finds an instrument by its word in the request document.
func (b *Book) Treaty(instrument string) (Treaty, bool) {
	t, ok := b.treaties[instrument]
	return t, ok
}

// EU reports whether a State is a member of the European Union. Being a member
// is not being bound: Denmark is in the Union and outside both instruments.
func (b *Book) EU(state string) bool { return b.union[state] }

// bound says whether an instrument binds one State on a day.
func (b *Book) bound(instrument, state string, on time.Time) fact.Truth {
	t, ok := b.treaties[instrument]
	switch {
	case !ok || t.Confidence == "low" || t.Confidence == "":
		return fact.Unknown
	case t.InForce.IsZero() || !slices.Contains(t.Parties, state):
		return fact.False
	case on.IsZero():
		return fact.Unknown
	}
	return fact.Of(!on.Before(t.InForce))
}

// InForceBetween says whether an instrument is in force between two States on
// a day, and why. x asks, y is asked.
func (b *Book) InForceBetween(instrument, x, y string, on time.Time) (fact.Truth, string) {
	switch instrument {
	case "comity":
		return fact.True, "comity needs no treaty"
	case "domestic":
		if x == y && x != "" {
			return fact.True, "both sides are in " + x
		}
		return fact.False, "domestic law of " + y + " is no basis for a request from " + x
	case "cloud-act", "bilateral":
		return fact.Unknown, "there is no register of bilateral agreements here: a person must name the agreement"
	}
	t, ok := b.treaties[instrument]
	switch {
	case !ok:
		return fact.Unknown, "no instrument is named that the registry knows"
	case t.InForce.IsZero():
		return fact.False, name(instrument) + " is not in force"
	case x == y:
		return fact.False, name(instrument) + " applies between States, and both sides are in " + x
	}
	both := b.bound(instrument, x, on).And(b.bound(instrument, y, on))
	if both == fact.True {
		return fact.True, name(instrument) + " is in force between " + x + " and " + y + " (parties: " + t.Source + ")"
	}
	for _, state := range []string{x, y} {
		if !slices.Contains(t.Parties, state) {
			return both, state + " is not on record as bound by " + name(instrument)
		}
	}
	if both == fact.Unknown {
		return both, "the day is not stated, or the parties are not certain"
	}
	return both, name(instrument) + " applies from " + t.InForce.Format(time.DateOnly)
}

// name is the instrument for a sentence.
func name(instrument string) string {
	switch instrument {
	case "uncc":
		return "the UN Convention against Cybercrime"
	case "budapest":
		return "the Convention on Cybercrime (Budapest)"
	case "budapest-p2":
		return "the Second Additional Protocol to the Convention on Cybercrime"
	case "eu-eevidence":
		return "Regulation (EU) 2023/1543"
	case "eio":
		return "Directive 2014/41/EU (European Investigation Order)"
	}
	return instrument
}

// Governing lists the instruments that could carry a request from x to an
// addressee in y instead, best first. Comity is always the last resort.
func (b *Book) Governing(x, y, addresseeKind string, on time.Time) []string {
	if x == y && x != "" {
		return []string{"domestic"}
	}
	var list []string
	for _, candidate := range []struct{ instrument, kind string }{
		{"eu-eevidence", "service-provider"},
		{"eio", "central-authority"},
		{"budapest", addresseeKind},
		{"uncc", addresseeKind},
	} {
		truth, _ := b.InForceBetween(candidate.instrument, x, y, on)
		if truth == fact.True && candidate.kind == addresseeKind {
			list = append(list, candidate.instrument)
		}
	}
	return append(list, "comity")
}
