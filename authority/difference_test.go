package authority_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/rogatory/rogatory/authority"
)

func TestDifferences(t *testing.T) {
	from := whole(t)
	for _, c := range []struct {
		name     string
		change   func(*Authority)
		want     []string
		tightens bool
	}{
		{"nothing", func(*Authority) {}, nil, true},
		{"another mail address", func(a *Authority) { a.Mail = "x@justice.example" }, []string{"mail: greffe@justice.example becomes x@justice.example"}, false},
		{"no mail address", func(a *Authority) { a.Mail = "" }, []string{"mail: greffe@justice.example is removed"}, false},
		{"another country", func(a *Authority) { a.Country = "BE" }, []string{"country: FR becomes BE"}, false},
		{"another name", func(a *Authority) { a.Name = "X" }, []string{"name: Tribunal judiciaire de Paris becomes X"}, false},
		{"another role", func(a *Authority) { a.Role = "judge" }, []string{"role: court becomes judge"}, false},
		{"another hook", func(a *Authority) { a.Hook = "" }, []string{"address told of news: https://justice.example/rogatory is removed"}, false},
		{"no key", func(a *Authority) { a.Keys = nil }, []string{"key 2026 is removed"}, true},
		{"a key that ends sooner", func(a *Authority) { a.Keys[0].Until = start.AddDate(0, 1, 0) },
			[]string{"key 2026: SHA-256 KEY, until 2027-09-01 09:00 UTC becomes SHA-256 KEY, until 2026-10-01 09:00 UTC"}, true},
		{"a key that ends later", func(a *Authority) { a.Keys[0].Until = time.Time{} },
			[]string{"key 2026: SHA-256 KEY, until 2027-09-01 09:00 UTC becomes SHA-256 KEY"}, false},
		{"a key under another id", func(a *Authority) { a.Keys[0].ID = "b" },
			[]string{"key 2026 is removed", "key b is added: SHA-256 KEY, until 2027-09-01 09:00 UTC"}, false},
		{"no certificate", func(a *Authority) { a.Certificates = nil }, []string{"certificate " + strings.Repeat("ab", 32) + " is removed"}, true},
		{"no recipient", func(a *Authority) { a.Recipients = nil }, []string{"recipient age1" + strings.Repeat("q", 58) + " is removed"}, true},
		{"another recipient", func(a *Authority) { a.Recipients = append(a.Recipients, "age1"+strings.Repeat("p", 58)) },
			[]string{"recipient age1" + strings.Repeat("p", 58) + " is added"}, false},
		{"a narrower power", func(a *Authority) { a.Powers[0].Instruments = []string{"uncc"} },
			[]string{"power over subscriber: under any instrument becomes under uncc"}, true},
		{"a wider power", func(a *Authority) { a.Powers[1].Instruments = nil },
			[]string{"power over content: under budapest, eu-eevidence becomes under any instrument"}, false},
		{"every instrument there is, instead of any", func(a *Authority) {
			a.Powers[0].Instruments = []string{"uncc", "budapest", "budapest-p2", "eu-eevidence", "eio", "cloud-act", "bilateral", "comity", "domestic"}
		}, []string{"power over subscriber: under any instrument becomes under bilateral, budapest, budapest-p2, cloud-act, comity, domestic, eio, eu-eevidence, uncc"}, true},
		{"one power fewer", func(a *Authority) { a.Powers = a.Powers[:1] }, []string{"power over content is removed"}, true},
		{"one power more", func(a *Authority) { a.Powers = append(a.Powers, Power{Data: "traffic"}) },
			[]string{"power over traffic is added: under any instrument"}, false},
		{"a contact more", func(a *Authority) { a.Contacts = append(a.Contacts, Contact{Value: "+33 2"}) }, []string{"contact +33 2 is added"}, false},
		{"a contact fewer", func(a *Authority) { a.Contacts = nil }, []string{"contact +33 1 0000 is removed"}, false},
		{"a contact verified anew", func(a *Authority) { a.Contacts[0].By = "Rosa" }, []string{"contact +33 1 0000 is verified anew"}, false},
		{"an earlier end", func(a *Authority) { a.Until = start.AddDate(0, 1, 0) },
			[]string{"in force until: 2028-09-01 09:00 UTC becomes 2026-10-01 09:00 UTC"}, true},
		{"a later end", func(a *Authority) { a.Until = start.AddDate(3, 0, 0) },
			[]string{"in force until: 2028-09-01 09:00 UTC becomes 2029-09-01 09:00 UTC"}, false},
		{"no end", func(a *Authority) { a.Until = time.Time{} }, []string{"in force until: 2028-09-01 09:00 UTC is removed"}, false},
		{"an earlier beginning", func(a *Authority) { a.From = start.Add(-time.Hour) },
			[]string{"in force from: 2026-09-01 09:00 UTC becomes 2026-09-01 08:00 UTC"}, false},
		{"a suspension, whose reason is the office's own", func(a *Authority) { a.Suspended = "a mailbox was sold" },
			[]string{"the entry is suspended: nothing is released"}, true},
	} {
		to := copyOf(from)
		c.change(to)
		got := Differences(from, to)
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], from.Keys[0].Fingerprint(), "KEY")
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if Tightens(from, to) != c.tightens {
			t.Errorf("%s: tightens: %v", c.name, !c.tightens)
		}
	}
}

