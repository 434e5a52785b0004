package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/docket"
)

// stranger sends a document that nobody has signed.
func (o *rig) stranger(doc []byte, once string) *answer {
	o.Helper()
	r := o.request(http.MethodPost, "/v1/requests", doc)
	r.Header.Set("Idempotency-Key", once)
	return o.send(o.client(), r)
}

// opened verifies a receipt by the key that the office publishes, and gives its
// lines.
func (o *rig) opened(receipt string) map[string]string {
	o.Helper()
	var keys Keys
	o.asks(o.client(), http.MethodGet, "/v1/keys", nil).into(o, 200, &keys)
	v, err := note.NewVerifier(keys.Receipts[0])
	o.ok(err)
	n, err := note.Open([]byte(receipt), note.VerifierList(v))
	o.ok(err)
	lines := map[string]string{}
	for line := range strings.Lines(n.Text) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		lines[word] = rest
	}
	return lines
}

func TestASignedRequestIsAccepted(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	doc := c.document()
	got := o.send(c.client, c.signed(http.MethodPost, "/v1/requests", doc))
	var out Taken
	got.into(o, 201, &out)
	if out.Code != "" || got.header.Get("Location") != "/v1/requests/"+string(out.Case) {
		t.Errorf("%+v at %q", out, got.header.Get("Location"))
	}
	sum := sha256.Sum256(doc)
	want := map[string]string{
		"rogatory.receipt/1": "", "office": "Example central authority of Germany", "act": "request", "case": string(out.Case),
		"sha256": hex.EncodeToString(sum[:]), "received": "2026-09-01T09:00:00Z", "sender": "verified",
	}
	if lines := o.opened(out.Receipt); fmt.Sprint(lines) != fmt.Sprint(want) {
		t.Errorf("the receipt says %v, want %v", lines, want)
	}
	rows, _, err := o.docket.Queue(t.Context(), docket.Query{})
	o.ok(err)
	if len(rows) != 1 || rows[0].Sender != "verified" || rows[0].Authority != "tr-ca" {
		t.Errorf("the queue: %+v", rows)
	}
}

func TestAReceiptOfARehearsalSaysSo(t *testing.T) {
	t.Parallel()
	o := rehearse(t)
	c := o.enrol("tr-ca", "TR")
	var out Taken
	o.send(c.client, c.signed(http.MethodPost, "/v1/requests", c.document())).into(o, 201, &out)
	if _, ok := o.opened(out.Receipt)["rehearsal"]; !ok {
		t.Errorf("the receipt passes for a real one: %s", out.Receipt)
	}
}

// TestAStranger: who sends without a signature gets a receipt and a question, and
// nothing else, ever.
func TestAStranger(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	var out Taken
	got := o.stranger(c.document(), "1")
	got.into(o, 202, &out)
	if lines := o.opened(out.Receipt); lines["sender"] != "unverified" || got.header.Get("Location") != "" {
		t.Errorf("%v, %v", lines, got.header)
	}
	var standing docket.Standing
	o.asks(o.client(), http.MethodGet, "/v1/receipts/"+out.Code, nil).into(o, 200, &standing)
	if standing.Stage != "received" || standing.Sender == "verified" || len(standing.Answers) != 1 || len(standing.Answers[0].Questions) != 1 {
		t.Errorf("a stranger learns %+v", standing)
	}
	rows, _, err := o.docket.Queue(t.Context(), docket.Query{Quarantined: true})
	o.ok(err)
	if len(rows) != 1 || rows[0].Case != out.Case {
		t.Errorf("the quarantine: %+v", rows)
	}
	for _, code := range []string{"x", string(out.Case), out.Code[:len(out.Code)-1] + "0", "26-ZZZZZZZZ-Z-00-00000-00000-00000-00000"} {
		if code == out.Code {
			continue
		}
		o.asks(o.client(), http.MethodGet, "/v1/receipts/"+code, nil).problem(o, 404)
	}
}

// TestTheSameMessageAgain is answered as the first time, whatever happened since;
// a key of one sender is nobody else's.
func TestTheSameMessageAgain(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c, other := o.enrol("tr-ca", "TR"), o.enrol("fr-ca", "FR")
	send := func(c *court, doc []byte, once string) *answer {
		r := o.request(http.MethodPost, "/v1/requests", doc)
		r.Header.Set("Idempotency-Key", once)
		c.sign(r, doc)
		return o.send(c.client, r)
	}
	first := send(c, c.document(), "message-1")
	first.into(o, 201, nil)
	o.after(1)
	if again := send(c, c.document(), "message-1"); again.status != 201 || string(again.body) != string(first.body) {
		t.Errorf("the same message again: %d %s, want %s", again.status, again.body, first.body)
	}
	changed := document(t, "leg-13", "tr-ca", "TR", func(d map[string]any) { d["reference"] = "another" })
	send(c, changed, "message-1").problem(o, 409)
	if got := send(other, document(t, "leg-13", "fr-ca", "FR", nil), "message-1"); got.status != 201 || string(got.body) == string(first.body) {
		t.Errorf("another authority's message under the same key: %d %s", got.status, got.body)
	}
	var one, two, three Taken
	o.stranger(c.document(), "message-1").into(o, 202, &one)
	o.stranger(c.document(), "message-1").into(o, 202, &two)
	o.stranger(changed, "message-1").into(o, 202, &three)
	if one != two || one.Case == three.Case {
		t.Errorf("of a stranger the same is %+v and %+v, another %+v", one, two, three)
	}
	o.suspend("tr-ca")
	again := send(c, c.document(), "message-1") // nobody knows any more that it is the same sender
	var later Taken
	if again.into(o, 202, &later); strings.Contains(string(first.body), string(later.Case)) {
		t.Errorf("whoever has a stolen key asks for receipts of before: %s", again.body)
	}
}

