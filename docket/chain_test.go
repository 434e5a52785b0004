package docket

import (
	"encoding/hex"
	"testing"
	"time"
)

// TestSum pins the chain: the value was computed with sha256sum over the bytes
// written out by hand, and a change of it orphans every record ever kept.
func TestSum(t *testing.T) {
	e := Entry{Case: "26ABCDEFGHX", Seq: 2, At: time.UnixMicro(1_700_000_000_000_001).UTC(), Sealed: []byte("sealed")}
	for i := range e.Prev {
		e.Prev[i] = byte(i)
	}
	sum := e.Sum()
	if got, want := hex.EncodeToString(sum[:]), "5a55b1bc837eb6c61a26d6f2398be1e62881dfc65f8a108fb35a33eac504ae35"; got != want {
		t.Errorf("Sum = %s, want %s", got, want)
	}
}

func TestSumCoversEveryField(t *testing.T) {
	at := time.UnixMicro(1_700_000_000_000_000).UTC()
	first := Entry{Case: "a", Seq: 1, At: at, Sealed: []byte("x")}
	for name, change := range map[string]func(*Entry){
		"case":   func(e *Entry) { e.Case = "b" },
		"seq":    func(e *Entry) { e.Seq = 2 },
		"time":   func(e *Entry) { e.At = at.Add(time.Microsecond) },
		"before": func(e *Entry) { e.Prev[31] = 1 },
		"sealed": func(e *Entry) { e.Sealed = []byte("y") },
	} {
		e := first
		change(&e)
		if e.Sum() == first.Sum() {
			t.Errorf("another %s gives the same sum", name)
		}
	}
	other := first
	other.Hash[0] = 1
	if other.Sum() != first.Sum() {
		t.Error("the sum covers the hash itself")
	}
	zone := first
	zone.At = at.In(time.FixedZone("", 3600))
	if zone.Sum() != first.Sum() {
		t.Error("the sum depends on the zone a time is written in")
	}
}
