package docket

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// A Vault keeps what was collected, encrypted under a key that follows from the
// key of its case, until it is released or erased.
type Vault interface {
	// Put makes a file durable, and gives its name in the vault, its size and the
	// SHA-256 of what was read.
	Put(ctx context.Context, c Ref, key [32]byte, r io.Reader) (id string, size int64, sum string, err error)
	// Get reads a file; what was altered is an error and never bytes.
	Get(ctx context.Context, c Ref, key [32]byte, id string) (io.ReadCloser, error)
	// Drop erases files of a case, or without ids every one.
	Drop(ctx context.Context, c Ref, ids ...string) error
}

// An Upload is a file collected for one measure.
type Upload struct {
	Measure int
	Name    string
	From    io.Reader
}

// Collect takes in what was collected, a file per item. It is asked first
// whether this may be done at all, so that nothing comes into the house that
// nobody authorised.
func (d *Docket) Collect(ctx context.Context, who Actor, ref Ref, uploads []Upload, why string) (*Done, error) {
	if err := who.check(); err != nil {
		return nil, err
	}
	if d.vault == nil {
		return nil, fault.Conflictf(string(ref), "this office has no vault to collect into")
	}
	c, key, err := d.vaultKey(ctx, ref)
	if err != nil {
		return nil, hide(err, ref, who)
	}
	var files []File
	for _, u := range uploads {
		if err := plainName(u.Name, files); err != nil {
			return nil, err
		}
		files = append(files, File{Name: u.Name, Measure: u.Measure, SHA256: "to come"})
	}
	if err := d.wouldCollect(ctx, c, who, files); err != nil {
		return nil, err
	}
	for i, u := range uploads {
		files[i].Kept, files[i].Size, files[i].SHA256, err = d.vault.Put(ctx, ref, key, u.From)
		if err != nil && i > 0 {
			err = errors.Join(err, d.vault.Drop(ctx, ref, kept(files[:i])...))
		}
		if err != nil {
			return nil, err
		}
	}
	done, err := d.Do(ctx, who, ref, Act{Do: lifecycle.Collect, Why: why, Body: Body{Files: files}})
	if err != nil && fault.KindOf(err) != fault.Internal && len(files) > 0 { // it is known that nothing was recorded
		return nil, errors.Join(err, d.vault.Drop(ctx, ref, kept(files)...))
	}
	return done, err
}

func kept(files []File) []string {
	var ids []string
	for _, f := range files {
		ids = append(ids, f.Kept)
	}
	return ids
}

// plainName refuses what is no name of a file, or is one already: it becomes one
// at whoever receives it.
func plainName(name string, before []File) error {
	bad := func(r rune) bool { return r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) || unicode.Is(unicode.Cf, r) }
	if name == "" || len(name) > 200 || strings.EqualFold(name, "release.json") || strings.HasPrefix(name, ".") || strings.ContainsFunc(name, bad) {
		return fault.Invalidf(name, "is no name for a file").WithHint("use letters, digits, dots, spaces, - and _, and no folder")
	}
	if slices.ContainsFunc(before, func(f File) bool { return strings.EqualFold(f.Name, name) }) {
		return fault.Invalidf(name, "is there twice").WithHint("give each file a name of its own")
	}
	return nil
}

func (d *Docket) wouldCollect(ctx context.Context, c *Case, who Actor, files []File) error {
	if err := c.mayAct(who); err != nil {
		return err
	}
	now := d.now()
	if err := d.applyDue(ctx, c, now); err != nil {
		return err
	}
	a := Act{Do: lifecycle.Collect, Body: Body{Files: files}}
	if err := c.oneSided(who, a.Do); err != nil {
		return err
	}
	if err := c.fits(&a, now); err != nil {
		return err
	}
	found, err := d.establish(ctx, c, who, &a, now)
	if err != nil {
		return err
	}
	if _, err := lifecycle.Next(c.State, who.Role, a.Do, found.holds); err != nil {
		return notAllowed(c, err, found.open)
	}
	return c.inGoodStanding(who, &a, found)
}

func (d *Docket) vaultKey(ctx context.Context, ref Ref) (*Case, [32]byte, error) {
	c, err := d.load(ctx, ref)
	if err != nil {
		return nil, [32]byte{}, err
	}
	key, err := d.keys.Key(ctx, c.key)
	return c, key, err
}

