package login

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/fault"
)

func TestThereAndBack(t *testing.T) {
	r, p := withProvider(t)
	b := r.browser()
	asked := b.leaves(p, "/cases?stage=screened")
	for word, want := range map[string]string{
		"client_id": clientID, "response_type": "code", "scope": "openid email", "code_challenge_method": "S256",
		"redirect_uri": r.door.set.Origin + "/login/oidc/callback", "prompt": "", "max_age": "",
	} {
		if got := asked.Get(word); got != want {
			t.Errorf("%s is %q, want %q", word, got, want)
		}
	}
	for _, word := range []string{"state", "nonce", "code_challenge"} {
		if !looksMade(asked.Get(word)) {
			t.Errorf("%s is %q", word, asked.Get(word))
		}
	}
	got := b.returns(asked.Get("state"), p.agrees(asked), "iss", p.server.URL)
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/cases?stage=screened" {
		t.Fatalf("%d to %q: %s", got.status, got.header.Get("Location"), got.body)
	}
	var form sessionForm
	b.wants(http.StatusOK, http.MethodGet, "/login/session", nil).read(t, &form)
	want := sessionForm{Name: "Rosa Okafor", Roles: []string{"reviewer"}, Way: "oidc", Began: r.now, Until: r.now.Add(12 * time.Hour)}
	if diff := cmp.Diff(want, form); diff != "" {
		t.Error(diff)
	}
}

func TestWhomAProviderMeans(t *testing.T) {
	for _, c := range []struct {
		name string
		says map[string]any
		want string // who is signed in; empty: nobody
	}{
		{"by its subject", nil, "Rosa Okafor"},
		{"by an address that is verified", map[string]any{"sub": "x", "email": "imke@office.example", "email_verified": true}, "Imke Brandt"},
		{"by an address that is not verified", map[string]any{"sub": "x", "email": "imke@office.example", "email_verified": false}, ""},
		{"by an address of which it does not say", map[string]any{"sub": "x", "email": "imke@office.example"}, ""},
		{"by an address that is verified in a manner of speaking", map[string]any{"sub": "x", "email": "imke@office.example", "email_verified": "true"}, ""},
		{"nobody", map[string]any{"sub": "x", "email": "nobody@office.example", "email_verified": true}, ""},
		{"nobody, without a word", map[string]any{"sub": "", "email": "", "email_verified": true}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, p := withProvider(t)
			p.sets(c.says)
			b := r.browser()
			b.travels(p)
			got := b.asks(http.MethodGet, "/login/session", nil)
			if c.want == "" {
				if got.status != http.StatusUnauthorized {
					t.Errorf("signed in: %s", got.body)
				}
				return
			}
			var form sessionForm
			got.read(t, &form)
			if form.Name != c.want {
				t.Errorf("it is %q, want %q", form.Name, c.want)
			}
		})
	}
}

func TestAStrangerDoesNotLearnWhoIsListed(t *testing.T) {
	r, p := withProvider(t)
	answers := map[string]bool{}
	for _, says := range []map[string]any{
		{"sub": "x", "email": "imke@office.example", "email_verified": false},
		{"sub": "x", "email": "nobody@office.example", "email_verified": true},
		{"sub": "x"},
	} {
		p.sets(says)
		got := r.browser().travels(p)
		answers[fmt.Sprint(got.status, got.body)] = true
		if got.status != http.StatusForbidden {
			t.Errorf("%v: %d", says, got.status)
		}
	}
	if len(answers) != 1 {
		t.Errorf("got %v", answers)
	}
}

func TestAnswersOfAProviderThatDoNotHold(t *testing.T) {
	for _, c := range []struct {
		name string
		says func(*idp)
	}{
		{"another nonce", func(p *idp) { p.says = map[string]any{"nonce": strings.Repeat("A", 43)} }},
		{"no nonce", func(p *idp) { p.says = map[string]any{"nonce": nil} }},
		{"expired", func(p *idp) { p.says = map[string]any{"exp": p.clock().Unix() - 1} }},
		{"without an end", func(p *idp) { p.says = map[string]any{"exp": nil} }},
		{"not yet", func(p *idp) { p.says = map[string]any{"nbf": p.clock().Unix() + 3600} }},
		{"for another client", func(p *idp) { p.says = map[string]any{"aud": "another"} }},
		{"for two, and not said to whom", func(p *idp) { p.says = map[string]any{"aud": []string{clientID, "another"}} }},
		{"issued to another party", func(p *idp) { p.says = map[string]any{"aud": []string{clientID, "another"}, "azp": "another"} }},
		{"of another issuer", func(p *idp) { p.says = map[string]any{"iss": "https://evil.example"} }},
		{"signed by another key", func(p *idp) { p.forge = providerKeys()[1] }},
		{"signed by none", func(p *idp) { p.alg = "none" }},
		{"said to be signed otherwise", func(p *idp) { p.alg = "HS256" }},
		{"of another access token", func(p *idp) { p.says = map[string]any{"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"} }},
		{"of somebody who will sign in tomorrow", func(p *idp) { p.says = map[string]any{"auth_time": p.clock().Unix() + 86400} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, p := withProvider(t)
			p.mu.Lock()
			c.says(p)
			p.mu.Unlock()
			b := r.browser()
			if got := b.travels(p); got.status != http.StatusUnauthorized {
				t.Errorf("%d %s", got.status, got.body)
			}
			b.wants(http.StatusUnauthorized, http.MethodGet, "/login/session", nil)
		})
	}
}

