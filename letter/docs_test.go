package letter

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The table in the document is that of the program.
func TestTheDocumentHasTheKinds(t *testing.T) {
	const path, start, end = "../docs/letters.md", "<!-- kinds -->\n", "<!-- end of kinds -->"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), start)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("the marks of the table are missing")
	}
	now := before + start + kindTable() + end + after
	if *update {
		err := os.WriteFile(path, []byte(now), 0o644)
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(raw), now); diff != "" {
		t.Errorf("the table is another (-%s +now); read the change, then run the test with -update\n%s", path, diff)
	}
}

func kindTable() string {
	var b strings.Builder
	b.WriteString("| kind | needs | says if given | outcomes, and what they need besides |\n|---|---|---|---|\n")
	for _, r := range rules {
		var outcomes []string
		for _, o := range slices.Sorted(maps.Keys(r.outcomes)) {
			outcomes = append(outcomes, strings.TrimSuffix(o+" ("+r.outcomes[o]+")", " ()"))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.kind, strings.ReplaceAll(r.must, "|", " or "), r.may, strings.Join(outcomes, ", "))
	}
	return b.String()
}
