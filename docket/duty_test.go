package docket_test

import (
	"bytes"
	"context"
	"crypto/hpke"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
)

// watching keeps the leaves that are written.
type watching struct {
	Records
	mu     sync.Mutex
	leaves []Leaf
	urgent []string
}

func (w *watching) Append(ctx context.Context, b *Batch) (Ref, error) {
	ref, err := w.Records.Append(ctx, b)
	if err == nil {
		w.mu.Lock()
		w.leaves, w.urgent = append(w.leaves, b.Leaves...), append(w.urgent, b.Urgent...)
		w.mu.Unlock()
	}
	return ref, err
}

// watched lets an office work on records whose leaves a test sees.
func watched(l *life) *watching {
	w := &watching{Records: l.store}
	l.parts.Records = w
	l.Docket = New(l.parts, time.Time{})
	return w
}

// duties gives the leaves in clear, parsed.
func (w *watching) public(t *testing.T) (list []ledger.Leaf) {
	t.Helper()
	for i := range w.leaves {
		if w.leaves[i].Class == LeafPublic {
			leaf, err := ledger.Parse(w.leaves[i].Text)
			ok(t, err)
			list = append(list, leaf)
		}
	}
	return list
}

// TestNothingLeavesUnpublished: what authorises it, and the duty to tell, have to
// stand in the public log.
func TestNothingLeavesUnpublished(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{"the grant", "the duty"} {
		t.Run(missing, func(t *testing.T) {
			t.Parallel()
			l := begin(t, "authority-de", "leg-13", nil)
			w := watched(l)
			l.forwarded().applied().granted(0, 1).sealed(0, 1).hushed().settle(reviewer, l.ref, "disclosure")
			c, err := l.Show(t.Context(), overseer, l.ref, "")
			ok(t, err)
			duty := c.Duties()[0]
			for _, e := range c.Events {
				if missing == "the grant" && e.Do == lifecycle.Grant {
					l.log.held = []string{string(l.ref) + " " + strconv.Itoa(e.Seq)}
				}
			}
			if missing == "the duty" {
				l.log.held = []string{string(l.ref) + " " + strconv.Itoa(duty.Opened) + " notify"}
			}
			if len(l.log.held) != 1 || len(w.leaves) == 0 {
				t.Fatalf("held %q", l.log.held)
			}
			l.no(reviewer, lifecycle.Release, Body{}, "do not stand in the public log yet")
			l.log.held = nil
			l.two(reviewer, senior, lifecycle.Release, Body{})
		})
	}
}

// TestNeedHastensTheDuty: once two have said that a life is at risk, the duty to
// tell does not wait for its batch any more, whatever the request called itself.
func TestNeedHastensTheDuty(t *testing.T) {
	t.Parallel()
	l := emergency(t)
	w := watched(l)
	l.looked()
	if len(w.urgent) != 0 {
		t.Fatalf("urgent before anybody said so: %q", w.urgent)
	}
	l.two(reviewer, senior, lifecycle.OpenLane, Body{Risk: "a child was taken", Contact: "+33 1 0000"})
	c, err := l.Show(t.Context(), overseer, l.ref, "")
	ok(t, err)
	if want := []string{string(l.ref) + " " + strconv.Itoa(c.Duties()[0].Opened) + " notify"}; !slices.Equal(w.urgent, want) {
		t.Errorf("urgent: %q, want %q", w.urgent, want)
	}
}

// TestNoLogNothingLeaves: an office without a public log lets nothing out.
func TestNoLogNothingLeaves(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0, 1).sealed(0, 1).hushed()
	l.settle(reviewer, l.ref, "disclosure")
	l.parts.Log = nil
	l.Docket = New(l.parts, time.Time{})
	l.no(reviewer, lifecycle.Release, Body{}, "do not stand in the public log yet")
}

