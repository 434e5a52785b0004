package witness

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

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

// What is longer than it can be is none; what cannot be looked at is neither
// that nor missing.
func TestSourceExcess(t *testing.T) {
	bundle, tile := tlog.Tile{H: 8, L: -1, W: 256}, tlog.Tile{H: 8, W: 256}
	s := &Source{files: laid{"tile/entries/000": string(make([]byte, maxBundle+1)), "tile/0/000": string(make([]byte, maxTile+1))}}
	for _, name := range []tlog.Tile{bundle, tile} {
		if _, err := s.Tile(t.Context(), name); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", name, err)
		}
	}
	s = &Source{files: laid{"tile/entries/000": "broken", "provisional": string(make([]byte, maxProvisional+1))}}
	if _, err := s.Provisional(t.Context()); fault.KindOf(err) != fault.Invalid {
		t.Errorf("receipts are hidden: %v", err)
	}
	if _, err := s.Tile(t.Context(), bundle); err != errBroken {
		t.Error(err)
	}
}
