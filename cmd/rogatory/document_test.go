package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// document FILE TEMPLATE [PATH=VALUE]... writes a request like another, with
// members set or, where the value is empty, left out:
// measures.0.from=2026-01-01.
func document(ts *testscript.TestScript, _ bool, args []string) {
	var doc any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &doc))
	for _, arg := range args[2:] {
		path, value, ok := strings.Cut(arg, "=")
		if !ok {
			ts.Fatalf("%s sets nothing", arg)
		}
		set(ts, doc, strings.Split(path, "."), value)
	}
	out, err := json.MarshalIndent(doc, "", "  ")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out, 0o600))
}

func set(ts *testscript.TestScript, in any, path []string, value string) {
	switch in := in.(type) {
	case map[string]any:
		if len(path) > 1 {
			set(ts, in[path[0]], path[1:], value)
			return
		}
		if value == "" {
			delete(in, path[0])
			return
		}
		var v any
		if err := json.Unmarshal([]byte(value), &v); err != nil {
			v = value // a word needs no quotation marks
		}
		in[path[0]] = v
	case []any:
		n, err := strconv.Atoi(path[0])
		ts.Check(err)
		if len(path) == 1 {
			ts.Fatalf("a whole element is not set: %s", path)
		}
		set(ts, in[n], path[1:], value)
	default:
		ts.Fatalf("there is no %s", path)
	}
}

// suspend DIR suspends every authority in an office's register.
func suspend(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0] + "/" + settingsFile)
	text, err := os.ReadFile(name)
	ts.Check(err)
	ts.Check(os.WriteFile(name, []byte(strings.ReplaceAll(string(text), "key = \"age1example\"\n", "key = \"age1example\"\nsuspended = true\n")), 0o600))
}

// setting DIR NAME=VALUE... sets settings of an office.
func sets(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0] + "/" + settingsFile)
	data, err := os.ReadFile(file)
	ts.Check(err)
	text := string(data)
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		var kept []string
		for line := range strings.SplitSeq(text, "\n") {
			if word, _, ok := strings.Cut(strings.TrimPrefix(line, "# "), " "); ok && word == name {
				continue
			}
			kept = append(kept, line)
		}
		text = name + " = " + value + "\n" + strings.Join(kept, "\n")
	}
	ts.Check(os.WriteFile(file, []byte(text), 0o600))
}

// makesToml TEXT STDERR puts a text into office/office.toml, wants to be refused
// with words, and puts the file back.
func makesToml(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs("office/" + settingsFile)
	before, err := os.ReadFile(name)
	ts.Check(err)
	more := strings.ReplaceAll(strings.ReplaceAll(args[0], `\n`, "\n"), `\\`, `\`)
	text := string(before) + "\n" + more + "\n"
	if !strings.HasPrefix(more, "[") {
		text = more + "\n" + string(before)
	}
	ts.Check(os.WriteFile(name, []byte(text), 0o600))
	err = ts.Exec("rogatory", "case", "list", "--as", "Olga")
	ts.Check(os.WriteFile(name, before, 0o600))
	said := ts.ReadFile("stderr")
	if err == nil || !regexp.MustCompile(args[1]).MatchString(said) {
		ts.Fatalf("with %q in it: %v, %s", more, err, said)
	}
}
