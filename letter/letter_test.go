package letter

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/fault"
)

var update = flag.Bool("update", false, "rewrite the letters under testdata")

var berlin = time.FixedZone("CET", 3600)

// full is a letter of a kind with everything it can say, minimal one with nothing
// more than it needs.
func full(t *testing.T, kind Kind, language, outcome string) *Letter {
	t.Helper()
	return made(t, kind, language, outcome, true)
}

func minimal(t *testing.T, kind Kind, language, outcome string) *Letter {
	t.Helper()
	return made(t, kind, language, outcome, false)
}

func made(t *testing.T, kind Kind, language, outcome string, everything bool) *Letter {
	t.Helper()
	r, err := ruleOf(kind)
	if err != nil {
		t.Fatal(err)
	}
	var says []string
	for _, m := range strings.Fields(r.must + " " + r.outcomes[outcome]) {
		either := strings.Split(m, "|")
		if !everything {
			either = either[len(either)-1:]
		}
		says = append(says, either...)
	}
	if everything {
		says = append(says, strings.Fields(r.may)...)
	}
	all := &Letter{
		Office: "Example central authority of Germany", Reply: "+49 30 5550 0100, office@rogatory.example",
		Case: "26-7K3MQ9XB-T", Reference: "2026/CYB/0815-A", Authority: "Cumhuriyet Başsavcılığı, Siber Suçlar Bürosu", Country: "TR", Instrument: "budapest",
		At: time.Date(2026, 11, 1, 9, 5, 0, 0, berlin), Due: time.Date(2026, 12, 1, 0, 0, 0, 0, berlin), Until: time.Date(2027, 1, 31, 18, 30, 0, 0, berlin),
		Told:      "The order names no period. We can go on with 11 to 12 June 2023, as your summary of the facts speaks of these two days and of no other.\n\nPlease look at the order again.",
		Questions: []string{"Which court made the order?", "For which period do you ask?\nThe request names two."},
		Items:     []string{"subscriber", "traffic/stored 2023-06-11..2023-06-14", "content/preserve"},
		Grounds:   []string{"overbroad-scope", "no-time-window"}, Outcome: outcome,
		Changes: []string{"the key with which requests are signed", "the address for letters: old@police.example becomes new@police.example"},
		Clock:   "onward transfer",
		Remedy:  "Complaint to the Amtsgericht Berlin within one week.\nThe data protection commissioner of the Land answers questions.",
		Link:    "https://office.rogatory.example/challenge/Zk3n8Q0pT5uYw7xLrC2vB9sD4fG6hJ1aKmNqPtRvXyZ", Code: "J7QK-2M9X-VR4T",
		Why: "secrecy", Decision: "Amtsgericht Berlin, 3 October 2026, 351 Gs 13/26",
		Erasure: "demanded", ErasureAt: time.Date(2026, 11, 20, 14, 0, 0, 0, berlin),
		Proof: "https://log.rogatory.example/26/7K3MQ9XB-T#b1946ac92492d2347c6235b4d2611184", Log: true,
	}
	l := &Letter{Kind: kind, Language: language}
	for _, name := range says {
		copyMember(l, all, name)
	}
	if kind == Notice && outcome != "disclosed" { // there is nothing to erase
		l.Erasure, l.ErasureAt = "", time.Time{}
	}
	return l
}

// every calls a test for every kind and, of each, every outcome.
func every(t *testing.T, language string, do func(t *testing.T, kind Kind, outcome string)) {
	t.Helper()
	for i := range rules {
		outcomes := []string{""}
		if len(rules[i].outcomes) > 0 {
			outcomes = nil
			for o := range rules[i].outcomes {
				outcomes = append(outcomes, o)
			}
			slices.Sort(outcomes)
		}
		for _, o := range outcomes {
			name := strings.TrimSuffix(language+"/"+string(rules[i].kind)+" "+o, " ")
			t.Run(name, func(t *testing.T) { do(t, rules[i].kind, o) })
		}
	}
}

func written(t *testing.T, l *Letter) (subject, body string) {
	t.Helper()
	subject, body, err := l.Text()
	if err != nil {
		t.Fatal(err)
	}
	return subject, body
}

