//go:build race

package sequencer_test

// raced: the race detector watches, and makes everything many times slower.
const raced = true
