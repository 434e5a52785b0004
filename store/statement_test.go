package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everyStatement gives all texts, those of readers as well.
func everyStatement(d *dialect) []string {
	texts := append(d.statements(), readRow, readEvents, readFacts, readFigures, readClock, deadJobs, nextJob, rowWithoutHead, entryWithoutRow,
		lastBlock, readWaiting, readLeaves, readTerms, readEntries, readOpenings, readDocument, readDeposits, readUrgent, readReceipts)
	if d.lockAll != "" {
		texts = append(texts, d.lockAll)
	}
	for _, t := range tables {
		texts = append(texts, t.dump, t.any)
		for _, n := range sizes {
			texts = append(texts, t.fill.texts[n])
		}
	}
	for _, n := range sizes {
		texts = append(texts, findCases.texts[n], readHashes.texts[n], readPositions.texts[n])
	}
	for mask := range 1 << len(confines) {
		texts = append(texts, readRows(mask))
	}
	return texts
}

func TestStatementsPrepare(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		conn, err := s.writer.Conn(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for _, text := range everyStatement(s.dialect) {
			st, err := conn.PrepareContext(context.Background(), text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if err := st.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Drivers that count appearances bind by them; ours must not differ from those.
func TestStatementsNumberByFirstAppearance(t *testing.T) {
	number := regexp.MustCompile(`\$(\d+)`)
	for _, text := range slices.Concat(everyStatement(&sqlite), everyStatement(&postgres)) {
		highest := 0
		for _, m := range number.FindAllStringSubmatch(text, -1) {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				t.Fatal(err)
			}
			if n > highest+1 {
				t.Errorf("$%d appears before $%d: %s", n, highest+1, text)
			}
			highest = max(highest, n)
		}
		if regexp.MustCompile(`\?`).MatchString(text) {
			t.Errorf("a question mark is left: %s", text)
		}
	}
}

// A released migration has run in offices: it never changes again. A change
// that is needed is a new migration.
func TestMigrationsAreAsReleased(t *testing.T) {
	want := map[string]string{
		"migrations/postgres/0001_records.sql": "379e951993d3b32738127fea4c99787805834a26ad7d511004f6f3ee5e3cea86",
		"migrations/postgres/0002_papers.sql":  "468f5ce876117893d72a4a7109f9c19cfe25920b1a2daa704817471845eb3a01",
		"migrations/postgres/0003_log.sql":     "ab219fbc01c130f887ab64784bd379476803bcfa3da9bc8a51654516bf026e79",
		"migrations/sqlite/0001_records.sql":   "156c76a051a30479ea9fe6194d8682ce0a33fab7419b14ca1d0a294d1cac968b",
		"migrations/sqlite/0002_papers.sql":    "807138e35899fae438398c85a7e8fcd72ca4c7112770835a92bd2715adbad1bf",
		"migrations/sqlite/0003_log.sql":       "3d3b14d7c0d2ab35c261254e1742071746b4d2e6b4ae3f926152eb4aad6f7511",
	}
	got := make(map[string]string)
	err := fs.WalkDir(migrations, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := migrations.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		got[path] = hex.EncodeToString(sum[:])
		if regexp.MustCompile(`\+goose Down`).Match(text) {
			t.Errorf("%s has a way back", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
