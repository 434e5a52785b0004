package api

import (
	"net/http"
	"testing"
)

func TestASignedRequestIsAccepted(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	ref := c.submit(c.document())
	got := c.asks(http.MethodGet, "/v1/requests/"+string(ref), nil)
	got.into(o, 200, nil)
	t.Log(string(got.body))
}
