package vectors

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gtank/ristretto255"
)

// What stands in the vectors, as their own text names it.
type file struct {
	Origin string
	Keys   []struct{ Role, Seed, Public, ID string }
	Leaves []struct{ Name, Text, Message, By, Sig string }
	Keyed  []struct{ Key, Label, Leaf string } `json:"leaf_keys"`
	Events []struct {
		Leaf  string
		Event map[string]string
		Hash  string
	}
	Openings []struct {
		Fields     []string
		Text, Hash string
	}
	Generators []struct{ Dimension, Cell, Element string }
	Tallies    []struct {
		Leaf                    string
		Cells, Blindings, Tally [5]string
		Opening                 string
	}
	Report struct {
		Sum  [5]string
		Text string
	}
	Documents               []struct{ Name, Text, Hash string }
	Checkpoint, Provisional struct{ VKey, Note string }
	Bundle                  struct {
		Entries []string
		Bundle  string
	}
}

func read(t *testing.T) *file {
	text, err := os.ReadFile("../../ledger/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	v := new(file)
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
	// A vector that is not there must not pass.
	for name, n := range map[string]int{"keys": len(v.Keys) - 3, "leaves": len(v.Leaves) - 17, "leaf keys": len(v.Keyed), "events": len(v.Events), "openings": len(v.Openings),
		"generators": len(v.Generators) - 100, "tallies": len(v.Tallies), "documents": len(v.Documents), "entries": len(v.Bundle.Entries)} {
		if n <= 0 {
			t.Fatalf("there are too few %s", name)
		}
	}
	return v
}

var (
	fields     = strings.Fields("kind case seq at instrument requesting executing basis datacat outcome ground duty due subject document")
	dimensions = [5]string{"kind", "instrument", "ground", "data", "region"}
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func unbase(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func same(t *testing.T, what string, got []byte, want string) {
	t.Helper()
	if hex.EncodeToString(got) != want {
		t.Errorf("%s: %x, and the vectors say %s", what, got, want)
	}
}

func hash(parts ...[]byte) []byte {
	sum := sha256.Sum256(bytes.Join(parts, nil))
	return sum[:]
}

func TestKeys(t *testing.T) {
	for _, k := range read(t).Keys {
		public := ed25519.NewKeyFromSeed(unhex(t, k.Seed)).Public().(ed25519.PublicKey)
		same(t, k.Role, public, k.Public)
		same(t, "id of "+k.Role, hash([]byte("rogatory/v1 key\n"), public)[:4], k.ID)
	}
}

// Every signature holds over the origin and the lines before it, by the key that
// the leaf names, and over nothing else.
func TestSignatures(t *testing.T) {
	v := read(t)
	keys := make(map[string]ed25519.PublicKey)
	for _, k := range v.Keys {
		keys[k.ID] = unhex(t, k.Public)
	}
	signed := 0
	for _, l := range v.Leaves {
		before, sig, ok := strings.Cut(l.Text, "sig ")
		if !ok {
			continue
		}
		signed++
		lines := strings.Split(before, "\n")
		by, ok := strings.CutPrefix(lines[len(lines)-2], "by ")
		if !ok || by != l.By {
			t.Errorf("%s is signed by %q", l.Name, by)
		}
		message := []byte(v.Origin + "\n" + before)
		raw := unbase(t, strings.TrimSuffix(sig, "\n"))
		same(t, l.Name, raw, l.Sig)
		if string(message) != l.Message || !ed25519.Verify(keys[by], message, raw) {
			t.Errorf("the signature of %s does not hold", l.Name)
		}
		message[len(message)-2] ^= 1
		if ed25519.Verify(keys[by], message, raw) {
			t.Errorf("the signature of %s holds for another key id", l.Name)
		}
	}
	if signed < 11 {
		t.Errorf("only %d leaves are signed", signed)
	}
}

// The lines of every leaf are those of the specification, in their order.
func TestLeaves(t *testing.T) {
	const (
		epoch = `(?:[0-9]{4}-[0-9]{3}\.(?:0|[1-9][0-9]*))`
		date  = `[0-9]{4}-[0-9]{2}-[0-9]{2}`
		b16   = `[A-Za-z0-9+/]{22}==`
		b32   = `[A-Za-z0-9+/]{43}=`
		by    = "by [0-9a-f]{8}\nsig [A-Za-z0-9+/]{86}==\n"
		first = "^rogatory/v1 "
	)
	forms := map[string]*regexp.Regexp{}
	for kind, form := range map[string]string{
		"sealed": "epoch " + epoch + "\nhash " + b32 + "\ntally [A-Za-z0-9+/]{214}==\n",
		"duty":   "batch " + epoch + "\nclass (notify|chase|remedy|erase)\nid " + b16 + "\ndue " + date + "\nhash " + b32 + "\n",
		"settle": "batch " + epoch + "\nid " + b16 + "\nas ([a-df-z][a-z-]*|erased|extended\nnext " + b16 + "\ndue " + date + ")\n" + by,
		"report": "period [0-9]{4}-Q[1-4]\nfrom [0-9]+\nto [0-9]+\ndoc " + b32 + "\n" + by,
		"policy": "doc " + b32 + "\nfrom [0-9]{4}-[0-9]{2}\n" + by,
		"roles":  "doc " + b32 + "\n" + by,
	} {
		forms[kind] = regexp.MustCompile(first + kind + "\n" + form + "$")
	}
	seen := make(map[string]bool)
	for _, l := range read(t).Leaves {
		kind, _, _ := strings.Cut(strings.TrimPrefix(l.Text, "rogatory/v1 "), "\n")
		if f := forms[kind]; f == nil || !f.MatchString(l.Text) || len(l.Text) > 1024 {
			t.Errorf("%s has another form:\n%s", l.Name, l.Text)
		}
		seen[kind] = true
	}
	if len(seen) != len(forms) {
		t.Errorf("only the kinds %v are there", seen)
	}
}

func TestEvents(t *testing.T) {
	v := read(t)
	for _, k := range v.Keyed {
		same(t, "key of "+k.Label, derive(unhex(t, k.Key), "leaf "+k.Label, 32), k.Leaf)
	}
	for i, e := range v.Events {
		key := unhex(t, e.Leaf)
		all := []byte("rogatory/v1 event\n")
		for _, f := range fields {
			all = append(all, hash([]byte("rogatory/v1 field\n"+f+"\n"), derive(key, "salt "+f, 32), []byte(e.Event[f]))...)
		}
		same(t, "event", hash(all), e.Hash)
		for f := range e.Event {
			if !slices.Contains(fields, f) {
				t.Errorf("event %d has a field %s", i, f)
			}
		}
	}
}

// An opening gives the hash of its event from what is open and what is shut.
func TestOpenings(t *testing.T) {
	for _, o := range read(t).Openings {
		lines := strings.Split(strings.TrimSuffix(o.Text, "\n"), "\n")
		if lines[0] != "rogatory/v1 opening" || len(lines) != 1+len(fields) {
			t.Fatalf("an opening of %d lines", len(lines))
		}
		all := []byte("rogatory/v1 event\n")
		for i, line := range lines[1:] {
			part := strings.SplitN(line, " ", 4)
			if part[1] != fields[i] {
				t.Errorf("the field %s stands at %d", part[1], i)
			}
			open := part[0] == "open"
			if want := len(o.Fields) == 0 || slices.Contains(o.Fields, part[1]); open != want {
				t.Errorf("%s is open: %v", part[1], open)
			}
			if open {
				all = append(all, hash([]byte("rogatory/v1 field\n"+part[1]+"\n"), unbase(t, part[2]), []byte(part[3]))...)
			} else {
				all = append(all, unbase(t, part[2])...)
			}
		}
		same(t, "opening", hash(all), o.Hash)
	}
}

func TestTallies(t *testing.T) {
	v := read(t)
	for _, g := range v.Generators {
		same(t, g.Dimension+" "+g.Cell, generator(g.Dimension, g.Cell).Encode(nil), g.Element)
	}
	for _, tally := range v.Tallies {
		opening := "rogatory/v1 tally-opening\n"
		var blindings []byte
		for d, name := range dimensions {
			r := blinding(unhex(t, tally.Leaf), name)
			same(t, "blinding of "+name, r.Encode(nil), tally.Blindings[d])
			same(t, "tally of "+name, commit(name, tally.Cells[d], r).Encode(nil), tally.Tally[d])
			opening += name + " " + tally.Cells[d] + "\n"
			blindings = r.Encode(blindings)
		}
		opening += "blinding " + base64.StdEncoding.EncodeToString(blindings) + "\n"
		if opening != tally.Opening {
			t.Errorf("the opening is\n%s", tally.Opening)
		}
	}
}

// The report opens the sum of the tallies, and nothing else.
func TestReport(t *testing.T) {
	v := read(t)
	for d, name := range dimensions {
		sum := ristretto255.NewElement().Zero()
		for _, tally := range v.Tallies {
			c := ristretto255.NewElement()
			if err := c.Decode(unhex(t, tally.Tally[d])); err != nil {
				t.Fatal(err)
			}
			sum.Add(sum, c)
		}
		same(t, "sum of "+name, sum.Encode(nil), v.Report.Sum[d])
		said, counted := ristretto255.NewElement().Zero(), 0
		for line := range strings.Lines(v.Report.Text) {
			part := strings.Fields(line)
			switch {
			case part[0] == "count" && part[1] == name:
				said.Add(said, times(number(part[3]), generator(name, part[2])))
				counted += number(part[3])
			case part[0] == "blinding" && part[1] == name:
				r := ristretto255.NewScalar()
				if err := r.Decode(unbase(t, part[2])); err != nil {
					t.Fatal(err)
				}
				said.Add(said, ristretto255.NewElement().ScalarBaseMult(r))
			}
		}
		if counted != len(v.Tallies) || said.Equal(sum) != 1 {
			t.Errorf("%s: the report counts %d leaves, and opens the sum: %v", name, counted, said.Equal(sum) == 1)
		}
		if said.Add(said, generator(name, "none")).Equal(sum) == 1 {
			t.Errorf("%s: one more makes no difference", name)
		}
	}
}

func TestDocuments(t *testing.T) {
	v := read(t)
	for _, d := range v.Documents {
		same(t, d.Name, hash([]byte(d.Text)), d.Hash)
	}
	var bundle []byte
	for _, e := range v.Bundle.Entries {
		entry := unhex(t, e)
		bundle = append(append(bundle, byte(len(entry)>>8), byte(len(entry))), entry...)
	}
	same(t, "bundle", bundle, v.Bundle.Bundle)
}

// Checkpoint and receipt are signed notes of C2SP, read by hand.
func TestNotes(t *testing.T) {
	v := read(t)
	for _, n := range []struct{ VKey, Note string }{v.Checkpoint, v.Provisional} {
		part := strings.SplitN(n.VKey, "+", 3)
		key := unbase(t, part[2])
		same(t, "key hash", hash([]byte(part[0]+"\n"), key)[:4], part[1])
		text, lines, ok := strings.Cut(n.Note, "\n\n")
		if !ok || key[0] != 1 || part[0] != v.Origin || !strings.HasPrefix(text, v.Origin+"\n") {
			t.Fatalf("no note of the log: %q", n.Note)
		}
		line, ok := strings.CutPrefix(lines, "— "+v.Origin+" ")
		sig := unbase(t, strings.TrimSuffix(line, "\n"))
		same(t, "key id", sig[:4], part[1])
		if !ok || !ed25519.Verify(key[1:], []byte(text+"\n"), sig[4:]) {
			t.Errorf("the signature does not hold: %q", n.Note)
		}
	}
	lines := strings.Split(v.Checkpoint.Note, "\n")
	if lines[1] != "1442" || len(unbase(t, lines[2])) != 32 {
		t.Errorf("the checkpoint says %q", lines)
	}
}
