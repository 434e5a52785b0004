package docket

import (
	"context"
	"slices"
	"strconv"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
)

// A Shown leaf is one of which a person is given the opening.
type Shown struct {
	Key     string // of the leaf in this office
	Opening ledger.Opening
}

// proved are the kinds of leaves that a person is shown: that the request was
// accepted, what authorised it, what came of an emergency, that something left, how
// long it was kept secret, that they were told.
var proved = []string{
	"accepted", "authorised", "compelled", "emergency", "reviewed", "review-failed", "unreviewed",
	"disclosed", "disclosed-compelled", "disclosed-emergency", "secrecy", "extended", "held-beyond", "lifted", "told", "told-by-issuer",
}

// shownDuties are the classes of duties that a person is shown: those to tell. That
// somebody has challenged, and what came of it, may be another's.
var shownDuties = []ledger.Class{ledger.Notify, ledger.Chase}

// shownFields are what is opened of a leaf. The grounds of a refusal can tell who
// somebody is. Which data, and whose, is shown only where that was about nobody else
// when the leaf was written.
var shownFields = []string{"kind", "case", "seq", "at", "instrument", "requesting", "executing", "basis", "outcome", "duty", "due", "document"}

// Prove gives what the public log holds of a case, opened as far as the person it
// concerns is shown it. That is for a notifier, once nothing is secret any more and
// somebody was told, and for oversight.
func (d *Docket) Prove(ctx context.Context, who Actor, ref Ref) ([]Shown, error) {
	if who.Role != lifecycle.Notifier && who.Role != lifecycle.Oversight {
		return nil, fault.Forbiddenf(string(ref), "a %s gives no proof to persons concerned", who.Role)
	}
	c, err := d.Show(ctx, who, ref, "")
	if err != nil {
		return nil, err
	}
	if who.Role == lifecycle.Notifier {
		told, _ := c.Told()
		if c.Secret() || len(told) == 0 && c.Duty != lifecycle.Settled { // who was told before anything left is shown that it has
			return nil, fault.Forbiddenf(string(ref), "nobody was told yet").WithHint("a proof follows the notice")
		}
	}
	// What a leaf holds was so when it was written: the case is lived again.
	then := &Case{Ref: c.Ref, public: c.public, sealer: c.sealer}
	var list []Shown
	for i := range c.Events {
		before := then.State
		if err := then.apply(c.Events[i]); err != nil {
			return nil, err
		}
		shown, err := then.shown(&then.Events[i], before, then.shownFields(c))
		if err != nil {
			return nil, err
		}
		list = append(list, shown...)
	}
	return list, nil
}

// shownFields are what is opened of the leaves of a case as it was, to whom it
// concerns now: an earlier document may have named others, and a grant leaves some
// out.
func (c *Case) shownFields(now *Case) []string {
	list := slices.Clone(shownFields)
	if c.Request == nil || now.Request == nil || c.subject() != now.subject() || len(c.targets()) != 1 {
		return list
	}
	list = append(list, "datacat")
	if len(now.concerned()) == 1 {
		list = append(list, "subject")
	}
	return list
}

// shown opens the leaves of an event that a person is shown.
func (c *Case) shown(e *Event, before lifecycle.State, names []string) (list []Shown, err error) {
	seq := strconv.Itoa(e.Seq)
	add := func(label string, fields ledger.Event) {
		if err != nil {
			return
		}
		var o ledger.Opening
		if o, err = ledger.Open(fields, c.leafSecret(e, label), names...); err == nil {
			list = append(list, Shown{c.leafKey(label), o})
		}
	}
	for _, kind := range kindsOf(e, before) {
		if slices.Contains(proved, kind) {
			add(seq, c.fields(e, kind))
		}
	}
	for _, d := range e.Duties {
		if slices.Contains(shownDuties, d.Class) {
			add(seq+" "+string(d.Class), c.dutyFields(e, &d))
		}
	}
	return list, err
}
