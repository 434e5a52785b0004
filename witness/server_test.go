package witness

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
)

func newPrivate() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }

// verified opens a checkpoint with the line a witness answered.
func verified(t testing.TB, s *Server, l *tree, size int64, lines []byte) {
	t.Helper()
	v, err := fnote.NewVerifierForCosignatureV1(s.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(append(l.checkpoint(size), lines...), note.VerifierList(v))
	if err != nil || n.Text != l.text(size) {
		t.Fatalf("not the cosignature of size %d: %v: %q", size, err, lines)
	}
}

func TestServerCosigns(t *testing.T) {
	l := newTree(t, "true").grow(600)
	s, dir := newServer(t, "w.example", l.logs())
	var old int64
	for _, size := range []int64{1, 2, 2, 3, 256, 257, 600, 600} {
		w := post(s, l.body(old, size))
		if w.Code != http.StatusOK {
			t.Fatalf("from %d to %d: %d %s", old, size, w.Code, w.Body)
		}
		verified(t, s, l, size, w.Body.Bytes())
		old = size
	}
	// what it saw it knows also after it was started anew
	s.Close()
	s = reopen(t, dir, l.logs())
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, fmt.Sprintf("/%x/checkpoint", sha256.Sum256([]byte(origin))), nil))
	n, err := note.Open(w.Body.Bytes(), note.VerifierList(l.verifier(), s.own))
	if err != nil || len(n.Sigs) != 2 || n.Text != l.text(600) || w.Code != http.StatusOK {
		t.Errorf("serves %d %v: %s", w.Code, err, w.Body)
	}
}

func TestServerStatus(t *testing.T) {
	l, fork := newTree(t, "true").grow(300), newTree(t, "forked").grow(300)
	stranger := newTree(t, "true")
	stranger.signer, stranger.vkey = strangerSigner(t, origin)
	stranger.grow(300)
	s, dir := newServer(t, "w.example", l.logs())
	if w := post(s, l.body(0, 100)); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	other := strings.Replace(string(l.checkpoint(200)), origin, "other.example/log", 1)
	request := func(old int64, proof tlog.TreeProof, checkpoint []byte) []byte {
		return Request{Old: old, Proof: proof, Checkpoint: checkpoint}.Marshal()
	}
	bent := l.proof(100, 200)
	bent[0][5] ^= 1
	broken := bytes.Replace(l.checkpoint(200), []byte("\n200\n"), []byte("\n201\n"), 1)
	huge := l.sign(fmt.Sprintf("%s\n%d\n%s\n", origin, int64(maxSize)+1, l.root(200)))
	most := l.sign(fmt.Sprintf("%s\n%d\n%s\n", origin, int64(maxSize), l.root(200)))
	for _, c := range []struct {
		name string
		body []byte
		want int
		says string
	}{
		{"nonsense", []byte("nonsense"), 400, "empty line"},
		{"too long", bytes.Repeat([]byte("x"), maxRequest+1), 400, "too long"},
		{"no checkpoint", request(100, nil, []byte("nonsense")), 400, "no checkpoint"},
		{"no signature", request(100, l.proof(100, 200), []byte(l.text(200)+"\n")), 400, "no checkpoint"},
		{"a second text", request(100, l.proof(100, 200), l.sign(l.text(200)+"\n"+l.text(200))), 400, "no checkpoint"},
		{"an unknown log", request(100, l.proof(100, 200), []byte(other)), 404, "does not know"},
		{"signed by another", stranger.body(100, 200), 403, "not signed"},
		{"a broken signature", request(100, l.proof(100, 200), broken), 403, "not signed"},
		{"an old size beyond the checkpoint", request(201, nil, l.checkpoint(200)), 400, "larger"},
		{"an old size it did not see", l.body(99, 200), 409, "100\n"},
		{"as if for the first time", l.body(0, 200), 409, "100\n"},
		{"an older checkpoint", l.body(50, 60), 409, "100\n"},
		{"the empty log again", request(0, nil, l.checkpoint(0)), 409, "100\n"},
		{"no proof", request(100, nil, l.checkpoint(200)), 422, "proof"},
		{"a bent proof", request(100, bent, l.checkpoint(200)), 422, "proof"},
		{"a proof too long", request(100, append(l.proof(100, 200), tlog.Hash{}), l.checkpoint(200)), 422, "proof"},
		{"a proof of the same size", request(100, l.proof(99, 100), l.checkpoint(100)), 422, "empty"},
		{"another past", fork.body(100, 200), 422, "proof"},
		{"another past of the same size", fork.body(100, 100), 422, "another hash"},
		{"the largest log", request(100, l.proof(100, 200), most), 422, "proof"},
		{"larger than any log", request(100, l.proof(100, 200), huge), 400, "no checkpoint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := post(s, c.body)
			if w.Code != c.want || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("answers %d %s, want %d %s", w.Code, w.Body, c.want, c.says)
			}
			if kind := w.Header().Get("Content-Type"); (kind == "text/x.tlog.size") != (c.want == 409) {
				t.Errorf("answers as %s", kind)
			}
		})
	}
	// nothing of this changed what it saw
	if w := post(s, l.body(100, 100)); w.Code != http.StatusOK {
		t.Error(w.Code, w.Body)
	}
	// and the contradiction is kept, signed by the log on both sides
	kept, err := os.ReadFile(filepath.Join(dir, forkFolder, originHash(origin)))
	if err != nil {
		t.Fatal(err)
	}
	cut := bytes.LastIndex(kept, []byte("\n"+origin+"\n"))
	for _, side := range [][]byte{kept[:cut], kept[cut+1:]} {
		if _, err := note.Open(side, note.VerifierList(l.verifier())); err != nil {
			t.Errorf("%v: %s", err, side)
		}
	}
}

