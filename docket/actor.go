package docket

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/screen"
)

// An Actor is who acts, and in which role. A name is a person: whoever holds
// several roles is still one of two.
type Actor struct {
	Name string
	Role lifecycle.Role
}

// clockActor is who causes what is due. It decides nothing.
var clockActor = Actor{Name: "clock", Role: lifecycle.Machine}

// nameLimit bounds a name, in bytes.
const nameLimit = 200

// sameName reports whether two spellings are one person. It is the only way in
// which this package compares names.
func sameName(a, b string) bool { return screen.Folded(a) == screen.Folded(b) }

// among reports whether a person is one of some.
func among(name string, others []string) bool {
	return slices.ContainsFunc(others, func(o string) bool { return sameName(o, name) })
}

// check refuses whoever is nobody, and the machine: what the machine does
// follows from the case and is asked for by no one.
func (who Actor) check() error {
	if who.Role == lifecycle.Nobody || who.Role == lifecycle.Machine || who.Role == lifecycle.Public {
		return fault.Forbiddenf("", "a %s acts in no case", who.Role).WithHint("say in which role you act")
	}
	return checkName(who.Name, who.inside())
}

// inside reports whether the role belongs to the office or to who watches it.
func (who Actor) inside() bool {
	return who.Role >= lifecycle.Intake && who.Role <= lifecycle.Administrator
}

// checkName refuses a name that could pass for another's. Those of authorities
// abroad come as they are, but for what cannot be seen.
func checkName(name string, strict bool) error {
	if strings.TrimSpace(name) == "" {
		return fault.Invalidf("", "nobody is named")
	}
	if err := checkText("a name", name, nameLimit); err != nil {
		return err
	}
	if strings.ContainsFunc(name, unseen) {
		return fault.Invalidf("", "a name has a character that is not seen").WithHint("write it with letters")
	}
	if !strict {
		return nil
	}
	return screen.Signable(name)
}

// checkText refuses what is too long, is no UTF-8, or has characters that
// control or redirect what is seen.
func checkText(what, text string, limit int) error {
	if len(text) > limit {
		return fault.Invalidf("", "%s has %d bytes; at most %d are kept", what, len(text), limit).WithHint("keep the text beside the case and name it here")
	}
	if !utf8.ValidString(text) {
		return fault.Invalidf("", "%s is not UTF-8", what)
	}
	if i := strings.IndexFunc(text, hidden); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		return fault.Invalidf("", "%s has a character that is not seen, %U at byte %d", what, r, i+1).WithHint("leave it out")
	}
	return nil
}

// hidden are control characters but for the end of a line and a tab, and those
// that set the direction of text.
func hidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff, r == 0x200b, r >= 0x2060 && r <= 0x2064:
		return true
	}
	return unicode.IsControl(r)
}

// unseen are characters of which nothing is printed: with one of them a name
// would be another and look the same.
func unseen(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// mayAct reports whether an actor may touch the case: whoever it is assigned
// to, the court when it is asked, oversight, the authority that asks, and the
// person, who knows the reference from the notice.
func (c *Case) mayAct(who Actor) error {
	switch who.Role {
	case lifecycle.Machine, lifecycle.Oversight, lifecycle.Person:
		return nil
	case lifecycle.Requester:
		if who.Name == c.answers() { // an id in the register: another spelling is another authority
			return nil
		}
	case lifecycle.Judge:
		if c.Duty == lifecycle.DutyOpen || c.asksCourt() {
			return nil
		}
	}
	if who.inside() && among(who.Name, c.Assigned) {
		return nil
	}
	return notTheirs(c.Ref, who)
}

// asksCourt reports whether a court has been asked for anything, or has ordered
// what it may lift.
func (c *Case) asksCourt() bool {
	return c.Waiting == lifecycle.ForCourt || c.Review == lifecycle.ReviewDue || c.Challenge != lifecycle.Unchallenged ||
		c.Onward == lifecycle.IsAsked || c.Secret() || c.Basis == lifecycle.Order && !c.Given
}

// mayFind reports whether a search without a reason finds the case. A judge may
// order secrecy wherever a duty is open; that is no leave to look through them
// all.
func (c *Case) mayFind(who Actor) bool {
	return c.mayAct(who) == nil && (who.Role != lifecycle.Judge || c.asksCourt() || among(who.Name, c.Assigned))
}

// notTheirs is the answer to whoever may not touch a case, whether or not there
// is such a case.
func notTheirs(ref Ref, who Actor) error {
	return fault.Forbiddenf(string(ref), "%s is not assigned to this case", who.Name).
		WithHint("check the reference; let intake or a senior assign it, or look from outside with a reason, which oversight will see")
}

// passive are events by which nobody takes a side.
var passive = []lifecycle.Event{
	lifecycle.Look, lifecycle.LookOutside, lifecycle.SeeLooks, lifecycle.Assign, lifecycle.Unassign, lifecycle.Note, lifecycle.SettleDuty,
}

// side is where a role stands. The bench is whoever is bound to neither side
// and judges what the office does: a small office has one such person.
func side(r lifecycle.Role) string {
	switch r {
	case lifecycle.Judge, lifecycle.Oversight:
		return "bench"
	case lifecycle.Requester, lifecycle.Person:
		return r.String()
	}
	return "office"
}

// oneSided refuses whoever has acted in the case from another side: nobody asks
// and decides, decides and reviews, or files and judges.
func (c *Case) oneSided(who Actor, do lifecycle.Event) error {
	if slices.Contains(passive, do) {
		return nil
	}
	for i := range c.Events {
		e := &c.Events[i]
		role, err := lifecycle.ParseRole(e.Role)
		if err != nil || role == lifecycle.Machine || slices.Contains(passive, e.Do) || !sameName(e.By, who.Name) {
			continue
		}
		if side(role) != side(who.Role) {
			return fault.Forbiddenf(string(c.Ref), "%s acted in this case as %s and cannot act in it as %s", who.Name, role, who.Role).
				WithHint("let somebody else do it")
		}
	}
	return nil
}
