package witness

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func TestParseRequestRefuses(t *testing.T) {
	h := tlog.RecordHash(nil).String()
	for _, c := range []struct{ name, body, want string }{
		{"nothing", "", "no empty line"},
		{"no empty line", "old 3\n" + h + "\n", "no empty line"},
		{"another first word", "new 3\n\nx", "old size"},
		{"no size", "old \n\nx", "not the size"},
		{"a sign", "old +3\n\nx", "not the size"},
		{"below zero", "old -3\n\nx", "not the size"},
		{"leading zero", "old 03\n\nx", "not the size"},
		{"a space after", "old 3 \n\nx", "not the size"},
		{"carriage return", "old 3\r\n\nx", "not the size"},
		{"more than any log", "old 4611686018427387905\n\nx", "not the size"},
		{"more than a number", "old 99999999999999999999\n\nx", "not the size"},
		{"a hash too short", "old 3\nAAAA\n\nx", "not 32 bytes"},
		{"a hash without padding", "old 3\n" + strings.TrimRight(h, "=") + "\n\nx", "not 32 bytes"},
		{"a hash with bits to spare", "old 3\n" + h[:42] + "v=\n\nx", "not 32 bytes"},
		{"64 lines of proof", "old 3\n" + strings.Repeat(h+"\n", 64) + "\nx", "more than 63"},
		{"too long", "old 3\n\n" + strings.Repeat("x", maxRequest), "longer than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := ParseRequest([]byte(c.body)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	r, err := ParseRequest([]byte("old 3\n" + strings.Repeat(h+"\n", 63) + "\nx"))
	if err != nil || len(r.Proof) != 63 || r.Old != 3 || string(r.Checkpoint) != "x" {
		t.Errorf("63 lines of proof: %v", err)
	}
}

func TestParseHeadRefuses(t *testing.T) {
	h := tlog.RecordHash(nil).String()
	for _, text := range []string{"", "\n", "a\n1\n", "a\n1\n" + h, "\n1\n" + h + "\n", "a\n01\n" + h + "\n", "a\n1\nAAAA\n", "a\n1\n" + h + "\n\n", "a\n1\n" + h + "\n\nmore\n"} {
		if got, err := parseHead(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
	if got, err := parseHead("a b\n1\n" + h + "\nextension\n"); err != nil || got.origin != "a b" || got.size != 1 {
		t.Errorf("lines may follow: %v, %v", got, err)
	}
}

// FuzzParseRequest: what is accepted is within the bounds, and is printed as it came.
func FuzzParseRequest(f *testing.F) {
	l := newTree(f, "true").grow(20)
	f.Add(l.body(0, 7))
	f.Add(l.body(7, 20))
	f.Add([]byte("old 0\n\n"))
	f.Add([]byte("old 5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nx\n1\ny\n\n— a b\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := ParseRequest(body)
		if err != nil {
			return
		}
		if len(r.Proof) > maxProof || r.Old < 0 || r.Old > maxSize {
			t.Fatalf("%d lines from size %d", len(r.Proof), r.Old)
		}
		if got := r.Marshal(); !bytes.Equal(got, body) {
			t.Fatalf("printed as %q", got)
		}
	})
}
