package api

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/proof/httpsig"
)

// A senders' office has authorities of every kind, and a case of one of them.
type senders struct {
	*rig
	own, other, late, barred *court
	ref                      docket.Ref
}

func newSenders(t *testing.T) *senders {
	o := newRig(t)
	s := &senders{rig: o, own: o.enrol("tr-ca", "TR"), other: o.enrol("fr-ca", "FR"), barred: o.enrol("us-ca", "US")}
	s.late = o.enrolAs("it-ca", "IT", func(a *authority.Authority) { a.Keys[0].Until = o.clock().Add(time.Hour) })
	s.ref = s.own.submit(s.own.document())
	o.suspend("us-ca")
	o.after(2 * time.Hour) // a key is over
	return s
}

// An endpoint is one that takes signed requests.
type endpoint struct {
	method, path string // CASE stands for the reference
	body         string // DOCUMENT for a request of the authority itself
	good         int    // what the authority whose case it is gets
}

var endpoints = []endpoint{
	{http.MethodPost, "/v1/requests", "DOCUMENT", 201},
	{http.MethodGet, "/v1/requests/CASE", "", 200},
	{http.MethodGet, "/v1/requests/CASE/package", "", 403}, // nothing is released
	{http.MethodPost, "/v1/requests/CASE/answer", "DOCUMENT", 403},
	{http.MethodPost, "/v1/requests/CASE/erasure", `{"proof": "record 7"}`, 403},
	{http.MethodPost, "/v1/requests/CASE/onward", `{"to": "customs"}`, 403},
	{http.MethodPost, "/v1/requests/CASE/withdraw", `{"why": "the case was closed"}`, 200},
}

func (e *endpoint) submits() bool { return e.path == "/v1/requests" }

// unsigned makes the request as an authority would send it, and does not sign it.
func (s *senders) unsigned(e *endpoint, c *court) (*http.Request, []byte) {
	s.Helper()
	var body []byte
	switch e.body {
	case "":
	case "DOCUMENT":
		body = c.document()
	default:
		body = []byte(e.body)
	}
	r := s.request(e.method, strings.ReplaceAll(e.path, "CASE", string(s.ref)), body)
	if e.submits() {
		r.Header.Set("Idempotency-Key", rand.Text())
	}
	return r, body
}

