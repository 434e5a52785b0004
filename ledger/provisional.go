package ledger

import (
	"bytes"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/fault"
)

// A Provisional is the log's signed promise that a leaf will stand in it by a
// given time. An emergency may proceed on it; it is public until it is kept.
type Provisional struct {
	Origin string
	At     time.Time // when it was given
	Hash   Hash      // that of the leaf which is promised, as in its line "hash"
	By     time.Time // when the leaf will stand in the log
}

// Text gives what the log signs.
func (p Provisional) Text() string {
	b := []byte(p.Origin + "\n" + version + "provisional\nat " + p.At.UTC().Format(time.RFC3339) + "\n")
	b = appendBase64(b, "hash", p.Hash[:])
	return string(b) + "by " + p.By.UTC().Format(time.RFC3339) + "\n"
}

// Sign gives the receipt as a note signed by the log.
func (p Provisional) Sign(key note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: p.Text()}, key)
}

// ParseProvisional reads a receipt of the log of this origin, signed by it.
func ParseProvisional(text []byte, origin string, key note.Verifier) (Provisional, error) {
	n, err := openNote("provisional", text, key)
	if err != nil {
		return Provisional{}, err
	}
	return parseProvisionalText([]byte(n.Text), origin)
}

func parseProvisionalText(text []byte, origin string) (Provisional, error) {
	r := read("provisional", text, MaxLeaf)
	r.exactly(origin)
	r.exactly(version + "provisional")
	p := Provisional{Origin: origin}
	p.At = r.time("at")
	r.base64("hash", p.Hash[:])
	p.By = r.time("by")
	if r.err == nil && !p.At.Before(p.By) {
		r.fail("by is not after at")
	}
	if err := r.end(); err != nil {
		return Provisional{}, err
	}
	if err := r.canonical(text, []byte(p.Text())); err != nil {
		return Provisional{}, err
	}
	return p, nil
}

func (r *lines) time(key string) time.Time {
	v := r.value(key)
	t, err := time.Parse(time.RFC3339, string(v))
	if r.err == nil && err != nil {
		r.fail("%s is no time", key)
	}
	return t.UTC()
}

// JoinProvisionals gives the file of standing receipts: signed notes, each
// followed by an empty line.
func JoinProvisionals(notes [][]byte) []byte {
	var b []byte
	for _, n := range notes {
		b = append(append(b, n...), '\n')
	}
	return b
}

// SplitProvisionals parts the file of standing receipts into signed notes. It
// reads none of them.
func SplitProvisionals(file []byte) ([][]byte, error) {
	var notes [][]byte
	for len(file) > 0 {
		// The text of a note ends with the first empty line, its signatures
		// with the next.
		text := bytes.Index(file, []byte("\n\n"))
		end := -1
		if text >= 0 {
			end = bytes.Index(file[text+2:], []byte("\n\n"))
		}
		if end < 0 {
			return nil, fault.Invalidf("provisional", "receipt %d has no end", len(notes))
		}
		end += text + 2 + 1
		notes = append(notes, file[:end:end])
		file = file[end+1:]
	}
	return notes, nil
}
