// Package browser drives a real Chromium for tests of pages: what a page is to
// people is what a browser makes of it, and no parser of markup knows that. Each
// browser has a home of its own and ends with the test that opened it.
package browser

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Path gives the browser that is installed. Where there is none the test is
// skipped, but not in continuous integration, where nothing is skipped in silence.
func Path(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("Chromium is not installed; sudo make deps")
	}
	t.Skip("Chromium is not installed; sudo make deps")
	return ""
}

// Flags are what every browser is started with: nothing on a screen, nothing kept
// but in home, nobody asked for anything but by the page.
func Flags(home string) []string {
	flags := []string{
		"--headless", "--user-data-dir=" + home, "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
	}
	if os.Geteuid() == 0 {
		flags = append(flags, "--no-sandbox") // Chromium has none for root; it sees nothing but pages of this repository
	}
	return flags
}

// Env is the environment of a browser that is at home in a folder.
func Env(home string) []string { return append(os.Environ(), "HOME="+home) }

// Open starts a browser and gives an empty page of it. The browser ends when the
// test does.
func Open(t *testing.T) *Page {
	t.Helper()
	path, home := Path(t), t.TempDir()
	p := &Page{T: t, replies: make(chan message, 1), events: map[string]int{}}
	p.more = sync.NewCond(&p.mu)
	theirIn, in, err := os.Pipe()
	p.fatal(err)
	out, theirOut, err := os.Pipe()
	p.fatal(err)
	run := exec.Command(path, append(Flags(home), "--remote-debugging-pipe", "about:blank")...)
	run.ExtraFiles = []*os.File{theirIn, theirOut}
	run.Env = Env(home)
	p.fatal(run.Start())
	theirIn.Close()
	theirOut.Close()
	p.in = in
	t.Cleanup(func() {
		in.Close() // at which it ends
		late := time.AfterFunc(10*time.Second, func() { run.Process.Kill() })
		run.Wait()
		late.Stop()
		out.Close()
		os.RemoveAll(filepath.Join(home, "Default"))
	})
	go p.listen(out)
	var made struct{ TargetID string }
	p.Does("Target.createTarget", map[string]any{"url": "about:blank"}, &made)
	var attached struct{ SessionID string }
	p.Does("Target.attachToTarget", map[string]any{"targetId": made.TargetID, "flatten": true}, &attached)
	p.session = attached.SessionID
	for _, part := range []string{"Page", "Network", "Log", "Runtime"} {
		p.Does(part+".enable", nil, nil)
	}
	return p
}

// A message is one of the DevTools protocol: an answer if it has an ID, an event if
// it has none.
type message struct {
	ID     int
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  json.RawMessage
}
