package main

import (
	"net/http"
	"strings"
)

func narrowedAndRedirected(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	broad := court.submits(court.document("leg-13", func(doc m) {
		for _, each := range doc["measures"].([]any) {
			each.(m)["from"] = "2019-06-11"
		}
	})).assigned()
	broad.shown("Rosa").has(`"outcome":"narrow"`, "overbroad-scope")
	offer := m{"grounds": []string{"overbroad-scope"}, "why": "the attack took two days", "told": "We can execute 11 to 12 June 2023."}
	broad.tries("Imke", "offer", offer).wants(http.StatusForbidden)
	broad.tries("Rosa", "offer", m{"told": offer["told"]}).refuses(http.StatusForbidden, "no ground of the closed list is named")
	broad.does("Rosa", "offer", offer)
	letter := o.mail.letter(court.mail, "a narrower request in case "+broad.ref)
	expect(strings.Contains(flat(letter.text), offer["told"].(string)), "the offer in the letter: %s", letter.text)
	broad.standing().says("stage", "returned").has("11 to 12 June 2023").lacks("took two days")
	broad.asks(http.MethodPost, "/answer", court.document("leg-13", nil)).wants(http.StatusOK)
	broad.shown("Rosa").has(`"outcome":"forward"`)
	broad.applied().granted(0).stands("stage:granted")

	// What comes under an instrument that is not in force is sent the right way.
	early := court.submits(court.document("leg-13", func(doc m) { doc["instrument"] = "uncc" })).assigned()
	early.shown("Rosa").has(`"outcome":"redirect"`, "instrument-not-in-force")
	early.does("Rosa", "redirect", m{"grounds": []string{"instrument-not-in-force"}, "told": "Please ask under the Convention on Cybercrime."})
	o.mail.letter(court.mail, "Please ask under the Convention on Cybercrime.")
	early.standing().says("stage", "redirected")
	early.asks(http.MethodPost, "/answer", court.document("leg-13", nil)).wants(http.StatusForbidden)
	early.does("Nils", "tell", m{"way": "letter", "proof": "copy and receipt", "remedy": remedy})
	early.does("Rosa", "close", nil)
}

// onPaper is a decision that people read: who made it, which, and its text.
func (o *office) onPaper(by, name, reference string) m {
	text := name + ", " + reference
	return m{"by": by, "name": name, "reference": reference, "date": o.now.Truncate(day), "text": []byte(text)}
}

func decidedOnPaper(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	c := court.submits(court.document("leg-13", nil)).assigned().applied()
	with := func(decision m, measures ...int) m {
		g := c.grant(measures...)
		g["decision"] = decision
		return g
	}
	order := o.onPaper("court", "Amtsgericht", "351 Gs 12/26")
	c.tries("Rosa", "grant", c.grant(0)).refuses(http.StatusForbidden, "nobody has read and verified the decision itself")
	c.tries("Rosa", "grant", with(order, 0)).wants(http.StatusOK).says("proposed", true)
	c.tries("Sami", "grant", with(o.onPaper("court", "Amtsgericht", "351 Gs 13/26"), 0)).wants(http.StatusOK).says("proposed", true)
	c.tries("Rosa", "grant", with(order, 0, 1)).wants(http.StatusOK).says("proposed", true)
	c.tries("Cem", "grant", with(order, 0, 1)).wants(http.StatusForbidden)
	c.does("Sami", "grant", with(order, 0, 1))
	c.stands("stage:granted")
	o.mail.letter(registry, "351 Gs 12/26")
	o.as("Olga").get("/v1/oversight/looks").wants(http.StatusOK).has(c.ref)

	// The grant ends on its day, before anything has left: what was collected is
	// of no use any more.
	c.uploads(subscriber).wants(http.StatusCreated)
	o.passes(32 * day)
	c.becomes("stage:forwarded")
	c.tries("Cem", "seal", nil).wants(http.StatusForbidden)
	c.shown("Rosa").has(`"files":[]`).says("grant", nil)
	c.standing().says("ready", false)
}
