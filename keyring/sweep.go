package keyring

import (
	"context"
	"fmt"

	"github.com/rogatory/rogatory/fault"
)

// page is how many rows are read at a time: no reader holds the log for long.
const page = 1000

// Sweep removes the keys that nobody uses: what a process that died had made
// ahead. Only keys no process hands out any more are looked at, and inUse
// answers for them from the records.
//
// If not one of them is in use nothing is removed and it is a fault.Conflict:
// more likely the wrong records were asked, and every case would be erased.
func (r *Ring) Sweep(ctx context.Context, inUse func(id string) (bool, error)) (int, error) {
	var unused []string
	used := 0
	before := r.now().Add(-2 * usable).Unix()
	for after := ""; ; {
		ids, err := r.older(ctx, before, after)
		if err != nil {
			return 0, err
		}
		for _, id := range ids {
			yes, err := inUse(id)
			if err != nil {
				return 0, fmt.Errorf("ask whether key %s is in use: %w", id, err)
			}
			if yes {
				used++
				continue
			}
			unused = append(unused, id)
		}
		if len(ids) < page {
			break
		}
		after = ids[len(ids)-1]
	}
	if len(unused) == 0 {
		return 0, nil
	}
	if used == 0 {
		return 0, fault.Conflictf(r.db.where, "none of %d keys is in use, and none was removed", len(unused)).
			WithHint("see that the records are those of this office; an office without cases has nothing to sweep")
	}
	return len(unused), r.delete(ctx, unused)
}

// older gives a page of the keys made before a time, without the index key.
func (r *Ring) older(ctx context.Context, before int64, after string) ([]string, error) {
	rows, err := r.db.read.QueryContext(ctx, selectOlder, indexID, before, after, page)
	if err != nil {
		return nil, fmt.Errorf("read keys at %s: %w", r.db.where, err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read keys at %s: %w", r.db.where, err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
