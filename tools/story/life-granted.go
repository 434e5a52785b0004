package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/rogatory/rogatory/ledger"
)

// person is the address of whoever is behind the account.
const personMail = "person@home.example"

var codePattern = regexp.MustCompile(`\d\d-[0-9A-Z]{8}-[0-9A-Z](-[0-9A-Z]{2})(-[0-9A-Z]{5}){4}`)

// threeItems asks for three things.
func threeItems(doc m) {
	list := doc["measures"].([]any)
	var third m
	must(json.Unmarshal(encoded(list[1]), &third))
	third["targets"].([]any)[0].(m)["value"] = "panel host 'stress-10'"
	third["targets"].([]any)[0].(m)["description"] = "panel host 'stress-10'"
	doc["measures"] = append(list, third)
}

func grantedInPart(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	o.passes(2 * time.Minute) // in which nobody has objected
	o.mail.letter(court.mail, "enrolled")
	doc := court.document("leg-13", threeItems)
	c := court.submits(doc)
	c.receiptOf(doc)

	c.assigned()
	o.mail.letter("rosa@office.example", c.ref)
	c.shown("Rosa").has(`"outcome":"forward"`, "sender:verified")
	c.stands("stage:screened")
	c.tries("Rosa", "apply", nil).wants(http.StatusForbidden)
	c.forwarded()
	c.tries("Rosa", "apply", nil).refuses(http.StatusForbidden, "target-looked-at")
	c.settle("Rosa", "court")
	c.does("Rosa", "apply", nil)

	// The judge grants two of three, with the key that never enters the server.
	p := c.as("Jo")
	c.sends(p, c.instruction(p, "grant", c.grant(0, 1)), "AAAA").wants(http.StatusForbidden)
	c.signedByHand("Jo", "grant", c.grant(0, 1)).wants(http.StatusOK)
	c.standing().says("stage", "granted")
	o.mail.letter(registry, c.ref)

	// A court orders secrecy with its reason and its end.
	c.settle("Jo", "secrecy")
	ends := o.now.AddDate(0, 0, 60)
	c.does("Jo", "order-secrecy", m{"until": ends, "harm": "the operator would wipe the panel", "why": "asked for by the prosecutor"})
	c.tries("Nils", "tell", m{"way": "letter", "proof": "copy", "remedy": remedy}).refuses(http.StatusForbidden, "a court has ordered secrecy")

	files := []file{subscriber, {1, "traffic.csv", "from,to\n192.0.2.1,192.0.2.2\n"}}
	c.uploads(file{2, "more.csv", "not granted"}).refuses(http.StatusForbidden, "beyond what was asked, granted or compelled")
	c.sealed(files...)
	c.standing().says("stage", "granted").says("ready", false)
	c.tries("Cem", "release", nil).wants(http.StatusForbidden)
	c.tries("Rosa", "release", nil).refuses(http.StatusForbidden, "do not stand in the public log yet")
	o.inPublic()
	c.tries("Rosa", "release", nil).wants(http.StatusOK).says("proposed", true)
	o.mail.letter("siri@office.example", "A second person is wanted")
	c.tries("Rosa", "release", nil).wants(http.StatusOK).says("proposed", true)
	c.does("Siri", "release", nil)
	o.mail.letter(court.mail, "fetch the data")
	expect(len(o.mail.to("siri@office.example", "A second person is wanted")) == 1, "one letter that a second is wanted: %s", o.mail.came())
	for _, name := range []string{"cem", "nils", "imke", "rosa"} {
		expect(len(o.mail.to(name+"@office.example", "A second person is wanted")) == 0, "nobody to be asked who may not join: %s", o.mail.came())
	}
	c.fetched(files)

	// The notifier decides how; it goes out by itself when secrecy ends.
	c.does("Nils", "plan-notice", m{"way": "mail:" + personMail, "remedy": remedy, "why": "their own address, read from the contract"})
	c.stands("duty:open", "secrecy:first period")
	expect(len(o.mail.to(personMail, "")) == 0, "nobody to be told while a court keeps it secret")
	o.at(ends.Add(time.Minute))
	notice := o.mail.letter(personMail, "Authority tr-ca")
	expect(!strings.Contains(notice.text, "stress-10"), "nothing of what was not granted: %s", notice.text)
	c.becomes("duty:settled")
	code := c.codeOf(notice)

	// The person challenges by the code alone; who decided does not judge it.
	o.public("/v1/challenges", m{"code": guessed(code), "why": "guessed"}).wants(http.StatusNotFound)
	o.public("/v1/challenges", m{"code": code, "why": "the address is not mine alone"}).wants(http.StatusCreated)
	c.stands("challenge:filed")
	c.tries("Siri", "uphold-challenge", nil).refuses(http.StatusForbidden, "whoever made the decision does not judge it")
	c.does("Sami", "uphold-challenge", m{"why": "the account is shared", "told": "The challenge is upheld: the account is shared."})
	o.mail.letter(personMail, "The challenge is upheld")
	c.does("Sami", "demand-erasure", nil)
	o.mail.letter(court.mail, "eras")
	c.tries("Rosa", "close", nil).refuses(http.StatusForbidden, "something is still owed")
	c.asks(http.MethodPost, "/erasure", m{"proof": "protocol of erasure 12"}).wants(http.StatusOK)
	c.does("Rosa", "close", nil)

	// What the office owes in public is settled by signatures, and not before: to
	// tell the person, to have the challenge decided, to have the data erased.
	expect(len(o.owed()) == 3, "three public duties to be open: %s", o.last)
	c.settles("Nils", ledger.Notified).settles("Olga", ledger.Decided).settles("Nils", ledger.Erased)
	expect(len(o.owed()) == 0, "no public duty to be open: %s", o.last)
	o.inPublic()

	// When retention is over only the chain is left.
	o.passes(3 * 366 * day)
	for deadline := time.Now().Add(letterTime); o.as("Olga").get(c.path()).status == http.StatusOK; time.Sleep(100 * time.Millisecond) {
		expect(time.Now().Before(deadline), "the case to be erased: %s", o.last)
	}
	o.as("Rosa").get(c.path()).lacks("stress-09")
}
