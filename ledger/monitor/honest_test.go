package monitor

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/ledger"
)

// honest draws a log as an honest office writes it: blocks, duties of every class,
// extensions within the limit, settlements by who may, other versions. It gives the
// places of the sealed leaves as well.
func honest(t *rapid.T) (o *office, sealed []int) {
	o = opened()
	var open []ledger.Duty
	times := make(map[ledger.ID]int) // extended so far
	for range rapid.IntRange(1, 30).Draw(t, "blocks") {
		var tail []ledger.Leaf
		if o.policy.IsBatch(o.epoch) {
			var still []ledger.Duty
			for _, d := range open {
				switch rapid.IntRange(0, 2).Draw(t, "fate") {
				case 0:
					still = append(still, d)
				case 1:
					tail = append(tail, o.settle(d.ID, ledger.Void, ledger.RoleOversight))
				case 2:
					if d.Class != ledger.Notify || times[d.ID] == o.policy.Extensions {
						still = append(still, d)
						continue
					}
					next := d
					next.ID, next.Due = o.id(), o.policy.ExtendedTo(d.Due)
					times[next.ID] = times[d.ID] + 1
					tail = append(tail, o.extend(d.ID, next.ID, next.Due))
					still = append(still, next)
				}
			}
			open = still
			for range rapid.IntRange(0, 3).Draw(t, "duties") {
				d := o.duty(rapid.SampledFrom(ledger.Classes()).Draw(t, "class"))
				open = append(open, d)
				tail = append(tail, d)
			}
		}
		if rapid.IntRange(0, 9).Draw(t, "document") == 0 {
			o.policy.Law = o.random()
			tail = append(tail, o.policyLeaf(o.policy, "2027-01", ledger.RoleLog))
		}
		for i := range o.policy.Block {
			sealed = append(sealed, len(o.leaves)+i)
		}
		o.block(tail...)
	}
	return o, sealed
}

func TestHonest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, _ := honest(t)
		found, m := o.watch()
		for _, a := range found {
			t.Fatalf("%s: %s", a.Key(), a.Text)
		}

		for _, c := range m.Figures(o.due()).Classes {

			if c.OnTime != c.Done() || c.Held > 0 {
				t.Fatalf("figures: %+v", c)
			}
		}
	})
}

// One fault, anywhere among the sealed leaves, is one alarm.
func TestOneFault(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, sealed := honest(t)
		o.block() // a log goes on
		at := rapid.SampledFrom(sealed).Draw(t, "at")
		fault := rapid.SampledFrom([]Kind{NotCanonical, BlockSize, EpochOrder, "twice"}).Draw(t, "fault")
		want := fault
		switch fault {
		case NotCanonical:
			o.change(at, []byte("none"))
		case BlockSize:
			o.remove(at)
		case EpochOrder:
			l := o.leaf(at).(ledger.Sealed)
			for range rapid.IntRange(1, 5).Draw(t, "epochs") {
				l.Epoch = l.Epoch.Next(o.policy.EpochMinutes)
			}
			o.change(at, l.Marshal())
		case "twice":
			o.insert(at, o.leaf(at))
			want = BlockSize
		}
		found, _ := o.watch()
		if got := kinds(found); !slices.Equal(got, []Kind{want}) {
			for _, a := range found {
				t.Logf("%s: %s", a.Key(), a.Text)
			}
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// Leaves that are lost, however many, are no fault of what follows.
func TestLostLeaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, _ := honest(t)
		from := rapid.IntRange(2, len(o.leaves)-1).Draw(t, "from")
		to := rapid.IntRange(from, len(o.leaves)).Draw(t, "to")
		m := o.monitor()
		var found []Alarm
		for i, leaf := range o.leaves {
			if i >= from && i < to {
				m.Lose(uint64(i))
			} else {
				found = append(found, m.Take(uint64(i), leaf)...)
			}
		}
		for _, a := range append(found, m.Close()...) {
			t.Fatalf("without %d to %d: %s: %s", from, to-1, a.Key(), a.Text)
		}
	})
}
