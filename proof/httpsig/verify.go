package httpsig

import (
	"crypto"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// How long a signature is good for, and how far the clock of whoever made it may
// be ahead of ours.
const (
	lifetime = 5 * time.Minute
	skew     = 30 * time.Second
)

// bound are the fields that change what a request means. One that is there is
// covered, and is there once: of two lines one reader takes the first and another
// the last.
var bound = []string{"content-digest", "content-type", "content-encoding", "idempotency-key"}

// Verify asks whether a key signed the request as it came, with the bytes of its
// body, for this office and now. origin is where the office is reached (scheme and
// authority, as configured): behind proxies Host is anybody's word. A refusal is a
// fault.Unauthenticated that says what is wrong.
//
// That the key is the one the signature names, that it is still good, and that
// the nonce is new is for the caller to see to.
func (s *Signature) Verify(r *http.Request, body []byte, key crypto.PublicKey, origin string, now time.Time) error {
	if err := s.verifyHead(r, len(body) > 0, key, origin, now); err != nil {
		return err
	}
	return s.VerifyBody(r, body)
}

// VerifyHead asks what Verify asks, but for the body, which has not been read:
// whoever did not sign gets no time to send one slowly. VerifyBody follows it.
func (s *Signature) VerifyHead(r *http.Request, key crypto.PublicKey, origin string, now time.Time) error {
	return s.verifyHead(r, r.ContentLength != 0, key, origin, now)
}

func (s *Signature) verifyHead(r *http.Request, hasBody bool, key crypto.PublicKey, origin string, now time.Time) error {
	if err := s.fresh(now); err != nil {
		return err
	}
	if err := s.coversEnough(r, hasBody); err != nil {
		return err
	}
	return s.check(r, key, origin)
}

// VerifyBody asks whether the bytes that came are those that were signed. It means
// something after VerifyHead alone.
func (s *Signature) VerifyBody(r *http.Request, body []byte) error {
	covered := slices.Contains(s.covered, "content-digest")
	switch {
	case covered:
		return checkDigest(r, body)
	case len(body) > 0:
		return fault.Unauthenticatedf("Signature-Input", "there is a body, and its digest is not covered").WithHint("cover content-digest")
	}
	return nil
}

// fresh asks for a short life, and for a now within it.
func (s *Signature) fresh(now time.Time) error {
	switch {
	case s.Created.After(now.Add(skew)):
		return fault.Unauthenticatedf("Signature-Input", "created lies ahead").WithHint("set the clock")
	case now.Sub(s.Created) > lifetime:
		return fault.Unauthenticatedf("Signature-Input", "created is more than %s ago", lifetime).WithHint("sign the request again, and set the clock")
	case !now.Before(s.Expires):
		return fault.Unauthenticatedf("Signature-Input", "expires has passed").WithHint("sign the request again")
	case s.Expires.Sub(s.Created) > lifetime:
		return fault.Unauthenticatedf("Signature-Input", "expires is more than %s after created", lifetime)
	}
	return nil
}

// coversEnough asks that nothing the office acts upon is left open.
func (s *Signature) coversEnough(r *http.Request, hasBody bool) error {
	required := []string{"@method", "@target-uri"}
	if hasBody {
		required = append(required, "content-digest", "content-type")
	} else if m := method(r); m != http.MethodGet && m != http.MethodHead {
		required = append(required, "content-digest") // that there is no body is said, too
	}
	for _, name := range bound {
		switch lines := r.Header.Values(name); {
		case len(lines) > 1:
			return fault.Unauthenticatedf(name, "is there %d times", len(lines)).WithHint("send one line")
		case len(lines) == 1:
			required = append(required, name)
		}
	}
	for _, name := range required {
		if !slices.Contains(s.covered, name) {
			return fault.Unauthenticatedf("Signature-Input", "%q is not covered", name).
				WithHint("cover @method, @target-uri, content-digest, and content-type and idempotency-key where they are there")
		}
	}
	return nil
}

// check verifies the signature over what it covers, whatever that is.
func (s *Signature) check(r *http.Request, key crypto.PublicKey, origin string) error {
	u, err := url.Parse(origin)
	if err != nil {
		return fmt.Errorf("origin of the office: %w", err)
	}
	at, ok := originOf(u)
	if !ok || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("origin of the office: %q is not a scheme and an authority", origin)
	}
	alg, err := algorithmOf(key)
	if err != nil {
		return err
	}
	if s.Alg != "" && s.Alg != alg {
		return fault.Unauthenticatedf("Signature-Input", "alg is %q, and the key is one for %s", s.Alg, alg)
	}
	text, err := base(r, at, s.covered, s.params)
	if err != nil {
		return err
	}
	if !signed(key, text, s.bytes) {
		return fault.Unauthenticatedf("Signature", "is not that of the key over this request").
			WithHint("see that it was signed for " + at + " and that nothing on the way altered it")
	}
	return nil
}
