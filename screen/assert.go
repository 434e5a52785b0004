package screen

import (
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/signal"
)

// A brief is one request being turned into assertions. What the document says
// is the requester's word; what the office has on record is the registry's;
// what the words give away is a signal's.
type brief struct {
	r        *request.Request
	law      *law.Book
	profile  *office.Profile
	voc      *fact.Vocabulary
	day      time.Time // on which the request is judged
	history  []Earlier
	hits     []signal.Hit
	offences []provision
	said     []fact.Assertion
	verified bool     // the sender is known
	earlier  *Earlier // the refused request this one repeats, if any
}

// provision is what the registry has of one offence.
type provision struct {
	law.Provision
	known bool
}

// say records an assertion. The author is the source itself: a registry or a
// requester speaks with one voice.
func (b *brief) say(source fact.Source, of fact.Instance, name fact.Name, value fact.Value, reason, path string) {
	b.said = append(b.said, fact.Assertion{
		ID: source.String() + ":" + string(name) + ":" + pointer(of), Fact: name, Of: of, Source: source,
		Author: source.String(), At: b.day, Value: value, Reason: reason, Place: fact.Place{Path: path},
	})
}

func (b *brief) bool(source fact.Source, of fact.Instance, name fact.Name, value bool, reason, path string) {
	b.say(source, of, name, fact.OfBool(value), reason, path)
}

// choice records one option of a choice; a word that is no option is nothing
// that anybody said.
func (b *brief) choice(source fact.Source, of fact.Instance, name fact.Name, word, reason, path string) {
	d, _, _ := b.voc.Find(name)
	if v, err := d.Parse(word); err == nil {
		b.say(source, of, name, v, reason, path)
	}
}

// truth records a Truth; Unknown is not an assertion.
func (b *brief) truth(source fact.Source, of fact.Instance, name fact.Name, t fact.Truth, reason, path string) {
	if t != fact.Unknown {
		b.bool(source, of, name, t == fact.True, reason, path)
	}
}

var theRequest = fact.Instance{}

// assertions makes every assertion of a request.
func (b *brief) assertions() []fact.Assertion {
	b.said = make([]fact.Assertion, 0, 40+16*(len(b.r.Measures)+len(b.r.Offences)+len(b.r.Persons))+len(b.hits))
	b.sender()
	b.route()
	b.narrative()
	for i := range b.r.Offences {
		b.offence(i)
	}
	for i := range b.r.Measures {
		b.measure(i)
	}
	for i := range b.r.Persons {
		b.person(i)
	}
	b.signals()
	return b.said
}
