package httpsig

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/rogatory/rogatory/fault"
)

const (
	here   = "https://office.example"
	around = "https://office.example/v1/requests?lane=emergency&x=%2F%61"
	asked  = `{"reference":"4711"}`
)

var (
	moment = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
	secret = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	public = secret.Public().(ed25519.PublicKey)
)

// outgoing is a request as a sender makes it.
func outgoing(t *testing.T, method, address, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "one")
	}
	return r
}

// wire sends a request through its bytes, as a server reads it.
func wire(t *testing.T, r *http.Request) *http.Request {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := http.ReadRequest(bufio.NewReader(&b))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func signedOne(t *testing.T, method, address, body string) *http.Request {
	t.Helper()
	r := outgoing(t, method, address, body)
	if err := Sign(r, []byte(body), "fr-parquet#1", secret, moment, rand.Reader); err != nil {
		t.Fatal(err)
	}
	return wire(t, r)
}

// verify finds and verifies, as an office does.
func verify(r *http.Request, body string, key crypto.PublicKey, now time.Time) error {
	s, err := Find(r)
	if err != nil {
		return err
	}
	return s.Verify(r, []byte(body), key, here, now)
}

func TestASignedRequestIsKnown(t *testing.T) {
	for _, c := range []struct{ method, address, body string }{
		{"POST", around, asked},
		{"POST", around, ""},
		{"GET", around, ""},
		{"GET", here, ""},
		{"GET", here + "/?", ""},
		{"DELETE", here + "/a%20b/%2e%2e/c", ""},
		{"PUT", "HTTPS://Office.Example:443/v1", asked},
		{"GET", here + "//twice//", ""},
	} {
		r := signedOne(t, c.method, c.address, c.body)
		s, err := Find(r)
		if err != nil {
			t.Errorf("%s %s: %v", c.method, c.address, err)
			continue
		}
		if s.KeyID != "fr-parquet#1" || s.Tag != Tag || s.Alg != "ed25519" || len(s.Nonce) != 22 ||
			!s.Created.Equal(moment) || !s.Expires.Equal(moment.Add(5*time.Minute)) {
			t.Errorf("%s %s: %+v", c.method, c.address, s)
		}
		if err := s.Verify(r, []byte(c.body), public, here, moment.Add(time.Minute)); err != nil {
			t.Errorf("%s %s: %v", c.method, c.address, err)
		}
	}
}

// Proxies speak to the office under other names.
func TestTheHostOfARequestIsNobodysWord(t *testing.T) {
	r := signedOne(t, "POST", around, asked)
	r.Host = "10.0.0.1:8080"
	r.Header.Set("X-Forwarded-Host", "elsewhere.example")
	if err := verify(r, asked, public, moment); err != nil {
		t.Error(err)
	}
	s, err := Find(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, origin := range []string{"http://office.example", "https://office.example:8443", "https://other.example"} {
		if err := s.Verify(r, []byte(asked), public, origin, moment); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("at %s: %v", origin, err)
		}
	}
	for _, origin := range []string{"", "office.example", "ftp://office.example", here + "/", here + "?a", here + "#a", "https://me@office.example", "https://", ":"} {
		if err := s.Verify(r, []byte(asked), public, origin, moment); err == nil || fault.KindOf(err) != fault.Internal {
			t.Errorf("an office at %q: %v", origin, err)
		}
	}
}

func TestTheAbsoluteFormIsTheSameAddress(t *testing.T) {
	r := signedOne(t, "GET", around, "")
	path := r.RequestURI
	for raw, want := range map[string]bool{
		here + path: true, "https://office.example.evil" + path: false, "http://office.example" + path: false, "*": false, "office.example:443": false,
	} {
		r.RequestURI = raw
		if err := verify(r, "", public, moment); (err == nil) != want {
			t.Errorf("%s: %v", raw, err)
		}
	}
	// What is rewritten inside the office is not what was sent.
	r.RequestURI = path
	r.URL.Path = "/rewritten"
	if err := verify(r, "", public, moment); err != nil {
		t.Errorf("after a prefix was taken off: %v", err)
	}
}

func TestOneChangeIsEnough(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*http.Request)
	}{
		{"another method", func(r *http.Request) { r.Method = "PUT" }},
		{"the method in small letters", func(r *http.Request) { r.Method = "post" }},
		{"another path", func(r *http.Request) { r.RequestURI = "/v1/request?lane=emergency&x=%2F%61" }},
		{"another query", func(r *http.Request) { r.RequestURI = "/v1/requests?lane=ordinary&x=%2F%61" }},
		{"the query in another order", func(r *http.Request) { r.RequestURI = "/v1/requests?x=%2F%61&lane=emergency" }},
		{"the query cut off", func(r *http.Request) { r.RequestURI = "/v1/requests" }},
		{"the query lengthened", func(r *http.Request) { r.RequestURI += "&y=1" }},
		{"the address encoded otherwise", func(r *http.Request) { r.RequestURI = "/v1/requests?lane=emergency&x=%2f%61" }},
		{"the address decoded", func(r *http.Request) { r.RequestURI = "/v1/requests?lane=emergency&x=/a" }},
		{"a slash more", func(r *http.Request) { r.RequestURI = "//v1/requests?lane=emergency&x=%2F%61" }},
		{"a way around", func(r *http.Request) { r.RequestURI = "/v1/./requests?lane=emergency&x=%2F%61" }},
		{"another content type", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }},
		{"the content type in other letters", func(r *http.Request) { r.Header.Set("Content-Type", "Application/JSON") }},
		{"no content type", func(r *http.Request) { r.Header.Del("Content-Type") }},
		{"a second content type", func(r *http.Request) { r.Header.Add("Content-Type", "text/plain") }},
		{"the same content type again", func(r *http.Request) { r.Header.Add("Content-Type", "application/json") }},
		{"another idempotency key", func(r *http.Request) { r.Header.Set("Idempotency-Key", "two") }},
		{"no idempotency key", func(r *http.Request) { r.Header.Del("Idempotency-Key") }},
		{"a second idempotency key", func(r *http.Request) { r.Header.Add("Idempotency-Key", "two") }},
		{"an encoding nobody signed", func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }},
		{"no digest", func(r *http.Request) { r.Header.Del("Content-Digest") }},
		{"a second digest", func(r *http.Request) { r.Header.Add("Content-Digest", "md5=:YQ==:") }},
		{"no signature", func(r *http.Request) { r.Header.Del("Signature") }},
		{"no input", func(r *http.Request) { r.Header.Del("Signature-Input") }},
		{"empty input", func(r *http.Request) { r.Header.Set("Signature-Input", " ") }},
		{"a line in a field", func(r *http.Request) { r.Header.Set("Content-Type", "application/json\n\"x\": y") }},
	} {
		r := signedOne(t, "POST", around, asked)
		c.change(r)
		if err := verify(r, asked, public, moment); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for i := range asked {
		body := []byte(asked)
		body[i] ^= 1
		if err := verify(signedOne(t, "POST", around, asked), string(body), public, moment); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("another byte at %d: %v", i, err)
		}
	}
	if err := verify(signedOne(t, "POST", around, asked), "", public, moment); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("the body taken away: %v", err)
	}
	if err := verify(signedOne(t, "GET", around, ""), asked, public, moment); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("a body put in: %v", err)
	}
}

