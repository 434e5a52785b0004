package store

import (
	"strconv"
	"strings"

	"github.com/rogatory/rogatory/sequencer"
)

// Every statement of the store stands in this file, in one text for both
// engines, and a test prepares each on both. Texts are written with question
// marks; numbered gives each its $n. Numbers thus stand in order of first
// appearance, which drivers that count appearances need.

// numbered replaces the question marks of a text by $1, $2 and so on.
func numbered(text string) string {
	var b strings.Builder
	n := 0
	for i, part := range strings.Split(text, "?") {
		if i > 0 {
			n++
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
	}
	return b.String()
}

// A list is a statement over a list of rows, in a text for each of sizes. A
// round trip per row is what would cost on PostgreSQL.
type list struct {
	width int // arguments per row
	texts map[int]string
}

// sizes are the lengths of the lists that are written; longer and other ones
// are put together from these.
var sizes = [...]int{64, 32, 16, 8, 4, 2, 1}

func newList(head, row, tail string) *list {
	l := &list{width: strings.Count(row, "?"), texts: make(map[int]string)}
	for _, n := range sizes {
		l.texts[n] = numbered(head + strings.TrimSuffix(strings.Repeat(row+", ", n), ", ") + tail)
	}
	return l
}

const (
	headsHead = "SELECT case_ref, seq, head FROM cases WHERE case_ref IN ("
	headsTail = ") ORDER BY case_ref"
)

// What a group of batches reads and writes, in this order. All transactions
// take their locks in the order of tables, and of cases within it.
var (
	heads       = newList(headsHead, "?", headsTail)
	headsLocked = newList(headsHead, "?", headsTail+" FOR UPDATE")
	readOnces   = newList("SELECT scope, once_key, body, case_ref FROM onces WHERE (scope, once_key) IN (VALUES ", "(?, ?)", ")")
	putCases    = newList("INSERT INTO cases (case_ref, seq, head, key_id, authority, country, instrument, lane, stage, waiting, assignee, received, due, escalated, outside, is_open, sender, settles) VALUES ",
		"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		" ON CONFLICT (case_ref) DO UPDATE SET seq = excluded.seq, head = excluded.head, key_id = excluded.key_id, authority = excluded.authority, country = excluded.country, instrument = excluded.instrument, lane = excluded.lane, stage = excluded.stage, waiting = excluded.waiting, assignee = excluded.assignee, received = excluded.received, due = excluded.due, escalated = excluded.escalated, outside = excluded.outside, is_open = excluded.is_open, sender = excluded.sender, settles = excluded.settles")
	addEvents = newList("INSERT INTO events (case_ref, seq, at, sealed, prev, hash) VALUES ", "(?, ?, ?, ?, ?, ?)", "")
	endJobs   = newList("DELETE FROM jobs WHERE job_key IN (", "?", ")")
	putJobs   = newList("INSERT INTO jobs (job_key, case_ref, kind, run_at, wake_at, attempt, holder, reason, dead) VALUES ",
		"(?, ?, ?, ?, ?, 0, '', '', 0)",
		" ON CONFLICT (job_key) DO UPDATE SET case_ref = excluded.case_ref, kind = excluded.kind, run_at = excluded.run_at, wake_at = excluded.wake_at, attempt = 0, holder = '', reason = '', dead = 0")
	addAccounts = newList("INSERT INTO accounts (account, case_ref) VALUES ", "(?, ?)", " ON CONFLICT DO NOTHING")
	putFacts    = newList("INSERT INTO facts (case_ref, record) VALUES ", "(?, ?)", " ON CONFLICT (case_ref) DO UPDATE SET record = excluded.record")
	putFigures  = newList("INSERT INTO figures (case_ref, record) VALUES ", "(?, ?)", " ON CONFLICT (case_ref) DO UPDATE SET record = excluded.record")
	addOnces    = newList("INSERT INTO onces (scope, once_key, body, case_ref) VALUES ", "(?, ?, ?, ?)", "")

	addWaiting  = newList("INSERT INTO log_waiting (leaf_key, class, leaf, opening, urgent, at) VALUES ", "(?, ?, ?, ?, ?, ?)", "")
	hasten      = newList("UPDATE log_waiting SET urgent = 1 WHERE leaf_key IN (", "?", ")")
	addDeposits = newList("INSERT INTO log_deposits (leaf_key, sealed, at) VALUES ", "(?, ?, ?)", "")

	findCases = newList("SELECT DISTINCT case_ref FROM accounts WHERE account IN (", "?", ")")
)

const rowColumns = "case_ref, seq, key_id, authority, country, instrument, lane, stage, waiting, assignee, received, due, escalated, outside, is_open, sender, settles"

// Single statements.
var (
	moveCase       = numbered("UPDATE cases SET key_id = ?, authority = ?, country = ?, instrument = ?, lane = ?, stage = ?, waiting = ?, assignee = ?, received = ?, due = ?, escalated = ?, outside = ?, is_open = ?, sender = ?, settles = ? WHERE case_ref = ?")
	readRow        = numbered("SELECT " + rowColumns + " FROM cases WHERE case_ref = ?")
	readEvents     = numbered("SELECT seq, at, sealed, prev, hash FROM events WHERE case_ref = ? AND seq > ? AND seq <= ? ORDER BY seq")
	readHash       = numbered("SELECT hash FROM events WHERE case_ref = ? AND seq = ?")
	readFacts      = numbered("SELECT record FROM facts WHERE case_ref = ?")
	readFigures    = numbered("SELECT case_ref, record FROM figures WHERE case_ref > ? ORDER BY case_ref LIMIT ?")
	readClock      = "SELECT at FROM events ORDER BY at DESC LIMIT 1"
	forgetAccounts = numbered("DELETE FROM accounts WHERE case_ref = ?")
	forgetFacts    = numbered("DELETE FROM facts WHERE case_ref = ?")
	forgetDeposits = numbered("DELETE FROM log_deposits WHERE leaf_key >= ? AND leaf_key < ?")

	finishJob = numbered("DELETE FROM jobs WHERE job_key = ? AND holder = ? AND dead = 0")
	failJob   = numbered("UPDATE jobs SET wake_at = ?, attempt = attempt + 1, holder = '', reason = ? WHERE job_key = ? AND holder = ? AND dead = 0")
	buryJob   = numbered("UPDATE jobs SET dead = 1, attempt = attempt + 1, holder = '', reason = ? WHERE job_key = ? AND holder = ? AND dead = 0")
	reviveJob = numbered("UPDATE jobs SET dead = 0, attempt = 0, wake_at = run_at WHERE job_key = ? AND dead = 1")
	deadJobs  = numbered("SELECT job_key, case_ref, kind, run_at, attempt, reason FROM jobs WHERE dead = 1 ORDER BY run_at, job_key LIMIT ?")
	setJob    = numbered("INSERT INTO jobs (job_key, case_ref, kind, run_at, wake_at, attempt, holder, reason, dead) VALUES (?, '', ?, ?, ?, 0, '', '', 0)" +
		" ON CONFLICT (job_key) DO UPDATE SET kind = excluded.kind, run_at = excluded.run_at, wake_at = excluded.wake_at, attempt = 0, holder = '', reason = '', dead = 0")
	nextJob = "SELECT wake_at FROM jobs WHERE dead = 0 ORDER BY wake_at LIMIT 1"
)

// Papers.
var (
	addPaper     = numbered("INSERT INTO papers (kind, id, owner, version, expires, sealed) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
	movePaper    = numbered("UPDATE papers SET owner = ?, version = ?, expires = ?, sealed = ? WHERE kind = ? AND id = ? AND version = ?")
	removePaper  = numbered("DELETE FROM papers WHERE kind = ? AND id = ? AND version >= ? AND version <= ?")
	expirePapers = numbered("DELETE FROM papers WHERE expires < 9223372036854775807 AND expires <= ?")
	readPaper    = numbered("SELECT kind, id, owner, version, expires, sealed FROM papers WHERE kind = ? AND id = ?")
	readPapers   = numbered("SELECT kind, id, owner, version, expires, sealed FROM papers WHERE kind = ? AND id > ? ORDER BY id LIMIT ?")
	readOwned    = numbered("SELECT kind, id, owner, version, expires, sealed FROM papers WHERE kind = ? AND owner = ? AND id > ? ORDER BY id LIMIT ?")
)

// What a block of the public log reads and writes. Whoever changes the log locks
// its last block first.
var (
	addBlock    = numbered("INSERT INTO log_blocks (first_index, size, epoch, root, state, note) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
	endWaiting  = newList("DELETE FROM log_waiting WHERE leaf_key IN (", "?", ")")
	addLeaves   = newList("INSERT INTO log_leaves (leaf_index, first_index, leaf_key, class, leaf, urgent, at) VALUES ", "(?, ?, ?, ?, ?, ?, ?)", "")
	addOpenings = newList("INSERT INTO log_openings (leaf_index, sealed) VALUES ", "(?, ?)", "")
	addHashes   = newList("INSERT INTO log_hashes (hash_index, hash) VALUES ", "(?, ?)", "")
	addDocument = numbered("INSERT INTO log_documents (hash, body) VALUES (?, ?) ON CONFLICT DO NOTHING")

	moveBlock    = numbered("UPDATE log_blocks SET state = ? WHERE size = ? AND state = ?")
	signBlock    = numbered("UPDATE log_blocks SET state = ?, note = ? WHERE size = ? AND state = ?")
	dropBlock    = numbered("DELETE FROM log_blocks WHERE first_index = ?")
	dropLeaves   = numbered("DELETE FROM log_leaves WHERE leaf_index >= ?")
	dropOpenings = numbered("DELETE FROM log_openings WHERE leaf_index >= ? AND leaf_index < ?")
	dropHashes   = numbered("DELETE FROM log_hashes WHERE hash_index >= ?")
	firstPlace   = "SELECT COALESCE(MIN(place), 1) FROM log_waiting"
	putBack      = newList("INSERT INTO log_waiting (place, leaf_key, class, leaf, opening, urgent, at) VALUES ", "(?, ?, ?, ?, ?, ?, ?)", "")
	wait         = numbered("INSERT INTO log_waiting (leaf_key, class, leaf, opening, urgent, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
	putReceipt   = numbered("INSERT INTO log_receipts (leaf_key, note) VALUES (?, ?) ON CONFLICT DO NOTHING")
	hasLeaf      = numbered("SELECT 1 FROM log_leaves WHERE leaf_key = ? AND leaf_key <> ''")
)

// What is read of the public log.
var (
	lastBlock    = "SELECT first_index, size, epoch, root, state, note FROM log_blocks ORDER BY size DESC LIMIT 1"
	readWaiting  = numbered("SELECT leaf_key, class, leaf, opening, urgent, at FROM log_waiting WHERE class = ? ORDER BY urgent DESC, place LIMIT ?")
	readLeaves   = numbered("SELECT leaf FROM log_leaves WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index")
	readTerms    = numbered("SELECT leaf_index, leaf FROM log_leaves WHERE class = 'document' AND leaf_index >= ? ORDER BY leaf_index")
	readEntries  = numbered("SELECT l.leaf_key, l.class, l.leaf, o.sealed, l.urgent, l.at FROM log_leaves l LEFT JOIN log_openings o ON o.leaf_index = l.leaf_index WHERE l.leaf_index >= ? AND l.leaf_index < ? ORDER BY l.leaf_index")
	readOpenings = numbered("SELECT leaf_index, sealed FROM log_openings WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index")
	readHashes   = newList("SELECT hash_index, hash FROM log_hashes WHERE hash_index IN (", "?", ")")
	readDocument = numbered("SELECT body FROM log_documents WHERE hash = ?")
	readDeposits = numbered("SELECT leaf_key, sealed, at FROM log_deposits WHERE (at, leaf_key) > (?, ?) ORDER BY at, leaf_key LIMIT ?")

	// One statement, so that a leaf that is given its place meanwhile is not
	// missed in both.
	readPositions = newList("WITH asked (leaf_key) AS (VALUES ", "(?)", ")"+
		" SELECT a.leaf_key, 0, 0, 0, 0, 0, w.urgent, r.note FROM asked a JOIN log_waiting w ON w.leaf_key = a.leaf_key LEFT JOIN log_receipts r ON r.leaf_key = a.leaf_key"+
		" UNION ALL SELECT a.leaf_key, 1, l.leaf_index, b.first_index, b.size, b.state, l.urgent, r.note FROM asked a JOIN log_leaves l ON l.leaf_key = a.leaf_key AND l.leaf_key <> ''"+
		" JOIN log_blocks b ON b.first_index = l.first_index LEFT JOIN log_receipts r ON r.leaf_key = a.leaf_key")
	readUrgent = numbered("SELECT w.leaf_key, w.class, w.leaf, w.opening, w.urgent, w.at, w.place FROM log_waiting w" +
		" WHERE w.urgent = 1 AND w.at <= ? AND NOT EXISTS (SELECT 1 FROM log_receipts r WHERE r.leaf_key = w.leaf_key)" +
		" UNION ALL SELECT l.leaf_key, l.class, l.leaf, o.sealed, l.urgent, l.at, l.leaf_index - b.size FROM (" + lastBlock + ") b" +
		" JOIN log_leaves l ON l.leaf_index >= b.first_index AND l.leaf_index < b.size LEFT JOIN log_openings o ON o.leaf_index = l.leaf_index" +
		" WHERE b.state < " + published + " AND l.urgent = 1 AND l.leaf_key <> '' AND l.at <= ? AND NOT EXISTS (SELECT 1 FROM log_receipts r WHERE r.leaf_key = l.leaf_key)" +
		" ORDER BY 6, 7")
	readReceipts = "SELECT r.leaf_key, r.note FROM log_receipts r WHERE NOT EXISTS (SELECT 1 FROM log_leaves l JOIN log_blocks b ON b.first_index = l.first_index" +
		" WHERE l.leaf_key = r.leaf_key AND l.leaf_key <> '' AND b.state = " + published + ") ORDER BY r.place"
)

// published is the state in which a block has gone all its way.
var published = strconv.Itoa(int(sequencer.Published))

// leaseJobs takes the jobs that are due first. Whoever is taking jobs at the
// same time is given others, by the lock.
func leaseJobs(lock string) string {
	return numbered("WITH due AS MATERIALIZED (SELECT job_key FROM jobs WHERE dead = 0 AND wake_at <= ? ORDER BY wake_at, job_key LIMIT ?" + lock + ")" +
		" UPDATE jobs SET wake_at = ?, holder = ? WHERE job_key IN (SELECT job_key FROM due)" +
		" RETURNING job_key, case_ref, kind, run_at, attempt, reason")
}

// What a page of rows may be confined to, in the order of a Query's arguments.
// The literals are those of the partial indexes.
var confines = [...]string{
	"is_open = 1", "outside > 0", "sender = 'quarantined'",
	"stage = ?", "lane = ?", "waiting = ?", "assignee = ?", "country = ?", "authority = ?", "settles = ? AND settles <> ''",
	"due < ?", "(due, case_ref) > (?, ?)",
}

// readRows gives the statement of a page: bit i of mask stands for confines[i].
func readRows(mask int) string {
	var where []string
	for i, c := range confines {
		if mask&(1<<i) != 0 {
			where = append(where, c)
		}
	}
	text := "SELECT " + rowColumns + " FROM cases"
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	return numbered(text + " ORDER BY due, case_ref LIMIT ?")
}

// statements gives every text that runs on the writer's connections.
func (d *dialect) statements() []string {
	texts := []string{d.lease, moveCase, readHash, forgetAccounts, forgetFacts, finishJob, failJob, buryJob, reviveJob, setJob, addPaper, movePaper, removePaper, expirePapers,
		forgetDeposits, d.lastBlock, addBlock, addDocument, moveBlock, signBlock, dropBlock, dropLeaves, dropOpenings, dropHashes, firstPlace, wait, putReceipt, hasLeaf}
	for _, l := range []*list{d.heads, readOnces, putCases, addEvents, endJobs, putJobs, addAccounts, putFacts, putFigures, addOnces, addWaiting, hasten, addDeposits, endWaiting, addLeaves, addOpenings, addHashes, putBack} {
		texts = append(texts, l.upTo(d.longest)...)
	}
	return texts
}

// upTo gives the texts of a list for at most so many rows.
func (l *list) upTo(longest int) []string {
	var texts []string
	for n, text := range l.texts {
		if n <= longest {
			texts = append(texts, text)
		}
	}
	return texts
}
