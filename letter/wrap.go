package letter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// measure is how wide a line may be, in columns of a terminal: what every mail
// program and every printer shows without breaking it again.
const measure = 72

// layout breaks the lines of a text to the measure. A line that begins with a
// space goes on further in, so that what stands behind a label stays behind it;
// what is quoted was broken before. Empty lines stand one at a time.
func layout(s string) string {
	var out []string
	empty := true // nothing before the first line
	for l := range strings.SplitSeq(s, "\n") {
		l = strings.TrimRight(l, " ")
		if l == "" {
			if !empty {
				out = append(out, "")
			}
			empty = true
			continue
		}
		empty = false
		if strings.HasPrefix(l, ">") {
			out = append(out, l)
			continue
		}
		words := strings.TrimLeft(l, " ")
		first := l[:len(l)-len(words)]
		next := first
		if first != "" {
			next += "  "
		}
		out = append(out, wrap(words, first, next, false)...)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n") + "\n"
}

// wrap breaks one line, putting first before the first of its parts and next
// before the others. A part that cannot be broken and is too wide stands alone: an
// address or a code has to stay whole. With force anything else is broken.
func wrap(l, first, next string, force bool) []string {
	var out []string
	b, wide, begun := strings.Builder{}, columns(first), false
	b.WriteString(first)
	flush := func() {
		out = append(out, b.String())
		b.Reset()
		b.WriteString(next)
		wide, begun = columns(next), false
	}
	for _, a := range atoms(l) {
		if begun && wide+gap(a)+a.wide > measure {
			flush()
		}
		if begun && a.spaced {
			b.WriteByte(' ')
			wide++
		}
		if force && wide+a.wide > measure && !strings.Contains(a.text, "://") {
			for _, r := range a.text {
				if begun && wide+column(r) > measure {
					flush()
				}
				b.WriteRune(r)
				wide, begun = wide+column(r), true
			}
			continue
		}
		b.WriteString(a.text)
		wide, begun = wide+a.wide, true
	}
	return append(out, b.String())
}

func gap(a atom) int {
	if a.spaced {
		return 1
	}
	return 0
}

// An atom is what no line breaks in.
type atom struct {
	text   string
	wide   int  // columns
	spaced bool // a space stands before it
}

// Signs a line does not begin with, and signs it does not end with.
const (
	closing = "，。、；：？！）」』》〉】…"
	opening = "（「『《〈【\u2066\u2067\u2068"
)

// atoms breaks a line where it may be broken: at spaces, and beside characters of
// Chinese and its neighbours, which are written without.
func atoms(l string) []atom {
	var list []atom
	var last rune
	start, spaced := 0, false // of the last atom; whether a space was passed
	for i, r := range l {
		if r == ' ' {
			spaced = true
			continue
		}
		n, c := len(list), column(r)
		joined := n > 0 && !spaced && (strings.ContainsRune(opening, last) || strings.ContainsRune(closing, r) || c < 2 && column(last) < 2)
		if !joined {
			list, start = append(list, atom{spaced: spaced}), i
			n++
		}
		list[n-1].text = l[start : i+utf8.RuneLen(r)]
		list[n-1].wide += c
		last, spaced = r, false
	}
	return list
}

// columns is how wide a text stands on a terminal.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += column(r)
	}
	return n
}

func column(r rune) int {
	if r < 0x80 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
