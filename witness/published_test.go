package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

var _ monitor.Source = (*Source)(nil)

// laid are published files in memory.
type laid map[string]string

var errBroken = errors.New("broken")

func (l laid) get(_ context.Context, name string, most int64) ([]byte, error) {
	data, ok := l[name]
	switch {
	case !ok:
		return nil, absent(name)
	case data == "broken":
		return nil, errBroken
	case int64(len(data)) > most:
		return nil, excess(name, most)
	}
	return []byte(data), nil
}

func TestSourceNames(t *testing.T) {
	s := &Source{files: laid{
		"checkpoint": "c", "checkpoints/512": "a", "provisional": "p", "tile/0/x001/067": "t", "tile/entries/000.p/7": "b",
		fmt.Sprintf("docs/%x", ledger.Hash{1}): "d",
	}}
	ctx := t.Context()
	for want, get := range map[string]func() ([]byte, error){
		"c": func() ([]byte, error) { return s.Checkpoint(ctx) },
		"a": func() ([]byte, error) { return s.Archived(ctx, 512) },
		"p": func() ([]byte, error) { return s.Provisional(ctx) },
		"d": func() ([]byte, error) { return s.Document(ctx, ledger.Hash{1}) },
		"t": func() ([]byte, error) { return s.Tile(ctx, tlog.Tile{H: 8, L: 0, N: 1067, W: 256}) },
		"b": func() ([]byte, error) { return s.Tile(ctx, tlog.Tile{H: 8, L: -1, N: 0, W: 7}) },
	} {
		if got, err := get(); err != nil || string(got) != want {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	if _, err := s.Document(ctx, ledger.Hash{2}); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	for _, bad := range []tlog.Tile{{}, {H: 8, L: -2, W: 1}, {H: 8, N: -1, W: 1}, {H: 8, W: 0}, {H: 8, W: 257}, {H: 7, W: 1}} {
		if _, err := s.Tile(ctx, bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// What is asked for is cut from the full file where the partial one is gone.
func TestSourcePartial(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		entries := make([][]byte, 256)
		var tile []byte
		for i := range entries {
			entries[i] = rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(rt, "entry")
			h := tlog.RecordHash(entries[i])
			tile = append(tile, h[:]...)
		}
		s := &Source{files: laid{"tile/entries/000": string(ledger.Bundle(entries)), "tile/0/000": string(tile)}}
		w := rapid.IntRange(1, 255).Draw(rt, "width")
		got, err := s.Tile(t.Context(), tlog.Tile{H: 8, L: -1, W: w})
		if err != nil || !bytes.Equal(got, ledger.Bundle(entries[:w])) {
			rt.Fatalf("%v: %d bytes", err, len(got))
		}
		if got, err = s.Tile(t.Context(), tlog.Tile{H: 8, W: w}); err != nil || !bytes.Equal(got, tile[:w*32]) {
			rt.Fatalf("%v: %d bytes", err, len(got))
		}
	})
}

func TestSourcePartialOfNothing(t *testing.T) {
	bundle := tlog.Tile{H: 8, L: -1, W: 3}
	for _, c := range []struct {
		name  string
		files laid
		want  string
		kind  fault.Kind
	}{
		{"neither is there", laid{}, "", fault.NotFound},
		{"the full one is cut short", laid{"tile/entries/000": "\x00\x01a\x00"}, "\x00\x01a\x00", 0},
		{"in an entry", laid{"tile/entries/000": "\x00\x05a"}, "\x00\x05a", 0},
		{"the full one is longer than any", laid{"tile/entries/000": string(make([]byte, maxBundle+1))}, "", fault.NotFound},
	} {
		got, err := (&Source{files: c.files}).Tile(t.Context(), bundle)
		if string(got) != c.want || fault.KindOf(err) != c.kind {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	for _, files := range []laid{{"tile/entries/000": "broken"}, {"tile/entries/000.p/3": "broken", "tile/entries/000": "x"}} {
		if _, err := (&Source{files: files}).Tile(t.Context(), bundle); err != errBroken {
			t.Errorf("what cannot be looked at is not missing: %v", err)
		}
	}
}

// FuzzCutBundle: what is cut is a beginning, and holds no more entries than asked for.
func FuzzCutBundle(f *testing.F) {
	f.Add(ledger.Bundle([][]byte{[]byte("a"), []byte("bc"), nil}), 2)
	f.Add([]byte{0, 9, 1}, 1)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		n = n&0xff | 1
		got := cutBundle(data, n)
		if !bytes.HasPrefix(data, got) {
			t.Fatal("what is cut is no beginning")
		}
		if _, err := ledger.ParseBundle(got, n); err != nil && len(got) != len(data) {
			t.Fatalf("cut where no entry ends: %v", err)
		}
	})
}
