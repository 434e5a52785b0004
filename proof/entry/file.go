// Package entry makes and verifies the file that a person receives who was told of
// a request: entries of the public log that are about it, opened, with everything
// needed to verify them offline, and the duty to tell.
//
// It promises that nothing in a finding rests on the word of whoever made the
// file: every entry is proved to stand in the log, every opened field to be what
// the entry committed to, every settlement to be signed by a role that may, every
// time to be vouched for by witnesses. What is not proved is listed.
//
// It refuses a file of which any part does not hold, with the line and the reason.
// It says nothing in words for people: who shows a finding does.
package entry

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// A File is what a person receives. It is text: a first line and the origin of the
// log, then parts, each behind a line "--- " and what it is: births, documents,
// and C2SP tlog-proofs as they are; last "--- end", so that a file that was cut
// short is known.
type File struct {
	Origin     string
	Checkpoint []byte // under which every entry stands, as it was published
	Births     []Birth
	Documents  [][]byte // roles and policies that the entries name
	Entries    []Entry  // in the order of the log
}

// A Birth is a checkpoint of the time at which an entry came in, with the proof
// that the later checkpoint goes on from it.
type Birth struct {
	Note  []byte
	Proof tlog.TreeProof
}

// An Entry is a leaf with its proof and, if it commits to an event, what is opened.
type Entry struct {
	Index   uint64
	Leaf    []byte
	Hashes  tlog.RecordProof
	Opening *ledger.Opening      // of a sealed leaf or a duty; nil: nothing is opened
	Tally   *ledger.TallyOpening // of a sealed leaf: where it counts; nil: that is not shown
}

const (
	header = "rogatory/v1 proof-file"
	mark   = "--- "
	end    = mark + "end\n"

	// MaxFile bounds what is read as a file.
	MaxFile = 4 << 20

	openingHeader = "rogatory/v1 opening\n"
	tallyHeader   = "rogatory/v1 tally-opening\n"
)

// Marshal prints the one form of f.
func (f *File) Marshal() []byte {
	var b bytes.Buffer
	b.WriteString(header + "\norigin " + f.Origin + "\n")
	for _, c := range f.Births {
		b.WriteString(mark + "birth\n")
		for _, h := range c.Proof {
			b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
		}
		b.WriteString("\n")
		b.Write(c.Note)
	}
	for _, d := range f.Documents {
		b.WriteString(mark + "document\n")
		b.Write(d)
	}
	for _, e := range f.Entries {
		b.WriteString(mark + "proof\n")
		b.Write(e.proof(f.Checkpoint).Marshal())
	}
	b.WriteString(end)
	return b.Bytes()
}

// proof gives the entry as a C2SP tlog-proof: behind extra stands the leaf, then
// what is opened of it.
func (e Entry) proof(checkpoint []byte) proof.TLogProof {
	t := proof.TLogProof{Index: e.Index, Checkpoint: checkpoint, ExtraData: bytes.Clone(e.Leaf)}
	if e.Opening != nil {
		t.ExtraData = append(t.ExtraData, e.Opening.Marshal()...)
	}
	if e.Tally != nil {
		t.ExtraData = append(t.ExtraData, e.Tally.Marshal()...)
	}
	for _, h := range e.Hashes {
		t.Hashes = append(t.Hashes, h)
	}
	return t
}

