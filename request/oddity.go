package request

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// MaxOddities is how many oddities are listed; the rest is counted in one more.
const MaxOddities = 100

// An Oddity is something in a well-formed request that a person should look at
// twice: a disguise or a slip. It is no reason to refuse the document.
type Oddity struct {
	Path string // JSON pointer
	What string
}

// Oddities lists what is odd: characters that change the reading direction or
// do not show, words of mixed scripts that look like another word, windows that
// end before they begin, a request received before it was issued, targets named
// twice in one measure.
func (r *Request) Oddities() []Oddity {
	var found []Oddity
	more := 0
	note := func(path, format string, args ...any) {
		if len(found) == MaxOddities {
			more++
			return
		}
		found = append(found, Oddity{Path: path, What: fmt.Sprintf(format, args...)})
	}
	strangeTimes(r, note)
	repeatedTargets(r, note)
	eachString(reflect.ValueOf(r).Elem(), "", func(path, s string) {
		for _, what := range strange(s) {
			note(path, "%s", what)
		}
	})
	if more > 0 {
		found = append(found, Oddity{What: fmt.Sprintf("and %d more oddities", more)})
	}
	return found
}

type noter func(path, format string, args ...any)

func strangeTimes(r *Request, note noter) {
	after := func(a, b Moment) bool { return !a.IsZero() && !b.IsZero() && a.Compare(b) > 0 }
	if after(r.Issued, r.Received) {
		note("/received", "received on %s, before it was issued on %s", r.Received, r.Issued)
	}
	for i, o := range r.Offences {
		if after(o.CommittedFrom, o.CommittedTo) {
			note(fmt.Sprintf("/offences/%d/committed_to", i), "the offence ends on %s, before it begins on %s", o.CommittedTo, o.CommittedFrom)
		}
	}
	for i, m := range r.Measures {
		if after(m.From, m.To) {
			note(fmt.Sprintf("/measures/%d/to", i), "the window ends on %s, before it begins on %s", m.To, m.From)
		}
	}
}

func repeatedTargets(r *Request, note noter) {
	type key struct{ kind, value string }
	for i, m := range r.Measures {
		first := map[key]int{}
		for j, t := range m.Targets {
			value := strings.ToLower(strings.TrimSpace(t.Value))
			if value == "" {
				continue
			}
			k := key{t.Type, value}
			if n, ok := first[k]; ok {
				note(fmt.Sprintf("/measures/%d/targets/%d", i, j), "the same target as /measures/%d/targets/%d", i, n)
				continue
			}
			first[k] = j
		}
	}
}

// eachString calls see with every string inside v, in the order of the fields.
func eachString(v reflect.Value, path string, see func(path, s string)) {
	switch v.Kind() {
	case reflect.String:
		see(path, v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			eachString(v.Elem(), path, see)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachString(v.Index(i), path+"/"+strconv.Itoa(i), see)
		}
	case reflect.Struct:
		if _, ok := v.Interface().(Moment); ok {
			return
		}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			eachString(v.Field(i), path+"/"+name, see)
		}
	}
}

// strange says what is odd about the characters of s, each kind once.
func strange(s string) []string {
	if ascii(s) {
		return nil
	}
	var found []string
	once := map[string]bool{}
	tell := func(kind, what string) {
		if !once[kind] {
			once[kind] = true
			found = append(found, what)
		}
	}
	rightToLeft := strings.ContainsFunc(s, isRightToLeft)
	previous := rune(0)
	for _, r := range s {
		switch {
		case overrides(r):
			tell("bidi", fmt.Sprintf("changes the reading direction (U+%04X): what is shown may not be what is written", r))
		case directionMark(r) && !rightToLeft:
			tell("mark", fmt.Sprintf("holds an invisible direction mark (U+%04X) in text that runs from left to right", r))
		case invisible(r) && !joins(r, previous):
			tell("invisible", fmt.Sprintf("holds an invisible character (U+%04X)", r))
		case unicode.IsControl(r) && !strings.ContainsRune("\t\n\r", r):
			tell("control", fmt.Sprintf("holds a control character (U+%04X)", r))
		}
		previous = r
	}
	for word := range strings.FieldsFuncSeq(s, breaksWord) {
		if scripts := mixed(word); scripts != "" {
			tell("mixed", fmt.Sprintf("mixes %s letters in one word (%s), which may imitate another", scripts, strconv.QuoteToASCII(clip(word))))
		}
	}
	return found
}

// ascii reports whether s is printable ASCII and line breaks, in which nothing can hide.
func ascii(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= 0x7f || c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

// overrides reports the embeddings, overrides and isolates of the bidirectional algorithm.
func overrides(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }

// directionMark reports the marks that text from right to left rightly uses.
func directionMark(r rune) bool { return r == 0x200e || r == 0x200f || r == 0x061c }

func isRightToLeft(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko) && unicode.IsLetter(r)
}

const (
	nonJoiner = 0x200c
	joiner    = 0x200d
)

func invisible(r rune) bool {
	switch r {
	case 0x00ad, 0x034f, 0x115f, 0x1160, 0x180e, 0x200b, nonJoiner, joiner, 0x3164, 0xfeff, 0xffa0:
		return true
	}
	return r >= 0x2060 && r <= 0x2064 || r >= 0xe0000 && r <= 0xe007f
}

// joins reports whether r is a joiner or non-joiner where writing needs it: in
// the scripts of Persian, Hindi and others, and inside emoji.
func joins(r, previous rune) bool {
	if r != nonJoiner && r != joiner {
		return false
	}
	if unicode.In(previous, unicode.Latin, unicode.Greek, unicode.Cyrillic) {
		return false
	}
	return unicode.IsLetter(previous) || unicode.IsMark(previous) || unicode.IsSymbol(previous)
}

// lookalikes are the scripts whose letters are taken for one another.
var lookalikes = []struct {
	name  string
	table *unicode.RangeTable
}{{"Latin", unicode.Latin}, {"Greek", unicode.Greek}, {"Cyrillic", unicode.Cyrillic}, {"Armenian", unicode.Armenian}, {"Cherokee", unicode.Cherokee}}

// mixed names the lookalike scripts of a word, if there are two or more.
func mixed(word string) string {
	if ascii(word) {
		return ""
	}
	var names []string
	for _, l := range lookalikes {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(l.table, r) }) {
			names = append(names, l.name)
		}
	}
	if len(names) < 2 {
		return ""
	}
	return strings.Join(names, " and ")
}

// breaksWord reports what stands between words. What does not show breaks none.
func breaksWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Cf, r)
}
