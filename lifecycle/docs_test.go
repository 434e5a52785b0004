package lifecycle_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/lifecycle"
)

var update = flag.Bool("update", false, "rewrite the tables in docs/lifecycle.md")

// The picture and the tables in the document are those of the program. What
// stands between the marks is written by this test, and read by people before it
// is committed.
func TestTheDocumentIsDrawnFromTheTable(t *testing.T) {
	path := filepath.Join("..", "docs", "lifecycle.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	floor := lifecycle.Floor()
	was := string(data)
	now := between(t, was, "picture", fenced("mermaid", floor.Picture()))
	now = between(t, now, "rows", fenced("text", floor.Text()))
	now = between(t, now, "states", conditions(floor, false))
	now = between(t, now, "circumstances", conditions(floor, true))
	now = between(t, now, "permissions", fenced("text", floor.Permissions()))
	now = between(t, now, "combinations", fenced("text", lifecycle.Combinations()))
	if *update {
		err := os.WriteFile(path, []byte(now), 0o644)
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(was, now); diff != "" {
		t.Errorf("the table is another (-%s +now); read the change, then run the test with -update\n%s", path, diff)
	}
}

func between(t *testing.T, text, mark, table string) string {
	t.Helper()
	start, end := "<!-- "+mark+" -->\n", "<!-- end of "+mark+" -->"
	before, rest, found := strings.Cut(text, start)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("the marks of %s are missing", mark)
	}
	return before + start + table + end + after
}

func fenced(kind, text string) string { return "```" + kind + "\n" + text + "```\n" }

func conditions(floor lifecycle.Table, ofPapers bool) string {
	var b strings.Builder
	b.WriteString("| condition | whom it stops is told |\n|---|---|\n")
	for _, g := range floor.Conditions() {
		if g.OfPapers() == ofPapers {
			fmt.Fprintf(&b, "| %s | %s |\n", g.Name, g.Says)
		}
	}
	return b.String()
}
