package keyring

import (
	"container/list"
	"sync"
)

// cached is how many unwrapped keys are kept.
const cached = 1024

// cache holds the keys unwrapped last. Whoever asks it has just seen in the
// database that the key still exists.
type cache struct {
	withheld
	mu      sync.Mutex               // guards all below
	byID    map[string]*list.Element // of *entry
	recent  list.List                // the last asked first
	removed uint64                   // how many removals there were
}

type entry struct {
	withheld
	id  string
	key [32]byte
}

// age is handed to put, which must not bring back what was removed since.
func (c *cache) age() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.removed
}

func (c *cache) get(id string) ([32]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byID[id]
	if !ok {
		return [32]byte{}, false
	}
	c.recent.MoveToFront(e)
	return e.Value.(*entry).key, true
}

func (c *cache) put(id string, key [32]byte, age uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byID[id]; ok || age != c.removed {
		return
	}
	if c.byID == nil {
		c.byID = make(map[string]*list.Element, cached)
	}
	c.byID[id] = c.recent.PushFront(&entry{id: id, key: key})
	if c.recent.Len() > cached {
		c.drop(c.recent.Back())
	}
}

func (c *cache) remove(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.removed++
	if e, ok := c.byID[id]; ok {
		c.drop(e)
	}
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.removed++
	for c.recent.Len() > 0 {
		c.drop(c.recent.Back())
	}
}

// drop is called with mu held.
func (c *cache) drop(e *list.Element) {
	held := c.recent.Remove(e).(*entry)
	clear(held.key[:])
	delete(c.byID, held.id)
}
