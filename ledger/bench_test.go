package ledger_test

import (
	"testing"

	"github.com/rogatory/rogatory/ledger"
)

func BenchmarkCommit(b *testing.B) {
	e := ledger.Event{"kind": "accepted", "case": "2027-000123", "seq": "4", "at": "2027-02-03T10:00:00Z", "instrument": "bilateral"}
	key := ledger.LeafKey([32]byte{1}, "4")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ledger.Commit(e, key); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCellsCommit(b *testing.B) {
	c, err := ledger.CellsOf("accepted", "bilateral", "", "content", "europe")
	if err != nil {
		b.Fatal(err)
	}
	key := ledger.LeafKey([32]byte{1}, "4")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Commit(key); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, l := range everyLeaf() {
		b.Run(l.name, func(b *testing.B) {
			text := l.leaf.Marshal()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ledger.Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMarshal(b *testing.B) {
	for _, l := range everyLeaf() {
		b.Run(l.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.leaf.Marshal()
			}
		})
	}
}

func BenchmarkSumAdd(b *testing.B) {
	c := ledger.Cells{}
	t, err := c.Commit([32]byte{1})
	if err != nil {
		b.Fatal(err)
	}
	var s ledger.Sum
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Add(&t); err != nil {
			b.Fatal(err)
		}
	}
}
