package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strconv"

	"github.com/rogatory/rogatory/fault"
)

var base = base64.StdEncoding

// lines reads a text of lines, each a key, a space and a value. After the first
// fault it reads nothing more, so that a caller asks once, at the end.
type lines struct {
	what string // what is read, for the place of a fault
	rest []byte
	n    int // of the line last read, from 1
	err  *fault.Fault
}

// read begins a text of at most limit bytes.
func read(what string, text []byte, limit int) lines {
	r := lines{what: what, rest: text}
	if len(text) > limit {
		r.fail("is longer than %d bytes", limit)
	}
	return r
}

// fail keeps the first fault, at the line last read.
func (r *lines) fail(format string, args ...any) {
	if r.err != nil {
		return
	}
	where := r.what
	if r.n > 0 {
		where += ":" + strconv.Itoa(r.n)
	}
	r.err = fault.Invalidf(where, format, args...)
}

// line takes the next line, without its end.
func (r *lines) line() []byte {
	if r.err != nil {
		return nil
	}
	r.n++
	i := bytes.IndexByte(r.rest, '\n')
	if i < 0 && len(r.rest) == 0 {
		r.fail("the text ends too early")
		return nil
	}
	if i < 0 {
		r.fail("the line has no end")
		return nil
	}
	l := r.rest[:i]
	r.rest = r.rest[i+1:]
	return l
}

// exactly takes the next line, which must be as given.
func (r *lines) exactly(want string) {
	if l := r.line(); r.err == nil && string(l) != want {
		r.fail("the line is not %q", want)
	}
}

// has reports whether the next line has this key.
func (r *lines) has(key string) bool {
	return r.err == nil && len(r.rest) > len(key) && r.rest[len(key)] == ' ' && string(r.rest[:len(key)]) == key
}

// value takes the next line, which must have this key, and gives its value.
func (r *lines) value(key string) []byte {
	has := r.has(key)
	l := r.line()
	if r.err != nil {
		return nil
	}
	if !has {
		r.fail("the line does not begin with %q and a space", key)
		return nil
	}
	return l[len(key)+1:]
}

// end says whether all was read and well.
func (r *lines) end() error {
	if r.err == nil && len(r.rest) > 0 {
		r.n++
		r.fail("nothing may follow here")
	}
	if r.err != nil {
		return r.err
	}
	return nil
}

// canonical refuses a text that was read but is not the one form of its value.
func (r *lines) canonical(text, again []byte) error {
	if bytes.Equal(text, again) {
		return nil
	}
	i := 0
	for i < len(text) && i < len(again) && text[i] == again[i] {
		i++
	}
	r.n = 1 + bytes.Count(text[:i], []byte{'\n'})
	r.fail("the line is not in its one form")
	return r.err
}

// base64 takes a line whose value is len(out) bytes in base64.
func (r *lines) base64(key string, out []byte) {
	v := r.value(key)
	if r.err == nil {
		r.decode(key, v, out)
	}
}

// decode reads len(out) bytes in base64. It does not see bits that should be
// zero at the end: for that the text is compared with what its value prints.
func (r *lines) decode(key string, v, out []byte) {
	if len(v) == base.EncodedLen(len(out)) {
		var room [base64Room]byte
		buf := room[:]
		if len(out) > len(room)-3 {
			buf = make([]byte, len(out)+3)
		}
		n, err := base.Decode(buf, v)
		if err == nil && n == len(out) {
			copy(out, buf)
			return
		}
	}
	r.fail("%s is not %d bytes in base64", key, len(out))
}

// base64Room is enough for a tally. A decoder wants room for padding as well.
const base64Room = 32*Dimensions + 3

func (r *lines) epoch(key string) Epoch {
	v := r.value(key)
	e, ok := parseEpoch(v)
	if r.err == nil && !ok {
		r.fail("%s is no epoch", key)
	}
	return e
}

func (r *lines) date(key string) Date {
	v := r.value(key)
	d, ok := parseDate(v)
	if r.err == nil && !ok {
		r.fail("%s is no date", key)
	}
	return d
}

func (r *lines) number(key string, least, most uint64) uint64 {
	v := r.value(key)
	n, ok := number(v, most)
	if r.err == nil && (!ok || n < least) {
		r.fail("%s is no number from %d to %d", key, least, most)
	}
	return n
}

func (r *lines) signature(by *KeyID, sig *Signature) {
	v := r.value("by")
	if r.err == nil && (len(v) != 8 || !isHex(v)) {
		r.fail("by is not 8 hexadecimal digits")
		return
	}
	_, _ = hex.Decode(by[:], v) // v is nil or 8 digits
	r.base64("sig", sig[:])
}

// isHex reports whether s consists of digits and small letters a to f.
func isHex(s []byte) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// digits reads decimal digits and nothing else.
func digits(s []byte) (n uint64, ok bool) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, len(s) > 0
}

// number reads a decimal number up to most, without leading zeros.
func number(s []byte, most uint64) (uint64, bool) {
	if len(s) == 0 || len(s) > 19 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	n, ok := digits(s)
	return n, ok && n <= most
}

func appendNumber(b []byte, n uint64) []byte { return strconv.AppendUint(b, n, 10) }

// appendDigits prints n with at least width digits.
func appendDigits(b []byte, n, width int) []byte {
	for w := width - 1; w > 0; w-- {
		limit := 1
		for range w {
			limit *= 10
		}
		if n >= limit {
			break
		}
		b = append(b, '0')
	}
	return strconv.AppendInt(b, int64(n), 10)
}
