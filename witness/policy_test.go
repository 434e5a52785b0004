package witness

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func witnessKey(t testing.TB, name string) Key {
	k, err := NewKey(seed(name), name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestPolicy(t *testing.T) {
	l := newTree(t, "true").grow(9)
	var text strings.Builder
	fmt.Fprintf(&text, "log %s https://log.example\n  # people\n", l.vkey)
	keys := make(map[string]Key)
	for _, n := range []string{"a", "b", "c", "d", "e"} {
		keys[n] = witnessKey(t, n+".example")
		fmt.Fprintf(&text, "witness %s %s https://%s.example/w/\n", n, keys[n].Verifier(), n)
	}
	text.WriteString("group state 2 a b c\ngroup\tboth all  state d\nquorum both\n")
	p, err := ParsePolicy([]byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(p.Witnesses); got != 4 || p.Witnesses[0].URL != "https://a.example/w" {
		t.Errorf("%d witnesses can count, the first at %s: e does not, and the slash is not doubled", got, p.Witnesses[0].URL)
	}
	for _, c := range []struct {
		who  string
		want bool
	}{{"a b d", true}, {"b c d", true}, {"a b c", false}, {"a d", false}, {"a a d", false}, {"e", false}, {"a b c d", true}, {"", false}} {
		var signers []note.Signer
		for _, n := range strings.Fields(c.who) {
			signers = append(signers, keys[n].Cosigner(at(noon)))
		}
		signed, err := note.Sign(&note.Note{Text: l.text(9)}, append([]note.Signer{l.signer}, signers...)...)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Quorum.Satisfied(signed); got != c.want {
			t.Errorf("%q satisfy: %v", c.who, got)
		}
	}
	if none, err := ParsePolicy([]byte("quorum none")); err != nil || none.Demands() || len(none.Witnesses) != 0 {
		t.Errorf("quorum none: %v %v", none, err)
	}
	alone, err := ParsePolicy([]byte("witness a " + keys["a"].Verifier() + "\nquorum a"))
	if err != nil || !alone.Demands() || len(alone.Witnesses) != 1 || alone.Witnesses[0].URL != "" {
		t.Errorf("a witness without address: %v %v", alone, err)
	}
	if _, err := NewClient(l.verifier(), alone, at(noon)); err == nil {
		t.Error("a client of a witness without address")
	}
}

func TestPolicyRefuses(t *testing.T) {
	a, b := witnessKey(t, "a.example").Verifier(), witnessKey(t, "b.example").Verifier()
	two := "witness a " + a + "\nwitness b " + b + "\n"
	log := newTree(t, "true").vkey
	part := strings.SplitN(a, "+", 3)
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "no line says quorum"},
		{"no quorum", two, "no line says quorum"},
		{"two quorums", two + "quorum a\nquorum b", "line 4: the quorum stands there twice"},
		{"quorum of nobody known", two + "quorum c", "quorum NAME"},
		{"quorum of two", two + "quorum a b", "quorum NAME"},
		{"zero of two", two + "group g 0 a b\nquorum g", "from 1 to"},
		{"three of two", two + "group g 3 a b\nquorum g", "from 1 to"},
		{"minus one", two + "group g -1 a b\nquorum g", "from 1 to"},
		{"01", two + "group g 01 a b\nquorum g", "from 1 to"},
		{"one counted twice", two + "group g 2 a a\nquorum g", "count twice"},
		{"one counted in two groups", two + "group g any a b\ngroup h any a\ngroup q all g h\nquorum q", "count twice"},
		{"group of nobody", two + "group g all\nquorum g", "group NAME"},
		{"group of a stranger", two + "group g all c\nquorum g", "not the name"},
		{"group of itself", two + "group g all g\nquorum g", "not the name"},
		{"none in a group", two + "group g all none\nquorum g", "not the name"},
		{"a name twice", two + "group a all b\nquorum a", "two have the name"},
		{"a witness twice", "witness a " + a + "\nwitness a " + b + "\nquorum a", "two have the name"},
		{"a key twice", "witness a " + a + "\nwitness b " + a + "\nquorum a", "two witnesses"},
		{"a witness named group", "witness group " + a + "\nquorum group", "group"},
		{"a witness without key", "witness a\nquorum a", "witness NAME"},
		{"no key", "witness a b\nquorum a", "verifier key"},
		{"a key of nothing", "witness a a+00000000+\nquorum a", "verifier key"},
		{"a key of an unknown kind", "witness a a+00000000+d3g=\nquorum a", "verifier key"},
		{"a key with a slip", "witness a " + part[0] + "+00000000+" + part[2] + "\nquorum a", "verifier key"},
		{"a log's key with a slip", "witness a " + strings.Replace(log, origin, "a", 1) + "\nquorum a", "verifier key"},
		{"an address of a file", "witness a " + a + " file:///etc/passwd\nquorum a", "https"},
		{"an address with a user", "witness a " + a + " https://u:p@a.example\nquorum a", "https"},
		{"an address with a query", "witness a " + a + " https://a.example/?x\nquorum a", "https"},
		{"another word", two + "quorums a", `"quorums" is not a word`},
		{"a control character", two + "quorum \x1b[1ma", "control character"},
		{"a log without key", "log\nquorum none", "log VKEY"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := ParsePolicy([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// One key is one witness, whichever of its two forms names it.
func TestPolicyOneKeyInTwoForms(t *testing.T) {
	l := newTree(t, "true")
	k := Key{name: "b.example", private: newPrivate()}
	text := "witness a " + l.vkey + "\nwitness b " + k.Verifier() + "\nquorum a"
	if _, err := ParsePolicy([]byte(text)); err == nil || !strings.Contains(err.Error(), "two witnesses") {
		t.Errorf("%v", err)
	}
}

// FuzzParsePolicy: a policy that demands somebody is not satisfied by nobody.
func FuzzParsePolicy(f *testing.F) {
	a, b := witnessKey(f, "a.example").Verifier(), witnessKey(f, "b.example").Verifier()
	f.Add("witness a " + a + " https://a.example\nwitness b " + b + "\ngroup g any a b\nquorum g\n")
	f.Add("quorum none")
	f.Add("# x\n\tgroup g 0 a")
	bare := newTree(f, "true").grow(3).checkpoint(3)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePolicy([]byte(text))
		if err != nil {
			return
		}
		if p.Demands() != (len(p.Witnesses) > 0) || p.Quorum.Satisfied(bare) == p.Demands() {
			t.Fatalf("demands %v of %d", p.Demands(), len(p.Witnesses))
		}
	})
}
