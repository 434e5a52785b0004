package register

import (
	"slices"
	"strings"

	"github.com/rogatory/rogatory/authority"
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

// Who may do what. Whoever runs the machine may propose, and never confirms.
var (
	proposers  = []lifecycle.Role{lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Administrator}
	confirmers = []lifecycle.Role{lifecycle.Reviewer, lifecycle.Senior}
	objectors  = []lifecycle.Role{
		lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Custodian, lifecycle.Notifier,
		lifecycle.Administrator, lifecycle.Oversight,
	}
	suspenders = []lifecycle.Role{lifecycle.Reviewer, lifecycle.Senior, lifecycle.Oversight}
)

// Limits of what people write, in bytes.
const (
	nameLimit = 200
	textLimit = 2_000
)

// check refuses whoever may not, and a name that could pass for another's.
func (who Actor) check(may []lifecycle.Role, what string) error {
	if !slices.Contains(may, who.Role) {
		var names []string
		for _, r := range may {
			names = append(names, r.String())
		}
		return fault.Forbiddenf("", "%s does not %s", who.Role, what).WithHint("that is for " + strings.Join(names, ", "))
	}
	if strings.TrimSpace(who.Name) == "" {
		return fault.Invalidf("", "nobody is named")
	}
	if err := authority.Plain("a name", who.Name, nameLimit); err != nil {
		return err
	}
	return screen.Signable(who.Name)
}

// same reports whether two spellings are one person.
func same(a, b string) bool { return screen.Folded(a) == screen.Folded(b) }

// stated writes what somebody says on one line, and refuses to take nothing.
func stated(what, text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return "", fault.Invalidf("", "%s is missing", what)
	}
	return text, authority.Plain(what, text, textLimit)
}