// The letters are those a translator and a lawyer have before them: a change of
// one shows.
func TestTheLettersAreThoseOnFile(t *testing.T) {
	for _, language := range Languages() {
		t.Run(language, func(t *testing.T) {
			var b strings.Builder
			every(t, language, func(t *testing.T, kind Kind, outcome string) {
				title := strings.TrimSpace(string(kind) + " " + outcome)
				subject, body := written(t, full(t, kind, language, outcome))
				b.WriteString("=== " + title + "\n" + subject + "\n---\n" + body + "\n")
				if least, short := written(t, minimal(t, kind, language, outcome)); short != body {
					b.WriteString("=== " + title + ", at least\n" + least + "\n---\n" + short + "\n")
				}
			})
			for _, c := range variants(t, language) {
				subject, body := written(t, c.Letter)
				b.WriteString("=== " + string(c.Kind) + " " + c.Outcome + ", " + c.what + "\n" + subject + "\n---\n" + body + "\n")
			}
			path := filepath.Join("testdata", language+".txt")
			if *update {
				err := os.WriteFile(path, []byte(b.String()), 0o644)
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("the letters are others (-%s +now); read the change, then run the test with -update\n%s", path, diff)
			}
		})
	}
}

// A variant is a letter whose text hangs on what a member says, not on whether it
// is there.
type variant struct {
	*Letter
	what string
}

func variants(t *testing.T, language string) []variant {
	t.Helper()
	var list []variant
	add := func(what string, kind Kind, outcome string, set func(*Letter)) {
		l := full(t, kind, language, outcome)
		set(l)
		list = append(list, variant{l, what})
	}
	for _, why := range lateness {
		if why != "secrecy" { // it is in the others
			add("told only now: "+why, Notice, "disclosed", func(l *Letter) { l.Why, l.Until = why, time.Time{} })
		}
	}
	add("told only now: emergency", Notice, "granted", func(l *Letter) { l.Why, l.Until, l.Due = "emergency", time.Time{}, time.Time{} })
	add("told only now: compelled", Notice, "sealed", func(l *Letter) { l.Why, l.Until, l.Due = "compelled", time.Time{}, time.Time{} })
	add("told only now: in time", Notice, "granted", func(l *Letter) { l.Why, l.Until = "", time.Time{} })
	for _, e := range erasures {
		add("erasure "+e, Notice, "disclosed", func(l *Letter) { l.Erasure = e })
		add("erasure "+e+", nobody knows when", Notice, "disclosed", func(l *Letter) { l.Erasure, l.ErasureAt = e, time.Time{} })
	}
	add("to be kept only", Notice, "screened", func(l *Letter) {
		l.Items, l.Due = []string{"traffic/preserve 2023-06-11..2023-06-14", "content/preserve"}, time.Time{}
	})
	add("no code", Notice, "disclosed", func(l *Letter) { l.Code = "" })
	add("another tells the person", Accepted, "", func(l *Letter) { l.Instrument = "eu-eevidence" })
	for _, kind := range []Kind{Refused, Objected, Denied} {
		add("only told", kind, "", func(l *Letter) { l.Grounds = nil })
		add("only grounds", kind, "", func(l *Letter) { l.Told = "" })
	}
	return list
}

func TestEveryLetterIsWhole(t *testing.T) {
	for _, language := range Languages() {
		for _, c := range variants(t, language) {
			checkForm(t, c.Letter)
			checkSaid(t, c.Letter)
		}
		every(t, language, func(t *testing.T, kind Kind, outcome string) {
			checkForm(t, full(t, kind, language, outcome))
			checkForm(t, minimal(t, kind, language, outcome))
			checkSaid(t, full(t, kind, language, outcome))
			checkSaid(t, minimal(t, kind, language, outcome))
			rehearsal := full(t, kind, language, outcome)
			rehearsal.Rehearsal = true
			checkForm(t, rehearsal)
		})
	}
}

