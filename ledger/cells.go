package ledger

import (
	"slices"

	"github.com/rogatory/rogatory/fault"
)

// Dimensions is the number of tallies that every sealed leaf carries.
const Dimensions = 5

// The dimensions, in order.
const (
	DimKind = iota
	DimInstrument
	DimGround
	DimData
	DimRegion
)

// dimensions names them.
var dimensions = [Dimensions]string{"kind", "instrument", "ground", "data", "region"}

// DimensionName gives the word for dimension d.
func DimensionName(d int) string { return dimensions[d] }

// words are the cells of every dimension. Words are only ever added, at the end:
// a commitment rests on the word, an old report on the order.
var words = [Dimensions][]string{
	{"none", "cover", "received", "accepted", "reopened", "lapsed", "screened", "returned", "offered",
		"redirected", "refused", "objected", "forwarded", "denied", "authorised", "compelled", "emergency",
		"unreviewed", "review-failed", "reviewed", "disclosed", "disclosed-compelled",
		"disclosed-emergency", "secrecy", "extended", "held-beyond", "lifted", "told", "told-by-issuer",
		"unreachable", "bounced", "challenged", "challenge-rejected", "challenge-upheld",
		"erasure-demanded", "erasure-confirmed", "corrected", "frozen", "withdrawn", "annulled",
		"preserved", "doubted", "closed", "erased"},
	{"none", "uncc", "budapest", "budapest-p2", "eu-eevidence", "eio", "cloud-act", "bilateral", "comity",
		"domestic", "unknown"},
	{"none",
		"protected-expression", "press-protection", "source-protection", "political-offence",
		"association", "assembly", "religion-belief", "lgbt-protection", "persecution-ground",
		"whistleblower", "reproductive-health", "privacy-tools", "security-research",
		"ngo-documentation", "child-peer", "child-involved", "victim-data", "privilege-immunity",
		"transnational-repression", "retaliation-risk", "entrapment",
		"unknown-law", "vague-offence", "struck-down-law", "retroactive-law", "no-dual-criminality",
		"not-a-convention-offence", "below-serious-crime-threshold", "penalty-not-stated",
		"predicate-offence-missing", "death-penalty", "no-fair-trial", "double-jeopardy",
		"non-criminal-purpose", "mixed-offences", "instrument-not-in-force", "wrong-route",
		"conflict-of-laws", "data-protection",
		"unverified-requester", "emergency-not-verified", "no-independent-order",
		"content-needs-order", "authority-not-competent", "notification-of-state-required",
		"overbroad-scope", "no-time-window", "no-target", "nexus-unclear", "third-party-data",
		"disproportionate", "missing-facts", "live-collection", "relabelled-resubmission",
		"gag-unjustified"},
	{"none", "subscriber", "sole-identification", "traffic", "content"},
	{"none", "africa", "americas", "asia", "europe", "oceania", "other"},
}

// Words lists the cells of dimension d. The first is "none".
func Words(d int) []string { return slices.Clone(words[d]) }

// Cells say in which cell of every dimension an event counts, by its place in
// Words. The zero Cells are "none" everywhere.
type Cells [Dimensions]int

// CellsOf finds the cells of an event. The empty word is "none".
func CellsOf(kind, instrument, ground, data, region string) (Cells, error) {
	var c Cells
	for d, word := range [Dimensions]string{kind, instrument, ground, data, region} {
		if word == "" {
			continue
		}
		c[d] = slices.Index(words[d], word)
		if c[d] < 0 {
			return Cells{}, fault.Invalidf(dimensions[d], "%q is counted nowhere", word).WithHint("ledger.Words lists what is counted")
		}
	}
	return c, nil
}

// Words gives the word of every dimension.
func (c Cells) Words() [Dimensions]string {
	var w [Dimensions]string
	for d := range w {
		w[d] = words[d][c[d]]
	}
	return w
}

// A Tally holds, for every dimension, a commitment to the cell in which an event
// counts: the generator of the cell, blinded. Tallies add up; only sums are ever
// opened.
//
// What hides the cell is the blinding alone, and it hides perfectly. That a sum
// cannot be opened to other counts rests on the discrete logarithm.
type Tally [Dimensions][32]byte

func (t *Tally) flat() (b [32 * Dimensions]byte) {
	for d := range t {
		copy(b[32*d:], t[d][:])
	}
	return b
}

func unflat(b *[32 * Dimensions]byte) (t Tally) {
	for d := range t {
		copy(t[d][:], b[32*d:])
	}
	return t
}
