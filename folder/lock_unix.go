//go:build unix

package folder

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// lock keeps other processes, and other goroutines, from moving the mark. The
// lock goes with the process that holds it.
func (m *Mark) lock(ctx context.Context) (unlock func(), err error) {
	file, err := m.root.OpenFile(m.name+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(err, file.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fault.Busyf(m.name, "somebody else is moving the mark"), file.Close())
		case <-time.After(5 * time.Millisecond):
		}
	}
}
