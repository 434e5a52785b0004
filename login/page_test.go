package login

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/lifecycle"
)

// sees asks for something as a browser of people does.
func (b *browser) sees(status int, method, path string) reply {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, b.door.set.Origin+strings.TrimPrefix(path, b.door.set.Origin), nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	got := b.sends(r)
	if got.status != status {
		b.Fatalf("%s %s: %d %s, want %d", method, path, got.status, got.body, status)
	}
	return got
}

func TestPagesLeadFromTheLinkToThePasskey(t *testing.T) {
	r := newRig(t, Settings{})
	b := r.browser()
	if got := b.sees(http.StatusSeeOther, http.MethodGet, "/login/passkey"); got.header.Get("Location") != "/login" {
		t.Errorf("nobody enrols: %v", got.header)
	}
	link := r.invited("Rosa Okafor")
	b.sees(http.StatusOK, http.MethodGet, link)
	if got := b.sees(http.StatusSeeOther, http.MethodPost, link); got.header.Get("Location") != "/login/passkey" {
		t.Errorf("after the link: %v", got.header)
	}
	if got := b.sees(http.StatusSeeOther, http.MethodGet, "/login"); got.header.Get("Location") != "/login/passkey" {
		t.Errorf("who may only enrol: %v", got.header)
	}
	page := b.sees(http.StatusOK, http.MethodGet, "/login/passkey")
	for _, part := range []string{`data-do="create"`, "You are Rosa Okafor", "Office of the tests", `<label for="label">`} {
		if !strings.Contains(page.body, part) {
			t.Errorf("%s is not in\n%s", part, page.body)
		}
	}
	used := b.sees(http.StatusUnauthorized, http.MethodPost, link)
	if !strings.Contains(used.body, "This link does not work.") || !strings.Contains(used.body, `href="/login"`) || used.header.Get("WWW-Authenticate") == "" {
		t.Errorf("%v\n%s", used.header, used.body)
	}
}

func TestADemoLinkLeadsToWhoIsSignedIn(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	b := r.browser()
	if got := b.sees(http.StatusSeeOther, http.MethodPost, r.invited("Imke Brandt")); got.header.Get("Location") != "/login" {
		t.Errorf("after the link: %v", got.header)
	}
	page := b.sees(http.StatusOK, http.MethodGet, "/login")
	for _, part := range []string{"Imke Brandt", "intake, administrator", `href="/v1/openapi.yaml"`, `action="/login/out"`, "nothing here is real"} {
		if !strings.Contains(page.body, part) {
			t.Errorf("%s is not in\n%s", part, page.body)
		}
	}
	if strings.Contains(page.body, "data-do") {
		t.Error("who has no passkey is asked for one")
	}
	r.passes(6 * time.Minute)
	if page := b.sees(http.StatusOK, http.MethodGet, "/login/passkey"); strings.Contains(page.body, "data-do") || !strings.Contains(page.body, "Ask an administrator") {
		t.Errorf("who has not shown lately who they are enrols:\n%s", page.body)
	}
	if got := b.sees(http.StatusSeeOther, http.MethodPost, "/login/out"); got.header.Get("Location") != "/login" {
		t.Errorf("after signing out: %v", got.header)
	}
	b.wants(http.StatusUnauthorized, http.MethodGet, "/login/session", nil)
}

func TestProgramsGetNoPages(t *testing.T) {
	r := newRig(t, Settings{})
	for _, accept := range []string{"", "*/*", "application/json", "application/json, */*"} {
		b := r.browser()
		link := r.invited("Rosa Okafor")
		for _, c := range []struct {
			method, path, kind string
			status             int
		}{
			{http.MethodGet, "/login/passkey", "text/plain; charset=utf-8", http.StatusUnauthorized},
			{http.MethodPost, link, "application/json", http.StatusOK},
			{http.MethodPost, link, "text/plain; charset=utf-8", http.StatusUnauthorized},
			{http.MethodGet, "/login/passkey", "text/plain; charset=utf-8", http.StatusUnauthorized}, // it may enrol and nothing else
			{http.MethodPost, "/login/out", "", http.StatusNoContent},
		} {
			req, err := http.NewRequestWithContext(t.Context(), c.method, r.door.set.Origin+strings.TrimPrefix(c.path, r.door.set.Origin), nil)
			if err != nil {
				t.Fatal(err)
			}
			if accept != "" {
				req.Header.Set("Accept", accept)
			}
			if got := b.sends(req); got.status != c.status || got.header.Get("Content-Type") != c.kind {
				t.Errorf("%s %s for %q: %d %q", c.method, c.path, accept, got.status, got.header.Get("Content-Type"))
			}
		}
	}
}

