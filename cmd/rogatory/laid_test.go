package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/docket"
)

// TestLettersOfErasedCasesGo also where another process erased the case.
func TestLettersOfErasedCasesGo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "office")
	desk{t}.does("init", "--rehearsal", dir)
	o, err := (&inFolder{Data: dir}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if err := o.sweepLetters(t.Context()); err != nil {
		t.Errorf("no folder: %v", err)
	}
	var refs []docket.Ref
	for i, stage := range []string{"erased", "erased", "closed"} {
		ref := numberedRef(t, i)
		o.stands(t, ref, stage)
		refs = append(refs, ref)
	}
	of := func(ref docket.Ref, rest string) string { return string(ref) + rest }
	all := []string{of(refs[0], ".7.0.txt"), of(refs[0], ".n9.0.txt"), of(refs[1], ".1.0.txt"), of(refs[2], ".1.0.txt"), "r.0123.0.txt", "26-00000000-0.1.0.txt"}
	kept := func(want []string) {
		t.Helper()
		got := make(map[string]bool)
		entries, err := os.ReadDir(filepath.Join(dir, lettersFolder))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			got[e.Name()] = true
		}
		slices.Sort(want)
		if d := cmp.Diff(want, slices.Sorted(maps.Keys(got))); d != "" {
			t.Error(d)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, lettersFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		if err := os.WriteFile(filepath.Join(dir, lettersFolder, name), []byte("To: …"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.discard(refs[1]); err != nil {
		t.Error(err)
	}
	kept(slices.Concat(all[:2], all[3:]))
	if err := o.sweepLetters(t.Context()); err != nil {
		t.Error(err)
	}
	kept(slices.Clone(all[3:]))
}

// numberedRef is a reference with the letter that checks it.
func numberedRef(t *testing.T, n int) docket.Ref {
	t.Helper()
	for _, check := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
		text := fmt.Sprintf("26-7K3MQ9X%d-%c", n, check)
		if ref, err := docket.ParseRef(text); err == nil && string(ref) == text {
			return ref
		}
	}
	t.Fatal("no letter checks it")
	return ""
}

// stands puts the records of a case at a stage.
func (o *opened) stands(t *testing.T, ref docket.Ref, stage string) {
	t.Helper()
	at := time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)
	e := docket.Entry{Case: ref, Seq: 1, At: at, Sealed: []byte{1}}
	e.Hash = e.Sum()
	row := docket.Row{Case: ref, Seq: 1, Stage: stage, Received: at}
	if _, err := o.store.Append(t.Context(), &docket.Batch{Case: ref, Entries: []docket.Entry{e}, Row: row}); err != nil {
		t.Fatal(err)
	}
}
