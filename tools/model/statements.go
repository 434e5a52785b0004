package main

import life "github.com/rogatory/rogatory/lifecycle"

// The twelve statements of the design, in their order; the fourth is in
// telling.go, the seventh in keeping.go.

// authorised: nothing leaves but what was authorised, by somebody who may
// decide on that kind of data, and while the authority is in force. Each gate
// on the way is asked; what is not known there does not pass. A compulsion
// overrides what it overrides: what it leaves standing holds for what leaves.
// Nothing leaves over an objection of the enforcing authority, and only two who
// read its document say that it is withdrawn. A court decides only on what was
// put before it, and names an end. What leaves stands in the public log before.
func authorised(s *step) bool {
	if s.leaves() {
		if s.before.Stage != life.Sealed || s.before.Basis == life.NoBasis || !s.has(life.Within) {
			return false
		}
		gate := life.DisclosureMet
		if s.before.Basis == life.Compulsion {
			gate = life.CompelledMet
		}
		if !s.has(gate | life.NoObjection | life.Published) {
			return false
		}
	}
	if s.begins(life.Order) && !(s.byCourt() && s.before.Waiting == life.ForCourt && s.has(life.CourtMet|life.Competent|life.Within|life.Ends)) {
		return false
	}
	if (s.into(life.Collected) || s.into(life.Sealed)) && !s.has(life.Within) {
		return false
	}
	if s.before.Stage != life.Forwarded && s.into(life.Forwarded) && nearness(s.before) == 0 && !s.has(life.ScreeningMet) {
		return false
	}
	if s.before.Waiting != life.ForCourt && s.after.Waiting == life.ForCourt && !s.has(life.CourtMet) {
		return false
	}
	return !s.into(life.Denied) || s.before.Waiting == life.ForCourt
}

// authority: data are looked for only while something authorises it, and what
// authorised it ends with the way it was for.
func authority(s life.State) bool {
	if s.Given && s.Stage != life.Disclosed && s.Stage != life.Closed && s.Stage != life.Erased {
		return false
	}
	switch s.Stage {
	case life.Granted, life.Compelled, life.Collected, life.Sealed:
		return s.Basis != life.NoBasis
	case life.Disclosed:
		return s.Given
	case life.Closed, life.Erased:
		return true
	}
	return s.Basis == life.NoBasis
}

// together: two people release, and neither of them collected. Two people
// accept a sender in doubt, open the emergency lane, follow a compulsion, enter
// a court's decision that is on paper, correct a finding, freeze for good and end
// that, hold a notice beyond the limit, give up telling somebody, and say of an
// authority that it lets pass or is not to be asked.
func together(s *step) bool {
	b, a := s.before, s.after
	if s.leaves() && !s.has(life.Seconded|life.NotCollector) {
		return false
	}
	if office(s.who) && s.courtAct() && !s.has(life.Seconded|life.DecisionSeen) {
		return false
	}
	two := b.Sender == life.Doubted && a.Sender == life.Verified ||
		s.begins(life.Need) || s.begins(life.Compulsion) ||
		closedOff(b.Stage) && a.Stage == life.Screened ||
		a.Freeze == life.FrozenByTwo && b.Freeze != life.FrozenByTwo ||
		b.Freeze == life.FrozenByTwo && a.Freeze != life.FrozenByTwo ||
		s.do == life.Clear || s.do == life.Exempt ||
		a.Duty == life.Settled && b.Duty != life.Settled && !s.has(life.ChannelChosen|life.RemedyNamed) && !s.has(life.IssuerTells) ||
		a.Secrecy == life.Beyond && b.Secrecy != life.Beyond
	return !two || s.has(life.Seconded)
}

// closedOff are the stages at which a person of the office has said no.
func closedOff(s life.Stage) bool {
	return s == life.Redirected || s == life.Refused || s == life.Objected
}

