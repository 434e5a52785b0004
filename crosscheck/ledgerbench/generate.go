package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/rogatory/rogatory/crosscheck/office"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/proof/entry"
	"github.com/rogatory/rogatory/witness"
)

// A busy office in each day of the log: of 64 sealed leaves 10 open a duty, and
// every duty is settled the day after, one in five by an extension first.
const (
	accepted = 10
	pool     = 512 // tallies drawn; a leaf repeats one of them, which a reader cannot use
	archived = 1000
)

// A writer writes a log as files in their published formats. It makes nothing
// durable, and archives only the last checkpoints: so it is fast.
type writer struct {
	place   string
	keys    *office.Keys
	policy  ledger.PolicyDoc
	witness witness.Key
	epoch   ledger.Epoch
	seen    uint64

	size   uint64
	bundle [][]byte
	levels [][]byte // of each level the hashes behind the last full tile
	full   []uint64 // of each level the tiles written
	tree   *compact.Range
	made   map[string]bool

	covers, counted []ledger.TallyOpening
	tallies         [2][]ledger.Tally
	totals          ledger.Totals
	reported        uint64
	quarter         string
	open            []ledger.ID // to be settled with the next batch
	extended        []ledger.ID // and those that are settled for good then
	recent          []checkpoint

	person []entry.Want // what one person's file is to show
}

type checkpoint struct {
	size uint64
	root tlog.Hash
	at   time.Time
}

