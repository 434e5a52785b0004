package watch

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// a look at a log of which much is wrong.
func bad() *Look {
	m := remembered(append(found(), monitor.Alarm{Kind: monitor.BrokenPromise, Index: 1, Text: "a receipt stands"}, monitor.Alarm{Kind: monitor.WrongRole, Index: 50, Text: "the notifier signed an extension"})...)
	return &Look{
		Origin: origin, At: noon, Size: 32314, Published: noon.Add(-time.Hour), Witnesses: []string{"ngo.example", "university.example"},
		Overdue: []monitor.DutyState{
			{ID: ledger.ID{0xab, 0xcd}, Class: ledger.Notify, Due: ledger.Date{Year: 2027, Month: 1, Day: 31}, First: 17, Index: 40, Extensions: 5},
			{ID: ledger.ID{0x12}, Class: ledger.Erase, Due: ledger.Date{Year: 2026, Month: 12, Day: 31}, First: 3, Index: 3},
		},
		Held: []monitor.DutyState{{ID: ledger.ID{0xab, 0xcd}, Class: ledger.Notify, Due: ledger.Date{Year: 2027, Month: 1, Day: 31}, First: 17, Index: 40, Extensions: 5}},
		Figures: monitor.Figures{Leaves: 32314, Extensions: 14, Provisional: 1, Classes: map[ledger.Class]monitor.ClassFigures{
			ledger.Notify: {Opened: 120, Settled: map[ledger.Settlement]uint64{ledger.Notified: 90, ledger.Extended: 14}, OnTime: 88, Held: 1, Open: 30, Overdue: 1},
			ledger.Erase:  {Opened: 2, Settled: map[ledger.Settlement]uint64{}, Open: 2, Overdue: 1},
		}},
		Alarms: m.Alarms,
	}
}

func good() *Look {
	return &Look{Origin: origin, At: noon, Size: 2}
}

func TestPrint(t *testing.T) {
	for name, l := range map[string]*Look{"bad": bad(), "good": good()} {
		var b bytes.Buffer
		if err := l.Print(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", b.String())
		b.Reset()
		if err := l.PrintJSON(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".json", b.String())
	}
	if !bad().Wrong() || good().Wrong() {
		t.Error("what is wrong is right")
	}
	news := good()
	news.Alarms = remembered(found()[3]).Alarms
	if news.Wrong() {
		t.Error("news are no alarm")
	}
}

func TestPrintVariants(t *testing.T) {
	silent := good()
	silent.Silent = true
	silent.Published = noon
	missing := good()
	missing.Alarms = remembered(monitor.Alarm{Kind: monitor.Withheld, Text: "leaves are missing"}).Alarms
	many := good()
	for i := range most + 5 {
		many.Overdue = append(many.Overdue, monitor.DutyState{Class: "unheard-of", First: uint64(i)})
		many.Alarms = append(many.Alarms, Record{Alarm: monitor.Alarm{Kind: monitor.NotCanonical, Index: uint64(i)}})
	}
	alone := good()
	alone.Witnesses = nil
	unkept := good()
	unkept.Figures.Classes = map[ledger.Class]monitor.ClassFigures{
		ledger.Notify: {Opened: 7, Settled: map[ledger.Settlement]uint64{ledger.Notified: 2, ledger.Unreachable: 3, ledger.Void: 2}, OnTime: 7},
	}
	over := good()
	over.Witnesses = []string{"ngo.example"}
	over.Alarms = []Record{{Alarm: found()[0], Until: noon}}
	for _, c := range []struct {
		name string
		look *Look
		want []string
	}{
		{"silent", silent, []string{"but the office has fallen silent", "seen by no witness"}},
		{"missing", missing, []string{"Nothing shows that it was rewritten, but:", "Entries are missing"}},
		{"many", many, []string{"25 promises are overdue", "something was to be done; nobody", "and 5 more; --json lists all"}},
		{"alone", alone, []string{"Nothing shows that it was rewritten: every entry was read", "No witness vouches"}},
		{"unkept", unkept, []string{"of those that ended, 3 because nobody could be reached", "of those that ended, 2 because nothing was owed"}},
		{"over", over, []string{"No promise is overdue", "It was never extended", "It was not rewritten"}},
	} {
		var b bytes.Buffer
		if err := c.look.Print(&b); err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: not said: %q:\n%s", c.name, want, &b)
			}
		}
	}
}

// The log is a stranger: nothing it says steers a terminal.
func TestPrintIsPlain(t *testing.T) {
	l := good()
	l.Origin = "log\x1b]0;pwned\x07.example"
	l.Alarms = []Record{{Alarm: monitor.Alarm{Kind: monitor.NotCanonical, Text: "x\x1b[2J\u202e\u0085\xff\r\ny"}}}
	var b bytes.Buffer
	if err := l.Print(&b); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\x07\u202e\u0085\r") || strings.Contains(b.String(), "\xff") || !strings.Contains(b.String(), "x[2J\ufffdy") {
		t.Errorf("%q", &b)
	}
}
