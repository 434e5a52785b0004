package request

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A scanner passes once over a document, checks its syntax and compares every
// value with its shape. It goes on after a value that does not fit, so that all
// the problems are told at once; it stops at broken syntax, since what follows
// could only be guessed.
//
// Its methods report whether the scan can go on.
type scanner struct {
	src      string // valid UTF-8
	pos      int
	path     []step
	problems []Problem
	more     int
}

// A step leads from a value to one inside it.
type step struct {
	name  string // of a member; unused in an array
	index int    // in an array; -1 for a member
}

var escaper = strings.NewReplacer("~", "~0", "/", "~1")

// pointer is the path as a JSON pointer (RFC 6901). A member name of the
// sender's own making is clipped.
func (s *scanner) pointer() string {
	var b strings.Builder
	for _, p := range s.path {
		b.WriteByte('/')
		if p.index >= 0 {
			b.WriteString(strconv.Itoa(p.index))
			continue
		}
		b.WriteString(escaper.Replace(clip(p.name)))
	}
	return b.String()
}

// problem notes what is wrong with the value at the path, which begins at place.
func (s *scanner) problem(place int, format string, args ...any) {
	if s.full() {
		return
	}
	line, column := position(s.src[:place])
	s.problems = append(s.problems, Problem{
		Path: s.pointer(), Line: line, Column: column, What: fmt.Sprintf(format, args...),
	})
}

// full counts a problem that is one too many to be told. Whatever costs time to
// say asks first: a document may hold a hundred thousand problems.
func (s *scanner) full() bool {
	if len(s.problems) < MaxProblems {
		return false
	}
	s.more++
	return true
}

// broken notes a problem after which nothing can be understood.
func (s *scanner) broken(format string, args ...any) bool {
	s.problem(s.pos, format, args...)
	return false
}

// unexpected is broken for syntax: it says what stands where something else should.
func (s *scanner) unexpected(wanted string) bool {
	if s.pos >= len(s.src) {
		return s.broken("is not JSON: the document ends where %s should stand", wanted)
	}
	r, _ := utf8.DecodeRuneInString(s.src[s.pos:])
	return s.broken("is not JSON: %s stands where %s should", strconv.QuoteRune(r), wanted)
}

