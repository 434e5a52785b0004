// Command load measures how many signed submissions an office takes in durably
// in a second: the signature verified over the bytes, the document screened,
// sealed and stored. Absolute figures say more of the disk than of the program,
// so each is given as a ratio to two others of the same round: the same work
// with storage switched off, and a bare loop that commits one row of as many
// bytes at a time.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"time"

	"github.com/rogatory/rogatory/tools/crash/desk"
	"github.com/rogatory/rogatory/tools/postgres"
)

func main() {
	rounds := flag.Int("rounds", 7, "measure everything `N` times, one after the other")
	cell := flag.Duration("cell", 800*time.Millisecond, "how long one measurement takes")
	profile := flag.String("profile", "", "write a CPU profile of the submissions to `FILE`")
	only := flag.String("engine", "", "measure one engine only: sqlite or postgres")
	flag.Parse()
	if err := run(context.Background(), *rounds, *cell, *profile, *only); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// writers are how many submit at once.
var writers = []int{1, 16, 64}

func run(ctx context.Context, rounds int, length time.Duration, profile, only string) error {
	dir, err := os.MkdirTemp("", "load")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	examples, err := desk.ReadExamples()
	if err != nil {
		return err
	}
	gate, err := newGate(examples)
	if err != nil {
		return err
	}
	switchedOff, err := withoutStorage(examples)
	if err != nil {
		return err
	}
	engines := []*engine{{name: "sqlite", at: desk.InFolder(dir)}}
	if only != "sqlite" {
		server, err := postgres.Start("")
		if err != nil {
			return err
		}
		defer server.Stop()
		engines = append(engines, &engine{name: "postgres", at: desk.Place{Dir: dir, Records: server.URL("load"), Keys: server.URL("load_keys")}})
	}
	if only == "postgres" {
		engines = engines[1:]
	}
	for _, e := range engines {
		if err := e.open(ctx, examples); err != nil {
			return err
		}
		defer e.close()
	}
	// Once unmeasured: caches, pools of keys, and the size of what is stored.
	if _, err := gate.submit(ctx, switchedOff.Docket, 16, length); err != nil {
		return err
	}
	size := switchedOff.mean()
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	t := newTable()
	for range rounds {
		for _, w := range writers {
			if err := t.round(ctx, gate, switchedOff, engines, w, length); err != nil {
				return err
			}
		}
		for _, e := range engines {
			c, err := e.bare(ctx, size, length)
			if err != nil {
				return err
			}
			t.add(e.name+" bare", 1, c)
		}
	}
	t.print(engines, size)
	return nil
}
