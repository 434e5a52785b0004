package ledger

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/rogatory/rogatory/fault"
)

// fields are what an event says, in the order in which they are hashed.
var fields = [...]string{"kind", "case", "seq", "at", "instrument", "requesting", "executing", "basis",
	"datacat", "outcome", "ground", "duty", "due", "subject", "document"}

// Fields lists the fields of an event.
func Fields() []string { return slices.Clone(fields[:]) }

// An Event is what a sealed leaf or a duty commits to: a text by field. A field
// that is not there is the empty text.
type Event map[string]string

// Check says whether every field of e is known, and every text short, valid and
// without control characters.
func (e Event) Check() error {
	for f, v := range e {
		if !slices.Contains(fields[:], f) {
			return fault.Invalidf("event", "there is no field %q", f)
		}
		if err := checkValue(f, v); err != nil {
			return err
		}
	}
	return nil
}

func checkValue(field, v string) error {
	if len(v) > MaxValue {
		return fault.Invalidf(field, "the text is longer than %d bytes", MaxValue)
	}
	if !utf8.ValidString(v) {
		return fault.Invalidf(field, "the text is not valid UTF-8")
	}
	for _, c := range v {
		if unicode.IsControl(c) {
			return fault.Invalidf(field, "the text holds the control character %U", c)
		}
	}
	return nil
}

// Bounded gives value if it can stand in a field, and otherwise "sha256" and its
// hash, so that what is too long is committed to all the same.
func Bounded(value string) string {
	if checkValue("", value) == nil {
		return value
	}
	h := sha256.Sum256([]byte(value))
	return "sha256 " + hex.EncodeToString(h[:])
}

// extract begins HKDF-SHA256 without a salt.
func extract(key [32]byte) [32]byte {
	// Extract has no limit at which it could fail.
	prk, _ := hkdf.Extract(sha256.New, key[:], nil)
	return [32]byte(prk)
}

func expand(prk [32]byte, info string) [32]byte {
	// The length asked for is far below the only limit that Expand knows. Were
	// nothing given, the conversion would stop the program: no zero key passes.
	key, _ := hkdf.Expand(sha256.New, prk[:], info, 32)
	return [32]byte(key)
}

// LeafKey derives the key of one leaf from the key k of a case. The label is the
// number of the event, and for further leaves of the same event the number, a
// space and a word. From the key of one leaf follows nothing about another.
func LeafKey(k [32]byte, label string) [32]byte { return expand(extract(k), "leaf "+label) }

// Commit gives the hash by which the leaf with this key commits to e. Every
// field has a salt of its own, so that it can be opened alone.
func Commit(e Event, key [32]byte) (Hash, error) {
	if err := e.Check(); err != nil {
		return Hash{}, err
	}
	prk := extract(key)
	h := sha256.New()
	h.Write([]byte(version + "event\n"))
	for _, f := range fields {
		leaf := fieldHash(f, expand(prk, "salt "+f), e[f])
		h.Write(leaf[:])
	}
	return Hash(h.Sum(nil)), nil
}

func fieldHash(field string, salt [32]byte, value string) Hash {
	b := make([]byte, 0, 128+len(value))
	b = append(b, version+"field\n"...)
	b = append(append(b, field...), '\n')
	b = append(append(b, salt[:]...), value...)
	return sha256.Sum256(b)
}
