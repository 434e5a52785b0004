package keyring

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// longestLine bounds a line of a backup before it is read.
const longestLine = 64 << 10

// Restored says what became of the keys in a backup.
type Restored struct {
	Kept    int // are in the database now
	LeftOut int // had been destroyed since, and stay so
}

// RestoreInto fills an empty database from a backup of keys: all of it, or
// nothing. It takes the office key the backup was made under.
//
// A backup is older than the destructions after it, and holds no list of them:
// that would be a trace. So destroyed answers from the records whether the
// case of a key was erased, and such a key is left out.
//
// It is a fault.Invalid if the backup was cut off or altered or has expired,
// and a fault.Conflict if there are keys in the database or the office key is
// another.
func RestoreInto(ctx context.Context, where string, r io.Reader, office Office, destroyed func(id string) (bool, error)) (Restored, error) {
	return restoreAt(ctx, time.Now(), where, r, office, destroyed)
}

func restoreAt(ctx context.Context, now time.Time, where string, r io.Reader, office Office, destroyed func(id string) (bool, error)) (Restored, error) {
	b := newBackupReader(r)
	if err := b.header(now, office); err != nil {
		return Restored{}, err
	}
	db, err := openDatabase(ctx, where)
	if err != nil {
		return Restored{}, err
	}
	var done Restored
	err = db.change(ctx, func(tx *sql.Tx) error {
		var some sql.NullString
		if err := tx.QueryRowContext(ctx, nextOffice, "").Scan(&some); err != nil {
			return err
		}
		if some.Valid {
			return fault.Conflictf(db.where, "there are keys already").WithHint("restore into a new database")
		}
		done, err = b.keys(ctx, tx, office, destroyed)
		return err
	})
	if err != nil {
		done = Restored{}
		err = fmt.Errorf("restore keys: %w", err)
	}
	return done, errors.Join(err, db.close())
}

// backupReader reads a backup line by line and sums what it reads.
type backupReader struct {
	lines *bufio.Scanner
	at    int // number of the line read last
	sum   hash.Hash
}

func newBackupReader(r io.Reader) *backupReader {
	s := bufio.NewScanner(r)
	s.Buffer(nil, longestLine)
	s.Split(wholeLines)
	return &backupReader{lines: s, sum: sha256.New()}
}

// errCut says that the last line does not end.
var errCut = errors.New("the last line does not end")

// wholeLines gives lines without their line feed.
func wholeLines(data []byte, atEOF bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEOF && len(data) > 0 {
		return 0, nil, errCut
	}
	return 0, nil, nil
}

const takeAnother = "nothing was restored; take another copy of the backup"

func (b *backupReader) invalidf(format string, args ...any) error {
	return fault.Invalidf(fmt.Sprintf("backup of keys, line %d", b.at), format, args...).WithHint(takeAnother)
}

// line gives the members of the next line, which begins with a word.
func (b *backupReader) line() ([]string, error) {
	if !b.lines.Scan() {
		b.at++
		err := b.lines.Err()
		switch {
		case err == nil || errors.Is(err, errCut):
			return nil, b.invalidf("the backup is cut off here")
		case errors.Is(err, bufio.ErrTooLong):
			return nil, b.invalidf("the line is longer than %d bytes", longestLine)
		}
		return nil, fmt.Errorf("read backup of keys: %w", err)
	}
	b.at++
	return strings.Split(b.lines.Text(), " "), nil
}

// count adds the line read last to the sum.
func (b *backupReader) count() {
	b.sum.Write(b.lines.Bytes())
	b.sum.Write([]byte{'\n'})
}

