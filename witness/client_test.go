package witness

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/sequencer"
)

var _ sequencer.Witnesses = (*Client)(nil)

// A circle is several witnesses of one log, and the client that asks them. They
// answer without a network, so that time may be any.
type circle struct {
	*Client
	t       *testing.T
	tree    *tree
	keys    []Key
	servers []*Server
	doors   []http.Handler // what answers for each
	asked   []int          // requests each received
	proved  int
}

// RoundTrip gives a request to the witness it names.
func (c *circle) RoundTrip(r *http.Request) (*http.Response, error) {
	i := int(r.URL.Host[0] - 'a')
	c.asked[i]++
	w := httptest.NewRecorder()
	c.doors[i].ServeHTTP(w, r)
	return w.Result(), nil
}

// newCircle makes witnesses a, b, c, ... of which the policy's last lines speak.
func newCircle(t *testing.T, l *tree, n int, quorum string) *circle {
	c := &circle{t: t, tree: l, asked: make([]int, n)}
	var policy strings.Builder
	for i := range n {
		name := string(rune('a' + i))
		c.keys = append(c.keys, witnessKey(t, name+".example"))
		s, _ := newServer(t, name+".example", l.logs())
		c.servers = append(c.servers, s)
		c.doors = append(c.doors, http.StripPrefix("/w", s))
		fmt.Fprintf(&policy, "witness %s %s http://%s.example/w\n", name, c.keys[i].Verifier(), name)
	}
	p, err := ParsePolicy([]byte(policy.String() + quorum))
	if err != nil {
		t.Fatal(err)
	}
	if c.Client, err = NewClient(l.verifier(), p, at(noon)); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *circle) here() *circle {
	c.http.Transport = c
	return c
}

// cosign asks for the cosignatures of a size.
func (c *circle) cosign(size int64) ([]byte, error) {
	return c.Cosign(c.t.Context(), c.tree.checkpoint(size), func(old uint64) (tlog.TreeProof, error) {
		c.proved++
		return tlog.ProveTree(size, int64(old), c.tree)
	})
}

// counts verifies a checkpoint and counts who cosigned it.
func (c *circle) counts(signed []byte, size int64) int {
	c.t.Helper()
	list := []note.Verifier{c.tree.verifier()}
	for _, k := range c.keys {
		v, err := fnote.NewVerifierForCosignatureV1(k.Verifier())
		if err != nil {
			c.t.Fatal(err)
		}
		list = append(list, v)
	}
	n, err := note.Open(signed, note.VerifierList(list...))
	if err != nil || n.Text != c.tree.text(size) || len(n.UnverifiedSigs) > 0 {
		c.t.Fatalf("%v: %s", err, signed)
	}
	return len(n.Sigs) - 1
}

func TestClientCosigns(t *testing.T) {
	c := newCircle(t, newTree(t, "true").grow(700), 3, "group g all a b c\nquorum g").here()
	for i, size := range []int64{0, 1, 5, 5, 300, 700} {
		signed, err := c.cosign(size)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.counts(signed, size); got != 3 {
			t.Errorf("%d cosigned", got)
		}
		if got := c.asked[0]; got != i+1 {
			t.Errorf("asked %d times for %d checkpoints: what it saw is remembered", got, i+1)
		}
	}
}

// A client that was started anew, or a witness that another asked meanwhile, is
// told what the witness saw, and proves from there.
func TestClientProvesAnew(t *testing.T) {
	c := newCircle(t, newTree(t, "true").grow(700), 1, "quorum a").here()
	for _, size := range []int64{100, 300} {
		if _, err := c.cosign(size); err != nil {
			t.Fatal(err)
		}
	}
	c.seen = map[string]int64{}
	signed, err := c.cosign(500)
	if err != nil || c.counts(signed, 500) != 1 {
		t.Fatal(err)
	}
	post(c.servers[0], c.tree.body(500, 600))
	c.proved = 0
	if _, err := c.cosign(700); err != nil || c.proved != 2 {
		t.Errorf("%v after %d proofs", err, c.proved)
	}
}

