package request

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What may be wrong with a string that is good JSON.
const (
	hasNUL  = `holds the character NUL (\u0000); remove it`
	hasHalf = `holds half a surrogate pair, which is no character; write both halves, or the character itself`
)

// quoted scans a string, the quotation mark being next, and gives its value and
// what is wrong with it. A string with a flaw is scanned to its end.
func (s *scanner) quoted() (value, flaw string, ok bool) {
	s.pos++
	begin := s.pos
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '"':
			value = s.src[begin:s.pos]
			s.pos++
			return value, "", true
		case c == '\\':
			return s.escaped(begin)
		case c < ' ':
			return "", "", s.control(c)
		}
		s.pos++
	}
	return "", "", s.unexpected("a closing quotation mark")
}

// control refuses a control character inside a string.
func (s *scanner) control(c byte) bool {
	return s.broken(`is not JSON: the control character U+%04X stands in a string; write \u%04x, or \n for a line break`, c, c)
}

// escaped is quoted from the first backslash on.
func (s *scanner) escaped(begin int) (value, flaw string, ok bool) {
	var b strings.Builder
	b.WriteString(s.src[begin:s.pos])
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		if c < ' ' {
			return "", "", s.control(c)
		}
		s.pos++
		if c == '"' {
			return b.String(), flaw, true
		}
		if c != '\\' {
			b.WriteByte(c)
			continue
		}
		r, wrong, ok := s.escape()
		if !ok {
			return "", "", false
		}
		if wrong != "" {
			flaw = wrong
		}
		b.WriteRune(r)
	}
	return "", "", s.unexpected("a closing quotation mark")
}

const simple = "\"\\/bfnrt"

// escape reads what follows a backslash.
func (s *scanner) escape() (r rune, flaw string, ok bool) {
	c := s.next()
	if i := strings.IndexByte(simple, c); i >= 0 {
		s.pos++
		return rune("\"\\/\b\f\n\r\t"[i]), "", true
	}
	if !s.take('u') {
		return 0, "", s.unexpected(`one of " \ / b f n r t u`)
	}
	r, ok = s.hex()
	if !ok {
		return 0, "", s.unexpected("four hexadecimal digits")
	}
	if r == 0 {
		return r, hasNUL, true
	}
	if !utf16.IsSurrogate(r) {
		return r, "", true
	}
	after := s.pos
	if s.word(`\u`) {
		low, ok := s.hex()
		if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
			return pair, "", true
		}
	}
	s.pos = after // what follows is no second half: it stands for itself
	return utf8.RuneError, hasHalf, true
}

// hex reads four hexadecimal digits.
func (s *scanner) hex() (rune, bool) {
	if len(s.src)-s.pos < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(s.src[s.pos:s.pos+4], 16, 16)
	if err != nil {
		return 0, false
	}
	s.pos += 4
	return rune(n), true
}
