package monitor

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// busy is an office in whose state everything occurs.
func busy() *office {
	o := opened()
	p := o.policy
	p.GraceDays++
	o.day()
	a, b, c := o.duty(ledger.Notify), o.duty(ledger.Notify), o.duty(ledger.Erase)
	o.block(a, b, c, o.policyLeaf(p, "2027-03", ledger.RoleOversight))
	o.day()
	o.block(o.extend(a.ID, o.id(), a.Due.AddDays(400).MonthEnd()), o.settle(b.ID, ledger.Notified, ledger.RoleNotifier))
	o.days(3)
	o.block()
	o.remove(len(o.leaves) - 1)
	o.block()
	return o
}

// A monitor whose state was kept, at any leaf, says what one says that stayed.
func TestKeptState(t *testing.T) {
	o := busy()
	want, whole := o.watch()
	if len(want) == 0 {
		t.Fatal("nothing is found that could be lost")
	}
	for cut := range o.leaves {
		var found []Alarm
		m := o.monitor()
		for i, leaf := range o.leaves {
			if i == cut {
				text := m.Marshal()
				m = o.monitor()
				if err := m.Unmarshal(text); err != nil {
					t.Fatalf("at %d: %v", cut, err)
				}
				if !bytes.Equal(m.Marshal(), text) {
					t.Fatalf("at %d: the state changes when it is kept", cut)
				}
			}
			if i == len(o.leaves)/2 {
				m = m.clone()
			}
			found = append(found, m.Take(uint64(i), leaf)...)
		}
		found = append(found, m.Close()...)
		wantKinds(t, found, kinds(want)...)
		if !bytes.Equal(m.Marshal(), whole.Marshal()) {
			t.Fatalf("at %d: another state in the end", cut)
		}
	}
}

// A copy goes its own way.
func TestClone(t *testing.T) {
	o := busy()
	m := o.monitor()
	for i, leaf := range o.leaves {
		before := m.Marshal()
		n := m.clone()
		n.Take(uint64(i), leaf)
		n.Close()
		if !bytes.Equal(m.Marshal(), before) {
			t.Fatalf("at %d: taking a leaf changes what was copied", i)
		}
		m.Take(uint64(i), leaf)
	}
}

