package entry

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// life is the case of one person: received, a duty to tell, extended twice, told.
type life struct {
	*office
	wants []Want
	duty  ledger.Duty
}

func live() *life {
	o := opened()
	for range 70 {
		o.block(nil) // more than one bundle of leaves
	}
	l := &life{office: o}
	e, w := o.event(received)
	w.Index = uint64(len(o.leaves))
	o.block(e)
	o.day()
	d, v := o.duty(ledger.Notify)
	v.Index = uint64(len(o.leaves) + o.policy.Block)
	another, _ := o.duty(ledger.Notify) // of somebody else
	o.block(nil, d, another)
	l.wants, l.duty = []Want{w, v}, d
	o.day()
	a, b := o.id(), o.id()
	o.block(nil, o.extend(d.ID, a, o.policy.ExtendedTo(d.Due)))
	other := o.policy
	other.Law = o.random()
	o.block(nil, o.policyLeaf(other, "2027-01", ledger.RoleLog))
	o.day()
	o.block(nil, o.extend(a, b, o.policy.ExtendedTo(o.policy.ExtendedTo(d.Due)).AddDays(1).MonthEnd()))
	o.day()
	o.block(nil, o.settle(b, ledger.Notified, ledger.RoleNotifier))
	o.block(nil)
	return l
}

