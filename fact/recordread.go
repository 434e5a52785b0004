package fact

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// ReadRecord fills the vector with what a record holds, for the facts that its
// vocabulary declares; of the others nobody has spoken any more. So it is with
// an instance of whose fact anybody has said an option that is no longer
// declared: were only that voice left out, a dispute would look settled. Lost is
// how many cells were left out. After an error the vector holds a request of
// which nobody has said anything.
func (v *Vector) ReadRecord(record []byte) (lost int, err error) {
	r := recordReader{rest: record, size: len(record)}
	defer func() {
		if err != nil {
			v.Reset(0, 0, 0)
			err = fmt.Errorf("fact record, byte %d of %d: %w", r.size-len(r.rest), r.size, err)
		}
	}()
	if format := r.take(1); r.err == nil && format[0] != recordFormat {
		return 0, fmt.Errorf("is of format %d, and %d is read; screen the request anew", format[0], recordFormat)
	}
	hash := r.take(hashSize)
	var count [scopes]int
	for s := OfMeasure; s < scopes; s++ {
		count[s] = r.number(recordMost)
	}
	if r.err != nil {
		return 0, r.err
	}
	v.Reset(count[OfMeasure], count[OfOffence], count[OfPerson])
	for s := range scopes {
		lost += r.facts(v, s)
	}
	switch {
	case r.err != nil:
		return 0, r.err
	case len(r.rest) > 0:
		return 0, errors.New("goes on behind its end")
	case lost > 0 && string(hash) == string(v.voc.hash[:hashSize]):
		return 0, errors.New("speaks of what its own vocabulary does not declare")
	}
	return lost, nil
}

// A recordReader reads a record from the front. After the first error it reads
// zeros.
type recordReader struct {
	rest []byte
	size int
	err  error
}

func (r *recordReader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

var zeros [256]byte

func (r *recordReader) take(n int) []byte {
	if len(r.rest) < n {
		r.fail("is cut short")
	}
	if r.err != nil {
		return zeros[:n]
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}

// number reads a varint that is written as short as it can be.
func (r *recordReader) number(most int) int {
	n, used := binary.Uvarint(r.rest)
	switch {
	case r.err != nil:
		return 0
	case used <= 0 || used > 1 && r.rest[used-1] == 0:
		r.fail("is cut short, or holds no number there")
		return 0
	case n > uint64(most):
		r.fail("counts %d where %d is the most", n, most)
		return 0
	}
	r.rest = r.rest[used:]
	return int(n)
}

// facts reads the facts of a scope. Both they and the vocabulary's stand in the
// order of their tags.
func (r *recordReader) facts(v *Vector, s Scope) (lost int) {
	list, before := v.voc.tags[s], int64(-1)
	for range r.number(1 << 16) {
		tag := binary.BigEndian.Uint32(r.take(factTag))
		if int64(tag) <= before {
			r.fail("has its facts out of order")
		}
		if r.err != nil {
			return 0
		}
		before = int64(tag)
		for len(list) > 0 && list[0].tag < tag {
			list = list[1:]
		}
		var x *tagged // nil: no longer declared
		if len(list) > 0 && list[0].tag == tag {
			x = &list[0]
		}
		spoken := false
		for n := range v.count[s] {
			c, left := r.cell(x)
			lost += left
			spoken = spoken || c.said != 0 || left > 0
			if x != nil {
				*v.Cell(s, n, x.slot) = c
			}
		}
		if !spoken {
			r.fail("names a fact of which nobody has spoken")
		}
	}
	return lost
}

// cell reads a cell. What cannot be carried over is left out whole.
func (r *recordReader) cell(x *tagged) (c Cell, left int) {
	first := r.take(1)[0]
	if first == 0 {
		return Cell{}, 0
	}
	c.said = Sources(first) & (1<<sources - 1)
	shape := first &^ byte(c.said)
	if c.said == 0 || shape&(shape-1) != 0 || x != nil && (shape == 0 || shape == isTrue) != (x.d.Kind == Bool) && shape != disagree {
		r.fail("holds a cell that nobody would write")
		return Cell{}, 0
	}
	known := x != nil
	switch shape {
	case disagree:
		c.split, c.torn = true, Sources(r.take(1)[0])
		same := true
		for rest := c.said; rest != 0; rest &= rest - 1 {
			s := bits.TrailingZeros8(uint8(rest))
			value, ok := r.value(x)
			known = known && ok
			same = same && (rest == c.said || value == c.last)
			c.value[s], c.last = value, value
		}
		if c.torn&^c.said != 0 || known && same && c.torn == 0 {
			r.fail("holds a dispute in which all agree")
		}
	case follows:
		var ok bool
		c.last, ok = r.value(x)
		known = known && ok
		c.agree()
	case isTrue:
		c.last = 1
		c.agree()
	default:
		c.agree()
	}
	if !known {
		return Cell{}, 1
	}
	return c, 0
}

// agree lets everybody who has spoken say the same.
func (c *Cell) agree() {
	for rest := c.said; rest != 0; rest &= rest - 1 {
		c.value[bits.TrailingZeros8(uint8(rest))] = c.last
	}
}

// value reads a value, and reports whether it can be carried over.
func (r *recordReader) value(x *tagged) (Value, bool) {
	data := r.take(int(r.take(1)[0]))
	if x == nil || r.err != nil {
		return 0, false
	}
	if x.d.Kind == Choice || x.d.Kind == Set {
		return r.options(x, data)
	}
	var u uint64
	for i, b := range data {
		u |= uint64(b) << (8 * i)
	}
	v := x.d.long(u)
	if len(data) > 8 || len(data) > 0 && data[len(data)-1] == 0 || !x.d.has(v) {
		r.fail("holds a value of %s that is no %s", x.d.Name, x.d.Kind)
	}
	return v, true
}

// options reads the tags of options. A word that is no longer declared is not
// left out alone: the whole value is.
func (r *recordReader) options(x *tagged, data []byte) (v Value, known bool) {
	if len(data)%optionTag != 0 || x.d.Kind == Choice && len(data) != optionTag {
		r.fail("holds a value of %s that is no %s", x.d.Name, x.d.Kind)
		return 0, false
	}
	before := int64(-1)
	known = true
	for ; len(data) > 0; data = data[optionTag:] {
		tag := uint32(data[0])<<16 | uint32(data[1])<<8 | uint32(data[2])
		if int64(tag) <= before {
			r.fail("has the options of %s out of order", x.d.Name)
			return 0, false
		}
		before = int64(tag)
		switch i := slices.Index(x.options, tag); {
		case i < 0:
			known = false
		case x.d.Kind == Choice:
			v = Value(i)
		default:
			v |= 1 << i
		}
	}
	return v, known
}
