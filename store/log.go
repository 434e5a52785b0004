package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/sequencer"
)

// A Log is the public log as the database keeps it, beside the cases: what is
// written in a batch waits in the same transaction. Whoever changes it locks
// its last block first, so of several nodes one is first and the others are
// told.
type Log struct{ store *Store }

var _ sequencer.Records = (*Log)(nil)

// Log gives the public log of the office.
func (s *Store) Log() *Log { return &Log{s} }

// Head gives where the log stands.
func (l *Log) Head(ctx context.Context) (sequencer.Head, error) {
	head, err := scanHead(l.store.askRow(ctx, lastBlock))
	if err != nil {
		return sequencer.Head{}, fmt.Errorf("read the last block: %w", err)
	}
	return head, nil
}

// scanHead reads the last block, if there is one.
func scanHead(from scanner) (sequencer.Head, error) {
	var c sequencer.Checkpoint
	var root []byte
	err := from.Scan(&c.First, &c.Size, &c.Epoch, &root, &c.State, &c.Note)
	if missing(err) {
		return sequencer.Head{}, nil
	}
	copy(c.Root[:], root)
	c.Note = some(c.Note)
	return sequencer.Head{Last: &c}, err
}

// some gives nil for the empty text that stands for none.
func some(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

// Waiting gives leaves of a class that wait, the urgent ones first.
func (l *Log) Waiting(ctx context.Context, class sequencer.Class, limit int) ([]sequencer.Waiting, error) {
	most := int64(limit)
	if limit == 0 {
		most = math.MaxInt64
	}
	rows, err := l.store.ask(ctx, readWaiting, string(class), most)
	if err != nil {
		return nil, fmt.Errorf("read what waits: %w", err)
	}
	var list []sequencer.Waiting
	err = each(rows, func(rows *sql.Rows) error {
		w, err := scanWaiting(rows)
		list = append(list, w)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what waits: %w", err)
	}
	return list, nil
}

// scanWaiting reads a leaf, and whatever a statement gives beyond it.
func scanWaiting(from scanner, more ...any) (sequencer.Waiting, error) {
	var w sequencer.Waiting
	var urgent, at int64
	err := from.Scan(append([]any{&w.Key, &w.Class, &w.Text, &w.Opening, &urgent, &at}, more...)...)
	w.Opening, w.Urgent, w.At = some(w.Opening), urgent == 1, time.UnixMicro(at).UTC()
	return w, err
}

func waitingArgs(w *sequencer.Waiting) []any {
	return []any{w.Key, string(w.Class), blob(w.Text), blob(w.Opening), flag(w.Urgent), w.At.UnixMicro()}
}

// Wait writes before it looks: if the leaf is being given its place just now,
// the write waits for that, and the look then finds it.
func (l *Log) Wait(ctx context.Context, w *sequencer.Waiting, document []byte) error {
	if w.Key == "" || w.Class == "" || len(w.Text) == 0 {
		return fault.Invalidf("log", "leaf %q lacks its key, its class or its text", w.Key)
	}
	err := l.store.change(ctx, func(tx transaction) error {
		if _, err := tx.exec(ctx, wait, waitingArgs(w)...); err != nil {
			return err
		}
		var one int
		err := tx.queryRow(ctx, hasLeaf, w.Key).Scan(&one)
		if err == nil {
			return errStands
		}
		if !missing(err) {
			return err
		}
		if document == nil {
			return nil
		}
		return keepDocument(ctx, tx, document)
	})
	if err != nil && !errors.Is(err, errStands) {
		return fmt.Errorf("let leaf %q wait: %w", w.Key, err)
	}
	return nil
}

// errStands ends a transaction that has nothing to change.
var errStands = errors.New("it stands in the log already")

func keepDocument(ctx context.Context, tx transaction, document []byte) error {
	hash := sha256.Sum256(document)
	_, err := tx.exec(ctx, addDocument, hash[:], document)
	return err
}

// Document gives a document by its SHA-256.
func (l *Log) Document(ctx context.Context, hash [32]byte) ([]byte, error) {
	var body []byte
	err := l.store.askRow(ctx, readDocument, hash[:]).Scan(&body)
	if missing(err) {
		return nil, fault.NotFoundf("log", "there is no document %x", hash)
	}
	if err != nil {
		return nil, fmt.Errorf("read document %x: %w", hash, err)
	}
	return blob(body), nil
}

// Index gives where leaves stand, by key.
func (l *Log) Index(ctx context.Context, keys []string) (map[string]sequencer.Position, error) {
	var args []any
	for _, k := range keys {
		args = append(args, k)
	}
	found := make(map[string]sequencer.Position)
	err := read(ctx, l.store.ask, l.store.dialect.longest, readPositions, args, func(rows *sql.Rows) error {
		var key string
		var p sequencer.Position
		var sequenced, urgent int64
		if err := rows.Scan(&key, &sequenced, &p.Index, &p.First, &p.Size, &p.State, &urgent, &p.Receipt); err != nil {
			return err
		}
		p.Sequenced, p.Urgent = sequenced == 1, urgent == 1
		found[key] = p
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for leaves: %w", err)
	}
	return found, nil
}
