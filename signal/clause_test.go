package signal

import (
	"strings"
	"testing"
	"testing/fstest"
)

// words gives n words that no lexicon holds and no full stop ends.
func words(n int) string { return strings.Repeat("qqq ", n) }

// apart is a matcher whose one new signal wants two words in one sentence.
func apart(t *testing.T) *Matcher {
	t.Helper()
	m, err := Floor().With(fstest.MapFS{
		"lexicon/en.yaml": {Data: []byte("ours-lamp: [zzlamp oil, zzlamp]\nours-wick: [zzwick, poxcoat]\nours-dark: [zzdark]\n")},
		"signals.yaml": {Data: []byte(`
- {id: ours, fact: request.press_work, reason: R., any: [{same: sentence, all: [ours-lamp, ours-wick]}], unless: [ours-dark]}
`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestNoPlaceInALongSentenceHidesAClause(t *testing.T) {
	m := apart(t)
	for before := range 2*longestSentence + 3 {
		if body := words(before) + "zzlamp qqq zzwick"; !fires(m, "ours", Facts, body) {
			t.Errorf("hidden behind %d words", before)
		}
	}
}

func TestSentence(t *testing.T) {
	m := apart(t)
	for _, c := range []struct {
		name, body string
		want       bool
	}{
		{"together", "The zzlamp has a zzwick.", true},
		{"phrase", "The zzwick drinks zzlamp oil.", true},
		{"a word wholly in Cyrillic letters", "The newspaper says that the zzlamp has a рохсоат.", true},
		{"another sentence", "The zzlamp is lit. The zzwick burns.", false},
		{"cleared", "The zzlamp has a zzwick but is zzdark.", false},
		{"cleared in the next sentence only", "The zzlamp has a zzwick. All is zzdark.", true},
		{"as far apart as may be", "zzlamp " + words(longestSentence-2) + "zzwick", true},
		{"too far apart", "zzlamp " + words(longestSentence-1) + "zzwick", false},
		{"what clears is far away", words(3*longestSentence) + "zzlamp zzwick " + words(2*longestSentence) + "zzdark", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fires(m, "ours", Facts, c.body); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
