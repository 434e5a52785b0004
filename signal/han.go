package signal

// Characters as written in traditional script, and what they are in the
// simplified script of the lexicon. Only characters that the lexicon uses are
// here; a test compares the two.
const (
	traditional = ``
	simple      = ``
)

var hanPairs = pairs(traditional, simple)

// simplified gives the character under which the lexicon knows r.
func simplified(r rune) rune {
	if s, ok := hanPairs[r]; ok {
		return s
	}
	return r
}
