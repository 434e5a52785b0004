package sequencer

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/ledger"
)

// A Class says where in a block a leaf stands.
type Class = ledger.Place

// The classes.
const (
	Sealed   = ledger.Hidden // a commitment to one event; exactly so many in every block
	Public   = ledger.Public // duty and settle leaves, in the last block of a batch
	Document = ledger.Papers // roles, policy and report leaves, at the end of a block
)

// A State says how far a block has come. The zero State is that of no block.
// A block never goes back, and the next one begins when it is Published.
type State uint8

// The states, in their order; databases keep the numbers.
const (
	Sequenced State = iota + 1 // it has its place in the log, for good
	Exported                   // documents, bundles and tiles are written
	Verified                   // what was written gives the root
	Marked                     // the high-water mark stands at it
	Signed                     // the checkpoint is signed, and kept
	Cosigned                   // a quorum of witnesses has seen it, and that is kept
	Published                  // whoever asks for the checkpoint gets it
)

// A Waiting is a leaf that has no place in the log yet.
type Waiting struct {
	Key     string // "<case> <label>", unique among what waits and what stands in the log
	Class   Class
	Text    []byte // of sealed and duty leaves with the epoch 0000-000.0, others as they will stand
	Opening []byte // sealed for the office: what the leaf adds to the sums; nil: nothing
	Urgent  bool
	At      time.Time // UTC
}

// An Entry is a leaf that has its place.
type Entry struct {
	Waiting // Key is empty for a leaf of which this office knows nothing: a cover, or one imported without its event
}

// A Block is what is appended to the log at once.
type Block struct {
	First     uint64      // the size of the log before: the index of the first entry
	Epoch     string      // whose block it is; empty for the roles and policy the log begins with
	Entries   []Entry     // in the order of the log; Text as it stands there
	Hashes    []tlog.Hash // to be stored from index tlog.StoredHashIndex(0, First) on, in order
	Root      tlog.Hash   // of the log with the block
	State     State       // Sequence: Sequenced; Import: how far others vouch that it came
	Note      []byte      // Import: the checkpoint, if State says there is one
	Documents [][]byte    // Import: the documents its leaves name, kept by their SHA-256
}

// Size gives the size of the log with the block.
func (b *Block) Size() uint64 { return b.First + uint64(len(b.Entries)) }

// A Checkpoint is the row of a block.
type Checkpoint struct {
	First, Size uint64 // the block holds the leaves [First, Size)
	Epoch       string
	Root        tlog.Hash
	State       State
	Note        []byte // nil before Signed; with cosignatures from Cosigned on
}

// A Head is where the log stands in the database. Last is nil if the log is
// empty; otherwise Last.Size is the number of leaves.
type Head struct {
	Last *Checkpoint
}

// Size gives the number of leaves.
func (h Head) Size() uint64 {
	if h.Last == nil {
		return 0
	}
	return h.Last.Size
}

// A Position says where a leaf stands.
type Position struct {
	Sequenced   bool   // otherwise it waits, and Index, First, Size and State are zero
	Index       uint64 // in the log
	First, Size uint64 // of the block it came with: checkpoints/<First> and checkpoints/<Size> bound its birth
	State       State  // of that block
	Urgent      bool
	Receipt     []byte // the provisional receipt, nil if none was given; it stays after publication
}

// A Receipt is a provisional receipt for a leaf.
type Receipt struct {
	Key  string
	Note []byte
}

// Records is what the store does for the log. Every method that changes
// something is one durable transaction, all or nothing; several processes call
// them at once. An error that is none of the kinds named is passed on, and the
// call may or may not have taken effect.
type Records interface {
	// Head gives where the log stands.
	Head(ctx context.Context) (Head, error)

	// Waiting gives leaves of a class that wait: the urgent ones first, then in
	// the order in which they were written. A limit of 0: all.
	Waiting(ctx context.Context, class Class, limit int) ([]Waiting, error)

	// Wait makes a leaf of the office's own wait, and keeps the document it names
	// (by SHA-256). If the key waits or stands in the log already nothing changes,
	// and that is no error: who was first stays.
	Wait(ctx context.Context, w *Waiting, document []byte) error

	// Sequence appends a block and its row in the state Sequenced, and removes
	// every entry that has a key from what waits. It is a fault.Conflict, and
	// nothing changes, unless the log has the size b.First, its last block is
	// Published (or the log is empty), and every key given waits.
	Sequence(ctx context.Context, b *Block) error

	// Import appends a block that others vouch for, with its State and Note, and
	// keeps its Documents (one that stands already is left). Keys that wait are
	// removed from what waits. It is a fault.Conflict, and nothing changes, unless
	// the log has the size b.First, its last block is Published (or the log is
	// empty), and every key given waits.
	Import(ctx context.Context, b *Block) error

	// Withdraw removes the last block, its leaves, hashes and row, and lets back
	// wait again, before what waits. It is a fault.Conflict, and nothing changes,
	// unless the log has this size and its last block is not yet Marked.
	Withdraw(ctx context.Context, size uint64, back []Waiting) error

	// Advance moves the last block, if it has this size and is in the state from,
	// to the state to, and keeps the note (nil: what stands stays). Otherwise it is
	// a fault.Conflict, and nothing changes: somebody else was first.
	Advance(ctx context.Context, size uint64, from, to State, note []byte) error

	// Leaves gives the texts of the leaves [from, to). It is a fault.NotFound if
	// one of them is missing.
	Leaves(ctx context.Context, from, to uint64) ([][]byte, error)

	// Entries gives the leaves [from, to) with all that is kept of them. It is a
	// fault.NotFound if one of them is missing.
	Entries(ctx context.Context, from, to uint64) ([]Entry, error)

	// Hashes gives stored hashes by their index (tlog.StoredHashIndex), in the
	// order asked. It is a fault.NotFound if one of them is missing.
	Hashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error)

	// Document gives a document by its SHA-256; fault.NotFound if it is not there.
	Document(ctx context.Context, hash [32]byte) ([]byte, error)

	// Index gives where leaves stand, by key. A key that neither waits nor stands
	// in the log is not in the map.
	Index(ctx context.Context, keys []string) (map[string]Position, error)

	// Urgent gives the urgent leaves of before (At earlier or equal) that are in
	// no Published block and have no receipt, in the order in which they were
	// written. Covers and leaves without a key are none.
	Urgent(ctx context.Context, before time.Time) ([]Waiting, error)

	// PutReceipt keeps the receipt for a leaf. If one stands for the key nothing
	// changes, and that is no error.
	PutReceipt(ctx context.Context, key string, note []byte) error

	// Receipts gives the receipts of leaves that are in no Published block, in the
	// order in which they were put.
	Receipts(ctx context.Context) ([]Receipt, error)
}
