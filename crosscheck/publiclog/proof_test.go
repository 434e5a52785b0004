package publiclog

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/crosscheck/office"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/proof/entry"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/witness"
)

// told is a log in which one person was told, and what is opened to her.
func told(t *testing.T) (*office.Office, []entry.Want) {
	k, err := office.NewKeys(office.Origin)
	if err != nil {
		t.Fatal(err)
	}
	w, err := office.NewWitness(folder(t), time.Now, k.VKey)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	policy := ledger.DefaultPolicy(office.Origin)
	o, err := office.Open(t.Context(), folder(t), policy, w, k)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	day := func() {
		for range 4 {
			if err := o.Block(t.Context(), policy.Block); err != nil {
				t.Fatal(err)
			}
		}
	}
	wait := func(key string, class sequencer.Class, l ledger.Leaf) {
		if err := o.Log.Wait(t.Context(), &sequencer.Waiting{Key: key, Class: class, Text: l.Marshal(), At: o.Now}, nil); err != nil {
			t.Fatal(err)
		}
	}
	secret := [32]byte{1}
	open := func(kind, label string) ledger.Opening {
		e := ledger.Event{"kind": kind, "case": "2027-000001", "seq": "1", "subject": "email:someone@mail.example"}
		opening, err := ledger.Open(e, ledger.LeafKey(secret, label))
		if err != nil {
			t.Fatal(err)
		}
		return opening
	}
	cells, err := ledger.CellsOf("accepted", "budapest", "", "content", "africa")
	if err != nil {
		t.Fatal(err)
	}
	tally := ledger.TallyOpening{Cells: cells, Blinding: ledger.Blindings(ledger.LeafKey(secret, "1"))}
	event, promise := open("accepted", "1"), open("duty", "1 notify")
	sealed := ledger.Sealed{Hash: event.Hash()}
	if sealed.Tally, err = tally.Tally(); err != nil {
		t.Fatal(err)
	}
	id := ledger.ID{7}
	wait("2027-000001 1", sequencer.Sealed, sealed)
	epoch := ledger.EpochAt(o.Now, policy.EpochMinutes)
	wait("2027-000001 1 notify", sequencer.Public, ledger.Duty{Class: ledger.Notify, ID: id, Due: policy.DueFor(ledger.Notify, epoch), Hash: promise.Hash()})
	day()
	epoch = ledger.EpochAt(o.Now, policy.EpochMinutes)
	wait("2027-000001 2 settle", sequencer.Public, k.Sign(ledger.RoleNotifier, ledger.Settle{Batch: epoch, ID: id, As: ledger.Notified}))
	day()
	day()
	at, err := o.Log.Index(t.Context(), []string{"2027-000001 1", "2027-000001 1 notify"})
	if err != nil {
		t.Fatal(err)
	}
	return o, []entry.Want{
		{Index: at["2027-000001 1"].Index, Opening: &event, Tally: &tally},
		{Index: at["2027-000001 1 notify"].Index, Opening: &promise},
	}
}

// A part of a file is one that begins with a line "--- ".
type part struct{ word, body string }

func parts(text string) (list []part) {
	for i, p := range strings.Split(strings.TrimSuffix(text, "\n--- end\n")+"\n", "\n--- ") {
		if i > 0 {
			word, body, _ := strings.Cut(p, "\n")
			list = append(list, part{word, strings.TrimSuffix(body, "\n") + "\n"})
		}
	}
	return list
}

// hashes reads lines of base64 up to the empty one.
func hashes(t *testing.T, text string) (list [][]byte, rest string) {
	t.Helper()
	for {
		line, after, ok := strings.Cut(text, "\n")
		if !ok {
			t.Fatal("no empty line")
		}
		text = after
		if line == "" {
			return list, text
		}
		h, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(h) != 32 {
			t.Fatalf("%q is no hash", line)
		}
		list = append(list, h)
	}
}

