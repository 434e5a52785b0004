package rogatory

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/rogatory/rogatory"

// floors is the plan of the house: a package imports only from strictly lower
// floors, and only the third-party modules named beside it. A package that is
// not in the plan fails the test.
var floors = []struct {
	floor   int
	name    string
	modules []string
}{
	{0, "fault", nil},
	{0, "fact", nil},
	{1, "rule", nil},
	{1, "calendar", nil},
	{1, "law", []string{"golang.org/x/text"}},
	{1, "shelf", nil},
	{1, "ledger", []string{"golang.org/x/mod", "github.com/transparency-dev/formats", "github.com/cloudflare/circl"}},
	{2, "authority", nil},
	{2, "ledger/monitor", []string{"golang.org/x/mod", "github.com/transparency-dev/formats"}},
	{2, "request", []string{"golang.org/x/text"}},
	{2, "office", []string{"go.yaml.in/yaml/v4"}},
	{3, "signal", []string{"github.com/blevesearch/snowballstem", "golang.org/x/text", "go.yaml.in/yaml/v4"}},
	{3, "rulebook", []string{"go.yaml.in/yaml/v4"}},
	{3, "lifecycle", nil},
	{3, "proof/httpsig", []string{"github.com/dunglas/httpsfv"}},
	{3, "proof/role", []string{"filippo.io/age"}},
	{3, "proof/entry", []string{"golang.org/x/mod", "github.com/transparency-dev/formats"}},
	{4, "proof/entry/words", []string{"golang.org/x/mod", "github.com/transparency-dev/formats"}},
	{4, "screen", []string{"golang.org/x/text"}},
	{5, "letter", []string{"golang.org/x/text"}},
	{6, "docket", nil},
	{6, "register", nil},
	{6, "sequencer", []string{"golang.org/x/mod"}},
	{7, "folder", []string{"golang.org/x/mod"}},
	{7, "keyring", sql},
	{7, "login", []string{"github.com/go-webauthn/webauthn", "github.com/coreos/go-oidc/v3", "golang.org/x/oauth2"}},
	{7, "post", []string{"github.com/wneessen/go-mail", "github.com/emersion/go-smtp", "github.com/emersion/go-message", "github.com/emersion/go-msgauth"}},
	{7, "seal", []string{"filippo.io/age"}},
	{7, "sequencer/trial", []string{"golang.org/x/mod"}},
	{7, "store", append([]string{"golang.org/x/mod"}, sql...)},
	{7, "timer", nil},
	{7, "vault", nil},
	{7, "witness", []string{"golang.org/x/mod", "github.com/transparency-dev/formats"}},
	{8, "api", []string{"github.com/prometheus/client_golang", "golang.org/x/mod"}},
	{8, "witness/watch", []string{"golang.org/x/mod"}},
	{8, "tools/browser", nil},
	{8, "tools/postgres", []string{"github.com/jackc/pgx/v5"}},
	{9, "tools/crash/desk", nil},
	{9, "web/verifier", nil},
	{10, "web/verifier/build", nil},
	{10, "web/verifier/wasm", nil},
	{10, "tools/crash", nil},
	{10, "tools/load", sql},
	{10, "tools/model", nil},
	{10, "tools/queue/million", sql},
	{11, "tools/queue", nil},
	{10, "tools/throughput", nil},
	{10, "tools/cluster/house", nil},
	{12, "tools/cluster", []string{"github.com/emersion/go-smtp", "filippo.io/age", "github.com/jackc/pgx/v5"}},
	{12, "tools/door", sql},
	{12, "tools/story", []string{"github.com/emersion/go-smtp", "github.com/emersion/go-message", "github.com/go-webauthn/webauthn", "golang.org/x/mod", "filippo.io/age"}},
	{12, "tools/year", []string{"golang.org/x/mod"}},
	{11, "cmd/rogatory", []string{"github.com/alecthomas/kong", "github.com/schollz/progressbar/v3", "github.com/mattn/go-runewidth", "golang.org/x/term", "github.com/BurntSushi/toml", "filippo.io/age", "golang.org/x/mod"}},
	{11, "cmd/rogatory-witness", []string{"github.com/alecthomas/kong", "golang.org/x/mod"}},
}

// sql is what a package needs that keeps something in a database of either kind.
var sql = []string{"modernc.org/sqlite", "github.com/jackc/pgx/v5", "github.com/pressly/goose/v3"}

// tests may import these as well, anywhere.
var testModules = []string{
	"github.com/google/go-cmp", "pgregory.net/rapid", "github.com/rogpeppe/go-internal",
	"github.com/santhosh-tekuri/jsonschema/v6", "github.com/getkin/kin-openapi",
	"github.com/emersion/go-smtp", "github.com/emersion/go-message", "github.com/emersion/go-msgauth", "filippo.io/age",
}

type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	Standard                           bool
}

func TestFloors(t *testing.T) {
	for _, target := range [][]string{nil, {"GOOS=js", "GOARCH=wasm"}} {
		t.Run(strings.Join(append(target, "packages"), " "), func(t *testing.T) {
			checkFloors(t, packages(t, target), len(target) == 0)
		})
	}
}

// pure is the highest floor that has neither clock, database nor network: what
// stands up to here is also built for browsers; what ends in /wasm for nothing else.
const pure = 6

func checkFloors(t *testing.T, list []listed, all bool) {
	seen := make(map[string]bool)
	for _, p := range list {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if name == "" {
			continue // the root holds this test and nothing else
		}
		i := slices.IndexFunc(floors, func(f struct {
			floor   int
			name    string
			modules []string
		}) bool {
			return f.name == name
		})
		if i < 0 {
			t.Errorf("package %s stands on no floor: add it to the plan, or do without it", name)
			continue
		}
		seen[name] = true
		checkImports(t, name, floors[i].floor, floors[i].modules, p.Imports, true)
		checkImports(t, name, floors[i].floor, append(testModules, floors[i].modules...), append(p.TestImports, p.XTestImports...), false)
	}
	for _, f := range floors {
		if !seen[f.name] && (all && !strings.HasSuffix(f.name, "/wasm") || f.floor <= pure) {
			t.Errorf("the plan names %s, which does not exist", f.name)
		}
	}
}

func checkImports(t *testing.T, name string, floor int, modules, imports []string, strict bool) {
	for _, path := range imports {
		if below, ok := strings.CutPrefix(path, module+"/"); ok {
			if strict && floorOf(below) >= floor {
				t.Errorf("%s (floor %d) imports %s (floor %d): imports go strictly down", name, floor, below, floorOf(below))
			}
			continue
		}
		if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
			continue // the standard library
		}
		if !slices.ContainsFunc(modules, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") }) {
			t.Errorf("%s imports %s, which the plan does not name for it", name, path)
		}
	}
}

func floorOf(name string) int {
	for _, f := range floors {
		if f.name == name {
			return f.floor
		}
	}
	return 99
}

// packages asks the go tool, so that what is compared is what is built.
func packages(t *testing.T, env []string) []listed {
	args := []string{"list", "-json=ImportPath,Imports,TestImports,XTestImports,Standard"}
	if env == nil {
		args = append(args, "./...")
	}
	for _, f := range floors {
		if env != nil && f.floor <= pure {
			args = append(args, "./"+f.name)
		}
	}
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []listed
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p listed
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	if len(list) < 5 {
		t.Fatalf("only %d packages were listed: the check would check nothing", len(list))
	}
	return list
}
