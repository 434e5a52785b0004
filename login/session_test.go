package login

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

func TestADemoLinkSignsInAtOnce(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	b := r.browser()
	link := r.invited("rosa okafor")
	got := b.wants(http.StatusOK, http.MethodPost, link, nil)

	var form sessionForm
	got.read(t, &form)
	want := sessionForm{Name: "Rosa Okafor", Roles: []string{"reviewer"}, Way: "invitation", Began: r.now, Proved: r.now, Until: r.now.Add(12 * time.Hour)}
	if diff := cmp.Diff(want, form); diff != "" {
		t.Error(diff)
	}
	again := b.wants(http.StatusOK, http.MethodGet, "/login/session", nil)
	if again.body != got.body {
		t.Errorf("asked again: %s, want %s", again.body, got.body)
	}
	s, err := r.door.Session(carrying(t, "Cookie", "rogatory="+b.cookie("rogatory")))
	if err != nil || r.door.Recent(s) != nil {
		t.Fatalf("a demo link proves who one is: %v, %v", err, r.door.Recent(s))
	}
	b.wants(http.StatusUnauthorized, http.MethodPost, link, nil)
}

func TestALinkOtherwiseOnlyEnrols(t *testing.T) {
	r := newRig(t, Settings{})
	b := r.browser()
	got := b.wants(http.StatusOK, http.MethodPost, r.invited("Rosa Okafor"), nil)
	var form sessionForm
	got.read(t, &form)
	if !form.Enrolling || !form.Proved.IsZero() || !form.Until.Equal(r.now.Add(enrolLife)) {
		t.Errorf("got %+v", form)
	}
	b.wants(http.StatusUnauthorized, http.MethodGet, "/login/session", nil)
	_, err := r.door.Session(carrying(t, "Cookie", "rogatory="+b.cookie("rogatory")))
	wantKind(t, "a session that enrols", err, fault.Unauthenticated)
}

func TestFollowingALinkChangesNothing(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	b := r.browser()
	link := r.invited("Rosa Okafor")
	page := b.wants(http.StatusOK, http.MethodGet, link, nil)
	b.wants(http.StatusOK, http.MethodHead, link, nil)
	if len(page.header.Values("Set-Cookie")) > 0 || !strings.Contains(page.body, `<form method="post">`) {
		t.Errorf("got %v\n%s", page.header, page.body)
	}
	if got := page.header.Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("the link would be told to the next page: %q", got)
	}
	if got := page.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page may be kept: %q", got)
	}
	none := b.wants(http.StatusOK, http.MethodGet, "/login/once/"+strings.Repeat("A", 43), nil)
	if none.body != page.body {
		t.Error("the page tells whether a link works")
	}
	b.wants(http.StatusOK, http.MethodPost, link, nil)
}

func TestLinksThatDoNotWork(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	b := r.browser()
	unknown, _ := r.door.secret()
	used, removed := r.invited("Imke Brandt"), r.invited("Rosa Okafor")
	b.wants(http.StatusOK, http.MethodPost, used, nil)
	r.people.leaves("Rosa Okafor")
	expired := r.invited("Imke Brandt")
	r.passes(linkLife)
	answers := map[string]bool{}
	for _, link := range []string{used, removed, expired, "/login/once/" + unknown, "/login/once/x", "/login/once/" + strings.Repeat("B", 43)} {
		answers[b.wants(http.StatusUnauthorized, http.MethodPost, link, nil).body] = true
	}
	if len(answers) != 1 {
		t.Errorf("the answers tell why: %v", answers)
	}
}

func TestANewerLinkEndsTheEarlier(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	b := r.browser()
	earlier, another, newer := r.invited("Rosa Okafor"), r.invited("Imke Brandt"), r.invited("Rosa Okafor")
	b.wants(http.StatusUnauthorized, http.MethodPost, earlier, nil)
	b.wants(http.StatusOK, http.MethodPost, another, nil)
	b.wants(http.StatusOK, http.MethodPost, newer, nil)
}

