package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// logPath is where the public log is served.
const logPath = "/log/"

// logFiles serves what is published, and nothing else: no listing, no account, and
// nothing is written down of who reads.
func logFiles(dir string, others http.Handler) http.Handler {
	files := http.StripPrefix(strings.TrimSuffix(logPath, "/"), http.FileServer(http.Dir(dir)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := strings.CutPrefix(r.URL.Path, logPath)
		if !ok {
			others.ServeHTTP(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "the public log is read, and not written to", http.StatusMethodNotAllowed)
			return
		}
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(path.Clean("/"+name))))
		if err != nil || !info.Mode().IsRegular() {
			http.Error(w, "there is no such file in the public log", http.StatusNotFound)
			return
		}
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*") // a page elsewhere may check it
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Type", "text/plain; charset=utf-8")
		if strings.HasPrefix(name, "tile/") {
			h.Set("Content-Type", "application/octet-stream")
		}
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		if !strings.Contains(name, "/") {
			h.Set("Cache-Control", "no-cache")
		}
		files.ServeHTTP(w, r)
	})
}

// publishing brings what waits into the log, again and again, until the context
// ends. It goes on whatever is wrong, and says so: a log that stops is seen by
// everybody.
func (v *service) publishing(ctx context.Context) {
	every := min(time.Duration(v.settings.Log.EpochMinutes)*time.Minute/4, time.Minute)
	said := ""
	for tick := time.NewTicker(every); ; {
		err := v.publishOnce(ctx)
		if text := errorText(err); text != said && ctx.Err() == nil {
			said = text
			if err != nil {
				v.log.Log(ctx, severity(err), "the public log is not published", "error", text)
			}
		}
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
	}
}

func (v *service) publishOnce(ctx context.Context) error {
	if _, roles := v.opened.log.Terms(); len(roles.Keys) == 0 {
		if err := v.opened.log.refresh(ctx); err != nil {
			return err
		}
		if _, roles = v.opened.log.Terms(); len(roles.Keys) == 0 {
			return fault.NotFoundf(v.opened.log.origin, "has not begun: nothing can be released").WithHint("rogatory ledger terms, with oversight's role key")
		}
	}
	_, err := v.publishNow(ctx, v.clock())
	return err
}

// severity: too few witnesses pass; what contradicts itself does not.
func severity(err error) slog.Level {
	if fault.KindOf(err) == fault.Busy {
		return slog.LevelWarn
	}
	return slog.LevelError
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
