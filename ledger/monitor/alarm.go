package monitor

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rogatory/rogatory/ledger"
)

// A Kind is what an alarm is about. The list is closed.
type Kind string

// What a single leaf, or its place, shows.
const (
	NotCanonical    Kind = "not-canonical"      // a leaf that is not in its one form
	UnknownKind     Kind = "unknown-kind"       // a leaf of a kind that does not exist
	OutOfPlace      Kind = "out-of-place"       // a leaf where none of its kind may stand
	BlockSize       Kind = "block-size"         // a block of more or fewer sealed leaves than the policy says
	EpochOrder      Kind = "epoch-order"        // an epoch that is not later than the one before, or a leaf of another epoch
	Gap             Kind = "gap"                // epochs without a block
	DutyNotMonthEnd Kind = "duty-not-month-end" // a date that may tell when a request came in
	DutyTooLate     Kind = "duty-too-late"      // a duty that is due later than the policy allows
	DuplicateDuty   Kind = "duplicate-duty"     // a duty under a name that was used before
	UnknownDuty     Kind = "unknown-duty"       // a settlement of a duty that was never opened
	SettledTwice    Kind = "settled-twice"      // a settlement of a duty that is settled
	WrongRole       Kind = "wrong-role"         // a signature by a key whose role may not sign this
	BadSignature    Kind = "bad-signature"      // a signature that does not verify
	OutOfWindow     Kind = "out-of-window"      // a settlement published before, or long after, it was signed
	HeldBeyond      Kind = "held-beyond"        // secrecy extended more often or for longer than the policy allows
	RolesChanged    Kind = "roles-changed"      // other keys hold from now on
	PolicyChanged   Kind = "policy-changed"     // other limits hold
	Recovered       Kind = "recovered"          // the log was restored from what is published
	MissingDocument Kind = "missing-document"   // a document that a leaf names is not there, or is none
	Unreleased      Kind = "unreleased"         // a program that nobody has released
	ReportMismatch  Kind = "report-mismatch"    // a report that is not what the leaves add up to
	Conservation    Kind = "conservation"       // requests were accepted without a duty to notify, or the reverse
	SameKey         Kind = "same-key-in-two-roles"
	Demonstration   Kind = "demonstration" // keys made for a demonstration: their signatures say nothing
)

// What is derived from all leaves and the time.
const (
	Overdue       Kind = "overdue"        // a duty is open although its date and the days of grace are over
	OverdueSilent Kind = "overdue-silent" // a duty is past due and the log has fallen silent
	BrokenPromise Kind = "broken-promise" // a provisional receipt stands that should have been replaced
)

// What the published files as a whole show.
const (
	BadCheckpoint Kind = "bad-checkpoint" // the checkpoint is not signed by the log
	NoQuorum      Kind = "no-quorum"      // too few witnesses cosigned
	Silent        Kind = "silent"         // nothing new was published for too long
	RolledBack    Kind = "rolled-back"    // a checkpoint smaller than one seen before
	Forked        Kind = "forked"         // two checkpoints that no one log can have
	Rewritten     Kind = "rewritten"      // a leaf that is not the one under the checkpoint
	Withheld      Kind = "withheld"       // leaves under the checkpoint that are not published
)

// Notice reports whether alarms of this kind say what everybody should know and
// which is no fault by itself.
func (k Kind) Notice() bool {
	switch k {
	case RolesChanged, PolicyChanged, SameKey, Demonstration:
		return true
	}
	return false
}

// An Alarm is one thing that is wrong, or should be known, with where to look.
type Alarm struct {
	Kind  Kind
	Index uint64     // of the leaf it is about; the size of the log if it is about none
	Duty  *ledger.ID // nil: it is about no duty
	Text  string     // one sentence
	At    time.Time  // of the block in which the leaf stands; zero: none

	// What proves it beside the leaf itself: other leaves, and documents by hash.
	Leaves []uint64
	Docs   []ledger.Hash // of a broken promise: the hash that was promised

	// Evidence proves by itself, to whoever has the key of the log, what a reader
	// would otherwise have to look up: see CheckEvidence. The follower adds it.
	Evidence []byte
}

// Key names the alarm: the same finding has the same key in every run, so that
// whoever keeps a list says everything once.
func (a Alarm) Key() string {
	key := string(a.Kind) + " " + strconv.FormatUint(a.Index, 10)
	if a.Duty != nil {
		key += fmt.Sprintf(" %x", a.Duty[:])
	}
	if a.Kind == BrokenPromise && len(a.Docs) > 0 {
		key += fmt.Sprintf(" %x", a.Docs[0])
	}
	return key
}
