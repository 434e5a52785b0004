package docket

import "context"

// Forged gives the entries of a case as somebody with its key could rewrite
// them.
func (d *Docket) Forged(ctx context.Context, ref Ref, change func(*Event)) ([]Entry, error) {
	entries, row, err := d.records.Entries(ctx, ref, 0)
	if err != nil {
		return nil, err
	}
	c, err := d.unlock(ctx, ref, row.Key)
	if err != nil {
		return nil, err
	}
	var prev [32]byte
	for i := range entries {
		e := &entries[i]
		bound := boundEntry(ref, e.Seq, e.At)
		plain, err := c.sealer.open(e.Sealed, bound)
		if err != nil {
			return nil, err
		}
		event, err := decode(plain)
		if err != nil {
			return nil, err
		}
		event.Seq = e.Seq
		change(event)
		if plain, err = event.encode(); err != nil {
			return nil, err
		}
		if e.Sealed, err = c.sealer.seal(plain, bound); err != nil {
			return nil, err
		}
		e.Prev = prev
		e.Hash = e.Sum()
		prev = e.Hash
	}
	return entries, nil
}
