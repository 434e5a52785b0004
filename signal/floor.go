package signal

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"sync"
)

//go:embed data
var embedded embed.FS

// Floor gives the built-in signals, loaded once. That the data load is proved
// by a test, so the panic below is never met by a program that was tested.
var Floor = sync.OnceValue(func() *Matcher {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		panic(err)
	}
	m, err := load(nil, data)
	if err != nil {
		panic(err)
	}
	return m
})

// With gives a matcher that also knows the signals in fsys: a folder with
// signals.yaml and lexicon/<language>.yaml. A pack may use the built-in
// concepts but not add words to them, nor redefine a signal: it can only make
// more fire. Errors name file, line and column.
func (m *Matcher) With(fsys fs.FS) (*Matcher, error) { return load(m.ready(), fsys) }

// SHA256 identifies the data: the built-in ones and every pack's.
func (m *Matcher) SHA256() string { return hex.EncodeToString(m.ready().sum[:]) }

// digest chains the sum of what was loaded before with the files of fsys.
func digest(before *Matcher, files []file) [32]byte {
	h := sha256.New()
	if before != nil {
		h.Write(before.sum[:])
	}
	for _, f := range files {
		sum := sha256.Sum256(f.data)
		h.Write([]byte(f.name + "\n"))
		h.Write(sum[:])
	}
	return [32]byte(h.Sum(nil))
}
