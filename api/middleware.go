package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// Bounds of a connection, against whoever is slow on purpose.
const (
	headerTime = 5 * time.Second
	bodyTime   = 15 * time.Second // for the whole of a body of JSON
	answerTime = 30 * time.Second // for an answer, or a part of a long one
	idleTime   = 60 * time.Second
	headerSize = 16 << 10
)

// HTTP gives a server for an address, with every bound set. Its caller sets TLS:
// for mutual TLS with tls.RequestClientCert, because whether a certificate is
// enrolled is asked of the register and not of a list of issuers.
func (s *Server) HTTP(addr string) *http.Server {
	return &http.Server{
		Addr: addr, Handler: s.Handler(),
		ReadHeaderTimeout: headerTime, ReadTimeout: headerTime + bodyTime, WriteTimeout: headerTime + bodyTime + answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: headerSize, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// Handler answers everything the office answers on its public address.
func (s *Server) Handler() http.Handler {
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(s.origin); err != nil {
		panic(err) // New has read it
	}
	// Nobody is signed in there, so no other page can act for anybody; and browsers
	// that do not say which page sends a form are not to keep a person from it.
	guard.AddInsecureBypassPattern("POST /challenge")
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.problem(w, r, fault.Forbiddenf("Origin", "another site's page sent this").WithHint("only pages of "+s.origin+" act for whoever is signed in"))
	}))
	return s.watched(s.secured(guard.Handler(http.HandlerFunc(s.answer))))
}

// answer finds the route; what there is no route for is a problem as well.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	if !onePath(r.URL) {
		s.problem(w, r, fault.NotFoundf("", "the path can be read in more than one way").WithHint("write it without empty and dot segments and without coded slashes"))
		return
	}
	h, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	none := unread{header: http.Header{}}
	h.ServeHTTP(&none, r)
	if none.status != http.StatusMethodNotAllowed {
		s.problem(w, r, fault.NotFoundf("", "nothing is here"))
		return
	}
	w.Header().Set("Allow", none.header.Get("Allow"))
	s.problem(w, r, notAnswered(none.header.Get("Allow")))
}

// An unread answer keeps its header and its status.
type unread struct {
	header http.Header
	status int
}

func (u *unread) Header() http.Header         { return u.header }
func (u *unread) Write(b []byte) (int, error) { return len(b), nil }
func (u *unread) WriteHeader(status int)      { u.status = status }

// onePath reports whether a path has one reading: what a proxy in between, which
// decodes or shortens it, takes it for is what it is here.
func onePath(u *url.URL) bool {
	p := u.Path
	if !strings.HasPrefix(p, "/") || p != "/" && path.Clean(p) != strings.TrimSuffix(p, "/") || strings.Contains(p, `\`) {
		return false
	}
	if strings.ContainsFunc(p, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return false
	}
	coded := strings.ToLower(u.EscapedPath())
	return !strings.Contains(coded, "%2f") && !strings.Contains(coded, "%2e")
}

// secured sets what keeps a browser from making more of an answer than it is.
func (s *Server) secured(next http.Handler) http.Handler {
	safe := strings.HasPrefix(s.origin, "https://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		if safe {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// watched counts and logs an answer by its route, never by its path: that would
// tell which case, and by whom. A panic is a failure of the office like another;
// in the middle of an answer it breaks the connection, so that half an answer is
// not taken for one.
func (s *Server) watched(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := &seen{ResponseWriter: w}
		defer func() {
			cause := recover()
			if cause != nil && cause != http.ErrAbortHandler && seen.status == 0 {
				s.problem(seen, r, panicked{cause})
				cause = nil
			}
			s.figures.answered(r, seen.status, time.Since(began))
			s.log.InfoContext(r.Context(), "answered", "method", known(r.Method), "route", r.Pattern, "status", seen.status, "bytes", seen.bytes, "took", time.Since(began))
			if cause != nil {
				if cause != http.ErrAbortHandler {
					s.log.ErrorContext(r.Context(), "broke off", "route", r.Pattern, "error", panicked{cause})
				}
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(seen, r)
		if seen.status == 0 {
			seen.WriteHeader(http.StatusOK)
		}
	})
}

// seen remembers how an answer went.
type seen struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Unwrap gives http.ResponseController what lies below.
func (s *seen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *seen) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *seen) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	n, err := s.ResponseWriter.Write(b)
	s.bytes += int64(n)
	return n, err
}

// panicked is an error of no kind.
type panicked struct{ cause any }

func (p panicked) Error() string { return fmt.Sprintf("panic: %v", p.cause) }

// known keeps a method that somebody made up out of logs and figures.
func known(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