// An office whose address begins like ours cannot pass on to us what was signed
// for it.
func TestTheAddressBeginsWithASlash(t *testing.T) {
	r := signedOne(t, "GET", here+".evil/x", "")
	if r.RequestURI != "/x" {
		t.Fatalf("the path is %s", r.RequestURI)
	}
	r.RequestURI = ".evil/x"
	if err := verify(r, "", public, moment); fault.KindOf(err) != fault.Unauthenticated || !strings.Contains(err.Error(), "not addressed to") {
		t.Error(err)
	}
}

func TestAMethodThatIsNotSaidIsGET(t *testing.T) {
	r := outgoing(t, "GET", around, "")
	r.Method = ""
	if err := Sign(r, nil, "k", secret, moment, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if err := verify(wire(t, r), "", public, moment); err != nil {
		t.Error(err)
	}
}

// What is neither covered nor acted upon may be anything; a header that asks for
// another method changes nothing, because nobody reads it.
func TestOtherFieldsAreNotLookedAt(t *testing.T) {
	r := signedOne(t, "POST", around, asked)
	r.Header.Set("X-Http-Method-Override", "DELETE")
	r.Header.Set("Via", "1.1 proxy")
	r.Header.Add("Signature-Input", `proxy=("@method");created=1;keyid="p", other=("@status";req);tag="else"`)
	r.Header.Add("Signature", "proxy=:YQ==:")
	if err := verify(r, asked, public, moment); err != nil {
		t.Error(err)
	}
}

func TestTimes(t *testing.T) {
	r := signedOne(t, "POST", around, asked)
	for _, c := range []struct {
		name string
		at   time.Duration
		want bool
	}{
		{"at once", 0, true},
		{"a clock that is half a minute behind", -30 * time.Second, true},
		{"a clock that is more behind", -31 * time.Second, false},
		{"just before the end", 5*time.Minute - time.Second, true},
		{"at the end", 5 * time.Minute, false},
		{"next year", 365 * 24 * time.Hour, false},
	} {
		if err := verify(r, asked, public, moment.Add(c.at)); (err == nil) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestRandomnessThatFails(t *testing.T) {
	r := outgoing(t, "GET", around, "")
	if err := Sign(r, nil, "k", secret, moment, iotest.ErrReader(io.ErrClosedPipe)); err == nil || r.Header.Get("Signature") != "" {
		t.Errorf("signed without a nonce: %v", err)
	}
}

func TestWhatCannotBeSigned(t *testing.T) {
	relative := httptest.NewRequest("GET", "/relative", nil)
	relative.URL.Host = ""
	relative.Header.Set("Content-Type", "application/json")
	untyped := outgoing(t, "POST", around, asked)
	untyped.Header.Del("Content-Type")
	twice := outgoing(t, "POST", around, asked)
	twice.Header.Add("Content-Type", "text/plain")
	foreign := outgoing(t, "POST", around, asked)
	foreign.Header.Set("Idempotency-Key", "clé")
	for name, r := range map[string]*http.Request{
		"no host": relative, "a body of no type": untyped, "two types": twice, "a key that is not ASCII": foreign,
	} {
		if err := Sign(r, []byte(asked), "k", secret, moment, rand.Reader); fault.KindOf(err) != fault.Invalid || r.Header.Get("Signature") != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, id := range []string{"", "clé", "a\nb", strings.Repeat("k", longestKeyID+1)} {
		if err := Sign(outgoing(t, "GET", around, ""), nil, id, secret, moment, rand.Reader); fault.KindOf(err) != fault.Invalid {
			t.Errorf("key id %q: %v", id, err)
		}
	}
}

// by signs as a sender does who has another kind of key.
func by(t *testing.T, alg string, sign func(text []byte) []byte) *http.Request {
	t.Helper()
	r := signedOne(t, "POST", around, asked)
	s, err := Find(r)
	if err != nil {
		t.Fatal(err)
	}
	params := strings.Replace(s.params, `;alg="ed25519"`, alg, 1)
	text, err := base(r, here, s.covered, params)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Signature-Input", "any="+params)
	r.Header.Set("Signature", "any=:"+base64.StdEncoding.EncodeToString(sign(text))+":")
	return r
}

func TestKindsOfKeys(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	larger, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	numbers, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	byEdwards := func(text []byte) []byte { return ed25519.Sign(secret, text) }
	byCurve := func(k *ecdsa.PrivateKey) func([]byte) []byte {
		return func(text []byte) []byte {
			sum := sha256.Sum256(text)
			r, s, err := ecdsa.Sign(rand.Reader, k, sum[:])
			if err != nil {
				t.Fatal(err)
			}
			both := make([]byte, 2*((k.Params().BitSize+7)/8))
			r.FillBytes(both[:len(both)/2])
			s.FillBytes(both[len(both)/2:])
			return both
		}
	}
	byNumbers := func(salt int) func([]byte) []byte {
		return func(text []byte) []byte {
			sum := sha512.Sum512(text)
			b, err := rsa.SignPSS(rand.Reader, numbers, crypto.SHA512, sum[:], &rsa.PSSOptions{SaltLength: salt})
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
	}
	byOldNumbers := func(text []byte) []byte {
		sum := sha512.Sum512(text)
		b, err := rsa.SignPKCS1v15(rand.Reader, numbers, crypto.SHA512, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for bits, want := range map[int]bool{2047: false, 2048: true, 8192: true, 8193: false} {
		key := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), uint(bits-1)), E: 65537}
		if _, err := algorithmOf(key); (err == nil) != want {
			t.Errorf("RSA of %d bits: %v", bits, err)
		}
	}
	weak := &rsa.PublicKey{N: new(big.Int).Rsh(numbers.N, 1), E: numbers.E}
	for _, c := range []struct {
		name, alg string
		sign      func([]byte) []byte
		key       crypto.PublicKey
		want      bool
	}{
		{"Ed25519", `;alg="ed25519"`, byEdwards, public, true},
		{"Ed25519, unsaid", "", byEdwards, public, true},
		{"Ed25519, said to be another", `;alg="ecdsa-p256-sha256"`, byEdwards, public, false},
		{"Ed25519, said to be a shared secret", `;alg="hmac-sha256"`, byEdwards, public, false},
		{"Ed25519, said to be nothing", `;alg=""`, byEdwards, public, false},
		{"Ed25519, said in other letters", `;alg="Ed25519"`, byEdwards, public, false},
		{"Ed25519 by another key", "", byEdwards, ed25519.NewKeyFromSeed(make([]byte, 32)).Public(), false},
		{"Ed25519 with a key cut short", "", byEdwards, public[:31], false},
		{"P-256", `;alg="ecdsa-p256-sha256"`, byCurve(curve), &curve.PublicKey, true},
		{"P-256, unsaid", "", byCurve(curve), &curve.PublicKey, true},
		{"P-256, said to be P-384", `;alg="ecdsa-p384-sha384"`, byCurve(curve), &curve.PublicKey, false},
		{"P-384", "", byCurve(larger), &larger.PublicKey, false},
		{"RSA-PSS", `;alg="rsa-pss-sha512"`, byNumbers(64), &numbers.PublicKey, true},
		{"RSA-PSS, unsaid", "", byNumbers(64), &numbers.PublicKey, true},
		{"RSA-PSS with a short salt", "", byNumbers(20), &numbers.PublicKey, false},
		{"RSA of PKCS 1.5", `;alg="rsa-v1_5-sha256"`, byOldNumbers, &numbers.PublicKey, false},
		{"RSA of PKCS 1.5, unsaid", "", byOldNumbers, &numbers.PublicKey, false},
		{"RSA of 2047 bits", "", byNumbers(64), weak, false},
		{"a shared secret", "", byEdwards, []byte("secret"), false},
		{"no key", "", byEdwards, nil, false},
	} {
		err := verify(by(t, c.alg, c.sign), asked, c.key, moment)
		if (err == nil) != c.want || (err != nil && fault.KindOf(err) != fault.Unauthenticated) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
