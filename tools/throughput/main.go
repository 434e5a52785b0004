// Command throughput measures the way from file bytes to outcome: 100,000
// documents on all cores, the share of reading, signals and the rest, and
// whether memory stays flat.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/screen"
	"github.com/rogatory/rogatory/signal"
)

const documents = 100_000

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "throughput:", err)
		os.Exit(1)
	}
}

func run() error {
	names, err := filepath.Glob("examples/cases/*.json")
	if err != nil || len(names) == 0 {
		return fmt.Errorf("no documents in examples/cases; run it from the top of the project")
	}
	var docs [][]byte
	size := 0
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		docs = append(docs, data)
		size += len(data)
	}
	s := screen.New(rulebook.Floor(), law.Starting(), signal.Floor(), nil, "throughput")
	now := screen.Situation{Today: time.Now()}

	reading, signals, whole, err := stages(s, docs, now)
	if err != nil {
		return err
	}
	fmt.Printf("one core, per document: read %v, signals %v, facts, rules and report %v, JSON out included\n", reading, signals, whole-reading-signals)

	var done atomic.Int64
	var next atomic.Int64
	var wait sync.WaitGroup
	failed := make(chan error, runtime.GOMAXPROCS(0))
	start := time.Now()
	heap := make([]uint64, 0, 10)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for {
				i := next.Add(1)
				if i > documents {
					return
				}
				if err := one(s, docs[int(i)%len(docs)], now); err != nil {
					failed <- err
					return
				}
				done.Add(1)
			}
		})
	}
	stop := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for last := int64(0); ; {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
			if n := done.Load(); n-last >= documents/10 {
				last = n
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				heap = append(heap, m.HeapAlloc/1024)
				fmt.Fprintf(os.Stderr, "%d of %d, live heap %d KiB\n", n, documents, m.HeapAlloc/1024)
			}
		}
	})
	wait.Wait()
	close(stop)
	watch.Wait()
	select {
	case err := <-failed:
		return err
	default:
	}
	took := time.Since(start)
	first, last := mean(heap[:len(heap)/2]), mean(heap[len(heap)/2:])
	total := float64(whole)
	fmt.Printf("throughput: documents=%d per-second=%.0f mean-bytes=%d read=%.0f%% signals=%.0f%% rest=%.0f%% heap-first-half-kib=%d heap-second-half-kib=%d\n",
		documents, documents/took.Seconds(), size/len(docs), 100*float64(reading)/total, 100*float64(signals)/total, 100*float64(whole-reading-signals)/total, first, last)
	if last > 2*first {
		return fmt.Errorf("live memory grew from %d to %d KiB", first, last)
	}
	return nil
}

// mean smooths what happens to be in flight when the heap is measured.
func mean(list []uint64) uint64 {
	var sum uint64
	for _, n := range list {
		sum += n
	}
	return sum / uint64(max(len(list), 1))
}

func one(s *screen.Screener, data []byte, now screen.Situation) error {
	r, err := request.Read(data)
	if err != nil {
		return err
	}
	out, err := s.Screen(r, now)
	if err != nil {
		return err
	}
	_, err = json.Marshal(out)
	return err
}

// stages times reading, signals and the whole, one after the other on one core.
func stages(s *screen.Screener, docs [][]byte, now screen.Situation) (reading, signals, whole time.Duration, err error) {
	const rounds = 60
	n := time.Duration(rounds * len(docs))
	m := signal.Floor()
	for range rounds {
		for _, data := range docs {
			a := time.Now()
			r, err := request.Read(data)
			if err != nil {
				return 0, 0, 0, err
			}
			b := time.Now()
			m.Find(signal.Texts(r))
			c := time.Now()
			if err := one(s, data, now); err != nil {
				return 0, 0, 0, err
			}
			d := time.Now()
			reading, signals, whole = reading+b.Sub(a), signals+c.Sub(b), whole+d.Sub(c)
		}
	}
	return reading / n, signals / n, whole / n, nil
}
