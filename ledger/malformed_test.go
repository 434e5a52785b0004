package ledger_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

var update = flag.Bool("update", false, "write testdata anew")

const malformed = "testdata/malformed"

// malformedTable says how every malformed leaf comes from a good one, and why it
// is refused. The leaves stand in testdata/malformed, so that another
// implementation can be given the same.
var malformedTable = []struct {
	name string
	from string // of everyLeaf
	edit func(string) string
	want string
}{
	{"empty", "sealed", with(""), "leaf:1: the text ends too early"},
	{"no-version", "sealed", swap("rogatory/v1 ", "rogatory/v2 "), `leaf:1: the line does not begin with "rogatory/v1 "`},
	{"short-first-line", "sealed", with("rogatory\n"), `leaf:1: the line does not begin with "rogatory/v1 "`},
	{"unknown-kind", "sealed", swap("sealed", "secret"), "leaf:1: there is no such kind of leaf; this may be a leaf of a later version"},
	{"kind-in-capitals", "sealed", swap("sealed", "Sealed"), "leaf:1: there is no such kind of leaf; this may be a leaf of a later version"},
	{"carriage-returns", "sealed", swap("\n", "\r\n"), "leaf:1: there is no such kind of leaf; this may be a leaf of a later version"},
	{"carriage-return-in-base64", "sealed", swap("HyA=\n", "HyA\r\n"), "leaf:3: hash is not 32 bytes in base64"},
	{"byte-order-mark", "sealed", func(s string) string { return "\ufeff" + s }, `leaf:1: the line does not begin with "rogatory/v1 "`},
	{"first-line-only", "roles", with("rogatory/v1 roles\n"), "leaf:2: the text ends too early"},
	{"no-end-of-last-line", "roles", func(s string) string { return strings.TrimSuffix(s, "\n") }, "leaf:4: the line has no end"},
	{"line-too-many", "roles", func(s string) string { return s + "\n" }, "leaf:5: nothing may follow here"},
	{"two-leaves", "roles", func(s string) string { return s + s }, "leaf:5: nothing may follow here"},
	{"too-long", "roles", func(s string) string { return s + strings.Repeat("x", ledger.MaxLeaf) }, "leaf: is longer than 1024 bytes"},
	{"line-missing", "sealed", swap("epoch 2027-034.2\n", ""), `leaf:2: the line does not begin with "epoch" and a space`},
	{"lines-exchanged", "duty notify", swap("class notify\nid BAQEBAQEBAQEBAQEBAQEBA==", "id BAQEBAQEBAQEBAQEBAQEBA==\nclass notify"),
		`leaf:3: the line does not begin with "class" and a space`},
	{"line-twice", "duty notify", swap("class notify\n", "class notify\nclass notify\n"), `leaf:4: the line does not begin with "id" and a space`},
	{"tab-for-space", "sealed", swap("epoch ", "epoch\t"), `leaf:2: the line does not begin with "epoch" and a space`},
	{"two-spaces", "sealed", swap("epoch ", "epoch  "), "leaf:2: epoch is no epoch"},
	{"space-at-the-end", "sealed", swap("034.2\n", "034.2 \n"), "leaf:2: epoch is no epoch"},
	{"free-text", "duty notify", swap("class notify", "class notify # call her"), "leaf:3: there is no such class of duty"},

	{"epoch-empty", "sealed", swap("2027-034.2", ""), "leaf:2: epoch is no epoch"},
	{"epoch-day-zero", "sealed", swap("2027-034.2", "2027-000.2"), "leaf:2: epoch is no epoch"},
	{"epoch-year-zero", "sealed", swap("2027-034.2", "0000-034.2"), "leaf:2: epoch is no epoch"},
	{"epoch-day-366-of-365", "sealed", swap("2027-034.2", "2027-366.2"), "leaf:2: epoch is no epoch"},
	{"epoch-day-of-two-digits", "sealed", swap("2027-034.2", "2027-34.2"), "leaf:2: epoch is no epoch"},
	{"epoch-slot-with-zero", "sealed", swap("2027-034.2", "2027-034.02"), "leaf:2: epoch is no epoch"},
	{"epoch-slot-missing", "sealed", swap("2027-034.2", "2027-034."), "leaf:2: epoch is no epoch"},
	{"epoch-slot-too-great", "sealed", swap("2027-034.2", "2027-034.1440"), "leaf:2: epoch is no epoch"},
	{"epoch-slot-of-many-digits", "sealed", swap("2027-034.2", "2027-034.18446744073709551618"), "leaf:2: epoch is no epoch"},
	{"epoch-with-sign", "sealed", swap("2027-034.2", "+027-034.2"), "leaf:2: epoch is no epoch"},
	{"epoch-with-other-marks", "sealed", swap("2027-034.2", "2027/034.2"), "leaf:2: epoch is no epoch"},

	{"hash-too-short", "sealed", swap("AQIDBAUG", "BAUG"), "leaf:3: hash is not 32 bytes in base64"},
	{"hash-without-padding", "sealed", swap("HyA=\n", "HyA\n"), "leaf:3: hash is not 32 bytes in base64"},
	{"hash-for-urls", "sealed", swap("AQIDBAUG", "AQID-_UG"), "leaf:3: hash is not 32 bytes in base64"},
	{"hash-with-stray-bits", "sealed", swap("HyA=\n", "HyB=\n"), "leaf:3: the line is not in its one form"},
	{"hash-with-a-line-break", "sealed", swap("AQIDBAUG", "AQID\nBAUG"), "leaf:3: hash is not 32 bytes in base64"},
	{"tally-too-short", "sealed", swap("tally CgsM", "tally "), "leaf:4: tally is not 160 bytes in base64"},
	{"tally-with-stray-bits", "sealed", swap("LQ==", "LR=="), "leaf:4: the line is not in its one form"},
	{"tally-missing", "sealed", func(s string) string { return s[:strings.Index(s, "tally")] }, "leaf:4: the text ends too early"},

	{"class-unknown", "duty notify", swap("class notify", "class inform"), "leaf:3: there is no such class of duty"},
	{"class-empty", "duty notify", swap("class notify", "class "), "leaf:3: there is no such class of duty"},
	{"id-too-short", "duty notify", swap("BAQEBAQEBAQEBAQEBAQEBA==", "BAQEBAQEBAQEBAQEBAQE"), "leaf:4: id is not 16 bytes in base64"},
	{"id-with-stray-bits", "duty notify", swap("BAQEBAQEBAQEBAQEBAQEBA==", "BAQEBAQEBAQEBAQEBAQEBB=="), "leaf:4: the line is not in its one form"},
	{"due-no-day", "duty notify", swap("2028-02-29", "2027-02-29"), "leaf:5: due is no date"},
	{"due-with-time", "duty notify", swap("2028-02-29", "2028-02-29T00:00:00Z"), "leaf:5: due is no date"},
	{"due-month-13", "duty notify", swap("2028-02-29", "2028-13-01"), "leaf:5: due is no date"},
	{"due-year-zero", "duty notify", swap("2028-02-29", "0000-02-29"), "leaf:5: due is no date"},
	{"due-with-other-marks", "duty notify", swap("2028-02-29", "2028.02.29"), "leaf:5: due is no date"},
	{"due-with-letters", "duty notify", swap("2028-02-29", "2028-0x-29"), "leaf:5: due is no date"},

	{"batch-not-set", "settle notified", swap("2027-034.3", "0000-000.0"), "leaf:2: batch is not set"},
	{"as-unknown", "settle notified", swap("as notified", "as forgotten"), "leaf:4: nothing is settled so"},
	{"extended-without-next", "settle notified", swap("as notified", "as extended"), `leaf:5: the line does not begin with "next" and a space`},
	{"extended-without-due", "settle extended", swap("due 2028-05-31\n", ""), `leaf:6: the line does not begin with "due" and a space`},
	{"next-although-notified", "settle extended", swap("as extended", "as notified"), `leaf:5: the line does not begin with "by" and a space`},
	{"by-in-capitals", "settle notified", capitals, "leaf:5: by is not 8 hexadecimal digits"},
	{"by-too-long", "settle notified", swap("by ", "by 00"), "leaf:5: by is not 8 hexadecimal digits"},
	{"sig-missing", "settle notified", func(s string) string { return s[:strings.Index(s, "sig")] }, "leaf:6: the text ends too early"},
	{"sig-with-stray-bits", "settle notified", stray, "leaf:6: the line is not in its one form"},

	{"period-of-a-month", "report", swap("2027-Q1", "2027-01"), "leaf:2: period is no quarter of a year"},
	{"period-fifth-quarter", "report", swap("2027-Q1", "2027-Q5"), "leaf:2: period is no quarter of a year"},
	{"period-year-zero", "report", swap("2027-Q1", "0000-Q1"), "leaf:2: period is no quarter of a year"},
	{"from-with-zero", "report", swap("from 2", "from 02"), "leaf:3: from is no number from 0 to 9223372036854775807"},
	{"from-with-sign", "report", swap("from 2", "from +2"), "leaf:3: from is no number from 0 to 9223372036854775807"},
	{"from-empty", "report", swap("from 2", "from "), "leaf:3: from is no number from 0 to 9223372036854775807"},
	{"to-beyond-any-log", "report", swap("to 1442", "to 9223372036854775808"), "leaf:4: to is no number from 0 to 9223372036854775807"},
	{"to-before-from", "report", swap("to 1442", "to 1"), "leaf:4: to is not behind from"},
	{"to-is-from", "report", swap("to 1442", "to 2"), "leaf:4: to is not behind from"},

	{"from-no-month", "policy", swap("from 2027-01", "from 2027-13"), "leaf:3: from is no month"},
	{"from-a-day", "policy", swap("from 2027-01", "from 2027-01-01"), "leaf:3: from is no month"},
	{"doc-in-hexadecimal", "policy", swap("doc BgcI", "doc 060708"), "leaf:2: doc is not 32 bytes in base64"},
}

