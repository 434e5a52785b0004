package login

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// An idp is a provider of identities in process: discovery, keys and a token
// endpoint that checks the client, the code, where it goes and its verifier.
type idp struct {
	*rig
	server *httptest.Server
	key    *rsa.PrivateKey

	mu    sync.Mutex
	codes map[string]url.Values // what was asked, by code
	says  map[string]any        // members over the right ones of the next token; nil: left out
	forge *rsa.PrivateKey       // signs instead
	alg   string                // in the header instead
	down  bool
	asked int // discoveries
}

const clientID, clientSecret = "rogatory", "secret & of the client"

// providerKeys are a provider's and a forger's: making them takes longer than all
// else here.
var providerKeys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var keys [2]*rsa.PrivateKey
	for i := range keys {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[i] = key
	}
	return keys
})

func newIDP(t *testing.T) *idp {
	p := &idp{key: providerKeys()[0], codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("POST /token", p.token)
	p.server = httptest.NewServer(mux)
	t.Cleanup(p.server.Close)
	return p
}

func (p *idp) settings() *OIDC { return &OIDC{p.server.URL, clientID, clientSecret} }

func (p *idp) discovery(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if p.down {
		http.Error(w, "down", http.StatusBadGateway)
		return
	}
	answer(w, map[string]any{
		"issuer": p.server.URL, "authorization_endpoint": p.server.URL + "/authorize", "token_endpoint": p.server.URL + "/token",
		"jwks_uri": p.server.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"},
	})
}

func (p *idp) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": text(p.key.N.Bytes()), "e": text(big.NewInt(int64(p.key.E)).Bytes()),
	}}})
}

func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	id, _ = url.QueryUnescape(id)
	secret, _ = url.QueryUnescape(secret)
	if id != clientID || secret != clientSecret {
		w.WriteHeader(http.StatusUnauthorized)
		answer(w, map[string]string{"error": "invalid_client"})
		return
	}
	asked, ok := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !ok || r.FormValue("redirect_uri") != asked.Get("redirect_uri") || asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") != text(sum[:]) {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]string{"error": "invalid_grant"})
		return
	}
	now := p.clock()
	claims := map[string]any{
		"iss": p.server.URL, "aud": clientID, "sub": "subject-of-rosa", "exp": now.Unix() + 300, "iat": now.Unix(), "nonce": asked.Get("nonce"),
	}
	if asked.Get("max_age") == "0" {
		claims["auth_time"] = now.Unix()
	}
	maps.Copy(claims, p.says)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	answer(w, map[string]any{"access_token": "opaque", "token_type": "Bearer", "id_token": p.signed(claims)})
}

func (p *idp) signed(claims map[string]any) string {
	alg, key := "RS256", p.key
	if p.alg != "" {
		alg = p.alg
	}
	if p.forge != nil {
		key = p.forge
	}
	head, err := json.Marshal(map[string]string{"alg": alg, "kid": "1", "typ": "JWT"})
	if err != nil {
		p.Error(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		p.Error(err)
	}
	signing := text(head) + "." + text(body)
	if alg == "none" {
		return signing + "."
	}
	sum := sha256.Sum256([]byte(signing))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		p.Error(err)
	}
	return signing + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// withProvider opens a door that knows a provider.
func withProvider(t *testing.T) (*rig, *idp) {
	p := newIDP(t)
	r := newRig(t, Settings{OIDC: p.settings()})
	p.rig = r
	return r, p
}

// sets makes the next tokens say something else.
func (p *idp) sets(says map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.says = says
}

// leaves sends a browser to the provider, and gives what the provider is asked.
func (b *browser) leaves(p *idp, then string) url.Values {
	b.Helper()
	got := b.wants(http.StatusSeeOther, http.MethodGet, "/login/oidc?then="+url.QueryEscape(then), nil)
	at, query, _ := strings.Cut(got.header.Get("Location"), "?")
	if at != p.server.URL+"/authorize" {
		b.Fatalf("sent to %s", at)
	}
	asked, err := url.ParseQuery(query)
	if err != nil {
		b.Fatal(err)
	}
	return asked
}

// agrees gives a code for what was asked, as after a person signed in there.
func (p *idp) agrees(asked url.Values) string {
	code := rand.Text()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.codes[code] = asked
	return code
}

// returns comes back from the provider.
func (b *browser) returns(state, code string, more ...string) reply {
	b.Helper()
	query := url.Values{"state": {state}, "code": {code}}
	for i := 0; i < len(more); i += 2 {
		query.Add(more[i], more[i+1])
	}
	return b.asks(http.MethodGet, "/login/oidc/callback?"+query.Encode(), nil)
}

// travels goes there and back.
func (b *browser) travels(p *idp) reply {
	b.Helper()
	asked := b.leaves(p, "")
	return b.returns(asked.Get("state"), p.agrees(asked))
}
