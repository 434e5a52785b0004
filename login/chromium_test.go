package login

import (
	"encoding/json"
	"strings"
	"testing"

	driver "github.com/rogatory/rogatory/tools/browser"
)

// A chromium is a real browser at the pages of this door.
type chromium struct{ *driver.Page }

func newChromium(t *testing.T) *chromium {
	t.Helper()
	return &chromium{driver.Open(t)}
}

// presses presses the button that says so.
func (c *chromium) presses(label string) {
	c.Helper()
	quoted, err := json.Marshal(label)
	if err != nil {
		c.Fatal(err)
	}
	c.Evaluates(`[...document.querySelectorAll("button")].find((b) => !b.hidden && b.textContent.trim() === `+string(quoted)+`).click()`, nil)
}

// at gives the path at which the browser is.
func (c *chromium) at() (path string) {
	c.Helper()
	c.Evaluates("location.pathname", &path)
	return path
}

// shows fails the test unless words can be read at a path.
func (c *chromium) shows(path string, words ...string) {
	c.Helper()
	text := c.Text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			c.Errorf("%q is not to be read in\n%s", w, text)
		}
	}
	if at := c.at(); at != path {
		c.Fatalf("at %s, want %s:\n%s", at, path, text)
	}
}

// pictures keeps how the page looks, and fails the test if it is wider than a screen.
func (c *chromium) pictures(name string) {
	c.Helper()
	c.Pictures(name, 360)
}

// content fails the test if the browser was sent elsewhere, or complained.
func (c *chromium) content(origin string) {
	c.Helper()
	c.Content(func(address string) bool { return strings.HasPrefix(address, origin+"/") })
}
