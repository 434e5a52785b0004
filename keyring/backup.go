package keyring

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// backupFormat is the first line of a backup of keys. Then come, one a line:
//
//	made 2026-11-23T14:00:00Z
//	expires 2026-11-30T14:00:00Z
//	office file:0011223344556677
//	key <id> <made, seconds since 1970> <wrapped, base64>
//	end <number of keys> <SHA-256 of all before this line, hex> <seal, base64>
//
// The seal is that SHA-256 wrapped by the office key: who cannot use the office
// key can neither put off the date nor leave out a key.
const backupFormat = "rogatory.keys-backup/1"

// BackupLimit is how long a backup of keys may be good for. A destroyed key
// is in no backup that can be restored any more once this time has passed.
const BackupLimit = 31 * 24 * time.Hour

// Backup writes every key, wrapped as it is, to be restored until a time. It
// does not hold up the office: keys made or destroyed meanwhile may be in it
// or not. It is a fault.Conflict while a rotation is not done.
func (r *Ring) Backup(ctx context.Context, w io.Writer, expires time.Time) error {
	now := r.now()
	if !expires.After(now) || expires.After(now.Add(BackupLimit)) {
		return fault.Invalidf("backup of keys", "it would expire on %s: that must be ahead, and at most %d days",
			expires.UTC().Format(time.RFC3339), int(BackupLimit.Hours()/24)).
			WithHint("what is backed up for long is not erased when its key is destroyed")
	}
	r.mu.RLock()
	office := r.offices[0]
	r.mu.RUnlock()

	sum := sha256.New()
	buffered := bufio.NewWriter(w)
	out := io.MultiWriter(buffered, sum)
	_, err := fmt.Fprintf(out, "%s\nmade %s\nexpires %s\noffice %s\n", backupFormat,
		now.UTC().Format(time.RFC3339), expires.UTC().Format(time.RFC3339), office.ID())
	if err != nil {
		return fmt.Errorf("write backup of keys: %w", err)
	}
	n, err := r.backupKeys(ctx, out, office)
	if err != nil {
		return err
	}
	seal, err := office.Wrap(ctx, sum.Sum(nil), []byte(backupFormat))
	if err != nil {
		return fmt.Errorf("seal backup of keys: %w", err)
	}
	_, err = fmt.Fprintf(buffered, "end %d %s %s\n", n, hex.EncodeToString(sum.Sum(nil)), base64.StdEncoding.EncodeToString(seal))
	if err != nil {
		return fmt.Errorf("write backup of keys: %w", err)
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write backup of keys: %w", err)
	}
	return nil
}

func (r *Ring) backupKeys(ctx context.Context, out io.Writer, office Office) (int, error) {
	n := 0
	for after := ""; ; {
		list, err := r.all(ctx, after)
		if err != nil {
			return 0, err
		}
		for _, w := range list {
			if w.office != office.ID() {
				return 0, fault.Conflictf(r.db.where, "key %s is wrapped under the office key %s and not under %s", w.id, w.office, office.ID()).
					WithHint("finish the rotation first")
			}
			_, err := fmt.Fprintf(out, "key %s %d %s\n", w.id, w.made, base64.StdEncoding.EncodeToString(w.sealed))
			if err != nil {
				return 0, fmt.Errorf("write backup of keys: %w", err)
			}
		}
		n += len(list)
		if len(list) < page {
			return n, nil
		}
		after = list[len(list)-1].id
	}
}

// all gives a page of all keys.
func (r *Ring) all(ctx context.Context, after string) ([]wrapped, error) {
	rows, err := r.db.read.QueryContext(ctx, selectAll, after, page)
	if err != nil {
		return nil, fmt.Errorf("read keys at %s: %w", r.db.where, err)
	}
	defer rows.Close()
	var list []wrapped
	for rows.Next() {
		var w wrapped
		if err := rows.Scan(&w.id, &w.office, &w.sealed, &w.made); err != nil {
			return nil, fmt.Errorf("read keys at %s: %w", r.db.where, err)
		}
		list = append(list, w)
	}
	return list, rows.Err()
}
