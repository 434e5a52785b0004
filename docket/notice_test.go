package docket_test

import (
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// several asks about one account in the first measure, and two in the second.
func several(doc map[string]any) {
	targets := func(values ...string) []any {
		var list []any
		for _, v := range values {
			list = append(list, map[string]any{"type": "account", "value": v})
		}
		return list
	}
	measures := doc["measures"].([]any)
	measures[0].(map[string]any)["targets"] = targets("panel-1")
	measures[1].(map[string]any)["targets"] = targets("panel-2", "panel-3")
}

// of names whom a notice goes to.
func of(b Body, whom ...string) Body {
	b.Whom = whom
	return b
}

// TestEveryoneIsTold: the duty is settled when nobody concerned is left.
func TestEveryoneIsTold(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded()
	letter := told("a letter")
	l.no(notifier, lifecycle.Tell, of(letter, "/measures/0/targets/1"), "is nobody whose data are asked for")
	l.no(notifier, lifecycle.Tell, of(letter, "/measures/0/targets/0"), "somebody concerned was neither told nor")
	l.no(notifier, lifecycle.TellOne, letter, "it is not said who was told")
	l.no(reviewer, lifecycle.TellOne, of(letter, "/measures/0/targets/0"), "a reviewer may not")
	l.no(notifier, lifecycle.TellOne, Body{Way: "a letter", Whom: letter.Whom}, "it is not said")

	// The stage is one of which nothing is decided yet; a grant is.
	l.no(notifier, lifecycle.TellOne, of(letter, "/measures/0/targets/0"), "the time to tell has not come")
	l.applied().granted(0, 1)
	l.does(notifier, lifecycle.TellOne, of(letter, "/measures/0/targets/0"))
	l.has("duty:open")
	l.does(notifier, lifecycle.TellOne, of(letter, "/measures/1/targets/1"))
	l.no(notifier, lifecycle.Tell, of(letter, "/measures/1/targets/1"), "somebody concerned was neither told nor")
	last := l.does(notifier, lifecycle.Tell, of(letter, "/measures/1/targets/0"))
	l.has("duty:settled")
	if e := last.Case.Events[last.Case.Seq()-1]; len(e.Whom) != 1 {
		t.Errorf("told are %q", e.Whom)
	}
}

// TestMoreToTell: what is granted later is told again, to everybody.
func TestMoreToTell(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied().granted(0, 1)
	letter := told("a letter")
	l.does(notifier, lifecycle.Tell, letter)
	l.does(judge, lifecycle.Revoke, Body{})
	l.does(reviewer, lifecycle.Apply, Body{})
	l.granted(0, 1)
	l.has("duty:open")
	l.no(notifier, lifecycle.Tell, of(letter, "/measures/0/targets/0"), "somebody concerned was neither told nor")
	l.does(notifier, lifecycle.Tell, letter)
	l.has("duty:settled")
}

// TestUnreachableTakesTwo, and of several the others are told all the same.
func TestUnreachableTakesTwo(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied().granted(0, 1)
	gone := Body{Proof: "returned letters"}
	l.no(notifier, lifecycle.Unreachable, of(gone, "/measures/0/targets/0"), "somebody concerned was neither told nor")
	l.does(notifier, lifecycle.TellOne, of(told("a letter"), "/measures/0/targets/0", "/measures/1/targets/1"))
	l.two(notifier, senior, lifecycle.Unreachable, of(gone, "/measures/1/targets/0"))
	l.has("duty:settled")
}

// TestNoticeDue: once it is time, whoever tells waits for no stage.
func TestNoticeDue(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	for name, who := range map[string]Actor{"the notifier": notifier, "oversight": overseer} {
		l := o.begin("leg-13", nil)
		l.clock("notice", l.now.AddDate(0, 0, 90))
		l.forwarded()
		l.clock("notice", l.now.AddDate(0, 0, 7)) // the first decision
		l.no(who, lifecycle.Tell, told("a letter"), "the time to tell has not come")
		l.after(7 * day)
		l.does(who, lifecycle.Tell, told("a letter"))
		l.has("stage:forwarded", "duty:settled")
		if t.Failed() {
			t.Fatal(name)
		}
	}
	// What a court keeps secret is not told before that ends.
	l := o.begin("leg-13", nil)
	l.settle(reviewer, l.ref, "secrecy")
	l.does(judge, lifecycle.OrderSecrecy, secret(l.now.Add(80*day)))
	l.forwarded()
	l.clock("notice", l.now.AddDate(0, 0, 87))
	l.after(79 * day)
	l.no(overseer, lifecycle.Tell, told("a letter"), "a court has ordered secrecy")
	l.after(8 * day)
	l.has("stage:forwarded", "secrecy:over")
	l.does(overseer, lifecycle.Tell, told("a letter"))
}

// TestLateSecrecyCountsFromTheReceipt: nobody gains by ordering late.
func TestLateSecrecyCountsFromTheReceipt(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.settle(reviewer, l.ref, "secrecy")
	l.after(60 * day)
	l.no(judge, lifecycle.OrderSecrecy, secret(l.now.Add(31*day)), "lies beyond the limit")
	l.after(40 * day)
	l.no(judge, lifecycle.OrderSecrecy, secret(l.now.Add(91*day)), "lies beyond the limit")
	l.does(judge, lifecycle.OrderSecrecy, secret(l.now.Add(90*day)))
}

// TestTimeForThePerson is seven days after the notice, for whoever was told last.
func TestTimeForThePerson(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied().granted(0, 1).sealed(0, 1)
	l.settle(reviewer, l.ref, "disclosure")
	l.does(notifier, lifecycle.TellOne, of(told("a letter"), "/measures/0/targets/0"))
	l.after(6 * day)
	l.no(senior, lifecycle.Release, Body{}, "the person was not told")
	l.does(notifier, lifecycle.Tell, of(told("a letter"), "/measures/1/targets/0", "/measures/1/targets/1"))
	l.after(7*day - time.Minute)
	l.no(senior, lifecycle.Release, Body{}, "the instrument says wait")
	l.after(time.Minute)
	l.two(reviewer, senior, lifecycle.Release, Body{})
}

// TestSecretlyAtOnce: with secrecy ordered nothing waits for a notice.
func TestSecretlyAtOnce(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0).sealed(0)
	l.settle(reviewer, l.ref, "disclosure")
	l.no(senior, lifecycle.Release, Body{}, "the person was not told, and no court has ordered secrecy")
	l.hushed()
	l.two(reviewer, senior, lifecycle.Release, Body{})
	l.has("stage:disclosed", "duty:open", "secrecy:first period")
}

// TestIssuerTells: an order of the Union is told by whoever issued it; when it
// is late oversight may.
func TestIssuerTells(t *testing.T) {
	t.Parallel()
	l := european(t).forwarded().applied().granted(0).sealed(0)
	l.settle(reviewer, l.ref, "disclosure")
	l.no(notifier, lifecycle.Tell, told("a letter"), "the issuing authority tells the person")
	l.no(notifier, lifecycle.Unreachable, Body{Proof: "returned letters"}, "the issuing authority tells the person")
	l.after(12 * day)
	l.two(reviewer, senior, lifecycle.Release, Body{})
	l.no(overseer, lifecycle.Tell, told("a letter"), "the time to tell has not come")
	l.after(80 * day)
	l.no(notifier, lifecycle.Tell, told("a letter"), "the issuing authority tells the person")
	if c := l.has("duty:open"); !c.Escalated {
		t.Error("nobody sees that the issuer is late")
	}
	l.does(overseer, lifecycle.Tell, told("a letter"))
	l.has("duty:settled")
}
