package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
)

// absent TEXT FILES... proves that a text stands nowhere in files, or in the
// files of folders: not as it is, not in any case of letters, not as UTF-16,
// base64 or hex, and not under gzip. Negated, it wants to find it: a search that
// finds nothing has to be shown to be able to.
func absent(ts *testscript.TestScript, neg bool, args []string) {
	var names []string
	for _, arg := range args[1:] {
		ts.Check(filepath.WalkDir(ts.MkAbs(arg), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				names = append(names, path)
			}
			return err
		}))
	}
	if len(names) == 0 {
		ts.Fatalf("there is nothing to search")
	}
	found := ""
	for _, name := range names {
		data, err := os.ReadFile(name)
		ts.Check(err)
		for _, layer := range layers(data) {
			for way, form := range formsOf(args[0]) {
				if bytes.Contains(bytes.ToLower(layer), bytes.ToLower(form)) {
					found = name + " holds it as " + way
				}
			}
		}
	}
	switch {
	case found != "" && !neg:
		ts.Fatalf("%s", found)
	case found == "" && neg:
		ts.Fatalf("%q is nowhere in %s", args[0], strings.Join(names, ", "))
	}
}

// layers is a file, and what is under its compression.
func layers(data []byte) [][]byte {
	list := [][]byte{data}
	if r, err := gzip.NewReader(bytes.NewReader(data)); err == nil {
		if inner, err := io.ReadAll(r); err == nil {
			list = append(list, inner)
		}
	}
	return list
}

// formsOf are the ways in which a text could stand in a file. Base64 has three,
// by where the text begins in a group of three bytes; the letters at both ends
// depend on what is beside it and are left out.
func formsOf(text string) map[string][]byte {
	forms := map[string][]byte{"text": []byte(text), "hex": []byte(hex.EncodeToString([]byte(text)))}
	for name, order := range map[string]binary.AppendByteOrder{"UTF-16LE": binary.LittleEndian, "UTF-16BE": binary.BigEndian} {
		var wide []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			wide = order.AppendUint16(wide, unit)
		}
		forms[name] = wide
	}
	for shift, drop := range []int{0, 2, 3} {
		raw := append(bytes.Repeat([]byte{0}, shift), text...)
		whole := raw[:len(raw)/3*3]
		forms["base64 at "+string(rune('0'+shift))] = []byte(base64.StdEncoding.EncodeToString(whole))[drop:]
	}
	return forms
}
