package ledger_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

func drawCells(t *rapid.T) (c ledger.Cells) {
	for d := range c {
		c[d] = rapid.IntRange(0, len(ledger.Words(d))-1).Draw(t, ledger.DimensionName(d))
	}
	return c
}

func TestWordsAndCells(t *testing.T) {
	var names []string
	for d := range ledger.Dimensions {
		names = append(names, ledger.DimensionName(d))
		w := ledger.Words(d)
		if w[0] != "none" {
			t.Errorf("cell 0 of %s is %s", names[d], w[0])
		}
		slices.Sort(w)
		if len(slices.Compact(w)) != len(ledger.Words(d)) {
			t.Errorf("%s has a word twice", names[d])
		}
		if len(ledger.Words(d)) > 256 {
			t.Errorf("%s has %d cells", names[d], len(ledger.Words(d)))
		}
	}
	if got := strings.Join(names, " "); got != "kind instrument ground data region" {
		t.Errorf("dimensions are %s", got)
	}
	c, err := ledger.CellsOf("accepted", "bilateral", "", "content", "europe")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Words(); got != [...]string{"accepted", "bilateral", "none", "content", "europe"} {
		t.Errorf("got %v", got)
	}
	if c, err := ledger.CellsOf("", "none", "", "", ""); err != nil || c != (ledger.Cells{}) {
		t.Errorf("got %v, %v", c, err)
	}
	for d := range ledger.Dimensions {
		var w [ledger.Dimensions]string
		w[d] = "Philippines"
		if _, err := ledger.CellsOf(w[0], w[1], w[2], w[3], w[4]); fault.KindOf(err) != fault.Invalid ||
			!strings.HasPrefix(err.Error(), ledger.DimensionName(d)+": ") {
			t.Errorf("an unknown %s: %v", ledger.DimensionName(d), err)
		}
	}
}

