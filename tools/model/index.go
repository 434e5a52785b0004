package main

import "math/bits"

// An index says which number a packed state has. Most of a walk's time goes
// into asking it, hence no map. A key is stored plus one, so that zero is none.
type index struct {
	keys  []packed
	value []int32
	size  int
}

// slot gives where a key is, or would be.
func (x *index) slot(key packed) int {
	mask := len(x.keys) - 1
	at := int(uint64(key)*0x9e3779b97f4a7c15>>(64-bits.Len(uint(mask)))) & mask
	for x.keys[at] != 0 && x.keys[at] != key+1 {
		at = (at + 1) & mask
	}
	return at
}

// place gives the number of a key; a new key gets the number offered.
func (x *index) place(key packed, offered int32) (number int32, known bool) {
	if 2*x.size >= len(x.keys) {
		x.grow()
	}
	at := x.slot(key)
	if x.keys[at] != 0 {
		return x.value[at], true
	}
	x.keys[at], x.value[at] = key+1, offered
	x.size++
	return offered, false
}

func (x *index) has(key packed) bool { return x.size > 0 && x.keys[x.slot(key)] != 0 }

func (x *index) grow() {
	old := *x
	x.keys = make([]packed, max(1<<10, 4*len(old.keys)))
	x.value = make([]int32, len(x.keys))
	for i, key := range old.keys {
		if key != 0 {
			at := x.slot(key - 1)
			x.keys[at], x.value[at] = key, old.value[i]
		}
	}
}
