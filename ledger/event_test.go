package ledger_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

func drawEvent(t *rapid.T) ledger.Event {
	e := make(ledger.Event)
	for _, f := range ledger.Fields() {
		if rapid.Bool().Draw(t, "has "+f) {
			e[f] = rapid.StringMatching(`[\PC ]{0,20}`).Draw(t, f)
		}
	}
	return e
}

func commit(t rapid.TB, e ledger.Event, key [32]byte) ledger.Hash {
	t.Helper()
	h, err := ledger.Commit(e, key)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// One event under two labels or two case keys gives hashes that have nothing in
// common, so a leaf cannot be found by trying values.
func TestACommitmentHides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, k := drawEvent(t), draw32(t, "case key")
		seen := map[ledger.Hash]string{}
		for _, label := range []string{"1", "2", "12", "12 notify", "12 chase", ""} {
			h := commit(t, e, ledger.LeafKey(k, label))
			if other, ok := seen[h]; ok {
				t.Fatalf("labels %q and %q give the same", label, other)
			}
			seen[h] = label
		}
		k[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
		if _, ok := seen[commit(t, e, ledger.LeafKey(k, "1"))]; ok {
			t.Fatal("two case keys give the same")
		}
	})
}

// A leaf commits to one event: another value of any field is another hash, and a
// value moved to the next field too.
func TestACommitmentBinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, key := drawEvent(t), draw32(t, "key")
		h := commit(t, e, key)
		if h != commit(t, e, key) {
			t.Fatal("one event has two hashes")
		}
		for i, f := range ledger.Fields() {
			other := ledger.Event{}
			for k, v := range e {
				other[k] = v
			}
			other[f] += "x"
			if commit(t, other, key) == h {
				t.Fatalf("%s can be changed", f)
			}
			next := ledger.Fields()[(i+1)%len(ledger.Fields())]
			moved := ledger.Event{}
			for k, v := range e {
				moved[k] = v
			}
			moved[next], moved[f] = e[f], e[next]
			if e[f] != e[next] && commit(t, moved, key) == h {
				t.Fatalf("%s and %s can be exchanged", f, next)
			}
		}
	})
}

func TestAFieldLeftOutIsEmpty(t *testing.T) {
	all := ledger.Event{}
	for _, f := range ledger.Fields() {
		all[f] = ""
	}
	if commit(t, all, [32]byte{1}) != commit(t, nil, [32]byte{1}) {
		t.Error("what is empty and what is left out differ")
	}
}

// badEvents can be neither committed to nor opened.
var badEvents = []struct {
	event ledger.Event
	want  string
}{
	{ledger.Event{"colour": "red"}, `event: there is no field "colour"`},
	{ledger.Event{"subject": strings.Repeat("é", 2049)}, "subject: the text is longer than 4096 bytes"},
	{ledger.Event{"subject": "\xff"}, "subject: the text is not valid UTF-8"},
	{ledger.Event{"subject": "one\ntwo"}, "subject: the text holds the control character U+000A"},
	{ledger.Event{"subject": "\u0085"}, "subject: the text holds the control character U+0085"},
}

func TestEventsThatCannotBeCommittedTo(t *testing.T) {
	for _, c := range badEvents {
		for what, try := range map[string]func() error{
			"Check":  c.event.Check,
			"Commit": func() error { _, err := ledger.Commit(c.event, [32]byte{}); return err },
			"Open":   func() error { _, err := ledger.Open(c.event, [32]byte{}, "kind"); return err },
		} {
			if err := try(); err == nil || err.Error() != c.want || fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: got %v, want %s", what, err, c.want)
			}
		}
	}
	if _, err := ledger.Open(nil, [32]byte{}, "colour"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a field that there is not was opened: %v", err)
	}
}

func TestBounded(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"short", "short"},
		{strings.Repeat("a", 4096), strings.Repeat("a", 4096)},
		{strings.Repeat("a", 4097), "sha256 4e369b5618643c3abddd027b650bfa54810be3b418028a7c9d82299a59d008e8"},
		{"a\tb", "sha256 894891f8b78a9945b0aa07e70d5f71f10b1f1990af127de561cc0ac36024c188"},
	} {
		got := ledger.Bounded(c.in)
		if got != c.want {
			t.Errorf("%.10q: got %q", c.in, got)
		}
		if (ledger.Event{"subject": got}).Check() != nil {
			t.Errorf("%.10q: %q cannot stand in a field", c.in, got)
		}
	}
}

func TestAnOpeningShowsWhatWasCommitted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, key := drawEvent(t), draw32(t, "key")
		names := rapid.SliceOfDistinct(rapid.SampledFrom(ledger.Fields()), rapid.ID).Draw(t, "names")
		o, err := ledger.Open(e, key, names...)
		if err != nil {
			t.Fatal(err)
		}
		if o.Hash() != commit(t, e, key) {
			t.Fatal("what was opened is not what was committed")
		}
		text := o.Marshal()
		again, err := ledger.ParseOpening(text)
		if err != nil {
			t.Fatal(err)
		}
		if again != o || !bytes.Equal(again.Marshal(), text) {
			t.Fatal("an opening is not read as it was printed")
		}
		if len(names) == 0 {
			names = ledger.Fields()
		}
		want := ledger.Event{}
		for _, f := range names {
			want[f] = e[f]
		}
		if d := cmp.Diff(want, o.Values()); d != "" {
			t.Fatal(d)
		}
		for _, f := range ledger.Fields() {
			// One letter may stand in base64 by chance, five do not.
			if !slices.Contains(names, f) && len(e[f]) > 5 && bytes.Contains(text, []byte(e[f])) {
				t.Fatalf("%s is not opened and its text shows", f)
			}
		}
	})
}

