package screen

import (
	"fmt"
	"testing"

	"github.com/rogatory/rogatory/request"
)

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

// many is a genuine request for so many accounts.
func many(t testing.TB, n int) *request.Request {
	r := genuine(t)
	m := &r.Measures[0]
	for i := range n {
		m.Targets = append(m.Targets, request.Target{Value: fmt.Sprintf("user-%d@provider.example", i)})
	}
	return r
}

// BenchmarkAccounts: of a request for ten thousand accounts.
func BenchmarkAccounts(b *testing.B) {
	r := many(b, 10_000)
	for b.Loop() {
		Accounts(r)
	}
}

// BenchmarkScreenMany: the same request, from Request to Result.
func BenchmarkScreenMany(b *testing.B) {
	s, r := floor(b), many(b, 10_000)
	now := Situation{Today: today()}
	for b.Loop() {
		if _, err := s.Screen(r, now); err != nil {
			b.Fatal(err)
		}
	}
}
