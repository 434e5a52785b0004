package witness

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
)

// The bounds of a request. A checkpoint may carry signatures of many, also large
// ones: C2SP signed-note demands at least sixteen of nearly five kilobytes.
const (
	maxProof      = 63
	maxCheckpoint = 128 << 10
	maxRequest    = maxCheckpoint + 64*64
)

// A Request asks a witness to cosign: it names the size the witness is believed
// to have seen, proves that the checkpoint continues it, and brings the
// checkpoint.
type Request struct {
	Old        int64
	Proof      tlog.TreeProof
	Checkpoint []byte // the signed note
}

// Marshal is the body of add-checkpoint. C2SP tlog-witness.
func (r Request) Marshal() []byte {
	b := append([]byte("old "), strconv.FormatInt(r.Old, 10)...)
	for _, h := range r.Proof {
		b = append(append(b, '\n'), h.String()...)
	}
	return append(append(b, "\n\n"...), r.Checkpoint...)
}

// ParseRequest reads the body of add-checkpoint. What it accepts, Marshal gives
// back byte for byte.
func ParseRequest(body []byte) (Request, error) {
	if len(body) > maxRequest {
		return Request{}, fault.Invalidf("request", "is longer than %d bytes", maxRequest)
	}
	top, checkpoint, ok := bytes.Cut(body, []byte("\n\n"))
	if !ok {
		return Request{}, fault.Invalidf("request", "has no empty line before the checkpoint")
	}
	lines := strings.Split(string(top), "\n")
	old, ok := strings.CutPrefix(lines[0], "old ")
	if !ok {
		return Request{}, fault.Invalidf("request", "does not begin with the old size")
	}
	r := Request{Checkpoint: checkpoint}
	var err error
	if r.Old, err = parseSize(old); err != nil {
		return Request{}, err
	}
	if len(lines)-1 > maxProof {
		return Request{}, fault.Invalidf("request", "has more than %d lines of proof", maxProof)
	}
	for _, line := range lines[1:] {
		h, err := parseHash(line)
		if err != nil {
			return Request{}, err
		}
		r.Proof = append(r.Proof, h)
	}
	return r, nil
}
