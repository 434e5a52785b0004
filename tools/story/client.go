package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// m is a JSON object.
type m = map[string]any

func encoded(value any) []byte {
	text, err := json.Marshal(value)
	must(err)
	return text
}

// request makes a request. A value goes as JSON, bytes as they are; nil: nothing
// goes.
func (o *office) request(method, path string, value any) *http.Request {
	var body []byte
	switch v := value.(type) {
	case nil:
	case []byte:
		body = v
	default:
		body = encoded(v)
	}
	r, err := http.NewRequest(method, o.origin()+path, bytes.NewReader(body))
	must(err)
	if value != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// An answer is what came back, with what was asked.
type answer struct {
	asked  string
	status int
	header http.Header
	body   []byte
}

// send sends a request as somebody, and reads all of the answer.
func (o *office) send(c *http.Client, r *http.Request, who string) *answer {
	sent := ""
	if r.GetBody != nil && r.Header.Get("Content-Type") == "application/json" {
		body, err := r.GetBody()
		must(err)
		text, err := io.ReadAll(body)
		must(err)
		sent = " " + short(text)
	}
	a := &answer{asked: fmt.Sprintf("%s at %s: %s %s%s", who, o.now.Format(time.RFC3339), r.Method, r.URL.RequestURI(), sent)}
	got, err := c.Do(r)
	if err != nil {
		fail("%s\n  %v", a.asked, err)
	}
	defer got.Body.Close()
	a.status, a.header = got.StatusCode, got.Header
	if a.body, err = io.ReadAll(got.Body); err != nil {
		fail("%s\n  %v", a.asked, err)
	}
	o.last = a.String()
	return a
}

func short(text []byte) string {
	const most = 1200
	if !utf8.Valid(text) {
		return fmt.Sprintf("(%d bytes that are no text)", len(text))
	}
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}

func (a *answer) String() string {
	return fmt.Sprintf("%s\n  %d %s", a.asked, a.status, short(a.body))
}

// wants ends the life unless the answer has a status.
func (a *answer) wants(status int) *answer {
	if a.status != status {
		fail("%s\n  expected status %d", a, status)
	}
	return a
}

// refuses ends the life unless the answer is a problem document (RFC 9457) of a
// status that says some words.
func (a *answer) refuses(status int, words string) *answer {
	a.wants(status)
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json" || !strings.Contains(string(a.body), words) {
		fail("%s\n  expected a problem that says %q, got %s", a, words, kind)
	}
	return a
}

// into reads the answer.
func (a *answer) into(value any) {
	if err := json.Unmarshal(a.body, value); err != nil {
		fail("%s\n  cannot be read: %v", a, err)
	}
}

// member gives a member of the answer.
func (a *answer) member(name string) any {
	var all m
	a.into(&all)
	return all[name]
}

// word gives a member that is a text.
func (a *answer) word(name string) string {
	text, _ := a.member(name).(string)
	return text
}

// list gives a member that is a list.
func (a *answer) list(name string) []any {
	a.wants(http.StatusOK)
	list, ok := a.member(name).([]any)
	if !ok {
		fail("%s\n  expected a list %q", a, name)
	}
	return list
}

// says ends the life unless a member is as wanted.
func (a *answer) says(name string, want any) *answer {
	if got := a.member(name); !reflect.DeepEqual(got, want) {
		fail("%s\n  expected %s to be %v, got %v", a, name, want, got)
	}
	return a
}

// has ends the life unless words are in the answer.
func (a *answer) has(words ...string) *answer {
	for _, w := range words {
		if !strings.Contains(string(a.body), w) {
			fail("%s\n  expected %q in it", a, w)
		}
	}
	return a
}

// lacks ends the life if words are in the answer.
func (a *answer) lacks(words ...string) *answer {
	for _, w := range words {
		if strings.Contains(string(a.body), w) {
			fail("%s\n  expected no %q in it", a, w)
		}
	}
	return a
}

// expect ends the life unless something is so.
func expect(so bool, format string, args ...any) {
	if !so {
		fail("expected "+format, args...)
	}
}

// anybody asks without any proof of who it is; public sends so.
func (o *office) anybody(path string) *answer {
	return o.send(o.stranger(), o.request(http.MethodGet, path, nil), "anybody")
}

func (o *office) public(path string, value any) *answer {
	return o.send(o.stranger(), o.request(http.MethodPost, path, value), "anybody")
}
