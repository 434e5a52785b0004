package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/proof/role"
	"github.com/rogatory/rogatory/sequencer"
)

type ledgerCommand struct {
	Terms    ledgerTerms    `cmd:"" help:"Publish whose keys count and what the office promises, signed by oversight. With the first terms the log begins."`
	Status   ledgerStatus   `cmd:"" help:"How far the log is, what waits, and the key by which others check it."`
	Publish  ledgerPublish  `cmd:"" help:"Publish the block of the epoch that has ended. A server does this by itself."`
	Drafts   ledgerDrafts   `cmd:"" help:"Public duties that wait for your signature."`
	Settle   ledgerSettle   `cmd:"" help:"Settle public duties with your role key, or take leaves that were signed elsewhere."`
	Void     ledgerVoid     `cmd:"" help:"For oversight: settle a public duty because nobody is owed anything, with reasons."`
	Lost     ledgerLost     `cmd:"" help:"For oversight: void a duty of a case that was lost with the records."`
	Recover  ledgerRecover  `cmd:"" help:"Take the log up again after old records were restored. The public sees it."`
	Monitor  ledgerMonitor  `cmd:"" help:"Look at a public log from outside, with no account and no secret: overdue promises, extensions, a rewritten past. Exit status 3: alarms."`
	Verify   ledgerVerify   `cmd:"" help:"Check the evidence of an alarm, offline."`
	Witness  ledgerWitness  `cmd:"" help:"Be a witness for other offices: see that their logs only grow."`
	Prove    ledgerProve    `cmd:"" help:"Make the proof file of a case, for the person it concerns."`
	Deposits ledgerDeposits `cmd:"" help:"For oversight: hand over the openings that were sealed to it."`
	Open     ledgerOpen     `cmd:"" help:"For oversight: read deposits, away from the office."`
	Report   ledgerReport   `cmd:"" help:"Publish what the sealed leaves of a quarter add up to."`
}

type ledgerTerms struct {
	inFolder
	RoleKey string `help:"Oversight's role key. In a rehearsal where oversight has none, one is made." env:"ROGATORY_ROLE_KEY" placeholder:"FILE" type:"path"`
}

// Run lets the terms wait that office.toml asks for, signed by oversight.
func (c *ledgerTerms) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		o.banner(s)
		key, err := c.key(s, o)
		if err != nil {
			return err
		}
		wrong := o.terms(ctx, key)
		if wrong != nil && fault.KindOf(wrong) != fault.Busy {
			return wrong
		}
		s.paper.line("the terms of the public log %s are signed; others check it by", o.log.origin)
		s.paper.line("  %s", o.log.vkey)
		s.paper.line("give that key, and the address of what is published, to whoever is to watch")
		return wrong // too few witnesses answered: the terms wait for them
	})
}

// key gives oversight's role key.
func (c *ledgerTerms) key(s *streams, o *opened) (*role.Secret, error) {
	switch {
	case c.RoleKey != "":
		return readRoleKey(c.RoleKey, s)
	case o.settings.Rehearsal:
		return o.rehearsalKey(lifecycle.Oversight)
	}
	return nil, fault.Invalidf("--role-key", "oversight signs the terms").WithHint("give oversight's role key; nobody else can promise in its name")
}

// terms signs the roles and the policy that the settings ask for, as far as they
// are not those that stand, and lets them wait.
func (o *opened) terms(ctx context.Context, oversight *role.Secret) error {
	l, now := o.log, o.clock()
	if err := l.refresh(ctx); err != nil {
		return err
	}
	policy, roles := l.Terms()
	wanted, err := o.rolesDoc(l)
	if err != nil {
		return err
	}
	promised := policy
	promised.EpochMinutes, promised.Block, promised.BatchEpochs = l.begins.EpochMinutes, l.begins.Block, l.begins.BatchEpochs
	promised.InitialDays = l.begins.InitialDays
	if err := o.versions(&promised); err != nil {
		return err
	}
	by := &roles // whose keys count is said by who stands in the log
	if len(roles.Keys) == 0 {
		by = wanted
	}
	if string(roles.Marshal()) != string(wanted.Marshal()) {
		leaf, err := l.signed(ledger.Roles{Doc: ledger.DocumentHash(wanted.Marshal())}, oversight, by)
		if err != nil {
			return err
		}
		if err := l.wait(ctx, rolesKey(l.roleSets+1), leaf, wanted.Marshal(), now); err != nil {
			return err
		}
	}
	if l.policies == 0 || promised != policy {
		leaf, err := l.signed(ledger.Policy{Doc: ledger.DocumentHash(promised.Marshal()), From: ledger.DateOf(now).YearMonth()}, oversight, by)
		if err != nil {
			return err
		}
		if err := l.wait(ctx, policyKey(l.policies+1), leaf, promised.Marshal(), now); err != nil {
			return err
		}
	}
	if err := l.Files.Replace(ctx, "log.vkey", []byte(l.vkey+"\n")); err != nil {
		return err
	}
	_, err = l.Run1(ctx, now)
	return errors.Join(err, l.refresh(ctx))
}

