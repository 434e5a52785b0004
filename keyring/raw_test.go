package keyring

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogatory/rogatory/fault"
)

// raw reads a SQLite database and what lies beside it, byte by byte. Another
// process does it: to close the file here would drop the locks on it.
func raw(t *testing.T, where string) []byte {
	t.Helper()
	names, err := filepath.Glob(where + "*")
	if err != nil || len(names) == 0 {
		t.Fatalf("no files at %s: %v", where, err)
	}
	all, err := exec.Command("cat", names...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// holds reports whether any eight bytes of a secret stand in the files.
func holds(files, secret []byte) bool {
	for i := 0; i+8 <= len(secret); i += 4 {
		if bytes.Contains(files, secret[i:i+8]) {
			return true
		}
	}
	return false
}

func TestFilesHoldNoKeyInClear(t *testing.T) {
	where := filepath.Join(t.TempDir(), "keys.db")
	r := open(t, where, newOffice(t))
	var keys [][32]byte
	for range 40 {
		_, key := fresh(t, r)
		keys = append(keys, key)
	}
	index, _ := r.Index(t.Context())
	all := raw(t, where)
	for _, key := range append(keys, index) {
		if holds(all, key[:]) {
			t.Fatal("a key stands in clear in the files")
		}
	}
}

func TestFilesHoldNothingOfADestroyedKey(t *testing.T) {
	where := filepath.Join(t.TempDir(), "keys.db")
	office := newOffice(t)
	r, other := open(t, where, office), open(t, where, office)
	id, _ := fresh(t, r)
	_, sealed := row(t, other, id)
	if !holds(raw(t, where), sealed) {
		t.Fatal("the wrapped key is not in the files before: the test would test nothing")
	}
	if err := r.Destroy(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	all := raw(t, where)
	if holds(all, sealed) {
		t.Error("the wrapped key is still in the files")
	}
	if bytes.Contains(all, []byte(id)) {
		t.Error("the name of the key is still in the files")
	}
}

// Pages are split, filled and merged while keys come and go; what a page
// leaves behind when its rows move must be gone as well.
func TestFilesHoldNothingAfterManyDestructions(t *testing.T) {
	where := filepath.Join(t.TempDir(), "keys.db")
	r := open(t, where, newOffice(t))
	source := rand.New(rand.NewPCG(1, 2))
	type kept struct {
		id     string
		sealed []byte
	}
	var alive, gone []kept
	for range 10 {
		for range 300 {
			id, _ := fresh(t, r)
			_, sealed := row(t, r, id)
			alive = append(alive, kept{id, sealed})
		}
		source.Shuffle(len(alive), func(i, j int) { alive[i], alive[j] = alive[j], alive[i] })
		for range 120 {
			last := len(alive) - 1
			if err := r.Destroy(t.Context(), alive[last].id); err != nil {
				t.Fatal(err)
			}
			gone, alive = append(gone, alive[last]), alive[:last]
		}
	}
	all := raw(t, where)
	seen := make(map[[8]byte]bool, len(all))
	for i := range len(all) - 8 {
		seen[[8]byte(all[i:])] = true
	}
	for _, k := range gone {
		for i := 0; i+8 <= len(k.sealed); i += 4 {
			if seen[[8]byte(k.sealed[i:])] {
				t.Fatalf("bytes %d to %d of a destroyed wrapped key are still in the files", i, i+8)
			}
		}
	}
	for _, k := range alive {
		if !seen[[8]byte(k.sealed)] {
			t.Fatal("a living key is not seen in the files: the test would test nothing")
		}
	}
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	where := filepath.Join(t.TempDir(), "50% of the keys?#1 &mode=memory.db")
	r := open(t, where, newOffice(t))
	fresh(t, r)
	names, err := os.ReadDir(filepath.Dir(where))
	if err != nil || len(names) != 3 {
		t.Fatalf("%v, %v; wanted the database, its log and the index of the log", names, err)
	}
	for _, name := range names {
		info, err := name.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", name.Name(), info.Mode(), err)
		}
	}
}

// A reader that does not end keeps the log from being emptied. Destroy must not
// say that the key is gone.
func TestDestructionWhileSomebodyReads(t *testing.T) {
	where := filepath.Join(t.TempDir(), "keys.db")
	r := open(t, where, newOffice(t))
	id, _ := fresh(t, r)
	r.pool.busy.Wait()
	alter(t, r, `PRAGMA busy_timeout = 50`)
	reading, err := r.db.read.QueryContext(t.Context(), `SELECT id FROM keys`)
	if err != nil || !reading.Next() {
		t.Fatal(err)
	}
	if err := r.Destroy(t.Context(), id); fault.KindOf(err) != fault.Conflict {
		t.Errorf("while somebody reads: %v", err)
	}
	if err := reading.Close(); err != nil {
		t.Fatal(err)
	}
	if err := r.Destroy(t.Context(), id); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
