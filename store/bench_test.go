package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rogatory/rogatory/docket"
)

// typical gives n new cases as an intake writes them: 9 KB sealed in three
// entries, three jobs, two accounts, a fact record, an idempotency record.
func typical(n int) []*docket.Batch {
	form := batch("form", nil, 7000, 1000, 1000)
	list := make([]*docket.Batch, n)
	for i := range list {
		c := docket.Ref(fmt.Sprintf("26%016x", sha256.Sum256(fmt.Append(nil, i)))[:18])
		b := batch(c, nil, 0, 0, 0)
		for k := range b.Entries {
			e := &b.Entries[k]
			e.Sealed = form.Entries[k].Sealed
			if k > 0 {
				e.Prev = b.Entries[k-1].Hash
			}
			e.Hash = e.Sum()
		}
		b.Row.Due = noon
		hash := sha256.Sum256([]byte(c))
		b.Accounts = [][]byte{hash[:], append(hash[:16:16], hash[:16]...)}
		b.Facts = form.Entries[1].Sealed[:300]
		b.Once = &docket.Once{Scope: "desk", Key: string(c), Body: hash}
		for _, kind := range []string{"answer", "notify", "erase"} {
			b.Jobs = append(b.Jobs, docket.Job{Key: string(c) + "/" + kind, Case: c, Kind: kind, At: noon})
		}
		list[i] = b
	}
	return list
}

// public adds to batches what the public log will hold of them: a leaf for each
// entry, with its opening and its deposit, and a duty.
func public(list []*docket.Batch) []*docket.Batch {
	for _, b := range list {
		for i := range b.Entries {
			w := leaf(b.Case, fmt.Sprint(i+1), "sealed")
			w.Text, w.Opening, w.Deposit = b.Entries[0].Sealed[:300], b.Entries[0].Sealed[:250], b.Entries[0].Sealed[:1200]
			b.Leaves = append(b.Leaves, w)
		}
		b.Leaves = append(b.Leaves, leaf(b.Case, "1 notify", "public"))
	}
	return list
}

// BenchmarkAppend measures batches per second beside a bare loop that inserts
// one small row per commit on one connection of the same database, and batches
// with leaves for the public log beside the same batches without.
func BenchmarkAppend(b *testing.B) {
	for _, e := range engines {
		b.Run(e.name+"/bare", func(b *testing.B) {
			s := opened(b, e.fresh(b))
			ctx := context.Background()
			b.ResetTimer()
			for i := range b.N {
				tx, err := s.writer.BeginTx(ctx, nil)
				if err != nil {
					b.Fatal(err)
				}
				args := []any{"bare", fmt.Sprint(i), []byte{1}, "26A"}
				if _, err := s.within(tx).exec(ctx, addOnces.texts[1], args...); err != nil {
					b.Fatal(err)
				}
				if err := tx.Commit(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		for _, callers := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("%s/%d", e.name, callers), func(b *testing.B) { appendAll(b, e, callers, typical(b.N)) })
		}
		b.Run(e.name+"/leaves", func(b *testing.B) { appendAll(b, e, 64, public(typical(b.N))) })
	}
}

func appendAll(b *testing.B, e engine, callers int, list []*docket.Batch) {
	s := opened(b, e.fresh(b))
	var taken atomic.Int64
	var wait sync.WaitGroup
	b.ResetTimer()
	for range callers {
		wait.Go(func() {
			for i := taken.Add(1); i <= int64(len(list)); i = taken.Add(1) {
				if _, err := s.Append(context.Background(), list[i-1]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	b.ReportMetric(float64(len(list))/b.Elapsed().Seconds(), "batches/s")
}
