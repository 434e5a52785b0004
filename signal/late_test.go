package signal

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestLate(t *testing.T) {
	loaded := 0
	m := Late(func() *Matcher { loaded++; return Floor() })
	texts := []Text{{Path: "/facts", Field: Facts, Body: "the newspaper's reporter and her confidential sources"}}
	if loaded != 0 {
		t.Fatal("loaded before anything was read")
	}
	for _, g := range Floor().Signals() {
		texts = append(texts, Text{Path: "/facts", Field: Facts, Body: g.Examples["en"]})
	}
	if got, want := m.Find(texts), Floor().Find(texts); len(want) == 0 || !cmp.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	if loaded == 0 {
		t.Error("found without loading")
	}
	if m.SHA256() != Floor().SHA256() || !slices.Equal(m.Facts(), Floor().Facts()) || len(m.Signals()) != len(Floor().Signals()) {
		t.Error("a late matcher is another one")
	}
	pack, err := m.With(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	if got := pack.Find(texts); !cmp.Equal(got, Floor().Find(texts)) {
		t.Errorf("a pack on a late matcher found %v", got)
	}
}
