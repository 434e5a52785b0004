package ledger

import (
	"crypto/hkdf"
	"crypto/sha256"
	"sync"

	"github.com/cloudflare/circl/group"

	"github.com/rogatory/rogatory/fault"
)

// Names that keep hashes for one purpose from being of use for another.
const (
	tallyDomain    = version + "tally"
	blindingDomain = version + "blinding"
)

// generator gives the element that stands for a cell. It is hashed from the
// words, so nobody knows how one relates to another or to the standard generator.
var generators = func() (g [Dimensions]func() []group.Element) {
	for d := range g {
		g[d] = sync.OnceValue(func() []group.Element {
			e := make([]group.Element, len(words[d]))
			for j, word := range words[d] {
				e[j] = group.Ristretto255.HashToElement([]byte(dimensions[d]+" "+word), []byte(tallyDomain))
			}
			return e
		})
	}
	return g
}()

// Generator gives the encoding of the element that stands for a cell.
func Generator(dimension, cell int) [32]byte { return encode(generators[dimension]()[cell]) }

// encode cannot fail: every element has an encoding of 32 bytes.
func encode(v interface{ MarshalBinary() ([]byte, error) }) [32]byte {
	b, _ := v.MarshalBinary()
	return [32]byte(b)
}

// Blindings gives the blinding of every dimension, derived from the key of a
// leaf. Nothing else about the leaf follows from them.
func Blindings(key [32]byte) [Dimensions][32]byte {
	var b [Dimensions][32]byte
	prk := extract(key)
	for d, name := range dimensions {
		// The length asked for is far below the only limit that Expand knows.
		wide, _ := hkdf.Expand(sha256.New, prk[:], "blind "+name, 64)
		b[d] = encode(group.Ristretto255.HashToScalar(wide[:64], []byte(blindingDomain)))
	}
	return b
}

// Commit gives the tally of a leaf with this key. It is that of the opening.
func (c Cells) Commit(key [32]byte) (Tally, error) {
	return TallyOpening{Cells: c, Blinding: Blindings(key)}.Tally()
}

// A TallyOpening is what the office keeps of a sealed leaf until the report:
// enough to count it, not enough to open its event.
type TallyOpening struct {
	Cells    Cells
	Blinding [Dimensions][32]byte
}

// Tally gives the commitments that o opens.
func (o TallyOpening) Tally() (Tally, error) {
	var t Tally
	for d := range t {
		if o.Cells[d] < 0 || o.Cells[d] >= len(words[d]) {
			return Tally{}, fault.Invalidf(dimensions[d], "there is no cell %d", o.Cells[d])
		}
		r := group.Ristretto255.NewScalar()
		if err := r.UnmarshalBinary(o.Blinding[d][:]); err != nil {
			return Tally{}, fault.Invalidf(dimensions[d], "the blinding is no scalar")
		}
		e := group.Ristretto255.NewElement().MulGen(r)
		t[d] = encode(e.Add(e, generators[d]()[o.Cells[d]]))
	}
	return t, nil
}

// Marshal prints the one form of o.
func (o TallyOpening) Marshal() []byte {
	b := []byte(version + "tally-opening\n")
	for d, word := range o.Cells.Words() {
		b = append(append(append(append(b, dimensions[d]...), ' '), word...), '\n')
	}
	blinding := Tally(o.Blinding)
	flat := blinding.flat()
	return appendBase64(b, "blinding", flat[:])
}

// ParseTallyOpening reads what Marshal prints.
func ParseTallyOpening(text []byte) (TallyOpening, error) {
	r := read("tally opening", text, MaxLeaf)
	r.exactly(version + "tally-opening")
	var w [Dimensions]string
	for d := range w {
		w[d] = string(r.value(dimensions[d]))
		if r.err == nil && w[d] == "" {
			r.fail("%s is empty", dimensions[d])
		}
	}
	var flat [32 * Dimensions]byte
	r.base64("blinding", flat[:])
	if err := r.end(); err != nil {
		return TallyOpening{}, err
	}
	c, err := CellsOf(w[0], w[1], w[2], w[3], w[4])
	if err != nil {
		return TallyOpening{}, err
	}
	o := TallyOpening{Cells: c, Blinding: unflat(&flat)}
	if err := r.canonical(text, o.Marshal()); err != nil {
		return TallyOpening{}, err
	}
	return o, nil
}
