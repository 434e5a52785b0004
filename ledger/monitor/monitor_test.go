package monitor

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/rogatory/rogatory/ledger"
)

// Each fault is planted in an honest log that goes on for days, and gives its one
// alarm and no echo.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name  string
		plant func(o *office)
		want  []Kind
	}{
		{"an honest log", func(o *office) {}, nil},
		{"a leaf with a line end of another kind", func(o *office) {
			o.block()
			o.change(len(o.leaves)-2, bytes.ReplaceAll(o.leaves[len(o.leaves)-2], []byte("\n"), []byte("\r\n")))
		}, []Kind{NotCanonical}},
		{"the first leaf of a block is none", func(o *office) {
			o.block()
			o.change(len(o.leaves)-4, nil)
		}, []Kind{NotCanonical}},
		{"the last leaf of a block is none", func(o *office) {
			o.block()
			o.change(len(o.leaves)-1, []byte("rogatory/v1 sealed"))
		}, []Kind{NotCanonical}},
		{"a leaf of a kind nobody knows", func(o *office) {
			o.block()
			o.change(len(o.leaves)-2, []byte("rogatory/v1 pardon\n"))
		}, []Kind{UnknownKind}},
		{"a leaf of an unknown kind behind a block", func(o *office) {
			o.day()
			o.block()
			o.leaves = append(o.leaves, []byte("rogatory/v1 pardon\n"))
		}, []Kind{UnknownKind}},
		{"one sealed leaf too few", func(o *office) {
			o.block()
			o.remove(len(o.leaves) - 2)
		}, []Kind{BlockSize}},
		{"one too few before a duty", func(o *office) {
			o.day()
			o.block(o.duty(ledger.Notify))
			o.remove(len(o.leaves) - 2)
			o.settleAll()
		}, []Kind{BlockSize}},
		{"one sealed leaf too many", func(o *office) {
			o.insert(len(o.leaves), o.sealed("cover"))
			o.block()
		}, []Kind{BlockSize}},
		{"a block without an end", func(o *office) {
			for range 4 * o.policy.Block {
				o.insert(len(o.leaves), o.sealed("cover"))
			}
			o.block()
		}, []Kind{BlockSize, EpochOrder}},
		{"half a block", func(o *office) {
			o.block()
			o.remove(len(o.leaves) - 2)
			o.remove(len(o.leaves) - 2)
		}, []Kind{BlockSize}},
		{"one leaf of a block", func(o *office) {
			o.block()
			for range 3 {
				o.remove(len(o.leaves) - 2)
			}
		}, []Kind{BlockSize}},
		{"a leaf of an earlier epoch", func(o *office) {
			l := o.sealed("cover")
			o.block()
			o.block()
			o.change(len(o.leaves)-2, l.Marshal())
		}, []Kind{EpochOrder}},
		{"the first leaf names an epoch far ahead", func(o *office) {
			l := o.sealed("cover")
			l.Epoch.Day += 40
			o.block()
			o.change(len(o.leaves)-4, l.Marshal())
		}, []Kind{EpochOrder}},
		{"the last leaf names the next epoch", func(o *office) {
			o.block()
			l := o.sealed("cover")
			o.change(len(o.leaves)-1, l.Marshal())
		}, []Kind{EpochOrder}},
		{"a block of an earlier epoch", func(o *office) {
			before := o.epoch
			o.block()
			o.block()
			now := o.epoch
			o.epoch = before
			o.block()
			o.epoch = now
		}, []Kind{EpochOrder}},
		{"an epoch that no day has", func(o *office) {
			now := o.epoch
			o.epoch.Slot = 4
			o.block()
			o.epoch = ledger.Epoch{Year: now.Year, Day: now.Day + 1}
		}, []Kind{EpochOrder}},
		{"an epoch without a block", func(o *office) { o.epoch = o.epoch.Next(360) }, []Kind{Gap}},
		{"a week without blocks", func(o *office) { o.epoch.Day += 7 }, []Kind{Gap}},
		{"a duty among sealed leaves", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block()
			o.insert(len(o.leaves)-1, d)
			o.settleIt(d.ID)
		}, []Kind{OutOfPlace}},
		{"a duty in an epoch that publishes none", func(o *office) {
			d := o.duty(ledger.Notify)
			o.block(d, o.duty(ledger.Notify))
			o.settleAll()
		}, []Kind{OutOfPlace}},
		{"a duty of the day before", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block()
			o.day()
			o.block(d)
			o.settleAll()
		}, []Kind{OutOfPlace}},
		{"a duty behind a document", func(o *office) {
			o.day()
			o.block(o.versions("program"), o.duty(ledger.Notify))
			o.settleAll()
		}, []Kind{OutOfPlace}},
		{"a duty on no month end", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			d.Due.Day--
			o.block(d)
			o.settleAll()
		}, []Kind{DutyNotMonthEnd}},
		{"a duty due too late", func(o *office) {
			o.day()
			d := o.duty(ledger.Erase)
			d.Due = d.Due.AddDays(1).MonthEnd()
			o.block(d)
			o.settleAll()
		}, []Kind{DutyTooLate}},
		{"the same duty twice", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d, d)
			o.settleAll()
		}, []Kind{DuplicateDuty}},
		{"a duty under the name of one that is settled", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			o.settleIt(d.ID)
			o.day()
			d.Batch, d.Due = o.epoch, o.policy.DueFor(ledger.Notify, o.epoch)
			o.block(d)
		}, []Kind{DuplicateDuty}},
		{"an extension into the name of another duty", func(o *office) {
			o.day()
			a, b := o.duty(ledger.Notify), o.duty(ledger.Notify)
			o.block(a, b)
			o.day()
			o.block(o.extend(a.ID, b.ID, b.Due))
			o.settleAll()
		}, []Kind{DuplicateDuty}},
		{"a settlement of nothing", func(o *office) {
			o.day()
			o.block(o.settle(o.id(), ledger.Notified, ledger.RoleNotifier))
		}, []Kind{UnknownDuty}},
		{"settled twice", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			o.settleIt(d.ID)
			o.settleIt(d.ID)
		}, []Kind{SettledTwice}},
		{"extended by the notifier", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			o.day()
			o.block(o.sign(ledger.Settle{Batch: o.epoch, ID: d.ID, As: ledger.Extended, Next: o.id(), Due: d.Due}, ledger.RoleNotifier))
			o.settleAll()
		}, []Kind{WrongRole}},
		{"settled by a stranger", func(o *office) {
			o.day()
			d := o.duty(ledger.Remedy)
			o.block(d)
			o.day()
			o.keys["stranger"] = key("stranger")
			o.block(o.settle(d.ID, ledger.Decided, "stranger"))
			o.settleAll()
		}, []Kind{WrongRole}},
		{"a duty to notify settled as erased", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			o.day()
			o.block(o.settle(d.ID, ledger.Erased, ledger.RoleOversight))
			o.settleAll()
		}, []Kind{WrongRole}},
		{"a signature of another log", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			o.day()
			k := o.keys[ledger.RoleNotifier]
			o.block(ledger.Sign("other.example", ledger.Settle{Batch: o.epoch, ID: d.ID, As: ledger.Notified},
				func(m []byte) []byte { return ed25519.Sign(k, m) }, public(k)))
			o.settleAll()
		}, []Kind{BadSignature}},
		{"a settlement kept in a drawer", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			s := o.settle(d.ID, ledger.Notified, ledger.RoleNotifier)
			o.block(d)
			o.days(8)
			o.day()
			o.block(s)
			o.settleAll()
		}, []Kind{OutOfWindow}},
		{"a settlement of a day to come", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			now := o.epoch
			o.epoch.Day++
			s := o.settle(d.ID, ledger.Notified, ledger.RoleNotifier)
			o.epoch = now
			o.block(d, s)
			o.settleAll()
		}, []Kind{OutOfWindow}},
		{"extended for too long, and then once more", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			o.day()
			next, due := o.id(), o.policy.ExtendedTo(d.Due).AddDays(1).MonthEnd()
			o.block(o.extend(d.ID, next, due))
			o.day()
			o.block(o.extend(next, o.id(), due.AddDays(300).MonthEnd()))
			o.settleAll()
		}, []Kind{HeldBeyond}},
		{"extended too often, and then once more", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			id := d.ID
			for range o.policy.Extensions + 2 {
				o.day()
				next := o.id()
				o.block(o.extend(id, next, d.Due))
				id = next
			}
			o.settleAll()
		}, []Kind{HeldBeyond}},
		{"extended to no month end", func(o *office) {
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			o.day()
			o.block(o.extend(d.ID, o.id(), d.Due.AddDays(1)))
			o.settleAll()
		}, []Kind{DutyNotMonthEnd}},
		{"other keys, by oversight", func(o *office) {
			o.changeRoles()
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			o.settleIt(d.ID)
		}, []Kind{RolesChanged}},
		{"an old key after others hold", func(o *office) {
			old := o.keys[ledger.RoleNotifier]
			o.changeRoles()
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			o.day()
			o.keys["old"] = old
			o.block(o.settle(d.ID, ledger.Notified, "old"))
			o.settleAll()
		}, []Kind{RolesChanged, WrongRole}},
		{"other keys, by a judge", func(o *office) {
			o.block(o.sign(ledger.Roles{Doc: o.doc(o.roles.Marshal())}, ledger.RoleJudge))
		}, []Kind{WrongRole}},
		{"one key for two roles", func(o *office) {
			o.roles.Keys[ledger.RoleJudge] = o.roles.Keys[ledger.RoleNotifier]
			o.keys[ledger.RoleJudge] = o.keys[ledger.RoleNotifier]
			o.block(o.rolesLeaf(o.roles))
		}, []Kind{RolesChanged, SameKey}},
		{"keys for a demonstration", func(o *office) {
			o.roles.Demonstration = true
			o.block(o.rolesLeaf(o.roles))
		}, []Kind{RolesChanged, Demonstration}},
		{"keys of another log", func(o *office) {
			d := o.roles
			d.Origin = "other.example"
			o.block(o.rolesLeaf(d))
		}, []Kind{MissingDocument}},
		{"another key of the log", func(o *office) {
			d := o.roles
			d.Log = public(key("other log"))
			o.block(o.rolesLeaf(d))
		}, []Kind{MissingDocument}},
		{"a roles document that is none", func(o *office) {
			o.block(o.sign(ledger.Roles{Doc: o.doc([]byte("roles\n"))}, ledger.RoleOversight))
		}, []Kind{MissingDocument}},
		{"a policy document that is none", func(o *office) {
			o.block(o.sign(ledger.Policy{Doc: o.doc([]byte("policy\n")), From: "2027-02"}, ledger.RoleOversight))
		}, []Kind{MissingDocument}},
		{"a report document that is none", func(o *office) {
			o.block(o.sign(ledger.Report{Period: "2027-Q1", From: 2, To: 4, Doc: o.doc([]byte("report\n"))}, ledger.RoleOversight))
		}, []Kind{MissingDocument}},
		{"roles that are not published", func(o *office) {
			o.block(o.sign(ledger.Roles{Doc: o.random()}, ledger.RoleOversight))
		}, []Kind{MissingDocument}},
		{"a policy that is not published", func(o *office) {
			o.block(o.sign(ledger.Policy{Doc: o.random(), From: "2027-02"}, ledger.RoleOversight))
		}, []Kind{MissingDocument}},
		{"a report that is not published", func(o *office) {
			o.block(o.sign(ledger.Report{Period: "2027-Q1", From: 2, To: 4, Doc: o.random()}, ledger.RoleLog))
		}, []Kind{MissingDocument}},
		{"another document under the name", func(o *office) {
			h := sha256.Sum256([]byte("name"))
			o.docs[h] = o.policy.Marshal()
			o.block(o.sign(ledger.Policy{Doc: h, From: "2027-02"}, ledger.RoleOversight))
		}, []Kind{MissingDocument}},
		{"another limit, by oversight", func(o *office) {
			p := o.policy
			p.GraceDays++
			o.block(o.policyLeaf(p, "2027-02", ledger.RoleOversight))
			o.days(40)
		}, []Kind{PolicyChanged}},
		{"larger blocks from the next month on", func(o *office) {
			p := o.policy
			p.Block, p.EpochMinutes = 6, 720
			p.BatchEpochs = 2
			o.block(o.policyLeaf(p, "2027-02", ledger.RoleOversight), o.versions("program"))
			for o.epoch.Day < 32 {
				o.block()
			}
			o.policy = p
			o.days(3)
		}, []Kind{PolicyChanged}},
		{"larger blocks before their month", func(o *office) {
			o.policy.Block = 6
			o.block()
			o.policy.Block = 4
		}, []Kind{BlockSize}},
		{"another limit, by the log", func(o *office) {
			p := o.policy
			p.GraceDays++
			o.block(o.policyLeaf(p, "2027-02", ledger.RoleLog))
		}, []Kind{WrongRole}},
		{"other law data, by the log", func(o *office) {
			p := o.policy
			p.Law = o.random()
			o.block(o.policyLeaf(p, "2027-01", ledger.RoleLog), o.policyLeaf(p, "2027-01", ledger.RoleOversight))
		}, nil},
		{"a program that nobody released", func(o *office) { o.block(o.versions("own program")) }, []Kind{Unreleased}},
		{"the log was taken up again", func(o *office) {
			p := o.policy
			p.Recovered = uint64(len(o.leaves))
			o.block(o.policyLeaf(p, "2027-01", ledger.RoleLog), o.versions("own program")) // which waited meanwhile
			p.Recovered++
			o.block(o.policyLeaf(p, "2027-01", ledger.RoleLog))
		}, []Kind{Recovered, Unreleased, Recovered}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := opened()
			o.days(2)
			c.plant(o)
			o.days(2)
			m := o.agree(t, c.want...)
			if n := len(m.Open()); n > 0 {
				t.Errorf("%d duties are open", n)
			}
			if m.Size() != uint64(len(o.leaves)) {
				t.Errorf("took %d leaves of %d", m.Size(), len(o.leaves))
			}
		})
	}
}

