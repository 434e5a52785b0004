package main

import (
	"slices"

	life "github.com/rogatory/rogatory/lifecycle"
)

// What the design promises besides the twelve statements.

// way is the picture of design §6, stage by stage, with what may end a case at
// any time: withdrawing, annulling, upholding a challenge, a failed review.
var way = map[life.Stage][]life.Stage{
	life.Received:   {life.Screened, life.Refused, life.Withdrawn, life.Annulled, life.Closed},
	life.Screened:   {life.Returned, life.Redirected, life.Refused, life.Objected, life.Forwarded, life.Granted, life.Compelled, life.Withdrawn, life.Annulled, life.Closed},
	life.Returned:   {life.Received, life.Refused, life.Objected, life.Compelled, life.Withdrawn, life.Annulled, life.Closed},
	life.Redirected: {life.Screened, life.Compelled, life.Closed},
	life.Refused:    {life.Screened, life.Compelled, life.Closed},
	life.Objected:   {life.Received, life.Screened, life.Refused, life.Compelled, life.Withdrawn, life.Annulled},
	life.Forwarded:  {life.Returned, life.Refused, life.Objected, life.Granted, life.Denied, life.Compelled, life.Withdrawn, life.Annulled},
	life.Granted:    {life.Collected, life.Forwarded, life.Refused, life.Objected, life.Withdrawn, life.Annulled},
	life.Denied:     {life.Compelled, life.Closed},
	life.Compelled:  {life.Collected, life.Refused, life.Withdrawn, life.Annulled},
	life.Collected:  {life.Sealed, life.Granted, life.Compelled, life.Forwarded, life.Refused, life.Withdrawn, life.Annulled},
	life.Sealed:     {life.Disclosed, life.Granted, life.Compelled, life.Forwarded, life.Refused, life.Withdrawn, life.Annulled},
	life.Disclosed:  {life.Closed},
	life.Withdrawn:  {life.Closed},
	life.Annulled:   {life.Closed},
	life.Closed:     {life.Erased},
}

// ways is way as bits.
var ways = func() (bits [32]uint32) {
	for from, list := range way {
		for _, to := range list {
			bits[from] |= 1 << to
		}
	}
	return bits
}()

// arrows: a case goes only along the picture of its life. From screened to
// granted there is only the emergency lane; before a decision only a request
// that nobody accepted, or that asks to keep and nothing else, is closed.
func arrows(s *step) bool {
	b, a := s.before.Stage, s.after.Stage
	if a == b {
		return true
	}
	if ways[b]&(1<<a) == 0 {
		return false
	}
	if a == life.Granted && (b == life.Screened) && s.after.Basis != life.Need {
		return false
	}
	undecided := b == life.Received || b == life.Screened || b == life.Returned
	return a != life.Closed || !undecided || s.before.Duty == life.NoDuty || s.before.Lane == life.KeepOnly
}

// waiting: who is waited for fits the stage.
func waiting(s life.State) bool {
	switch s.Stage {
	case life.Returned:
		return s.Waiting == life.ForRequester
	case life.Objected:
		return s.Waiting == life.ForRequester || s.Waiting == life.ForEnforcing
	case life.Forwarded:
		return s.Waiting == life.Office || s.Waiting == life.ForCourt
	case life.Received, life.Screened, life.Granted, life.Compelled, life.Collected, life.Sealed:
		return s.Waiting == life.Office
	}
	return s.Waiting == life.ForNobody
}

// reasons: whoever decides says why: on the way of a case, on a sender, a
// challenge, a review, a delay, secrecy, a hold, a freeze, on what is asked
// afterwards; also whoever settles a dispute of facts or looks where they have
// no business. A refusal, an objection, another route and an offer name their
// grounds; refusals and objections only in the form the instrument leaves.
func reasons(s *step) bool {
	b, a := s.before, s.after
	if s.do == life.Offer && !s.has(life.Grounded) || s.into(life.Redirected) && !s.has(life.Grounded) {
		return false
	}
	ended := a.Challenge == life.Upheld || a.Review == life.ReviewFailed && b.Review != life.ReviewFailed ||
		b.Basis == life.Compulsion && a.Basis == life.NoBasis && s.has(life.DecisionSeen)
	if s.do == life.StateObjects && !s.has(life.Grounded) {
		return false
	}
	if (s.into(life.Refused) && !ended || s.into(life.Objected)) && !s.has(life.Grounded|life.FormFits) {
		return false
	}
	return s.has(life.Reasoned) || !inside(s.who) || !decision(s) && s.do != life.Withdraw
}

