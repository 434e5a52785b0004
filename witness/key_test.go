package witness

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// What the key signs is what package formats verifies, with the time it was told.
func TestKeyCosigns(t *testing.T) {
	k, err := NewKey(seed("w"), "w.example/1")
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseKey(k.Secret() + "\n")
	if err != nil || again.Secret() != k.Secret() || again.Verifier() != k.Verifier() {
		t.Fatalf("the key read again is another: %v", err)
	}
	theirs, err := fnote.NewSignerForCosignatureV1(k.Secret())
	if err != nil || theirs.KeyHash() != k.id() {
		t.Fatalf("package formats reads another key: %v", err)
	}
	l := newTree(t, "true").grow(5)
	signed, err := note.Sign(&note.Note{Text: l.text(5)}, again.Cosigner(at(noon)))
	if err != nil {
		t.Fatal(err)
	}
	v, err := fnote.NewVerifierForCosignatureV1(k.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	if when, err := fnote.CoSigV1Timestamp(n.Sigs[0]); err != nil || !when.Equal(noon) {
		t.Errorf("signed at %s, %v, want %s", when, err, noon)
	}
	if _, err := k.Cosigner(at(time.Unix(0, 0))).Sign([]byte(l.text(5))); err == nil {
		t.Error("a cosignature without a time")
	}
}

func TestKeyIsWithheld(t *testing.T) {
	k, _ := NewKey(seed("w"), "w")
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "key", k)
	fmt.Fprintf(&b, "%v %s %+v", k, k, k)
	if part := strings.Split(k.Secret(), "+")[4]; strings.Contains(b.String(), part) || strings.Count(b.String(), "[withheld]") != 4 {
		t.Errorf("printed as %s", b.String())
	}
}

func TestKeysRefused(t *testing.T) {
	k, _ := NewKey(seed("w"), "w.example")
	secret := k.Secret()
	other, _ := NewKey(seed("v"), "w.example")
	part, theirs := strings.Split(secret, "+"), strings.Split(other.Secret(), "+")
	for _, text := range []string{
		"", "PRIVATE", secret + "A", k.Verifier(),
		strings.Replace(secret, "PRIVATE", "PUBLIC", 1),
		strings.Replace(secret, "w.example", "w example", 1),
		strings.Replace(secret, "w.example", "v.example", 1),
		strings.Join([]string{"PRIVATE", "KEY", part[2], part[3], theirs[4]}, "+"),
		newTree(t, "").vkey,
	} {
		if _, err := ParseKey(text); err == nil {
			t.Errorf("%q is taken for a key", text)
		}
	}
	for _, name := range []string{"", "a b", "a+b", "a\u2003b", "a\x1b[2J", "\xff", strings.Repeat("n", 256)} {
		if _, err := NewKey(seed("w"), name); err == nil {
			t.Errorf("%q is taken for a name", name)
		}
	}
	if _, err := NewKey(strings.NewReader("short"), "w"); err == nil {
		t.Error("a key of five bytes of randomness")
	}
}

func TestLogsRefused(t *testing.T) {
	k, _ := NewKey(seed("w"), "w.example")
	l := newTree(t, "true")
	_, err := ParseLogs(l.vkey + "\nnonsense\n# people\n" + k.Verifier())
	if err == nil || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "line 4") {
		t.Errorf("every wrong line is named: %v", err)
	}
	logs, err := ParseLogs("\n" + l.vkey)
	if err != nil || len(logs) != 1 || logs[origin] == nil {
		t.Errorf("%v, %v", logs, err)
	}
}

// FuzzParseKey: what is accepted is printed as it came.
func FuzzParseKey(f *testing.F) {
	k, _ := NewKey(seed("w"), "w.example/1")
	f.Add(k.Secret())
	f.Add("PRIVATE+KEY+a+00000000+BAAA")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParseKey(text)
		if err == nil && k.Secret() != strings.TrimSpace(text) {
			t.Fatalf("%q is printed as another", text)
		}
	})
}