func TestOfManyWhoTryALinkOneGetsIn(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	for range 5 {
		link := r.invited("Rosa Okafor")
		var wait sync.WaitGroup
		statuses := make(chan int, 4)
		for range cap(statuses) {
			b := r.browser()
			wait.Go(func() { statuses <- b.asks(http.MethodPost, link, nil).status })
		}
		wait.Wait()
		close(statuses)
		in := 0
		for s := range statuses {
			if s == http.StatusOK {
				in++
			}
		}
		if in != 1 {
			t.Fatalf("%d got in", in)
		}
		r.passes(time.Hour)
	}
}

func TestInvitationsThatMakeNoSense(t *testing.T) {
	r := newRig(t, Settings{})
	for _, c := range []struct {
		name, whom string
		life       time.Duration
		kind       fault.Kind
	}{
		{"of nobody", "Nobody Known", 0, fault.NotFound},
		{"for ever", "Imke Brandt", linkMost + time.Second, fault.Invalid},
		{"for less than nothing", "Imke Brandt", -time.Second, fault.Invalid},
	} {
		_, err := r.door.Invite(t.Context(), "Imke Brandt", c.whom, c.life)
		wantKind(t, c.name, err, c.kind)
	}
}

func TestTheCookie(t *testing.T) {
	for _, c := range []struct {
		name, origin, want string
	}{
		{"by TLS", "https://office.example", "__Host-rogatory=SECRET; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"on a loopback", "http://localhost:8080", "rogatory=SECRET; Path=/; HttpOnly; SameSite=Lax"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, Settings{Demo: true, Origin: c.origin})
			link := r.invited("Rosa Okafor")
			secret, ok := strings.CutPrefix(link, c.origin+"/login/once/")
			if !ok {
				t.Fatalf("the link is %s", link)
			}
			resp, err := http.Post(r.server.URL+"/login/once/"+secret, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			value := strings.TrimPrefix(resp.Cookies()[0].Raw, resp.Cookies()[0].Name+"=")
			value, _, _ = strings.Cut(value, ";")
			if got := strings.Replace(resp.Header.Get("Set-Cookie"), value, "SECRET", 1); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if b, err := base64.RawURLEncoding.DecodeString(value); err != nil || len(b) != 32 {
				t.Errorf("the secret has %d bytes, %v", len(b), err)
			}
		})
	}
}

func TestOrigins(t *testing.T) {
	r := newRig(t, Settings{})
	for origin, good := range map[string]bool{
		"https://office.example": true, "https://office.example:8443": true, "http://localhost:8080": true, "http://127.0.0.1": true, "http://[::1]:80": true,
		"http://office.example": false, "http://localhost.example": false, "https://office.example/": false, "https://office.example/path": false,
		"ftp://localhost": false, "office.example": false, "": false, "https://": false, "https://:443": false, "https://u@office.example": false, "https://office.example?x": false,
	} {
		_, err := New(t.Context(), r.shelf, r.people, Settings{Origin: origin}, r.clock, rand.Reader)
		if good != (err == nil) || err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", origin, err)
		}
	}
	_, err := New(t.Context(), r.shelf, r.people, Settings{Origin: "https://office.example", Idle: -1}, r.clock, rand.Reader)
	wantKind(t, "an idle time below zero", err, fault.Invalid)
}

func TestSessionsEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		ends func(*rig, *browser)
		over bool
	}{
		{"not when used now and then", func(r *rig, b *browser) {
			for range 20 {
				r.passes(29 * time.Minute)
				b.wants(http.StatusOK, http.MethodGet, "/login/session", nil)
			}
		}, false},
		{"when not used", func(r *rig, _ *browser) { r.passes(30 * time.Minute) }, true},
		{"after their life, used or not", func(r *rig, b *browser) {
			for range 36 {
				b.wants(http.StatusOK, http.MethodGet, "/login/session", nil)
				r.passes(20 * time.Minute)
			}
		}, true},
		{"on signing out", func(_ *rig, b *browser) {
			secret := b.cookie("rogatory")
			b.wants(http.StatusNoContent, http.MethodPost, "/login/out", nil)
			if got := b.cookie("rogatory"); got != "" {
				b.Errorf("the browser keeps %s", got)
			}
			_, err := b.door.Session(carrying(b, "Cookie", "rogatory="+secret))
			wantKind(b.T, "the secret still works", err, fault.Unauthenticated)
		}, true},
		{"when one is ended", func(r *rig, b *browser) {
			s, err := r.door.Session(carrying(r, "Cookie", "rogatory="+b.cookie("rogatory")))
			if err != nil {
				r.Fatal(err)
			}
			if err := r.door.End(r.Context(), s); err != nil {
				r.Fatal(err)
			}
		}, true},
		{"when all are ended", func(r *rig, _ *browser) {
			if err := r.door.EndAll(r.Context(), "ROSA OKAFOR"); err != nil {
				r.Fatal(err)
			}
		}, true},
		{"not when all of another's are", func(r *rig, _ *browser) {
			if err := r.door.EndAll(r.Context(), "Imke Brandt"); err != nil {
				r.Fatal(err)
			}
		}, false},
		{"when the person is taken off the list", func(r *rig, _ *browser) { r.people.leaves("Rosa Okafor") }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, Settings{Demo: true})
			b := r.browser()
			b.signsIn("Rosa Okafor")
			c.ends(r, b)
			want := http.StatusOK
			if c.over {
				want = http.StatusUnauthorized
			}
			b.wants(want, http.MethodGet, "/login/session", nil)
		})
	}
}

func TestEndingAllWithdrawsLinks(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	link := r.invited("Rosa Okafor")
	if err := r.door.EndAll(t.Context(), "Rosa Okafor"); err != nil {
		t.Fatal(err)
	}
	r.browser().wants(http.StatusUnauthorized, http.MethodPost, link, nil)
}

// Whoever stole a session may have issued a token by it.
func TestEndingAllEndsTokens(t *testing.T) {
	r := newRig(t, Settings{})
	token := r.issued()
	for _, c := range []struct {
		name string
		ends bool
	}{{"Imke Brandt", false}, {"COLLECTOR", true}} {
		if err := r.door.EndAll(t.Context(), c.name); err != nil {
			t.Fatal(err)
		}
		_, err := r.door.Session(carrying(t, "Authorization", "Bearer "+token))
		if (err != nil) != c.ends {
			t.Errorf("when all of %s is ended: %v", c.name, err)
		}
	}
}

func TestSeenIsWrittenOnceAMinute(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	b := r.browser()
	b.signsIn("Rosa Okafor")
	id := nameOf(b.cookie("rogatory"))
	var versions []int
	for range 6 {
		b.wants(http.StatusOK, http.MethodGet, "/login/session", nil)
		item, err := r.door.sessions.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		versions = append(versions, item.Version)
		r.passes(20 * time.Second)
	}
	if want := []int{1, 1, 1, 2, 2, 2}; !slices.Equal(versions, want) {
		t.Errorf("versions %v, want %v", versions, want)
	}
}

func TestSigningInMakesANewSecretAndEndsWhatCameAlong(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	attacker := r.browser()
	attacker.signsIn("Imke Brandt")
	planted := attacker.cookie("rogatory")

	link := r.invited("Rosa Okafor")
	for _, value := range []string{planted, strings.Repeat("A", 43), "short"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, link, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", "rogatory="+value)
		b := r.browser()
		got := b.sends(req)
		if got.status != http.StatusOK || b.cookie("rogatory") == value {
			t.Fatalf("%d, and the secret is %q", got.status, b.cookie("rogatory"))
		}
		_, err = r.door.Session(carrying(t, "Cookie", "rogatory="+value))
		wantKind(t, "what was planted", err, fault.Unauthenticated)
		link = r.invited("Rosa Okafor")
	}
}

