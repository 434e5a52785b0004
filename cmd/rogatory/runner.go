package main

import (
	"context"
	"crypto/rand"
	"os"
	"strconv"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/timer"
)

// runner hands what is due to whoever does it.
func (l *letters) runner(failed func(docket.Job, error), done func()) *timer.Runner {
	return &timer.Runner{
		Jobs: l.store, Node: node(), Clock: l.clock, Lease: 2 * time.Minute, Poke: l.store.Wrote(),
		Handle: func(ctx context.Context, j docket.Job) error {
			err := l.handle(ctx, j)
			if err == nil {
				done()
			}
			return err
		},
		Report: failed,
	}
}

// node names this process among all that share the records, also where every
// machine calls itself the same.
func node() string {
	host, err := os.Hostname()
	if err != nil {
		host = "here"
	}
	return host + " " + strconv.Itoa(os.Getpid()) + " " + rand.Text()[:6]
}
