package entry

import (
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// A Finding is what a file proves, and what it does not.
type Finding struct {
	Origin     string
	Checkpoint monitor.Signed // under which everything stands; who cosigned it, when
	Entries    []Opened
	Duties     []Duty
	Refused    []Refused  // settlements that stand in the log and have no effect
	NotProved  []Unproved // in the order of the list below
}

// An Opened is an entry of the log that commits to an event.
type Opened struct {
	Index   uint64
	Kind    ledger.Kind
	Epoch   ledger.Epoch // as the log says
	Entered Between      // as witnesses say
	Values  ledger.Event // the fields that are opened, each proved
	Shut    []string     // the fields that are not
	Counted []string     // where it counts in the reports, by dimension; nil: not shown
}

// Between bounds a time. A zero time is no bound.
type Between struct{ NotBefore, NotAfter time.Time }

// Refused is a settlement without effect, and why.
type Refused struct {
	Index uint64
	Why   string
}

// A Duty is a duty with what became of it, up to the checkpoint.
type Duty struct {
	ID         ledger.ID // under which it was opened
	Class      ledger.Class
	Index      uint64
	Opened     ledger.Epoch
	Entered    Between
	Due        ledger.Date // by the last extension
	FirstDue   ledger.Date
	Extensions int
	Held       bool // extended beyond the limit of the policy

	Settled   ledger.Settlement // empty: nothing here shows that it was
	By        ledger.Role
	SettledAt Between
	SettledIn ledger.Epoch // for which it was signed
	Late      bool         // it was signed for a day after it was due
}

// Unproved names something that a file does not prove. The list is closed.
type Unproved string

// What is not proved. The first three no file can prove.
const (
	Truth         Unproved = "truth"         // that what was typed is true
	Complete      Unproved = "complete"      // that there are no other entries about the case
	Since         Unproved = "since"         // what happened after the checkpoint
	Witnesses     Unproved = "witnesses"     // nobody said which witnesses count
	Quorum        Unproved = "quorum"        // too few witnesses cosigned the checkpoint
	Entered       Unproved = "entered"       // when some entry came in
	Shut          Unproved = "shut"          // what stands in fields that are not opened
	NoDuty        Unproved = "duty"          // that a duty to tell was opened
	Limits        Unproved = "limits"        // what the policy allowed
	RoleKeys      Unproved = "role-keys"     // that the keys of the roles are in the right hands
	SameKey       Unproved = "same-key"      // that roles are held apart: one key stands for several
	Demonstration Unproved = "demonstration" // anything by signatures: the keys are known to all
)
