package verifier

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A chromium is one page of a real browser, driven by the DevTools protocol over a
// pipe: messages of JSON, each ended by a zero byte.
type chromium struct {
	*testing.T
	in      *os.File
	replies chan message
	session string
	last    int

	mu     sync.Mutex
	events map[string]int // how often an event has come, by method
	more   *sync.Cond     // one has
	asked  []string       // addresses
	wrong  []string       // what the browser complained of
	gone   bool
}

type message struct {
	ID     int             `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  json.RawMessage `json:"error,omitempty"`
	From   string          `json:"sessionId,omitempty"`
}

// chromiumPath gives the browser that is installed. Where there is none the test is
// skipped, but not in continuous integration.
func chromiumPath(t *testing.T) string {
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

func newChromium(t *testing.T) *chromium {
	t.Helper()
	path, home := chromiumPath(t), t.TempDir()
	args := []string{
		"--headless", "--remote-debugging-pipe", "--user-data-dir=" + home, "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "about:blank",
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium has none for root; it sees nothing but this page
	}
	theirIn, in, err := os.Pipe()
	fatal(t, err)
	out, theirOut, err := os.Pipe()
	fatal(t, err)
	run := exec.Command(path, args...)
	run.ExtraFiles = []*os.File{theirIn, theirOut}
	run.Env = append(os.Environ(), "HOME="+home)
	fatal(t, run.Start())
	theirIn.Close()
	theirOut.Close()
	c := &chromium{T: t, in: in, replies: make(chan message, 1), events: map[string]int{}}
	c.more = sync.NewCond(&c.mu)
	t.Cleanup(func() {
		in.Close() // at which it ends
		late := time.AfterFunc(10*time.Second, func() { run.Process.Kill() })
		run.Wait()
		late.Stop()
		out.Close()
		os.RemoveAll(filepath.Join(home, "Default"))
	})
	go c.listen(out)
	var made struct{ TargetID string }
	c.does("Target.createTarget", map[string]any{"url": "about:blank"}, &made)
	var attached struct{ SessionID string }
	c.does("Target.attachToTarget", map[string]any{"targetId": made.TargetID, "flatten": true}, &attached)
	c.session = attached.SessionID
	for _, part := range []string{"Page", "Network", "Log", "Runtime"} {
		c.does(part+".enable", nil, nil)
	}
	return c
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// listen hands on what the browser says.
func (c *chromium) listen(out *os.File) {
	read := bufio.NewReader(out)
	for {
		text, err := read.ReadBytes(0)
		if err != nil {
			c.mu.Lock()
			c.gone = true
			c.mu.Unlock()
			c.more.Broadcast()
			close(c.replies)
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		if m.ID != 0 {
			c.replies <- m
			continue
		}
		c.mu.Lock()
		c.events[m.Method]++
		switch m.Method {
		case "Network.requestWillBeSent":
			var p struct{ Request struct{ URL string } }
			json.Unmarshal(m.Params, &p)
			c.asked = append(c.asked, p.Request.URL)
		case "Runtime.exceptionThrown":
			c.wrong = append(c.wrong, string(m.Params))
		case "Log.entryAdded":
			var p struct {
				Entry struct{ Source, Level, Text string }
			}
			json.Unmarshal(m.Params, &p)
			if p.Entry.Source != "network" { // a status of an answer is for the test to judge
				c.wrong = append(c.wrong, p.Entry.Source+": "+p.Entry.Text)
			}
		}
		c.mu.Unlock()
		c.more.Broadcast()
	}
}

// does sends a command and reads what came of it.
func (c *chromium) does(method string, params, into any) {
	c.Helper()
	c.last++
	text, err := json.Marshal(map[string]any{"id": c.last, "method": method, "params": params, "sessionId": c.session})
	fatal(c.T, err)
	if c.session == "" {
		text, err = json.Marshal(map[string]any{"id": c.last, "method": method, "params": params})
		fatal(c.T, err)
	}
	_, err = c.in.Write(append(text, 0))
	fatal(c.T, err)
	select {
	case m, ok := <-c.replies:
		if !ok || m.ID != c.last || m.Error != nil {
			c.Fatalf("%s: %s", method, m.Error)
		}
		if into != nil {
			fatal(c.T, json.Unmarshal(m.Result, into))
		}
	case <-time.After(time.Minute):
		c.Fatalf("%s: no answer", method)
	}
}

// loads does something after which a page is loaded, and waits until it is.
func (c *chromium) loads(do func()) {
	c.Helper()
	c.mu.Lock()
	before := c.events["Page.loadEventFired"]
	c.mu.Unlock()
	do()
	late := time.AfterFunc(30*time.Second, func() {
		c.mu.Lock()
		c.gone = true
		c.mu.Unlock()
		c.more.Broadcast()
	})
	defer late.Stop()
	c.mu.Lock()
	for c.events["Page.loadEventFired"] == before && !c.gone {
		c.more.Wait()
	}
	gone := c.gone
	c.mu.Unlock()
	if gone {
		c.Fatalf("no page was loaded; the browser complains of %v; it shows\n%s", c.wrong, c.text())
	}
}

// opens goes to an address.
func (c *chromium) opens(address string) {
	c.Helper()
	c.loads(func() { c.does("Page.navigate", map[string]any{"url": address}, nil) })
}

// evaluates gives what an expression is in the page, a promise what it comes to.
func (c *chromium) evaluates(expression string, into any) {
	c.Helper()
	var got struct {
		Result    struct{ Value json.RawMessage }
		Exception json.RawMessage `json:"exceptionDetails"`
	}
	c.does("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true}, &got)
	if got.Exception != nil {
		c.Fatalf("%s: %s", expression, got.Exception)
	}
	if into != nil {
		fatal(c.T, json.Unmarshal(got.Result.Value, into))
	}
}

// chooses puts a file into a field.
func (c *chromium) chooses(selector, path string) {
	c.Helper()
	var found struct{ Result struct{ ObjectID string } }
	c.does("Runtime.evaluate", map[string]any{"expression": "document.querySelector(" + strconv.Quote(selector) + ")"}, &found)
	c.does("DOM.setFileInputFiles", map[string]any{"files": []string{path}, "objectId": found.Result.ObjectID}, nil)
}

// text gives what is to be read.
func (c *chromium) text() (text string) {
	c.Helper()
	c.evaluates("document.body.innerText", &text)
	return text
}

// pictures keeps how the page looks, narrow and wide, by day and by night (see
// go test -artifacts), and fails the test if it is wider than a narrow screen.
func (c *chromium) pictures(name string) {
	c.Helper()
	for _, width := range []int{320, 390, 1200} {
		c.does("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
		var needs int
		c.evaluates("document.documentElement.scrollWidth", &needs)
		if needs > width {
			c.Errorf("%s needs %d pixels, and the screen has %d", name, needs, width)
		}
		if width == 320 {
			continue
		}
		for _, scheme := range []string{"light", "dark"} {
			c.does("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
			var shot struct{ Data string }
			c.does("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}, &shot)
			png, err := base64.StdEncoding.DecodeString(shot.Data)
			fatal(c.T, err)
			fatal(c.T, os.WriteFile(filepath.Join(c.ArtifactDir(), name+"-"+scheme+"-"+map[bool]string{true: "narrow", false: "wide"}[width < 500]+".png"), png, 0o600))
		}
	}
	c.does("Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil)
	var shot struct{ Data string }
	c.does("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	fatal(c.T, err)
	fatal(c.T, os.WriteFile(filepath.Join(c.ArtifactDir(), name+"-print.png"), png, 0o600))
	c.does("Emulation.clearDeviceMetricsOverride", nil, nil)
	c.does("Emulation.setEmulatedMedia", map[string]any{"media": "", "features": []any{}}, nil)
}

// content fails the test if the browser asked for anything but the page and what is
// in it, or complained.
func (c *chromium) content(page string) {
	c.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, address := range c.asked {
		if address != page && address != "data:," && !strings.HasPrefix(address, page+"#") {
			c.Errorf("the browser asked for %s", address)
		}
	}
	for _, w := range c.wrong {
		c.Errorf("the browser complains: %s", w)
	}
}
