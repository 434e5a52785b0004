package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"filippo.io/age"

	"github.com/rogatory/rogatory/fault"
)

const (
	incoming        = ".incoming"
	longestIdentity = 64 << 10
)

// Open opens a package with an age identity (the text of the file that age-keygen
// writes), puts its files and release.json into a folder, and gives the manifest.
// The folder does not exist yet or is empty; it is the reader's alone. Either
// everything is there in the end, each file with the SHA-256 that is listed, or
// nothing.
func Open(r io.Reader, identity, dir string) (manifest []byte, err error) {
	identities, err := parseIdentities(identity)
	if err != nil {
		return nil, err
	}
	plain, err := age.Decrypt(r, identities...)
	if _, others := errors.AsType[*age.NoIdentityMatchError](err); others {
		return nil, fault.Invalidf("package", "is encrypted to others than this key").
			WithHint("take the key whose public half was enrolled when the package was released")
	}
	if err != nil {
		return nil, unreadable(err)
	}
	root, made, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	manifest, err = unpack(plain, root)
	if err != nil && made {
		err = errors.Join(err, os.Remove(dir))
	}
	if err != nil {
		return nil, err
	}
	return manifest, nil
}

// parseIdentities repeats nothing of what it was given.
func parseIdentities(text string) ([]age.Identity, error) {
	if len(text) <= longestIdentity {
		if identities, err := age.ParseIdentities(strings.NewReader(text)); err == nil {
			return identities, nil
		}
	}
	return nil, fault.Invalidf("identity", "is no age identity").
		WithHint("give the file that age-keygen wrote, with a line that begins with AGE-SECRET-KEY-")
}

// openFolder makes a folder, or takes one that is empty: nothing may end up beside
// what was released.
func openFolder(dir string) (root *os.Root, made bool, err error) {
	err = os.Mkdir(dir, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, false, fmt.Errorf("make a folder for a package: %w", err)
	}
	made = err == nil
	names, err := os.ReadDir(dir)
	if err != nil || len(names) > 0 {
		return nil, false, fault.Conflictf(dir, "is not an empty folder").WithHint("name one that is empty, or does not exist yet")
	}
	root, err = os.OpenRoot(dir)
	if err != nil {
		return nil, false, fmt.Errorf("open a folder for a package: %w", err)
	}
	return root, made, nil
}

// unpack keeps files aside until all are known to be right.
func unpack(plain io.Reader, root *os.Root) (manifest []byte, err error) {
	if err := root.Mkdir(incoming, 0o700); err != nil {
		return nil, fmt.Errorf("take a package apart: %w", err)
	}
	defer func() { err = errors.Join(err, root.RemoveAll(incoming)) }()
	var names []string
	keep := func(name string) (io.WriteCloser, error) {
		names = append(names, name)
		return root.OpenFile(incoming+"/"+name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	}
	manifest, err = read(plain, keep)
	if err != nil {
		return nil, err
	}
	out, err := keep(manifestName)
	if err != nil {
		return nil, fmt.Errorf("keep %s: %w", manifestName, err)
	}
	_, err = out.Write(manifest)
	if err := errors.Join(err, out.Close()); err != nil {
		return nil, fmt.Errorf("keep %s: %w", manifestName, err)
	}
	for i, name := range names {
		if err := root.Rename(incoming+"/"+name, name); err != nil {
			for _, before := range names[:i] {
				err = errors.Join(err, root.Remove(before))
			}
			return nil, fmt.Errorf("keep %s: %w", name, err)
		}
	}
	return manifest, nil
}