func TestWhatPagesLetABrowserDo(t *testing.T) {
	r, _ := withProvider(t)
	b := r.browser()
	in := r.browser()
	in.enrols("Rosa Okafor")
	with := "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; script-src 'self'; connect-src 'self'"
	without := "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	for _, c := range []struct {
		name string
		page reply
		want string
	}{
		{"to sign in", b.sees(http.StatusOK, http.MethodGet, "/login"), with},
		{"a link", b.sees(http.StatusOK, http.MethodGet, "/login/once/"+strings.Repeat("A", 43)), without},
		{"a link that does not work", b.sees(http.StatusUnauthorized, http.MethodPost, "/login/once/"+strings.Repeat("A", 43)), without},
		{"an answer of no provider", b.sees(http.StatusUnauthorized, http.MethodGet, "/login/oidc/callback?state=x&code=y"), without},
		{"who is signed in", in.sees(http.StatusOK, http.MethodGet, "/login"), with},
		{"to enrol", in.sees(http.StatusOK, http.MethodGet, "/login/passkey"), with},
	} {
		h := c.page.header
		if h.Get("Content-Security-Policy") != c.want || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" || h.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %v", c.name, h)
		}
		if strings.Contains(c.page.body, "<style") || strings.Contains(c.page.body, " style=") || strings.Contains(c.page.body, " onclick=") {
			t.Errorf("%s has something inline:\n%s", c.name, c.page.body)
		}
		runs := strings.Contains(c.page.body, "<script")
		if runs != (c.want == with) || runs && !strings.Contains(c.page.body, `<script src="/login/page.js" defer></script>`) || strings.Contains(c.page.body, "http://") || strings.Contains(c.page.body, "https://") {
			t.Errorf("%s takes something from elsewhere:\n%s", c.name, c.page.body)
		}
	}
	for path, kind := range map[string]string{"/login/page.css": "text/css; charset=utf-8", "/login/page.js": "text/javascript; charset=utf-8"} {
		got := b.wants(http.StatusOK, http.MethodGet, path, nil)
		if got.header.Get("Content-Type") != kind || got.header.Get("X-Content-Type-Options") != "nosniff" || got.body != string(pageFile(strings.TrimPrefix(path, "/login/"))) {
			t.Errorf("%s: %v", path, got.header)
		}
	}
}

func TestNamesAreTextAndNothingElse(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	name := `<img src=x onerror=alert(1)>"'&`
	r.people.list = append(r.people.list, Person{Name: name, Roles: []lifecycle.Role{lifecycle.Reviewer}})
	b := r.browser()
	b.sees(http.StatusSeeOther, http.MethodPost, r.invited(name))
	if page := b.sees(http.StatusOK, http.MethodGet, "/login").body; strings.Contains(page, "<img") || !strings.Contains(page, "&lt;img") {
		t.Errorf("got\n%s", page)
	}
}

func TestTheWayByAProviderNeedsNoScript(t *testing.T) {
	r, p := withProvider(t)
	b := r.browser()
	if page := b.sees(http.StatusOK, http.MethodGet, "/login").body; !strings.Contains(page, `href="/login/oidc?then=%2flogin"`) {
		t.Fatalf("there is no link:\n%s", page)
	}
	asked := b.leaves(p, "/login")
	got := b.returns(asked.Get("state"), p.agrees(asked), "iss", p.server.URL)
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/login" {
		t.Fatalf("%d %v", got.status, got.header)
	}
	if page := b.sees(http.StatusOK, http.MethodGet, "/login").body; !strings.Contains(page, "Rosa Okafor") {
		t.Errorf("nobody is signed in:\n%s", page)
	}
	if page := newRig(t, Settings{}).browser().sees(http.StatusOK, http.MethodGet, "/login").body; strings.Contains(page, "/login/oidc") {
		t.Error("there is a link to no provider")
	}
}

func TestThereAreNoPasskeysAtABareAddress(t *testing.T) {
	r := newRig(t, Settings{Origin: "http://127.0.0.1:1"})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.server.URL+"/login", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	got := r.browser().sends(req)
	if got.status != http.StatusOK || strings.Contains(got.body, "<script") || !strings.Contains(got.body, "by a name") {
		t.Errorf("%d\n%s", got.status, got.body)
	}
}

