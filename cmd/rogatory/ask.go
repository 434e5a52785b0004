package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/proof/httpsig"
)

// asking is how an authority reaches an office, and signs.
type asking struct {
	To    string `help:"Where the office is, like https://office.example." placeholder:"URL" env:"ROGATORY_OFFICE"`
	KeyID string `name:"keyid" help:"Names the key as the office enrolled it: authority#key." placeholder:"ID" env:"ROGATORY_KEYID"`
	Key   string `help:"The private key, PEM (PKCS 8, Ed25519). Without it nothing is signed, and the request goes into quarantine." placeholder:"FILE" type:"path" env:"ROGATORY_KEY"`
	Demo  string `help:"The folder of a demonstration: its office, and the authority that is enrolled there." placeholder:"DIR" type:"path"`
}

// answerLimit bounds what is read of an answer that is not a package.
const answerLimit = 4 << 20

// fill takes from a demonstration what is not said.
func (a *asking) fill() error {
	if a.Demo != "" {
		s, err := readSettings(filepath.Join(a.Demo, settingsFile))
		if err != nil {
			return fault.NotFoundf(a.Demo, "is no demonstration: %v", err).WithHint("rogatory serve --demo prints where it is")
		}
		if a.To == "" {
			a.To = s.Serve.Origin
		}
		if a.KeyID == "" && a.Key == "" {
			a.KeyID, a.Key = demoAuthority+"#1", filepath.Join(a.Demo, "requester.pem")
		}
	}
	if a.To == "" {
		return fault.Invalidf("--to", "it is not said which office").WithHint("name it by --to https://office.example")
	}
	a.To = strings.TrimSuffix(a.To, "/")
	if u, err := url.Parse(a.To); err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && local(u.Hostname())) {
		return fault.Invalidf("--to", "%s is no address to which a request can be sent", shown(a.To)).
			WithHint("write https://office.example: over http everybody on the way reads it; http is for this machine alone")
	}
	if (a.Key == "") != (a.KeyID == "") {
		return fault.Invalidf("--key", "a key and its keyid go together").WithHint("the keyid is authority#key, as the office enrolled it")
	}
	return nil
}

// readKey reads a private key that nobody else can read.
func readKey(name string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fault.NotFoundf(name, "cannot be read: %v", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fault.Invalidf(name, "is no PEM file").WithHint("rogatory request keygen makes one")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fault.Invalidf(name, "is no private key: %v", err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fault.Invalidf(name, "is a key of another kind than Ed25519").WithHint("rogatory request keygen makes one; other kinds are verified and not made here")
	}
	return key, nil
}

// A call is one request to an office.
type call struct {
	method, path string
	kind         string // of the body
	body         []byte
	once         string // its idempotency key
}

// do sends a call, signed if there is a key, and gives the answer, which the
// caller closes. What the office refuses is an error in its own words.
func (a *asking) do(ctx context.Context, c call) (*http.Response, error) {
	if err := a.fill(); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, c.method, a.To+c.path, bytes.NewReader(c.body))
	if err != nil {
		return nil, fault.Invalidf("--to", "%v", err)
	}
	if c.kind != "" {
		r.Header.Set("Content-Type", c.kind)
	}
	if c.once != "" {
		r.Header.Set("Idempotency-Key", c.once)
	}
	if a.Key != "" {
		key, err := readKey(a.Key)
		if err != nil {
			return nil, err
		}
		if err := httpsig.Sign(r, c.body, a.KeyID, key, time.Now(), rand.Reader); err != nil {
			return nil, err
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		return nil, fault.Busyf(a.To, "does not answer: %v", err).WithHint("nothing is lost: send it again; the same idempotency key never makes a second case")
	}
	if answer.StatusCode/100 != 2 {
		defer answer.Body.Close()
		return nil, refused(a.To, answer)
	}
	return answer, nil
}

// refused turns a problem document (RFC 9457) into an error.
func refused(where string, answer *http.Response) error {
	var p struct{ Title, Detail, Hint, Where string }
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerLimit))
	if err != nil || json.Unmarshal(text, &p) != nil || p.Title == "" {
		return fault.Conflictf(where, "answered %s", answer.Status)
	}
	if p.Where != "" {
		where = visible(p.Where)
	}
	what := p.Detail
	if what == "" {
		what = p.Title
	}
	f := fault.Conflictf(where, "%s", visible(what))
	if p.Hint != "" {
		f = f.WithHint(visible(p.Hint))
	}
	return f
}

// print sends a call and prints the answer as it came.
func (a *asking) print(ctx context.Context, s *streams, c call) error {
	answer, err := a.do(ctx, c)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerLimit))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return fault.Conflictf(a.To, "its answer cannot be read: %v", err)
	}
	_, err = s.out.Write(append(out.Bytes(), '\n'))
	return err
}

// onceFor is the key of a message that is not given one: the same bytes are the
// same message.
func onceFor(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}
