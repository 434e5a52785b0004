package signal

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
)

// A language is one of the six of the lexicons, in the order of their files.
type language uint8

const (
	ar language = iota
	en
	es
	fr
	ru
	zh
	languages
)

// codes are the names of the lexicon files and of the keys of examples.
var codes = [languages]string{"ar", "en", "es", "fr", "ru", "zh"}

// scripts says which words a language's stems are asked for.
var scripts = [languages]script{arabic, latin, latin, latin, cyrillic, otherScript}

// stem gives the stem of a word of language l. Stems lose their diacritics
// last, because Snowball tells endings apart by them. env is room to work in.
func stem(env *snowballstem.Env, l language, w string) string {
	*env = *snowballstem.NewEnv(w)
	switch l {
	case en:
		english.Stem(env)
	case es:
		spanish.Stem(env)
	case fr:
		french.Stem(env)
	case ru:
		russian.Stem(env)
		return env.Current() // Cyrillic has lost its diacritics before
	}
	return plain(env.Current())
}

// plain removes diacritics from a Latin stem.
func plain(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return normalise(s).plain
		}
	}
	return s
}

// Arabic writes conjunctions, prepositions, article and possessives onto the
// word. Snowball's Arabic stemmer also cuts letters of the root; here every
// cut is a further candidate, so that a word is never lost to a wrong one.
var (
	arabicClitics  = [3][]string{{"و", "ف"}, {"لل", "ب", "ك", "ل", "س"}, {"ال"}}
	arabicSuffixes = []string{"هما", "تين", "تان", "وها", "وه", "هم", "هن", "ها", "نا", "ات", "ين", "ون", "ان", "وا", "يه", "ه", "ي", "ت", "ا"}
)

// shortestArabic is the least number of letters that a cut leaves.
const shortestArabic = 3

// arabicForms appends w and what is left of it without its suffixes.
func arabicForms(forms []string, w string) []string {
	first := len(forms)
	forms = append(forms, w)
	for i := first; i < len(forms) && len(forms) < first+24; i++ {
		for _, s := range arabicSuffixes {
			if cut, ok := strings.CutSuffix(forms[i], s); ok && utf8.RuneCountInString(cut) >= shortestArabic {
				forms = append(forms, cut)
			}
		}
	}
	return forms
}

// arabicHeads appends w and w without its clitics, one, two or three of them.
func arabicHeads(out []string, w string) []string {
	out = append(out, w)
	for _, clitics := range arabicClitics {
		for _, c := range clitics {
			if rest, ok := strings.CutPrefix(w, c); ok && utf8.RuneCountInString(rest) >= shortestArabic {
				out = append(out, rest)
				w = rest
				break
			}
		}
	}
	return out
}

// arabicBase is the form under which a lexicon keeps a word: without article
// and without the ending of number or gender.
func arabicBase(w string) string {
	if rest, ok := strings.CutPrefix(w, "ال"); ok && utf8.RuneCountInString(rest) >= shortestArabic {
		w = rest
	}
	for _, s := range []string{"ات", "ين", "ون", "يه", "ه"} {
		if cut, ok := strings.CutSuffix(w, s); ok && utf8.RuneCountInString(cut) >= shortestArabic {
			return cut
		}
	}
	return w
}
