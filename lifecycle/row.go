package lifecycle

import "strings"

// A Row allows one event: who may cause it, at which stages, what must hold,
// and what it does. What no row allows does not happen.
type Row struct {
	Do    Event
	By    Roles
	From  StageSet
	Needs []Guard
	To    Stage // Stay: the stage stays
	Then  []Effect
}

// Stay is the To of a row that leaves the stage as it is.
const Stay = stages

// A StageSet is a set of stages.
type StageSet uint32

func at(list ...Stage) StageSet {
	var set StageSet
	for _, s := range list {
		set |= 1 << s
	}
	return set
}

// Has reports whether s is in the set.
func (set StageSet) Has(s Stage) bool { return set&(1<<s) != 0 }

// List gives the members in order.
func (set StageSet) List() []Stage {
	var list []Stage
	for s := range stages {
		if set.Has(s) {
			list = append(list, s)
		}
	}
	return list
}

// String lists the members.
func (set StageSet) String() string {
	var names []string
	for _, s := range set.List() {
		names = append(names, s.String())
	}
	return strings.Join(names, ", ")
}

// Sets of stages that rows share.
var (
	anyStage  = at(Stages()...) &^ at(Erased)
	alive     = anyStage &^ at(Closed)
	fresh     = at(Received, Screened, Returned)
	gathering = at(Granted, Compelled, Collected, Sealed)
	underway  = at(Received, Screened, Returned, Objected, Forwarded) | gathering
	decided   = at(Redirected, Refused, Objected, Denied, Disclosed, Withdrawn, Annulled, Closed) | gathering
	rejecting = at(Refused, Denied, Withdrawn, Annulled)
	over      = rejecting | at(Redirected, Closed)
	ended     = at(Redirected, Refused, Denied, Disclosed, Withdrawn, Annulled)
)

// An Effect changes one track.
type Effect struct {
	Name string
	do   func(*State)
}

// Effects.
var (
	verify        = Effect{"sender verified", func(s *State) { s.Sender = Verified }}
	openDuty      = Effect{"duty opened", func(s *State) { s.Duty = max(s.Duty, DutyOpen) }}
	reopenDuty    = Effect{"duty open, also if settled before", func(s *State) { s.Duty = DutyOpen }}
	settle        = Effect{"duty settled", func(s *State) { s.Duty, s.Secrecy = Settled, Over }}
	ordinaryLane  = Effect{"ordinary lane", func(s *State) { s.Lane = Ordinary }}
	emergencyLane = Effect{"emergency lane", func(s *State) { s.Lane = Emergency }}
	keepLane      = Effect{"preservation lane", func(s *State) { s.Lane = KeepOnly }}
	unbase        = Effect{"nothing authorises", func(s *State) { s.Basis = NoBasis }}
	onOrder       = Effect{"grant in force", func(s *State) { s.Basis = Order }}
	onCompulsion  = Effect{"compelled", func(s *State) { s.Basis = Compulsion }}
	onNeed        = Effect{"emergency", func(s *State) { s.Basis = Need }}
	keep          = Effect{"data kept", func(s *State) { s.Preservation = Kept }}
	holdKept      = Effect{"data held", func(s *State) { s.Preservation = Held }}
	letLapse      = Effect{"no longer held", func(s *State) { s.Preservation = Kept }}
	eraseKept     = Effect{"kept data erased", func(s *State) { s.Preservation = Gone }}
	eraseUnheld   = Effect{"kept data erased unless held; while frozen, held", func(s *State) {
		switch {
		case s.Preservation != Kept:
		case s.Freeze.stops():
			s.Preservation = Held
		default:
			s.Preservation = Gone
		}
	}}
	firstSecrecy  = Effect{"secret", func(s *State) { s.Secrecy = First }}
	moreSecrecy   = Effect{"secrecy extended", func(s *State) { s.Secrecy++ }}
	beyondSecrecy = Effect{"held beyond the limit", func(s *State) { s.Secrecy = Beyond }}
	endTheSecrecy = Effect{"secrecy over", func(s *State) { s.Secrecy = Over }}
	fileIt        = Effect{"challenge filed", func(s *State) { s.Challenge = Filed }}
	runOver       = Effect{"challenge overdue", func(s *State) { s.Challenge = Overdue }}
	rejectIt      = Effect{"challenge rejected", func(s *State) { s.Challenge = Rejected }}
	appealIt      = Effect{"appealed", func(s *State) { s.Challenge = Appealed }}
	dismissIt     = Effect{"appeal dismissed", func(s *State) { s.Challenge = Dismissed }}
	upholdIt      = Effect{"challenge upheld", func(s *State) { s.Challenge = Upheld }}
	owe           = Effect{"erasure owed", func(s *State) { s.Remedy = max(s.Remedy, Owed) }}
	demand        = Effect{"erasure demanded", func(s *State) { s.Remedy = Demanded }}
	confirm       = Effect{"erasure confirmed", func(s *State) { s.Remedy = Confirmed }}
	review        = Effect{"review due", func(s *State) { s.Review = ReviewDue }}
	reviewGood    = Effect{"review upheld", func(s *State) { s.Review = ReviewUpheld }}
	reviewBad     = Effect{"review failed", func(s *State) { s.Review = ReviewFailed }}
	freezeOne     = Effect{"frozen", func(s *State) { s.Freeze = Frozen }}
	freezeTwo     = Effect{"frozen by two", func(s *State) { s.Freeze = FrozenByTwo }}
	unfreeze      = Effect{"freeze over", func(s *State) { s.Freeze = Lapsed }}
	postponeIt    = Effect{"postponed", func(s *State) { s.Postponed = true }}
	goOn          = Effect{"no longer postponed", func(s *State) { s.Postponed = false }}
	giveIt        = Effect{"data given", func(s *State) { s.Given = true }}
	askOn         = Effect{"onward transfer asked", func(s *State) { s.Onward = IsAsked }}
	decideOn      = Effect{"onward transfer decided", func(s *State) { s.Onward = NotAsked }}
	askDef        = Effect{"the defence asks", func(s *State) { s.Defence = IsAsked }}
	answerDef     = Effect{"the defence answered", func(s *State) { s.Defence = NotAsked }}
	waitOffice    = wait(Office)
	waitRequester = wait(ForRequester)
	waitCourt     = wait(ForCourt)
	waitEnforcing = wait(ForEnforcing)
	waitNobody    = wait(ForNobody)
	doubtIt       = Effect{"sender in doubt", func(s *State) { s.Sender = Doubted }}
)

func wait(w Waiting) Effect {
	return Effect{"waits for " + w.String(), func(s *State) { s.Waiting = w }}
}
