package words

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/proof/entry"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	must(err)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
}

var asked = ledger.Event{
	"kind": "accepted", "case": "R-2027-0001", "seq": "2", "at": "2027-01-04T08:00:00Z", "instrument": "budapest", "requesting": "DE ag-berlin",
	"executing": "FR", "basis": "ordinary", "datacat": "subscriber traffic", "outcome": "accept", "subject": "email:<b>a@b.example</b> \u202egro",
	"document": "3f", "ground": "",
}

var witnesses = []string{"watchdog.example", "university.example"}

// lived is a case: accepted, a promise opened, extended, given, told.
func lived(change func(*ledger.RolesDoc), role ledger.Role) *office {
	o := opens(change)
	o.day(4)
	o.block(o.event(asked, "accepted"))
	o.day(0)
	d := o.duty(asked, "kind", "case", "due")
	o.block(nil, d)
	o.day(2)
	next := o.id()
	o.block(nil, o.sign(ledger.Settle{Batch: o.epoch, ID: d.ID, As: ledger.Extended, Next: next, Due: o.policy.ExtendedTo(d.Due)}, ledger.RoleJudge))
	given := maps.Clone(asked)
	given["kind"], given["seq"], given["at"] = "disclosed", "9", "2027-01-08T08:00:00Z"
	o.block(o.event(given, "disclosed", "kind", "case", "at"))
	o.day(0)
	o.block(nil, o.sign(ledger.Settle{Batch: o.epoch, ID: next, As: ledger.Notified}, role))
	o.block(nil)
	return o
}

func unchanged(*ledger.RolesDoc) {}

// print gives a text as lines.
func print(t *Text) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s holds=%v\n# %s\n", t.Language, t.Standing, t.Holds, t.Title)
	for _, l := range t.Lead {
		fmt.Fprintf(&b, "%s\n", l)
	}
	for _, s := range t.Sections {
		fmt.Fprintf(&b, "\n## %s: %s\n", s.Name, s.Title)
		for _, k := range s.Blocks {
			if k.Title != "" {
				fmt.Fprintf(&b, "\n### %s\n", k.Title)
			}
			for _, l := range k.Text {
				fmt.Fprintf(&b, "%s\n", l)
			}
			for _, f := range k.Facts {
				fmt.Fprintf(&b, "  %s: %s\n", f.Label, f.Value)
			}
			for _, l := range k.After {
				fmt.Fprintf(&b, "%s\n", l)
			}
		}
	}
	return b.Bytes()
}

// The files of testdata are a genuine proof, its key and a witness policy; other
// tests read them too.
func TestGolden(t *testing.T) {
	file := lived(unchanged, ledger.RoleNotifier).proof()
	golden(t, "proof.txt", file)
	golden(t, "tampered.txt", bytes.Replace(file, []byte("\nindex 114\n"), []byte("\nindex 115\n"), 1))
	golden(t, "policy.txt", []byte(policyFile(witnesses...)))
	vkey, err := ledger.LogKey(origin, public("log"))
	must(err)
	golden(t, "log.vkey", []byte(vkey+"\n"))
	vkey, err = ledger.LogKey("other.example", public("log"))
	must(err)
	golden(t, "other.vkey", []byte(vkey+"\n"))
	f, s, err := Check(file, trusting(witnesses...))
	if err != nil || s != Witnessed {
		t.Fatal(s, err)
	}
	for _, language := range Languages() {
		golden(t, language+".txt", print(Of(f, language)))
	}
}

func said(t *testing.T, file []byte, names ...string) *Text {
	t.Helper()
	f, _, err := Check(file, trusting(names...))
	must(err)
	return Of(f, "en")
}

