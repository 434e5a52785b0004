package witness

import (
	"net/http"
	"testing"
)

// BenchmarkServer: one checkpoint verified, written down and cosigned.
func BenchmarkServer(b *testing.B) {
	l := newTree(b, "true").grow(4096)
	s, _ := newServer(b, "w.example", l.logs())
	bodies := make([][]byte, 0, 4096)
	for size := range int64(4096) {
		bodies = append(bodies, l.body(size, size+1))
	}
	i := 0
	for b.Loop() {
		if i == len(bodies) {
			b.StopTimer()
			s, _ = newServer(b, "w.example", l.logs())
			i = 0
			b.StartTimer()
		}
		if w := post(s, bodies[i]); w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
		i++
	}
}

// BenchmarkParseRequest: the body of a request with a proof from the middle of a
// large log.
func BenchmarkParseRequest(b *testing.B) {
	l := newTree(b, "true").grow(4096)
	body := l.body(2731, 4095)
	for b.Loop() {
		if _, err := ParseRequest(body); err != nil {
			b.Fatal(err)
		}
	}
}
