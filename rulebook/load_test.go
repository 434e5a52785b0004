package rulebook

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogatory/rogatory/fault"
)

// sound is a file that loads; the cases below spoil it.
const sound = `rules:
- id: local-prosecutor
  title: Our own prosecutor agrees
  gate: screening
  for: offence
  holds: 'offence.named && !offence.vague'
  counts: [requester, reviewer, court]
  otherwise: return
  absolute: false
  grounds: [missing-facts]
  basis: ["std:np1"]
  checks: [C06]
  why: A local habit.
  examples:
    - {given: {offence.named: true, offence.vague: false}, verdict: met}
    - {given: {offence.named: false}, verdict: not met}
    - {given: {}, verdict: unknown}
`

func folderOf(text string) fs.FS { return fstest.MapFS{"local.yaml": {Data: []byte(text)}} }

func TestSoundFileLoads(t *testing.T) {
	b, err := With(folderOf(sound))
	if err != nil {
		t.Fatal(err)
	}
	last := len(b.Rules()) - 1
	if b.IsFloor(last) || !b.IsFloor(last-1) || b.Family(last) != "local" || b.Rules()[last].ID != "local-prosecutor" {
		t.Errorf("rule %d is %s of %s, one of the floor: %v", last, b.Rules()[last].ID, b.Family(last), b.IsFloor(last))
	}
	if b.SHA256() == Floor().SHA256() {
		t.Error("an added file does not change the hash")
	}
	if got := b.Rule("local-prosecutor").Where; got != "local.yaml:2:3" {
		t.Errorf("it stands at %s, want local.yaml:2:3", got)
	}
}

func TestFilesAreReadInTheOrderOfTheirNames(t *testing.T) {
	second := strings.Replace(sound, "local-prosecutor", "local-second", 1)
	b, err := With(fstest.MapFS{
		"b.yaml": {Data: []byte(second)}, "a.yaml": {Data: []byte(sound)}, "notes.txt": {Data: []byte("not read")},
	})
	if err != nil {
		t.Fatal(err)
	}
	n := len(b.Rules())
	if b.Family(n-2) != "a" || b.Family(n-1) != "b" {
		t.Errorf("read in the order %s, %s", b.Family(n-2), b.Family(n-1))
	}
}

