package api

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"

	"github.com/rogatory/rogatory/fault"
)

// TestADatabaseThatIsAwayIsNotNow: whoever asks is to come again, and a refusal
// stays a refusal whatever lies below it.
func TestADatabaseThatIsAwayIsNotNow(t *testing.T) {
	gone := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	for _, c := range []struct {
		what string
		err  error
		want int
	}{
		{"a server that does not answer", fmt.Errorf("append to 26-A: %w", gone), http.StatusServiceUnavailable},
		{"a connection that broke", fmt.Errorf("read: %w", driver.ErrBadConn), http.StatusServiceUnavailable},
		{"something else", errors.New("a bug"), http.StatusInternalServerError},
		{"a refusal on account of it", &fault.Fault{Kind: fault.Conflict, What: "no", Cause: gone}, http.StatusConflict},
	} {
		if got := problemOf(c.err).Status; got != c.want {
			t.Errorf("%s: %d, want %d", c.what, got, c.want)
		}
	}
}
