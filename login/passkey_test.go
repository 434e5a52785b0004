package login

import (
	"bytes"
	"fmt"
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

func TestFromTheInvitationToThePasskeyToTheSession(t *testing.T) {
	r := newRig(t, Settings{})
	b := r.browser()
	a := b.enrols("Rosa Okafor")

	var first sessionForm
	b.wants(http.StatusOK, http.MethodGet, "/login/session", nil).read(t, &first)
	want := sessionForm{Name: "Rosa Okafor", Roles: []string{"reviewer"}, Way: "passkey", Began: r.now, Proved: r.now, Until: r.now.Add(12 * time.Hour)}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}

	elsewhere := r.browser()
	r.passes(time.Hour)
	got := elsewhere.confirms(a, twist{})
	if got.status != http.StatusOK {
		t.Fatalf("signing in: %d %s", got.status, got.body)
	}
	elsewhere.wants(http.StatusOK, http.MethodGet, "/login/session", nil)

	list, err := r.door.Passkeys(t.Context(), "rosa okafor")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Passkey{{ID: keyName(a.id), Label: "the blue key", Made: r.now.Add(-time.Hour), Used: r.now}}, list); diff != "" {
		t.Error(diff)
	}
}

func TestWhatAuthenticatorsAreAsked(t *testing.T) {
	r := newRig(t, Settings{})
	b := r.browser()
	b.wants(http.StatusOK, http.MethodPost, r.invited("Rosa Okafor"), nil)
	made := b.asked("/login/passkey/register/begin", "{}").PublicKey
	if made.RP.ID != "localhost" || made.RP.Name != "Office of the tests" || made.User.Name != "Rosa Okafor" || made.Attestation != "none" {
		t.Errorf("asked to make %+v", made)
	}
	if s := made.AuthenticatorSelection; s["userVerification"] != "required" || s["residentKey"] != "required" || s["requireResidentKey"] != true {
		t.Errorf("asked to be %v", s)
	}
	if strings.Contains(made.User.ID, text([]byte("Rosa"))) || len(made.User.ID) != 43 {
		t.Errorf("the handle tells who it is: %s", made.User.ID)
	}
	a := r.authenticator()
	asked := b.asked("/login/passkey/register/begin", `{"label":"one"}`)
	b.wants(http.StatusOK, http.MethodPost, "/login/passkey/register/finish", a.creates(asked, b.door.set.Origin, twist{}))
	signed := r.browser().asked("/login/passkey/begin", "{}").PublicKey
	if signed.UserVerification != "required" || signed.RPID != "localhost" || len(signed.AllowCredentials) != 0 || len(signed.Challenge) != 43 {
		t.Errorf("a stranger is asked %+v", signed)
	}
	confirmed := b.asked("/login/passkey/begin", "{}").PublicKey
	if len(confirmed.AllowCredentials) != 1 || confirmed.AllowCredentials[0]["id"] != text(a.id) {
		t.Errorf("who is signed in is asked %+v", confirmed)
	}
	more := b.asked("/login/passkey/register/begin", "{}").PublicKey
	if len(more.ExcludeCredentials) != 1 || more.User.ID != text(a.handle) {
		t.Errorf("for a second passkey is asked %+v", more)
	}
}

