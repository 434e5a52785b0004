package main

import (
	"net/http"
)

func noticeBounces(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	c := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0).sealed(subscriber)
	c.tries("Nils", "plan-notice", m{"way": "mail:" + personMail}).wants(http.StatusForbidden)
	c.tries("Rosa", "plan-notice", m{"way": "mail:" + personMail, "remedy": remedy}).wants(http.StatusForbidden)
	c.does("Nils", "plan-notice", m{"way": "mail:" + personMail, "remedy": remedy})
	notice := o.mail.letter(personMail, "Authority tr-ca")
	c.becomes("duty:settled")

	// A bounce to an address that nobody made is not taken; that of the letter is.
	o.bounce(notice)
	c.becomes("duty:open")
	c.as("Rosa").get(c.path()+"/history").wants(http.StatusOK).has("bounce", "no such person")
	o.mail.letter("nils@office.example", "notice")
	o.passes(8 * day)
	c.tries("Rosa", "release", nil).refuses(http.StatusForbidden, "the person was not told")

	// By hand, on another way: with the letter and its code, and proof of it.
	c.told()
	c.settle("Rosa", "disclosure")
	c.released().fetched([]file{subscriber})
	expect(len(o.mail.to(personMail, "")) == 1, "no second letter where the first came back: %s", o.mail.came())
}
