package fact

import "fmt"

// A Cell is what each source says of one fact of one instance.
type Cell struct {
	said  Sources
	torn  Sources // sources whose authors disagree among themselves
	split bool    // not everybody who has spoken says the same
	last  Value   // what was said last; if not split, by everybody
	value [sources]Value
}

// Say records that a source says value. Two authors of one source who disagree
// leave the source torn: it has spoken, and it has no value.
func (c *Cell) Say(s Source, v Value) {
	if c.said.Has(s) && c.value[s] != v {
		c.torn |= 1 << s
	}
	if c.said != 0 && c.last != v {
		c.split = true
	}
	c.said |= 1 << s
	c.last, c.value[s] = v, v
}

// A Footing says why a weighed fact is what it is.
type Footing uint8

// The footings.
const (
	Missing  Footing = iota // nobody who counts has said anything
	Settled                 // those who count agree, and nobody casts a doubt that hurts
	Disputed                // those who count disagree
	Doubted                 // a source that does not count says what would hurt
)

// String gives the word for f.
func (f Footing) String() string {
	return [...]string{"missing", "settled", "disputed", "doubted"}[f]
}

// Heard gives the value that the sources which count agree on. A court's
// finding prevails over the others.
func (c *Cell) Heard(counts Sources) (Value, Footing) {
	heard := c.said & counts
	if heard == 0 {
		return 0, Missing
	}
	if heard.Has(Court) {
		if c.torn.Has(Court) {
			return 0, Disputed
		}
		return c.value[Court], Settled
	}
	if c.torn&counts != 0 {
		return 0, Disputed
	}
	first := true
	var v Value
	for s := range sources {
		if !heard.Has(s) {
			continue
		}
		if !first && c.value[s] != v {
			return 0, Disputed
		}
		v, first = c.value[s], false
	}
	return v, Settled
}

// Plain is the short way to what Heard and Doubters tell, for a cell that needs
// no weighing: nobody has spoken, or everybody says the same and somebody among
// them counts. Then there is no dispute, and no doubt that could hurt more than
// the value itself. The third result reports whether the cell is plain.
func (c *Cell) Plain(counts Sources) (Value, Footing, bool) {
	spoken, heard := c.said != 0, c.said&counts != 0
	footing := Missing
	if heard {
		footing = Settled
	}
	return c.last, footing, !c.split && heard == spoken
}

// Doubters gives the sources that do not count and have spoken.
func (c *Cell) Doubters(counts Sources) Sources { return c.said &^ counts }

// Torn reports whether the authors of s disagree.
func (c *Cell) Torn(s Source) bool { return c.torn.Has(s) }

// Said gives what s said last; only meaningful if s has spoken.
func (c *Cell) Said(s Source) Value { return c.value[s] }

// A Vector holds the cells of one request and its instances, without a map and
// reusable, so that evaluating allocates nothing.
type Vector struct {
	voc   *Vocabulary
	count [scopes]int
	start [scopes]int
	cells []Cell
}

// NewVector makes a vector for the facts of a vocabulary, with the request and
// nothing else in it: a vector without a request would satisfy every safeguard.
func NewVector(voc *Vocabulary) *Vector {
	v := &Vector{voc: voc}
	v.Reset(0, 0, 0)
	return v
}

// Reset empties the vector for a request with so many measures, offences and
// persons.
func (v *Vector) Reset(measures, offences, persons int) {
	v.count = [scopes]int{1, measures, offences, persons}
	n := 0
	for s := range scopes {
		v.start[s] = n
		n += v.count[s] * v.voc.width[s]
	}
	if cap(v.cells) < n {
		v.cells = make([]Cell, n)
		return
	}
	v.cells = v.cells[:n]
	clear(v.cells)
}

// Count is how many instances of a scope there are.
func (v *Vector) Count(s Scope) int { return v.count[s] }

// Cell gives the cell of a fact of an instance.
func (v *Vector) Cell(s Scope, index int, slot Slot) *Cell { return &v.Cells(s, index)[slot] }

// Cells gives all cells of an instance, by slot.
func (v *Vector) Cells(s Scope, index int) []Cell {
	width := v.voc.width[s]
	from := v.start[s] + index*width
	return v.cells[from : from+width]
}

// Load puts standing assertions into the vector. An assertion about an
// undeclared fact, an aggregate or an instance that does not exist is an
// error: dropped silently, it might have been the one that stops the request.
func (v *Vector) Load(standing []Assertion) error {
	for i := range standing {
		a := &standing[i]
		d, slot, ok := v.voc.Find(a.Fact)
		if !ok || d.Take != Alone {
			return fmt.Errorf("assertion %s is about %q, which is no declared fact", a.ID, a.Fact)
		}
		if d.Scope != a.Of.Scope || a.Of.Index < 0 || a.Of.Index >= v.count[d.Scope] {
			return fmt.Errorf("assertion %s: %s is a fact of each %s, and there is no %s %d", a.ID, a.Fact, d.Scope, a.Of.Scope, a.Of.Index)
		}
		v.Cell(d.Scope, a.Of.Index, slot).Say(a.Source, a.Value)
	}
	return nil
}
