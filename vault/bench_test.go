package vault

import (
	"bytes"
	"io"
	"testing"
)

// BenchmarkPut: 16 MiB put away, durable.
func BenchmarkPut(b *testing.B) {
	s, plain := newShelf(b), noise(16<<20)
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		s.put(plain)
		b.StopTimer()
		if err := s.Drop(b.Context(), s.ref); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkGet: 16 MiB got back and verified.
func BenchmarkGet(b *testing.B) {
	s := newShelf(b)
	out := s.put(noise(16 << 20))
	b.SetBytes(out.Size)
	for b.Loop() {
		f, err := s.Get(b.Context(), s.ref, s.key, out.ID)
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, f); n != out.Size || err != nil {
			b.Fatal(n, err)
		}
		f.Close()
	}
}

// FuzzGet: whatever lies in the folder, nothing is released that was not put.
func FuzzGet(f *testing.F) {
	s := newShelf(f)
	out := s.put(noise(chunk + 50))
	raw := s.raw(out.ID)
	f.Add(raw)
	f.Add(raw[:head+chunk+tag])
	f.Add(raw[:head])
	f.Add([]byte(format))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := *s
		s.t = t
		s.overwrite(out.ID, data)
		got, err := s.read(s.ref, s.key, out.ID)
		if err == nil && !bytes.Equal(data, raw) {
			t.Fatalf("%d bytes released of what was never put", len(got))
		}
		if !bytes.HasPrefix(noise(chunk+50), got) {
			t.Fatalf("%d bytes released that were never put", len(got))
		}
	})
}
