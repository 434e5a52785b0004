package monitor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// long is an office with a year behind it, as far as bundles go: some hundred
// leaves, duties open and settled.
func long(days int) *office {
	o := opened()
	for range days {
		o.day()
		d := o.duty(ledger.Notify)
		o.block(d)
		o.settleIt(d.ID)
	}
	return o
}

// bundlePath and tilePath name the files of a log of this size.
func bundlePath(n int64, size int) string {
	return ledger.TilePath(tlog.Tile{H: 8, L: -1, N: n, W: width(n, uint64(size))})
}
func tilePath(level int, n int64, w int) string {
	return ledger.TilePath(tlog.Tile{H: 8, L: level, N: n, W: w})
}

// watchOnce follows once and checks that every alarm has evidence that holds.
func watchOnce(t *testing.T, f *Follower, now time.Time, want ...Kind) *Findings {
	t.Helper()
	got, err := f.Follow(context.Background(), now)
	if err != nil {
		t.Fatal(err)
	}
	wantKinds(t, got.Alarms, want...)
	for _, a := range got.Alarms {
		if _, err := CheckEvidence(a.Evidence, f.trust); err != nil {
			t.Errorf("evidence of %s: %v", a.Key(), err)
		}
	}
	return got
}

func TestFollow(t *testing.T) {
	o := long(20)
	p := newPublished()
	o.publish(p, len(o.leaves), o.due())
	f := NewFollower(twoOfThree(), p, nil)
	var read, of uint64
	f.Progress = func(r, n uint64) { read, of = r, n }
	got := watchOnce(t, f, o.due().Add(time.Hour))
	size := uint64(len(o.leaves))
	if read != size || of != size || got.Checkpoint.Size != size || !got.Checkpoint.Quorum || len(got.Checkpoint.Cosigned) != 2 || got.Silent {
		t.Errorf("read %d of %d, found %+v", read, of, got.Checkpoint)
	}
	if n := got.Figures.Classes[ledger.Notify]; n.Opened != 20 || n.Done() != 20 || n.OnTime != 20 {
		t.Errorf("figures: %+v", n)
	}

	// Nothing new: nothing is read again.
	reads := p.reads[bundlePath(0, len(o.leaves))]
	watchOnce(t, f, o.due().Add(2*time.Hour))
	if p.reads[bundlePath(0, len(o.leaves))] != reads {
		t.Error("what was read is read again")
	}

	// Some days later, with the partial files of before gone.
	o.days(20)
	o.day()
	d := o.duty(ledger.Remedy)
	o.block(d)
	p2 := newPublished()
	o.publish(p2, len(o.leaves), o.due())
	f.source = p2
	got = watchOnce(t, f, o.due().Add(time.Hour))
	if open := got.Monitor.Open(); len(open) != 1 || open[0].ID != d.ID {
		t.Errorf("open: %+v", open)
	}
	// What goes on and what begins anew see the same.
	again := watchOnce(t, NewFollower(twoOfThree(), p2, nil), o.due().Add(time.Hour))
	if !bytes.Equal(again.Monitor.Marshal(), got.Monitor.Marshal()) {
		t.Error("who goes on sees another log than who begins")
	}
}

