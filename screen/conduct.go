package screen

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/signal"
)

// ordinary are the facts of the narrative that the requester denies by
// presenting an ordinary criminal case. Only a doubt or a person says
// otherwise, and before the court the same is asked of people.
var ordinary = []fact.Name{
	"request.expression", "request.press_work", "request.reveals_sources", "request.whistleblowing",
	"request.assembly", "request.association", "request.political", "request.religion", "request.lgbt",
	"request.persecution", "request.reproductive", "request.privacy_tools", "request.security_research",
	"request.documentation", "request.child_peer", "request.privilege", "request.transnational",
	"request.entrapment", "request.victim_data", "request.third_parties", "request.predicate_missing",
}

// enough is how many letters the facts must have to be called told; an
// ideograph counts for three.
const enough = 100

// narrative says what the request as a whole tells.
func (b *brief) narrative() {
	switch {
	case letters(b.r.Facts) >= enough:
		b.bool(fact.Requester, theRequest, "request.facts_told", true, "the facts are told", "/facts")
	case b.r.Facts == "" && b.r.Instrument == "eu-eevidence" && b.r.Addressee.Kind == office.Provider:
		// Regulation (EU) 2023/1543, art. 9(2): the addressee's certificate has
		// no summary of the case; the notified authority gets it.
		reason := "the addressee's certificate carries no summary of the case"
		b.bool(fact.Registry, theRequest, "request.facts_told", true, reason, "/facts")
		b.bool(fact.Registry, theRequest, "request.harm_told", true, reason, "/facts")
	}
	for _, name := range ordinary {
		b.bool(fact.Requester, theRequest, name, false, "the request presents an ordinary case", "/facts")
	}
	switch b.r.Proceedings {
	case "intelligence", "administrative":
		b.bool(fact.Requester, theRequest, "request.non_criminal", true, "the proceedings are "+b.r.Proceedings, "/proceedings")
	default:
		b.bool(fact.Requester, theRequest, "request.non_criminal", false, "presented as a criminal case", "/proceedings")
	}
	b.resubmission()
}

func letters(text string) int {
	n := 0
	for _, c := range text {
		switch {
		case unicode.Is(unicode.Han, c):
			n += 3
		case unicode.IsLetter(c):
			n++
		}
	}
	return n
}

// signals turns hits into assertions: doubts, each with its place.
func (b *brief) signals() {
	for _, h := range b.hits {
		if h.Fact == signal.HarmTold {
			b.harm(h)
			continue
		}
		if h.Fact == "measure.sweeping" {
			b.sweepingNarrative(h.Signal, h.Path, h.Quote, h.Reason, h.Start, h.End)
			continue
		}
		b.said = append(b.said, fact.Assertion{
			ID: "signal:" + h.Signal + ":" + h.Path, Fact: h.Fact, Source: fact.Signal, Author: h.Signal + " " + h.Path, At: b.day,
			Value: fact.OfBool(true), Reason: h.Reason, Place: fact.Place{Path: h.Path, Start: h.Start, End: h.End, Quote: h.Quote},
		})
	}
}

// harm records that the narrative tells one. It is the requester's own telling,
// so it counts here; that it is told is no more than a condition for going on.
func (b *brief) harm(h signal.Hit) {
	b.said = append(b.said, fact.Assertion{
		ID: "requester:request.harm_told:request", Fact: h.Fact, Source: fact.Requester, Author: "requester", At: b.day, Value: fact.OfBool(true),
		Reason: "a harm is told", Place: fact.Place{Path: h.Path, Start: h.Start, End: h.End, Quote: h.Quote},
	})
}

// sweepingNarrative puts a phrase of the narrative that speaks of everybody to
// each measure that does not say so itself.
func (b *brief) sweepingNarrative(id, path, quote, reason string, start, end int) {
	if strings.HasPrefix(path, "/measures/") {
		return
	}
	for i := range b.r.Measures {
		if b.sweepingTarget(i) != nil {
			return
		}
	}
	for i := range b.r.Measures {
		b.said = append(b.said, fact.Assertion{
			ID: fmt.Sprintf("signal:%s:%s:%d", id, path, i), Fact: "measure.sweeping", Of: fact.Instance{Scope: fact.OfMeasure, Index: i},
			Source: fact.Signal, Author: id + " " + path, At: b.day, Value: fact.OfBool(true), Reason: reason,
			Place: fact.Place{Path: path, Start: start, End: end, Quote: quote},
		})
	}
}
