package authority_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/request"
)

var start = time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// written is a key as it is enrolled.
func written(t testing.TB, key any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func ed(t testing.TB) string {
	t.Helper()
	key, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, key)
}

func curve(t testing.TB, c elliptic.Curve) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, &key.PublicKey)
}

func bits(t testing.TB, n int) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, n)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, &key.PublicKey)
}

// whole is an entry to which nothing is to be added.
func whole(t testing.TB) *Authority {
	return &Authority{
		ID: "fr-tj-paris", Name: "Tribunal judiciaire de Paris", Country: "FR", Role: "court",
		Mail: "greffe@justice.example", Language: "fr", Hook: "https://justice.example/rogatory",
		Contacts:     []Contact{{Value: "+33 1 0000", How: "the directory of the ministry", By: "Imke", On: start}},
		Keys:         []Key{{ID: "2026", Public: ed(t), Until: start.AddDate(1, 0, 0)}},
		Certificates: []string{strings.Repeat("ab", 32)},
		Recipients:   []string{"age1" + strings.Repeat("q", 58)},
		Powers:       []Power{{Data: "subscriber"}, {Data: "content", Instruments: []string{"eu-eevidence", "budapest"}}},
		From:         start, Until: start.AddDate(2, 0, 0),
	}
}

func TestCheck(t *testing.T) {
	small := make(ed25519.PublicKey, 32)
	order8, err := hex.DecodeString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
	ok(t, err)
	for _, c := range []struct {
		name   string
		change func(*Authority)
		where  string // empty: nothing is wrong
	}{
		{"a whole entry", func(*Authority) {}, ""},
		{"an entry that is suspended", func(a *Authority) { a.Suspended = "a mailbox was sold" }, ""},
		{"what nobody needs may be missing", func(a *Authority) {
			a.Mail, a.Language, a.Hook, a.Keys, a.Certificates, a.Recipients = "", "", "", nil, nil, nil
		}, ""},
		{"a recipient of another kind", func(a *Authority) { a.Recipients[0] = "age1pq1" + strings.Repeat("q", 1900) }, ""},
		{"no id", func(a *Authority) { a.ID = "" }, "/id"},
		{"the id of a key in that of the authority", func(a *Authority) { a.ID = "fr#2026" }, "/id"},
		{"an id with a space", func(a *Authority) { a.ID = "fr paris" }, "/id"},
		{"an id in letters that look alike", func(a *Authority) { a.ID = "fr-tj-pаris" }, "/id"},
		{"an id that leaves its folder", func(a *Authority) { a.ID = "../fr" }, "/id"},
		{"an id of 101 letters", func(a *Authority) { a.ID = strings.Repeat("a", 101) }, "/id"},
		{"an id and the end of a line", func(a *Authority) { a.ID = "fr\n" }, "/id"},
		{"no name", func(a *Authority) { a.Name = " " }, "/name"},
		{"a name read backwards", func(a *Authority) { a.Name = "Tribunal \u202esiraP" }, "/name"},
		{"a name with a space of no width", func(a *Authority) { a.Name = "Tri\u200bbunal" }, "/name"},
		{"a name of two lines", func(a *Authority) { a.Name = "Tribunal\nParis" }, "/name"},
		{"a name that is not UTF-8", func(a *Authority) { a.Name = "Tribunal \xe9" }, "/name"},
		{"a name of 201 bytes", func(a *Authority) { a.Name = strings.Repeat("a", 201) }, "/name"},
		{"a country that is none", func(a *Authority) { a.Country = "ZZ" }, "/country"},
		{"a country in small letters", func(a *Authority) { a.Country = "fr" }, "/country"},
		{"a role of nobody", func(a *Authority) { a.Role = "sheriff" }, "/role"},
		{"a role that is not known", func(a *Authority) { a.Role = "unknown" }, "/role"},
		{"a mail address with a name", func(a *Authority) { a.Mail = "Greffe <greffe@justice.example>" }, "/mail"},
		{"two mail addresses", func(a *Authority) { a.Mail = "a@b.example, c@d.example" }, "/mail"},
		{"a mail address and another header", func(a *Authority) { a.Mail = "a@b.example\r\nBcc: c@d.example" }, "/mail"},
		{"a mail domain in letters that look alike", func(a *Authority) { a.Mail = "greffe@justiсe.example" }, "/mail"},
		{"a mail address in quotation marks", func(a *Authority) { a.Mail = `"a b"@c.example` }, "/mail"},
		{"a language that is none", func(a *Authority) { a.Language = "French" }, "/language"},
		{"a hook without TLS", func(a *Authority) { a.Hook = "http://justice.example/" }, "/hook"},
		{"a hook with a password", func(a *Authority) { a.Hook = "https://a:b@justice.example/" }, "/hook"},
		{"a hook without a host", func(a *Authority) { a.Hook = "https:///news" }, "/hook"},
		{"a hook that is opaque", func(a *Authority) { a.Hook = "https:justice.example" }, "/hook"},
		{"a hook with a fragment", func(a *Authority) { a.Hook = "https://justice.example/#a" }, "/hook"},
		{"no contact", func(a *Authority) { a.Contacts = nil }, "/contacts"},
		{"an empty contact", func(a *Authority) { a.Contacts[0].Value = " " }, "/contacts/0/value"},
		{"a contact nobody verified", func(a *Authority) { a.Contacts[0].By = "" }, "/contacts/0"},
		{"a contact verified in no way", func(a *Authority) { a.Contacts[0].How = " " }, "/contacts/0"},
		{"a contact verified at no time", func(a *Authority) { a.Contacts[0].On = time.Time{} }, "/contacts/0"},
		{"a contact in two spellings", func(a *Authority) {
			a.Contacts = append(a.Contacts, Contact{Value: "+3310000", How: "again", By: "Imke", On: start})
		}, "/contacts/1/value"},
		{"too many contacts", func(a *Authority) {
			for i := range 50 {
				a.Contacts = append(a.Contacts, Contact{Value: fmt.Sprint(i), How: "again", By: "Imke", On: start})
			}
		}, "/contacts"},
		{"a key without an id", func(a *Authority) { a.Keys[0].ID = "" }, "/keys/0/id"},
		{"a key with the mark in its id", func(a *Authority) { a.Keys[0].ID = "a#b" }, "/keys/0/id"},
		{"two keys of one id", func(a *Authority) { a.Keys = append(a.Keys, a.Keys[0]) }, "/keys/1/id"},
		{"a key that ends before it begins", func(a *Authority) { a.Keys[0].From = start.AddDate(2, 0, 0) }, "/keys/0/until"},
		{"a key that is none", func(a *Authority) { a.Keys[0].Public = "ssh-ed25519 AAAA" }, "/keys/0/public"},
		{"words before a key", func(a *Authority) { a.Keys[0].Public = "ours:\n" + a.Keys[0].Public }, "/keys/0/public"},
		{"two keys in one", func(a *Authority) { a.Keys[0].Public += a.Keys[0].Public }, "/keys/0/public"},
		{"a private key", func(a *Authority) {
			a.Keys[0].Public = strings.ReplaceAll(a.Keys[0].Public, "PUBLIC", "PRIVATE")
		}, "/keys/0/public"},
		{"a key of zeroes", func(a *Authority) { a.Keys[0].Public = written(t, small) }, "/keys/0/public"},
		{"a key of order eight", func(a *Authority) { a.Keys[0].Public = written(t, ed25519.PublicKey(order8)) }, "/keys/0/public"},
		{"a key on another curve", func(a *Authority) { a.Keys[0].Public = curve(t, elliptic.P384()) }, "/keys/0/public"},
		{"a short RSA key", func(a *Authority) { a.Keys[0].Public = bits(t, 1024) }, "/keys/0/public"},
		{"an RSA key with a small exponent", func(a *Authority) {
			key, err := rsa.GenerateKey(rand.Reader, 2048)
			ok(t, err)
			a.Keys[0].Public = written(t, &rsa.PublicKey{N: key.N, E: 3})
		}, "/keys/0/public"},
		{"too many keys", func(a *Authority) {
			for i := range 50 {
				a.Keys = append(a.Keys, Key{ID: fmt.Sprint(i), Public: "none"})
			}
		}, "/keys"},
		{"a certificate in capitals", func(a *Authority) { a.Certificates[0] = strings.Repeat("AB", 32) }, "/certificates/0"},
		{"a short certificate", func(a *Authority) { a.Certificates[0] = "abcd" }, "/certificates/0"},
		{"a certificate twice", func(a *Authority) { a.Certificates = append(a.Certificates, a.Certificates[0]) }, "/certificates/1"},
		{"a recipient that is a secret", func(a *Authority) { a.Recipients[0] = "AGE-SECRET-KEY-1" + strings.Repeat("Q", 58) }, "/recipients/0"},
		{"no power", func(a *Authority) { a.Powers = nil }, "/powers"},
		{"a power over all", func(a *Authority) { a.Powers[0].Data = "all" }, "/powers/0/data"},
		{"a power twice", func(a *Authority) { a.Powers[1].Data = "subscriber" }, "/powers/1/data"},
		{"an instrument that is none", func(a *Authority) { a.Powers[1].Instruments[1] = "unknown" }, "/powers/1/instruments/1"},
		{"nobody says since when", func(a *Authority) { a.From = time.Time{} }, "/from"},
		{"nobody says until when", func(a *Authority) { a.Until = time.Time{} }, "/until"},
		{"an end before the beginning", func(a *Authority) { a.Until = start.AddDate(0, 0, -1) }, "/until"},
		{"an end in six years", func(a *Authority) { a.Until = start.AddDate(6, 0, 0) }, "/until"},
		{"a year of no calendar", func(a *Authority) { a.From = time.Date(1, 2, 3, 0, 0, 0, 0, time.UTC) }, "/from"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := whole(t)
			c.change(a)
			err := a.Check()
			if c.where == "" {
				ok(t, err)
				return
			}
			if err == nil || fault.KindOf(err) != fault.Invalid || !hasLine(err.Error(), c.where+": ") {
				t.Errorf("%v; want something wrong at %s", err, c.where)
			}
		})
	}
}