func newWriter(place string) (*writer, error) {
	k, err := office.NewKeys(office.Origin)
	if err != nil {
		return nil, err
	}
	w := &writer{
		place: place, keys: k, policy: ledger.DefaultPolicy(office.Origin), epoch: ledger.EpochAt(office.Begin, 360), made: make(map[string]bool),
		tree: (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0), reported: 2, quarter: ledger.DateOf(office.Begin).Quarter(),
	}
	if w.witness, err = witness.NewKey(rand.Reader, "witness.example"); err != nil {
		return nil, err
	}
	for i := range pool {
		key := sha256.Sum256(fmt.Appendf(nil, "tally %d", i))
		if err := w.draw(0, &w.covers, key, "cover", "", "", "", ""); err != nil {
			return nil, err
		}
		if err := w.draw(1, &w.counted, key, "accepted", "budapest", "", "content", "africa"); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *writer) draw(which int, list *[]ledger.TallyOpening, key [32]byte, words ...string) error {
	cells, err := ledger.CellsOf(words[0], words[1], words[2], words[3], words[4])
	if err != nil {
		return err
	}
	o := ledger.TallyOpening{Cells: cells, Blinding: ledger.Blindings(key)}
	t, err := o.Tally()
	*list = append(*list, o)
	w.tallies[which] = append(w.tallies[which], t)
	return err
}

// write writes a log of at least so many leaves, up to the end of a day.
func (w *writer) write(leaves uint64, progress func(done, of uint64)) error {
	roles, policy := w.keys.Roles.Marshal(), w.policy.Marshal()
	for _, doc := range [][]byte{roles, policy} {
		if err := w.document(doc); err != nil {
			return err
		}
	}
	if err := w.add(w.keys.Sign(ledger.RoleOversight, ledger.Roles{Doc: ledger.DocumentHash(roles)})); err != nil {
		return err
	}
	if err := w.add(w.keys.Sign(ledger.RoleOversight, ledger.Policy{Doc: ledger.DocumentHash(policy), From: "2027-01"})); err != nil {
		return err
	}
	for day := 0; w.size < leaves; day++ {
		// Somewhere in the last days is the case of a person who keeps a file.
		if err := w.day(w.size+1500 > leaves && w.person == nil); err != nil {
			return err
		}
		progress(min(w.size, leaves), leaves)
	}
	return w.finish()
}

func (w *writer) day(person bool) error {
	for {
		batch := w.policy.IsBatch(w.epoch)
		var report ledger.Leaf
		if q := w.epoch.Date().Quarter(); q != w.quarter {
			var err error
			if report, err = w.report(); err != nil {
				return err
			}
			w.quarter = q
		}
		for i := range w.policy.Block {
			if err := w.sealed(batch && i < accepted, person && batch && i == 3); err != nil {
				return err
			}
		}
		if batch {
			if err := w.batch(person); err != nil {
				return err
			}
		}
		if report != nil {
			if err := w.add(report); err != nil {
				return err
			}
		}
		if err := w.published(); err != nil {
			return err
		}
		w.epoch = w.epoch.Next(w.policy.EpochMinutes)
		if batch {
			return nil
		}
	}
}

func (w *writer) random() (h [32]byte) {
	w.seen++
	return sha256.Sum256(binary.BigEndian.AppendUint64(nil, w.seen))
}

func (w *writer) sealed(counts, person bool) error {
	l := ledger.Sealed{Epoch: w.epoch, Hash: w.random()}
	which, list := 0, w.covers
	if counts {
		which, list = 1, w.counted
	}
	n := w.seen % pool
	l.Tally = w.tallies[which][n]
	if err := w.totals.AddOpening(list[n]); err != nil {
		return err
	}
	if person {
		o, err := open(sampleEvent("accepted"), "12")
		if err != nil {
			return err
		}
		l.Hash = o.Hash()
		w.person = append(w.person, entry.Want{Index: w.size, Opening: &o, Tally: &list[n]})
	}
	return w.add(l)
}

func (w *writer) batch(person bool) error {
	for _, id := range w.extended {
		if err := w.add(w.keys.Sign(ledger.RoleNotifier, ledger.Settle{Batch: w.epoch, ID: id, As: ledger.Notified})); err != nil {
			return err
		}
	}
	w.extended = w.extended[:0]
	due := w.policy.DueFor(ledger.Notify, w.epoch)
	for i, id := range w.open {
		if i%5 != 0 {
			if err := w.add(w.keys.Sign(ledger.RoleNotifier, ledger.Settle{Batch: w.epoch, ID: id, As: ledger.Notified})); err != nil {
				return err
			}
			continue
		}
		next := w.random()
		l := ledger.Settle{Batch: w.epoch, ID: id, As: ledger.Extended, Next: ledger.ID(next[:16]), Due: due}
		if err := w.add(w.keys.Sign(ledger.RoleJudge, l)); err != nil {
			return err
		}
		w.extended = append(w.extended, l.Next)
	}
	w.open = w.open[:0]
	for i := range accepted {
		id, hash := w.random(), w.random()
		if person && i == 0 { // extended once, then settled
			o, err := open(sampleEvent("duty"), "12 notify")
			if err != nil {
				return err
			}
			hash = o.Hash()
			w.person = append(w.person, entry.Want{Index: w.size, Opening: &o})
		}
		if err := w.add(ledger.Duty{Batch: w.epoch, Class: ledger.Notify, ID: ledger.ID(id[:16]), Due: due, Hash: hash}); err != nil {
			return err
		}
		w.open = append(w.open, ledger.ID(id[:16]))
	}
	return nil
}

// report reports all up to here; the leaf stands at the end of the next block.
func (w *writer) report() (ledger.Leaf, error) {
	doc := ledger.ReportDoc{Origin: office.Origin, Period: w.quarter, From: w.reported, To: w.size, Totals: w.totals}
	text := doc.Marshal()
	w.reported, w.totals = w.size, ledger.Totals{}
	l := w.keys.Sign(ledger.RoleLog, ledger.Report{Period: doc.Period, From: doc.From, To: doc.To, Doc: ledger.DocumentHash(text)})
	return l, w.document(text)
}

// add puts a leaf at the end.
func (w *writer) add(l ledger.Leaf) error {
	text := l.Marshal()
	h := tlog.RecordHash(text)
	w.size++
	w.bundle = append(w.bundle, text)
	if err := w.tree.Append(h[:], nil); err != nil {
		return err
	}
	if len(w.bundle) == ledger.TileWidth {
		if err := w.file(ledger.TilePath(tlog.Tile{H: ledger.TileHeight, L: -1, N: int64(w.size/ledger.TileWidth - 1), W: ledger.TileWidth}), ledger.Bundle(w.bundle)); err != nil {
			return err
		}
		w.bundle = w.bundle[:0]
	}
	return w.hash(0, h)
}

// hash puts a hash into the last tile of a level.
func (w *writer) hash(level int, h tlog.Hash) error {
	if level == len(w.levels) {
		w.levels, w.full = append(w.levels, nil), append(w.full, 0)
	}
	w.levels[level] = append(w.levels[level], h[:]...)
	if len(w.levels[level]) < ledger.TileWidth*tlog.HashSize {
		return nil
	}
	if err := w.file(ledger.TilePath(tlog.Tile{H: ledger.TileHeight, L: level, N: int64(w.full[level]), W: ledger.TileWidth}), w.levels[level]); err != nil {
		return err
	}
	r := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for i := 0; i < len(w.levels[level]); i += tlog.HashSize {
		if err := r.Append(w.levels[level][i:i+tlog.HashSize], nil); err != nil {
			return err
		}
	}
	above, err := r.GetRootHash(nil)
	if err != nil {
		return err
	}
	w.levels[level] = w.levels[level][:0]
	w.full[level]++
	return w.hash(level+1, tlog.Hash(above))
}

// published notes the checkpoint of a block.
func (w *writer) published() error {
	root, err := w.tree.GetRootHash(nil)
	if err != nil {
		return err
	}
	w.recent = append(w.recent, checkpoint{w.size, tlog.Hash(root), w.epoch.End(w.policy.EpochMinutes).Add(time.Minute)})
	if len(w.recent) > 2*archived {
		w.recent = append(w.recent[:0], w.recent[archived:]...)
	}
	return nil
}

// finish writes what is partial and the checkpoints.
func (w *writer) finish() error {
	if n := len(w.bundle); n > 0 {
		if err := w.file(ledger.TilePath(tlog.Tile{H: ledger.TileHeight, L: -1, N: int64(w.size / ledger.TileWidth), W: n}), ledger.Bundle(w.bundle)); err != nil {
			return err
		}
	}
	for level, hashes := range w.levels {
		if n := len(hashes) / tlog.HashSize; n > 0 {
			if err := w.file(ledger.TilePath(tlog.Tile{H: ledger.TileHeight, L: level, N: int64(w.full[level]), W: n}), hashes); err != nil {
				return err
			}
		}
	}
	var last []byte
	for _, c := range w.recent {
		text := ledger.Checkpoint{Origin: office.Origin, Size: c.size, Root: c.root}.Text()
		var err error
		if last, err = note.Sign(&note.Note{Text: text}, w.keys.Log, w.witness.Cosigner(func() time.Time { return c.at })); err != nil {
			return err
		}
		if err := w.file(fmt.Sprintf("checkpoints/%d", c.size), last); err != nil {
			return err
		}
	}
	return w.file("checkpoint", last)
}

func (w *writer) document(text []byte) error {
	return w.file(fmt.Sprintf("docs/%x", ledger.DocumentHash(text)), text)
}

func (w *writer) file(name string, data []byte) error {
	path := filepath.Join(w.place, filepath.FromSlash(name))
	if dir := filepath.Dir(path); !w.made[dir] {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		w.made[dir] = true
	}
	return os.WriteFile(path, data, 0o644)
}