func TestPasskeysThatDoNotLetIn(t *testing.T) {
	for _, c := range []struct {
		name  string
		twist twist
		want  int
	}{
		{"as it should be", twist{}, http.StatusOK},
		{"the client data changed after signing", twist{tampered: true}, http.StatusUnauthorized},
		{"another origin", twist{client: map[string]any{"origin": "https://office.example.evil.example"}}, http.StatusUnauthorized},
		{"the same host at another port", twist{client: map[string]any{"origin": "http://localhost:1"}}, http.StatusUnauthorized},
		{"the same host by another scheme", twist{client: map[string]any{"origin": "https://localhost"}}, http.StatusUnauthorized},
		{"in a frame of another page", twist{client: map[string]any{"crossOrigin": true, "topOrigin": "https://evil.example"}}, http.StatusUnauthorized},
		{"made and not used", twist{client: map[string]any{"type": "webauthn.create"}}, http.StatusUnauthorized},
		{"another challenge", twist{client: map[string]any{"challenge": strings.Repeat("A", 43)}}, http.StatusUnauthorized},
		{"no challenge", twist{client: map[string]any{"challenge": ""}}, http.StatusUnauthorized},
		{"for another host", twist{rp: "evil.example"}, http.StatusUnauthorized},
		{"the user not verified", twist{flags: present}, http.StatusUnauthorized},
		{"nobody present", twist{flags: verified}, http.StatusUnauthorized},
		{"the signature of something else", twist{signature: func(s []byte) []byte { return append(s[:len(s)-1], s[len(s)-1]^1) }}, http.StatusUnauthorized},
		{"no signature", twist{signature: func([]byte) []byte { return nil }}, http.StatusUnauthorized},
		{"of nobody", twist{id: []byte("a credential nobody has")}, http.StatusUnauthorized},
		{"with another's handle", twist{handle: bytes.Repeat([]byte{7}, 32)}, http.StatusUnauthorized},
		{"with no handle", twist{noHandle: true}, http.StatusUnauthorized},
		{"of another type", twist{extra: map[string]any{"type": "password"}}, http.StatusBadRequest},
		{"with two names", twist{extra: map[string]any{"rawId": text([]byte("another"))}}, http.StatusBadRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, Settings{})
			a := r.browser().enrols("Rosa Okafor")
			b := r.browser()
			got := b.confirms(a, c.twist)
			if got.status != c.want {
				t.Fatalf("%d %s, want %d", got.status, got.body, c.want)
			}
			if in := b.asks(http.MethodGet, "/login/session", nil).status; (in == http.StatusOK) != (c.want == http.StatusOK) {
				t.Errorf("and the session is %d", in)
			}
		})
	}
}

func TestRefusalsDoNotTellWhy(t *testing.T) {
	r := newRig(t, Settings{})
	a := r.browser().enrols("Rosa Okafor")
	gone := r.browser().enrols("Collector")
	r.people.leaves("Collector")
	answers := map[string]bool{}
	for _, got := range []reply{
		r.browser().confirms(a, twist{tampered: true}), r.browser().confirms(a, twist{id: []byte("nobody's")}), r.browser().confirms(gone, twist{}),
	} {
		answers[fmt.Sprint(got.status, got.body)] = true
	}
	if len(answers) != 1 {
		t.Errorf("got %v", answers)
	}
}

func TestACounterThatWentBack(t *testing.T) {
	for _, c := range []struct {
		name string
		move func(uint32) uint32 // the counter before the next use
		want int
	}{
		{"forward by one", func(n uint32) uint32 { return n }, http.StatusOK},
		{"forward by many", func(n uint32) uint32 { return n + 50 }, http.StatusOK},
		{"the same again", func(n uint32) uint32 { return n - 1 }, http.StatusUnauthorized},
		{"back", func(n uint32) uint32 { return n - 3 }, http.StatusUnauthorized},
		{"back to none", func(uint32) uint32 { return ^uint32(0) }, http.StatusUnauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, Settings{})
			a := r.browser().enrols("Rosa Okafor")
			a.counter = 10
			if got := r.browser().confirms(a, twist{}); got.status != http.StatusOK {
				t.Fatal(got.body)
			}
			good := a.counter
			a.counter = c.move(a.counter)
			if got := r.browser().confirms(a, twist{}); got.status != c.want {
				t.Errorf("%d %s, want %d", got.status, got.body, c.want)
			}
			if reported := strings.Contains(r.log.String(), "counter went back"); reported == (c.want == http.StatusOK) {
				t.Errorf("the log says so: %v", reported)
			}
			a.counter = good + 100
			if got := r.browser().confirms(a, twist{}); got.status != http.StatusOK {
				t.Errorf("a refusal moved the counter: %s", got.body)
			}
		})
	}
}

