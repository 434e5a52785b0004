// Package signal reads the words of a request for marks that something
// protected or false may stand behind neutral words: a newsroom's inbox behind
// "the resource", a strike behind "unrest", an exile behind "the fugitive".
//
// It promises the same logic in six languages: a signal is an expression over
// concepts, and every concept has words in Arabic, Chinese, English, French,
// Russian and Spanish. It reads what is said and done, never who asks: no
// nationality, language, person or place is in the data.
//
// It refuses to decide. A Hit raises a question for a person and never clears
// one; a text without hits proves nothing.
package signal

import (
	"github.com/rogatory/rogatory/fact"
)

// A Field says what part of the request a text is.
type Field string

// The fields. An offence's title is the law's name and not what was done;
// a signal reads it only if it lists the field.
const (
	Facts           Field = "facts"
	Purpose         Field = "purpose"
	Necessity       Field = "necessity"
	Proportionality Field = "proportionality"
	Urgency         Field = "urgency"
	Service         Field = "service"
	Target          Field = "target"
	Person          Field = "person"
	Secrecy         Field = "secrecy"
	Order           Field = "order"
	Note            Field = "note"
	Addressee       Field = "addressee"
	Offence         Field = "offence"
)

// fields numbers the fields; the number is a bit in a signal's field set.
var fields = map[Field]uint{
	Facts: 0, Purpose: 1, Necessity: 2, Proportionality: 3, Urgency: 4, Service: 5,
	Target: 6, Person: 7, Secrecy: 8, Order: 9, Note: 10, Addressee: 11, Offence: 12,
}

// everyField is what a signal reads that lists none: all but offences.
const everyField = 1<<12 - 1

// HarmTold is the one fact whose hits do not raise a question but answer one:
// the narrative tells of a concrete harm. Where none is told, a person is asked.
// Telling is the requester's own, and no more than a condition for going on.
const HarmTold fact.Name = "request.harm_told"

// A Text is one piece of what the request says, with the path of its member.
type Text struct {
	Path     string // JSON pointer: "/facts", "/measures/0/targets/1/value"
	Field    Field
	Language string // BCP 47 as declared; may be empty or wrong, so nothing rests on it
	Body     string
}

// A Hit is one place where a signal fired.
type Hit struct {
	Signal     string    // id: "press-inbox"
	Fact       fact.Name // what it raises: "request.press_work"
	Path       string
	Start, End int    // byte offsets into the Body of the text at Path
	Quote      string // Body[Start:End]
	Reason     string // why it matters, for the person who must settle it
}

// A Signal is one mark, as an office may list it.
type Signal struct {
	ID       string
	Fact     fact.Name
	Reason   string
	Fields   []Field           // empty: every field but offences
	Examples map[string]string // by language: a sentence in which it fires
	Not      map[string]string // by language: a near sentence in which it does not
}
