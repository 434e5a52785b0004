package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogatory/rogatory/fault"
)

// The names in the folder of a witness.
const (
	keyFile    = "witness.key" // the private key: whoever reads it can cosign
	lockFile   = "lock"
	seenFolder = "seen"  // <sha256 of origin>: the last checkpoint cosigned, with the cosignature
	forkFolder = "forks" // <sha256 of origin>: two checkpoints of one log that contradict
)

// A folder is what a witness remembers. Losing it, or putting back an old copy,
// lets a log be rolled back before the eyes of this witness: a witness that lost
// its folder begins anew under a new key.
type folder struct {
	dir  string
	held *os.File
}

// originHash names a log in addresses and files. C2SP tlog-witness.
func originHash(origin string) string {
	sum := sha256.Sum256([]byte(origin))
	return hex.EncodeToString(sum[:])
}

// Init makes the folder of a witness, with its key in it. It replaces nothing.
func Init(dir string, k Key) error {
	for _, d := range []string{dir, filepath.Join(dir, seenFolder), filepath.Join(dir, forkFolder)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return fmt.Errorf("make the folder of a witness: %w", err)
		}
	}
	err := create(filepath.Join(dir, keyFile), []byte(k.Secret()+"\n"))
	if errors.Is(err, fs.ErrExist) {
		return fault.Conflictf(dir, "there is a witness in this folder already").
			WithHint("its key is never replaced: what it signed would be nobody's; name another folder")
	}
	return err
}

// openFolder takes the folder for this process.
func openFolder(dir string) (*folder, Key, error) {
	text, err := os.ReadFile(filepath.Join(dir, keyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Key{}, fault.NotFoundf(dir, "there is no witness in this folder").WithHint("make one by `rogatory-witness keygen --data DIR --name NAME`")
	}
	if err != nil {
		return nil, Key{}, fmt.Errorf("read the key of the witness: %w", err)
	}
	k, err := ParseKey(string(text))
	if err != nil {
		return nil, Key{}, err
	}
	held, err := lock(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, Key{}, err
	}
	return &folder{dir, held}, k, nil
}

func (f *folder) Close() error { return f.held.Close() }

// seen is the last checkpoint cosigned for a log, nil if there is none.
func (f *folder) seen(origin string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(f.dir, seenFolder, originHash(origin)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// see makes a checkpoint the last one cosigned. Once it returns, that is durable.
func (f *folder) see(origin string, note []byte) error {
	return replace(filepath.Join(f.dir, seenFolder, originHash(origin)), note)
}

// fork keeps the first pair of checkpoints in which a log contradicts itself:
// both are signed by it, so that they convince anybody.
func (f *folder) fork(origin string, notes []byte) error {
	err := create(filepath.Join(f.dir, forkFolder, originHash(origin)), notes)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// create writes a file that appears whole and durable, and only if nothing
// stands there: a link, unlike a rename, replaces nothing.
func create(path string, data []byte) error { return write(path, data, os.Link) }

// replace writes a file that stands there whole and durable, or not at all.
func replace(path string, data []byte) error { return write(path, data, os.Rename) }

func write(path string, data []byte, place func(old, new string) error) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := place(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
