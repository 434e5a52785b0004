package docket

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
)

// A Draft is a settlement that waits for the signature of a role, as the leaf that
// will stand in the public log. Whoever signs it does so elsewhere, over
// ledger.Message of the leaf: the key never comes here.
type Draft struct {
	Settlement
	Leaf []byte // canonical, with neither key nor signature
}

// Drafts gives a page of what a role can settle in the cases of whoever asks; next
// is empty on the last page.
func (d *Docket) Drafts(ctx context.Context, who Actor, after string, limit int) (list []Draft, next string, err error) {
	if !slices.Contains(signing, who.Role) {
		return nil, "", fault.Forbiddenf("", "a %s settles no public duty", who.Role)
	}
	rows, next, err := d.waitingFor(ctx, who.Role, after, limit)
	if err != nil {
		return nil, "", err
	}
	for i := range rows {
		c, err := d.load(ctx, rows[i].Case)
		if err != nil {
			return nil, "", err
		}
		if c.mayAct(who) != nil {
			continue
		}
		for _, s := range c.Settlements() {
			if maySettle(who.Role, &s) {
				list = append(list, Draft{s, d.settleLeaf(&s).Marshal()})
			}
		}
	}
	return list, next, nil
}

// waitingFor gives a page of the rows of cases in which a duty waits for a role, one
// set of roles after another: of several duties each may wait for its own. A page
// begins with the number of the set, and goes on where that one was left.
func (d *Docket) waitingFor(ctx context.Context, of lifecycle.Role, after string, limit int) (list []Row, next string, err error) {
	if limit <= 0 {
		limit = 50
	}
	sets, at := roleSets(of), 0
	number, inner, begun := strings.Cut(after, " ")
	if at, err = strconv.Atoi(number); begun && (err != nil || at < 0 || at >= len(sets)) || !begun && after != "" {
		return nil, "", fault.Invalidf("after", "%q is no place of a page", after)
	}
	for ; at < len(sets); at, inner = at+1, "" {
		if len(list) == limit {
			return list, strconv.Itoa(at) + " ", nil
		}
		rows, next, err := d.records.Rows(ctx, Query{Settles: sets[at], After: inner, Limit: limit - len(list)})
		if err != nil {
			return nil, "", err
		}
		if list = append(list, rows...); next != "" {
			return list, strconv.Itoa(at) + " " + next, nil
		}
	}
	return list, "", nil
}

// maySettle reports whether a role may sign a settlement.
func maySettle(r lifecycle.Role, s *Settlement) bool {
	return slices.Contains(s.As.Settles(s.Of.Class), ledger.Role(r.String()))
}

// VoidDraft is the settlement by which oversight voids a duty: nobody is owed
// anything. The public sees that it was voided, and by whose key.
func (d *Docket) VoidDraft(ctx context.Context, who Actor, ref Ref, id ledger.ID) (*Draft, error) {
	if who.Role != lifecycle.Oversight {
		return nil, fault.Forbiddenf(string(ref), "a %s voids no public duty; oversight may", who.Role)
	}
	c, err := d.load(ctx, ref)
	if err != nil {
		return nil, err
	}
	if s := c.standing(id); s != nil && s.As == "" {
		x := Settlement{Case: ref, Of: *s, As: ledger.Void, By: who.Role}
		return &Draft{x, d.settleLeaf(&x).Marshal()}, nil
	}
	return nil, fault.NotFoundf(string(ref), "no duty %s is open", id)
}

// settleLeaf writes a settlement of now.
func (d *Docket) settleLeaf(s *Settlement) ledger.Settle {
	policy, _ := d.log.Terms()
	l := ledger.Settle{Batch: ledger.EpochAt(d.now(), policy.EpochMinutes), ID: s.Of.ID, As: s.As}
	if s.Next != nil {
		l.Next, l.Due = s.Next.ID, s.Next.Due
	}
	return l
}

