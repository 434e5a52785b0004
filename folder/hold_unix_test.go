package folder_test

import (
	"os"
	"syscall"
	"testing"
)

// hold locks a file as another process would.
func hold(t *testing.T, name string) (release func()) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	return func() { _ = file.Close() }
}
