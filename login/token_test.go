package login

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

func (r *rig) issued() string {
	r.Helper()
	token, err := r.door.Issue(r.Context(), "Imke Brandt", "collector", lifecycle.Custodian, r.now.Add(time.Hour))
	if err != nil {
		r.Fatal(err)
	}
	return token
}

func TestATokenActsForWhoeverItWasIssuedTo(t *testing.T) {
	r := newRig(t, Settings{})
	token := r.issued()
	if !strings.HasPrefix(token, "rst_") || len(token) != 4+43 {
		t.Errorf("a token is %q", token)
	}
	got, err := r.door.Session(carrying(t, "Authorization", "Bearer "+token))
	if err != nil {
		t.Fatal(err)
	}
	want := &Session{
		ID: nameOf(token), Name: "Collector", Roles: []lifecycle.Role{lifecycle.Custodian}, Service: true, Way: "token",
		Began: r.now, Seen: r.now, Until: r.now.Add(time.Hour),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantKind(t, "what takes a person", r.door.Recent(got), fault.Forbidden)
	wantKind(t, "signing a token out", r.door.End(t.Context(), got), fault.Forbidden)
}

func TestATokenHasOneRoleOfThoseItsPersonHas(t *testing.T) {
	r := newRig(t, Settings{})
	token, err := r.door.Issue(t.Context(), "Imke Brandt", "Imke Brandt", lifecycle.Intake, r.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.door.Session(carrying(t, "Authorization", "bearer "+token))
	if err != nil || !slices.Equal(s.Roles, []lifecycle.Role{lifecycle.Intake}) {
		t.Fatalf("an administrator's token: %+v, %v", s, err)
	}
	r.people.mu.Lock()
	r.people.list[0].Roles = []lifecycle.Role{lifecycle.Administrator}
	r.people.mu.Unlock()
	_, err = r.door.Session(carrying(t, "Authorization", "bearer "+token))
	wantKind(t, "once the role is gone", err, fault.Unauthenticated)
}

func TestTokensThatAreNotIssued(t *testing.T) {
	r := newRig(t, Settings{})
	hour := r.now.Add(time.Hour)
	for _, role := range lifecycle.AllRoles() {
		if slices.Contains(services, role) {
			continue
		}
		r.people.list[2].Roles = []lifecycle.Role{role}
		_, err := r.door.Issue(t.Context(), "Imke Brandt", "Collector", role, hour)
		wantKind(t, role.String(), err, fault.Forbidden)
	}
	for _, c := range []struct {
		name, whom string
		until      time.Time
		kind       fault.Kind
	}{
		{"for ever", "Imke Brandt", time.Time{}, fault.Invalid},
		{"for what has passed", "Imke Brandt", r.now, fault.Invalid},
		{"for longer than a year", "Imke Brandt", r.now.Add(tokenLife + time.Second), fault.Invalid},
		{"for nobody", "Nobody Known", hour, fault.NotFound},
		{"for somebody without the role", "Rosa Okafor", hour, fault.NotFound},
	} {
		_, err := r.door.Issue(t.Context(), "Imke Brandt", c.whom, lifecycle.Intake, c.until)
		wantKind(t, c.name, err, c.kind)
	}
}

func TestTokensEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		ends func(*rig, string)
	}{
		{"when their time has come", func(r *rig, _ string) { r.passes(time.Hour) }},
		{"when revoked", func(r *rig, token string) {
			if err := r.door.RevokeToken(r.Context(), "Imke Brandt", nameOf(token)); err != nil {
				r.Fatal(err)
			}
		}},
		{"when whoever they act for is taken off the list", func(r *rig, _ string) { r.people.leaves("Collector") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, Settings{})
			token := r.issued()
			c.ends(r, token)
			_, err := r.door.Session(carrying(t, "Authorization", "Bearer "+token))
			wantKind(t, "the token", err, fault.Unauthenticated)
		})
	}
}

func TestTokensAreListed(t *testing.T) {
	r := newRig(t, Settings{})
	token := r.issued()
	r.passes(2 * time.Minute)
	if _, err := r.door.Session(carrying(t, "Authorization", "Bearer "+token)); err != nil {
		t.Fatal(err)
	}
	want := []Token{{ID: nameOf(token), Name: "Collector", Role: lifecycle.Custodian, By: "Imke Brandt", Made: r.now.Add(-2 * time.Minute), Seen: r.now, Until: r.now.Add(58 * time.Minute)}}
	for _, name := range []string{"", "collector"} {
		got, err := r.door.Tokens(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("of %q: %s", name, diff)
		}
	}
	if got, err := r.door.Tokens(t.Context(), "Imke Brandt"); err != nil || len(got) != 0 {
		t.Errorf("another's: %v, %v", got, err)
	}
	wantKind(t, "revoking what is not there", r.door.RevokeToken(t.Context(), "Imke Brandt", "x"), fault.NotFound)
	r.passes(time.Hour)
	if got, err := r.door.Tokens(t.Context(), ""); err != nil || len(got) != 0 {
		t.Errorf("once expired: %v, %v", got, err)
	}
}

