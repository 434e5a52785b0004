// Command ledgerbench measures the public log: how long somebody else takes to
// read all of it, a person to verify a file, the office to publish an event; and
// how many leaves it publishes in the time in which Tessera does.
//
// All figures are of this machine and this run. The last line is for machines:
//
//	ledger-bench: replay-1m-seconds=N proof-us=N tessera=0.9x
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"k8s.io/klog/v2"
)

func main() {
	replaying := flag.String("replay", "", "internal: replay a log and say what it took")
	leaves := flag.Uint64("leaves", 1_000_000, "leaves of the log that is replayed")
	appends := flag.Int("appends", 16384, "leaves appended in each round of the comparison")
	batch := flag.Int("batch", 1024, "leaves of a batch of the comparison")
	rounds := flag.Int("rounds", 3, "rounds of the comparison")
	flag.Parse()
	klog.LogToStderr(false) // what Tessera says of itself
	klog.SetOutput(io.Discard)
	var err error
	if *replaying != "" {
		var t task
		if err = json.Unmarshal([]byte(*replaying), &t); err == nil {
			err = t.run()
		}
	} else {
		err = bench(context.Background(), *leaves, *appends, *batch, *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ledger-bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, leaves uint64, appends, batch, rounds int) error {
	dir, err := os.MkdirTemp("", "ledgerbench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%s, %d processors, %s\n", runtime.Version(), runtime.GOMAXPROCS(0), dir)

	start := time.Now()
	w, err := newWriter(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	if err := w.write(leaves, progress("write")); err != nil {
		return err
	}
	last := w.recent[len(w.recent)-1]
	t := task{
		Place: w.place, VKey: w.keys.VKey, Now: last.at.Add(time.Hour),
		Policy: fmt.Appendf(nil, "witness w %s\nquorum w\n", w.witness.Verifier()),
	}
	fmt.Printf("%-44s %10.1f s, %d leaves\n", "writing a log to be read", time.Since(start).Seconds(), w.size)

	r, err := t.replayApart()
	if err != nil {
		return err
	}
	million := r.Seconds / float64(r.Leaves) * 1e6
	fmt.Printf("%-44s %10.1f s, %d leaves, %.1f s of a processor, peak memory %d MiB\n", "reading all of it, with every report", r.Seconds, r.Leaves, r.CPU, r.Peak>>20)

	p, err := t.proofFile(w.person)
	if err != nil {
		return err
	}
	fmt.Printf("%-44s %10.1f s, %d bytes\n", "making the file of a person", p.Made.Seconds(), p.Bytes)
	fmt.Printf("%-44s %10.0f us, %.0f of them verification\n", "reading and verifying it", p.Read, p.Verify)

	leaf, deposit, err := eventCost()
	if err != nil {
		return err
	}
	fmt.Printf("%-44s %10.0f us, and %.0f for the deposit\n", "making the leaf of an event", leaf, deposit)

	middle, late, err := latency(ctx, filepath.Join(dir, "latency"), 60)
	if err != nil {
		return err
	}
	fmt.Printf("%-44s %10.1f ms, %.1f for one in twenty\n", "event to published, one witness, median", ms(middle), ms(late))

	races, err := appendBoth(ctx, dir, appends, batch, rounds)
	if err != nil {
		return err
	}
	for i, r := range races {
		fmt.Printf("%-44s %10.0f leaves/s, Tessera %.0f\n", fmt.Sprintf("durable and published, batches of %d, round %d", batch, i+1), r.ours, r.theirs)
	}
	// The median of the rounds' ratios: each round is of one stretch of time.
	ratio := medianOf(races, func(r race) float64 { return r.ours / r.theirs })
	fmt.Printf("ledger-bench: replay-1m-seconds=%.1f proof-us=%.0f tessera=%.1fx\n", million, p.Read, ratio)
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
