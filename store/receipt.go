package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/sequencer"
)

// Urgent gives the urgent leaves of before that nothing public speaks of yet:
// neither a published block nor a receipt.
func (l *Log) Urgent(ctx context.Context, before time.Time) ([]sequencer.Waiting, error) {
	at := before.UnixMicro()
	rows, err := l.store.ask(ctx, readUrgent, at, at)
	if err != nil {
		return nil, fmt.Errorf("read urgent leaves: %w", err)
	}
	var list []sequencer.Waiting
	err = each(rows, func(rows *sql.Rows) error {
		var place int64
		w, err := scanWaiting(rows, &place)
		list = append(list, w)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read urgent leaves: %w", err)
	}
	return list, nil
}

// PutReceipt keeps the receipt for a leaf; the first one stays.
func (l *Log) PutReceipt(ctx context.Context, key string, note []byte) error {
	err := l.store.change(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, putReceipt, key, blob(note))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the receipt for leaf %q: %w", key, err)
	}
	return nil
}

// Receipts gives the receipts of leaves that are in no published block.
func (l *Log) Receipts(ctx context.Context) ([]sequencer.Receipt, error) {
	rows, err := l.store.ask(ctx, readReceipts)
	if err != nil {
		return nil, fmt.Errorf("read receipts: %w", err)
	}
	var list []sequencer.Receipt
	err = each(rows, func(rows *sql.Rows) error {
		var r sequencer.Receipt
		err := rows.Scan(&r.Key, &r.Note)
		list = append(list, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read receipts: %w", err)
	}
	return list, nil
}
