package law

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogatory/rogatory/fault"
)

func TestStartingHangsTogether(t *testing.T) {
	b := Starting()
	for _, p := range b.Problems() {
		t.Error(p)
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"clauses", len(b.Clauses()), 352},
		{"provisions", len(b.Provisions()), 171},
		{"classes", len(b.Classes()), 21},
		{"checks", len(b.Checks()), 63},
		{"traps", len(b.Traps()), 34},
		{"deadlines", len(b.Deadlines()), 20},
	} {
		if c.got != c.want {
			t.Errorf("%d %s, want %d", c.got, c.what, c.want)
		}
	}
}

func TestChecksOfTheGateway(t *testing.T) {
	for _, id := range []string{"C01", "C60", "C61", "C62", "C63"} {
		c, ok := Starting().Check(id)
		if !ok || c.Title == "" || c.Behaviour == "" || len(c.Basis) == 0 {
			t.Errorf("%s: %+v, %t", id, c, ok)
		}
	}
	c, _ := Starting().Check("C61")
	for family, status := range c.Status {
		if status != "omitted" {
			t.Errorf("C61 is %s under %s", status, family)
		}
	}
	_, ok := Starting().Check("C64")
	if ok {
		t.Error("there is a C64")
	}
	_, ok = Starting().Clause("uncc:99")
	if ok {
		t.Error("there is an art. 99")
	}
	_, ok = Starting().Provision("")
	if ok {
		t.Error("there is a provision of no name")
	}
}

// files are the embedded data, with one file changed.
func files(t *testing.T, name, old, new string) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	names, err := fs.Glob(embedded, "data/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, n := range names {
		data, err := embedded.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		base := strings.TrimPrefix(n, "data/")
		if base == name {
			changed := strings.Replace(string(data), old, new, 1)
			if changed == string(data) {
				t.Fatalf("%s has no %q", name, old)
			}
			data = []byte(changed)
		}
		all[base] = &fstest.MapFile{Data: data}
	}
	return all
}

func TestSHA256IsThatOfTheData(t *testing.T) {
	same, err := Compile(files(t, "", "", ""))
	if err != nil {
		t.Fatal(err)
	}
	other, err := Compile(files(t, "provisions.json", `"max_penalty_years": 8`, `"max_penalty_years": 9`))
	if err != nil {
		t.Fatal(err)
	}
	if same.SHA256() != Starting().SHA256() || len(same.SHA256()) != 64 || other.SHA256() == same.SHA256() {
		t.Errorf("%s, %s, %s", Starting().SHA256(), same.SHA256(), other.SHA256())
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, c := range []struct{ name, file, old, new, want string }{
		{"an unknown member", "classes.json", `"conduct"`, `"konduct"`, "classes.json"},
		{"what is no JSON", "parties.json", `"as_of"`, `as_of`, "parties.json:2"},
		{"a second document", "commencement.json", "\n}\n", "\n}\n{}\n", "after the end"},
		{"a day that is none", "commencement.json", "2024-01-31", "2024-31-01", "gb-soa-66b"},
		{"a treaty day that is none", "parties.json", "2004-07-01", "July 2004", "budapest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Compile(files(t, c.file, c.old, c.new))
			if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	for _, name := range []string{"instruments.json", "checks.json", "classes.json", "provisions.json", "commencement.json", "names.json", "parties.json"} {
		all := files(t, "", "", "")
		delete(all, name)
		_, err := Compile(all)
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, file, old, new, want string }{
		{"a check resting on nothing there is", "checks.json", `"std:c.canada"`, `"std:c.atlantis"`, "check C61 rests on std:c.atlantis"},
		{"a check resting on nothing", "checks.json", `["std:np1"]`, `[]`, "check C62 rests on no clause"},
		{"a status that is none", "checks.json", `"uncc": "omitted"`, `"uncc": "perhaps"`, "perhaps"},
		{"a class nobody described", "provisions.json", `"class": "defamation"`, `"class": "gossip"`, `class "gossip" is not described`},
		{"a class twice", "classes.json", `"class": "ict-fraud"`, `"class": "core-cyber"`, "described twice"},
		{"a class without provision", "classes.json", `"class": "ict-fraud"`, `"class": "bribery"`, "bribery has no provision"},
		{"a class that does not say whether it is protected", "classes.json", `"protected": "no"`, `"protected": "maybe"`, "protected and vague"},
		{"a country that is none", "provisions.json", `"country": "PH"`, `"country": "Philippines"`, `"Philippines" is no country`},
		{"a party that is none", "parties.json", `"AL"`, `"Albania"`, `"Albania" is no country`},
		{"an article that is no offence", "provisions.json", `"convention_offence": "7"`, `"convention_offence": "40"`, "no offence in art. 40"},
		{"a confidence that is none", "provisions.json", `"confidence": "high"`, `"confidence": "sure"`, `confidence "sure"`},
		{"a status of a law that is none", "provisions.json", `"status": "in-force"`, `"status": "new"`, `status "new"`},
		{"an id twice", "provisions.json", `"id": "ph-ra10175-4c4"`, `"id": "de-303b"`, "de-303b: the id is used twice"},
		{"a day for nothing", "commencement.json", `"gb-soa-66b"`, `"gb-soa-66z"`, "no provision gb-soa-66z"},
		{"a name for nothing", "names.json", `"law": "Codice penale"`, `"law": "Codice civile"`, "Codice civile"},
		{"a verification that is none", "instruments.json", `"verification": "from-memory"`, `"verification": "hearsay"`, "hearsay"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := Compile(files(t, c.file, c.old, c.new))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(b.Problems(), "\n"), c.want) {
				t.Errorf("problems %v, want %q", b.Problems(), c.want)
			}
		})
	}
}