// proved are the alarms that follow from their evidence alone.
var proved = []Kind{NotCanonical, UnknownKind, DutyNotMonthEnd, DutyTooLate, DuplicateDuty, SettledTwice, WrongRole,
	BadSignature, RolesChanged, PolicyChanged, SameKey, Demonstration, Recovered}

// agree checks what a monitor says that is given every leaf, and that a follower
// says the same of what is published, with evidence that holds.
func (o *office) agree(t *testing.T, want ...Kind) *Monitor {
	t.Helper()
	found, m := o.watch()
	slices.SortStableFunc(found, func(a, b Alarm) int { return cmp.Compare(a.Index, b.Index) })
	wantKinds(t, found, want...)
	p := newPublished()
	o.publish(p, len(o.leaves), o.due())
	f := NewFollower(twoOfThree(), p, o.options().Released)
	got, err := f.Follow(context.Background(), o.due())
	if err != nil {
		t.Fatal(err)
	}
	seen := slices.DeleteFunc(got.Alarms, func(a Alarm) bool { return a.Kind == Overdue })
	wantKinds(t, seen, want...)
	for _, a := range seen {
		e, err := CheckEvidence(a.Evidence, twoOfThree())
		if err != nil {
			t.Errorf("evidence of %s: %v", a.Key(), err)
			continue
		}
		leaf, err := ledger.Parse(o.leaves[a.Index])
		byLog := err == nil && leaf.Kind() == ledger.KindPolicy && a.Kind == WrongRole // rests on the policy before
		if e.Proved != (slices.Contains(proved, a.Kind) && !byLog) || e.Kind != a.Kind || e.Index != a.Index || len(e.Leaves) == 0 {
			t.Errorf("evidence of %s: %+v", a.Key(), e)
		}
	}
	if !bytes.Equal(got.Monitor.Marshal(), m.Marshal()) {
		t.Error("the follower is in another state")
	}
	return m
}