// TestDutyOpensBeforeAnythingIsDecided: with its acceptance a request has a duty
// with a due date at the end of a month, under an id that is not the case's.
func TestDutyOpensBeforeAnythingIsDecided(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	w := watched(l)
	again := l.begin("leg-13", nil)
	public := w.public(t)
	if len(public) != 1 {
		t.Fatalf("%d leaves in clear: %v", len(public), public)
	}
	d := public[0].(ledger.Duty)
	if d.Class != ledger.Notify || !d.Due.IsMonthEnd() || d.Batch != (ledger.Epoch{}) {
		t.Errorf("%+v", d)
	}
	policy, _ := l.log.Terms()
	if limit := policy.DueFor(ledger.Notify, ledger.EpochAt(l.now, policy.EpochMinutes)); d.Due != limit {
		t.Errorf("due %v, and the policy says %v", d.Due, limit)
	}
	c, err := l.Show(t.Context(), overseer, again.ref, "")
	ok(t, err)
	if got := c.Duties(); len(got) != 1 || got[0].ID != d.ID || got[0].As != "" {
		t.Errorf("the case says %+v", got)
	}
	kinds := map[string]int{}
	for _, leaf := range w.leaves {
		if strings.Contains(string(leaf.Text), string(again.ref)) {
			t.Errorf("a leaf names the case: %s", leaf.Text)
		}
		kinds[leaf.Class]++
	}
	if kinds[LeafSealed] != 3 { // received, accepted, screened
		t.Errorf("%v", kinds)
	}
}

// TestSettled: a duty is settled as the case stands, by the key of whoever may,
// and by nothing else.
func TestSettled(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	c, err := l.Show(t.Context(), overseer, l.ref, "")
	ok(t, err)
	id := c.Duties()[0].ID
	policy, _ := l.log.Terms()
	leaf := func(as ledger.Settlement) []byte {
		return ledger.Settle{Batch: ledger.EpochAt(l.now, policy.EpochMinutes), ID: id, As: as}.Marshal()
	}
	if list, _, err := l.Drafts(t.Context(), notifier, "", 0); err != nil || len(list) != 0 {
		t.Fatalf("nobody was told, and it can be settled: %v %v", list, err)
	}
	try := func(who Actor, text []byte, why, says string) {
		t.Helper()
		if _, err := l.Settle(t.Context(), who, l.ref, text, why); !contains(err, says) {
			t.Errorf("%s as %s: %v; want %q", who.Name, who.Role, err, says)
		}
	}
	try(notifier, l.log.sign(t, leaf(ledger.Notified), notifier.Role), "", "is not settled as notified by a notifier")
	l.does(notifier, lifecycle.Tell, told("a letter"))
	list, _, err := l.Drafts(t.Context(), notifier, "", 0)
	ok(t, err)
	if len(list) != 1 || list[0].As != ledger.Notified || list[0].By != lifecycle.Notifier || !bytes.Equal(list[0].Leaf, leaf(ledger.Notified)) {
		t.Fatalf("drafts: %+v", list)
	}
	if others, _, err := l.Drafts(t.Context(), judge, "", 0); err != nil || len(others) != 0 {
		t.Errorf("the judge is asked: %v %v", others, err)
	}
	if _, _, err := l.Drafts(t.Context(), reviewer, "", 0); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a reviewer settles: %v", err)
	}
	try(notifier, l.log.sign(t, list[0].Leaf, judge.Role), "", "not one of a notifier")
	try(notifier, list[0].Leaf, "", "key")
	try(overseer, l.log.sign(t, leaf(ledger.Unreachable), overseer.Role), "", "is not settled as unreachable")
	try(overseer, l.log.sign(t, leaf(ledger.Void), overseer.Role), "", "no reasons")
	try(notifier, []byte("rogatory/v1 sealed\n"), "", "too early")
	signed := l.log.sign(t, list[0].Leaf, notifier.Role)
	done, err := l.Settle(t.Context(), notifier, l.ref, signed, "")
	ok(t, err)
	if got := done.Duties()[0]; got.As != ledger.Notified {
		t.Errorf("%+v", got)
	}
	n := done.Seq()
	done, err = l.Settle(t.Context(), notifier, l.ref, signed, "")
	ok(t, err)
	if done.Seq() != n {
		t.Error("the same settlement twice is two events")
	}
	try(overseer, l.log.sign(t, leaf(ledger.Void), overseer.Role), "nobody is concerned", "is settled: notified")
	l.now = l.now.AddDate(0, 0, 8)
	try(notifier, signed, "", "sign it anew")
}

