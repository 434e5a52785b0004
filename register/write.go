package register

import (
	"context"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

// A letter is prompted before what it tells of is written, and so that its time
// comes when the write has succeeded or was given up: whoever is prompted finds
// what stands, or nothing to tell.
const (
	writeLimit  = 30 * time.Second
	letterDelay = time.Minute
)

// tries is how often a change is made anew to what somebody else wrote meanwhile.
const tries = 8

// change reads what is held of an id, lets do change it, and writes it, with the
// letters that follow; of two who write at once the second does so on what the
// first has written. Without a record there do begins with an empty one.
func (r *Register) change(ctx context.Context, id string, do func(rec *record, now time.Time) error) (*Entry, error) {
	if !authority.IsID(id) {
		return nil, notEnrolled(id)
	}
	for range tries {
		item, err := r.entries.Get(ctx, place(id))
		if fault.KindOf(err) == fault.NotFound {
			item, err = &shelf.Item[record]{ID: place(id), Value: record{ID: id}}, nil
		}
		if err != nil {
			return nil, err
		}
		if item.Value.ID != id {
			return nil, fault.Conflictf(id, "differs from %s, which is on record, in capitals alone", item.Value.ID)
		}
		err = r.write(ctx, item, do)
		if err == nil {
			return item.Value.entry(item.Version), nil
		}
		if err != errMoved {
			return nil, err
		}
	}
	return nil, fault.Busyf(id, "is being changed by others all the time").WithHint("look at it, and try again")
}

// errMoved says that somebody else was first.
var errMoved = fmt.Errorf("the entry has moved on")

func (r *Register) write(ctx context.Context, item *shelf.Item[record], do func(*record, time.Time) error) error {
	rec := &item.Value
	now, known := r.now(rec), len(rec.History)
	rec.settle(now)
	if err := do(rec, now); err != nil {
		return err
	}
	rec.settle(now) // what only takes away waits for nothing
	tell := false
	for i := known; i < len(rec.History); i++ {
		rec.History[i].Version = item.Version + 1
		tell = tell || len(rec.History[i].Tell) > 0
	}
	ctx, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	if tell {
		key := fmt.Sprintf("%s %s %d", JobKind, rec.ID, item.Version+1)
		if err := r.jobs.Prompt(ctx, key, JobKind, r.clock().UTC().Add(letterDelay)); err != nil {
			return fmt.Errorf("prompt the letters of %s: %w", rec.ID, err)
		}
	}
	err := r.entries.Put(ctx, item)
	if fault.KindOf(err) == fault.Conflict {
		return errMoved
	}
	return err
}
