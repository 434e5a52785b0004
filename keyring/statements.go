package keyring

// Every statement, in one text for both engines. Placeholders are numbered in
// order of first appearance. What only one engine knows is in database.go.
const (
	selectKey   = `SELECT office, sealed FROM keys WHERE id = $1`
	insertKey   = `INSERT INTO keys (id, office, sealed, made) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`
	deleteKey   = `DELETE FROM keys WHERE id = $1`
	nextOffice  = `SELECT min(office) FROM keys WHERE office > $1`
	selectOlder = `SELECT id FROM keys WHERE id <> $1 AND made < $2 AND id > $3 ORDER BY id LIMIT $4`
)
