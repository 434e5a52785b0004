package signal

import (
	"strings"
	"testing"
	"time"
)

// Every byte is read a bounded number of times, whatever it is.
func TestLongTextsAreReadInLinearTime(t *testing.T) {
	const size = 1 << 20
	for _, c := range []struct{ name, part, end string }{
		{"words", "newspaper drafts ", ""},
		{"sentences", "A. ", ""},
		{"grouped figures before a letter", "111,", "111a"},
		{"figures before a letter", "1", "a"},
		{"one word", "a", ""},
		{"invisible runes in a word", "\u200b", "a"},
		{"marks", "a\u0301\u0301\u0301", ""},
		{"characters", "记者稿件", ""},
		{"counts", "3 thousand 二百 ", "accounts"},
		{"Arabic clitics", "وبالمتبرعين ", ""},
		{"disguised", "ьоусотт ", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := "a" + strings.Repeat(c.part, size/len(c.part)) + c.end
			begun := time.Now()
			Floor().Find([]Text{{Path: "/x", Field: Facts, Body: body}})
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
