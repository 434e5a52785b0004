package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/rogatory/rogatory/fault"
)

func none(string) (bool, error) { return false, nil }

func backup(t *testing.T, r *Ring, lifetime time.Duration) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.Backup(t.Context(), &b, time.Now().Add(lifetime)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBackupRestored(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		office := newOffice(t)
		r := open(t, where, office)
		keys := make(map[string][32]byte)
		for range page + 10 { // more than a page
			id, key := fresh(t, r)
			keys[id] = key
		}
		erased, _ := fresh(t, r)
		index, _ := r.Index(t.Context())
		r.pool.busy.Wait()
		all := count(t, r)
		b := backup(t, r, time.Hour)
		if err := r.Destroy(t.Context(), erased); err != nil {
			t.Fatal(err)
		}
		shut(t, r)
		for _, key := range keys {
			if holds(b, key[:]) {
				t.Fatal("a key stands in clear in the backup")
			}
		}

		destroyed := func(id string) (bool, error) { return id == erased, nil }
		for _, elsewhere := range []string{filepath.Join(t.TempDir(), "restored.db"), another(t, where)} {
			got, err := RestoreInto(t.Context(), elsewhere, iotest.OneByteReader(bytes.NewReader(b)), office, destroyed)
			if want := (Restored{Kept: all - 1, LeftOut: 1}); got != want || err != nil {
				t.Fatalf("got %+v, want %+v, %v", got, want, err)
			}
			restored := open(t, elsewhere, office)
			wantKeys(t, restored, keys)
			if again, _ := restored.Index(t.Context()); again != index {
				t.Error("the index key became another")
			}
			if _, err := restored.Key(t.Context(), erased); fault.KindOf(err) != fault.NotFound {
				t.Errorf("a destroyed key after restoring: %v", err)
			}
			if got, err := RestoreInto(t.Context(), elsewhere, bytes.NewReader(b), office, none); got != (Restored{}) || fault.KindOf(err) != fault.Conflict {
				t.Errorf("over living keys: %+v, %v", got, err)
			}
		}
	})
}

// another gives an empty database on the same engine.
func another(t *testing.T, where string) string {
	if strings.HasPrefix(where, "postgres") {
		return onPostgres(t)
	}
	return where + ".other"
}

func TestBackupsLiveShortly(t *testing.T) {
	r := open(t, filepath.Join(t.TempDir(), "keys.db"), newOffice(t))
	for _, d := range []time.Duration{-time.Second, BackupLimit + time.Hour} {
		err := r.Backup(t.Context(), io.Discard, time.Now().Add(d))
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("to expire in %s: %v", d, err)
		}
	}
	b := backup(t, r, time.Hour)
	where := filepath.Join(t.TempDir(), "restored.db")
	_, err := restoreAt(t.Context(), time.Now().Add(time.Hour), where, bytes.NewReader(b), r.offices[0], none)
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "expired") {
		t.Errorf("an expired backup: %v", err)
	}
}