// Every way in which a request can be sent by somebody else than it says.
func TestWhoMaySend(t *testing.T) {
	t.Parallel()
	s := newSenders(t)
	_, stolen, err := ed25519.GenerateKey(rand.Reader)
	s.ok(err)
	sign := func(r *http.Request, body []byte, id string, key ed25519.PrivateKey, now time.Time) {
		s.ok(httpsig.Sign(r, body, id, key, now, rand.Reader))
	}
	for _, way := range []struct {
		name string
		send func(e *endpoint) *answer
		want func(e *endpoint) int
	}{
		{"no signature", func(e *endpoint) *answer {
			r, _ := s.unsigned(e, s.own)
			return s.send(s.own.client, r)
		}, func(e *endpoint) int { return or(e.submits(), 202, 401) }},
		{"a key nobody enrolled, under the name of one", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			sign(r, body, "tr-ca#k1", stolen, s.clock())
			return s.send(s.own.client, r)
		}, refused},
		{"a key of no name", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			sign(r, body, "tr-ca#k2", s.own.key, s.clock())
			return s.send(s.own.client, r)
		}, refused},
		{"an authority that is none", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			sign(r, body, "xx-ca#k1", s.own.key, s.clock())
			return s.send(s.own.client, r)
		}, refused},
		{"another authority's key, under its own name", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			s.other.sign(r, body)
			return s.send(s.other.client, r)
		}, func(e *endpoint) int { return or(e.submits(), 202, 403) }},
		{"a suspended authority", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.barred)
			s.barred.sign(r, body)
			return s.send(s.barred.client, r)
		}, func(e *endpoint) int { return or(e.submits(), 202, 403) }},
		{"a key that is over", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.late)
			s.late.sign(r, body)
			return s.send(s.late.client, r)
		}, refused},
		{"a digest that was stripped", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			s.own.sign(r, body)
			r.Header.Del("Content-Digest")
			return s.send(s.own.client, r)
		}, refused},
		{"a signature that was stripped, and its description not", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			s.own.sign(r, body)
			r.Header.Del("Signature")
			return s.send(s.own.client, r)
		}, refused},
		{"a description that was stripped, and its signature not", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			s.own.sign(r, body)
			r.Header.Del("Signature-Input")
			return s.send(s.own.client, r)
		}, refused},
		{"a signature with another tag", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			s.own.sign(r, body)
			r.Header.Set("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), `tag="rogatory"`, `tag="other"`, 1))
			return s.send(s.own.client, r)
		}, refused},
		{"an empty signature", func(e *endpoint) *answer {
			r, _ := s.unsigned(e, s.own)
			r.Header["Signature"], r.Header["Signature-Input"] = []string{""}, []string{""}
			return s.send(s.own.client, r)
		}, refused},
		{"made six minutes ago", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			sign(r, body, "tr-ca#k1", s.own.key, s.clock().Add(-6*time.Minute))
			return s.send(s.own.client, r)
		}, refused},
		{"made in a minute", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			sign(r, body, "tr-ca#k1", s.own.key, s.clock().Add(time.Minute))
			return s.send(s.own.client, r)
		}, refused},
		{"for another office", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			r.URL.Host = "office.example"
			s.own.sign(r, body)
			r.URL.Host = "example.com"
			return s.send(s.own.client, r)
		}, refused},
		{"for another path", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			path := r.URL.Path
			r.URL.Path = "/v1/requests/elsewhere"
			s.own.sign(r, body)
			r.URL.Path = path
			return s.send(s.own.client, r)
		}, refused},
		{"with a query that was added", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			s.own.sign(r, body)
			r.URL.RawQuery = "as=senior"
			return s.send(s.own.client, r)
		}, refused},
		{"for another method", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			r.Method = http.MethodPut
			s.own.sign(r, body)
			r.Method = e.method
			return s.send(s.own.client, r)
		}, refused},
		{"with two signatures", func(e *endpoint) *answer {
			r, body := s.unsigned(e, s.own)
			s.own.sign(r, body)
			r.Header.Add("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), "rogatory=", "second=", 1))
			r.Header.Add("Signature", strings.Replace(r.Header.Get("Signature"), "rogatory=", "second=", 1))
			return s.send(s.own.client, r)
		}, refused},
	} {
		t.Run(way.name, func(t *testing.T) {
			for i := range endpoints {
				e := &endpoints[i]
				got, want := way.send(e), way.want(e)
				if got.status != want {
					t.Errorf("%s %s: %d, want %d: %s", e.method, e.path, got.status, want, got.body)
				}
				if got.status == 401 && got.header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s %s: it is not said how to sign", e.method, e.path)
				}
			}
		})
	}
	t.Run("a body that was changed", func(t *testing.T) {
		for i := range endpoints {
			e := &endpoints[i]
			if e.body == "" {
				continue
			}
			r, body := s.unsigned(e, s.own)
			s.own.sign(r, body)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(append(body, ' '))), int64(len(body)+1)
			if got := s.send(s.own.client, r); got.status != 401 {
				t.Errorf("%s %s: %d: %s", e.method, e.path, got.status, got.body)
			}
		}
	})
	t.Run("a key for idempotency that was added", func(t *testing.T) {
		for i := range endpoints {
			r, body := s.unsigned(&endpoints[i], s.own)
			r.Header.Del("Idempotency-Key")
			s.own.sign(r, body)
			r.Header.Set("Idempotency-Key", "another")
			if got := s.send(s.own.client, r); got.status != 401 {
				t.Errorf("%s: %d: %s", endpoints[i].path, got.status, got.body)
			}
		}
	})
	var standing docket.Standing
	s.own.asks(http.MethodGet, "/v1/requests/"+string(s.ref), nil).into(s.rig, 200, &standing)
	if standing.Stage != "screened" {
		t.Errorf("somebody has changed the case: %+v", standing)
	}
	t.Run("its own key, and the same once more", func(t *testing.T) {
		for i := range endpoints {
			e := &endpoints[i]
			r, body := s.unsigned(e, s.own)
			s.own.sign(r, body)
			again := r.Clone(r.Context())
			again.Body = io.NopCloser(bytes.NewReader(body))
			if got := s.send(s.own.client, r); got.status != e.good {
				t.Errorf("%s %s: %d, want %d: %s", e.method, e.path, got.status, e.good, got.body)
			}
			want := or(e.method == http.MethodGet, e.good, 401)
			if got := s.send(s.own.client, again); got.status != want {
				t.Errorf("%s %s again: %d, want %d: %s", e.method, e.path, got.status, want, got.body)
			}
		}
	})
}

