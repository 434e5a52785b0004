// Command cluster runs an office of three processes on one PostgreSQL, kills them
// at random moments while requests come in and clocks strike, and compares what
// was accepted with what is on record: nothing accepted may be lost, nothing may
// be done twice, and every process answers for every case.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/rogatory/rogatory/tools/cluster/house"
	"github.com/rogatory/rogatory/tools/crash/desk"
	"github.com/rogatory/rogatory/tools/postgres"
)

func main() {
	kills := flag.Int("kills", 60, "kill a process `N` times")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *kills); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		stop()
		os.Exit(1)
	}
}

// seed is what makes the times of kills. The system decides the rest, so the same
// seed makes a like run and not the same one.
func seed() (uint64, error) {
	text := os.Getenv("ROGATORY_SEED")
	if text == "" {
		return rand.Uint64N(1e9), nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("ROGATORY_SEED: %w", err)
	}
	return n, nil
}

func run(ctx context.Context, kills int) error {
	seed, err := seed()
	if err != nil {
		return err
	}
	fmt.Printf("seed %d\n", seed)
	dir, err := os.MkdirTemp("", "cluster")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	server, err := postgres.Start("")
	if err != nil {
		return err
	}
	defer server.Stop()
	box, err := openPostbox()
	if err != nil {
		return err
	}
	defer box.close()
	t, err := makeTrial(ctx, dir, server, box, seed)
	if err != nil {
		return err
	}
	defer t.nodes.clear()
	f, err := t.run(ctx, kills)
	if err != nil {
		return err
	}
	fmt.Printf("cluster: nodes=%d kills=%d accepted=%d lost=%d twice=%d\n", len(t.nodes.list), t.nodes.kills, t.crew.ledger.size(), len(f.lost), len(f.twice))
	if f.any() {
		f.show()
		return errors.New("something accepted was lost, done twice or cannot have happened")
	}
	return nil
}

// A trial is an office of three processes, and whoever works there.
type trial struct {
	nodes    *nodes
	crew     *crew
	box      *postbox
	place    desk.Place
	examples *desk.Examples

	published string // folder of the public log, which they share
}

func makeTrial(ctx context.Context, dir string, server *postgres.Server, box *postbox, seed uint64) (*trial, error) {
	program, err := house.Build(ctx, dir)
	if err != nil {
		return nil, err
	}
	examples, err := desk.ReadExamples()
	if err != nil {
		return nil, err
	}
	t := &trial{box: box, examples: examples, published: filepath.Join(dir, "published"), nodes: &nodes{random: rand.New(rand.NewPCG(seed, 3)), faults: make(chan error, 1)}}
	for i := range 3 {
		at, err := house.Address()
		if err != nil {
			return nil, err
		}
		p := &house.Plan{
			Program: program, Dir: filepath.Join(dir, "node"+strconv.Itoa(i+1)), Listen: at, Origin: "https://office.example",
			Records: server.URL("office"), Keys: server.URL("keys"), Mail: box.address(), Public: t.terms(filepath.Join(dir, "mark")),
		}
		if i > 0 { // all have the key that the first one made
			if err := share(t.nodes.list[0].plan.Key(), p); err != nil {
				return nil, err
			}
		}
		if err := p.Make(ctx); err != nil {
			return nil, err
		}
		t.nodes.list = append(t.nodes.list, &node{plan: p})
	}
	first := t.nodes.list[0].plan
	t.place = desk.Place{Dir: first.Dir, Records: first.Records, Keys: first.Keys}
	h, err := house.Furnish(ctx, first, examples, time.Time{})
	if err != nil {
		return nil, err
	}
	if err := first.Run(ctx, time.Time{}, "ledger", "terms"); err != nil { // with it the public log begins
		return nil, err
	}
	t.crew = &crew{house: h, nodes: t.nodes, ledger: newLedger()}
	return t, nil
}

// share gives a node the key of the office.
func share(from string, p *house.Plan) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(p.Key(), text, 0o600)
}

// laterKills is the part of the kills that comes while clocks strike and nobody
// asks for anything, in percent.
const laterKills = 20

// run has requests come in under kills, and then turns the clock on under kills,
// until nothing is due.
func (t *trial) run(ctx context.Context, kills int) (*findings, error) {
	later := kills * laterKills / 100
	if err := t.load(ctx, kills-later); err != nil {
		return nil, err
	}
	f := &findings{}
	if err := t.turn(ctx, later, f); err != nil {
		return nil, err
	}
	return f, t.audit(ctx, f)
}

// load has a crew work until enough kills were made.
func (t *trial) load(ctx context.Context, kills int) error {
	began := time.Now()
	if err := t.nodes.open(ctx, time.Time{}); err != nil {
		return err
	}
	working, enough := context.WithCancel(ctx)
	defer enough()
	ended := make(chan error, 1)
	go func() { ended <- t.crew.work(working, ctx) }()
	killing := make(chan error, 1)
	go func() { killing <- t.nodes.kill(ctx, kills, 1200*time.Millisecond) }()
	var err error
	select {
	case err = <-killing:
		enough()
		err = errors.Join(err, <-ended)
	case err = <-ended:
	}
	if err != nil {
		return err
	}
	l, c := t.crew.ledger, t.nodes
	fmt.Printf("load: %d kills in %v, %d of them while the node opened; %d calls in flight at kills, %d cut off, %d told to come back\n",
		c.kills, time.Since(began).Round(time.Second), c.early, c.flying, l.cut, l.busy)
	words := make(map[string]int)
	for _, a := range l.acts {
		words[a.word]++
	}
	fmt.Printf("load: %d messages accepted, %d sent to two nodes at once, %d sent again later; acts: %v\n", l.size(), l.together, l.again, words)
	return c.close()
}

