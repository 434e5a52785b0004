package main

import (
	"context"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

// nature is what an office was made as. A rehearsal never becomes an office, nor
// an office for one afternoon a rehearsal, in which clocks can be set and what is
// to be signed counts without.
type nature struct {
	Rehearsal bool `json:"rehearsal"`
}

// checkNature compares what office.toml says with what the office was made as.
func checkNature(ctx context.Context, s *shelf.Shelf, rehearsal bool) error {
	drawer := shelf.DrawerOf[nature](s, "office")
	made, err := drawer.Get(ctx, "nature")
	if fault.KindOf(err) == fault.NotFound {
		err = drawer.Put(ctx, &shelf.Item[nature]{ID: "nature", Value: nature{rehearsal}})
		if fault.KindOf(err) != fault.Conflict {
			return err
		}
		made, err = drawer.Get(ctx, "nature") // another process was first
	}
	if err != nil {
		return err
	}
	if made.Value.Rehearsal != rehearsal {
		as := map[bool]string{true: "a rehearsal", false: "no rehearsal"}
		return fault.Conflictf(settingsFile, "says that this is %s, and the office was made as %s", as[rehearsal], as[made.Value.Rehearsal]).
			WithHint("put the setting back; for a rehearsal make another folder: rogatory init --rehearsal DIR")
	}
	return nil
}
