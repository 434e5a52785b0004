package ledger_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// noteSigner gives a key of the tests under a name.
func noteSigner(t rapid.TB, name string, by byte) note.Signer {
	t.Helper()
	vkey, err := ledger.LogKey(name, public(by))
	if err != nil {
		t.Fatal(err)
	}
	hash, _, _ := strings.Cut(strings.TrimPrefix(vkey, name+"+"), "+")
	raw := append([]byte{1}, seed(by).Seed()...)
	s, err := note.NewSigner("PRIVATE+KEY+" + name + "+" + hash + "+" + base64.StdEncoding.EncodeToString(raw))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func noteVerifier(t rapid.TB, name string, by byte) note.Verifier {
	t.Helper()
	vkey, err := ledger.LogKey(name, public(by))
	if err != nil {
		t.Fatal(err)
	}
	v, pub, err := ledger.ParseLogKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	if !pub.Equal(public(by)) || v.Name() != name {
		t.Fatalf("%s is read as %x of %s", vkey, pub, v.Name())
	}
	return v
}

func TestCheckpoints(t *testing.T) {
	s, v := noteSigner(t, origin, logKey), noteVerifier(t, origin, logKey)
	rapid.Check(t, func(t *rapid.T) {
		c := ledger.Checkpoint{Origin: origin, Size: rapid.Uint64Range(0, 1<<40).Draw(t, "size"), Root: draw32(t, "root")}
		text, err := c.Sign(s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ledger.ParseCheckpoint(text, origin, v)
		if err != nil || got != c {
			t.Fatalf("got %+v, %v", got, err)
		}
		if tree := c.Tree(); tree.N != int64(c.Size) || tree.Hash != c.Root {
			t.Fatalf("got %+v", tree)
		}
		i := rapid.IntRange(0, len(text)-1).Draw(t, "byte")
		text[i] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		// Signed notes take stray bits in the base64 of a signature: what is signed
		// stays the same.
		if got, err := ledger.ParseCheckpoint(text, origin, v); err == nil && (i < len(c.Text()) || got != c) {
			t.Fatalf("byte %d changed and it is read as %+v", i, got)
		}
	})
}

// A witness signs as well: the checkpoint stays one of the log.
func TestACosignedCheckpoint(t *testing.T) {
	c := ledger.Checkpoint{Origin: origin, Size: 2, Root: fill32(1)}
	text, err := note.Sign(&note.Note{Text: c.Text()}, noteSigner(t, origin, logKey), noteSigner(t, "witness.example", 50))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ledger.ParseCheckpoint(text, origin, noteVerifier(t, origin, logKey)); err != nil || got != c {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestMalformedCheckpoints(t *testing.T) {
	good := ledger.Checkpoint{Origin: origin, Size: 2, Root: fill32(1)}.Text()
	root := b64Line(good)
	for _, c := range []struct{ name, text, want string }{
		{"too short", origin + "\n2\n", "checkpoint: it cannot be read: invalid checkpoint - too few newlines"},
		{"size", strings.Replace(good, "\n2\n", "\ntwo\n", 1), "checkpoint: it cannot be read: invalid checkpoint - size invalid: strconv.ParseUint: parsing \"two\": invalid syntax"},
		{"size with a zero", strings.Replace(good, "\n2\n", "\n02\n", 1), "checkpoint: it is not in its one form"},
		{"size beyond any log", strings.Replace(good, "\n2\n", "\n9223372036854775808\n", 1), "checkpoint: it is not in its one form"},
		{"root too short", strings.Replace(good, root, "AAAA", 1), "checkpoint: it is not in its one form"},
		{"extension", good + "more\n", "checkpoint: it is not in its one form"},
		{"another log", strings.Replace(good, origin, "elsewhere", 1), fmt.Sprintf("checkpoint:1: it is of the log %q and not of %q", "elsewhere", origin)},
	} {
		// Signed by the log all the same: what it signs is not thereby well-formed.
		text, err := note.Sign(&note.Note{Text: c.text}, noteSigner(t, origin, logKey))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ledger.ParseCheckpoint(text, origin, noteVerifier(t, origin, logKey))
		if err == nil {
			t.Errorf("%s: read as %+v", c.name, got)
		} else if err.Error() != c.want || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %q, want %q", c.name, err, c.want)
		}
	}
	text, err := ledger.Checkpoint{Origin: origin, Size: 2, Root: fill32(1)}.Sign(noteSigner(t, origin, judgeKey))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.ParseCheckpoint(text, origin, noteVerifier(t, origin, logKey)); err == nil ||
		!strings.HasPrefix(err.Error(), "checkpoint: it is not signed by "+origin) {
		t.Errorf("signed by another: %v", err)
	}
}

// b64Line gives the third line, the root.
func b64Line(text string) string { return strings.Split(text, "\n")[2] }

func TestLogKeys(t *testing.T) {
	for _, name := range []string{"", "a b", "a+b", "é", strings.Repeat("a", 256)} {
		if got, err := ledger.LogKey(name, public(logKey)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: got %s, %v", name, got, err)
		}
	}
	if got, err := ledger.LogKey(origin, ed25519.PublicKey{1}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a short key: got %s, %v", got, err)
	}
	good, err := ledger.LogKey(origin, public(logKey))
	if err != nil {
		t.Fatal(err)
	}
	hash := strings.Split(good, "+")[1]
	for _, vkey := range []string{"", "x", good + "\n", strings.Replace(good, hash, strings.ToUpper(hash), 1), good + "A", strings.Replace(good, "+", "-", 1), strings.Replace(good, origin, "a", 1)} {
		if _, _, err := ledger.ParseLogKey(vkey); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", vkey, err)
		}
	}
}

func provisional() ledger.Provisional {
	at := time.Date(2027, 2, 3, 10, 15, 0, 0, time.UTC)
	return ledger.Provisional{Origin: origin, At: at, Hash: fill32(1), By: at.Add(24 * time.Hour)}
}

func TestProvisional(t *testing.T) {
	s, v := noteSigner(t, origin, logKey), noteVerifier(t, origin, logKey)
	p := provisional()
	text, err := p.Sign(s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ledger.ParseProvisional(text, origin, v)
	if err != nil || got != p {
		t.Errorf("got %+v, %v", got, err)
	}
	elsewhere := p
	elsewhere.At = p.At.In(time.FixedZone("", 3600))
	if elsewhere.Text() != p.Text() {
		t.Errorf("one moment has two texts:\n%s\n%s", elsewhere.Text(), p.Text())
	}
	text[len(text)/2] ^= 1
	if _, err := ledger.ParseProvisional(text, origin, v); fault.KindOf(err) != fault.Invalid {
		t.Errorf("changed: %v", err)
	}
}

func TestMalformedProvisionals(t *testing.T) {
	good := provisional().Text()
	for _, c := range []struct{ name, old, new, want string }{
		{"another log", origin, "elsewhere", fmt.Sprintf("provisional:1: the line is not %q", origin)},
		{"another text", "provisional\n", "promise\n", `provisional:2: the line is not "rogatory/v1 provisional"`},
		{"no time", "at 2027-02-03T10:15:00Z", "at 2027-02-03", "provisional:3: at is no time"},
		{"another zone", "at 2027-02-03T10:15:00Z", "at 2027-02-03T11:15:00+01:00", "provisional:3: the line is not in its one form"},
		{"part of a second", "at 2027-02-03T10:15:00Z", "at 2027-02-03T10:15:00.5Z", "provisional:3: the line is not in its one form"},
		{"hash", "AQID", "", "provisional:4: hash is not 32 bytes in base64"},
		{"by before at", "by 2027-02-04", "by 2027-02-02", "provisional:5: by is not after at"},
		{"by is at", "by 2027-02-04", "by 2027-02-03", "provisional:5: by is not after at"},
		{"something behind", "00Z\nhash", "00Z\nhash", "provisional:6: nothing may follow here"},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if c.old == c.new {
			text += "more\n"
		}
		signed, err := note.Sign(&note.Note{Text: text}, noteSigner(t, origin, logKey))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ledger.ParseProvisional(signed, origin, noteVerifier(t, origin, logKey))
		if err == nil {
			t.Errorf("%s: read as %+v", c.name, got)
		} else if err.Error() != c.want {
			t.Errorf("%s: got %q, want %q", c.name, err, c.want)
		}
	}
}

func TestTheFileOfReceipts(t *testing.T) {
	s, v := noteSigner(t, origin, logKey), noteVerifier(t, origin, logKey)
	var notes [][]byte
	for i := range 3 {
		p := provisional()
		p.Hash[0] = byte(i)
		text, err := p.Sign(s)
		if err != nil {
			t.Fatal(err)
		}
		notes = append(notes, text)
		file := ledger.JoinProvisionals(notes)
		got, err := ledger.SplitProvisionals(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(notes, got); d != "" {
			t.Error(d)
		}
		for _, n := range got {
			if _, err := ledger.ParseProvisional(n, origin, v); err != nil {
				t.Error(err)
			}
		}
		if _, err := ledger.SplitProvisionals(file[:len(file)-1]); err == nil ||
			err.Error() != fmt.Sprintf("provisional: receipt %d has no end", i) {
			t.Errorf("cut short: %v", err)
		}
	}
	if got, err := ledger.SplitProvisionals(nil); err != nil || got != nil {
		t.Errorf("no file: %v, %v", got, err)
	}
	if _, err := ledger.SplitProvisionals([]byte("x")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no receipt: %v", err)
	}
}

// believing is a verifier that takes every signature: what is behind the
// signature is then read, whatever a search comes upon.
type believing struct{ note.Verifier }

func (believing) Verify(_, _ []byte) bool { return true }

// unsigned gives text as a note under a signature that only believing takes.
func unsigned(text []byte, v note.Verifier) []byte {
	sig := binary.BigEndian.AppendUint32(nil, v.KeyHash())
	return fmt.Appendf(nil, "%s\n— %s %s\n", text, v.Name(), base64.StdEncoding.EncodeToString(append(sig, 1)))
}

func FuzzParseProvisional(f *testing.F) {
	f.Add([]byte(provisional().Text()))
	v := believing{noteVerifier(f, origin, logKey)}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ledger.ParseProvisional(unsigned(text, v), origin, v)
		if err == nil && p.Text() != string(text) {
			t.Fatalf("read:\n%q\nprinted:\n%q", text, p.Text())
		}
	})
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add([]byte(ledger.Checkpoint{Origin: origin, Size: 2, Root: fill32(1)}.Text()))
	v := believing{noteVerifier(f, origin, logKey)}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ledger.ParseCheckpoint(unsigned(text, v), origin, v)
		if err == nil && c.Text() != string(text) {
			t.Fatalf("read:\n%q\nprinted:\n%q", text, c.Text())
		}
	})
}