// TestExtendedAsFarAsSecrecyGoes: a judge puts off the public duty to the month in
// which secrecy ends, and not further.
func TestExtendedAsFarAsSecrecyGoes(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	l.after(20 * day)
	l.settle(reviewer, l.ref, "secrecy")
	w := watched(l)
	l.does(judge, lifecycle.OrderSecrecy, secret(start.Add(89*day)))
	list, _, err := l.Drafts(t.Context(), judge, "", 0)
	ok(t, err)
	if len(list) != 1 || list[0].As != ledger.Extended || list[0].Next == nil {
		t.Fatalf("drafts: %+v", list)
	}
	parsed, err := ledger.Parse(list[0].Leaf)
	ok(t, err)
	further := parsed.(ledger.Settle)
	further.Due = further.Due.AddDays(31).MonthEnd()
	if _, err := l.Settle(t.Context(), judge, l.ref, l.log.sign(t, further.Marshal(), judge.Role), ""); !contains(err, "is not settled as extended") {
		t.Errorf("put off further than secrecy goes: %v", err)
	}
	c, err := l.Settle(t.Context(), judge, l.ref, l.log.sign(t, list[0].Leaf, judge.Role), "")
	ok(t, err)
	got := c.Duties()
	if len(got) != 2 || got[0].As != ledger.Extended || got[1].As != "" || got[1].ID != list[0].Next.ID || got[1].Extended != 1 {
		t.Errorf("duties: %+v", got)
	}
	if again, _, err := l.Drafts(t.Context(), judge, "", 0); err != nil || len(again) != 0 {
		t.Errorf("asked again: %v %v", again, err)
	}
	if public := w.public(t); len(public) != 1 || !bytes.Equal(public[0].Marshal(), c.Events[len(c.Events)-1].Settled.Leaf) {
		t.Errorf("in clear: %v", public)
	}
}

// TestVoided: what oversight has voided stays so until there is more to tell.
func TestVoided(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	c, err := l.Show(t.Context(), overseer, l.ref, "")
	ok(t, err)
	id := c.Duties()[0].ID
	if _, err := l.VoidDraft(t.Context(), notifier, l.ref, id); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a notifier voids: %v", err)
	}
	if _, err := l.VoidDraft(t.Context(), overseer, l.ref, ledger.ID{1}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("of no duty: %v", err)
	}
	draft, err := l.VoidDraft(t.Context(), overseer, l.ref, id)
	ok(t, err)
	_, err = l.Settle(t.Context(), overseer, l.ref, l.log.sign(t, draft.Leaf, overseer.Role), "a test request")
	ok(t, err)
	l.forwarded().applied().granted(0)
	c, err = l.Show(t.Context(), overseer, l.ref, "")
	ok(t, err)
	open := slices.DeleteFunc(c.Duties(), func(d PublicDuty) bool { return d.As != "" })
	var by lifecycle.Event
	if len(open) == 1 {
		by = c.Events[open[0].Opened-1].Do
	}
	if by != lifecycle.Grant {
		t.Errorf("open: %+v", open)
	}
}