func (s *scanner) space() {
	for s.pos < len(s.src) {
		switch s.src[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// next is the byte at the scanner, 0 at the end.
func (s *scanner) next() byte {
	if s.pos < len(s.src) {
		return s.src[s.pos]
	}
	return 0
}

// take steps over c if it is next.
func (s *scanner) take(c byte) bool {
	if s.next() != c {
		return false
	}
	s.pos++
	return true
}

// document scans the whole source.
func (s *scanner) document(sh *shape) {
	s.space()
	if s.pos == len(s.src) {
		s.broken("the document is empty")
		return
	}
	if !s.value(sh) {
		return
	}
	s.space()
	if s.pos < len(s.src) {
		s.broken("something follows the end of the document; one document holds one request")
	}
}

// value scans one value and whatever is inside it.
func (s *scanner) value(sh *shape) bool {
	s.space()
	c := s.next()
	if (c == '{' || c == '[') && len(s.path) >= MaxDepth {
		return s.broken("is nested deeper than %d levels", MaxDepth)
	}
	switch {
	case c == '{':
		return s.object(s.fit(sh, "object"))
	case c == '[':
		return s.array(s.fit(sh, "array"))
	case c == '"':
		return s.text(s.fit(sh, "string"))
	case c == '-' || c >= '0' && c <= '9':
		return s.number(sh)
	case c == 't' || c == 'f':
		s.fit(sh, "boolean")
		return s.word("true") || s.word("false") || s.unexpected("a value")
	case c == 'n':
		if sh != nil && !sh.null && !s.full() {
			s.problem(s.pos, "must be %s and may not be null", described(sh))
		}
		return s.word("null") || s.unexpected("a value")
	}
	return s.unexpected("a value")
}

// fit gives the shape if a value of the kind may have it. Otherwise it notes
// the problem and gives nil, by which the value is scanned for syntax alone.
func (s *scanner) fit(sh *shape, kind string) *shape {
	if sh == nil || sh.kind == kind {
		return sh
	}
	if !s.full() {
		s.problem(s.pos, "must be %s; found %s", described(sh), article(kind))
	}
	return nil
}

// described says what a shape wants.
func described(sh *shape) string {
	if sh.kind == "integer" {
		return "a whole number"
	}
	if len(sh.enum) > 0 {
		return article(sh.kind) + " (" + list(sh.enum) + ")"
	}
	return article(sh.kind)
}

func article(kind string) string {
	if strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}

func list(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	return strings.Join(quoted, ", ")
}

func (s *scanner) word(w string) bool {
	if !strings.HasPrefix(s.src[s.pos:], w) {
		return false
	}
	s.pos += len(w)
	return true
}

// object scans an object, the opening brace being next.
func (s *scanner) object(sh *shape) bool {
	place := s.pos
	s.pos++
	seen := uint64(0)
	var others map[string]bool // names seen that the shape does not know
	s.space()
	for last := s.take('}'); !last; {
		s.space()
		at := s.pos
		if s.next() != '"' {
			return s.unexpected("a member name in quotation marks")
		}
		name, flaw, ok := s.quoted()
		if !ok {
			return false
		}
		s.enter(step{name: name, index: -1})
		if flaw != "" {
			s.problem(at, "has a name that %s", flaw)
		}
		m, known := sh.member(name)
		switch {
		case known && seen&m.bit != 0, !known && others[name]:
			s.problem(at, "stands twice in this object; keep one")
			m.shape = nil
		case known:
			seen |= m.bit
		default:
			if others == nil {
				others = map[string]bool{}
			}
			others[name] = true
			s.unknown(at, name, sh)
		}
		s.space()
		if !s.take(':') {
			return s.unexpected("a colon")
		}
		if !s.value(m.shape) {
			return false
		}
		s.leave()
		s.space()
		last = s.take('}')
		if !last && !s.take(',') {
			return s.unexpected("a comma or a closing brace")
		}
	}
	if sh != nil && seen&sh.required != sh.required {
		s.missing(place, sh, seen)
	}
	return true
}

func (s *scanner) enter(to step) { s.path = append(s.path, to) }

func (s *scanner) leave() { s.path = s.path[:len(s.path)-1] }

func (sh *shape) member(name string) (member, bool) {
	if sh == nil {
		return member{}, false
	}
	m, ok := sh.members[name]
	return m, ok
}

// unknown notes a member that the shape does not have.
func (s *scanner) unknown(at int, name string, sh *shape) {
	if sh == nil || s.full() { // nil: inside something that is refused already
		return
	}
	if near := nearest(name, sh.names); near != "" {
		s.problem(at, "is not a known member; did you mean %q?", near)
		return
	}
	s.problem(at, "is not a known member; the members here are %s", strings.Join(sh.names, ", "))
}

// missing notes each member that must be there and is not.
func (s *scanner) missing(place int, sh *shape, seen uint64) {
	for _, n := range sh.names {
		m := sh.members[n]
		if m.bit&sh.required&^seen == 0 || s.full() {
			continue
		}
		s.enter(step{name: n, index: -1})
		s.problem(place, "is missing; the request cannot be read without it: give %s", described(m.shape))
		s.leave()
	}
}

// array scans an array, the opening bracket being next.
func (s *scanner) array(sh *shape) bool {
	place := s.pos
	s.pos++
	var items *shape
	if sh != nil {
		items = sh.items
	}
	n := 0
	s.space()
	for last := s.take(']'); !last; n++ {
		s.enter(step{index: n})
		if !s.value(items) {
			return false
		}
		s.leave()
		s.space()
		last = s.take(']')
		if !last && !s.take(',') {
			return s.unexpected("a comma or a closing bracket")
		}
	}
	if sh != nil && sh.maxItems > 0 && n > sh.maxItems {
		s.problem(place, "has %d items; at most %d are read", n, sh.maxItems)
	}
	return true
}

// number scans a number and compares it with its bounds. It is compared as the
// float64 it will be: 100.00000000000000001 is 100.
func (s *scanner) number(sh *shape) bool {
	place := s.pos
	s.take('-')
	if !s.take('0') && !s.digits() {
		return s.unexpected("a digit")
	}
	whole := true
	if s.take('.') {
		whole = false
		if !s.digits() {
			return s.unexpected("a digit")
		}
	}
	if s.take('e') || s.take('E') {
		whole = false
		if !s.take('+') {
			s.take('-')
		}
		if !s.digits() {
			return s.unexpected("a digit")
		}
	}
	if sh == nil {
		return true
	}
	literal := s.src[place:s.pos]
	if sh.kind == "integer" && !whole {
		s.problem(place, "must be a whole number written in digits alone; found %s", clip(literal))
		return true
	}
	if sh.kind != "number" && sh.kind != "integer" {
		if !s.full() {
			s.problem(place, "must be %s; found a number", described(sh))
		}
		return true
	}
	// The only error is a number too large, which comes as an infinity.
	if f, _ := strconv.ParseFloat(literal, 64); f < sh.minimum || f > sh.maximum {
		s.problem(place, "must be from %s to %s; found %s", plain(sh.minimum), plain(sh.maximum), clip(literal))
	}
	return true
}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// digits steps over one digit or more.
func (s *scanner) digits() bool {
	begin := s.pos
	for s.pos < len(s.src) && s.src[s.pos] >= '0' && s.src[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > begin
}

// text scans a string value.
func (s *scanner) text(sh *shape) bool {
	place := s.pos
	value, flaw, ok := s.quoted()
	if !ok {
		return false
	}
	if flaw != "" {
		s.problem(place, "%s", flaw)
		return true
	}
	if sh == nil {
		return true
	}
	if len(sh.enum) > 0 {
		s.oneOf(place, value, sh.enum)
		return true
	}
	if sh.check != nil {
		if wrong := sh.check(value); wrong != "" && !s.full() {
			s.problem(place, "%s %s", quote(value), wrong)
		}
		return true
	}
	if len(value) < sh.minLength { // no minimum is above 1, where bytes and characters agree
		s.problem(place, "may not be empty")
	}
	// Bytes first: there are never more characters than bytes.
	if sh.maxLength > 0 && len(value) > sh.maxLength {
		if n := utf8.RuneCountInString(value); n > sh.maxLength {
			s.problem(place, "has %d characters; at most %d are read", n, sh.maxLength)
		}
	}
	return true
}

func (s *scanner) oneOf(place int, value string, allowed []string) {
	for _, a := range allowed {
		if a == value {
			return
		}
	}
	if s.full() {
		return
	}
	wanted := "must be one of " + list(allowed)
	if len(allowed) == 1 {
		wanted = "must be " + list(allowed)
	}
	if near := nearest(value, allowed); near != "" && len(allowed) > 1 {
		s.problem(place, "%s; found %s; did you mean %q?", wanted, quote(value), near)
		return
	}
	s.problem(place, "%s; found %s", wanted, quote(value))
}
