package store

import (
	"context"
	"database/sql"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/sequencer"
)

// Sequence appends a block to the log, and removes from what waits every leaf
// of it that has a key.
func (l *Log) Sequence(ctx context.Context, b *sequencer.Block) error {
	return l.extend(ctx, "sequence", &sequencer.Block{First: b.First, Epoch: b.Epoch, Entries: b.Entries, Hashes: b.Hashes, Root: b.Root, State: sequencer.Sequenced})
}

// Import appends a block that others vouch for, as far as they say it came.
func (l *Log) Import(ctx context.Context, b *sequencer.Block) error {
	if b.State < sequencer.Sequenced || b.State > sequencer.Published {
		return fault.Invalidf("log", "a block in state %d", b.State)
	}
	return l.extend(ctx, "import", b)
}

func (l *Log) extend(ctx context.Context, what string, b *sequencer.Block) error {
	hashes := tlog.StoredHashIndex(0, int64(b.Size())) - tlog.StoredHashIndex(0, int64(b.First))
	if len(b.Entries) == 0 || int64(len(b.Hashes)) != hashes {
		return fault.Invalidf("log", "a block of %d leaves from %d on has %d hashes and not %d", len(b.Entries), b.First, len(b.Hashes), hashes)
	}
	err := l.store.change(ctx, func(tx transaction) error {
		head, err := l.hold(ctx, tx)
		if err != nil {
			return err
		}
		if last := head.Last; head.Size() != b.First || last != nil && last.State != sequencer.Published {
			return overtaken()
		}
		// Two that both found the log empty meet here: the second waits for the
		// first, and adds nothing.
		n, err := tx.count(ctx, addBlock, int64(b.First), int64(b.Size()), b.Epoch, b.Root[:], int64(b.State), blob(b.Note))
		if err != nil {
			return err
		}
		if n == 0 {
			return overtaken()
		}
		for _, d := range b.Documents {
			if err := keepDocument(ctx, tx, d); err != nil {
				return err
			}
		}
		if err := unwait(ctx, tx, b.Entries); err != nil {
			return err
		}
		return tx.carry(ctx, blockOrders(b, tx.longest))
	})
	if err != nil {
		return fmt.Errorf("%s a block of leaf %d: %w", what, b.First, err)
	}
	return nil
}

// hold reads the last block and keeps others from changing the log until the
// transaction ends.
func (l *Log) hold(ctx context.Context, tx transaction) (sequencer.Head, error) {
	return scanHead(tx.queryRow(ctx, l.store.dialect.lastBlock))
}

func overtaken() error { return fault.Conflictf("log", "somebody else was first") }

// unwait removes leaves from what waits; all that have a key must be there.
func unwait(ctx context.Context, tx transaction, entries []sequencer.Entry) error {
	var keys []any
	for i := range entries {
		if k := entries[i].Key; k != "" {
			keys = append(keys, k)
		}
	}
	var gone int64
	for _, o := range endWaiting.orders("", keys, tx.longest) {
		n, err := tx.count(ctx, o.text, o.args...)
		if err != nil {
			return err
		}
		gone += n
	}
	if gone != int64(len(keys)) {
		return fault.Conflictf("log", "of %d leaves %d wait", len(keys), gone)
	}
	return nil
}

// blockOrders gives the statements that write the leaves and hashes of a block.
func blockOrders(b *sequencer.Block, longest int) []order {
	var leaves, openings, hashes []any
	for i := range b.Entries {
		e := &b.Entries[i]
		index := int64(b.First) + int64(i)
		leaves = append(leaves, index, int64(b.First), e.Key, string(e.Class), blob(e.Text), flag(e.Urgent), e.At.UnixMicro())
		if len(e.Opening) > 0 {
			openings = append(openings, index, e.Opening)
		}
	}
	start := tlog.StoredHashIndex(0, int64(b.First))
	for i := range b.Hashes {
		hashes = append(hashes, start+int64(i), b.Hashes[i][:])
	}
	all := addLeaves.orders("leaves", leaves, longest)
	all = append(all, addOpenings.orders("openings", openings, longest)...)
	return append(all, addHashes.orders("hashes", hashes, longest)...)
}

