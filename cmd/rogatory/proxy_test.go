package main

import (
	"net/http/httptest"
	"testing"
)

func TestWhoIsBehindAProxy(t *testing.T) {
	trusted, err := readProxies([]string{"10.0.0.0/24", "::1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what, from string
		forwarded  []string
		want       string
	}{
		{"nobody in between", "198.51.100.7:4000", nil, "198.51.100.7"},
		{"a stranger who names another", "198.51.100.7:4000", []string{"203.0.113.9"}, "198.51.100.7"},
		{"a proxy", "10.0.0.7:4000", []string{"203.0.113.9"}, "203.0.113.9"},
		{"a proxy behind a proxy", "[::1]:4000", []string{"203.0.113.9, 10.0.0.7"}, "203.0.113.9"},
		{"a forger behind a proxy", "10.0.0.7:4000", []string{"192.0.2.1, 203.0.113.9"}, "203.0.113.9"},
		{"two lines", "10.0.0.7:4000", []string{"192.0.2.1", "203.0.113.9"}, "203.0.113.9"},
		{"a proxy that says nothing", "10.0.0.7:4000", nil, "10.0.0.7"},
		{"a proxy that says nonsense", "10.0.0.7:4000", []string{"unknown"}, "10.0.0.7"},
		{"an address in the form of another", "10.0.0.7:4000", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.from
		for _, line := range c.forwarded {
			r.Header.Add("X-Forwarded-For", line)
		}
		if got := trusted.remote(r); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	if _, err := readProxies([]string{"example.org"}); err == nil {
		t.Error("a name is taken for an address")
	}
}
