package httpsig

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/dunglas/httpsfv"

	"github.com/rogatory/rogatory/fault"
)

// Sign signs a request about to be sent, with the body it will have: it sets
// Content-Digest, Signature-Input and Signature. A request that is sent again is
// signed again, for a nonce is good once.
func Sign(r *http.Request, body []byte, keyID string, key ed25519.PrivateKey, now time.Time, random io.Reader) error {
	origin, ok := originOf(r.URL)
	if !ok {
		return fault.Invalidf(r.URL.Redacted(), "is not an address to send a request to").WithHint("give scheme and host")
	}
	if len(body) > 0 && r.Header.Get("Content-Type") == "" {
		return fault.Invalidf("Content-Type", "is missing, and there is a body")
	}
	r.Header.Set("Content-Digest", digestOf(body))

	list := httpsfv.InnerList{Params: httpsfv.NewParams()}
	covered := []string{"@method", "@target-uri"}
	for _, name := range bound {
		switch lines := r.Header.Values(name); {
		case len(lines) > 1:
			return fault.Invalidf(name, "is there %d times", len(lines)).WithHint("send one line")
		case len(lines) == 1:
			covered = append(covered, name)
		}
	}
	for _, name := range covered {
		list.Items = append(list.Items, httpsfv.NewItem(name))
	}
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(random, nonce); err != nil {
		return fmt.Errorf("draw a nonce: %w", err)
	}
	list.Params.Add("created", now.Unix())
	list.Params.Add("expires", now.Add(lifetime).Unix())
	list.Params.Add("nonce", base64.RawURLEncoding.EncodeToString(nonce))
	list.Params.Add("keyid", keyID)
	list.Params.Add("alg", "ed25519")
	list.Params.Add("tag", Tag)
	params, err := httpsfv.Marshal(list)
	if err != nil || keyID == "" || len(keyID) > longestKeyID {
		return fault.Invalidf("keyid", "%q is not 1 to %d printable ASCII characters", keyID, longestKeyID)
	}
	text, err := base(r, origin, covered, params)
	if err != nil {
		return fault.Invalidf(r.URL.Redacted(), "cannot be signed: %v", err)
	}
	r.Header.Set("Signature-Input", Tag+"="+params)
	r.Header.Set("Signature", member(Tag, ed25519.Sign(key, text)))
	return nil
}