func decision(s *step) bool {
	b, a := s.before, s.after
	switch s.do {
	case life.LookOutside, life.Assert, life.ExtendPreserving, life.Exempt:
		return true
	}
	if a.Stage != b.Stage {
		switch a.Stage {
		case life.Screened, life.Returned, life.Redirected, life.Refused, life.Objected, life.Forwarded, life.Granted, life.Denied, life.Compelled:
			return true
		}
	}
	return a.Waiting == life.ForCourt && b.Waiting != life.ForCourt ||
		a.Sender == life.Doubted && b.Sender != life.Doubted ||
		b.Sender != life.Verified && a.Sender == life.Verified && !s.has(life.Authentic) ||
		a.Basis != b.Basis && a.Stage == b.Stage ||
		a.Postponed != b.Postponed && a.Stage == b.Stage ||
		a.Freeze != b.Freeze ||
		a.Challenge != b.Challenge && a.Challenge != life.Filed && a.Challenge != life.Appealed ||
		a.Review != b.Review ||
		a.Secrecy != b.Secrecy && a.Secret() ||
		a.Preservation == life.Held && b.Preservation != life.Held && !s.has(life.Linked) && !s.heldByFreeze() ||
		a.Onward != b.Onward && a.Onward == life.NotAsked ||
		a.Defence != b.Defence && a.Defence == life.NotAsked
}

// clockFloor: nothing leaves before the day the instrument allows. An authority
// can let pass early, be left out or object only while it is under way.
func clockFloor(s *step) bool {
	early := s.do == life.Clear || s.do == life.Exempt || s.do == life.StateObjects
	if early && !(returns(s.before.Stage) && s.before.Stage != life.Disclosed) {
		return false
	}
	return !s.leaves() || s.has(life.FloorPassed)
}

// postponing: a delay is ordered by a senior and has an end, where the instrument
// knows it and no life is at risk. Until it ends, or a
// senior ends it with reasons, nothing comes nearer to disclosure but what a
// court above compels; going back to collect again does not end it.
func postponing(s *step) bool {
	b, a := s.before, s.after
	if a.Postponed && !b.Postponed && !(s.who == life.Senior && s.has(life.Ends|life.FormFits) && b.Lane != life.Emergency) {
		return false
	}
	if !b.Postponed {
		return true
	}
	if s.nearer() && !s.begins(life.Compulsion) {
		return false
	}
	if a.Postponed || a.Stage != b.Stage && !(isGathering(b.Stage) && isGathering(a.Stage)) {
		return true
	}
	return s.who == life.Senior || s.who == life.Machine && s.has(life.Due)
}

// postponed: only what is under way is delayed.
func postponed(s life.State) bool {
	return !s.Postponed || s.Lane != life.Emergency && (s.Stage == life.Screened || s.Stage == life.Forwarded || isGathering(s.Stage))
}

// onward: what has left goes no further unless a court allows it, for a purpose
// with an end and against which no absolute bar is known. Silence is no.
// The defence asks to see what has left, or that what was refused stays.
func onward(s *step) bool {
	b, a := &s.before, &s.after
	if a.Defence == life.IsAsked && b.Defence != life.IsAsked && !b.Given && b.Stage != life.Refused && b.Stage != life.Denied {
		return false
	}
	if s.do != life.AllowOnward {
		return true
	}
	return s.byCourt() && s.before.Onward == life.IsAsked && s.has(life.BarFree|life.Ends)
}

// aftercare: only what has left is passed on.
func aftercare(s life.State) bool {
	return s.Given || s.Onward == life.NotAsked
}

// compulsion: the office follows a court above only if the decision was read,
// remedies are sought or it is said why not, two seniors act, and no more leaves
// than is compelled. Whatever was refused before stays refused when the
// compulsion falls, which it does by a decision read, by the requester's or the
// issuer's end, or by a judge who upholds a challenge; nobody else stops it.
func compulsion(s *step) bool {
	b, a := s.before, s.after
	if s.begins(life.Compulsion) && !(s.who == life.Senior && s.has(life.DecisionSeen|life.RemedySought|life.Within)) {
		return false
	}
	if b.Basis != life.Compulsion {
		return true
	}
	if s.leaves() && s.who != life.Senior {
		return false
	}
	if a.Basis == life.Compulsion {
		return true
	}
	switch {
	case s.into(life.Withdrawn), s.into(life.Annulled):
		return true
	case a.Challenge == life.Upheld && b.Challenge != life.Upheld:
		return s.into(life.Refused) && s.who == life.Judge
	case s.into(life.Refused), b.Given && a.Stage == b.Stage:
		return s.has(life.DecisionSeen)
	}
	return false
}

// compelled: the stage says whether a court above compels.
func compelled(s life.State) bool {
	switch s.Stage {
	case life.Compelled:
		return s.Basis == life.Compulsion
	case life.Granted:
		return s.Basis != life.Compulsion
	}
	return true
}

