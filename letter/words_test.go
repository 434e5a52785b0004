package letter

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/office"
)

// ids are those of every table, from where they are defined.
func ids(t *testing.T) map[string][]string {
	t.Helper()
	list := map[string][]string{
		"form":       {"day", "first", "moment", "item", "window", "kept"},
		"instrument": enum(t, "instrument"),
		"data":       enum(t, "measures", "data"),
		"mode":       enum(t, "measures", "mode"),
		"clock":      clocks(t),
	}
	for m := range 12 {
		list["month"] = append(list["month"], strconv.Itoa(m+1))
	}
	for _, s := range lifecycle.Stages() {
		list["stage"] = append(list["stage"], s.String())
	}
	for _, g := range office.Grounds() {
		list["ground"] = append(list["ground"], g.ID)
	}
	for table := range list {
		if len(list[table]) == 0 {
			t.Fatalf("no ids of %s were found", table)
		}
		slices.Sort(list[table])
	}
	return list
}

// enum is a list of the published schema of requests.
func enum(t *testing.T, member string, below ...string) []string {
	t.Helper()
	raw, err := os.ReadFile("../request/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	type schema struct {
		Properties map[string]json.RawMessage
		Items      json.RawMessage
		Ref        string                     `json:"$ref"`
		Defs       map[string]json.RawMessage `json:"$defs"`
		Enum       []any
	}
	read := func(raw []byte) (s schema) {
		err := json.Unmarshal(raw, &s)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	root := read(raw)
	at := read(root.Properties[member])
	for _, name := range below {
		if at.Items != nil {
			at = read(at.Items)
		}
		if at.Ref != "" {
			at = read(root.Defs[path.Base(at.Ref)])
		}
		at = read(at.Properties[name])
	}
	var list []string
	for _, e := range at.Enum {
		if s, ok := e.(string); ok {
			list = append(list, s)
		}
	}
	return list
}

// clocks are the constants of docket that name one, read from its source: docket
// stands above this package and does not show them.
func clocks(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../docket/clock.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "clock") {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, s)
		}
		return true
	})
	return list
}

func TestEveryLanguageHasAWordForEveryIDAndForNothingElse(t *testing.T) {
	want := ids(t)
	for _, language := range Languages() {
		tongue, err := speak(language)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][]string{}
		for table, words := range tongue.words {
			got[table] = slices.Sorted(maps.Keys(words))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the words in %s are not those of the lists (-list +%s):\n%s", language, language, diff)
		}
	}
}

var brace = regexp.MustCompile(`\{[a-z]+\}`)

func TestEveryPatternHasTheSamePlaces(t *testing.T) {
	english, err := speak("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range Languages() {
		tongue, err := speak(language)
		if err != nil {
			t.Fatal(err)
		}
		for id, form := range tongue.words["form"] {
			want, got := brace.FindAllString(english.words["form"][id], -1), brace.FindAllString(form, -1)
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Errorf("%s in %s has the places %v, and in English %v", id, language, got, want)
			}
		}
	}
}

// Two ids with the same words would be one thing to the reader.
func TestNoTwoIDsHaveTheSameWords(t *testing.T) {
	for _, language := range Languages() {
		tongue, err := speak(language)
		if err != nil {
			t.Fatal(err)
		}
		for table, words := range tongue.words {
			seen := map[string]string{}
			for id, w := range words {
				if other, ok := seen[w]; ok && table != "form" {
					t.Errorf("%s: %s and %s are both %q", language, id, other, w)
				}
				seen[w] = id
			}
		}
	}
}

func TestEveryLanguageHasTheSameTemplatesWithTheSamePlaces(t *testing.T) {
	want := places(t, "en")
	for _, language := range Languages() {
		if diff := cmp.Diff(want, places(t, language)); diff != "" {
			t.Errorf("the letters in %s say other things than those in English (-en +%s):\n%s", language, language, diff)
		}
	}
}

