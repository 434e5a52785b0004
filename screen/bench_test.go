package screen

import "testing"

// BenchmarkScreen: one genuine request, from Request to Result.
func BenchmarkScreen(b *testing.B) {
	s, r := floor(b), genuine(b)
	now := Situation{Today: today()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Screen(r, now); err != nil {
			b.Fatal(err)
		}
	}
}
