package api

import (
	"crypto/ed25519"
	"crypto/rand"
	"testing"

	"github.com/rogatory/rogatory/fault"
)

// TestWhereAnOfficeIs: signatures are for an origin, so it has one spelling.
func TestWhereAnOfficeIs(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "office.example", "ftp://office.example", "https://", "https://office.example/", "https://office.example/v1", "https://a:b@office.example", "https://office.example?x", "https://office example"} {
		if _, err := newSigner(bad, key); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, good := range []string{"https://office.example", "http://localhost:8080", "https://office.example:8443"} {
		if _, err := newSigner(good, key); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	if _, err := newSigner("https://office.example", nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without a key: %v", err)
	}
	if _, err := New(Parts{Origin: "office.example", Key: key, Clock: nil}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an office that is nowhere: %v", err)
	}
}
