package ledger_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/cloudflare/circl/group"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// counted gives the sum and the totals of leaves with these cells.
func counted(t rapid.TB, cells []ledger.Cells) (*ledger.Sum, *ledger.Totals) {
	t.Helper()
	sum, totals := new(ledger.Sum), new(ledger.Totals)
	for i, c := range cells {
		key := ledger.LeafKey(fill32(9), fmt.Sprint(i))
		tally, err := c.Commit(key)
		if err != nil {
			t.Fatal(err)
		}
		if err := sum.Add(&tally); err != nil {
			t.Fatal(err)
		}
		if err := totals.Add(c, key); err != nil {
			t.Fatal(err)
		}
	}
	return sum, totals
}

func TestTotalsAreTheSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(drawCells), 0, 4).Draw(t, "cells")
		sum, totals := counted(t, cells)
		if err := totals.Check(sum); err != nil {
			t.Fatal(err)
		}
		if sum.Leaves != uint64(len(cells)) {
			t.Fatalf("%d leaves were added", sum.Leaves)
		}
		for d := range ledger.Dimensions {
			for j, word := range ledger.Words(d) {
				var want uint64
				for _, c := range cells {
					if c[d] == j {
						want++
					}
				}
				if got := totals.Count(d, word); got != want {
					t.Fatalf("%s: got %d, want %d", word, got, want)
				}
			}
			if totals.Count(d, "no such word") != 0 {
				t.Fatal("a cell that there is not counts")
			}
		}
		if len(cells) == 0 {
			return
		}

		// Whatever else is said is refused: one more, one less, one elsewhere,
		// another blinding, a leaf left out.
		d := rapid.IntRange(0, ledger.Dimensions-1).Draw(t, "dimension")
		from := cells[0][d]
		to := (from + rapid.IntRange(1, len(ledger.Words(d))-1).Draw(t, "to")) % len(ledger.Words(d))
		lie := func(change func(*ledger.Totals)) {
			var o ledger.Totals
			if err := o.Merge(totals); err != nil {
				t.Fatal(err)
			}
			wide := make([]uint64, len(ledger.Words(d)))
			copy(wide, o.Counts[d])
			o.Counts[d] = wide
			change(&o)
			if err := o.Check(sum); fault.KindOf(err) != fault.Conflict {
				t.Fatalf("a lie holds: %v", err)
			}
		}
		lie(func(o *ledger.Totals) { o.Counts[d][to]++ })
		lie(func(o *ledger.Totals) { o.Counts[d][from]-- })
		lie(func(o *ledger.Totals) { o.Counts[d][from]--; o.Counts[d][to]++ })
		lie(func(o *ledger.Totals) { o.Blinding[d] = [32]byte{1} })
		less, _ := counted(t, cells[1:])
		if err := totals.Check(less); fault.KindOf(err) != fault.Conflict {
			t.Fatalf("a leaf may be left out: %v", err)
		}
	})
}

// Parts of a log can be added side by side.
func TestPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(drawCells), 0, 4).Draw(t, "cells")
		whole, totals := counted(t, cells)
		cut := rapid.IntRange(0, len(cells)).Draw(t, "cut")
		a, b := new(ledger.Sum), new(ledger.Sum)
		for i, c := range cells {
			tally, err := c.Commit(ledger.LeafKey(fill32(9), fmt.Sprint(i)))
			if err != nil {
				t.Fatal(err)
			}
			part := a
			if i >= cut {
				part = b
			}
			if err := part.Add(&tally); err != nil {
				t.Fatal(err)
			}
		}
		a.Merge(b)
		if a.Marshal() != whole.Marshal() || a.Leaves != whole.Leaves {
			t.Fatal("parts do not add up to the whole")
		}
		if err := totals.Check(a); err != nil {
			t.Fatal(err)
		}
	})
}

func TestATallyThatIsNoCommitment(t *testing.T) {
	sum, totals := counted(t, []ledger.Cells{{1}})
	before := sum.Marshal()
	bad := before
	bad[3] = [32]byte{1} // odd, so it encodes nothing
	if err := sum.Add(&bad); err == nil || err.Error() != "data: the tally is no commitment" || fault.KindOf(err) != fault.Invalid {
		t.Errorf("got %v", err)
	}
	if sum.Marshal() != before || totals.Check(sum) != nil {
		t.Error("what was refused was added")
	}
	if got := new(ledger.Sum).Marshal(); got != (ledger.Tally{}) {
		t.Errorf("the empty sum is %x", got)
	}
}

// A commitment to two cells at once, or to none, does not pass: the counts of a
// dimension are as many as the leaves.
func TestALeafCountsOnce(t *testing.T) {
	one, _ := counted(t, []ledger.Cells{{2}})
	_, two := counted(t, []ledger.Cells{{2}, {2}})
	want := "kind: 2 leaves are counted and 1 stand in the log"
	if err := two.Check(one); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	long := &ledger.Totals{}
	long.Counts[ledger.DimData] = make([]uint64, 6)
	if err := long.Check(new(ledger.Sum)); err == nil || err.Error() != "data: there is no cell 5" {
		t.Errorf("got %v", err)
	}
}