// versions changes the program.
func (o *office) versions(program string) ledger.Leaf {
	p := o.policy
	p.Program = sha256.Sum256([]byte(program))
	return o.policyLeaf(p, "2027-01", ledger.RoleLog)
}

func (o *office) changeRoles() {
	d := o.roles
	d.Keys = map[ledger.Role][]ed25519.PublicKey{}
	fresh := map[ledger.Role]ed25519.PrivateKey{ledger.RoleLog: o.keys[ledger.RoleLog]}
	for _, role := range []ledger.Role{ledger.RoleJudge, ledger.RoleNotifier, ledger.RoleOversight} {
		fresh[role] = key("fresh " + string(role))
		d.Keys[role] = []ed25519.PublicKey{public(fresh[role])}
	}
	o.block(o.rolesLeaf(d))
	o.roles, o.keys = d, fresh
}

// settleIt settles a duty to notify in the next block that may.
func (o *office) settleIt(id ledger.ID) {
	o.day()
	o.block(o.settle(id, ledger.Notified, ledger.RoleNotifier))
}

// settleAll settles what a monitor says is open.
func (o *office) settleAll() {
	_, m := o.watch()
	o.day()
	var tail []ledger.Leaf
	for _, st := range m.Open() {
		tail = append(tail, o.settle(st.ID, ledger.Void, ledger.RoleOversight))
	}
	o.block(tail...)
}

