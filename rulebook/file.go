package rulebook

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/rule"
	"go.yaml.in/yaml/v4"
)

// A file is one YAML file being read; it knows where every error stands.
type file struct {
	name  string
	lines []string
	errs  []error
}

const maxBytes = 1 << 20

func (f *file) at(n *yaml.Node) string {
	return fmt.Sprintf("%s:%d:%d", f.name, n.Line, n.Column)
}

func (f *file) wrong(n *yaml.Node, format string, args ...any) {
	f.errs = append(f.errs, fault.Invalidf(f.at(n), format, args...))
}

// parse gives the top mapping of the one YAML document in a file. A second
// document, passed over in silence, would take its safeguards with it.
func (f *file) parse(data []byte) *yaml.Node {
	begin := &yaml.Node{Line: 1, Column: 1}
	if len(data) > maxBytes {
		f.wrong(begin, "larger than %d bytes; split it", maxBytes)
		return nil
	}
	f.lines = strings.Split(string(data), "\n")
	var docs []yaml.Node
	err := yaml.Load(data, &docs, yaml.WithAllDocuments())
	switch {
	case err != nil:
		what := err.Error()
		var at *yaml.LoadError
		if errors.As(err, &at) {
			what, begin.Line, begin.Column = at.Message, max(at.Mark.Line, 1), max(at.Mark.Column, 1)
		}
		f.wrong(begin, "no readable YAML: %s", what)
	case len(docs) == 0:
		f.wrong(begin, "nothing in it; expected `rules:` at the top")
	case len(docs) > 1:
		f.wrong(&docs[1], "a second document; put all rules into one")
	case docs[0].Content[0].Kind != yaml.MappingNode:
		f.wrong(docs[0].Content[0], "expected `rules:` at the top")
	default:
		return docs[0].Content[0]
	}
	return nil
}

// fields walks a mapping; a key that is not among known, or stands twice, is an
// error: a misspelt `absolute` must not weaken a safeguard in silence.
func (f *file) fields(n *yaml.Node, known ...string) map[string]*yaml.Node {
	out := make(map[string]*yaml.Node)
	if n.Kind != yaml.MappingNode {
		f.wrong(n, "expected a mapping with %s", strings.Join(known, ", "))
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if _, twice := out[k.Value]; twice {
			f.wrong(k, "%q stands twice", k.Value)
			continue
		}
		if !slices.Contains(known, k.Value) {
			f.wrong(k, "unknown key %q; use %s", k.Value, strings.Join(known, ", "))
			continue
		}
		out[k.Value] = v
	}
	return out
}