func TestComingBackOtherwise(t *testing.T) {
	for _, c := range []struct {
		name  string
		comes func(*rig, *idp, *browser, url.Values) reply
		want  int
	}{
		{"with another state", func(_ *rig, p *idp, b *browser, asked url.Values) reply {
			return b.returns(strings.Repeat("A", 43), p.agrees(asked))
		}, http.StatusUnauthorized},
		{"with no state", func(_ *rig, p *idp, b *browser, asked url.Values) reply {
			return b.returns("", p.agrees(asked))
		}, http.StatusUnauthorized},
		{"with the state twice", func(_ *rig, p *idp, b *browser, asked url.Values) reply {
			return b.returns(asked.Get("state"), p.agrees(asked), "state", "x")
		}, http.StatusBadRequest},
		{"with a code made up", func(_ *rig, _ *idp, b *browser, asked url.Values) reply {
			return b.returns(asked.Get("state"), "guessed")
		}, http.StatusUnauthorized},
		{"with no code", func(_ *rig, _ *idp, b *browser, asked url.Values) reply {
			return b.returns(asked.Get("state"), "")
		}, http.StatusUnauthorized},
		{"with an error beside the code", func(_ *rig, p *idp, b *browser, asked url.Values) reply {
			return b.returns(asked.Get("state"), p.agrees(asked), "error", "access_denied")
		}, http.StatusUnauthorized},
		{"from another provider", func(_ *rig, p *idp, b *browser, asked url.Values) reply {
			return b.returns(asked.Get("state"), p.agrees(asked), "iss", "https://evil.example")
		}, http.StatusUnauthorized},
		{"with the code of another's journey", func(r *rig, p *idp, b *browser, asked url.Values) reply {
			stolen := p.agrees(r.browser().leaves(p, ""))
			return b.returns(asked.Get("state"), stolen)
		}, http.StatusUnauthorized},
		{"in another browser, with all that the address says", func(r *rig, p *idp, _ *browser, asked url.Values) reply {
			return r.browser().returns(asked.Get("state"), p.agrees(asked))
		}, http.StatusUnauthorized},
		{"in another browser that is on a journey of its own", func(r *rig, p *idp, _ *browser, asked url.Values) reply {
			victim := r.browser()
			victim.leaves(p, "")
			return victim.returns(asked.Get("state"), p.agrees(asked))
		}, http.StatusUnauthorized},
		{"too late", func(r *rig, p *idp, b *browser, asked url.Values) reply {
			code := p.agrees(asked)
			r.passes(errandLife)
			return b.returns(asked.Get("state"), code)
		}, http.StatusUnauthorized},
		{"twice", func(_ *rig, p *idp, b *browser, asked url.Values) reply {
			if got := b.returns(asked.Get("state"), p.agrees(asked)); got.status != http.StatusSeeOther {
				b.Fatal(got.body)
			}
			b.wants(http.StatusNoContent, http.MethodPost, "/login/out", nil)
			return b.returns(asked.Get("state"), p.agrees(asked))
		}, http.StatusUnauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, p := withProvider(t)
			b := r.browser()
			if got := c.comes(r, p, b, b.leaves(p, "")); got.status != c.want {
				t.Errorf("%d %s, want %d", got.status, got.body, c.want)
			}
			b.wants(http.StatusUnauthorized, http.MethodGet, "/login/session", nil)
		})
	}
}

func TestConfirmingAtTheProvider(t *testing.T) {
	for _, c := range []struct {
		name string
		says func(now time.Time) map[string]any
		want int
	}{
		{"asked again", func(time.Time) map[string]any { return nil }, http.StatusSeeOther},
		{"signed in an hour ago", func(now time.Time) map[string]any {
			return map[string]any{"auth_time": now.Add(-time.Hour).Unix()}
		}, http.StatusUnauthorized},
		{"not said when", func(time.Time) map[string]any { return map[string]any{"auth_time": nil} }, http.StatusUnauthorized},
		{"somebody else", func(time.Time) map[string]any {
			return map[string]any{"sub": "x", "email": "imke@office.example", "email_verified": true}
		}, http.StatusForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, p := withProvider(t)
			b := r.browser()
			if got := b.travels(p); got.status != http.StatusSeeOther {
				t.Fatal(got.body)
			}
			session := func() *Session {
				s, err := r.door.Session(carrying(t, "Cookie", "rogatory="+b.cookie("rogatory")))
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			wantKind(t, "signed in without a word of when", r.door.Recent(session()), fault.Unauthenticated)
			r.passes(time.Minute)
			p.sets(c.says(r.now))
			asked := b.leaves(p, "")
			if asked.Get("prompt") != "login" || asked.Get("max_age") != "0" {
				t.Errorf("asked %v", asked)
			}
			if got := b.returns(asked.Get("state"), p.agrees(asked)); got.status != c.want {
				t.Fatalf("%d %s", got.status, got.body)
			}
			s := session()
			if err := r.door.Recent(s); (err == nil) != (c.want == http.StatusSeeOther) || s.Name != "Rosa Okafor" {
				t.Errorf("it is %s, and recent: %v", s.Name, err)
			}
		})
	}
}

