package docket

import (
	"slices"
	"strconv"
	"time"

	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// batch seals what was added.
func (c *Case) batch() (*Batch, error) {
	b := &Batch{Case: c.Ref, Expected: c.Seq() - len(c.added), Row: c.row(), Facts: c.facts, Leaves: c.fresh, Urgent: c.urgent}
	for i := range c.added {
		e := &c.added[i]
		plain, err := e.encode()
		if err != nil {
			return nil, err
		}
		entry := Entry{Case: c.Ref, Seq: e.Seq, At: e.At, Prev: c.head}
		entry.Sealed, err = c.sealer.seal(plain, boundEntry(c.Ref, e.Seq, e.At))
		if err != nil {
			return nil, err
		}
		entry.Hash = entry.Sum()
		c.head = entry.Hash
		b.Entries = append(b.Entries, entry)
	}
	wake := string(c.Ref)
	if at := c.wake(); at.IsZero() {
		b.Done = []string{wake}
	} else {
		b.Jobs = []Job{{Key: wake, Case: c.Ref, Kind: JobWake, At: at}}
	}
	if slices.Contains(deadStages, c.Stage.String()) && slices.ContainsFunc(c.added, func(e Event) bool { return !slices.Contains(silent, e.Do) }) {
		for _, kept := range c.Links {
			b.Jobs = append(b.Jobs, Job{Key: string(kept) + " unhold", Case: kept, Kind: JobUnhold, At: c.last})
		}
	}
	if c.dropped {
		b.Jobs = append(b.Jobs, Job{Key: wake + " drop", Case: c.Ref, Kind: JobDrop, At: c.last})
	}
	if plans, _ := c.plans(); len(plans) > 0 && !c.Secret() && c.Freeze != lifecycle.Frozen && c.Freeze != lifecycle.FrozenByTwo {
		b.Jobs = append(b.Jobs, Job{Key: wake + " notice", Case: c.Ref, Kind: JobNotice, At: c.last})
	}
	for i := range c.added {
		if e := &c.added[i]; c.tells(e) {
			b.Jobs = append(b.Jobs, Job{Key: wake + " tell " + strconv.Itoa(e.Seq), Case: c.Ref, Kind: JobTell, At: e.At})
		}
	}
	if c.named != "" {
		hour := c.last.UTC().Truncate(time.Hour) // in the key: what comes later does not move what this hour has to tell
		b.Jobs = append(b.Jobs, Job{Key: usedName + c.named + " " + hour.Format("2006-01-02T15"), Case: c.Ref, Kind: JobTell, At: hour.Add(time.Hour)})
	}
	if c.Stage == lifecycle.Erased {
		b.Jobs = append(b.Jobs, Job{Key: wake + " destroy", Case: c.Ref, Kind: JobDestroy, At: c.last})
	}
	return b, nil
}

// row is what stands in clear about the case.
func (c *Case) row() Row {
	r := Row{
		Case: c.Ref, Seq: c.Seq(), Key: c.key, Lane: c.Lane.String(), Stage: c.Stage.String(), Waiting: c.Waiting.String(),
		Received: c.Received, Due: c.due(), Escalated: c.Escalated, Outside: c.Outside, Open: c.State.Open() || c.owesInPublic(),
		Sender: c.Sender.String(), Settles: c.settles(),
	}
	if q := c.Request; q != nil {
		r.Authority, r.Country, r.Instrument = authorityOf(c), q.Requesting.Country, q.Instrument
	}
	if len(c.Assigned) > 0 {
		r.Assignee = c.Assigned[len(c.Assigned)-1]
	}
	return r
}

// authorityOf is the id an authority gives itself, or else its name.
func authorityOf(c *Case) string { return nameOf(&c.Request.Requesting.Authority) }

func nameOf(a *request.Authority) string {
	if a.ID != "" {
		return a.ID
	}
	return a.Name
}