// Settle takes a settlement that was signed. It counts only as the case stands: a
// notifier who says that a person was told has that on record, and no judge puts
// off a notice for longer than secrecy was ordered.
func (d *Docket) Settle(ctx context.Context, who Actor, ref Ref, text []byte, why string) (*Case, error) {
	parsed, err := ledger.Parse(text)
	if err != nil {
		return nil, err
	}
	leaf, ok := parsed.(ledger.Settle)
	if !ok {
		return nil, fault.Invalidf(string(ref), "the leaf settles nothing").WithHint("sign one that `rogatory ledger drafts` prints")
	}
	if err := d.checkSettler(who, leaf); err != nil {
		return nil, err
	}
	return d.change(ctx, ref, func(c *Case, now time.Time) error {
		if err := c.mayAct(who); err != nil {
			return hide(err, ref, who)
		}
		if done := c.standing(leaf.ID); done != nil && done.As == leaf.As {
			return nil // it was taken before
		}
		s, err := c.settlementBy(who, &leaf, why)
		if err != nil {
			return err
		}
		after, err := lifecycle.Next(c.State, who.Role, lifecycle.SettleDuty, lifecycle.SettlementSigned)
		if err != nil {
			return notAllowed(c, err, nil)
		}
		e := Event{Do: lifecycle.SettleDuty, By: who.Name, Role: who.Role.String(), Why: why, With: lifecycle.SettlementSigned, After: after}
		e.Settled = &Settled{ID: leaf.ID, As: leaf.As, Next: s.Next, Leaf: text}
		return c.add(e, now)
	})
}

// checkSettler verifies the signature, that its key is one of the role in which
// somebody acts, and that it was given lately.
func (d *Docket) checkSettler(who Actor, leaf ledger.Settle) error {
	policy, roles := d.log.Terms()
	as, err := roles.Verify(leaf)
	if err != nil {
		return err
	}
	if !slices.Contains(as, ledger.Role(who.Role.String())) {
		return fault.Forbiddenf("sig", "the key is not one of a %s", who.Role).WithHint("sign with the key that the public log has for your role")
	}
	now := ledger.EpochAt(d.now(), policy.EpochMinutes)
	oldest := ledger.EpochAt(d.now().AddDate(0, 0, -policy.WindowDays+1), policy.EpochMinutes)
	if now.Before(leaf.Batch) || leaf.Batch.Before(oldest) {
		return fault.Invalidf("batch", "it was signed for %s, and now it is %s", leaf.Batch, now).WithHint("sign it anew: a signature counts for a few days")
	}
	return nil
}

// standing gives a duty by its id; nil: there is none.
func (c *Case) standing(id ledger.ID) *PublicDuty {
	i := slices.IndexFunc(c.duties, func(s PublicDuty) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &c.duties[i]
}

// settlementBy gives the settlement that a leaf says, if the case stands so.
func (c *Case) settlementBy(who Actor, leaf *ledger.Settle, why string) (*Settlement, error) {
	s := c.standing(leaf.ID)
	if s == nil {
		return nil, fault.NotFoundf(string(c.Ref), "no duty %s was opened in this case", leaf.ID)
	}
	if s.As != "" {
		return nil, fault.Conflictf(string(c.Ref), "the duty %s is settled: %s", leaf.ID, s.As)
	}
	if leaf.As == ledger.Void && who.Role == lifecycle.Oversight {
		if !stated(why) {
			return nil, fault.Invalidf(string(c.Ref), "no reasons are given").WithHint("say why nobody is owed anything")
		}
		return &Settlement{Of: *s, As: leaf.As}, nil
	}
	for _, x := range c.Settlements() {
		if x.Of.ID != leaf.ID || x.As != leaf.As || !maySettle(who.Role, &x) {
			continue
		}
		if x.Next == nil || x.Next.ID == leaf.Next && x.Next.Due == leaf.Due {
			return &x, nil
		}
	}
	return nil, fault.Conflictf(string(c.Ref), "as the case stands, the duty %s is not settled as %s by a %s", leaf.ID, leaf.As, who.Role).
		WithHint("look at the drafts again: something may have changed")
}