func TestAnAuthenticatorThatDoesNotCount(t *testing.T) {
	r := newRig(t, Settings{})
	b := r.browser()
	b.wants(http.StatusOK, http.MethodPost, r.invited("Rosa Okafor"), nil)
	a := r.authenticator()
	a.counter = 0
	asked := b.asked("/login/passkey/register/begin", "{}")
	b.wants(http.StatusOK, http.MethodPost, "/login/passkey/register/finish", a.creates(asked, b.door.set.Origin, twist{}))
	for range 3 {
		a.counter = ^uint32(0) // which signing makes 0
		if got := r.browser().confirms(a, twist{}); got.status != http.StatusOK {
			t.Fatal(got.body)
		}
	}
}

// brings finishes a ceremony, with cookies that are not the browser's own.
func (b *browser) brings(path, cookies string, body []byte) reply {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, b.door.set.Origin+path, bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Cookie", cookies)
	return b.sends(req)
}

func TestAChallengeWorksOnceInOneBrowserForAWhile(t *testing.T) {
	r := newRig(t, Settings{})
	a := r.browser().enrols("Rosa Okafor")
	b := r.browser()
	asked := b.asked("/login/passkey/begin", "{}")
	signed := a.signs(asked, r.door.set.Origin, twist{})

	thief := r.browser()
	thief.wants(http.StatusUnauthorized, http.MethodPost, "/login/passkey/finish", signed)
	thief.asked("/login/passkey/begin", "{}")
	thief.wants(http.StatusUnauthorized, http.MethodPost, "/login/passkey/finish", signed)

	errand := "rogatory-challenge=" + b.cookie("rogatory-challenge")
	b.wants(http.StatusOK, http.MethodPost, "/login/passkey/finish", signed)
	for name, body := range map[string][]byte{"the same again": signed, "the same challenge signed again": a.signs(asked, r.door.set.Origin, twist{})} {
		if got := r.browser().brings("/login/passkey/finish", errand, body); got.status != http.StatusUnauthorized {
			t.Errorf("%s, cookie and all: %d %s", name, got.status, got.body)
		}
	}

	two := r.browser()
	asked = two.asked("/login/passkey/begin", "{}")
	errand = "rogatory-challenge=" + two.cookie("rogatory-challenge")
	if got := r.browser().brings("/login/passkey/finish", errand+"; rogatory-challenge=x", a.signs(asked, r.door.set.Origin, twist{})); got.status != http.StatusUnauthorized {
		t.Errorf("with two cookies: %d %s", got.status, got.body)
	}

	late := r.browser()
	asked = late.asked("/login/passkey/begin", "{}")
	r.passes(errandLife)
	late.wants(http.StatusUnauthorized, http.MethodPost, "/login/passkey/finish", a.signs(asked, r.door.set.Origin, twist{}))
}

func TestOfManyWhoBringOneAnswerOneGetsIn(t *testing.T) {
	r := newRig(t, Settings{})
	a := r.browser().enrols("Rosa Okafor")
	b := r.browser()
	asked := b.asked("/login/passkey/begin", "{}")
	cookie := "rogatory-challenge=" + b.cookie("rogatory-challenge")
	statuses := make(chan int, 4)
	var wait sync.WaitGroup
	for range cap(statuses) {
		signed, another := a.signs(asked, r.door.set.Origin, twist{}), r.browser()
		wait.Go(func() { statuses <- another.brings("/login/passkey/finish", cookie, signed).status })
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
		t.Errorf("%d got in", in)
	}
}

