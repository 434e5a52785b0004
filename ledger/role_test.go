package ledger_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// The whole table, once more and by hand: nobody but these settles anything.
func TestWhoSettlesWhat(t *testing.T) {
	want := map[string]string{
		"notified notify":       "[notifier]",
		"told-by-issuer notify": "[notifier]",
		"extended notify":       "[judge]",
		"unreachable notify":    "[oversight]",
		"void notify":           "[oversight]",
		"chased chase":          "[notifier]",
		"void chase":            "[oversight]",
		"decided remedy":        "[judge oversight]",
		"void remedy":           "[oversight]",
		"erased erase":          "[notifier oversight]",
		"void erase":            "[oversight]",
	}
	tried := 0
	for _, as := range append(settlements, "", "forgotten") {
		for _, class := range append(ledger.Classes(), "", "inform") {
			tried++
			roles := as.Settles(class)
			got := ""
			if roles != nil {
				got = fmt.Sprint(roles)
			}
			if got != want[string(as)+" "+string(class)] {
				t.Errorf("%s of %s: got %s", as, class, got)
			}
			for _, r := range roles {
				if r == ledger.RoleLog {
					t.Errorf("%s of %s: the log settles", as, class)
				}
			}
		}
	}
	if tried != 60 {
		t.Errorf("%d pairs were tried", tried)
	}
	// What is given away is a copy.
	ledger.Extended.Settles(ledger.Notify)[0] = ledger.RoleLog
	if got := ledger.Extended.Settles(ledger.Notify)[0]; got != ledger.RoleJudge {
		t.Errorf("the table was changed from outside: %s", got)
	}
}

func TestSigners(t *testing.T) {
	for kind, want := range map[ledger.Kind]string{
		ledger.KindReport: "[oversight log]", ledger.KindPolicy: "[oversight log]", ledger.KindRoles: "[oversight]",
		ledger.KindSealed: "[]", ledger.KindDuty: "[]", ledger.KindSettle: "[]",
	} {
		if got := fmt.Sprint(ledger.Signers(kind)); got != want {
			t.Errorf("%s: got %s, want %s", kind, got, want)
		}
	}
}

func rolesDoc() *ledger.RolesDoc {
	return &ledger.RolesDoc{
		Origin: origin, Log: public(logKey),
		Keys: map[ledger.Role][]ed25519.PublicKey{
			ledger.RoleJudge: {public(judgeKey)}, ledger.RoleNotifier: {public(notifierKey)}, ledger.RoleOversight: {public(oversightKey)},
		},
	}
}

func TestASignatureHoldsForOneLeafOneLogOneKey(t *testing.T) {
	doc := rolesDoc()
	for _, l := range everyLeaf() {
		s, ok := l.leaf.(ledger.Signed)
		if !ok {
			continue
		}
		roles, err := doc.Verify(s)
		if err != nil || len(roles) != 1 {
			t.Errorf("%s: %v %v", l.name, roles, err)
		}
		m := string(ledger.Message(origin, s))
		by, _ := s.Signature()
		if !strings.HasPrefix(m, origin+"\nrogatory/v1 "+string(s.Kind())+"\n") || !strings.HasSuffix(m, "\nby "+by.String()+"\n") {
			t.Errorf("%s: signed is %q", l.name, m)
		}
		elsewhere := rolesDoc()
		elsewhere.Origin = "example.org/rogatory/2028"
		if _, err := elsewhere.Verify(s); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s in another log: %v", l.name, err)
		}
		other := rolesDoc()
		other.Log, other.Keys = public(100), map[ledger.Role][]ed25519.PublicKey{ledger.RoleOversight: {public(101)}}
		if _, err := other.Verify(s); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s by a key of another document: %v", l.name, err)
		}
	}
}