func TestEmptyAndUnreachable(t *testing.T) {
	p := newPublished()
	f := NewFollower(twoOfThree(), p, nil)
	if _, err := f.Follow(context.Background(), time.Now()); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no log: %v", err)
	}
	o := long(80)
	o.day()
	d := o.duty(ledger.Remedy)
	o.block(d)
	o.publish(p, len(o.leaves), o.due())
	for _, name := range []string{"checkpoint", bundlePath(1, len(o.leaves)), fmt.Sprintf("docs/%x", ledger.DocumentHash(o.policy.Marshal())), "provisional"} {
		p.broken[name] = errBusy
		f := NewFollower(twoOfThree(), p, nil)
		got, err := f.Follow(context.Background(), o.due())
		if !errors.Is(err, errBusy) || len(got.Alarms) > 0 {
			t.Errorf("%s cannot be read: %v, %v", name, err, got.Alarms)
		}
		delete(p.broken, name)
	}
	// What is wrong is said, whatever else the log keeps from those who look.
	hiding := newPublished()
	o.publish(hiding, len(o.leaves), o.due())
	hiding.files["checkpoint"] = o.checkpoint(len(o.leaves)-5, o.due())
	hiding.broken["provisional"] = errBusy
	hiding.broken[bundlePath(1, len(o.leaves))] = errBusy
	seen := NewFollower(twoOfThree(), p, nil)
	watchOnce(t, seen, o.due())
	seen.source = hiding
	found, err := seen.Follow(context.Background(), o.due())
	if !errors.Is(err, errBusy) {
		t.Errorf("what cannot be looked at: %v", err)
	}
	wantKinds(t, found.Alarms, RolledBack)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := NewFollower(twoOfThree(), p, nil).Follow(ctx, o.due()); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}

	// Who has seen something says what follows from the time.
	f = NewFollower(twoOfThree(), p, nil)
	watchOnce(t, f, o.due())
	p.broken["checkpoint"] = errBusy
	got, err := f.Follow(context.Background(), o.due().AddDate(0, 6, 0))
	if !errors.Is(err, errBusy) || !got.Silent {
		t.Errorf("silent is %v: %v", got.Silent, err)
	}
	wantKinds(t, got.Alarms, OverdueSilent, Silent)

	// A clock that is behind does not hide what is due.
	delete(p.broken, "checkpoint")
	p.files["checkpoint"] = o.checkpoint(len(o.leaves), o.due().AddDate(0, 6, 0))
	watchOnce(t, f, o.due(), OverdueSilent, Silent)
}

func TestSilence(t *testing.T) {
	o := long(2)
	p := newPublished()
	o.publish(p, len(o.leaves), o.due())
	watchOnce(t, NewFollower(twoOfThree(), p, nil), o.due().Add(12*time.Hour))
	watchOnce(t, NewFollower(twoOfThree(), p, nil), o.due().Add(13*time.Hour), Silent)
	// The witnesses saw nothing for days, although the last block is new.
	p.files["checkpoint"] = o.checkpoint(len(o.leaves), o.due().AddDate(0, 0, -2))
	got := watchOnce(t, NewFollower(twoOfThree(), p, nil), o.due().Add(time.Hour), Silent)
	if !got.Silent {
		t.Error("not silent")
	}
	// Nobody says who counts: then only the blocks tell.
	watchOnce(t, NewFollower(trusting(nil), p, nil), o.due().Add(time.Hour))
	watchOnce(t, NewFollower(trusting(nil), p, nil), o.due().Add(13*time.Hour), Silent)
}

func TestCheckpoints(t *testing.T) {
	o := long(70)
	now := o.due().Add(time.Hour)
	full := len(o.leaves)
	half := full / 2
	p := newPublished()
	o.publish(p, full, o.due())

	bad := newPublished()
	bad.files["checkpoint"] = bytes.Replace(p.files["checkpoint"], []byte(fmt.Sprint(full)), []byte(fmt.Sprint(full+1)), 1)
	watchOnce(t, NewFollower(twoOfThree(), bad, nil), now, BadCheckpoint)

	few := newPublished()
	o.publish(few, full, o.due())
	text := few.files["checkpoint"]
	few.files["checkpoint"] = text[:bytes.LastIndex(text, []byte("— w2"))]
	got := watchOnce(t, NewFollower(twoOfThree(), few, nil), now, NoQuorum)
	if e, _ := CheckEvidence(got.Alarms[0].Evidence, twoOfThree()); !e.Proved {
		t.Error("it is not proved that the quorum is missing")
	}
	if e, _ := CheckEvidence(got.Alarms[0].Evidence, trusting(nil)); e.Proved {
		t.Error("it is proved to nobody that the quorum is missing")
	}
	// A cosignature that does not hold is none, and the log is read all the same.
	few.files["checkpoint"] = append(bytes.Clone(few.files["checkpoint"]), bytes.Replace(text[bytes.LastIndex(text, []byte("— w2")):], []byte("A"), []byte("B"), 1)...)
	if got := watchOnce(t, NewFollower(twoOfThree(), few, nil), now, NoQuorum); got.Monitor.Size() != uint64(full) {
		t.Error("the leaves were not read")
	}

	// The archive goes back to a smaller one.
	f := NewFollower(twoOfThree(), p, nil)
	watchOnce(t, f, now)
	older := newPublished()
	o.publish(older, full, o.due())
	older.files["checkpoint"] = o.checkpoint(half, o.due())
	f.source = older
	watchOnce(t, f, now, RolledBack)
	// Nor can it be compared where the leaves are gone.
	delete(older.files, bundlePath(int64(half/256), full))
	watchOnce(t, f, now, RolledBack)
	older.broken[bundlePath(int64(half/256), full)] = errBusy
	found, err := f.Follow(context.Background(), now)
	if !errors.Is(err, errBusy) {
		t.Errorf("cannot be compared: %v", err)
	}
	wantKinds(t, found.Alarms, RolledBack)
	delete(older.files, "checkpoint")
	watchOnce(t, f, now, Withheld)
}