// A log that does not begin as it must is said once to begin otherwise.
func TestBeginnings(t *testing.T) {
	for _, c := range []struct {
		name  string
		begin func(o *office)
		want  []Kind
	}{
		{"no beginning", func(o *office) {}, []Kind{OutOfPlace}},
		{"the policy first", func(o *office) {
			o.add(o.policyLeaf(o.policy, "2027-01", ledger.RoleOversight), o.rolesLeaf(o.roles))
		}, []Kind{OutOfPlace}},
		{"no policy", func(o *office) { o.add(o.rolesLeaf(o.roles)) }, []Kind{OutOfPlace}},
		{"a duty before the first block", func(o *office) {
			o.add(o.rolesLeaf(o.roles), o.policyLeaf(o.policy, "2027-01", ledger.RoleOversight), o.duty(ledger.Notify))
		}, []Kind{OutOfPlace}},
		{"roles signed by a judge", func(o *office) {
			o.add(o.sign(ledger.Roles{Doc: o.doc(o.roles.Marshal())}, ledger.RoleJudge), o.policyLeaf(o.policy, "2027-01", ledger.RoleOversight))
		}, []Kind{WrongRole}},
		{"the first policy signed by the log", func(o *office) {
			o.add(o.rolesLeaf(o.roles), o.policyLeaf(o.policy, "2027-01", ledger.RoleLog))
		}, []Kind{WrongRole}},
		{"the first policy is of a later month", func(o *office) {
			o.add(o.rolesLeaf(o.roles), o.policyLeaf(o.policy, "2027-03", ledger.RoleOversight))
		}, nil},
		{"demonstration", func(o *office) {
			o.roles.Demonstration = true
			o.add(o.rolesLeaf(o.roles), o.policyLeaf(o.policy, "2027-01", ledger.RoleOversight))
		}, []Kind{Demonstration}},
		{"roles are not published", func(o *office) {
			o.add(o.sign(ledger.Roles{Doc: o.random()}, ledger.RoleOversight), o.policyLeaf(o.policy, "2027-01", ledger.RoleOversight))
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			o.settleIt(d.ID)
			o.block(o.rolesLeaf(o.roles), o.reportLeaf(o.report(2, 3)))
		}, []Kind{MissingDocument}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice()
			c.begin(o)
			o.days(2)
			o.agree(t, c.want...)
		})
	}
}

