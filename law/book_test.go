package law

import "testing"

func TestStartingHangsTogether(t *testing.T) {
	b := Starting()
	for _, p := range b.Problems() {
		t.Error(p)
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"clauses", len(b.Clauses()), 352},
		{"provisions", len(b.Provisions()), 171},
		{"classes", len(b.Classes()), 21},
		{"checks", len(b.Checks()), 63},
		{"traps", len(b.Traps()), 34},
		{"deadlines", len(b.Deadlines()), 20},
	} {
		if c.got != c.want {
			t.Errorf("%d %s, want %d", c.got, c.what, c.want)
		}
	}
	if len(b.SHA256()) != 64 {
		t.Errorf("hash %q", b.SHA256())
	}
}