func TestConfirmingBeforeADecision(t *testing.T) {
	r := newRig(t, Settings{})
	b := r.browser()
	a := b.enrols("Rosa Okafor")
	other := r.browser().enrols("Imke Brandt")
	r.passes(10 * time.Minute)
	before := b.cookie("rogatory")
	session := func(secret string) *Session {
		s, err := r.door.Session(carrying(t, "Cookie", "rogatory="+secret))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	wantKind(t, "ten minutes later", r.door.Recent(session(before)), fault.Unauthenticated)

	if got := b.confirms(other, twist{}); got.status != http.StatusUnauthorized {
		t.Errorf("another's passkey in Rosa's session: %d", got.status)
	}
	if s := session(before); s.Name != "Rosa Okafor" || r.door.Recent(s) == nil {
		t.Errorf("it is now %+v", s)
	}
	if got := b.confirms(a, twist{noHandle: true}); got.status != http.StatusOK {
		t.Fatalf("an authenticator that was told which passkey: %s", got.body)
	}
	after := b.cookie("rogatory")
	if err := r.door.Recent(session(after)); err != nil || after == before {
		t.Errorf("after confirming: %v; another secret: %v", err, after != before)
	}
	_, err := r.door.Session(carrying(t, "Cookie", "rogatory="+before))
	wantKind(t, "the secret of before", err, fault.Unauthenticated)
}

func TestOnlyOneselfConfirmsAlsoWithoutAPasskey(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	other := r.browser()
	other.signsIn("Imke Brandt")
	a := r.authenticator()
	asked := other.asked("/login/passkey/register/begin", "{}")
	other.wants(http.StatusOK, http.MethodPost, "/login/passkey/register/finish", a.creates(asked, r.door.set.Origin, twist{}))

	b := r.browser()
	b.signsIn("Rosa Okafor")
	if got := b.confirms(a, twist{}); got.status != http.StatusUnauthorized {
		t.Errorf("another's passkey: %d %s", got.status, got.body)
	}
}

func TestWhoMayEnrol(t *testing.T) {
	r := newRig(t, Settings{})
	stranger := r.browser()
	stranger.wants(http.StatusUnauthorized, http.MethodPost, "/login/passkey/register/begin", []byte("{}"))

	b := r.browser()
	first := b.enrols("Rosa Okafor")
	r.passes(time.Minute)
	second := r.authenticator()
	asked := b.asked("/login/passkey/register/begin", `{"label":"second"}`)
	b.wants(http.StatusOK, http.MethodPost, "/login/passkey/register/finish", second.creates(asked, r.door.set.Origin, twist{}))
	for _, a := range []*authenticator{first, second} {
		if got := r.browser().confirms(a, twist{}); got.status != http.StatusOK {
			t.Errorf("one of two: %s", got.body)
		}
	}
	asked = b.asked("/login/passkey/register/begin", "{}")
	r.passes(5 * time.Minute)
	b.wants(http.StatusUnauthorized, http.MethodPost, "/login/passkey/register/begin", []byte("{}"))
	b.wants(http.StatusUnauthorized, http.MethodPost, "/login/passkey/register/finish", r.authenticator().creates(asked, r.door.set.Origin, twist{}))

	token, err := r.door.Issue(t.Context(), "Imke Brandt", "Collector", lifecycle.Custodian, r.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/login/passkey/register/begin", "/login/passkey/begin"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.door.set.Origin+path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
		if got := r.browser().sends(req); got.status != http.StatusForbidden {
			t.Errorf("a service at %s: %d", path, got.status)
		}
	}
}

func TestPasskeysThatAreNotEnrolled(t *testing.T) {
	for _, c := range []struct {
		name  string
		twist twist
		want  int
	}{
		{"as it should be", twist{}, http.StatusOK},
		{"the user not verified", twist{flags: present}, http.StatusBadRequest},
		{"another origin", twist{client: map[string]any{"origin": "https://evil.example"}}, http.StatusBadRequest},
		{"for another host", twist{rp: "evil.example"}, http.StatusBadRequest},
		{"another challenge", twist{client: map[string]any{"challenge": strings.Repeat("A", 43)}}, http.StatusBadRequest},
		{"used and not made", twist{client: map[string]any{"type": "webauthn.get"}}, http.StatusBadRequest},
		{"by another name than attested", twist{id: []byte("another credential")}, http.StatusBadRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, Settings{})
			b := r.browser()
			b.wants(http.StatusOK, http.MethodPost, r.invited("Rosa Okafor"), nil)
			a := r.authenticator()
			asked := b.asked("/login/passkey/register/begin", "{}")
			body := a.creates(asked, r.door.set.Origin, c.twist)
			b.wants(c.want, http.MethodPost, "/login/passkey/register/finish", body)
			list, err := r.door.Passkeys(t.Context(), "Rosa Okafor")
			if err != nil || (len(list) == 1) != (c.want == http.StatusOK) {
				t.Errorf("%d passkeys, %v", len(list), err)
			}
			if c.want == http.StatusOK {
				b.wants(http.StatusUnauthorized, http.MethodPost, "/login/passkey/register/finish", body) // the same again
			}
		})
	}
}

