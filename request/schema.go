package request

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed schema.json
var schemaJSON []byte

// Schema gives the JSON Schema (2020-12) of rogatory.request/1, as published.
func Schema() []byte { return bytes.Clone(schemaJSON) }

// document is what the reader checks a request against. It is made from the
// schema itself, so what is published and what is enforced cannot drift apart.
var document = compileSchema(schemaJSON)

// A shape is one subschema, ready for checking. The nil shape is that of a
// value nothing is known about: only its syntax is checked.
type shape struct {
	null  bool   // may be null
	kind  string // object, array, string, number, integer or boolean
	enum  []string
	check func(string) string // says what is wrong with a string; takes the place of the schema's pattern

	minLength, maxLength int // in characters; no maximum if 0
	minimum, maximum     float64

	items    *shape
	maxItems int // no maximum if 0

	members  map[string]member
	names    []string // of the members, sorted
	required uint64   // the bits of the members that must be there
}

// A member is one place in an object.
type member struct {
	bit   uint64 // one bit, its own among its siblings
	shape *shape
}

// checks says by which function the strings of a definition are checked. Each
// refuses what the definition's pattern refuses, and more than a pattern can:
// a day that does not exist, a country nobody lives in.
var checks = map[string]func(string) string{
	"moment": func(s string) string {
		_, wrong := parseMoment(s)
		return wrong
	},
	"country":        checkCountry,
	"countryIfKnown": checkCountry,
	"language":       checkLanguage,
	"sha256":         checkSHA256,
}

// subschema holds the keywords of JSON Schema that schema.json uses. Any other
// is refused at start-up, so that none can be published and not enforced.
type subschema struct {
	Schema      string               `json:"$schema"`
	ID          string               `json:"$id"`
	Ref         string               `json:"$ref"`
	Defs        map[string]subschema `json:"$defs"`
	Title       string               `json:"title"`
	Description string               `json:"description"`

	Type                 types                `json:"type"`
	Const                *string              `json:"const"`
	Enum                 []*string            `json:"enum"`
	Pattern              string               `json:"pattern"`
	MinLength            int                  `json:"minLength"`
	MaxLength            int                  `json:"maxLength"`
	Minimum              float64              `json:"minimum"`
	Maximum              float64              `json:"maximum"`
	Items                *subschema           `json:"items"`
	MaxItems             int                  `json:"maxItems"`
	Required             []string             `json:"required"`
	Properties           map[string]subschema `json:"properties"`
	AdditionalProperties *bool                `json:"additionalProperties"`
}

// types is the keyword "type": one name or several.
type types []string

func (t *types) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, (*[]string)(t))
	}
	*t = make(types, 1)
	return json.Unmarshal(b, &(*t)[0])
}

// compileSchema turns the schema into shapes. It panics on a schema that the
// reader could not enforce: that is a fault of this package, found at start-up.
func compileSchema(data []byte) *shape {
	var root subschema
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&root); err != nil {
		panic(fmt.Sprintf("request: schema.json: %v", err))
	}
	c := compiler{defs: root.Defs, done: map[string]*shape{}}
	return c.compile("", root)
}

type compiler struct {
	defs map[string]subschema
	done map[string]*shape // by name of the definition
}

func (c compiler) compile(name string, s subschema) *shape {
	if s.Ref != "" {
		return c.definition(s.Ref)
	}
	out := &shape{
		null:      slices.Contains(s.Type, "null"),
		minLength: s.MinLength, maxLength: s.MaxLength,
		minimum: s.Minimum, maximum: s.Maximum,
		maxItems: s.MaxItems,
		check:    checks[name],
	}
	for _, t := range s.Type {
		if t != "null" {
			out.kind = t
		}
	}
	if s.Const != nil {
		out.enum = []string{*s.Const}
	}
	for _, e := range s.Enum {
		if e != nil {
			out.enum = append(out.enum, *e)
		}
	}
	if s.Items != nil {
		out.items = c.compile("", *s.Items)
	}
	out.names = slices.Sorted(maps.Keys(s.Properties))
	out.members = make(map[string]member, len(out.names))
	for i, n := range out.names {
		out.members[n] = member{bit: 1 << i, shape: c.compile("", s.Properties[n])}
	}
	for _, n := range s.Required {
		out.required |= out.members[n].bit
	}
	c.enforceable(name, s, out)
	return out
}

func (c compiler) definition(ref string) *shape {
	name := strings.TrimPrefix(ref, "#/$defs/")
	if s, ok := c.done[name]; ok {
		return s
	}
	def, ok := c.defs[name]
	if !ok {
		panic("request: schema.json: no definition " + ref)
	}
	s := c.compile(name, def)
	c.done[name] = s
	return s
}

// enforceable panics if s says something that the reader would not check.
func (c compiler) enforceable(name string, s subschema, out *shape) {
	wrong := ""
	switch {
	case out.kind == "":
		wrong = "a type is missing"
	case s.Pattern != "" && out.check == nil:
		wrong = "a pattern needs a function in checks"
	case len(out.names) > 64:
		wrong = "more than 64 members in one object"
	case out.kind == "object" && (s.AdditionalProperties == nil || *s.AdditionalProperties):
		wrong = "an object lets unknown members pass"
	case (out.kind == "number" || out.kind == "integer") && s.Maximum <= s.Minimum:
		wrong = "a number needs bounds"
	case len(s.Enum) > 0 && out.null != slices.Contains(s.Enum, nil):
		wrong = "type and enum disagree on null"
	}
	for _, n := range s.Required {
		if _, ok := out.members[n]; !ok || out.members[n].shape.null {
			wrong = "required member " + n + " is not described, or may be null"
		}
	}
	if wrong != "" {
		panic(fmt.Sprintf("request: schema.json: definition %q: %s", name, wrong))
	}
}
