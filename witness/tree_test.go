package witness

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "log.example/rogatory"

// A tree is a log of the tests: entries named by their number, in a past of its
// own.
type tree struct {
	t      testing.TB
	signer note.Signer
	vkey   string
	past   string
	hashes []tlog.Hash
	size   int64
}

func newTree(t testing.TB, past string) *tree {
	seed := make([]byte, ed25519.SeedSize)
	private := ed25519.NewKeyFromSeed(seed)
	vkey, err := note.NewEd25519VerifierKey(origin, private.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	id := strings.SplitN(vkey, "+", 3)[1]
	signer, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%s+%s", origin, id, base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))))
	if err != nil {
		t.Fatal(err)
	}
	return &tree{t: t, signer: signer, vkey: vkey, past: past}
}

func (l *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var list []tlog.Hash
	for _, i := range indexes {
		list = append(list, l.hashes[i])
	}
	return list, nil
}

func (l *tree) entry(i int64) []byte { return fmt.Appendf(nil, "%s %d", l.past, i) }

func (l *tree) grow(size int64) *tree {
	for ; l.size < size; l.size++ {
		more, err := tlog.StoredHashes(l.size, l.entry(l.size), l)
		if err != nil {
			l.t.Fatal(err)
		}
		l.hashes = append(l.hashes, more...)
	}
	return l
}

func (l *tree) root(size int64) tlog.Hash {
	h, err := tlog.TreeHash(size, l)
	if err != nil {
		l.t.Fatal(err)
	}
	return h
}

func (l *tree) text(size int64) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, l.root(size))
}

func (l *tree) sign(text string) []byte {
	signed, err := note.Sign(&note.Note{Text: text}, l.signer)
	if err != nil {
		l.t.Fatal(err)
	}
	return signed
}

func (l *tree) checkpoint(size int64) []byte { return l.sign(l.text(size)) }

func (l *tree) verifier() note.Verifier {
	v, err := note.NewVerifier(l.vkey)
	if err != nil {
		l.t.Fatal(err)
	}
	return v
}

// proof connects two sizes; nil where there is nothing to connect.
func (l *tree) proof(from, to int64) tlog.TreeProof {
	if from == 0 || from >= to {
		return nil
	}
	p, err := tlog.ProveTree(to, from, l)
	if err != nil {
		l.t.Fatal(err)
	}
	return p
}

// body asks to cosign size to for a witness that saw from.
func (l *tree) body(from, to int64) []byte {
	return Request{Old: from, Proof: l.proof(from, to), Checkpoint: l.checkpoint(to)}.Marshal()
}

func (l *tree) logs() Logs {
	logs, err := ParseLogs("# a log\n\n" + l.vkey + "\n")
	if err != nil {
		l.t.Fatal(err)
	}
	return logs
}

var noon = time.Date(2027, 2, 3, 12, 0, 0, 0, time.UTC)

func at(now time.Time) func() time.Time { return func() time.Time { return now } }

// seed is randomness that says who it is for.
func seed(s string) *strings.Reader { return strings.NewReader(s + strings.Repeat(".", 32)) }

func newServer(t testing.TB, name string, logs Logs) (*Server, string) {
	k, err := NewKey(seed(name), name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := Init(dir, k); err != nil {
		t.Fatal(err)
	}
	return reopen(t, dir, logs), dir
}

func reopen(t testing.TB, dir string, logs Logs) *Server {
	s, err := Open(dir, logs, at(noon), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func post(h http.Handler, body []byte) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/add-checkpoint", strings.NewReader(string(body))))
	return w
}

func gzipped(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
