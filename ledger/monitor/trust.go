package monitor

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"slices"
	"time"

	fnote "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/ledger"
)

// Trust is what somebody who checks a log has from elsewhere than the log.
type Trust struct {
	Log       note.Verifier
	Key       ed25519.PublicKey // the same
	Witnesses *witness.Group    // whose cosignatures count; nil: nobody said
}

// NewTrust reads the key of a log (vkey). witnesses may be nil: then nothing is
// said about witnesses, and no time is proved.
func NewTrust(vkey string, witnesses *witness.Group) (Trust, error) {
	v, key, err := ledger.ParseLogKey(vkey)
	if err != nil {
		return Trust{}, err
	}
	return Trust{Log: v, Key: key, Witnesses: witnesses}, nil
}

// Origin is the name of the log.
func (t Trust) Origin() string { return t.Log.Name() }

// A Signed is a checkpoint with what is known about who signed it.
type Signed struct {
	ledger.Checkpoint
	Note     []byte
	Cosigned []Cosignature // by witnesses that count, by time
	Quorum   bool          // enough of them; false if nobody said who counts
}

// A Cosignature says which witness saw a checkpoint, and when.
type Cosignature struct {
	Witness string
	At      time.Time
}

// Checkpoint reads a checkpoint of the log.
func (t Trust) Checkpoint(text []byte) (Signed, error) {
	c, err := ledger.ParseCheckpoint(text, t.Origin(), t.Log)
	if err != nil {
		return Signed{}, err
	}
	s := Signed{Checkpoint: c, Note: bytes.Clone(text)}
	if t.Witnesses == nil {
		return s, nil
	}
	s.Quorum = t.Witnesses.Satisfied(text)
	for _, v := range witnesses(*t.Witnesses) {
		// Each is asked alone: a cosignature that does not hold is none, and takes
		// nothing from the others.
		n, err := note.Open(text, note.VerifierList(v))
		if err != nil {
			continue
		}
		if at, err := fnote.CoSigV1Timestamp(n.Sigs[0]); err == nil && at.After(time.Unix(0, 0)) {
			s.Cosigned = append(s.Cosigned, Cosignature{v.Name(), at.UTC()})
		}
	}
	slices.SortFunc(s.Cosigned, func(a, b Cosignature) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Witness, b.Witness))
	})
	return s, nil
}

// witnesses lists the keys that count in a group, each once.
func witnesses(g witness.Group) []note.Verifier {
	var list []note.Verifier
	for _, c := range g.Components {
		switch c := c.(type) {
		case witness.Witness:
			list = append(list, c.Key)
		case witness.Group:
			list = append(list, witnesses(c)...)
		}
	}
	return list
}

// Earliest and Latest bound the time at which witnesses saw a checkpoint: half of
// those that count say no earlier, half no later. A few that lie move it no
// further than to what an honest one says. ok is false if there is no quorum.
func (s Signed) Earliest() (at time.Time, ok bool) { return s.at((len(s.Cosigned) - 1) / 2) }

// Latest is described with Earliest.
func (s Signed) Latest() (at time.Time, ok bool) { return s.at(len(s.Cosigned) / 2) }

func (s Signed) at(i int) (time.Time, bool) {
	if !s.Quorum || len(s.Cosigned) == 0 {
		return time.Time{}, false
	}
	return s.Cosigned[i].At, true
}