// The salt of one field helps nobody to guess another.
func TestAnOpeningOfOneFieldHidesTheOthers(t *testing.T) {
	key := fill32(3)
	a, err := ledger.Open(ledger.Event{"kind": "accepted", "subject": "anna"}, key, "kind")
	if err != nil {
		t.Fatal(err)
	}
	b, err := ledger.Open(ledger.Event{"kind": "accepted", "subject": "anna", "case": "7"}, key, "subject", "case")
	if err != nil {
		t.Fatal(err)
	}
	salts := map[string]bool{}
	for _, text := range []string{string(a.Marshal()), string(b.Marshal())} {
		for l := range strings.Lines(text) {
			if f := strings.Fields(l); f[0] == "open" {
				salts[f[2]] = true
			}
		}
	}
	if len(salts) != 3 {
		t.Errorf("three fields have %d salts", len(salts))
	}
}

func TestMalformedOpenings(t *testing.T) {
	o, err := ledger.Open(ledger.Event{"kind": "accepted"}, fill32(3), "kind", "subject")
	if err != nil {
		t.Fatal(err)
	}
	good := string(o.Marshal())
	kind := line(good, "open kind")
	for _, c := range []struct{ name, text, want string }{
		{"another text", "rogatory/v1 closing\n", `opening:1: the line is not "rogatory/v1 opening"`},
		{"cut short", good[:strings.Index(good, "shut document")], "opening:16: the text ends too early"},
		{"a field missing", strings.Replace(good, kind, "", 1), `opening:2: the line does not begin with "open kind" and a space`},
		{"no salt", strings.Replace(good, kind, "open kind accepted\n", 1), "opening:2: there is no salt before the text of kind"},
		{"salt and no space", strings.Replace(good, " accepted", "", 1), "opening:2: there is no salt before the text of kind"},
		{"a salt that is none", strings.Replace(good, kind, "open kind "+strings.Repeat("!", 44)+" accepted\n", 1), "opening:2: kind is not 32 bytes in base64"},
		{"a control character", strings.Replace(good, "accepted", "accep\ted", 1), "opening:2: kind: the text holds the control character U+0009"},
		{"a hash too short", strings.Replace(good, line(good, "shut case"), "shut case AAAA\n", 1), "opening:3: shut case is not 32 bytes in base64"},
		{"something behind", good + "\n", "opening:17: nothing may follow here"},
		{"stray bits", strings.Replace(good, kind, straySalt(kind), 1), "opening:2: the line is not in its one form"},
		{"too long", strings.Repeat("x", ledger.MaxDocument+1), "opening: is longer than 65536 bytes"},
	} {
		got, err := ledger.ParseOpening([]byte(c.text))
		if err == nil {
			t.Errorf("%s: read as %+v", c.name, got)
		} else if err.Error() != c.want {
			t.Errorf("%s: got %q, want %q", c.name, err, c.want)
		}
	}
}

// straySalt sets a bit of a salt that its 32 bytes do not have.
func straySalt(l string) string {
	i := strings.IndexByte(l, '=') - 1
	return l[:i] + string(l[i]+1) + l[i+1:]
}

// The longest event fits the bound on what is read.
func TestTheLongestOpening(t *testing.T) {
	e := ledger.Event{}
	for _, f := range ledger.Fields() {
		e[f] = strings.Repeat("x", ledger.MaxValue)
	}
	o, err := ledger.Open(e, fill32(1))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ledger.ParseOpening(o.Marshal()); err != nil || again != o {
		t.Error(err)
	}
}

// Whoever changes an opening opens another leaf.
func TestAChangedOpeningIsOfAnotherLeaf(t *testing.T) {
	o, err := ledger.Open(ledger.Event{"kind": "accepted", "subject": "anna"}, fill32(3), "kind")
	if err != nil {
		t.Fatal(err)
	}
	text, read := o.Marshal(), 0
	for i := range text {
		other := bytes.Clone(text)
		other[i] ^= 1
		if got, err := ledger.ParseOpening(other); err == nil {
			read++
			if got.Hash() == o.Hash() {
				t.Errorf("byte %d changed and it opens the same leaf", i)
			}
		}
	}
	if read < 100 {
		t.Errorf("only %d changed openings were read", read)
	}
}

func FuzzParseOpening(f *testing.F) {
	for _, names := range [][]string{nil, {"kind"}, {"kind", "document"}} {
		o, err := ledger.Open(ledger.Event{"kind": "accepted", "subject": "anna"}, fill32(3), names...)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(o.Marshal())
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if o, err := ledger.ParseOpening(text); err == nil && !bytes.Equal(o.Marshal(), text) {
			t.Fatalf("read:\n%q\nprinted:\n%q", text, o.Marshal())
		}
	})
}
