// Package vault is where collected evidence lies until it is released: a folder
// with one folder per case, and in it one file per thing collected.
//
// Each file is encrypted under a key derived from the key of its case, so that
// destroying the case key destroys them all, wherever copies of them went. What
// Put returned is durable. What Get releases was verified before, and is known
// to be the file that was put under that id for that case. It takes the same
// memory for five gigabytes as for five bytes.
//
// It refuses names given by people: a path is made of a case reference and of an
// id made here, and of nothing else.
package vault

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// A Vault is a folder of evidence. It may be used by many goroutines, and by
// many processes on the same folder.
type Vault struct {
	dir    string
	root   *os.Root
	create func(*os.Root, string) (*os.File, error) // begins a file; tests let it fail
}

// Stored is what is known of a file that was put away: of the plain bytes.
type Stored struct {
	ID     string
	Size   int64
	SHA256 string // in hex
}

// Open opens a vault, making its folder if the folder above is there.
func Open(dir string) (*Vault, error) {
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		err = syncAbove(dir)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make vault: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	return &Vault{dir: dir, root: root, create: create}, nil
}

// syncAbove makes the name of a new folder durable.
func syncAbove(dir string) error {
	d, err := os.Open(filepath.Dir(dir))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func create(root *os.Root, name string) (*os.File, error) {
	return root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// Close closes the vault. Files that Get gave stay open.
func (v *Vault) Close() error { return v.root.Close() }

// draft begins the name of a file that is not whole yet.
const draft = ".put-"

// Put puts away what r gives, for a case and under its key. When it returns
// without an error the file is durable; when it returns one there is no file. It
// is a fault.Conflict if the case was dropped meanwhile.
func (v *Vault) Put(ctx context.Context, ref docket.Ref, key [32]byte, r io.Reader) (Stored, error) {
	folder, err := v.folder(ref)
	if err != nil {
		return Stored{}, err
	}
	if err := v.root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return Stored{}, v.lost(folder, err)
	}
	id := newID()
	partial, whole := path.Join(folder, draft+id), path.Join(folder, id)
	f, err := v.create(v.root, partial)
	if err != nil {
		return Stored{}, v.lost(whole, err)
	}
	defer v.root.Remove(partial) // gone already if all went well
	defer f.Close()
	write := func(b []byte) error {
		_, err := f.Write(b)
		return v.lost(whole, err)
	}
	out, err := sealStream(ctx, write, r, key, ref, id)
	if err != nil {
		return Stored{}, err
	}
	if err := f.Sync(); err != nil {
		return Stored{}, v.lost(whole, err)
	}
	if err := v.root.Rename(partial, whole); err != nil {
		return Stored{}, v.lost(whole, err)
	}
	// The name of the file is durable with its folder, and that with the one above.
	for _, name := range []string{folder, "."} {
		if err := v.sync(name); err != nil {
			v.root.Remove(whole)
			return Stored{}, v.lost(whole, err)
		}
	}
	return out, nil
}

// Get opens a file that was put away. It is a fault.NotFound if there is none,
// and a fault.Invalid if what is there is not whole, was altered, or was put
// there under another case, id or key. That the end is there is known before the
// first byte is released; what lies between is verified before it is released,
// and reading fails where that fails: what was read until then is genuine, and
// not the whole file.
func (v *Vault) Get(ctx context.Context, ref docket.Ref, key [32]byte, id string) (io.ReadCloser, error) {
	folder, err := v.folder(ref)
	if err != nil {
		return nil, err
	}
	if !isID(id) {
		return nil, fault.Invalidf(id, "is no id of a file in the vault").WithHint("take it from the record of the case")
	}
	name := path.Join(folder, id)
	f, err := v.root.Open(name)
	if err != nil {
		return nil, v.explain(name, err)
	}
	r, err := openStream(ctx, f, filepath.Join(v.dir, name), key, ref, id)
	if err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

// Drop removes files of a case, or without ids every one, whole or not; to drop
// it again is no error. A Put that is under way fails if every file is dropped.
func (v *Vault) Drop(ctx context.Context, ref docket.Ref, ids ...string) error {
	folder, err := v.folder(ref)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(ids) > 0 {
		return v.dropFiles(folder, ids)
	}
	if err := v.root.RemoveAll(folder); err != nil {
		return v.explain(folder, err)
	}
	return v.explain(folder, v.sync("."))
}

func (v *Vault) dropFiles(folder string, ids []string) error {
	for _, id := range ids {
		if !isID(id) {
			return fault.Invalidf(id, "is no id of a file in the vault").WithHint("take it from the record of the case")
		}
		if err := v.root.Remove(path.Join(folder, id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return v.explain(path.Join(folder, id), err)
		}
	}
	if err := v.sync(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return v.explain(folder, err)
	}
	return nil
}

// stale is how long a file that is not whole is left alone after it last grew.
const stale = 24 * time.Hour

// Sweep removes what Puts left behind that were cut off by a crash, and says how
// many. One that is still growing is left alone.
func (v *Vault) Sweep(ctx context.Context, now time.Time) (int, error) {
	cases, err := v.list(".")
	if err != nil {
		return 0, v.explain(".", err)
	}
	swept := 0
	for _, c := range cases {
		if _, err := v.folder(docket.Ref(c.Name())); err != nil || !c.IsDir() {
			continue // nothing of ours
		}
		if err := ctx.Err(); err != nil {
			return swept, err
		}
		n, err := v.sweepCase(c.Name(), now)
		swept += n
		if err != nil {
			return swept, v.explain(c.Name(), err)
		}
	}
	return swept, nil
}

func (v *Vault) sweepCase(folder string, now time.Time) (int, error) {
	files, err := v.list(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil // dropped meanwhile
	}
	if err != nil {
		return 0, err
	}
	swept := 0
	for _, f := range files {
		if !strings.HasPrefix(f.Name(), draft) {
			continue
		}
		info, err := f.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // became whole meanwhile
		}
		if err != nil {
			return swept, err
		}
		if now.Sub(info.ModTime()) < stale {
			continue
		}
		if err := v.root.Remove(path.Join(folder, f.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return swept, err
		}
		swept++
	}
	return swept, nil
}

func (v *Vault) list(name string) ([]fs.DirEntry, error) {
	d, err := v.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.ReadDir(-1)
}

// sync makes the names in a folder durable.
func (v *Vault) sync(name string) error {
	d, err := v.root.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// folder is where the files of a case lie. Only a reference exactly as the
// office writes it names a folder.
func (v *Vault) folder(ref docket.Ref) (string, error) {
	if plain, err := docket.ParseRef(string(ref)); err != nil || plain != ref {
		return "", fault.Invalidf(string(ref), "is no case reference").WithHint("write it as on the receipt, like 26-7K3MQ9XB-T")
	}
	return string(ref), nil
}

// lost says why something could not be put away.
func (v *Vault) lost(name string, err error) error {
	where := filepath.Join(v.dir, name)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return &fault.Fault{Where: where, What: "the disk of the vault is full, and nothing was kept", Hint: "make room, and collect again", Cause: err}
	case errors.Is(err, fs.ErrNotExist):
		return fault.Conflictf(where, "the files of the case were dropped meanwhile, and nothing was kept").
			WithHint("look at the case before anything is collected again")
	}
	return fmt.Errorf("vault: put away %s: %w", where, err)
}

// explain says where something failed that is not about putting away.
func (v *Vault) explain(name string, err error) error {
	where := filepath.Join(v.dir, name)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fault.NotFoundf(where, "there is no such file in the vault").
			WithHint("it was dropped with its case, or this is not the vault it was put in")
	}
	return fmt.Errorf("vault: %s: %w", where, err)
}

// newID makes a name for a file that says nothing of it.
func newID() string {
	var raw [16]byte
	rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}

func isID(id string) bool {
	raw, err := hex.DecodeString(id)
	return err == nil && len(raw) == 16 && hex.EncodeToString(raw) == id
}
