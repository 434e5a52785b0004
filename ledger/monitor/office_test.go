package monitor

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

const origin = "office.example/log"

// office writes a log as an office does, or as it should not.
type office struct {
	keys   map[ledger.Role]ed25519.PrivateKey
	roles  ledger.RolesDoc
	policy ledger.PolicyDoc
	docs   map[ledger.Hash][]byte
	epoch  ledger.Epoch // the next to be published
	leaves [][]byte
	seen   uint64 // events so far, from which everything random is derived
	totals ledger.Totals
	cells  bool // commit to cells, which takes time; else to nothing
}

// key is a key that everybody can make again.
func key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

// small is a policy with few leaves: blocks of four, duties in the last of four
// epochs of a day.
func small() ledger.PolicyDoc {
	p := ledger.DefaultPolicy(origin)
	p.Block = 4
	p.Program = sha256.Sum256([]byte("program"))
	return p
}

func newOffice() *office {
	o := &office{
		keys:  make(map[ledger.Role]ed25519.PrivateKey),
		docs:  make(map[ledger.Hash][]byte),
		epoch: ledger.Epoch{Year: 2027, Day: 4, Slot: 0},
	}
	o.roles = ledger.RolesDoc{Origin: origin, Keys: make(map[ledger.Role][]ed25519.PublicKey)}
	for _, role := range []ledger.Role{ledger.RoleLog, ledger.RoleJudge, ledger.RoleNotifier, ledger.RoleOversight} {
		o.keys[role] = key(string(role))
		if role == ledger.RoleLog {
			o.roles.Log = public(o.keys[role])
		} else {
			o.roles.Keys[role] = []ed25519.PublicKey{public(o.keys[role])}
		}
	}
	o.policy = small()
	return o
}

// opened is an office whose log has begun.
func opened() *office {
	o := newOffice()
	o.add(o.rolesLeaf(o.roles), o.policyLeaf(o.policy, "2027-01", ledger.RoleOversight))
	return o
}

func (o *office) add(leaves ...ledger.Leaf) {
	for _, l := range leaves {
		o.leaves = append(o.leaves, l.Marshal())
	}
}

func (o *office) sign(l ledger.Signed, role ledger.Role) ledger.Leaf {
	k := o.keys[role]
	return ledger.Sign(origin, l, func(m []byte) []byte { return ed25519.Sign(k, m) }, public(k))
}

func (o *office) doc(text []byte) ledger.Hash {
	h := ledger.DocumentHash(text)
	o.docs[h] = text
	return h
}

func (o *office) rolesLeaf(d ledger.RolesDoc) ledger.Leaf {
	return o.sign(ledger.Roles{Doc: o.doc(d.Marshal())}, ledger.RoleOversight)
}

func (o *office) policyLeaf(d ledger.PolicyDoc, from string, role ledger.Role) ledger.Leaf {
	return o.sign(ledger.Policy{Doc: o.doc(d.Marshal()), From: from}, role)
}

func (o *office) random() [32]byte {
	o.seen++
	return sha256.Sum256(binary.BigEndian.AppendUint64(nil, o.seen))
}

func (o *office) id() ledger.ID {
	r := o.random()
	return ledger.ID(r[:16])
}

// sealed is a leaf of the next block that counts a kind of event.
func (o *office) sealed(kind string) ledger.Sealed {
	k := o.random()
	l := ledger.Sealed{Epoch: o.epoch, Hash: k}
	if o.cells {
		c, err := ledger.CellsOf(kind, "", "", "", "")
		must(err)
		l.Tally, err = c.Commit(k)
		must(err)
		must(o.totals.Add(c, k))
	}
	return l
}

// block publishes the next block: what happened, covers, and what follows them.
func (o *office) block(tail ...ledger.Leaf) { o.blockOf(nil, tail...) }

func (o *office) blockOf(kinds []string, tail ...ledger.Leaf) {
	for _, kind := range kinds {
		o.add(o.sealed(kind))
	}
	for range o.policy.Block - len(kinds) {
		o.add(o.sealed("cover"))
	}
	o.add(tail...)
	o.epoch = o.epoch.Next(o.policy.EpochMinutes)
}

// day publishes blocks until the one that carries duties is next.
func (o *office) day() {
	for !o.policy.IsBatch(o.epoch) {
		o.block()
	}
}

// days publishes whole days.
func (o *office) days(n int) {
	for range n {
		o.day()
		o.block()
	}
}

func (o *office) duty(class ledger.Class) ledger.Duty {
	return ledger.Duty{Batch: o.epoch, Class: class, ID: o.id(), Due: o.policy.DueFor(class, o.epoch), Hash: o.random()}
}

func (o *office) settle(id ledger.ID, as ledger.Settlement, role ledger.Role) ledger.Leaf {
	return o.sign(ledger.Settle{Batch: o.epoch, ID: id, As: as}, role)
}

func (o *office) extend(id, next ledger.ID, due ledger.Date) ledger.Leaf {
	return o.sign(ledger.Settle{Batch: o.epoch, ID: id, As: ledger.Extended, Next: next, Due: due}, ledger.RoleJudge)
}

func (o *office) report(from, to uint64) ledger.ReportDoc {
	return ledger.ReportDoc{Origin: origin, Period: "2027-Q1", From: from, To: to, Totals: o.totals}
}

func (o *office) reportLeaf(d ledger.ReportDoc) ledger.Leaf {
	return o.sign(ledger.Report{Period: d.Period, From: d.From, To: d.To, Doc: o.doc(d.Marshal())}, ledger.RoleLog)
}

func (o *office) options() Options {
	return Options{
		Released: []string{fmt.Sprintf("%x", small().Program)},
		Document: func(h ledger.Hash) ([]byte, error) {
			if text, ok := o.docs[h]; ok {
				return text, nil
			}
			return nil, fault.NotFoundf("document", "it is not published")
		},
		Range: func(from, to uint64) (*Range, error) {
			r := new(Range)
			for _, leaf := range o.leaves[from:to] {
				if err := r.Add(leaf); err != nil {
					return nil, err
				}
			}
			return r, nil
		},
	}
}

func (o *office) monitor() *Monitor {
	return New(origin, public(o.keys[ledger.RoleLog]), o.options())
}

// watch gives what a monitor says of the whole log, and the monitor.
func (o *office) watch() ([]Alarm, *Monitor) {
	m := o.monitor()
	var found []Alarm
	for i, leaf := range o.leaves {
		found = append(found, m.Take(uint64(i), leaf)...)
	}
	return append(found, m.Close()...), m
}

func kinds(found []Alarm) []Kind {
	list := []Kind{}
	for _, a := range found {
		list = append(list, a.Kind)
	}
	return list
}

// insert, remove and change tamper with a log that was written.
func (o *office) insert(at int, l ledger.Leaf) {
	o.leaves = slices.Insert(o.leaves, at, l.Marshal())
}
func (o *office) remove(at int)              { o.leaves = slices.Delete(o.leaves, at, at+1) }
func (o *office) change(at int, text []byte) { o.leaves[at] = text }
func (o *office) leaf(at int) ledger.Leaf {
	l, err := ledger.Parse(o.leaves[at])
	must(err)
	return l
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func wantKinds(t *testing.T, found []Alarm, want ...Kind) {
	t.Helper()
	if got := kinds(found); !slices.Equal(got, want) && len(got)+len(want) > 0 {
		for _, a := range found {
			t.Logf("%s: %s", a.Key(), a.Text)
		}
		t.Errorf("got %v, want %v", got, want)
	}
}