// checkForm is what holds of the outside of any letter.
func checkForm(t *testing.T, l *Letter) {
	t.Helper()
	subject, body := written(t, l)
	if n := len([]rune(subject)); n == 0 || n > 120 || strings.ContainsAny(subject, "\r\n") || strings.ContainsFunc(subject, func(r rune) bool { return unseen(r) && r != '\u200e' }) {
		t.Errorf("the subject is not one line of at most 120 characters: %q", subject)
	}
	for _, s := range []string{"<no value>", "<nil>", "%!", "{{", "{", "  \n", " \n", "\n\n\n", ": \n", "\r", "\t"} {
		if strings.Contains(body, s) || strings.Contains(subject, s) {
			t.Errorf("a letter has %q in it:\n%s\n%s", s, subject, body)
		}
	}
	if strings.HasPrefix(body, "\n") || !strings.HasSuffix(body, "\n") || strings.HasSuffix(body, "\n\n") {
		t.Errorf("a letter begins or ends with an empty line:\n%s", body)
	}
	before := ""
	for _, line := range strings.Split(body, "\n") {
		if before != "" && line != "" && strings.HasPrefix(before, ">") != strings.HasPrefix(line, ">") {
			t.Errorf("what is quoted does not stand alone: %q, %q", before, line)
		}
		before = line
		if columns(line) > measure && len(atoms(strings.TrimLeft(line, " "))) > 1 {
			t.Errorf("a line of %d columns could be broken: %s", columns(line), line)
		}
	}
}

// checkSaid finds everything the letter was given in its text.
func checkSaid(t *testing.T, l *Letter) {
	t.Helper()
	subject, body := written(t, l)
	tongue, err := speak(l.Language)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	add := func(list ...string) { want = append(want, list...) }
	word := func(table, id string) {
		if id != "" {
			w, err := tongue.word(table, id)
			if err != nil {
				t.Error(err)
			}
			add(w)
		}
	}
	add(l.Office, l.Reply, l.Case, l.Reference, l.Authority, l.Decision, l.Told, l.Remedy, l.Link, l.Code, l.Proof)
	add(l.Questions...)
	add(l.Changes...)
	if l.Kind != Accepted { // there it decides on a sentence
		word("instrument", l.Instrument)
	}
	word("clock", l.Clock)
	if l.Kind == Notice && l.fate() == "kept" {
		add(tongue.form("kept"))
	} else if l.Kind == Notice {
		word("stage", l.Outcome)
	}
	for _, g := range l.Grounds {
		word("ground", g)
	}
	for _, i := range l.Items {
		item, err := tongue.item(i)
		if err != nil {
			t.Error(err)
		}
		add(item)
	}
	if l.Country != "" {
		name, err := tongue.country(l.Country)
		if err != nil || name == l.Country {
			t.Errorf("%s is called %q: %v", l.Country, name, err)
		}
		add(name)
	}
	if !l.At.IsZero() && l.Kind == GrantedEcho {
		add(tongue.day(l.At))
	} else {
		add(tongue.moment(l.At))
	}
	add(tongue.end(l.Due), tongue.end(l.Until))
	if l.Erasure != "" {
		add(tongue.day(l.ErasureAt))
	}
	text := solid(subject + "\n" + body)
	for _, w := range want {
		if l.Kind == Notice && (w == tongue.moment(l.At) && l.fate() != "given" || w == tongue.end(l.Due) && !slices.Contains([]string{"open", "coming"}, l.fate())) {
			continue // when data were given, and before when none are: a notice says it where it is so
		}
		if !strings.Contains(text, solid(w)) {
			t.Errorf("%q is not said:\n%s\n%s", w, subject, body)
		}
	}
}

// solid is a text without what breaking, quoting and isolating put in.
func solid(s string) string {
	var b strings.Builder
	for _, l := range strings.Split(s, "\n") {
		b.WriteString(strings.TrimLeft(l, "> "))
	}
	return strings.Map(func(r rune) rune {
		if r == ' ' || r >= '\u2066' && r <= '\u2069' {
			return -1
		}
		return r
	}, b.String())
}

func TestALetterSaysWhatItNeedsOrIsNone(t *testing.T) {
	for _, r := range rules {
		for outcome := range outcomesOf(r) {
			for _, name := range strings.Fields(r.must + " " + r.outcomes[outcome]) {
				l := full(t, r.kind, "en", outcome)
				for one := range strings.SplitSeq(name, "|") {
					copyMember(l, &Letter{}, one)
				}
				_, _, err := l.Text()
				if fault.KindOf(err) != fault.Invalid {
					t.Errorf("%s %s without %s: %v", r.kind, outcome, name, err)
				}
			}
		}
	}
}
