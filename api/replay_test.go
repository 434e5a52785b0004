package api

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// described is openapi.yaml as read.
var described = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
})

// exercised is what the tests have seen, as "operation status".
var exercised = struct {
	sync.Mutex
	seen map[string]bool
}{seen: map[string]bool{}}

// TestMain asks at the end, if all tests ran, whether everything that openapi.yaml
// describes was seen.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	whole := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" &&
		flag.Lookup("test.fuzz").Value.String() == "" && flag.Lookup("test.list").Value.String() == ""
	if code == 0 && whole {
		for _, missing := range unseen() {
			fmt.Println("openapi.yaml describes what no test has seen:", missing)
			code = 1
		}
	}
	os.Exit(code)
}

// unseen lists the operations and statuses that are described and were not seen.
func unseen() []string {
	doc, err := described()
	if err != nil {
		return []string{err.Error()}
	}
	exercised.Lock()
	defer exercised.Unlock()
	var list []string
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if slices.Contains(op.Tags, "login") {
				continue // package login tests all of them, here some are seen
			}
			for status := range op.Responses.Map() {
				name := method + " " + path + " " + status
				if status != "default" && !exercised.seen[name] {
					list = append(list, name)
				}
			}
		}
	}
	slices.Sort(list)
	return list
}

// replay holds what is asked and answered against openapi.yaml.
type replay struct {
	t    testing.TB
	wire http.RoundTripper
}

// RoundTrip implements http.RoundTripper. The answer is read whole: what streams
// without end is not for a replay.
func (p replay) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil && r.ContentLength >= 0 {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		again := r.Clone(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(sent))
		r = again
	}
	got, err := p.wire.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, broken := io.ReadAll(got.Body)
	got.Body.Close()
	got.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), &brokenOff{broken}))
	if broken != nil {
		return got, nil // who broke it off looks at that
	}
	if err := check(r, sent, got, body); err != nil {
		p.t.Errorf("%s %s: %d is not as openapi.yaml says: %v\n%.400s", r.Method, r.URL.Path, got.StatusCode, err, body)
	}
	return got, nil
}

// brokenOff ends a body as it ended.
type brokenOff struct{ err error }

func (b *brokenOff) Read([]byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	return 0, io.EOF
}

// forPeople reports whether a request is for a page, which is no part of the API.
func forPeople(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html") || r.URL.Path == "/challenge" || r.URL.Path == "/challenge/page.css"
}

// check holds one request and its answer against openapi.yaml. What was answered
// well has to have been asked well.
func check(r *http.Request, sent []byte, got *http.Response, body []byte) error {
	if forPeople(r) {
		return nil
	}
	doc, err := described()
	if err != nil {
		return err
	}
	kind, _, _ := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if got.StatusCode >= 400 && kind != "application/problem+json" && r.Method != http.MethodHead {
		return fmt.Errorf("it is a %q and no problem document", kind)
	}
	route, values := operationOf(doc, r)
	if route == nil {
		if got.StatusCode < 300 {
			return errors.New("it is described nowhere")
		}
		return nil
	}
	status := fmt.Sprint(got.StatusCode)
	if route.Operation.Responses.Value(status) == nil && got.StatusCode < 400 {
		return errors.New("this status is not described")
	}
	exercised.Lock()
	exercised.seen[route.Method+" "+route.Path+" "+status] = true
	exercised.Unlock()
	asked := r.Clone(context.Background())
	asked.Body = io.NopCloser(bytes.NewReader(sent))
	input := &openapi3filter.RequestValidationInput{
		Request: asked, PathParams: values, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, ExcludeRequestBody: !jsonBody(r.Header)},
	}
	if got.StatusCode < 300 {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			return fmt.Errorf("what was asked: %w", err)
		}
	}
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: got.StatusCode, Header: got.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: !jsonBody(got.Header)},
	})
}

func jsonBody(h http.Header) bool {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return strings.HasSuffix(kind, "json")
}

// operationOf gives the operation that a request is for, nil if none is described.
func operationOf(doc *openapi3.T, r *http.Request) (*routers.Route, map[string]string) {
	parts := strings.Split(r.URL.EscapedPath(), "/")
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var best *routers.Route
	var bestValues map[string]string
	for path, item := range doc.Paths.Map() {
		op := item.Operations()[method]
		values := match(strings.Split(path, "/"), parts)
		if op == nil || values == nil || best != nil && len(bestValues) <= len(values) {
			continue
		}
		best, bestValues = &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op}, values
	}
	return best, bestValues
}

// match gives the values in a path, nil if it is not of the pattern.
func match(pattern, parts []string) map[string]string {
	if len(pattern) != len(parts) {
		return nil
	}
	values := map[string]string{}
	for i, p := range pattern {
		if name, ok := strings.CutPrefix(p, "{"); ok {
			value, err := url.PathUnescape(parts[i])
			if err != nil {
				return nil
			}
			values[strings.TrimSuffix(name, "}")] = value
		} else if p != parts[i] {
			return nil
		}
	}
	return values
}

func TestTheDescriptionIsSound(t *testing.T) {
	doc, err := described()
	if err != nil {
		t.Fatal(err)
	}
	if doc.Paths.Len() == 0 {
		t.Error("it describes nothing")
	}
}

// TestEveryOperationHasARoute: what is described is answered. That nothing is
// answered which is not described is for every replay to see.
func TestEveryOperationHasARoute(t *testing.T) {
	doc, err := described()
	if err != nil {
		t.Fatal(err)
	}
	o := newRig(t)
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if strings.HasPrefix(path, "/login/oidc") {
				continue // this office has no provider of identities
			}
			r := o.request(method, strings.NewReplacer("{", "", "}", "").Replace(path), nil)
			if _, pattern := o.server.mux.Handler(r); pattern != method+" "+path {
				t.Errorf("%s %s is described, and %q would answer it", method, path, pattern)
			}
		}
	}
}
