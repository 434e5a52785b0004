// Package letter says what a letter of the office says: to the requester, to the
// person whose data are asked for, to a court, and to the office's own people.
// It writes plain text in six languages and sends nothing.
//
// A letter says what its kind says and nothing else: every kind has a closed
// list of what it needs and what it may carry. What belongs to no letter has no
// member here: an account, a narrative, the name of a suspect. What a requester
// reads rests on its own words, on public law and on what somebody wrote for it,
// and is the same whether or not there is such an account.
//
// What a person wrote is put in as text. Free text is quoted, every line of it,
// so that no line can pass for one of the office; names stand on lines of their
// own behind a label, and what is too long for the line goes on indented; a
// subject carries nothing but a case reference and a date. Signs that are not
// seen, and those that turn the direction of writing, are taken out.
//
// The texts in languages other than English are translations that neither native
// speakers nor lawyers have read yet. No text cites a paragraph or claims what the
// law of a State is: which remedies there are is written by the office (Remedy).
package letter

import (
	"strings"
	"time"
)

// A Letter is one letter before it is put into words. Which members a kind needs
// and which it may carry is in the table of kinds; times are shown in the zone
// they carry, which is the office's.
type Letter struct {
	Kind     Kind
	Language string // BCP 47; only the main subtag counts

	Office string // its name
	Reply  string // how to reach it

	Case      string // our reference
	Reference string // the recipient's own: of a request, of a court's decision
	Authority string // who asks; for a court's registry the court; for an enrolment whom it is about
	Country   string // whose authority it is: ISO 3166-1 alpha-2

	Instrument string // as in a request

	At    time.Time // when it happened or begins
	Due   time.Time // by when the reader has to act, or a clock strikes
	Until time.Time // when what the letter is about ends

	Told      string   // what a person wrote to the recipient
	Questions []string // as people wrote them
	Items     []string // "data", "data/mode", each with " from..to" if there is a window: "traffic/stored 2023-06-11..2023-06-14"
	Grounds   []string // ids of the closed list
	Outcome   string   // a stage, the state of a challenge, or whether a danger is verified
	Changes   []string // what changes in an enrolment, as people wrote it
	Clock     string   // as docket names it
	Remedy    string   // what can be done and where help is, as the office wrote it for this place

	// Of a notice.
	Why       string    // why the person is told only now: one of lateness
	Decision  string    // who decided, when and under which reference, as the office wrote it
	Erasure   string    // of what was given: demanded, confirmed
	ErasureAt time.Time // the day of it

	Link  string // where to go: an address of the web
	Code  string // what to enter there
	Proof string // of what the public log holds about the case
	Log   bool   // there is a public log, of which a proof can be asked for

	Rehearsal bool // nothing in it is real
}

// Text gives the subject, one line, and the body of a letter.
//
// It is fault.Invalid if the kind or the language is unknown, if something is
// missing that the kind needs, or if something was given to be said that the kind
// does not say. Only what every letter of a case is likely to be filled with
// (who, which case, when) is left out in silence where a kind does not say it.
func (l *Letter) Text() (subject, body string, err error) {
	t, err := speak(l.Language)
	if err != nil {
		return "", "", err
	}
	clean := l.clean()
	err = clean.check()
	if err != nil {
		return "", "", err
	}
	v, err := t.view(clean)
	if err != nil {
		return "", "", err
	}
	subject, err = t.run(string(l.Kind)+".subject", v.bare())
	if err != nil {
		return "", "", err
	}
	body, err = t.run(string(l.Kind)+".body", v)
	if err != nil {
		return "", "", err
	}
	if l.Rehearsal {
		mark, err := t.run("rehearsal.subject", v)
		if err != nil {
			return "", "", err
		}
		first, err := t.run("rehearsal.body", v)
		if err != nil {
			return "", "", err
		}
		subject, body = mark+" "+subject, first+"\n\n"+body
	}
	return strings.TrimSpace(subject), layout(body), nil
}
