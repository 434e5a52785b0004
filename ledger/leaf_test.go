package ledger_test

import (
	"bytes"
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/ledger"
)

const origin = "example.org/rogatory/2027"

// seed gives a key that is the same in every run and in every other language.
func seed(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
}

func public(b byte) ed25519.PublicKey { return seed(b).Public().(ed25519.PublicKey) }

// The keys of the tests, by the byte that fills their seed.
const (
	logKey = 1 + iota
	judgeKey
	notifierKey
	oversightKey
)

func signed(l ledger.Signed, by byte) ledger.Signed {
	return ledger.Sign(origin, l, func(m []byte) []byte { return ed25519.Sign(seed(by), m) }, public(by))
}

func fill32(b byte) (h [32]byte) {
	for i := range h {
		h[i] = b + byte(i)
	}
	return h
}

func id(b byte) (id ledger.ID) {
	for i := range id {
		id[i] = b
	}
	return id
}

type namedLeaf struct {
	name string
	leaf ledger.Leaf
}

// everyLeaf gives a leaf of every form that there is.
func everyLeaf() []namedLeaf {
	epoch := ledger.Epoch{Year: 2027, Day: 34, Slot: 2}
	batch := ledger.Epoch{Year: 2027, Day: 34, Slot: 3}
	tally := ledger.Tally{fill32(10), fill32(11), fill32(12), fill32(13), fill32(14)}
	list := []namedLeaf{
		{"sealed", ledger.Sealed{Epoch: epoch, Hash: fill32(1), Tally: tally}},
		{"sealed that waits", ledger.Sealed{Hash: fill32(1), Tally: tally}},
		{"report", signed(ledger.Report{Period: "2027-Q1", From: 2, To: 1442, Doc: fill32(5)}, logKey)},
		{"policy", signed(ledger.Policy{Doc: fill32(6), From: "2027-01"}, oversightKey)},
		{"roles", signed(ledger.Roles{Doc: fill32(7)}, oversightKey)},
		{"duty that waits", ledger.Duty{Class: ledger.Erase, ID: id(3), Due: ledger.Date{Year: 2027, Month: 9, Day: 30}}},
	}
	for _, class := range ledger.Classes() {
		list = append(list, namedLeaf{"duty " + class.String(), ledger.Duty{
			Batch: batch, Class: class, ID: id(4), Due: ledger.Date{Year: 2028, Month: 2, Day: 29}, Hash: fill32(2)}})
	}
	for _, as := range settlements {
		s := ledger.Settle{Batch: batch, ID: id(4), As: as}
		if as == ledger.Extended {
			s.Next, s.Due = id(5), ledger.Date{Year: 2028, Month: 5, Day: 31}
		}
		list = append(list, namedLeaf{"settle " + string(as), signed(s, judgeKey)})
	}
	return list
}

var settlements = []ledger.Settlement{ledger.Notified, ledger.ToldByIssuer, ledger.Extended, ledger.Unreachable,
	ledger.Void, ledger.Chased, ledger.Decided, ledger.Erased}

func TestParseIsWhatMarshalPrints(t *testing.T) {
	for _, l := range everyLeaf() {
		text := l.leaf.Marshal()
		got, err := ledger.Parse(text)
		if err != nil {
			t.Errorf("%s: %v\n%s", l.name, err, text)
			continue
		}
		if d := cmp.Diff(l.leaf, got); d != "" {
			t.Errorf("%s (-marshalled +parsed):\n%s", l.name, d)
		}
		if len(text) > ledger.MaxLeaf {
			t.Errorf("%s has %d bytes", l.name, len(text))
		}
	}
}

// Every sealed leaf has the same length, whatever it hides: else it would show it.
func TestSealedLeavesHaveOneLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawSealed(t)
		// The slot is the same for every leaf of a block.
		l.Epoch.Slot %= 10
		if got, want := len(l.Marshal()), 309; got != want {
			t.Fatalf("got %d bytes, want %d", got, want)
		}
	})
}

func draw32(t *rapid.T, label string) [32]byte {
	return [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, label))
}

func drawEpoch(t *rapid.T) ledger.Epoch {
	minutes := rapid.SampledFrom([]int{1, 5, 60, 360, 1440}).Draw(t, "minutes")
	return ledger.EpochAt(drawTime(t), minutes)
}

func drawTime(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "time"), 0)
}

func drawDate(t *rapid.T) ledger.Date { return ledger.DateOf(drawTime(t)) }

func drawSealed(t *rapid.T) ledger.Sealed {
	l := ledger.Sealed{Epoch: drawEpoch(t), Hash: draw32(t, "hash")}
	for d := range l.Tally {
		l.Tally[d] = draw32(t, "tally")
	}
	return l
}

