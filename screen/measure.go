package screen

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/signal"
)

// slack is how far a window may reach beyond the dates of the conduct before
// the request itself shows an excess: preparation and aftermath have traces.
const slack = 183 * 24 * time.Hour

// measure says what is asked for. It is the requester's own word about its own
// wish, so it counts.
func (b *brief) measure(i int) {
	m := &b.r.Measures[i]
	of := fact.Instance{Scope: fact.OfMeasure, Index: i}
	path := fmt.Sprintf("/measures/%d", i)
	b.choice(fact.Requester, of, "measure.data", m.Data, m.Data+" data are asked for", path+"/data")
	b.choice(fact.Requester, of, "measure.mode", m.Mode, "the mode is "+m.Mode, path+"/mode")
	if m.Data != "" {
		b.bool(fact.Requester, of, "measure.category_named", true, m.Data+" data are asked for", path+"/data")
	}
	if m.Data != "" && m.Mode != "" {
		intrusive := m.Mode != "preserve" && (m.Data == "traffic" || m.Data == "content")
		b.bool(fact.Requester, of, "measure.intrusive", intrusive, m.Mode+" "+m.Data+" data", path)
	}
	if named(m.Targets) {
		b.bool(fact.Requester, of, "measure.targeted", true, "targets are named", path+"/targets")
	}
	b.window(m, of, path)
	b.order(of, path)
	b.sweep(i, m, of, path)
}

func named(targets []request.Target) bool {
	word := func(s string) bool { return letters(s) > 0 || strings.ContainsAny(s, "0123456789") }
	return slices.ContainsFunc(targets, func(t request.Target) bool { return word(t.Value) || word(t.Description) })
}

func (b *brief) window(m *request.Measure, of fact.Instance, path string) {
	live := m.To.Time.After(b.day.Add(24 * time.Hour))
	b.bool(fact.Requester, of, "measure.prospective", live, fmt.Sprintf("the window ends on %s, the request arrived on %s", day(m.To.Time), day(b.day)), path+"/to")
	if m.From.IsZero() || m.To.IsZero() || m.To.Time.Before(m.From.Time) {
		return
	}
	b.bool(fact.Requester, of, "measure.window_bounded", true, day(m.From.Time)+" to "+day(m.To.Time), path)
	days := m.To.Time.Sub(m.From.Time).Hours()/24 + 1
	b.say(fact.Requester, of, "measure.window_days", fact.OfNumber(days), fmt.Sprintf("the window spans %.0f days", days), path)
	first, last := events(b.r)
	excess := !first.IsZero() && (m.From.Time.Before(first.Add(-slack)) || m.To.Time.After(last.Add(slack)))
	reason := "the request gives no dates that the window would exceed"
	if !first.IsZero() {
		reason = fmt.Sprintf("the conduct is dated %s to %s, the window %s to %s", day(first), day(last), day(m.From.Time), day(m.To.Time))
	}
	b.bool(fact.Requester, of, "measure.excess_shown", excess, reason, path)
}

func day(t time.Time) string {
	if t.IsZero() {
		return "an unnamed day"
	}
	return t.Format(time.DateOnly)
}

// events gives the first and last day of the conduct as the offences date it;
// zero if one of them leaves it open.
func events(r *request.Request) (first, last time.Time) {
	for _, o := range r.Offences {
		from, to := o.CommittedFrom.Time, o.CommittedTo.Time
		if to.IsZero() {
			to = from
		}
		if from.IsZero() {
			return time.Time{}, time.Time{}
		}
		if first.IsZero() || from.Before(first) {
			first = from
		}
		if to.After(last) {
			last = to
		}
	}
	return first, last
}

// rank orders the kinds of deciding body; a decision the requester itself does
// not call independent is no court's.
var rank = []string{"other", "ministry", "police", "prosecutor", "judge", "court"}

