package login

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/rogatory/rogatory/fault"
)

const (
	providerTime  = 10 * time.Second // for one answer of a provider
	providerPause = 5 * time.Second  // before one that was down is asked again
)

// OIDC is a provider of identities, by OpenID Connect Core 1.0.
type OIDC struct {
	Issuer string // https, or http on a loopback
	Client string // the client id it knows the office by
	Secret string // empty: the office is a public client
}

// LogValue leaves out the secret.
func (o *OIDC) LogValue() slog.Value { return slog.StringValue(o.Issuer) }

// A provider is asked what it offers when somebody first signs in by it, and
// again until it answers: an office starts, and its passkeys work, while the
// provider is down.
type provider struct {
	set      OIDC
	callback string
	client   *http.Client
	clock    func() time.Time

	mu     sync.Mutex // guards what follows; it is held while the provider is asked, so that one asks for all
	found  *oidc.Provider
	failed time.Time // when it was last down
}

func newProvider(set *OIDC, origin string, clock func() time.Time) (*provider, error) {
	if set == nil {
		return nil, nil
	}
	u, err := url.Parse(set.Issuer)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, fault.Invalidf("issuer "+set.Issuer, "is not an https address").WithHint("give it as the provider does, for example https://login.example/realms/office")
	}
	if set.Client == "" {
		return nil, fault.Invalidf("issuer "+set.Issuer, "the client id is missing").WithHint("the provider gives one when the office is registered there")
	}
	return &provider{set: *set, callback: origin + "/login/oidc/callback", client: &http.Client{Timeout: providerTime}, clock: clock}, nil
}

// discover gives what the provider offers; fault.Busy while it is down. It goes on
// when whoever asked goes away: others wait for the same answer, and nobody is to
// make a provider that works look like one that is down.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	down := fault.Busyf("", "the provider of identities does not answer").WithHint("try again in a minute, or sign in with a passkey")
	now := p.clock()
	if !p.failed.IsZero() && now.Sub(p.failed) < providerPause {
		return nil, down
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), providerTime)
	defer cancel()
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.set.Issuer)
	if err != nil {
		p.failed = now
		down.Cause = err
		return nil, down
	}
	p.found = found
	return found, nil
}

// config is how the office is known there.
func (p *provider) config(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.set.Client, ClientSecret: p.set.Secret, Endpoint: found.Endpoint(), RedirectURL: p.callback,
		Scopes: []string{oidc.ScopeOpenID, "email"},
	}
}

// claims are what a token says of whoever it is for.
type claims struct {
	Subject  string   `json:"sub"`
	Mail     string   `json:"email"`
	Verified bool     `json:"email_verified"`
	Nonce    string   `json:"nonce"`
	Party    string   `json:"azp"`
	Time     *float64 `json:"auth_time"` // seconds since 1970
}

// redeem exchanges a code for what the provider says, verified: signature,
// issuer, audience, end and nonce (OpenID Connect Core 1.0, section 3.1.3.7).
func (p *provider) redeem(ctx context.Context, code, verifier, nonce string) (*claims, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	refused := fault.Unauthenticatedf("", "the provider's answer does not hold").WithHint("begin again")
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.config(found).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) && answered.Response.StatusCode < http.StatusInternalServerError {
		return nil, because(refused, "the code was not exchanged: "+answered.ErrorCode)
	}
	if err != nil {
		return nil, because(fault.Busyf("", "the provider of identities does not answer").WithHint("try again in a minute"), err.Error())
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, because(refused, "there is no id token")
	}
	id, err := found.Verifier(&oidc.Config{ClientID: p.set.Client, Now: p.clock}).Verify(ctx, raw)
	if err != nil {
		return nil, because(refused, err.Error())
	}
	var c claims
	if err := id.Claims(&c); err != nil {
		return nil, because(refused, "its claims cannot be read")
	}
	switch {
	case c.Nonce != nonce:
		return nil, because(refused, "the nonce is another")
	case c.Party != "" && c.Party != p.set.Client, c.Party == "" && len(id.Audience) > 1:
		return nil, because(refused, "it was issued to another party")
	case id.AccessTokenHash != "" && id.VerifyAccessToken(token.AccessToken) != nil:
		return nil, because(refused, "the access token belongs to another")
	}
	return &c, nil
}
