package letter

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
)

// unquoted are the lines of a body that are the office's own.
func unquoted(body string) int {
	n := 0
	for _, l := range strings.Split(body, "\n") {
		if !strings.HasPrefix(l, ">") {
			n++
		}
	}
	return n
}

// Whatever somebody writes, no line of it can pass for one of the letter.
func FuzzTold(f *testing.F) {
	for _, s := range []string{
		"Please send the order.", "a\nb\r\nc\rd\ve\ff\u0085g\u2028h\u2029i", "> quoted\n\n\n  From: somebody else", "-- \nsignature",
		"\u202egnp.exe\u2066 \u200b\ufeff", "\x00\x1b[2J\xff\xfe", strings.Repeat("x", 500), strings.Repeat("漢", 200), "\u0301\u0301\u0301",
		"{{.Case}} <no value>", "ملاحظة: الرجاء إرسال القرار", "see https://" + strings.Repeat("a", 100) + ".example", " ", "\n", "\t\ta\u3000b",
	} {
		for _, kind := range []Kind{Offer, Refused, Notice, Enrolment} {
			f.Add(string(kind), "en", s)
		}
		f.Add(string(Questions), "ar", s)
		f.Add(string(Notice), "zh", s)
	}
	plain := map[string]int{}
	f.Fuzz(func(t *testing.T, name, language, told string) {
		r, err := ruleOf(Kind(name))
		if err != nil {
			return
		}
		outcome := ""
		if Kind(name) == Notice {
			outcome = "disclosed"
		}
		if len(outcomesOf(*r)) > 1 && outcome == "" {
			return
		}
		if _, err := speak(language); err != nil {
			return
		}
		l := full(t, Kind(name), language, outcome)
		key := name + language
		if plain[key] == 0 {
			_, body := written(t, l)
			plain[key] = unquoted(body)
		}
		if l.Told != "" {
			l.Told = told
		}
		if l.Remedy != "" {
			l.Remedy = told
		}
		if l.Questions != nil {
			l.Questions = []string{told, "Which court?", told}
		}
		if l.Changes != nil {
			l.Changes = []string{told, "the address", told}
		}
		_, body, err := l.Text()
		if text(told) == "" || len(told) > maxText {
			if err != nil && fault.KindOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return // a letter without it, or none
		}
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || len(text(told))*2 < maxText {
				t.Fatal(err)
			}
			return
		}
		if n := unquoted(body); n != plain[key] {
			t.Errorf("the letter has %d lines of its own, and should have %d:\n%s", n, plain[key], body)
		}
		if strings.ContainsFunc(body, func(r rune) bool { return r != '\n' && !isolate(r) && unseen(r) }) {
			t.Errorf("something unseen is in the letter: %q", body)
		}
		for _, line := range strings.Split(body, "\n") {
			if strings.HasPrefix(line, ">") && columns(line) > measure && !strings.Contains(line, "://") {
				t.Errorf("a line is too wide: %q", line)
			}
		}
	})
}

func isolate(r rune) bool { return r >= '\u2066' && r <= '\u2069' }

// Names and references are the words of others as well: they stay behind their
// labels, and never reach a subject.
func TestNamesStayBehindTheirLabels(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		language := rapid.SampledFrom(Languages()).Draw(r, "language")
		rule := rapid.SampledFrom(rules).Draw(r, "kind")
		outcome := rapid.SampledFrom(keys(outcomesOf(rule))).Draw(r, "outcome")
		l := full(t, rule.kind, language, outcome)
		before, body := written(t, l)
		heads := flush(body)
		text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("\r\n\v\f \u2028\u202e\u2069>-From:abcde")))).Draw(r, "text")
		for _, s := range []*string{&l.Office, &l.Reply, &l.Reference, &l.Authority, &l.Decision} {
			if *s != "" {
				*s = "x" + text
			}
		}
		subject, body, err := l.Text()
		if err != nil {
			r.Fatal(err)
		}
		if subject != before {
			r.Errorf("the subject is %q and was %q", subject, before)
		}
		if got := flush(body); got != heads {
			r.Errorf("lines at the margin are others:\n%s\nand were\n%s", got, heads)
		}
		if strings.ContainsFunc(body, func(r rune) bool { return r != '\n' && !isolate(r) && unseen(r) }) {
			r.Errorf("something unseen is in the letter: %q", body)
		}
	})
}

