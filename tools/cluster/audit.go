package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// olga reads every case for the comparison.
var olga = docket.Actor{Name: "Olga Petrova", Role: lifecycle.Oversight}

// read reads every case from the records, while no node runs: its chain is walked
// again, and nothing may be due any more.
func read(ctx context.Context, o *desk.Office, f *findings) ([]kept, error) {
	rows, err := every(ctx, o)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex // guards cases and what is found
	var cases []kept
	var wait sync.WaitGroup
	next := make(chan docket.Row)
	for range 4 {
		wait.Go(func() {
			for row := range next {
				c, err := one(ctx, o, row)
				mu.Lock()
				if err != nil {
					add(&f.lost, "%s: %v", row.Case, err)
				}
				if c != nil {
					cases = append(cases, *c)
				}
				mu.Unlock()
			}
		})
	}
	for _, row := range rows {
		next <- row
	}
	close(next)
	wait.Wait()
	return cases, nil
}

// every gives the rows of all cases.
func every(ctx context.Context, o *desk.Office) ([]docket.Row, error) {
	var rows []docket.Row
	for q := (docket.Query{Limit: 500}); ; {
		page, next, err := o.Store.Rows(ctx, q)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page...)
		if next == "" {
			return rows, nil
		}
		q.After = next
	}
}

func one(ctx context.Context, o *desk.Office, row docket.Row) (*kept, error) {
	broken := o.Verify(ctx, row.Case)
	c, err := o.Show(ctx, olga, row.Case, "")
	if err != nil {
		return nil, errors.Join(broken, err)
	}
	// The last event is this look; what is before it and was not there struck now.
	if more := len(c.Events) - 1 - row.Seq; more != 0 {
		broken = errors.Join(broken, fmt.Errorf("%d events were due and had not come", more))
	}
	k := &kept{ref: row.Case, number: -1, sum: sha256.Sum256(c.Events[0].Document), events: c.Events[:row.Seq], duties: c.Duties()}
	first, err := request.Read(c.Events[0].Document)
	if err != nil {
		return k, errors.Join(broken, err)
	}
	if _, err := fmt.Sscanf(first.Reference, "d%d", &k.number); err != nil || desk.Reference(k.number) != first.Reference {
		broken = errors.Join(broken, fmt.Errorf("its reference is %q", first.Reference))
	}
	return k, broken
}

// jobs looks for what was put aside, and for what was due and is not done.
func jobs(ctx context.Context, o *desk.Office, now time.Time, f *findings) error {
	dead, err := o.Store.Dead(ctx, 100)
	if err != nil {
		return err
	}
	for _, j := range dead {
		add(&f.lost, "%s: the job %q was given up: %s", j.Case, j.Key, j.Reason)
	}
	next, err := o.Store.Next(ctx)
	if err != nil {
		return err
	}
	if !next.IsZero() && !next.After(now) {
		add(&f.lost, "a job due at %s was not done by %s", next, now)
	}
	return nil
}

// answers asks every node for every case that was accepted, as the authority that
// holds its receipt.
func (c *crew) answers(ctx context.Context, f *findings) (asked int, err error) {
	var mu sync.Mutex // guards what is found, and err
	var wait sync.WaitGroup
	next := make(chan *promise)
	for range senders {
		wait.Go(func() {
			for p := range next {
				for _, n := range c.nodes.list {
					why, failed := c.answer(ctx, n, p)
					mu.Lock()
					asked++
					if why != "" {
						add(&f.lost, "%s does not answer for %s: %s", n.at(), p.refs[0], why)
					}
					err = errors.Join(err, failed)
					mu.Unlock()
				}
			}
		})
	}
	for _, p := range c.ledger.promises {
		next <- p
	}
	close(next)
	wait.Wait()
	return asked, err
}

// answer asks a node for a case; it may have to come back later.
func (c *crew) answer(ctx context.Context, n *node, p *promise) (why string, err error) {
	for began := time.Now(); ; {
		a, err := c.house.By(p.number).Send(ctx, n.at(), http.MethodGet, "/v1/requests/"+string(p.refs[0]), nil, "", c.nodes.now())
		if err != nil {
			return "", err
		}
		switch {
		case a.Status == http.StatusServiceUnavailable && time.Since(began) < longest:
			if err := c.nodes.pause(ctx, 200*time.Millisecond); err != nil {
				return "", err
			}
			continue
		case a.Status != http.StatusOK:
			return fmt.Sprintf("%d: %s", a.Status, a.Body), nil
		case !strings.Contains(string(a.Body), `"`+desk.Reference(p.number)+`"`):
			return "it answers for another: " + string(a.Body), nil
		}
		return "", nil
	}
}
