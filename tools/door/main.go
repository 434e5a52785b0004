// Command door measures the door of an office from outside: what a flood of forged
// requests does to those that are genuine and to whoever works there, and how long
// a request, a page of the queue and a case take in an office of a million cases,
// as a ratio to the docket alone on the same records. Figures are measured and
// never asserted; what is lost, or stands where it must not, is a failure.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/rogatory/rogatory/tools/cluster/house"
	"github.com/rogatory/rogatory/tools/crash/desk"
	"github.com/rogatory/rogatory/tools/postgres"
)

func main() {
	size := flag.Int("flood", 10_000, "send `N` forged requests")
	cases := flag.Int("cases", 1_000_000, "fill the large offices with `N` cases")
	rounds := flag.Int("rounds", 8, "measure them `N` times, one after the other")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *size, *cases, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "door:", err)
		stop()
		os.Exit(1)
	}
}

// engines are measured one after the other.
var engines = []string{"sqlite", "postgres"}

func run(ctx context.Context, size, cases, rounds int) error {
	dir, err := os.MkdirTemp("", "door")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program, err := house.Build(ctx, dir)
	if err != nil {
		return err
	}
	examples, err := desk.ReadExamples()
	if err != nil {
		return err
	}
	server, err := postgres.Start("")
	if err != nil {
		return err
	}
	defer server.Stop()
	f, quiet, flooded, err := runFlood(ctx, dir, program, examples, size)
	if err != nil {
		return err
	}
	line := fmt.Sprintf("door: flood=%d genuine-lost=%d submit-p99-ratio=%.1f queue-p99-ratio=%.1f",
		size, f.lost(), ratio(flooded.submit.p99(), quiet.submit.p99()), ratio(flooded.queue.p99(), quiet.queue.p99()))
	var measured []*large
	for _, engine := range engines {
		o, err := measureLarge(ctx, dir, program, engine, server, examples, cases, rounds)
		if err != nil {
			return err
		}
		measured = append(measured, o)
	}
	for _, use := range uses {
		for _, o := range measured {
			line += fmt.Sprintf(" %s-%s=%.1fx", o.engine, use, o.ratio(use))
		}
	}
	fmt.Println(line)
	if f.lost() > 0 {
		return errors.New("genuine requests were lost")
	}
	return nil
}
