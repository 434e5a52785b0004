package monitor

import (
	"context"
	"encoding/hex"
	"runtime"
	"testing"

	"github.com/rogatory/rogatory/ledger"
)

// replayed is a log in which a leaf in eight is signed, as in a busy year.
func replayed(leaves int) *office {
	o := opened()
	o.policy.Block = 16
	o.leaves = nil
	o.add(o.rolesLeaf(o.roles), o.policyLeaf(o.policy, "2027-01", ledger.RoleOversight))
	var open []ledger.ID
	for len(o.leaves) < leaves {
		o.day()
		var tail []ledger.Leaf
		for _, id := range open {
			tail = append(tail, o.settle(id, ledger.Notified, ledger.RoleNotifier))
		}
		open = open[:0]
		for range 10 {
			d := o.duty(ledger.Notify)
			open = append(open, d.ID)
			tail = append(tail, d)
		}
		o.block(tail...)
	}
	return o
}

// BenchmarkReplay reads a whole log: parse, hash, verify signatures, judge.
func BenchmarkReplay(b *testing.B) {
	o := replayed(1 << 18)
	p := newPublished()
	size := len(o.leaves)
	for n := 0; n*ledger.TileWidth < size; n++ {
		p.files[bundlePath(int64(n), size)] = ledger.Bundle(o.leaves[n*ledger.TileWidth : min(size, (n+1)*ledger.TileWidth)])
	}
	for _, text := range o.docs {
		p.files["docs/"+hexOf(ledger.DocumentHash(text))] = text
	}
	p.files["checkpoint"] = o.checkpoint(size, o.due())
	var settles int
	for _, leaf := range o.leaves {
		if l, _ := ledger.Parse(leaf); l.Kind() == ledger.KindSettle {
			settles++
		}
	}
	o.leaves = nil
	runtime.GC()
	for b.Loop() {
		f := NewFollower(twoOfThree(), p, nil)
		got, err := f.Follow(context.Background(), o.due())
		if err != nil || len(got.Alarms) > 0 || got.Monitor.Size() != uint64(size) {
			b.Fatal(err, got.Alarms)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/float64(size)*1e6, "s/1m-leaves")
	b.ReportMetric(float64(settles)/float64(size), "signed/leaf")
}

func hexOf(h ledger.Hash) string { return hex.EncodeToString(h[:]) }

// BenchmarkRange adds up the leaves of a report.
func BenchmarkRange(b *testing.B) {
	o := opened()
	o.cells = true
	o.block()
	leaf := o.leaves[2]
	var r Range
	for b.Loop() {
		must(r.Add(leaf))
	}
}