// Two witnesses of four may be away, if two are enough.
func TestClientQuorum(t *testing.T) {
	c := newCircle(t, newTree(t, "true").grow(9), 4, "group g 3 a b c d\nquorum g").here()
	c.doors[1] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the witness cannot cosign now", http.StatusInternalServerError)
	})
	if signed, err := c.cosign(5); err != nil || c.counts(signed, 5) != 3 {
		t.Fatal(err)
	}
	c.servers[2].logs = nil
	_, err := c.cosign(9)
	if fault.KindOf(err) != fault.Busy {
		t.Fatalf("with two of three: %v", err)
	}
	for _, want := range []string{"b: it answers 500: the witness cannot cosign now", "c: it answers 404: this witness does not know the log", origin, "size 9"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v: does not say %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "a: ") {
		t.Errorf("%v: names one that cosigned", err)
	}
}

func TestClientWithoutWitnesses(t *testing.T) {
	c := newCircle(t, newTree(t, "true").grow(9), 1, "quorum none").here()
	if signed, err := c.cosign(5); err != nil || !bytes.Equal(signed, c.tree.checkpoint(5)) || c.asked[0] > 0 {
		t.Errorf("%v: %s", err, signed)
	}
}

// A log that was rolled back, or forked, hears so: that is no lack of witnesses.
func TestClientOfALogThatContradicts(t *testing.T) {
	c := newCircle(t, newTree(t, "true").grow(50), 2, "group g all a b\nquorum g").here()
	if _, err := c.cosign(50); err != nil {
		t.Fatal(err)
	}
	for name, rolled := range map[string]func(){
		"rolled back":      func() { c.seen = map[string]int64{} },
		"and remembers":    func() {},
		"forked, longer":   func() { c.tree = newTree(t, "forked").grow(60) },
		"forked, as long":  func() { c.tree = newTree(t, "forked").grow(50) },
		"forked, forgot":   func() { c.tree = newTree(t, "forked").grow(60); c.seen = map[string]int64{} },
		"forked, as short": func() { c.tree = newTree(t, "forked").grow(40) },
	} {
		rolled()
		size := c.tree.size
		if strings.HasPrefix(name, "rolled") || strings.HasPrefix(name, "and") {
			c.tree, size = newTree(t, "true").grow(50), 40
		}
		if _, err := c.cosign(size); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "rogatory ledger recover") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Cosign(t.Context(), []byte("nonsense"), nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("nonsense: %v", err)
	}
	elsewhere := strings.Replace(c.tree.text(5), origin, "other.example", 1)
	if _, err := c.Cosign(t.Context(), c.tree.sign(elsewhere), nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the checkpoint of another log: %v", err)
	}
}

func TestClientCannotProve(t *testing.T) {
	c := newCircle(t, newTree(t, "true").grow(50), 1, "quorum a").here()
	if _, err := c.cosign(20); err != nil {
		t.Fatal(err)
	}
	_, err := c.Cosign(t.Context(), c.tree.checkpoint(50), func(uint64) (tlog.TreeProof, error) { return nil, errGone })
	if err == nil || !strings.Contains(err.Error(), "a: prove from size 20: gone") {
		t.Error(err)
	}
}