func hasLine(text, prefix string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return false
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	err := (&Authority{}).Check()
	for _, where := range []string{"/id", "/name", "/country", "/role", "/contacts", "/powers", "/from", "/until"} {
		if !hasLine(err.Error(), where+": ") {
			t.Errorf("%s is missing in %v", where, err)
		}
	}
}

func TestADirectorysWordHasTheForm(t *testing.T) {
	a := whole(t)
	a.Contacts[0] = Contact{Value: "+33 1 0000"}
	a.From = time.Time{}
	ok(t, a.CheckForm())
	a.Country = "ZZ"
	if err := a.CheckForm(); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
}

func TestCountriesAreThoseOfARequest(t *testing.T) {
	a := whole(t)
	a.Keys = nil
	for x := 'A'; x <= 'Z'; x++ {
		for y := 'A'; y <= 'Z'; y++ {
			code := string([]rune{x, y})
			a.Country = code
			_, err := request.Read(fmt.Appendf(nil, `{"format":"rogatory.request/1","reference":"1","instrument":"uncc","requesting":{"country":%q,"authority":{"name":"a","role":"court"}},"addressee":{"country":"DE","kind":"central-authority"}}`, code))
			if (a.CheckForm() == nil) != (err == nil) {
				t.Errorf("%s: here %v, in a request %v", code, a.CheckForm(), err)
			}
		}
	}
}

