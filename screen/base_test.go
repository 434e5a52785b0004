package screen

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/signal"
)

// floor is a screener with the floor alone and no office named.
func floor(t testing.TB) *Screener {
	t.Helper()
	return with(t, nil)
}

func with(t testing.TB, p *office.Profile) *Screener {
	t.Helper()
	return New(rulebook.Floor(), law.Starting(), signal.Floor(), p, "test")
}

// genuine is a request every screening safeguard lets pass; tests change one
// thing about it.
func genuine(t testing.TB) *request.Request {
	t.Helper()
	return readFile(t, "testdata/genuine.json")
}

func readFile(t testing.TB, name string) *request.Request {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := request.Read(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r
}

func today() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) }

func screened(t testing.TB, s *Screener, r *request.Request, now Situation) *Result {
	t.Helper()
	now.Today = today()
	out, err := s.Screen(r, now)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// failing gives "safeguard verdict" for every finding that is not met.
func failing(r *Result) []string {
	var list []string
	for _, f := range r.Findings {
		if f.Verdict != "met" && !slices.Contains(list, f.Safeguard+" "+f.Verdict) {
			list = append(list, f.Safeguard+" "+f.Verdict)
		}
	}
	return list
}

// An expectation is one line of an answer key.
type expectation struct {
	Category string
	Ideal    string
	Accept   []string
	Grounds  []string
	Why      string
}

func answerKey(t testing.TB, name string) map[string]expectation {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var key map[string]expectation
	if err := json.Unmarshal(data, &key); err != nil {
		t.Fatal(err)
	}
	return key
}

func history(t testing.TB, name string) []Earlier {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	var entries []struct {
		Request json.RawMessage
		Outcome string
		Grounds []string
		Decided request.Moment
	}
	if err := json.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	var list []Earlier
	for _, e := range entries {
		r, err := request.Read(e.Request)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, Earlier{r, e.Outcome, e.Grounds, e.Decided})
	}
	return list
}
