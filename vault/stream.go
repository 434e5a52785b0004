package vault

import (
	"bufio"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// A file is its format, 32 random bytes, and chunks of 64 KiB, each with a tag
// of 16 bytes; the last may be shorter, and an empty file is one empty chunk.
//
// The chunks are sealed with AES-256-GCM under a key that serves this file alone:
// HKDF-SHA256 of the case key with the random bytes as salt and the format as
// label. The nonce is the number of the chunk in eleven bytes and a twelfth that
// is 1 for the last (STREAM: Hoang, Reyhanitabar, Rogaway, Vizár, 2015), so that
// no chunk can be left out, moved, doubled or cut off. The beginning of the file,
// the case and the id are bound to every chunk, so that no file can stand in
// another's place.
const format = "rogatory.vault/1\n"

const (
	saltSize = 32
	head     = len(format) + saltSize
	chunk    = 64 << 10
	tag      = 16
)

// A stream seals or opens the chunks of one file.
type stream struct {
	aead  cipher.AEAD
	bound []byte
	nonce [12]byte
}

func newStream(key [32]byte, header []byte, ref docket.Ref, id string) (*stream, error) {
	own, err := hkdf.Key(sha256.New, key[:], header[len(format):], format, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(own)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	bound := append([]byte(nil), header...)
	bound = append(bound, ref...)
	bound = append(bound, 0)
	return &stream{aead: aead, bound: append(bound, id...)}, nil
}

// A place is whether a chunk is the last.
type place byte

const (
	within place = iota
	last
)

func (s *stream) at(n uint64, where place) []byte {
	binary.BigEndian.PutUint64(s.nonce[3:11], n)
	s.nonce[11] = byte(where)
	return s.nonce[:]
}

// sealStream writes everything r gives, sealed.
func sealStream(ctx context.Context, write func([]byte) error, r io.Reader, key [32]byte, ref docket.Ref, id string) (Stored, error) {
	header := append([]byte(format), make([]byte, saltSize)...)
	rand.Read(header[len(format):])
	s, err := newStream(key, header, ref, id)
	if err != nil {
		return Stored{}, err
	}
	if err := write(header); err != nil {
		return Stored{}, err
	}
	in, sum, size := bufio.NewReaderSize(r, chunk), sha256.New(), int64(0)
	plain, sealed := make([]byte, chunk), make([]byte, 0, chunk+tag)
	for n := uint64(0); ; n++ {
		if err := ctx.Err(); err != nil {
			return Stored{}, err
		}
		filled, where, err := fill(in, plain)
		if err != nil {
			return Stored{}, fmt.Errorf("read what is to be put away, after %d bytes: %w", size+int64(filled), err)
		}
		sum.Write(plain[:filled])
		size += int64(filled)
		sealed = s.aead.Seal(sealed[:0], s.at(n, where), plain[:filled], s.bound)
		if err := write(sealed); err != nil {
			return Stored{}, err
		}
		if where == last {
			return Stored{ID: id, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
		}
	}
}

// fill reads a chunk, and looks whether anything follows it. Nothing but io.EOF
// is an end: what a sender cut off is not whole, which io.ReadFull would not tell
// from a short last chunk.
func fill(in *bufio.Reader, buf []byte) (n int, where place, err error) {
	for n < len(buf) {
		k, err := in.Read(buf[n:])
		n += k
		if err == io.EOF {
			return n, last, nil
		}
		if err != nil {
			return n, last, err
		}
	}
	_, err = in.Peek(1)
	if err == io.EOF {
		return n, last, nil
	}
	return n, within, err
}

// A reader opens a file chunk by chunk.
type reader struct {
	ctx    context.Context
	f      *os.File
	path   string
	stream *stream
	chunks uint64
	tail   int    // bytes of the last chunk, with its tag
	n      uint64 // the next chunk
	buf    []byte
	plain  []byte // of buf: verified, and not yet read
	err    error  // once set, it stays
}

// openStream checks the beginning and the end of a file.
func openStream(ctx context.Context, f *os.File, path string, key [32]byte, ref docket.Ref, id string) (*reader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fault.Invalidf(path, "is not a regular file: nothing of the vault's")
	}
	header := make([]byte, head)
	if _, err := io.ReadFull(f, header); err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, cut(path)
	} else if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if string(header[:len(format)]) != format {
		return nil, fault.Invalidf(path, "does not begin like a file of the vault").WithHint(restore)
	}
	r := &reader{ctx: ctx, f: f, path: path, buf: make([]byte, chunk+tag)}
	r.stream, err = newStream(key, header, ref, id)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	rest := info.Size() - int64(head)
	r.chunks = uint64((rest + chunk + tag - 1) / (chunk + tag))
	r.tail = int(rest - int64(r.chunks-1)*(chunk+tag))
	if r.chunks == 0 || r.tail < tag {
		return nil, cut(path)
	}
	return r, r.checkEnd()
}

// checkEnd opens the last chunk. That it is the last is sealed into it.
func (r *reader) checkEnd() error {
	n := r.chunks - 1
	buf := r.buf[:r.tail]
	if _, err := r.f.ReadAt(buf, int64(head)+int64(n)*(chunk+tag)); err != nil {
		return r.unread(err)
	}
	if _, err := r.stream.aead.Open(nil, r.stream.at(n, last), buf, r.stream.bound); err == nil {
		return nil
	}
	if _, err := r.stream.aead.Open(nil, r.stream.at(n, within), buf, r.stream.bound); err == nil {
		return cut(r.path)
	}
	return r.altered(n)
}

const restore = "restore it from a backup, or collect it again"

func cut(path string) error {
	return fault.Invalidf(path, "the file is cut short: its end is missing").WithHint(restore)
}

func (r *reader) altered(n uint64) error {
	return fault.Invalidf(r.path, "part %d of %d does not open: it was altered, cut short, put there from elsewhere, or sealed for another case or under another key", n+1, r.chunks).WithHint(restore)
}

func (r *reader) unread(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return cut(r.path)
	}
	return fmt.Errorf("vault: %w", err)
}

// Read releases verified bytes, and no others.
func (r *reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(r.plain) == 0 && r.err == nil {
		r.err = r.next()
	}
	if r.err != nil {
		return 0, r.err
	}
	n := copy(p, r.plain)
	r.plain = r.plain[n:]
	return n, nil
}

// next opens the next chunk, in place.
func (r *reader) next() error {
	if r.n == r.chunks {
		return io.EOF
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	buf, where := r.buf, within
	if r.n == r.chunks-1 {
		buf, where = r.buf[:r.tail], last
	}
	if _, err := io.ReadFull(r.f, buf); err != nil {
		return r.unread(err)
	}
	plain, err := r.stream.aead.Open(buf[:0], r.stream.at(r.n, where), buf, r.stream.bound)
	if err != nil {
		return r.altered(r.n)
	}
	r.plain, r.n = plain, r.n+1
	return nil
}

// Close closes the file; nothing is released any more.
func (r *reader) Close() error {
	r.plain, r.err = nil, os.ErrClosed
	return r.f.Close()
}
