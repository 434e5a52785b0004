package request

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/law"
)

// The decoder must have a place, of the right type, for all that the scanner
// lets pass, and the schema a description of all that the types hold.
func TestSchemaDescribesTypes(t *testing.T) {
	compared := 0
	var compare func(path string, sh *shape, ty reflect.Type)
	compare = func(path string, sh *shape, ty reflect.Type) {
		compared++
		if ty.Kind() == reflect.Pointer {
			ty = ty.Elem()
		}
		want := map[reflect.Kind]string{
			reflect.String: "string", reflect.Bool: "boolean", reflect.Float64: "number", reflect.Int64: "integer",
			reflect.Slice: "array", reflect.Struct: "object",
		}[ty.Kind()]
		if ty == reflect.TypeFor[Moment]() {
			want = "string"
		}
		if sh.kind != want {
			t.Errorf("%s: schema says %s, the type is %s", path, sh.kind, ty)
			return
		}
		switch want {
		case "array":
			compare(path+"/0", sh.items, ty.Elem())
		case "object":
			fields := map[string]reflect.Type{}
			for i := range ty.NumField() {
				name, _, _ := strings.Cut(ty.Field(i).Tag.Get("json"), ",")
				fields[name] = ty.Field(i).Type
			}
			if diff := cmp.Diff(sh.names, slices.Sorted(maps.Keys(fields))); diff != "" {
				t.Errorf("%s: schema -, type +:\n%s", path, diff)
				return
			}
			for n, m := range sh.members {
				compare(path+"/"+n, m.shape, fields[n])
			}
		}
	}
	compare("", document, reflect.TypeFor[Request]())
	if compared < 80 {
		t.Errorf("compared only %d members", compared)
	}
}

// full.json has every member there is, and none is lost on the way.
func TestNothingIsLost(t *testing.T) {
	data, err := os.ReadFile("testdata/full.json")
	if err != nil {
		t.Fatal(err)
	}
	q, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	var want, got map[string]any
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(again, &got); err != nil {
		t.Fatal(err)
	}
	// The bounds of an open window are null in the file and absent when written.
	for _, m := range want["measures"].([]any) {
		maps.DeleteFunc(m.(map[string]any), func(_ string, v any) bool { return v == nil })
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("file -, written again +:\n%s", diff)
	}
	for _, n := range document.names {
		if _, ok := got[n]; !ok {
			t.Errorf("full.json lacks %s", n)
		}
	}
}

func TestSchemaThatCannotBeEnforced(t *testing.T) {
	for _, c := range []struct{ name, schema, want string }{
		{"not JSON", `{`, "unexpected EOF"},
		{"a keyword the reader does not know", `{"type":"string","format":"date"}`, "unknown field"},
		{"types that are no names", `{"type":7}`, "cannot unmarshal"},
		{"no type", `{}`, "a type is missing"},
		{"a pattern nobody checks", `{"type":"string","pattern":"^x$"}`, "a pattern needs a function"},
		{"an open object", `{"type":"object"}`, "lets unknown members pass"},
		{"an object said to be open", `{"type":"object","additionalProperties":true}`, "lets unknown members pass"},
		{"a number without bounds", `{"type":"number"}`, "a number needs bounds"},
		{"null in one of two", `{"type":["string","null"],"enum":["a"]}`, "disagree on null"},
		{"required, not described", `{"type":"object","additionalProperties":false,"required":["a"]}`, "required member a"},
		{"required, may be null", `{"type":"object","additionalProperties":false,"required":["a"],"properties":{"a":{"type":["string","null"]}}}`, "required member a"},
		{"a reference to nothing", `{"$ref":"#/$defs/none"}`, "no definition"},
		{"too many members", `{"type":"object","additionalProperties":false,"properties":{` + many(65) + `}}`, "more than 64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}()
			compileSchema([]byte(c.schema))
		})
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`"` + strings.Repeat("a", i+1) + `":{"type":"string"},`)
	}
	return strings.TrimSuffix(b.String(), ",")
}

func TestMistakenCountries(t *testing.T) {
	for wrong, right := range mistaken {
		if law.IsCountry(wrong) || !law.IsCountry(right) {
			t.Errorf("%s for %s", wrong, right)
		}
	}
}