// What is not proved is never said as if it were.
func TestNoMoreThanIsProved(t *testing.T) {
	file := lived(unchanged, ledger.RoleNotifier).proof()
	confirm := "as witnesses confirm"
	for _, c := range []struct {
		name       string
		text       *Text
		standing   Standing
		has, hasNo []string
	}{
		{"all witnesses", said(t, file, witnesses...), Witnessed, []string{confirm, "need not trust the office", "Saw this state", "were only added"}, []string{"demonstration", "only the office"}},
		{"one witness", said(t, file, witnesses[0]), Witnessed, []string{confirm}, []string{"university"}},
		{"no witnesses", said(t, file), Office, []string{"only the office itself vouches", "not proved by witnesses", "That everybody else sees the same record"}, []string{confirm, "Saw this state", "need not trust", "were only added"}},
		{"a witness that is missing", said(t, file, append(witnesses, "third.example")...), Few, []string{"too few", "not proved by witnesses"}, []string{confirm, "need not trust"}},
		{"a demonstration", said(t, lived(func(d *ledger.RolesDoc) { d.Demonstration = true }, ledger.RoleNotifier).proof(), witnesses...), Demonstration,
			[]string{"proves nothing", "Do not use"}, []string{"need not trust the office", "Keep this file"}},
		{"one key for two roles", said(t, lived(func(d *ledger.RolesDoc) {
			d.Keys[ledger.RoleJudge] = append(d.Keys[ledger.RoleJudge], public("notifier"))
		}, ledger.RoleNotifier).proof(), witnesses...), Witnessed,
			[]string{"one key stands for several", "who holds the key"}, nil},
		{"a settlement by the wrong role", said(t, lived(unchanged, ledger.RoleJudge).proof(), witnesses...), Witnessed,
			[]string{"Nothing in this file shows that the promise was kept", "settle nothing", "Show the signatures without effect"}, []string{"the person was told"}},
	} {
		got := string(print(c.text))
		if c.text.Standing != c.standing || !c.text.Holds {
			t.Errorf("%s: %s, want %s", c.name, c.text.Standing, c.standing)
		}
		for _, w := range c.has {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q is not said in\n%s", c.name, w, got)
			}
		}
		for _, w := range c.hasNo {
			if strings.Contains(got, w) {
				t.Errorf("%s: %q is said in\n%s", c.name, w, got)
			}
		}
	}
}

// What a case rarely holds is said too.
func TestRareFindings(t *testing.T) {
	at := time.Date(2027, 1, 1, 6, 0, 1, 0, time.UTC)
	f := &entry.Finding{Origin: origin, NotProved: []entry.Unproved{entry.Limits, entry.NoDuty}}
	f.Checkpoint.Quorum, f.Checkpoint.Cosigned = true, nil
	f.Entries = []entry.Opened{
		{Index: 3, Kind: ledger.KindSealed, Epoch: ledger.Epoch{Year: 2027, Day: 1}, Entered: entry.Between{NotAfter: at}, Values: ledger.Event{"kind": "accepted"}, Counted: []string{"novel", "none"}},
		{Index: 4, Kind: ledger.KindSealed, Epoch: ledger.Epoch{Year: 2027, Day: 1}, Entered: entry.Between{NotBefore: at}, Values: ledger.Event{"kind": "odd", "at": "noon", "due": "soon", "instrument": "odd", "datacat": "odd"}},
		{Index: 5, Kind: ledger.KindSealed, Epoch: ledger.Epoch{Year: 2027, Day: 1}, Values: ledger.Event{"datacat": " "}},
		{Index: 6, Kind: ledger.KindSealed, Epoch: ledger.Epoch{Year: 2027, Day: 1}, Shut: ledger.Fields()},
	}
	f.Duties = []entry.Duty{
		{Class: ledger.Erase, Opened: ledger.Epoch{Year: 2027, Day: 1}, Extensions: 9, Held: true, Late: true, Settled: ledger.Void, By: ledger.RoleOversight, SettledIn: ledger.Epoch{Year: 2027, Day: 9}, Due: ledger.Date{Year: 2027, Month: 1, Day: 31}, FirstDue: ledger.Date{Year: 2026, Month: 12, Day: 31}},
		{Class: ledger.Notify, Opened: ledger.Epoch{Year: 2027, Day: 1}, Extensions: 1, Due: ledger.Date{Year: 2027, Month: 1, Day: 31}, FirstDue: ledger.Date{Year: 2026, Month: 12, Day: 31}},
	}
	got := string(print(Of(f, "en")))
	for _, w := range []string{
		"no later than 1 January 2027, 06:01 UTC, as witnesses confirm; how long before", "after 1 January 2027, 06:00 UTC, as witnesses confirm; how long after",
		"something other than what it says", "counts an entry as something else", "### An entry of which nothing is opened to you\n  Number in the record: 6", "### Another entry\n  Number in the record: 4", "what happened: odd", "noon", "soon",
		"beyond the limit that", "after the promise was due", "does not show to which case", "Whether the extensions keep", "Ask the office for the entry",
	} {
		if !strings.Contains(got, w) {
			t.Errorf("%q is not said in\n%s", w, got)
		}
	}
	f.Duties = f.Duties[1:]
	f.Checkpoint.Cosigned = append(f.Checkpoint.Cosigned, struct {
		Witness string
		At      time.Time
	}{"w", at.AddDate(0, 2, 0)})
	if got := string(print(Of(f, "en"))); !strings.Contains(got, "already overdue") {
		t.Errorf("overdue is not said in\n%s", got)
	}
}

