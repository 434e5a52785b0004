package monitor

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

var update = flag.Bool("update", false, "rewrite the list of alarms in docs/ledger.md")

// unsaid are the meanings of kinds whose names say them already.
var unsaid = map[Kind]string{
	SameKey: "one key stands for several roles, so that one hand can do what takes two",
}

// The list of alarms in the specification is that of the code, with what the code
// says of each.
func TestTheSpecificationHasTheAlarms(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "ledger.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const start, end = "<!-- alarms -->\n", "<!-- end of alarms -->"
	before, rest, found := strings.Cut(string(data), start)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("the marks of the alarms are missing")
	}
	now := before + start + alarmTable(t) + end + after
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

// alarmTable lists the constants of type Kind as they stand in the source: the
// list is closed because nothing else is one.
func alarmTable(t *testing.T) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "alarm.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n\n| alarm | what it says | |\n|---|---|---|\n", strings.TrimSpace(group.Doc.Text()))
		for _, spec := range group.Specs {
			v := spec.(*ast.ValueSpec)
			word, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			kind, notice := Kind(word), ""
			says := strings.TrimSpace(v.Comment.Text())
			if says == "" {
				says = unsaid[kind]
			}
			if says == "" {
				t.Errorf("nothing is said of %s", kind)
			}
			if kind.Notice() {
				notice = "notice"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", kind, says, notice)
		}
	}
	return b.String() + "\n"
}
