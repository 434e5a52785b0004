package fact

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
)

// A record is what a vector holds, in few bytes, to be kept beside a request and
// asked again under a later rulebook:
//
//	1                              the format
//	8 bytes                        the beginning of the vocabulary's SHA-256
//	measures, offences, persons    how many there are
//	for each scope in turn         how many facts anybody has spoken of, and each:
//	  4 bytes                      its tag
//	  a cell for each instance     0: nobody has spoken of this one
//
// Numbers are varints. A cell is a byte with a bit for each source that has
// spoken; if all say the same, said whether it is true or that a value follows;
// if not, disagree, then the sources that are torn, and a value for each source.
// A value is a byte with its length, and its bytes.
//
// Facts and options stand by their tags, and not by their place in a list: a tag
// is the beginning of the SHA-256 of what it means. So a record can be read with
// any later vocabulary and needs nothing beside it, however much was declared,
// moved or taken away meanwhile. No vocabulary may hold two of one tag.
const recordFormat = 1

const (
	disagree = 1 << (5 + iota) // in a cell, above the sources
	isTrue                     // everybody who has spoken says true; neither bit: false
	follows                    // what everybody says who has spoken follows
)

const (
	hashSize   = 8
	factTag    = 4
	optionTag  = 3
	recordMost = 4096 // instances of a scope
)

// A tagged fact is one as records name it.
type tagged struct {
	tag     uint32
	slot    Slot
	d       *Declaration
	options []uint32
}

// tagOf is the beginning of the SHA-256 of words.
func tagOf(size int, words ...string) uint32 {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return binary.BigEndian.Uint32(sum[:]) >> (32 - 8*size)
}

// tags makes the tags of all facts that are no aggregates, in order.
func (v *Vocabulary) makeTags() error {
	for i := range v.list {
		d := &v.list[i]
		if d.Take != Alone {
			continue
		}
		x := tagged{tag: tagOf(factTag, d.Scope.String(), d.Kind.String(), string(d.Name)), slot: v.slot[i], d: d}
		for _, o := range d.Options {
			t := tagOf(optionTag, o)
			if k := slices.Index(x.options, t); k >= 0 {
				return fmt.Errorf("fact %s: records could not tell the options %q and %q apart; rename one", d.Name, d.Options[k], o)
			}
			x.options = append(x.options, t)
		}
		v.tags[d.Scope] = append(v.tags[d.Scope], x)
	}
	for s := range v.tags {
		list := v.tags[s]
		slices.SortFunc(list, func(a, b tagged) int { return cmp.Compare(a.tag, b.tag) })
		for i := 1; i < len(list); i++ {
			if list[i].tag == list[i-1].tag {
				return fmt.Errorf("records could not tell the facts %s and %s apart; rename one", list[i-1].d.Name, list[i].d.Name)
			}
		}
	}
	return nil
}

// hashAll identifies the vocabulary: everything that is declared, in order.
func (v *Vocabulary) hashAll() {
	h := sha256.New()
	for i := range v.list {
		d := &v.list[i]
		fmt.Fprintf(h, "%q %d %d %q %d %q %q %d %q\n", d.Name, d.Kind, d.Scope, d.Options, d.Settle, d.Question, d.With, d.Take, d.Of)
	}
	h.Sum(v.hash[:0])
}

// SHA256 identifies the vocabulary.
func (v *Vocabulary) SHA256() string { return hex.EncodeToString(v.hash[:]) }

