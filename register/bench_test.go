package register_test

import "testing"

// BenchmarkAuthority asks for an entry with the history of some years: it is
// asked for with every request.
func BenchmarkAuthority(b *testing.B) {
	r := newRig(b)
	r.enrolled(paris(b))
	for range 10 {
		to := r.stands("fr-paris")
		to.Until = to.Until.AddDate(0, 0, 1)
		r.enrolled(to)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := r.Signer(b.Context(), "fr-paris#2026"); err != nil {
			b.Fatal(err)
		}
	}
}
