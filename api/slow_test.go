package api

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// onePipe is a listener with one connection, in memory, whose time is that of the
// test.
type onePipe struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *onePipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *onePipe) Close() error   { close(p.closed); return nil }
func (p *onePipe) Addr() net.Addr { return &net.IPAddr{} }

// TestABodyHasItsTime: however small the pieces, the whole of a body has bodyTime
// to come; then whoever sends is answered and let go.
func TestABodyHasItsTime(t *testing.T) {
	for _, c := range []struct {
		name   string
		pieces int // of one byte each, one every two seconds
		whole  bool
	}{
		{"it comes slowly and in time", 7, true},
		{"it stops", 1, false},
		{"it never ends", 100, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				in := &onePipe{make(chan net.Conn, 1), make(chan struct{})}
				in.conns <- far
				var got error
				var took time.Duration
				web := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					began := time.Now()
					_, got = read(w, r, messageLimit)
					took = time.Since(began)
					w.Header().Set("Connection", "close")
				})}
				done := make(chan error)
				go func() { done <- web.Serve(in) }()
				length := 100
				if c.whole {
					length = c.pieces
				}
				fmt.Fprintf(near, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", length)
				var feeding sync.WaitGroup
				feeding.Go(func() {
					for range c.pieces {
						if _, err := io.WriteString(near, "1"); err != nil {
							return
						}
						time.Sleep(2 * time.Second)
					}
				})
				if _, err := http.ReadResponse(bufio.NewReader(near), nil); err != nil && c.whole {
					t.Errorf("no answer: %v", err)
				}
				near.Close()
				feeding.Wait()
				web.Close()
				if err := <-done; !errors.Is(err, http.ErrServerClosed) {
					t.Error(err)
				}
				if (got == nil) != c.whole || took > bodyTime {
					t.Errorf("after %s: %v", took, got)
				}
			})
		})
	}
}
