package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

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
		out += enrolledText(rest[0], rest[1], rest[2])
	}
	ts.Check(os.WriteFile(name, []byte(out), 0o600))
}

// enrolled is an authority of the register.
func enrolledText(id, name, country string) string {
	return fmt.Sprintf("\n[[authority]]\nid = %q\nname = %q\ncountry = %q\ncontacts = [\"+00 1234\"]\nkey = \"age1example\"\n", id, name, country)
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

// reads NAME CASE GATE lets somebody settle all that is open before a gate, as
// every safeguard wants it.
func reads(ts *testscript.TestScript, _ bool, args []string) {
	name, ref, gate := args[0], args[1], args[2]
	file := "answers-" + gate + ".txt"
	ts.Check(ts.Exec("rogatory", "case", "questions", "--as", name, "--why", "to settle what is open", "--gate", gate, ref))
	if !strings.Contains(ts.ReadFile("stdout"), "\n# -- before "+gate) {
		return // nothing is open
	}
	answer(ts, false, []string{file})
	ts.Check(ts.Exec("rogatory", "case", "assert", "--as", name, "--file", file, ref))
}

// steps is the straight way of a granted request, by the command line of each
// of the people: the person is told, and has a week before anything leaves. The stories that are about something else begin on it.
var steps = []struct {
	stage string
	do    [][]string
}{
	{"received", [][]string{{"new", "--as", "Imke", "--channel", "registered", "--authenticated", "DOCUMENT"}}},
	{"assigned", [][]string{{"assign", "--as", "Imke", "CASE", "Rosa", "Sami", "Siri", "Cem", "Nils"}}},
	{"forwarded", [][]string{{"decide", "--as", "Rosa", "CASE", "forward", "--why", "every safeguard of screening holds"}}},
	{"applied", [][]string{{"READS", "Rosa", "court"}, {"decide", "--as", "Rosa", "CASE", "apply", "--why", "to the court"}}},
	{"granted", [][]string{{"grant", "--as", "Jo", "CASE", "--item", "0", "--by", "judge", "--court", "AG Berlin", "--expires", "EXPIRES", "--why", "nothing milder is enough"}}},
	{"collected", [][]string{{"collect", "--as", "Cem", "CASE", "0=subscriber.csv", "--why", "exported from the customer register"}}},
	{"sealed", [][]string{{"decide", "--as", "Cem", "CASE", "seal"}, {"READS", "Rosa", "disclosure"}}},
	{"told", [][]string{{"notify", "--as", "Nils", "CASE", "told", "--way", "letter", "--proof", "copy and receipt", "--remedy", "complaint to the AG Berlin within a week; oversight body of the Land"}}},
	{"waited", [][]string{{"LATER", "8"}, {"PUBLISHED"}}},
	{"released", [][]string{{"release", "--as", "Rosa", "CASE"}, {"release", "--as", "Siri", "CASE"}}},
}

// later DAYS lets days pass in a rehearsal.
func later(ts *testscript.TestScript, _ bool, args []string) {
	now, err := time.Parse(time.RFC3339, ts.Getenv(clockVariable))
	ts.Check(err)
	days, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Setenv(clockVariable, now.AddDate(0, 0, days).Format(time.RFC3339))
}

// bring STAGE VARIABLE DOCUMENT [EXPIRES] brings a request straight to a stage.
func bring(ts *testscript.TestScript, _ bool, args []string) {
	ref := ""
	for _, step := range steps {
		for _, do := range step.do {
			if do[0] == "READS" {
				reads(ts, false, []string{do[1], ref, do[2]})
				continue
			}
			if do[0] == "LATER" {
				later(ts, false, do[1:])
				continue
			}
			if do[0] == "PUBLISHED" {
				published(ts, false, nil)
				continue
			}
			line := []string{"case"}
			for _, word := range do {
				switch word {
				case "CASE":
					word = ref
				case "DOCUMENT":
					word = args[2]
				case "EXPIRES":
					word = "2026-10-01"
					if len(args) > 3 {
						word = args[3]
					}
				}
				line = append(line, word)
			}
			ts.Check(ts.Exec("rogatory", line...))
			if ref == "" {
				remember(ts, false, []string{args[1]})
				ref = ts.Getenv(args[1])
			}
		}
		if step.stage == args[0] {
			return
		}
	}
	ts.Fatalf("there is no step %q", args[0])
}
