package main

import (
	"context"

	"github.com/rogatory/rogatory/api"
	"github.com/rogatory/rogatory/timer"
)

type caseDead struct {
	inFolder
	Revive []string `help:"Try this one again, as if it had never failed; may be given more than once." placeholder:"KEY"`
	Limit  int      `help:"How many." default:"50"`
	JSON   bool     `help:"Print one JSON object a line."`
}

// Run lists what was due and could not be done, and was put aside.
func (c *caseDead) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		for _, key := range c.Revive {
			if err := o.store.Revive(ctx, key); err != nil {
				return err
			}
			s.paper.line("%s  is tried again by `rogatory case due`", visible(key))
		}
		if len(c.Revive) > 0 {
			return nil
		}
		jobs, err := o.store.Dead(ctx, c.Limit)
		if err != nil {
			return err
		}
		if !c.JSON {
			o.banner(s)
		}
		for _, j := range jobs {
			if c.JSON {
				if err := printJSON(s.out, api.DeadOf(&j)); err != nil {
					return err
				}
				continue
			}
			s.paper.line("%s  %s, due %s", s.paper.paint(bold, visible(j.Key)), j.Kind, minute(j.At))
			s.paper.para("          ", j.Reason)
		}
		if len(jobs) == 0 && !c.JSON {
			s.paper.line("nothing was put aside; that takes %d failures", timer.Attempts)
		}
		return nil
	})
}