// Parse reads a file. That what it says is true, Verify says.
func Parse(text []byte) (*File, error) {
	if len(text) > MaxFile {
		return nil, fault.Invalidf("proof", "the file is longer than %d bytes", MaxFile)
	}
	if !bytes.HasPrefix(text, []byte(header+"\n")) {
		return nil, fault.Invalidf("proof:1", "the line is not %q", header).WithHint("choose the file that was sent to you as it is, not a copy of its text")
	}
	if !bytes.HasSuffix(text, []byte("\n"+end)) {
		return nil, fault.Invalidf(fmt.Sprintf("proof:%d", bytes.Count(text, []byte("\n"))+1), "the file ends before its last line").WithHint("ask for it again: a part is missing")
	}
	parts := strings.Split(string(text[:len(text)-len(end)]), "\n"+mark)
	origin, ok := strings.CutPrefix(parts[0], header+"\norigin ")
	if !ok || strings.Contains(origin, "\n") {
		return nil, fault.Invalidf("proof:2", "the line does not say of which log this is")
	}
	f := &File{Origin: strings.TrimSuffix(origin, "\n")}
	line := 2
	for i, p := range parts[1:] {
		line++
		word, body, _ := strings.Cut(p, "\n")
		if i < len(parts)-2 {
			body += "\n"
		}
		if err := f.part(word, []byte(body)); err != nil {
			return nil, &fault.Fault{Kind: fault.Invalid, Where: fmt.Sprintf("proof:%d", line), What: "the part " + word + " cannot be read", Cause: err}
		}
		line += strings.Count(body, "\n")
	}
	if again := f.Marshal(); !bytes.Equal(again, text) {
		n := 0
		for n < len(again) && n < len(text) && again[n] == text[n] {
			n++
		}
		return nil, fault.Invalidf(fmt.Sprintf("proof:%d", bytes.Count(text[:n], []byte("\n"))+1), "the file is not in its one form")
	}
	return f, nil
}

func (f *File) part(word string, body []byte) error {
	switch word {
	case "birth":
		b, err := parseBirth(body)
		f.Births = append(f.Births, b)
		return err
	case "document":
		f.Documents = append(f.Documents, body)
		return nil
	case "proof":
		return f.entry(body)
	}
	return fault.Invalidf("", "there is no part of this name")
}

func parseBirth(body []byte) (b Birth, err error) {
	lines, note, ok := strings.Cut("\n"+string(body), "\n\n")
	if !ok {
		return b, fault.Invalidf("", "no empty line follows the proof")
	}
	b.Note = []byte(note)
	for l := range strings.FieldsFuncSeq(lines, func(r rune) bool { return r == '\n' }) {
		h, err := base64.StdEncoding.DecodeString(l)
		if err != nil || len(h) != tlog.HashSize {
			return b, fault.Invalidf("", "a line of the proof is no hash")
		}
		b.Proof = append(b.Proof, tlog.Hash(h))
	}
	return b, nil
}

func (f *File) entry(body []byte) error {
	var t proof.TLogProof
	if err := t.Unmarshal(body); err != nil {
		return err
	}
	if f.Checkpoint == nil {
		f.Checkpoint = t.Checkpoint
	} else if !bytes.Equal(f.Checkpoint, t.Checkpoint) {
		return fault.Invalidf("", "it stands under another checkpoint than the proofs before")
	}
	e := Entry{Index: t.Index, Leaf: t.ExtraData}
	if n := len(f.Entries); n > 0 && f.Entries[n-1].Index >= e.Index {
		return fault.Invalidf("", "the entries are not in the order of the log")
	}
	for _, h := range t.Hashes {
		e.Hashes = append(e.Hashes, h)
	}
	if leaf, rest, ok := cutAt(e.Leaf, tallyHeader); ok {
		o, err := ledger.ParseTallyOpening(rest)
		if err != nil {
			return err
		}
		e.Leaf, e.Tally = leaf, &o
	}
	if leaf, rest, ok := cutAt(e.Leaf, openingHeader); ok {
		o, err := ledger.ParseOpening(rest)
		if err != nil {
			return err
		}
		e.Leaf, e.Opening = leaf, &o
	}
	f.Entries = append(f.Entries, e)
	return nil
}

// cutAt parts a text before a line. No leaf and no opened field can hold one.
func cutAt(text []byte, line string) (before, from []byte, ok bool) {
	i := bytes.Index(text, []byte("\n"+line))
	if i < 0 {
		return text, nil, false
	}
	return slices.Clip(text[:i+1]), text[i+1:], true
}
