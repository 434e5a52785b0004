package main

import "net/http"

func objectedToAnEUOrder(o *office) {
	issuer := o.enrolled("es-cic", "ES", "court")
	c := issuer.submits(issuer.document("leg-19", nil)).assigned()
	c.shown("Rosa").has(`"clock":"objection"`, `"clock":"wait"`)

	// What the words did not give away, a person finds; refusing is not theirs.
	newsroom := []m{{"fact": "request.reveals_sources", "of": "request", "value": "true", "answers": []string{"*"}}}
	c.tries("Rosa", "assert", m{"why": "the logs", "said": []m{{"fact": "request.jurnalist", "value": "true"}}}).wants(http.StatusNotFound)
	c.does("Rosa", "assert", m{"why": "the address is the newsroom of the broadcaster", "said": newsroom})
	c.shown("Rosa").has(`"outcome":"refuse"`, "source-protection")
	c.tries("Rosa", "forward", nil).wants(http.StatusForbidden)
	c.tries("Rosa", "refuse", m{"grounds": []string{"source-protection"}}).refuses(http.StatusForbidden, "does not let this office answer in this form")
	c.does("Rosa", "object", m{"grounds": []string{"source-protection"}, "why": "a newsroom: only we know", "told": "Execution would interfere with the freedom of the press."})
	o.mail.letter(issuer.mail, "We object to your order: case "+c.ref)
	c.standing().says("stage", "objected").lacks("only we know")
	c.does("Imke", "maintain", m{"why": "letter of 4 September"})
	c.stands("waiting:enforcing authority")

	// The enforcing authority enforces: two seniors, and the days that the
	// instrument has somebody wait.
	o.passes(7 * day)
	order := m{"measures": []int{0}, "remedy": "appeal filed", "decision": o.onPaper("enforcing-authority", "StA Berlin", "77 AR 1/26")}
	c.tries("Sami", "compel", m{"measures": []int{0}, "remedy": "appeal filed"}).wants(http.StatusForbidden)
	c.both("Sami", "Siri", "compel", order)
	c.sealed(subscriber)
	c.tries("Sami", "release", nil).refuses(http.StatusForbidden, "the instrument says wait")
	o.passes(7 * day)
	c.tries("Rosa", "release", nil).wants(http.StatusForbidden)
	c.both("Sami", "Siri", "release", nil)
	manifest := c.manifest()
	expect(manifest["basis"] == "compulsion" && manifest["unmet"] != nil, "the manifest to say that it is compelled, and what does not hold: %v", manifest)

	// The issuing court tells the person, and the office wants proof of it.
	c.tries("Nils", "told-by-issuer", nil).refuses(http.StatusForbidden, "no proof of it is on file")
	c.does("Nils", "told-by-issuer", m{"proof": "letter of the court, 20 September"})
	c.does("Rosa", "close", nil)
}
