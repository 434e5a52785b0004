//go:build unix

package witness

import (
	"errors"
	"os"
	"syscall"

	"github.com/rogatory/rogatory/fault"
)

// lock takes a folder for this process until the file is closed, also by a crash.
func lock(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fault.Conflictf(name, "another process works in this folder").
			WithHint("one witness has one process: two could sign what contradicts")
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
