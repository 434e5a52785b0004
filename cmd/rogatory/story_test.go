package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/rulebook"
)

// staffText is who works in the offices of the stories. Names are theirs alone.
const staffText = `
points = ["+49 30 18"]

[[person]]
name = "Imke"
roles = ["intake"]
[[person]]
name = "Rosa"
roles = ["reviewer"]
[[person]]
name = "Sami"
roles = ["senior"]
[[person]]
name = "Siri"
roles = ["senior"]
bound = true
[[person]]
name = "Jo"
roles = ["judge"]
[[person]]
name = "Cem"
roles = ["custodian"]
[[person]]
name = "Nils"
roles = ["notifier"]
[[person]]
name = "Olga"
roles = ["oversight"]
[[person]]
name = "Omar"
roles = ["oversight"]
[[person]]
name = "Adam"
roles = ["administrator"]
`

// people DIR [ID NAME COUNTRY]... puts the staff into an office, and enrols
// authorities.
func people(ts *testscript.TestScript, _ bool, args []string) {
	name := filepath.Join(ts.MkAbs(args[0]), settingsFile)
	text, err := os.ReadFile(name)
	ts.Check(err)
	text = bytes.Replace(text, []byte("points = []\n"), nil, 1)
	out := string(text) + staffText
	for rest := args[1:]; len(rest) >= 3; rest = rest[3:] {
		out += "\n[[authority]]\nid = \"" + rest[0] + "\"\nname = \"" + rest[1] + "\"\ncountry = \"" + rest[2] + "\"\ncontacts = [\"+00 1234\"]\nkey = \"age1example\"\n"
	}
	ts.Check(os.WriteFile(name, []byte(out), 0o600))
}

var refPattern = regexp.MustCompile(`\d\d-[0-9A-Z]{8}-[0-9A-Z]`)

// remember VARIABLE takes the case reference out of what was printed last.
func remember(ts *testscript.TestScript, _ bool, args []string) {
	ref := refPattern.FindString(ts.ReadFile("stdout"))
	if ref == "" {
		ts.Fatalf("nothing printed names a case")
	}
	if _, err := docket.ParseRef(ref); err != nil {
		ts.Fatalf("%v", err)
	}
	ts.Setenv(args[0], ref)
}

// answer FILE turns the questions printed last into a file in which every
// question is answered as its safeguard wants it: what a careful person would
// write if all were well.
func answer(ts *testscript.TestScript, _ bool, args []string) {
	var out strings.Builder
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		left, _, ok := strings.Cut(line, "=")
		words := strings.Fields(left)
		if !ok || strings.HasPrefix(line, "#") || len(words) == 0 {
			out.WriteString(line)
			continue
		}
		out.WriteString(strings.TrimSpace(left) + " = " + favour(words[len(words)-1]) + " | read in the file\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(out.String()), 0o600))
}

// favour is what the floor wants of a fact that is true or false.
func favour(name string) string {
	d, _, ok := rulebook.Floor().Vocabulary().Find(fact.Name(name))
	if !ok || d.Kind != fact.Bool {
		return ""
	}
	for _, r := range rulebook.Floor().Rules() {
		for _, a := range r.Holds.Atoms() {
			if a.Fact == d.Name && a.Op == rule.Equal {
				return d.Format(fact.OfBool((a.Operand == fact.OfBool(true)) == a.Wants))
			}
		}
	}
	return ""
}
