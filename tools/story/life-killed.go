package main

import (
	"crypto/rand"
	"net/http"
	"time"
)

// killed ends the program with no time to write anything, and starts it again.
func (o *office) killed() {
	o.kill()
	o.start()
}

func killedBetweenSteps(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	o.killed()
	doc, once := court.document("leg-13", nil), rand.Text()
	first := court.asksOnce(http.MethodPost, "/v1/requests", doc, once).wants(http.StatusCreated)
	o.killed()
	again := court.asksOnce(http.MethodPost, "/v1/requests", doc, once)
	expect(again.status/100 == 2 && again.word("case") == first.word("case"), "the same case again:\n%s\n%s", first, again)
	c := &matter{office: o, ref: first.word("case"), from: court, receipt: again.word("receipt")}
	o.cases = append(o.cases, c.ref)
	c.receiptOf(doc)

	// Whoever was signed in still is.
	rosa := o.as("Rosa")
	o.killed()
	rosa.get("/v1/me").wants(http.StatusOK).says("name", "Rosa").says("recent", true)
	c.assigned()
	o.killed()
	c.applied()
	o.killed()
	c.granted(0)
	o.killed()
	c.uploads(subscriber).wants(http.StatusCreated)
	o.killed()
	c.does("Cem", "seal", nil)
	c.settle("Rosa", "disclosure")
	c.does("Nils", "plan-notice", m{"way": "mail:" + personMail, "remedy": remedy})
	o.killed()
	o.passes(3 * time.Minute) // what the dead had leased is given to the living
	o.mail.letter(personMail, "Authority tr-ca")
	o.mail.letter(registry, c.ref)
	c.becomes("duty:settled")
	o.passes(8 * day)
	c.settle("Rosa", "disclosure")
	c.tries("Rosa", "release", nil).wants(http.StatusOK).says("proposed", true)
	o.killed()
	c.does("Siri", "release", nil)
	o.killed()
	c.fetched([]file{subscriber})

	c.does("Rosa", "close", nil)
}
