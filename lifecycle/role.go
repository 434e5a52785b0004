package lifecycle

import (
	"fmt"
	"strings"
)

// A Role is who acts. The zero Role is nobody, who may do nothing.
type Role uint8

// The roles: inside, outside, and the machine, which is the clock and the
// verifier of signatures and decides nothing.
const (
	Nobody Role = iota
	Intake
	Reviewer
	Senior
	Judge
	Custodian
	Notifier
	Oversight
	Administrator
	Requester
	Person
	Public
	Machine
	roles
)

var roleNames = [roles]string{
	"nobody", "intake", "reviewer", "senior", "judge", "custodian", "notifier", "oversight",
	"administrator", "requester", "person", "public", "machine",
}

// String gives the word for r.
func (r Role) String() string { return roleNames[r] }

func (r Role) article() string {
	switch r {
	case Intake, Oversight, Administrator:
		return "an"
	}
	return "a"
}

// AllRoles is every role but Nobody.
func AllRoles() []Role {
	var list []Role
	for r := Intake; r < roles; r++ {
		list = append(list, r)
	}
	return list
}

// ParseRole reads the word for a role.
func ParseRole(word string) (Role, error) {
	for r := Intake; r < roles; r++ {
		if roleNames[r] == word {
			return r, nil
		}
	}
	return Nobody, fmt.Errorf("unknown role %q: use one of %s", word, strings.Join(roleNames[Intake:], ", "))
}

// Roles is a set of roles.
type Roles uint16

func by(list ...Role) Roles {
	var set Roles
	for _, r := range list {
		set |= 1 << r
	}
	return set
}

// Has reports whether r is in the set.
func (set Roles) Has(r Role) bool { return r != Nobody && set&(1<<r) != 0 }

// String lists the members.
func (set Roles) String() string {
	var names []string
	for _, r := range AllRoles() {
		if set.Has(r) {
			names = append(names, r.String())
		}
	}
	return strings.Join(names, ", ")
}