func TestWhatARequestCarries(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	token := r.issued()
	b := r.browser()
	b.signsIn("Rosa Okafor")
	cookie := "rogatory=" + b.cookie("rogatory")
	for _, c := range []struct {
		name    string
		headers []string
		want    string // who it is; empty: nobody
	}{
		{"nothing", nil, ""},
		{"the cookie", []string{"Cookie", cookie}, "Rosa Okafor"},
		{"the cookie among others", []string{"Cookie", "a=b; " + cookie + "; c=d"}, "Rosa Okafor"},
		{"the token", []string{"Authorization", "Bearer " + token}, "Collector"},
		{"both", []string{"Cookie", cookie, "Authorization", "Bearer " + token}, ""},
		{"the cookie twice", []string{"Cookie", cookie + "; " + cookie}, ""},
		{"the cookie twice, in two headers", []string{"Cookie", cookie, "Cookie", "rogatory=x"}, ""},
		{"the token twice", []string{"Authorization", "Bearer " + token, "Authorization", "Bearer " + token}, ""},
		{"a cookie by another spelling", []string{"Cookie", strings.ToUpper("rogatory") + cookie[8:]}, ""},
		{"a cookie that only TLS may set", []string{"Cookie", "__Host-" + cookie}, ""},
		{"a cookie with more behind it", []string{"Cookie", cookie + "A"}, ""},
		{"a cookie with padding", []string{"Cookie", cookie + "="}, ""},
		{"the secret of a session as a token", []string{"Authorization", "Bearer " + cookie[9:]}, ""},
		{"the same with the prefix", []string{"Authorization", "Bearer rst_" + cookie[9:]}, ""},
		{"a token as a cookie", []string{"Cookie", "rogatory=" + token}, ""},
		{"the secret of a token as a cookie", []string{"Cookie", "rogatory=" + token[4:]}, ""},
		{"a token by another scheme", []string{"Authorization", "Basic " + token}, ""},
		{"a token without a scheme", []string{"Authorization", token}, ""},
		{"a token and a second after a comma", []string{"Authorization", "Bearer " + token + ", Bearer " + token}, ""},
		{"a token after two spaces", []string{"Authorization", "Bearer  " + token}, ""},
		{"no token", []string{"Authorization", "Bearer "}, ""},
		{"the header empty beside the cookie", []string{"Authorization", "", "Cookie", cookie}, ""},
		{"a header of ours that no proxy set", []string{"X-Forwarded-User", "Rosa Okafor"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := r.door.Session(carrying(t, c.headers...))
			if c.want == "" {
				wantKind(t, "who it is", err, fault.Unauthenticated)
				return
			}
			if err != nil || s.Name != c.want {
				t.Errorf("got %+v, %v", s, err)
			}
		})
	}
}

func FuzzPresented(f *testing.F) {
	d := &Door{set: Settings{Origin: "https://office.example"}}
	secret := strings.Repeat("A", 43)
	f.Add("__Host-rogatory="+secret, "")
	f.Add("", "Bearer rst_"+secret)
	f.Add(`__Host-rogatory="`+secret+`"; x=y`, "")
	f.Add("a=b; __Host-rogatory=;;", "bearer rst_")
	f.Add("__Host-rogatory="+strings.Repeat("A", 42)+"B", "")
	f.Add("", "Bearer rst_"+strings.Repeat("A", 42)+"B")
	f.Add("__Host-rogatory="+secret, "Basic x")
	f.Fuzz(func(t *testing.T, cookie, authorization string) {
		r := carrying(t)
		if cookie != "" {
			r.Header.Set("Cookie", cookie)
		}
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		got, service, err := d.presented(r)
		if err != nil {
			if got != "" || fault.KindOf(err) != fault.Unauthenticated {
				t.Fatalf("%q with %v", got, err)
			}
			return
		}
		from := cookie
		if service {
			from = authorization
			if got[:4] != "rst_" || cookie != "" && strings.Contains(cookie, "__Host-rogatory="+secret) {
				t.Fatalf("a token of %q beside %q", got, cookie)
			}
			got = got[4:]
		}
		if !looksMade(got) || !strings.Contains(from, got) {
			t.Fatalf("%q out of %q", got, from)
		}
	})
}
