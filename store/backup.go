package store

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"
)

// A backup is compressed lines of JSON: a header, an array for each row of each
// table, and a trailer that makes it whole. It holds what the database holds,
// sealed as it is there, and no key.
const backupFormat = "rogatory.backup/1"

type header struct {
	Format    string    `json:"format"`
	At        time.Time `json:"at"`
	Engine    string    `json:"engine"`
	Migration int64     `json:"migration"`
}

type trailer struct {
	Rows   map[string]int64 `json:"rows"`
	SHA256 string           `json:"sha256"` // of all lines before
}

// Backup writes everything as it stands at one moment, while others go on
// writing. Its memory does not grow with the database.
func (s *Store) Backup(ctx context.Context, w io.Writer) error {
	compressed, err := gzip.NewWriterLevel(w, gzip.BestSpeed) // what is sealed does not compress
	if err != nil {
		return err
	}
	out := &backup{lines: bufio.NewWriterSize(compressed, 1<<16), sum: sha256.New(), rows: make(map[string]int64)}
	if err := s.dump(ctx, out); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := out.lines.Flush(); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	if err := compressed.Close(); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return nil
}

func (s *Store) dump(ctx context.Context, out *backup) error {
	tx, err := s.reader.BeginTx(ctx, &s.dialect.snapshot)
	if err != nil {
		return err
	}
	defer tx.Rollback() // it only read
	if err := out.line(header{backupFormat, time.Now().UTC(), s.dialect.name, s.version}); err != nil {
		return err
	}
	for _, t := range tables {
		rows, err := tx.QueryContext(ctx, t.dump)
		if err != nil {
			return fmt.Errorf("read %s: %w", t.name, err)
		}
		out.rows[t.name] = 0
		if err := each(rows, func(rows *sql.Rows) error { return out.row(t, rows) }); err != nil {
			return fmt.Errorf("read %s: %w", t.name, err)
		}
	}
	return out.line(trailer{out.rows, hex.EncodeToString(out.sum.Sum(nil))})
}

// A backup is one being written.
type backup struct {
	lines *bufio.Writer
	sum   hash.Hash
	rows  map[string]int64
}

func (b *backup) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	b.sum.Write(text)
	_, err = b.lines.Write(text)
	return err
}

// row writes the name of the table and its columns.
func (b *backup) row(t *table, rows *sql.Rows) error {
	line := []any{t.name}
	for _, c := range t.columns {
		line = append(line, c.kind.variable())
	}
	if err := rows.Scan(line[1:]...); err != nil {
		return err
	}
	b.rows[t.name]++
	return b.line(line)
}

// variable gives a pointer that a value of the kind is read into.
func (k kind) variable() any {
	switch k {
	case text:
		return new(string)
	case number:
		return new(int64)
	default:
		return new(blobValue)
	}
}

// A blobValue is written in base64 and never as null.
type blobValue []byte

func (b blobValue) MarshalJSON() ([]byte, error) { return json.Marshal(blob(b)) }
