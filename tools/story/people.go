package main

import (
	"crypto/rand"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/proof/role"
)

// A person works in an office, or watches it.
type person struct {
	*office
	name, role, mail string
	secret           *role.Secret // with which a judge, a notifier and oversight sign
	former           []string     // keys of before, in their public form
	key              *passkey     // nil: never came in
	browser          *http.Client
	proved           time.Time // when they last showed who they are
}

// staff is who there is, by role.
var staff = [][2]string{
	{"Imke", "intake"}, {"Rosa", "reviewer"}, {"Sami", "senior"}, {"Siri", "senior"}, {"Jo", "judge"}, {"Cem", "custodian"},
	{"Nils", "notifier"}, {"Olga", "oversight"}, {"Omar", "oversight"}, {"Adam", "administrator"},
}

func everybody(o *office) []*person {
	var list []*person
	for _, s := range staff {
		p := &person{office: o, name: s[0], role: s[1], mail: strings.ToLower(s[0]) + "@office.example"}
		if slices.Contains([]string{"judge", "notifier", "oversight"}, p.role) {
			var err error
			p.secret, err = role.Generate(p.name, false, rand.Reader)
			must(err)
		}
		list = append(list, p)
	}
	return list
}

func (o *office) person(name string) *person {
	for _, p := range o.people {
		if p.name == name {
			return p
		}
	}
	fail("nobody is called %s", name)
	return nil
}

// as is somebody who has just shown who they are: who comes for the first time is
// invited by mail and enrols a passkey, and whoever showed it at another time
// shows it again.
func (o *office) as(name string) *person {
	p := o.person(name)
	if p.key == nil {
		o.as("Adam").post("/v1/people/"+name+"/invitation", nil).wants(http.StatusCreated)
		_, rest, found := strings.Cut(o.mail.letter(p.mail, "/login/once/").text, o.origin()+"/login/once/")
		if !found {
			fail("the invitation of %s has no link", name)
		}
		p.enrols(o.origin() + "/login/once/" + strings.Fields(rest)[0])
	}
	if !p.proved.Equal(o.now) {
		p.confirms()
	}
	return p
}

// enrols uses a link up and makes a passkey.
func (p *person) enrols(link string) {
	p.fresh()
	path := strings.TrimPrefix(link, p.origin())
	p.secrets = append(p.secrets, strings.TrimPrefix(path, "/login/once/"))
	p.post(path, nil).wants(http.StatusOK)
	key := newPasskey(p.origin())
	var a options
	p.post("/login/passkey/register/begin", m{"label": "the key of " + p.name}).wants(http.StatusOK).into(&a)
	p.post("/login/passkey/register/finish", key.creates(a)).wants(http.StatusOK)
	p.key, p.proved = key, p.now
	p.get("/login/session").wants(http.StatusOK).says("way", "passkey")
}

// confirms signs in, or shows anew who one is.
func (p *person) confirms() {
	p.fresh() // the session of before may have ended while nobody looked
	var a options
	p.post("/login/passkey/begin", m{}).wants(http.StatusOK).into(&a)
	p.post("/login/passkey/finish", p.key.signs(a)).wants(http.StatusOK)
	p.proved = p.now
}

// fresh gives a browser that knows nothing.
func (p *person) fresh() {
	jar, err := cookiejar.New(nil)
	must(err)
	p.browser = &http.Client{Jar: jar, Transport: p.wire(), Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// get asks for something.
func (p *person) get(path string) *answer { return p.asks(http.MethodGet, path, nil) }

// post sends a value as JSON; nil: nothing.
func (p *person) post(path string, value any) *answer { return p.asks(http.MethodPost, path, value) }

func (p *person) asks(method, path string, value any) *answer {
	return p.send(p.browser, p.request(method, path, value), p.name)
}
