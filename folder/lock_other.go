//go:build !unix

package folder

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// lock keeps other processes, and other goroutines, from moving the mark. Where
// files cannot be locked a file stands for the lock; one that was left by a
// process that died has to be removed by hand.
func (m *Mark) lock(ctx context.Context) (unlock func(), err error) {
	name := m.name + ".lock"
	for {
		file, err := m.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			_ = file.Close()
			return func() { _ = m.root.Remove(name) }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, fault.Busyf(m.name, "somebody else is moving the mark").WithHint("if nobody is, remove " + name)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
