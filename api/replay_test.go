package api

import (
	"net/http"
	"testing"
)

type replay struct {
	t    testing.TB
	wire http.RoundTripper
}

func (p replay) RoundTrip(r *http.Request) (*http.Response, error) { return p.wire.RoundTrip(r) }