// flush are the lines at the left margin: those the office itself says.
func flush(body string) string {
	var list []string
	for _, l := range strings.Split(body, "\n") {
		if l != "" && l[0] != ' ' {
			list = append(list, l)
		}
	}
	return strings.Join(list, "\n")
}

func keys(m map[string]string) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	return list
}

func TestNothingIsSaidThatAKindDoesNotSay(t *testing.T) {
	for _, kind := range []Kind{Named, Escalation, Assigned, SecondWanted} {
		all := full(t, Notice, "en", "disclosed")
		l := full(t, kind, "en", "")
		for _, name := range envelope {
			if name != "At" {
				copyMember(l, all, name)
			}
		}
		l.Reference = "2026/CYB/0815-A"
		subject, body := written(t, l)
		if err := l.check(); err != nil || l.Authority+l.Country+l.Instrument+l.Reference != "" {
			t.Errorf("%s keeps what it does not say: %+v, %v", kind, l, err)
		}
		for _, s := range []string{all.Authority, "Turkey", "2026/CYB", "Budapest"} {
			if strings.Contains(solid(subject+body), solid(s)) {
				t.Errorf("%s says %q:\n%s", kind, s, body)
			}
		}
		if kind != Named && (strings.Contains(body, all.Office) || strings.Contains(body, all.Reply)) {
			t.Errorf("%s names the office:\n%s", kind, body)
		}
	}
	for _, c := range []struct {
		name string
		kind Kind
		set  func(*Letter)
		want string
	}{
		{"a confirmation tells nothing", ChallengeReceived, func(l *Letter) { l.Told = "hello" }, "challenge-received: such a letter says nothing of Told"},
		{"a confirmation asks nothing", ChallengeReceived, func(l *Letter) { l.Questions = []string{"who?"} }, "challenge-received: such a letter says nothing of Questions"},
		{"staff mail has no link", Assigned, func(l *Letter) { l.Link = "https://x.example" }, "assigned: such a letter says nothing of Link"},
		{"an enrolment has no link", Enrolment, func(l *Letter) { l.Link = "https://x.example" }, "enrolment: such a letter says nothing of Link"},
		{"an unknown kind", "gossip", func(*Letter) {}, "gossip: is no kind of letter"},
		{"an unknown language", ChallengeReceived, func(l *Letter) { l.Language = "tlh" }, "tlh: is no language letters are written in; they are written in ar, en, es, fr, ru, zh"},
		{"no language", ChallengeReceived, func(l *Letter) { l.Language = "" }, "is no language letters are written in; they are written in ar, en, es, fr, ru, zh"},
		{"a reference with a space", ChallengeReceived, func(l *Letter) { l.Case = "26-1 2" }, `challenge-received: "26-1 2" is no case reference`},
		{"a reference with a line", ChallengeReceived, func(l *Letter) { l.Case = "26-1\r\nBcc: x@y.example" }, `challenge-received: "26-1 Bcc: x@y.example" is no case reference`},
		{"an unknown clock", Escalation, func(l *Letter) { l.Clock = "cuckoo" }, "cuckoo: there is no such clock"},
		{"an unknown ground", Refused, func(l *Letter) { l.Grounds = []string{"dislike"} }, "dislike: there is no such ground"},
		{"an unknown category", Ready, func(l *Letter) { l.Items = []string{"gossip"} }, "gossip: there is no such data"},
		{"an unknown mode", Ready, func(l *Letter) { l.Items = []string{"traffic/slow"} }, "slow: there is no such mode"},
		{"half a window", Ready, func(l *Letter) { l.Items = []string{"traffic 2023-06-11"} }, `traffic 2023-06-11: "2023-06-11" is no window of days; write the first and the last day, such as 2023-06-11..2023-06-14`},
		{"a window that runs back", Ready, func(l *Letter) { l.Items = []string{"traffic 2023-06-12..2023-06-11"} }, `traffic 2023-06-12..2023-06-11: "2023-06-12..2023-06-11" is no window of days; write the first and the last day, such as 2023-06-11..2023-06-14`},
		{"a link that is none", Ready, func(l *Letter) { l.Link = "javascript:alert(1)" }, "ready: Link is not an address of the web"},
		{"a link to a file", Ready, func(l *Letter) { l.Link = "file://x.example/a" }, "ready: Link is not an address of the web"},
		{"a link of two lines", Ready, func(l *Letter) { l.Link = "https://x.example/\nFrom: y" }, "ready: Link has to be of visible ASCII characters, 2000 at most"},
		{"a long text", Refused, func(l *Letter) { l.Told = strings.Repeat("a", maxText+1) }, "refused: Told has 32769 bytes and may have 32768"},
		{"many questions", Questions, func(l *Letter) {
			l.Questions = strings.Split(strings.Repeat("a ", maxList), " ")
			l.Questions[maxList] = "b"
		}, "questions: Questions has 201 entries and may have 200"},
		{"no time in a zone", ChallengeReceived, func(l *Letter) { l.At = time.Time{}.In(berlin) }, "challenge-received: such a letter has to say At"},
		{"late without a reason", Notice, func(l *Letter) { l.Why = "lazy" }, `notice: "lazy" is no reason why somebody is told only now; it is one of secrecy, emergency, compelled, unreached, late`},
		{"secrecy without an end", Notice, func(l *Letter) { l.Why = "secrecy" }, "notice: secrecy has an end, and Until does not say it"},
		{"half an erasure", Notice, func(l *Letter) { l.Erasure = "half" }, `notice: an erasure is not "half"; it is one of demanded, confirmed`},
		{"an erasure of what was not given", Notice, func(l *Letter) { l.Outcome, l.Erasure = "refused", "demanded" }, "notice: nothing was given that could be erased"},
		{"a day of no erasure", Notice, func(l *Letter) { l.ErasureAt = l.At }, "notice: ErasureAt is the day of an erasure, and there is none"},
		{"postponed for no reason", Postponed, func(l *Letter) { l.Grounds = nil }, "postponed: such a letter has to say Told or Grounds"},
		{"a letter to staff says no more than whether it is verified", Urgent, func(l *Letter) { l.Told = "a bomb" }, "urgent: such a letter says nothing of Told"},
		{"told of nothing", Offer, func(l *Letter) { l.Told, l.Grounds = " \u200b\n", nil }, "offer: such a letter has to say Told or Items or Grounds"},
	} {
		outcome := map[Kind]string{Notice: "disclosed", Urgent: "verified"}[c.kind]
		l := minimal(t, ChallengeReceived, "en", "")
		if c.kind != "gossip" {
			l = minimal(t, c.kind, "en", outcome)
		}
		l.Kind = c.kind
		c.set(l)
		_, _, err := l.Text()
		if fmt.Sprint(err) != c.want || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	l := minimal(t, Notice, "en", "refused")
	l.Country = "ZZ"
	if _, _, err := l.Text(); fmt.Sprint(err) != "ZZ: is no code of a country" {
		t.Errorf("ZZ: %v", err)
	}
	l = minimal(t, Notice, "en", "refused")
	l.Outcome = "closed"
	if _, _, err := l.Text(); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), `"closed" is no outcome`) {
		t.Errorf("closed: %v", err)
	}
	l = minimal(t, Notice, "en", "disclosed")
	l.Code = "ABC"
	if _, _, err := l.Text(); fmt.Sprint(err) != "notice: a code is for a link, and there is none" {
		t.Errorf("a code alone: %v", err)
	}
}

