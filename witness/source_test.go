package witness

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rogatory/rogatory/fault"
)

func TestSourceAddress(t *testing.T) {
	for _, where := range []string{"", "/nowhere/at/all", "ftp://log.example", "https://", "https://log.example/?x", "https://log.example/#x", "https://%zz"} {
		if _, err := NewSource(where); err == nil {
			t.Errorf("%q is taken for a log", where)
		}
	}
	s, err := NewSource("https://log.example/a/")
	if err != nil || s.files.(*web).base != "https://log.example/a" {
		t.Errorf("%+v %v", s, err)
	}
}

func TestShelf(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	for name, data := range map[string]string{filepath.Join(dir, "checkpoint"): "four", filepath.Join(outside, "secret"): "secret"} {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(outside, "secret"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	s, err := NewSource(dir)
	if err != nil {
		t.Fatal(err)
	}
	get := func(name string, most int64) ([]byte, error) { return s.files.get(t.Context(), name, most) }
	if data, err := get("checkpoint", 4); err != nil || string(data) != "four" {
		t.Errorf("%s, %v", data, err)
	}
	if _, err := get("checkpoint", 3); err == nil {
		t.Error("more is read than asked for")
	}
	if _, err := get("tile/0/000", 3); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	// What is there and is no file is not as if there were none, and is not waited for.
	if err := os.Mkdir(filepath.Join(dir, "provisional"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Provisional(t.Context()); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
	for _, name := range []string{"link", "../secret", "/etc/passwd", "."} {
		if data, err := get(name, 1000); err == nil {
			t.Errorf("%s: %s", name, data)
		}
	}
}

// told is a network of this machine that answers as a handler does.
func told(t *testing.T, h http.HandlerFunc) *Source {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	s, err := NewSource(server.URL + "/log/")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWeb(t *testing.T) {
	hop := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			var i int
			fmt.Sscanf(r.URL.Path, "/hop/%d", &i)
			if i == n {
				fmt.Fprint(w, "four")
				return
			}
			http.Redirect(w, r, fmt.Sprintf("/hop/%d", i+1), http.StatusFound)
		}
	}
	for _, c := range []struct {
		name string
		h    http.HandlerFunc
		want string // what is read, or what the error says after !
	}{
		{"what is there", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/log/checkpoint" || r.Header.Get("User-Agent") != "rogatory-witness" {
				t.Errorf("asks for %s as %s", r.URL, r.Header)
			}
			fmt.Fprint(w, "four")
		}, "four"},
		{"what is not", http.NotFound, "!is not published"},
		{"what is no more", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, "!is not published"},
		{"what is forbidden", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, "!answers 403"},
		{"a part", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(206); fmt.Fprint(w, "fo") }, "!answers 206"},
		{"three redirects", hop(3), "four"},
		{"four redirects", hop(4), "!more than 3 redirects"},
		{"to itself for ever", hop(-1), "!more than 3 redirects"},
		{"to a file", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(302)
		}, "!unsupported protocol"},
		{"more than asked for", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "fourfive") }, "!longer than 4"},
		{"without end", func(w http.ResponseWriter, _ *http.Request) {
			for line := bytes.Repeat([]byte("x"), 1<<16); ; {
				if _, err := w.Write(line); err != nil {
					return
				}
			}
		}, "!longer than 4"},
		{"cut short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "4")
			fmt.Fprint(w, "fo")
		}, "!EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := told(t, c.h)
			data, err := s.files.(*web).once(t.Context(), "checkpoint", 4)
			if says, bad := strings.CutPrefix(c.want, "!"); bad {
				if err == nil || !strings.Contains(err.Error(), says) || len(data) > 0 {
					t.Errorf("%q, %v, want %q", data, err, says)
				}
			} else if err != nil || string(data) != c.want {
				t.Errorf("%q, %v", data, err)
			}
		})
	}
	secure := httptest.NewTLSServer(http.RedirectHandler("http://log.example/", http.StatusFound))
	defer secure.Close()
	w := &web{secure.URL, newReader()}
	w.http.Transport = secure.Client().Transport
	if _, err := w.once(t.Context(), "checkpoint", 4); err == nil || !strings.Contains(err.Error(), "from https to http") {
		t.Errorf("protection is given up: %v", err)
	}
}

// A bomb is measured as it unfolds, not as it is sent.
func TestWebUnfolds(t *testing.T) {
	bomb := gzipped(t, make([]byte, 1<<20))
	s := told(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb)
	})
	if len(bomb) > 4000 {
		t.Fatalf("%d bytes are no bomb", len(bomb))
	}
	if _, err := s.files.get(t.Context(), "checkpoint", 4000); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Error(err)
	}
	if data, err := s.files.get(t.Context(), "checkpoint", 1<<20); err != nil || len(data) != 1<<20 {
		t.Error(err)
	}
}

// busy answers 503 so many times, then serves.
type busy struct {
	times, asked int
	code         int
}

func (b *busy) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if b.asked++; b.asked <= b.times {
		w.WriteHeader(b.code)
	} else {
		w.WriteString("four")
	}
	return w.Result(), nil
}

func TestWebAsksAgain(t *testing.T) {
	for _, c := range []struct {
		times, code, asked int
		ok                 bool
		took               time.Duration
	}{
		{0, 0, 1, true, 0},
		{1, 503, 2, true, time.Second},
		{2, 429, 3, true, 3 * time.Second},
		{3, 500, 3, false, 3 * time.Second},
		{3, 404, 1, false, 0},
		{3, 403, 1, false, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := &busy{times: c.times, code: c.code}
			w := &web{"http://log.example", &http.Client{Transport: b}}
			begun := time.Now()
			_, err := w.get(t.Context(), "checkpoint", 4)
			if (err == nil) != c.ok || b.asked != c.asked || time.Since(begun) != c.took {
				t.Errorf("%+v: asked %d times in %s: %v", c, b.asked, time.Since(begun), err)
			}
			if !c.ok && c.code != 404 && fault.KindOf(err) != fault.Busy {
				t.Errorf("%+v: %v", c, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		w := &web{"http://log.example", &http.Client{Transport: &busy{times: 9, code: 503}}}
		if _, err := w.get(ctx, "checkpoint", 4); err != context.DeadlineExceeded {
			t.Error(err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := &web{"http://log.example", &http.Client{Transport: silent{}}}
		begun := time.Now()
		if _, err := w.get(t.Context(), "checkpoint", 4); fault.KindOf(err) != fault.Busy || time.Since(begun) != 3*readPatience+3*time.Second {
			t.Errorf("%v after %s", err, time.Since(begun))
		}
	})
}
