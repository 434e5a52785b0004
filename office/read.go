package office

import (
	"embed"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/rogatory/rogatory/fault"
)

//go:embed profiles/*.yaml answers.yaml grounds.yaml
var embedded embed.FS

// Format is the only format of profiles that this package reads.
const Format = "rogatory.office/1"

// maxBytes bounds a profile before it is parsed.
const maxBytes = 1 << 18

// Examples are the ids of the profiles that come with the program. They show
// the shape; their national law is to be checked before anybody uses one.
func Examples() []string {
	entries, err := embedded.ReadDir("profiles")
	if err != nil {
		return nil
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	slices.Sort(ids)
	return ids
}

// Read reads a profile strictly: every key known, every answer from its list,
// nothing below the floor. All errors are reported at once, each with its place.
func Read(data []byte, name string) (*Profile, error) {
	if len(data) > maxBytes {
		return nil, fault.Invalidf(name, "the profile is larger than %d bytes", maxBytes)
	}
	var doc yaml.Node
	err := yaml.Load(data, &doc)
	if err != nil {
		return nil, &fault.Fault{Kind: fault.Invalid, Where: name, What: "the profile is not readable YAML", Cause: err, Hint: "see the examples for the shape"}
	}
	r := &reader{name: name}
	p := &Profile{ID: strings.TrimSuffix(path.Base(name), path.Ext(name))}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, fault.Invalidf(name, "the profile is empty").WithHint("begin with format: " + Format)
	}
	r.profile(p, doc.Content[0])
	if len(r.errs) > 0 {
		return nil, errors.Join(r.errs...)
	}
	return p, nil
}

// A reader walks nodes and collects every error.
type reader struct {
	name string
	errs []error
}

func (r *reader) fail(n *yaml.Node, hint, format string, args ...any) {
	where := fmt.Sprintf("%s:%d:%d", r.name, n.Line, n.Column)
	r.errs = append(r.errs, fault.Invalidf(where, format, args...).WithHint(hint))
}

// fields hands each member of a mapping to its reader, refuses unknown and
// repeated keys, and says which required ones are missing.
func (r *reader) fields(n *yaml.Node, what string, required []string, known map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "write it as key: value lines", "%s is not a mapping", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		set, ok := known[key.Value]
		switch {
		case !ok:
			r.fail(key, "known are "+list(known), "%s has an unknown key %q", what, key.Value)
		case seen[key.Value]:
			r.fail(key, "keep one of them", "%s has the key %q twice", what, key.Value)
		default:
			set(value)
		}
		seen[key.Value] = true
	}
	for _, k := range required {
		if !seen[k] {
			r.fail(n, "add it", "%s lacks %q", what, k)
		}
	}
}

func list(known map[string]func(*yaml.Node)) string {
	var keys []string
	for k := range known {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return strings.Join(keys, ", ")
}

// text reads a string; with words given, one of them.
func (r *reader) text(into *string, words ...string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		switch {
		case n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "":
			r.fail(n, "write a text", "a text is expected")
		case len(words) > 0 && !slices.Contains(words, n.Value):
			r.fail(n, "use one of "+strings.Join(words, ", "), "%q is not a possible value", n.Value)
		default:
			*into = n.Value
		}
	}
}

func (r *reader) pattern(into *string, re *regexp.Regexp, hint string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || !re.MatchString(n.Value) {
			r.fail(n, hint, "%q is not a possible value", n.Value)
			return
		}
		*into = n.Value
	}
}

// each reads a sequence.
func (r *reader) each(n *yaml.Node, one func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.fail(n, "write it as - lines", "a list is expected")
		return
	}
	for _, item := range n.Content {
		one(item)
	}
}
