// Package vectors computes the test vectors of the public log again, from the
// text of docs/ledger.md, as somebody would who builds a monitor of his own. It
// uses nothing of package ledger: ristretto255 by gtank, everything else by the
// standard library.
package vectors
