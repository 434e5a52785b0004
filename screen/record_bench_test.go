package screen

import (
	"testing"
	"time"

	"github.com/rogatory/rogatory/fact"
)

// BenchmarkRescreen: the record of one genuine request, from its bytes to what
// every gate makes of it; and how many times as long it takes to screen the
// request, measured in the same run.
func BenchmarkRescreen(b *testing.B) {
	s, r := floor(b), genuine(b)
	now := Situation{Today: today()}
	record, err := s.Record(r, now)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Rescreen(record); err != nil {
			b.Fatal(err)
		}
	}
	each := b.Elapsed() / time.Duration(b.N)
	const screens = 500
	begun := time.Now()
	for range screens {
		if _, err := s.Screen(r, now); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(time.Since(begun)/screens)/float64(each), "screens/rescreen")
	b.ReportMetric(float64(len(record)), "B/record")
}

// BenchmarkConclude: what it costs to keep the record.
func BenchmarkConclude(b *testing.B) {
	s, r := floor(b), genuine(b)
	now := Situation{Today: today()}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := s.Conclude(r, now); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadRecord: the bytes alone, into a vector that is used again.
func BenchmarkReadRecord(b *testing.B) {
	s := floor(b)
	record, err := s.Record(genuine(b), Situation{Today: today()})
	if err != nil {
		b.Fatal(err)
	}
	v := fact.NewVector(s.book.Vocabulary())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.ReadRecord(record); err != nil {
			b.Fatal(err)
		}
	}
}
