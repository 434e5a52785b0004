package main

import (
	"time"

	"github.com/rogatory/rogatory/docket"
)

// What the commands on cases print as JSON is what package api answers; here is
// what only the commands print. The members keep their names and their meaning;
// new ones may be added. docs/cases.md lists them.

type changedJSON struct {
	Case     docket.Ref `json:"case"`
	Was      string     `json:"was"`
	Would    string     `json:"would"`
	Newly    []string   `json:"newly"`
	NoLonger []string   `json:"no_longer"`
	Unread   string     `json:"unread,omitempty"`
}

// list is a list that is written as [] where it is empty.
func list[T any](items []T) []T { return append([]T{}, items...) }

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }
