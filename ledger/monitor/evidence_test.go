package monitor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// wrong is the evidence of a duty that was extended by the notifier: the leaf, the
// duty, the keys and their document.
func wrong(t *testing.T) ([]byte, *office, *published) {
	t.Helper()
	o := opened()
	o.day()
	d := o.duty(ledger.Notify)
	o.block(d)
	o.day()
	o.block(o.sign(ledger.Settle{Batch: o.epoch, ID: d.ID, As: ledger.Extended, Next: o.id(), Due: d.Due}, ledger.RoleNotifier))
	p := newPublished()
	o.publish(p, len(o.leaves), o.due())
	got := watchOnce(t, NewFollower(twoOfThree(), p, nil), o.due(), WrongRole)
	return got.Alarms[0].Evidence, o, p
}

func TestEvidence(t *testing.T) {
	text, o, _ := wrong(t)
	e, err := CheckEvidence(text, twoOfThree())
	if err != nil {
		t.Fatal(err)
	}
	if !e.Proved || e.Kind != WrongRole || e.Duty == nil || len(e.Leaves) != 3 || len(e.Documents) != 1 || len(e.Checkpoints) > 0 ||
		e.Index != uint64(len(o.leaves)-1) || !e.Leaves[0].Checkpoint.Quorum {
		t.Errorf("evidence: %+v", e)
	}
	// It is a fault of the same leaf whoever looks at it, and not of another kind.
	other, err := parseEvidence(text)
	must(err)
	for _, kind := range []Kind{BadSignature, DutyNotMonthEnd, DutyTooLate, NotCanonical, UnknownKind, SettledTwice, DuplicateDuty,
		RolesChanged, PolicyChanged, Recovered, Demonstration, SameKey, Forked, NoQuorum, Overdue, "pardon"} {
		other.kind = kind
		e, err := CheckEvidence(other.marshal(), twoOfThree())
		if err != nil || e.Proved {
			t.Errorf("as %s: proved, %v", kind, err)
		}
	}
	other.kind, other.index, other.leaves = DutyNotMonthEnd, 0, other.leaves[2:]
	if e, err := CheckEvidence(other.marshal(), twoOfThree()); err != nil || e.Proved {
		t.Errorf("keys that are due: proved, %v", err)
	}
	// Without the keys, or without the duty, it is shown and not proved.
	for name, change := range map[string]func(*evidence){
		"without keys":   func(e *evidence) { e.docs = nil },
		"without leaves": func(e *evidence) { e.leaves, e.docs = nil, nil },
	} {
		other, err := parseEvidence(text)
		must(err)
		change(&other)
		if e, err := CheckEvidence(other.marshal(), twoOfThree()); err != nil || e.Proved {
			t.Errorf("%s: proved, %v", name, err)
		}
	}
}

