package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/ledger"
)

func kindAt(text []byte) string {
	l, _ := ledger.Parse(text) // of an honest log
	if l.Kind().Place() == ledger.Public {
		return "public"
	}
	return string(l.Kind())
}

// A published block is what everybody sees of one.
type published struct {
	epoch  ledger.Epoch
	sealed []ledger.Sealed
	others []ledger.Leaf
	length []int
}

func blocksOf(leaves [][]byte) (list []published) {
	list = append(list, published{})
	for _, text := range leaves {
		l, _ := ledger.Parse(text)
		s, ok := l.(ledger.Sealed)
		if ok && s.Epoch != list[len(list)-1].epoch {
			list = append(list, published{epoch: s.Epoch})
		}
		b := &list[len(list)-1]
		if ok {
			b.sealed = append(b.sealed, s)
		} else {
			b.others = append(b.others, l)
		}
		b.length = append(b.length, len(text))
	}
	return list
}

// shape is the epoch of every block, how many leaves it has, and how long they are
// in some order: that of the duties is random. Reports differ in nothing but what
// they say.
func shape(list []published) (s []string) {
	for _, b := range list {
		lengths := slices.Sorted(slices.Values(b.length))
		s = append(s, fmt.Sprint(b.epoch, len(b.sealed), lengths))
	}
	return s
}

// publicOf is what is shown of duties, without their names: in no order, for that
// is random.
func publicOf(list []published) (s []string) {
	for _, b := range list {
		var block []string
		for _, l := range b.others {
			switch l := l.(type) {
			case ledger.Duty:
				block = append(block, fmt.Sprint("duty ", l.Batch, l.Class, l.Due))
			case ledger.Settle:
				block = append(block, fmt.Sprint("settle ", l.Batch, l.As, l.Due))
			}
		}
		slices.Sort(block)
		s = append(s, strings.Join(block, ", "))
	}
	return s
}