// hostile answers as a handler does, on a network of this machine.
func hostile(t *testing.T, l *tree, key Key, h http.HandlerFunc) *Client {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	p, err := ParsePolicy([]byte("witness a " + key.Verifier() + " " + server.URL + "\nquorum a"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewClient(l.verifier(), p, at(noon))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// line is a cosignature of a text as note.Sign prints it.
func line(t *testing.T, text string, s note.Signer) string {
	signed, err := note.Sign(&note.Note{Text: text}, s)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(string(signed), text+"\n")
}

func TestClientOfHostileWitness(t *testing.T) {
	l := newTree(t, "true").grow(20)
	key, other := witnessKey(t, "w.example"), witnessKey(t, "v.example")
	text := l.text(20)
	good := line(t, text, key.Cosigner(at(noon)))
	conflict := func(size string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/x.tlog.size")
			w.WriteHeader(409)
			fmt.Fprint(w, size)
		}
	}
	says := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
	}
	turn := 0
	for _, c := range []struct {
		name string
		h    http.HandlerFunc
		want string
	}{
		{"honest", says(good), ""},
		{"honest among others", says(line(t, text, other.Cosigner(at(noon))) + good), ""},
		{"a clock four minutes off", says(line(t, text, key.Cosigner(at(noon.Add(4*time.Minute))))), ""},
		{"nothing", says(""), "not its cosignature"},
		{"another's", says(line(t, text, other.Cosigner(at(noon)))), "not its cosignature"},
		{"of another size", says(line(t, l.text(19), key.Cosigner(at(noon)))), "not its cosignature"},
		{"of a longer text", says(text + "\n" + line(t, text+"\n"+text, key.Cosigner(at(noon)))), "not its cosignature"},
		{"without its end", says(strings.TrimSuffix(good, "\n")), "not its cosignature"},
		{"bent", says(strings.Replace(good, "A", "B", 1)), "not its cosignature"},
		{"with more after it", says(good + "thank you\n"), "not its cosignature"},
		{"of last year", says(line(t, text, key.Cosigner(at(noon.AddDate(-1, 0, 0))))), "its cosignature says 2026"},
		{"of tomorrow", says(line(t, text, key.Cosigner(at(noon.AddDate(0, 0, 1))))), "its cosignature says 2027-02-04"},
		{"huge", says(strings.Repeat(good, 1000)), "longer than"},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			for line := bytes.Repeat([]byte("x"), 1<<16); ; {
				if _, err := w.Write(line); err != nil {
					return
				}
			}
		}, "longer than"},
		{"cut short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, good)
		}, "EOF"},
		{"sends elsewhere", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/add-checkpoint" {
				http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
				return
			}
			fmt.Fprint(w, good)
		}, "it answers 307"},
		{"refuses", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "no \x1b[31m"+strings.Repeat("!", 500)+"\nmore", 403)
		}, "it answers 403: no [31m!!!"},
		{"always another size", func(w http.ResponseWriter, r *http.Request) {
			turn++
			conflict(fmt.Sprintln(turn))(w, r)
		}, "changes with every answer"},
		{"the same size again", conflict("7\n"), "it saw size 7, and refuses"},
		{"a longer log", conflict("21\n"), "it says it has seen a longer log: 21"},
		{"no size", conflict("-1\n"), "not the size"},
		{"a size of a megabyte", conflict(strings.Repeat("1", 1<<20)), "longer than"},
		{"no kind of answer", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "5", 409) }, "contradicts"},
		{"headers of a megabyte", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X", strings.Repeat("x", 1<<20))
		}, "header"},
	} {
		t.Run(c.name, func(t *testing.T) {
			signed, err := hostile(t, l, key, c.h).Cosign(t.Context(), l.checkpoint(20), func(old uint64) (tlog.TreeProof, error) {
				return tlog.ProveTree(20, int64(old), l)
			})
			switch {
			case c.want == "" && (err != nil || string(signed) != string(l.checkpoint(20))+good && c.name == "honest"):
				t.Errorf("%v: %s", err, signed)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %q", err, c.want)
			case c.want != "" && strings.ContainsAny(err.Error(), "\x1b\n"):
				t.Errorf("%q could steer a terminal", err)
			}
		})
	}
}