func refused(*endpoint) int { return 401 }

func or(is bool, a, b int) int {
	if is {
		return a
	}
	return b
}

// TestWhoseCaseItIs: a case of somebody else is answered like one that does not
// exist, to the byte but for the reference.
func TestWhoseCaseItIs(t *testing.T) {
	t.Parallel()
	s := newSenders(t)
	none := s.ref
	for none == s.ref {
		// Another reference with the right letter at its end, of no case.
		for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			if ref, err := docket.ParseRef("26-ZZZZZZZZ-" + string(c)); err == nil {
				none = ref
			}
		}
	}
	for i := range endpoints {
		e := &endpoints[i]
		if e.submits() {
			continue
		}
		ask := func(ref docket.Ref) string {
			body := strings.ReplaceAll(e.body, "DOCUMENT", string(s.other.document()))
			var sent []byte
			if body != "" {
				sent = []byte(body)
			}
			got := s.send(s.other.client, s.other.signed(e.method, strings.ReplaceAll(e.path, "CASE", string(ref)), sent))
			if got.status != 403 {
				t.Errorf("%s: %d %s", e.path, got.status, got.body)
			}
			var shown strings.Builder
			got.header.Del("Date")
			s.ok(got.header.Write(&shown))
			return shown.String() + strings.ReplaceAll(string(got.body), string(ref), "CASE")
		}
		if theirs, nobodys := ask(s.ref), ask(none); theirs != nobodys {
			t.Errorf("%s %s tells whether there is such a case:\n%s\n%s", e.method, e.path, theirs, nobodys)
		}
	}
}

// certificate makes a client certificate, and gives its SHA-256.
func (o *rig) certificate(until time.Time) (tls.Certificate, string) {
	o.Helper()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	o.ok(err)
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a court"}, NotBefore: o.clock().Add(-day), NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	raw, err := x509.CreateCertificate(rand.Reader, form, form, public, key)
	o.ok(err)
	sum := sha256.Sum256(raw)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, hex.EncodeToString(sum[:])
}

func TestACertificateInsteadOfASignature(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	good, goodSum := o.certificate(o.clock().Add(300 * day))
	old, oldSum := o.certificate(o.clock().Add(time.Hour))
	strange, _ := o.certificate(o.clock().Add(300 * day))
	c := o.enrolAs("tr-ca", "TR", func(a *authority.Authority) { a.Certificates = []string{goodSum, oldSum} })
	other := o.enrol("fr-ca", "FR")
	o.after(2 * time.Hour)
	submit := func(client *http.Client, sign *court) *answer {
		body := c.document()
		r := o.request(http.MethodPost, "/v1/requests", body)
		r.Header.Set("Idempotency-Key", rand.Text())
		if sign != nil {
			sign.sign(r, body)
		}
		return o.send(client, r)
	}
	var out Taken
	mutual := o.client(good)
	submit(mutual, nil).into(o, 201, &out)
	o.asks(mutual, http.MethodGet, "/v1/requests/"+string(out.Case), nil).into(o, 200, nil)
	c.asks(http.MethodGet, "/v1/requests/"+string(out.Case), nil).into(o, 200, nil)
	submit(o.client(old), nil).problem(o, 401)
	submit(o.client(strange), nil).problem(o, 401)
	submit(mutual, c).into(o, 201, nil)
	submit(o.client(strange), c).into(o, 201, nil) // the signature tells; the certificate is a proxy's
	submit(mutual, other).problem(o, 401)          // two authorities at once are none
	o.suspend("tr-ca")
	submit(mutual, nil).into(o, 202, nil)
	o.asks(mutual, http.MethodGet, "/v1/requests/"+string(out.Case), nil).problem(o, 403)
}