func TestOneAuthenticatorIsOnePerson(t *testing.T) {
	r := newRig(t, Settings{})
	a := r.browser().enrols("Rosa Okafor")
	b := r.browser()
	b.wants(http.StatusOK, http.MethodPost, r.invited("Imke Brandt"), nil)
	asked := b.asked("/login/passkey/register/begin", "{}")
	b.wants(http.StatusConflict, http.MethodPost, "/login/passkey/register/finish", a.creates(asked, r.door.set.Origin, twist{}))
}

func TestTwoEnrolmentsAtTheSameMoment(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	b := r.browser()
	b.signsIn("Rosa Okafor")
	var both []*authenticator
	var cookies []string
	var made [][]byte
	for range 2 {
		a := r.authenticator()
		made = append(made, a.creates(b.asked("/login/passkey/register/begin", "{}"), r.door.set.Origin, twist{}))
		cookies = append(cookies, "rogatory="+b.cookie("rogatory")+"; rogatory-enrolment="+b.cookie("rogatory-enrolment"))
		both = append(both, a)
	}
	for i := range both {
		if got := r.browser().brings("/login/passkey/register/finish", cookies[i], made[i]); got.status != http.StatusOK {
			t.Fatal(got.body)
		}
	}
	for _, a := range both {
		if got := r.browser().confirms(a, twist{}); got.status != http.StatusOK {
			t.Errorf("signing in: %s", got.body)
		}
		if got := b.confirms(a, twist{}); got.status != http.StatusOK {
			t.Errorf("confirming: %s", got.body)
		}
	}
}

