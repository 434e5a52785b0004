package signal

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"go.yaml.in/yaml/v4"
)

// A file is one file of the data.
type file struct {
	name string
	data []byte
}

// A loader reads data into a new matcher.
type loader struct {
	m       *Matcher
	base    *Matcher // what was there before; nil for the built-in data
	defined map[string]bool
}

// load reads the folder fsys on top of base.
func load(base *Matcher, fsys fs.FS) (*Matcher, error) {
	files, err := readFiles(fsys)
	if err != nil {
		return nil, err
	}
	ld := loader{m: &Matcher{words: newLexicon()}, base: base, defined: map[string]bool{}}
	if base != nil {
		ld.m.words = base.words.clone()
		ld.m.signals = slices.Clone(base.signals)
		for i := range base.signals {
			ld.defined[base.signals[i].ID] = true
		}
	} else {
		ld.m.words.concept("crowd")
	}
	var faults []error
	for _, f := range files {
		faults = append(faults, ld.file(f)...)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	ld.m.sum = digest(base, files)
	ld.m.finish()
	return ld.m, nil
}

// finish looks up the concepts that counting needs.
func (m *Matcher) finish() {
	at := func(name string) int {
		if i, ok := m.words.index[name]; ok {
			return i
		}
		return -1
	}
	m.crowd, m.counted, m.uncounted = at("crowd"), at("counted"), at("uncounted")
	m.hundred, m.thousand = at("hundred"), at("thousand")
	m.words.settle()
	m.scans.New = func() any { return new(scan) }
}

// clone copies what add changes, so that a pack leaves its base as it was.
func (x *lexicon) clone() *lexicon {
	y := *x
	y.concepts = slices.Clone(x.concepts)
	y.index, y.seen, y.entries = maps.Clone(x.index), maps.Clone(x.seen), maps.Clone(x.entries)
	y.exact = make(map[string][]symbol, len(x.exact))
	for k, v := range x.exact {
		y.exact[k] = slices.Clone(v)
	}
	y.hans, y.next = maps.Clone(x.hans), maps.Clone(x.next)
	y.accepts = make([][]acceptance, len(x.accepts))
	for i, a := range x.accepts {
		y.accepts[i] = slices.Clone(a)
	}
	for l := range languages {
		y.stems[l], y.prefixes[l], y.written[l] = maps.Clone(x.stems[l]), maps.Clone(x.prefixes[l]), maps.Clone(x.written[l])
	}
	return &y
}

// readFiles gives the YAML files: lexicons before signals, each group sorted.
func readFiles(fsys fs.FS) ([]file, error) {
	var lexicons, signals []file
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".yaml") {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(name, "lexicon/"):
			lexicons = append(lexicons, file{name, data})
		case name == "signals.yaml" || strings.HasPrefix(name, "signals/"):
			signals = append(signals, file{name, data})
		default:
			return fault.Invalidf(name, "neither signals nor a lexicon").WithHint("name it signals.yaml, signals/<name>.yaml or lexicon/<language>.yaml")
		}
		return nil
	})
	return append(lexicons, signals...), err
}

// file reads one file and gives every fault in it.
func (ld *loader) file(f file) []error {
	var doc yaml.Node
	if err := yaml.Unmarshal(f.data, &doc); err != nil {
		return []error{syntaxFault(f.name, err)}
	}
	if len(doc.Content) == 0 {
		return nil
	}
	r := reader{ld: ld, name: f.name}
	if code, ok := strings.CutPrefix(f.name, "lexicon/"); ok {
		r.lexicon(strings.TrimSuffix(path.Base(code), ".yaml"), doc.Content[0])
	} else {
		r.signals(doc.Content[0])
	}
	return r.faults
}

// syntaxFault tells where a file is not YAML.
func syntaxFault(name string, err error) error {
	bad := &fault.Fault{Kind: fault.Invalid, Where: name, What: "read YAML", Cause: err}
	var at *yaml.LoadError
	if errors.As(err, &at) && at.Mark.Line > 0 {
		bad.Where = fmt.Sprintf("%s:%d:%d", name, at.Mark.Line, max(at.Mark.Column, 1))
		bad.Cause = errors.New(at.Message)
	}
	return bad
}

// A reader walks the nodes of one file and collects faults with their places.
type reader struct {
	ld     *loader
	name   string
	faults []error
}

func (r *reader) fault(n *yaml.Node, format string, args ...any) {
	where := fmt.Sprintf("%s:%d:%d", r.name, n.Line, n.Column)
	r.faults = append(r.faults, fault.Invalidf(where, format, args...))
}

// pairs calls f for each key and value of a mapping.
func (r *reader) pairs(n *yaml.Node, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "want a mapping")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			r.fault(key, "%q stands here twice", key.Value)
		}
		seen[key.Value] = true
		f(key, n.Content[i+1])
	}
}

