package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/register"
	"github.com/rogatory/rogatory/shelf"
	"github.com/rogatory/rogatory/store"
)

// passing are the papers that a restore leaves out: what somebody ended, revoked
// or used up since the backup would count again. Whoever worked signs in anew, and
// service tokens and links are made anew.
var passing = []string{"session", "invitation", "token", "enrolment", "challenge", "journey", "nonce", "sent"}

// A restored office has a paper that says so, until somebody has looked at what
// came back. It is not sealed, because records are restored before the keys;
// whoever can take it away can write the records in any case.
const (
	officePapers = "office"
	restoredMark = "restored"
)

func restoring(now time.Time) store.Restoring {
	text := now.UTC().Format(time.RFC3339)
	return store.Restoring{Without: passing, Mark: &shelf.Paper{Kind: officePapers, ID: restoredMark, Version: 1, Sealed: []byte(text)}}
}

// restoredAt is when the records were restored, as they say it, if nobody has
// looked since.
func (o *opened) restoredAt(ctx context.Context) (at string, restored bool, err error) {
	p, err := o.store.Paper(ctx, officePapers, restoredMark)
	if fault.KindOf(err) == fault.NotFound {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	return visible(string(p.Sealed)), true, nil
}

// checkRestored refuses to open an office of which nobody has looked whether those
// are trusted again who no longer were.
func (o *opened) checkRestored(ctx context.Context) error {
	at, restored, err := o.restoredAt(ctx)
	if err != nil || !restored {
		return err
	}
	return fault.Conflictf(o.dir, "its records were restored from a backup (%s), and nobody has looked yet at whom they trust", at).
		WithHint("rogatory restore-reviewed shows the authorities and the passkeys that came back")
}

type restoreReviewedCommand struct {
	inFolder
	Yes bool `help:"Do not ask: you have compared it with what was taken away since the backup."`
}

// Run shows whom restored records trust, and lets the office open.
func (c *restoreReviewedCommand) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		at, restored, err := o.restoredAt(ctx)
		if err != nil {
			return err
		}
		o.banner(s)
		if !restored {
			s.paper.line("nothing to look at: the records were not restored, or somebody has looked")
			return nil
		}
		s.paper.line("restored %s. Since the backup somebody may have suspended an authority, retired a key or removed a passkey; here is what counts again.", at)
		if err := o.showAuthorities(ctx, s); err != nil {
			return err
		}
		if err := o.showPasskeys(ctx, s); err != nil {
			return err
		}
		s.paper.para("", "Suspend what was suspended (rogatory authority suspend), take off "+settingsFile+" whoever lost a passkey until it is removed, and then say so here. Suspensions come in while the office is closed.")
		if !c.Yes {
			fmt.Fprint(s.err, "is it as it has to be? [yes/no] ")
			answer, err := bufio.NewReader(s.in).ReadString('\n')
			if err != nil && err != io.EOF || strings.TrimSpace(answer) != "yes" {
				return fault.Conflictf(o.dir, "stays closed")
			}
		}
		if err := o.store.RemovePaper(ctx, officePapers, restoredMark, 0); err != nil {
			return err
		}
		s.paper.line("the office can be opened")
		return nil
	})
}

// showAuthorities shows the register, with what each can come by.
func (o *opened) showAuthorities(ctx context.Context, s *streams) error {
	return o.eachAuthority(ctx, func(e *register.Entry) error {
		s.entryLine(e, o.clock())
		for _, k := range e.Authority.Keys {
			until := ""
			if !k.Until.IsZero() {
				until = ", until " + minute(k.Until)
			}
			s.paper.line("  key %s%s", visible(k.ID), until)
		}
		for _, sum := range e.Authority.Certificates {
			s.paper.line("  certificate %s", visible(sum))
		}
		return nil
	})
}

// eachAuthority goes through the register.
func (o *opened) eachAuthority(ctx context.Context, do func(*register.Entry) error) error {
	const page = 100
	for after := ""; ; {
		list, err := o.register.List(ctx, after, page)
		if err != nil {
			return err
		}
		for i := range list {
			after = list[i].ID
			if err := do(&list[i]); err != nil {
				return err
			}
		}
		if len(list) < page {
			return nil
		}
	}
}

// showPasskeys shows who has passkeys, also those whom the settings do not list:
// who comes back under the same name comes in with them.
func (o *opened) showPasskeys(ctx context.Context, s *streams) error {
	const page = 100
	drawer := shelf.DrawerOf[struct {
		Label string    `json:"label"`
		Made  time.Time `json:"made"`
	}](o.shelf, "passkey")
	for after := ""; ; {
		list, err := drawer.List(ctx, "", after, page)
		if err != nil {
			return err
		}
		for i := range list {
			p := &list[i]
			after = p.ID
			s.paper.line("%s: passkey %s, made %s", visible(o.settings.nameOf(p.Owner)), visible(p.Value.Label), minute(p.Value.Made))
		}
		if len(list) < page {
			return nil
		}
	}
}
