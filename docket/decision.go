package docket

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// deciders are who can have made a decision.
var deciders = []string{"court", "judge", "prosecutor", "administrative-authority", "enforcing-authority"}

// complete says of which State a decision is where that was left out, and takes
// the hash of its text. Nobody is believed about a hash.
func (x *Decision) complete(home string) error {
	if !slices.Contains(deciders, x.By) {
		return fault.Invalidf(x.By, "is not who decides").WithHint("a decision is of a court, judge, prosecutor, administrative-authority or enforcing-authority")
	}
	if len(x.Text) > request.MaxBytes {
		return fault.Invalidf("", "the decision has %d bytes; at most %d are kept", len(x.Text), request.MaxBytes)
	}
	if x.State == "" {
		x.State = home
	}
	x.SHA256 = ""
	if len(x.Text) > 0 {
		sum := sha256.Sum256(x.Text)
		x.SHA256 = hex.EncodeToString(sum[:])
	}
	return nil
}

// bindsHere are the acts by which the office does what a decision says: it has
// to be one of the office's own State.
var bindsHere = []lifecycle.Event{
	lifecycle.Compel, lifecycle.LiftCompulsion, lifecycle.HoldBeyond, lifecycle.Grant, lifecycle.Deny, lifecycle.Revoke,
	lifecycle.Hold, lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy, lifecycle.LiftSecrecy, lifecycle.AllowOnward,
}

// ofCourts are the acts that take a court's decision, or under the regulation
// one of the enforcing authority.
var ofCourts = []lifecycle.Event{lifecycle.Compel, lifecycle.HoldBeyond}

// ofCourtsAlone are the acts that take a court's decision.
var ofCourtsAlone = []lifecycle.Event{lifecycle.Hold, lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy, lifecycle.AllowOnward}

// seen reports whether somebody has read the decision itself: who made it, when,
// under which reference, and its text; and whether it is of a kind that can
// carry the act.
func (d *Docket) seen(c *Case, a *Act) bool {
	x := a.Decision
	if x == nil || x.SHA256 == "" || !stated(x.Reference) || x.Date.IsZero() {
		return false
	}
	court := rank(x.By) == rank("court")
	enforcing := x.By == "enforcing-authority" && c.Request.Instrument == "eu-eevidence"
	switch {
	case slices.Contains(bindsHere, a.Do) && x.State != d.office.Jurisdiction:
		return false
	case slices.Contains(ofCourts, a.Do):
		return court || enforcing
	case slices.Contains(ofCourtsAlone, a.Do):
		return court
	case a.Do == lifecycle.Clear:
		return enforcing
	case a.Do == lifecycle.Grant:
		return a.Grant != nil && rank(a.Grant.By) <= rank(x.By)
	}
	return true
}

// longerEnd reports whether the decision itself names the end, beyond what the
// office may keep secret without it.
func (c *Case) longerEnd(a *Act) bool {
	return a.Do == lifecycle.HoldBeyond && a.Decision != nil && !a.Decision.Ends.IsZero() && !a.Until.After(a.Decision.Ends)
}

// onPaper reports whether people of the office entered what somebody else
// decided.
func (e *Event) onPaper() bool {
	role, err := lifecycle.ParseRole(e.Role)
	return e.Decision != nil && err == nil && side(role) == "office"
}
