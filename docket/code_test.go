package docket_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

const codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// planned is a case in which somebody is told by mail, and the code they got.
func planned(t *testing.T) (l *life, code string) {
	t.Helper()
	l = begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0, 1)
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
	return l, l.notice().Letter.Code
}

// notice is the one notice that can be sent.
func (l *life) notice() Notice {
	l.t.Helper()
	list, err := l.Notices(l.t.Context(), l.ref)
	ok(l.t, err)
	if len(list) != 1 {
		l.t.Fatalf("%d notices can be sent; want one", len(list))
	}
	return list[0]
}

// TestCodeOpensOneDoor of one case, however it is typed, and nothing else.
func TestCodeOpensOneDoor(t *testing.T) {
	t.Parallel()
	l, person := planned(t)
	receipt, err := l.ReceiptCode(t.Context(), l.ref)
	ok(t, err)
	again, err := l.ReceiptCode(t.Context(), l.ref)
	ok(t, err)
	if again != receipt || receipt == person || !strings.HasPrefix(receipt, string(l.ref)+"-") {
		t.Errorf("the codes are %s, %s and %s", receipt, again, person)
	}
	if s, err := l.StandingOf(t.Context(), receipt); err != nil || s.Case != l.ref {
		t.Fatalf("%s opens %+v, %v", receipt, s, err)
	}
	for name, typed := range map[string]string{
		"small letters":       strings.ToLower(receipt),
		"no hyphens":          strings.ReplaceAll(receipt, "-", ""),
		"spaces and tabs":     " " + strings.ReplaceAll(receipt, "-", " \t") + " ",
		"O for 0":             strings.ReplaceAll(receipt, "0", "O"),
		"o for 0":             strings.ReplaceAll(receipt, "0", "o"),
		"I for 1":             strings.ReplaceAll(receipt, "1", "I"),
		"l for 1":             strings.ReplaceAll(receipt, "1", "l"),
		"L for 1, and i at 1": strings.Replace(strings.ReplaceAll(receipt, "1", "L"), "L", "i", 1),
	} {
		if s, err := l.StandingOf(t.Context(), typed); err != nil || s.Case != l.ref {
			t.Errorf("%s: %q does not open: %v", name, typed, err)
		}
	}

	// Every answer to what opens nothing is the same answer.
	other := l.receive(l.doc, registered)
	_, want := l.StandingOf(t.Context(), "nonsense")
	if fault.KindOf(want) != fault.NotFound || strings.Contains(want.Error(), "nonsense") {
		t.Fatalf("nonsense is answered by %v", want)
	}
	bare := strings.TrimPrefix(receipt, string(l.ref))
	for name, typed := range map[string]string{
		"nothing":                       "",
		"the code of a notice":          person,
		"another case's letters":        string(other.Ref) + bare,
		"a case that does not exist":    "26-00000000-0" + bare,
		"a reference that is none":      "26-00000000-1" + bare,
		"another number":                strings.Replace(receipt, string(l.ref)+"-00", string(l.ref)+"-01", 1),
		"too short":                     receipt[:len(receipt)-1],
		"too long":                      receipt + "0",
		"a letter that is none":         receipt[:len(receipt)-1] + "U",
		"a letter of another alphabet":  receipt[:len(receipt)-1] + "А",
		"bytes that are no text":        receipt[:len(receipt)-1] + "\xff",
		"the reference alone":           string(l.ref),
		"a case's letters without case": bare,
	} {
		if _, err := l.StandingOf(t.Context(), typed); err == nil || err.Error() != want.Error() {
			t.Errorf("%s: %v; want %v", name, err, want)
		}
	}
	for name, typed := range map[string]string{"a receipt": receipt, "nonsense": "x", "a case that is not there": "26-00000000-0" + strings.TrimPrefix(person, string(l.ref))} {
		if _, err := l.Challenge(t.Context(), typed, Act{Why: "not me"}); err == nil || err.Error() != want.Error() {
			t.Errorf("%s challenges: %v; want %v", name, err, want)
		}
	}
	l.has("no challenge")
}