// AppendRecord appends the record of everything in the vector. What is no value
// of its fact's kind is left out, and with it all that is said of that instance.
func (v *Vector) AppendRecord(dst []byte) []byte {
	dst = append(dst, recordFormat)
	dst = append(dst, v.voc.hash[:hashSize]...)
	for s := OfMeasure; s < scopes; s++ {
		dst = binary.AppendUvarint(dst, uint64(v.count[s]))
	}
	for s := range scopes {
		list := v.voc.tags[s]
		spoken := 0
		for i := range list {
			if v.spoken(s, &list[i]) {
				spoken++
			}
		}
		dst = binary.AppendUvarint(dst, uint64(spoken))
		for i := range list {
			x := &list[i]
			if !v.spoken(s, x) {
				continue
			}
			dst = binary.BigEndian.AppendUint32(dst, x.tag)
			for n := range v.count[s] {
				dst = x.appendCell(dst, v.Cell(s, n, x.slot))
			}
		}
	}
	return dst
}

// spoken reports whether anybody has said anything of any instance that a record
// can hold.
func (v *Vector) spoken(s Scope, x *tagged) bool {
	for n := range v.count[s] {
		if x.sound(v.Cell(s, n, x.slot)) {
			return true
		}
	}
	return false
}

// sound reports whether somebody has spoken, and everybody has said something of
// the fact's kind.
func (x *tagged) sound(c *Cell) bool {
	for rest := c.said; rest != 0; rest &= rest - 1 {
		if !x.d.has(c.value[bits.TrailingZeros8(uint8(rest))]) {
			return false
		}
	}
	return c.said != 0
}

// has reports whether v is a value of the declared kind.
func (d *Declaration) has(v Value) bool {
	switch d.Kind {
	case Bool:
		return v <= 1
	case Number:
		return OfNumber(v.Number()) == v && !math.IsNaN(v.Number()) && !math.IsInf(v.Number(), 0)
	case Choice:
		return v < Value(len(d.Options))
	case Set:
		return bits.Len64(uint64(v)) <= len(d.Options)
	}
	return true
}

func (x *tagged) appendCell(dst []byte, c *Cell) []byte {
	first := byte(c.said)
	switch {
	case !x.sound(c):
		return append(dst, 0)
	case c.split:
		dst = append(dst, first|disagree, byte(c.torn))
		for rest := c.said; rest != 0; rest &= rest - 1 {
			dst = x.appendValue(dst, c.value[bits.TrailingZeros8(uint8(rest))])
		}
		return dst
	case x.d.Kind != Bool:
		return x.appendValue(append(dst, first|follows), c.last)
	case c.last == 1:
		return append(dst, first|isTrue)
	}
	return append(dst, first)
}

// appendValue writes the length of a value and its bytes: the tags of options in
// order, and of anything else its number from the lowest byte to the last that is
// not zero.
func (x *tagged) appendValue(dst []byte, v Value) []byte {
	at := len(dst)
	dst = append(dst, 0)
	switch x.d.Kind {
	case Choice:
		dst = appendOption(dst, x.options[v])
	case Set:
		var list [64]uint32
		chosen := list[:0]
		for rest := uint64(v); rest != 0; rest &= rest - 1 {
			chosen = append(chosen, x.options[bits.TrailingZeros64(rest)])
		}
		slices.Sort(chosen)
		for _, t := range chosen {
			dst = appendOption(dst, t)
		}
	default:
		for u := x.d.short(v); u != 0; u >>= 8 {
			dst = append(dst, byte(u))
		}
	}
	dst[at] = byte(len(dst) - at - 1)
	return dst
}

func appendOption(dst []byte, t uint32) []byte {
	return append(dst, byte(t>>16), byte(t>>8), byte(t))
}

// short is a number that is small for values which are common: a Number has its
// many zeros behind, a Date before 1970 its ones before.
func (d *Declaration) short(v Value) uint64 {
	switch d.Kind {
	case Number:
		return bits.ReverseBytes64(uint64(v))
	case Date:
		return uint64(v)<<1 ^ uint64(int64(v)>>63)
	}
	return uint64(v)
}

// long undoes short.
func (d *Declaration) long(u uint64) Value {
	switch d.Kind {
	case Number:
		return Value(bits.ReverseBytes64(u))
	case Date:
		return Value(u>>1 ^ -(u & 1))
	}
	return Value(u)
}
