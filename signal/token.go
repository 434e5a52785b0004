package signal

import (
	"unicode"
	"unicode/utf8"
)

// A token is one word, number or Chinese character of a text.
type token struct {
	start, end int32 // byte offsets into the body
	at         int32 // place in half words: a word takes two, a Chinese character one
	sentence   int32
	piece      int32   // the sentence again, but long ones are cut
	han        rune    // the character, simplified; 0 for a word or number
	number     float64 // the value if the token is a number; otherwise negative
	symLo      int32   // symbols of the token: scan.symbols[symLo:symHi]
	symHi      int32
}

// longestSentence bounds, in tokens, how far apart words may stand in one
// sentence, so that a text without full stops is not one. Words are measured
// from each other, so that no place in it hides what stands around it; only
// what clears a signal is sought in pieces of this length.
const longestSentence = 200

// longestWord bounds, in bytes, what is looked up; longer runs are no words.
const longestWord = 96

// tokenise appends the tokens of body in one pass.
func tokenise(body string, tokens []token) []token {
	var at, sentence, piece, length int32
	breakNow := func() {
		if length > 0 {
			sentence++
			piece++
			length = 0
		}
	}
	emit := func(t token, width int32) {
		if length == longestSentence {
			piece++
			length = 0
		}
		t.at, t.sentence, t.piece = at, sentence, piece
		at += width
		length++
		tokens = append(tokens, t)
	}
	for i := 0; i < len(body); {
		r, n := rune(body[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(body[i:])
		}
		switch {
		case isDigit(r):
			end, v := number(body, i)
			if end > i && !wordFollows(body, end) {
				emit(token{start: int32(i), end: int32(end), number: v}, 2)
				i = end
				continue
			}
			end = wordEnd(body, i)
			emit(token{start: int32(i), end: int32(end), number: -1}, 2)
			i = end
		case han(r):
			emit(token{start: int32(i), end: int32(i + n), han: simplified(r), number: -1}, 1)
			i += n
		case isLetter(r):
			end := wordEnd(body, i)
			emit(token{start: int32(i), end: int32(end), number: -1}, 2)
			i = end
		default:
			if endsSentence(body, i, n, r) {
				breakNow()
			}
			i += n
		}
	}
	return tokens
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r)
}

func isDigit(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '0' && r <= '9'
	}
	return unicode.Is(unicode.Nd, r)
}

// wordEnd gives the end of the word that starts at i. Invisible runes inside
// do not end it and those behind it are not part of it.
func wordEnd(body string, i int) int {
	end := i
	for i < len(body) {
		r, n := rune(body[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(body[i:])
		}
		switch {
		case han(r):
			return end
		case isLetter(r), isDigit(r), r >= utf8.RuneSelf && unicode.Is(unicode.Mn, r):
			i += n
			end = i
		case ignorable(r):
			i += n
		default:
			return end
		}
	}
	return end
}

func wordFollows(body string, i int) bool {
	r, _ := utf8.DecodeRuneInString(body[i:])
	return isLetter(r) && !han(r)
}

// endsSentence reports whether the mark at i ends a sentence. A full stop does
// not inside a number, an address or after an abbreviation: when what follows
// goes on in lower case or with a figure.
func endsSentence(body string, i, n int, r rune) bool {
	switch r {
	case '!', '?', '。', '！', '？', '؟', '۔':
		return true
	case '\n':
		return i+1 < len(body) && body[i+1] == '\n'
	case '.', '…':
		j := i + n
		if j < len(body) && body[j] != ' ' && body[j] != '\n' && body[j] != '\r' && body[j] != '\t' {
			return false
		}
		for k := 0; j < len(body) && k < 4; k++ {
			next, m := utf8.DecodeRuneInString(body[j:])
			if unicode.IsSpace(next) || unicode.IsPunct(next) {
				j += m
				continue
			}
			return !unicode.IsLower(next) && !isDigit(next)
		}
		return true
	}
	return false
}
