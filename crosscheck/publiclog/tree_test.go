package publiclog

import (
	"os"
	"testing"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/crosscheck/office"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/witness"
)

// root is that of leaves, by package merkle.
func root(hashes [][]byte) ([]byte, error) {
	f := compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
	r := f.NewEmptyRange(0)
	for _, h := range hashes {
		if err := r.Append(h, nil); err != nil {
			return nil, err
		}
	}
	return r.GetRootHash(nil)
}

func trustOf(t *testing.T, o *office.Office) monitor.Trust {
	t.Helper()
	trust, err := o.Trust()
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// hashReader is how Rogatory reads the tiles of a folder.
func hashReader(r *reader, size uint64) (tlog.HashReader, error) {
	source, err := witness.NewSource(r.Root)
	if err != nil {
		return nil, err
	}
	c := r.checkpoint(r.archived(size))
	return tlog.TileHashReader(tlog.Tree{N: int64(size), Hash: tlog.Hash(c.Hash)}, monitor.NewFiles(r.t.Context(), source)), nil
}

func proveRecord(size, index uint64, r *reader) ([][]byte, error) {
	hashes, err := hashReader(r, size)
	if err != nil {
		return nil, err
	}
	p, err := tlog.ProveRecord(int64(size), int64(index), hashes)
	return raw(p), err
}

func proveTree(large, small uint64, r *reader) ([][]byte, error) {
	hashes, err := hashReader(r, large)
	if err != nil {
		return nil, err
	}
	p, err := tlog.ProveTree(int64(large), int64(small), hashes)
	return raw(p), err
}

func checkRecord(p [][]byte, size uint64, root []byte, index uint64, leaf []byte) error {
	list := make(tlog.RecordProof, 0, len(p))
	for _, h := range p {
		list = append(list, tlog.Hash(h))
	}
	return tlog.CheckRecord(list, int64(size), tlog.Hash(root), int64(index), tlog.Hash(leaf))
}

func raw(hashes []tlog.Hash) [][]byte {
	list := make([][]byte, 0, len(hashes))
	for _, h := range hashes {
		list = append(list, h[:])
	}
	return list
}

// folder is an empty one, in memory where the machine has such: what these tests
// write need not outlast them, and is written durably thousands of times.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "publiclog")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