// final: where a person signed a ground, the case comes back on the way to
// disclosure only if two, of whom at least one took no part, correct the finding
// with reasons, if the requester answers an objection anew, or if a court compels. Where a
// challenge was upheld, nothing brings it back; where the court found an
// emergency unjustified, nobody of the office does.
func final(s *step) bool {
	b, a := s.before, s.after
	no := closedOff(b.Stage) || b.Stage == life.Denied || b.Stage == life.Withdrawn || b.Stage == life.Annulled
	if !no || a.Stage == b.Stage || !returns(a.Stage) {
		return true
	}
	switch {
	case b.Challenge == life.Upheld:
		return false
	case a.Basis == life.Compulsion:
		return closedOff(b.Stage) || b.Stage == life.Denied
	case b.Review == life.ReviewFailed:
		return false
	case b.Stage == life.Objected && a.Stage == life.Received:
		return s.who == life.Requester || s.who == life.Intake
	}
	return closedOff(b.Stage) && a.Stage == life.Screened && s.who == life.Senior && s.has(life.Uninvolved|life.Reasoned)
}

// returns are the stages from which data may still come to leave.
func returns(s life.Stage) bool {
	return s <= life.Returned || s == life.Objected || s == life.Forwarded || s == life.Disclosed || isGathering(s)
}

// secrecyEnds: only a court makes a period of secrecy, on the safeguards of
// that gate and with an end; it counts each. None begins where the case has come
// to nothing. What is over stays over. An order that binds beyond the limit is
// read, resisted, and shown as such; it too has an end, and is followed when the
// periods are used up or when it names a longer one itself. Secrecy ends by its
// date, by a court, or with the telling.
func secrecyEnds(s *step) bool {
	b, a := s.before, s.after
	if s.do == life.HoldBeyond && a.Secrecy != life.Beyond {
		return false
	}
	if a.Secrecy == b.Secrecy {
		return true
	}
	switch a.Secrecy {
	case life.First:
		return b.Secrecy == life.Plain && !cameToNothing(b.Stage) && secrecyOrdered(s)
	case life.ExtendedOnce, life.ExtendedTwice, life.ExtendedThrice:
		return a.Secrecy == b.Secrecy+1 && secrecyOrdered(s)
	case life.Beyond:
		return b.Duty == life.DutyOpen && s.who == life.Senior && s.has(life.DecisionSeen|life.RemedySought|life.Ends) &&
			(b.Secrecy == life.ExtendedThrice || s.has(life.LongerEnd))
	case life.Over:
		return a.Duty == life.Settled || b.Secret() && (s.byCourt() || s.who == life.Machine && s.has(life.Due))
	}
	return false
}

func secrecyOrdered(s *step) bool {
	return s.byCourt() && s.has(life.SecrecyMet|life.Ends) && s.before.Duty == life.DutyOpen
}

// secrecyBounded: nothing is secret but an open duty, and the periods are
// numbered.
func secrecyBounded(s life.State) bool {
	return s.Secrecy <= life.Over && (!s.Secret() || s.Duty == life.DutyOpen) && (s.Duty != life.Settled || s.Secrecy == life.Over)
}

// admitted: out of quarantine comes who proves to be who they say, or, where a
// life is at risk, whom two people accept after asking a contact they know.
// Whoever was in doubt takes two as well. Nobody admits themselves, and nothing is accepted that is over already.
// Before that only whoever sent the request takes it back, and nothing but
// questions is put to them.
func admitted(s *step) bool {
	b, a := s.before, s.after
	if a.Sender == life.Verified && b.Sender != life.Verified {
		if !inside(s.who) && s.who != life.Machine {
			return false
		}
		proven := b.Sender == life.Quarantined && s.has(life.Authentic)
		accepted := office(s.who) && s.has(life.Seconded|life.ContactConfirmed)
		if b.Sender == life.Quarantined && !s.has(life.LifeAtRisk) {
			accepted = false
		}
		if !proven && !accepted {
			return false
		}
	}
	if a.Sender == life.Quarantined && b.Sender != life.Quarantined || b.Duty == life.NoDuty && a.Duty != life.NoDuty && b.Stage > life.Returned {
		return false
	}
	if b.Duty != life.NoDuty {
		return true
	}
	if s.do == life.Offer || s.do == life.Exempt {
		return false
	}
	return !s.into(life.Withdrawn) || s.who == life.Requester || s.who == life.Intake
}

