package main

import life "github.com/rogatory/rogatory/lifecycle"

// dutyFirst: the public duty is opened before anything is decided, and is open
// again whenever something new authorises a disclosure, so that nobody who was
// told of a refusal stays untold of what left later; leave to pass data on is such
// a thing too. Nothing leaves before the person was told, unless a court ordered
// secrecy, a life is at risk, without an order or by one that states it, a court
// above compels or the issuing authority tells: then it is owed afterwards. It is
// settled when everybody concerned was told, by whoever may.
func dutyFirst(s *step) bool {
	b, a := s.before, s.after
	undecided := b.Stage == life.Received || b.Stage == life.Screened || b.Stage == life.Returned
	switch a.Stage {
	case life.Received, life.Screened, life.Returned, life.Withdrawn, life.Closed:
	default:
		if undecided && b.Duty == life.NoDuty {
			return false
		}
	}
	for _, basis := range []life.Basis{life.Order, life.Compulsion, life.Need} {
		if s.begins(basis) && a.Duty != life.DutyOpen {
			return false
		}
	}
	if a.Duty == life.NoDuty && b.Duty != life.NoDuty {
		return false
	}
	if s.do == life.AllowOnward && a.Duty != life.DutyOpen {
		return false
	}
	if s.leaves() && a.Duty != b.Duty {
		return false
	}
	hurried := b.Basis == life.Need || b.Basis == life.Compulsion || b.Basis == life.Order && s.has(life.LifeOrdered)
	if s.leaves() && b.Duty != life.Settled && !b.Secret() && !hurried && !s.has(life.IssuerTells) {
		return false
	}
	if s.do == life.TellOne {
		return tells(s)
	}
	if s.do == life.PlanNotice {
		return b.Duty == life.DutyOpen && s.has(life.ChannelChosen|life.RemedyNamed)
	}
	if a.Duty != life.Settled || b.Duty == life.Settled {
		return true
	}
	return s.has(life.EveryoneTold) && (tells(s) || issuerTold(s) || givenUp(s))
}

// tells: a person is told in a safe way that somebody chose, with proof of it, of
// what can be done about it, and not while a court has ordered secrecy. The
// notifier tells what is decided, or whatever there is when its time has come;
// where the issuing authority tells, only of what has come to nothing. Oversight
// tells with reasons when the time has come, or after an unjustified emergency.
func tells(s *step) bool {
	b := s.before
	if b.Duty != life.DutyOpen || b.Secret() || !s.has(life.ChannelChosen|life.Proven|life.RemedyNamed) {
		return false
	}
	switch s.who {
	case life.Oversight:
		return s.has(life.Reasoned) && (s.has(life.NoticeDue) || b.Review == life.ReviewFailed)
	case life.Notifier:
		return cameToNothing(b.Stage) || s.has(life.OfficeTells) && (s.has(life.NoticeDue) || somethingDecided(b))
	}
	return false
}

// issuerTold: the notifier has it on file that the issuing authority told.
func issuerTold(s *step) bool {
	return s.who == life.Notifier && s.before.Duty == life.DutyOpen && somethingDecided(s.before) && s.has(life.IssuerTells|life.Proven)
}

// givenUp: two say that nobody can be reached, with reasons and proof. It is no
// way out of waiting for an issuing authority that is silent.
func givenUp(s *step) bool {
	b := s.before
	return (s.who == life.Notifier || s.who == life.Senior) && b.Duty == life.DutyOpen && !b.Secret() && somethingDecided(b) &&
		s.has(life.OfficeTells|life.Proven|life.Reasoned|life.Seconded)
}

// somethingDecided: nobody is told of a decision not yet made. To keep data is
// one.
func somethingDecided(s life.State) bool {
	switch s.Stage {
	case life.Received, life.Screened, life.Returned, life.Forwarded:
		return s.Lane == life.KeepOnly
	}
	return true
}

// cameToNothing are the stages at which an order is no longer alive.
func cameToNothing(s life.Stage) bool {
	return keepsNothing(s) || s == life.Redirected || s == life.Closed
}

// told: whoever is verified was accepted, and the duty stands since.
func told(s life.State) bool {
	return s.Sender != life.Verified || s.Duty != life.NoDuty
}
