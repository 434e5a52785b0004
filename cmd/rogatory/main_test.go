package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(server{m}, map[string]func(){
		"rogatory": func() { collectLess(); os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestStories lives the user's stories by the real command line.
func TestStories(t *testing.T) { stories(t, "testdata/script/[a-k,m-z]*.txtar", "") }

// TestLives lives whole lives of cases. There are hundreds of commands in them,
// so they are given to the program as its users build it, and not to this one,
// which the race detector makes slow to start.
func TestLives(t *testing.T) { stories(t, "testdata/script/l*.txtar", build(t)) }

func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	make := exec.Command("go", "build", "-trimpath", "-o", dir, ".")
	make.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := make.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

func stories(t *testing.T, files, program string) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(files)
	if err != nil || len(names) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	testscript.Run(t, testscript.Params{
		Files: names,
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", filepath.Join(root, "examples"))
			if program != "" {
				e.Setenv("PATH", program+string(os.PathListSeparator)+e.Getenv("PATH"))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"make-big":   makeBig,
			"make-deep":  makeDeep,
			"make-raw":   makeRaw,
			"people":     people,
			"remember":   remember,
			"answer":     answer,
			"reads":      reads,
			"bring":      bring,
			"later":      later,
			"published":  published,
			"duty":       duty,
			"alter-leaf": alterLeaf,
			"absent":     absent,
			"document":   document,
			"suspend":    suspend,
			"makes-toml": makesToml,
			"setting":    sets,
			"database":   database,
		},
		Condition:           condition,
		RequireExplicitExec: true,
	})
}

// makeBig FILE BYTES makes a file of so many bytes, sparse where it can be.
func makeBig(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = f.WriteString(`{"format":"`)
	ts.Check(err)
	ts.Check(f.Truncate(n))
	ts.Check(f.Close())
}

// makeDeep FILE LEVELS nests arrays.
func makeDeep(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat("[", n)+strings.Repeat("]", n)), 0o600))
}

// makeRaw FILE TEMPLATE OLD NEW writes a copy of a file with Go-escaped bytes
// replaced.
func makeRaw(ts *testscript.TestScript, _ bool, args []string) {
	old, err := strconv.Unquote(`"` + strings.ReplaceAll(args[2], `"`, `\"`) + `"`)
	ts.Check(err)
	with, err := strconv.Unquote(`"` + strings.ReplaceAll(args[3], `"`, `\"`) + `"`)
	ts.Check(err)
	text := ts.ReadFile(args[1])
	if !strings.Contains(text, old) {
		ts.Fatalf("%s does not contain %q", args[1], old)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, old, with, 1)), 0o600))
}
