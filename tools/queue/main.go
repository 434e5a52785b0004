// Command queue measures the pages of the queue in an office of a million cases
// against one of ten thousand, on both engines, and what such an office costs
// that only stands there: how long it takes to open, and its memory.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/tools/crash/desk"
	"github.com/rogatory/rogatory/tools/postgres"
	"github.com/rogatory/rogatory/tools/queue/million"
)

func main() {
	if text := os.Getenv(standsIn); text != "" {
		if err := stand(text); err != nil {
			fmt.Fprintln(os.Stderr, "queue:", err)
			os.Exit(1)
		}
		return
	}
	many := flag.Int("cases", 1_000_000, "fill the large office with `N` cases")
	rounds := flag.Int("rounds", 5, "measure everything `N` times, one after the other")
	flag.Parse()
	if err := run(context.Background(), *many, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "queue:", err)
		os.Exit(1)
	}
}

// An office is one of the four that are measured.
type office struct {
	engine string
	size   int
	at     desk.Place
	took   time.Duration
	cost   cost
	times  map[string][]time.Duration // by kind of page
}

// few is the size the large office is compared with.
const few = 10_000

func run(ctx context.Context, many, rounds int) error {
	dir, err := os.MkdirTemp("", "queue")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	server, err := postgres.Start("")
	if err != nil {
		return err
	}
	defer server.Stop()
	examples, err := desk.ReadExamples()
	if err != nil {
		return err
	}
	var offices []*office
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, size := range []int{few, many} {
			at, err := place(dir, server, engine, size)
			if err != nil {
				return err
			}
			o := &office{engine: engine, size: size, at: at}
			start := time.Now()
			if err := million.Fill(ctx, examples, at, size); err != nil {
				return fmt.Errorf("%s, %d cases: %w", engine, size, err)
			}
			o.took = time.Since(start)
			offices = append(offices, o)
		}
	}
	for _, o := range offices {
		if err := o.costs(); err != nil {
			return err
		}
	}
	for range rounds {
		for _, o := range offices {
			if err := o.measure(ctx); err != nil {
				return err
			}
		}
	}
	tell(offices)
	return nil
}

func place(dir string, server *postgres.Server, engine string, size int) (desk.Place, error) {
	name := fmt.Sprintf("%s%d", engine, size)
	dir = filepath.Join(dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return desk.Place{}, err
	}
	at := desk.InFolder(dir)
	if engine == "postgres" {
		at.Records, at.Keys = server.URL(name), server.URL(name+"_keys")
	}
	return at, nil
}

// tell prints every kind of page, and the line to compare by: the slowest kind's
// p95 in the large office, and how many times as long a full page takes there as
// in the small one.
func tell(offices []*office) {
	fmt.Printf("%-34s %-9s %-9s %-9s %-9s %-9s %-9s %-9s %s\n", "pages of 50, p50 and p95", "sqlite,", "few", "sqlite,", "many", "postgres,", "few", "postgres,", "many")
	for _, k := range kinds {
		line := fmt.Sprintf("%-34s", k.name)
		for _, o := range offices {
			p50, p95 := o.quantiles(k.name)
			line += fmt.Sprintf(" %-9v %-9v", short(p50), short(p95))
		}
		fmt.Println(line)
	}
	for _, o := range offices {
		fmt.Printf("%s, %d cases: filled in %v; open after %v, of which the two databases %v; %d MiB resident when idle\n",
			o.engine, o.size, o.took.Round(time.Second), short(o.cost.Whole), short(o.cost.Databases), o.cost.Resident>>20)
	}
	line := "queue:"
	growth := ""
	for i := 0; i < len(offices); i += 2 {
		small, large := offices[i], offices[i+1]
		line += fmt.Sprintf(" %s-p95=%.1fms", large.engine, float64(large.slowest().Microseconds())/1000)
		growth += fmt.Sprintf(" %s-growth=%.1fx", large.engine, float64(large.median())/float64(small.median()))
	}
	fmt.Println(line + growth)
}

func short(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }
