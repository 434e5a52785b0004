package keyring

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogatory/rogatory/fault"
)

// fileFormat is the first line of an office key file; the second is the key.
const fileFormat = "rogatory.office-key/1"

// fileKey is an office key read from a file.
type fileKey struct {
	withheld
	id   string
	aead cipher.AEAD
}

// NewFile makes an office key and writes it to a file that must not exist.
// The file is whole and durable, or not there.
func NewFile(path string) (Office, error) {
	var key [32]byte
	rand.Read(key[:])
	text := fileFormat + "\n" + base64.StdEncoding.EncodeToString(key[:]) + "\n"
	if err := writeOnce(path, []byte(text)); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, fault.Conflictf(path, "an office key stands here and is never overwritten").
				WithHint("choose another name for the new key, and rotate")
		}
		return nil, fmt.Errorf("write office key: %w", err)
	}
	return newFileKey(key)
}

// OpenFile reads an office key. The file must be the owner's alone.
func OpenFile(path string) (Office, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFoundf(path, "there is no office key here")
	}
	if err != nil {
		return nil, fmt.Errorf("open office key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open office key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fault.Invalidf(path, "the office key is not a regular file")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.Invalidf(path, "the office key is open to others than its owner (mode %04o)", info.Mode().Perm()).
			WithHint("chmod 600 " + path)
	}
	text, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil {
		return nil, fmt.Errorf("read office key: %w", err)
	}
	return parseFile(path, text)
}

func parseFile(path string, text []byte) (Office, error) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	if string(first) != fileFormat {
		return nil, fault.Invalidf(path, "the first line of an office key is %s, and it is not", fileFormat)
	}
	second, more, _ := bytes.Cut(rest, []byte("\n"))
	key, err := base64.StdEncoding.Strict().DecodeString(string(second))
	if err != nil || len(key) != 32 || len(more) != 0 {
		return nil, fault.Invalidf(path, "the second line of an office key is 32 bytes in base64 and the last, and it is not").
			WithHint("take the file from where it was copied to; it cannot be repaired")
	}
	return newFileKey([32]byte(key))
}

// newFileKey derives from the key what names it and what wraps: neither tells
// the other.
func newFileKey(key [32]byte) (Office, error) {
	id, err := hkdf.Key(sha256.New, key[:], nil, "rogatory.office-key/1 id", 8)
	if err != nil {
		return nil, fmt.Errorf("derive the id of the office key: %w", err)
	}
	wrapping, err := hkdf.Key(sha256.New, key[:], nil, "rogatory.office-key/1 wrap", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the wrapping key: %w", err)
	}
	block, err := aes.NewCipher(wrapping)
	if err != nil {
		return nil, fmt.Errorf("office key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("office key: %w", err)
	}
	return &fileKey{id: "file:" + hex.EncodeToString(id), aead: aead}, nil
}

func (k *fileKey) ID() string { return k.id }

func (k *fileKey) Wrap(_ context.Context, plain, context []byte) ([]byte, error) {
	return k.aead.Seal(nil, nil, plain, context), nil
}

func (k *fileKey) Unwrap(_ context.Context, wrapped, context []byte) ([]byte, error) {
	plain, err := k.aead.Open(nil, nil, wrapped, context)
	if err != nil {
		return nil, fault.Invalidf("office key "+k.id, "what is wrapped was altered, or stands in another's place").
			WithHint("restore the row from a backup of keys; without one it is lost")
	}
	return plain, nil
}

// writeOnce writes a file of mode 0600 that appears whole and durable, and
// only if nothing stands there: a link, unlike a rename, replaces nothing.
func writeOnce(path string, text []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".office-key-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.Write(text); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	if err := os.Remove(f.Name()); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