func TestASignatureCoversEveryByte(t *testing.T) {
	doc := rolesDoc()
	checked := 0
	for _, l := range everyLeaf() {
		s, ok := l.leaf.(ledger.Signed)
		if settle, is := l.leaf.(ledger.Settle); !ok || is && settle.As != ledger.Extended {
			continue // one of every form is enough
		}
		text := s.Marshal()
		for i := range text {
			for _, x := range []byte{1, 2, 4} {
				other := bytes.Clone(text)
				other[i] ^= x
				changed, err := ledger.Parse(other)
				if err != nil {
					continue
				}
				checked++
				if _, err := doc.Verify(changed.(ledger.Signed)); err == nil {
					t.Errorf("%s: byte %d changed and the signature holds", l.name, i)
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d changed leaves were read", checked)
	}
}

func TestRolesDocument(t *testing.T) {
	d := rolesDoc()
	d.Keys[ledger.RoleNotifier] = []ed25519.PublicKey{public(9), public(8), public(7)} // Marshal puts them in order
	d.Keys[ledger.RoleOversight] = append(d.Keys[ledger.RoleOversight], public(8))
	d.Deposit = bytes.Repeat([]byte{7}, 1216)
	d.Demonstration = true
	text := d.Marshal()
	got, err := ledger.ParseRolesDoc(text)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Marshal(), text) || !got.Demonstration || !bytes.Equal(got.Deposit, d.Deposit) || got.Origin != origin {
		t.Errorf("read as %+v", got)
	}
	if want := fmt.Sprint([]ledger.Role{ledger.RoleNotifier, ledger.RoleOversight}); fmt.Sprint(got.RolesOf(ledger.KeyIDOf(public(8)))) != want {
		t.Errorf("got %v", got.RolesOf(ledger.KeyIDOf(public(8))))
	}
	if got := got.RolesOf(ledger.KeyIDOf(public(logKey))); fmt.Sprint(got) != "[log]" {
		t.Errorf("got %v", got)
	}
	if got := got.RolesOf(ledger.KeyID{}); got != nil {
		t.Errorf("got %v", got)
	}
	if d := cmp.Diff([]ledger.KeyID{ledger.KeyIDOf(public(8))}, got.Shared()); d != "" {
		t.Error(d)
	}
	if got := rolesDoc().Shared(); got != nil {
		t.Errorf("got %v", got)
	}
	if fmt.Sprint(d.Keys[ledger.RoleNotifier][0]) != fmt.Sprint(public(9)) {
		t.Error("printing has put the keys of the document itself in order")
	}
}

// Two keys whose names are the same, found by trying: 32 bytes each.
var clashing = [2]ed25519.PublicKey{clashKey(12071), clashKey(53966)}

// clashKey gives the key that was tried as the nth: not one that anyone holds.
func clashKey(n uint32) ed25519.PublicKey {
	key := make(ed25519.PublicKey, ed25519.PublicKeySize)
	key[0], key[1], key[2], key[3] = byte(n), byte(n>>8), byte(n>>16), byte(n>>24)
	return key
}

func TestMalformedRolesDocuments(t *testing.T) {
	good := string(rolesDoc().Marshal())
	judge := line(good, "judge")
	clash := rolesDoc()
	clash.Keys[ledger.RoleJudge] = clashing[:]
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "roles document:1: the text ends too early"},
		{"too long", good + strings.Repeat("x", ledger.MaxDocument), "roles document: is longer than 65536 bytes"},
		{"another document", strings.Replace(good, "roles-d", "policy-d", 1), `roles document:1: the line is not "rogatory/v1 roles-document"`},
		{"no origin", strings.Replace(good, origin, "", 1), "roles document:2: origin is no name of a log"},
		{"origin with a space", strings.Replace(good, origin, "a b", 1), "roles document:2: origin is no name of a log"},
		{"origin with a plus", strings.Replace(good, origin, "a+b", 1), "roles document:2: origin is no name of a log"},
		{"origin too long", strings.Replace(good, origin, strings.Repeat("a", 256), 1), "roles document:2: origin is no name of a log"},
		{"no log", strings.Replace(good, line(good, "log"), "", 1), `roles document:3: the line does not begin with "log" and a space`},
		{"no oversight", strings.Replace(good, line(good, "oversight"), "", 1), "roles document:6: there is no key of oversight"},
		{"a key twice", strings.Replace(good, judge, judge+judge, 1), "roles document:5: the keys of judge are not in order, each once"},
		{"a second key that is none", strings.Replace(good, judge, judge+"judge AAAA\n", 1), "roles document:5: judge is not 32 bytes in base64"},
		{"roles exchanged", strings.Replace(good, judge, line(good, "notifier")+judge, 1), "roles document:5: there is no key of oversight"},
		{"an unknown role", good + "police AAAA\n", `roles document:7: the line is not "demonstration"`},
		{"a short deposit", good + "deposit AAAA\n", "roles document:7: deposit is not 1216 bytes in base64"},
		{"something behind", good + "demonstration\nx\n", "roles document:8: nothing may follow here"},
		{"stray bits", strings.Replace(good, "=\njudge", "=\njudge", 1)[:strings.Index(good, "=\njudge")-1] + "d=\n" + good[strings.Index(good, "judge"):],
			"roles document:3: the line is not in its one form"},
		{"two keys of one name", string(clash.Marshal()), fmt.Sprintf("roles document: the keys %x and %x have the same name", clashing[0], clashing[1])},
	} {
		d, err := ledger.ParseRolesDoc([]byte(c.text))
		if err == nil {
			t.Errorf("%s: read as %+v", c.name, d)
		} else if err.Error() != c.want {
			t.Errorf("%s: got %q, want %q", c.name, err, c.want)
		}
	}
}

// line gives the first line of this key, with its end.
func line(text, key string) string {
	i := strings.Index(text, "\n"+key+" ") + 1
	return text[i : i+strings.IndexByte(text[i:], '\n')+1]
}

func TestRolesDocumentsOfAnyContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &ledger.RolesDoc{Origin: rapid.StringMatching(`[a-z./0-9]{1,40}`).Draw(t, "origin"), Keys: map[ledger.Role][]ed25519.PublicKey{}}
		key := func() ed25519.PublicKey { k := draw32(t, "key"); return k[:] }
		d.Log = key()
		for _, r := range []ledger.Role{ledger.RoleJudge, ledger.RoleNotifier, ledger.RoleOversight} {
			for range rapid.IntRange(1, 3).Draw(t, "keys") {
				if k := key(); !d.Log.Equal(k) {
					d.Keys[r] = append(d.Keys[r], k)
				}
			}
		}
		text := d.Marshal()
		got, err := ledger.ParseRolesDoc(text)
		if err == nil && !bytes.Equal(got.Marshal(), text) {
			t.Fatalf("%q is printed as %q", text, got.Marshal())
		}
		if err != nil && !strings.Contains(err.Error(), "in order") && !strings.Contains(err.Error(), "no key of oversight") {
			t.Fatal(err)
		}
	})
}

func FuzzParseRolesDoc(f *testing.F) {
	f.Add(rolesDoc().Marshal())
	d := rolesDoc()
	d.Deposit, d.Demonstration = make([]byte, 1216), true
	f.Add(d.Marshal())
	f.Fuzz(func(t *testing.T, text []byte) {
		if d, err := ledger.ParseRolesDoc(text); err == nil && !bytes.Equal(d.Marshal(), text) {
			t.Fatalf("read:\n%q\nprinted:\n%q", text, d.Marshal())
		}
	})
}
