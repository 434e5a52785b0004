package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/rogatory/rogatory/api"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

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

// owed says what the office owes or owed in public, and how it was settled there.
func (t *terminal) owed(c *docket.Case) {
	for _, d := range c.Duties() {
		how := "open"
		if d.As != "" {
			how = fmt.Sprintf("%s in event %d", d.As, d.Settled)
		}
		t.para("public    ", fmt.Sprintf("%s %s, due %s: %s", d.Class, d.ID, d.Due, how))
	}
}

// leaving says when something may leave at the earliest, and what it waits for.
func (t *terminal) leaving(c *docket.Case, now time.Time) {
	if !api.Gathering(c.Stage) {
		return
	}
	issuer := c.Request.Instrument == "eu-eevidence"
	if c.Basis == lifecycle.Order && c.Duty == lifecycle.DutyOpen && !c.Secret() && !issuer {
		t.para("leaves    ", fmt.Sprintf("not before the person is told, and %d days after; or a court orders secrecy", docket.ChallengeDays))
	}
	if c.Challenge == lifecycle.Filed || c.Challenge == lifecycle.Overdue {
		t.para("leaves    ", "not before a challenge has its first decision")
	}
	if at, because := api.Leaves(c, now); !at.IsZero() {
		t.para("leaves    ", fmt.Sprintf("not before %s: %s", minute(at), strings.Join(because, "; ")))
	}
}
