package vectors

import (
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"strconv"

	"github.com/gtank/ristretto255"
)

// derive is HKDF-SHA256 without a salt.
func derive(key []byte, info string, length int) []byte {
	out, err := hkdf.Key(sha256.New, key, nil, info, length)
	if err != nil {
		panic(err) // these lengths can always be had
	}
	return out
}

// expand is expand_message_xmd of RFC 9380, section 5.3.1, with SHA-512, to 64
// bytes: one block.
func expand(message []byte, tag string) []byte {
	prime := append([]byte(tag), byte(len(tag)))
	h := sha512.New()
	h.Write(make([]byte, h.BlockSize())) // Z_pad
	h.Write(message)
	h.Write([]byte{0, 64, 0}) // the length, and I2OSP(0, 1)
	h.Write(prime)
	b0 := h.Sum(nil)
	h.Reset()
	h.Write(b0)
	h.Write([]byte{1})
	h.Write(prime)
	return h.Sum(nil)
}

func generator(dimension, cell string) *ristretto255.Element {
	return ristretto255.NewElement().FromUniformBytes(expand([]byte(dimension+" "+cell), "rogatory/v1 tally"))
}

func blinding(leaf []byte, dimension string) *ristretto255.Scalar {
	wide := derive(leaf, "blind "+dimension, 64)
	return ristretto255.NewScalar().FromUniformBytes(expand(wide, "rogatory/v1 blinding"))
}

func commit(dimension, cell string, r *ristretto255.Scalar) *ristretto255.Element {
	c := ristretto255.NewElement().ScalarBaseMult(r)
	return c.Add(c, generator(dimension, cell))
}

// times is n*p, for a small n.
func times(n int, p *ristretto255.Element) *ristretto255.Element {
	sum := ristretto255.NewElement().Zero()
	for range n {
		sum.Add(sum, p)
	}
	return sum
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}
