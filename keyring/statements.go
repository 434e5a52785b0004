package keyring

// Every statement, in one text for both engines. Placeholders are numbered in
// order of first appearance. What only one engine knows is in database.go.
const (
	selectKey   = `SELECT office, sealed FROM keys WHERE id = $1`
	insertKey   = `INSERT INTO keys (id, office, sealed, made) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`
	rewrapKey   = `UPDATE keys SET office = $1, sealed = $2 WHERE id = $3 AND office = $4`
	deleteKey   = `DELETE FROM keys WHERE id = $1`
	nextOffice  = `SELECT min(office) FROM keys WHERE office > $1`
	selectOlder = `SELECT id FROM keys WHERE id <> $1 AND made < $2 AND id > $3 ORDER BY id LIMIT $4`
	selectUnder = `SELECT id, sealed FROM keys WHERE office = $1 AND id > $2 ORDER BY id LIMIT $3`
	selectAll   = `SELECT id, office, sealed, made FROM keys WHERE id > $1 ORDER BY id LIMIT $2`
)
