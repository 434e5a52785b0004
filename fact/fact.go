// Package fact holds what somebody said and what it is worth.
//
// A fact is not a value but a list of assertions: who says so is part of it.
// A safeguard names the sources whose word counts; Weigh makes of the
// assertions what that safeguard may rest on. Nothing in this package can ask
// whether a fact is present: what nobody who counts has said is Unknown, and
// Unknown never lets a request pass.
package fact

// A Truth is one of the three answers of strong Kleene logic.
// The zero Truth is Unknown.
type Truth uint8

// The three answers.
const (
	Unknown Truth = iota
	True
	False
)

// Of turns a definite answer into a Truth.
func Of(b bool) Truth {
	if b {
		return True
	}
	return False
}

// Not is True for False, False for True, and Unknown for Unknown.
func (t Truth) Not() Truth {
	switch t {
	case True:
		return False
	case False:
		return True
	}
	return Unknown
}

// And is False if either is False, True if both are True, else Unknown.
func (t Truth) And(u Truth) Truth {
	switch {
	case t == False || u == False:
		return False
	case t == True && u == True:
		return True
	}
	return Unknown
}

// Or is True if either is True, False if both are False, else Unknown.
func (t Truth) Or(u Truth) Truth { return t.Not().And(u.Not()).Not() }

// String gives the word for t.
func (t Truth) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	}
	return "unknown"
}

// A Name is the dotted name of a fact, as declared in the vocabulary:
// "offence.dual_criminality".
type Name string
