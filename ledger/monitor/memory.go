package monitor

import (
	"bytes"
	"encoding/json"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// memory is what a follower keeps from one look to the next.
type memory struct {
	Seen    []byte // the largest checkpoint; empty: none
	Bundles []byte // hashes over full bundles
	Tail    []byte // hashes of the leaves behind
	Monitor json.RawMessage
}

// Marshal prints what the follower keeps. It holds nothing secret; whoever could
// change it could hide from this follower what was seen.
func (f *Follower) Marshal() []byte {
	k := memory{Monitor: f.monitor.Marshal()}
	if f.seen != nil {
		k.Seen = f.seen.Note
	}
	for n := range f.tree.full {
		h := f.tree.bundle(n)
		k.Bundles = append(k.Bundles, h[:]...)
	}
	for _, h := range f.tree.tail {
		k.Tail = append(k.Tail, h[:]...)
	}
	// Every part of it can be printed.
	text, _ := json.Marshal(k)
	return text
}

// Unmarshal takes what Marshal printed. What does not hold together is refused,
// and f is as it was: then the log is to be read from its beginning.
func (f *Follower) Unmarshal(text []byte) error {
	var k memory
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&k); err != nil {
		return unreadable(err)
	}
	n := NewFollower(f.trust, f.source, f.released)
	n.Progress = f.Progress
	if len(k.Seen) > 0 {
		seen, err := f.trust.Checkpoint(k.Seen)
		if err != nil {
			return err
		}
		n.seen = &seen
	}
	if err := n.monitor.Unmarshal(k.Monitor); err != nil {
		return err
	}
	if len(k.Bundles)%tlog.HashSize != 0 || len(k.Tail)%tlog.HashSize != 0 || len(k.Tail) >= ledger.TileWidth*tlog.HashSize {
		return fault.Invalidf("state", "a list of hashes is cut short")
	}
	for rest := k.Bundles; len(rest) > 0; rest = rest[tlog.HashSize:] {
		n.tree.addBundle(tlog.Hash(rest))
	}
	for rest := k.Tail; len(rest) > 0; rest = rest[tlog.HashSize:] {
		n.tree.add(tlog.Hash(rest))
	}
	size := n.tree.size()
	switch {
	case size != n.monitor.size:
	case n.seen == nil && size > 0:
	case n.seen != nil && (size > n.seen.Size || size == n.seen.Size && n.tree.root() != n.seen.Root):
	default:
		*f = *n
		return nil
	}
	return fault.Invalidf("state", "leaves, hashes and checkpoint are not of one size and root")
}
