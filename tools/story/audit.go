package main

import (
	"os"
	"strings"
)

// asked are the accounts that the requests here ask about, and what lies behind
// them: they belong into the case and nowhere else.
var asked = []string{"stress-09", "stress-10", "account-2249", "folder id 9f2", "rh-panel", "A. Example"}

// audit looks at what is left of a life. Every case is walked again from its first
// entry by the program itself; nothing that was due was put aside; no letter and
// no line of the log has an account in it, or anything that lets somebody in; and
// the public log agrees.
func (o *office) audit() {
	expect(len(o.cases) > 0, "a life to have a case")
	if dead := o.as("Adam").get("/v1/jobs/dead").list("jobs"); len(dead) > 0 {
		fail("jobs were put aside: %v", dead)
	}
	for _, ref := range o.cases {
		o.command("case", "history", "--data", o.folder, "--as", "Olga", "--verify", ref)
	}
	open := o.owed()
	o.stop()
	o.watch(open)
	o.readLetters()
	o.readLog()
}

func (o *office) readLetters() {
	for _, l := range o.mail.to("", "") {
		expect(strings.HasPrefix(l.subject, "[Rehearsal]"), "a letter of a rehearsal to say so: %s", l.subject)
		for _, a := range asked {
			expect(!strings.Contains(flat(l.subject+l.text), a), "no %q in a letter to %s: %s\n%s", a, l.to, l.subject, l.text)
		}
	}
}

func (o *office) readLog() {
	text, err := os.ReadFile(o.log.Name())
	must(err)
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "a job failed") {
			fail("the log of the office says: %s", line)
		}
		for _, s := range append(o.secrets, asked...) {
			expect(!strings.Contains(line, s), "no %q in the log: %s", s, line)
		}
	}
}
