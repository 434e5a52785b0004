package ledger_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudflare/circl/group"
	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/ledger"
)

// The closed lists of the specification are those of the code. What stands between
// the marks is written by this test, and read by people before it is committed.
func TestTheSpecificationHasTheLists(t *testing.T) {
	path := filepath.Join("..", "docs", "ledger.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	was := string(data)
	now := between(t, was, "kinds", kindTable())
	now = between(t, now, "examples", fenced(exampleLeaves()))
	now = between(t, now, "settlements", settlementTable())
	now = between(t, now, "policy", policyTable(t))
	now = between(t, now, "derivations", fenced(derivationList()))
	now = between(t, now, "fields", fenced(strings.Join(ledger.Fields(), " ")+"\n"))
	now = between(t, now, "cells", cellTable())
	if *update {
		if err := os.WriteFile(path, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(was, now); diff != "" {
		t.Errorf("the lists are others (-%s +now); read the change, then run the test with -update\n%s", path, diff)
	}
}

func between(t *testing.T, text, mark, table string) string {
	t.Helper()
	start, end := "<!-- "+mark+" -->\n", "<!-- end of "+mark+" -->"
	before, rest, found := strings.Cut(text, start)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("the marks of %s are missing", mark)
	}
	return before + start + table + end + after
}

func fenced(text string) string { return "```text\n" + text + "```\n" }

func roleWords(list []ledger.Role) string {
	var b []string
	for _, r := range list {
		b = append(b, string(r))
	}
	return strings.Join(b, " or ")
}

func kindTable() string {
	var b strings.Builder
	b.WriteString("| kind | stands among | signed by |\n|---|---|---|\n")
	for _, k := range []ledger.Kind{ledger.KindSealed, ledger.KindDuty, ledger.KindSettle, ledger.KindReport, ledger.KindPolicy, ledger.KindRoles} {
		by := roleWords(ledger.Signers(k))
		switch {
		case k == ledger.KindSettle:
			by = "as the duty demands"
		case by == "":
			by = "nobody"
		}
		fmt.Fprintf(&b, "| `%s` | %s leaves | %s |\n", k, k.Place(), by)
	}
	return b.String()
}

// exampleLeaves shows one leaf of each kind.
func exampleLeaves() string {
	text := make(map[string][]byte)
	for _, l := range everyLeaf() {
		text[l.name] = l.leaf.Marshal()
	}
	var list []string
	for _, name := range []string{"sealed", "duty notify", "settle extended", "report", "policy", "roles"} {
		list = append(list, string(text[name]))
	}
	return strings.Join(list, "\n")
}

func settlementTable() string {
	var b strings.Builder
	b.WriteString("| class | settled as | signed by |\n|---|---|---|\n")
	for _, class := range ledger.Classes() {
		for _, as := range settlements {
			if roles := as.Settles(class); roles != nil {
				fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", class, as, roleWords(roles))
			}
		}
	}
	return b.String()
}

// policyTable lists the lines of a policy with what a log begins with and, asked
// of the parser, what may stand there.
func policyTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| line | may be | at first |\n|---|---|---|\n")
	text := ledger.DefaultPolicy(origin).Marshal()
	for line := range bytes.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		switch {
		case key == "rogatory/v1" || key == "origin":
			continue
		case len(value) == 64:
			fmt.Fprintf(&b, "| `%s` | 64 hexadecimal digits | |\n", key)
			continue
		}
		wrong := bytes.Replace(text, line, []byte(key+" 99999999\n"), 1)
		_, err := ledger.ParsePolicyDoc(wrong)
		if err == nil {
			t.Fatalf("%s may be anything", key)
		}
		_, bounds, found := strings.Cut(err.Error(), "is no number from ")
		if !found {
			t.Fatalf("%s: %v", key, err)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", key, bounds, value)
	}
	b.WriteString("| `recovered`, optional | 1 to 2^63 - 1 | |\n")
	return b.String()
}

func cellTable() string {
	var b strings.Builder
	b.WriteString("| dimension | cells, in order |\n|---|---|\n")
	for d := range ledger.Dimensions {
		fmt.Fprintf(&b, "| `%s` | %s |\n", ledger.DimensionName(d), strings.Join(ledger.Words(d), ", "))
	}
	return b.String()
}

// The strings from which everything is derived. TestTheDerivations computes with
// them, apart from the code that they describe.
const (
	keyPrefix   = "rogatory/v1 key\n"
	eventPrefix = "rogatory/v1 event\n"
	fieldPrefix = "rogatory/v1 field\n"
	leafInfo    = "leaf "
	saltInfo    = "salt "
	blindInfo   = "blind "
	tallyTag    = "rogatory/v1 tally"
	blindingTag = "rogatory/v1 blinding"
)

func derivationList() string {
	quoted := func(s string) string { return `"` + strings.ReplaceAll(s, "\n", `\n`) + `"` }
	var b strings.Builder
	for _, row := range [][2]string{
		{"key of a leaf", "HKDF(K, info " + quoted(leafInfo) + " || label)"},
		{"salt of a field", "HKDF(key of the leaf, info " + quoted(saltInfo) + " || FIELD)"},
		{"field hash", "SHA-256(" + quoted(fieldPrefix) + ` || FIELD || "\n" || salt || value)`},
		{"hash of an event", "SHA-256(" + quoted(eventPrefix) + " || the field hashes, in order)"},
		{"wide blinding", "HKDF(key of the leaf, info " + quoted(blindInfo) + " || DIMENSION, 64 bytes)"},
		{"tag, to the group", quoted(tallyTag)},
		{"tag, to a scalar", quoted(blindingTag)},
		{"key id", "the first 4 bytes of SHA-256(" + quoted(keyPrefix) + " || public key)"},
	} {
		fmt.Fprintf(&b, "%-18s %s\n", row[0], row[1])
	}
	return b.String()
}

// TestTheDerivations does what the specification says and compares with what the
// code does.
func TestTheDerivations(t *testing.T) {
	derive := func(key []byte, info string, n int) []byte {
		out, err := hkdf.Key(sha256.New, key, nil, info, n)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	k := fill32(100)
	leaf := derive(k[:], leafInfo+"12 notify", 32)
	if got := ledger.LeafKey(k, "12 notify"); !bytes.Equal(got[:], leaf) {
		t.Errorf("the key of a leaf is %x, and %x by the specification", got, leaf)
	}

	event := ledger.Event{"kind": "duty", "case": "2027-000123", "due": "2027-09-30"}
	h := sha256.New()
	h.Write([]byte(eventPrefix))
	for _, f := range ledger.Fields() {
		field := sha256.Sum256(append(append([]byte(fieldPrefix+f+"\n"), derive(leaf, saltInfo+f, 32)...), event[f]...))
		h.Write(field[:])
	}
	if got, want := commit(t, event, [32]byte(leaf)), h.Sum(nil); !bytes.Equal(got[:], want) {
		t.Errorf("the hash of an event is %x, and %x by the specification", got, want)
	}

	cells, err := ledger.CellsOf("accepted", "bilateral", "", "content", "africa")
	if err != nil {
		t.Fatal(err)
	}
	tally, err := cells.Commit([32]byte(leaf))
	if err != nil {
		t.Fatal(err)
	}
	for d, word := range cells.Words() {
		name := ledger.DimensionName(d)
		r := group.Ristretto255.HashToScalar(derive(leaf, blindInfo+name, 64), []byte(blindingTag))
		c := group.Ristretto255.NewElement().MulGen(r)
		c.Add(c, group.Ristretto255.HashToElement([]byte(name+" "+word), []byte(tallyTag)))
		want, err := c.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(tally[d][:], want) {
			t.Errorf("%s: the tally is %x, and %x by the specification", name, tally[d], want)
		}
	}

	pub := ed25519.PublicKey(public(judgeKey))
	id := sha256.Sum256(append([]byte(keyPrefix), pub...))
	if got := ledger.KeyIDOf(pub); !bytes.Equal(got[:], id[:4]) {
		t.Errorf("the id of a key is %s, and %x by the specification", got, id[:4])
	}
}
