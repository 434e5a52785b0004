package letter

import (
	"strings"
	"testing"
)

// A letter costs no more than it is long, whatever stands in it.
func BenchmarkText(b *testing.B) {
	for _, c := range []struct{ name, told string }{
		{"a sentence", "Please send the order."},
		{"one long word", strings.Repeat("x", maxText)},
		{"no words", strings.Repeat("漢", maxText/3)},
		{"marks only", "x" + strings.Repeat("\u0301", maxText/2-1)},
		{"lines", strings.Repeat("x\n\n", maxText/3)},
	} {
		b.Run(c.name, func(b *testing.B) {
			l := &Letter{
				Kind: Refused, Language: "en", Office: "o", Reply: "r", Case: "26-7K3MQ9XB-T", Reference: "1",
				Grounds: []string{"no-target"}, Told: c.told,
			}
			for b.Loop() {
				_, _, err := l.Text()
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
