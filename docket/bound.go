package docket

import (
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/rule"
)

// Limits of what one act may carry, in bytes and in number.
const (
	reasonLimit    = 20_000
	textLimit      = 2_000
	statementLimit = 500
	fileLimit      = 10_000
	groundLimit    = 64
)

// check refuses what nobody could mean, what the event is not about, and what is
// too much; and writes what is left in one way, so that two people who mean the
// same say the same.
func (a *Act) check() error {
	may, known := subjects[a.Do]
	if !known {
		return fault.Forbiddenf(string(a.Do), "is no event that a person causes").WithHint("what is due, screening and proposals follow by themselves")
	}
	for _, m := range members {
		if m.given(&a.Body) && may&m.is == 0 {
			return fault.Invalidf(string(a.Do), "is not about %s", m.name).WithHint("leave it out")
		}
	}
	for _, t := range []struct {
		what  string
		text  *string
		limit int
	}{
		{"the reason", &a.Why, reasonLimit},
		{"the reason told", &a.Told, reasonLimit},
		{"the contact", &a.Contact, textLimit},
		{"the risk", &a.Risk, reasonLimit},
		{"the remedy", &a.Remedy, reasonLimit},
		{"the way to the person", &a.Way, textLimit},
		{"the proof", &a.Proof, textLimit},
		{"the recipient", &a.To, textLimit},
		{"the harm", &a.Harm, reasonLimit},
		{"who files", &a.From, nameLimit},
	} {
		*t.text = strings.TrimSpace(*t.text)
		if err := checkText(t.what, *t.text, t.limit); err != nil {
			return err
		}
	}
	if err := a.checkParts(); err != nil {
		return err
	}
	return a.checkTimes()
}

// checkParts are the bounds of what an act lists.
func (a *Act) checkParts() error {
	if len(a.Said) > statementLimit || len(a.Files) > fileLimit || len(a.Grounds) > groundLimit {
		return fault.Invalidf(string(a.Do), "carries too much: at most %d statements, %d files, %d grounds", statementLimit, fileLimit, groundLimit).
			WithHint("do it in several steps")
	}
	a.Grounds = slices.Clone(a.Grounds)
	slices.Sort(a.Grounds)
	a.Grounds = slices.Compact(a.Grounds)
	known := office.Grounds()
	for _, id := range a.Grounds {
		if !slices.ContainsFunc(known, func(g office.Ground) bool { return g.ID == id }) {
			return fault.Invalidf(id, "is no ground").WithHint("use one of " + groundList(known))
		}
	}
	for i := range a.Said {
		s := &a.Said[i]
		if err := checkText("what is said of "+s.Fact, s.Fact+s.Of+s.Value+s.Reason+strings.Join(s.Answers, ""), reasonLimit); err != nil {
			return err
		}
	}
	for i := range a.Files {
		if err := a.Files[i].check(); err != nil {
			return err
		}
	}
	if d := a.Decision; d != nil {
		if err := checkText("the decision", d.By+d.Name+d.State+d.Reference+d.SHA256, textLimit); err != nil {
			return err
		}
	}
	if g := a.Grant; g != nil {
		return checkText("the grant", g.By+g.Name, textLimit)
	}
	return nil
}

func groundList(known []office.Ground) string {
	var ids []string
	for _, g := range known {
		ids = append(ids, g.ID)
	}
	return strings.Join(ids, ", ")
}

// check refuses a file that nobody could find again.
func (f *File) check() error {
	if err := plainName(f.Name, nil); err != nil {
		return err
	}
	if !stated(f.Name) || f.Size < 0 || len(f.SHA256) != 64 || strings.Trim(f.SHA256, "0123456789abcdef") != "" {
		return fault.Invalidf(f.Name, "a file has a name, a size and a SHA-256 of 64 digits and letters a to f")
	}
	return nil
}

// checkTimes writes every time in UTC to the microsecond, and refuses those that
// no calendar reaches.
func (a *Act) checkTimes() error {
	times := []*time.Time{&a.Until}
	if a.Decision != nil {
		decision := *a.Decision
		a.Decision = &decision
		times = append(times, &decision.Date, &decision.Ends)
	}
	if a.Grant != nil {
		grant := *a.Grant
		grant.Items = slices.Clone(grant.Items)
		a.Grant = &grant
		times = append(times, &grant.Expires)
		for i := range grant.Items {
			times = append(times, &grant.Items[i].From, &grant.Items[i].To)
		}
	}
	for _, t := range times {
		if t.IsZero() {
			*t = time.Time{}
			continue
		}
		if y := t.UTC().Year(); y < 1900 || y > 2200 {
			return fault.Invalidf("", "the year %d is none of ours", y).WithHint("write a date like 2026-12-01")
		}
		*t = t.UTC().Truncate(time.Microsecond)
	}
	return nil
}

// checkGrounds refuses grounds that cannot be answered so: an absolute ground is
// refused and not narrowed, and a request is not sent elsewhere for what would
// be wrong there as well.
func (d *Docket) checkGrounds(a *Act) error {
	switch a.Do {
	case lifecycle.Offer:
		for _, g := range office.Grounds() {
			if g.Absolute && slices.Contains(a.Grounds, g.ID) {
				return fault.Invalidf(g.ID, "is an absolute ground: nothing narrower is offered").WithHint("refuse or object")
			}
		}
	case lifecycle.Redirect:
		if len(a.Grounds) > 0 && !slices.ContainsFunc(a.Grounds, d.redirects) {
			return fault.Invalidf(strings.Join(a.Grounds, ", "), "is no reason to send a request elsewhere").WithHint("name a ground of route or instrument, or refuse")
		}
	}
	return nil
}

// redirects reports whether a safeguard that sends a request elsewhere has the
// ground.
func (d *Docket) redirects(ground string) bool {
	return slices.ContainsFunc(d.book.Rules(), func(r *rule.Rule) bool {
		return r.Otherwise == rule.Redirect && slices.Contains(r.Grounds, ground)
	})
}

// inTime refuses a decision of the future, and an end that has come or is out of
// reach.
func (a *Act) inTime(now time.Time) error {
	if a.Decision != nil && a.Decision.Date.After(now.AddDate(0, 0, 1)) {
		return fault.Invalidf("", "the decision is dated %s, which has not come", a.Decision.Date.Format(time.DateOnly))
	}
	if !a.Until.IsZero() && (!a.Until.After(now) || a.Until.After(now.AddDate(endLimit, 0, 0))) {
		return fault.Invalidf("", "the end %s has passed, or lies more than %d years ahead", a.Until.Format(time.DateOnly), endLimit)
	}
	return nil
}

// endLimit is how many years ahead any end may lie.
const endLimit = 10