// A commitment made for it adds up to any counts. They are held against the number
// of leaves, which no wrapping around gives back.
func TestCountsDoNotWrap(t *testing.T) {
	honest, totals := counted(t, []ledger.Cells{{2}})
	forged := honest.Marshal()
	element, add := group.Ristretto255.NewElement(), group.Ristretto255.NewElement()
	if err := element.UnmarshalBinary(forged[ledger.DimKind][:]); err != nil {
		t.Fatal(err)
	}
	bend := func(cell int, n uint64, negative bool) {
		g := ledger.Generator(ledger.DimKind, cell)
		if err := add.UnmarshalBinary(g[:]); err != nil {
			t.Fatal(err)
		}
		add.Mul(add, group.Ristretto255.NewScalar().SetUint64(n))
		if negative {
			add.Neg(add)
		}
		element.Add(element, add)
	}
	bend(2, 1, true)
	counts := make([]uint64, 6)
	for cell, n := range map[int]uint64{3: math.MaxInt64, 4: math.MaxInt64, 5: 3} { // one more than 2^64
		counts[cell] = n
		bend(cell, n, false)
	}
	b, err := element.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	forged[ledger.DimKind] = [32]byte(b)
	sum := new(ledger.Sum)
	if err := sum.Add(&forged); err != nil {
		t.Fatal(err)
	}
	totals.Counts[ledger.DimKind] = counts
	want := "kind: more leaves are counted than any log holds"
	if err := totals.Check(sum); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func reportDoc(t rapid.TB, cells ...ledger.Cells) (*ledger.Sum, *ledger.ReportDoc) {
	sum, totals := counted(t, cells)
	return sum, &ledger.ReportDoc{Origin: origin, Period: "2027-Q1", From: 2, To: 2 + max(1, uint64(len(cells))), Totals: *totals}
}

func TestReportDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sum, d := reportDoc(t, rapid.SliceOfN(rapid.Custom(drawCells), 0, 3).Draw(t, "cells")...)
		text := d.Marshal()
		got, err := ledger.ParseReportDoc(text)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Marshal(), text) {
			t.Fatalf("%q is printed as %q", text, got.Marshal())
		}
		if err := got.Check(sum); err != nil {
			t.Fatal(err)
		}
		got.Totals, d.Totals = ledger.Totals{}, ledger.Totals{}
		if diff := cmp.Diff(d, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMalformedReportDocuments(t *testing.T) {
	_, doc := reportDoc(t, ledger.Cells{2, 1, 0, 4, 4}, ledger.Cells{3, 1, 0, 4, 4})
	good := string(doc.Marshal())
	received, accepted := line(good, "count kind received"), line(good, "count kind accepted")
	for _, c := range []struct{ name, text, want string }{
		{"another document", strings.Replace(good, "report-d", "roles-d", 1), `report document:1: the line is not "rogatory/v1 report-document"`},
		{"no period", strings.Replace(good, "2027-Q1", "2027", 1), "report document:3: period is no quarter of a year"},
		{"no leaves", strings.Replace(good, "to 4", "to 2", 1), "report document:5: to is not behind from"},
		{"nothing counted", strings.Replace(good, received, "count kind received 0\n", 1), "report document:6: count kind received is no number from 1 to 9223372036854775807"},
		{"out of order", strings.Replace(good, received+accepted, accepted+received, 1), `report document:7: the line does not begin with "blinding kind" and a space`},
		{"twice", strings.Replace(good, received, received+received, 1), `report document:7: the line does not begin with "blinding kind" and a space`},
		{"an unknown cell", strings.Replace(good, "kind received", "kind deceived", 1), `report document:6: the line does not begin with "blinding kind" and a space`},
		{"a blinding missing", strings.Replace(good, line(good, "blinding data"), "", 1), `report document:15: the line does not begin with "blinding data" and a space`},
		{"a blinding that is none", strings.Replace(good, line(good, "blinding kind"), "blinding kind "+strings.Repeat("/", 42)+"8=\n", 1), "report document:12: the blinding is no scalar"},
		{"something behind", good + "x\n", "report document:17: nothing may follow here"},
		{"stray bits", straySalt(good[:len(good)-1]) + "\n", "report document:12: the line is not in its one form"},
	} {
		d, err := ledger.ParseReportDoc([]byte(c.text))
		if err == nil {
			t.Errorf("%s: read as %+v", c.name, d)
		} else if err.Error() != c.want {
			t.Errorf("%s: got %q, want %q", c.name, err, c.want)
		}
	}
}

// The longest report fits the bound on what is read.
func TestTheLongestReport(t *testing.T) {
	d := &ledger.ReportDoc{Origin: strings.Repeat("a", 255), Period: "2027-Q1", To: 1<<63 - 1}
	for i := range d.Totals.Counts {
		for range ledger.Words(i) {
			d.Totals.Counts[i] = append(d.Totals.Counts[i], 1<<62)
		}
	}
	if _, err := ledger.ParseReportDoc(d.Marshal()); err != nil {
		t.Error(err)
	}
}

func FuzzParseReportDoc(f *testing.F) {
	_, d := reportDoc(f, ledger.Cells{2, 1, 0, 4, 4}, ledger.Cells{3, 1, 0, 4, 4})
	f.Add(d.Marshal())
	f.Fuzz(func(t *testing.T, text []byte) {
		if d, err := ledger.ParseReportDoc(text); err == nil && !bytes.Equal(d.Marshal(), text) {
			t.Fatalf("read:\n%q\nprinted:\n%q", text, d.Marshal())
		}
	})
}