// The grounds are those of the floor of rules: every one that a rule names can
// be counted, and nothing else is.
func TestGroundsAreThoseOfTheRulebook(t *testing.T) {
	used := map[string]bool{}
	files, err := os.ReadDir("../rulebook/floor")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?m)^\s*grounds: \[([a-z, -]+)\]`)
	for _, f := range files {
		text, err := os.ReadFile("../rulebook/floor/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list.FindAllStringSubmatch(string(text), -1) {
			for g := range strings.SplitSeq(m[1], ", ") {
				used[g] = true
				if !slices.Contains(ledger.Words(ledger.DimGround), g) {
					t.Errorf("%s names the ground %s, which cannot be counted", f.Name(), g)
				}
			}
		}
	}
	if len(used) < 40 {
		t.Errorf("only %d grounds were found: the test tests nothing", len(used))
	}
}

func TestRegions(t *testing.T) {
	for code, want := range map[string]string{
		"KE": "africa", "TF": "africa", "US": "americas", "GS": "americas", "PH": "asia", "TW": "asia", "TR": "asia", "CY": "asia",
		"DE": "europe", "RU": "europe", "XK": "europe", "AU": "oceania", "UM": "oceania",
		"AQ": "other", "EU": "other", "": "other", "de": "other", "none": "other",
	} {
		if got := ledger.RegionOf(code); got != want {
			t.Errorf("%q lies in %s, want %s", code, got, want)
		}
	}
	// How many areas with a code of ISO 3166-1 the United Nations count, with TW
	// and XK, and without Sark, which has none.
	counts := map[string]int{}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			counts[ledger.RegionOf(string(a)+string(b))]++
		}
	}
	want := map[string]int{"africa": 60, "americas": 57, "asia": 50 + 1, "europe": 51 + 1, "oceania": 29, "other": 26*26 - 249}
	if d := cmp.Diff(want, counts); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for region := range counts {
		if !slices.Contains(ledger.Words(ledger.DimRegion), region) {
			t.Errorf("%s cannot be counted", region)
		}
	}
}

// No two cells of any dimension have the same generator, and none is the
// standard one: else one count could be opened as another.
func TestGeneratorsDiffer(t *testing.T) {
	seen := map[[32]byte]string{}
	for d := range ledger.Dimensions {
		for j, word := range ledger.Words(d) {
			g := ledger.Generator(d, j)
			if other, ok := seen[g]; ok {
				t.Errorf("%s and %s have the same generator", word, other)
			}
			seen[g] = ledger.DimensionName(d) + " " + word
		}
	}
	// RFC 9496, appendix A.1.
	standard := [32]byte{0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f,
		0x58, 0xe3, 0x0b, 0x6a, 0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76}
	if seen[standard] != "" || seen[[32]byte{}] != "" {
		t.Error("a cell has the standard generator, or none")
	}
}

// The same cells under two keys give tallies that have nothing in common; other
// cells under the same key give another tally.
func TestATallyHidesAndBinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, k := drawCells(t), draw32(t, "case key")
		a, err := c.Commit(ledger.LeafKey(k, "1"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.Commit(ledger.LeafKey(k, "2"))
		if err != nil {
			t.Fatal(err)
		}
		other := drawCells(t)
		o, err := other.Commit(ledger.LeafKey(k, "1"))
		if err != nil {
			t.Fatal(err)
		}
		for d := range a {
			if a[d] == b[d] {
				t.Fatalf("two leaves show the same %s", ledger.DimensionName(d))
			}
			if (a[d] == o[d]) != (c[d] == other[d]) {
				t.Fatalf("%s: %v and %v are not told apart", ledger.DimensionName(d), c, other)
			}
			for e := range d {
				if a[d] == a[e] {
					t.Fatal("two dimensions show the same")
				}
			}
		}
	})
}

func TestATallyOpening(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := draw32(t, "key")
		o := ledger.TallyOpening{Cells: drawCells(t), Blinding: ledger.Blindings(key)}
		got, err := o.Tally()
		if err != nil {
			t.Fatal(err)
		}
		if want, err := o.Cells.Commit(key); err != nil || got != want {
			t.Fatalf("an opening opens another tally: %v", err)
		}
		again, err := ledger.ParseTallyOpening(o.Marshal())
		if err != nil || again != o {
			t.Fatalf("read as %v: %v", again, err)
		}
	})
}

func TestCellsThatThereAreNot(t *testing.T) {
	for d := range ledger.Dimensions {
		for _, cell := range []int{-1, len(ledger.Words(d))} {
			var c ledger.Cells
			c[d] = cell
			want := fmt.Sprintf("%s: there is no cell %d", ledger.DimensionName(d), cell)
			if _, err := c.Commit([32]byte{}); err == nil || err.Error() != want {
				t.Errorf("Commit: %v", err)
			}
			var sum ledger.Totals
			if err := sum.Add(c, [32]byte{}); err == nil || err.Error() != want {
				t.Errorf("Add: %v", err)
			}
		}
	}
}

// tooGreat is the order of the group, the least that is no scalar.
var tooGreat = [32]byte{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 31: 0x10}

func TestBlindingsThatAreNoScalars(t *testing.T) {
	for d := range ledger.Dimensions {
		o := ledger.TallyOpening{}
		o.Blinding[d] = tooGreat
		want := ledger.DimensionName(d) + ": the blinding is no scalar"
		if _, err := o.Tally(); err == nil || err.Error() != want {
			t.Errorf("Tally: %v", err)
		}
		var sum ledger.Totals
		if err := sum.AddOpening(o); err == nil || err.Error() != want {
			t.Errorf("AddOpening: %v", err)
		}
		if d := cmp.Diff(ledger.Totals{}, sum); d != "" {
			t.Errorf("what failed was counted: %s", d)
		}
		if err := (&ledger.Totals{Blinding: o.Blinding}).Check(&ledger.Sum{}); err == nil || err.Error() != want {
			t.Errorf("Check: %v", err)
		}
	}
}

func TestMalformedTallyOpenings(t *testing.T) {
	good := string(ledger.TallyOpening{Blinding: ledger.Blindings([32]byte{1})}.Marshal())
	for _, c := range []struct{ name, text, want string }{
		{"another text", "rogatory/v1 opening\n", `tally opening:1: the line is not "rogatory/v1 tally-opening"`},
		{"an unknown word", strings.Replace(good, "kind none", "kind red", 1), `kind: "red" is counted nowhere; ledger.Words lists what is counted`},
		{"an empty word", strings.Replace(good, "data none", "data ", 1), "tally opening:5: data is empty"},
		{"no blinding", strings.Replace(good, "blinding ", "blinding AAAA", 1), "tally opening:7: blinding is not 160 bytes in base64"},
		{"something behind", good + "x", "tally opening:8: nothing may follow here"},
		{"stray bits", straySalt(good), "tally opening:7: the line is not in its one form"},
	} {
		got, err := ledger.ParseTallyOpening([]byte(c.text))
		if err == nil {
			t.Errorf("%s: read as %+v", c.name, got)
		} else if err.Error() != c.want {
			t.Errorf("%s: got %q, want %q", c.name, err, c.want)
		}
	}
}

func FuzzParseTallyOpening(f *testing.F) {
	f.Add(ledger.TallyOpening{Cells: ledger.Cells{3, 7, 0, 4, 4}, Blinding: ledger.Blindings([32]byte{1})}.Marshal())
	f.Fuzz(func(t *testing.T, text []byte) {
		if o, err := ledger.ParseTallyOpening(text); err == nil && !bytes.Equal(o.Marshal(), text) {
			t.Fatalf("read:\n%q\nprinted:\n%q", text, o.Marshal())
		}
	})
}
