package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/witness"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"rogatory-witness": func() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestStories lives the stories of a watchdog by the real command line.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			// the past of the office, the same in every command of a story
			e.Values["now"] = time.Now()
			other, err := ledger.LogKey(origin, public(key("other")))
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(e.WorkDir, "other.vkey"), []byte(other), 0o644); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(e.WorkDir, "vkey"), []byte(logKey()+"\n"), 0o644)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"publish":   publish,
			"forge":     forge,
			"policy":    policy,
			"witnessed": witnessed,
			"served":    served,
			"status":    status,
		},
	})
}

// publish DIR AGO [-w=NAME,NAME] [-other] ACT... publishes the log of an office
// that has worked for ten days, until so many epochs ago.
func publish(ts *testscript.TestScript, _ bool, args []string) {
	o := &office{ts: ts, named: make(map[string]ledger.ID)}
	dir := ts.MkAbs(args[0])
	ago, err := strconv.Atoi(args[1])
	ts.Check(err)
	args = args[2:]
	var witnesses []string
	if len(args) > 0 && strings.HasPrefix(args[0], "-w=") {
		witnesses = strings.Split(args[0][3:], ",")
		args = args[1:]
	}
	if len(args) > 0 && args[0] == "-other" { // another past of the same log
		o.seen = 1 << 20
		args = args[1:]
	}
	now := ts.Value("now").(time.Time)
	from := ledger.EpochAt(now.AddDate(0, 0, -10), 360)
	o.open(from)
	o.epochs(from, ledger.EpochAt(now.Add(time.Duration(-6*ago)*time.Hour), 360), ledger.EpochAt(now, 360), args)
	o.publish(dir, uint64(len(o.leaves)), witnesses)
}

// forge DIR FILE cut|flip|fill|gone spoils a published file.
func forge(ts *testscript.TestScript, _ bool, args []string) {
	path := filepath.Join(ts.MkAbs(args[0]), filepath.FromSlash(args[1]))
	if args[2] == "fill" && !strings.Contains(path, "*") {
		ts.Check(os.WriteFile(path, nil, 0o644))
	}
	found, err := filepath.Glob(path)
	ts.Check(err)
	if len(found) == 0 {
		ts.Fatalf("no %s", path)
	}
	data, err := os.ReadFile(found[0])
	ts.Check(err)
	switch args[2] {
	case "cut":
		data = data[:len(data)/2]
	case "flip":
		data[len(data)/2] ^= 1
	case "fill":
		data = bytes.Repeat([]byte("x"), 20<<20)
	case "gone":
		ts.Check(os.Remove(found[0]))
		return
	}
	ts.Check(os.WriteFile(found[0], data, 0o644))
}

// policy FILE QUORUM NAME[=URL]... writes which witnesses count.
func policy(ts *testscript.TestScript, _ bool, args []string) {
	var b strings.Builder
	var names []string
	for _, arg := range args[2:] {
		name, url, _ := strings.Cut(arg, "=")
		names = append(names, name)
		fmt.Fprintf(&b, "witness %s %s %s\n", name, witnessKey(ts, name).Verifier(), url)
	}
	fmt.Fprintf(&b, "group all-of-them %s %s\nquorum all-of-them\n", args[1], strings.Join(names, " "))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o644))
}

// witnessed NAME DIR runs a witness that saw the log published in a folder, and
// sets $NAME to its address.
func witnessed(ts *testscript.TestScript, _ bool, args []string) {
	dir := filepath.Join(ts.MkAbs("."), "witness-"+args[0])
	ts.Check(witness.Init(dir, witnessKey(ts, args[0])))
	logs, err := witness.ParseLogs(logKey())
	ts.Check(err)
	s, err := witness.Open(dir, logs, time.Now, slog.New(slog.DiscardHandler))
	ts.Check(err)
	server := httptest.NewServer(s)
	ts.Defer(func() { server.Close(); s.Close() })
	checkpoint, err := os.ReadFile(filepath.Join(ts.MkAbs(args[1]), "checkpoint"))
	ts.Check(err)
	resp, err := server.Client().Post(server.URL+"/add-checkpoint", "", bytes.NewReader(witness.Request{Checkpoint: checkpoint}.Marshal()))
	ts.Check(err)
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.StatusCode != 200 {
		ts.Fatalf("%s %s", resp.Status, body)
	}
	ts.Setenv(args[0], server.URL)
}

// status N ARG... runs the command and wants it to end so.
func status(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec("rogatory-witness", args[1:]...)
	got := 0
	if err != nil {
		got = -1
		if _, s, ok := strings.Cut(err.Error(), "exit status "); ok {
			got, _ = strconv.Atoi(s)
		}
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// served NAME DIR serves a published folder, and sets $NAME to its address. A file
// beside it of the name refuse lists what is answered by 403.
func served(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[1])
	files := http.FileServer(http.Dir(dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		list, _ := os.ReadFile(dir + ".refuse")
		if slices.Contains(strings.Fields(string(list)), strings.TrimPrefix(r.URL.Path, "/")) {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		files.ServeHTTP(w, r)
	}))
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL)
}