func TestTakeInTurn(t *testing.T) {
	o := opened()
	o.days(2)
	m := o.monitor()
	for i, leaf := range o.leaves[:10] {
		wantKinds(t, m.Take(uint64(i), leaf))
	}
	wantKinds(t, m.Take(3, []byte("taken before")))
	// Leaves 10 to 13 are a whole block.
	wantKinds(t, m.Take(14, o.leaves[14]), Withheld)
	for i := 15; i < len(o.leaves); i++ {
		wantKinds(t, m.Take(uint64(i), o.leaves[i]))
	}
	wantKinds(t, m.Close())
}

// Of what may stand in leaves that were lost nothing is said.
func TestLost(t *testing.T) {
	o := opened()
	o.days(1)
	o.day()
	a, b := o.duty(ledger.Notify), o.duty(ledger.Remedy)
	from := len(o.leaves)
	o.block(a, b)
	to := len(o.leaves)
	o.day()
	next := o.id()
	o.block(o.extend(a.ID, next, a.Due), o.settle(b.ID, ledger.Decided, ledger.RoleJudge))
	o.settleIt(next)
	o.days(1)
	o.settleIt(b.ID)
	o.settleIt(o.id())

	m := o.monitor()
	var found []Alarm
	for i, leaf := range o.leaves {
		if i >= from && i < to {
			m.Lose(uint64(i))
			continue
		}
		found = append(found, m.Take(uint64(i), leaf)...)
	}
	wantKinds(t, append(found, m.Close()...), SettledTwice)
	if n := len(m.Open()); n > 0 {
		t.Errorf("%d duties are open", n)
	}
}

