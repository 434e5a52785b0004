package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/signal"
)

// A Proposal is a narrower measure computed from the request itself, or, with
// no measure, the advice to leave it out.
type Proposal struct {
	Instance string           `json:"instance"` // JSON pointer of the measure
	Changes  []string         `json:"changes"`
	Measure  *request.Measure `json:"measure"` // null: leave it out
}

// margin is kept around the events when a window is cut to them.
const margin = 30 * 24 * time.Hour

// proposals computes, for every measure that a narrowing safeguard fails, what
// could be granted instead. Nothing is invented: targets are those named,
// windows shrink to the events told, categories only to lesser ones.
func (c *considered) proposals() []Proposal {
	list := []Proposal{}
	for i := range c.r.Measures {
		failed := c.narrowed(i)
		if len(failed) == 0 {
			continue
		}
		list = append(list, c.narrower(i, failed))
	}
	return list
}

// narrowed gives the facts for which a narrowing safeguard is not met, of the
// measure itself or of an offence that all measures rest on.
func (c *considered) narrowed(i int) []fact.Name {
	var names []fact.Name
	for _, x := range c.findings {
		own := x.instance == fact.Instance{Scope: fact.OfMeasure, Index: i}
		if x.rule.Otherwise != rule.Narrow || x.verdict != rule.NotMet || !own && x.instance.Scope == fact.OfMeasure {
			continue
		}
		for _, cited := range x.cited {
			names = appendNew(names, c.book.Vocabulary().At(cited.Scope, cited.Slot).Name)
		}
	}
	return names
}

func (c *considered) narrower(i int, failed []fact.Name) Proposal {
	m := c.r.Measures[i]
	m.Targets = slices.Clone(m.Targets)
	p := Proposal{Instance: fmt.Sprintf("/measures/%d", i), Measure: &m}
	for _, name := range failed {
		switch name {
		case "measure.mode":
			if m.Mode != "real-time" {
				continue
			}
			m.Mode = "stored"
			p.Changes = append(p.Changes, "stored data instead of live collection")
			c.endAtReceipt(&m)
		case "measure.prospective":
			c.endAtReceipt(&m)
			p.Changes = append(p.Changes, "the window ends on the day of receipt")
		case "measure.window_days", "measure.excess_shown":
			p.Changes = appendNew(p.Changes, c.cutWindow(&m))
		case "measure.sweeping":
			p.Changes = appendNew(p.Changes, c.nameTargets(i, &m))
		case "offence.max_penalty", "offence.listed", "measures.any_intrusive", "measure.intrusive":
			if m.Data == "traffic" || m.Data == "content" {
				m.Data, m.From, m.To = "subscriber", request.Moment{}, request.Moment{}
				p.Changes = appendNew(p.Changes, "subscriber data only, for which there is no threshold")
			}
		case "request.third_parties":
			m.Note = join(m.Note, "leave out the data of people who are not concerned")
			p.Changes = appendNew(p.Changes, "without address books and the data of others")
		}
	}
	if !m.From.IsZero() && m.To.Time.Before(m.From.Time) {
		return Proposal{p.Instance, []string{"leave it out: nothing of the window lies within what could be granted"}, nil}
	}
	if c.covered(i, &m) {
		return Proposal{p.Instance, []string{"leave it out: another measure of the request already covers what could remain"}, nil}
	}
	return p
}

func (c *considered) endAtReceipt(m *request.Measure) {
	if m.To.IsZero() || m.To.Time.After(c.day) {
		m.To = request.Moment{Time: c.day.Truncate(24 * time.Hour), Date: true}
	}
}

// limit is the longest window the floor lets pass without a person.
const limit = 730 * 24 * time.Hour

// cutWindow shrinks a window to the events the offences date, or, where they
// date none, to its last two years.
func (c *considered) cutWindow(m *request.Measure) string {
	first, last := events(c.r)
	if first.IsZero() {
		if m.To.Time.Sub(m.From.Time) > limit {
			m.From = request.Moment{Time: m.To.Time.Add(-limit), Date: true}
		}
		return "the last two years of the window; longer if the request says which events call for it"
	}
	if from := first.Add(-margin); m.From.Time.Before(from) {
		m.From = request.Moment{Time: from, Date: true}
	}
	if to := last.Add(margin); m.To.Time.After(to) {
		m.To = request.Moment{Time: to, Date: true}
	}
	return fmt.Sprintf("the window cut to the conduct of %s to %s, thirty days around it", day(first), day(last))
}

// nameTargets keeps the targets that are single ones. If none is, the measure is
// confined to what the facts tie to the offence.
func (c *considered) nameTargets(i int, m *request.Measure) string {
	var single []request.Target
	for k, t := range m.Targets {
		if t.Type != "area" && !c.sweepingAt(fmt.Sprintf("/measures/%d/targets/%d/", i, k)) {
			single = append(single, t)
		}
	}
	if len(single) > 0 && len(single) < len(m.Targets) {
		m.Targets = single
		return "the targets that are named one by one, without the rest"
	}
	m.Note = join(m.Note, "only what the facts tie to the offence; others' data left out; no names until there is individual suspicion")
	return "confined to what the facts tie to the offence, others left out, names only on individual suspicion"
}

func (c *considered) sweepingAt(prefix string) bool {
	return slices.ContainsFunc(c.hits, func(h signal.Hit) bool {
		return h.Fact == "measure.sweeping" && strings.HasPrefix(h.Path, prefix)
	})
}

func join(note, more string) string {
	if note == "" {
		return more
	}
	return note + "; " + more
}

// covered reports whether another measure already asks for what is proposed.
func (c *considered) covered(i int, m *request.Measure) bool {
	for k, other := range c.r.Measures {
		if k == i || other.Mode != m.Mode || other.Data != m.Data || len(other.Targets) != len(m.Targets) {
			continue
		}
		same := true
		for t := range m.Targets {
			same = same && m.Targets[t].Value == other.Targets[t].Value
		}
		if same && !m.From.Time.Before(other.From.Time) && !m.To.Time.After(other.To.Time) {
			return true
		}
	}
	return false
}
