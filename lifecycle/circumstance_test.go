package lifecycle

import "testing"

func TestEveryCircumstanceHasItsWord(t *testing.T) {
	seen := make(map[string]bool)
	for c := Circumstances(1); c < circumstanceEnd; c <<= 1 {
		word := c.String()
		if word == "" || seen[word] {
			t.Errorf("circumstance %d is written %q, which is nothing or another's word", c, word)
		}
		seen[word] = true
		var back Circumstances
		if err := back.UnmarshalText([]byte(word)); err != nil || back != c {
			t.Errorf("%q is read as %d, %v; want %d", word, back, err, c)
		}
	}
	var all, none Circumstances
	if err := all.UnmarshalText([]byte(AllCircumstances.String())); err != nil || all != AllCircumstances {
		t.Errorf("all are read as %v, %v", all, err)
	}
	if err := none.UnmarshalText(nil); err != nil || none != 0 {
		t.Errorf("none are read as %v, %v", none, err)
	}
}

func TestCircumstancesThatAreNone(t *testing.T) {
	for _, text := range []string{"wishful", "reasoned,seconded", "reasoned, reasoned"} {
		var x Circumstances
		if err := x.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read as %v", text, x)
		}
	}
}
