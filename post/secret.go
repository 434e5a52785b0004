package post

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/rogatory/rogatory/fault"
)

const longestSecret = 16 << 10 // bytes; a key of 8192 bits takes less

// readSecret reads a file that must be its owner's alone, without the line ends
// after it.
func readSecret(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFoundf(path, "there is no secret here")
	}
	if err != nil {
		return nil, fmt.Errorf("open a secret: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open a secret: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fault.Invalidf(path, "the secret is not a regular file")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.Invalidf(path, "the secret is open to others than its owner (mode %04o)", info.Mode().Perm()).
			WithHint("chmod 600 " + path)
	}
	text, err := io.ReadAll(io.LimitReader(f, longestSecret+1))
	if err != nil {
		return nil, fmt.Errorf("read a secret: %w", err)
	}
	text = bytes.TrimRight(text, "\r\n")
	if len(text) == 0 || len(text) > longestSecret {
		return nil, fault.Invalidf(path, "is empty, or longer than a secret is")
	}
	return text, nil
}