func TestNoBackupOfAHalfDoneRotation(t *testing.T) {
	before, after := newOffice(t), newOffice(t)
	where := filepath.Join(t.TempDir(), "keys.db")
	r := open(t, where, before)
	fresh(t, r)
	shut(t, r)
	r = open(t, where, after, before)
	if err := r.Backup(t.Context(), io.Discard, time.Now().Add(time.Hour)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("half done: %v", err)
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestBackupThatCannotBeWritten(t *testing.T) {
	r := open(t, filepath.Join(t.TempDir(), "keys.db"), newOffice(t))
	if err := r.Backup(t.Context(), full{}, time.Now().Add(time.Hour)); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("no room: %v", err)
	}
}

func TestAlteredBackupsAreRefused(t *testing.T) {
	office := newOffice(t)
	r := open(t, filepath.Join(t.TempDir(), "keys.db"), office)
	for range 3 {
		fresh(t, r)
	}
	good := string(backup(t, r, time.Hour))
	lines := strings.SplitAfter(good, "\n")
	join := func(l ...string) string { return strings.Join(l, "") }
	last := len(lines) - 2 // the end; after it is nothing

	cases := []struct {
		name, text string
		kind       fault.Kind
	}{
		{"empty", "", fault.Invalid},
		{"another format", strings.Replace(good, "backup/1", "backup/2", 1), fault.Invalid},
		{"no such day", strings.Replace(good, "expires 2", "expires x", 1), fault.Invalid},
		{"made on no day", strings.Replace(good, "made 2", "made x", 1), fault.Invalid},
		{"put off, and all else as it was", strings.Replace(good, "\nexpires 2", "\nexpires 3", 1), fault.Invalid},
		{"another office key", strings.Replace(good, office.ID(), "file:0000000000000000", 1), fault.Conflict},
		{"a key left out", join(append(append([]string{}, lines[:5]...), lines[6:]...)...), fault.Invalid},
		{"a key twice", join(append(append([]string{}, lines[:6]...), lines[5:]...)...), fault.Conflict},
		{"two keys in each other's place", join(append(append([]string{}, lines[:4]...), append([]string{lines[5], lines[4]}, lines[6:]...)...)...), fault.Invalid},
		{"the end cut off", join(lines[:last]...), fault.Invalid},
		{"the last line feed cut off", good[:len(good)-1], fault.Invalid},
		{"more after the end", good + "more\n", fault.Invalid},
		{"more after the end, cut off", good + "more", fault.Invalid},
		{"an endless line", lines[0] + strings.Repeat("a", 2*longestLine), fault.Invalid},
		{"a key of no known shape", strings.Replace(good, "\nkey ", "\nkeys ", 1), fault.Invalid},
	}
	for i := 0; i < len(good); i += 397 {
		cases = append(cases, struct {
			name, text string
			kind       fault.Kind
		}{fmt.Sprintf("cut off at %d", i), good[:i], fault.Invalid})
	}
	where := filepath.Join(t.TempDir(), "restored.db")
	db, err := openDatabase(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.close()
	for _, c := range cases {
		got, err := RestoreInto(t.Context(), where, strings.NewReader(c.text), office, none)
		if fault.KindOf(err) != c.kind || got != (Restored{}) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
		if n := rows(t, db); n != 0 {
			t.Fatalf("%s: %d keys were restored", c.name, n)
		}
	}
}

// Who can write a backup but not use the office key makes the sums right and
// the seal not.
func TestForgedBackupsAreRefused(t *testing.T) {
	office := newOffice(t)
	forger := open(t, filepath.Join(t.TempDir(), "keys.db"), namedAlike{newOffice(t), office.ID()})
	b := backup(t, forger, time.Hour)
	where := filepath.Join(t.TempDir(), "restored.db")
	if _, err := RestoreInto(t.Context(), where, bytes.NewReader(b), office, none); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a forged backup: %v", err)
	}
}

func TestRestoringWithoutTheRecords(t *testing.T) {
	office := newOffice(t)
	r := open(t, filepath.Join(t.TempDir(), "keys.db"), office)
	fresh(t, r)
	b := backup(t, r, time.Hour)
	broken := errors.New("the records are away")
	where := filepath.Join(t.TempDir(), "restored.db")
	_, err := RestoreInto(t.Context(), where, bytes.NewReader(b), office, func(string) (bool, error) { return false, broken })
	if !errors.Is(err, broken) {
		t.Errorf("the records are away: %v", err)
	}
	if _, err := RestoreInto(t.Context(), where, iotest.ErrReader(io.ErrNoProgress), office, none); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("the backup cannot be read: %v", err)
	}
}

func FuzzBackupHeader(f *testing.F) {
	office, err := newFileKey([32]byte{})
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, time.November, 23, 14, 0, 0, 0, time.UTC)
	f.Add(fmt.Appendf(nil, "%s\nmade 2026-11-23T14:00:00Z\nexpires 2026-11-30T14:00:00Z\noffice %s\nend\n", backupFormat, office.ID()))
	f.Add([]byte(backupFormat + "\nmade"))
	f.Fuzz(func(t *testing.T, text []byte) {
		err := newBackupReader(bytes.NewReader(text)).header(now, office)
		if err == nil && !bytes.Contains(text, []byte("\noffice "+office.ID()+"\n")) {
			t.Error("a backup under another office key was accepted")
		}
		if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.Conflict {
			t.Errorf("refused without saying what is wrong: %v", err)
		}
	})
}