// list gives the scalar elements of a sequence.
func (r *reader) list(n *yaml.Node) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.fault(n, "want a list")
		return nil
	}
	for _, e := range n.Content {
		if e.Kind != yaml.ScalarNode || e.Value == "" {
			r.fault(e, "want a word")
			return nil
		}
	}
	return n.Content
}

// lexicon reads concept: [words].
func (r *reader) lexicon(code string, n *yaml.Node) {
	l := slices.Index(codes[:], code)
	if l < 0 {
		r.fault(n, "no such language: %q", code)
		return
	}
	x := r.ld.m.words
	r.pairs(n, func(key, value *yaml.Node) {
		if r.ld.base != nil {
			if _, ok := r.ld.base.words.index[key.Value]; ok {
				r.fault(key, "concept %q is built in and takes no further words", key.Value)
				return
			}
		}
		c := x.concept(key.Value)
		if c >= maxConcepts {
			r.fault(key, "more than %d concepts", maxConcepts)
			return
		}
		for _, e := range r.list(value) {
			if err := x.add(c, language(l), e.Value); err != nil {
				r.fault(e, "%v", err)
			}
		}
	})
}

// signals reads the list of signals.
func (r *reader) signals(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		r.fault(n, "want a list of signals")
		return
	}
	for _, e := range n.Content {
		r.signal(e)
	}
}

func (r *reader) signal(n *yaml.Node) {
	var g compiled
	var any, unless *yaml.Node
	r.pairs(n, func(key, value *yaml.Node) {
		switch key.Value {
		case "id":
			g.ID = value.Value
			if r.ld.defined[g.ID] {
				r.fault(value, "signal %q is already defined", g.ID)
			}
			r.ld.defined[g.ID] = true
		case "fact":
			g.Fact = fact.Name(value.Value)
			if r.ld.base != nil && !slices.Contains(r.ld.base.Facts(), g.Fact) {
				r.fault(value, "no signal raises %q", g.Fact)
			}
			if r.ld.base != nil && g.Fact == HarmTold {
				r.fault(value, "a pack can only make more fire, and %s lets a request go on", g.Fact)
			}
		case "reason":
			g.Reason = value.Value
		case "fields":
			r.fields(&g, value)
		case "any":
			any = value
		case "unless":
			unless = value
		case "examples":
			g.Examples = r.sentences(value)
		case "not":
			g.Not = r.sentences(value)
		default:
			r.fault(key, "unknown member %q", key.Value)
		}
	})
	if g.ID == "" || g.Fact == "" || g.Reason == "" || any == nil {
		r.fault(n, "a signal needs id, fact, reason and any")
		return
	}
	if g.reads == 0 {
		g.reads = everyField
	}
	var never set
	if unless != nil {
		never = r.concepts(unless)
	}
	if any.Kind != yaml.SequenceNode || len(any.Content) == 0 {
		r.fault(any, "want a list of alternatives")
		return
	}
	for _, e := range any.Content {
		c := r.clause(e)
		c.unless.union(&never)
		g.any = append(g.any, c)
	}
	r.ld.m.signals = append(r.ld.m.signals, g)
}

func (r *reader) fields(g *compiled, n *yaml.Node) {
	for _, e := range r.list(n) {
		bit, ok := fields[Field(e.Value)]
		if !ok {
			r.fault(e, "no such field: %q", e.Value)
			continue
		}
		g.reads |= 1 << bit
		g.Fields = append(g.Fields, Field(e.Value))
	}
}

func (r *reader) sentences(n *yaml.Node) map[string]string {
	out := map[string]string{}
	r.pairs(n, func(key, value *yaml.Node) {
		if !slices.Contains(codes[:], key.Value) {
			r.fault(key, "no such language: %q", key.Value)
		}
		out[key.Value] = value.Value
	})
	return out
}

// clause reads {same: scope, all: [a, b|c], unless: [d]}.
func (r *reader) clause(n *yaml.Node) clause {
	c := clause{scope: sentence}
	r.pairs(n, func(key, value *yaml.Node) {
		switch key.Value {
		case "same":
			s, ok := scopes[value.Value]
			if !ok {
				r.fault(value, "no such scope: %q", value.Value)
			}
			c.scope = s
		case "all":
			for _, e := range r.list(value) {
				var s set
				for name := range strings.SplitSeq(e.Value, "|") {
					r.concept(e, strings.TrimSpace(name), &s)
				}
				c.all = append(c.all, s)
			}
		case "unless":
			c.unless = r.concepts(value)
		default:
			r.fault(key, "unknown member %q", key.Value)
		}
	})
	if len(c.all) == 0 || len(c.all) > longestClause {
		r.fault(n, "an alternative names one to %d concepts", longestClause)
	}
	return c
}

func (r *reader) concepts(n *yaml.Node) set {
	var s set
	for _, e := range r.list(n) {
		r.concept(e, e.Value, &s)
	}
	return s
}

func (r *reader) concept(n *yaml.Node, name string, s *set) {
	c, ok := r.ld.m.words.index[name]
	if !ok {
		r.fault(n, "no such concept: %q", name)
		return
	}
	s.add(c)
}
