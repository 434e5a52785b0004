package signal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A script is what a word is written in; it decides which lexicons can hold it.
type script uint8

const (
	otherScript script = iota
	latin
	cyrillic
	arabic
	greek
	mixed // letters of several scripts in one word: a disguise, or a brand
)

// scriptOf gives the script of one rune.
func scriptOf(r rune) script {
	switch {
	case r < 0x80:
		if r|0x20 >= 'a' && r|0x20 <= 'z' {
			return latin
		}
		return otherScript
	case r < 0x250, r >= 0x1E00 && r < 0x1F00, r >= 0xFF21 && r <= 0xFF5A:
		return latin
	case r >= 0x400 && r < 0x530:
		return cyrillic
	case r >= 0x600 && r < 0x700, r >= 0x750 && r < 0x780, r >= 0xFB50 && r < 0xFE00, r >= 0xFE70 && r < 0xFEFF:
		return arabic
	case r >= 0x370 && r < 0x400:
		return greek
	}
	return otherScript
}

// ignorable reports whether r shows nothing: such a rune neither ends a word
// nor belongs to it, so that it cannot hide one.
func ignorable(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x640, r == 0x180E, r == 0xFEFF:
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2069:
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}

// han reports whether r is a Chinese character, a word of its own here.
func han(r rune) bool {
	return r >= 0x3400 && r <= 0x9FFF || r >= 0xF900 && r <= 0xFAFF || r >= 0x20000 && r <= 0x323AF || r == 0x3007
}

// A word is one word in the two forms that lexicons are asked for.
type word struct {
	accented string // lower case, compatibility forms folded
	plain    string // the same without diacritics
	script   script
}

// normalise gives the forms of one raw word. A form that is the raw word
// already shares its memory.
func normalise(raw string) word {
	if w, ok := normaliseASCII(raw); ok {
		return w
	}
	if !settled(raw) {
		raw = norm.NFKC.String(raw)
	}
	var room [2][2 * longestWord]byte
	a, p := room[0][:0], room[1][:0]
	s := otherScript
	for _, r := range raw {
		if ignorable(r) {
			continue
		}
		r = lower(r)
		if t := scriptOf(r); t != otherScript && t != s {
			if s == otherScript {
				s = t
			} else {
				s = mixed
			}
		}
		if !compact(r) && unicode.Is(unicode.Mn, r) {
			continue
		}
		a, p = fold(a, p, r)
	}
	accented := shared(a, raw)
	return word{accented: accented, plain: shared(p, accented), script: s}
}

// shared gives b as a string: s itself if that is what it says.
func shared(b []byte, s string) string {
	if string(b) == s {
		return s
	}
	return string(b)
}

// compact reports whether r is one of the frequent letters that have no
// compatibility form, are no mark and join no other of them.
func compact(r rune) bool {
	return r < utf8.RuneSelf || r >= 0xC0 && r <= 0xFF || r >= 0x400 && r <= 0x45F || r >= 0x621 && r <= 0x64A
}

// settled reports whether s is in normal form KC, without the tables for the
// most frequent words.
func settled(s string) bool {
	for _, r := range s {
		if !compact(r) {
			return norm.NFKC.IsNormalString(s)
		}
	}
	return true
}

// lower is unicode.ToLower, faster for Russian and Arabic.
func lower(r rune) rune {
	switch {
	case r >= 'а' && r <= 'я', r >= 0x621 && r <= 0x64A:
		return r
	case r >= 'А' && r <= 'Я':
		return r + 'а' - 'А'
	}
	return unicode.ToLower(r)
}

// normaliseASCII serves the most frequent words without Unicode tables.
func normaliseASCII(raw string) (word, bool) {
	upper, letters := false, false
	for i := range len(raw) {
		c := raw[i]
		if c >= utf8.RuneSelf {
			return word{}, false
		}
		upper = upper || c >= 'A' && c <= 'Z'
		letters = letters || c|0x20 >= 'a' && c|0x20 <= 'z'
	}
	if upper {
		raw = strings.ToLower(raw)
	}
	w := word{accented: raw, plain: raw}
	if letters {
		w.script = latin
	}
	return w, true
}

// fold appends r to both forms. Russian й is a letter and stays; ё is written
// е as often as not and becomes it. Arabic letters that writers interchange
// become one.
func fold(a, p []byte, r rune) (accented, plain []byte) {
	switch r {
	case 'ё':
		r = 'е'
	case 'أ', 'إ', 'آ', 'ٱ':
		r = 'ا'
	case 'ى', 'ئ', 'ی':
		r = 'ي'
	case 'ة':
		r = 'ه'
	case 'ؤ':
		r = 'و'
	case 'ک':
		r = 'ك'
	case 'œ':
		return append(a, "oe"...), append(p, "oe"...)
	}
	a = utf8.AppendRune(a, r)
	if r >= utf8.RuneSelf && r < utf8.RuneSelf+rune(len(bare)) {
		r = bare[r-utf8.RuneSelf]
	} else if r >= utf8.RuneSelf && scriptOf(r) == latin {
		r = withoutMarks(r)
	}
	return a, utf8.AppendRune(p, r)
}

// bare are the first Latin letters behind ASCII without their diacritics.
var bare = func() (t [0x250 - utf8.RuneSelf]rune) {
	for i := range t {
		t[i] = withoutMarks(rune(i) + utf8.RuneSelf)
	}
	return t
}()

// withoutMarks removes the diacritics of one Latin letter.
func withoutMarks(r rune) rune {
	r, _ = utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	switch r {
	case 'ø':
		return 'o'
	case 'ł':
		return 'l'
	case 'ı':
		return 'i'
	}
	return r
}

// Letters that look alike. Both strings have the same number of runes.
const (
	looksCyrillic = "аеорсухкмтнвіѕјԁԛԝһь" + "αορεκντυχι"
	looksLatin    = "aeopcyxkmthbisjdqwhb" + "aopekvtuxi"
)

var (
	toLatin    = pairs(looksCyrillic, looksLatin)
	toCyrillic = map[rune]rune{
		'a': 'а', 'e': 'е', 'o': 'о', 'p': 'р', 'c': 'с', 'y': 'у', 'x': 'х', 'k': 'к', 'm': 'м', 't': 'т',
		'h': 'н', 'b': 'в', 'i': 'и', '3': 'з', '6': 'б', '0': 'о', 'α': 'а', 'ο': 'о', 'ρ': 'р', 'ε': 'е', 'κ': 'к',
	}
)

func pairs(from, to string) map[rune]rune {
	f, t := []rune(from), []rune(to)
	m := make(map[rune]rune, len(f))
	for i, r := range f {
		m[r] = t[i]
	}
	return m
}

// lookalikes gives the words that w pretends to be: written with letters of
// another script that look the same.
func lookalikes(w word) []word {
	var out []word
	if w.script == mixed || w.script == cyrillic || w.script == greek {
		if s, ok := replace(w.plain, latin, toLatin); ok {
			out = append(out, word{accented: s, plain: s, script: latin})
		}
	}
	if w.script == mixed || w.script == latin && len(w.plain) > 2 {
		if s, ok := replace(w.plain, cyrillic, toCyrillic); ok {
			out = append(out, word{accented: s, plain: s, script: cyrillic})
		}
	}
	return out
}

// replace writes s wholly in one script, or reports that it cannot.
func replace(s string, to script, table map[rune]rune) (string, bool) {
	var room [2 * longestWord]byte
	b := room[:0]
	for _, r := range s {
		if scriptOf(r) != to {
			t, ok := table[r]
			if !ok {
				return "", false
			}
			r = t
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b), true
}
