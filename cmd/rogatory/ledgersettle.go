package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/proof/role"
)

// leafEnding ends the names of files in which drafts wait for a signature.
const leafEnding = ".leaf"

type ledgerDrafts struct {
	at
	Out string `help:"Write each draft into this folder as CASE.DUTY.leaf, to be signed elsewhere by rogatory sign leaf." placeholder:"DIR" type:"path"`
}

// Run lists what waits for somebody's signature.
func (c *ledgerDrafts) Run(s *streams) error {
	return c.on(s, lifecycle.SettleDuty, func(ctx context.Context, o *opened, who docket.Actor) error {
		list, err := o.drafts(ctx, who)
		if err != nil {
			return err
		}
		for i := range list {
			x := &list[i]
			s.paper.line("%s  %-8s due %s  %s", x.Case, x.Of.Class, x.Of.Due, saysOf(x))
			if c.Out == "" {
				continue
			}
			if err := os.MkdirAll(c.Out, 0o700); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(c.Out, fmt.Sprintf("%s.%x%s", x.Case, x.Of.ID[:4], leafEnding)), x.Leaf, 0o600); err != nil {
				return err
			}
		}
		if len(list) == 0 {
			s.paper.line("nothing waits for the signature of %s as %s", who.Name, who.Role)
		}
		return nil
	})
}

// saysOf says a settlement in words.
func saysOf(x *docket.Draft) string {
	if x.Next != nil {
		return fmt.Sprintf("%s until %s", x.As, x.Next.Due)
	}
	return string(x.As)
}

// drafts gives everything that waits for somebody's signature.
func (o *opened) drafts(ctx context.Context, who docket.Actor) ([]docket.Draft, error) {
	var all []docket.Draft
	for after := ""; ; {
		list, next, err := o.Drafts(ctx, who, after, 500)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
		if next == "" {
			return all, nil
		}
		after = next
	}
}

type ledgerSettle struct {
	at
	Files []string `arg:"" optional:"" help:"Leaves that were signed elsewhere, named CASE.….leaf. None: everything that waits for you is signed here." type:"existingfile"`
}

// Run settles public duties.
func (c *ledgerSettle) Run(s *streams) error {
	return c.on(s, lifecycle.SettleDuty, func(ctx context.Context, o *opened, who docket.Actor) error {
		if len(c.Files) > 0 {
			return o.takeLeaves(ctx, s, who, c.Files)
		}
		key, err := o.signingKey(who)
		if err != nil {
			return err
		}
		list, err := o.drafts(ctx, who)
		if err != nil {
			return err
		}
		for i := range list {
			x := &list[i]
			signed, err := o.signLeaf(x.Leaf, key)
			if err != nil {
				return err
			}
			if _, err := o.Settle(ctx, who, x.Case, signed, ""); err != nil {
				return err
			}
			s.paper.line("%s  %s: %s", x.Case, x.Of.Class, saysOf(x))
		}
		s.paper.line("settled: %d; the public log shows it with its next batch", len(list))
		return nil
	})
}

func (o *opened) takeLeaves(ctx context.Context, s *streams, who docket.Actor, files []string) error {
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		ref, _, _ := strings.Cut(filepath.Base(name), ".")
		if _, err := docket.ParseRef(ref); err != nil {
			return fault.Invalidf(name, "does not begin with the case it is for").WithHint("keep the name that `rogatory ledger drafts --out` gave it")
		}
		if _, err := o.Settle(ctx, who, docket.Ref(ref), text, ""); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.paper.line("%s  settled", ref)
	}
	return nil
}

// signingKey is the role key of who works here. In a rehearsal, where a role has
// none, it lies in the folder.
func (o *opened) signingKey(who docket.Actor) (*role.Secret, error) {
	if o.roleKey != nil {
		return o.roleKey, nil
	}
	if o.settings.Rehearsal {
		keys, err := o.keysOf(who.Role)
		if err == nil && len(keys) == 1 {
			if key, err := o.rehearsalKey(who.Role); err == nil && key.Public() == keys[0] {
				return key, nil
			}
		}
	}
	return nil, fault.Invalidf("--role-key", "a public duty is settled by a signature").WithHint("give your role key; or let `rogatory ledger drafts --out DIR` write what you sign elsewhere")
}

// signLeaf signs a leaf of this office's log.
func (o *opened) signLeaf(draft []byte, key *role.Secret) ([]byte, error) {
	return signLeaf(o.log.origin, draft, key)
}

func signLeaf(origin string, draft []byte, key *role.Secret) ([]byte, error) {
	parsed, err := ledger.Parse(draft)
	if err != nil {
		return nil, err
	}
	leaf, ok := parsed.(ledger.Signed)
	if !ok {
		return nil, fault.Invalidf("leaf", "a leaf of this kind is signed by nobody")
	}
	signed, err := withSignature(origin, leaf, key)
	if err != nil {
		return nil, err
	}
	return signed.Marshal(), nil
}

// withSignature is a leaf with the signature of a role key.
func withSignature(origin string, leaf ledger.Signed, key *role.Secret) (signed ledger.Signed, err error) {
	signed = ledger.Sign(origin, leaf, func(m []byte) (signature []byte) {
		signature, err = key.SignLeaf(m)
		return signature
	}, key.Public().Key())
	return signed, err
}

type ledgerVoid struct {
	named
	Duty ledger.ID `arg:"" help:"The id of the duty, as rogatory case show prints it."`
	Why  string    `required:"" help:"Why nobody is owed anything."`
}

// Run voids a duty.
func (c *ledgerVoid) Run(s *streams) error {
	return c.on(s, lifecycle.SettleDuty, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		key, err := o.signingKey(who)
		if err != nil {
			return err
		}
		draft, err := o.VoidDraft(ctx, who, ref, c.Duty)
		if err != nil {
			return err
		}
		signed, err := o.signLeaf(draft.Leaf, key)
		if err != nil {
			return err
		}
		if _, err := o.Settle(ctx, who, ref, signed, c.Why); err != nil {
			return err
		}
		s.paper.line("%s  void; everybody will see that oversight voided it", ref)
		return nil
	})
}
