package docket

import (
	"slices"

	"github.com/rogatory/rogatory/lifecycle"
)

// ofThePerson are the grounds that say who is behind an account, or what they do.
// Told to whoever asks, "this is a journalist" would give away what was refused.
var ofThePerson = []string{
	"protected-expression", "press-protection", "source-protection", "political-offence", "association", "assembly", "religion-belief",
	"lgbt-protection", "persecution-ground", "whistleblower", "reproductive-health", "privacy-tools", "security-research",
	"ngo-documentation", "child-peer", "child-involved", "victim-data", "privilege-immunity", "transnational-repression",
	"retaliation-risk", "entrapment",
}

// outward are the grounds that may be told outside: those of law, order and
// measure, and of the person those alone that screening found in the request's own
// words before anybody of the office had said anything. What the office knows of
// the account stays inside.
func (c *Case) outward(grounds []string) []string {
	var own []string
	fresh := false
	for i := range c.Events {
		e := &c.Events[i]
		switch {
		case e.Document != nil:
			fresh = true
		case len(e.Said) > 0:
			fresh = false
		case e.Do == lifecycle.Screen && fresh && e.Proposal != nil:
			own = append(own, e.Proposal.Grounds...)
		}
	}
	var list []string
	for _, g := range grounds {
		if !slices.Contains(ofThePerson, g) || slices.Contains(own, g) {
			list = append(list, g)
		}
	}
	return list
}

// quietRefusals end a request without a person of the office refusing it. Outside
// they read as any refusal: otherwise who asks would learn that somebody was told,
// and challenged.
var quietRefusals = []lifecycle.Event{lifecycle.UpholdChallenge, lifecycle.LiftCompulsion, lifecycle.RefuseReview, lifecycle.MissReview}

// refusedBy reports whether an event is a refusal to whoever asks.
func (c *Case) refusedBy(e *Event) bool {
	return slices.Contains(quietRefusals, e.Do) && e.After.Stage == lifecycle.Refused && e.Seq > 1 && c.Events[e.Seq-2].After.Stage != lifecycle.Refused
}