// TestARealBrowser goes from the link to the passkey to the session and back, in
// Chromium with an authenticator of its own; once as browsers are now, and once
// without the methods that older ones lack.
func TestARealBrowser(t *testing.T) {
	for _, c := range []struct {
		name, before string
		pictures     bool
	}{
		{"as it is", "", true},
		{"that writes no JSON of passkeys", `
			delete PublicKeyCredential.parseCreationOptionsFromJSON;
			delete PublicKeyCredential.parseRequestOptionsFromJSON;
			delete PublicKeyCredential.prototype.toJSON;`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			web := newChromium(t)
			r := newRig(t, Settings{})
			origin := r.door.set.Origin
			picture := func(name string) {
				if c.pictures {
					web.pictures(name)
				}
			}
			web.Does("WebAuthn.enable", nil, nil)
			var device struct{ AuthenticatorID string }
			web.Does("WebAuthn.addVirtualAuthenticator", map[string]any{"options": map[string]any{
				"protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true,
			}}, &device)
			if c.before != "" {
				web.Does("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": c.before}, nil)
			}

			web.Goes(r.invited("Rosa Okafor"))
			picture("link")
			web.Loads(func() { web.presses("Come in") })
			web.shows("/login/passkey", "You are Rosa Okafor")
			picture("enrol")
			web.Evaluates(`document.getElementById("label").value = "my phone"`, nil)
			web.Loads(func() { web.presses("Enrol a passkey") })
			web.shows("/login", "You are signed in", "Rosa Okafor", "reviewer")
			picture("signed in")

			r.passes(6 * time.Minute)
			web.Goes(origin + "/login")
			web.shows("/login", "not lately")
			web.Loads(func() { web.presses("Show again who I am") })
			if text := web.Text(); strings.Contains(text, "not lately") {
				t.Errorf("who has shown who they are has not:\n%s", text)
			}
			web.Goes(origin + "/login/passkey")
			web.shows("/login/passkey", "my phone")
			web.refuses("Enrol a passkey", "This device holds a passkey of yours already")

			web.Goes(origin + "/login")
			web.Loads(func() { web.presses("Sign out") })
			web.shows("/login", "Sign in")
			picture("sign in")
			web.Does("WebAuthn.setUserVerified", map[string]any{"authenticatorId": device.AuthenticatorID, "isUserVerified": false}, nil)
			web.refuses("Sign in with a passkey", "Nothing came of it")
			web.Does("WebAuthn.setUserVerified", map[string]any{"authenticatorId": device.AuthenticatorID, "isUserVerified": true}, nil)
			r.people.leaves("Rosa Okafor")
			web.refuses("Sign in with a passkey", "This passkey does not let you in; use one that is enrolled here")
			r.people.list = append(r.people.list, Person{Name: "Rosa Okafor", Roles: []lifecycle.Role{lifecycle.Judge}})
			web.Loads(func() { web.presses("Sign in with a passkey") })
			web.shows("/login", "You are signed in", "judge")

			web.Goes(r.invited("Rosa Okafor"))
			web.Loads(func() { web.presses("Come in") })
			web.Goes(origin + "/login/once/" + strings.Repeat("A", 43))
			web.Loads(func() { web.presses("Come in") })
			web.shows("/login/once/"+strings.Repeat("A", 43), "This link does not work")
			picture("problem")
			web.content(origin)
		})
	}
}

// Without scripts there is no button that does nothing, the link to a provider, and
// the way in by a link from an administrator.
func TestARealBrowserWithoutScripts(t *testing.T) {
	web := newChromium(t)
	r, _ := withProvider(t)
	web.Does("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
	web.Goes(r.door.set.Origin + "/login")
	web.shows("/login", "A passkey needs scripts", "By your organisation’s sign-in")
	if text := web.Text(); strings.Contains(text, "Sign in with a passkey") {
		t.Errorf("there is a button that does nothing:\n%s", text)
	}
	web.Goes(r.invited("Rosa Okafor"))
	web.Loads(func() { web.presses("Come in") })
	web.shows("/login/passkey", "You are Rosa Okafor", "A passkey needs scripts")
	web.content(r.door.set.Origin)
}

// refuses presses a button, and waits until the page says why nothing came of it.
func (c *chromium) refuses(button, want string) {
	c.Helper()
	c.Evaluates(`window.told = new Promise((told) => {
		const says = document.getElementById("says");
		new MutationObserver(() => { if (says.textContent !== "Your device is asking you.") told(says.textContent); }).observe(says, {childList: true});
	}), undefined`, nil)
	c.presses(button)
	var got string
	c.Evaluates("window.told", &got)
	if !strings.HasPrefix(got, want) {
		c.Errorf("%s: the page says %q, want %q", button, got, want)
	}
}
