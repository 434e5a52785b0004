// Command crash kills an office at work, again and again, on both engines, and
// compares what it had accepted with what is on record: nothing accepted may be
// lost, and nothing may be done twice. Then it takes away the disk, the server
// and the time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogatory/rogatory/tools/crash/desk"
	"github.com/rogatory/rogatory/tools/postgres"
)

func main() {
	if text := os.Getenv(ordersIn); text != "" {
		if err := workerMain(text); err != nil {
			fmt.Fprintln(os.Stderr, "crash worker:", err)
			os.Exit(1)
		}
		return
	}
	kills := flag.Int("kills", 200, "kill `N` times on each engine, with commands in flight")
	accepted := flag.Int("accepted", 10_000, "and go on until `N` commands were accepted")
	flag.Parse()
	if err := run(context.Background(), *kills, *accepted); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(1)
	}
}

// seed is what makes the times of kills and the choices of the crew. The system
// decides the rest, so the same seed makes a like run and not the same one.
func seed() (uint64, error) {
	text := os.Getenv("ROGATORY_SEED")
	if text == "" {
		return rand.Uint64N(1e9), nil
	}
	return strconv.ParseUint(text, 10, 64)
}

func run(ctx context.Context, kills, accepted int) error {
	seed, err := seed()
	if err != nil {
		return fmt.Errorf("ROGATORY_SEED: %w", err)
	}
	fmt.Printf("seed %d\n", seed)
	examples, err := desk.ReadExamples()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "crash")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	server, err := postgres.Start("")
	if err != nil {
		return err
	}
	defer server.Stop()
	s := &scene{dir: dir, server: server, examples: examples, seed: seed}
	var trials []*trial
	for _, engine := range []string{"sqlite", "postgres"} {
		place, err := s.place(engine, "kills")
		if err != nil {
			return err
		}
		t := newTrial(engine, place, examples, seed)
		trials = append(trials, t)
		if err := t.run(ctx, kills, accepted); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
		t.tell()
	}
	found, err := s.misfortunes(ctx)
	if err != nil {
		return err
	}
	for _, t := range trials {
		found.add(&t.findings)
	}
	a, b := trials[0], trials[1]
	fmt.Printf("crash: sqlite-kills=%d sqlite-accepted=%d sqlite-lost=%d sqlite-twice=%d postgres-kills=%d postgres-accepted=%d postgres-lost=%d postgres-twice=%d\n",
		a.kills, a.ledger.count(), len(a.findings.lost), len(a.findings.twice), b.kills, b.ledger.count(), len(b.findings.lost), len(b.findings.twice))
	if found.any() {
		found.show()
		return errors.New("something accepted was lost, done twice or cannot have happened")
	}
	return nil
}

// tell prints what was tried, so that nobody takes an idle run for a good one.
func (t *trial) tell() {
	fmt.Printf("%s: %d kills with commands in flight (%d of them in all), %d early ones; accepted: %v\n", t.engine, t.kills, t.flying, t.early, t.ledger.byKind())
	for text, n := range t.ledger.jobs {
		fmt.Printf("%s: a job failed %d times: %s\n", t.engine, n, text)
	}
}

// A scene is where the misfortunes happen.
type scene struct {
	dir      string
	server   *postgres.Server
	examples *desk.Examples
	seed     uint64
}

// place makes room for an office.
func (s *scene) place(engine, name string) (desk.Place, error) {
	dir := filepath.Join(s.dir, engine+"-"+name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return desk.Place{}, err
	}
	at := desk.InFolder(dir)
	if engine == "postgres" {
		at.Records, at.Keys = s.server.URL(name), s.server.URL(name+"_keys")
	}
	return at, nil
}