// TestDeposit: oversight opens a leaf with its own key, without asking anybody.
func TestDeposit(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	key, err := hpke.MLKEM768X25519().GenerateKey()
	ok(t, err)
	l.log.doc.Deposit = key.PublicKey().Bytes()
	w := watched(l)
	again := l.begin("leg-13", nil)
	for _, leaf := range w.leaves {
		plain, err := OpenDeposit(key, leaf.Key, leaf.Deposit)
		ok(t, err)
		opening, err := ledger.ParseOpening(plain)
		ok(t, err)
		parsed, err := ledger.Parse(leaf.Text)
		ok(t, err)
		var hash ledger.Hash
		switch x := parsed.(type) {
		case ledger.Sealed:
			hash = x.Hash
		case ledger.Duty:
			hash = x.Hash
		}
		if opening.Hash() != hash {
			t.Errorf("%s does not open to its leaf", leaf.Key)
		}
		if opening.Values()["case"] != string(again.ref) {
			t.Errorf("%s opens to %v", leaf.Key, opening.Values())
		}
	}
	if len(w.leaves) != 4 {
		t.Errorf("%d leaves", len(w.leaves))
	}
	if _, err := OpenDeposit(key, w.leaves[0].Key, w.leaves[1].Deposit); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the deposit of one leaf opens for another: %v", err)
	}
}

// TestCover: a cover looks like any other leaf, and no two are alike.
func TestCover(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	a, opens, err := o.Cover(t.Context())
	ok(t, err)
	b, _, err := o.Cover(t.Context())
	ok(t, err)
	l := o.begin("leg-13", nil)
	w := watched(l)
	l.begin("leg-13", nil)
	if bytes.Equal(a, b) || len(a) != len(b) || len(a) != len(w.leaves[0].Text) {
		t.Errorf("%s\n%s\n%s", a, b, w.leaves[0].Text)
	}
	parsed, err := ledger.Parse(a)
	ok(t, err)
	opened, err := o.OpenTally(t.Context(), parsed.(ledger.Sealed), opens)
	ok(t, err)
	if word := opened.Cells.Words()[ledger.DimKind]; word != "cover" {
		t.Errorf("it counts as %q", word)
	}
	if tally, err := opened.Tally(); err != nil || tally != parsed.(ledger.Sealed).Tally {
		t.Errorf("the opening is another leaf's: %v", err)
	}
	other, err := ledger.Parse(b)
	ok(t, err)
	if _, err := o.OpenTally(t.Context(), other.(ledger.Sealed), opens); err == nil {
		t.Error("the opening of one leaf opens another")
	}
}

// TestProve: what a person is shown opens the leaves as they were written, also
// where the case has gone on since, and tells neither grounds nor other people.
func TestProve(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	w := &watching{Records: o.store}
	o.parts.Records = w
	o.Docket = New(o.parts, time.Time{})
	l := o.begin("leg-13", nil).disclosed()
	if _, err := l.Prove(t.Context(), reviewer, l.ref); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a reviewer proves: %v", err)
	}
	if _, err := l.Prove(t.Context(), notifier, l.ref); !contains(err, "nobody was told yet") {
		t.Errorf("before anybody was told: %v", err)
	}
	l.does(notifier, lifecycle.Tell, told("a letter"))
	shown, err := l.Prove(t.Context(), notifier, l.ref)
	ok(t, err)
	var kinds []string
	for _, s := range shown {
		i := slices.IndexFunc(w.leaves, func(leaf Leaf) bool { return leaf.Key == s.Key })
		if i < 0 {
			t.Fatalf("there is no leaf %q", s.Key)
		}
		parsed, err := ledger.Parse(w.leaves[i].Text)
		ok(t, err)
		hash := s.Opening.Hash()
		switch x := parsed.(type) {
		case ledger.Sealed:
			if x.Hash != hash {
				t.Errorf("%s opens to another leaf", s.Key)
			}
		case ledger.Duty:
			if x.Hash != hash {
				t.Errorf("%s opens to another duty", s.Key)
			}
		}
		v := s.Opening.Values()
		if _, there := v["ground"]; there {
			t.Errorf("%s tells the grounds", s.Key)
		}
		kinds = append(kinds, v["kind"])
	}
	if got := strings.Join(kinds, " "); got != "accepted duty authorised secrecy disclosed lifted told" {
		t.Errorf("shown: %s", got)
	}
}
