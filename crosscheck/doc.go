// Package crosscheck asks others about Rogatory's evaluator. CEL and OPA give a
// second opinion on every verdict, CEL also on the facts that are missing; the
// race subdirectory measures all of them, and generated Go, on the same
// requests.
//
// It is a module of its own, so that what it depends on never reaches the
// program.
package crosscheck
