package folder_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/folder"
	"github.com/rogatory/rogatory/sequencer"
)

var (
	_ sequencer.Files = (*folder.Folder)(nil)
	_ sequencer.Mark  = (*folder.Mark)(nil)
)

func open(t *testing.T) (*folder.Folder, string) {
	dir := filepath.Join(t.TempDir(), "published", "log")
	f, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f, dir
}

func TestAFileIsWrittenOnce(t *testing.T) {
	ctx := t.Context()
	f, dir := open(t)
	for range 2 {
		if err := f.Put(ctx, "tile/0/x001/067", []byte("hashes")); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Put(ctx, "tile/0/x001/067", []byte("others")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("other bytes: %v", err)
	}
	if got, err := f.Get(ctx, "tile/0/x001/067"); err != nil || string(got) != "hashes" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := f.Get(ctx, "tile/0/x001/068"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a file that is not there: %v", err)
	}
	for range 2 {
		if err := f.Replace(ctx, "checkpoint", []byte("first")); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Replace(ctx, "checkpoint", []byte("second")); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Get(ctx, "checkpoint"); err != nil || string(got) != "second" {
		t.Errorf("got %q, %v", got, err)
	}
	nothingUnfinished(t, dir)
}

func nothingUnfinished(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), ".") {
			t.Errorf("%s was left", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAFileThatWasCutShortOrVanished(t *testing.T) {
	ctx := t.Context()
	f, dir := open(t)
	if err := f.Put(ctx, "tile/entries/000", []byte("leaves")); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "tile/entries/000")
	for _, size := range []int64{5, 0} {
		if err := os.Truncate(name, size); err != nil {
			t.Fatal(err)
		}
		if err := f.Put(ctx, "tile/entries/000", []byte("leaves")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("cut to %d bytes: %v", size, err)
		}
	}
	if err := f.Replace(ctx, "tile/entries/000", []byte("leaves")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "tile")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Get(ctx, "tile/entries/000"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("vanished: %v", err)
	}
	// Whoever opens the folder anew may write it again.
	again, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Put(ctx, "tile/entries/000", []byte("leaves")); err != nil {
		t.Error(err)
	}
}

func TestNamesStayInTheFolder(t *testing.T) {
	ctx := t.Context()
	f, dir := open(t)
	if err := os.Symlink(t.TempDir(), filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"", ".", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", "a/./b", ".new-x", "tile/.hidden", "a\\..\\b", "c:x", "nul\x00", strings.Repeat("a", 201),
	} {
		for what, err := range map[string]error{
			"put": f.Put(ctx, name, []byte("x")), "replace": f.Replace(ctx, name, []byte("x")), "get": func() error { _, err := f.Get(ctx, name); return err }(),
		} {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s %q: %v", what, name, err)
			}
		}
	}
	if err := f.Put(ctx, "out/x", []byte("x")); err == nil {
		t.Error("a link leads out of the folder")
	}
	if _, err := f.Get(ctx, "out/x"); err == nil {
		t.Error("a link leads out of the folder")
	}
}

func TestOneOfManyWrites(t *testing.T) {
	ctx := t.Context()
	f, dir := open(t)
	var wg sync.WaitGroup
	written := make([]error, 16)
	for i := range written {
		wg.Go(func() { written[i] = f.Put(ctx, "checkpoints/18", fmt.Append(nil, "checkpoint ", i)) })
	}
	wg.Wait()
	won := -1
	for i, err := range written {
		if err == nil && won < 0 {
			won = i
		} else if fault.KindOf(err) != fault.Conflict {
			t.Errorf("%d: %v, and %d wrote it", i, err, won)
		}
	}
	if got, err := f.Get(ctx, "checkpoints/18"); err != nil || string(got) != fmt.Sprint("checkpoint ", won) {
		t.Errorf("got %q, %v; %d wrote it", got, err, won)
	}
	nothingUnfinished(t, dir)
}

func TestWhatADeadProcessLeft(t *testing.T) {
	_, dir := open(t)
	old, fresh := filepath.Join(dir, ".new-OLD"), filepath.Join(dir, ".new-FRESH")
	for _, name := range []string{old, fresh} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(old, before, before); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Open(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was abandoned is still there: %v", err)
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Errorf("what somebody writes is gone: %v", err)
	}
}

func TestWhatCannotBeDone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f, dir := open(t)
	if err := f.Put(ctx, "docs", []byte("a file")); err != nil {
		t.Fatal(err)
	}
	if err := f.Put(ctx, "docs/x", []byte("x")); err == nil {
		t.Error("a file holds a file")
	}
	if err := f.Put(ctx, "tile/0/000", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := f.Put(ctx, "tile/0", []byte("x")); err == nil {
		t.Error("a folder is a file")
	}
	if _, err := folder.Open(filepath.Join(dir, "docs")); err == nil {
		t.Error("a file is a folder")
	}
	if _, err := folder.OpenMark(filepath.Join(dir, "docs", "mark")); err == nil {
		t.Error("a file is a folder")
	}
	cancel()
	if err := f.Put(ctx, "late", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("too late: %v", err)
	}
}

func tree(n int64, b byte) tlog.Tree { return tlog.Tree{N: n, Hash: tlog.Hash{b}} }

func TestTheMarkGoesForward(t *testing.T) {
	ctx := t.Context()
	name := filepath.Join(t.TempDir(), "apart", "mark")
	m, err := folder.OpenMark(name)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if at, err := m.Read(ctx); err != nil || at.N != 0 {
		t.Fatalf("at first: %v, %v", at, err)
	}
	if err := m.Swap(ctx, tlog.Tree{}, tree(2, 1)); err != nil {
		t.Fatal(err)
	}
	other, err := folder.OpenMark(name)
	if err != nil {
		t.Fatal(err)
	}
	if at, err := other.Read(ctx); err != nil || at != tree(2, 1) {
		t.Fatalf("read by another: %v, %v", at, err)
	}
	for _, c := range []struct {
		name     string
		old, new tlog.Tree
	}{
		{"from where it does not stand", tree(1, 1), tree(3, 1)},
		{"from another root", tree(2, 2), tree(3, 1)},
		{"to another root of the size", tree(2, 1), tree(2, 2)},
		{"back", tree(2, 1), tree(1, 1)},
		{"from the beginning", tlog.Tree{}, tree(3, 1)},
	} {
		if err := other.Swap(ctx, c.old, c.new); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := other.Swap(ctx, tree(2, 1), tree(18, 3)); err != nil {
		t.Fatal(err)
	}
	if at, err := m.Read(ctx); err != nil || at != tree(18, 3) {
		t.Errorf("moved by another: %v, %v", at, err)
	}
}

func TestOneOfManyMovesTheMark(t *testing.T) {
	ctx := t.Context()
	name := filepath.Join(t.TempDir(), "mark")
	moved := make([]error, 16)
	var wg sync.WaitGroup
	for i := range moved {
		wg.Go(func() {
			m, err := folder.OpenMark(name)
			if err == nil {
				err = m.Swap(ctx, tlog.Tree{}, tree(2, byte(i)))
			}
			moved[i] = err
		})
	}
	wg.Wait()
	won := 0
	for _, err := range moved {
		if err == nil {
			won++
		} else if fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d moved it", won)
	}
}

func TestAMarkThatWasCutShortIsNoMark(t *testing.T) {
	ctx := t.Context()
	name := filepath.Join(t.TempDir(), "mark")
	m, err := folder.OpenMark(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Swap(ctx, tlog.Tree{}, tree(2, 1)); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		if err := os.WriteFile(name, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Read(ctx); fault.KindOf(err) != fault.Conflict {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
		if err := m.Swap(ctx, tree(2, 1), tree(3, 1)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("moved though cut to %d bytes: %v", n, err)
		}
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if at, err := m.Read(ctx); err != nil || at.N != 0 {
		t.Errorf("vanished: %v, %v", at, err)
	}
}

func TestTheMarkWaitsForWhoeverMovesIt(t *testing.T) {
	dir := t.TempDir()
	m, err := folder.OpenMark(filepath.Join(dir, "mark"))
	if err != nil {
		t.Fatal(err)
	}
	release := hold(t, filepath.Join(dir, "mark.lock"))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := m.Swap(ctx, tlog.Tree{}, tree(2, 1)); fault.KindOf(err) != fault.Busy {
		t.Errorf("somebody else holds it: %v", err)
	}
	release()
	if err := m.Swap(t.Context(), tlog.Tree{}, tree(2, 1)); err != nil {
		t.Error(err)
	}
	late, stop := context.WithCancel(t.Context())
	stop()
	if _, err := m.Read(late); !errors.Is(err, context.Canceled) {
		t.Errorf("too late: %v", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	is, err := folder.OpenMark(filepath.Join(dir, "folder"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := is.Read(t.Context()); err == nil {
		t.Error("a folder is a mark")
	}
}
