package watch

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/folder"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// kindsOf lists what is so, and what is over.
func (m *memory) kindsOf() (is, over []monitor.Kind) {
	for _, r := range m.Alarms {
		if r.standing() {
			is = append(is, r.Kind)
		} else {
			over = append(over, r.Kind)
		}
	}
	return is, over
}

// What was published stays proved; how things are ends, but not because nobody
// could look.
func TestNote(t *testing.T) {
	m := remembered(found()...)
	if n := m.note(origin, nil, noon.Add(time.Hour), false); n.any() {
		t.Errorf("nobody could look, and there is news: %+v", n)
	}
	n := m.note(origin, nil, noon.Add(2*time.Hour), true)
	is, over := m.kindsOf()
	if d := cmp.Diff([]monitor.Kind{monitor.HeldBeyond, monitor.Rewritten, monitor.SameKey}, is); d != "" || !n.ended || len(n.fresh) != 0 {
		t.Error(d, n)
	}
	if d := cmp.Diff([]monitor.Kind{monitor.Overdue}, over); d != "" {
		t.Error(d)
	}
	n = m.note(origin, found(), noon.Add(3*time.Hour), true)
	if len(n.fresh) != 1 || n.fresh[0].Kind != monitor.Overdue || n.fresh[0].Found != noon.Add(3*time.Hour) || !n.fresh[0].standing() || len(m.Alarms) != 4 {
		t.Errorf("%+v", n)
	}
	if n = m.note(origin, append(found(), found()...), noon.Add(4*time.Hour), true); n.any() || len(m.Alarms) != 4 {
		t.Errorf("the same again is news: %+v", n)
	}
}

// folders are a state folder and one of feeds.
func folders(t *testing.T) (state, feed *folder.Folder, dir string) {
	dir = t.TempDir()
	for name, f := range map[string]**folder.Folder{"state": &state, "feed": &feed} {
		var err error
		if *f, err = folder.Open(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { (*f).Close() })
	}
	return state, feed, dir
}

func TestMemoryIsKept(t *testing.T) {
	ctx := t.Context()
	state, feed, dir := folders(t)
	m, err := remember(ctx, state, "vkey", noon)
	if err != nil {
		t.Fatal(err)
	}
	m.Follower = []byte("follower")
	news := m.note(origin, found(), noon, true)
	if err := m.save(ctx, state, news.fresh); err != nil {
		t.Fatal(err)
	}
	again, err := remember(ctx, state, "vkey", noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Alarms {
		m.Alarms[i].Evidence = nil // it lies in a file of its own
	}
	if d := cmp.Diff(m, again); d != "" {
		t.Error(d)
	}
	for range 2 {
		if err := again.publish(ctx, feed, state, origin); err != nil {
			t.Fatal(err)
		}
	}
	var f evidenceFile
	data, err := feed.Get(ctx, m.Alarms[2].file())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &f); err != nil || f.Evidence != "rogatory/v1 evidence\n" || f.Log != "vkey" || f.Kind != "rewritten" {
		t.Errorf("%v: %s", err, data)
	}
	names, err := filepath.Glob(filepath.Join(dir, "feed", "*"))
	if err != nil || len(names) != 3 {
		t.Errorf("in the folder of feeds are %q", names)
	}
	if info, err := os.Stat(filepath.Join(dir, "feed", atomFile)); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("a web server could not read it: %v", info.Mode())
	}
}

func TestMemoryOfAnother(t *testing.T) {
	ctx := t.Context()
	state, _, dir := folders(t)
	if err := remembered().save(ctx, state, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := remember(ctx, state, "another", noon); fault.KindOf(err) != fault.Conflict {
		t.Error(err)
	}
	if err := state.Replace(ctx, memoryFile, []byte("{")); err != nil {
		t.Fatal(err)
	}
	if _, err := remember(ctx, state, "vkey", noon); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
	name := filepath.Join(dir, "state", memoryFile)
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(name, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := remember(ctx, state, "vkey", noon); err == nil {
		t.Error("a folder is a memory")
	}
}

// What cannot be kept is said.
func TestMemoryCannotBeKept(t *testing.T) {
	ctx := t.Context()
	state, feed, dir := folders(t)
	m := remembered(found()...)
	if err := m.publish(ctx, feed, state, origin); fault.KindOf(err) != fault.NotFound {
		t.Errorf("evidence that was never kept is published: %v", err)
	}
	for _, name := range []string{"state/alarms", "state/monitor.json", "feed/feed.atom"} {
		if err := os.MkdirAll(filepath.Join(dir, name, "x"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.save(ctx, state, nil); err == nil {
		t.Error("a memory replaces a folder")
	}
	if err := remembered().publish(ctx, feed, state, origin); err == nil {
		t.Error("a feed replaces a folder")
	}
}
