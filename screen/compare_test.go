package screen

import (
	"strings"
	"testing"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/signal"
)

// TestCompare reads the instruments as written, case by case.
func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name       string
		change     func(*request.Request)
		instrument string
		must       string
		because    string
	}{
		{"a Convention offence needs no threshold", func(*request.Request) {}, "uncc", "must", "Convention offence"},
		{"insult with fifteen years is a serious crime", func(r *request.Request) {
			r.Offences[0] = request.Offence{Provision: "th-cc-112"}
		}, "uncc", "must", "15 years"},
		{"life is a serious crime", func(r *request.Request) { r.Offences[0] = request.Offence{Provision: "ug-aha-2"} }, "uncc", "must", "life"},
		{"so is death", func(r *request.Request) { r.Offences[0] = request.Offence{Provision: "ug-aha-3"} }, "uncc", "must", "death"},
		{"an unregistered law counts as stated", func(r *request.Request) {
			r.Offences[0] = request.Offence{Country: "GB", Law: "x", Article: "1", MaxPenaltyYears: number(4)}
		}, "uncc", "must", "4 years"},
		{"three years are not four", func(r *request.Request) {
			r.Offences[0] = request.Offence{Country: "GB", Law: "x", Article: "1", MaxPenaltyYears: number(3)}
		}, "uncc", "no", "no maximum of four years"},
		{"no penalty known", func(r *request.Request) { r.Offences[0] = request.Offence{Law: "x", Article: "1"} }, "uncc", "no", "four years"},
		{"preservation needs no dual criminality", func(r *request.Request) { r.Measures[0].Mode = "preserve" }, "uncc", "must", "without dual criminality"},
		{"live collection is endeavoured", func(r *request.Request) { r.Measures[0].Mode = "real-time" }, "uncc", "may", "endeavour"},
		{"Budapest reaches any offence", func(*request.Request) {}, "budapest", "must", "any criminal offence"},
		{"Budapest preservation", func(r *request.Request) { r.Measures[0].Mode = "preserve" }, "budapest", "must", "preservation"},
		{"Budapest real time", func(r *request.Request) { r.Measures[0].Mode = "real-time" }, "budapest", "must", "real-time"},
		{"the regulation on subscribers", func(*request.Request) {}, "eu-eevidence", "must", "any offence"},
		{"the regulation on content", func(r *request.Request) { r.Measures[0].Data = "content" }, "eu-eevidence", "must", "judge"},
		{"the regulation on preservation", func(r *request.Request) { r.Measures[0].Mode = "preserve" }, "eu-eevidence", "must", "60 days"},
		{"the regulation reaches nothing live", func(r *request.Request) { r.Measures[0].Mode = "real-time" }, "eu-eevidence", "no", "stored at receipt"},
		{"comity obliges nothing", func(*request.Request) {}, "comity", "may", "nothing obliges"},
	} {
		r := genuine(t)
		c.change(r)
		out, err := floor(t).Compare(r, Situation{Today: today()})
		if err != nil {
			t.Fatal(err)
		}
		for _, col := range out.Columns {
			if d := col.Duties[0]; col.Instrument == c.instrument && (d.Must != c.must || !strings.Contains(d.Because, c.because)) {
				t.Errorf("%s: %s: %s, want %s %s", c.name, d.Must, d.Because, c.must, c.because)
			}
			for _, d := range col.Duties {
				for _, id := range d.Basis {
					if _, ok := law.Starting().Clause(id); !ok {
						t.Errorf("%s: there is no clause %s", c.name, id)
					}
				}
			}
		}
	}
}

// TestCompareRows: every check stands in the table with what the floor does.
func TestCompareRows(t *testing.T) {
	r := genuine(t)
	r.Requesting.Channel = nil
	r.Measures[0].Targets[0].Type = "area"
	out, err := floor(t).Compare(r, Situation{Today: today()})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, row := range out.Rows {
		got[row.Check] = row.Floor
		if row.How == "" || len(row.Status) != len(out.Columns) {
			t.Errorf("%s is half empty: %+v", row.Check, row)
		}
	}
	for check, want := range map[string]string{"C03": "asks", "C25": "stops", "C16": "met so far", "C10": "later", "C30": "behaviour"} {
		if got[check] != want {
			t.Errorf("%s is %q, want %q", check, got[check], want)
		}
	}
	if len(out.Rows) != 63 {
		t.Errorf("%d checks, want 63", len(out.Rows))
	}
	for _, n := range out.Counts {
		if n.Mandatory+n.Optional+n.Omitted != 63 || n.Instrument == "comity" && n.Omitted != 63 {
			t.Errorf("the counts do not add up: %+v", n)
		}
	}
	bad := Situation{Today: today(), Said: []fact.Assertion{{ID: "x", Fact: "request.nonsense"}}}
	if _, err := floor(t).Compare(r, bad); err == nil {
		t.Error("an assertion about an undeclared fact was accepted")
	}
}

// TestSignalsAreDeclared: a signal about a fact nobody declared, or one that is
// not true or false, could never stop anything.
func TestSignalsAreDeclared(t *testing.T) {
	names := signal.Floor().Facts()
	if len(names) < 20 {
		t.Fatalf("only %d facts have signals", len(names))
	}
	for _, name := range names {
		if d, _, ok := rulebook.Floor().Vocabulary().Find(name); !ok || d.Kind != fact.Bool {
			t.Errorf("signals raise %q, which is no declared true-or-false fact", name)
		}
	}
}
