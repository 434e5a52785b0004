package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/proof/httpsig"
)

// An abroad is an authority that asks, with its secrets.
type abroad struct {
	*office
	id, country, mail string
	key               ed25519.PrivateKey
	identity          *age.X25519Identity
	browser           *http.Client
}

// called is the contact of every authority here: somebody of the office found it
// without asking the authority's messages.
const called = "+90 312 000 00 00"

// enrolled is an authority that two people of the office have enrolled.
func (o *office) enrolled(id, country, role string) *abroad {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	identity, err := age.GenerateX25519Identity()
	must(err)
	a := &abroad{office: o, id: id, country: country, mail: "registry@" + id + ".example", key: key, identity: identity, browser: o.stranger()}
	entry := authority.Authority{
		ID: id, Name: "Authority " + id, Country: country, Role: role, Mail: a.mail, Language: "en",
		Contacts:   []authority.Contact{{Value: called, How: "the directory of the embassy"}},
		Keys:       []authority.Key{{ID: "1", Public: publicPEM(public)}},
		Recipients: []string{identity.Recipient().String()},
		Powers:     []authority.Power{{Data: "subscriber"}, {Data: "traffic"}, {Data: "content"}},
		From:       o.now, Until: o.now.AddDate(3, 0, 0),
	}
	o.change(entry, "they ask to be enrolled")
	return a
}

// change changes the register as two people do: one proposes, another calls a
// contact of before and confirms.
func (o *office) change(to authority.Authority, why string) {
	path := "/v1/authorities/" + to.ID
	proposed := o.as("Imke").asks(http.MethodPut, path+"/change", m{"to": to, "why": why}).wants(http.StatusOK)
	digest, _ := proposed.member("pending").(m)["digest"].(string)
	o.as("Imke").post(path+"/confirm", m{"digest": digest, "called": called}).wants(http.StatusForbidden)
	o.as("Sami").post(path+"/confirm", m{"digest": digest, "called": called}).wants(http.StatusOK)
}

func publicPEM(key ed25519.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	must(err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// stranger is the client of somebody outside.
func (o *office) stranger() *http.Client {
	return &http.Client{Transport: o.wire(), Timeout: time.Minute}
}

// document is an example request as an authority sends it, with what a life
// changes in it.
func (o *office) document(example, id, country string, change func(doc m)) []byte {
	text, err := os.ReadFile(filepath.Join("examples", "cases", example+".json"))
	must(err)
	var doc m
	must(json.Unmarshal(text, &doc))
	from := doc["requesting"].(m)
	delete(from, "channel") // which is not the sender's word
	from["country"] = country
	from["authority"].(m)["id"] = id
	if change != nil {
		change(doc)
	}
	return encoded(doc)
}

// document is one of this authority.
func (a *abroad) document(example string, change func(doc m)) []byte {
	return a.office.document(example, a.id, a.country, change)
}

// asks sends a signed request (RFC 9421).
func (a *abroad) asks(method, path string, value any) *answer {
	return a.asksOnce(method, path, value, "")
}

// asksOnce is asks with an idempotency key; empty: without one.
func (a *abroad) asksOnce(method, path string, value any, once string) *answer {
	var body []byte
	switch v := value.(type) {
	case nil:
	case []byte:
		body = v
	default:
		body = encoded(v)
	}
	var r *http.Request
	if body == nil {
		r = a.request(method, path, nil)
	} else {
		r = a.request(method, path, body)
	}
	if once != "" {
		r.Header.Set("Idempotency-Key", once)
	}
	must(httpsig.Sign(r, body, a.id+"#1", a.key, a.now, rand.Reader))
	return a.send(a.browser, r, a.id)
}

// submits files a request, and gives the case with everybody at work on it.
func (a *abroad) submits(doc []byte) *matter {
	got := a.asksOnce(http.MethodPost, "/v1/requests", doc, rand.Text()).wants(http.StatusCreated)
	c := &matter{office: a.office, ref: got.word("case"), from: a, receipt: got.word("receipt")}
	a.cases = append(a.cases, c.ref)
	return c
}

// about asks for something of one case.
func (c *matter) asks(method, path string, value any) *answer {
	return c.from.asks(method, "/v1/requests/"+c.ref+path, value)
}

// standing is what the authority learns of its request.
func (c *matter) standing() *answer { return c.asks(http.MethodGet, "", nil).wants(http.StatusOK) }
