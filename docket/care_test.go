package docket_test

import (
	"context"
	"slices"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

func TestOnwardTransfer(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.no(l.asks(), lifecycle.AskOnward, Body{To: "Interpol"}, "the case is screened")
	l.disclosed()
	l.does(l.asks(), lifecycle.AskOnward, Body{To: "the customs"})
	l.clock("onward transfer", berlin(2026, 10, 2))
	l.no(reviewer, lifecycle.AllowOnward, Body{To: "the customs", Until: start.Add(30 * day)}, "nobody has read and verified")
	l.no(judge, lifecycle.AllowOnward, Body{To: "the customs"}, "no end is named")
	l.does(reviewer, lifecycle.RefuseOnward, Body{})
	l.has("no onward")

	l.does(l.asks(), lifecycle.AskOnward, Body{To: "the customs"})
	l.after(40 * day)
	l.has("no onward")

	l.does(l.asks(), lifecycle.AskOnward, Body{To: "the customs"})
	l.do(reviewer, l.ref, Act{Do: lifecycle.Assert, Why: "they hunt the opposition", Body: Body{Said: []Statement{{Fact: "request.persecution", Value: "true"}}}})
	l.no(judge, lifecycle.AllowOnward, Body{To: "the customs", Until: l.now.Add(30 * day)}, "an absolute safeguard")
	l.do(reviewer, l.ref, Act{Do: lifecycle.Assert, Why: "that was another case", Body: Body{Said: []Statement{{Fact: "request.persecution", Value: "false"}}}})
	l.no(judge, lifecycle.AllowOnward, Body{To: "everybody", Until: l.now.Add(30 * day)}, "is not whom it was asked for")
	l.does(judge, lifecycle.AllowOnward, Body{To: "the customs", Until: l.now.Add(30 * day)})
	l.has("no onward")
}

func TestDefenceAsks(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	l.does(person, lifecycle.AskDefence, Body{})
	l.has("defence:asked")
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.no(senior, lifecycle.Close, Body{}, "something is still owed")
	l.no(reviewer, lifecycle.AnswerDefence, Body{}, "a reviewer may not")
	l.does(senior, lifecycle.AnswerDefence, Body{})
	l.does(senior, lifecycle.Close, Body{})
}

func TestFreeze(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded()
	l.settle(reviewer, l.ref, "court")
	l.no(senior, lifecycle.FreezeCase, Body{}, "a senior may not")
	l.does(overseer, lifecycle.FreezeCase, Body{})
	l.clock("freeze", start.Add(72*time.Hour))
	l.no(reviewer, lifecycle.Apply, Body{}, "oversight has frozen the case")
	l.no(overseer, lifecycle.ConfirmFreeze, Body{}, "it takes a second person")
	l.after(72 * time.Hour)
	l.has("freeze:lapsed")
	if !l.does(overseer, lifecycle.FreezeCase, Body{}).Proposed {
		t.Error("one person freezes again and again")
	}
	l.does(overseer2, lifecycle.FreezeCase, Body{})
	l.has("freeze:frozen by two")
	l.after(300 * day)
	l.has("freeze:frozen by two")
	l.two(overseer, overseer2, lifecycle.Thaw, Body{})
	l.does(reviewer, lifecycle.Apply, Body{})

	l = begin(t, "authority-de", "leg-13", nil)
	l.does(overseer, lifecycle.FreezeCase, Body{})
	l.no(Actor{" OLGA ", lifecycle.Oversight}, lifecycle.ConfirmFreeze, Body{}, "it takes a second person")
	l.does(overseer2, lifecycle.ConfirmFreeze, Body{})
	if c := l.has("freeze:frozen by two"); c.Events[c.Seq()-1].First != "Olga" {
		t.Errorf("who froze first is not on record: %+v", c.Events[c.Seq()-1])
	}
	l.after(300 * day)
	l.has("freeze:frozen by two")
}

// TestChildIsKeptAsLong: whoever is a child has as long to challenge.
func TestChildIsKeptAsLong(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.does(l.asks(), lifecycle.Withdraw, Body{})
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.does(senior, lifecycle.Close, Body{})
	l.clock("retention", berlin(2027, 9, 2))
	l = l.begin("leg-13", func(d map[string]any) {
		d["persons"] = []any{map[string]any{"role": "victim", "minor": true}}
	})
	l.does(l.asks(), lifecycle.Withdraw, Body{})
	l.does(notifier, lifecycle.Tell, told("a letter to the guardian"))
	l.does(senior, lifecycle.Close, Body{})
	l.clock("retention", berlin(2027, 9, 2))
}

// dropped is a vault that only remembers what was erased.
type dropped struct {
	Vault
	ids []string
}

func (d *dropped) Drop(_ context.Context, _ Ref, ids ...string) error {
	d.ids = append(d.ids, ids...)
	return nil
}

// TestFilesOfAChild go when the case closes; those of others when it is erased.
func TestFilesOfAChild(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ minor, gone bool }{"a child": {true, true}, "nobody young": {false, false}} {
		o := newOffice(t, "authority-de")
		vault := &dropped{}
		o.parts.Vault = vault
		o.Docket = New(o.parts, time.Time{})
		l := o.begin("leg-13", func(d map[string]any) {
			d["persons"] = []any{map[string]any{"role": "victim", "minor": c.minor}}
		})
		l.forwarded().applied().granted(0)
		body := files(0)
		body.Files[0].Kept = "one"
		l.does(custodian, lifecycle.Collect, body)
		l.does(custodian, lifecycle.Seal, Body{})
		l.hushed().released().lifted()
		l.does(notifier, lifecycle.Tell, told("a letter to the guardian"))
		ok(t, l.Handle(t.Context(), JobDrop, l.ref))
		if len(vault.ids) > 0 {
			t.Errorf("%s: gone before the requester fetched it", name)
		}
		l.does(senior, lifecycle.Close, Body{})
		ok(t, l.Handle(t.Context(), JobDrop, l.ref))
		if got := slices.Contains(vault.ids, "one"); got != c.gone {
			t.Errorf("%s: at close %q are gone", name, vault.ids)
		}
	}
}
