package rulebook

import "slices"

// Grounds is the closed list under which a failed safeguard is reported, as
// published with the request format. Adding one is a decision recorded in
// docs/decisions.
var Grounds = []string{
	// expression and persons
	"protected-expression", "press-protection", "source-protection", "political-offence",
	"association", "assembly", "religion-belief", "lgbt-protection", "persecution-ground",
	"whistleblower", "reproductive-health", "privacy-tools", "security-research",
	"ngo-documentation", "child-peer", "child-involved", "victim-data", "privilege-immunity",
	"transnational-repression", "retaliation-risk", "entrapment",
	// law
	"unknown-law", "vague-offence", "struck-down-law", "retroactive-law", "no-dual-criminality",
	"not-a-convention-offence", "below-serious-crime-threshold", "penalty-not-stated",
	"predicate-offence-missing", "death-penalty", "no-fair-trial", "double-jeopardy",
	"non-criminal-purpose", "mixed-offences", "instrument-not-in-force", "wrong-route",
	"conflict-of-laws", "data-protection",
	// authority and order
	"unverified-requester", "emergency-not-verified", "no-independent-order",
	"content-needs-order", "authority-not-competent", "notification-of-state-required",
	// measure
	"overbroad-scope", "no-time-window", "no-target", "nexus-unclear", "third-party-data",
	"disproportionate", "missing-facts", "live-collection", "relabelled-resubmission",
	"gag-unjustified",
}

// knownGround reports whether g is in the closed list.
func knownGround(g string) bool { return slices.Contains(Grounds, g) }