func strangerSigner(t testing.TB, name string) (note.Signer, string) {
	skey, vkey, err := note.GenerateKey(nil, name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return signer, vkey
}

func TestServerFirstSight(t *testing.T) {
	l := newTree(t, "true").grow(9)
	s, _ := newServer(t, "w.example", l.logs())
	lie := l.sign(fmt.Sprintf("%s\n0\n%s\n", origin, l.root(3)))
	for _, c := range []struct {
		name string
		body []byte
		want int
	}{
		{"an old size, though nothing was seen", l.body(3, 9), 409},
		{"a proof from nothing", Request{Proof: l.proof(3, 9), Checkpoint: l.checkpoint(9)}.Marshal(), 422},
		{"an empty log of another hash", Request{Checkpoint: lie}.Marshal(), 422},
		{"the empty log", Request{Checkpoint: l.checkpoint(0)}.Marshal(), 200},
		{"the empty log again", Request{Checkpoint: l.checkpoint(0)}.Marshal(), 200},
		{"the first entries", l.body(0, 9), 200},
		{"an extension line", Request{Old: 9, Checkpoint: l.sign(l.text(9) + "extension\n")}.Marshal(), 200},
	} {
		if w := post(s, c.body); w.Code != c.want {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
	for path, want := range map[string]int{"/" + originHash("other") + "/checkpoint": 404, "/x/checkpoint": 404, "/": 404, "/add-checkpoint": 405} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("GET %s: %d", path, w.Code)
		}
	}
	empty, _ := newServer(t, "v.example", l.logs())
	w := httptest.NewRecorder()
	empty.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+originHash(origin)+"/checkpoint", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("a witness that saw nothing serves %d %s", w.Code, w.Body)
	}
}

// Signatures of others come and go: only what the witness verified is kept.
func TestServerKeepsWhatItVerified(t *testing.T) {
	l := newTree(t, "true").grow(9)
	s, _ := newServer(t, "w.example", l.logs())
	junk := "— someone.example " + strings.Repeat("AAAA", 2000) + "\n"
	w := post(s, append(l.body(0, 9), junk...))
	if w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	stored, err := s.folder.seen(origin)
	if err != nil || bytes.Contains(stored, []byte("someone")) {
		t.Errorf("kept %s, %v", stored, err)
	}
}

// A file that was altered, or stands in another's place, is not taken for the past.
func TestServerStopsAtWhatWasAltered(t *testing.T) {
	l := newTree(t, "true").grow(300)
	s, dir := newServer(t, "w.example", l.logs())
	post(s, l.body(0, 200))
	file := filepath.Join(dir, seenFolder, originHash(origin))
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := strings.Replace(l.text(100), origin, "other.example", 1)
	foreign, err := note.Sign(&note.Note{Text: elsewhere}, s.signer)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty":       {},
		"cut":         good[:len(good)/2],
		"rolled back": l.checkpoint(100), // signed by the log, not by this witness
		"another log": foreign,
		"one bit":     bytes.Replace(good, []byte("\n200\n"), []byte("\n201\n"), 1),
	} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if w := post(s, l.body(100, 300)); w.Code != http.StatusInternalServerError || w.Body.String() != "the witness cannot cosign now\n" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+originHash(origin)+"/checkpoint", nil))
		if w.Code != http.StatusInternalServerError {
			t.Errorf("%s is served: %d", name, w.Code)
		}
	}
}

// What cannot be written down is not cosigned.
func TestServerWritesBeforeItAnswers(t *testing.T) {
	l := newTree(t, "true").grow(300)
	s, dir := newServer(t, "w.example", l.logs())
	if err := os.RemoveAll(filepath.Join(dir, seenFolder)); err != nil {
		t.Fatal(err)
	}
	if w := post(s, l.body(0, 200)); w.Code != http.StatusInternalServerError {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestFolder(t *testing.T) {
	l := newTree(t, "true")
	_, dir := newServer(t, "w.example", l.logs())
	if _, err := Open(dir, l.logs(), time.Now, nil); fault.KindOf(err) != fault.Conflict {
		t.Errorf("two witnesses in one folder: %v", err)
	}
	if err := Init(dir, witnessKey(t, "v.example")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a key is replaced: %v", err)
	}
	if _, err := Open(t.TempDir(), l.logs(), time.Now, nil); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a witness without a key: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, keyFile), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, l.logs(), time.Now, nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a key that is none: %v", err)
	}
}

