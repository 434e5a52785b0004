//go:build !unix

package witness

import (
	"os"

	"github.com/rogatory/rogatory/fault"
)

// lock refuses: without a lock that ends with its process, two witnesses could
// share a folder and sign what contradicts.
func lock(name string) (*os.File, error) {
	return nil, fault.Conflictf(name, "a folder cannot be locked on this system").WithHint("run the witness on Linux, a BSD or macOS")
}