func TestOverdue(t *testing.T) {
	o := opened()
	o.day()
	d := o.duty(ledger.Notify) // published on 4 January, due on 30 April
	r := o.duty(ledger.Remedy) // due on 28 February
	o.block(d, r)
	_, m := o.watch()
	at := func(month time.Month, day int) time.Time { return time.Date(2027, month, day, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		now           time.Time
		past, overdue int
		silent        bool
	}{
		{at(1, 5), 0, 0, false},
		{at(1, 5).Add(12*time.Hour + 1), 0, 0, true},
		{at(3, 1).Add(-1), 0, 0, true},
		{at(3, 1), 1, 0, true},
		{at(3, 8).Add(-1), 1, 0, true},
		{at(3, 8), 1, 1, true},
		{at(5, 1), 2, 1, true},
		{at(5, 8), 2, 2, true},
	} {
		if got := len(m.PastDue(c.now)); got != c.past {
			t.Errorf("at %s %d are past due, want %d", c.now, got, c.past)
		}
		if got := len(m.Overdue(c.now)); got != c.overdue {
			t.Errorf("at %s %d are overdue, want %d", c.now, got, c.overdue)
		}
		if _, got := m.Silent(c.now); got != c.silent {
			t.Errorf("at %s silent is %v, want %v", c.now, got, c.silent)
		}
	}
	if list := m.Overdue(at(6, 1)); list[0].ID != r.ID || list[1].ID != d.ID {
		t.Error("the overdue are not in the order of their dates")
	}
	if m := o.monitor(); len(m.Overdue(at(1, 1))) > 0 {
		t.Error("something is overdue in an empty log")
	} else if _, silent := m.Silent(at(1, 1)); silent {
		t.Error("a log that has not begun has fallen silent")
	}
}

func TestFigures(t *testing.T) {
	o := opened()
	o.day()
	a, b, c := o.duty(ledger.Notify), o.duty(ledger.Notify), o.duty(ledger.Erase)
	o.block(a, b, c)
	o.day()
	next := o.id()
	o.block(o.extend(a.ID, next, o.policy.ExtendedTo(a.Due).AddDays(60).MonthEnd()), o.settle(b.ID, ledger.Notified, ledger.RoleNotifier))
	found, m := o.watch()
	wantKinds(t, found, HeldBeyond)
	held := m.HeldBeyond()
	if len(held) != 1 || held[0].ID != next || held[0].Extensions != 1 || held[0].First >= held[0].Index || held[0].Opened != a.Batch {
		t.Fatalf("held beyond the limit: %+v", held)
	}
	f := m.Figures(time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC))
	n := f.Classes[ledger.Notify]
	if f.Leaves != uint64(len(o.leaves)) || f.Extensions != 1 || n.Opened != 2 || n.Open != 1 || n.Held != 1 || n.OnTime != 1 ||
		n.Done() != 1 || n.Settled[ledger.Extended] != 1 || n.Overdue != 0 {
		t.Errorf("figures of notices: %+v", f)
	}
	if e := f.Classes[ledger.Erase]; e.Opened != 1 || e.Open != 1 || e.Overdue != 1 {
		t.Errorf("figures of erasures: %+v", e)
	}
	n.Settled[ledger.Void] = 7
	if m.classes[ledger.Notify].Settled[ledger.Void] != 0 {
		t.Error("who reads the figures changes the state")
	}
}

