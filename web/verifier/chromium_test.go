package verifier

import (
	"strconv"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/tools/browser"
)

// A chromium is a real browser at the page, which is a file.
type chromium struct{ *browser.Page }

func newChromium(t *testing.T) *chromium {
	t.Helper()
	return &chromium{browser.Open(t)}
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// chooses puts a file into a field.
func (c *chromium) chooses(selector, path string) {
	c.Helper()
	var found struct{ Result struct{ ObjectID string } }
	c.Does("Runtime.evaluate", map[string]any{"expression": "document.querySelector(" + strconv.Quote(selector) + ")"}, &found)
	c.Does("DOM.setFileInputFiles", map[string]any{"files": []string{path}, "objectId": found.Result.ObjectID}, nil)
}

// pictures keeps how the page looks, also on paper, because a result is printed for
// a file, and fails the test if it is wider than a screen.
func (c *chromium) pictures(name string) {
	c.Helper()
	c.Pictures(name, 390, "print")
}

// content fails the test if the browser asked for anything but the page and what is
// in it, or complained.
func (c *chromium) content(page string) {
	c.Helper()
	c.Content(func(address string) bool {
		return address == page || address == "data:," || strings.HasPrefix(address, page+"#")
	})
}
