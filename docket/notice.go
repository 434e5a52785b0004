package docket

import (
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// Days that belong to the person.
const (
	noticeDays    = 7 // for a notifier, once nothing forbids the notice
	ChallengeDays = 7 // to challenge, between being told and anything leaving
	AppealDays    = 3 // to appeal, after the office itself rejected a challenge
)

// notices are the events by which somebody is told, or found to be beyond reach.
var notices = []lifecycle.Event{lifecycle.Tell, lifecycle.TellOne, lifecycle.ToldByIssuer, lifecycle.Unreachable}

// authorises are the events after which there is something new to tell, and to
// challenge.
var authorises = []lifecycle.Event{lifecycle.Grant, lifecycle.Compel, lifecycle.OpenLane, lifecycle.Release, lifecycle.AllowOnward}

// concerned are the targets whose data are in play: whoever is behind them is
// to be told.
func (c *Case) concerned() []string {
	var list []string
	measures, _ := c.inPlay()
	for _, i := range measures {
		for j := range c.Request.Measures[i].Targets {
			list = append(list, fmt.Sprintf("/measures/%d/targets/%d", i, j))
		}
	}
	return list
}

// completeWhom names everybody concerned where nobody is named, and refuses
// whom the request does not name.
func (c *Case) completeWhom(a *Act) error {
	all := c.concerned()
	if len(a.Whom) == 0 && a.Do != lifecycle.TellOne {
		a.Whom = all
	}
	a.Whom = slices.Compact(slices.Sorted(slices.Values(a.Whom)))
	for _, w := range a.Whom {
		if !slices.Contains(all, w) {
			return fault.Invalidf(w, "is nobody whose data are asked for").WithHint("name a target as it stands in the request, like /measures/0/targets/1")
		}
	}
	if a.Do == lifecycle.TellOne && len(a.Whom) == 0 {
		return fault.Invalidf("", "it is not said who was told").WithHint("name a target as it stands in the request, like /measures/0/targets/1")
	}
	return nil
}

// everyoneTold reports whether with this act nobody concerned is left who was
// neither told nor found to be beyond reach, of all there is to tell.
func (c *Case) everyoneTold(a *Act) bool {
	_, untold := c.Told()
	return !slices.ContainsFunc(untold, func(w string) bool { return !slices.Contains(a.Whom, w) })
}

// Told gives the targets whose data are in play: those behind whom everybody was
// told, or found to be beyond reach, of all there is to tell; and the others.
func (c *Case) Told() (told, untold []string) {
	if c.Request == nil {
		return nil, nil
	}
	heard := c.heard(c.Seq())
	for _, name := range c.concerned() {
		if _, ok := heard[name]; ok {
			told = append(told, name)
		} else {
			untold = append(untold, name)
		}
	}
	return told, untold
}

// heard gives by which event, up to a number, those behind each target were told,
// or found to be beyond reach, of all there was to tell then.
func (c *Case) heard(seq int) map[string]lifecycle.Event {
	heard := make(map[string]lifecycle.Event)
	for i := range c.Events[:min(seq, len(c.Events))] {
		e := &c.Events[i]
		switch {
		case e.Document != nil, slices.Contains(authorises, e.Do):
			clear(heard) // others may be concerned, and there is more to tell
		case slices.Contains(notices, e.Do):
			for _, w := range e.Whom {
				heard[w] = e.Do
			}
		case e.Do == lifecycle.Bounce:
			for _, w := range e.Whom {
				delete(heard, w)
			}
		}
	}
	return heard
}

// noticeDue reports whether the time to tell has come.
func (c *Case) noticeDue(now time.Time) bool {
	k := c.clock(clockNotice)
	return k != nil && !now.Before(k.At)
}

// timeForThePerson reports whether whoever was told has had the time to
// challenge, and whoever was refused by the office itself to appeal. A life at
// risk, without an order or by a court's that states it, and a court above do not
// wait for it; nor does what a court keeps secret, of which nobody was told.
func (c *Case) timeForThePerson(now time.Time) bool {
	if c.Basis != lifecycle.Order || c.lifeOrdered() {
		return true
	}
	for i := range c.Events {
		e := &c.Events[i]
		days := 0
		switch {
		case e.Do == lifecycle.Tell || e.Do == lifecycle.TellOne:
			days = ChallengeDays
		case e.Do == lifecycle.RejectChallenge && e.Role == lifecycle.Senior.String():
			days = AppealDays
		}
		if now.Before(e.At.AddDate(0, 0, days)) {
			return false
		}
	}
	return true
}

// files is who files or joins a challenge.
func (e *Event) files() string {
	if e.From != "" {
		return e.From
	}
	return e.By
}

// challengeLimit bounds how many challenges one case takes in before oversight
// or a court is asked what is behind them.
const challengeLimit = 32

// newGround reports whether a challenge is another person's, or of something
// granted or given since that person's last.
func (c *Case) newGround(who Actor, a *Act) bool {
	name := a.From
	if name == "" {
		name = who.Name
	}
	if c.count(lifecycle.File)+c.count(lifecycle.JoinChallenge) >= challengeLimit {
		return false
	}
	heard := false
	for i := range c.Events {
		e := &c.Events[i]
		switch {
		case (e.Do == lifecycle.File || e.Do == lifecycle.JoinChallenge) && sameName(e.files(), name):
			heard = true
		case slices.Contains(authorises, e.Do):
			heard = false
		}
	}
	return !heard
}

// noObjection reports whether nothing stands that the enforcing authority has
// raised: it was withdrawn, or a court above has decided since.
func (c *Case) noObjection() bool {
	clear := true
	for i := range c.Events {
		switch c.Events[i].Do {
		case lifecycle.StateObjects:
			clear = false
		case lifecycle.Clear, lifecycle.Compel:
			clear = true
		}
	}
	return clear
}
