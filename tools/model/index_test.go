package main

import "testing"

// The index knows what it was given, and nothing else.
func TestIndex(t *testing.T) {
	var x index
	if x.has(7) {
		t.Error("an empty index has 7")
	}
	for i := range int32(5000) {
		if n, known := x.place(packed(i*i), i); known || n != i {
			t.Fatalf("%d is placed at %d, known %v", i*i, n, known)
		}
	}
	for i := range int32(5000) {
		if n, known := x.place(packed(i*i), -1); !known || n != i || !x.has(packed(i*i)) {
			t.Fatalf("%d is found at %d, known %v", i*i, n, known)
		}
		if i > 1 && x.has(packed(i*i-1)) {
			t.Fatalf("%d was never placed", i*i-1)
		}
	}
}
