package fact

import "testing"

var truths = []Truth{Unknown, True, False}

// The tables of strong Kleene logic, written out.
func TestTruthTables(t *testing.T) {
	for _, c := range []struct{ a, b, and, or Truth }{
		{True, True, True, True},
		{True, False, False, True},
		{True, Unknown, Unknown, True},
		{False, True, False, True},
		{False, False, False, False},
		{False, Unknown, False, Unknown},
		{Unknown, True, Unknown, True},
		{Unknown, False, False, Unknown},
		{Unknown, Unknown, Unknown, Unknown},
	} {
		if got := c.a.And(c.b); got != c.and {
			t.Errorf("%s and %s = %s, want %s", c.a, c.b, got, c.and)
		}
		if got := c.a.Or(c.b); got != c.or {
			t.Errorf("%s or %s = %s, want %s", c.a, c.b, got, c.or)
		}
	}
	for _, c := range []struct{ a, not Truth }{{True, False}, {False, True}, {Unknown, Unknown}} {
		if got := c.a.Not(); got != c.not {
			t.Errorf("not %s = %s, want %s", c.a, got, c.not)
		}
	}
}

func TestDeMorgan(t *testing.T) {
	for _, a := range truths {
		for _, b := range truths {
			if got, want := a.And(b).Not(), a.Not().Or(b.Not()); got != want {
				t.Errorf("not (%s and %s) = %s, want %s", a, b, got, want)
			}
			if got, want := a.Or(b).Not(), a.Not().And(b.Not()); got != want {
				t.Errorf("not (%s or %s) = %s, want %s", a, b, got, want)
			}
		}
	}
}

func TestTruthIsUnknownUnlessSaid(t *testing.T) {
	var zero Truth
	if zero != Unknown {
		t.Errorf("the zero Truth is %s, want unknown", zero)
	}
	if Of(true) != True || Of(false) != False {
		t.Errorf("Of(true), Of(false) = %s, %s", Of(true), Of(false))
	}
}

func TestWordsOfTruth(t *testing.T) {
	for truth, want := range map[Truth]string{Unknown: "unknown", True: "true", False: "false"} {
		if got := truth.String(); got != want {
			t.Errorf("Truth(%d) is called %q, want %q", truth, got, want)
		}
	}
}
