package publiclog

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/crosscheck/office"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/witness"
)

const theirOrigin = "tessera.example/log"

// A theirs is a log by Tessera in a folder, cosigned by our witness as Tessera
// asks it.
type theirs struct {
	dir     string
	keys    *office.Keys
	witness *office.Witness
	append  *tessera.Appender
	log     tessera.LogReader
	await   *tessera.PublicationAwaiter
	saved   map[uint64][]byte // checkpoints
}

func newTheirs(t *testing.T) *theirs {
	k, err := office.NewKeys(theirOrigin)
	if err != nil {
		t.Fatal(err)
	}
	w, err := office.NewWitness(folder(t), time.Now, k.VKey)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	// The same policy file is read by both.
	group, err := tessera.NewWitnessGroupFromPolicy(w.PolicyText())
	if err != nil {
		t.Fatal(err)
	}
	l := &theirs{dir: folder(t), keys: k, witness: w, saved: make(map[uint64][]byte)}
	driver, err := posix.New(t.Context(), posix.Config{Path: l.dir})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var shutdown func(context.Context) error
	l.append, shutdown, l.log, err = tessera.NewAppender(ctx, driver, tessera.NewAppendOptions().
		WithCheckpointSigner(k.Log).WithBatching(256, 20*time.Millisecond).WithPushback(1<<20).
		WithCheckpointInterval(100*time.Millisecond).WithGarbageCollectionInterval(0).
		WithWitnesses(group, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shutdown(ctx); err != nil {
			t.Error(err)
		}
		cancel()
	})
	l.await = tessera.NewPublicationAwaiter(ctx, l.log.ReadCheckpoint, 10*time.Millisecond)
	return l
}

