package shelf

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// nameLimit bounds what names a paper, in bytes.
const nameLimit = 300

// A Drawer holds papers of one kind, whose content is a T written as JSON.
type Drawer[T any] struct {
	shelf *Shelf
	kind  string
}

// An Item is a paper that has been opened.
type Item[T any] struct {
	ID, Owner string
	Version   int       // as it stands; when put, the one it follows, 0: it is new
	Expires   time.Time // zero: never. Who reads looks at it: what has expired may still be there
	Value     T
}

// DrawerOf gives the drawer of a kind.
func DrawerOf[T any](s *Shelf, kind string) *Drawer[T] { return &Drawer[T]{s, kind} }

// Put keeps an item, and numbers it. It is a fault.Conflict if the item does not
// follow what stands: somebody else was first.
func (d *Drawer[T]) Put(ctx context.Context, item *Item[T]) error {
	if item.ID == "" || len(item.ID) > nameLimit || len(item.Owner) > nameLimit {
		return fault.Invalidf(d.kind, "a name of %d bytes, of an owner of %d: both have 1 to %d", len(item.ID), len(item.Owner), nameLimit)
	}
	plain, err := json.Marshal(&item.Value)
	if err != nil {
		return err
	}
	p := &Paper{Kind: d.kind, ID: item.ID, Owner: item.Owner, Version: item.Version + 1, Expires: item.Expires}
	if err := d.shelf.seal(p, plain); err != nil {
		return err
	}
	if err := d.shelf.records.PutPaper(ctx, p); err != nil {
		return err
	}
	item.Version = p.Version
	return nil
}

// Get gives an item; fault.NotFound if there is none.
func (d *Drawer[T]) Get(ctx context.Context, id string) (*Item[T], error) {
	p, err := d.shelf.records.Paper(ctx, d.kind, id)
	if err != nil {
		return nil, err
	}
	return d.read(p)
}

// List gives items by id, after one: those of an owner, or with an empty owner
// everybody's.
func (d *Drawer[T]) List(ctx context.Context, owner, after string, limit int) ([]Item[T], error) {
	papers, err := d.shelf.records.Papers(ctx, d.kind, owner, after, limit)
	if err != nil {
		return nil, err
	}
	var list []Item[T]
	for i := range papers {
		item, err := d.read(&papers[i])
		if err != nil {
			return nil, err
		}
		list = append(list, *item)
	}
	return list, nil
}

// Take removes an item and gives it. Of many who take the same one gets it, and
// the others a fault.NotFound.
func (d *Drawer[T]) Take(ctx context.Context, id string) (*Item[T], error) {
	item, err := d.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return item, d.shelf.records.RemovePaper(ctx, d.kind, id, item.Version)
}

// Remove removes an item; that it is not there is no error.
func (d *Drawer[T]) Remove(ctx context.Context, id string) error {
	err := d.shelf.records.RemovePaper(ctx, d.kind, id, 0)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

func (d *Drawer[T]) read(p *Paper) (*Item[T], error) {
	plain, err := d.shelf.open(p)
	if err != nil {
		return nil, err
	}
	item := &Item[T]{ID: p.ID, Owner: p.Owner, Version: p.Version, Expires: p.Expires}
	if err := json.Unmarshal(plain, &item.Value); err != nil {
		return nil, fault.Conflictf(d.kind+" "+p.ID, "cannot be read: %v", err).WithHint("a newer program has written it: run that one")
	}
	return item, nil
}
