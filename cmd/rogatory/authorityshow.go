package main

import (
	"context"
	"time"

	"github.com/rogatory/rogatory/register"
)

type authorityList struct {
	atRegister
	JSON bool `help:"Print one JSON object a line."`
}

// Run lists the register.
func (c *authorityList) Run(s *streams) error {
	return c.on(s, objecting, func(ctx context.Context, o *opened, _ register.Actor) error {
		o.banner(s)
		return o.eachAuthority(ctx, func(e *register.Entry) error {
			if c.JSON {
				return printJSON(s.out, e)
			}
			s.entryLine(e, o.clock())
			return nil
		})
	})
}

// entryLine is an entry on one line.
func (s *streams) entryLine(e *register.Entry, now time.Time) {
	state := "in force until " + minute(e.Authority.Until)
	switch {
	case e.Authority.ID == "":
		state = "not enrolled"
	case e.Authority.Suspended != "":
		state = "suspended"
	case !e.Authority.InForce(now):
		state = "out of its time"
	}
	if e.Pending != nil {
		state += "; a change waits"
	}
	name, country := e.Authority.Name, e.Authority.Country
	if e.Authority.ID == "" && e.Pending != nil {
		name, country = e.Pending.To.Name, e.Pending.To.Country
	}
	s.paper.line("%s  %s %s: %s", s.paper.paint(bold, visible(e.ID)), visible(country), visible(name), state)
}

type authorityShow struct {
	atRegister
	ID   string `arg:"" help:"The authority."`
	JSON bool   `help:"Print one JSON object."`
}

// Run shows one entry.
func (c *authorityShow) Run(s *streams) error {
	return c.on(s, objecting, func(ctx context.Context, o *opened, _ register.Actor) error {
		e, err := o.register.Get(ctx, c.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(s.out, e)
		}
		o.banner(s)
		s.entryLine(e, o.clock())
		s.entry(e)
		for i := range e.History {
			h := &e.History[i]
			s.paper.para("  "+minute(h.At)+"  ", h.Did+" by "+visible(h.By)+": "+visible(h.Why))
		}
		return nil
	})
}

// entry prints what waits, with the digest by which it is confirmed.
func (s *streams) entry(e *register.Entry) {
	p := e.Pending
	if p == nil {
		s.paper.line("%s: nothing waits", visible(e.ID))
		return
	}
	s.paper.line("%s: proposed by %s", visible(e.ID), visible(p.By))
	for _, change := range p.Changes {
		s.paper.para("  ", visible(change))
	}
	if p.Confirmed != nil {
		s.paper.line("  confirmed by %s; takes effect %s", visible(p.Confirmed.By), minute(p.Confirmed.Effective))
		return
	}
	s.paper.line("  digest %s", p.Digest)
}
