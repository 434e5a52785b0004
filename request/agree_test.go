package request_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogatory/rogatory/request"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"pgregory.net/rapid"
)

// oracle compiles the published schema with an independent validator.
func oracle(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(request.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("request-1.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("request-1.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// beyond are the refusals of well-formed JSON that a schema cannot express.
var beyond = []string{"does not exist in the calendar", "ISO 3166-1", "BCP 47", "written in digits alone"}

// agree fails unless reader and schema complain about the same paths.
func agree(t interface{ Fatalf(string, ...any) }, schema *jsonschema.Schema, data []byte) (accepted bool) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	want := map[string]bool{}
	var invalid *jsonschema.ValidationError
	if errors.As(schema.Validate(doc), &invalid) {
		paths(invalid, want)
	}
	_, err = request.Read(data)
	var m *request.Malformed
	if err != nil && !errors.As(err, &m) {
		t.Fatalf("%s: %v", data, err)
	}
	got := map[string]bool{}
	if m != nil {
		if m.More > 0 {
			return false // too many to compare one by one, and refused by both or more
		}
		for _, p := range m.Problems {
			extra := slices.ContainsFunc(beyond, func(b string) bool { return strings.Contains(p.What, b) })
			if !extra || want[p.Path] {
				got[p.Path] = true
			}
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Fatalf("%s\nschema -, reader +:\n%s\nschema: %v\nreader: %v", data, diff, invalid, err)
	}
	return err == nil
}

// paths collects where the validator complains; of members that are missing or
// unknown the place is the member.
func paths(e *jsonschema.ValidationError, into map[string]bool) {
	at := ""
	for _, p := range e.InstanceLocation {
		at += "/" + escape(p)
	}
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, n := range k.Missing {
			into[at+"/"+escape(n)] = true
		}
		return
	case *kind.AdditionalProperties:
		for _, n := range k.Properties {
			into[at+"/"+escape(n)] = true
		}
		return
	}
	if len(e.Causes) == 0 {
		into[at] = true
	}
	for _, c := range e.Causes {
		paths(c, into)
	}
}

func escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// replacements are put in the place of every value of the corpus in turn.
var replacements = []string{
	`null`, `true`, `false`, `0`, `-1`, `1.5`, `1.0`, `1e2`, `100`, `100.5`, `9007199254740993`, `""`, `"x"`,
	`"DE"`, `"de"`, `"UK"`, `"XK"`, `"en"`, `"en_US"`, `"en-"`, `"qqq-419-xyzzy"`, `"court"`, `"Court"`, `"rogatory.request/2"`,
	`"2023-02-30"`, `"2024-02-29"`, `"1899-12-31"`, `"2200-12-31"`, `"2201-01-01"`, `"2024-13-01"`, `"2024-00-10"`, `"2024-1-1"`,
	`"2024-01-01T00:00:00Z"`, `"2024-01-01T24:00:00Z"`, `"2024-01-01T00:00Z"`, `"2024-01-01T00:00:00"`, `"2024-01-01t00:00:00z"`,
	`"2024-01-01T00:00:00.123456789+14:00"`, `"2024-01-01T00:00:00,5Z"`, `"2024-02-30T00:00:00Z"`, `"2024-01-01T00:00:00+24:00"`, `"2024-01-01\n"`,
	`[]`, `{}`, `[null]`, `[{}]`, `[""]`, `[{"type":"email"}]`, `{"name":"n","role":"judge"}`, `{"a/b~c":1}`,
	`"` + strings.Repeat("é", 200) + `"`, `"` + strings.Repeat("é", 201) + `"`, `"` + strings.Repeat("x", 300001) + `"`,
	`[` + strings.Repeat("{},", 200) + `{}]`, `[` + strings.Repeat(`"",`, 200) + `""]`, `"` + strings.Repeat("a", 64) + `"`, `"` + strings.Repeat("A", 64) + `"`,
}

// mutants calls see with data after every single change: each value replaced
// or dropped, each object given one more member.
func mutants(t testing.TB, data []byte, see func([]byte)) {
	var root any
	if err := json.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	print := func() {
		out, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		see(out)
	}
	var walk func(v any, set func(any))
	walk = func(v any, set func(any)) {
		for _, r := range replacements {
			set(json.RawMessage(r))
			print()
		}
		set(v)
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				inner := v[name]
				walk(inner, func(x any) { v[name] = x })
				delete(v, name)
				print()
				v[strings.ToUpper(name)] = inner
				print()
				delete(v, strings.ToUpper(name))
				v[name] = inner
			}
			v["unknown member"] = 1
			print()
			delete(v, "unknown member")
		case []any:
			for i := range v {
				inner := v[i]
				walk(inner, func(x any) { v[i] = x })
			}
		}
	}
	walk(root, func(x any) { root = x })
}

