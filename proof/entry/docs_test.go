package entry

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the list of what is not proved in docs/ledger.md")

// What a file may leave unproved is, in the specification, what the code knows.
func TestTheSpecificationHasWhatIsNotProved(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "ledger.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const start, end = "<!-- unproved -->\n", "<!-- end of unproved -->"
	before, rest, found := strings.Cut(string(data), start)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("the marks are missing")
	}
	now := before + start + unprovedTable(t) + end + after
	if *update {
		if err := os.WriteFile(path, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(data), now); diff != "" {
		t.Errorf("the list is another (-%s +now); read the change, then run the test with -update\n%s", path, diff)
	}
}

// unprovedTable lists the constants of type Unproved as they stand in the source.
func unprovedTable(t *testing.T) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "finding.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| not proved | what |\n|---|---|\n")
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			v := spec.(*ast.ValueSpec)
			word, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "| `%s` | %s |\n", word, strings.TrimSpace(v.Comment.Text()))
		}
	}
	return b.String()
}
