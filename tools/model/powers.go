package main

import (
	"slices"

	life "github.com/rogatory/rogatory/lifecycle"
)

// A track is one member of a state, as a bit.
type track uint32

const (
	ofSender track = 1 << iota
	ofWaiting
	ofBasis
	ofPreservation
	ofDuty
	ofSecrecy
	ofChallenge
	ofRemedy
	ofReview
	ofFreeze
	ofOnward
	ofDefence
	ofPostponing
	ofGiving
	ofLane
)

// changed gives the tracks a step changes, but for the stage.
func (s *step) changed() track {
	var all track
	b, a := &s.before, &s.after
	for _, t := range [...]struct {
		track   track
		differs bool
	}{
		{ofSender, b.Sender != a.Sender}, {ofWaiting, b.Waiting != a.Waiting}, {ofBasis, b.Basis != a.Basis},
		{ofPreservation, b.Preservation != a.Preservation}, {ofDuty, b.Duty != a.Duty}, {ofSecrecy, b.Secrecy != a.Secrecy},
		{ofChallenge, b.Challenge != a.Challenge}, {ofRemedy, b.Remedy != a.Remedy}, {ofReview, b.Review != a.Review},
		{ofFreeze, b.Freeze != a.Freeze}, {ofOnward, b.Onward != a.Onward}, {ofDefence, b.Defence != a.Defence},
		{ofPostponing, b.Postponed != a.Postponed && b.Stage == a.Stage}, {ofGiving, b.Given != a.Given}, {ofLane, b.Lane != a.Lane},
	} {
		if t.differs {
			all |= t.track
		}
	}
	return all
}

// A power is what a role may bring about: the stages it may bring a case to,
// the tracks it may change, and what it may put on record without changing any.
type power struct {
	into    uint32
	tracks  track
	records []life.Event
}

func stagesOf(list ...life.Stage) (bits uint32) {
	for _, s := range list {
		bits |= 1 << s
	}
	return bits
}

var looking = []life.Event{life.Look, life.LookOutside, life.Note}

// powersOf divides the house. Intake enters what others say, asks, and puts
// away; it decides nothing. Reviewers and seniors decide requests, and enter what
// a court decided on paper. The judge decides what a court decides and nothing of
// the office's. The custodian alone looks for data, and does nothing else. The
// notifier tells. Oversight stops, judges challenges and tells when nobody has in
// time or after an unjustified emergency; it never decides a request. Who asks and
// who is concerned ask, answer, challenge and withdraw, and see nothing of the rest.
var powersOf = map[life.Role]power{
	life.Intake: {
		stagesOf(life.Received, life.Returned, life.Withdrawn, life.Closed),
		ofSender | ofWaiting | ofBasis | ofPreservation | ofDuty | ofChallenge | ofRemedy | ofOnward | ofDefence,
		append(slices.Clone(looking), life.Assign, life.Unassign, life.Clear, life.StateObjects, life.Propose, life.Maintain, life.Withdraw, life.JoinChallenge),
	},
	life.Reviewer: {
		stagesOf(life.Returned, life.Redirected, life.Refused, life.Objected, life.Forwarded, life.Granted, life.Denied, life.Sealed, life.Disclosed, life.Annulled, life.Closed),
		ofSender | ofWaiting | ofBasis | ofPreservation | ofDuty | ofSecrecy | ofRemedy | ofReview | ofOnward | ofGiving | ofLane,
		append(slices.Clone(looking), life.Assert, life.Clear, life.Exempt, life.StateObjects, life.Propose, life.ExtendPreserving, life.Hold, life.Apply, life.Annul),
	},
	life.Senior: {
		stagesOf(life.Screened, life.Returned, life.Redirected, life.Refused, life.Objected, life.Forwarded, life.Granted, life.Denied, life.Compelled, life.Disclosed, life.Annulled, life.Closed),
		ofSender | ofWaiting | ofBasis | ofPreservation | ofDuty | ofSecrecy | ofChallenge | ofRemedy | ofReview | ofOnward | ofDefence | ofPostponing | ofGiving | ofLane,
		append(slices.Clone(looking), life.Assert, life.Assign, life.Unassign, life.Clear, life.Exempt, life.StateObjects, life.Propose, life.ExtendPreserving, life.Hold, life.Apply, life.Annul, life.Postpone, life.HoldBeyond),
	},
	life.Judge: {
		stagesOf(life.Granted, life.Denied, life.Forwarded, life.Refused, life.Disclosed),
		ofWaiting | ofBasis | ofPreservation | ofDuty | ofSecrecy | ofChallenge | ofRemedy | ofReview | ofOnward | ofDefence | ofGiving,
		append(slices.Clone(looking), life.Assert, life.Propose, life.Hold, life.SettleDuty),
	},
	life.Custodian: {stagesOf(life.Granted, life.Compelled, life.Collected, life.Sealed), 0, looking},
	life.Notifier:  {0, ofDuty | ofSecrecy | ofRemedy, append(slices.Clone(looking), life.TellOne, life.PlanNotice, life.Propose, life.SettleDuty)},
	life.Oversight: {
		stagesOf(life.Refused),
		ofSender | ofWaiting | ofBasis | ofPreservation | ofDuty | ofSecrecy | ofChallenge | ofRemedy | ofFreeze,
		[]life.Event{life.Look, life.Note, life.SeeLooks, life.Propose, life.TellOne, life.SettleDuty},
	},
	life.Requester: {
		stagesOf(life.Received, life.Withdrawn, life.Annulled),
		ofWaiting | ofBasis | ofPreservation | ofRemedy | ofOnward | ofDefence,
		[]life.Event{life.Maintain, life.Withdraw, life.Annul, life.Fetch},
	},
	life.Person: {0, ofChallenge | ofDefence, []life.Event{life.JoinChallenge}},
	life.Machine: {
		stagesOf(life.Screened, life.Refused, life.Forwarded, life.Withdrawn, life.Closed, life.Erased),
		ofSender | ofWaiting | ofBasis | ofPreservation | ofDuty | ofSecrecy | ofChallenge | ofRemedy | ofReview | ofFreeze | ofOnward | ofPostponing | ofLane,
		[]life.Event{life.Screen, life.Escalate, life.Bounce},
	},
}

// powers is powersOf by role, for very many steps.
var powers = func() (list [life.Machine + 1]power) {
	for role, p := range powersOf {
		list[role] = p
	}
	return list
}()

// ownWork: each role brings about what is its own, and nothing else. The senior
// does not seal, the judge does not forward, intake does not ask back what was forwarded, the key of a case goes by its clock
// and by nobody's hand.
func ownWork(s *step) bool {
	p := &powers[s.who]
	if s.before == s.after {
		return slices.Contains(p.records, s.do)
	}
	if s.after.Stage != s.before.Stage {
		if p.into&(1<<s.after.Stage) == 0 {
			return false
		}
		if s.who == life.Judge && s.into(life.Refused) && s.before.Review == s.after.Review && s.before.Challenge == s.after.Challenge {
			return false
		}
		if s.who == life.Oversight && s.before.Challenge == s.after.Challenge {
			return false
		}
		if s.who == life.Intake && s.into(life.Returned) && s.before.Stage != life.Screened {
			return false
		}
		if s.who == life.Judge && s.into(life.Forwarded) && s.before.Basis != life.Order {
			return false
		}
	}
	return s.changed()&^p.tracks == 0
}