// TestEveryOtherCodeOpensNothing: one letter changed, anywhere.
func TestEveryOtherCodeOpensNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	c := o.receive(document(t, "leg-13", nil), byMail)
	receipt, err := o.ReceiptCode(t.Context(), c.Ref)
	ok(t, err)
	tried := 0
	for i := range receipt {
		if receipt[i] == '-' {
			continue
		}
		for _, r := range codeLetters {
			if byte(r) == receipt[i] {
				continue
			}
			tried++
			if _, err := o.StandingOf(t.Context(), receipt[:i]+string(r)+receipt[i+1:]); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s with %c at %d opens: %v", receipt, r, i, err)
			}
		}
	}
	if want := (11 + 2 + 20) * 31; tried != want {
		t.Errorf("%d were tried; want %d", tried, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "typed")
		if _, err := o.StandingOf(o.t.Context(), text); fault.KindOf(err) != fault.NotFound {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

// TestChallengeByCode: whoever has the code of a notice is one person, who
// challenges once; another joins.
func TestChallengeByCode(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied().granted(0, 1)
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org", "/measures/0/targets/0"))
	l.does(notifier, lifecycle.PlanNotice, plan("mail:b@example.org", "/measures/1/targets/0", "/measures/1/targets/1"))
	list, err := l.Notices(t.Context(), l.ref)
	ok(t, err)
	if len(list) != 2 || list[0].Letter.Code == list[1].Letter.Code {
		t.Fatalf("the notices are %+v", list)
	}
	first, second := list[0].Letter.Code, list[1].Letter.Code
	done, err := l.Challenge(t.Context(), strings.ToLower(first), Act{Why: "this is not mine"})
	ok(t, err)
	if len(done.Case.Events) > 0 || done.Case.Request != nil {
		t.Errorf("who challenges is given %+v", done.Case)
	}
	l.has("challenge:filed")
	if _, err := l.Challenge(t.Context(), first, Act{Why: "this is not mine"}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the same person challenges twice: %v", err)
	}
	if _, err := l.Challenge(t.Context(), second, Act{Why: "nor mine"}); err != nil {
		t.Errorf("another does not join: %v", err)
	}
	var by []string
	for _, e := range l.see(l.ref).Events {
		if e.Do == lifecycle.File || e.Do == lifecycle.JoinChallenge {
			by = append(by, string(e.Do)+" "+e.By)
		}
	}
	if got := strings.Join(by, ", "); got != "challenge person of notice 1, join-challenge person of notice 2" {
		t.Errorf("on record is %q", got)
	}
	for _, do := range []lifecycle.Event{lifecycle.Grant, lifecycle.Release, lifecycle.UpholdChallenge, lifecycle.Note, lifecycle.Withdraw, lifecycle.Assign, lifecycle.LookOutside} {
		if _, err := l.Challenge(t.Context(), first, Act{Do: do, Why: "please"}); fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.Invalid {
			t.Errorf("a person does %s: %v", do, err)
		}
	}
}

// TestCodeCountsPlans: how much else happens in a case, and who makes it happen,
// takes no codes from the person.
func TestCodeCountsPlans(t *testing.T) {
	t.Parallel()
	l, code := planned(t)
	if want := string(l.ref) + "-01-"; !strings.HasPrefix(code, want) {
		t.Errorf("the first plan, in event %d, has the code %s; want %s…", l.see(l.ref).Seq(), code, want)
	}
	l.does(notifier, lifecycle.PlanNotice, plan("mail:b@example.org"))
	if code, want := l.notice().Letter.Code, string(l.ref)+"-02-"; !strings.HasPrefix(code, want) {
		t.Errorf("the second has the code %s; want %s…", code, want)
	}
}
