// Package ledger says what stands in the public log: leaves, the documents they
// name by hash, commitments to what is not shown, and the encodings in which a
// log is published.
//
// It promises that everything has one form: what parses is, byte for byte, what
// its value prints. A leaf with any other byte is another leaf or none. It
// promises that what is committed stays hidden from whoever lacks the key of the
// leaf, also from one who knows every value that could stand in it.
//
// It refuses free text in leaves: whoever writes to the log can put neither
// personal data nor anything else of their own choice into it.
//
// The log itself follows C2SP (signed notes, tlog-checkpoint, tlog-tiles), so
// that witnesses and verifiers made by others work on it.
package ledger

import "crypto/sha256"

// version begins the first line of everything that this package prints, and
// every hash that it takes.
const version = "rogatory/v1 "

// Limits on what is read.
const (
	MaxLeaf     = 1024    // bytes of a leaf
	MaxDocument = 1 << 16 // bytes of a document, and of an opening
	MaxValue    = 4096    // bytes of a field of an event
)

// A Hash is a SHA-256.
type Hash = [32]byte

// DocumentHash is the hash by which a leaf names a document, and the document
// is found in the published folder.
func DocumentHash(text []byte) Hash { return sha256.Sum256(text) }
