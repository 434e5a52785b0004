package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogatory/rogatory/ledger"
)

// secrets looks for whatever the office knows in all that is published: as it is,
// in hexadecimal, in base64 at every place where it may begin, and as a hash
// without a salt.
func (a *adversary) secrets(t *trace) error {
	var all bytes.Buffer
	err := filepath.WalkDir(t.place, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(t.place, path)
		if err != nil || !lasting(filepath.ToSlash(name), uint64(len(t.leaves))) {
			return err
		}
		text, err := os.ReadFile(path)
		all.WriteString(name + "\n")
		all.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	seen := make(map[string]bool)
	for _, s := range t.secrets {
		if seen[string(s)] {
			continue
		}
		seen[string(s)] = true
		a.comparisons++
		for _, form := range forms(s) {
			if bytes.Contains(all.Bytes(), form) {
				a.differences++
				fmt.Fprintf(a.out, "published: %q, as %q\n", s, form)
			}
		}
	}
	return nil
}

// lasting reports whether a file is more than the beginning of another.
func lasting(name string, size uint64) bool {
	t, err := ledger.ParseTilePath(name)
	if err != nil {
		return true
	}
	end := (uint64(t.N)*ledger.TileWidth + uint64(t.W)) << (ledger.TileHeight * max(t.L, 0))
	return t.W == ledger.TileWidth || size-end < 1<<(ledger.TileHeight*max(t.L, 0))
}

func forms(s []byte) [][]byte {
	sum := sha256.Sum256(s)
	list := [][]byte{s, []byte(hex.EncodeToString(s)), sum[:], []byte(hex.EncodeToString(sum[:])), []byte(base64.StdEncoding.EncodeToString(sum[:]))}
	for shift := range 3 {
		whole := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), s...))
		// The first and the last characters depend on what stands around.
		if first := (shift*8 + 5) / 6; len(whole) > first+6 {
			list = append(list, []byte(whole[first:len(whole)-1]))
		}
	}
	return list
}
