package api

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// bodies are the endpoints of requesters and persons that take one, and how large
// it may be.
var bodies = []struct {
	path  string
	limit int
}{
	{"/v1/requests", documentLimit},
	{"/v1/requests/CASE/answer", documentLimit},
	{"/v1/requests/CASE/withdraw", messageLimit},
	{"/v1/requests/CASE/erasure", messageLimit},
	{"/v1/requests/CASE/onward", messageLimit},
	{"/v1/challenges", messageLimit},
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	ref := c.submit(c.document())
	good := string(c.document())
	for _, at := range bodies {
		for _, bad := range []struct {
			name, body, kind string
			status           int
		}{
			{"nothing", "", "application/json", 400},
			{"no JSON", "hello", "application/json", 400},
			{"half an object", `{"why": "x"`, "application/json", 400},
			{"an array", `[]`, "application/json", 400},
			{"null", `null`, "application/json", 400},
			{"a string", `"x"`, "application/json", 400},
			{"something behind it", good + "{}", "application/json", 400},
			{"an empty object", `{}`, "application/json", 400},
			{"nothing in its members", `{"why": " ", "proof": "", "to": ""}`, "application/json", 400},
			{"an unknown member", `{"colour": "blue"}`, "application/json", 400},
			{"a member twice", `{"why": "a", "why": "b", "to": "a", "to": "b", "proof": "a", "proof": "b", "format": "a", "format": "b", "code": "a", "code": "b"}`, "application/json", 400},
			{"a number for a text", `{"why": 1, "to": 1, "proof": 1, "code": 1, "format": 1}`, "application/json", 400},
			{"deep nesting", strings.Repeat("[", 40_000) + strings.Repeat("]", 5_000), "application/json", 400},
			{"deep objects", strings.Repeat(`{"why":`, 7_000) + "1" + strings.Repeat("}", 7_000), "application/json", 400},
			{"no UTF-8", "{\"why\": \"\xff\xfe\", \"to\": \"\xff\", \"proof\": \"\xff\", \"code\": \"\xff\", \"format\": \"\xff\"}", "application/json", 400},
			{"text", good, "text/plain", 415},
			{"XML", "<a/>", "application/xml", 415},
			{"a form", "why=x", "application/x-www-form-urlencoded", 415},
			{"no type", good, "", 415},
			{"a type that is none", good, "application/json; charset", 415},
			{"another charset", good, "application/json; charset=latin1", 415},
			{"too much", `{"why": "` + strings.Repeat("x", at.limit) + `"}`, "application/json", 413},
		} {
			r := o.request(http.MethodPost, strings.ReplaceAll(at.path, "CASE", string(ref)), []byte(bad.body))
			r.Header.Set("Content-Type", bad.kind)
			if bad.kind == "" {
				r.Header.Del("Content-Type")
			}
			if at.path == "/v1/requests" {
				r.Header.Set("Idempotency-Key", rand.Text())
			}
			if strings.Contains(at.path, "CASE") && bad.kind != "" {
				c.sign(r, []byte(bad.body))
			}
			got := o.send(c.client, r)
			if got.status != bad.status {
				t.Errorf("%s with %s: %d, want %d: %.300s", at.path, bad.name, got.status, bad.status, got.body)
			}
			if len(got.body) > 16<<10 {
				t.Errorf("%s with %s: an answer of %d bytes", at.path, bad.name, len(got.body))
			}
		}
		r := o.request(http.MethodPost, strings.ReplaceAll(at.path, "CASE", string(ref)), []byte(good))
		r.Header.Set("Content-Encoding", "gzip")
		r.Header.Set("Idempotency-Key", rand.Text())
		c.sign(r, []byte(good))
		if got := o.send(c.client, r); got.status != 415 {
			t.Errorf("%s, zipped: %d %s", at.path, got.status, got.body)
		}
	}
}