// grow appends leaves to a size and waits until they are published.
func (l *theirs) grow(t *testing.T, from, to uint64) {
	t.Helper()
	var last tessera.IndexFuture
	for i := from; i < to; i++ {
		last = l.append.Add(t.Context(), tessera.NewEntry(fmt.Appendf(nil, "leaf %d", i)))
	}
	at, checkpoint, err := l.await.Await(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	if at.Index != to-1 {
		t.Fatalf("the last leaf stands at %d", at.Index)
	}
	l.saved[to] = checkpoint
}

// Our witness cosigns Tessera's log, growing through the borders of tiles, asked
// by Tessera's own client with Tessera's own proofs; and all that we read a log
// with accepts what Tessera published.
func TestWeReadTheirs(t *testing.T) {
	t.Parallel()
	l := newTheirs(t)
	var size uint64
	for _, next := range []uint64{1, 2, 255, 256, 257, 513, 1300} {
		l.grow(t, size, next)
		size = next
	}
	p, err := l.witness.Policy()
	if err != nil {
		t.Fatal(err)
	}
	trust, err := monitor.NewTrust(l.keys.VKey, &p.Quorum)
	if err != nil {
		t.Fatal(err)
	}
	source, err := witness.NewSource(l.dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := source.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last, err := trust.Checkpoint(text)
	if err != nil {
		t.Fatal(err)
	}
	if last.Size != size || !last.Quorum || len(last.Cosigned) != 1 || time.Since(last.Cosigned[0].At) > time.Hour {
		t.Errorf("the last checkpoint of Tessera's log: %+v", last)
	}
	files := monitor.NewFiles(t.Context(), source)
	var hashes []tlog.Hash
	for n := int64(0); uint64(n)*ledger.TileWidth < size; n++ {
		leaves, whole, err := files.Bundle(n, int(min(size-uint64(n)*ledger.TileWidth, ledger.TileWidth)))
		if err != nil || !whole {
			t.Fatal(err, whole)
		}
		for _, leaf := range leaves {
			if string(leaf) != fmt.Sprintf("leaf %d", len(hashes)) {
				t.Fatalf("leaf %d is %q", len(hashes), leaf)
			}
			hashes = append(hashes, tlog.RecordHash(leaf))
		}
	}
	tiles := tlog.TileHashReader(last.Tree(), files)
	for i := range int64(size) {
		if i%37 != 0 && i != int64(size)-1 {
			continue
		}
		p, err := tlog.ProveRecord(int64(size), i, tiles)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(p, int64(size), last.Root, i, hashes[i]); err != nil {
			t.Errorf("leaf %d: %v", i, err)
		}
	}
	for small, text := range l.saved {
		c, err := trust.Checkpoint(text)
		if err != nil || c.Size != small {
			t.Fatal(err, c.Size, small)
		}
		p, err := tlog.ProveTree(int64(size), int64(small), tiles)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckTree(p, int64(size), last.Root, int64(small), c.Root); err != nil {
			t.Errorf("%d to %d: %v", small, size, err)
		}
	}
	l.follow(t, trust)
	l.forked(t)
}

// Our monitor follows Tessera's log: all of its leaves are of a kind it does not
// know, and that is all it says; checkpoint, cosignature, consistency and the
// root from all entries it accepts.
func (l *theirs) follow(t *testing.T, trust monitor.Trust) {
	source, err := witness.NewSource(l.dir)
	if err != nil {
		t.Fatal(err)
	}
	f := monitor.NewFollower(trust, source, nil)
	found, err := f.Follow(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	l.grow(t, 1300, 1301)
	again, err := f.Follow(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if found.Checkpoint.Size != 1300 || again.Checkpoint.Size != 1301 || again.Monitor.Size() != 1301 {
		t.Errorf("the monitor read %d, then %d leaves", found.Checkpoint.Size, again.Monitor.Size())
	}
	counts := make(map[monitor.Kind]int)
	for _, a := range append(found.Alarms, again.Alarms...) {
		counts[a.Kind]++
	}
	if want := map[monitor.Kind]int{monitor.NotCanonical: 1301}; !cmp.Equal(counts, want) {
		t.Errorf("the monitor says %v, want %v", counts, want)
	}

	// A leaf that was changed in the folder no longer gives the root.
	path := filepath.Join(l.dir, "tile", "entries", "001")
	bundle, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bundle[5] ^= 1
	if err := os.WriteFile(path, bundle, 0o644); err != nil {
		t.Fatal(err)
	}
	broken, err := monitor.NewFollower(trust, source, nil).Follow(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	rewritten := 0
	for _, a := range broken.Alarms {
		if a.Kind == monitor.Rewritten {
			rewritten++
		}
	}
	if rewritten != 1 {
		t.Errorf("a leaf that was changed is %d alarms", rewritten)
	}
}

// forked shows the witness another history of Tessera's log, well signed: it
// refuses, and says where it stands.
func (l *theirs) forked(t *testing.T) {
	signer, err := note.NewSigner(l.keys.Skey)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", theirOrigin, 1400, tlog.Hash{1})
	forged, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		t.Fatal(err)
	}
	body := "old 1301\n\n" + string(forged)
	at, err := url.JoinPath(l.witness.URL, "add-checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, body string
		want       int
	}{
		{"a fork without proof", body, http.StatusUnprocessableEntity},
		{"an old size that it left behind", strings.Replace(body, "old 1301", "old 512", 1), http.StatusConflict},
		{"a key that is not the log's", strings.Replace(body, string(forged[len(forged)-20:]), strings.Repeat("A", 18)+"=\n", 1), http.StatusForbidden},
		{"another log", strings.ReplaceAll(body, theirOrigin, "other.example/log"), http.StatusNotFound},
	} {
		resp, err := http.Post(at, "text/plain", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != c.want {
			t.Errorf("%s is answered with %d %q, want %d", c.name, resp.StatusCode, got, c.want)
		}
		if c.want == http.StatusConflict && (string(got) != "1301\n" || resp.Header.Get("Content-Type") != "text/x.tlog.size") {
			t.Errorf("the size is answered as %q", got)
		}
	}
}
