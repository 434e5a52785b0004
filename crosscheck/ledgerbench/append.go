package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"

	"github.com/rogatory/rogatory/crosscheck/office"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
)

// What is compared: a given number of leaves, the same bytes, from memory until the
// last of them is under a published checkpoint; no witnesses. Both write and fsync
// entry bundles, tiles, their folders and the checkpoint, as C2SP tlog-tiles has
// them, in batches of the same size.
//
// What is not the same: ours has every leaf in the database first, in one
// transaction for a batch, then moves it into a block in another, keeps the hashes
// there too, reads every published file back, moves a mark outside of the database
// before it signs, and signs, publishes and archives a checkpoint for every batch.
// Tessera queues entries in memory, and publishes a checkpoint at most every 100
// milliseconds (the shortest interval it takes), for all that was integrated till
// then. Removing what is obsolete is off in Tessera; ours never removes anything.

// begun is the size of both logs when the clock starts.
const begun = 3

// A race is one round.
type race struct{ ours, theirs float64 } // leaves a second

// appendBoth appends to both logs, one after the other, some rounds.
func appendBoth(ctx context.Context, dir string, leaves, batch, rounds int) ([]race, error) {
	var list []race
	for i := range rounds {
		a, err := appendOurs(ctx, filepath.Join(dir, fmt.Sprintf("ours-%d", i)), leaves, batch)
		if err != nil {
			return nil, err
		}
		b, err := appendTheirs(ctx, filepath.Join(dir, fmt.Sprintf("theirs-%d", i)), leaves, batch)
		if err != nil {
			return nil, err
		}
		list = append(list, race{a, b})
	}
	return list, nil
}

func medianOf(list []race, of func(race) float64) float64 {
	var values []float64
	for _, r := range list {
		values = append(values, of(r))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func appendOurs(ctx context.Context, dir string, leaves, batch int) (float64, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	k, err := office.NewKeys(office.Origin)
	if err != nil {
		return 0, err
	}
	policy := ledger.DefaultPolicy(office.Origin)
	policy.Block = 1
	o, err := office.Open(ctx, dir, policy, nil, k)
	if err != nil {
		return 0, err
	}
	defer o.Close()
	count := leaves / batch * batch
	var batches []*docket.Batch
	for n := range leaves / batch {
		b := happened(o, fmt.Sprintf("2027-%06d", n+1))
		for i := range batch {
			b.Leaves = append(b.Leaves, docket.Leaf{Key: fmt.Sprintf("%s %d", b.Case, i+1), Class: docket.LeafSealed, Text: o.Sealed().Marshal(), At: o.Now})
		}
		batches = append(batches, b)
	}
	// One side writes into the database while the other publishes.
	written := make(chan error, len(batches))
	start := time.Now()
	go func() {
		for _, b := range batches {
			_, err := o.Store.Append(ctx, b)
			written <- err
		}
	}()
	for range batches {
		if err := <-written; err != nil {
			return 0, err
		}
		if err := o.Block(ctx, batch); err != nil {
			return 0, err
		}
	}
	took := time.Since(start)
	key := batches[len(batches)-1].Leaves[batch-1].Key
	at, err := o.Log.Index(ctx, []string{key})
	if err != nil {
		return 0, err
	}
	last := at[key]
	if last.State != sequencer.Published || last.Size != begun+uint64(count) {
		return 0, fault.Invalidf("log", "the last leaf is in the block that ends at %d, in the state %d", last.Size, last.State)
	}
	return float64(count) / took.Seconds(), nil
}

// happened is the first event of a case.
func happened(o *office.Office, ref string) *docket.Batch {
	sealed := sha256.Sum256([]byte(ref))
	n := docket.Entry{Case: docket.Ref(ref), Seq: 1, At: o.Now, Sealed: sealed[:]}
	n.Hash = n.Sum()
	return &docket.Batch{
		Case: n.Case, Entries: []docket.Entry{n},
		Row: docket.Row{Case: n.Case, Seq: 1, Key: "key", Instrument: "budapest", Lane: "normal", Stage: "received", Waiting: "office", Received: o.Now, Open: true},
	}
}

func appendTheirs(ctx context.Context, dir string, leaves, batch int) (float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k, err := office.NewKeys(office.Origin)
	if err != nil {
		return 0, err
	}
	driver, err := posix.New(ctx, posix.Config{Path: dir})
	if err != nil {
		return 0, err
	}
	count := leaves / batch * batch
	a, shutdown, log, err := tessera.NewAppender(ctx, driver, tessera.NewAppendOptions().
		WithCheckpointSigner(k.Log).WithBatching(uint(batch), time.Second).WithPushback(uint(2*count)).
		WithCheckpointInterval(100*time.Millisecond).WithGarbageCollectionInterval(0))
	if err != nil {
		return 0, err
	}
	o := new(office.Office) // only for its leaves
	var texts [][]byte
	for range count {
		texts = append(texts, o.Sealed().Marshal())
	}
	await := tessera.NewPublicationAwaiter(ctx, log.ReadCheckpoint, 5*time.Millisecond)
	// Ours begins with roles, policy and a first block, so that no batch ends where
	// a tile does. So does this one.
	var first tessera.IndexFuture
	for range begun {
		first = a.Add(ctx, tessera.NewEntry(o.Sealed().Marshal()))
	}
	if _, _, err := await.Await(ctx, first); err != nil {
		return 0, err
	}
	start := time.Now()
	var last tessera.IndexFuture
	for _, text := range texts {
		last = a.Add(ctx, tessera.NewEntry(text))
	}
	if _, _, err := await.Await(ctx, last); err != nil {
		return 0, err
	}
	took := time.Since(start)
	return float64(count) / took.Seconds(), shutdown(ctx)
}