// Every error names file, line and column, and says what to do.
func TestFilesAreRefused(t *testing.T) {
	swap := func(old, with string) string {
		if !strings.Contains(sound, old) {
			t.Fatalf("the sound file has no %q", old)
		}
		return strings.Replace(sound, old, with, 1)
	}
	const keys = "id, title, gate, for, holds, counts, otherwise, absolute, background, grounds, basis, checks, why, examples"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"empty file", "", []string{"1:1: nothing in it; expected `rules:` at the top"}},
		{"only a comment", "# later\n", []string{"1:1: nothing in it; expected `rules:` at the top"}},
		{"a list", sound[len("rules:\n"):], []string{"1:1: expected `rules:` at the top"}},
		{"an open bracket", "rules: [", []string{"2:1: no readable YAML: did not find expected node content"}},
		{"a tab", "rules:\n\t- id: x\n", []string{"2:1: no readable YAML: found character that cannot start any token"}},
		{"a null byte", "rules:\x00", []string{"1:1: no readable YAML: control characters are not allowed (value: 0)"}},
		{"no such anchor", "rules: *a", []string{"1:8: no readable YAML: unknown anchor 'a' referenced"}},
		{"a second document", sound + "---\n" + sound, []string{"18:1: a second document; put all rules into one"}},
		{"too large", strings.Repeat("#", maxBytes+1), []string{"1:1: larger than 1048576 bytes; split it"}},
		{"facts", "facts: []\n" + sound, []string{`1:1: unknown key "facts"; use rules`}},
		{"no rules", "rules: []\n", []string{"1:1: expected a list of rules under `rules:`"}},
		{"rules as a mapping", "rules: {id: x}\n", []string{"1:1: expected a list of rules under `rules:`"}},
		{"misspelt absolute", swap("absolute", "absolut"), []string{`9:3: unknown key "absolut"; use ` + keys}},
		{"absolute in other words", swap("absolute: false", "absolute: yes"), []string{`9:13: absolute is true or false, not "yes"`}},
		{"key twice", swap("  why:", "  absolute: true\n  why:"), []string{`13:3: "absolute" stands twice`}},
		{"no id", swap("- id: local-prosecutor\n  title", "- title"), []string{`2:3: "id" is missing`}},
		{"id of nothing", swap("id: local-prosecutor", "id: ~"), []string{`2:7: "id" needs a text`}},
		{"title as a list", swap("Our own prosecutor agrees", "[a]"), []string{`3:10: "title" needs a text`}},
		{"no gate", swap("  gate: screening\n", ""), []string{`2:3: "gate" is missing`}},
		{"unknown gate", swap("gate: screening", "gate: door"), []string{`4:9: unknown gate "door": use one of intake, screening, court, disclosure, secrecy`}},
		{"unknown scope", swap("for: offence", "for: target"), []string{`5:8: unknown scope "target": use request, measure, offence or person`}},
		{"unknown effect", swap("otherwise: return", "otherwise: forward"), []string{`8:14: unknown effect "forward": use one of refuse, redirect, return, narrow`}},
		{"unknown source", swap("[requester,", "[requester, police,"), []string{`7:23: unknown source "police": use one of requester, registry, signal, reviewer, court`}},
		{"no sources", swap("[requester, reviewer, court]", "[]"), []string{`7:11: "counts" needs a list of at least one`}},
		{"one source, no list", swap("[requester, reviewer, court]", "court"), []string{`7:11: "counts" needs a list of at least one`}},
		{"no grounds", swap("  grounds: [missing-facts]\n", ""), []string{`2:3: "grounds" needs a list of at least one`}},
		{"unknown ground", swap("[missing-facts]", "[missing-facts, rudeness]"), []string{`10:28: "rudeness" is not in the closed list of grounds`}},
		{"list in a list", swap("[missing-facts]", "[[missing-facts]]"), []string{`10:13: "grounds" is a list of words`}},
		{"unknown provision", swap(`"std:np1"`, `"uncc:999"`), []string{"11:11: there is no provision \"uncc:999\" in the law data; `rogatory law find` searches it"}},
		{"unknown check", swap("[C06]", "[C06, C64]"), []string{`12:17: there is no check "C64"; they are C01 to C63`}},
		{"a rule that is a word", "rules: [x]\n", nil}, // and everything a rule needs is missing
		{"a signal that counts", swap("[requester,", "[signal,"), []string{"2:3: rule local-prosecutor: a signal raises questions and never clears one; it cannot count"}},
		{
			"a registry at the court", swap("gate: screening", "gate: court"),
			[]string{"2:3: rule local-prosecutor: at the court gate only reviewer and court count: what a registry or requester says satisfies there only once a person has confirmed it for this case"},
		},
		{"no expression", swap("  holds: 'offence.named && !offence.vague'\n", ""), []string{`2:3: "holds" is missing`}},
		{
			"unknown fact", swap("!offence.vague", "!offence.silly"),
			[]string{"6:29: there is no fact \"offence.silly\"; `rogatory rulebook list --facts` lists them"},
		},
		{
			"unknown fact, no quotes", swap("'offence.named && !offence.vague'", "offence.named && !offence.silly"),
			[]string{"6:28: there is no fact \"offence.silly\"; `rogatory rulebook list --facts` lists them"},
		},
		{
			"behind a letter of more than one byte", swap("holds: 'offence.named && !offence.vague'", `holds: "offence.standing == 'é'"`),
			[]string{`6:31: offence.standing has no option "é": use one of in-force, repealed, struck-down, bill`},
		},
		{
			"behind an escape: at the beginning", swap("'offence.named && !offence.vague'", `"offence.standing == \"in-force\" && offence.silly"`),
			[]string{"6:10: there is no fact \"offence.silly\"; `rogatory rulebook list --facts` lists them"},
		},
		{
			"on a later line: at the beginning", swap("'offence.named && !offence.vague'", "offence.named &&\n    offence.silly"),
			[]string{"6:10: there is no fact \"offence.silly\"; `rogatory rulebook list --facts` lists them"},
		},
		{
			"block: at the beginning", swap("'offence.named && !offence.vague'", "|\n    offence.named &&\n    offence.silly"),
			[]string{"6:10: there is no fact \"offence.silly\"; `rogatory rulebook list --facts` lists them"},
		},
		{
			"folded block: at the beginning", swap("'offence.named && !offence.vague'", ">-\n    offence.silly"),
			[]string{"6:10: there is no fact \"offence.silly\"; `rogatory rulebook list --facts` lists them"},
		},
		{
			"lines that end in a return: at the beginning", strings.NewReplacer("!offence.vague", "offence.silly", "\n", "\r").Replace(sound),
			[]string{"6:10: there is no fact \"offence.silly\"; `rogatory rulebook list --facts` lists them"},
		},
		{
			"in a last line without an end", sound + "- {for: offence, holds: 'offence.named b'}",
			append(wanting("18:3"), "18:40: expected && or || or the end, not \"b\""),
		},
		{"no examples", sound[:strings.Index(sound, "  examples")], []string{"2:3: rule local-prosecutor has no examples; give one of each verdict"}},
		{"examples as a word", sound[:strings.Index(sound, "  examples")] + "  examples: none\n", []string{"2:3: rule local-prosecutor has no examples; give one of each verdict"}},
		{"no example that is not met", swap("    - {given: {offence.named: false}, verdict: not met}\n", ""), []string{`2:3: rule local-prosecutor has no example of verdict "not met"; give one of each`}},
		{"an example that does not come out", swap("{offence.named: false}", "{offence.named: true}"), []string{"2:3: rule local-prosecutor: local.yaml:16:7: the example says not met, the rule says unknown"}},
		{"an example of no verdict", swap("verdict: not met", "verdict: refused"), []string{`16:48: unknown verdict "refused": use met, not met or unknown`}},
		{"an example about no fact", swap("{offence.named: false}", "{offence.silly: false}"), []string{`16:16: there is no fact "offence.silly"`}},
		{"an example of another type", swap("{offence.named: false}", "{offence.named: maybe}"), []string{`16:31: offence.named is a bool, not the text "maybe"`}},
		{"an example of a text", swap("{offence.named: false}", "{offence.named: 'false'}"), []string{`16:31: offence.named is a bool, not the text "false"`}},
		{"an example that cannot be read", swap("{offence.named: false}", "{offence.named: !!int x}"), nil},
		{"an example without facts", swap("{given: {}, verdict", "{verdict"), []string{"17:7: an example says what is given, {} for nothing"}},
		{"an unknown key in an example", swap("{given: {}, verdict", "{given: {}, because: x, verdict"), []string{`17:19: unknown key "because"; use given, verdict`}},
		{
			"several errors at once", strings.NewReplacer("gate: screening", "gate: door", "[C06]", "[C99]", "absolute", "absolut").Replace(sound),
			[]string{
				`9:3: unknown key "absolut"; use ` + keys,
				`4:9: unknown gate "door": use one of intake, screening, court, disclosure, secrecy`,
				`12:12: there is no check "C99"; they are C01 to C63`,
			},
		},
	} {
		_, err := With(folderOf(c.text))
		if err == nil {
			t.Errorf("%s: it loads", c.name)
			continue
		}
		if got := fault.KindOf(err); got != fault.Invalid {
			t.Errorf("%s: kind %d, want Invalid", c.name, got)
		}
		lines := strings.Split(err.Error(), "\n")
		for _, line := range lines {
			if !placed.MatchString(line) {
				t.Errorf("%s: no file, line and column in %q", c.name, line)
			}
		}
		if c.want == nil {
			continue
		}
		for i, w := range c.want {
			c.want[i] = "local.yaml:" + w
		}
		if diff := cmp.Diff(c.want, lines); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

// wanting is what is said of a rule that has only scope and expression.
func wanting(at string) []string {
	var list []string
	for _, key := range []string{"id", "title", "gate", "counts", "otherwise", "grounds", "basis", "checks", "why"} {
		what := "is missing"
		if slices.Contains([]string{"counts", "grounds", "basis", "checks"}, key) {
			what = "needs a list of at least one"
		}
		list = append(list, fmt.Sprintf("%s: %q %s", at, key, what))
	}
	return list
}

var placed = regexp.MustCompile(`^local\.yaml:[1-9]\d*:[1-9]\d*: `)

// The floor cannot be redefined, and nothing is defined twice.
func TestRedefiningIsAConflict(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
	}{
		{
			"a rule of the floor", strings.Replace(sound, "local-prosecutor", "sender-verified", 1),
			"local.yaml:2:3: rule sender-verified is already defined at floor/sender.yaml:5:3; no rule can be redefined, add one under another id",
		},
		{
			"one's own rule", sound + sound[len("rules:\n"):],
			"local.yaml:18:3: rule local-prosecutor is already defined at local.yaml:2:3; no rule can be redefined, add one under another id",
		},
	} {
		_, err := With(folderOf(c.text))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
		if got := fault.KindOf(err); got != fault.Conflict {
			t.Errorf("%s: kind %d, want Conflict", c.name, got)
		}
	}
}

