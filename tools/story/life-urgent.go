package main

import (
	"net/http"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// asOfNow makes of a request one that asks where somebody is now.
func (o *office) asOfNow(doc m) {
	for _, each := range doc["measures"].([]any) {
		each := each.(m)
		each["from"], each["to"] = o.now.AddDate(0, 0, -1).Format(time.DateOnly), o.now.Format(time.DateOnly)
	}
}

func emergencyMissed(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	lane := m{"risk": "the intensive ward is down, a patient may die", "contact": called, "why": "a life is at risk"}

	history := court.submits(court.document("leg-13", nil)).assigned()
	history.settle("Rosa", "intake", "screening", "court")
	history.tries("Rosa", "open-lane", lane).refuses(http.StatusForbidden, "only subscriber, connection and last-location data")

	c := court.submits(court.document("leg-13", o.asOfNow)).assigned()
	c.tries("Rosa", "open-lane", lane).wants(http.StatusForbidden)
	c.settle("Rosa", "intake", "screening", "court")
	c.tries("Rosa", "open-lane", m{"risk": lane["risk"], "contact": "+90 555 given in the request"}).refuses(http.StatusForbidden, "nobody has confirmed it")
	c.tries("Imke", "open-lane", lane).wants(http.StatusForbidden)
	c.both("Rosa", "Sami", "open-lane", lane)
	c.stands("lane:emergency", "basis:emergency", "review:due")
	c.sealed(subscriber)
	c.tries("Rosa", "release", nil).refuses(http.StatusForbidden, "do not stand in the public log yet")
	o.promised()
	c.released()
	c.fetched([]file{subscriber})

	// Another, and the court looks at it in time.
	upheld := court.submits(court.document("leg-13", o.asOfNow)).assigned()
	upheld.settle("Rosa", "intake", "screening", "court")
	upheld.both("Rosa", "Sami", "open-lane", lane)
	upheld.sealed(subscriber)
	o.promised()
	upheld.released()
	upheld.tries("Sami", "uphold-review", nil).wants(http.StatusForbidden)
	upheld.does("Jo", "uphold-review", m{"why": "imminent danger, nothing milder"})
	upheld.stands("review:upheld")

	// No court looks at it within 48 hours: what was given is to be erased, and
	// oversight tells the person.
	o.passes(49 * time.Hour)
	c.becomes("review:failed")
	c.stands("remedy:owed")
	c.tries("Jo", "uphold-review", nil).refuses(http.StatusForbidden, "no review is due")
	upheld.stands("review:upheld")
	c.does("Sami", "demand-erasure", m{"why": "the review was missed"})
	o.mail.letter(court.mail, "eras")
	c.asks(http.MethodPost, "/erasure", m{}).wants(http.StatusBadRequest)
	c.asks(http.MethodPost, "/erasure", m{"proof": "protocol of erasure 12"}).wants(http.StatusOK)
	c.stands("remedy:confirmed")
	c.does("Olga", "tell", m{"way": "letter to the address in the register", "proof": "copy and receipt", "remedy": remedy, "why": "the emergency was never reviewed"})
	c.does("Rosa", "close", nil)
	c.standing().says("stage", "closed")
}

func keptAndLinked(o *office) {
	prosecutor := o.enrolled("fr-pp", "FR", "prosecutor")
	kept := prosecutor.submits(prosecutor.document("leg-27", nil)).assigned()
	kept.stands("lane:preservation")
	kept.tries("Rosa", "forward", nil).refuses(http.StatusForbidden, "only preservation is asked for")
	kept.tries("Cem", "preserve", nil).wants(http.StatusForbidden)
	kept.does("Rosa", "preserve", nil)
	kept.stands("preservation:kept")
	alone := prosecutor.submits(prosecutor.document("leg-27", func(doc m) { doc["reference"] = "LEG-27a" })).assigned()
	alone.does("Rosa", "preserve", nil)

	// The request for what is kept comes, and holds it beyond its time.
	asks := prosecutor.submits(prosecutor.document("leg-27", func(doc m) {
		doc["reference"] = "LEG-27b"
		doc["measures"].([]any)[0].(m)["mode"] = "stored"
	})).assigned()
	kept.as("Rosa").post(kept.path()+"/links", m{"to": kept.ref, "why": "itself"}).wants(http.StatusForbidden)
	kept.as("Rosa").post(kept.path()+"/links", m{"to": asks.ref, "why": "the same folder"}).wants(http.StatusOK)
	kept.stands("preservation:held")
	asks.shown("Rosa").has(kept.ref)
	o.passes(130 * day)
	alone.becomes("preservation:erased")
	kept.stands("preservation:held")

	// It is withdrawn: what was kept for it is erased.
	asks.asks(http.MethodPost, "/withdraw", m{"why": "the folder was found elsewhere"}).wants(http.StatusOK)
	kept.becomes("preservation:erased")
	kept.does("Nils", "tell", m{"way": "letter", "proof": "copy and receipt", "remedy": remedy})
	kept.does("Rosa", "close", nil)
	kept.settles("Nils", ledger.Notified)
	o.shows(monitor.Overdue)                                       // of the others nobody was told
	kept.standing().says("stage", "screened").says("ready", false) // that it is closed would say that the person was told
}
