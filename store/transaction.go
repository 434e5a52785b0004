package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// A transaction runs statements, prepared ones where the store keeps them.
type transaction struct {
	*sql.Tx
	prepared map[string]*sql.Stmt
	longest  int       // list that is written or read by one statement
	pipe     *sql.Conn // the connection of Tx, where orders are sent together
}

// within gives the statements of the writer inside one of its transactions.
func (s *Store) within(tx *sql.Tx) transaction {
	return transaction{Tx: tx, prepared: s.prepared, longest: s.dialect.longest}
}

func (tx transaction) exec(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if st, ok := tx.prepared[text]; ok {
		return tx.StmtContext(ctx, st).ExecContext(ctx, args...)
	}
	return tx.ExecContext(ctx, text, args...)
}

func (tx transaction) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if st, ok := tx.prepared[text]; ok {
		return tx.StmtContext(ctx, st).QueryContext(ctx, args...)
	}
	return tx.QueryContext(ctx, text, args...)
}

func (tx transaction) queryRow(ctx context.Context, text string, args ...any) *sql.Row {
	if st, ok := tx.prepared[text]; ok {
		return tx.StmtContext(ctx, st).QueryRowContext(ctx, args...)
	}
	return tx.QueryRowContext(ctx, text, args...)
}

// count runs a statement and gives how many rows it changed.
func (tx transaction) count(ctx context.Context, text string, args ...any) (int64, error) {
	result, err := tx.exec(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// carry carries orders out, up to the first that fails.
func (tx transaction) carry(ctx context.Context, orders []order) error {
	if tx.pipe != nil {
		return tx.pipe.Raw(func(driver any) error { return send(ctx, driver.(*stdlib.Conn).Conn(), orders) })
	}
	for _, o := range orders {
		if _, err := tx.exec(ctx, o.text, o.args...); err != nil {
			return fmt.Errorf("write %s: %w", o.what, err)
		}
	}
	return nil
}

// send has PostgreSQL carry out orders in one round trip: over a network it is
// the trips that cost.
func send(ctx context.Context, conn *pgx.Conn, orders []order) error {
	var batch pgx.Batch
	for _, o := range orders {
		batch.Queue(o.text, o.args...)
	}
	results := conn.SendBatch(ctx, &batch)
	for _, o := range orders {
		if _, err := results.Exec(); err != nil {
			_ = results.Close() // says the same
			return fmt.Errorf("write %s: %w", o.what, err)
		}
	}
	return results.Close()
}

func (tx transaction) read(ctx context.Context, l *list, args []any, scan func(*sql.Rows) error) error {
	return read(ctx, tx.query, tx.longest, l, args, scan)
}

// A query asks one text.
type query func(ctx context.Context, text string, args ...any) (*sql.Rows, error)

// read runs a list that asks: what is lacking to a size is filled up with the
// last row again.
func read(ctx context.Context, ask query, longest int, l *list, args []any, scan func(*sql.Rows) error) error {
	for len(args) > 0 {
		n := min(len(args)/l.width, longest)
		part := slices.Clone(args[:n*l.width])
		args = args[n*l.width:]
		for l.texts[len(part)/l.width] == "" {
			part = append(part, part[len(part)-l.width:]...)
		}
		rows, err := ask(ctx, l.texts[len(part)/l.width], part...)
		if err != nil {
			return err
		}
		if err := each(rows, scan); err != nil {
			return err
		}
	}
	return nil
}

// each gives every row to scan, and closes the rows.
func each(rows *sql.Rows, scan func(*sql.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
