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

// normalise gives the forms of one raw word.
func normalise(raw string) word {
	if w, ok := normaliseASCII(raw); ok {
		return w
	}
	if !norm.NFKC.IsNormalString(raw) {
		raw = norm.NFKC.String(raw)
	}
	var a, p strings.Builder
	a.Grow(len(raw))
	p.Grow(len(raw))
	s := otherScript
	for _, r := range raw {
		if ignorable(r) {
			continue
		}
		r = unicode.ToLower(r)
		if t := scriptOf(r); t != otherScript && t != s {
			if s == otherScript {
				s = t
			} else {
				s = mixed
			}
		}
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		fold(&a, &p, r)
	}
	return word{accented: a.String(), plain: p.String(), script: s}
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

// fold writes r to both forms. Russian й is a letter and stays; ё is written
// е as often as not and becomes it. Arabic letters that writers interchange
// become one.
func fold(a, p *strings.Builder, r rune) {
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
		a.WriteString("oe")
		p.WriteString("oe")
		return
	}
	a.WriteRune(r)
	if scriptOf(r) == latin && r >= utf8.RuneSelf {
		d := norm.NFD.String(string(r))
		r, _ = utf8.DecodeRuneInString(d)
		switch r {
		case 'ø':
			r = 'o'
		case 'ł':
			r = 'l'
		case 'ı':
			r = 'i'
		}
	}
	p.WriteRune(r)
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
	var b strings.Builder
	for _, r := range s {
		if scriptOf(r) != to {
			t, ok := table[r]
			if !ok {
				return "", false
			}
			r = t
		}
		b.WriteRune(r)
	}
	return b.String(), true
}
