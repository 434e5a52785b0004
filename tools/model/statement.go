package main

import life "github.com/rogatory/rogatory/lifecycle"

// A statement is one promise of the design, checked without looking at the
// table: of every step, and of every state that can be reached.
type statement struct {
	name  string
	step  func(*step) bool      // nil: it says nothing about steps
	state func(life.State) bool // nil: it says nothing about states
}

// statements are the twelve of the design, and those it promises elsewhere.
// The twelfth, that no state is a trap, is about all states together: traps.
var statements = []statement{
	{"1 nothing leaves without authority", authorised, authority},
	{"2 nobody releases alone", together, nil},
	{"3 a signed ground is overridden by nobody", final, nil},
	{"4 a duty before anything is decided", dutyFirst, told},
	{"5 secrecy has an end", secrecyEnds, secrecyBounded},
	{"6 quarantine", admitted, quarantined},
	{"7 preservation discloses nothing", preserving, keptApart},
	{"8 the emergency lane", emergency, reviewed},
	{"9 a challenge blocks", challenged, upheldHolds},
	{"10 sender and key", senderAndKey, nil},
	{"11 freezing and deciding", freezing, nil},
	{"12 closed is settled", closing, closed},
	{"13 the way of a case", arrows, waiting},
	{"14 reasons always", reasons, nil},
	{"15 the clock's floor", clockFloor, nil},
	{"16 postponing", postponing, postponed},
	{"17 onward transfer", onward, aftercare},
	{"18 compelled", compulsion, compelled},
	{"19 reports are proven", reports, nil},
	{"20 no empty record", emptyRecord, nil},
	{"21 erasure is owed for a reason", erasure, remedy},
	{"22 machines and outsiders decide nothing", deciders, nil},
	{"23 each role its own work", ownWork, nil},
}

// A step is one event that happened.
type step struct {
	before, after life.State
	move
}

// A move is one event by one role, under some circumstances.
type move struct {
	who  life.Role
	do   life.Event
	with life.Circumstances
}

func (s *step) has(c life.Circumstances) bool { return s.with.Has(c) }

// into reports whether the step brings the case to a stage it was not at.
func (s *step) into(stage life.Stage) bool {
	return s.after.Stage == stage && s.before.Stage != stage
}

// leaves reports whether something leaves the house by this step.
func (s *step) leaves() bool {
	return s.into(life.Disclosed) || s.after.Given && !s.before.Given
}

// begins reports whether the step puts a basis in force.
func (s *step) begins(b life.Basis) bool {
	return s.after.Basis == b && (s.before.Basis != b || s.after.Stage != s.before.Stage && !isGathering(s.before.Stage) && isGathering(s.after.Stage))
}

func isGathering(s life.Stage) bool {
	return s == life.Granted || s == life.Compelled || s == life.Collected || s == life.Sealed
}

// nearness is how near to disclosure a state is.
func nearness(s life.State) int {
	switch s.Stage {
	case life.Forwarded:
		if s.Waiting == life.ForCourt {
			return 2
		}
		return 1
	case life.Granted, life.Compelled:
		return 3
	case life.Collected:
		return 4
	case life.Sealed:
		return 5
	case life.Disclosed:
		return 6
	}
	return 0
}

// nearer reports whether the step brings the case nearer to disclosure.
func (s *step) nearer() bool {
	return s.into(life.Disclosed) || s.before.Stage != life.Closed && nearness(s.after) > nearness(s.before)
}

// office reports whether a person inside acts who is no court.
func office(r life.Role) bool {
	switch r {
	case life.Intake, life.Reviewer, life.Senior, life.Custodian, life.Notifier:
		return true
	}
	return false
}

// inside reports whether somebody acts who answers for what the office does.
func inside(r life.Role) bool {
	return office(r) || r == life.Judge || r == life.Oversight
}

// byCourt reports whether a court decided: the judge, or a decision on paper
// that was read.
func (s *step) byCourt() bool {
	return s.who == life.Judge || office(s.who) && s.has(life.DecisionSeen)
}

// courtAct reports whether the step is an act that only a court can do.
func (s *step) courtAct() bool {
	b, a := s.before, s.after
	return s.begins(life.Order) ||
		s.into(life.Denied) ||
		b.Basis == life.Order && s.into(life.Forwarded) ||
		a.Secrecy != b.Secrecy && a.Secrecy != life.Beyond && a.Secret() ||
		b.Secret() && !a.Secret() && a.Duty == b.Duty ||
		a.Preservation == life.Held && b.Preservation != life.Held && !s.has(life.Linked) && !s.heldByFreeze() ||
		s.do == life.AllowOnward
}

// heldByFreeze reports whether data that would be erased are held instead, since
// oversight has frozen the case.
func (s *step) heldByFreeze() bool {
	b, a := &s.before, &s.after
	return stops(b.Freeze) && uselessToKeep(*a) && (a.Stage != b.Stage || a.Challenge != b.Challenge)
}

// owing reports whether anybody still waits for something from the office.
func owing(s life.State) bool {
	return s.Duty == life.DutyOpen ||
		s.Challenge == life.Filed || s.Challenge == life.Overdue || s.Challenge == life.Appealed ||
		s.Remedy == life.Owed || s.Remedy == life.Demanded ||
		s.Review == life.ReviewDue ||
		s.Onward == life.IsAsked || s.Defence == life.IsAsked ||
		s.Freeze == life.Frozen || s.Freeze == life.FrozenByTwo
}

func stops(f life.Freeze) bool { return f == life.Frozen || f == life.FrozenByTwo }

func holdsData(p life.Preservation) bool { return p == life.Kept || p == life.Held }
