package main

import (
	"net/http"
	"strings"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// challengedInTime: told by mail, the person challenges before anything has left.
func challengedInTime(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	c := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0).sealed(subscriber)
	c.does("Nils", "plan-notice", m{"way": "mail:" + personMail, "remedy": remedy})
	code := c.codeOf(o.mail.letter(personMail, "Authority tr-ca"))
	c.becomes("duty:settled")
	o.passes(4 * day)
	c.tries("Rosa", "release", nil).refuses(http.StatusForbidden, "the instrument says wait")
	o.public("/v1/challenges", m{"code": strings.ToLower(code), "why": "I host for others"}).wants(http.StatusCreated)
	o.passes(8 * day)
	c.tries("Rosa", "release", nil).refuses(http.StatusForbidden, "a challenge has not had its first decision")
	o.public("/v1/challenges", m{"code": code, "do": "appeal", "why": "too early"}).wants(http.StatusForbidden)

	// Rejected by the office, appealed by the same code, dismissed by oversight.
	c.tries("Sami", "reject-challenge", m{"why": "the order is sound"}).refuses(http.StatusBadRequest, "the person who challenged is told nothing")
	c.does("Sami", "reject-challenge", m{"why": "the order is sound", "told": "The order names this account."})
	o.mail.letter(personMail, "The order names this account.")
	c.tries("Rosa", "release", nil).wants(http.StatusForbidden)
	o.public("/v1/challenges", m{"code": code, "do": "appeal", "why": "it names the host, and not me"}).wants(http.StatusCreated)
	c.stands("challenge:appealed")
	c.tries("Sami", "reject-challenge", nil).wants(http.StatusForbidden)
	c.does("Olga", "reject-challenge", m{"why": "looked at it anew", "told": "Oversight has looked at it."})
	o.mail.letter(personMail, "Oversight has looked at it.")
	o.public("/v1/challenges", m{"code": code, "why": "once more"}).wants(http.StatusForbidden)
	o.passes(4 * day)
	c.settle("Rosa", "disclosure")
	c.released().fetched([]file{subscriber})

	// Of another: upheld before anything has left, it ends the case.
	next := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0).sealed(subscriber)
	next.does("Nils", "plan-notice", m{"way": "mail:second@home.example", "remedy": remedy})
	code = next.codeOf(o.mail.letter("second@home.example", "Authority tr-ca"))
	next.becomes("duty:settled")
	o.public("/v1/challenges", m{"code": code, "why": "a newsroom"}).wants(http.StatusCreated)
	before := o.kept()
	next.tries("Sami", "uphold-challenge", m{"why": "it is a newsroom"}).refuses(http.StatusBadRequest, "the person who challenged is told nothing")
	const upheld = "You are right: it is a newsroom."
	next.does("Sami", "uphold-challenge", m{"why": "it is a newsroom", "told": upheld})
	next.stands("stage:refused", "challenge:upheld")
	o.mail.letter("second@home.example", upheld)

	// The requester gets a refusal as any other, and nothing of the challenge.
	refusal := o.mail.letter(court.mail, "We refuse your request: case "+next.ref)
	expect(!strings.Contains(flat(refusal.text), "newsroom") && !strings.Contains(refusal.text, "challenge"), "nothing of the challenge in the refusal: %s", refusal.text)
	next.tries("Siri", "correct", nil).refuses(http.StatusForbidden, "a challenge was upheld")
	next.as("Rosa").get(next.path() + "/files/" + subscriber.name).wants(http.StatusForbidden)
	for deadline := time.Now().Add(letterTime); o.kept() >= before; time.Sleep(50 * time.Millisecond) {
		expect(time.Now().Before(deadline), "what was collected to be erased: %d files are kept, and %d were", o.kept(), before)
	}
	next.standing().says("stage", "refused").says("ready", false).lacks("newsroom", "challenge")
}

// guessed is a code that is nearly right.
func guessed(code string) string {
	if last := len(code) - 1; code[last] != '0' {
		return code[:last] + "0"
	}
	return code[:len(code)-1] + "1"
}

// codeOf is the code in a notice.
func (c *matter) codeOf(notice mailed) string {
	code := codePattern.FindString(flat(notice.text))
	expect(code != "", "a code in the notice: %s", notice.text)
	c.secrets = append(c.secrets, code)
	return code
}

func secretToTheLimit(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	c := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0).sealed(subscriber)
	harm := "the operator would wipe the panel"
	until := func(at time.Time) m { return m{"until": at, "harm": harm, "why": "asked for by the prosecutor"} }
	c.tries("Jo", "order-secrecy", m{"until": o.now.AddDate(0, 0, 60)}).refuses(http.StatusBadRequest, "which harm telling the person would do")
	c.settle("Jo", "secrecy")
	c.tries("Jo", "order-secrecy", until(o.now.AddDate(0, 0, 200))).refuses(http.StatusForbidden, "no end is named, or it lies beyond the limit")
	c.tries("Rosa", "order-secrecy", until(o.now.AddDate(0, 0, 80))).wants(http.StatusForbidden)
	c.does("Jo", "order-secrecy", until(o.now.AddDate(0, 0, 80)))
	o.inPublic()
	c.released()
	c.does("Nils", "plan-notice", m{"way": "mail:" + personMail, "remedy": remedy})
	for _, word := range []string{"extended once", "extended twice", "extended three times"} {
		o.passes(75 * day)
		c.settle("Jo", "secrecy")
		c.does("Jo", "extend-secrecy", until(o.now.AddDate(0, 0, 80)))
		c.stands("secrecy:" + word)
		c.settles("Jo", ledger.Extended) // everybody sees that the court puts it off, and until when
	}
	o.passes(75 * day)
	c.tries("Jo", "extend-secrecy", until(o.now.AddDate(0, 0, 30))).refuses(http.StatusForbidden, "as often as it may be")

	// Beyond the limit only an order that binds the office, followed by two.
	above := o.onPaper("court", "Oberlandesgericht", "5 Ws 1/27")
	ends := o.now.AddDate(0, 0, 120).Truncate(day)
	above["ends"] = ends
	held := m{"until": ends, "decision": above, "remedy": "complaint filed", "why": "bound by it"}
	c.tries("Sami", "hold-beyond", m{"until": ends, "decision": above, "why": "bound"}).refuses(http.StatusForbidden, "no objection, appeal or suspension is filed")
	c.both("Sami", "Siri", "hold-beyond", held)
	c.stands("secrecy:held beyond the limit")
	c.settles("Jo", ledger.Extended)
	o.shows(monitor.HeldBeyond)
	expect(len(o.mail.to(personMail, "")) == 0, "nobody to be told yet: %s", o.mail.came())
	o.at(ends.Add(2 * day))
	o.mail.letter(personMail, "Authority tr-ca")
	c.becomes("duty:settled")
	c.stands("secrecy:over")
	c.settles("Nils", ledger.Notified)
	c.tries("Jo", "order-secrecy", until(o.now.AddDate(0, 0, 30))).wants(http.StatusForbidden)
}
