package request

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// MaxBytes is the size of the largest document that is read.
const MaxBytes = 1 << 20

// MaxDepth is how many objects and arrays may stand inside one another.
const MaxDepth = 32

// ReadFrom reads one document from r, and gives the bytes as they came, for
// hashing and keeping, also when they are malformed. It takes no more than one
// byte over MaxBytes from r, however much there is; of a document that is too
// large it gives no bytes.
//
// The error is a *Malformed, or what r failed with.
func ReadFrom(r io.Reader) (*Request, []byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read a request: %w", err)
	}
	q, err := Read(raw)
	if len(raw) > MaxBytes {
		raw = nil
	}
	return q, raw, err
}

// Read turns one document into a Request. It accepts what the schema accepts,
// but refuses what a schema cannot see: more than MaxBytes, another encoding
// than UTF-8, more than MaxDepth levels, a member that stands twice, NUL and
// half a surrogate pair in a string, text after the document, a whole number
// with a fraction or an exponent, a day that does not exist, a country or a
// language that is not registered. Its error is a *Malformed.
//
// The schema library is the second opinion in the tests and not the reader:
// measured, it takes three times as long as decoding, knows no lines and
// columns, and panics on a number such as 1e3000000.
func Read(data []byte) (*Request, error) {
	if m := unreadable(data); m != nil {
		return nil, m
	}
	s := scanner{src: string(data)}
	s.document(document)
	if len(s.problems) > 0 {
		return nil, &Malformed{Problems: s.problems, More: s.more}
	}
	var q Request
	if err := json.Unmarshal(data, &q); err != nil {
		// The scanner lets nothing pass that does not fit; a test holds schema and types together.
		return nil, fmt.Errorf("decode a checked request: %w", err)
	}
	return &q, nil
}

// marks are how bytes begin that are Unicode, but not UTF-8 as we take it.
// UTF-32 comes first: its little-endian mark begins as that of UTF-16 does.
var marks = []struct{ begin, what string }{
	{"\xff\xfe\x00\x00", "is UTF-32; save it as UTF-8"},
	{"\x00\x00\xfe\xff", "is UTF-32; save it as UTF-8"},
	{"{\x00\x00\x00", "is UTF-32; save it as UTF-8"},
	{"\x00\x00\x00{", "is UTF-32; save it as UTF-8"},
	{"\xff\xfe", "is UTF-16; save it as UTF-8"},
	{"\xfe\xff", "is UTF-16; save it as UTF-8"},
	{"{\x00", "is UTF-16; save it as UTF-8"},
	{"\x00{", "is UTF-16; save it as UTF-8"},
	{"\xef\xbb\xbf", "starts with a UTF-8 byte order mark; save it as UTF-8 without one"},
}

// unreadable refuses bytes that are not worth scanning, nil if they are.
func unreadable(data []byte) *Malformed {
	one := func(p Problem) *Malformed { return &Malformed{Problems: []Problem{p}} }
	if len(data) > MaxBytes {
		return one(Problem{What: "the document is larger than 1 MiB; attachments travel beside it"})
	}
	for _, m := range marks {
		if len(data) >= len(m.begin) && string(data[:len(m.begin)]) == m.begin {
			return one(Problem{Line: 1, Column: 1, What: "the document " + m.what})
		}
	}
	if bad := invalidUTF8(data); bad >= 0 {
		line, column := position(string(data[:bad]))
		return one(Problem{Line: line, Column: column, What: fmt.Sprintf(
			"byte %d (0x%02x) is not UTF-8; save the document as UTF-8", bad+1, data[bad])})
	}
	return nil
}

// invalidUTF8 gives the place of the first byte that is not UTF-8, -1 if all are.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	i := 0
	for {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
}

// position gives the line and column of what follows before.
func position(before string) (line, column int) {
	begin := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[begin:]) + 1
}
