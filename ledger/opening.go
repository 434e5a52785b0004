package ledger

import (
	"crypto/sha256"
	"slices"

	"github.com/rogatory/rogatory/fault"
)

// An Opening shows some fields of an event and proves that they are what the
// leaf committed to. Of the others it gives a hash, which tells nothing.
type Opening struct {
	open  [len(fields)]bool
	value [len(fields)]string
	salt  [len(fields)][32]byte // of an open field
	hash  [len(fields)]Hash     // of a field that stays shut
}

// Open opens the named fields of e, which the leaf with this key commits to. If
// none is named, it opens all.
func Open(e Event, key [32]byte, names ...string) (Opening, error) {
	if err := e.Check(); err != nil {
		return Opening{}, err
	}
	for _, n := range names {
		if !slices.Contains(fields[:], n) {
			return Opening{}, fault.Invalidf("event", "there is no field %q", n)
		}
	}
	var o Opening
	prk := extract(key)
	for i, f := range fields {
		salt := expand(prk, "salt "+f)
		if len(names) == 0 || slices.Contains(names, f) {
			o.open[i], o.value[i], o.salt[i] = true, e[f], salt
		} else {
			o.hash[i] = fieldHash(f, salt, e[f])
		}
	}
	return o, nil
}

// Hash gives the hash that stands in the leaf, if what is opened is true.
func (o Opening) Hash() Hash {
	h := sha256.New()
	h.Write([]byte(version + "event\n"))
	for i, f := range fields {
		leaf := o.hash[i]
		if o.open[i] {
			leaf = fieldHash(f, o.salt[i], o.value[i])
		}
		h.Write(leaf[:])
	}
	return Hash(h.Sum(nil))
}

// Values gives the open fields, also those with an empty text.
func (o Opening) Values() Event {
	e := make(Event)
	for i, f := range fields {
		if o.open[i] {
			e[f] = o.value[i]
		}
	}
	return e
}

// Marshal prints the one form of o: for every field either
// "open <field> <salt> <text>" or "shut <field> <hash>".
func (o Opening) Marshal() []byte {
	b := []byte(version + "opening\n")
	for i, f := range fields {
		if !o.open[i] {
			b = appendBase64(b, "shut "+f, o.hash[i][:])
			continue
		}
		b = appendBase64(b, "open "+f, o.salt[i][:])
		b[len(b)-1] = ' '
		b = append(append(b, o.value[i]...), '\n')
	}
	return b
}

// ParseOpening reads what Marshal prints.
func ParseOpening(text []byte) (Opening, error) {
	r := read("opening", text, MaxDocument)
	r.exactly(version + "opening")
	var o Opening
	for i, f := range fields {
		if r.has("shut " + f) {
			r.base64("shut "+f, o.hash[i][:])
			continue
		}
		o.open[i] = true
		o.salt[i], o.value[i] = r.opened(f)
	}
	if err := r.end(); err != nil {
		return Opening{}, err
	}
	if err := r.canonical(text, o.Marshal()); err != nil {
		return Opening{}, err
	}
	return o, nil
}

// opened takes the line of an open field.
func (r *lines) opened(field string) (salt [32]byte, value string) {
	v := r.value("open " + field)
	if r.err != nil {
		return salt, ""
	}
	if len(v) < 45 || v[44] != ' ' {
		r.fail("there is no salt before the text of %s", field)
		return salt, ""
	}
	r.decode(field, v[:44], salt[:])
	if err := checkValue(field, string(v[45:])); err != nil {
		r.fail("%s", err)
	}
	return salt, string(v[45:])
}
