package keyring

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/fault"
)

func TestOfficeKeyFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "office.key")
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	made, err := NewFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	opened, err := OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if made.ID() != opened.ID() {
		t.Errorf("made as %s, opened as %s", made.ID(), opened.ID())
	}
	sealed, err := made.Wrap(t.Context(), []byte("a key"), []byte("here"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := opened.Unwrap(t.Context(), sealed, []byte("here"))
	if err != nil || string(plain) != "a key" {
		t.Errorf("unwrapped %q, %v", plain, err)
	}
	if _, err := opened.Unwrap(t.Context(), sealed, []byte("there")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("in another context: %v", err)
	}
	names, _ := os.ReadDir(dir)
	if len(names) != 1 {
		t.Errorf("beside the key lies something: %v", names)
	}
}

func TestOfficeKeyIsNeverOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.key")
	if _, err := NewFile(path); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	if _, err := NewFile(path); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a second key in the same place: %v", err)
	}
	after, _ := os.ReadFile(path)
	if !bytes.Equal(before, after) {
		t.Error("the office key was overwritten")
	}
}

func TestOfficeKeyOthersCanRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.key")
	if _, err := NewFile(path); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o601, 0o777} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := OpenFile(path)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %v: %v", mode, err)
		}
	}
}

func TestOfficeKeyFilesNobodyCanUse(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenFile(filepath.Join(dir, "absent")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("absent: %v", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenFile(filepath.Join(dir, "folder")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a folder: %v", err)
	}
	if _, err := NewFile(filepath.Join(dir, "nowhere", "office.key")); err == nil {
		t.Error("written into a folder that is not there")
	}
	key := strings.Repeat("A", 43) + "=\n"
	for _, c := range []struct{ name, text string }{
		{"empty", ""},
		{"another format", "rogatory.office-key/2\n" + key},
		{"no key", fileFormat + "\n"},
		{"cut off", fileFormat + "\n" + key[:20]},
		{"short", fileFormat + "\nAAAA\n"},
		{"more than a key", fileFormat + "\n" + key + "more\n"},
		{"loose bits in the last letter", fileFormat + "\n" + strings.Repeat("A", 42) + "B=\n"},
	} {
		path := filepath.Join(dir, "key")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenFile(path); fault.KindOf(err) != fault.Invalid || !strings.HasPrefix(err.Error(), path) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func FuzzOfficeKeyFile(f *testing.F) {
	f.Add([]byte(fileFormat + "\n" + strings.Repeat("A", 43) + "=\n"))
	f.Add([]byte(fileFormat + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := parseFile("office.key", text)
		if err == nil && o.ID() == "" || err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%v, %v", o, err)
		}
	})
}
