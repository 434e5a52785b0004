package watch

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// watched is a folder in which no log is published yet, and a monitor of it.
func watched(t *testing.T) (*Watcher, string) {
	dir := t.TempDir()
	vkey, err := ledger.LogKey(origin, ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "log")
	if err := os.Mkdir(log, 0o755); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "vkey")
	if err := os.WriteFile(key, []byte(vkey+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return &Watcher{Log: log, Vkey: key, State: filepath.Join(dir, "state"), Feed: filepath.Join(dir, "feed")}, log
}

// Who stays looks again every time, says what is new, and ends with what the last
// look found when somebody stops it.
func TestStaying(t *testing.T) {
	w, log := watched(t)
	w.Every = time.Hour
	checkpoint := filepath.Join(log, "checkpoint")
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var out, errs bytes.Buffer
		type end struct {
			status int
			err    error
		}
		ended := make(chan end, 1)
		go func() {
			status, err := w.Watch(ctx, time.Now, &out, &errs)
			ended <- end{status, err}
		}()
		time.Sleep(90 * time.Minute)
		synctest.Wait()
		if got := strings.Count(errs.String(), "checkpoint: is not published"); got != 2 || out.Len() > 0 {
			t.Errorf("%d looks that saw nothing: %s%s", got, &errs, &out)
		}
		if err := os.WriteFile(checkpoint, []byte("nonsense"), 0o644); err != nil {
			t.Error(err)
		}
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		if got := strings.Count(out.String(), "not signed by the office"); got != 1 {
			t.Errorf("said %d times:\n%s", got, &out)
		}
		stop()
		if got := <-ended; got.status != Alarms || got.err != nil {
			t.Errorf("%+v", got)
		}
	})
	for _, name := range []string{atomFile, jsonFile} {
		data, err := os.ReadFile(filepath.Join(w.Feed, name))
		if err != nil || !strings.Contains(string(data), "not signed by the office") {
			t.Errorf("%s: %v: %s", name, err, data)
		}
	}
}

func TestStayingAsJSON(t *testing.T) {
	w, log := watched(t)
	w.Every, w.JSON = time.Hour, true
	if err := os.WriteFile(filepath.Join(log, "checkpoint"), []byte("nonsense"), 0o644); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 150*time.Minute)
		defer stop()
		var out bytes.Buffer
		status, err := w.Watch(ctx, time.Now, &out, &out)
		if status != Alarms || err != nil || strings.Count(out.String(), "\n") != 3 {
			t.Errorf("%d, %v: a line for each of three looks:\n%s", status, err, &out)
		}
	})
}

// What is wrong at the first look is said, also where not everything can be seen.
func TestWrongAndUnseen(t *testing.T) {
	w, log := watched(t)
	if err := os.WriteFile(filepath.Join(log, "checkpoint"), []byte("nonsense"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("provisional", filepath.Join(log, "provisional")); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	status, err := w.Watch(t.Context(), time.Now, &out, &errs)
	if status != Alarms || err != nil || !strings.Contains(out.String(), "not signed by the office") || !strings.Contains(errs.String(), "provisional") {
		t.Errorf("%d, %v: %s%s", status, err, &out, &errs)
	}
}

func TestWatchRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*Watcher){
		"no state for the feed":   func(w *Watcher) { w.State = "" },
		"more than once a minute": func(w *Watcher) { w.Every = time.Second },
		"a state that is a file":  func(w *Watcher) { w.State = w.Vkey },
		"feeds that are a file":   func(w *Watcher) { w.Feed = w.Vkey },
		"a memory of nothing": func(w *Watcher) {
			if err := os.MkdirAll(w.State, 0o755); err != nil {
				t.Fatal(err)
			}
			key, _ := os.ReadFile(w.Vkey)
			text := `{"Log":"` + strings.TrimSpace(string(key)) + `","Follower":"e30="}`
			if err := os.WriteFile(filepath.Join(w.State, memoryFile), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		},
	} {
		w, _ := watched(t)
		spoil(w)
		if status, err := w.Watch(t.Context(), time.Now, nil, nil); status != Usage && status != CouldNot || err == nil {
			t.Errorf("%s: %d, %v", name, status, err)
		}
	}
	w, _ := watched(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if status, err := w.Watch(ctx, time.Now, nil, nil); status != CouldNot || err == nil {
		t.Errorf("stopped before it looked: %d, %v", status, err)
	}
	w.State = ""
	if _, err := w.Watch(t.Context(), time.Now, nil, nil); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
}

// A gauge shows what takes long, and goes.
func TestGauge(t *testing.T) {
	if newGauge(new(bytes.Buffer)) != nil {
		t.Error("a buffer is a terminal")
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if newGauge(file) != nil {
		t.Error("a file is a terminal")
	}
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		g := &gauge{w: &b, last: time.Now()}
		g.clear()
		g.show(1, 9)
		time.Sleep(time.Second)
		g.show(2, 9)
		g.show(3, 9)
		g.clear()
		(*gauge)(nil).clear()
		if got := b.String(); got != "\r2 of 9 entries read\r\x1b[K" {
			t.Errorf("%q", got)
		}
	})
}
