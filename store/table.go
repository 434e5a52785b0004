package store

import "strings"

// A table is dumped and restored as it stands, in the order of its key.
type table struct {
	name    string
	columns []column
	dump    string
	fill    *list
	any     string // asks whether it has a row
}

type column struct {
	name string
	kind kind
}

type kind uint8

const (
	text kind = iota
	number
	binary
)

// tables lists everything a backup holds, in its order. Entries come sorted by
// case and number, so that a chain is verified as it is read.
var tables = []*table{
	newTable("cases", "case_ref", "case_ref text", "seq number", "head binary", "key_id text", "authority text", "country text",
		"instrument text", "lane text", "stage text", "waiting text", "assignee text", "received number", "due number",
		"escalated number", "outside number", "is_open number", "sender text", "settles text"),
	newTable("events", "case_ref, seq", "case_ref text", "seq number", "at number", "sealed binary", "prev binary", "hash binary"),
	newTable("jobs", "job_key", "job_key text", "case_ref text", "kind text", "run_at number", "wake_at number", "attempt number",
		"holder text", "reason text", "dead number"),
	newTable("accounts", "account, case_ref", "account binary", "case_ref text"),
	newTable("facts", "case_ref", "case_ref text", "record binary"),
	newTable("figures", "case_ref", "case_ref text", "record binary"),
	newTable("onces", "scope, once_key", "scope text", "once_key text", "body binary", "case_ref text"),
	newTable("papers", "kind, id", "kind text", "id text", "owner text", "version number", "expires number", "sealed binary"),
	// Places are given anew, in the same order.
	newTable("log_waiting", "place", "leaf_key text", "class text", "leaf binary", "opening binary", "urgent number", "at number"),
	newTable("log_deposits", "leaf_key", "leaf_key text", "sealed binary", "at number"),
	newTable("log_blocks", "first_index", "first_index number", "size number", "epoch text", "root binary", "state number", "note binary"),
	newTable("log_leaves", "leaf_index", "leaf_index number", "first_index number", "leaf_key text", "class text", "leaf binary", "urgent number", "at number"),
	newTable("log_openings", "leaf_index", "leaf_index number", "sealed binary"),
	newTable("log_hashes", "hash_index", "hash_index number", "hash binary"),
	newTable("log_receipts", "place", "leaf_key text", "note binary"),
	newTable("log_documents", "hash", "hash binary", "body binary"),
}

func newTable(name, order string, columns ...string) *table {
	t := &table{name: name, any: "SELECT 1 FROM " + name + " LIMIT 1"}
	var names []string
	for _, c := range columns {
		n, k, _ := strings.Cut(c, " ")
		t.columns = append(t.columns, column{n, map[string]kind{"text": text, "number": number, "binary": binary}[k]})
		names = append(names, n)
	}
	all := strings.Join(names, ", ")
	t.dump = "SELECT " + all + " FROM " + name + " ORDER BY " + order
	t.fill = newList("INSERT INTO "+name+" ("+all+") VALUES ", "("+strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ")+")", "")
	return t
}

// What must hold between tables once all are filled; each gives a case for
// which it does not.
const (
	rowWithoutHead  = "SELECT c.case_ref FROM cases c LEFT JOIN events e ON e.case_ref = c.case_ref AND e.seq = c.seq AND e.hash = c.head WHERE e.case_ref IS NULL LIMIT 1"
	entryWithoutRow = "SELECT e.case_ref FROM events e LEFT JOIN cases c ON c.case_ref = e.case_ref AND c.seq >= e.seq WHERE c.case_ref IS NULL LIMIT 1"
)