func (f *file) word(owner *yaml.Node, fields map[string]*yaml.Node, key string) string {
	n, ok := fields[key]
	if !ok {
		f.wrong(owner, "%q is missing", key)
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || strings.TrimSpace(n.Value) == "" {
		f.wrong(n, "%q needs a text", key)
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// words reads a list of words, each of which check accepts.
func (f *file) words(owner *yaml.Node, fields map[string]*yaml.Node, key string, check func(string) error) []string {
	n, ok := fields[key]
	if !ok {
		n = owner
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		f.wrong(n, "%q needs a list of at least one", key)
		return nil
	}
	var list []string
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode {
			f.wrong(item, "%q is a list of words", key)
			continue
		}
		if err := check(item.Value); err != nil {
			f.wrong(item, "%v", err)
			continue
		}
		list = append(list, item.Value)
	}
	return list
}

func (f *file) sources(owner *yaml.Node, fields map[string]*yaml.Node, key string) fact.Sources {
	var set fact.Sources
	f.words(owner, fields, key, func(w string) error {
		s, err := fact.ParseSource(w)
		if err != nil {
			return err
		}
		set |= fact.SourcesOf(s)
		return nil
	})
	return set
}

// read runs a parser for a word and reports its error at the word's place.
func read[T any](f *file, owner *yaml.Node, fields map[string]*yaml.Node, key string, parse func(string) (T, error)) T {
	var zero T
	w := f.word(owner, fields, key)
	if w == "" {
		return zero
	}
	v, err := parse(w)
	if err != nil {
		f.wrong(fields[key], "%v", err)
		return zero
	}
	return v
}

// declarations reads the vocabulary.
func (f *file) declarations(top *yaml.Node) []fact.Declaration {
	var list []fact.Declaration
	sections := f.fields(top, "facts", "aggregates")
	if facts := sections["facts"]; facts != nil {
		for _, n := range facts.Content {
			m := f.fields(n, "name", "type", "for", "settle", "options", "question", "with")
			d := fact.Declaration{
				Name:     fact.Name(f.word(n, m, "name")),
				Kind:     read(f, n, m, "type", fact.ParseKind),
				Scope:    read(f, n, m, "for", fact.ParseScope),
				Settle:   f.sources(n, m, "settle"),
				Question: f.word(n, m, "question"),
			}
			if m["options"] != nil {
				d.Options = f.words(n, m, "options", func(string) error { return nil })
			}
			if m["with"] != nil {
				d.With = fact.Name(f.word(n, m, "with"))
			}
			list = append(list, d)
		}
	}
	if aggregates := sections["aggregates"]; aggregates != nil {
		for _, n := range aggregates.Content {
			m := f.fields(n, "name", "take", "of")
			list = append(list, fact.Declaration{
				Name: fact.Name(f.word(n, m, "name")),
				Take: read(f, n, m, "take", fact.ParseTake),
				Of:   fact.Name(f.word(n, m, "of")),
			})
		}
	}
	return list
}

// rules reads the rules of a family.
func (f *file) rules(top *yaml.Node, voc *fact.Vocabulary) []*rule.Rule {
	sections := f.fields(top, "rules")
	n := sections["rules"]
	if n == nil || n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		f.wrong(top, "expected a list of rules under `rules:`")
		return nil
	}
	var list []*rule.Rule
	for _, item := range n.Content {
		if r := f.rule(item, voc); r != nil {
			list = append(list, r)
		}
	}
	return list
}

func knownGround(id string) error {
	if !slices.ContainsFunc(office.Grounds(), func(g office.Ground) bool { return g.ID == id }) {
		return fmt.Errorf("%q is not in the closed list of grounds", id)
	}
	return nil
}

func knownClause(id string) error {
	if _, ok := law.Starting().Clause(id); !ok {
		return fmt.Errorf("there is no provision %q in the law data; `rogatory law find` searches it", id)
	}
	return nil
}

func knownCheck(id string) error {
	if _, ok := law.Starting().Check(id); !ok {
		return fmt.Errorf("there is no check %q; they are C01 to C63", id)
	}
	return nil
}

func (f *file) rule(n *yaml.Node, voc *fact.Vocabulary) *rule.Rule {
	before := len(f.errs)
	m := f.fields(n, "id", "title", "gate", "for", "holds", "counts", "otherwise", "absolute", "background", "grounds", "basis", "checks", "why", "examples")
	unscoped := len(f.errs)
	scope := read(f, n, m, "for", fact.ParseScope)
	scoped := len(f.errs) == unscoped
	r := &rule.Rule{
		ID:        f.word(n, m, "id"),
		Title:     f.word(n, m, "title"),
		Gate:      read(f, n, m, "gate", rule.ParseGate),
		For:       scope,
		Counts:    f.sources(n, m, "counts"),
		Otherwise: read(f, n, m, "otherwise", rule.ParseEffect),
		Grounds:   f.words(n, m, "grounds", knownGround),
		Basis:     f.words(n, m, "basis", knownClause),
		Checks:    f.words(n, m, "checks", knownCheck),
		Why:       f.word(n, m, "why"),
		Where:     f.at(n),
	}
	r.Absolute, r.Background = f.flag(m, "absolute"), f.flag(m, "background")
	if f.word(n, m, "holds") != "" && scoped {
		r.Holds = f.expression(m["holds"], voc, r.For)
	}
	if len(f.errs) > before {
		return nil
	}
	f.examples(n, m["examples"], voc, r)
	if len(f.errs) > before {
		return nil
	}
	if err := r.Check(); err != nil {
		f.wrong(n, "%v", err)
		return nil
	}
	if err := r.Try(voc); err != nil {
		f.wrong(n, "%v", err)
		return nil
	}
	return r
}

// flag reads a yes or no that may be left out.
func (f *file) flag(fields map[string]*yaml.Node, key string) bool {
	n := fields[key]
	if n == nil {
		return false
	}
	if n.Value != "true" && n.Value != "false" {
		f.wrong(n, "%s is true or false, not %q", key, n.Value)
	}
	return n.Value == "true"
}

// expression parses what a rule holds; an error is reported at its own column.
func (f *file) expression(n *yaml.Node, voc *fact.Vocabulary, scope fact.Scope) *rule.Expr {
	e, err := rule.Parse(n.Value, voc, scope)
	if err == nil {
		return e
	}
	at := *n
	var syntax *rule.SyntaxError
	if errors.As(err, &syntax) {
		at.Column += f.offset(n, n.Value[:syntax.Pos])
	}
	f.wrong(&at, "%v", err)
	return nil
}

// offset gives the columns between the beginning of a scalar and what follows
// before in it: 0 if before is not written there in one line and as it reads.
func (f *file) offset(n *yaml.Node, before string) int {
	quote := 0
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		quote = 1
	}
	if n.Line > len(f.lines) { // YAML knows more line ends than one
		return 0
	}
	line, begins := []rune(f.lines[n.Line-1]), n.Column-1+quote
	if begins > len(line) || !strings.HasPrefix(string(line[begins:]), before) {
		return 0
	}
	return quote + utf8.RuneCountInString(before)
}

func (f *file) examples(owner, n *yaml.Node, voc *fact.Vocabulary, r *rule.Rule) {
	if n == nil || n.Kind != yaml.SequenceNode {
		f.wrong(owner, "rule %s has no examples; give one of each verdict", r.ID)
		return
	}
	for _, item := range n.Content {
		m := f.fields(item, "given", "verdict")
		x := rule.Example{
			Given:   make(map[fact.Name]fact.Value),
			Verdict: read(f, item, m, "verdict", rule.ParseVerdict),
			Where:   f.at(item),
		}
		given := m["given"]
		if given == nil || given.Kind != yaml.MappingNode {
			f.wrong(item, "an example says what is given, {} for nothing")
			continue
		}
		for i := 0; i+1 < len(given.Content); i += 2 {
			k, v := given.Content[i], given.Content[i+1]
			d, _, ok := voc.Find(fact.Name(k.Value))
			if !ok {
				f.wrong(k, "there is no fact %q", k.Value)
				continue
			}
			var raw any
			if err := v.Decode(&raw); err != nil {
				f.wrong(v, "%v", err)
				continue
			}
			value, err := d.Parse(raw)
			if err != nil {
				f.wrong(v, "%v", err)
				continue
			}
			x.Given[d.Name] = value
		}
		r.Examples = append(r.Examples, x)
	}
}