// The times to which the clock is turned: first past the leases of those who were
// killed, then past the deadlines of cases, and at last past what leases are left.
var turns = []time.Duration{10 * time.Minute, 5 * 24 * time.Hour, 15 * 24 * time.Hour, 45 * 24 * time.Hour, 100 * 24 * time.Hour, 100*24*time.Hour + time.Hour}

// turn turns the clock on, and lets the nodes do at each time what is due.
func (t *trial) turn(ctx context.Context, kills int, f *findings) error {
	began := time.Now().Truncate(time.Second)
	records, err := desk.Open(ctx, t.examples, t.place, time.Now)
	if err != nil {
		return err
	}
	defer records.Close()
	for i, later := range turns {
		start := time.Now()
		t.nodes.clock = began.Add(later)
		if err := t.nodes.open(ctx, t.nodes.clock); err != nil {
			return err
		}
		part := 0
		if last := len(turns) - 1; i < last {
			part = kills / (last - i)
			kills -= part
		}
		if err := t.nodes.kill(ctx, part, 400*time.Millisecond); err != nil {
			return err
		}
		if err := t.drained(ctx, records); err != nil {
			return err
		}
		asked := 0
		if i == 0 {
			if asked, err = t.crew.answers(ctx, f); err != nil {
				return err
			}
		}
		if err := t.nodes.close(); err != nil {
			return err
		}
		fmt.Printf("clock on by %v: %d kills, %d answers, %d letters so far, in %v\n", later, part, asked, t.box.count(), time.Since(start).Round(time.Second))
	}
	return nil
}

// quiet is for how long nothing may change before nothing is under way: what a
// node holds is not due for anybody else, until its lease is over.
const quiet = 2 * time.Second

// drained waits until nothing is due, and nothing is under way.
func (t *trial) drained(ctx context.Context, records *desk.Office) error {
	var before time.Time
	since := time.Now()
	for start := since; time.Since(start) < longest; {
		next, err := records.Store.Next(ctx)
		if err != nil {
			return err
		}
		if !next.Equal(before) || !next.IsZero() && !next.After(t.nodes.clock) {
			before, since = next, time.Now()
		}
		if time.Since(since) > quiet {
			return nil
		}
		if err := t.nodes.pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("what is due at %s is not done in %v", t.nodes.clock, longest)
}

// audit compares everything.
func (t *trial) audit(ctx context.Context, f *findings) error {
	start, now := time.Now(), t.nodes.clock
	records, err := desk.Open(ctx, t.examples, t.place, func() time.Time { return now })
	if err != nil {
		return err
	}
	defer records.Close()
	if err := jobs(ctx, records, now, f); err != nil {
		return err
	}
	cases, err := read(ctx, records, f)
	if err != nil {
		return err
	}
	if err := t.nodes.list[0].plan.Run(ctx, now, "ledger", "publish"); err != nil {
		return err
	}
	log, err := follow(ctx, t.published, records, now)
	if err != nil {
		return err
	}
	f.public(t.crew.ledger, cases, log)
	letters := t.box.all()
	found := compare(t.crew.ledger, cases, letters)
	f.lost, f.twice, f.wrong = append(f.lost, found.lost...), append(f.twice, found.twice...), append(f.wrong, found.wrong...)
	events, strikes, copies := 0, 0, 0
	for i := range cases {
		events += len(cases[i].events)
		for j := range cases[i].events {
			if cases[i].events[j].Clock != "" {
				strikes++
			}
		}
	}
	for _, to := range letters {
		copies += len(to) - 1
	}
	fmt.Printf("on record: %d cases, %d events, %d of them by clocks; %d letters, %d more copies of one of them; read in %v\n",
		len(cases), events, strikes, len(letters), copies, time.Since(start).Round(time.Second))
	fmt.Printf("public log: %d leaves in %d blocks, %d duties in it and %d waiting, %d requests accepted in it and %d waiting\n",
		log.leaves, log.blocks, len(log.standing), len(log.waiting), log.accepted, log.accepts)
	return t.failures()
}

// failures prints what the nodes logged of jobs that failed and were tried again.
func (t *trial) failures() error {
	count := make(map[string]int)
	for _, n := range t.nodes.list {
		text, err := n.plan.Log()
		if err != nil {
			return err
		}
		for line := range bytes.Lines(text) {
			if level := bytes.Index(line, []byte("level=")); level >= 0 && !bytes.Contains(line, []byte("level=INFO")) {
				count[kindOf(line[level:])]++
			}
		}
	}
	for _, text := range slices.Sorted(maps.Keys(count)) {
		fmt.Printf("logged %d times: %s\n", count[text], text)
	}
	return nil
}

var (
	caseIn   = regexp.MustCompile(`[0-9]{2}-[0-9A-Z-]{8,12}`)
	numberIn = regexp.MustCompile(`[0-9]+`)
)

// kindOf leaves out of a line of a log what is different each time.
func kindOf(line []byte) string {
	line = caseIn.ReplaceAll(bytes.TrimSpace(line), []byte("…"))
	return string(numberIn.ReplaceAll(line, []byte("n")))
}
