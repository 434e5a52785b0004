package api

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/tools/browser"
)

// chromium runs a real browser on one address and gives what it writes, and what it
// complains of.
func chromium(t *testing.T, address string, flags ...string) (out, complaints string) {
	t.Helper()
	path, home := browser.Path(t), t.TempDir()
	flags = append(flags, browser.Flags(home)...)
	flags = append(flags, "--hide-scrollbars", "--enable-logging=stderr")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, path, append(flags, address)...)
	run.Env, run.WaitDelay = browser.Env(home), 5*time.Second
	var stdout, stderr bytes.Buffer
	run.Stdout, run.Stderr = &stdout, &stderr
	if err := run.Run(); err != nil {
		t.Fatalf("Chromium: %v\n%s", err, stderr.Bytes())
	}
	var said []string
	for line := range strings.Lines(stderr.String()) {
		if strings.Contains(line, "CONSOLE") {
			said = append(said, line)
		}
	}
	return stdout.String(), strings.Join(said, "")
}

// TestARealBrowserShowsThePage, narrow and wide, from left and from right (see go
// test -artifacts), and has nothing to complain of.
func TestARealBrowserShowsThePage(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	var mu sync.Mutex
	var asked []string
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		o.server.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	for _, c := range []struct {
		lang  string
		width int
	}{{"en", 360}, {"en", 1200}, {"ar", 360}, {"ar", 1200}} {
		picture := filepath.Join(t.ArtifactDir(), c.lang+"-"+strconv.Itoa(c.width)+".png")
		_, complaints := chromium(t, web.URL+"/challenge?lang="+c.lang, "--screenshot="+picture, "--window-size="+strconv.Itoa(c.width)+",1600")
		if shot, err := os.ReadFile(picture); err != nil || len(shot) < 10_000 {
			t.Errorf("%s at %d: there is nothing to be seen: %d bytes, %v", c.lang, c.width, len(shot), err)
		}
		if complaints != "" {
			t.Errorf("%s at %d: the browser complains: %s", c.lang, c.width, complaints)
		}
	}
	for _, path := range asked {
		if path != "/challenge" && path != "/challenge/page.css" && path != "/favicon.ico" {
			t.Errorf("the browser asked for %s", path)
		}
	}
}

// TestARealBrowserSendsTheForm: the form of the page, typed into and sent by a
// browser, with the headers that it makes of what the page lets it do. Only a script
// that types is added.
func TestARealBrowserSendsTheForm(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	l, code := challengeable(o)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/challenge" {
			o.server.Handler().ServeHTTP(w, r)
			return
		}
		page := httptest.NewRecorder()
		o.server.Handler().ServeHTTP(page, r)
		for name, values := range page.Header() {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Security-Policy", pagePolicy+"; script-src 'unsafe-inline'")
		w.Write(page.Body.Bytes())
		w.Write([]byte(`<script>
			document.getElementById("code").value = "` + code + `";
			document.getElementById("why").value = "صحفي\nوما زلت";
			document.querySelector("form > .row > button").click();
		</script>`))
	}))
	t.Cleanup(web.Close)
	page, complaints := chromium(t, web.URL+"/challenge?lang=ar", "--dump-dom", "--virtual-time-budget=10000")
	for _, part := range []string{"لقد استلمناه", string(l.ref), "صحفي\nوما زلت</pre>", "act challenge"} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is not in\n%s", part, page)
		}
	}
	if complaints != "" {
		t.Errorf("the browser complains: %s", complaints)
	}
}
