package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// setBack lets a freeze, a secrecy and a preservation end, sets the clock back
// by an hour, and looks whether one of them has come back, in the same process
// and in one that is started afresh.
func (s *scene) setBack(ctx context.Context, t *trial) (string, error) {
	now := beginning
	clock := func() time.Time { return now }
	var ref docket.Ref
	err := t.open(ctx, clock, func(o *desk.Office) error {
		c := newCrew(o, t.examples, numbers, t.ledger.take)
		ref = c.receive(ctx, numbers+1)
		until := docket.Act{Do: lifecycle.HoldBeyond, Body: decision}
		until.Until = now.AddDate(0, 0, 6)
		for _, step := range []struct {
			who docket.Actor
			act docket.Act
		}{
			{sami, docket.Act{Do: lifecycle.Assign, Body: docket.Body{To: sami.Name}}},
			{siri, docket.Act{Do: lifecycle.Assign, Body: docket.Body{To: siri.Name}}},
			{sami, until},
			{siri, until},
			{party, docket.Act{Do: lifecycle.File}},
			{olga, docket.Act{Do: lifecycle.FreezeCase}},
		} {
			c.act(ctx, step.who, ref, step.act)
		}
		if got, err := t.stands(ctx, o, ref); err != nil || got.Secrecy != lifecycle.Beyond || got.Freeze != lifecycle.Frozen {
			return errors.Join(err, fmt.Errorf("the case is %+v, and nothing can end", got))
		}
		now = now.AddDate(0, 0, 30)
		if err := drain(ctx, o, &now); err != nil {
			return err
		}
		now = now.Add(-time.Hour)
		return t.stillOver(ctx, o, ref, 1)
	})
	if err != nil {
		return "", err
	}
	now = now.AddDate(0, 0, -29) // as far back as before anything had ended
	if err := t.open(ctx, clock, func(o *desk.Office) error { return t.stillOver(ctx, o, ref, 2) }); err != nil {
		return "", err
	}
	t.clock = fast{time.Now().Add(-60 * time.Second)}
	return "the clock was set back, and what was over stayed over", t.end(ctx)
}

func (t *trial) stands(ctx context.Context, o *desk.Office, ref docket.Ref) (lifecycle.State, error) {
	c, err := o.Show(ctx, olga, ref, "")
	if err != nil {
		return lifecycle.State{}, err
	}
	return c.State, nil
}

// stillOver checks that what has ended is over, and works on the case and on a
// new one: no event may be earlier than one before it, which the audit sees.
func (t *trial) stillOver(ctx context.Context, o *desk.Office, ref docket.Ref, round int) error {
	latest, err := o.Store.Clock(ctx)
	if err != nil {
		return err
	}
	got, err := t.stands(ctx, o, ref)
	if err != nil {
		return err
	}
	if got.Secrecy != lifecycle.Over || got.Freeze != lifecycle.Lapsed || got.Challenge != lifecycle.Overdue {
		t.findings.wrong = append(t.findings.wrong, fmt.Sprintf("%s: the clock was set back and the case is %+v", ref, got))
	}
	c := newCrew(o, t.examples, (round+1)*numbers, t.ledger.take)
	c.act(ctx, olga, ref, docket.Act{Do: lifecycle.Note})
	other := c.receive(ctx, c.first+2)
	rows, _, err := o.Store.Rows(ctx, docket.Query{})
	for _, row := range rows {
		if row.Case == other && row.Received.Before(latest) {
			t.findings.wrong = append(t.findings.wrong, fmt.Sprintf("%s: it was received at %s, after an event of %s", other, row.Received, latest))
		}
	}
	return err
}
