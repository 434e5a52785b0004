package lifecycle

import (
	"fmt"
	"strings"
)

// conditions are the guards that ask for a circumstance, each for another.
var conditions = []*Guard{
	&authentic, &reasoned, &seconded, &uninvolved, &grounded, &formFits, &screeningMet, &courtMet, &disclosureMet, &secrecyMet,
	&barFree, &competent, &within, &ends, &lifeAtRisk, &contact, &limitedData, &decisionSeen, &remedySought, &keyEnrolled,
	&notCollector, &floorPassed, &issuerTells, &channelChosen, &proven, &onlyKeep, &linked, &isDue,
	&compelledMet, &newGround, &everyoneTold, &noticeDue, &remedyNamed, &noObjection, &officeTells, &longerEnd, &lifeOrdered, &published, &leafSigned,
}

// MarshalText writes circumstances in the words of the guards, so that what is
// on record can be read when the numbers behind the words have changed:
// "reasoned, seconded". What no guard asks for is not written.
func (x Circumstances) MarshalText() ([]byte, error) {
	var words []string
	for _, g := range conditions {
		if x.Has(g.with) {
			words = append(words, g.Name)
		}
	}
	return []byte(strings.Join(words, ", ")), nil
}

// UnmarshalText reads what MarshalText wrote.
func (x *Circumstances) UnmarshalText(text []byte) error {
	*x = 0
	if len(text) == 0 {
		return nil
	}
	for _, word := range strings.Split(string(text), ", ") {
		before := *x
		for _, g := range conditions {
			if g.Name == word {
				*x |= g.with
			}
		}
		if *x == before {
			return fmt.Errorf("no guard asks for %q", word)
		}
	}
	return nil
}

// String writes the circumstances in words.
func (x Circumstances) String() string {
	text, _ := x.MarshalText()
	return string(text)
}