func TestRolesAreThoseOfNow(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	b := r.browser()
	b.signsIn("Rosa Okafor")
	r.people.mu.Lock()
	r.people.list[1].Roles = []lifecycle.Role{lifecycle.Senior}
	r.people.mu.Unlock()
	s, err := r.door.Session(carrying(t, "Cookie", "rogatory="+b.cookie("rogatory")))
	if err != nil || !slices.Equal(s.Roles, []lifecycle.Role{lifecycle.Senior}) {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestWhatIsRecent(t *testing.T) {
	r := newRig(t, Settings{Recent: 10 * time.Minute})
	for _, c := range []struct {
		name string
		s    Session
		want fault.Kind
	}{
		{"never proved", Session{}, fault.Unauthenticated},
		{"too long ago", Session{Proved: r.now.Add(-10 * time.Minute)}, fault.Unauthenticated},
		{"a service, whatever it says", Session{Proved: r.now, Service: true}, fault.Forbidden},
	} {
		wantKind(t, c.name, r.door.Recent(&c.s), c.want)
	}
	if err := r.door.Recent(&Session{Proved: r.now.Add(-10*time.Minute + time.Second)}); err != nil {
		t.Errorf("just in time: %v", err)
	}
}

func TestSessionsAreListed(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	r.browser().signsIn("Rosa Okafor")
	r.passes(29 * time.Minute)
	b := r.browser()
	b.signsIn("Rosa Okafor")
	for _, want := range []int{2, 1} {
		list, err := r.door.Sessions(t.Context(), "Rosa Okafor")
		if err != nil || len(list) != want {
			t.Fatalf("%d sessions, want %d; %v", len(list), want, err)
		}
		for _, s := range list {
			if _, err := r.door.Session(carrying(t, "Cookie", "rogatory="+s.ID)); err == nil {
				t.Error("the ID of a session opens it")
			}
		}
		r.passes(time.Minute)
	}
}

func TestTriesAreBounded(t *testing.T) {
	r := newRig(t, Settings{Demo: true, Remote: func(r *http.Request) string { return r.Header.Get("Test-From") }})
	try := func(from, path string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.door.set.Origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Test-From", from)
		return r.browser().sends(req).status
	}
	wrong := "/login/once/" + strings.Repeat("A", 43)
	for i := range 30 {
		right := strings.TrimPrefix(r.invited("Rosa Okafor"), r.door.set.Origin)
		if got := try("192.0.2.1:700", right); got != http.StatusOK {
			t.Fatalf("what succeeds does not count: %d at %d", got, i)
		}
	}
	for range 10 {
		if got := try("192.0.2.1:700", wrong); got != http.StatusUnauthorized {
			t.Fatalf("got %d", got)
		}
	}
	for _, c := range []struct {
		from string
		want int
	}{
		{"192.0.2.1:701", http.StatusServiceUnavailable}, {"[::ffff:192.0.2.1]:702", http.StatusServiceUnavailable}, {"192.0.2.2:700", http.StatusUnauthorized},
	} {
		if got := try(c.from, wrong); got != c.want {
			t.Errorf("from %s: %d, want %d", c.from, got, c.want)
		}
	}
	r.passes(6 * time.Second)
	if got := try("192.0.2.1:700", wrong); got != http.StatusUnauthorized {
		t.Errorf("after a while: %d", got)
	}
	if strings.Contains(r.log.String(), strings.Repeat("A", 43)) {
		t.Error("the log holds what was tried")
	}
}

func TestTheLogHoldsNoSecret(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	b := r.browser()
	link := r.invited("Rosa Okafor")
	b.wants(http.StatusOK, http.MethodPost, link, nil)
	token, err := r.door.Issue(t.Context(), "Imke Brandt", "Collector", lifecycle.Custodian, r.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	text := r.log.String()
	for _, secret := range []string{strings.TrimPrefix(link, r.door.set.Origin+"/login/once/"), b.cookie("rogatory"), strings.TrimPrefix(token, "rst_")} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
	if !strings.Contains(text, "signed in") || !strings.Contains(text, "Rosa Okafor") {
		t.Errorf("the log does not say who signed in:\n%s", text)
	}
}
