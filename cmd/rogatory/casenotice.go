package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// gathering are the stages from which something may leave.
var gathering = []lifecycle.Stage{lifecycle.Granted, lifecycle.Compelled, lifecycle.Collected, lifecycle.Sealed}

// told says who was told and who was not yet.
func (t *terminal) told(c *docket.Case) {
	told, untold := c.Told()
	if c.Duty == lifecycle.NoDuty {
		return
	}
	if len(told) > 0 {
		t.items("told      ", told)
	}
	if len(untold) > 0 {
		t.items("not told  ", untold)
	}
}

// leaves is before which time nothing leaves, and what makes it so; zero: no
// time has to pass.
func leaves(c *docket.Case, now time.Time) (at time.Time, because []string) {
	if !slices.Contains(gathering, c.Stage) {
		return at, nil
	}
	later := func(end time.Time, why string) {
		if !end.After(now) {
			return
		}
		because = append(because, fmt.Sprintf("%s, until %s", why, minute(end)))
		if end.After(at) {
			at = end.UTC()
		}
	}
	var lastTold, lastRejected time.Time
	cleared := false
	for i := range c.Events {
		switch e := &c.Events[i]; {
		case e.Do == lifecycle.Tell || e.Do == lifecycle.TellOne:
			lastTold = e.At
		case e.Do == lifecycle.RejectChallenge && e.Role == lifecycle.Senior.String():
			lastRejected = e.At
		case e.Do == lifecycle.Clear:
			cleared = true
		case e.Document != nil:
			cleared = false
		}
	}
	for _, k := range c.Clocks() {
		if k.ID == "wait" && !cleared {
			later(k.At, "the instrument says wait")
		}
	}
	if c.Basis == lifecycle.Order && !lastTold.IsZero() {
		later(lastTold.AddDate(0, 0, docket.ChallengeDays), "the person was told and may challenge")
	}
	if c.Basis == lifecycle.Order && !lastRejected.IsZero() {
		later(lastRejected.AddDate(0, 0, docket.AppealDays), "the office rejected a challenge and the person may appeal")
	}
	return at, because
}

// leaving says when something may leave at the earliest, and what it waits for.
func (t *terminal) leaving(c *docket.Case, now time.Time) {
	if !slices.Contains(gathering, c.Stage) {
		return
	}
	issuer := c.Request.Instrument == "eu-eevidence"
	if c.Basis == lifecycle.Order && c.Duty == lifecycle.DutyOpen && !c.Secret() && !issuer {
		t.para("leaves    ", fmt.Sprintf("not before the person is told, and %d days after; or a court orders secrecy", docket.ChallengeDays))
	}
	if c.Challenge == lifecycle.Filed || c.Challenge == lifecycle.Overdue {
		t.para("leaves    ", "not before a challenge has its first decision")
	}
	if at, because := leaves(c, now); !at.IsZero() {
		t.para("leaves    ", fmt.Sprintf("not before %s: %s", minute(at), strings.Join(because, "; ")))
	}
}
