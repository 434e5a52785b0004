// Command year lives a year of a public log, honestly and dishonestly, and looks
// at it as somebody does who has nothing but the published files: every fault
// must be found, of its kind and at its place, and nothing else may be said.
package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

func main() {
	ctx := context.Background()
	p := whole(1)
	clock := new(clock)
	k, err := newKeys(newChance(p.seed, "keys"))
	must(err)
	dir, err := os.MkdirTemp("", "year")
	must(err)
	defer os.RemoveAll(dir)
	w, err := newCircle(newChance(p.seed, "witnesses"), clock, dir, k.vkey)
	must(err)
	t := time.Now()
	o, err := newOperator(ctx, p, k, w, clock, dir)
	must(err)
	ev, err := live(&p, k, o.openings)
	must(err)
	fmt.Println(len(ev), time.Since(t))
	must(o.year(ctx, ev))
	fmt.Println(time.Since(t))
	d, err := newWatchdog(k, w)
	must(err)
	f, err := d.follower(o.place, nil)
	must(err)
	found, err := d.look(ctx, f, clock.now().Add(time.Hour))
	must(err)
	fmt.Println(time.Since(t), len(found))
	for _, a := range found {
		fmt.Println(a.Key(), a.Text)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