// silent is a network in which nobody answers while anybody waits.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// One that never answers costs at most the time given, and nothing where the
// others are enough.
func TestClientPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCircle(t, newTree(t, "true").grow(9), 2, "group g all a b\nquorum g")
		c.http.Transport = silent{}
		begun := time.Now()
		_, err := c.cosign(5)
		if got := time.Since(begun); fault.KindOf(err) != fault.Busy || got != patience || !strings.Contains(err.Error(), "did not answer within 20s") {
			t.Errorf("%v after %s", err, got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		c := newCircle(t, newTree(t, "true").grow(9), 2, "group g any a b\nquorum g")
		c.http.Transport = half{c, silent{}}
		begun := time.Now()
		if _, err := c.cosign(5); err != nil || time.Since(begun) != 0 {
			t.Errorf("%v after %s", err, time.Since(begun))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		c := newCircle(t, newTree(t, "true").grow(9), 1, "quorum a")
		c.http.Transport = silent{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		list, err := c.Latest(ctx)
		if err != nil || len(list) != 0 || time.Since(begun) != time.Second {
			t.Errorf("%v after %s", list, time.Since(begun))
		}
	})
}

// half asks a witness named a, and the others never answer.
type half struct{ answers, silent http.RoundTripper }

func (h half) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == "a.example" {
		return h.answers.RoundTrip(r)
	}
	return h.silent.RoundTrip(r)
}

func TestLatest(t *testing.T) {
	c := newCircle(t, newTree(t, "true").grow(50), 4, "group g 2 a b c d\nquorum g").here()
	post(c.servers[0], c.tree.body(0, 30))
	post(c.servers[1], c.tree.body(0, 50))
	// c saw nothing, and d makes something up
	made := newTree(t, "true").grow(50)
	made.signer, _ = strangerSigner(t, origin)
	c.doors[3] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(made.checkpoint(49)) })
	list, err := c.Latest(t.Context())
	if err != nil || len(list) != 2 || !bytes.HasPrefix(list[0], []byte(c.tree.text(30))) || !bytes.HasPrefix(list[1], []byte(c.tree.text(50))) {
		t.Errorf("%q, %v", list, err)
	}
	for name, h := range map[string]http.HandlerFunc{
		"huge": func(w http.ResponseWriter, _ *http.Request) { w.Write(bytes.Repeat([]byte("x"), maxNote+1)) },
		"another": func(w http.ResponseWriter, _ *http.Request) {
			w.Write(c.tree.sign("other\n1\n" + c.tree.root(1).String() + "\n"))
		},
		"forbidden": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403); w.Write(c.tree.checkpoint(9)) },
	} {
		if list, err := hostile(t, c.tree, c.keys[0], h).Latest(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("%s: %q, %v", name, list, err)
		}
	}
}

// FuzzCosignature: whatever a witness answers, what is taken from it is one line
// that its key has signed.
func FuzzCosignature(f *testing.F) {
	l := newTree(f, "true").grow(20)
	key := witnessKey(f, "w.example")
	p, err := ParsePolicy([]byte("witness a " + key.Verifier() + " https://w.example\nquorum a"))
	if err != nil {
		f.Fatal(err)
	}
	c, err := NewClient(l.verifier(), p, at(noon))
	if err != nil {
		f.Fatal(err)
	}
	text := l.text(20)
	signed, err := note.Sign(&note.Note{Text: text}, key.Cosigner(at(noon)))
	if err != nil {
		f.Fatal(err)
	}
	good := signed[len(text)+1:]
	f.Add(good)
	f.Add(append([]byte("— v.example AAAAAAAA\n"), good...))
	f.Add(append([]byte("\n"), good...))
	f.Add(bytes.Replace(good, []byte("=="), []byte("x=="), 1))
	bent := bytes.Clone(good) // the same bytes, written otherwise
	if i := bytes.IndexByte(bent, '='); i > 0 {
		bent[i-1]++
	}
	f.Add(bent)
	f.Fuzz(func(t *testing.T, body []byte) {
		line, err := c.cosignature(p.Witnesses[0], text, body)
		if err == nil && (!bytes.Equal(line, good) || !p.Quorum.Satisfied(append(l.checkpoint(20), line...))) {
			t.Fatalf("takes %q", line)
		}
	})
}
