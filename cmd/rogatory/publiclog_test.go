package main

import (
	"database/sql"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rogatory/rogatory/ledger"
)

// published publishes in the public log what happened until last midnight, as a
// server does by itself.
func published(ts *testscript.TestScript, _ bool, _ []string) {
	now, err := time.Parse(time.RFC3339, ts.Getenv(clockVariable))
	ts.Check(err)
	ts.Setenv(clockVariable, now.Truncate(24*time.Hour).Add(time.Minute).Format(time.RFC3339))
	ts.Check(ts.Exec("rogatory", "ledger", "publish"))
	ts.Setenv(clockVariable, now.Format(time.RFC3339))
}

var dutyPattern = regexp.MustCompile(`[A-Za-z0-9+/]{22}==`)

// duty VARIABLE takes the id of a public duty out of what was printed last.
func duty(ts *testscript.TestScript, _ bool, args []string) {
	id, err := ledger.ParseID(dutyPattern.FindString(ts.ReadFile("stdout")))
	ts.Check(err)
	ts.Setenv(args[0], id.String())
}

// alter-leaf DATABASE INDEX changes one byte of a leaf, as somebody would who can
// write the records.
func alterLeaf(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	var text []byte
	ts.Check(db.QueryRow("SELECT leaf FROM log_leaves WHERE leaf_index = ?", args[1]).Scan(&text))
	text[len(text)-2] ^= 1
	_, err = db.Exec("UPDATE log_leaves SET leaf = ? WHERE leaf_index = ?", text, args[1])
	ts.Check(err)
}