// Fetch reads a file that has been released, and only such a one; the look is
// on record.
func (d *Docket) Fetch(ctx context.Context, who Actor, ref Ref, name string) (io.ReadCloser, error) {
	c, err := d.read(ctx, who, ref) // a reason to look is none to take
	if err != nil {
		return nil, err
	}
	if err := d.mayFetch(ctx, who, c); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(c.Files, func(f File) bool { return f.Name == name })
	if i < 0 {
		return nil, fault.NotFoundf("", "there is no such file among what was released")
	}
	id := c.Files[i].Kept
	if c, err = d.fetched(ctx, who, ref, name); err != nil {
		return nil, err
	}
	key, err := d.keys.Key(ctx, c.key)
	if err != nil {
		return nil, err
	}
	return d.vault.Get(ctx, ref, key, id)
}

// fetched puts on record that a file is fetched, before it is.
func (d *Docket) fetched(ctx context.Context, who Actor, ref Ref, name string) (*Case, error) {
	if who.Role != lifecycle.Requester {
		return d.Show(ctx, who, ref, "fetches "+name)
	}
	return d.change(ctx, ref, func(c *Case, now time.Time) error {
		after, err := lifecycle.Next(c.State, who.Role, lifecycle.Fetch, lifecycle.KeyEnrolled) // as mayFetch has found
		if err != nil {
			return notAllowed(c, err, nil)
		}
		return c.add(Event{Do: lifecycle.Fetch, By: who.Name, Role: who.Role.String(), Why: "fetches " + name, With: lifecycle.KeyEnrolled, After: after}, now)
	})
}

// mayFetch refuses to hand out what nothing carries any more: what was released
// is fetched by those who may release, as long as it stands.
func (d *Docket) mayFetch(ctx context.Context, who Actor, c *Case) error {
	sender, err := d.sender(ctx, c)
	if err != nil {
		return err
	}
	because := ""
	switch {
	case who.Role != lifecycle.Reviewer && who.Role != lifecycle.Senior && who.Role != lifecycle.Judge && who.Role != lifecycle.Requester:
		because = "it is for those who release, and for the authority"
	case d.vault == nil || !c.Given || c.Stage != lifecycle.Disclosed && c.Stage != lifecycle.Closed:
		because = "nothing has been released"
	case c.Freeze == lifecycle.Frozen || c.Freeze == lifecycle.FrozenByTwo:
		because = "oversight has frozen the case"
	case c.Sender != lifecycle.Verified || sender == nil || !sender.Ready(d.now()):
		because = "the recipient is in doubt, or suspended"
	case c.Basis == lifecycle.NoBasis || c.Remedy != lifecycle.NoRemedy || c.Review == lifecycle.ReviewFailed || c.Challenge == lifecycle.Upheld:
		because = "what was released is to be erased"
	}
	if because == "" {
		return nil
	}
	return fault.Forbiddenf(string(c.Ref), "fetching is not allowed: %s", because)
}

// Drop erases what was collected in a case that came to nothing, or is over:
// the files on record and no others, because a custodian may be putting new ones
// into the vault for the same case at this moment.
func (d *Docket) Drop(ctx context.Context, ref Ref) error {
	_, row, err := d.records.Entries(ctx, ref, afterAll)
	if err != nil {
		return err
	}
	if d.vault == nil {
		return nil
	}
	if row.Stage == lifecycle.Erased.String() {
		return d.vault.Drop(ctx, ref)
	}
	c, err := d.load(ctx, ref)
	if err != nil {
		return err
	}
	var holds []string
	if !c.purposeless(c.Stage) {
		holds = kept(c.Files)
	}
	var over []string
	for i := range c.Events {
		for _, id := range kept(c.Events[i].Files) {
			if id != "" && !slices.Contains(holds, id) {
				over = append(over, id)
			}
		}
	}
	if len(over) == 0 {
		return nil
	}
	return d.vault.Drop(ctx, ref, over...)
}

// droppedStages are those in which nothing that was collected has a purpose. In
// Disclosed the requester still fetches it.
var droppedStages = []string{
	lifecycle.Refused.String(), lifecycle.Denied.String(), lifecycle.Withdrawn.String(), lifecycle.Annulled.String(),
	lifecycle.Forwarded.String(), lifecycle.Granted.String(), lifecycle.Compelled.String(), lifecycle.Objected.String(),
	lifecycle.Erased.String(),
}

// purposeless reports whether what was collected has no purpose any more. In a
// closed case it is kept for the defence until the file is erased; a child's
// data are not.
func (c *Case) purposeless(s lifecycle.Stage) bool {
	return slices.Contains(droppedStages, s.String()) || s == lifecycle.Closed && concernsChild(c)
}

// drops reports whether an event leaves collected files without a purpose.
func (c *Case) drops(before lifecycle.Stage, after lifecycle.Stage) bool {
	held := before == lifecycle.Collected || before == lifecycle.Sealed || before == lifecycle.Disclosed || before == lifecycle.Closed
	return held && before != after && c.purposeless(after)
}
