package house

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/rogatory/rogatory/proof/httpsig"
)

// A Requester is an authority that the office has enrolled, with its key.
type Requester struct {
	ID     string
	Origin string // for which it signs, wherever it sends to
	key    ed25519.PrivateKey
	client *http.Client
}

// Send signs a call anew and sends it to one of the office's processes, at a time
// of the office's clock. An answer of any status is no error.
func (q *Requester) Send(ctx context.Context, at, method, path string, body []byte, once string, now time.Time) (*Answer, error) {
	r, err := call(ctx, q.Origin, method, path, body, once)
	if err != nil {
		return nil, err
	}
	if err := httpsig.Sign(r, body, q.ID+"#1", q.key, now, rand.Reader); err != nil {
		return nil, err
	}
	to, err := url.Parse(at)
	if err != nil {
		return nil, err
	}
	r.URL.Scheme, r.URL.Host = to.Scheme, to.Host
	return ask(q.client, r)
}

func call(ctx context.Context, at, method, path string, body []byte, once string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, at+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	if once != "" {
		r.Header.Set("Idempotency-Key", once)
	}
	return r, nil
}

// A Stranger sends without a signature.
type Stranger struct{ client *http.Client }

// NewStranger gives one that keeps connections of its own, from an address of this
// machine.
func NewStranger(from net.IP) *Stranger {
	t := transport()
	t.DialContext = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}).DialContext
	return &Stranger{&http.Client{Timeout: patience, Transport: t}}
}

// Send sends a request.
func (g *Stranger) Send(ctx context.Context, at string, body []byte, once string) (*Answer, error) {
	r, err := call(ctx, at, http.MethodPost, "/v1/requests", body, once)
	if err != nil {
		return nil, err
	}
	return ask(g.client, r)
}

// Live asks whether the program is there.
func (g *Stranger) Live(ctx context.Context, at string) (*Answer, error) {
	r, err := call(ctx, at, http.MethodGet, "/livez", nil, "")
	if err != nil {
		return nil, err
	}
	return ask(g.client, r)
}