func (l *life) build(t *testing.T) *File {
	t.Helper()
	f, err := Build(context.Background(), l, witnessed("w1", "w2"), l.wants)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestLife(t *testing.T) {
	l := live()
	text := l.build(t).Marshal()
	f, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Verify(f, witnessed("w1", "w2"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Entries) != 2 || len(got.Duties) != 1 {
		t.Fatalf("found %+v", got)
	}
	e := got.Entries[0]
	if e.Index != l.wants[0].Index || e.Kind != ledger.KindSealed || e.Values["case"] != received["case"] || len(e.Shut) > 0 ||
		!slices.Equal(e.Counted, []string{"received", "budapest", "none", "none", "none"}) {
		t.Errorf("the entry: %+v", e)
	}
	// It came in with the block of its epoch, which is published at its end: after
	// the block before, and before its own was cosigned.
	end := e.Epoch.End(360)
	if want := (Between{end.Add(-6 * time.Hour), end.Add(time.Minute)}); e.Entered != want {
		t.Errorf("entered %v, want %v", e.Entered, want)
	}
	if d := got.Entries[1]; d.Kind != ledger.KindDuty || len(d.Values) != 2 || len(d.Shut) != 13 || d.Counted != nil {
		t.Errorf("the duty as an entry: %+v", d)
	}
	d := got.Duties[0]
	if d.ID != l.duty.ID || d.Class != ledger.Notify || d.Opened != l.duty.Batch || d.FirstDue != l.duty.Due ||
		d.Extensions != 2 || !d.Held || d.Settled != ledger.Notified || d.By != ledger.RoleNotifier || d.Late ||
		d.SettledAt.NotBefore.IsZero() || !d.SettledAt.NotAfter.After(d.SettledAt.NotBefore) || d.SettledIn.Before(d.Opened) {
		t.Errorf("the duty: %+v", d)
	}
	if want := []Unproved{Truth, Complete, Since, Shut, RoleKeys}; !slices.Equal(got.NotProved, want) {
		t.Errorf("not proved: %v, want %v", got.NotProved, want)
	}
	if !got.Checkpoint.Quorum || len(got.Checkpoint.Cosigned) != 2 {
		t.Errorf("cosigned: %+v", got.Checkpoint)
	}

	// Who names no witnesses learns no times, who names others that they are missing.
	for _, c := range []struct {
		name string
		got  func() (*Finding, error)
		want Unproved
	}{
		{"no witnesses", func() (*Finding, error) { return Verify(f, trusting()) }, Witnesses},
		{"other witnesses", func() (*Finding, error) { return Verify(f, witnessed("w1", "w2", "w3")) }, Quorum},
	} {
		got, err := c.got()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(got.NotProved, c.want) || !slices.Contains(got.NotProved, Entered) || got.Entries[0].Entered != (Between{}) {
			t.Errorf("%s: not proved: %v, entered %v", c.name, got.NotProved, got.Entries[0].Entered)
		}
	}
}

// Nothing of what is shut stands in the file.
func TestShut(t *testing.T) {
	l := live()
	l.wants = l.wants[1:]
	text := l.build(t).Marshal()
	if bytes.Contains(text, []byte(received["subject"])) {
		t.Fatal("the text of a field that is not opened stands in the file")
	}
	f, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range f.Entries {
		if bytes.Contains(e.Leaf, []byte(received["subject"])) || e.Opening != nil && bytes.Contains(e.Opening.Marshal(), []byte(received["subject"])) {
			t.Error("the text of a field that is not opened stands in an entry")
		}
	}
}

// What is given without an opening is proved to stand there, and no more.
func TestWithoutOpening(t *testing.T) {
	l := live()
	f, err := Build(context.Background(), l, witnessed("w1"), []Want{{Index: l.wants[0].Index}, {Index: l.wants[1].Index}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Verify(f, witnessed("w1"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Entries) != 1 || len(got.Entries[0].Shut) != len(ledger.Fields()) || got.Entries[0].Counted != nil || len(got.Duties) != 1 {
		t.Errorf("found %+v", got)
	}
}

// A duty of somebody else, which was met, is none of hers: it must be opened, and
// say that it is of the same case, and itself.
func TestADutyOfSomebodyElse(t *testing.T) {
	for name, c := range map[string]struct {
		change func(said ledger.Event)
		shown  []string
		owed   bool
	}{
		"hers":          {func(ledger.Event) {}, nil, true},
		"another case":  {func(e ledger.Event) { e["case"] = "R-2027-0002" }, nil, false},
		"another duty":  {func(e ledger.Event) { e["duty"] = ledger.ID{1}.String() }, nil, false},
		"another date":  {func(e ledger.Event) { e["due"] = "2029-01-31" }, nil, false},
		"no case":       {func(ledger.Event) {}, []string{"kind", "duty", "due"}, false},
		"not opened":    {func(ledger.Event) {}, []string{}, false},
		"of no remedy":  {func(e ledger.Event) { e["kind"] = "remedy" }, nil, false},
		"only the case": {func(ledger.Event) {}, []string{"case"}, true},
	} {
		o := opened()
		e, w := o.event(received)
		w.Index = uint64(len(o.leaves))
		o.block(e)
		o.day()
		class := ledger.Notify
		if name == "of no remedy" {
			class = ledger.Remedy
		}
		d := ledger.Duty{Batch: o.epoch, Class: class, ID: o.id(), Due: o.policy.DueFor(class, o.epoch)}
		said := ledger.Event{"kind": "duty", "case": received["case"], "duty": d.ID.String(), "due": d.Due.String()}
		c.change(said)
		k := o.random()
		var err error
		d.Hash, err = ledger.Commit(said, k)
		must(err)
		v := Want{Index: uint64(len(o.leaves) + o.policy.Block)}
		if name != "not opened" {
			opening, err := ledger.Open(said, k, c.shown...)
			must(err)
			v.Opening = &opening
		}
		o.block(nil, d)
		f, err := Build(context.Background(), o, witnessed("w1"), []Want{w, v})
		must(err)
		got, err := Verify(f, witnessed("w1"))
		if err != nil || slices.Contains(got.NotProved, NoDuty) == c.owed {
			t.Errorf("%s: %v; not proved: %v", name, err, got.NotProved)
		}
	}
}

// Every single byte of a file matters: with another it is refused, or proves less
// of nobody's witnesses, and never anything else.
func TestEveryByte(t *testing.T) {
	l := live()
	text := l.build(t).Marshal()
	whole, err := Verify(l.build(t), trusting())
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(text); i += 23 {
		changed := bytes.Clone(text)
		changed[i] ^= 1
		f, err := Parse(changed)
		if err != nil {
			continue
		}
		got, err := Verify(f, trusting())
		if err != nil {
			continue
		}
		// A cosignature that nobody asked for may differ.
		got.Checkpoint.Note, whole.Checkpoint.Note = nil, nil
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Fatalf("byte %d: %s", i, diff)
		}
	}
	for _, n := range []int{0, 1, 20, len(text) / 3, len(text) / 2, len(text) - 1} {
		if _, err := Parse(text[:n]); fault.KindOf(err) != fault.Invalid {
			t.Errorf("cut short at %d: %v", n, err)
		}
	}
}

func TestMalformed(t *testing.T) {
	l := live()
	text := string(l.build(t).Marshal())
	replace := func(old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("the file has no %q", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	for _, c := range []struct{ name, text, want string }{
		{"too long", strings.Repeat("x", MaxFile+1), "longer than"},
		{"something else", "%PDF-1.7", "proof:1"},
		{"no origin", header + "\n" + end, "proof:2"},
		{"two lines of origin", header + "\norigin a\nb\n" + end, "proof:2"},
		{"an unknown part", replace("--- document", "--- letter"), "no part of this name"},
		{"a birth without proof", replace("--- birth\n", "--- birth\nx"), "is no hash"},
		{"a birth without a note", header + "\norigin a\n--- birth\nx\n" + end, "no empty line"},
		{"a proof that is none", replace("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v9"), "header"},
		{"a line with another end", replace("index 0\n", "index 0\r\n"), "not in its one form"},
	} {
		_, err := Parse([]byte(c.text))
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	for _, c := range []struct {
		name   string
		change func(f *File)
		want   string
	}{
		{"an opening that is none", func(f *File) {
			f.Entries[2].Opening, f.Entries[2].Leaf = nil, append(f.Entries[2].Leaf, openingHeader...)
		}, "opening"},
		{"a count that is none", func(f *File) {
			f.Entries[2].Opening, f.Entries[2].Tally, f.Entries[2].Leaf = nil, nil, append(f.Entries[2].Leaf, tallyHeader...)
		}, "tally"},
		{"entries out of order", func(f *File) { slices.Reverse(f.Entries) }, "order of the log"},
	} {
		f := l.build(t)
		c.change(f)
		if _, err := Parse(f.Marshal()); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	other := l.build(t)
	other.Checkpoint = []byte("none\n")
	mixed := strings.TrimSuffix(text, end) + strings.TrimPrefix(string((&File{Checkpoint: other.Checkpoint, Entries: other.Entries[5:]}).Marshal()), header+"\norigin \n")
	if _, err := Parse([]byte(mixed)); err == nil || !strings.Contains(err.Error(), "another checkpoint") {
		t.Errorf("proofs under two checkpoints: %v", err)
	}
	// The line is that of the part.
	_, err := Parse([]byte(replace("--- document", "--- letter")))
	line := 1 + strings.Count(text[:strings.Index(text, "--- document")], "\n")
	if !strings.Contains(err.Error(), fmt.Sprintf("proof:%d:", line)) {
		t.Errorf("%v, want line %d", err, line)
	}
}

// Every part of a file that does not hold is refused with its reason.
func TestTampered(t *testing.T) {
	l := live()
	index := func(f *File, kind ledger.Kind) int {
		return slices.IndexFunc(f.Entries, func(e Entry) bool {
			leaf, err := ledger.Parse(e.Leaf)
			return err == nil && leaf.Kind() == kind
		})
	}
	for _, c := range []struct {
		name   string
		change func(f *File)
		want   string
	}{
		{"another log", func(f *File) { f.Origin = "other.example" }, "of the log"},
		{"no entries", func(f *File) { f.Entries = nil }, "no entry"},
		{"a checkpoint of nobody", func(f *File) { f.Checkpoint = []byte("none") }, "not signed"},
		{"a birth of nobody", func(f *File) { f.Births[0].Note = []byte("none") }, "birth 0"},
		{"births out of order", func(f *File) { slices.Reverse(f.Births) }, "order of their sizes"},
		{"a birth that proves nothing", func(f *File) { f.Births[1].Proof = nil }, "does not go on"},
		{"another leaf", func(f *File) { f.Entries[3].Leaf = f.Entries[2].Leaf }, "no such leaf"},
		{"an index beyond", func(f *File) { f.Entries[3].Index = 1 << 62 }, "no such leaf"},
		{"an index that is no number of a leaf", func(f *File) { f.Entries[3].Index = 1 << 63 }, "no such leaf"},
		{"another opening", func(f *File) {
			f.Entries[index(f, ledger.KindSealed)].Opening = f.Entries[index(f, ledger.KindDuty)].Opening
		}, "not what the leaf commits"},
		{"another opening of a duty", func(f *File) {
			f.Entries[index(f, ledger.KindDuty)].Opening = f.Entries[index(f, ledger.KindSealed)].Opening
		}, "not what the leaf commits"},
		{"another count", func(f *File) {
			o := *f.Entries[index(f, ledger.KindSealed)].Tally
			o.Cells[0]++
			f.Entries[index(f, ledger.KindSealed)].Tally = &o
		}, "counts elsewhere"},
		{"a count of nothing", func(f *File) {
			o := *f.Entries[index(f, ledger.KindSealed)].Tally
			o.Cells[0] = 999
			f.Entries[index(f, ledger.KindSealed)].Tally = &o
		}, "no cell"},
		{"a count of a duty", func(f *File) {
			f.Entries[index(f, ledger.KindDuty)].Tally = f.Entries[index(f, ledger.KindSealed)].Tally
		}, "counts nowhere"},
		{"an opening of a settlement", func(f *File) {
			f.Entries[index(f, ledger.KindSettle)].Opening = f.Entries[index(f, ledger.KindDuty)].Opening
		}, "nothing to open"},
		{"the same duty twice", func(f *File) { f.Entries = append(f.Entries, f.Entries[index(f, ledger.KindDuty)]) }, "opened before"},
		{"no documents", func(f *File) { f.Documents = nil }, "is not in the file"},
		{"no document of the policy", func(f *File) { f.Documents = f.Documents[:1] }, "is not in the file"},
		{"a leaf that is none", func(f *File) { f.single([]byte("none")) }, "does not hold"},
		{"a report", func(f *File) { f.single(ledger.Report{Period: "2027-Q1", From: 2, To: 3}.Marshal()) }, "proves nothing"},
		{"keys that come later", func(f *File) { f.later() }, "with which the log begins"},
		{"a document of nobody", func(f *File) { f.Documents = append(f.Documents, []byte("letter")) }, "no entry names"},
		{"not the first keys", func(f *File) { f.Entries = f.Entries[1:] }, "keys of the roles"},
	} {
		f := l.build(t)
		c.change(f)
		_, err := Verify(f, witnessed("w1", "w2"))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := Verify(l.build(t), trust("other.example", nil)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a key of another log: %v", err)
	}
}

// single makes the file one of a log with a single leaf.
func (f *File) single(leaf []byte) {
	h := tlog.RecordHash(leaf)
	f.Births, f.Documents, f.Checkpoint = nil, nil, checkpoint(1, h, time.Unix(1e9, 0))
	f.Entries = []Entry{{Leaf: leaf}}
}

// later makes the file one that has keys of later, and not those of before.
func (f *File) later() {
	l := live()
	l.block(nil, l.rolesLeaf(l.roles, ledger.RoleOversight))
	g, err := Build(context.Background(), l, witnessed("w1"), l.wants)
	must(err)
	*f = *g
	f.Entries = slices.DeleteFunc(f.Entries, func(e Entry) bool {
		return e.Index < 2 || bytes.HasPrefix(e.Leaf, []byte("rogatory/v1 policy\n"))
	})
}

// What has no effect in the log has none in a finding.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(o *office, d ledger.Duty)
		want string
	}{
		{"by the wrong role", func(o *office, d ledger.Duty) { o.block(nil, o.settle(d.ID, ledger.Void, ledger.RoleNotifier)) }, "may not settle"},
		{"by nobody", func(o *office, d ledger.Duty) {
			o.keys["nobody"] = key("nobody")
			o.block(nil, o.settle(d.ID, ledger.Notified, "nobody"))
		}, "no role has the key"},
		{"into its own name", func(o *office, d ledger.Duty) { o.block(nil, o.extend(d.ID, d.ID, d.Due)) }, "opened before"},
		{"signed long before", func(o *office, d ledger.Duty) {
			now := o.epoch
			o.epoch = ledger.Epoch{Year: 2026, Day: 1, Slot: 3}
			s := o.settle(d.ID, ledger.Notified, ledger.RoleNotifier)
			o.epoch = now
			o.block(nil, s)
		}, "outside the 7 days"},
		{"signed for later", func(o *office, d ledger.Duty) {
			now := o.epoch
			o.epoch = ledger.Epoch{Year: 2028, Day: 1, Slot: 3}
			s := o.settle(d.ID, ledger.Notified, ledger.RoleNotifier)
			o.epoch = now
			o.block(nil, s)
		}, "outside the 7 days"},
	} {
		o := opened()
		o.day()
		d, w := o.duty(ledger.Notify)
		w.Index = uint64(len(o.leaves) + o.policy.Block)
		o.block(nil, d)
		o.day()
		c.do(o, d)
		f, err := Build(context.Background(), o, witnessed("w1"), []Want{w})
		if err != nil {
			t.Fatal(c.name, err)
		}
		got, err := Verify(f, witnessed("w1"))
		if err != nil || len(got.Refused) != 1 || !strings.Contains(got.Refused[0].Why, c.want) || got.Duties[0].Settled != "" || got.Duties[0].Extensions > 0 {
			t.Errorf("%s: %v, %+v", c.name, err, got)
		}
	}

	// Settled twice: the first time counts.
	o := opened()
	o.day()
	d, w := o.duty(ledger.Erase)
	w.Index = uint64(len(o.leaves) + o.policy.Block)
	o.block(nil, d)
	o.day()
	o.block(nil, o.settle(d.ID, ledger.Erased, ledger.RoleNotifier), o.settle(d.ID, ledger.Void, ledger.RoleOversight))
	f, err := Build(context.Background(), o, trusting(), []Want{w})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Verify(f, trusting())
	if err != nil || got.Duties[0].Settled != ledger.Erased || len(got.Refused) != 1 || !slices.Contains(got.NotProved, NoDuty) {
		t.Errorf("settled twice: %v, %+v", err, got)
	}

	// Without the keys nothing settles, without limits nobody knows what was allowed.
	keys := f.Entries[0]
	f.Entries, f.Documents = f.Entries[2:], nil
	if got, err := Verify(f, trusting()); err != nil || len(got.Refused) != 2 || !strings.Contains(got.Refused[0].Why, "keys of the roles") {
		t.Errorf("without keys: %v, %+v", err, got)
	}
	l := live()
	f = l.build(t)
	f.Entries = slices.DeleteFunc(f.Entries, func(e Entry) bool { return bytes.HasPrefix(e.Leaf, []byte("rogatory/v1 policy\n")) })
	f.Documents = f.Documents[:1]
	if got, err := Verify(f, trusting()); err != nil || !slices.Contains(got.NotProved, Limits) || got.Duties[0].Held || got.Duties[0].Extensions != 2 {
		t.Errorf("without limits: %v, %+v", err, got)
	}
	_ = keys
}

// Keys and limits that do not hold in the log make a file refused.
func TestKeysAndLimits(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(o *office)
		want string // why it is refused; empty: it is not
		not  Unproved
	}{
		{"other keys by oversight, and one for two roles", func(o *office) {
			d := o.roles
			d.Keys = map[ledger.Role][]ed25519.PublicKey{
				ledger.RoleJudge: d.Keys[ledger.RoleNotifier], ledger.RoleNotifier: d.Keys[ledger.RoleNotifier], ledger.RoleOversight: d.Keys[ledger.RoleOversight],
			}
			o.block(nil, o.rolesLeaf(d, ledger.RoleOversight))
		}, "", SameKey},
		{"keys of a demonstration", func(o *office) {
			d := o.roles
			d.Demonstration = true
			o.block(nil, o.rolesLeaf(d, ledger.RoleOversight))
		}, "", Demonstration},
		{"other keys by a judge", func(o *office) { o.block(nil, o.rolesLeaf(o.roles, ledger.RoleJudge)) }, "may not sign", ""},
		{"keys of another log", func(o *office) {
			d := o.roles
			d.Origin = "other.example"
			o.block(nil, o.rolesLeaf(d, ledger.RoleOversight))
		}, "another log", ""},
		{"keys that are none", func(o *office) {
			o.block(nil, o.sign(ledger.Roles{Doc: o.doc([]byte("none\n"))}, ledger.RoleOversight))
		}, "roles document", ""},
		{"limits that are none", func(o *office) {
			o.block(nil, o.sign(ledger.Policy{Doc: o.doc([]byte("none\n")), From: "2027-01"}, ledger.RoleOversight))
		}, "policy document", ""},
		{"limits of another log", func(o *office) {
			p := o.policy
			p.Origin = "other.example"
			o.block(nil, o.policyLeaf(p, "2027-01", ledger.RoleOversight))
		}, "another log", ""},
		{"other limits by the log", func(o *office) {
			p := o.policy
			p.Extensions = 99
			o.block(nil, o.policyLeaf(p, "2027-01", ledger.RoleLog))
		}, "may not sign", ""},
		{"limits by nobody", func(o *office) {
			o.keys["nobody"] = key("nobody")
			o.block(nil, o.policyLeaf(o.policy, "2027-01", "nobody"))
		}, "no role has the key", ""},
	} {
		l := live()
		c.do(l.office)
		f, err := Build(context.Background(), l, trusting(), l.wants)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got, err := Verify(f, trusting())
		if err != nil || !slices.Contains(got.NotProved, c.not) {
			t.Errorf("%s: %v, %+v", c.name, err, got)
		}
	}
}

// What cannot be read makes no file, and says so.
func TestBuildRefuses(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		do   func(l *life)
		kind fault.Kind
		busy bool
	}{
		{"no checkpoint", func(l *life) { delete(l.files, "checkpoint") }, fault.NotFound, false},
		{"a checkpoint of nobody", func(l *life) { l.files["checkpoint"] = []byte("none") }, fault.Invalid, false},
		{"an entry that is not published yet", func(l *life) { l.wants[0].Index = 1 << 20 }, fault.NotFound, false},
		{"leaves that are missing", func(l *life) { delete(l.files, "tile/entries/000") }, fault.NotFound, false},
		{"leaves that cannot be read", func(l *life) { l.broken["tile/entries/000"] = errBusy }, fault.Internal, true},
		{"tiles that cannot be read", func(l *life) { l.broken["tile/0/000"] = errBusy }, fault.Internal, true},
		{"documents that are missing", func(l *life) { delete(l.files, fmt.Sprintf("docs/%x", ledger.DocumentHash(l.roles.Marshal()))) }, fault.NotFound, false},
		{"checkpoints that cannot be read", func(l *life) { l.broken[fmt.Sprintf("checkpoints/%d", l.wants[0].Index)] = errBusy }, fault.Internal, true},
		{"checkpoints behind that cannot be read", func(l *life) { l.broken[fmt.Sprintf("checkpoints/%d", l.wants[0].Index+1)] = errBusy }, fault.Internal, true},
		{"a checkpoint of another size", func(l *life) {
			l.files[fmt.Sprintf("checkpoints/%d", l.wants[0].Index)] = l.files["checkpoint"]
		}, fault.Invalid, false},
		{"an archived checkpoint of nobody", func(l *life) {
			l.files[fmt.Sprintf("checkpoints/%d", l.wants[0].Index)] = []byte("none")
		}, fault.Invalid, false},
		{"another opening", func(l *life) { l.wants[0].Opening = l.wants[1].Opening }, fault.Invalid, false},
		{"tiles of a birth that cannot be read", func(l *life) {
			// The block of leaf 254 reaches into the second of three bundles.
			l.office = opened()
			for len(l.leaves) < 600 {
				l.block(nil)
			}
			l.wants = []Want{{Index: 254}}
			l.broken["tile/0/001"] = errBusy
		}, fault.Internal, true},
		{"a leaf that is none", func(l *life) {
			l.leaves = append(l.leaves, nil)
			h, err := tlog.StoredHashes(int64(len(l.leaves)-1), nil, tlog.HashReaderFunc(l.read))
			must(err)
			l.stored = append(l.stored, h...)
			l.wants = append(l.wants, Want{Index: uint64(len(l.leaves) - 1)})
			l.publish()
		}, fault.Invalid, false},
	} {
		l := live()
		c.do(l)
		_, err := Build(ctx, l, witnessed("w1"), l.wants)
		if err == nil || fault.KindOf(err) != c.kind || c.busy != errors.Is(err, errBusy) {
			t.Errorf("%s: %v (kind %d, want %d)", c.name, err, fault.KindOf(err), c.kind)
		}
	}
	// Without the archive there are no times, and everything else.
	l := live()
	for name := range l.files {
		if strings.HasPrefix(name, "checkpoints/") {
			delete(l.files, name)
		}
	}
	f := l.build(t)
	got, err := Verify(f, witnessed("w1"))
	if err != nil || len(f.Births) > 0 || !slices.Contains(got.NotProved, Entered) {
		t.Errorf("without the archive: %v, %+v", err, got)
	}
}

func FuzzFile(f *testing.F) {
	l := live()
	file, err := Build(context.Background(), l, witnessed("w1"), l.wants)
	must(err)
	f.Add(file.Marshal())
	file.Births, file.Entries = nil, file.Entries[:3]
	f.Add(file.Marshal())
	f.Add([]byte(header + "\norigin a\n" + end))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Parse(text)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("refused as %v", err)
			}
			return
		}
		if !bytes.Equal(file.Marshal(), text) {
			t.Fatal("what is read has two forms")
		}
		Verify(file, witnessed("w1"))
	})
}
