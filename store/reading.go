package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/rogatory/rogatory/docket"
)

// What a reading holds back before it writes, at most.
const (
	heldRows  = 64
	heldBytes = 4 << 20
)

// A reading is a backup on its way into a database.
type reading struct {
	tx      transaction
	version int64
	lines   *lines
	rows    map[string]int64
	without []string     // kinds of papers that are read and not written
	table   int          // index in tables of the last row
	held    []any        // arguments of rows of that table, not written yet
	size    int          // bytes of the lines they came from
	last    docket.Entry // the entry before
}

func (r *reading) all(ctx context.Context) error {
	if err := r.header(); err != nil {
		return err
	}
	for {
		before := hex.EncodeToString(r.lines.sum.Sum(nil))
		line, err := r.lines.next()
		if err != nil {
			return err
		}
		if line[0] == '{' {
			if err := r.flush(ctx); err != nil {
				return err
			}
			return r.trailer(line, before)
		}
		if err := r.row(ctx, line); err != nil {
			return err
		}
	}
}

func (r *reading) header() error {
	line, err := r.lines.next()
	if err != nil {
		return err
	}
	var h header
	if err := strict(line, &h); err != nil || h.Format != backupFormat {
		return r.lines.refuse("this is not a backup of format %s", backupFormat).WithHint("give the file that backup wrote, or use the program that wrote it")
	}
	if h.Migration != r.version {
		return r.lines.refuse("the backup is of database version %d and this program is at %d", h.Migration, r.version).
			WithHint("restore it with the program that wrote it, then open it with this one")
	}
	return nil
}

// row verifies a row and holds it back to be written with others.
func (r *reading) row(ctx context.Context, line []byte) error {
	var members []json.RawMessage
	var name string
	if err := json.Unmarshal(line, &members); err != nil || len(members) == 0 {
		return r.lines.refuse("neither a row nor the trailer").WithHint(anotherCopy)
	}
	if err := json.Unmarshal(members[0], &name); err != nil {
		return r.lines.refuse("a row of no table").WithHint(anotherCopy)
	}
	i := slices.IndexFunc(tables, func(t *table) bool { return t.name == name })
	if i < r.table {
		return r.lines.refuse("a row of %q where it has no place", name).WithHint(anotherCopy)
	}
	if i > r.table || len(r.held)/len(tables[i].columns) == heldRows || r.size > heldBytes {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	r.table = i
	values, err := tables[i].values(members[1:])
	if err != nil {
		return r.lines.refuse("a row of %s: %v", name, err).WithHint(anotherCopy)
	}
	if name == "events" {
		if err := r.follow(values); err != nil {
			return err
		}
	}
	r.rows[name]++
	if name == "papers" && slices.Contains(r.without, values[0].(string)) {
		return nil
	}
	r.held = append(r.held, values...)
	r.size += len(line)
	return nil
}

// follow verifies that an entry continues its case, or begins the next one.
func (r *reading) follow(values []any) error {
	prev, hash := values[4].([]byte), values[5].([]byte)
	e := docket.Entry{Case: docket.Ref(values[0].(string)), Seq: int(values[1].(int64)), At: time.UnixMicro(values[2].(int64)), Sealed: values[3].([]byte)}
	if len(prev) != len(e.Prev) || len(hash) != len(e.Hash) {
		return r.lines.refuse("entry %d of case %s has hashes of another length", e.Seq, e.Case).WithHint(anotherCopy)
	}
	copy(e.Prev[:], prev)
	copy(e.Hash[:], hash)
	want := docket.Entry{Case: e.Case}
	if e.Case == r.last.Case {
		want = r.last
	}
	if e.Seq != want.Seq+1 || e.Prev != want.Hash || e.Hash != e.Sum() {
		return r.lines.refuse("entry %d of case %s does not continue its chain", e.Seq, e.Case).WithHint(anotherCopy)
	}
	r.last = e
	return nil
}

// flush writes what is held back.
func (r *reading) flush(ctx context.Context) error {
	t := tables[r.table]
	if err := r.tx.carry(ctx, t.fill.orders(t.name, r.held, r.tx.longest)); err != nil {
		return fmt.Errorf("restore up to line %d: %w", r.lines.number, err)
	}
	r.held, r.size = r.held[:0], 0
	return nil
}

func (r *reading) trailer(line []byte, sum string) error {
	var t trailer
	if err := strict(line, &t); err != nil {
		return r.lines.refuse("the trailer: %v", err).WithHint(anotherCopy)
	}
	if t.SHA256 != sum {
		return r.lines.refuse("the lines before hash to %s and not to %s", sum, t.SHA256).WithHint(anotherCopy)
	}
	for _, table := range tables {
		if r.rows[table.name] != t.Rows[table.name] {
			return r.lines.refuse("it has %d rows of %s and not %d", r.rows[table.name], table.name, t.Rows[table.name]).WithHint(anotherCopy)
		}
	}
	return r.lines.end()
}

// values reads the columns of a row.
func (t *table) values(members []json.RawMessage) ([]any, error) {
	if len(members) != len(t.columns) {
		return nil, fmt.Errorf("%d columns and not %d", len(members), len(t.columns))
	}
	values := make([]any, len(members))
	for i, m := range members {
		c := t.columns[i]
		if string(m) == "null" {
			return nil, fmt.Errorf("no %s", c.name)
		}
		var err error
		switch c.kind {
		case text:
			var v string
			err = json.Unmarshal(m, &v)
			values[i] = v
		case number:
			var v int64
			err = json.Unmarshal(m, &v)
			values[i] = v
		case binary:
			var v []byte
			err = json.Unmarshal(m, &v)
			values[i] = v
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return values, nil
}

// strict reads one object that has only the members it may have.
func strict(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more than one object")
	}
	return nil
}
