package ledger

import (
	"slices"

	"github.com/cloudflare/circl/group"

	"github.com/rogatory/rogatory/fault"
)

// A Sum adds up the tallies of sealed leaves. The zero Sum is empty.
type Sum struct {
	Leaves uint64
	sum    [Dimensions]group.Element
}

// Add takes the tally of one more leaf. If one of its commitments is no element
// of the group, it takes nothing and fails.
func (s *Sum) Add(t *Tally) error {
	var e [Dimensions]group.Element
	for d := range t {
		e[d] = group.Ristretto255.NewElement()
		if err := e[d].UnmarshalBinary(t[d][:]); err != nil {
			return fault.Invalidf(dimensions[d], "the tally is no commitment")
		}
	}
	s.add(1, &e)
	return nil
}

// Merge takes what o took, so that parts of a log can be added side by side.
func (s *Sum) Merge(o *Sum) {
	if o.Leaves > 0 {
		s.add(o.Leaves, &o.sum)
	}
}

func (s *Sum) add(leaves uint64, e *[Dimensions]group.Element) {
	for d := range e {
		if s.Leaves == 0 {
			s.sum[d] = group.Ristretto255.Identity()
		}
		s.sum[d].Add(s.sum[d], e[d])
	}
	s.Leaves += leaves
}

// Marshal gives the encoding of the sums.
func (s *Sum) Marshal() Tally {
	var t Tally
	for d := range t {
		if s.Leaves > 0 {
			t[d] = encode(s.sum[d])
		}
	}
	return t
}

// Totals are what the sealed leaves of a period add up to: how many count in
// each cell, and the sum of the blindings, by which anyone can check it.
type Totals struct {
	Counts   [Dimensions][]uint64 // by cell; a cell beyond the end counts 0
	Blinding [Dimensions][32]byte
}

// Add counts a leaf of which the key is known.
func (t *Totals) Add(c Cells, key [32]byte) error {
	return t.AddOpening(TallyOpening{Cells: c, Blinding: Blindings(key)})
}

// AddOpening counts a leaf of which the opening was kept.
func (t *Totals) AddOpening(o TallyOpening) error {
	one := Totals{Blinding: o.Blinding}
	for d, cell := range o.Cells {
		if cell < 0 || cell >= len(words[d]) {
			return fault.Invalidf(dimensions[d], "there is no cell %d", cell)
		}
		one.Counts[d] = make([]uint64, cell+1)
		one.Counts[d][cell] = 1
	}
	return t.Merge(&one)
}

// Merge counts what o counted. If it fails, t is as it was.
func (t *Totals) Merge(o *Totals) error {
	sum := *t
	for d := range sum.Blinding {
		a, b := group.Ristretto255.NewScalar(), group.Ristretto255.NewScalar()
		if a.UnmarshalBinary(t.Blinding[d][:]) != nil || b.UnmarshalBinary(o.Blinding[d][:]) != nil {
			return fault.Invalidf(dimensions[d], "the blinding is no scalar")
		}
		sum.Blinding[d] = encode(a.Add(a, b))
	}
	for d := range sum.Counts {
		counts := make([]uint64, max(len(t.Counts[d]), len(o.Counts[d])))
		copy(counts, t.Counts[d])
		for j, n := range o.Counts[d] {
			counts[j] += n
		}
		sum.Counts[d] = counts
	}
	*t = sum
	return nil
}

// Count gives the number that counts in the cell of this word.
func (t *Totals) Count(dimension int, word string) uint64 {
	if j := slices.Index(words[dimension], word); j >= 0 && j < len(t.Counts[dimension]) {
		return t.Counts[dimension][j]
	}
	return 0
}

// Check says whether the leaves that were summed add up to t: the counts of
// every dimension to the number of leaves, and counts and blinding to the sum.
func (t *Totals) Check(s *Sum) error {
	for d := range dimensions {
		want := group.Ristretto255.NewElement()
		r := group.Ristretto255.NewScalar()
		if err := r.UnmarshalBinary(t.Blinding[d][:]); err != nil {
			return fault.Invalidf(dimensions[d], "the blinding is no scalar")
		}
		want.MulGen(r)
		var leaves uint64
		for j, n := range t.Counts[d] {
			if j >= len(words[d]) {
				return fault.Invalidf(dimensions[d], "there is no cell %d", j)
			}
			if n == 0 {
				continue
			}
			if leaves += n; leaves < n { // it has wrapped around
				return fault.Conflictf(dimensions[d], "more leaves are counted than any log holds")
			}
			part := group.Ristretto255.NewElement()
			part.Mul(generators[d]()[j], group.Ristretto255.NewScalar().SetUint64(n))
			want.Add(want, part)
		}
		if leaves != s.Leaves {
			return fault.Conflictf(dimensions[d], "%d leaves are counted and %d stand in the log", leaves, s.Leaves)
		}
		got := group.Ristretto255.Identity()
		if s.Leaves > 0 {
			got = s.sum[d]
		}
		if !got.IsEqual(want) {
			return fault.Conflictf(dimensions[d], "the counts are not what the leaves add up to")
		}
	}
	return nil
}