func with(s string) func(string) string { return func(string) string { return s } }

func swap(old, new string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, new, -1) }
}

// capitals prints the key id with a capital letter.
func capitals(s string) string {
	i := strings.Index(s, "\nby ") + len("\nby ")
	return s[:i] + "A" + s[i+1:]
}

// stray sets bits of a signature that its 64 bytes do not have.
func stray(s string) string {
	i := strings.LastIndex(s, "==\n") - 1
	return s[:i] + string(s[i]+1) + s[i+1:]
}

type malformedLeaf struct {
	name, want string
	text       []byte
}

// malformedLeaves makes every leaf of the table.
func malformedLeaves(t testing.TB) []malformedLeaf {
	good := make(map[string]string)
	for _, l := range everyLeaf() {
		good[l.name] = string(l.leaf.Marshal())
	}
	var list []malformedLeaf
	for _, m := range malformedTable {
		from, ok := good[m.from]
		text := m.edit(from)
		if !ok || text == from {
			t.Errorf("%s: nothing was changed in %q", m.name, m.from)
		}
		list = append(list, malformedLeaf{m.name, m.want, []byte(text)})
	}
	return list
}

func TestMalformedLeavesAreRefusedWithTheirReason(t *testing.T) {
	reasons := "# Each leaf in this folder must be refused. Here is why, by line of the leaf.\n"
	leaves := malformedLeaves(t)
	for _, m := range leaves {
		reasons += fmt.Sprintf("%s.leaf\t%s\n", m.name, m.want)
		compare(t, filepath.Join(malformed, m.name+".leaf"), m.text)
		l, err := ledger.Parse(m.text)
		if err == nil {
			t.Errorf("%s: read as %#v", m.name, l)
			continue
		}
		if err.Error() != m.want || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %q, want %q", m.name, err, m.want)
		}
	}
	compare(t, filepath.Join(malformed, "reasons.tsv"), []byte(reasons))
	files, err := filepath.Glob(malformed + "/*.leaf")
	if err != nil || len(files) != len(leaves) {
		t.Errorf("%d files stand for %d leaves (%v)", len(files), len(leaves), err)
	}
}

// compare says whether a file of testdata is as the tests make it.
func compare(t *testing.T, name string, want []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Error(err)
	} else if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the tests make (write it anew with -update):\n%q\nwant\n%q", name, got, want)
	}
}
