package httpsig

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
)

// Whatever is signed is known again after the wire, and one change of whatever
// the office acts upon is refused.
func TestSignedIsKnownAndChangedIsRefused(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		u := url.URL{
			Scheme: "https", Host: "office.example",
			Path:     "/" + rapid.String().Draw(rt, "path"),
			RawQuery: url.QueryEscape(rapid.String().Draw(rt, "query")),
		}
		body := rapid.SliceOf(rapid.Byte()).Draw(rt, "body")
		r, err := http.NewRequest(rapid.SampledFrom([]string{"GET", "POST", "PUT", "DELETE", "PATCH"}).Draw(rt, "method"), u.String(), bytes.NewReader(body))
		if err != nil {
			rt.Skip("no address")
		}
		r.Header.Set("Content-Type", rapid.StringMatching(`[a-z]{1,8}/[a-z]{1,8}`).Draw(rt, "type"))
		if key := rapid.StringMatching(`[!-~]{0,20}`).Draw(rt, "idempotency key"); key != "" {
			r.Header.Set("Idempotency-Key", key)
		}
		if err := Sign(r, body, "k", secret, moment, rand.Reader); err != nil {
			rt.Fatal(err)
		}
		r = wire(t, r)
		if err := verify(r, string(body), public, moment); err != nil {
			rt.Fatalf("as it was signed: %v", err)
		}

		switch rapid.SampledFrom([]string{"method", "address", "body", "field"}).Draw(rt, "changed") {
		case "method":
			r.Method = strings.ToLower(r.Method)
		case "address":
			r.RequestURI = change(rt, r.RequestURI)
		case "body":
			body = append(body, 0)
			if len(body) > 1 && rapid.Bool().Draw(rt, "flipped") {
				body = body[:len(body)-1]
				body[rapid.IntRange(0, len(body)-1).Draw(rt, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
			}
		case "field":
			name := rapid.SampledFrom([]string{"Content-Type", "Idempotency-Key", "Content-Digest", "Signature-Input", "Signature"}).Draw(rt, "field")
			before, err := Find(r)
			if err != nil {
				rt.Fatal(err)
			}
			r.Header.Set(name, change(rt, r.Header.Get(name)))
			if after, err := Find(r); err == nil && name[0] == 'S' && after.params == before.params && bytes.Equal(after.bytes, before.bytes) {
				rt.Skip("a zero before a number, or bits that base64 leaves open: the same is read")
			}
		}
		if err := verify(r, string(body), public, moment); fault.KindOf(err) != fault.Unauthenticated {
			rt.Fatalf("after the change: %v", err)
		}
	})
}

// change makes another text of one, by a letter in, out or exchanged.
func change(rt *rapid.T, text string) string {
	at := rapid.IntRange(0, len(text)).Draw(rt, "at")
	letter := rapid.StringMatching(`[a-zA-Z0-9]`).Draw(rt, "letter")
	if at < len(text) && rapid.Bool().Draw(rt, "out") {
		if text[at:at+1] == letter {
			return text[:at] + text[at+1:]
		}
		return text[:at] + letter + text[at+1:]
	}
	return text[:at] + letter + text[at:]
}

func FuzzFind(f *testing.F) {
	f.Add(`a=("@method" "@target-uri");created=1795453200;expires=1795453500;nonce="n";keyid="k";tag="rogatory"`, "a=:YQ==:")
	f.Add(`a=();tag="rogatory", a=();tag="rogatory"`, "a=:YQ==:")
	f.Add(`a=%"%2c";b=@1;tag="rogatory"`, `a;b="\""`)
	f.Add(`a=("\"" 1.5 ?0 tok:en/ :YQ==:);created=-`, "a=-")
	f.Fuzz(func(t *testing.T, input, value string) {
		r := &http.Request{Method: "GET", URL: &url.URL{Path: "/"}, Header: http.Header{"Signature-Input": {input}, "Signature": {value}}}
		s, err := Find(r)
		if err != nil {
			if fault.KindOf(err) != fault.Unauthenticated || s != nil {
				t.Fatalf("%+v, %v", s, err)
			}
			return
		}
		if s.Tag != Tag || s.KeyID == "" || s.Nonce == "" || s.Created.Unix() <= 0 || s.Expires.Unix() <= 0 || len(s.covered) > mostCovered {
			t.Fatalf("found: %+v", s)
		}
		// What is signed is what is read: written again it is read as the same.
		r.Header = http.Header{"Signature-Input": {"x=" + s.params}, "Signature": {"x=:YQ==:"}}
		again, err := Find(r)
		if err != nil || again.params != s.params || again.KeyID != s.KeyID || again.Nonce != s.Nonce || again.Alg != s.Alg || !again.Expires.Equal(s.Expires) {
			t.Fatalf("again: %+v, %v", again, err)
		}
		if s.Verify(r, nil, public, here, s.Created) == nil {
			t.Fatal("a signature that nobody made is verified")
		}
	})
}

func FuzzDigest(f *testing.F) {
	f.Add(vectorDigest, []byte(vectorBody))
	f.Add("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:, md5=:YQ==:", []byte{})
	f.Add("sha-256, sha-512=();a", []byte("a"))
	f.Fuzz(func(t *testing.T, digest string, body []byte) {
		r := &http.Request{Header: http.Header{"Content-Digest": {digest}}}
		err := checkDigest(r, body)
		if err != nil && fault.KindOf(err) != fault.Unauthenticated {
			t.Fatal(err)
		}
		if err == nil && checkDigest(r, append(body, 0)) == nil {
			t.Fatalf("%q passes for two bodies", digest)
		}
	})
}

// TestTheHeadAloneIsVerifiedBeforeTheBodyIsRead: whoever did not sign is refused
// on the headers, and whoever did cannot send another body afterwards.
func TestTheHeadAloneIsVerifiedBeforeTheBodyIsRead(t *testing.T) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	const origin = "https://office.example"
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	body := []byte(`{"a":1}`)
	r := httptest.NewRequest("POST", origin+"/v1/requests", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if err := Sign(r, body, "fr-bep#1", key, now, rand.Reader); err != nil {
		t.Fatal(err)
	}
	s, err := Find(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.VerifyHead(r, other, origin, now); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("another key: %v", err)
	}
	if err := s.VerifyHead(r, public, origin, now); err != nil {
		t.Errorf("the key: %v", err)
	}
	if err := s.VerifyBody(r, body); err != nil {
		t.Errorf("the body: %v", err)
	}
	for _, wrong := range [][]byte{nil, []byte(`{"a":2}`), append(body, ' ')} {
		if err := s.VerifyBody(r, wrong); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("another body, %q: %v", wrong, err)
		}
	}
	r.Header.Del("Content-Digest")
	if err := s.VerifyBody(r, body); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("a body whose digest was stripped: %v", err)
	}
}
