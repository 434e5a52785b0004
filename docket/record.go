package docket

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rogatory/rogatory/screen"
)

// boundFacts is what the fact record of a case is bound to.
func boundFacts(c Ref) []byte { return append([]byte("rogatory.facts/1\x00"), c...) }

// recordAnew lets the next batch replace the sealed record of the facts that
// stand about what the case still rests on. It is no part of the chain: it
// follows from it, and nothing is decided by it.
func (d *Docket) recordAnew(ctx context.Context, c *Case, now time.Time) error {
	said, err := d.said(ctx, c, now)
	if err != nil {
		return err
	}
	history, err := d.history(ctx, c)
	if err != nil {
		return err
	}
	measures, offences := c.inPlay()
	part, said := screen.Part(c.Request, said, measures, offences)
	plain, err := d.screener.Record(part, screen.Situation{At: c.Received, Today: now, History: history, Said: said})
	if err != nil {
		return err
	}
	c.facts, err = c.sealer.seal(plain, boundFacts(c.Ref))
	return err
}

// A Changed case would be judged otherwise under another rulebook.
type Changed struct {
	Case       Ref
	Was, Would string   // outcome that screening would propose for the facts on record: under this rulebook, and under the other
	Newly      []string // safeguards that would stop it and do not, or would be known not to hold
	NoLonger   []string // safeguards the other way round
	Unread     string   // why this cannot be told, and the case has to be screened itself; empty: it can
}

// Rescreen says which open cases would be judged otherwise if another screener
// were asked, from the facts on record: a page of them, and where the next one
// begins; empty: this was the last. It tells what to look at, and changes
// nothing. It reads every case, and tells of none to whom it is assigned: it is
// for whoever may change the rulebook.
func (d *Docket) Rescreen(ctx context.Context, other *screen.Screener, after string, limit int) (changed []Changed, next string, err error) {
	rows, next, err := d.records.Rows(ctx, Query{Open: true, After: after, Limit: limit})
	if err != nil {
		return nil, "", err
	}
	for i := range rows {
		x, err := d.rescreen(ctx, other, &rows[i])
		if err != nil {
			return nil, "", err
		}
		if x.Was != x.Would || x.Newly != nil || x.NoLonger != nil || x.Unread != "" {
			changed = append(changed, x)
		}
	}
	return changed, next, nil
}

func (d *Docket) rescreen(ctx context.Context, other *screen.Screener, row *Row) (Changed, error) {
	x := Changed{Case: row.Case}
	sealed, err := d.records.Facts(ctx, row.Case)
	if err != nil {
		return x, err
	}
	c, err := d.unlock(ctx, row.Case, row.Key)
	if gone := (*erased)(nil); errors.As(err, &gone) {
		return x, nil // meanwhile
	}
	if err != nil {
		return x, err
	}
	if sealed == nil {
		x.Unread = "no facts are on record"
		return x, nil
	}
	plain, err := c.sealer.open(sealed, boundFacts(row.Case))
	if err != nil {
		x.Unread = err.Error()
		return x, nil
	}
	is, err := d.screener.Rescreen(plain)
	if err != nil {
		x.Unread = err.Error()
		return x, nil
	}
	would, err := other.Rescreen(plain)
	if err != nil {
		x.Unread = err.Error()
		return x, nil
	}
	x.Was, x.Would = is.Outcome.String(), would.Outcome.String()
	x.Newly, x.NoLonger = worse(is, would), worse(would, is)
	return x, nil
}

// worse lists the safeguards whose worst verdict is worse in b than in a.
func worse(a, b *screen.Rescreening) []string {
	var list []string
	for _, o := range b.Open {
		i := slices.IndexFunc(a.Open, func(p screen.Open) bool { return p.Safeguard == o.Safeguard })
		if i < 0 || o.NotMet > 0 && a.Open[i].NotMet == 0 {
			list = append(list, o.Safeguard)
		}
	}
	return list
}
