package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/request"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	var h Health
	o.asks(o.client(), "GET", "/livez", nil).into(o, 200, &h)
	if h.Status != "live" || h.Program != "rogatory test" {
		t.Errorf("%+v", h)
	}
	o.asks(o.client(), "GET", "/readyz", nil).into(o, 200, &h)
	if h.Status != "ready" {
		t.Errorf("%+v", h)
	}
	got := o.asks(o.client(), "GET", "/v1/openapi.yaml", nil)
	if got.into(o, 200, nil); !bytes.Equal(got.body, description) {
		t.Error("the description is another")
	}
	got = o.asks(o.client(), "GET", "/v1/request.schema.json", nil)
	if got.into(o, 200, nil); !bytes.Equal(got.body, request.Schema()) {
		t.Error("the schema is another")
	}
	o.ok(o.records.Close())
	o.asks(o.client(), "GET", "/livez", nil).into(o, 200, nil)
	got = o.asks(o.client(), "GET", "/readyz", nil)
	if p := got.problem(o, 503); p.Type != "/problems/busy" || got.header.Get("Retry-After") == "" {
		t.Errorf("%+v", p)
	}
}

// TestFiguresNameNobody: what whoever runs the machine collects has routes in it
// and no case, no code, no authority.
func TestFiguresNameNobody(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	ref := c.submit(c.document())
	var out Taken
	o.stranger(c.document(), "1").into(o, 202, &out)
	c.asks("GET", "/v1/requests/"+string(ref), nil).into(o, 200, nil)
	o.asks(o.client(), "GET", "/v1/receipts/"+out.Code, nil).into(o, 200, nil)
	o.asks(o.client(), "BREW", "/v1/requests/"+string(ref), nil).problem(o, 405)
	w := httptest.NewRecorder()
	o.server.Metrics().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	text := w.Body.String()
	for _, line := range []string{
		`rogatory_http_requests_total{method="POST",route="POST /v1/requests",status="201"} 1`,
		`rogatory_http_requests_total{method="POST",route="POST /v1/requests",status="202"} 1`,
		`rogatory_http_requests_total{method="other",route="none",status="405"} 1`,
		`rogatory_http_duration_seconds_count{route="GET /v1/requests/{case}"} 1`,
		`rogatory_lane_in_use{lane="strangers"} 0`, `rogatory_lane_in_use{lane="authorities"} 0`,
		"rogatory_quarantine 1", "rogatory_jobs_dead 0", "go_goroutines",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
	for _, secret := range []string{string(ref), string(out.Case), out.Code, "tr-ca", "LEG-13"} {
		if strings.Contains(text, secret) {
			t.Errorf("the figures name %s", secret)
		}
		if strings.Contains(o.logged.String(), secret) {
			t.Errorf("the log names %s: %s", secret, o.logged)
		}
	}
	// That the records cannot be read is seen in the figures and breaks no others.
	o.ok(o.records.Close())
	w = httptest.NewRecorder()
	o.server.Metrics().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if text := w.Body.String(); strings.Contains(text, "rogatory_quarantine 0") || !strings.Contains(text, "rogatory_http_requests_total") {
		t.Errorf("without records:\n%s", text)
	}
}

// TestAFailureOfTheOffice says nothing but a number, under which the log has the
// cause.
func TestAFailureOfTheOffice(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	h := o.server.watched(o.server.secured(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/panic":
			panic("secret of the database")
		case "/half":
			io.WriteString(w, "half of an ")
			panic("secret of the database")
		}
		o.server.problem(w, r, errors.New("secret of the database"))
	})))
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	for _, path := range []string{"/panic", "/error"} {
		got, err := http.Get(web.URL + path)
		o.ok(err)
		body, err := io.ReadAll(got.Body)
		o.ok(err)
		got.Body.Close()
		var p Problem
		o.ok(json.Unmarshal(body, &p))
		if got.StatusCode != 500 || !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(p.Incident) || strings.Contains(string(body), "secret") {
			t.Errorf("%s: %d %s", path, got.StatusCode, body)
		}
		if !strings.Contains(o.logged.String(), "incident="+p.Incident+` error="`) || !strings.Contains(o.logged.String(), "secret of the database") {
			t.Errorf("%s: the log does not say why: %s", path, o.logged)
		}
	}
	got, err := http.Get(web.URL + "/half")
	if err == nil {
		defer got.Body.Close()
		if body, err := io.ReadAll(got.Body); err == nil {
			t.Errorf("half an answer looks whole: %s", body)
		}
	}
}
