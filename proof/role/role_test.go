package role

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"filippo.io/age"
	"filippo.io/age/armor"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
)

const (
	said  = "correct horse battery staple"
	light = 2 // work for tests
)

func unasked() (string, error) { return "", errors.New("the passphrase was asked for") }

func says(passphrase string) func() (string, error) {
	return func() (string, error) { return passphrase, nil }
}

func generate(t *testing.T, name string, demo bool) *Secret {
	t.Helper()
	s, err := Generate(name, demo, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// armoured gives the line of a key encrypted to recipients.
func armoured(t *testing.T, line string, to ...age.Recipient) string {
	t.Helper()
	var b bytes.Buffer
	a := armor.NewWriter(&b)
	w, err := age.Encrypt(a, to...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, line); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), a.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAnActIsSignedAndChecked(t *testing.T) {
	judge := generate(t, "Juge d’instruction Amélie Roux", false)
	acted := []byte(`{"do":"grant","case":"26-4711"}`)
	signature := judge.Sign(acted)
	if err := judge.Public().Verify(acted, signature); err != nil {
		t.Fatal(err)
	}
	other := generate(t, "Juge d’instruction Amélie Roux", false)
	plain := ed25519.Sign(judge.key, acted)
	for name, err := range map[string]error{
		"another act":           judge.Public().Verify(append(acted, ' '), signature),
		"no act":                judge.Public().Verify(nil, signature),
		"another key":           other.Public().Verify(acted, signature),
		"no signature":          judge.Public().Verify(acted, nil),
		"a signature cut short": judge.Public().Verify(acted, signature[:63]),
		"something else signed": judge.Public().Verify(acted, plain),
		"no key":                Public{}.Verify(acted, signature),
	} {
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if ed25519.Verify(judge.key.Public().(ed25519.PublicKey), acted, signature) {
		t.Error("the signature of an act is one of the bare bytes, too")
	}
}

// Under a key of small order anybody can make a signature: R and S of zero bytes
// but for one pass for one act in some. The key of zeros must not.
func TestNobodySignsForTheKeyOfZeros(t *testing.T) {
	forged, passed := make([]byte, 64), 0
	forged[0] = 1 // the neutral point, and S = 0
	for i := range 64 {
		acted := fmt.Appendf(nil, "act %d", i)
		if ed25519.Verify(make([]byte, 32), append([]byte(act), acted...), forged) {
			passed++
		}
		if (Public{Name: "nobody"}).Verify(acted, forged) == nil {
			t.Fatalf("act %d is forged", i)
		}
	}
	if passed == 0 {
		t.Error("no forgery was tried that would have passed")
	}
	if p, err := ParsePublic("rogatory-role-1:nobody:" + strings.Repeat("A", 43)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the key of zeros was taken: %v, %v", p, err)
	}
}

func TestTheFormsAreTheSameForEver(t *testing.T) {
	s, err := Generate("Éva: 1/2 + 50 %", false, bytes.NewReader(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	demo, err := Generate("judge", true, bytes.NewReader(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.Marshal("")
	if err != nil {
		t.Fatal(err)
	}
	demoText, err := demo.Marshal("")
	if err != nil {
		t.Fatal(err)
	}
	got := []string{s.Public().String(), s.Public().ID(), string(text), demo.Public().String(), string(demoText), base64.StdEncoding.EncodeToString(s.Sign([]byte("a")))}
	want := []string{
		"rogatory-role-1:%C3%89va%3A%201%2F2%20%2B%2050%20%25:O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik",
		"139e3940e64b5491",
		"rogatory-role-secret-1:%C3%89va%3A%201%2F2%20%2B%2050%20%25:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		"rogatory-role-demo-1:judge:O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik",
		"rogatory-role-secret-demo-1:judge:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		base64.StdEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(make([]byte, 32)), []byte("rogatory.act/1\x00a"))),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAKeyFileIsReadAgain(t *testing.T) {
	for _, demo := range []bool{false, true} {
		s := generate(t, "Sami Haddad", demo)
		clear, err := s.Marshal("")
		if err != nil {
			t.Fatal(err)
		}
		protected, err := protect(string(clear), said, light)
		if err != nil {
			t.Fatal(err)
		}
		seed := base64.RawURLEncoding.EncodeToString(s.key.Seed())
		if !strings.Contains(string(clear), seed) || strings.Contains(string(protected), seed) || strings.Contains(string(protected), "Sami") {
			t.Errorf("in clear:\n%s\nprotected:\n%s", clear, protected)
		}
		for _, c := range []struct {
			text []byte
			ask  func() (string, error)
		}{
			{clear, unasked},
			{append([]byte("\n"), append(clear, "\r\n"...)...), unasked},
			{protected, says(said)},
		} {
			got, err := ReadSecret(c.text, c.ask)
			if err != nil || got.Public() != s.Public() || !got.key.Equal(s.key) {
				t.Errorf("%s: %v", c.text, err)
			}
		}
	}
}

// As people use it, once: with the work that is the default.
func TestMarshalProtects(t *testing.T) {
	s := generate(t, "Sami Haddad", false)
	text, err := s.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadSecret(text, says(said))
	if err != nil || got.Public() != s.Public() {
		t.Error(err)
	}
}

func TestKeyFilesThatAreRefused(t *testing.T) {
	line := "rogatory-role-secret-1:a:" + strings.Repeat("B", 42) + "A\n"
	protected, err := protect(line, said, light)
	if err != nil {
		t.Fatal(err)
	}
	x25519, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	empty, err := protect("", said, light)
	if err != nil {
		t.Fatal(err)
	}
	altered := strings.Replace(string(protected), "\n", "\nA", 1)
	for _, c := range []struct{ name, text, passphrase, want string }{
		{"empty", "", "", "is not of the form"},
		{"a public key", "rogatory-role-1:a:" + strings.Repeat("B", 42) + "A", "", "is not of the form"},
		{"no key", "rogatory-role-secret-1:a", "", "is not of the form"},
		{"a key cut short", strings.TrimSpace(line)[:60], "", "base64url"},
		{"a key written otherwise", strings.Replace(line, "BA\n", "BB\n", 1), "", "base64url"},
		{"a key in two lines", strings.Replace(line, "BBBB", "BB\nBB", 1), "", "base64url"},
		{"no name", strings.Replace(line, ":a:", "::", 1), "", "no name"},
		{"two keys", line + line, "", "base64url"},
		{"too long", strings.Repeat(" ", longestFile) + line, "", "longer"},
		{"the wrong passphrase", string(protected), "correct horse battery", notOpened},
		{"an empty passphrase", string(protected), "", notOpened},
		{"protected for somebody", armoured(t, line, x25519.Recipient()), said, notOpened},
		{"protected and cut short", string(protected)[:200], said, "damaged"},
		{"protected and altered", altered, said, "damaged"},
		{"protected and followed by more", string(protected) + "more", said, "damaged"},
		{"nothing protected", string(empty), said, "is not of the form"},
	} {
		s, err := ReadSecret([]byte(c.text), says(c.passphrase))
		if s != nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && (strings.Contains(err.Error(), strings.Repeat("B", 20)) || (c.passphrase != "" && strings.Contains(err.Error(), c.passphrase))) {
			t.Errorf("%s: the error tells the secret: %v", c.name, err)
		}
	}
	if _, err := ReadSecret(protected, unasked); err == nil || !strings.Contains(err.Error(), "was asked for") {
		t.Errorf("a passphrase that cannot be asked for: %v", err)
	}
}

// A file that asks for more work than ours do is not worked on.
func TestWorkIsBounded(t *testing.T) {
	heavy, err := age.NewScryptRecipient(said)
	if err != nil {
		t.Fatal(err)
	}
	heavy.SetWorkFactor(light)
	text := armoured(t, "x", heavy)
	b, err := io.ReadAll(armor.NewReader(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.Replace(b, fmt.Appendf(nil, " %d\n", light), []byte(" 30\n"), 1)
	var again strings.Builder
	w := armor.NewWriter(&again)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSecret([]byte(again.String()), says(said)); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "work factor") {
		t.Error(err)
	}
}

func TestWhatIsNoKey(t *testing.T) {
	for _, name := range []string{"", " ", "a ", "a\nb", "a\u202eb", "a\u200bb", "a\x00", "\xff", strings.Repeat("a", longestName+1)} {
		if s, err := Generate(name, false, rand.Reader); s != nil || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	if s, err := Generate("a", false, iotest.ErrReader(io.ErrClosedPipe)); s != nil || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("without randomness: %v", err)
	}
	s := generate(t, "a", false)
	for _, short := range []string{"1", "seven77", "éééé"} {
		if b, err := s.Marshal(short); b != nil || fault.KindOf(err) != fault.Invalid {
			t.Errorf("the passphrase %q: %v", short, err)
		}
	}
	good := s.Public().String()
	for name, text := range map[string]string{
		"empty":              "",
		"a secret":           strings.Replace(good, "role-1", "role-secret-1", 1),
		"another version":    strings.Replace(good, "role-1", "role-2", 1),
		"a part more":        good + ":",
		"a byte less":        "rogatory-role-1:a:" + base64.RawURLEncoding.EncodeToString(make([]byte, 31)),
		"a byte more":        "rogatory-role-1:a:" + base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{1}, 33)),
		"padded":             good + "=",
		"encoded needlessly": strings.Replace(good, ":a:", ":%61:", 1),
		"not encoded":        strings.Replace(good, ":a:", ":é:", 1),
		"encoded as a form":  strings.Replace(good, ":a:", ":a+b:", 1),
		"encoded in small":   strings.Replace(good, ":a:", ":%c3%a9:", 1),
		"encoded in halves":  strings.Replace(good, ":a:", ":%C3:", 1),
		"a line in the name": strings.Replace(good, ":a:", ":%0A:", 1),
	} {
		if p, err := ParsePublic(text); p != (Public{}) || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASecretIsNotPrinted(t *testing.T) {
	s := generate(t, "a", false)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("key", "secret", s)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s %x %d %v", s, s, s, s, s, s, *s), log.String()} {
		if !strings.Contains(text, "[withheld]") || strings.Contains(text, "public") {
			t.Errorf("printed: %s", text)
		}
	}
}

func TestFormsAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, err := Generate(rapid.String().Draw(rt, "name"), rapid.Bool().Draw(rt, "demo"), rand.Reader)
		if err != nil {
			rt.Skip("no name")
		}
		p, err := ParsePublic(s.Public().String())
		if err != nil || p != s.Public() {
			rt.Fatalf("%v, %v", p, err)
		}
		text, err := s.Marshal("")
		if err != nil {
			rt.Fatal(err)
		}
		again, err := ReadSecret(text, unasked)
		if err != nil || again.Public() != p {
			rt.Fatal(err)
		}
		acted := rapid.SliceOf(rapid.Byte()).Draw(rt, "act")
		if err := p.Verify(acted, again.Sign(acted)); err != nil {
			rt.Fatal(err)
		}
	})
}

func FuzzReadSecret(f *testing.F) {
	line := "rogatory-role-secret-1:a%20b:" + strings.Repeat("A", 43)
	f.Add([]byte(line))
	f.Add([]byte("rogatory-role-secret-demo-1:%C3%89:" + strings.Repeat("A", 43) + "\n"))
	protected, err := protect(line, said, light)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(protected)
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := ReadSecret(text, says(said))
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || s != nil {
				t.Fatal(err)
			}
			return
		}
		again, err := s.Marshal("")
		if err != nil || (!bytes.HasPrefix(bytes.TrimSpace(text), []byte(armor.Header)) && string(again) != string(bytes.TrimSpace(text))+"\n") {
			t.Fatalf("%q is read and written as %q, %v", text, again, err)
		}
	})
}

func FuzzParsePublic(f *testing.F) {
	f.Add("rogatory-role-1:%C3%89va%3A:O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik")
	f.Add("rogatory-role-demo-1:judge:O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik\n")
	f.Add("rogatory-role-1::")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePublic(text)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || p != (Public{}) {
				t.Fatal(err)
			}
			return
		}
		if p.String() != strings.TrimSpace(text) || p.Name == "" || len(p.ID()) != 16 {
			t.Fatalf("%q is read as %q", text, p)
		}
	})
}

// A leaf and an act are never taken for each other, whatever they say.
func TestALeafIsNoAct(t *testing.T) {
	s, err := Generate("Jo", false, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := []byte("office.example/log\nrogatory/v1 settle\n")
	signature, err := s.SignLeaf(leaf)
	if err != nil {
		t.Fatal(err)
	}
	if !ed25519.Verify(s.Public().Key(), leaf, signature) {
		t.Error("the signature of a leaf does not verify")
	}
	if s.Public().Verify(leaf, signature) == nil {
		t.Error("a signed leaf passes for an act")
	}
	if _, err := s.SignLeaf([]byte("rogatory.act/1\x00release")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an act is signed as a leaf: %v", err)
	}
}
