// Package folder keeps the published log and its high-water mark on a file
// system.
//
// It promises that a file is there with all of its bytes or not at all, that what
// was confirmed survives a loss of power, and that nothing is written outside of
// the folder. It refuses to write other bytes under a name that is taken.
package folder

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// unfinished begins the names of files that are being written.
const unfinished = ".new-"

// abandoned is after what time such a file belongs to a process that died.
const abandoned = time.Hour

// A Folder holds the static files of one log.
type Folder struct {
	root *os.Root

	mu     sync.Mutex      // guards synced
	synced map[string]bool // folders of which it is durable that they are there
}

// Open opens a folder, and makes it if it is not there.
func Open(name string) (*Folder, error) {
	if err := os.MkdirAll(name, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	f := &Folder{root: root, synced: make(map[string]bool)}
	return f, f.sweep(time.Now())
}

// Close lets go of the folder.
func (f *Folder) Close() error { return f.root.Close() }

// sweep removes what processes left that died while they wrote.
func (f *Folder) sweep(now time.Time) error {
	list, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), unfinished) || now.Sub(info.ModTime()) < abandoned {
			continue
		}
		if err := f.root.Remove(e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Put writes a file that is not there. If it is there with the same bytes
// nothing changes; with other bytes it is a fault.Conflict.
func (f *Folder) Put(ctx context.Context, name string, data []byte) error {
	return f.write(ctx, name, data, func(from string) error {
		// A link fails if the name is taken, and until it stands nobody sees
		// any of the bytes.
		err := f.root.Link(from, name)
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		there, err := f.root.ReadFile(name)
		if err != nil {
			return err
		}
		if !bytes.Equal(there, data) {
			return fault.Conflictf(name, "it is there with %d bytes, which are not the %d to be written", len(there), len(data))
		}
		return nil
	})
}

// Replace writes a file, whatever was there; a reader sees all of the old or all
// of the new one.
func (f *Folder) Replace(ctx context.Context, name string, data []byte) error {
	return f.write(ctx, name, data, func(from string) error { return f.root.Rename(from, name) })
}

// Get gives a file; fault.NotFound if it is not there.
func (f *Folder) Get(ctx context.Context, name string) ([]byte, error) {
	if err := check(ctx, name); err != nil {
		return nil, err
	}
	data, err := f.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFoundf(name, "it is not there")
	}
	return data, err
}

// write writes a file under another name, makes it durable, has it take its own,
// and makes that durable, also if the name was taken: whoever took it may have
// died before.
func (f *Folder) write(ctx context.Context, name string, data []byte, take func(from string) error) error {
	if err := check(ctx, name); err != nil {
		return err
	}
	dir := path.Dir(name)
	if err := f.folder(dir); err != nil {
		return err
	}
	from := unfinished + rand.Text()
	defer func() { _ = f.root.Remove(from) }() // after a rename it is not there
	if err := writeFile(f.root, from, data); err != nil {
		return err
	}
	if err := take(from); err != nil {
		return err
	}
	return syncFile(f.root, dir)
}

// folder makes a folder, and makes it durable that it is there, once.
func (f *Folder) folder(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if dir == "." || f.synced[dir] {
		return nil
	}
	if err := f.root.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for up := dir; up != "."; {
		up = path.Dir(up)
		if err := syncFile(f.root, up); err != nil {
			return err
		}
	}
	f.synced[dir] = true
	return nil
}

// check refuses a name that is none of a file of a log.
func check(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	bad := !fs.ValidPath(name) || name == "." || len(name) > 200
	for part := range strings.SplitSeq(name, "/") {
		bad = bad || strings.HasPrefix(part, ".") || strings.ContainsAny(part, "\\:\x00")
	}
	if bad {
		return fault.Invalidf("file", "%q is no name of a file of a log", name)
	}
	return nil
}

// writeFile writes a file that is not there, and makes its bytes durable.
func writeFile(root *os.Root, name string, data []byte) error {
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncFile makes a file or folder durable as it stands.
func syncFile(root *os.Root, name string) error {
	file, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
