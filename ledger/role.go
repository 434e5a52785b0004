package ledger

import (
	"slices"

	"github.com/rogatory/rogatory/fault"
)

// A Role is what a key stands for. The keys of judge, notifier and oversight
// never enter the server.
type Role string

// The roles. RoleLog is the key that signs checkpoints.
const (
	RoleJudge     Role = "judge"
	RoleNotifier  Role = "notifier"
	RoleOversight Role = "oversight"
	RoleLog       Role = "log"
)

// A Class is what a duty obliges to.
type Class string

// The classes of duties.
const (
	Notify Class = "notify" // the person concerned is told
	Chase  Class = "chase"  // the authority that must tell is made to, or the person is told otherwise
	Remedy Class = "remedy" // a challenge or an appeal is decided
	Erase  Class = "erase"  // data that were given are erased, as far as whoever got them confirms it
)

// String gives the word of c.
func (c Class) String() string { return string(c) }

// MarshalText and UnmarshalText write and read the word of c.
func (c Class) MarshalText() ([]byte, error) { return []byte(c), nil }

func (c *Class) UnmarshalText(text []byte) error {
	read, ok := parseClass(text)
	if !ok {
		return fault.Invalidf("class", "there is no class of duty %q", text)
	}
	*c = read
	return nil
}

// Classes lists every class of duty.
func Classes() []Class { return []Class{Notify, Chase, Remedy, Erase} }

// A Settlement is how a duty was met or ended.
type Settlement string

// The settlements.
const (
	Notified     Settlement = "notified"
	ToldByIssuer Settlement = "told-by-issuer"
	Extended     Settlement = "extended" // a new duty with a later date takes the place of the old
	Unreachable  Settlement = "unreachable"
	Void         Settlement = "void"
	Chased       Settlement = "chased"
	Decided      Settlement = "decided"
	Erased       Settlement = "erased"
)

// settles is the whole of who may settle what as what.
var settles = []struct {
	as    Settlement
	class Class
	roles []Role
}{
	{Notified, Notify, []Role{RoleNotifier}},
	{ToldByIssuer, Notify, []Role{RoleNotifier}},
	{Extended, Notify, []Role{RoleJudge}},
	{Unreachable, Notify, []Role{RoleOversight}},
	{Void, Notify, []Role{RoleOversight}},
	{Chased, Chase, []Role{RoleNotifier}},
	{Void, Chase, []Role{RoleOversight}},
	{Decided, Remedy, []Role{RoleJudge, RoleOversight}},
	{Void, Remedy, []Role{RoleOversight}},
	{Erased, Erase, []Role{RoleNotifier, RoleOversight}},
	{Void, Erase, []Role{RoleOversight}},
}

// Settles gives the roles of which one must sign that a duty of class c is
// settled as s. It gives nil if such a duty cannot be settled so.
func (s Settlement) Settles(c Class) []Role {
	for _, e := range settles {
		if e.as == s && e.class == c {
			return slices.Clone(e.roles)
		}
	}
	return nil
}

// parseClass and parseSettlement give the constants, so that a leaf that is kept
// does not hold on to the bytes it was read from.
func parseClass(s []byte) (Class, bool) {
	switch Class(s) {
	case Notify:
		return Notify, true
	case Chase:
		return Chase, true
	case Remedy:
		return Remedy, true
	case Erase:
		return Erase, true
	}
	return "", false
}

func parseSettlement(s []byte) (Settlement, bool) {
	for _, e := range settles {
		if string(e.as) == string(s) {
			return e.as, true
		}
	}
	return "", false
}
