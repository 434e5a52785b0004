package httpsig

import (
	"bufio"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The keys of RFC 9421, appendix B.1.
var (
	rsaPSS = `MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB`
	eccP256 = `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==`
	edwards     = `MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=`
	edwardsSeed = `n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=`
)

func vectorKey(t *testing.T, text string) crypto.PublicKey {
	t.Helper()
	block, _ := pem.Decode([]byte("-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n"))
	if block == nil {
		t.Fatal("the key is not PEM")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// The request of RFC 9421, appendix B.2.
const vectorRequest = "POST /foo?param=Value&Pet=dog HTTP/1.1\r\n" +
	"Host: example.com\r\n" +
	"Date: Tue, 20 Apr 2021 02:07:55 GMT\r\n" +
	"Content-Type: application/json\r\n" +
	"Content-Digest: " + vectorDigest + "\r\n" +
	"Content-Length: 18\r\n\r\n" + vectorBody

const (
	vectorBody   = `{"hello": "world"}`
	vectorDigest = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
)

func readRequest(t *testing.T, text string) *http.Request {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func decoded(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Signatures of RFC 9421, appendices B.2.1, B.2.3, B.2.6 and B.4, over
// requests. B.2.2 covers a component with a parameter, B.2.5 is made with a
// shared secret: neither is taken here.
func TestVectorsOverRequests(t *testing.T) {
	transformed := func(lines string) string {
		return "GET /demo?name1=Value1&Name2=value2 HTTP/1.1\r\nHost: example.org\r\n" + lines + "\r\n"
	}
	const (
		accept = `("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"`
		bytes4 = "ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA=="
	)
	for _, c := range []struct {
		name, request, origin, key string
		covered                    []string
		params, base, signature    string
		want                       bool
	}{
		{
			"B.2.1 covers nothing", vectorRequest, "https://example.com", rsaPSS, nil,
			`();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"`, "",
			"d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==",
			true,
		},
		{
			"B.2.3 covers everything", vectorRequest, "https://example.com", rsaPSS,
			[]string{"date", "@method", "@path", "@query", "@authority", "content-type", "content-digest", "content-length"},
			`("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"`,
			`"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@query": ?param=Value&Pet=dog
"@authority": example.com
"content-type": application/json
"content-digest": ` + vectorDigest + `
"content-length": 18
`,
			"bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==",
			true,
		},
		{
			"B.2.6 by ed25519", vectorRequest, "https://example.com", edwards,
			[]string{"date", "@method", "@path", "@authority", "content-type", "content-length"},
			`("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`,
			`"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
`,
			"wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==", true,
		},
		{
			"B.2.6 at another office", vectorRequest, "https://example.org", edwards,
			[]string{"date", "@method", "@path", "@authority", "content-type", "content-length"},
			`("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`,
			"", "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==", false,
		},
		{
			"B.4 as it was signed", transformed("Date: Fri, 15 Jul 2022 14:24:55 GMT\r\nAccept: application/json\r\nAccept: */*\r\n"), "https://example.org", edwards,
			[]string{"@method", "@path", "@authority", "accept"}, accept,
			"\"@method\": GET\n\"@path\": /demo\n\"@authority\": example.org\n\"accept\": application/json, */*\n", bytes4, true,
		},
		{
			"B.4 with the lines put together", transformed("Referer: https://developer.example.org/demo\r\nAccept: application/json, */*\r\n"), "https://example.org", edwards,
			[]string{"@method", "@path", "@authority", "accept"}, accept, "", bytes4, true,
		},
		{
			"B.4 with the lines in another order", transformed("Accept: */*\r\nAccept: application/json\r\n"), "https://example.org", edwards,
			[]string{"@method", "@path", "@authority", "accept"}, accept, "", bytes4, false,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := readRequest(t, c.request)
			if c.base != "" {
				got, err := base(r, c.origin, c.covered, c.params)
				want := c.base + `"@signature-params": ` + c.params
				if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
					t.Errorf("the base is another (-want +got), %v:\n%s", err, diff)
				}
			}
			s := &Signature{covered: c.covered, params: c.params, bytes: decoded(t, c.signature)}
			if err := s.check(r, vectorKey(t, c.key), c.origin); (err == nil) != c.want {
				t.Errorf("verified: %v, want %v", err, c.want)
			}
		})
	}
}

// RFC 9421, appendix B.2.4, is over a response: its base is written out here, to
// see that the key and the bytes of an ECDSA signature are read as they should be.
func TestVectorOfECDSA(t *testing.T) {
	text := `"@status": 200
"content-type": application/json
"content-digest": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:
"content-length": 23
"@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"`
	signature := decoded(t, "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==")
	key := vectorKey(t, eccP256)
	if !signed(key, []byte(text), signature) {
		t.Error("the signature of the standard is refused")
	}
	for name, wrong := range map[string][]byte{
		"cut short": signature[:63], "lengthened": append([]byte{0}, signature...), "empty": nil,
	} {
		if signed(key, []byte(text), wrong) {
			t.Errorf("a signature %s passes", name)
		}
	}
	if signed(key, []byte(text+" "), signature) {
		t.Error("another text passes")
	}
}

// Ed25519 signs alike every time, so the bytes of RFC 9421, appendix B.2.6, are
// made again.
func TestVectorOfEd25519IsMadeAgain(t *testing.T) {
	key := ed25519.NewKeyFromSeed(decoded(t, edwardsSeed))
	if !key.Public().(ed25519.PublicKey).Equal(vectorKey(t, edwards)) {
		t.Fatal("the keys do not belong together")
	}
	text, err := base(readRequest(t, vectorRequest), "https://example.com",
		[]string{"date", "@method", "@path", "@authority", "content-type", "content-length"},
		`("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`)
	if err != nil {
		t.Fatal(err)
	}
	got := base64.StdEncoding.EncodeToString(ed25519.Sign(key, text))
	if want := "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The digests of RFC 9530, appendices B.1, B.2 and D, and RFC 9421, appendix B.2.
func TestVectorsOfDigests(t *testing.T) {
	for _, c := range []struct{ name, digest, body string }{
		{"the request of RFC 9421", vectorDigest, vectorBody},
		{"a line of JSON", "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", vectorBody + "\n"},
		{"no content", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:", ""},
	} {
		r := &http.Request{Header: http.Header{"Content-Digest": {c.digest}}}
		if err := checkDigest(r, []byte(c.body)); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if err := checkDigest(r, []byte(c.body+" ")); err == nil {
			t.Errorf("%s: passes for another body", c.name)
		}
	}
}
