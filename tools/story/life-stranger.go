package main

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"
)

func strangerWithAMailbox(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	doc := court.document("leg-13", nil)
	unsigned := func() *answer {
		r := o.request(http.MethodPost, "/v1/requests", doc)
		r.Header.Set("Idempotency-Key", rand.Text())
		return o.send(o.stranger(), r, "a stranger")
	}
	got := unsigned().wants(http.StatusAccepted).has("sender unverified")
	c := &matter{office: o, ref: got.word("case")}
	o.cases = append(o.cases, c.ref)
	code := got.word("code")
	o.secrets = append(o.secrets, code)
	before := o.anybody("/v1/receipts/" + code).wants(http.StatusOK)
	before.has("Nobody has verified yet").lacks("LEG-13", "forward", "tr-ca")
	o.anybody("/v1/receipts/" + guessed(code)).wants(http.StatusNotFound)
	o.anybody("/v1/requests/" + c.ref).wants(http.StatusUnauthorized)

	// A signature by a key that nobody enrolled is refused, and is no quarantine.
	thief := *court
	thief.key = o.enrolled("ge-ca", "GE", "central-authority").key
	thief.asksOnce(http.MethodPost, "/v1/requests", doc, rand.Text()).wants(http.StatusUnauthorized)

	// It is seen where quarantine is looked at, and the authority itself hears of
	// it once, however many ask in its name.
	for range 3 {
		o.cases = append(o.cases, unsigned().wants(http.StatusAccepted).word("case"))
	}
	o.as("Imke").get("/v1/quarantine").wants(http.StatusOK).has(c.ref, `"came":4`)
	o.passes(2 * time.Hour)
	o.mail.letter(court.mail, "not signed with your key")
	expect(len(o.mail.to(court.mail, "Did you send us this?")) == 1, "one letter to the authority: %s", o.mail.came())

	// Nothing is decided of it, and the call-back fails.
	c.assigned()
	c.tries("Rosa", "forward", nil).refuses(http.StatusForbidden, "the sender is not verified")
	c.tries("Rosa", "preserve", nil).wants(http.StatusForbidden)
	c.tries("Rosa", "refuse", m{"grounds": []string{"no-dual-criminality"}}).wants(http.StatusForbidden)
	c.tries("Imke", "authenticate", m{"contact": "+90 555 in the mail"}).refuses(http.StatusForbidden, "nothing authenticates the sender")
	c.does("Imke", "doubt", m{"why": "called them: nobody there knows of it"})
	c.stands("sender:in doubt")
	after := o.anybody("/v1/receipts/" + code).wants(http.StatusOK)
	expect(string(before.body) == string(after.body), "the stranger to learn nothing of it:\n%s\n%s", before, after)
	court.asks(http.MethodGet, "/v1/requests/"+c.ref, nil).lacks("in doubt")

	o.passes(105 * day)
	c.becomes("stage:closed")
	o.anybody("/v1/receipts/"+code).wants(http.StatusOK).says("stage", "closed")
	history := string(c.as("Rosa").get(c.path() + "/history").wants(http.StatusOK).body)
	expect(strings.Contains(history, "lapse-quarantine"), "it to have lapsed by itself: %s", history)
	expect(len(o.mail.to(court.mail, c.ref)) <= 1, "nothing more to the authority: %s", o.mail.came())
}
