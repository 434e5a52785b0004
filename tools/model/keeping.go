package main

import life "github.com/rogatory/rogatory/lifecycle"

// preserving: keeping data needs no more than that no absolute bar is known and
// that it ends, for a request that may still come to something; it ends by itself
// unless a request on file, a court or a freeze holds it, and a hold ends too.
// What was refused, denied, withdrawn or annulled, or must not leave since a
// challenge was upheld, is erased, and what is held then goes with the hold. What
// is erased is never kept again, and only what is there is kept longer, when the
// letter for it is on file. A request to keep and nothing else goes that way and
// no other.
func preserving(s *step) bool {
	b, a := s.before, s.after
	if s.do == life.Screen && (a.Lane == life.KeepOnly) != s.has(life.OnlyKeep) {
		return false
	}
	if b.Lane == life.KeepOnly && (a.Basis != life.NoBasis || a.Lane != b.Lane && s.do != life.Screen) {
		return false
	}
	if s.do == life.ExtendPreserving && !(b.Preservation == life.Kept && s.has(life.Ends|life.Proven)) {
		return false
	}
	if a.Preservation == life.Kept && uselessToKeep(a) || s.do == life.Hold && a.Preservation != life.Held {
		return false
	}
	if a.Preservation == b.Preservation {
		return true
	}
	switch a.Preservation {
	case life.Kept:
		if b.Preservation == life.Held {
			return s.who == life.Machine && s.has(life.Due)
		}
		return b.Preservation == life.Unkept && s.has(life.BarFree|life.Ends) && a.Stage == b.Stage && returns(a.Stage)
	case life.Held:
		return b.Preservation == life.Kept && (s.has(life.Linked) || s.byCourt() && s.has(life.Ends) || s.heldByFreeze())
	case life.Gone:
		if b.Preservation == life.Held {
			return s.who == life.Machine && s.has(life.Due) && uselessToKeep(b)
		}
		return b.Preservation == life.Kept && (uselessToKeep(a) || s.who == life.Machine && s.has(life.Due))
	}
	return false
}

// keepsNothing are the stages at which data are kept for nobody but who holds
// them.
func keepsNothing(s life.Stage) bool {
	return s == life.Refused || s == life.Denied || s == life.Withdrawn || s == life.Annulled
}

// uselessToKeep: nothing can come of the case any more for which data are kept.
func uselessToKeep(s life.State) bool {
	return keepsNothing(s.Stage) || s.Challenge == life.Upheld && !s.Given
}

// keptApart: a request to keep and nothing else is never put before a court and
// never authorised; where nothing can come of a case its data stay only while
// they are held, and a closed case keeps nothing.
func keptApart(s life.State) bool {
	if s.Lane == life.KeepOnly && (s.Basis != life.NoBasis || s.Stage == life.Forwarded || s.Given) {
		return false
	}
	if uselessToKeep(s) && s.Preservation == life.Kept {
		return false
	}
	return s.Stage != life.Closed && s.Stage != life.Erased || !holdsData(s.Preservation)
}