func TestAgreesWithSchema(t *testing.T) {
	schema := oracle(t)
	tried, accepted := 0, 0
	for name, data := range corpus(t) {
		if !agree(t, schema, data) {
			t.Errorf("%s is refused", name)
		}
		if testing.Short() && name != "minimal.json" {
			continue
		}
		mutants(t, data, func(m []byte) {
			tried++
			if agree(t, schema, m) {
				accepted++
			}
		})
	}
	if tried < 1000 || accepted < 100 || accepted*2 > tried {
		t.Errorf("%d mutants, %d accepted: the corpus does not try both sides", tried, accepted)
	}
	t.Logf("%d mutants, %d accepted", tried, accepted)
}

func TestAgreesWithSchemaAfterManyChanges(t *testing.T) {
	schema := oracle(t)
	full := corpus(t)["full.json"]
	rapid.Check(t, func(t *rapid.T) {
		var root any
		if err := json.Unmarshal(full, &root); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			change(t, root)
		}
		data, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		agree(t, schema, data)
	})
}

// change walks down to a random object and replaces, drops or adds a member.
func change(t *rapid.T, v any) {
	switch v := v.(type) {
	case map[string]any:
		names := append(slices.Sorted(maps.Keys(v)), "added")
		name := rapid.SampledFrom(names).Draw(t, "member")
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0:
			delete(v, name)
		case 1:
			v[name] = json.RawMessage(rapid.SampledFrom(replacements[:50]).Draw(t, "value"))
		default:
			change(t, v[name])
		}
	case []any:
		if len(v) > 0 {
			change(t, v[rapid.IntRange(0, len(v)-1).Draw(t, "item")])
		}
	}
}

func TestSchemaAgainstMetaschema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(request.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	meta, err := jsonschema.NewCompiler().Compile("https://json-schema.org/draft/2020-12/schema")
	if err != nil {
		t.Fatal(err)
	}
	if err := meta.Validate(doc); err != nil {
		t.Error(err)
	}
	request.Schema()[0] = 'x' // a caller's copy, not ours
	if request.Schema()[0] != '{' {
		t.Error("a caller can change the schema")
	}
}

var exponent = regexp.MustCompile(`[0-9][eE][+-]?[0-9]`)

func FuzzRead(f *testing.F) {
	schema := oracle(f)
	for _, data := range corpus(f) {
		f.Add(data)
	}
	for _, c := range malformed {
		if len(c.doc) < 4096 {
			f.Add([]byte(c.doc))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := request.Read(data)
		if err != nil {
			var m *request.Malformed
			if !errors.As(err, &m) || len(m.Problems) == 0 || len(m.Problems) > request.MaxProblems {
				t.Fatalf("refused by %#v", err)
			}
			for _, line := range strings.Split(strings.TrimSpace(err.Error()), "\n") {
				if strings.ContainsFunc(line, func(r rune) bool { return !strconv.IsPrint(r) }) {
					t.Fatalf("unprintable: %q", line)
				}
			}
			return
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		// The validator computes 1e-1000000 exactly, which takes long, and panics on 1e-3000000.
		if !exponent.Match(data) {
			if err := schema.Validate(doc); err != nil {
				t.Fatalf("accepted against the schema: %v", err)
			}
		}
		again, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		q2, err := request.Read(again)
		if err != nil {
			t.Fatalf("%s: refused when written again: %v", again, err)
		}
		if diff := cmp.Diff(q, q2, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("changed when written again (-first +second):\n%s", diff)
		}
		q.Oddities()
	})
}
