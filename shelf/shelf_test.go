package shelf_test

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
	"github.com/rogatory/rogatory/store"
)

type note struct{ Text string }

func records(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "o.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestAnItemComesBackAsItWasPut(t *testing.T) {
	ctx := context.Background()
	drawer := shelf.DrawerOf[note](shelf.New(records(t), [32]byte{1}, rand.Reader), "note")
	item := &shelf.Item[note]{ID: "a", Owner: "Rosa", Expires: time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC), Value: note{"first"}}
	if err := drawer.Put(ctx, item); err != nil {
		t.Fatal(err)
	}
	item.Value.Text = "second"
	if err := drawer.Put(ctx, item); err != nil {
		t.Fatal(err)
	}
	stale := &shelf.Item[note]{ID: "a", Version: 1}
	if err := drawer.Put(ctx, stale); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an item that follows the first version took the place of the second: %v", err)
	}
	got, err := drawer.Get(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	if *got != *item || got.Version != 2 {
		t.Errorf("got %+v, want %+v", got, item)
	}
}

// What whoever can write the database could do to a paper.
func TestWhatWasAlteredDoesNotOpen(t *testing.T) {
	ctx := context.Background()
	for _, alter := range []struct {
		what string
		do   func(*shelf.Paper)
	}{
		{"its bytes", func(p *shelf.Paper) { p.Sealed[len(p.Sealed)-1] ^= 1 }},
		{"its length", func(p *shelf.Paper) { p.Sealed = p.Sealed[:5] }},
		{"its owner", func(p *shelf.Paper) { p.Owner = "Sami" }},
		{"its end", func(p *shelf.Paper) { p.Expires = p.Expires.Add(time.Hour) }},
		{"its name", func(p *shelf.Paper) { p.ID = "b" }},
		{"its kind", func(p *shelf.Paper) { p.Kind = "other" }},
	} {
		t.Run(alter.what, func(t *testing.T) {
			r := records(t)
			s := shelf.New(r, [32]byte{1}, rand.Reader)
			if err := shelf.DrawerOf[note](s, "note").Put(ctx, &shelf.Item[note]{ID: "a", Owner: "Rosa", Expires: time.Unix(9, 0)}); err != nil {
				t.Fatal(err)
			}
			p, err := r.Paper(ctx, "note", "a")
			if err != nil {
				t.Fatal(err)
			}
			if err := r.RemovePaper(ctx, "note", "a", 0); err != nil {
				t.Fatal(err)
			}
			alter.do(p)
			if err := r.PutPaper(ctx, p); err != nil {
				t.Fatal(err)
			}
			if _, err := shelf.DrawerOf[note](s, p.Kind).Get(ctx, p.ID); fault.KindOf(err) != fault.Conflict {
				t.Errorf("it opens: %v", err)
			}
		})
	}
}

func TestANameIsBounded(t *testing.T) {
	drawer := shelf.DrawerOf[note](shelf.New(records(t), [32]byte{1}, rand.Reader), "note")
	for _, item := range []*shelf.Item[note]{{}, {ID: string(make([]byte, 301))}, {ID: "a", Owner: string(make([]byte, 301))}} {
		if err := drawer.Put(context.Background(), item); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a name of %d and an owner of %d bytes: %v", len(item.ID), len(item.Owner), err)
		}
	}
}