func TestAnEnrolmentIsFinishedWhereItWasBegun(t *testing.T) {
	r := newRig(t, Settings{})
	rosa, imke := r.browser(), r.browser()
	rosa.wants(http.StatusOK, http.MethodPost, r.invited("Rosa Okafor"), nil)
	imke.wants(http.StatusOK, http.MethodPost, r.invited("Imke Brandt"), nil)
	asked := imke.asked("/login/passkey/register/begin", "{}")
	made := r.authenticator().creates(asked, r.door.set.Origin, twist{})
	cookies := "rogatory=" + rosa.cookie("rogatory") + "; rogatory-enrolment=" + imke.cookie("rogatory-enrolment")
	if got := r.browser().brings("/login/passkey/register/finish", cookies, made); got.status != http.StatusUnauthorized {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestRemovingPasskeys(t *testing.T) {
	r := newRig(t, Settings{})
	b := r.browser()
	first := b.enrols("Rosa Okafor")
	other := r.browser().enrols("Imke Brandt")
	b.wants(http.StatusConflict, http.MethodDelete, "/login/passkey/"+keyName(first.id), nil)
	second := r.authenticator()
	asked := b.asked("/login/passkey/register/begin", "{}")
	b.wants(http.StatusOK, http.MethodPost, "/login/passkey/register/finish", second.creates(asked, r.door.set.Origin, twist{}))
	b.wants(http.StatusNotFound, http.MethodDelete, "/login/passkey/"+keyName(other.id), nil)
	r.passes(5 * time.Minute)
	b.wants(http.StatusUnauthorized, http.MethodDelete, "/login/passkey/"+keyName(first.id), nil)
	if got := b.confirms(second, twist{}); got.status != http.StatusOK {
		t.Fatal(got.body)
	}
	b.wants(http.StatusNoContent, http.MethodDelete, "/login/passkey/"+keyName(first.id), nil)
	if got := r.browser().confirms(first, twist{}); got.status != http.StatusUnauthorized {
		t.Errorf("a passkey that was removed: %d", got.status)
	}
	var left struct{ Passkeys []Passkey }
	b.wants(http.StatusOK, http.MethodGet, "/login/passkey", nil).read(t, &left)
	if !slices.EqualFunc(left.Passkeys, []string{keyName(second.id)}, func(p Passkey, id string) bool { return p.ID == id }) {
		t.Errorf("left are %+v", left.Passkeys)
	}
}

// A passkey that was stolen goes, also if it is the last; and the log says so.
func TestDroppingAPasskeyOfAnother(t *testing.T) {
	r := newRig(t, Settings{})
	stolen := r.browser().enrols("Rosa Okafor")
	wantKind(t, "of another", r.door.DropPasskey(t.Context(), "Imke Brandt", "Imke Brandt", keyName(stolen.id)), fault.NotFound)
	if err := r.door.DropPasskey(t.Context(), "Imke Brandt", "rosa okafor", keyName(stolen.id)); err != nil {
		t.Fatal(err)
	}
	if got := r.browser().confirms(stolen, twist{}); got.status != http.StatusUnauthorized {
		t.Errorf("it lets in: %d", got.status)
	}
	for _, said := range []string{`level=WARN msg="passkey enrolled" name="Rosa Okafor"`, `level=WARN msg="passkey removed" name="Rosa Okafor"`} {
		if !strings.Contains(r.log.String(), said) {
			t.Errorf("the log does not say %s", said)
		}
	}
}

func TestNobodyHasPasskeysWithoutEnd(t *testing.T) {
	r := newRig(t, Settings{})
	b := r.browser()
	b.enrols("Rosa Okafor")
	for range passkeysEach - 1 {
		asked := b.asked("/login/passkey/register/begin", "{}")
		b.wants(http.StatusOK, http.MethodPost, "/login/passkey/register/finish", r.authenticator().creates(asked, r.door.set.Origin, twist{}))
		r.passes(2 * time.Second)
	}
	b.wants(http.StatusConflict, http.MethodPost, "/login/passkey/register/begin", []byte("{}"))
}

func TestBodiesThatAreNotRead(t *testing.T) {
	r := newRig(t, Settings{})
	b := r.browser()
	b.wants(http.StatusOK, http.MethodPost, r.invited("Rosa Okafor"), nil)
	for _, c := range []struct {
		name, kind, body string
	}{
		{"no type", "", "{}"},
		{"two types", "application/json|text/plain", "{}"},
		{"a form", "application/x-www-form-urlencoded", "{}"},
		{"a type that looks like it", "application/json-seq", "{}"},
		{"nothing", "application/json", ""},
		{"too long", "application/json", `{"label":"x"` + strings.Repeat(" ", bodyLimit) + `}`},
		{"a member unknown", "application/json", `{"labels":"x"}`},
		{"two objects", "application/json", "{}{}"},
		{"a label that hides", "application/json", `{"label":"a\u202eb"}`},
		{"a label too long", "application/json", `{"label":"` + strings.Repeat("x", labelLimit+1) + `"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.door.set.Origin+"/login/passkey/register/begin", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if c.kind != "" {
				req.Header["Content-Type"] = strings.Split(c.kind, "|")
			}
			if got := b.sends(req); got.status != http.StatusBadRequest {
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
}

func TestABareAddressHasNoPasskeys(t *testing.T) {
	r := newRig(t, Settings{Demo: true, Origin: "http://127.0.0.1:1"})
	r.door.set.Origin = r.server.URL // where the socket is
	r.browser().wants(http.StatusConflict, http.MethodPost, "/login/passkey/begin", []byte("{}"))
}

func TestBeginningIsBounded(t *testing.T) {
	r := newRig(t, Settings{})
	b := r.browser()
	for range 30 {
		b.asked("/login/passkey/begin", "{}")
	}
	b.wants(http.StatusServiceUnavailable, http.MethodPost, "/login/passkey/begin", []byte("{}"))
	r.passes(errandLife)
	if n, err := r.shelf.Sweep(t.Context(), r.clock()); err != nil || n != 30 {
		t.Errorf("%d errands swept, %v", n, err)
	}
	b.asked("/login/passkey/begin", "{}")
}
