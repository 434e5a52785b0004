package post

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogatory/rogatory/fault"
)

func withSignature(r *http.Request, body []byte) error {
	r.Header.Set("Signature", "over "+string(body))
	return nil
}

// trusting gives webhooks that take the certificate of a test server.
func trusting(server *httptest.Server, reach Reach) *Hooks {
	h := NewHooks(withSignature, reach)
	if server != nil && server.Certificate() != nil {
		pool := x509.NewCertPool()
		pool.AddCert(server.Certificate())
		h.transport.TLSClientConfig.RootCAs = pool
	}
	return h
}

func TestNewsArriveSigned(t *testing.T) {
	type told struct{ method, path, kind, id, signature, agent, body string }
	got := make(chan told, 1)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- told{r.Method, r.RequestURI, r.Header.Get("Content-Type"), r.Header.Get("Idempotency-Key"), r.Header.Get("Signature"), r.Header.Get("User-Agent"), string(body)}
		w.WriteHeader(http.StatusAccepted)
	})
	for _, server := range []*httptest.Server{httptest.NewTLSServer(handler), httptest.NewServer(handler)} {
		err := trusting(server, ThisMachineToo).Send(t.Context(), server.URL+"/news?k=1", "26-E7MVEEHX-R/ready", []byte(`{"a":1}`))
		if err != nil {
			t.Fatalf("%s: %v", server.URL, err)
		}
		want := told{"POST", "/news?k=1", "application/json", "26-E7MVEEHX-R/ready", `over {"a":1}`, "Rogatory", `{"a":1}`}
		if told := <-got; told != want {
			t.Errorf("got %+v, want %+v", told, want)
		}
		server.Close()
	}
}

func TestWhatTheToldAnswer(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		kind   fault.Kind
		done   bool
	}{
		{"done", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, fault.Internal, true},
		{"done, and much to say", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat("thank you ", 1e6)) }, fault.Internal, true},
		{"gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, fault.Invalid, false},
		{"not there", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, fault.Invalid, false},
		{"not liked", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }, fault.Internal, false},
		{"busy", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, fault.Internal, false},
		{"broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, fault.Internal, false},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, fault.Internal, false},
		{"a header without end", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X", strings.Repeat("x", 2*longestReturns))
		}, fault.Internal, false},
	} {
		server := httptest.NewTLSServer(c.answer)
		err := trusting(server, ThisMachineToo).Send(t.Context(), server.URL+"/secret", "1", nil)
		if err == nil != c.done || fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the path: %v", c.name, err)
		}
		server.Close()
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	for _, code := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewTLSServer(http.RedirectHandler(other.URL, code))
		if err := trusting(server, ThisMachineToo).Send(t.Context(), server.URL, "1", nil); err == nil || fault.KindOf(err) != fault.Internal {
			t.Errorf("%d: %v", code, err)
		}
		server.Close()
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d requests were sent elsewhere", n)
	}
}

func TestNoCookieIsKeptAndNoProxyAsked(t *testing.T) {
	var cookies atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookies.Add(int32(len(r.Cookies())))
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "you"})
	}))
	defer server.Close()
	h := trusting(server, ThisMachineToo)
	for range 2 {
		if err := h.Send(t.Context(), server.URL, "1", nil); err != nil {
			t.Fatal(err)
		}
	}
	if cookies.Load() != 0 {
		t.Error("a cookie came back")
	}
	// The environment is read once in a process, so what is asked is the function.
	if h.transport.Proxy != nil {
		t.Error("a proxy may be asked")
	}
}

func TestOldEncryptionIsRefused(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	server.Config.ErrorLog = quiet
	server.StartTLS()
	defer server.Close()
	// An answer would be 404 and for good.
	if err := trusting(server, ThisMachineToo).Send(t.Context(), server.URL, "1", nil); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("TLS 1.1: %v", err)
	}
}

func TestACertificateNobodyVouchesFor(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = quiet
	server.StartTLS()
	defer server.Close()
	if err := trusting(nil, ThisMachineToo).Send(t.Context(), server.URL, "1", nil); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("a stranger's certificate: %v", err)
	}
}

func TestTheSlowAreNotWaitedFor(t *testing.T) {
	held := make(chan struct{})
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		<-held // also when nobody waits any more: an answer could still come first
	}))
	defer server.Close()
	defer close(held)
	h := trusting(server, ThisMachineToo)
	h.patience = 200 * time.Millisecond
	if err := h.Send(t.Context(), server.URL, "1", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a slow one: %v", err)
	}
}

func TestNothingUnsignedLeaves(t *testing.T) {
	var came atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	defer server.Close()
	h := trusting(server, ThisMachineToo)
	broken := errors.New("the key is away")
	h.sign = func(*http.Request, []byte) error { return broken }
	if err := h.Send(t.Context(), server.URL, "1", nil); !errors.Is(err, broken) || came.Load() != 0 {
		t.Errorf("%d came, %v", came.Load(), err)
	}
}

func TestWebAddressesThatAreRefused(t *testing.T) {
	const good = "https://hook.example/news"
	for _, reach := range []Reach{Public, ThisMachineToo} {
		h := NewHooks(withSignature, reach)
		if _, err := h.parse(good); err != nil {
			t.Fatal(err)
		}
		for _, address := range []string{
			"", "hook.example", "//hook.example/", "https:hook.example", "https://", "https:///news", "http://hook.example/", "http://8.8.8.8:8080/",
			"ftp://hook.example/", "file:///etc/passwd", "gopher://hook.example:8080/", "HTTPS//hook.example",
			"https://user@hook.example/", "https://user:pass@hook.example/", "https://:@hook.example/", "https://8.8.8.8@127.0.0.1/",
			"https://hook.example/#fragment", "https://hook.example:/", "https://hook.example:22/", "https://hook.example:25/", "https://hook.example:80/",
			"https://hook.example:1024/", "https://hook.example:0/", "https://hook.example:65536/", "https://hook.example:-1/", "https://hook.example:https/",
			"https://10.0.0.1/", "https://[fe80::1%25eth0]/", "https://[::ffff:10.0.0.1]/",
			"https://2130706433/", "https://127.1/", "https://0x7f.0.0.1/", "https://0177.0.0.1/",
			"https://hook..example/", "https://hook.example./", "https://суд.example/", "https://hook_1.example/", "https://hook.example\r\n/", "https://hook.example/a b\n",
			"https://hook.example/" + strings.Repeat("a", longestHook),
		} {
			if at, err := h.parse(address); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%q is read as %v, %v", address, at, err)
			}
		}
	}
	for _, address := range []string{good, "https://hook.example", "https://hook.example:443/", "https://hook.example:8443/?a=b", "https://8.8.8.8/", "https://[2606:4700::1111]/", "https://[2606:4700::1111]:8443/"} {
		if _, err := NewHooks(withSignature, Public).parse(address); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := NewHooks(withSignature, Public).parse("http://127.0.0.1:8080/"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("this machine, outside a rehearsal: %v", err)
	}
	h := NewHooks(withSignature, ThisMachineToo)
	for _, c := range []struct{ id, body string }{{"", ""}, {"a\r\nX: y", ""}, {strings.Repeat("i", 256), ""}, {"1", strings.Repeat("b", longestNews+1)}} {
		if err := h.Send(t.Context(), good, c.id, []byte(c.body)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("id %.20q, body of %d bytes: %v", c.id, len(c.body), err)
		}
	}
}