func TestEvidenceRefused(t *testing.T) {
	text, o, _ := wrong(t)
	replace := func(old, new string) string {
		if !strings.Contains(string(text), old) {
			t.Fatalf("no %q in the evidence", old)
		}
		return strings.Replace(string(text), old, new, 1)
	}
	change := func(c func(e *evidence)) string {
		e, err := parseEvidence(text)
		must(err)
		c(&e)
		return string(e.marshal())
	}
	proof := func(c func(text string) string) func(e *evidence) {
		return func(e *evidence) { e.leaves[0] = []byte(c(string(e.leaves[0]))) }
	}
	for _, c := range []struct{ name, text, want string }{
		{"too long", strings.Repeat("x", maxEvidence+1), "longer than"},
		{"nothing", "", "no end"},
		{"cut short", string(text[:len(text)-1]), "no end"},
		{"something else", "letter\n", "evidence:1"},
		{"no index", replace("index ", "index x"), "evidence:3: index"},
		{"no base64", replace("leaf ", "leaf !"), "not base64"},
		{"half a name", replace("duty ", "duty AAAA"), "16 bytes"},
		{"another part", replace("document ", "letter "), "no line of this kind"},
		{"another order", replace("kind wrong-role\n", "") + "kind wrong-role\n", "one form"},
		{"a checkpoint of nobody", change(func(e *evidence) { e.notes = [][]byte{[]byte("none")} }), "not signed"},
		{"a document of nobody", change(func(e *evidence) { e.docs = append(e.docs, []byte("letter")) }), "named by none"},
		{"another leaf", change(func(e *evidence) { e.index-- }), "not the one"},
		{"a proof that is none", change(proof(func(string) string { return "none" })), "cannot be read"},
		{"a proof in another form", change(proof(func(s string) string { return strings.Replace(s, "index ", "index 0", 1) })), "one form"},
		{"a proof of nobody", change(proof(func(s string) string { return s[:strings.Index(s, "\n\n")+2] + "none\n" })), "not signed"},
		{"a proof of another place", change(proof(func(s string) string { return strings.Replace(s, "\nindex ", "\nindex 1", 1) })), "no such leaf"},
	} {
		_, err := CheckEvidence([]byte(c.text), twoOfThree())
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	// What proves a fork is not taken for less.
	a, b := o.checkpoint(8, o.due()), o.checkpoint(12, o.due())
	for name, e := range map[string]evidence{
		"one checkpoint":   {kind: Forked, notes: [][]byte{a}},
		"two that agree":   {kind: Forked, notes: [][]byte{a, a}},
		"no proof":         {kind: Forked, notes: [][]byte{a, b}},
		"another root":     {kind: Forked, notes: [][]byte{a, b}, prefix: &tlog.Hash{1}},
		"the root it has":  {kind: Forked, notes: [][]byte{a, b}, prefix: rootOf(o, 8)},
		"the larger first": {kind: Forked, notes: [][]byte{b, a}, prefix: &tlog.Hash{1}},
	} {
		if got, err := CheckEvidence(e.marshal(), twoOfThree()); err != nil || got.Proved {
			t.Errorf("%s: proved, %v", name, err)
		}
	}
}

func rootOf(o *office, size int) *tlog.Hash {
	c, err := twoOfThree().Checkpoint(o.checkpoint(size, o.due()))
	must(err)
	return &c.Root
}

// An extension is refused to whoever may not extend what was extended.
func TestEvidenceOfAChain(t *testing.T) {
	o := opened()
	o.day()
	d := o.duty(ledger.Notify)
	o.block(d)
	o.day()
	next := o.id()
	o.block(o.extend(d.ID, next, o.policy.ExtendedTo(d.Due)))
	o.day()
	o.block(o.settle(next, ledger.Notified, ledger.RoleJudge))
	o.agree(t, WrongRole)
}

// Everything that is overdue is shown with its leaves, however many there are.
func TestOverdueEvidence(t *testing.T) {
	o := opened()
	for len(o.leaves) < (few+3)*ledger.TileWidth {
		o.day()
		d := o.duty(ledger.Remedy)
		o.block(d)
		for range 9 {
			o.days(1)
		}
	}
	o.day()
	d := o.duty(ledger.Notify)
	o.block(d)
	o.day()
	next := o.id()
	o.block(o.extend(d.ID, next, d.Due))
	p := newPublished()
	o.publish(p, len(o.leaves), o.due())
	now := o.due().AddDate(1, 0, 0)
	got, err := NewFollower(trusting(nil), p, nil).Follow(context.Background(), now)
	must(err)
	if len(got.Overdue) < 2*few {
		t.Fatalf("%d are overdue", len(got.Overdue))
	}
	for _, a := range got.Alarms {
		e, err := CheckEvidence(a.Evidence, trusting(nil))
		if err != nil || a.Kind == OverdueSilent && len(e.Leaves) < 2 {
			t.Errorf("evidence of %s: %v", a.Key(), err)
		}
		if a.Duty != nil && *a.Duty == next && len(e.Leaves) != 3 {
			t.Error("the duty with which the chain began is not shown")
		}
	}
	// Where leaves and documents are gone, the checkpoint is what is left.
	f := NewFollower(trusting(nil), p, nil)
	_, err = f.Follow(context.Background(), o.due())
	must(err)
	for name := range p.files {
		if name != "checkpoint" {
			delete(p.files, name)
		}
	}
	p.broken[bundlePath(0, len(o.leaves))] = errBusy
	got, err = f.Follow(context.Background(), now)
	must(err)
	for _, a := range got.Alarms {
		if e, err := CheckEvidence(a.Evidence, trusting(nil)); err != nil || len(e.Leaves) > 0 || len(e.Checkpoints) != 1 {
			t.Errorf("evidence of %s: %v", a.Key(), err)
		}
	}
	// Leaves that are others now are not shown for those that were read.
	q := newPublished()
	o.publish(q, len(o.leaves), o.due())
	for i := range o.leaves {
		if i%100 == 50 {
			o.leaves[i] = []byte("other")
		}
	}
	other := newPublished()
	o.publish(other, len(o.leaves), o.due())
	other.files["checkpoint"] = q.files["checkpoint"]
	f.source = other
	got, err = f.Follow(context.Background(), now)
	must(err)
	for _, a := range got.Alarms {
		if a.Index >= uint64(f.tree.full)*ledger.TileWidth {
			continue // the hashes of the last leaves are known, one by one
		}
		if e, err := CheckEvidence(a.Evidence, trusting(nil)); err != nil || len(e.Leaves) > 0 {
			t.Errorf("evidence of %s: %v", a.Key(), err)
		}
	}
}

func TestAlarms(t *testing.T) {
	id, h := ledger.ID{1}, ledger.Hash{2}
	keys := make(map[string]bool)
	for _, a := range []Alarm{
		{Kind: Overdue, Index: 7}, {Kind: Silent, Index: 7}, {Kind: Overdue, Index: 8}, {Kind: Overdue, Index: 7, Duty: &id},
		{Kind: BrokenPromise}, {Kind: BrokenPromise, Docs: []ledger.Hash{h}},
	} {
		if keys[a.Key()] {
			t.Errorf("two alarms have the key %s", a.Key())
		}
		keys[a.Key()] = true
		if a.Kind.Notice() {
			t.Errorf("%s is no fault", a.Kind)
		}
	}
	if !Demonstration.Notice() || !RolesChanged.Notice() {
		t.Error("what everybody should know is a fault")
	}
	if _, err := NewTrust("none", nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a key that is none: %v", err)
	}
}

func TestProvisionals(t *testing.T) {
	o := long(2)
	p := newPublished()
	o.publish(p, len(o.leaves), o.due())
	receipt := func(by time.Time) []byte {
		text, err := ledger.Provisional{Origin: origin, At: o.due().Add(-time.Hour), Hash: o.random(), By: by}.Sign(logSigner())
		must(err)
		return text
	}
	p.files["provisional"] = ledger.JoinProvisionals([][]byte{receipt(o.due().Add(time.Hour)), receipt(o.due().Add(2 * time.Hour))})
	f := NewFollower(twoOfThree(), p, nil)
	if got := watchOnce(t, f, o.due()); got.Figures.Provisional != 2 {
		t.Errorf("%d receipts stand", got.Figures.Provisional)
	}
	// Two of them should have been replaced by now, and are two alarms.
	if got := watchOnce(t, f, o.due().Add(3*time.Hour), BrokenPromise, BrokenPromise); got.Alarms[0].Key() == got.Alarms[1].Key() || got.Figures.Provisional != 2 {
		t.Error("two broken promises are one")
	}
	other := signer("other.example", key("log"), 1)
	text, err := ledger.Provisional{Origin: "other.example", At: o.due(), By: o.due().Add(time.Hour)}.Sign(other)
	must(err)
	p.files["provisional"] = ledger.JoinProvisionals([][]byte{text})
	watchOnce(t, f, o.due(), BrokenPromise)
	p.files["provisional"] = []byte("none")
	watchOnce(t, f, o.due(), BrokenPromise)
	// A file of nothing but ends is one alarm, and not one for each.
	p.files["provisional"] = bytes.Repeat([]byte("\n"), 4096)
	watchOnce(t, f, o.due(), BrokenPromise)
	// Nobody may promise for ever later.
	p.files["provisional"] = ledger.JoinProvisionals([][]byte{receipt(o.due().AddDate(7000, 0, 0))})
	watchOnce(t, f, o.due(), BrokenPromise)
	// What is there and is no file of receipts does not hide those that stand.
	p.broken["provisional"] = fault.Invalidf("provisional", "is too long")
	watchOnce(t, f, o.due(), BrokenPromise)
	delete(p.broken, "provisional")
	p.files["provisional"] = nil
	watchOnce(t, f, o.due())
}

// Blocks of a time to come are no way to be never silent, and never overdue.
func TestBlocksOfATimeToCome(t *testing.T) {
	o := long(8)
	p := newPublished()
	o.publish(p, len(o.leaves), o.due())
	f := NewFollower(trusting(nil), p, nil)
	watchOnce(t, f, o.due())
	got := watchOnce(t, f, o.due().AddDate(0, 0, -2), EpochOrder)
	if _, err := CheckEvidence(got.Alarms[0].Evidence, trusting(nil)); err != nil || !strings.Contains(got.Alarms[0].Text, "before the epoch was over") {
		t.Errorf("%s: %v", got.Alarms[0].Text, err)
	}
	watchOnce(t, f, o.due().Add(-time.Hour)) // a clock that is behind
}

// A log of nothing but faults is said to be one, and fills no memory.
func TestTooManyAlarmsToProve(t *testing.T) {
	o := long(2)
	for range mostProved + 1 {
		o.leaves = append(o.leaves, []byte("x"))
	}
	p := newPublished()
	o.publish(p, len(o.leaves), o.due())
	got, err := NewFollower(twoOfThree(), p, nil).Follow(context.Background(), o.due())
	must(err)
	proved := 0
	for _, a := range got.Alarms {
		if a.Evidence != nil {
			proved++
		}
	}
	if len(got.Alarms) <= mostProved || proved != mostProved {
		t.Errorf("of %d alarms %d have evidence", len(got.Alarms), proved)
	}
}

// A fault is found also where the receipts cannot be looked at: the state has
// moved on, and no later look would say it.
func TestAlarmsBesideWhatCannotBeSeen(t *testing.T) {
	o := long(2)
	o.change(4, []byte("none"))
	p := newPublished()
	o.publish(p, len(o.leaves), o.due())
	p.broken["provisional"] = errBusy
	f := NewFollower(twoOfThree(), p, nil)
	got, err := f.Follow(context.Background(), o.due())
	if !errors.Is(err, errBusy) {
		t.Errorf("the receipts cannot be read: %v", err)
	}
	wantKinds(t, got.Alarms, NotCanonical)
	if e, err := CheckEvidence(got.Alarms[0].Evidence, trusting(nil)); err != nil || !e.Proved {
		t.Errorf("it is not proved: %v", err)
	}
	delete(p.broken, "provisional")
	watchOnce(t, f, o.due())
}

// What cannot be read while damage is looked at ends the look without an alarm.
func TestDamageThatCannotBeSeen(t *testing.T) {
	o := long(48)
	full := len(o.leaves)
	damaged := slices.Clone(o.leaves[256:512])
	damaged[44] = []byte("none")
	for name, busy := range map[string]string{
		"the tile of the leaves": tilePath(0, 1, 256),
		"the tile above":         tilePath(1, 0, full/256),
	} {
		p := newPublished()
		o.publish(p, full, o.due())
		p.files[bundlePath(1, full)] = ledger.Bundle(damaged)
		p.broken[busy] = errBusy
		got, err := NewFollower(trusting(nil), p, nil).Follow(context.Background(), o.due())
		if !errors.Is(err, errBusy) || len(got.Alarms) > 0 || err.Error() != errBusy.Error() {
			t.Errorf("%s: %v, %v", name, err, got.Alarms)
		}
	}

	// A document that is asked for within a damaged bundle.
	o.block(o.versions("other program"))
	o.block()
	full = len(o.leaves)
	p := newPublished()
	o.publish(p, full, o.due())
	last := int64(full-5) / 256
	p.files[bundlePath(last, full)] = ledger.Bundle(o.leaves[last*256 : min(full, int(last+1)*256)-1])
	leaf, ok := o.leaf(full - 5).(ledger.Policy)
	if !ok {
		t.Fatal("no policy where it should be")
	}
	p.broken[fmt.Sprintf("docs/%x", leaf.Doc)] = errBusy
	if _, err := NewFollower(trusting(nil), p, nil).Follow(context.Background(), o.due()); !errors.Is(err, errBusy) {
		t.Errorf("a document: %v", err)
	}
}

// A log that is damaged stays followed: what is found later is compared with the
// largest checkpoint, also where leaves below it are missing.
func TestDamageAndMore(t *testing.T) {
	ctx := context.Background()
	o := long(5)
	small := len(o.leaves)
	now := o.due()
	p := newPublished()
	o.publish(p, small, now)
	delete(p.files, bundlePath(0, small))
	delete(p.files, tilePath(0, 0, small))
	f := NewFollower(twoOfThree(), p, nil)
	got, err := f.Follow(ctx, now)
	must(err)
	wantKinds(t, got.Alarms, Withheld)
	if got.Alarms[0].Index != 0 || got.Checkpoint.Size != uint64(small) {
		t.Errorf("found %+v", got.Alarms[0])
	}
	// Smaller ones cannot be compared with what is not known.
	p.files["checkpoint"] = o.checkpoint(small-5, now)
	wantKinds(t, must2(f.Follow(ctx, now)).Alarms, RolledBack)

	// It grows, and everything is there again: it must fit what was seen.
	o.days(70)
	o.publish(p, len(o.leaves), o.due())
	watchOnce(t, f, o.due())

	// Damage behind what was read: only what is new is said.
	q := newPublished()
	middle := len(o.leaves)
	o.days(2)
	o.publish(q, len(o.leaves), o.due())
	last := int64(len(o.leaves) / 256)
	if int64(middle/256) != last || middle%256 == 0 {
		t.Fatal("the test needs leaves behind others in one bundle")
	}
	changed := slices.Clone(o.leaves[last*256:])
	changed[len(changed)-2] = []byte("none")
	q.files[bundlePath(last, len(o.leaves))] = ledger.Bundle(changed)
	f.source = q
	got = must2(f.Follow(ctx, o.due()))
	wantKinds(t, got.Alarms, Rewritten)
	if got.Alarms[0].Index != uint64(len(o.leaves)-2) {
		t.Errorf("at %d", got.Alarms[0].Index)
	}
}

// A log that claims leaves nobody can read is not read to its end.
func TestFarDamage(t *testing.T) {
	ctx := context.Background()
	o := opened()
	for len(o.leaves) < (atOnce+far+2)*ledger.TileWidth {
		o.block()
	}
	size := len(o.leaves)
	p := newPublished()
	o.publish(p, size, o.due())
	damaged := p.files[bundlePath(atOnce+1, size)][:9000]
	whole := p.files[bundlePath(atOnce+1, size)]
	p.files[bundlePath(atOnce+1, size)] = damaged
	wantKinds(t, must2(NewFollower(trusting(nil), p, nil).Follow(ctx, o.due())).Alarms, Withheld)

	// The tile above is there, and then it is not, or cannot be read.
	above := tilePath(1, 0, size/ledger.TileWidth)
	for _, c := range []struct {
		err  error
		want []Kind
	}{
		{fault.NotFoundf("tile", "is not published"), []Kind{Withheld}},
		{errBusy, nil},
	} {
		s := &turning{published: p, name: above, turn: func(int, string) ([]byte, error) { return nil, c.err }}
		got, err := NewFollower(trusting(nil), s, nil).Follow(ctx, o.due())
		if errors.Is(err, errBusy) != (c.want == nil) {
			t.Errorf("the tile above: %v", err)
		}
		wantKinds(t, got.Alarms, c.want...)
	}

	p.files[bundlePath(atOnce+1, size)] = whole
	var gone []Kind
	for n := range int64(far + 1) {
		delete(p.files, bundlePath(n, size))
		if n < far {
			gone = append(gone, Withheld)
		}
	}
	wantKinds(t, must2(NewFollower(trusting(nil), p, nil).Follow(ctx, o.due())).Alarms, gone...)
}

func must2[T any](v T, err error) T {
	must(err)
	return v
}

// Reports are compared with the leaves as they were read, however often they are.
func TestReportsOverBundles(t *testing.T) {
	o := opened()
	for len(o.leaves) < 500 {
		o.block()
	}
	o.cells = true
	from := len(o.leaves)
	for len(o.leaves) < 600 {
		o.block()
	}
	to := len(o.leaves)
	o.cells = false
	d := o.report(uint64(from), uint64(to))
	// The leaves before are in no report: that is the one alarm.
	o.block(o.reportLeaf(d))
	o.agree(t, ReportMismatch)

	p := newPublished()
	size := len(o.leaves)
	o.publish(p, size, o.due())
	for _, c := range []struct {
		name string
		turn func(read int, name string) ([]byte, error)
		ok   bool
	}{
		{"a bundle that cannot be read again", func(int, string) ([]byte, error) { return nil, errBusy }, false},
		{"a bundle that is another", func(int, string) ([]byte, error) {
			return ledger.Bundle(slices.Repeat([][]byte{[]byte("none")}, 256)), nil
		}, false},
		{"a tail that is another", func(int, string) ([]byte, error) {
			return ledger.Bundle(slices.Repeat([][]byte{[]byte("none")}, size-512)), nil
		}, false},
	} {
		n := int64(1)
		if strings.Contains(c.name, "tail") {
			n = 2
		}
		s := &turning{published: p, name: bundlePath(n, size), turn: c.turn}
		if _, err := NewFollower(trusting(nil), s, nil).Follow(context.Background(), o.due()); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}

	// Where leaves were lost nobody can compare, nor tell whether a report is among them.
	delete(p.files, bundlePath(1, size))
	got := must2(NewFollower(trusting(nil), p, nil).Follow(context.Background(), o.due()))
	wantKinds(t, got.Alarms, Withheld)
}

// turning gives another bundle when it is asked for again.
type turning struct {
	*published
	name  string
	turn  func(read int, name string) ([]byte, error)
	reads int
}

func (s *turning) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	if ledger.TilePath(t) == s.name {
		s.mu.Lock()
		s.reads++
		n := s.reads
		s.mu.Unlock()
		if n > 1 {
			return s.turn(n, s.name)
		}
	}
	return s.published.Tile(ctx, t)
}

func FuzzEvidence(f *testing.F) {
	t := new(testing.T)
	text, o, _ := wrong(t)
	f.Add(text)
	a, b := o.checkpoint(8, o.due()), o.checkpoint(12, o.due())
	f.Add(evidence{kind: Forked, notes: [][]byte{a, b}, prefix: &tlog.Hash{1}, proof: tlog.TreeProof{{2}, {3}}}.marshal())
	f.Add(evidence{kind: BadCheckpoint, notes: [][]byte{[]byte("none")}}.marshal())
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := parseEvidence(text)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("refused as %v", err)
			}
			return
		}
		if string(e.marshal()) != string(text) {
			t.Fatal("what is read has two forms")
		}
		CheckEvidence(text, twoOfThree())
	})
}
