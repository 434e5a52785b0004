//go:build race

package store

// raced: the race detector watches, and makes everything many times slower.
const raced = true