// What happened is said in the order in which it did, and what stays the same once;
// what changed is said again.
func TestOrderOfEntries(t *testing.T) {
	e := func(index uint64, slot int, kind, seq, subject string) entry.Opened {
		return entry.Opened{Index: index, Kind: ledger.KindSealed, Epoch: ledger.Epoch{Year: 2027, Day: 1, Slot: slot},
			Values: ledger.Event{"kind": kind, "case": "R-1", "seq": seq, "subject": subject}}
	}
	f := &entry.Finding{Entries: []entry.Opened{e(2, 0, "told", "3", "b"), e(3, 0, "authorised", "2", "a"), e(4, 1, "closed", "10", "a"), e(5, 1, "disclosed", "9", "a")}}
	var titles, subjects []string
	for _, b := range Of(f, "en").Sections[0].Blocks[1:] {
		titles = append(titles, b.Title)
		for _, fact := range b.Facts {
			if fact.Label == "whose data" {
				subjects = append(subjects, b.Title+": "+fact.Value)
			}
		}
	}
	if diff := cmp.Diff([]string{"Giving the data was authorised", "The person concerned was told", "Data were given", "The case was closed"}, titles); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Giving the data was authorised: a", "The person concerned was told: b"}, subjects); diff != "" {
		t.Error(diff)
	}
}

func TestRefused(t *testing.T) {
	file := lived(unchanged, ledger.RoleNotifier).proof()
	other := bytes.Replace(file, []byte(origin), []byte("other.example"), 1)
	tampered := bytes.Replace(file, []byte("\nindex 114\n"), []byte("\nindex 115\n"), 1)
	for _, c := range []struct {
		name string
		file []byte
		want Standing
	}{
		{"cut short", file[:len(file)/2], Unread},
		{"something else", []byte("%PDF-1.7"), Unread},
		{"tampered", tampered, Untrue},
		{"of another log", other, OtherLog},
		{"huge", make([]byte, entry.MaxFile+1), TooLong},
	} {
		f, s, err := Check(c.file, trusting())
		if f != nil || s != c.want || err == nil {
			t.Errorf("%s: %v %s %v", c.name, f, s, err)
			continue
		}
		for _, language := range Languages() {
			text := Refusal(s, err, language)
			if text.Holds || text.Title == "" || !strings.Contains(string(print(text)), err.Error()) {
				t.Errorf("%s: %s", c.name, print(text))
			}
		}
	}
	for _, s := range []Standing{NoKey, NoPolicy} {
		if got := string(print(Refusal(s, errors.New("a\xff"), "en"))); !strings.Contains(got, "a�") {
			t.Error(got)
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// Every language says the same things with the same gaps, and everything that can
// be found has words.
func TestLanguages(t *testing.T) {
	english := speak("en").tables
	for _, language := range Languages() {
		tables := speak(language).tables
		for _, name := range slices.Sorted(maps.Keys(english)) {
			for id, words := range english[name] {
				got := tables[name][id]
				a, b := placeholder.FindAllString(words, -1), placeholder.FindAllString(got, -1)
				slices.Sort(a)
				slices.Sort(b)
				if got == "" || !slices.Equal(a, b) || strings.Count(got, "{") != len(b) {
					t.Errorf("%s: [%s] %s: %q", language, name, id, got)
				}
			}
			for id := range tables[name] {
				if english[name][id] == "" {
					t.Errorf("%s: [%s] %s stands in no other language", language, name, id)
				}
			}
		}
		if len(tables) != len(english) {
			t.Errorf("%s has other tables", language)
		}
		if Name(language) == "" || Nearest(language+"-XX") != language {
			t.Errorf("%s has no name", language)
		}
	}
	ids := func(table string, list ...string) {
		for _, id := range list {
			if english[table][id] == "" {
				t.Errorf("[%s] has no %s", table, id)
			}
		}
		if len(english[table]) != len(list) {
			t.Errorf("[%s] has %d entries, want %d", table, len(english[table]), len(list))
		}
	}
	ids("kind", ledger.Words(0)[1:]...)
	ids("field", ledger.Fields()...)
	if f, g := slices.Sorted(slices.Values(fields)), slices.Sorted(slices.Values(ledger.Fields())); !slices.Equal(f, g) {
		t.Error("the fields are not all shown")
	}
	for _, c := range ledger.Classes() {
		if english["class"][string(c)] == "" {
			t.Errorf("[class] has no %s", c)
		}
	}
	ids("settlement", "notified", "told-by-issuer", "extended", "unreachable", "void", "chased", "decided", "erased")
	ids("role", "judge", "notifier", "oversight", "log")
	ids("unproved", "truth", "complete", "since", "witnesses", "quorum", "entered", "shut", "duty", "limits", "role-keys", "same-key", "demonstration")
	if Nearest("tlh") != "en" {
		t.Error("an unknown language is not English")
	}
}

func TestTables(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a = b", "before the first table"},
		{"[a]\n[a]", "two tables"},
		{"[a]\nb", "no entry"},
		{"[a]\nb = c\nb = d", "said twice"},
	} {
		if _, err := readTables("x", c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.text, err)
		}
	}
}
