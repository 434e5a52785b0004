package watch

import (
	"encoding/json"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var noon = time.Date(2027, 2, 3, 12, 0, 0, 0, time.UTC)

// golden compares with a file, or rewrites it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

const origin = "log.example/rogatory"

// found are alarms as a look finds them.
func found() []monitor.Alarm {
	duty := ledger.ID{0xab, 0xcd}
	return []monitor.Alarm{
		{Kind: monitor.Overdue, Index: 17, Duty: &duty, Text: "the duty was due on 2027-01-31", At: noon.AddDate(0, -3, 0)},
		{Kind: monitor.HeldBeyond, Index: 40, Duty: &duty, Text: "a duty is extended 5 times where the policy allows 4", At: noon.AddDate(0, 0, -1)},
		{Kind: monitor.Rewritten, Index: 41, Text: "leaf 41 is not the one under the checkpoint", Evidence: []byte("rogatory/v1 evidence\n")},
		{Kind: monitor.SameKey, Index: 0, Text: "one key stands under judge and notifier"},
	}
}

func remembered(alarms ...monitor.Alarm) *memory {
	m := &memory{Log: "vkey", Since: noon.AddDate(0, 0, -7)}
	m.note(origin, alarms, noon, true)
	return m
}

func (m *memory) history() *history { return &history{origin, m.Since, m.Alarms} }

func TestFeeds(t *testing.T) {
	m := remembered(found()...)
	m.note(origin, found()[1:], noon.Add(time.Hour), true) // the promise was kept
	atom, err := m.history().atom()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "feed.atom", string(atom))
	feed, err := m.history().json()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "feed.json", string(feed))
}

// A stranger's words stay words: they open no element, and steer no terminal.
func TestFeedsEscape(t *testing.T) {
	hostile := "</content><script>alert(1)</script> & \"'\x00\x1b[2J\u202e ]]> \xff https://evil.example/\n"
	h := remembered(monitor.Alarm{Kind: monitor.NotCanonical, Index: 1, Text: hostile}).history()
	h.origin = "log.example/<b>&" + "\x07"
	atom, err := h.atom()
	if err != nil {
		t.Fatal(err)
	}
	var read atomFeed
	if err := xml.Unmarshal(atom, &read); err != nil {
		t.Fatal(err)
	}
	want := "</content><script>alert(1)</script> & \"'[2J ]]> \ufffd https://evil.example/. Entry 1 of the log. Found 2027-02-03 12:00 UTC. What proves it: " + h.alarms[0].file()
	if d := cmp.Diff(want, read.Entries[0].Content.Body); d != "" {
		t.Error(d)
	}
	if strings.Contains(string(atom), "<script") || strings.ContainsAny(string(atom), "\x00\x1b\u202e") || read.Title != "What is wrong with the public log log.example/<b>&" {
		t.Errorf("%s", atom)
	}
	feed, err := h.json()
	if err != nil {
		t.Fatal(err)
	}
	var items jsonFeed
	if err := json.Unmarshal(feed, &items); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, items.Items[0].Content); d != "" || strings.Contains(string(feed), "<script") {
		t.Error(d)
	}
}

// A reader of feeds shows every alarm once, and again when it is over: what names
// it stays, and its time changes.
func TestFeedNamesStay(t *testing.T) {
	m := remembered(found()...)
	first := m.history().items()
	updated := m.history().updated()
	m.note(origin, found(), noon.Add(time.Hour), true)
	if got := m.history().updated(); got != updated {
		t.Errorf("nothing happened, and the feed is of %s", got)
	}
	m.note(origin, found()[1:], noon.Add(2*time.Hour), true)
	second := m.history().items()
	if second[0].ID != first[0].ID || second[0].headline() != "No longer so: A promise is overdue" || m.history().updated() != noon.Add(2*time.Hour) {
		t.Errorf("%+v", second[0])
	}
	if other := id("other.example", found()[0]); other == first[0].ID {
		t.Error("alarms of two logs have one name")
	}
}

func TestFeedIsBounded(t *testing.T) {
	var many []monitor.Alarm
	for i := range uint64(feedItems + 50) {
		many = append(many, monitor.Alarm{Kind: monitor.NotCanonical, Index: i, Text: "x"})
	}
	if got := len(remembered(many...).history().items()); got != feedItems {
		t.Error(got)
	}
}

func TestEmptyFeeds(t *testing.T) {
	h := remembered().history()
	feed, err := h.json()
	if err != nil || !strings.Contains(string(feed), `"items": []`) {
		t.Errorf("%s, %v", feed, err)
	}
	atom, err := h.atom()
	if err != nil || !strings.Contains(string(atom), "<updated>2027-01-27T12:00:00Z</updated>") {
		t.Errorf("%s, %v", atom, err)
	}
}

// Every kind of alarm has words for people.
func TestEveryKindHasWords(t *testing.T) {
	seen := make(map[string]monitor.Kind)
	for kind, w := range kinds {
		if w.words == "" || seen[w.words] != "" {
			t.Errorf("%s has no words of its own", kind)
		}
		seen[w.words] = kind
		if (w.topic == aboutNews) != kind.Notice() {
			t.Errorf("%s is news or not", kind)
		}
	}
	data, err := os.ReadFile("../../ledger/monitor/alarm.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, line := range strings.Split(string(data), "\n") {
		_, word, ok := strings.Cut(line, "= \"")
		if !ok || !strings.HasPrefix(line, "\t") {
			continue
		}
		word, _, _ = strings.Cut(word, `"`)
		n++
		if _, ok := kinds[monitor.Kind(word)]; !ok {
			t.Errorf("%s has no words", word)
		}
	}
	if n != len(kinds) {
		t.Errorf("%d kinds stand in the list, and %d have words", n, len(kinds))
	}
	if title("?") == "" || about("?") != aboutRules {
		t.Error("a kind nobody knows is said nothing of")
	}
}
