package keyring

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// play is what the test binary does when it is started as another process: one
// that dies, or an external key service (external_test.go).
func play(role string, args []string) {
	var err error
	switch role {
	case "giving":
		err = playGiving(args[0], args[1])
	case "destroying":
		err = playDestroying(args[0], args[1], args[2])
	default:
		err = playService(role, args)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// playGiving gives keys until it is killed, and prints each.
func playGiving(where, officePath string) error {
	office, err := OpenFile(officePath)
	if err != nil {
		return err
	}
	r, err := Open(context.Background(), where, office)
	if err != nil {
		return err
	}
	for {
		id, key, err := r.Fresh(context.Background())
		if err != nil {
			return err
		}
		fmt.Println(id, hex.EncodeToString(key[:]))
	}
}

// playDestroying dies after the deletion and before the log is emptied.
func playDestroying(where, officePath, id string) error {
	office, err := OpenFile(officePath)
	if err != nil {
		return err
	}
	r, err := Open(context.Background(), where, office)
	if err != nil {
		return err
	}
	err = r.db.change(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec(deleteKey, id)
		return err
	})
	if err != nil {
		return err
	}
	return syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

func other(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "KEYRING_TEST_ROLE="+role)
	cmd.Stderr = os.Stderr
	return cmd
}

func TestKeysOutliveTheProcessThatGaveThem(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		officePath := filepath.Join(t.TempDir(), "office.key")
		office, err := NewFile(officePath)
		if err != nil {
			t.Fatal(err)
		}
		cmd := other(t, "giving", where, officePath)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		given := make(map[string][32]byte)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			id, text, _ := strings.Cut(lines.Text(), " ")
			key, err := hex.DecodeString(text)
			if err != nil || len(key) != 32 {
				continue // the line it died in
			}
			given[id] = [32]byte(key)
			if len(given) == 3*pooled+17 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait() // killed
		if len(given) < 3*pooled {
			t.Fatalf("only %d keys were given", len(given))
		}
		wantKeys(t, open(t, where, office), given)
	})
}

func TestDestructionInterruptedIsFinished(t *testing.T) {
	where, officePath := filepath.Join(t.TempDir(), "keys.db"), filepath.Join(t.TempDir(), "office.key")
	office, err := NewFile(officePath)
	if err != nil {
		t.Fatal(err)
	}
	r := open(t, where, office)
	id, _ := fresh(t, r)
	_, sealed := row(t, r, id)
	if err := other(t, "destroying", where, officePath, id).Run(); err == nil {
		t.Fatal("the process did not die")
	}
	if !holds(raw(t, where), sealed) {
		t.Fatal("nothing was left behind: the test would test nothing")
	}
	if err := r.Destroy(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if holds(raw(t, where), sealed) {
		t.Error("the wrapped key is still in the files")
	}
}
