package httpsig

import (
	"crypto/ed25519"
	"net/http"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/fault"
)

const (
	all   = `("@method" "@target-uri" "content-digest" "content-type" "idempotency-key")`
	times = `;created=1795453200;expires=1795453500`
	rest  = `;nonce="n";keyid="k";tag="rogatory"`
)

// resigned signs a request anew under an input, so that only what the input
// leaves open can be wrong: the key is the right one. An input that cannot be
// signed stays as it is.
func resigned(r *http.Request, input string) *http.Request {
	label, _, _ := strings.Cut(input, "=")
	r.Header.Set("Signature-Input", input)
	r.Header.Set("Signature", member(label, make([]byte, 64)))
	s, err := Find(r)
	if err != nil {
		return r
	}
	text, err := base(r, here, s.covered, s.params)
	if err != nil {
		return r
	}
	r.Header.Set("Signature", member(label, ed25519.Sign(secret, text)))
	return r
}

func TestInputs(t *testing.T) {
	if moment.Unix() != 1795453200 {
		t.Fatalf("the moment is %d", moment.Unix())
	}
	for _, c := range []struct {
		name, input string
		want        string // what the refusal says; empty: none
	}{
		{"all that is asked for", "a=" + all + times + rest, ""},
		{"spaces more", "a=  ( \"@method\"   \"@target-uri\" \"content-digest\" \"content-type\" \"idempotency-key\" );  created=1795453200; expires=1795453500" + rest, "not a dictionary"},
		{"spaces more where they may be", "a=( \"@method\"   \"@target-uri\" \"content-digest\" \"content-type\" \"idempotency-key\" );  created=1795453200; expires=1795453500" + rest, ""},
		{"more than is asked for", `a=("@authority" "@scheme" "@path" "@query" "@method" "@target-uri" "content-digest" "content-type" "idempotency-key" "user-agent")` + times + rest, ""},
		{"signs within strings that part elsewhere", "a=" + all + times + `;nonce="\\\",;(\"\\";keyid="k,;";tag="rogatory"`, ""},
		{"the method left out", strings.Replace("a="+all+times+rest, `"@method" `, "", 1), `"@method" is not covered`},
		{"the address left out", strings.Replace("a="+all+times+rest, `"@target-uri" `, "", 1), `"@target-uri" is not covered`},
		{"the path instead of the address", strings.Replace("a="+all+times+rest, `"@target-uri"`, `"@path" "@query" "@authority" "@scheme"`, 1), `"@target-uri" is not covered`},
		{"the digest left out", strings.Replace("a="+all+times+rest, `"content-digest" `, "", 1), `"content-digest" is not covered`},
		{"the type left out", strings.Replace("a="+all+times+rest, ` "content-type"`, "", 1), `"content-type" is not covered`},
		{"the idempotency key left out", strings.Replace("a="+all+times+rest, ` "idempotency-key"`, "", 1), `"idempotency-key" is not covered`},
		{"nothing covered", "a=()" + times + rest, "is not covered"},
		{"covered twice", strings.Replace("a="+all+times+rest, `"@method"`, `"@method" "@method"`, 1), "covered twice"},
		{"covered as bytes", strings.Replace("a="+all+times+rest, `"content-type"`, `"content-type";bs`, 1), "with a parameter"},
		{"covered as a structure", strings.Replace("a="+all+times+rest, `"content-digest"`, `"content-digest";sf`, 1), "with a parameter"},
		{"covered in part", strings.Replace("a="+all+times+rest, `"content-digest"`, `"content-digest";key="sha-256"`, 1), "with a parameter"},
		{"covered of another request", strings.Replace("a="+all+times+rest, `"@method"`, `"@method";req`, 1), "with a parameter"},
		{"covered of the trailer", strings.Replace("a="+all+times+rest, `"content-type"`, `"content-type";tr`, 1), "with a parameter"},
		{"one parameter of the query", strings.Replace("a="+all+times+rest, `"@method"`, `"@method" "@query-param";name="lane"`, 1), "with a parameter"},
		{"covered in capitals", strings.Replace("a="+all+times+rest, `"content-type"`, `"Content-Type"`, 1), "not the name of a component"},
		{"covered by a token", strings.Replace("a="+all+times+rest, `"content-type"`, `content-type`, 1), "not the name of a component"},
		{"covered by a number", strings.Replace("a="+all+times+rest, `"content-type"`, `7`, 1), "not the name of a component"},
		{"covered without a name", strings.Replace("a="+all+times+rest, `"content-type"`, `""`, 1), "not the name of a component"},
		{"covered and not there", strings.Replace("a="+all+times+rest, `"content-type"`, `"content-type" "date"`, 1), "not there"},
		{"the status of a request", strings.Replace("a="+all+times+rest, `"@method"`, `"@method" "@status"`, 1), "cannot be covered"},
		{"the parameters themselves", strings.Replace("a="+all+times+rest, `"@method"`, `"@method" "@signature-params"`, 1), "cannot be covered"},
		{"too many covered", "a=(" + strings.Repeat(`"a" `, mostCovered+1) + ")" + times + rest, "more than"},
		{"no tag", "a=" + all + times + `;nonce="n";keyid="k"`, "no signature with the tag"},
		{"the tag of another", "a=" + all + times + `;nonce="n";keyid="k";tag="other"`, "no signature with the tag"},
		{"the tag as a token", "a=" + all + times + `;nonce="n";keyid="k";tag=rogatory`, "no signature with the tag"},
		{"no nonce", "a=" + all + times + `;keyid="k";tag="rogatory"`, "missing"},
		{"an empty nonce", "a=" + all + times + `;nonce="";keyid="k";tag="rogatory"`, "missing"},
		{"an endless nonce", "a=" + all + times + `;nonce="` + strings.Repeat("n", longestNonce+1) + `";keyid="k";tag="rogatory"`, "longer"},
		{"no key", "a=" + all + times + `;nonce="n";tag="rogatory"`, "missing"},
		{"an endless key", "a=" + all + times + `;nonce="n";keyid="` + strings.Repeat("k", longestKeyID+1) + `";tag="rogatory"`, "longer"},
		{"no beginning", "a=" + all + ";expires=1795453500" + rest, "missing"},
		{"no end", "a=" + all + ";created=1795453200" + rest, "missing"},
		{"a beginning in words", "a=" + all + `;created="1795453200";expires=1795453500` + rest, "not of its type"},
		{"a beginning in parts of a second", "a=" + all + ";created=1795453200.5;expires=1795453500" + rest, "not of its type"},
		{"a beginning before time", "a=" + all + ";created=-1;expires=1795453500" + rest, "not of its type"},
		{"a beginning at the end of time", "a=" + all + ";created=999999999999999;expires=999999999999999" + rest, "lies ahead"},
		{"an end at the end of time", "a=" + all + ";created=1795453200;expires=999999999999999" + rest, "after created"},
		{"a life of a second too much", "a=" + all + ";created=1795453200;expires=1795453501" + rest, "after created"},
		{"an end before the beginning", "a=" + all + ";created=1795453200;expires=1795453199" + rest, "has passed"},
		{"made too long ago", "a=" + all + ";created=1795452899;expires=1795453199" + rest, "ago"},
		{"an unknown parameter", "a=" + all + times + rest + ";only-for=\"status\"", "not known"},
		{"a parameter twice", "a=" + all + times + rest + `;keyid="other"`, "twice"},
		{"a label twice", "a=" + all + times + rest + ", a=" + all + times + rest, "twice"},
		{"two with our tag", "a=" + all + times + rest + ", b=" + all + times + rest, "2 signatures"},
		{"an item instead of a list", `a="@method"` + times + rest, "no signature with the tag"},
		{"a label without a value", `a` + rest, "no signature with the tag"},
		{"no dictionary", `a=("@method"`, "not a dictionary"},
		{"too long", "a=" + all + times + rest + `, b="` + strings.Repeat("b", longestField) + `"`, "longer than"},
	} {
		err := verify(resigned(signedOne(t, "POST", around, asked), c.input), asked, public, moment)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if fault.KindOf(err) != fault.Unauthenticated || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// A sender who signs less than is asked for, or signs two meanings at once, is
// refused even though the signature is good.
func TestGoodSignaturesThatLeaveSomethingOpen(t *testing.T) {
	little := `a=("@method" "@target-uri")` + times + rest
	digested := `a=("@method" "@target-uri" "content-digest")` + times + rest
	bare := func(method string) *http.Request { return wire(t, outgoing(t, method, around, "")) }
	with := func(r *http.Request, name string, lines ...string) *http.Request {
		r.Header[name] = lines
		return r
	}
	for _, c := range []struct {
		name    string
		request *http.Request
		input   string
		body    string
		want    string
	}{
		{"to read, without a digest", bare("GET"), little, "", ""},
		{"to look whether it is there, without a digest", bare("HEAD"), little, "", ""},
		{"a body that was put in", bare("GET"), little, asked, `"content-digest" is not covered`},
		{"to write, without a digest", bare("POST"), little, "", `"content-digest" is not covered`},
		{"to remove, without a digest", bare("DELETE"), little, "", `"content-digest" is not covered`},
		{"to write nothing", with(bare("POST"), "Content-Digest", digestOf(nil)), digested, "", ""},
		{"a body of no type", with(bare("POST"), "Content-Digest", digestOf([]byte(asked))), digested, asked, `"content-type" is not covered`},
		{"two types, both signed", with(signedOne(t, "POST", around, asked), "Content-Type", "text/plain", "application/json"), "a=" + all + times + rest, asked, "is there 2 times"},
		{"two idempotency keys, both signed", with(signedOne(t, "POST", around, asked), "Idempotency-Key", "one", "two"), "a=" + all + times + rest, asked, "is there 2 times"},
		{"two digests, both signed", with(signedOne(t, "POST", around, asked), "Content-Digest", "a=:YQ==:", digestOf([]byte(asked))), "a=" + all + times + rest, asked, "is there 2 times"},
		{"an encoding that is signed", with(signedOne(t, "POST", around, asked), "Content-Encoding", "gzip"), "a=" + strings.Replace(all, ")", ` "content-encoding")`, 1) + times + rest, asked, ""},
		{"an empty idempotency key", with(bare("GET"), "Idempotency-Key", ""), little, "", `"idempotency-key" is not covered`},
	} {
		err := verify(resigned(c.request, c.input), c.body, public, moment)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if fault.KindOf(err) != fault.Unauthenticated || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestSignatureValues(t *testing.T) {
	r := signedOne(t, "POST", around, asked)
	good := r.Header.Get("Signature")
	value := strings.TrimPrefix(good, "rogatory=")
	for _, c := range []struct{ name, given, want string }{
		{"another label", "other=" + value, "not there"},
		{"a string", `rogatory="` + strings.Trim(value, ":") + `"`, "not bytes"},
		{"a parameter", good + ";a", "not bytes"},
		{"twice", good + ", " + good, "twice"},
		{"a list", "rogatory=(" + value + ")", "not bytes"},
		{"nothing", "rogatory", "not bytes"},
		{"empty", "", "is missing"},
		{"empty bytes", "rogatory=::", "not that of the key"},
		{"cut short", "rogatory=:" + strings.Trim(value, ":")[:84] + ":", "not that of the key"},
		{"not base64", "rogatory=:*:", "not a dictionary"},
		{"longer than taken", good + `, b="` + strings.Repeat("b", longestField) + `"`, "longer than"},
	} {
		r.Header.Set("Signature", c.given)
		if err := verify(r, asked, public, moment); fault.KindOf(err) != fault.Unauthenticated || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	r.Header.Set("Signature", good)
	if err := verify(r, asked, public, moment); err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Signature", "proxy=:YQ==:, "+good)
	if err := verify(r, asked, public, moment); err != nil {
		t.Errorf("one more beside it: %v", err)
	}
}

func TestDigests(t *testing.T) {
	good := func(alg string) string {
		return member(alg, digests[alg]([]byte(asked)))
	}
	wrong := member("sha-512", make([]byte, 64))
	for _, c := range []struct {
		name, digest string
		want         bool
	}{
		{"sha-256", good("sha-256"), true},
		{"sha-512", good("sha-512"), true},
		{"both", good("sha-256") + ", " + good("sha-512"), true},
		{"one unknown beside a known", "id-sha-1024=:YQ==:, " + good("sha-256"), true},
		{"unknown ones only", "md5=:YQ==:, sha=:YQ==:", false},
		{"one right and one wrong", good("sha-256") + ", " + wrong, false},
		{"one wrong and one right", wrong + ", " + good("sha-256"), false},
		{"the right one last", member("sha-256", make([]byte, 32)) + ", " + good("sha-256"), false},
		{"cut short", good("sha-256")[:20] + ":", false},
		{"empty bytes", "sha-256=::", false},
		{"a string", `sha-256="` + strings.Trim(strings.TrimPrefix(good("sha-256"), "sha-256="), ":") + `"`, false},
		{"a list", "sha-256=(" + strings.TrimPrefix(good("sha-256"), "sha-256=") + ")", false},
		{"a parameter", good("sha-256") + ";q=1", false},
		{"in capitals", "SHA-256=" + strings.TrimPrefix(good("sha-256"), "sha-256="), false},
		{"nothing", " ", false},
		{"the older field's form", "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", false},
		{"too long", good("sha-256") + `, b="` + strings.Repeat("b", longestField) + `"`, false},
	} {
		r := &http.Request{Header: http.Header{"Content-Digest": {c.digest}}}
		err := checkDigest(r, []byte(asked))
		if (err == nil) != c.want || (err != nil && fault.KindOf(err) != fault.Unauthenticated) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