// A folder from which nothing, or not everything, would be read is refused:
// what is passed over in silence protects nobody.
func TestFoldersAreRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		folder fs.FS
		want   string
	}{
		{"empty", fstest.MapFS{}, "the rulebook folder holds no file ending in .yaml"},
		{"only other files", fstest.MapFS{"notes.txt": {}}, "the rulebook folder holds no file ending in .yaml"},
		{"not there", missing{}, "the rulebook folder cannot be read: open .: file does not exist"},
		{"the other ending", fstest.MapFS{"a.yaml": {Data: []byte(sound)}, "b.yml": {}}, "b.yml: would not be read; let its name end in .yaml"},
		{"capitals", fstest.MapFS{"b.YAML": {}}, "b.YAML: would not be read; let its name end in .yaml"},
		{"a folder of that name", fstest.MapFS{"a.yaml/b.yaml": {}}, "a.yaml: cannot be read: read a.yaml: invalid argument"},
	} {
		_, err := With(c.folder)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
		if got := fault.KindOf(err); got != fault.Invalid {
			t.Errorf("%s: kind %d, want Invalid", c.name, got)
		}
	}
}

type missing struct{}

func (missing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// The floor's own files are read as strictly.
func TestASpoiltFloorDoesNotLoad(t *testing.T) {
	for _, c := range []struct {
		name, file, old, with, want string
	}{
		{"fact twice", "facts", "name: request.facts_told", "name: request.political", "floor/facts.yaml:8:1: fact request.political is declared twice"},
		{"unknown type", "facts", "type: bool", "type: text", `unknown type "text"`},
		{"no such option", "facts", "with: measure.window_bounded", "with: nothing", "to be settled with"},
		{"unknown check", "behaviour", "C02:", "C99:", `floor/behaviour.yaml:5:3: there is no check "C99"; they are C01 to C63`},
		{"behaviour elsewhere", "behaviour", "behaviour:", "behavior:", "floor/behaviour.yaml:4:1: expected `behaviour:` at the top"},
		{"a rule about a fact that is gone", "facts", "name: request.political,", "name: request.policy,", "floor/conduct.yaml"},
	} {
		base := make(fstest.MapFS)
		names, err := fs.Glob(floor, "floor/*.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := fs.ReadFile(floor, name)
			if err != nil {
				t.Fatal(err)
			}
			text := string(data)
			if name == fmt.Sprintf("floor/%s.yaml", c.file) {
				if !strings.Contains(text, c.old) {
					t.Fatalf("%s: no %q in %s", c.name, c.old, name)
				}
				text = strings.Replace(text, c.old, c.with, 1)
			}
			base[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if _, err := load(base, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
		delete(base, "floor/"+c.file+".yaml")
		if _, err := load(base, nil); err == nil || !strings.Contains(err.Error(), "cannot be read") {
			t.Errorf("without %s: %v", c.file, err)
		}
	}
}

func FuzzRules(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte(strings.Replace(sound, "'offence.named && !offence.vague'", ">-\n    offence.silly", 1)))
	f.Add([]byte("rules: &a [*a]"))
	f.Add([]byte("rules:\u0085- {holds: 'a b'}\u0085"))
	f.Add([]byte("\ufeffrules:\r\n- holds: \"\\x61 b\"\r\n"))
	f.Add([]byte("rules: [{<<: {id: x}, examples: [{given: {request.political: !!int 1}}]}]"))
	for _, family := range []string{"sender", "measure", "secrecy"} {
		data, err := fs.ReadFile(floor, "floor/"+family+".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:min(len(data), 1500)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		f := &file{name: "local.yaml"}
		b := &Book{voc: Floor().Vocabulary()}
		if top := f.parse(data); top != nil {
			b.add(f, f.rules(top, b.voc), "local")
		}
		for _, err := range f.errs {
			var fault *fault.Fault
			if !errors.As(err, &fault) || !placed.MatchString(err.Error()) {
				t.Fatalf("no place in %v", err)
			}
		}
		if len(f.errs) == 0 && len(b.rules) == 0 {
			t.Fatal("no rule, and no error")
		}
		for _, r := range b.rules {
			if err := errors.Join(r.Check(), r.Try(b.voc)); err != nil {
				t.Fatalf("an unfit rule was loaded: %v", err)
			}
		}
	})
}
