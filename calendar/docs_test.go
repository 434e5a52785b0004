package calendar_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/law"
)

var update = flag.Bool("update", false, "rewrite the tables in docs/calendar.md")

// The tables in the document are those of the program. What stands between
// the marks is written by this test, and read by people before it is committed.
func TestTheDocumentHasTheTables(t *testing.T) {
	path := filepath.Join("..", "docs", "calendar.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	was := string(data)
	now := between(t, was, "deadlines", deadlineTable(false))
	now = between(t, now, "own", deadlineTable(true))
	now = between(t, now, "calendars", calendarTable(t))
	if *update {
		err := os.WriteFile(path, []byte(now), 0o644)
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(was, now); diff != "" {
		t.Errorf("the tables are others (-%s +now); read the change, then run the test with -update\n%s", path, diff)
	}
}

func between(t *testing.T, text, mark, table string) string {
	t.Helper()
	start, end := "<!-- "+mark+" -->\n", "<!-- end of "+mark+" -->"
	before, rest, found := strings.Cut(text, start)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("the marks of %s are missing", mark)
	}
	return before + start + table + end + after
}

func deadlineTable(own bool) string {
	var b strings.Builder
	b.WriteString("| id | provision | what | runs from | period | kind | whose | read | then |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, d := range calendar.Deadlines() {
		if d.Own() != own {
			continue
		}
		provision := "none"
		if d.Provision != "" {
			clause, _ := law.Starting().Clause(d.Provision)
			provision = clause.Cite() + " `" + d.Provision + "`"
		}
		reading := "early"
		if d.Reading == calendar.Late {
			reading = "late"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %d %s%s | %s | %s | %s | %s |\n",
			d.ID, provision, d.What, d.Event, d.Period.N, d.Period.Unit, extension(d.Extension), d.Kind, d.Party, reading, d.Then)
	}
	return b.String()
}

func extension(e calendar.Extension) string {
	switch e.Times {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(", + %d once", e.Period.N)
	case calendar.Unlimited:
		return fmt.Sprintf(", + %d each", e.Period.N)
	}
	return fmt.Sprintf(", + %d up to %d times", e.Period.N, e.Times)
}

func calendarTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| id | zone | holidays | from | certainty | not computed |\n|---|---|---|---|---|---|\n")
	for _, id := range calendar.IDs() {
		c := of(t, id)
		fmt.Fprintf(&b, "| %s | %s | %d in 2026 | %s | %s | %s |\n",
			id, c.Zone(), len(c.Holidays(2026)), c.Source(), c.Certainty(), strings.Join(c.Uncounted(), "; "))
	}
	return b.String()
}
