package ledger_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/rogatory/rogatory/ledger"
)

// vectors are what another implementation needs to compare itself with this
// one. Bytes are in hexadecimal, texts as they are.
type vectors struct {
	About       []string          `json:"about"`
	Origin      string            `json:"origin"`
	Keys        []keyVector       `json:"keys"`
	Leaves      []leafVector      `json:"leaves"`
	Settles     []settleVector    `json:"settles"`
	LeafKeys    []leafKeyVector   `json:"leaf_keys"`
	Events      []eventVector     `json:"events"`
	Openings    []openingVector   `json:"openings"`
	Generators  []generatorVector `json:"generators"`
	Tallies     []tallyVector     `json:"tallies"`
	Report      reportVector      `json:"report"`
	Documents   []documentVector  `json:"documents"`
	Checkpoint  noteVector        `json:"checkpoint"`
	Provisional noteVector        `json:"provisional"`
	Tiles       map[string]string `json:"tiles"`
	Bundle      bundleVector      `json:"bundle"`
	Regions     map[string]string `json:"regions"`
}

type keyVector struct {
	Role   string `json:"role"`
	Seed   string `json:"seed"`
	Public string `json:"public"`
	ID     string `json:"id"`
}

type leafVector struct {
	Name    string `json:"name"`
	Text    string `json:"text"`
	Message string `json:"message,omitempty"` // what is signed
	By      string `json:"by,omitempty"`
	Sig     string `json:"sig,omitempty"`
}

type settleVector struct {
	Class string        `json:"class"`
	As    string        `json:"as"`
	Roles []ledger.Role `json:"roles"`
}

type leafKeyVector struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Leaf  string `json:"leaf"`
}

type eventVector struct {
	Leaf  string       `json:"leaf"`
	Event ledger.Event `json:"event"`
	Hash  string       `json:"hash"`
}

type openingVector struct {
	Fields []string `json:"fields"` // none: all
	Text   string   `json:"text"`
	Hash   string   `json:"hash"`
}

type generatorVector struct {
	Dimension string `json:"dimension"`
	Cell      string `json:"cell"`
	Element   string `json:"element"`
}

type tallyVector struct {
	Leaf      string                    `json:"leaf"`
	Cells     [ledger.Dimensions]string `json:"cells"`
	Blindings [ledger.Dimensions]string `json:"blindings"`
	Tally     [ledger.Dimensions]string `json:"tally"`
	Opening   string                    `json:"opening"`
}

// reportVector holds what the tallies add up to.
type reportVector struct {
	Sum  [ledger.Dimensions]string `json:"sum"`
	Text string                    `json:"text"`
}

type documentVector struct {
	Name string `json:"name"`
	Text string `json:"text"`
	Hash string `json:"hash"`
}

type noteVector struct {
	VKey string `json:"vkey"`
	Note string `json:"note"`
}

type bundleVector struct {
	Entries []string `json:"entries"`
	Bundle  string   `json:"bundle"`
}

func hexes(b [ledger.Dimensions][32]byte) (s [ledger.Dimensions]string) {
	for d := range b {
		s[d] = hex.EncodeToString(b[d][:])
	}
	return s
}

func hex32(b [32]byte) string { return hex.EncodeToString(b[:]) }

// about says what the vectors mean, for whoever has nothing but them.
var about = []string{
	"Test vectors of the public log of Rogatory, formats rogatory/v1. Bytes are in hexadecimal, texts as they are.",
	"keys: Ed25519 from a seed. id: the first 4 bytes of SHA-256(\"rogatory/v1 key\\n\" || public).",
	"leaves: message is what is signed: origin, LF, all lines of the leaf before the line sig.",
	"leaf_keys: leaf = HKDF-SHA256(key, no salt, info \"leaf \" || label), 32 bytes.",
	"events: salt_f = HKDF-SHA256(leaf, no salt, info \"salt \" || f), 32 bytes; leaf_f = SHA-256(\"rogatory/v1 field\\n\" || f || \"\\n\" || salt_f || value_f); hash = SHA-256(\"rogatory/v1 event\\n\" || leaf_f of all 15 fields in the order of an opening). A field left out is empty.",
	"generators: ristretto255 (RFC 9496); hash_to_ristretto255 (RFC 9380, appendix B, expand_message_xmd with SHA-512) of dimension || \" \" || cell, DST \"rogatory/v1 tally\".",
	"tallies: blinding_d = expand_message_xmd with SHA-512 of HKDF-SHA256(leaf, no salt, info \"blind \" || dimension, 64 bytes), DST \"rogatory/v1 blinding\", 64 bytes, read with the least byte first and reduced by the order of the group; commitment = generator of the cell + blinding times the standard generator.",
	"report: the sum of the tallies above, and the report that opens it.",
	"documents: hash is the SHA-256 of the text, by which a leaf names it.",
	"malformed leaves stand beside this file, with the reason why each is refused.",
}