// The file of a person, read by hand after C2SP tlog-proof and docs/ledger.md, and
// verified with package merkle. (The program reads it with formats/proof, which is
// therefore no second opinion.)
func TestProofFile(t *testing.T) {
	t.Parallel()
	o, wants := told(t)
	source, err := witness.NewSource(o.Place)
	if err != nil {
		t.Fatal(err)
	}
	f, err := entry.Build(t.Context(), source, trustOf(t, o), wants)
	if err != nil {
		t.Fatal(err)
	}
	text := f.Marshal()
	v, err := note.NewVerifier(o.Keys.VKey)
	if err != nil {
		t.Fatal(err)
	}
	checkpoint := func(raw string) *log.Checkpoint {
		c, _, _, err := log.ParseCheckpoint([]byte(raw), office.Origin, v)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var last *log.Checkpoint
	var births []part
	kinds := make(map[string]int)
	for _, p := range parts(string(text)) {
		kinds[p.word]++
		if p.word == "birth" {
			births = append(births, p)
			continue
		}
		if p.word != "proof" {
			continue
		}
		body, ok := strings.CutPrefix(p.body, "c2sp.org/tlog-proof@v1\nextra ")
		if !ok {
			t.Fatalf("no tlog-proof: %q", p.body)
		}
		line, body, _ := strings.Cut(body, "\n")
		extra, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil {
			t.Fatal(err)
		}
		leaf := extra
		for _, header := range []string{"\nrogatory/v1 opening\n", "\nrogatory/v1 tally-opening\n"} {
			if i := bytes.Index(leaf, []byte(header)); i >= 0 {
				leaf = leaf[:i+1]
			}
		}
		var index uint64
		if _, err := fmt.Sscanf(body, "index %d\n", &index); err != nil {
			t.Fatal(err)
		}
		list, signed := hashes(t, body[strings.Index(body, "\n")+1:])
		last = checkpoint(signed)
		holds := func(index uint64, leaf []byte, list [][]byte) error {
			return proof.VerifyInclusion(rfc6962.DefaultHasher, index, last.Size, rfc6962.DefaultHasher.HashLeaf(leaf), list, last.Hash)
		}
		if err := holds(index, leaf, list); err != nil {
			t.Errorf("entry %d: %v", index, err)
		}
		if holds(index^1, leaf, list) == nil || holds(index, append([]byte("x"), leaf...), list) == nil {
			t.Errorf("entry %d is proved for another", index)
		}
		list[0][5] ^= 1
		if holds(index, leaf, list) == nil {
			t.Errorf("entry %d is proved by other hashes", index)
		}
	}
	for _, p := range births {
		list, signed := hashes(t, p.body)
		small := checkpoint(signed)
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, small.Size, last.Size, list, small.Hash, last.Hash); err != nil {
			t.Errorf("birth at %d: %v", small.Size, err)
		}
	}
	if kinds["proof"] != 5 || kinds["birth"] < 3 || kinds["document"] != 2 {
		t.Errorf("the parts are %v", kinds)
	}
	tamperedFile(t, o, text)
}

// Whatever byte of the file is changed, outside of cosignatures, we refuse it.
// Without a cosignature the file still proves what stands in the log.
func tamperedFile(t *testing.T, o *office.Office, text []byte) {
	trust := trustOf(t, o)
	verify := func(text []byte) error {
		f, err := entry.Parse(text)
		if err != nil {
			return err
		}
		_, err = entry.Verify(f, trust)
		return err
	}
	if err := verify(text); err != nil {
		t.Fatal(err)
	}
	at := 0
	for line := range bytes.Lines(text) {
		// The one line of a file that others than the log sign.
		if !bytes.HasPrefix(line, []byte("— "+o.Witness.Key.Verifier()[:len("witness.example")])) {
			for i := 0; i < len(line); i += 29 {
				bad := bytes.Clone(text)
				bad[at+i] ^= 2
				if verify(bad) == nil {
					t.Errorf("a byte of %q can be changed to %q", line, bad[at:at+len(line)])
				}
			}
		}
		at += len(line)
	}
}
