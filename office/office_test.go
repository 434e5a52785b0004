package office

import (
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/fault"
)

func TestExamplesRead(t *testing.T) {
	want := []string{"authority-br", "authority-de", "authority-fr", "authority-ke", "provider-de", "provider-ie", "provider-nl", "provider-us"}
	if !slices.Equal(Examples(), want) {
		t.Fatalf("examples are %v, want %v", Examples(), want)
	}
	for _, id := range Examples() {
		p, err := Example(id)
		if err != nil {
			t.Error(err)
			continue
		}
		kind, country, _ := strings.Cut(id, "-")
		if !strings.HasSuffix(p.Kind, kind) || !strings.EqualFold(p.Jurisdiction, country) || p.ID != id {
			t.Errorf("%s: kind %s, jurisdiction %s, id %s", id, p.Kind, p.Jurisdiction, p.ID)
		}
		for _, data := range []string{"traffic", "content"} {
			if !slices.Contains([]string{"court", "judge"}, p.Authoriser(data)) {
				t.Errorf("%s: %s data is authorised by %s", id, data, p.Authoriser(data))
			}
		}
		if len(p.ToCheck()) == 0 {
			t.Errorf("%s claims that all its national law is settled", id)
		}
		if p.SecrecyLimit() > SecrecyDays || len(p.Languages) == 0 || p.Calendar == "" || p.PhrasePacks == "" {
			t.Errorf("%s is incomplete: %+v", id, p)
		}
	}
	_, err := Example("provider-xx")
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown example gives %v", err)
	}
}

func TestDefaultIsStrict(t *testing.T) {
	p := Default(Provider, "AT")
	if p.Kind != Provider || p.Jurisdiction != "AT" || p.SecrecyLimit() != 90 {
		t.Errorf("%+v", p)
	}
	for _, data := range append([]string{"never heard of"}, Categories...) {
		if p.Authoriser(data) != "court" {
			t.Errorf("%s data is authorised by %s", data, p.Authoriser(data))
		}
	}
	if Default("", "AT").Kind != CentralAuthority {
		t.Error("an addressee of no kind is taken for a provider")
	}
	if (&Profile{}).Authoriser("content") != "court" || (&Profile{}).SecrecyLimit() != 90 {
		t.Error("the zero profile is lax")
	}
}

func TestReadRefuses(t *testing.T) {
	good, err := embedded.ReadFile("profiles/provider-de.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new, place, what string }{
		{"an unknown key", "calendar: DE", "calender: DE", "own.yaml:", `unknown key "calender"`},
		{"a missing key", "jurisdiction: DE\n", "", "own.yaml:3:1", `lacks "jurisdiction"`},
		{"a repeated key", "calendar: DE", "calendar: DE\ncalendar: FR", "own.yaml", "calendar"},
		{"another format", "rogatory.office/1", "rogatory.office/9", "own.yaml:3:9", "not a possible value"},
		{"a country that is none", "jurisdiction: DE", "jurisdiction: Germany", "own.yaml:5:15", "alpha-2"},
		{"a kind that is none", "kind: service-provider", "kind: bank", "own.yaml:6:7", "central-authority"},
		{"a prosecutor for content", "  content:\n    by: court", "  content:\n    by: prosecutor", "own.yaml", `"prosecutor" is not a possible value`},
		{"a category that is none", "  content:", "  gossip:", "own.yaml", `unknown key "gossip"`},
		{"secrecy beyond the floor", "days: 90", "days: 365", "own.yaml", "limit of secrecy"},
		{"secrecy without end", "days: 90", "days: 0", "own.yaml", "limit of secrecy"},
		{"secrecy renewed by the police", "renewable_by: court", "renewable_by: police", "own.yaml", "not a possible value"},
		{"a certainty that is none", "certainty: established", "certainty: sure", "own.yaml", "to be checked"},
		{"languages that are no list", "languages: [de, en]", "languages: de", "own.yaml", "a list is expected"},
		{"no language", "languages: [de, en]", "languages: []", "own.yaml", "languages is empty"},
		{"a language that is none", "languages: [de, en]", "languages: [German]", "own.yaml", "BCP 47"},
		{"a folder outside", "phrases/provider-de", "../secrets", "own.yaml", "without dots"},
		{"an empty name", "name: Example mail provider in Germany", "name: ''", "own.yaml:4:7", "a text is expected"},
		{"a text for a mapping", "notifies:\n  text: office\n  certainty: to be checked\n", "notifies: office\nx-", "own.yaml", "own.yaml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := strings.Replace(string(good), c.old, c.new, 1)
			if data == string(good) {
				t.Fatal("the case changes nothing")
			}
			_, err := Read([]byte(data), "own.yaml")
			if err == nil {
				t.Fatal("it was read")
			}
			if !strings.Contains(err.Error(), c.place) || !strings.Contains(err.Error(), c.what) {
				t.Errorf("%v\nlacks %q or %q", err, c.place, c.what)
			}
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("kind %v", fault.KindOf(err))
			}
		})
	}
}

func TestReadReportsEverythingAtOnce(t *testing.T) {
	_, err := Read([]byte("format: rogatory.office/1\nkind: bank\nfoo: 1\n"), "own.yaml")
	for _, want := range []string{"own.yaml:2:7", "own.yaml:3:1", `lacks "name"`, `lacks "secrecy"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
}

func TestReadRefusesWhatIsNoProfile(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":      "",
		"broken":       "format: [",
		"a list":       "- format\n",
		"a text":       "hello",
		"too large":    strings.Repeat("#", maxBytes+1),
		"aliased keys": "a: &a 1\nb: *a\n",
	} {
		_, err := Read([]byte(data), "own.yaml")
		if fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, id := range Examples() {
		data, err := embedded.ReadFile("profiles/" + id + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("authorises: {content: {by: prosecutor}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Read(data, "fuzz.yaml")
		if err != nil {
			return
		}
		for _, category := range []string{"traffic", "content"} {
			if !slices.Contains([]string{"court", "judge"}, p.Authoriser(category)) {
				t.Errorf("%s data is authorised by %s", category, p.Authoriser(category))
			}
		}
		if p.SecrecyLimit() > SecrecyDays {
			t.Errorf("secrecy of %d days", p.SecrecyLimit())
		}
	})
}
