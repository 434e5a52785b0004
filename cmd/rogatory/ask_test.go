package main

import (
	"testing"

	"github.com/rogatory/rogatory/fault"
)

// TestNothingIsSentInClear sends over http to this machine alone.
func TestNothingIsSentInClear(t *testing.T) {
	for to, sent := range map[string]bool{
		"https://office.example":       true,
		"https://office.example/":      true,
		"http://127.0.0.1:8700":        true,
		"http://[::1]:8700":            true,
		"http://localhost:8700":        true,
		"http://office.example":        false,
		"HTTP://office.example":        false,
		"http://localhost.example":     false,
		"http://127.0.0.1@office.test": false,
		"ftp://office.example":         false,
		"office.example":               false,
		"https://":                     false,
	} {
		if err := (&asking{To: to}).fill(); (err == nil) != sent || err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("to %s: %v", to, err)
		}
	}
}
