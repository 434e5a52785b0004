package sequencer

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/rogatory/rogatory/ledger"
)

// shuffle puts a list into an order of which every one is equally likely.
func shuffle[T any](random io.Reader, list []T) error {
	for i := len(list) - 1; i > 0; i-- {
		j, err := below(random, uint64(i)+1)
		if err != nil {
			return err
		}
		list[i], list[j] = list[j], list[i]
	}
	return nil
}

// below gives a number smaller than n, every one equally likely.
func below(random io.Reader, n uint64) (uint64, error) {
	whole := math.MaxUint64 - math.MaxUint64%n // a multiple of n
	for {
		var b [8]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, err
		}
		if v := binary.BigEndian.Uint64(b[:]); v < whole {
			return v % n, nil
		}
	}
}

// settledAfter moves every settle behind the leaf that opened its duty, if that
// stands in the same block: who reads the log in order must know a duty before
// it is settled. That one settles the other stands in both anyway.
func settledAfter(list []placed) []Entry {
	opened := make(map[ledger.ID]int)
	for i, e := range list {
		switch l := e.leaf.(type) {
		case ledger.Duty:
			opened[l.ID] = i
		case ledger.Settle:
			if l.As == ledger.Extended {
				opened[l.Next] = i
			}
		}
	}
	var entries []Entry
	done := make([]bool, len(list))
	var put func(i int)
	put = func(i int) {
		if done[i] {
			return
		}
		done[i] = true
		if l, ok := list[i].leaf.(ledger.Settle); ok {
			if before, ok := opened[l.ID]; ok {
				put(before)
			}
		}
		entries = append(entries, list[i].Entry)
	}
	for i := range list {
		put(i)
	}
	return entries
}