func TestALetterIsNotChangedByBeingWritten(t *testing.T) {
	l := full(t, Notice, "ar", "disclosed")
	l.Authority, l.Questions = "  a  ", nil
	was := *l
	_, first := written(t, l)
	_, second := written(t, l)
	if first != second || l.Authority != was.Authority || l.Items[0] != was.Items[0] {
		t.Error("writing a letter changed it")
	}
}

func TestNearest(t *testing.T) {
	for tag, want := range map[string]string{"fr-CA": "fr", "FR": "fr", "zh-Hans-CN": "zh", "de": "en", "": "en", "-": "en", "ar": "ar"} {
		if got := Nearest(tag); got != want {
			t.Errorf("Nearest(%q) = %s, want %s", tag, got, want)
		}
	}
}

func TestALateClockIsCalledLate(t *testing.T) {
	l := full(t, Escalation, "en", "")
	soon, _ := written(t, l)
	l.At = l.Due.Add(time.Minute)
	late, _ := written(t, l)
	if soon != "Due soon: case 26-7K3MQ9XB-T" || late != "Late: case 26-7K3MQ9XB-T" {
		t.Errorf("%q and %q", soon, late)
	}
}

// Many write at once, in languages nobody has read yet.
func TestLettersAreWrittenAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for _, language := range Languages() {
		l := full(t, Notice, language, "disclosed")
		_, want := written(t, l)
		for range 8 {
			all.Go(func() {
				if _, body, err := l.Text(); err != nil || body != want {
					t.Errorf("%s: %v, or another letter", language, err)
				}
			})
		}
	}
	all.Wait()
}
