package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/store"
)

// TestPutAside finds a job that failed too often, with its reason, and has it
// done after all.
func TestPutAside(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "office")
	t.Setenv("ROGATORY_DATA", dir)
	t.Setenv(clockVariable, "2026-09-01T09:00:00Z")
	rogatory := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(args, strings.NewReader(""), &out, &errs); code != 0 {
			t.Fatalf("%v: exit %d: %s", args, code, &errs)
		}
		return out.String()
	}
	rogatory("init", dir, "--rehearsal")
	settings, err := os.ReadFile(filepath.Join(dir, settingsFile))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(settings), "points = []\n", "", 1) + staffText
	if err := os.WriteFile(filepath.Join(dir, settingsFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ref := refPattern.FindString(rogatory("case", "new", "--as", "Imke", "../../examples/cases/leg-13.json"))
	if out := rogatory("case", "dead"); !strings.Contains(out, "nothing was put aside") {
		t.Errorf("before anything failed: %s", out)
	}

	db, err := store.Open(t.Context(), filepath.Join(dir, "office.db"))
	if err != nil {
		t.Fatal(err)
	}
	later := time.Date(2027, 6, 1, 9, 0, 0, 0, time.UTC)
	jobs, err := db.Lease(t.Context(), later, "a test", later.Add(time.Minute), 9)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs { // letters go their own way
		if j.Kind == docket.JobWake {
			continue
		}
		if err := db.Finish(t.Context(), j.Key, "a test"); err != nil {
			t.Fatal(err)
		}
	}
	jobs = slices.DeleteFunc(jobs, func(j docket.Leased) bool { return j.Kind != docket.JobWake })
	if len(jobs) != 1 {
		t.Fatalf("leased %v", jobs)
	}
	if err := db.Bury(t.Context(), jobs[0].Key, "a test", "the disk is full"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	if out := rogatory("case", "dead"); !strings.Contains(out, jobs[0].Key) || !strings.Contains(out, "the disk is full") {
		t.Errorf("put aside: %s", out)
	}
	if out := rogatory("case", "dead", "--json"); !strings.Contains(out, `"case":"`+ref+`"`) || !strings.Contains(out, `"reason":"the disk is full"`) {
		t.Errorf("put aside, as JSON: %s", out)
	}
	t.Setenv(clockVariable, "2027-06-01T09:00:00Z")
	if out := rogatory("case", "due"); !strings.Contains(out, "done: 0") {
		t.Errorf("what was put aside was done: %s", out)
	}
	rogatory("case", "dead", "--revive", jobs[0].Key)
	if out := rogatory("case", "due"); !strings.Contains(out, "done: 1, failed: 0") {
		t.Errorf("revived: %s", out)
	}
}