// Whether an authority or a key is enrolled is told to nobody who has no key: each
// refusal is the same to the byte. What is wrong with a signature whatever the key
// is said to each.
func TestASignatureThatIsNoneTellsNothing(t *testing.T) {
	t.Parallel()
	s := newSenders(t)
	_, stolen, err := ed25519.GenerateKey(rand.Reader)
	s.ok(err)
	good, sum := s.certificate(s.clock().Add(300 * day))
	s.enrolAs("nl-ca", "NL", func(a *authority.Authority) { a.Certificates = []string{sum} })
	shown := s.client(good)
	for _, c := range []struct {
		name  string
		spoil func(r *http.Request)
		says  string
		at    time.Duration
	}{
		{"in order", nil, "is none over this request by a key that is enrolled and in force", 0},
		{"with an algorithm that is not the key's", func(r *http.Request) {
			r.Header.Set("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), `alg="ed25519"`, `alg="rsa-pss-sha512"`, 1))
		}, "is none over this request by a key that is enrolled and in force", 0},
		{"made six minutes ago", nil, "created is more than", -6 * time.Minute},
		{"that leaves the digest open", func(r *http.Request) {
			r.Header.Set("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), `"content-digest"`, `"date"`, 1))
		}, "is not covered", 0},
	} {
		for _, client := range []*http.Client{s.own.client, shown} {
			first := ""
			for _, id := range []string{"tr-ca#k1", "tr-ca#k2", "xx-ca#k1", "us-ca#k1", "it-ca#k1", "tr-ca", "#", "?#k1", "nl-ca#k1"} {
				for i := range endpoints {
					e := &endpoints[i]
					if e.body == "" {
						continue
					}
					r, body := s.unsigned(e, s.own)
					s.ok(httpsig.Sign(r, body, id, stolen, s.clock().Add(c.at), rand.Reader))
					if c.spoil != nil {
						c.spoil(r)
					}
					got := s.send(client, r)
					got.problem(s.rig, 401)
					got.header.Del("Date")
					var text strings.Builder
					s.ok(got.header.Write(&text))
					text.Write(got.body)
					if first == "" {
						first = text.String()
					}
					if text.String() != first || !strings.Contains(first, c.says) {
						t.Errorf("%s, as %s to %s:\n%s\nand another:\n%s", c.name, id, e.path, text.String(), first)
					}
				}
			}
		}
	}
	for _, why := range []string{"keyid=tr-ca#k1 unknown=false", "keyid=xx-ca#k1 unknown=true"} {
		if !strings.Contains(s.logged.String(), why) {
			t.Errorf("the log does not say %s", why)
		}
	}
}

// Whoever has not the key takes nothing of what an authority has to itself, and is
// refused before anything is read.
func TestAForgerTakesNoPlaceOfTheAuthority(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	_, stolen, err := ed25519.GenerateKey(rand.Reader)
	o.ok(err)
	body := c.document()
	r := o.request(http.MethodPost, "/v1/requests", body)
	r.Header.Set("Idempotency-Key", "1")
	o.ok(httpsig.Sign(r, body, "tr-ca#k1", stolen, o.clock(), rand.Reader))
	r.Body = io.NopCloser(unreadable{t})
	if _, err := o.server.claimed(r); err == nil {
		t.Error("the forger is believed")
	}
	w := httptest.NewRecorder()
	o.server.Handler().ServeHTTP(w, r)
	if w.Code != 401 || len(o.server.lanes.authorities) != 0 {
		t.Errorf("%d, and lanes of %d authorities are open", w.Code, len(o.server.lanes.authorities))
	}
	c.submit(body)
	if len(o.server.lanes.authorities) != 1 {
		t.Error("whoever has the key has no lane")
	}
}

// What is unreadable must not be read.
type unreadable struct{ T }

func (u unreadable) Read([]byte) (int, error) {
	u.Error("the body is read")
	return 0, io.EOF
}
