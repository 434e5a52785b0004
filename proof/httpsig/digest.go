package httpsig

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"net/http"

	"github.com/dunglas/httpsfv"

	"github.com/rogatory/rogatory/fault"
)

// digests are the algorithms of RFC 9530, section 5, that are still good.
var digests = map[string]func([]byte) []byte{
	"sha-256": func(b []byte) []byte { sum := sha256.Sum256(b); return sum[:] },
	"sha-512": func(b []byte) []byte { sum := sha512.Sum512(b); return sum[:] },
}

// checkDigest compares Content-Digest with the bytes that came. Every digest of
// a known algorithm must be right and there must be one; others say nothing.
func checkDigest(r *http.Request, body []byte) error {
	d, err := dictionary(r, "Content-Digest")
	if err != nil {
		return err
	}
	known := 0
	for _, name := range d.Names() {
		sum, ok := digests[name]
		if !ok {
			continue
		}
		member, _ := d.Get(name)
		item, ok := member.(httpsfv.Item)
		if !ok || len(item.Params.Names()) != 0 {
			return fault.Unauthenticatedf("Content-Digest", "%s is not bytes", name)
		}
		if given, _ := item.Value.([]byte); !bytes.Equal(given, sum(body)) {
			return fault.Unauthenticatedf("Content-Digest", "%s is not that of the body", name).
				WithHint("the digest is of the bytes as they are sent")
		}
		known++
	}
	if known == 0 {
		return fault.Unauthenticatedf("Content-Digest", "has neither sha-256 nor sha-512")
	}
	return nil
}

// digestOf is the Content-Digest of a body we send.
func digestOf(body []byte) string { return member("sha-256", digests["sha-256"](body)) }

// member writes bytes as a member of a dictionary (RFC 9651, section 4.1.8).
func member(name string, value []byte) string {
	return name + "=:" + base64.StdEncoding.EncodeToString(value) + ":"
}
