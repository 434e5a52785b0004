package sequencer_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogatory/rogatory/folder"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/sequencer/trial"
)

// From leaves that wait to a published checkpoint: what one block costs, with
// files and mark in memory or made durable on a file system.
func BenchmarkBlock(b *testing.B) {
	for _, durable := range []bool{false, true} {
		for _, size := range []int{16, 256} {
			b.Run(fmt.Sprintf("leaves=%d/durable=%v", size, durable), func(b *testing.B) {
				w := trial.NewWorld(newMemory(b))
				w.Policy.Block = size
				s := w.Sequencer(&trial.Calls{}, "bench")
				if durable {
					dir := b.TempDir()
					files, err := folder.Open(filepath.Join(dir, "log"))
					if err != nil {
						b.Fatal(err)
					}
					mark, err := folder.OpenMark(filepath.Join(dir, "mark"))
					if err != nil {
						b.Fatal(err)
					}
					s.Files, s.Mark = files, mark
				}
				for _, f := range w.Founding() {
					if err := w.Records.Wait(b.Context(), &f.Leaf, f.Doc); err != nil {
						b.Fatal(err)
					}
				}
				now := trial.Begin
				run(b, s, now)
				random := trial.NewStream("bench")
				n := 0
				for b.Loop() {
					b.StopTimer()
					for range size {
						n++
						leaf := sequencer.Waiting{Key: fmt.Sprint(n), Class: sequencer.Sealed, Text: trial.SealedText(random), At: now}
						if err := w.Records.Wait(b.Context(), &leaf, nil); err != nil {
							b.Fatal(err)
						}
					}
					now = now.Add(6 * time.Hour)
					b.StartTimer()
					run(b, s, now)
				}
			})
		}
	}
}

// What it costs to read a whole log back, as is done at every start.
func BenchmarkCheck(b *testing.B) {
	w := trial.NewWorld(newMemory(b))
	w.Policy.Block = 1024
	s := w.Sequencer(&trial.Calls{}, "bench")
	for _, f := range w.Founding() {
		if err := w.Records.Wait(b.Context(), &f.Leaf, f.Doc); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 20 {
		run(b, s, trial.Begin.Add(time.Duration(i)*6*time.Hour))
	}
	head, err := w.Records.Head(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := s.Check(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(head.Size()), "µs/leaf")
}

func run(b *testing.B, s *sequencer.Sequencer, now time.Time) {
	if err := trial.Rest(b, s, now); err != nil {
		b.Fatal(err)
	}
}
