package main

import (
	"context"
	"crypto/rand"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

// nature is what an office was made as. A rehearsal never becomes an office, nor
// an office for one afternoon a rehearsal, in which clocks can be set and what is
// to be signed counts without; nor either a demonstration, which lets everybody in
// by a link.
type nature struct {
	Rehearsal bool `json:"rehearsal"`
	Demo      bool `json:"demo,omitzero"`
}

// nature is what an office is opened as.
func (s *settings) nature() nature { return nature{s.Rehearsal, s.demo} }

// label names the key of the shelf. That of a rehearsal is another one: an office
// that is opened as what it is not opens no paper, whatever was removed from its
// records.
func (n nature) label() string {
	if n.Rehearsal {
		return "shelf rehearsal"
	}
	return "shelf"
}

// shelfAs opens the shelf as that of an office of a nature.
func (o *opened) shelfAs(ctx context.Context, as nature) (*shelf.Shelf, error) {
	key, err := o.derived(ctx, as.label())
	if err != nil {
		return nil, err
	}
	return shelf.New(o.store, key, rand.Reader), nil
}

// checkNature compares what an office is opened as with what it was made as.
func (o *opened) checkNature(ctx context.Context) error {
	as := o.settings.nature()
	made, err := o.made(ctx, as)
	if fault.KindOf(err) == fault.NotFound {
		made, err = o.make(ctx, as)
	}
	if err != nil {
		return err
	}
	if made.Rehearsal != as.Rehearsal {
		return mistaken(as.Rehearsal)
	}
	if as.Demo && !made.Demo {
		return fault.Conflictf(o.dir, "was not made as a demonstration, and --demo lets everybody in").
			WithHint("open it by `rogatory serve` alone; --demo without --data makes a demonstration")
	}
	return nil
}

func mistaken(rehearsal bool) error {
	as := map[bool]string{true: "a rehearsal", false: "no rehearsal"}
	return fault.Conflictf(settingsFile, "says that this is %s, and the office was made as %s", as[rehearsal], as[!rehearsal]).
		WithHint("put the setting back; for a rehearsal make another folder: rogatory init --rehearsal DIR")
}

// made reads what the office was made as.
func (o *opened) made(ctx context.Context, as nature) (nature, error) {
	item, err := shelf.DrawerOf[nature](o.shelf, "office").Get(ctx, "nature")
	if err == nil {
		return item.Value, nil
	}
	if fault.KindOf(err) != fault.Conflict {
		return nature{}, err
	}
	other, failed := o.shelfAs(ctx, nature{Rehearsal: !as.Rehearsal})
	if failed != nil {
		return nature{}, failed
	}
	if _, failed := shelf.DrawerOf[nature](other, "office").Get(ctx, "nature"); failed == nil {
		return nature{}, mistaken(as.Rehearsal)
	}
	return nature{}, err
}

// make writes down what a new office is. One that has cases is not new, and whose
// word on what it is was taken away is no rehearsal.
func (o *opened) make(ctx context.Context, as nature) (nature, error) {
	if as.Rehearsal {
		rows, _, err := o.store.Rows(ctx, docket.Query{Limit: 1})
		if err != nil {
			return nature{}, err
		}
		if len(rows) > 0 {
			return nature{}, mistaken(true)
		}
	}
	err := shelf.DrawerOf[nature](o.shelf, "office").Put(ctx, &shelf.Item[nature]{ID: "nature", Value: as})
	if fault.KindOf(err) == fault.Conflict {
		return o.made(ctx, as) // another process was first
	}
	return as, err
}