// drawLeaf draws a leaf of any kind, with any content that its form allows.
func drawLeaf(t *rapid.T) ledger.Leaf {
	by := ledger.KeyID(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "by"))
	sig := ledger.Signature(rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "sig"))
	anID := func() ledger.ID { return ledger.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id")) }
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return drawSealed(t)
	case 1:
		return ledger.Duty{Batch: drawEpoch(t), Class: rapid.SampledFrom(ledger.Classes()).Draw(t, "class"), ID: anID(),
			Due: drawDate(t), Hash: draw32(t, "hash")}
	case 2:
		l := ledger.Settle{Batch: drawEpoch(t), ID: anID(), As: rapid.SampledFrom(settlements).Draw(t, "as"), By: by, Sig: sig}
		if l.As == ledger.Extended {
			l.Next, l.Due = anID(), drawDate(t)
		}
		return l
	case 3:
		from := rapid.Uint64Range(0, 1<<62).Draw(t, "from")
		return ledger.Report{Period: drawDate(t).Quarter(), From: from, To: rapid.Uint64Range(from+1, 1<<63-1).Draw(t, "to"),
			Doc: draw32(t, "doc"), By: by, Sig: sig}
	case 4:
		return ledger.Policy{Doc: draw32(t, "doc"), From: drawDate(t).YearMonth(), By: by, Sig: sig}
	}
	return ledger.Roles{Doc: draw32(t, "doc"), By: by, Sig: sig}
}

func TestParseOfMarshalIsIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLeaf(t)
		got, err := ledger.Parse(l.Marshal())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(l, got); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff("before "+string(l.Marshal()), string(got.Append([]byte("before ")))); d != "" {
			t.Fatal(d)
		}
	})
}

// A changed leaf is another leaf or none: no two texts say the same.
func TestEveryChangedByteMatters(t *testing.T) {
	for _, l := range everyLeaf() {
		text := l.leaf.Marshal()
		parsed := 0
		for i := range text {
			for _, x := range []byte{1, 2, 4, 8, 16, 32, 64, 128, text[i] ^ '\r', text[i] ^ '\n', text[i] ^ '=', text[i] ^ '0'} {
				other := bytes.Clone(text)
				other[i] ^= x
				if x == 0 {
					continue
				}
				got, err := ledger.Parse(other)
				if err != nil {
					continue
				}
				parsed++
				if got == l.leaf {
					t.Errorf("%s: byte %d changed by %#x and the leaf is the same", l.name, i, x)
				}
				if !bytes.Equal(got.Marshal(), other) {
					t.Errorf("%s: byte %d changed by %#x is not printed again", l.name, i, x)
				}
			}
		}
		if parsed == 0 {
			t.Errorf("%s: no changed leaf parsed: the test tests nothing", l.name)
		}
	}
}

// The same over any change: a byte put in, taken out, or changed.
func TestNoTwoTextsAreOneLeaf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLeaf(t)
		text := l.Marshal()
		i := rapid.IntRange(0, len(text)-1).Draw(t, "place")
		b := rapid.Byte().Draw(t, "byte")
		other := bytes.Clone(text)
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			other = append(append(bytes.Clone(text[:i]), b), text[i:]...)
		case 1:
			other = append(bytes.Clone(text[:i]), text[i+1:]...)
		case 2:
			other[i] = b
		case 3:
			other = append(bytes.Clone(text), b)
		}
		got, err := ledger.Parse(other)
		if err == nil && got == l && !bytes.Equal(other, text) {
			t.Fatalf("two texts are one leaf:\n%q\n%q", text, other)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, l := range everyLeaf() {
		f.Add(l.leaf.Marshal())
	}
	for _, m := range malformedLeaves(f) {
		f.Add(m.text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := ledger.Parse(text)
		if err != nil {
			return
		}
		if again := l.Marshal(); !bytes.Equal(text, again) {
			t.Fatalf("read:\n%q\nprinted:\n%q", text, again)
		}
		if s, ok := l.(ledger.Signed); ok {
			m := ledger.Message(origin, s)
			if !bytes.HasPrefix(text, m[len(origin)+1:]) {
				t.Fatalf("signed is what does not stand in the leaf: %q", m)
			}
		}
	})
}

func TestPlaces(t *testing.T) {
	for kind, want := range map[ledger.Kind]ledger.Place{
		ledger.KindSealed: ledger.Hidden,
		ledger.KindDuty:   ledger.Public, ledger.KindSettle: ledger.Public,
		ledger.KindReport: ledger.Papers, ledger.KindPolicy: ledger.Papers, ledger.KindRoles: ledger.Papers,
	} {
		if got := kind.Place(); got != want {
			t.Errorf("%s stands with %s, want %s", kind, got, want)
		}
	}
	seen := make(map[ledger.Kind]bool)
	for _, l := range everyLeaf() {
		seen[l.leaf.Kind()] = true
	}
	if len(seen) != 6 {
		t.Errorf("leaves of %d kinds were tried, want 6", len(seen))
	}
}