// signed is a leaf with oversight's signature, if the key counts.
func (l *publicLog) signed(leaf ledger.Signed, oversight *role.Secret, roles *ledger.RolesDoc) (ledger.Leaf, error) {
	out, err := withSignature(l.origin, leaf, oversight)
	if err != nil {
		return nil, err
	}
	if !signedBy(roles, out, ledger.RoleOversight) {
		return nil, fault.Forbiddenf("role key", "the key %s is not oversight's", oversight.Public().ID()).WithHint("before the log begins office.toml says whose keys count, and afterwards the log does")
	}
	return out, nil
}

// rehearsalKeys are keys for what is not real, of roles in which nobody has one.
const rehearsalKeys = "rehearsal-keys"

// rehearsalKey gives the key of a role in a rehearsal, and makes it if there is
// none. It says in both its forms what it is worth.
func (o *opened) rehearsalKey(of lifecycle.Role) (*role.Secret, error) {
	name := filepath.Join(o.dir, rehearsalKeys, of.String()+".key")
	text, err := os.ReadFile(name)
	if err == nil {
		return role.ReadSecret(text, func() (string, error) { return "", errors.New("a rehearsal's key has no passphrase") })
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	key, err := role.Generate(of.String()+" of a rehearsal", true, rand.Reader)
	if err != nil {
		return nil, err
	}
	if text, err = key.Marshal(""); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	return key, os.WriteFile(name, text, 0o600)
}

type ledgerStatus struct {
	inFolder
}

// Run shows how far the log is.
func (c *ledgerStatus) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		o.banner(s)
		head, err := o.log.records.Head(ctx)
		if err != nil {
			return err
		}
		s.paper.line("log        %s", o.log.origin)
		s.paper.line("key        %s", o.log.vkey)
		s.paper.line("folder     %s", o.place(o.settings.Log.Folder))
		if head.Last == nil {
			s.paper.line("it has not begun: rogatory ledger terms")
			return nil
		}
		s.paper.line("size       %d leaves, the last block %s", head.Last.Size, orDash(head.Last.Epoch))
		if head.Last.State != sequencer.Published {
			s.paper.line("unfinished the last block is not published: step %d of %d", head.Last.State, sequencer.Published)
		}
		for _, class := range []ledger.Place{ledger.Hidden, ledger.Public, ledger.Papers} {
			list, err := o.log.records.Waiting(ctx, class, 0)
			if err != nil {
				return err
			}
			s.paper.line("waiting    %d %s", len(list), class)
		}
		return nil
	})
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// place makes a path of the settings one in the folder.
func (o *opened) place(where string) string { return (&inFolder{Data: o.dir}).place(where) }

type ledgerPublish struct {
	inFolder
}

// Run publishes what is to be published now.
func (c *ledgerPublish) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		o.banner(s)
		if _, roles := o.log.Terms(); len(roles.Keys) == 0 {
			return fault.NotFoundf(o.log.origin, "has not begun").WithHint("rogatory ledger terms")
		}
		return o.publish(ctx, s)
	})
}

// publish brings what waits into the log, as far as its time has come. A log that
// has not begun publishes nothing.
func (o *opened) publish(ctx context.Context, s *streams) error {
	if _, roles := o.log.Terms(); len(roles.Keys) == 0 {
		return nil
	}
	worked, err := o.publishNow(ctx, o.clock())
	if err != nil {
		return err
	}
	if worked {
		head, err := o.log.records.Head(ctx)
		if err != nil {
			return err
		}
		s.paper.line("published: %d leaves stand in the public log", head.Size())
	}
	return nil
}

func (o *opened) publishNow(ctx context.Context, now time.Time) (bool, error) {
	if err := o.follow(ctx, now); err != nil {
		return false, err
	}
	worked, err := o.log.Run1(ctx, now)
	return worked, errors.Join(err, o.log.refresh(ctx))
}

// own signs a leaf with the key of the log itself.
func (l *publicLog) own(leaf ledger.Signed) ledger.Leaf {
	return ledger.Sign(l.origin, leaf, func(m []byte) []byte { return ed25519.Sign(l.secret, m) }, l.secret.Public().(ed25519.PublicKey))
}

type ledgerRecover struct {
	inFolder
	Yes bool `help:"You have read why the log stopped."`
}

// Run imports what was published.
func (c *ledgerRecover) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		o.banner(s)
		if !c.Yes {
			return fault.Invalidf("--yes", "the public will see that the log was taken up again, for good").WithHint("stop every server of this office, read what `rogatory ledger publish` says, and give --yes")
		}
		n, err := o.log.Recover(ctx, o.clock())
		if err != nil {
			return err
		}
		if n == 0 {
			s.paper.line("nothing was lost: the records hold all that was published")
			return o.publish(ctx, s)
		}
		s.paper.line("imported %d leaves from what was published; duties whose openings are lost stay open until oversight settles them", n)
		return o.publish(ctx, s)
	})
}
