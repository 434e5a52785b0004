package post

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/rogatory/rogatory/fault"
)

func pkcs8(t *testing.T, key any) string {
	t.Helper()
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// published gives what stands in the name system for a key.
func published(t *testing.T, key crypto.Signer) string {
	t.Helper()
	if public, ok := key.Public().(ed25519.PublicKey); ok {
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	}
	raw, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(raw)
}

func TestMailIsSigned(t *testing.T) {
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := rsaKey(t, 2048)
	for _, c := range []struct {
		name string
		key  crypto.Signer
		pem  string
	}{
		{"Ed25519", ed, pkcs8(t, ed)},
		{"RSA", r, pkcs8(t, r)},
		{"RSA as OpenSSL once wrote it", r, string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(r)}))},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := &exchange{}
			set := settings(open(t, x, nil, false))
			set.DKIM = &DKIM{Domain: "rogatory.example", Selector: "s1", KeyFile: write(t, c.pem)}
			if _, err := newMail(t, set).Send(t.Context(), letter()); err != nil {
				t.Fatal(err)
			}
			record := published(t, c.key)
			verify := func(text string) error {
				found, err := dkim.VerifyWithOptions(strings.NewReader(text), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
					if name != "s1._domainkey.rogatory.example" {
						t.Errorf("the key is looked for at %s", name)
					}
					return []string{record}, nil
				}})
				if err != nil || len(found) != 1 {
					t.Fatalf("%d signatures, %v", len(found), err)
				}
				return found[0].Err
			}
			text := x.all()[0].Text
			if err := verify(text); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(text, "c=relaxed/relaxed") {
				t.Error("it does not bear that spaces change on the way")
			}
			if err := verify(strings.Replace(text, "Subject: ", "Subject:   ", 1)); err != nil {
				t.Errorf("spaces changed on the way: %v", err)
			}
			for _, change := range [][2]string{
				{"Your request", "No request"},
				{"Subject: Receipt", "Subject: Refusal"},
				{"To: <court@", "To: <press@"},
				{"\r\nFrom:", "\r\nFrom: <other@example.org>\r\nFrom:"},
				{"Auto-Submitted:", "Subject: Refusal\r\nAuto-Submitted:"},
				{"23 Nov 2026", "24 Nov 2026"},
				{"Content-Language: en", "Content-Language: fr"},
				{"charset=UTF-8", "charset=UTF-7"},
				{"quoted-printable", "7bit"},
				{"\r\nMessage-ID:", "\r\nMessage-ID: <a@b>"},
			} {
				altered := strings.Replace(text, change[0], change[1], 1)
				if altered == text {
					t.Fatalf("there is no %q to be changed in\n%s", change[0], text)
				}
				if err := verify(altered); err == nil {
					t.Errorf("with %q for %q it is still ours", change[1], change[0])
				}
			}
		})
	}
}

func TestKeysThatSignNoMail(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := write(t, pkcs8(t, ed))
	for _, c := range []struct {
		name string
		set  DKIM
	}{
		{"no PEM", DKIM{"rogatory.example", "s1", write(t, "key")}},
		{"no key", DKIM{"rogatory.example", "s1", write(t, "-----BEGIN PRIVATE KEY-----\naaaa\n-----END PRIVATE KEY-----\n")}},
		{"an elliptic key", DKIM{"rogatory.example", "s1", write(t, pkcs8(t, ec))}},
		{"a short RSA key", DKIM{"rogatory.example", "s1", write(t, pkcs8(t, rsaKey(t, 1024)))}},
		{"another's domain", DKIM{"example.org", "s1", good}},
		{"a domain that ends alike", DKIM{"notrogatory.example", "s1", good}},
		{"no selector", DKIM{"rogatory.example", "", good}},
		{"a selector with a tag", DKIM{"rogatory.example", "s1; l=0", good}},
	} {
		set := settings("localhost:25")
		set.DKIM = &c.set
		if _, err := NewMail(set, secret, atNoon); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for _, domain := range []string{"rogatory.example", "Mail.rogatory.example", "example"} {
		set := settings("localhost:25")
		set.DKIM = &DKIM{domain, "2026.s1", good}
		newMail(t, set)
	}
}