func TestReports(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(o *office, to uint64)
		want []Kind
	}{
		{"true", func(o *office, to uint64) { o.block(o.reportLeaf(o.report(2, to))) }, nil},
		{"another count", func(o *office, to uint64) {
			d := o.report(2, to)
			d.Totals.Counts[ledger.DimKind] = slices.Clone(d.Totals.Counts[ledger.DimKind])
			d.Totals.Counts[ledger.DimKind][1]--
			d.Totals.Counts[ledger.DimKind][3]++
			o.block(o.reportLeaf(d))
		}, []Kind{ReportMismatch}},
		{"another period", func(o *office, to uint64) {
			d := o.report(2, to)
			o.block(o.sign(ledger.Report{Period: "2027-Q2", From: 2, To: to, Doc: o.doc(d.Marshal())}, ledger.RoleLog))
		}, []Kind{ReportMismatch}},
		{"leaves to come", func(o *office, to uint64) { o.block(o.reportLeaf(o.report(2, 9999))) }, []Kind{ReportMismatch}},
		{"leaves left out", func(o *office, to uint64) {
			o.totals = ledger.Totals{}
			from := uint64(len(o.leaves))
			o.blockOf(nil)
			to = uint64(len(o.leaves))
			o.block(o.reportLeaf(o.report(from, to)))
		}, []Kind{ReportMismatch}},
		{"leaves reported before", func(o *office, to uint64) {
			o.block(o.reportLeaf(o.report(2, to)), o.reportLeaf(o.report(2, to)))
		}, []Kind{ReportMismatch}},
		{"by a judge", func(o *office, to uint64) {
			d := o.report(2, to)
			o.block(o.sign(ledger.Report{Period: "2027-Q1", From: 2, To: to, Doc: o.doc(d.Marshal())}, ledger.RoleJudge))
		}, []Kind{WrongRole}},
		{"a request without a duty", func(o *office, to uint64) {
			o.blockOf([]string{"accepted"})
			o.block(o.reportLeaf(o.report(2, uint64(len(o.leaves)))))
		}, []Kind{Conservation}},
		{"a leaf that cannot be read", func(o *office, to uint64) {
			o.change(4, []byte("none"))
			o.block(o.reportLeaf(o.report(2, to)))
		}, []Kind{NotCanonical}},
		{"a tally that is none", func(o *office, to uint64) {
			l := o.leaf(4).(ledger.Sealed)
			l.Tally[0] = [32]byte{255}
			o.change(4, l.Marshal())
			o.block(o.reportLeaf(o.report(2, to)))
		}, []Kind{ReportMismatch}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := opened()
			o.cells = true
			o.blockOf([]string{"received", "accepted"})
			o.blockOf([]string{"refused"})
			o.day()
			d := o.duty(ledger.Notify)
			o.block(d)
			to := uint64(len(o.leaves))
			c.do(o, to)
			m := o.agree(t, c.want...)
			if m.Figures(time.Time{}).Reports > 1 {
				t.Error("a report counts twice")
			}
		})
	}
	var a, b Range
	o := opened()
	o.cells = true
	o.day()
	o.block(o.duty(ledger.Notify), o.duty(ledger.Chase))
	for i, leaf := range o.leaves {
		r := &a
		if i%2 == 0 {
			r = &b
		}
		must(r.Add(leaf))
	}
	a.Merge(&b)
	if a.Sum.Leaves != uint64(4*o.policy.Block) || a.Duties != 1 {
		t.Errorf("%d sealed leaves and %d duties", a.Sum.Leaves, a.Duties)
	}
}
