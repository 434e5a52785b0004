package browser

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// A Page is one page of a browser, driven by the DevTools protocol over a pipe:
// messages of JSON, each ended by a zero byte. What cannot be done fails the test
// at once. Its methods are for the goroutine of the test.
type Page struct {
	*testing.T
	in      *os.File
	replies chan message
	session string
	last    int

	mu         sync.Mutex
	events     map[string]int // how often an event has come, by method
	more       *sync.Cond     // one has, or none will
	asked      []string
	complaints []string
	gone       bool
}

func (p *Page) fatal(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// listen hands on what the browser says, until it says no more.
func (p *Page) listen(out *os.File) {
	read := bufio.NewReader(out)
	for {
		text, err := read.ReadBytes(0)
		if err != nil {
			p.mu.Lock()
			p.gone = true
			p.mu.Unlock()
			p.more.Broadcast()
			close(p.replies)
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		if m.ID != 0 {
			p.replies <- m
			continue
		}
		p.hears(m)
	}
}

// hears keeps what an event tells of the page.
func (p *Page) hears(m message) {
	p.mu.Lock()
	p.events[m.Method]++
	switch m.Method {
	case "Network.requestWillBeSent":
		var sent struct{ Request struct{ URL string } }
		json.Unmarshal(m.Params, &sent)
		p.asked = append(p.asked, sent.Request.URL)
	case "Runtime.exceptionThrown":
		p.complaints = append(p.complaints, string(m.Params))
	case "Log.entryAdded":
		var added struct{ Entry struct{ Source, Text string } }
		json.Unmarshal(m.Params, &added)
		if added.Entry.Source != "network" { // a status of an answer is for the test to judge
			p.complaints = append(p.complaints, added.Entry.Source+": "+added.Entry.Text)
		}
	}
	p.mu.Unlock()
	p.more.Broadcast()
}

// Asked gives the addresses that the browser was sent to or asked for, in order.
func (p *Page) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// Complaints gives what the browser complained of: what scripts threw and did not
// catch, and what it wrote to its log, except of the network.
func (p *Page) Complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.complaints)
}

// Content fails the test if the browser asked for an address that is not expected,
// or complained.
func (p *Page) Content(expected func(address string) bool) {
	p.Helper()
	for _, address := range p.Asked() {
		if !expected(address) {
			p.Errorf("the browser asked for %s", address)
		}
	}
	for _, c := range p.Complaints() {
		p.Errorf("the browser complains: %s", c)
	}
}

// Does sends a command of the protocol and reads what came of it, unless into is nil.
func (p *Page) Does(method string, params, into any) {
	p.Helper()
	p.last++
	command := map[string]any{"id": p.last, "method": method, "params": params}
	if p.session != "" {
		command["sessionId"] = p.session
	}
	text, err := json.Marshal(command)
	p.fatal(err)
	_, err = p.in.Write(append(text, 0))
	p.fatal(err)
	select {
	case m, ok := <-p.replies:
		if !ok || m.ID != p.last || m.Error != nil {
			p.Fatalf("%s: %s", method, m.Error)
		}
		if into != nil {
			p.fatal(json.Unmarshal(m.Result, into))
		}
	case <-time.After(time.Minute):
		p.Fatalf("%s: no answer", method)
	}
}

// Loads does something after which a page is loaded, and waits until it is.
func (p *Page) Loads(do func()) {
	p.Helper()
	p.mu.Lock()
	before := p.events["Page.loadEventFired"]
	p.mu.Unlock()
	do()
	late := time.AfterFunc(30*time.Second, func() {
		p.mu.Lock()
		p.gone = true
		p.mu.Unlock()
		p.more.Broadcast()
	})
	defer late.Stop()
	p.mu.Lock()
	for p.events["Page.loadEventFired"] == before && !p.gone {
		p.more.Wait()
	}
	gone := p.gone
	p.mu.Unlock()
	if gone {
		p.Fatalf("no page was loaded; the browser complains of %v; it shows\n%s", p.Complaints(), p.Text())
	}
}

// Goes goes to an address and waits until the page there is loaded.
func (p *Page) Goes(address string) {
	p.Helper()
	p.Loads(func() { p.Does("Page.navigate", map[string]any{"url": address}, nil) })
}

// Evaluates gives what an expression is in the page, a promise what it comes to,
// unless into is nil. The page takes it for something that a person does.
func (p *Page) Evaluates(expression string, into any) {
	p.Helper()
	var got struct {
		Result    struct{ Value json.RawMessage }
		Exception json.RawMessage `json:"exceptionDetails"`
	}
	p.Does("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true}, &got)
	if got.Exception != nil {
		p.Fatalf("%s: %s", expression, got.Exception)
	}
	if into != nil {
		p.fatal(json.Unmarshal(got.Result.Value, into))
	}
}

// Text gives what is to be read.
func (p *Page) Text() (text string) {
	p.Helper()
	p.Evaluates("document.body.innerText", &text)
	return text
}

// Shot keeps how the page looks now (see go test -artifacts).
func (p *Page) Shot(name string) {
	p.Helper()
	var shot struct{ Data string }
	p.Does("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	p.fatal(err)
	p.fatal(os.WriteFile(filepath.Join(p.ArtifactDir(), name+".png"), png, 0o600))
}

// Pictures keeps how the page looks on a screen narrow pixels wide and on a wide
// one, by day and by night, then wide on other media such as print. It fails the
// test if the page is wider than a screen, the narrowest of which, with 320 pixels,
// is what WCAG 2.2 (1.4.10) asks of a page.
func (p *Page) Pictures(name string, narrow int, media ...string) {
	p.Helper()
	for _, width := range []int{320, narrow, 1200} {
		p.Does("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
		var needs int
		p.Evaluates("document.documentElement.scrollWidth", &needs)
		if needs > width {
			p.Errorf("%s needs %d pixels, and the screen has %d", name, needs, width)
		}
		if width == 320 {
			continue
		}
		for _, scheme := range []string{"light", "dark"} {
			p.Does("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
			p.Shot(name + "-" + scheme + "-" + map[bool]string{true: "narrow", false: "wide"}[width < 500])
		}
	}
	for _, medium := range media {
		p.Does("Emulation.setEmulatedMedia", map[string]any{"media": medium}, nil)
		p.Shot(name + "-" + medium)
	}
	p.Does("Emulation.clearDeviceMetricsOverride", nil, nil)
	p.Does("Emulation.setEmulatedMedia", map[string]any{"media": "", "features": []any{}}, nil)
}
