package law

import (
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/fact"
)

func TestInForceBetween(t *testing.T) {
	for _, c := range []struct {
		name, instrument, x, y, day string
		want                        fact.Truth
	}{
		{"the UN convention is not in force", "uncc", "QA", "VN", "2026-11-23", fact.False},
		{"nor is it when no day is stated", "uncc", "QA", "VN", "", fact.False},
		{"nor is the second protocol", "budapest-p2", "JP", "RS", "2026-11-23", fact.False},
		{"two parties of Budapest", "budapest", "PH", "US", "2024-01-01", fact.True},
		{"one party of Budapest", "budapest", "RU", "DE", "2024-01-01", fact.False},
		{"before Budapest", "budapest", "DE", "US", "2004-06-30", fact.False},
		{"its first day", "budapest", "DE", "US", "2004-07-01", fact.True},
		{"no day", "budapest", "DE", "US", "", fact.Unknown},
		{"the day before the EU Regulation applies", "eu-eevidence", "DE", "IE", "2026-08-17", fact.False},
		{"its first day", "eu-eevidence", "DE", "IE", "2026-08-18", fact.True},
		{"Denmark is not bound", "eu-eevidence", "DE", "DK", "2026-10-01", fact.False},
		{"nor Ireland by the investigation order", "eio", "DE", "IE", "2024-01-01", fact.False},
		{"an investigation order", "eio", "FR", "DE", "2024-01-01", fact.True},
		{"no register of agreements", "cloud-act", "GB", "US", "2024-01-01", fact.Unknown},
		{"nor of bilateral ones", "bilateral", "CH", "US", "2024-01-01", fact.Unknown},
		{"comity needs none", "comity", "RU", "DE", "", fact.True},
		{"domestic law at home", "domestic", "DE", "DE", "", fact.True},
		{"domestic law abroad", "domestic", "DE", "FR", "", fact.False},
		{"domestic law of nowhere", "domestic", "", "", "", fact.False},
		{"a treaty with oneself", "budapest", "DE", "DE", "2024-01-01", fact.False},
		{"unknown", "unknown", "DE", "FR", "2024-01-01", fact.Unknown},
		{"never heard of", "gentlemen", "DE", "FR", "2024-01-01", fact.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, why := Starting().InForceBetween(c.instrument, c.x, c.y, at(t, c.day))
			if got != c.want || why == "" {
				t.Errorf("got %v, %q, want %v", got, why, c.want)
			}
		})
	}
}

func TestGoverning(t *testing.T) {
	for _, c := range []struct{ name, x, y, kind, day, want string }{
		{"a provider between bound States", "DE", "NL", "service-provider", "2026-10-15", "eu-eevidence budapest comity"},
		{"before the Regulation", "DE", "NL", "service-provider", "2026-01-15", "budapest comity"},
		{"central authorities between bound States", "DE", "FR", "central-authority", "2026-10-15", "eio budapest comity"},
		{"Ireland", "DE", "IE", "central-authority", "2026-10-15", "comity"},
		{"Denmark", "DE", "DK", "service-provider", "2026-10-15", "budapest comity"},
		{"outside", "KE", "US", "central-authority", "2026-10-15", "comity"},
		{"at home", "DE", "DE", "service-provider", "2026-10-15", "domestic"},
		{"no day", "DE", "NL", "service-provider", "", "comity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(Starting().Governing(c.x, c.y, c.kind, at(t, c.day)), " ")
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestTreatyAndUnion(t *testing.T) {
	b := Starting()
	for _, id := range []string{"uncc", "budapest", "budapest-p2", "eu-eevidence", "eio"} {
		treaty, ok := b.Treaty(id)
		if !ok || treaty.Source == "" || treaty.Confidence == "" {
			t.Errorf("%s: %+v, %t", id, treaty, ok)
		}
	}
	_, ok := b.Treaty("comity")
	if ok {
		t.Error("comity is a treaty")
	}
	if !b.EU("DK") || !b.EU("IE") || b.EU("GB") || b.EU("") {
		t.Error("the Union has the wrong members")
	}
}

func TestFind(t *testing.T) {
	b := Starting()
	first := func(q string) Entry {
		found := b.Find(q)
		if len(found) == 0 {
			return Entry{}
		}
		return found[0]
	}
	if e := first("UNCC:40.8"); e.ID != "uncc:40.8" || e.Kind != "clause" {
		t.Errorf("by id: %+v", e)
	}
	if e := first("c61"); e.Kind != "check" {
		t.Errorf("a check: %+v", e)
	}
	if e := first("PRESIDENT insulting tr"); e.ID != "tr-tck-299" {
		t.Errorf("all words in any order: %+v", e)
	}
	if !slices.ContainsFunc(b.Find("draft numbering"), func(e Entry) bool { return e.ID == "T01" }) {
		t.Error("the trap of draft numbers is not found")
	}
	if len(b.Find("  ")) != 0 || len(b.Find("president zebra")) != 0 {
		t.Error("nothing is found")
	}
}