// quarantined: of a request nobody accepted there is nothing but the request
// and the questions about it.
func quarantined(s life.State) bool {
	if s.Duty != life.NoDuty {
		return true
	}
	switch s.Stage {
	case life.Received, life.Screened, life.Returned, life.Withdrawn, life.Closed, life.Erased:
	default:
		return false
	}
	return s.Basis == life.NoBasis && s.Preservation == life.Unkept && s.Secrecy == life.Plain &&
		s.Challenge == life.Unchallenged && s.Remedy == life.NoRemedy && s.Review == life.NoReview &&
		s.Onward == life.NotAsked && s.Defence == life.NotAsked && !s.Postponed && !s.Given
}

// emergency: without an order only if a life is at risk now, somebody known
// confirmed it, two people act, little is given and no absolute bar is known. A
// court reviews it once, by somebody who took no part if it is to be found
// good; if it is not or not in time, nothing more leaves on it and erasure of
// what has left is owed.
func emergency(s *step) bool {
	b, a := s.before, s.after
	if s.begins(life.Need) {
		ok := s.has(life.LifeAtRisk|life.ContactConfirmed|life.LimitedData|life.BarFree|life.ScreeningMet) &&
			b.Review != life.ReviewFailed && a.Review == life.ReviewDue && a.Lane == life.Emergency
		if !ok {
			return false
		}
	}
	if a.Review == b.Review {
		return true
	}
	switch a.Review {
	case life.ReviewDue:
		return s.begins(life.Need)
	case life.ReviewUpheld:
		return b.Review == life.ReviewDue && s.who == life.Judge && s.has(life.Uninvolved)
	case life.ReviewFailed:
		if b.Review != life.ReviewDue || s.who != life.Judge && !(s.who == life.Machine && s.has(life.Due)) {
			return false
		}
		if a.Given {
			return a.Remedy != life.NoRemedy
		}
		return a.Basis != life.Need
	}
	return false
}

// reviewed: what rests on need is or was reviewed, and on an unjustified
// emergency nothing is gathered.
func reviewed(s life.State) bool {
	if s.Basis == life.Need && s.Review == life.NoReview {
		return false
	}
	return s.Review != life.ReviewFailed || s.Given || s.Basis != life.Need
}

// challenged: while a challenge has had no first decision nothing leaves. It is
// decided once per instance, by somebody who took no part; whoever let the time
// pass has lost the right to decide, and so the appeal is not the senior's. What
// was decided is reopened only by the appeal, or by a challenge of another person
// or of something new; while one is undecided another joins it.
func challenged(s *step) bool {
	b, a := s.before, s.after
	if s.leaves() && (b.Challenge == life.Filed || b.Challenge == life.Overdue || b.Challenge == life.Upheld) {
		return false
	}
	undecided := b.Challenge == life.Filed || b.Challenge == life.Overdue || b.Challenge == life.Appealed
	if s.do == life.JoinChallenge && !undecided {
		return false
	}
	if a.Challenge == b.Challenge {
		return true
	}
	switch a.Challenge {
	case life.Filed:
		return b.Challenge == life.Unchallenged ||
			(b.Challenge == life.Rejected || b.Challenge == life.Dismissed) && s.has(life.NewGround)
	case life.Overdue:
		return b.Challenge == life.Filed && s.who == life.Machine && s.has(life.Due)
	case life.Appealed:
		return b.Challenge == life.Rejected
	case life.Rejected:
		return (b.Challenge == life.Filed || b.Challenge == life.Overdue) && mayJudge(s)
	case life.Dismissed:
		return b.Challenge == life.Appealed && mayJudge(s)
	case life.Upheld:
		return undecided && mayJudge(s)
	}
	return false
}

func mayJudge(s *step) bool {
	if !s.has(life.Uninvolved) {
		return false
	}
	return s.who == life.Judge || s.who == life.Oversight || s.who == life.Senior && s.before.Challenge == life.Filed
}