// reports: what others are said to have done counts with proof on file: that
// the issuer annulled, that the requester withdrew, that the recipient erased,
// that an authority objected; that it let it pass when the document was read. A
// public duty is settled by a signature of whoever may.
func reports(s *step) bool {
	claim := s.into(life.Annulled) || s.do == life.Annul || s.do == life.Clear || s.do == life.StateObjects ||
		s.do == life.Withdraw && s.who != life.Requester ||
		s.after.Remedy == life.Confirmed && s.before.Remedy != life.Confirmed
	return (!claim || s.has(life.Proven)) && (s.do != life.Clear || s.has(life.DecisionSeen)) && (s.do != life.SettleDuty || s.has(life.SettlementSigned))
}

// repeatable are acts that may be said again, or that only note something.
var repeatable = []life.Event{
	life.Look, life.LookOutside, life.SeeLooks, life.Assert, life.Assign, life.Unassign, life.Clear, life.Exempt, life.StateObjects, life.Escalate, life.Note, life.Propose,
	life.Screen, life.Apply, life.Maintain, life.Postpone, life.ExtendPreserving, life.HoldBeyond, life.Hold, life.TellOne, life.PlanNotice, life.Bounce, life.Fetch, life.JoinChallenge, life.SettleDuty,
}

// emptyRecord: outsiders check the record, so it does not tell of acts that did
// nothing: a thaw of what was not frozen, a doubt about who is in doubt.
func emptyRecord(s *step) bool {
	if s.before != s.after {
		return true
	}
	if s.do == life.Withdraw || s.do == life.Annul {
		return s.before.Given // erasure is owed already
	}
	return slices.Contains(repeatable, s.do)
}

// erasure: it is owed when a request is withdrawn or annulled after data left,
// when a challenge is upheld, a review failed or a compulsion lifted, and for
// nothing else. Once owed it is demanded, and once demanded confirmed.
func erasure(s *step) bool {
	b, a := s.before, s.after
	if b.Given && a.Remedy == life.NoRemedy &&
		(s.do == life.Withdraw || s.do == life.Annul || b.Basis == life.Compulsion && a.Basis == life.NoBasis) {
		return false
	}
	if a.Remedy == b.Remedy {
		return true
	}
	switch a.Remedy {
	case life.Owed:
		return b.Remedy == life.NoRemedy &&
			(s.do == life.Withdraw || s.do == life.Annul ||
				a.Challenge == life.Upheld && b.Challenge != life.Upheld ||
				a.Review == life.ReviewFailed && b.Review != life.ReviewFailed ||
				b.Basis == life.Compulsion && a.Basis == life.NoBasis)
	case life.Demanded:
		return b.Remedy == life.Owed
	case life.Confirmed:
		return b.Remedy == life.Demanded
	}
	return false
}

// remedy: nothing is to be erased elsewhere that has not left.
func remedy(s life.State) bool {
	return s.Remedy == life.NoRemedy || s.Given
}

// deciders: an administrator, the public and nobody cause nothing. The requester
// and the person ask, answer and withdraw, and the requester fetches what was given. The machine reads clocks, verifies
// and screens: it ends what was given a time, when the time has come, takes back a
// telling that is known not to have arrived, and makes nothing that a person has
// to answer for.
func deciders(s *step) bool {
	b, a := s.before, s.after
	switch s.who {
	case life.Nobody, life.Administrator, life.Public:
		return false
	case life.Requester, life.Person:
		if s.do == life.Fetch && (!b.Given || b.Sender != life.Verified || stops(b.Freeze) || !s.has(life.KeyEnrolled)) {
			return false
		}
		return !s.nearer() && !decision(s) && a.Duty == b.Duty && a.Sender == b.Sender && !s.into(life.Closed) && !s.into(life.Erased)
	case life.Machine:
		verifies := b.Sender == life.Quarantined && a.Sender == life.Verified && s.has(life.Authentic)
		screens := a.Stage == life.Screened && b.Stage <= life.Screened && b.Sender == a.Sender
		takesBack := s.do == life.Bounce && s.has(life.Proven) && b.Duty != life.NoDuty
		if !verifies && !screens && !takesBack && !s.has(life.Due) {
			return false
		}
		return !machineDecides(s)
	}
	return true
}

func machineDecides(s *step) bool {
	b, a := s.before, s.after
	failed := a.Review == life.ReviewFailed && b.Review != life.ReviewFailed
	return s.nearer() ||
		s.into(life.Returned) || s.into(life.Redirected) || s.into(life.Objected) || s.into(life.Denied) ||
		s.into(life.Refused) && !failed ||
		a.Secrecy != b.Secrecy && a.Secret() ||
		a.Duty == life.Settled && b.Duty != life.Settled ||
		a.Sender == life.Doubted && b.Sender != life.Doubted ||
		a.Challenge != b.Challenge && a.Challenge != life.Overdue ||
		holdsData(a.Preservation) && !holdsData(b.Preservation) ||
		stops(a.Freeze) && !stops(b.Freeze)
}
