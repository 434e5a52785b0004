package store

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/rogatory/rogatory/fault"
)

// longestLine bounds what one row may take in memory; no sealed entry comes
// near it.
const longestLine = 64 << 20

// lines reads a backup line by line and hashes it as it goes.
type lines struct {
	from   *bufio.Scanner
	number int
	sum    hash.Hash // of all lines given so far
}

func newLines(r io.Reader) *lines {
	l := &lines{from: bufio.NewScanner(r), sum: sha256.New()}
	l.from.Buffer(make([]byte, 0, 1<<16), longestLine)
	l.from.Split(wholeLines)
	return l
}

// wholeLines splits after each line feed and keeps it: every byte is hashed.
func wholeLines(data []byte, atEOF bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return 0, nil, io.ErrUnexpectedEOF
	}
	return 0, nil, nil
}

// next gives a line, valid until the one after.
func (l *lines) next() ([]byte, error) {
	l.number++
	if l.from.Scan() {
		l.sum.Write(l.from.Bytes())
		return l.from.Bytes(), nil
	}
	if l.from.Err() == nil {
		return nil, l.refuse("the backup ends without its trailer").WithHint("it was cut off; take another copy of it")
	}
	return nil, l.broken()
}

// end refuses anything after the trailer, and makes the compression verify
// its own checksum.
func (l *lines) end() error {
	l.number++
	if l.from.Scan() {
		return l.refuse("there is something after the trailer").WithHint(anotherCopy)
	}
	if l.from.Err() != nil {
		return l.broken()
	}
	return nil
}

// broken says why there is no next line.
func (l *lines) broken() error {
	err := l.from.Err()
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, bufio.ErrTooLong):
		return l.refuse("a line of more than %d bytes", longestLine).WithHint(anotherCopy)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return l.refuse("the backup is cut off").WithHint("take another copy of it")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return l.refuse("the compressed bytes are damaged: %v", err).WithHint(anotherCopy)
	}
	return fmt.Errorf("read the backup at line %d: %w", l.number, err)
}

func (l *lines) refuse(format string, args ...any) *fault.Fault {
	return fault.Invalidf(fmt.Sprintf("line %d", l.number), format, args...)
}
