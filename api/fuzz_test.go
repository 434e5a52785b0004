package api

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/request"
)

// FuzzSubmit: whatever is sent, the office answers with what openapi.yaml says, a
// request is accepted as genuine only if it is signed, and one that is taken is on
// record.
func FuzzSubmit(f *testing.F) {
	doc := document(f, "leg-13", "tr-ca", "TR", nil)
	long := `sig=("@method" "@target-uri" "content-digest" "content-type" "idempotency-key");created=1788253200;expires=1788253500;nonce="a";keyid="tr-ca#k1";alg="ed25519";tag="rogatory"`
	f.Add(doc, "application/json", "a", "", "", "")
	f.Add(doc, "application/json", "a", long, "sig=:AAAA:", "sha-256=:AAAA:")
	f.Add([]byte(`{}`), "application/json; charset=utf-8", "b", long, "", "")
	f.Add([]byte(`[[[[`), "text/plain", "", "", "", "")
	f.Add([]byte("\xff"), "application/json", "\n", "x", "x", "x")
	f.Add(doc, "application/json", strings.Repeat("x", 201), `sig=();tag="rogatory"`, `sig=::`, "sha-512=::")
	o := newRig(f)
	o.enrol("tr-ca", "TR")
	handler := o.server.Handler()
	wide := newLane(width{reading: 8, working: 8, rate: 1e9, burst: 1e9}, o.clock())
	o.server.lanes.strangers, o.server.lanes.authorities["tr-ca"] = wide, wide
	f.Fuzz(func(t *testing.T, body []byte, kind, once, input, signature, digest string) {
		r := httptest.NewRequest(http.MethodPost, origin+"/v1/requests", bytes.NewReader(body))
		for name, value := range map[string]string{
			"Content-Type": kind, "Idempotency-Key": once, "Signature-Input": input, "Signature": signature, "Content-Digest": digest,
		} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		got := w.Result()
		if err := check(r, body, got, w.Body.Bytes()); err != nil {
			t.Fatalf("%d %s: %v", got.StatusCode, w.Body, err)
		}
		switch got.StatusCode {
		case 201:
			t.Fatalf("accepted without the key: %s", w.Body)
		case 202:
			if input != "" || signature != "" {
				t.Fatalf("a signature that is no good is taken for none: %q %q", input, signature)
			}
			if _, err := request.Read(body); err != nil {
				t.Fatalf("taken, and unreadable: %v", err)
			}
		case 400, 401, 409, 413, 415:
		default:
			t.Fatalf("%d %s", got.StatusCode, w.Body)
		}
	})
}

// FuzzDecode: what is decoded has one reading, and nothing breaks the reader.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{`{"why":"a"}`, `{"why":"a","why":"b"}`, `{"Why":"a","why":"b"}`, `{"why":{}}`, ``, `null`, `{"why":"a"}{}`, strings.Repeat("[", 99), `{"\u0077hy":"a","why":"b"}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var in Withdrawal
		if err := decode(text, &in); err != nil {
			return
		}
		if strings.Count(strings.ToLower(string(text)), `"why"`)-strings.Count(in.Why, `why`) > 2 {
			t.Errorf("%s has more than one reading", text)
		}
	})
}

// FuzzRef: what is read as a reference is written in one way.
func FuzzRef(f *testing.F) {
	f.Add("26-7K3MQ9XB-T")
	f.Add("26 7k3mq9xb t")
	f.Add("../../etc")
	f.Fuzz(func(t *testing.T, text string) {
		r := httptest.NewRequest(http.MethodGet, origin, nil)
		r.SetPathValue("case", text)
		ref, err := refOf(r)
		if err != nil {
			return
		}
		if again, err := docket.ParseRef(string(ref)); err != nil || again != ref {
			t.Errorf("%q is read as %s, which is read as %s: %v", text, ref, again, err)
		}
	})
}
