package rule

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// A Pos is a place in a rule's expression: byte offset, from 0.
type Pos int

// A SyntaxError says what is wrong with an expression, and where.
type SyntaxError struct {
	Pos  Pos
	What string
}

// Error prints the error without its place, which the caller knows better: it
// knows the file the expression stands in.
func (e *SyntaxError) Error() string { return e.What }

func wrong(pos Pos, format string, args ...any) *SyntaxError {
	return &SyntaxError{pos, fmt.Sprintf(format, args...)}
}

type tokenKind uint8

const (
	end tokenKind = iota
	name
	number
	text
	symbol // one of && || ! == != < <= > >= ( ) [ ] , and the word in
)

type token struct {
	kind  tokenKind
	pos   Pos
	word  string  // name, symbol, or the text without its quotes
	value float64 // of a number
}

// String shows the token as an error names it.
func (t token) String() string {
	if t.kind == end {
		return "the end"
	}
	return strconv.Quote(t.word)
}

// scan splits an expression into tokens. Strings have no escapes: no option
// and no date needs one.
func scan(src string) ([]token, error) {
	var list []token
	for i := 0; i < len(src); {
		c := src[i]
		at := Pos(i)
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case letter(c):
			j := i
			for j < len(src) && (letter(src[j]) || digit(src[j]) || src[j] == '.') {
				j++
			}
			t := token{kind: name, pos: at, word: src[i:j]}
			if t.word == "in" {
				t.kind = symbol
			}
			list, i = append(list, t), j
		case digit(c) || c == '-' && i+1 < len(src) && digit(src[i+1]):
			j := i + 1
			for j < len(src) && (digit(src[j]) || src[j] == '.') {
				j++
			}
			n, err := strconv.ParseFloat(src[i:j], 64)
			if err != nil {
				return nil, wrong(at, "%q is no number", src[i:j])
			}
			list, i = append(list, token{kind: number, pos: at, word: src[i:j], value: n}), j
		case c == '"' || c == '\'':
			j := i + 1
			for j < len(src) && src[j] != c && src[j] != '\\' && src[j] != '\n' {
				j++
			}
			if j == len(src) || src[j] != c {
				return nil, wrong(at, "this text has no closing quote, or an escape, which texts here do not have")
			}
			list, i = append(list, token{kind: text, pos: at, word: src[i+1 : j]}), j+1
		default:
			word := symbolAt(src[i:])
			if word == "" {
				r, _ := utf8.DecodeRuneInString(src[i:])
				return nil, wrong(at, "%q has no meaning here; use && || ! == != < <= > >= in ( ) [ ]", r)
			}
			list, i = append(list, token{kind: symbol, pos: at, word: word}), i+len(word)
		}
	}
	return append(list, token{kind: end, pos: Pos(len(src))}), nil
}

func symbolAt(s string) string {
	for _, w := range []string{"&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ","} {
		if len(s) >= len(w) && s[:len(w)] == w {
			return w
		}
	}
	return ""
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
