package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/ledger"
)

func deniedAndCompelled(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	c := court.submits(court.document("leg-13", nil)).assigned().applied()
	c.tries("Jo", "deny", m{"why": ""}).refuses(http.StatusForbidden, "no reasons are given")
	c.does("Jo", "deny", m{"why": "not necessary: the operator is known", "told": "It is not necessary."})
	o.mail.letter(court.mail, "Your request was denied: case "+c.ref)
	c.standing().says("stage", "denied")
	c.uploads(subscriber).wants(http.StatusForbidden)

	// The court above compels. The decision itself is read, by two seniors.
	decision := m{"by": "court", "name": "KG Berlin", "reference": "3 Ws 44/26", "date": "2026-08-28T00:00:00Z", "text": []byte("Kammergericht, Beschluss vom 28. August 2026")}
	letter := m{"by": "prosecutor", "name": "StA Berlin", "reference": "12 Js 9/26", "date": "2026-08-28T00:00:00Z", "text": []byte("We ask you to comply.")}
	order := m{"measures": []int{0}, "remedy": "constitutional complaint filed", "decision": decision}
	c.tries("Sami", "compel", m{"measures": []int{0}, "remedy": "complaint filed"}).wants(http.StatusForbidden)
	c.tries("Sami", "compel", m{"measures": []int{0}, "remedy": "complaint filed", "decision": letter}).refuses(http.StatusForbidden, "nobody has read and verified the decision itself")
	c.tries("Rosa", "compel", order).wants(http.StatusForbidden)
	c.both("Sami", "Siri", "compel", order)
	c.stands("stage:compelled")
	c.shown("Rosa").has(`"unmet":["`, "minimised")
	o.as("Olga").get("/v1/oversight/looks").wants(http.StatusOK).has(c.ref)

	// The complaint stays it, and then it fails.
	c.tries("Sami", "postpone", m{"until": o.now.AddDate(0, 0, 60), "why": "stay ordered"}).refuses(http.StatusBadRequest, "the requester is given no reason")
	c.does("Sami", "postpone", m{"until": o.now.AddDate(0, 0, 60), "why": "stay ordered", "told": "A complaint against the order is pending."})
	postponed := o.mail.letter(court.mail, "Your request is postponed: case "+c.ref)
	expect(strings.Contains(flat(postponed.text), "A complaint against the order is pending."), "the reason in the letter: %s", postponed.text)
	c.uploads(subscriber).refuses(http.StatusForbidden, "the case is postponed")
	c.tries("Rosa", "resume", nil).wants(http.StatusForbidden)
	o.passes(30 * day)
	c.does("Sami", "resume", m{"why": "the complaint was dismissed"})
	c.uploads(subscriber, file{1, "traffic.csv", "from,to\n"}).refuses(http.StatusForbidden, "beyond what was asked, granted or compelled")
	c.uploads(subscriber).wants(http.StatusCreated)
	c.does("Cem", "seal", nil)
	c.tries("Rosa", "release", nil).wants(http.StatusForbidden)
	c.tries("Rosa", "refuse", m{"grounds": []string{"no-dual-criminality"}}).refuses(http.StatusForbidden, "the receiver's own court compels it")
	c.settle("Rosa", "disclosure")
	c.does("Rosa", "assert", m{"why": "no such crime here", "said": []m{{"fact": "offence.dual_criminality", "of": "/offences/0", "value": "false", "answers": []string{"*"}}}})
	c.both("Sami", "Siri", "release", nil)
	manifest := c.manifest()
	expect(manifest["basis"] == "compulsion", "the manifest to say what it rests on: %v", manifest)
	unmet, _ := manifest["unmet"].([]any)
	expect(slices.ContainsFunc(unmet, func(u any) bool { return strings.HasPrefix(u.(string), "dual-criminality") }), "what does not hold in the manifest: %v", manifest)
	c.does("Nils", "tell", m{"way": "letter", "proof": "copy and receipt", "remedy": remedy})
	c.does("Rosa", "close", nil)
}

// compelledInPublic: what a court above compels is nobody's secret. The log counts
// it, and whoever reads the report can check that against every leaf.
func compelledInPublic(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	c := court.submits(court.document("leg-13", nil)).assigned().applied()
	c.does("Jo", "deny", m{"why": "not necessary: the operator is known", "told": "It is not necessary."})
	order := m{"measures": []int{0}, "remedy": "constitutional complaint filed", "decision": o.onPaper("court", "KG Berlin", "3 Ws 44/26")}
	c.both("Sami", "Siri", "compel", order)
	c.sealed(subscriber)
	c.tries("Sami", "release", nil).refuses(http.StatusForbidden, "do not stand in the public log yet")
	o.inPublic()
	c.both("Sami", "Siri", "release", nil)
	c.does("Nils", "tell", m{"way": "letter", "proof": "copy and receipt", "remedy": remedy})
	c.settles("Nils", ledger.Notified)
	o.inPublic()
	open := o.look().Monitor.Open()
	expect(len(open) == 0, "no public duty to be open: %v", open)

	// The quarter is over, and everybody learns how often that was.
	o.passes(30 * day)
	o.stop()
	o.command("ledger", "report", "--data", o.folder, "2026-Q3")
	o.start()
	o.inPublic()
	found := o.lookAt(fmt.Sprintf("http://127.0.0.1:%d/log/", o.port)) // as anybody does
	for _, path := range []string{"/log/", "/log/docs/", "/log/tile", "/log/..%2foffice.toml", "/log/%2e%2e/office.key"} {
		o.anybody(path).wants(http.StatusNotFound)
	}
	expect(found.Figures.Reports == 1, "one report in the public log, got %d", found.Figures.Reports)
	for word, n := range map[string]int{"accepted": 1, "denied": 1, "compelled": 1, "disclosed-compelled": 1, "disclosed": 0, "told": 1} {
		got := o.reported(word)
		expect(got == n, "the report to count %q %d times, got %d", word, n, got)
	}
	c.stands("stage:closed") // by itself: nothing is owed to anybody
}