func TestForks(t *testing.T) {
	o, other := long(70), long(70)
	now := o.due().Add(time.Hour)
	full := len(o.leaves)
	// The other history differs from leaf 300 on.
	for i := 300; i < full; i++ {
		if l, ok := other.leaf(i).(ledger.Sealed); ok {
			l.Hash[0] ^= 1
			other.change(i, l.Marshal())
		}
	}
	p, q := newPublished(), newPublished()
	o.publish(p, full, o.due())
	other.publish(q, full, o.due())

	proved := func(a Alarm) {
		t.Helper()
		if e, err := CheckEvidence(a.Evidence, trusting(nil)); err != nil || !e.Proved {
			t.Errorf("the fork is not proved: %v", err)
		}
	}
	// The same size.
	f := NewFollower(twoOfThree(), p, nil)
	watchOnce(t, f, now)
	f.source = q
	proved(watchOnce(t, f, now, Forked).Alarms[0])

	// A larger one that does not go on from the last.
	small := newPublished()
	o.publish(small, full-5, o.due()) // without the last block
	f = NewFollower(twoOfThree(), small, nil)
	watchOnce(t, f, now)
	f.source = q
	proved(watchOnce(t, f, now, Forked).Alarms[0])
	last := tilePath(0, int64(full/256), full%256)
	q.broken[last] = errBusy
	if _, err := f.Follow(context.Background(), now); !errors.Is(err, errBusy) {
		t.Errorf("cannot be compared: %v", err)
	}
	delete(q.broken, last)

	// A smaller one that is no beginning of it.
	f = NewFollower(twoOfThree(), p, nil)
	watchOnce(t, f, now)
	p.files["checkpoint"] = other.checkpoint(full-9, o.due())
	proved(watchOnce(t, f, now, Forked).Alarms[0])

	// One that somebody else was given.
	ctx := context.Background()
	for _, c := range []struct {
		name string
		note []byte
		at   time.Time
		want []Kind
	}{
		{"the same", o.checkpoint(full, o.due()), now, nil},
		{"a beginning", o.checkpoint(full-9, o.due()), now, nil},
		{"another of this size", other.checkpoint(full, o.due()), now, []Kind{Forked}},
		{"no beginning", other.checkpoint(full-9, o.due()), now, []Kind{Forked}},
	} {
		got, err := f.Heard(ctx, c.note, c.at)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(c.name)
		wantKinds(t, got, c.want...)
	}
	o.days(2)
	larger := o.checkpoint(len(o.leaves), o.due())
	got, err := f.Heard(ctx, larger, o.due().Add(time.Hour))
	wantKinds(t, got)
	if got, err = f.Heard(ctx, larger, o.due().Add(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	wantKinds(t, got, RolledBack)
	if _, err := f.Heard(ctx, []byte("no checkpoint"), now); fault.KindOf(err) != fault.Invalid {
		t.Errorf("heard nonsense: %v", err)
	}
	if got, err := NewFollower(twoOfThree(), p, nil).Heard(ctx, larger, now); err != nil || len(got) > 0 {
		t.Errorf("who has seen nothing heard: %v %v", got, err)
	}
}

// Damage to what is published is said once, where it is, and what is sound is read.
func TestDamage(t *testing.T) {
	const at = 300 // in the second bundle
	for _, c := range []struct {
		name   string
		damage func(o *office, p *published, full int)
		want   []Kind
		index  uint64
	}{
		{"a leaf is rewritten", func(o *office, p *published, full int) {
			l := o.leaf(at).(ledger.Sealed)
			l.Hash[0] ^= 1
			changed := slices.Clone(o.leaves[256:512])
			changed[at-256] = l.Marshal()
			p.files[bundlePath(1, full)] = ledger.Bundle(changed)
		}, []Kind{Rewritten}, at},
		{"a leaf of the last bundle is rewritten", func(o *office, p *published, full int) {
			changed := slices.Clone(o.leaves[full-full%256:])
			changed[0] = []byte("nothing")
			p.files[bundlePath(int64(full/256), full)] = ledger.Bundle(changed)
		}, []Kind{Rewritten}, 0},
		{"a bundle is cut short", func(o *office, p *published, full int) {
			p.files[bundlePath(1, full)] = p.files[bundlePath(1, full)][:20000]
		}, []Kind{Withheld}, 0},
		{"a bundle is missing", func(o *office, p *published, full int) { delete(p.files, bundlePath(1, full)) }, []Kind{Withheld}, 256},
		{"a bundle and its tile are missing", func(o *office, p *published, full int) {
			delete(p.files, bundlePath(1, full))
			delete(p.files, tilePath(0, 1, 256))
		}, []Kind{Withheld}, 256},
		{"a leaf is rewritten and its tile is missing", func(o *office, p *published, full int) {
			changed := slices.Clone(o.leaves[256:512])
			changed[at-256] = []byte("nothing")
			p.files[bundlePath(1, full)] = ledger.Bundle(changed)
			delete(p.files, tilePath(0, 1, 256))
		}, []Kind{Rewritten}, 256},
		{"a leaf and its tile are rewritten", func(o *office, p *published, full int) {
			changed := slices.Clone(o.leaves[256:512])
			changed[at-256] = []byte("nothing")
			p.files[bundlePath(1, full)] = ledger.Bundle(changed)
			tile := bytes.Clone(p.files[tilePath(0, 1, 256)])
			tile[0] ^= 1
			p.files[tilePath(0, 1, 256)] = tile
		}, []Kind{Rewritten}, 256},
		{"the last bundle and its tile are missing", func(o *office, p *published, full int) {
			delete(p.files, bundlePath(int64(full/256), full))
			delete(p.files, tilePath(0, int64(full/256), full%256))
		}, []Kind{Withheld}, 0},
		{"a bundle and the tile above it are missing", func(o *office, p *published, full int) {
			delete(p.files, bundlePath(1, full))
			delete(p.files, tilePath(1, 0, full/256))
		}, []Kind{Withheld}, 0},
		{"a bundle is missing and the tile above it is another", func(o *office, p *published, full int) {
			delete(p.files, bundlePath(1, full))
			p.files[tilePath(1, 0, full/256)] = make([]byte, 32*(full/256))
		}, []Kind{Rewritten}, 0},
		{"partial files gave way to full ones", func(o *office, p *published, full int) {
			o.days(40)
			q := newPublished()
			o.publish(q, len(o.leaves), o.due())
			last := int64(full / 256)
			p.files[bundlePath(last, len(o.leaves))] = q.files[bundlePath(last, len(o.leaves))]
			p.files[tilePath(0, last, 256)] = q.files[tilePath(0, last, 256)]
			delete(p.files, bundlePath(last, full))
			delete(p.files, tilePath(0, last, full%256))
			changed := slices.Clone(o.leaves[256:512])
			changed[at-256] = []byte("nothing")
			p.files[bundlePath(1, full)] = ledger.Bundle(changed)
		}, []Kind{Rewritten}, at},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := long(48) // 96 days
			full := len(o.leaves)
			due := o.due()
			now := due.Add(time.Hour)
			p := newPublished()
			o.publish(p, full, due)
			c.damage(o, p, full)
			f := NewFollower(twoOfThree(), p, nil)
			got, err := f.Follow(context.Background(), now)
			if err != nil {
				t.Fatal(err)
			}
			// Duties that may be settled in what is lost are not known to be.
			var found []Alarm
			for _, a := range got.Alarms {
				if a.Kind != Overdue {
					found = append(found, a)
				}
			}
			wantKinds(t, found, c.want...)
			if c.index > 0 && len(found) > 0 && found[0].Index != c.index {
				t.Errorf("alarm at %d, want %d", found[0].Index, c.index)
			}
			// It is put right: what was lost is read after all.
			o.publish(p, full, due)
			again := watchOnce(t, f, now)
			if again.Monitor.Size() != uint64(full) || len(again.Monitor.Open()) > 0 {
				t.Errorf("read %d of %d, %d open", again.Monitor.Size(), full, len(again.Monitor.Open()))
			}
		})
	}
}
