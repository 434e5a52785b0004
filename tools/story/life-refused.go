package main

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/ledger/monitor"
)

func refusedAndCorrected(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	c := court.submits(court.document("abu-13", nil)).assigned()
	c.shown("Rosa").has(`"outcome":"refuse"`, "protected-expression")
	c.tries("Rosa", "forward", nil).wants(http.StatusForbidden)
	c.tries("Imke", "refuse", m{"grounds": []string{"protected-expression"}}).wants(http.StatusForbidden)
	c.tries("Rosa", "refuse", m{"grounds": []string{"unwelcome"}}).wants(http.StatusBadRequest)
	const told = "The conduct described is expression on public affairs."
	c.does("Rosa", "refuse", m{"grounds": []string{"protected-expression", "political-offence"}, "why": "the drawings are the whole charge", "told": told})
	c.standing().says("stage", "refused").has(told, "political-offence").lacks("the whole charge")
	letter := o.mail.letter(court.mail, "We refuse your request: case "+c.ref)
	expect(strings.Contains(flat(letter.text), told), "the reasons in the letter: %s", letter.text)
	c.tries("Jo", "grant", c.grant(0)).wants(http.StatusForbidden)

	// The same account under another offence and in other words.
	again := court.submits(court.document("leg-13", func(doc m) {
		doc["reference"] = "LEG-13b"
		var old m
		must(json.Unmarshal(court.document("abu-13", nil), &old))
		doc["measures"] = old["measures"]
	})).assigned()
	again.as("Rosa").get(again.path() + "/questions").wants(http.StatusOK).has("not-relabelled")
	again.tries("Rosa", "forward", nil).wants(http.StatusForbidden)

	c.does("Nils", "tell", m{"way": "letter", "proof": "copy and receipt", "remedy": remedy})
	c.does("Rosa", "close", nil)

	// A wrong finding is corrected by two, and not by one twice.
	wrong := court.submits(court.document("leg-13", nil)).assigned()
	wrong.does("Rosa", "refuse", m{"grounds": []string{"no-dual-criminality"}, "told": "This is no crime here."})
	wrong.tries("Rosa", "correct", nil).wants(http.StatusForbidden)
	for range 2 {
		wrong.tries("Sami", "correct", m{"why": "s. 303b of the Criminal Code"}).wants(http.StatusOK).says("proposed", true)
	}
	wrong.stands("stage:refused")
	wrong.does("Siri", "correct", m{"why": "agreed"})
	wrong.forwarded().stands("stage:forwarded")
	wrong.standing().says("stage", "forwarded").has(`"do":"correct"`)
}

func questionsAnswered(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	bare := func(doc m) { delete(doc, "orders") }
	c := court.submits(court.document("leg-13", bare)).assigned()
	c.shown("Rosa").has(`"outcome":"return"`, "no-independent-order")
	const told = "Please send the order, and say which court made it."
	c.does("Rosa", "return", m{"why": "no order", "told": told})
	letter := o.mail.letter(court.mail, "questions in case "+c.ref)
	expect(strings.Contains(flat(letter.text), told), "the question in the letter: %s", letter.text)
	c.standing().says("stage", "returned").has(told, `"questions":[`, `"due":"`)
	c.tries("Rosa", "forward", nil).wants(http.StatusForbidden)
	c.asks(http.MethodPost, "/answer", []byte(`{"format":"rogatory.request/1"`)).wants(http.StatusBadRequest)
	other := o.enrolled("ge-ca", "GE", "central-authority")
	other.asks(http.MethodPost, "/v1/requests/"+c.ref+"/answer", other.document("leg-13", nil)).wants(http.StatusForbidden)
	c.asks(http.MethodPost, "/answer", court.document("leg-13", nil)).wants(http.StatusOK).says("stage", "screened").has("rogatory.receipt/1")
	c.shown("Rosa").has(`"outcome":"forward"`)
	c.applied().stands("waiting:court")

	// Whoever does not answer is not waited for without end.
	silent := court.submits(court.document("leg-13", bare)).assigned()
	silent.does("Rosa", "return", m{"why": "no order", "told": told})
	o.passes(120 * day)
	silent.becomes("stage:withdrawn")
	silent.standing().says("stage", "withdrawn")
	o.mail.letter(court.mail, "Closed without an answer: case "+silent.ref)
	expect(len(o.mail.to(court.mail, "Your request is withdrawn")) == 0, "silence not to be called a withdrawal: %s", o.mail.came())
	o.shows(monitor.Overdue) // nobody has told those persons, and nobody can hide that
}

func requesterWithdraws(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	c := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0)
	c.uploads(subscriber).wants(http.StatusCreated)
	other := o.enrolled("ge-ca", "GE", "central-authority")
	mine := other.asks(http.MethodGet, "/v1/requests/"+c.ref, nil).wants(http.StatusForbidden)
	none := other.asks(http.MethodGet, "/v1/requests/"+ofNoCase(c.ref), nil).wants(http.StatusForbidden)
	expect(strings.ReplaceAll(string(none.body), ofNoCase(c.ref), c.ref) == string(mine.body), "another's case to look like none:\n%s\n%s", mine, none)
	other.asks(http.MethodPost, "/v1/requests/"+c.ref+"/withdraw", m{"why": "not theirs"}).wants(http.StatusForbidden)
	c.asks(http.MethodPost, "/withdraw", m{"why": "the suspect has confessed"}).wants(http.StatusOK).says("stage", "withdrawn").has("rogatory.receipt/1")
	o.mail.letter(court.mail, "Your request is withdrawn: case "+c.ref)
	c.tries("Cem", "seal", nil).wants(http.StatusForbidden)
	c.tries("Rosa", "close", nil).refuses(http.StatusForbidden, "something is still owed")
	c.does("Nils", "tell", m{"way": "letter", "proof": "copy and receipt", "remedy": remedy})
	c.does("Rosa", "close", nil)
	c.standing().says("stage", "withdrawn") // that it is closed would say that the person was told

	// After something was given, withdrawing owes its erasure.
	given := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0).sealed(subscriber).told().released()
	given.fetched([]file{subscriber})
	given.asks(http.MethodPost, "/withdraw", m{"why": "asked about the wrong panel"}).wants(http.StatusOK)
	given.stands("remedy:owed")
	given.tries("Rosa", "close", nil).wants(http.StatusForbidden)
}

// ofNoCase is a reference that could be one, with the right letter at its end.
func ofNoCase(ref string) string {
	head := ref[:len(ref)-3] + "7"
	if ref[len(ref)-3] == '7' {
		head = ref[:len(ref)-3] + "8"
	}
	for _, last := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U" {
		if _, err := docket.ParseRef(head + "-" + string(last)); err == nil {
			return head + "-" + string(last)
		}
	}
	fail("no reference is like %s", ref)
	return ""
}