// raw sends bytes over a connection of its own, and reads one answer.
func (o *rig) raw(text string) *answer {
	o.Helper()
	conn, err := tls.Dial("tcp", o.web.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	o.ok(err)
	defer conn.Close()
	_, err = io.WriteString(conn, text)
	o.ok(err)
	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	o.ok(err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	o.ok(err)
	return &answer{got.StatusCode, got.Header, body}
}

// TestPathTricks: what a proxy in between could take for another path is none.
func TestPathTricks(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	for _, path := range []string{
		"//v1/keys", "/v1//keys", "/v1/./keys", "/v1/../v1/keys", "/v1/%2e/keys", "/v1/%2E%2E/v1/keys", "/v1%2fkeys", "/v1%2Fkeys", "/v1/keys/..", "/v1/keys/.",
		"/livez/../v1/keys", "/v1/keys%00", "/v1/keys%0a", `/v1/\keys`, "/v1/keys/", "/V1/keys", "/v1/keys;a=b", "/v1/requests/../keys", "/./v1/keys",
		"/v1/cases/%2e%2e/keys", "/v1/requests/%2e%2e%2fkeys",
	} {
		got := o.raw("GET " + path + " HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n")
		if got.status != 404 && got.status != 401 && got.status != 400 {
			t.Errorf("%s: %d %v %s", path, got.status, got.header, got.body)
		}
		if loc := got.header.Get("Location"); loc != "" {
			t.Errorf("%s leads to %s", path, loc)
		}
	}
	if got := o.raw("GET /v1/keys HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"); got.status != 200 {
		t.Errorf("the plain path: %d", got.status) // else the others prove nothing
	}
}

// TestHeaderTricks: nothing that a client can claim changes where or who it is.
func TestHeaderTricks(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	ref := c.submit(c.document())
	path := "/v1/requests/" + string(ref)
	for name, value := range map[string]string{
		"X-HTTP-Method-Override": "POST", "X-Forwarded-Host": "office.example", "X-Original-URL": "/v1/keys", "X-Rewrite-URL": "/v1/keys",
		"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Client-Cert": "Hash=00", "X-Client-Cert": "x", "Forwarded": "host=office.example", "X-User": "tr-ca",
		"Authorization": "Bearer tr-ca", "Cookie": "__Host-rogatory=x",
	} {
		r := o.request(http.MethodGet, path, nil)
		r.Header.Set(name, value)
		o.send(o.client(), r).problem(o, 401)
		r = c.signed(http.MethodGet, path, nil)
		r.Header.Set(name, value)
		o.send(c.client, r).into(o, 200, nil)
	}
	r := c.signed(http.MethodGet, path, nil)
	r.Host = "office.example" // behind a proxy Host is anybody's word
	o.send(c.client, r).into(o, 200, nil)

	for _, name := range []string{"Content-Type", "Idempotency-Key", "Content-Digest"} {
		r := c.signed(http.MethodPost, "/v1/requests", c.document())
		r.Header.Add(name, r.Header.Get(name))
		if got := o.send(c.client, r); got.status != 401 && got.status != 400 {
			t.Errorf("%s twice: %d %s", name, got.status, got.body)
		}
	}
	got := o.raw("GET /v1/keys HTTP/1.1\r\nHost: example.com\r\nX-Long: " + strings.Repeat("x", 64<<10) + "\r\n\r\n")
	if got.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 64 KiB: %d", got.status)
	}
	for _, text := range []string{
		"POST /v1/requests HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nIdempotency-Key: a\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n0\r\n\r\n",
		"POST /v1/requests HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello!",
		"GET /v1/keys HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"GET http://example.com:x/v1/keys HTTP/1.1\r\nHost: example.com\r\n\r\n",
		"GET /v1/keys HTTP/1.1\r\nHost: example.com\r\nBad Header: x\r\n\r\n",
	} {
		if got := o.raw(text); got.status != 400 {
			t.Errorf("%q: %d", text, got.status)
		}
	}
}

// TestOtherMethods: what a path is not for is answered so, with what it is for.
func TestOtherMethods(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	for path, allow := range map[string]string{"/v1/requests": "POST", "/v1/keys": "GET, HEAD", "/v1/challenges": "POST", "/livez": "GET, HEAD"} {
		for _, method := range []string{"DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "BREW"} {
			got := o.asks(o.client(), method, path, nil)
			got.problem(o, 405)
			if got.header.Get("Allow") != allow {
				t.Errorf("%s %s: Allow %q, want %q", method, path, got.header.Get("Allow"), allow)
			}
		}
	}
	for _, path := range []string{"/", "/v1", "/v2/keys", "/metrics", "/debug/pprof/", "/favicon.ico"} {
		o.asks(o.client(), "GET", path, nil).problem(o, 404)
	}
	got := o.asks(o.client(), "HEAD", "/v1/keys", nil)
	if got.status != 200 || len(got.body) != 0 {
		t.Errorf("HEAD: %d %s", got.status, got.body)
	}
}

// TestAnotherSitesPage acts for nobody who is signed in.
func TestAnotherSitesPage(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	sami := o.signIn("Sami")
	for _, headers := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}} {
		r := o.request("POST", "/v1/search", []byte(`{"text": "panel"}`))
		for k, v := range headers {
			r.Header.Set(k, v)
		}
		o.send(sami, r).problem(o, 403)
	}
	r := o.request("POST", "/v1/search", []byte(`{"text": "panel"}`))
	r.Header.Set("Origin", origin)
	o.send(sami, r).into(o, 200, nil)
}