// Withdraw removes the last block, which nobody outside has seen, and lets
// leaves wait again before all others.
func (l *Log) Withdraw(ctx context.Context, size uint64, back []sequencer.Waiting) error {
	err := l.store.change(ctx, func(tx transaction) error {
		head, err := l.hold(ctx, tx)
		if err != nil {
			return err
		}
		if last := head.Last; last == nil || last.Size != size || last.State >= sequencer.Marked {
			return overtaken()
		}
		first := int64(head.Last.First)
		for _, o := range []order{
			{text: dropBlock, args: []any{first}},
			{text: dropLeaves, args: []any{first}},
			{text: dropOpenings, args: []any{first, int64(size)}},
			{text: dropHashes, args: []any{tlog.StoredHashIndex(0, first)}},
		} {
			if _, err := tx.exec(ctx, o.text, o.args...); err != nil {
				return err
			}
		}
		var place int64
		if err := tx.queryRow(ctx, firstPlace).Scan(&place); err != nil {
			return err
		}
		var args []any
		for i := range back {
			args = append(append(args, place-int64(len(back)-i)), waitingArgs(&back[i])...)
		}
		return tx.carry(ctx, putBack.orders("leaves", args, tx.longest))
	})
	if err != nil {
		return fmt.Errorf("withdraw the block up to leaf %d: %w", size, err)
	}
	return nil
}

// Advance moves the last block from a state to a later one. Only the last can
// be in an earlier state than the last one, so its size names it.
func (l *Log) Advance(ctx context.Context, size uint64, from, to sequencer.State, note []byte) error {
	if to <= from || to > sequencer.Published {
		return fault.Invalidf("log", "a block does not go from state %d to %d", from, to)
	}
	text, args := moveBlock, []any{int64(to), int64(size), int64(from)}
	if note != nil {
		text, args = signBlock, []any{int64(to), note, int64(size), int64(from)}
	}
	err := l.store.change(ctx, func(tx transaction) error {
		n, err := tx.count(ctx, text, args...)
		if err == nil && n == 0 {
			return overtaken()
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("advance the block up to leaf %d: %w", size, err)
	}
	return nil
}

// Leaves gives the texts of the leaves [from, to).
func (l *Log) Leaves(ctx context.Context, from, to uint64) ([][]byte, error) {
	var list [][]byte
	err := l.span(ctx, readLeaves, from, to, func(rows *sql.Rows) error {
		var text []byte
		err := rows.Scan(&text)
		list = append(list, text)
		return err
	})
	return list, err
}

// A Paper is a leaf that names a document: roles, a policy, a report.
type Paper struct {
	Index uint64
	Text  []byte
}

// Papers gives the papers of the log from a place on. They are found by what they
// are and not by their keys: of what was recovered those are lost.
func (l *Log) Papers(ctx context.Context, from uint64) ([]Paper, error) {
	rows, err := l.store.ask(ctx, readTerms, int64(from))
	if err != nil {
		return nil, fmt.Errorf("read the papers of the log: %w", err)
	}
	var list []Paper
	err = each(rows, func(rows *sql.Rows) error {
		var p Paper
		err := rows.Scan(&p.Index, &p.Text)
		list = append(list, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the papers of the log: %w", err)
	}
	return list, nil
}

// Entries gives the leaves [from, to) with all that is kept of them.
func (l *Log) Entries(ctx context.Context, from, to uint64) ([]sequencer.Entry, error) {
	var list []sequencer.Entry
	err := l.span(ctx, readEntries, from, to, func(rows *sql.Rows) error {
		w, err := scanWaiting(rows)
		list = append(list, sequencer.Entry{Waiting: w})
		return err
	})
	return list, err
}

// span reads leaves [from, to), of which none may be missing.
func (l *Log) span(ctx context.Context, text string, from, to uint64, scan func(*sql.Rows) error) error {
	rows, err := l.store.ask(ctx, text, int64(from), int64(to))
	if err != nil {
		return fmt.Errorf("read leaves: %w", err)
	}
	var n uint64
	err = each(rows, func(rows *sql.Rows) error { n++; return scan(rows) })
	if err != nil {
		return fmt.Errorf("read leaves: %w", err)
	}
	if n != to-from {
		return fault.NotFoundf("log", "of the leaves from %d to %d there are %d", from, to, n)
	}
	return nil
}

// Hashes gives stored hashes by their index, in the order asked.
func (l *Log) Hashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error) {
	var args []any
	for _, i := range indexes {
		args = append(args, i)
	}
	found := make(map[int64]tlog.Hash)
	err := read(ctx, l.store.ask, l.store.dialect.longest, readHashes, args, func(rows *sql.Rows) error {
		var index int64
		var hash []byte
		if err := rows.Scan(&index, &hash); err != nil {
			return err
		}
		found[index] = tlog.Hash(hash)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read hashes of the log: %w", err)
	}
	list := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, ok := found[index]
		if !ok {
			return nil, fault.NotFoundf("log", "there is no hash %d", index)
		}
		list[i] = h
	}
	return list, nil
}
