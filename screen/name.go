package screen

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/rogatory/rogatory/fault"
)

// Folded writes a name so that its spellings are one: width, composition, case
// and spaces make nobody a second person.
func Folded(name string) string {
	return strings.ToLower(strings.ToUpper(norm.NFKC.String(strings.Join(strings.Fields(norm.NFKC.String(name)), " "))))
}

// alphabets are those whose letters can be taken for one another's.
var alphabets = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Cherokee}

// Signable refuses a name that could pass for another's: it is who has acted, to
// whoever reads the record.
func Signable(name string) error {
	mixed := 0
	for _, alphabet := range alphabets {
		if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(alphabet, r) }) {
			mixed++
		}
	}
	odd := strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit) && !strings.ContainsRune(" .,-'’·@_+()/", r)
	})
	if mixed > 1 || odd {
		return fault.Invalidf(name, "is no name to sign with: it mixes alphabets, or has signs that no name has").WithHint("use the name as the office has it on record")
	}
	return nil
}
