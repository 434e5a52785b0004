package post

import (
	"net"
	"sync"
	"time"
)

// A gate is a listener that lets in so many at once and nobody for long. Who
// comes when it is full waits at the door.
type gate struct {
	net.Listener
	places chan struct{} // one for each connection that is open
	life   time.Duration
	shut   chan struct{} // closed with the gate
	once   sync.Once

	mu   sync.Mutex
	open map[*guest]struct{}
}

func newGate(l net.Listener, places int, life time.Duration) *gate {
	return &gate{Listener: l, places: make(chan struct{}, places), life: life, shut: make(chan struct{}), open: make(map[*guest]struct{})}
}

// Accept waits for a place, and then for somebody to take it.
func (g *gate) Accept() (net.Conn, error) {
	select {
	case g.places <- struct{}{}:
	case <-g.shut:
		return nil, net.ErrClosed
	}
	conn, err := g.Listener.Accept()
	if err != nil {
		<-g.places
		return nil, err
	}
	c := &guest{Conn: conn, gate: g}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[c] = struct{}{}
	c.end = time.AfterFunc(g.life, func() { c.Close() })
	return c, nil
}

// Close lets nobody in any more; who is in stays.
func (g *gate) Close() error {
	var err error
	g.once.Do(func() {
		close(g.shut)
		err = g.Listener.Close()
	})
	return err
}

// clear sends everybody away.
func (g *gate) clear() {
	g.mu.Lock()
	var all []*guest
	for c := range g.open {
		all = append(all, c)
	}
	g.mu.Unlock()
	for _, c := range all {
		c.Close()
	}
}

// A guest is one connection, which gives its place back when it is closed.
type guest struct {
	net.Conn
	gate *gate
	end  *time.Timer // set with gate.mu held
	once sync.Once
}

// Close may be called by its user, by its timer and by the gate.
func (c *guest) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() {
		c.gate.mu.Lock()
		c.end.Stop()
		delete(c.gate.open, c)
		c.gate.mu.Unlock()
		<-c.gate.places
	})
	return err
}
