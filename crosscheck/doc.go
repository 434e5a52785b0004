// Package crosscheck asks others about Rogatory's evaluator and its public log. CEL
// and OPA give a second opinion on every verdict, CEL also on the facts that are
// missing; the race subdirectory measures all of them, and generated Go, on the
// same requests. Tessera reads the public log and is read by it in publiclog,
// vectors computes its test vectors again, ledgerbench measures it.
//
// It is a module of its own, so that what it depends on never reaches the
// program.
package crosscheck