func TestKeyFor(t *testing.T) {
	a := whole(t)
	a.Keys = []Key{
		{ID: "now", Public: ed(t)},
		{ID: "later", Public: curve(t, elliptic.P256()), From: start.AddDate(0, 1, 0)},
		{ID: "past", Public: bits(t, 2048), Until: start.AddDate(0, 2, 0)},
	}
	ok(t, a.Check())
	var says string
	for _, c := range []struct {
		name, id string
		at       time.Time
		found    bool
	}{
		{"a key without an end", "now", start, true},
		{"a key whose time has not come", "later", start, false},
		{"a key whose time has come", "later", start.AddDate(0, 1, 0), true},
		{"a key to the end of its time", "past", start.AddDate(0, 2, 0).Add(-1), true},
		{"a key past its time", "past", start.AddDate(0, 2, 0), false},
		{"a key of nobody", "other", start, false},
		{"a key in other letters", "NOW", start, false},
		{"a key before the entry", "now", start.Add(-1), false},
		{"a key after the entry", "now", start.AddDate(2, 0, 0), false},
	} {
		key, err := a.KeyFor(c.id, c.at)
		if c.found {
			if err != nil || key == nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if fault.KindOf(err) != fault.Unauthenticated || key != nil {
			t.Errorf("%s: %v, %v", c.name, key, err)
		}
		if says == "" {
			says = err.Error()
		}
		if err.Error() != says {
			t.Errorf("%s is told from others: %v", c.name, err)
		}
	}
}

func FuzzKey(f *testing.F) {
	f.Add(ed(f))
	f.Add(curve(f, elliptic.P256()))
	f.Add(curve(f, elliptic.P521()))
	f.Add(bits(f, 2048))
	f.Add("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n")
	f.Add("-----BEGIN PUBLIC KEY-----\nA: b\n\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n")
	f.Fuzz(func(t *testing.T, text string) {
		k := Key{ID: "k", Public: text}
		key, err := k.Parse()
		if err != nil {
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
				t.Errorf("the error breaks a line: %q", err)
			}
			return
		}
		again := Key{Public: written(t, key)}
		if again.Fingerprint() != k.Fingerprint() || k.Fingerprint() == "" {
			t.Error("one key has two fingerprints")
		}
	})
}
