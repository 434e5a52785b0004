package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"strings"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
)

// A Checkpoint says how large a log is and what it holds, as C2SP
// tlog-checkpoint has it, without extension lines.
type Checkpoint struct {
	Origin string
	Size   uint64
	Root   tlog.Hash
}

// largestLog bounds what a log may claim to hold: more than any office writes in
// ten thousand years, and little enough for whoever computes with it.
const largestLog = 1 << 40

// Text gives what the log signs.
func (c Checkpoint) Text() string {
	return string(log.Checkpoint{Origin: c.Origin, Size: c.Size, Hash: c.Root[:]}.Marshal())
}

// Tree gives size and root as tlog has them.
func (c Checkpoint) Tree() tlog.Tree { return tlog.Tree{N: int64(c.Size), Hash: c.Root} }

// Sign gives the checkpoint as a note signed by the log.
func (c Checkpoint) Sign(key note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: c.Text()}, key)
}

// ParseCheckpoint reads a checkpoint of the log of this origin, signed by it.
// Whether witnesses signed as well is for the caller to ask.
func ParseCheckpoint(text []byte, origin string, key note.Verifier) (Checkpoint, error) {
	n, err := openNote("checkpoint", text, key)
	if err != nil {
		return Checkpoint{}, err
	}
	return parseCheckpointText(n.Text, origin)
}

func parseCheckpointText(text, origin string) (Checkpoint, error) {
	var c log.Checkpoint
	if _, err := c.Unmarshal([]byte(text)); err != nil {
		return Checkpoint{}, &fault.Fault{Kind: fault.Invalid, Where: "checkpoint", What: "it cannot be read", Cause: err}
	}
	if c.Origin != origin {
		return Checkpoint{}, fault.Invalidf("checkpoint:1", "it is of the log %q and not of %q", c.Origin, origin)
	}
	if c.Size > largestLog || len(c.Hash) != tlog.HashSize || !bytes.Equal(c.Marshal(), []byte(text)) {
		return Checkpoint{}, fault.Invalidf("checkpoint", "it is not in its one form")
	}
	return Checkpoint{c.Origin, c.Size, tlog.Hash(c.Hash)}, nil
}

func openNote(what string, text []byte, key note.Verifier) (*note.Note, error) {
	n, err := note.Open(text, note.VerifierList(key))
	if err != nil {
		return nil, &fault.Fault{Kind: fault.Invalid, Where: what, What: "it is not signed by " + key.Name(), Cause: err}
	}
	return n, nil
}

// ParseLogKey reads the key of a log in the form of a signed note (vkey). The
// name of the key is the origin of the log.
func ParseLogKey(vkey string) (note.Verifier, ed25519.PublicKey, error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, nil, &fault.Fault{Kind: fault.Invalid, Where: "log key", What: "it cannot be read", Cause: err}
	}
	_, key, _ := strings.Cut(vkey, "+")
	_, key, _ = strings.Cut(key, "+")
	// The verifier has read the same: one byte for the algorithm, then the key.
	raw, _ := base64.StdEncoding.DecodeString(key)
	pub := ed25519.PublicKey(raw[1:])
	if again, err := LogKey(v.Name(), pub); err != nil || again != vkey {
		return nil, nil, fault.Invalidf("log key", "it is not in its one form")
	}
	return v, pub, nil
}

// LogKey prints the key of a log as ParseLogKey reads it.
func LogKey(origin string, pub ed25519.PublicKey) (string, error) {
	vkey, err := note.NewEd25519VerifierKey(origin, pub)
	if err != nil || !isOrigin(origin) {
		return "", fault.Invalidf("log key", "no key of the log %q can be printed", origin)
	}
	return vkey, nil
}
