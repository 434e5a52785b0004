package browser

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestABrowserThatIsMissing: without it a test is skipped, and fails in continuous
// integration.
func TestABrowserThatIsMissing(t *testing.T) {
	if os.Getenv("BROWSER_TEST_PATH") != "" {
		t.Log(Path(t))
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for ci, want := range map[string]string{"true": "--- FAIL", "": "--- SKIP"} {
		run := exec.Command(self, "-test.run=^TestABrowserThatIsMissing$", "-test.v")
		run.Env = append(os.Environ(), "BROWSER_TEST_PATH=asked", "PATH="+t.TempDir(), "CI="+ci)
		said, err := run.CombinedOutput()
		if !strings.Contains(string(said), want) || !strings.Contains(string(said), "sudo make deps") || (err != nil) != (ci == "true") {
			t.Errorf("CI=%q: want %s: %v\n%s", ci, want, err, said)
		}
	}
}

// TestPage: what a page asks for, what goes wrong in it and what it shows is heard.
func TestPage(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/":
			w.Write([]byte(`<!DOCTYPE html><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><p>It is quiet here. <a href="/wrong">On</a>`))
		case "/wrong":
			w.Write([]byte(`<!DOCTYPE html><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><p>It is not.<img src="/nothing" alt="">
				<script>throw new Error("so it goes")</script>`))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(web.Close)
	p := Open(t)
	p.Goes(web.URL + "/")
	if text := p.Text(); text != "It is quiet here. On" {
		t.Errorf("it shows %q", text)
	}
	var sum int
	if p.Evaluates("new Promise((done) => setTimeout(() => done(6 * 7), 10))", &sum); sum != 42 {
		t.Errorf("a promise comes to %d", sum)
	}
	p.Pictures("quiet", 360, "print")
	for _, name := range []string{"light-narrow", "dark-narrow", "light-wide", "dark-wide", "print"} {
		if shot, err := os.ReadFile(filepath.Join(t.ArtifactDir(), "quiet-"+name+".png")); err != nil || !strings.HasPrefix(string(shot), "\x89PNG") {
			t.Errorf("%s: no picture: %v", name, err)
		}
	}
	p.Content(func(address string) bool { return address == web.URL+"/" || address == "data:," })
	p.Loads(func() { p.Evaluates(`document.querySelector("a").click()`, nil) })
	for _, path := range []string{"/", "/wrong", "/nothing"} {
		if asked := p.Asked(); !slices.Contains(asked, web.URL+path) {
			t.Errorf("%s is not among what it asked for: %q", path, asked)
		}
	}
	if wrong := p.Complaints(); len(wrong) != 1 || !strings.Contains(wrong[0], "so it goes") {
		t.Errorf("it complains of %q", wrong)
	}
}