func TestRefusedState(t *testing.T) {
	o := busy()
	_, m := o.watch()
	text := string(m.Marshal())
	change := func(f func(s *saved)) string {
		var s saved
		must(json.Unmarshal([]byte(text), &s))
		f(&s)
		changed, err := json.Marshal(s)
		must(err)
		return string(changed)
	}
	for name, c := range map[string]string{
		"cut short":          text[:len(text)/2],
		"an unknown part":    strings.Replace(text, `"Lost"`, `"Lust"`, 1),
		"another log":        strings.Replace(text, origin, "other.example", 1),
		"roles":              change(func(s *saved) { s.Roles = []byte("none") }),
		"a policy":           change(func(s *saved) { s.Policies[0].Doc = []byte("none") }),
		"settled":            change(func(s *saved) { s.Settled = s.Settled[1:] }),
		"a class":            change(func(s *saved) { s.Classes["pardon"] = &ClassFigures{} }),
		"a class of none":    change(func(s *saved) { s.Classes[ledger.Notify] = nil }),
		"a duty":             change(func(s *saved) { s.Open[0].Class = "pardon" }),
		"a duty of no class": strings.Replace(text, `"Class":"notify",`, "", 1),
		"no sealed leaf":     change(func(s *saved) { s.Section.Entries = []entry{{Index: 3}} }),
		"something behind":   text + "{}",
	} {
		n := o.monitor()
		if err := n.Unmarshal([]byte(c)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if n.Size() != 0 {
			t.Errorf("%s: something was taken of what was refused", name)
		}
	}
	n := o.monitor()
	if err := n.Unmarshal([]byte(change(func(s *saved) { s.Classes[ledger.Chase].Settled = nil }))); err != nil {
		t.Error(err)
	}
}

func TestKeptFollower(t *testing.T) {
	o := long(45)
	p := newPublished()
	fresh := func() *Follower { return NewFollower(twoOfThree(), p, nil) }
	f := fresh()
	if err := f.Unmarshal(fresh().Marshal()); err != nil {
		t.Fatal(err)
	}
	o.publish(p, len(o.leaves), o.due())
	watchOnce(t, f, o.due())
	text := f.Marshal()
	f = fresh()
	if err := f.Unmarshal(text); err != nil {
		t.Fatal(err)
	}
	o.days(30)
	o.publish(p, len(o.leaves), o.due())
	got := watchOnce(t, f, o.due())
	if want := watchOnce(t, fresh(), o.due()); !bytes.Equal(got.Monitor.Marshal(), want.Monitor.Marshal()) {
		t.Error("who goes on from what was kept sees another log")
	}
	if p.reads[bundlePath(0, len(o.leaves))] != 2 {
		t.Error("what was kept is read again")
	}

	change := func(c func(k *memory)) []byte {
		var k memory
		must(json.Unmarshal(text, &k))
		c(&k)
		changed, err := json.Marshal(k)
		must(err)
		return changed
	}
	for name, c := range map[string][]byte{
		"cut short":          text[:len(text)/2],
		"another checkpoint": change(func(k *memory) { k.Seen = []byte("none") }),
		"no checkpoint":      change(func(k *memory) { k.Seen = nil }),
		"no monitor":         change(func(k *memory) { k.Monitor = []byte("{}") }),
		"half a hash":        change(func(k *memory) { k.Tail = k.Tail[1:] }),
		"a hash less":        change(func(k *memory) { k.Tail = k.Tail[32:] }),
		"another hash":       change(func(k *memory) { k.Tail[0] ^= 1 }),
	} {
		n := fresh()
		if err := n.Unmarshal(c); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzState(f *testing.F) {
	o := busy()
	m := o.monitor()
	for i, leaf := range o.leaves {
		m.Take(uint64(i), leaf)
		if i%9 == 0 {
			f.Add(m.Marshal())
		}
	}
	d := o.duty(ledger.Notify)
	f.Fuzz(func(t *testing.T, text []byte) {
		m := o.monitor()
		if m.Unmarshal(text) != nil {
			return
		}
		// Whatever is taken, the monitor goes on, and keeps it as it is.
		again := o.monitor()
		if err := again.Unmarshal(m.Marshal()); err != nil {
			t.Fatalf("what was kept is refused: %v", err)
		}
		if m.size > 1<<40 {
			return
		}
		for i, leaf := range [][]byte{d.Marshal(), []byte("none"), o.sealed("cover").Marshal(), o.sealed("cover").Marshal(), o.extend(d.ID, o.id(), d.Due).Marshal()} {
			m.Take(m.size, leaf)
			if i == 2 {
				m.Lose(m.size)
			}
		}
		m.Close()
		m.Figures(time.Unix(1<<31, 0))
		m.Silent(time.Unix(1<<31, 0))
	})
}

func FuzzFollowerState(f *testing.F) {
	o := long(2)
	p := newPublished()
	o.publish(p, len(o.leaves), o.due())
	one := NewFollower(twoOfThree(), p, nil)
	f.Add(one.Marshal())
	_, err := one.Follow(f.Context(), o.due())
	must(err)
	f.Add(one.Marshal())
	f.Fuzz(func(t *testing.T, text []byte) {
		one := NewFollower(twoOfThree(), p, nil)
		if one.Unmarshal(text) != nil {
			return
		}
		again := NewFollower(twoOfThree(), p, nil)
		if err := again.Unmarshal(one.Marshal()); err != nil {
			t.Fatalf("what was kept is refused: %v", err)
		}
	})
}
