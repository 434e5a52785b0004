package main

import (
	"encoding/binary"
	"math/rand/v2"
	"time"
)

// chance is where everything comes from that is left to chance, keys and names
// included: the same seed gives the same year.
type chance struct {
	*rand.Rand
	source *rand.ChaCha8
}

// newChance gives a source of its own for every purpose, so that a change in one
// place moves nothing in another.
func newChance(seed uint64, purpose string) *chance {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	copy(key[8:], purpose)
	source := rand.NewChaCha8(key)
	return &chance{rand.New(source), source}
}

// Read makes a chance an io.Reader.
func (c *chance) Read(p []byte) (int, error) { return c.source.Read(p) }

// in reports true so many times of a hundred.
func (c *chance) in(percent int) bool { return c.IntN(100) < percent }

// between gives a moment from a up to, and without, b; a if there is none.
func (c *chance) between(a, b time.Time) time.Time {
	if d := b.Sub(a); d > 0 {
		a = a.Add(time.Duration(c.Int64N(int64(d))))
	}
	return a.Truncate(time.Microsecond)
}

// one gives one of a list.
func one[T any](c *chance, list ...T) T { return list[c.IntN(len(list))] }

// fill gives random bytes.
func fill[T ~[16]byte | ~[32]byte](c *chance) (b T) {
	raw := make([]byte, len(b))
	c.source.Read(raw)
	return T(raw)
}
