// Package law is the legal memory of the gateway: the clauses of instruments,
// the checks and traps drawn from them, provisions of national laws, who is
// party to what, and which codes are countries.
//
// It promises that every entry carries its certainty and its source, and that
// what is uncertain comes out as Unknown and never as a guess. It refuses to
// rank States: it knows laws, treaties and dates, and nothing of nationality,
// language or name.
package law

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"sync"
)

//go:embed data/*.json
var embedded embed.FS

// A Book is the law as data, compiled once and never changed. The slices in
// what it hands out are shared: read them, do not write to them.
type Book struct {
	sum         string
	clauses     []Clause
	clauseAt    map[string]int
	checks      []Check
	checkAt     map[string]int
	provisions  []Provision
	provisionAt map[string]int
	classes     []Class
	traps       []Trap
	deadlines   []Deadline
	treaties    map[string]Treaty
	union       map[string]bool
	names       []lawNames
	problems    []string
}

// Starting is the book that the program carries inside itself. It is compiled
// once; that it compiles is proved by a test, so it cannot fail later.
var Starting = sync.OnceValue(func() *Book {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		panic(err)
	}
	b, err := Compile(data)
	if err != nil {
		panic(err)
	}
	return b
})

// Compile reads a book from the files of a folder. It fails on what cannot be
// read at all; what reads but does not hang together is in Problems.
func Compile(files fs.FS) (*Book, error) {
	b := &Book{}
	for _, read := range []func(fs.FS) error{
		b.hash, b.readInstruments, b.readOwnChecks, b.readClasses,
		b.readProvisions, b.readCommencement, b.readNames, b.readParties,
	} {
		err := read(files)
		if err != nil {
			return nil, err
		}
	}
	b.index()
	b.inspect()
	return b, nil
}

// hash fixes the identity of the book: the names and bytes of its files.
func (b *Book) hash(files fs.FS) error {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return fmt.Errorf("list law data: %w", err)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("read law data %s: %w", name, err)
		}
		fmt.Fprintf(h, "%s %d\n", name, len(data))
		h.Write(data)
	}
	b.sum = hex.EncodeToString(h.Sum(nil))
	return nil
}

// SHA256 is the hash of the data, recorded with every decision that rests on it.
func (b *Book) SHA256() string { return b.sum }

// index makes entries findable by id. Of two with one id the first stands;
// inspect reports the second.
func (b *Book) index() {
	b.clauseAt = make(map[string]int, len(b.clauses))
	for i, c := range slices.Backward(b.clauses) {
		b.clauseAt[c.ID] = i
	}
	b.checkAt = make(map[string]int, len(b.checks))
	for i, c := range slices.Backward(b.checks) {
		b.checkAt[c.ID] = i
	}
	b.provisionAt = make(map[string]int, len(b.provisions))
	for i, p := range slices.Backward(b.provisions) {
		b.provisionAt[p.ID] = i
	}
}
