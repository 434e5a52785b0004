package request

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/rogatory/rogatory/fault"
)

// MaxProblems is how many problems one Malformed lists; the rest is counted.
const MaxProblems = 20

// A Problem is one thing that keeps a document from being read.
type Problem struct {
	Path   string // JSON pointer, such as /measures/0/data; empty for the document as a whole
	Line   int    // from 1; 0 if there is no place
	Column int    // from 1, in characters
	What   string // what is wrong and what to do about it
}

// String prints the problem on one line, without control characters even if
// the path holds a member name that the sender made up.
func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d, column %d: ", p.Line, p.Column)
	}
	if p.Path != "" {
		b.WriteString(printable(p.Path) + ": ")
	}
	b.WriteString(p.What)
	return b.String()
}

// Malformed says everything that keeps a document from being read, so that its
// author can correct it in one go. Its kind is fault.Invalid.
type Malformed struct {
	Problems []Problem
	More     int // further problems, not listed
}

// Error prints one problem a line.
func (m *Malformed) Error() string {
	lines := make([]string, 0, len(m.Problems)+1)
	for _, p := range m.Problems {
		lines = append(lines, p.String())
	}
	if m.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", m.More))
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives a fault of kind Invalid, for fault.KindOf.
func (m *Malformed) Unwrap() error {
	f := fault.Invalidf("", "the request cannot be read")
	if len(m.Problems) > 0 {
		f.Where = m.Problems[0].Path
	}
	return f
}

// maxQuoted bounds what is repeated of a sender's text, in characters.
const maxQuoted = 60

// quote repeats a sender's text in quotation marks, clipped, with everything
// that would not print escaped.
func quote(s string) string { return strconv.Quote(clip(s)) }

func clip(s string) string {
	n := 0
	for i := range s {
		if n == maxQuoted {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

func printable(s string) string {
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return strings.Trim(strconv.Quote(s), `"`)
		}
	}
	return s
}

// nearest gives the candidate that word was probably meant to be, empty if none is close.
func nearest(word string, candidates []string) string {
	best, least := "", 3
	folded := fold(word)
	for _, c := range candidates {
		if d := len(c) - len(word); d > 2 || d < -2 {
			continue
		}
		d := distance(folded, fold(c))
		if d < least && d*3 <= len(c) {
			best, least = c, d
		}
	}
	return best
}

// fold makes spellings equal that people mix up: requestedBy, requested-by, requested_by.
func fold(s string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(s))
}

// distance is how many bytes must be changed, added or removed to make b of a,
// where two swapped neighbours are one change.
func distance(a, b string) int {
	var before, above []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, above = above, row
		row = make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, above[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
