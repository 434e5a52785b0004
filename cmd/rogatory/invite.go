package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"github.com/rogatory/rogatory/login"
)

type inviteCommand struct {
	inFolder
	Name string        `arg:"" help:"Who, as office.toml writes the name."`
	Life time.Duration `help:"How long the link works." default:"24h"`
}

// Run makes the link by which somebody comes in for the first time. Whoever can
// run it has the office's folder, and with it the office; the office's
// administrator invites the others from within.
func (c *inviteCommand) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		door, err := login.New(ctx, o.shelf, o.settings, login.Settings{Origin: o.settings.Serve.Origin, Office: o.officeName(), Log: slog.New(slog.DiscardHandler)}, o.clock, rand.Reader)
		if err != nil {
			return err
		}
		link, err := door.Invite(ctx, "the office's folder", c.Name, c.Life)
		if err != nil {
			return err
		}
		s.paper.line("%s", link)
		s.paper.para("", "It works once, within "+c.Life.String()+". Hand it to nobody else: whoever opens it enrols a passkey as "+c.Name+".")
		return nil
	})
}