func FuzzParseLogKey(f *testing.F) {
	vkey, err := ledger.LogKey(origin, public(logKey))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(vkey)
	f.Fuzz(func(t *testing.T, vkey string) {
		v, pub, err := ledger.ParseLogKey(vkey)
		if err != nil {
			return
		}
		if again, err := ledger.LogKey(v.Name(), pub); err != nil || again != vkey {
			t.Fatalf("%q is printed as %q: %v", vkey, again, err)
		}
	})
}

func FuzzSplitProvisionals(f *testing.F) {
	f.Add([]byte("text\n\nsignature\n\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		notes, err := ledger.SplitProvisionals(file)
		if err == nil && !bytes.Equal(ledger.JoinProvisionals(notes), file) {
			t.Fatalf("%q is printed as %q", file, ledger.JoinProvisionals(notes))
		}
	})
}

// The search finds what is behind the signature.
func TestBelieving(t *testing.T) {
	v := believing{noteVerifier(t, origin, logKey)}
	if _, err := ledger.ParseProvisional(unsigned([]byte(provisional().Text()), v), origin, v); err != nil {
		t.Error(err)
	}
	var invalid *note.InvalidSignatureError
	if _, err := ledger.ParseProvisional(unsigned([]byte(provisional().Text()), v), origin, v.Verifier); !errors.As(err, &invalid) {
		t.Error(err)
	}
}

// TestTooLargeALog: a signed checkpoint of a size that nobody can have is refused,
// before anybody computes with it.
func TestTooLargeALog(t *testing.T) {
	signer, verifier := noteSigner(t, origin, logKey), noteVerifier(t, origin, logKey)
	for _, size := range []uint64{1<<40 + 1, 1<<62 + 1, 1<<63 - 1} {
		text, err := ledger.Checkpoint{Origin: origin, Size: size}.Sign(signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.ParseCheckpoint(text, origin, verifier); fault.KindOf(err) != fault.Invalid {
			t.Errorf("size %d: %v", size, err)
		}
	}
}