// TestASlowSender is cut off when its time is over, and has held no place where
// anybody is worked for.
func TestASlowSender(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	slow := httptest.NewUnstartedServer(nil)
	slow.Config = o.server.HTTP("")
	slow.Config.ReadTimeout, slow.Config.ReadHeaderTimeout = 300*time.Millisecond, 100*time.Millisecond
	slow.Start()
	t.Cleanup(slow.Close)
	dial := func(text string) net.Conn {
		conn, err := net.Dial("tcp", slow.Listener.Addr().String())
		o.ok(err)
		t.Cleanup(func() { conn.Close() })
		_, err = io.WriteString(conn, text)
		o.ok(err)
		return conn
	}
	head := dial("POST /v1/requests HTTP/1.1\r\nHost: example.com\r\nX-Slow: ")
	if text, _ := io.ReadAll(head); bytes.Contains(text, []byte(" 20")) {
		t.Errorf("a header without end: %s", text)
	}
	if o.server.HTTP("").ReadHeaderTimeout == 0 || o.server.HTTP("").ReadTimeout == 0 || o.server.HTTP("").WriteTimeout == 0 || o.server.HTTP("").IdleTimeout == 0 {
		t.Error("a connection has no bound")
	}
	// The body of this one never comes. While it is awaited somebody else is served.
	body := dial("POST /v1/requests HTTP/1.1\r\nHost: example.com\r\nIdempotency-Key: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	if n := o.server.lanes.inUse()["strangers"]; n != 0 {
		t.Errorf("%d are worked on that nobody has read", n)
	}
	o.stranger(document(t, "leg-13", "tr-ca", "TR", nil), "1").into(o, 202, nil)
	body.Close()
}

// TestABodyThatStops is answered, and the sender told.
func TestABodyThatStops(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	conn, err := tls.Dial("tcp", o.web.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	o.ok(err)
	defer conn.Close()
	fmt.Fprint(conn, "POST /v1/requests HTTP/1.1\r\nHost: example.com\r\nIdempotency-Key: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	o.ok(conn.CloseWrite())
	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	o.ok(err)
	defer got.Body.Close()
	var p Problem
	o.ok(json.NewDecoder(got.Body).Decode(&p))
	if got.StatusCode != 400 {
		t.Errorf("%d %+v", got.StatusCode, p)
	}
}

// TestWhatAnAnswerLetsABrowserDo.
func TestWhatAnAnswerLetsABrowserDo(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	for _, path := range []string{"/v1/keys", "/nothing", "/v1/cases"} {
		got := o.asks(o.client(), "GET", path, nil)
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Strict-Transport-Security": "max-age=31536000",
			"Access-Control-Allow-Origin": "", "Server": "",
		} {
			if got.header.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got.header.Get(name), want)
			}
		}
	}
}
