package keyring

import (
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// texts gives the constants of a file.
func texts(t *testing.T, name string) map[string]string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, value := range spec.Values {
			text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			found[spec.Names[i].Name] = text
		}
		return true
	})
	return found
}

func TestEveryStatementIsPreparedOnBothEngines(t *testing.T) {
	statements := texts(t, "statements.go")
	if len(statements) < 8 {
		t.Fatalf("only %d statements were found: the test would test little", len(statements))
	}
	eachEngine(t, func(t *testing.T, where string) {
		d, err := openDatabase(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer d.close()
		for name, text := range statements {
			s, err := d.write.PrepareContext(t.Context(), text)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			s.Close()
		}
	})
}

// Drivers differ in what a number means that is not in order.
func TestPlaceholdersAreInOrder(t *testing.T) {
	number := regexp.MustCompile(`\$(\d+)`)
	for name, text := range texts(t, "statements.go") {
		next := 1
		for _, m := range number.FindAllStringSubmatch(text, -1) {
			n, _ := strconv.Atoi(m[1])
			if n > next {
				t.Errorf("%s: $%d before $%d", name, n, next)
			}
			if n == next {
				next++
			}
		}
	}
}

func TestStatementsStandInOnePlace(t *testing.T) {
	statement := regexp.MustCompile("[`\"](SELECT|INSERT|UPDATE|DELETE) ")
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name == "statements.go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if m := statement.Find(text); m != nil {
			t.Errorf("%s holds a statement: %s", name, m)
		}
	}
}

// Migrations that were released never change; a new one is added here.
var released = map[string]string{
	"migrations/postgres/00001_keys.sql": "f10a6515da16c9b4bf6bb442063c73538ca023f2d8610152fff4288343caee80",
	"migrations/sqlite/00001_keys.sql":   "9b10470aeb544ef7df1bfbd3636fbcc02e68c98a0d89e1bc87204a1af9d2dcd9",
}

func TestMigrationsAreAsReleased(t *testing.T) {
	seen := 0
	err := fs.WalkDir(migrations, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		seen++
		sum := sha256.Sum256(text)
		if got := hex.EncodeToString(sum[:]); got != released[name] {
			t.Errorf("%s has the SHA-256 %s, and was released with %q", name, got, released[name])
		}
		if strings.Contains(string(text), "+goose Down") {
			t.Errorf("%s goes back: migrations only go forward", name)
		}
		return nil
	})
	if err != nil || seen != len(released) {
		t.Errorf("%d migrations of %d were seen, %v", seen, len(released), err)
	}
}
