package vault

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// dying names the vault and the case when the test binary is started as another
// process, which puts something away and is killed meanwhile.
const dying = "ROGATORY_VAULT_DYING"

func TestMain(m *testing.M) {
	dir, ref, ok := strings.Cut(os.Getenv(dying), "|")
	if !ok {
		os.Exit(m.Run())
	}
	v, err := Open(dir)
	if err == nil {
		_, err = v.Put(context.Background(), docket.Ref(ref), [32]byte{1}, os.Stdin)
	}
	fmt.Fprintln(os.Stderr, "put away:", err)
	os.Exit(1)
}

// A process that is killed leaves nothing that could be taken for a file.
func TestKilledWhilePuttingAway(t *testing.T) {
	s := newShelf(t)
	kept := s.put(noise(100))
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), dying+"="+s.dir+"|"+string(s.ref))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write(noise(4*chunk + 5)); err != nil { // and it waits for more
		t.Fatal(err)
	}
	var partial string
	for begun := time.Now(); partial == ""; {
		if time.Since(begun) > time.Minute {
			t.Fatal("the other process puts nothing away")
		}
		for _, name := range s.left() {
			info, err := os.Stat(s.file(name))
			if err == nil && strings.HasPrefix(name, draft) && info.Size() > chunk {
				partial = name
			}
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()

	if got := s.left(); len(got) != 2 {
		t.Fatalf("left are %q", got)
	}
	if _, err := s.Get(t.Context(), s.ref, s.key, partial); fault.KindOf(err) != fault.Invalid {
		t.Errorf("what is not whole can be asked for: %v", err)
	}
	sweep := func(now time.Time, want int) {
		t.Helper()
		if n, err := s.Sweep(t.Context(), now); n != want || err != nil {
			t.Errorf("%d swept, %v, want %d", n, err, want)
		}
	}
	sweep(time.Now(), 0)
	sweep(time.Now().Add(stale-time.Hour), 0)
	sweep(time.Now().Add(stale+time.Hour), 1)
	sweep(time.Now().Add(stale+time.Hour), 0)
	if got := s.left(); len(got) != 1 || got[0] != kept.ID {
		t.Errorf("left are %q, want %s", got, kept.ID)
	}
}

// What is not the vault's is not swept.
func TestSweepLeavesAlone(t *testing.T) {
	s := newShelf(t)
	strange := filepath.Join(s.dir, "lost+found")
	if err := os.Mkdir(strange, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{filepath.Join(strange, draft+"x"), filepath.Join(s.dir, draft+"y"), filepath.Join(s.dir, string(s.ref))} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Sweep(t.Context(), time.Now().Add(30*stale)); n != 0 || err != nil {
		t.Errorf("%d swept, %v", n, err)
	}
	if got := s.left(); len(got) != 3 {
		t.Errorf("left are %q", got)
	}
}

// A case that is dropped while something is put away for it stays dropped.
func TestDroppedMeanwhile(t *testing.T) {
	s := newShelf(t)
	dropping := readerFunc(func([]byte) (int, error) {
		if err := s.Drop(t.Context(), s.ref); err != nil {
			t.Error(err)
		}
		return 0, io.EOF
	})
	_, err := s.Put(t.Context(), s.ref, s.key, io.MultiReader(bytes.NewReader(noise(2*chunk)), dropping))
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "dropped meanwhile, and nothing was kept; look at the case") {
		t.Errorf("got %v", err)
	}
	if got := s.left(); len(got) != 0 {
		t.Errorf("left are %q", got)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestTheDiskIsFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	s := newShelf(t)
	s.create = func(root *os.Root, name string) (*os.File, error) {
		f, err := create(root, name) // the name is there, and no room for anything in it
		if err != nil {
			return nil, err
		}
		f.Close()
		return full, nil
	}
	_, err = s.Put(t.Context(), s.ref, s.key, bytes.NewReader(noise(10)))
	if err == nil || !strings.Contains(err.Error(), "the disk of the vault is full, and nothing was kept") || !strings.Contains(err.Error(), "make room") {
		t.Errorf("got %v", err)
	}
	if got := s.left(); len(got) != 0 {
		t.Errorf("left are %q", got)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"a file": file, "no folder above": filepath.Join(dir, "no", "vault")} {
		if _, err := Open(path); err == nil {
			t.Errorf("%s was opened as a vault", name)
		}
	}
}