func TestAnIdempotencyKeyIsAsked(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	for _, keys := range [][]string{nil, {""}, {"two", "two"}, {"with space"}, {"é"}, {strings.Repeat("x", 201)}} {
		r := o.request(http.MethodPost, "/v1/requests", c.document())
		r.Header["Idempotency-Key"] = keys
		if p := o.send(c.client, r).problem(o, 400); p.Where != "Idempotency-Key" {
			t.Errorf("%q: %+v", keys, p)
		}
	}
}

// TestTheChannelIsNotTheSendersWord: a document that says how it came is refused.
func TestTheChannelIsNotTheSendersWord(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	doc := document(t, "leg-13", "tr-ca", "TR", func(d map[string]any) {
		d["requesting"].(map[string]any)["channel"] = map[string]any{"kind": "registered", "authenticated": true}
	})
	if p := o.stranger(doc, "1").problem(o, 400); p.Where != "/requesting/channel" {
		t.Errorf("%+v", p)
	}
	if p := o.send(c.client, c.signed(http.MethodPost, "/v1/requests", doc)).problem(o, 400); p.Where != "/requesting/channel" {
		t.Errorf("%+v", p)
	}
}

// TestWhatIsWrongWithADocument is said at once, each with its path.
func TestWhatIsWrongWithADocument(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	doc := document(t, "leg-13", "tr-ca", "TR", func(d map[string]any) {
		d["instrument"], d["colour"] = "friendship", "blue"
	})
	p := o.stranger(doc, "1").problem(o, 400)
	var paths []string
	for _, place := range p.Places {
		paths = append(paths, place.Path)
	}
	if fmt.Sprint(paths) != "[/colour /instrument]" {
		t.Errorf("%v: %+v", paths, p)
	}
}

// TestWhetherThereIsAnAccount is not to be learnt from what strangers and
// requesters are answered: the office has decided about one account and not about
// another.
func TestWhetherThereIsAnAccount(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	about := func(account string) []byte {
		return document(t, "leg-13", "tr-ca", "TR", func(d map[string]any) {
			for _, m := range d["measures"].([]any) {
				m.(map[string]any)["targets"] = []any{map[string]any{"type": "email", "value": account}}
			}
		})
	}
	l := &life{o, c.submit(about("known@example.org")), map[string]*http.Client{}}
	for _, name := range []string{"Rosa", "Sami"} {
		l.does("Sami", "senior", "assign", m{"to": name, "why": "the team of this case"})
	}
	l.settle("intake", "screening")
	l.does("Rosa", "reviewer", "refuse", m{"grounds": []string{"political-offence"}, "told": "It is refused."})
	shape := func(a *answer, ref docket.Ref, code string) string {
		a.header.Del("Date")
		var b strings.Builder
		o.ok(a.header.Write(&b))
		body := strings.ReplaceAll(string(a.body), string(ref), "CASE")
		if code != "" {
			body = strings.ReplaceAll(body, code, strings.Repeat("C", len(code)))
		}
		head, _, _ := strings.Cut(body, "sha256 ") // what follows is of the bytes sent and of the key
		return fmt.Sprint(a.status, len(a.body), b.String(), head)
	}
	var shapes []string
	for _, account := range []string{"known@example.org", "other@example.org"} {
		var out Taken
		got := o.stranger(about(account), rand.Text())
		got.into(o, 202, &out)
		standing := o.asks(o.client(), http.MethodGet, "/v1/receipts/"+out.Code, nil)
		shapes = append(shapes, shape(got, out.Case, out.Code)+shape(standing, out.Case, ""))
	}
	if shapes[0] != shapes[1] {
		t.Errorf("a stranger learns of an account:\n%s\n%s", shapes[0], shapes[1])
	}
	shapes = nil
	for _, account := range []string{"known@example.org", "other@example.org"} {
		var out Taken
		got := o.send(c.client, c.signed(http.MethodPost, "/v1/requests", about(account)))
		got.into(o, 201, &out)
		got.header.Del("Location")
		standing := c.asks(http.MethodGet, "/v1/requests/"+string(out.Case), nil)
		shapes = append(shapes, shape(got, out.Case, "")+shape(standing, out.Case, ""))
	}
	if shapes[0] != shapes[1] {
		t.Errorf("a requester learns of an account:\n%s\n%s", shapes[0], shapes[1])
	}
}

// TestAStrangersAnswerComesWithTheStep: not with the end of the work, which shows
// how much there was to do.
func TestAStrangersAnswerComesWithTheStep(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		passed := time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "passed"))
		if left := rest(passed, pace); left <= 0 || left > pace || (passed+left)%pace != 0 {
			t.Fatalf("after %s it waits %s", passed, left)
		}
	})
	o := newRig(t)
	began := time.Now()
	o.stranger(document(t, "leg-13", "tr-ca", "TR", nil), "1").into(o, 202, nil)
	if took := time.Since(began); took < pace {
		t.Errorf("answered after %s", took)
	}
}
