package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogatory/rogatory/crosscheck/office"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// latency gives how long it takes from an event that is to be written down to a
// published checkpoint above its leaf, cosigned by one witness over HTTP on this
// machine, in blocks of the default size. The epoch's end, for which an office
// waits, comes at once.
func latency(ctx context.Context, dir string, events int) (middle, late time.Duration, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, 0, err
	}
	k, err := office.NewKeys(office.Origin)
	if err != nil {
		return 0, 0, err
	}
	w, err := office.NewWitness(filepath.Join(dir, "witness"), time.Now, k.VKey)
	if err != nil {
		return 0, 0, err
	}
	defer w.Close()
	policy := ledger.DefaultPolicy(office.Origin)
	o, err := office.Open(ctx, dir, policy, w, k)
	if err != nil {
		return 0, 0, err
	}
	defer o.Close()
	var list []time.Duration
	for n := range events {
		b := happened(o, fmt.Sprintf("2027-%06d", n+1))
		key := string(b.Case) + " 1"
		b.Leaves = []docket.Leaf{{Key: key, Class: docket.LeafSealed, Text: o.Sealed().Marshal(), At: o.Now}}
		start := time.Now()
		if _, err := o.Store.Append(ctx, b); err != nil {
			return 0, 0, err
		}
		if err := o.Block(ctx, policy.Block); err != nil {
			return 0, 0, err
		}
		list = append(list, time.Since(start))
		if done, err := o.Sequencer.Published(ctx, key); err != nil || !done {
			return 0, 0, fault.Invalidf("log", "the leaf %s is not published: %v", key, err)
		}
	}
	slices.Sort(list)
	return list[len(list)/2], list[len(list)*95/100], nil
}