// places gives, for every template, the members it names, the templates it calls
// and the ids it compares with.
func places(t *testing.T, language string) map[string][]string {
	t.Helper()
	tongue, err := speak(language)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, tmpl := range tongue.letters.Templates() {
		if tmpl.Tree == nil || tmpl.Name() == language {
			continue
		}
		var list []string
		walk(tmpl.Root, func(n parse.Node) {
			switch n := n.(type) {
			case *parse.FieldNode:
				list = append(list, n.String())
			case *parse.TemplateNode:
				list = append(list, "template "+n.Name)
			case *parse.StringNode:
				list = append(list, n.Quoted)
			}
		})
		slices.Sort(list)
		all[tmpl.Name()] = slices.Compact(list)
	}
	return all
}

func walk(n parse.Node, do func(parse.Node)) {
	do(n)
	branch := func(b *parse.BranchNode) {
		walk(b.Pipe, do)
		walk(b.List, do)
		if b.ElseList != nil {
			walk(b.ElseList, do)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			walk(c, do)
		}
	case *parse.ActionNode:
		walk(n.Pipe, do)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			walk(c, do)
		}
	case *parse.CommandNode:
		for _, a := range n.Args {
			walk(a, do)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	}
}

func TestNoTemplateIsUnused(t *testing.T) {
	all := places(t, "en")
	used := map[string]bool{"rehearsal.subject": true, "rehearsal.body": true}
	for _, k := range Kinds() {
		used[string(k)+".subject"], used[string(k)+".body"] = true, true
	}
	for _, list := range all {
		for _, p := range list {
			if name, ok := strings.CutPrefix(p, "template "); ok {
				used[strings.Trim(name, `"`)] = true
			}
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(all))); diff != "" {
		t.Errorf("the templates are not those that are used (-used +there):\n%s", diff)
	}
}

// A subject is shown where anybody may look, and goes into a header.
func TestASubjectNamesNothingButACaseAndADay(t *testing.T) {
	allowed := []string{".Case", ".DueDay", ".Outcome", ".Late"}
	for name, list := range places(t, "en") {
		if !strings.HasSuffix(name, ".subject") {
			continue
		}
		for _, p := range list {
			if !slices.Contains(allowed, p) && !strings.HasPrefix(p, `"`) {
				t.Errorf("%s names %s", name, p)
			}
		}
	}
}

// What a person wrote, and what is called by an id, stands on a line of its own:
// behind a label, behind a dash, or quoted. So no line of a letter begins with it,
// and no language has to decline it.
func TestValuesStandOnLinesOfTheirOwn(t *testing.T) {
	inside := regexp.MustCompile(`\{\{-?\s*\.(Office|Reply|Reference|Authority|Country|Instrument|Stage|Clock|Link|Code|Proof|Decision|Told|Remedy|Questions|Changes)\s*-?\}\}|\{\{\.\}\}`)
	alone := regexp.MustCompile(`^(\{\{(if|else|range)[^}]*\}\})*(  (- |[^{}]+(:|：) ?)?\{\{\.[A-Za-z]*\}\}|\{\{\.(Told|Remedy|Questions|Changes)\}\})(\{\{end\}\}|\{\{else[^}]*\}\})*$`)
	files, err := fs.Glob(files, "text/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for i, l := range strings.Split(string(raw), "\n") {
			if !inside.MatchString(l) {
				continue
			}
			found++
			if !alone.MatchString(l) {
				t.Errorf("%s:%d: a value stands inside a sentence: %s", name, i+1, l)
			}
		}
		if found < 40 {
			t.Errorf("%s: only %d values were found", name, found)
		}
	}
}

func TestWordsAreReadStrictly(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"an entry before a table", "a = b", "w:1: an entry before the first table"},
		{"a table twice", "[a]\nx = y\n[a]", "w:3: there are two tables a"},
		{"an entry twice", "[a]\nx = y\nx = z", "w:3: x is said twice"},
		{"no words", "[a]\nx =", "w:2: this is no entry; write: id = words"},
		{"no id", "[a]\n= x", "w:2: this is no entry; write: id = words"},
		{"no entry", "# words\n\n[a]\nx", "w:4: this is no entry; write: id = words"},
	} {
		_, err := readWords("w", c.text)
		if fmt.Sprint(err) != c.want || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
