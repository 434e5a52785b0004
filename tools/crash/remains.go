package main

import (
	"context"
	"fmt"
	"io"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// files checks that what was collected is in the vault.
func (a *audit) files(ctx context.Context, c *docket.Case, id string, f *findings) {
	key, err := a.keys.Key(ctx, id)
	if err != nil {
		f.lost = append(f.lost, fmt.Sprintf("%s: %v", c.Ref, err))
		return
	}
	for _, file := range c.Files {
		text, err := a.file(ctx, c.Ref, key, file.Kept)
		if err != nil || text != string(c.Ref) {
			f.lost = append(f.lost, fmt.Sprintf("%s: what was collected is not in the vault: %q, %v", c.Ref, text, err))
		}
	}
}

func (a *audit) file(ctx context.Context, ref docket.Ref, key [32]byte, id string) (string, error) {
	r, err := a.vault.Get(ctx, ref, key, id)
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	return string(text), err
}

// readErased checks what is left of a case: a chain nobody reads, and no key,
// if the job that destroys it was done.
func (a *audit) readErased(ctx context.Context, row docket.Row, f *findings) {
	entries, _, err := a.records.Entries(ctx, row.Case, 0)
	if err != nil || len(entries) != row.Seq {
		f.lost = append(f.lost, fmt.Sprintf("%s: erased, %d entries of %d: %v", row.Case, len(entries), row.Seq, err))
		return
	}
	var prev [32]byte
	for i := range entries {
		if e := &entries[i]; e.Seq != i+1 || e.Prev != prev || e.Sum() != e.Hash {
			f.lost = append(f.lost, fmt.Sprintf("%s: erased, and its chain is broken at entry %d", row.Case, i+1))
			return
		}
		prev = entries[i].Hash
	}
	if _, err := a.keys.Key(ctx, row.Key); a.drained && fault.KindOf(err) != fault.NotFound {
		f.lost = append(f.lost, fmt.Sprintf("%s: it is erased and its key was not destroyed: %v", row.Case, err))
	}
}
