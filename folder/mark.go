package folder

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
)

// A Mark is the high-water mark of a log in a file of its own, which stands
// apart from the database and is in no backup.
type Mark struct {
	root *os.Root
	name string
}

// OpenMark opens the mark in a file, and makes the folder of it if that is not
// there. A file that is not there is the mark of a log that has not begun.
func OpenMark(name string) (*Mark, error) {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Mark{root, filepath.Base(name)}, nil
}

// Close lets go of the mark.
func (m *Mark) Close() error { return m.root.Close() }

// Read gives the mark; a tree of size 0 if it was never moved. A file that cannot
// be read is a fault.Conflict: what stood in it is not known.
func (m *Mark) Read(ctx context.Context) (tlog.Tree, error) {
	if err := ctx.Err(); err != nil {
		return tlog.Tree{}, err
	}
	text, err := m.root.ReadFile(m.name)
	if errors.Is(err, fs.ErrNotExist) {
		return tlog.Tree{}, nil
	}
	if err != nil {
		return tlog.Tree{}, err
	}
	return parseMark(m.name, text)
}

// Swap moves the mark forward; fault.Conflict if it does not stand at old, or if
// that were back.
func (m *Mark) Swap(ctx context.Context, old, new tlog.Tree) error {
	unlock, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	at, err := m.Read(ctx)
	if err != nil {
		return err
	}
	if at != old {
		return fault.Conflictf(m.name, "it stands at %d leaves, %s, and not at %d, %s", at.N, at.Hash, old.N, old.Hash)
	}
	if new.N <= old.N {
		return fault.Conflictf(m.name, "it stands at %d leaves and does not go to %d: it only goes forward", old.N, new.N)
	}
	from := unfinished + rand.Text()
	defer func() { _ = m.root.Remove(from) }() // after a rename it is not there
	if err := writeFile(m.root, from, formatMark(new)); err != nil {
		return err
	}
	if err := m.root.Rename(from, m.name); err != nil {
		return err
	}
	return syncFile(m.root, ".")
}

func formatMark(t tlog.Tree) []byte {
	return fmt.Appendf(nil, "rogatory/v1 mark\nsize %d\nroot %s\n", t.N, t.Hash)
}

func parseMark(name string, text []byte) (tlog.Tree, error) {
	var t tlog.Tree
	var root string
	_, err := fmt.Sscanf(string(text), "rogatory/v1 mark\nsize %d\nroot %s\n", &t.N, &root)
	if err == nil {
		t.Hash, err = tlog.ParseHash(root)
	}
	if err != nil || t.N < 1 || !bytes.Equal(formatMark(t), text) {
		return tlog.Tree{}, fault.Conflictf(name, "the high-water mark cannot be read").WithHint("restore the file as it was; if it is lost remove it, and call `rogatory ledger recover`")
	}
	return t, nil
}
