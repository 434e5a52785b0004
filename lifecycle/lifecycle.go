// Package lifecycle is the life of a case: its states, the events that change
// them, who may cause which, and what must hold. All of it is one table,
// readable by whoever has to answer for it; Next is the only way from one state
// to another, and the picture in docs is drawn from the same table.
//
// States are finite and time is an event. What depends on a case's papers (is
// the gate met, is this a second person, has the clock's floor passed) comes in
// as a Circumstance; the zero Circumstances hold nothing, so what nobody has
// established stops. The package promises the statements that the model walks
// through every reachable state; it refuses to know names, dates or data.
package lifecycle

// A Stage is how far a case has come.
type Stage uint8

// The stages.
const (
	Received Stage = iota
	Screened
	Returned   // questions or an offer are with the requester
	Redirected // another route or instrument was named
	Refused
	Objected // a provider's objection under an instrument that allows no refusal
	Forwarded
	Granted
	Denied // by the court
	Compelled
	Collected
	Sealed
	Disclosed
	Withdrawn
	Annulled
	Closed
	Erased // the key is gone; what is left is the chain
	stages
)

var stageNames = [stages]string{
	"received", "screened", "returned", "redirected", "refused", "objected", "forwarded", "granted",
	"denied", "compelled", "collected", "sealed", "disclosed", "withdrawn", "annulled", "closed", "erased",
}

// String gives the word for s.
func (s Stage) String() string { return stageNames[s] }

// Stages is every stage, in the order of a life.
func Stages() []Stage {
	list := make([]Stage, 0, stages)
	for s := range stages {
		list = append(list, s)
	}
	return list
}

// A State is where a case stands on every track. The zero State is a request
// that has just come from nobody knows whom.
type State struct {
	Stage        Stage
	Sender       Sender
	Lane         Lane
	Waiting      Waiting
	Basis        Basis
	Preservation Preservation
	Duty         Duty
	Secrecy      Secrecy
	Challenge    Challenge
	Remedy       Remedy
	Review       Review
	Freeze       Freeze
	Onward       Asked // the requester wants to pass data on
	Defence      Asked // the defence wants to see
	Postponed    bool
	Given        bool // something has left
}

// Open reports whether anything is still owed to anybody.
func (s State) Open() bool {
	return s.Stage != Erased && (s.Stage != Closed || s.owes())
}

// owes reports whether an aftercare track is unfinished.
func (s State) owes() bool {
	return s.Duty == DutyOpen || s.Challenge.undecided() || s.Remedy == Owed || s.Remedy == Demanded ||
		s.Review == ReviewDue || s.Onward == IsAsked || s.Defence == IsAsked || s.Freeze.stops()
}

// keptForNothing reports whether nothing can come of the case any more for which
// data would be kept: only who holds them keeps them.
func (s State) keptForNothing() bool {
	return rejecting.Has(s.Stage) || s.Challenge == Upheld && !s.Given
}

// Secret reports whether the person may not be told.
func (s State) Secret() bool { return s.Secrecy >= First && s.Secrecy <= Beyond }