func makeVectors(t *testing.T) vectors {
	v := vectors{About: about, Origin: origin, Tiles: map[string]string{}, Regions: map[string]string{}}
	for _, k := range []struct {
		role ledger.Role
		by   byte
	}{{ledger.RoleLog, logKey}, {ledger.RoleJudge, judgeKey}, {ledger.RoleNotifier, notifierKey}, {ledger.RoleOversight, oversightKey}} {
		v.Keys = append(v.Keys, keyVector{string(k.role), hex.EncodeToString(seed(k.by).Seed()),
			hex.EncodeToString(public(k.by)), ledger.KeyIDOf(public(k.by)).String()})
	}
	for _, l := range everyLeaf() {
		lv := leafVector{Name: l.name, Text: string(l.leaf.Marshal())}
		if s, ok := l.leaf.(ledger.Signed); ok {
			by, sig := s.Signature()
			lv.Message, lv.By, lv.Sig = string(ledger.Message(origin, s)), by.String(), hex.EncodeToString(sig[:])
		}
		v.Leaves = append(v.Leaves, lv)
	}
	for _, class := range ledger.Classes() {
		for _, as := range settlements {
			if roles := as.Settles(class); roles != nil {
				v.Settles = append(v.Settles, settleVector{string(class), string(as), roles})
			}
		}
	}

	events := []struct {
		label string
		event ledger.Event
		words [ledger.Dimensions]string
	}{
		{"1", ledger.Event{"kind": "received", "case": "2027-000123", "seq": "1", "at": "2027-02-03T10:00:00Z", "instrument": "bilateral",
			"requesting": "KE", "executing": "DE", "document": hex32(fill32(77))}, [...]string{"received", "bilateral", "", "content", "africa"}},
		{"12", ledger.Event{"kind": "refused", "case": "2027-000123", "seq": "12", "ground": "political-offence", "subject": "Zoë 世界"},
			[...]string{"refused", "bilateral", "political-offence", "content", "africa"}},
		{"12 notify", ledger.Event{}, [...]string{"cover", "", "", "", ""}},
	}
	sum, totals := new(ledger.Sum), new(ledger.Totals)
	caseKey := fill32(100)
	for _, e := range events {
		key := ledger.LeafKey(caseKey, e.label)
		v.LeafKeys = append(v.LeafKeys, leafKeyVector{hex32(caseKey), e.label, hex32(key)})
		v.Events = append(v.Events, eventVector{hex32(key), e.event, hex32(commit(t, e.event, key))})
		for _, fields := range [][]string{nil, {"kind", "case"}} {
			o, err := ledger.Open(e.event, key, fields...)
			if err != nil {
				t.Fatal(err)
			}
			v.Openings = append(v.Openings, openingVector{fields, string(o.Marshal()), hex32(o.Hash())})
		}
		c, err := ledger.CellsOf(e.words[0], e.words[1], e.words[2], e.words[3], e.words[4])
		if err != nil {
			t.Fatal(err)
		}
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
		blinding := ledger.Blindings(key)
		v.Tallies = append(v.Tallies, tallyVector{hex32(key), c.Words(), hexes(blinding), hexes(tally),
			string(ledger.TallyOpening{Cells: c, Blinding: blinding}.Marshal())})
	}
	for d := range ledger.Dimensions {
		for j, word := range ledger.Words(d) {
			v.Generators = append(v.Generators, generatorVector{ledger.DimensionName(d), word, hex32(ledger.Generator(d, j))})
		}
	}

	report := &ledger.ReportDoc{Origin: origin, Period: "2027-Q1", From: 2, To: 5, Totals: *totals}
	v.Report = reportVector{hexes(sum.Marshal()), string(report.Marshal())}
	deposit := rolesDoc()
	deposit.Deposit, deposit.Demonstration = make([]byte, 1216), true
	deposit.Keys[ledger.RoleJudge] = append(deposit.Keys[ledger.RoleJudge], ed25519.PublicKey(public(60)))
	recovered := policyDoc()
	recovered.Recovered = 1442
	for _, d := range []struct {
		name string
		text []byte
	}{
		{"roles", rolesDoc().Marshal()}, {"roles of a demonstration, with a deposit", deposit.Marshal()},
		{"policy", policyDoc().Marshal()}, {"policy of a log that was recovered", recovered.Marshal()}, {"report", report.Marshal()},
	} {
		v.Documents = append(v.Documents, documentVector{d.name, string(d.text), hex32(ledger.DocumentHash(d.text))})
	}

	vkey, err := ledger.LogKey(origin, public(logKey))
	if err != nil {
		t.Fatal(err)
	}
	signer := noteSigner(t, origin, logKey)
	checkpoint, err := ledger.Checkpoint{Origin: origin, Size: 1442, Root: fill32(1)}.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := provisional().Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	v.Checkpoint, v.Provisional = noteVector{vkey, string(checkpoint)}, noteVector{vkey, string(receipt)}
	for path, tile := range tilePaths {
		v.Tiles[path] = fmt.Sprintf("level %d number %d width %d", tile.L, tile.N, tile.W)
	}
	entries := [][]byte{[]byte("first"), nil, []byte("second\n")}
	v.Bundle.Bundle = hex.EncodeToString(ledger.Bundle(entries))
	for _, e := range entries {
		v.Bundle.Entries = append(v.Bundle.Entries, hex.EncodeToString(e))
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if code := string(a) + string(b); ledger.RegionOf(code) != "other" {
				v.Regions[code] = ledger.RegionOf(code)
			}
		}
	}
	return v
}

func TestVectors(t *testing.T) {
	text, err := json.MarshalIndent(makeVectors(t), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "testdata/vectors.json", append(text, '\n'))
}
