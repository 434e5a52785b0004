package main

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// Letters that no mail server takes are laid into a folder, in clear. What is
// erased of a case includes them.

// laid lists the letters in the folder by their cases; those of no case are left
// out.
func (o *opened) laid() (map[docket.Ref][]string, error) {
	dir := filepath.Join(o.dir, lettersFolder)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list := make(map[docket.Ref][]string)
	for _, e := range entries {
		name, _, _ := strings.Cut(e.Name(), ".")
		if ref, err := docket.ParseRef(name); err == nil && string(ref) == name {
			list[ref] = append(list[ref], filepath.Join(dir, e.Name()))
		}
	}
	return list, nil
}

// discard removes the letters of a case that was erased.
func (o *opened) discard(ref docket.Ref) error {
	list, err := o.laid()
	if err != nil {
		return err
	}
	return removed(list[ref])
}

// sweepLetters removes the letters of all cases that were erased: another process
// may have erased one, which has a folder of its own.
func (o *opened) sweepLetters(ctx context.Context) error {
	list, err := o.laid()
	if err != nil {
		return err
	}
	for ref, names := range list {
		_, row, err := o.store.Entries(ctx, ref, math.MaxInt) // the row alone
		if fault.KindOf(err) == fault.NotFound {
			continue // of records that were there before
		}
		if err != nil {
			return err
		}
		if row.Stage != lifecycle.Erased.String() {
			continue
		}
		if err := removed(names); err != nil {
			return err
		}
	}
	return nil
}

func removed(names []string) error {
	for _, name := range names {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