// header reads the first four lines and refuses what must not be restored.
func (b *backupReader) header(now time.Time, office Office) error {
	values := make([]string, 4)
	for i, name := range []string{backupFormat, "made", "expires", "office"} {
		members, err := b.line()
		if err != nil {
			return err
		}
		want := 2
		if i == 0 {
			want = 1
		}
		if members[0] != name || len(members) != want {
			return b.invalidf("here should be %q", name)
		}
		values[i] = members[len(members)-1]
		b.count()
	}
	made, err := time.Parse(time.RFC3339, values[1])
	if err != nil {
		return b.invalidf("when it was made is no time")
	}
	expires, err := time.Parse(time.RFC3339, values[2])
	if err != nil {
		return b.invalidf("when it expires is no time")
	}
	if !now.Before(expires) {
		return fault.Invalidf("backup of keys", "it was made on %s and expired on %s", made.Format(time.DateOnly), expires.Format(time.DateOnly)).
			WithHint("destroy it: there is no way to restore it, because what was erased since would come back")
	}
	if values[3] != office.ID() {
		return fault.Conflictf("backup of keys", "it is wrapped under the office key %q, and given is %s", values[3], office.ID()).
			WithHint("give the office key it was made under")
	}
	return nil
}

// keys reads the rest into a transaction and says whether it may be committed.
func (b *backupReader) keys(ctx context.Context, tx *sql.Tx, office Office, destroyed func(id string) (bool, error)) (Restored, error) {
	var done Restored
	for {
		members, err := b.line()
		if err != nil {
			return done, err
		}
		if members[0] == "end" && len(members) == 4 {
			return done, b.end(ctx, members, done.Kept+done.LeftOut, office)
		}
		if members[0] != "key" || len(members) != 4 {
			return done, b.invalidf("here should be a key, or the end")
		}
		kept, err := b.key(ctx, tx, members, office, destroyed)
		if err != nil {
			return done, err
		}
		if kept {
			done.Kept++
		} else {
			done.LeftOut++
		}
		b.count()
	}
}

// key restores one key and reports whether it did.
func (b *backupReader) key(ctx context.Context, tx *sql.Tx, members []string, office Office, destroyed func(id string) (bool, error)) (bool, error) {
	id := members[1]
	made, err := strconv.ParseInt(members[2], 10, 64)
	if err != nil {
		return false, b.invalidf("when key %q was made is no number", id)
	}
	sealed, err := base64.StdEncoding.Strict().DecodeString(members[3])
	if err != nil {
		return false, b.invalidf("key %q is not in base64", id)
	}
	if id != indexID {
		gone, err := destroyed(id)
		if err != nil {
			return false, fmt.Errorf("ask whether key %q was destroyed: %w", id, err)
		}
		if gone {
			return false, nil
		}
	}
	result, err := tx.ExecContext(ctx, insertKey, id, office.ID(), sealed, made)
	if err != nil {
		return false, fmt.Errorf("keep key %q: %w", id, err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("keep key %q: %w", id, err)
	}
	if n != 1 {
		return false, fault.Conflictf("key "+strconv.Quote(id), "it is there twice, in the backup or because somebody opened the database meanwhile").
			WithHint("nothing was restored; restore into a new database")
	}
	return true, nil
}

// end checks the last line: that nothing is missing, and that who made the
// backup could use the office key.
func (b *backupReader) end(ctx context.Context, members []string, keys int, office Office) error {
	if members[1] != strconv.Itoa(keys) {
		return b.invalidf("it should hold %q keys and holds %d", members[1], keys)
	}
	sum := b.sum.Sum(nil)
	if members[2] != hex.EncodeToString(sum) {
		return b.invalidf("it was altered: its SHA-256 is %x, and given is %q", sum, members[2])
	}
	seal, err := base64.StdEncoding.Strict().DecodeString(members[3])
	if err != nil {
		return b.invalidf("the seal is not in base64")
	}
	sealed, err := office.Unwrap(ctx, seal, []byte(backupFormat))
	if err != nil {
		return fmt.Errorf("check the seal of the backup of keys: %w", err)
	}
	if subtle.ConstantTimeCompare(sealed, sum) != 1 {
		return b.invalidf("it was altered: the seal is of another")
	}
	if b.lines.Scan() || errors.Is(b.lines.Err(), errCut) {
		b.at++
		return b.invalidf("here is more after the end")
	}
	return b.lines.Err()
}
