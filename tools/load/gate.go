package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// A gate is where signed documents come in. It makes them ahead of a
// measurement: the sender's work is not the office's.
type gate struct {
	examples *desk.Examples
	public   ed25519.PublicKey
	private  ed25519.PrivateKey
	next     int // number of the next document
	fastest  float64
}

// A signed document is what is sent.
type signed struct {
	number    int
	document  []byte
	signature []byte
}

func newGate(e *desk.Examples) (*gate, error) {
	public, private, err := ed25519.GenerateKey(nil)
	return &gate{examples: e, public: public, private: private, fastest: 4000}, err
}

// prepare makes more documents than will be needed.
func (g *gate) prepare(length time.Duration) []signed {
	list := make([]signed, int(1.5*g.fastest*length.Seconds()))
	for i := range list {
		n := desk.Distinct(g.next)
		g.next++
		doc := g.examples.Document(n)
		list[i] = signed{n, doc, ed25519.Sign(g.private, doc)}
	}
	return list
}

// A cell is one measurement.
type cell struct {
	rate     float64 // in a second
	p50, p99 time.Duration
	cpu      time.Duration // of this process, for each; what a server takes is not in it
}

// cpu gives the processor time this process has taken.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// submit has a number of writers submit for a time.
func (g *gate) submit(ctx context.Context, office *docket.Docket, writers int, length time.Duration) (cell, error) {
	list := g.prepare(length)
	var next atomic.Int64
	var wait sync.WaitGroup
	times := make([][]time.Duration, writers)
	errs := make([]error, writers)
	start, before := time.Now(), cpu()
	for w := range writers {
		wait.Go(func() {
			for errs[w] == nil && time.Since(start) < length {
				i := int(next.Add(1)) - 1
				if i >= len(list) {
					return
				}
				begun := time.Now()
				errs[w] = g.accept(ctx, office, &list[i])
				times[w] = append(times[w], time.Since(begun))
			}
		})
	}
	wait.Wait()
	took, used := time.Since(start), cpu()-before
	all := slices.Concat(times...)
	if err := errors.Join(errs...); err != nil || len(all) == 0 {
		return cell{}, errors.Join(err, fmt.Errorf("%d submissions", len(all)))
	}
	slices.Sort(all)
	c := cell{float64(len(all)) / took.Seconds(), all[len(all)/2], all[len(all)*99/100], used / time.Duration(len(all))}
	g.fastest = max(g.fastest, c.rate)
	return c, nil
}

// accept is what a portal does with what comes in.
func (g *gate) accept(ctx context.Context, office *docket.Docket, s *signed) error {
	if !ed25519.Verify(g.public, s.document, s.signature) {
		return errors.New("the signature does not fit")
	}
	yes := true
	_, err := office.Receive(ctx, docket.Delivery{
		Document: s.document, Channel: request.Channel{Kind: "registered", Authenticated: &yes},
		By: docket.Actor{Name: "portal", Role: lifecycle.Machine}, Scope: "portal", Once: desk.Reference(s.number),
	})
	return err
}