// upheldHolds: after a challenge is upheld, what has left is to be erased, and
// what has not left stays.
func upheldHolds(s life.State) bool {
	if s.Challenge != life.Upheld {
		return true
	}
	if s.Given {
		return s.Remedy != life.NoRemedy
	}
	return !returns(s.Stage)
}

// senderAndKey: only for a verified sender does a case come nearer to
// disclosure, are data kept, is anything passed on; a doubt stops all of it. It
// is sealed to a key that is enrolled and not suspended, and released to it
// only while it still is. What a court above compels may begin without the
// sender, but not leave.
func senderAndKey(s *step) bool {
	b, a := s.before, s.after
	goesOn := s.nearer() && !s.begins(life.Compulsion) ||
		a.Preservation == life.Kept && b.Preservation == life.Unkept ||
		s.do == life.AllowOnward
	if goesOn && b.Sender != life.Verified {
		return false
	}
	return !s.into(life.Sealed) && !s.leaves() || s.has(life.KeyEnrolled)
}

// freezing: one member of oversight stops a case once, for a time that the clock
// ends; for longer, or again, it takes two, and only two of oversight end that.
// While it stands nobody brings the case nearer to disclosure, decides it, delays
// it, keeps data anew or longer, makes secrecy or lets data be passed on, and
// nobody erases anything: a withdrawal waits, and no clock of what is kept or held
// strikes. What undoes or protects goes on: revoking, lifting, upholding, telling.
func freezing(s *step) bool {
	b, a := s.before, s.after
	if a.Freeze != b.Freeze && !freezeChanges(s) {
		return false
	}
	if !stops(b.Freeze) {
		return true
	}
	discards := isGathering(b.Stage) && isGathering(a.Stage) && nearness(a) < nearness(b)
	frees := b.Preservation == life.Held && a.Preservation == life.Kept
	if discards || frees || a.Preservation == life.Gone && b.Preservation != life.Gone || s.into(life.Withdrawn) || s.into(life.Annulled) {
		return false
	}
	if s.who == life.Machine {
		return true
	}
	undoes := a.Challenge == life.Upheld && b.Challenge != life.Upheld ||
		a.Review == life.ReviewFailed && b.Review != life.ReviewFailed ||
		b.Basis == life.Compulsion && s.has(life.DecisionSeen)
	decides := s.into(life.Refused) && !undoes ||
		s.into(life.Returned) || s.into(life.Redirected) || s.into(life.Objected) || s.into(life.Denied) ||
		s.into(life.Screened)
	delays := a.Stage == b.Stage && a.Postponed != b.Postponed
	keeps := a.Preservation == life.Kept && b.Preservation == life.Unkept || s.do == life.ExtendPreserving
	secret := a.Secrecy != b.Secrecy && a.Secret() && a.Secrecy != life.Beyond
	return !s.nearer() && !decides && !delays && !keeps && !secret && s.do != life.AllowOnward && s.do != life.Exempt
}

func freezeChanges(s *step) bool {
	b, a := s.before, s.after
	switch a.Freeze {
	case life.Frozen:
		return b.Freeze == life.Unfrozen && s.who == life.Oversight
	case life.FrozenByTwo:
		return s.who == life.Oversight && s.has(life.Seconded)
	case life.Lapsed:
		return b.Freeze == life.FrozenByTwo && s.who == life.Oversight && s.has(life.Seconded) ||
			b.Freeze == life.Frozen && (s.who == life.Oversight || s.who == life.Machine && s.has(life.Due))
	}
	return false
}

// closing: a case is closed when nobody waits for anything any more, and what is
// erased is over: nothing happens to it.
func closing(s *step) bool {
	if s.before.Stage == life.Erased {
		return false
	}
	if s.into(life.Closed) || s.into(life.Erased) {
		return !owing(s.before)
	}
	return true
}

// closed: the key goes only when nothing is owed.
func closed(s life.State) bool {
	return s.Stage != life.Erased || !owing(s)
}