// Of any number who continue the same past at once in different ways, one wins.
func TestServerRace(t *testing.T) {
	base := newTree(t, "shared").grow(50)
	s, _ := newServer(t, "w.example", base.logs())
	if w := post(s, base.body(0, 50)); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	size := int64(50)
	for round := range 20 {
		var bodies [][]byte
		var texts []string
		for i := range 8 {
			branch := newTree(t, "shared").grow(50)
			branch.past = fmt.Sprintf("round %d branch %d", round, i)
			branch.hashes, branch.size = bytesOf(base), base.size
			branch.grow(size + 7)
			bodies = append(bodies, branch.body(size, size+7))
			texts = append(texts, branch.text(size+7))
		}
		var mu sync.Mutex
		codes := make(map[int][]int)
		var wait sync.WaitGroup
		for i, body := range bodies {
			wait.Go(func() {
				w := post(s, body)
				mu.Lock()
				defer mu.Unlock()
				codes[w.Code] = append(codes[w.Code], i)
			})
		}
		wait.Wait()
		if len(codes[200]) != 1 || len(codes[409]) != 7 {
			t.Fatalf("round %d: %v", round, codes)
		}
		stored, err := s.folder.seen(origin)
		if err != nil || !bytes.HasPrefix(stored, []byte(texts[codes[200][0]])) {
			t.Fatalf("round %d: kept is not what was cosigned: %v", round, err)
		}
		base.past = fmt.Sprintf("round %d branch %d", round, codes[200][0])
		size += 7
		base.grow(size)
	}
}

func bytesOf(l *tree) []tlog.Hash { return append([]tlog.Hash(nil), l.hashes...) }

// Whatever is submitted in whatever order, all that was ever cosigned is one past:
// sizes never fall, and equal sizes have equal hashes.
func TestServerNeverContradictsItself(t *testing.T) {
	pasts := []*tree{newTree(t, "true").grow(40), newTree(t, "forked").grow(40)}
	rapid.Check(t, func(rt *rapid.T) {
		s, dir := newServer(t, "w.example", pasts[0].logs())
		var signed []head
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			l := pasts[rapid.IntRange(0, 1).Draw(rt, "past")]
			from, to := rapid.Int64Range(0, 40).Draw(rt, "from"), rapid.Int64Range(0, 40).Draw(rt, "to")
			if n := len(signed); n > 0 && rapid.Bool().Draw(rt, "from what it saw") {
				from = signed[n-1].size
			}
			w := post(s, l.body(from, to))
			if rapid.IntRange(0, 4).Draw(rt, "restart") == 0 {
				s.Close()
				s = reopen(t, dir, pasts[0].logs())
			}
			if w.Code == http.StatusOK {
				verified(t, s, l, to, w.Body.Bytes())
				signed = append(signed, head{origin, to, l.root(to)})
			}
		}
		for i := 1; i < len(signed); i++ {
			a, b := signed[i-1], signed[i]
			if b.size < a.size || b.size == a.size && b.root != a.root {
				rt.Fatalf("cosigned %v after %v", b, a)
			}
		}
		seen := make(map[string]bool)
		for _, h := range signed {
			if h.size == 0 {
				continue
			}
			for i, l := range pasts {
				if h.root == l.root(h.size) {
					seen[fmt.Sprint(i)] = true
				}
			}
		}
		if len(seen) > 1 {
			rt.Fatalf("cosigned both pasts: %v", signed)
		}
		s.Close()
	})
}

// FuzzServer: whatever is posted, the answer is one the protocol knows.
func FuzzServer(f *testing.F) {
	l := newTree(f, "true").grow(20)
	s, _ := newServer(f, "w.example", l.logs())
	if w := post(s, l.body(0, 7)); w.Code != http.StatusOK {
		f.Fatal(w.Code)
	}
	f.Add(l.body(7, 20))
	f.Add(l.body(0, 7))
	f.Add(newTree(f, "forked").grow(20).body(7, 20))
	f.Add(Request{Old: 7, Checkpoint: l.sign(fmt.Sprintf("%s\n%d\n%s\n", origin, int64(maxSize), l.root(20)))}.Marshal())
	f.Fuzz(func(t *testing.T, body []byte) {
		switch w := post(s, body); w.Code {
		case 200, 400, 403, 404, 409, 422:
		default:
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
}

var errGone = errors.New("gone")

// gone is a body that breaks off.
type gone struct{}

func (gone) Read([]byte) (int, error) { return 0, errGone }

func TestServerRequestBreaksOff(t *testing.T) {
	l := newTree(t, "true")
	s, _ := newServer(t, "w.example", l.logs())
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/add-checkpoint", gone{})
	s.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest {
		t.Error(w.Code)
	}
}