func TestASuspensionIsLiftedByNothingThatTightens(t *testing.T) {
	from, to := whole(t), whole(t)
	to.Keys, from.Keys, from.Suspended = nil, nil, "why"
	if Tightens(from, to) {
		t.Error("lifting a suspension tightens")
	}
	if diff := cmp.Diff([]string{"the suspension is lifted"}, Differences(from, to)); diff != "" {
		t.Error(diff)
	}
	to.Suspended = "another"
	if diff := cmp.Diff([]string{"the reason of the suspension is another"}, Differences(from, to)); diff != "" || !Tightens(from, to) {
		t.Error(diff)
	}
}

func TestAnEnrolmentSaysAll(t *testing.T) {
	got := Differences(nil, whole(t))
	for i, says := range []string{"id: fr-tj-paris", "name: ", "country: FR", "role: court", "mail: ", "language of letters: fr",
		"address told of news: ", "contact +33 1 0000 is added", "key 2026 is added: SHA-256 ", "certificate ", "recipient age1",
		"power over subscriber is added", "power over content is added", "in force from: ", "in force until: "} {
		if i >= len(got) || !strings.HasPrefix(got[i], says) {
			t.Fatalf("line %d of %q; want %q", i+1, got, says)
		}
	}
	for _, line := range got {
		if strings.Contains(line, "Imke") || strings.Contains(line, "directory of the ministry") {
			t.Errorf("%q tells of the office", line)
		}
	}
}

func copyOf(a *Authority) *Authority {
	b := *a
	b.Contacts, b.Keys, b.Powers = slices.Clone(a.Contacts), slices.Clone(a.Keys), slices.Clone(a.Powers)
	for i := range b.Powers {
		b.Powers[i].Instruments = slices.Clone(b.Powers[i].Instruments)
	}
	b.Certificates, b.Recipients = slices.Clone(a.Certificates), slices.Clone(a.Recipients)
	return &b
}

// TestWhatTightensGivesNothing asks two entries of chance about everything an
// entry can give.
func TestWhatTightensGivesNothing(t *testing.T) {
	base := whole(t)
	public := []string{base.Keys[0].Public, ed(t)}
	days := func(t *rapid.T, name string) time.Time {
		n := rapid.IntRange(0, 3).Draw(t, name)
		if n == 0 {
			return time.Time{}
		}
		return start.AddDate(0, 0, n)
	}
	some := func(t *rapid.T, name string, words ...string) []string {
		return rapid.SliceOfDistinct(rapid.SampledFrom(words), rapid.ID).Draw(t, name)
	}
	// Most changes of chance widen something: each draws one part anew.
	parts := []func(*rapid.T, *Authority){
		func(t *rapid.T, a *Authority) {
			a.Keys = nil
			for _, id := range some(t, "keys", "a", "b") {
				a.Keys = append(a.Keys, Key{ID: id, Public: rapid.SampledFrom(public).Draw(t, "key"), From: days(t, "from"), Until: days(t, "until")})
			}
		},
		func(t *rapid.T, a *Authority) {
			a.Powers = nil
			for _, data := range some(t, "powers", "subscriber", "content") {
				a.Powers = append(a.Powers, Power{data, some(t, "instruments", "uncc", "eio")})
			}
		},
		func(t *rapid.T, a *Authority) { a.Certificates = some(t, "certificates", "x", "y") },
		func(t *rapid.T, a *Authority) { a.Recipients = some(t, "recipients", "x", "y") },
		func(t *rapid.T, a *Authority) { a.From = days(t, "entry from") },
		func(t *rapid.T, a *Authority) { a.Until = days(t, "entry until") },
		func(t *rapid.T, a *Authority) {
			a.Suspended = rapid.SampledFrom([]string{"", "why"}).Draw(t, "suspended")
		},
	}
	gives := func(a *Authority) (list []string) {
		for hour := -12; hour < 5*24; hour += 12 {
			at := start.Add(time.Duration(hour) * time.Hour)
			for _, id := range []string{"a", "b"} {
				if key, err := a.KeyFor(id, at); err == nil {
					list = append(list, at.String()+id+written(t, key))
				}
			}
			if !a.InForce(at) {
				continue
			}
			if a.Suspended == "" {
				list = append(list, at.String()+" not suspended")
			}
			for _, s := range a.Certificates {
				list = append(list, at.String()+" certificate "+s)
			}
			for _, s := range a.Recipients {
				list = append(list, at.String()+" recipient "+s)
			}
			for _, data := range []string{"subscriber", "content", "traffic"} {
				for _, instrument := range []string{"uncc", "eio", "", "new"} {
					if a.May(data, instrument) {
						list = append(list, at.String()+data+instrument)
					}
				}
			}
		}
		return list
	}
	both := 0
	rapid.Check(t, func(t *rapid.T) {
		from := copyOf(base)
		for _, part := range parts {
			part(t, from)
		}
		to := copyOf(from)
		for range rapid.IntRange(1, 2).Draw(t, "changes") {
			rapid.SampledFrom(parts).Draw(t, "part")(t, to)
		}
		if !Tightens(from, to) {
			return
		}
		both++
		had := gives(from)
		for _, what := range gives(to) {
			if !slices.Contains(had, what) {
				t.Fatalf("tightens, and gives %s", what)
			}
		}
	})
	if both == 0 {
		t.Error("nothing tightened: nothing was checked")
	}
}
