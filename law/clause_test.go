package law

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestCite(t *testing.T) {
	for _, c := range []struct{ name, id, want string }{
		{"text read: down to the letter", "bud:27.4.a", "Convention on Cybercrime (Budapest), art. 27(4)(a)"},
		{"number confirmed", "uncc:6.2", "UN Convention against Cybercrime, art. 6(2)"},
		{"from memory: no paragraph", "uncc:40.8", "UN Convention against Cybercrime, art. 40 (to be checked)"},
		{"an uncertain number is not printed", "uncc:40.25", "UN Convention against Cybercrime, art. 40 (to be checked)"},
		{"uncertain letters are not printed", "uncc:53", "UN Convention against Cybercrime, art. 53(3)"},
		{"several articles", "bud:20-21", "Convention on Cybercrime (Budapest), arts 20-21"},
		{"a recital", "eu:rec11", "Regulation (EU) 2023/1543, recital 11"},
		{"an annex", "eu:annexIII", "Regulation (EU) 2023/1543, Annex III, sections A-H"},
		{"another act of the package", "eu:dir.3", "Directive (EU) 2023/1544, art. 3"},
		{"a principle", "std:np5", "Necessary and Proportionate Principles, principle 5 (Proportionality)"},
		{"a covenant", "std:iccpr19", "International Covenant on Civil and Political Rights, art. 19 with General Comment 34 (to be checked)"},
		{"a judgment", "std:prok.indep", "C-746/18 Prokuratuur"},
		{"a section of the U.S. Code", "us:2705.a", "18 U.S.C. 2705(a)(1)-(4)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			clause, ok := Starting().Clause(c.id)
			if !ok || clause.Cite() != c.want {
				t.Errorf("got %q, %t, want %q", clause.Cite(), ok, c.want)
			}
		})
	}
}

func TestFromMemoryIsNeverCitedAsChecked(t *testing.T) {
	for _, c := range Starting().Clauses() {
		memory := c.Verification == "from-memory"
		marked := strings.HasSuffix(c.Cite(), ToBeChecked)
		if memory != marked {
			t.Errorf("%s (%s) is cited as %q", c.ID, c.Verification, c.Cite())
		}
		if strings.Contains(c.Cite(), "unverified") || c.Source == "" {
			t.Errorf("%s: %q, source %q", c.ID, c.Cite(), c.Source)
		}
	}
	if !strings.HasSuffix((Clause{Instrument: "uncc", Article: "40", Paragraph: "8"}).Cite(), "art. 40"+ToBeChecked) {
		t.Error("a clause of no verification is cited as checked")
	}
}

func TestCitationsGolden(t *testing.T) {
	var b strings.Builder
	for _, c := range Starting().Clauses() {
		b.WriteString(c.ID + "\t" + c.Cite() + "\n")
	}
	path := filepath.Join("testdata", "citations.txt")
	if *update {
		err := os.MkdirAll("testdata", 0o755)
		if err != nil {
			t.Fatal(err)
		}
		err = os.WriteFile(path, []byte(b.String()), 0o644)
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	diff := cmp.Diff(string(want), b.String())
	if diff != "" {
		t.Error(diff)
	}
}