func TestAProviderThatSaysWhenProves(t *testing.T) {
	r, p := withProvider(t)
	p.sets(map[string]any{"auth_time": r.now.Add(-4 * time.Minute).Unix()})
	b := r.browser()
	b.travels(p)
	s, err := r.door.Session(carrying(t, "Cookie", "rogatory="+b.cookie("rogatory")))
	if err != nil || !s.Proved.Equal(r.now.Add(-4*time.Minute)) || r.door.Recent(s) != nil {
		t.Fatalf("%+v, %v", s, err)
	}
	r.passes(time.Minute)
	wantKind(t, "a minute later", r.door.Recent(s), fault.Unauthenticated)
}

func TestTheOfficeOpensWhileTheProviderIsDown(t *testing.T) {
	p := newIDP(t)
	p.down = true
	r := newRig(t, Settings{OIDC: p.settings()})
	p.rig = r
	b := r.browser()
	for range 3 {
		b.wants(http.StatusServiceUnavailable, http.MethodGet, "/login/oidc", nil)
	}
	if p.asked != 1 {
		t.Errorf("a provider that is down was asked %d times at once", p.asked)
	}
	r.browser().enrols("Rosa Okafor")
	p.mu.Lock()
	p.down = false
	p.mu.Unlock()
	r.passes(providerPause)
	if got := b.travels(p); got.status != http.StatusSeeOther {
		t.Fatalf("once it is up: %d %s", got.status, got.body)
	}
	b.leaves(p, "")
	if p.asked != 2 {
		t.Errorf("it was asked %d times what it offers", p.asked)
	}
}

func TestWhoeverGoesAwayDoesNotMakeAProviderLookDown(t *testing.T) {
	r, _ := withProvider(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.door.provider.discover(gone); err != nil {
		t.Error(err)
	}
}

func TestAProviderThatIsAnother(t *testing.T) {
	p := newIDP(t)
	set := p.settings()
	set.Issuer = strings.Replace(set.Issuer, "127.0.0.1", "localhost", 1) // which answers as 127.0.0.1
	r := newRig(t, Settings{OIDC: set})
	p.rig = r
	r.browser().wants(http.StatusServiceUnavailable, http.MethodGet, "/login/oidc", nil)
}

func TestProvidersThatMakeNoSense(t *testing.T) {
	r := newRig(t, Settings{})
	for _, set := range []OIDC{
		{"http://login.example", "id", ""}, {"login.example", "id", ""}, {"", "id", ""}, {"https://login.example?x=y", "id", ""}, {"https://login.example", "", ""},
	} {
		_, err := New(t.Context(), r.shelf, r.people, Settings{Origin: "https://office.example", OIDC: &set}, r.clock, rand.Reader)
		wantKind(t, set.Issuer+" "+set.Client, err, fault.Invalid)
	}
	b := r.browser()
	b.wants(http.StatusNotFound, http.MethodGet, "/login/oidc", nil)
	b.wants(http.StatusNotFound, http.MethodGet, "/login/oidc/callback", nil)
}

func TestOneComesBackToTheOfficeOnly(t *testing.T) {
	for path, own := range map[string]bool{
		"/": true, "/cases": true, "/cases/26-E7MVEEHX-R?page=2#top": true, "/a%20b": true,
		"//evil.example": false, "/\\evil.example": false, "\\\\evil.example": false, "https://evil.example": false, "evil.example": false,
		"/..//evil.example": false, "/./": false, "/a//b": false, "/\tx": false, "/\n/evil.example": false, "javascript:alert(1)": false, "": false,
		" /cases": false, "/é": false, "/%zz": false, "/" + strings.Repeat("a", thenLimit): false,
	} {
		if got := ownPath(path); got != own {
			t.Errorf("%q: %v, want %v", path, got, own)
		}
	}
	r, _ := withProvider(t)
	r.browser().wants(http.StatusBadRequest, http.MethodGet, "/login/oidc?then="+url.QueryEscape("//evil.example"), nil)
}

func FuzzOwnPath(f *testing.F) {
	for _, path := range []string{"/", "/cases?a=b#c", "//x", "/\\x", "/./x", "/%2f/x", "/@x", "/a:b"} {
		f.Add(path)
	}
	base, err := url.Parse("https://office.example/login/oidc/callback")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if !ownPath(path) {
			return
		}
		at, err := base.Parse(path)
		if err != nil || at.Scheme != "https" || at.Host != "office.example" || at.User != nil {
			t.Fatalf("%q leads to %v, %v", path, at, err)
		}
	})
}
