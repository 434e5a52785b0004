package keyring

import (
	"path/filepath"
	"testing"
)

// eachEngineB is eachEngine for benchmarks.
func eachEngineB(b *testing.B, bench func(b *testing.B, r *Ring)) {
	b.Run("SQLite", func(b *testing.B) {
		bench(b, open(b, filepath.Join(b.TempDir(), "keys.db"), newOffice(b)))
	})
	b.Run("PostgreSQL", func(b *testing.B) { bench(b, open(b, onPostgres(b), newOffice(b))) })
}

func BenchmarkFresh(b *testing.B) {
	eachEngineB(b, func(b *testing.B, r *Ring) {
		for b.Loop() {
			fresh(b, r)
		}
	})
}

func BenchmarkKey(b *testing.B) {
	eachEngineB(b, func(b *testing.B, r *Ring) {
		id, _ := fresh(b, r)
		b.Run("at hand", func(b *testing.B) {
			for b.Loop() {
				if _, err := r.Key(b.Context(), id); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("unwrapped", func(b *testing.B) {
			for b.Loop() {
				r.cache.clear()
				if _, err := r.Key(b.Context(), id); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

func BenchmarkDestroy(b *testing.B) {
	eachEngineB(b, func(b *testing.B, r *Ring) {
		for b.Loop() {
			b.StopTimer()
			id, _ := fresh(b, r)
			b.StartTimer()
			if err := r.Destroy(b.Context(), id); err != nil {
				b.Fatal(err)
			}
		}
	})
}
