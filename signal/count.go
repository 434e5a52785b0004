package signal

import (
	"unicode/utf8"
)

// A crowd is a stated count of at least this many persons, accounts or devices.
const crowdSize = 50

// longestNumber bounds, in bytes, what is read as one number.
const longestNumber = 64

// number reads the number at i and gives its end. Groups of three digits may
// be separated by comma, point, apostrophe or a space of any width.
func number(body string, i int) (end int, v float64) {
	digits, j := 0, i
	for j < len(body) && j-i < longestNumber {
		d, n := digit(body[j:])
		if n > 0 {
			v = v*10 + float64(d)
			if v > 1e15 {
				v = 1e15
			}
			digits++
			j += n
			end = j
			continue
		}
		m := separator(body[j:])
		if m == 0 || digits > 3 && end-i < 8 && m > 0 && !grouped(body[i:end]) {
			break
		}
		if !threeDigits(body[j+m:]) {
			if body[j] == '.' {
				return fraction(body, j, end, v)
			}
			break
		}
		j += m
	}
	return end, v
}

// fraction reads the decimals behind a point: "1.2" before a Chinese ten thousand.
func fraction(body string, j, end int, v float64) (int, float64) {
	scale := 0.1
	k := j + 1
	for k < len(body) && k < j+7 {
		d, n := digit(body[k:])
		if n == 0 {
			break
		}
		v += float64(d) * scale
		scale /= 10
		k += n
	}
	if k == j+1 {
		return end, v
	}
	return k, v
}

func grouped(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && s[i] < utf8.RuneSelf {
			return true
		}
	}
	return false
}

func digit(s string) (value, size int) {
	if s == "" {
		return 0, 0
	}
	if s[0] >= '0' && s[0] <= '9' {
		return int(s[0] - '0'), 1
	}
	if s[0] < utf8.RuneSelf {
		return 0, 0
	}
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r >= '٠' && r <= '٩':
		return int(r - '٠'), n
	case r >= '۰' && r <= '۹':
		return int(r - '۰'), n
	case r >= '０' && r <= '９':
		return int(r - '０'), n
	}
	return 0, 0
}

func separator(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	switch r {
	case ',', '.', '\'', '’', ' ', 0xA0, 0x2009, 0x202F, '٬', '٫', '，':
		return n
	}
	return 0
}

func threeDigits(s string) bool {
	for range 3 {
		_, n := digit(s)
		if n == 0 {
			return false
		}
		s = s[n:]
	}
	_, n := digit(s)
	return n == 0
}

// numerals are the Chinese figures; those from ten upwards multiply.
var numerals = map[rune]float64{
	'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
	'十': 10, '百': 100, '千': 1000, '万': 10000, '亿': 100000000,
}

// count reads the count that begins at token i and gives the first token
// behind it: figures, figures with a word for hundred or thousand, such a word
// alone ("thousands of"), Chinese figures.
func (s *scan) count(m *Matcher, i int) (v float64, next int) {
	next = i
	total, group, current, seen := 0.0, 0.0, 0.0, false
	for next < len(s.tokens) && next < i+16 {
		t := &s.tokens[next]
		switch {
		case t.number >= 0 && !seen:
			current, seen = t.number, true
			if t.number >= 1990 && t.number < 2036 && t.end-t.start == 4 {
				current = 0 // a year
			}
		case t.han != 0 && isNumeral(t.han):
			n := numerals[t.han]
			seen = true
			switch {
			case n < 10:
				current = n
			case n >= 10000:
				total += max(group+current, 1) * n
				group, current = 0, 0
			default:
				group += max(current, 1) * n
				current = 0
			}
		case t.han == 0 && t.number < 0 && s.factor(m, next) > 0:
			current = max(current, 1) * s.factor(m, next)
			seen = true
		default:
			return total + group + current, next
		}
		next++
	}
	return total + group + current, next
}

func isNumeral(r rune) bool { _, ok := numerals[r]; return ok }

// factor is what the word at token i multiplies by: 100, 1000, or 0.
func (s *scan) factor(m *Matcher, i int) float64 {
	for _, sym := range s.symbols[s.tokens[i].symLo:s.tokens[i].symHi] {
		for _, c := range m.words.accepts[m.words.step(0, sym)] {
			switch int(c.concept) {
			case m.hundred:
				return 100
			case m.thousand:
				return 1000
			}
		}
	}
	return 0
}

// crowds adds an occurrence of the concept "crowd" for every count of at
// least crowdSize that is followed, within a few words, by persons, accounts
// or devices, with nothing else counted in between.
func (s *scan) crowds(m *Matcher) {
	if m.crowd < 0 {
		return
	}
	next := 0
	found := len(s.found)
	for i := 0; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		if t.number < 0 && !isNumeral(t.han) && (t.han != 0 || s.factor(m, i) == 0) {
			continue
		}
		v, behind := s.count(m, i)
		for next < found && int(s.found[next].first) < behind {
			next++
		}
		if v >= crowdSize {
			s.headOf(m, i, behind, next, found)
		}
		if behind > i {
			i = behind - 1
		}
	}
}

// headOf looks for what is counted behind the count in tokens [i, behind).
func (s *scan) headOf(m *Matcher, i, behind, from, found int) {
	limit := s.tokens[behind-1].at + 10
	for k := from; k < found; k++ {
		o := s.found[k]
		t := &s.tokens[o.first]
		if t.at > limit || t.sentence != s.tokens[i].sentence {
			return
		}
		switch int(o.concept) {
		case m.uncounted:
			return
		case m.counted:
			s.found = append(s.found, occurrence{concept: uint16(m.crowd), lang: o.lang, first: int32(i), last: o.last})
			return
		}
	}
}