// order says on whose decision the measure rests: the best of those attached or
// promised, or that of an issuing judge, court or prosecutor itself. That it
// has arrived and was independent is asked of people before the court.
func (b *brief) order(of fact.Instance, path string) {
	best, reason, where := -1, "", path
	note := func(kind, why, at string) {
		if k := slices.Index(rank, kind); k > best {
			best, reason, where = k, why, at
		}
	}
	for i, o := range b.r.Orders {
		kind := o.Kind
		if o.AssertedIndependent != nil && !*o.AssertedIndependent {
			kind = "other"
		}
		if o.Date.Time.After(b.day.Add(24 * time.Hour)) {
			continue // dated after the request: no decision on it
		}
		why := "decision of " + o.Issuer
		if o.Status == "promised" {
			why += ", promised"
		}
		note(kind, why, fmt.Sprintf("/orders/%d", i))
	}
	if role := b.r.Requesting.Authority.Role; role == "court" || role == "judge" || role == "prosecutor" {
		note(role, "the issuing authority itself: "+b.r.Requesting.Authority.Name, "/requesting/authority")
	}
	if best >= 0 {
		b.choice(fact.Requester, of, "measure.order", rank[best], reason, where)
	}
}

// most is how many targets of one measure are still single ones. It is this
// floor's own limit, as docs/decisions/0004 says of windows.
const most = 50

// wildcard reports whether a target stands for many: a pattern, or a range of
// addresses.
func wildcard(t request.Target) bool {
	if strings.ContainsAny(t.Value, "*%") {
		return true
	}
	prefix, err := netip.ParsePrefix(strings.TrimSpace(t.Value))
	return err == nil && !prefix.IsSingleIP()
}

// sweep says whether the measure takes in everybody. The description of a
// target is the requester's own, so it counts as said; a phrase elsewhere in
// the narrative is only a signal.
func (b *brief) sweep(i int, m *request.Measure, of fact.Instance, path string) {
	if len(m.Targets) > most {
		b.bool(fact.Requester, of, "measure.sweeping", true, fmt.Sprintf("%d targets at once, more than %d", len(m.Targets), most), path+"/targets")
		return
	}
	for k, t := range m.Targets {
		if wildcard(t) {
			b.bool(fact.Requester, of, "measure.sweeping", true, fmt.Sprintf("the target stands for many: %s", t.Value), fmt.Sprintf("%s/targets/%d", path, k))
			return
		}
		if t.Type == "area" {
			where := fmt.Sprintf("%s/targets/%d", path, k)
			b.bool(fact.Requester, of, "measure.sweeping", true, fmt.Sprintf("the target is an area: %s", t.Value), where)
			b.area(t.Value, where)
			return
		}
	}
	if h := b.sweepingTarget(i); h != nil {
		b.bool(fact.Requester, of, "measure.sweeping", true, fmt.Sprintf("%s: “%s”", strings.TrimSuffix(h.Reason, "."), h.Quote), h.Path)
		return
	}
	if named(m.Targets) {
		b.bool(fact.Requester, of, "measure.sweeping", false, "the targets are single ones", path+"/targets")
	}
}

// area doubts that nobody else's data come along: who was in a place is known
// of everybody who was there, whatever they did there.
func (b *brief) area(value, path string) {
	b.said = append(b.said, fact.Assertion{
		ID: "signal:area:" + path, Fact: "request.third_parties", Source: fact.Signal, Author: "area " + path, At: b.day,
		Value: fact.OfBool(true), Reason: "An area takes in everybody who was there, and why they were there.",
		Place: fact.Place{Path: path + "/value", End: len(value), Quote: value},
	})
}

// sweepingTarget gives the hit that says so of a measure's own target or note.
func (b *brief) sweepingTarget(i int) *signal.Hit {
	prefix := fmt.Sprintf("/measures/%d/", i)
	for k := range b.hits {
		if h := &b.hits[k]; h.Fact == "measure.sweeping" && strings.HasPrefix(h.Path, prefix) {
			return h
		}
	}
	return nil
}
