package post

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// A doorstep is a listener in memory.
type doorstep struct {
	net.Listener
	come chan net.Conn
	shut chan struct{}
}

func newDoorstep() *doorstep {
	return &doorstep{come: make(chan net.Conn, 10), shut: make(chan struct{})}
}

func (d *doorstep) Accept() (net.Conn, error) {
	select {
	case c := <-d.come:
		return c, nil
	case <-d.shut:
		return nil, net.ErrClosed
	}
}

func (d *doorstep) Close() error {
	close(d.shut)
	return nil
}

// knock gives the other end of a connection.
func (d *doorstep) knock() net.Conn {
	inside, outside := net.Pipe()
	d.come <- inside
	return outside
}

// accepting hands on whom the gate lets in, and the error at its end.
func accepting(g *gate) (<-chan net.Conn, <-chan error) {
	in, end := make(chan net.Conn, 10), make(chan error, 1)
	go func() {
		for {
			c, err := g.Accept()
			if err != nil {
				end <- err
				return
			}
			in <- c
		}
	}()
	return in, end
}

func TestAFullHouseLetsInWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoorstep()
		g := newGate(d, 2, time.Hour)
		in, end := accepting(g)
		for range 4 {
			defer d.knock().Close()
		}
		synctest.Wait()
		if len(in) != 2 {
			t.Fatalf("%d were let in", len(in))
		}
		first := <-in
		first.Close()
		first.Close() // gives one place back and not two
		synctest.Wait()
		if len(in) != 2 {
			t.Fatalf("%d were let in after one had left", len(in))
		}
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := <-end; !errors.Is(err, net.ErrClosed) || time.Since(began) != 0 {
			t.Errorf("a full gate is closed: %v after %s", err, time.Since(began))
		}
		g.clear()
	})
}

func TestNobodyStaysForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoorstep()
		g := newGate(d, 2, time.Minute)
		in, end := accepting(g)
		outside := d.knock()
		began := time.Now()
		if _, err := outside.Read(make([]byte, 1)); err == nil {
			t.Error("the other end is open")
		}
		if got := time.Since(began); got != time.Minute {
			t.Errorf("it stayed for %s", got)
		}
		synctest.Wait()
		if len(g.places) != 1 { // the one that Accept holds ready
			t.Errorf("%d places are taken", len(g.places))
		}
		<-in
		g.Close()
		<-end
	})
}

func TestAClearedHouseIsEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoorstep()
		g := newGate(d, 5, time.Hour)
		_, end := accepting(g)
		one, two := d.knock(), d.knock()
		synctest.Wait()
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
		<-end
		g.clear()
		for _, c := range []net.Conn{one, two} {
			if _, err := c.Read(make([]byte, 1)); err == nil {
				t.Error("somebody is still in")
			}
		}
		if len(g.places) != 0 || len(g.open) != 0 {
			t.Errorf("%d places are taken, %d connections open", len(g.places), len(g.open))
		}
	})
}
