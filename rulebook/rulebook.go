// Package rulebook is the floor as data: the safeguards that are always
// loaded, and what an office adds to them.
//
// The floor only rises. All safeguards must hold, so adding one can only narrow
// the gate; no file, flag or configuration removes or weakens one, and a file
// that tries to redefine one does not load. Every rule carries its law, its
// reason and its own examples; a rule whose examples do not come out does not
// load either.
package rulebook

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/rule"
	"go.yaml.in/yaml/v4"
)

//go:embed floor/*.yaml
var floor embed.FS

// families is the order in which the floor is asked and printed.
var families = []string{"sender", "law", "conduct", "measure", "court", "disclosure", "secrecy"}

// A Book is a rulebook ready to be asked. It does not change once loaded.
type Book struct {
	voc       *fact.Vocabulary
	rules     []*rule.Rule
	floor     int // how many of rules are the floor's
	families  []string
	behaviour map[string]Behaviour
	sets      map[rule.Gate]*rule.Set
	hash      string
}

// A Behaviour says where a check lives that is no question about a request.
type Behaviour struct{ Where, How string }

// Floor gives the built-in rulebook. That it loads is proved by a test.
var Floor = sync.OnceValue(func() *Book { return must(load(floor, nil)) })

// must gives a book that cannot fail to load but by a mistake of ours: then
// nothing may start.
func must(b *Book, err error) *Book {
	if err != nil {
		panic("the built-in rulebook does not load: " + err.Error())
	}
	return b
}

// With gives the floor with the rules of an office's folder added: every file
// ending in .yaml, in the order of their names. All errors are reported.
func With(folder fs.FS) (*Book, error) { return load(floor, folder) }

func load(base, folder fs.FS) (*Book, error) {
	b := &Book{behaviour: make(map[string]Behaviour), sets: make(map[rule.Gate]*rule.Set)}
	hash := sha256.New()
	var errs []error

	// open hands the top of a file to one who takes what is in it.
	open := func(fsys fs.FS, name string, take func(*file, *yaml.Node)) {
		f := &file{name: name}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			errs = append(errs, fault.Invalidf(name, "cannot be read: %v", err))
			return
		}
		hash.Write([]byte(name + "\x00"))
		hash.Write(data)
		if top := f.parse(data); top != nil {
			take(f, top)
		}
		errs = append(errs, f.errs...)
	}

	open(base, "floor/facts.yaml", b.readFacts)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for _, family := range families {
		open(base, "floor/"+family+".yaml", func(f *file, top *yaml.Node) { b.add(f, f.rules(top, b.voc), family) })
	}
	b.floor = len(b.rules)
	open(base, "floor/behaviour.yaml", b.readBehaviour)

	if folder != nil {
		names, err := yamlIn(folder)
		if err != nil {
			errs = append(errs, err)
		}
		for _, name := range names {
			family := strings.TrimSuffix(name, ".yaml")
			open(folder, name, func(f *file, top *yaml.Node) { b.add(f, f.rules(top, b.voc), family) })
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for g := rule.Intake; g <= rule.Secrecy; g++ {
		b.sets[g] = rule.NewSet(b.At(g))
	}
	b.hash = hex.EncodeToString(hash.Sum(nil))
	return b, nil
}

// yamlIn lists the files of a folder that end in .yaml. One that only looks as
// if it did would be left out in silence, and its safeguards with it.
func yamlIn(folder fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, fault.Invalidf("", "the rulebook folder cannot be read: %v", err)
	}
	var names []string
	for _, e := range entries {
		switch ext := path.Ext(e.Name()); {
		case ext == ".yaml":
			names = append(names, e.Name())
		case strings.EqualFold(ext, ".yaml") || strings.EqualFold(ext, ".yml"):
			return nil, fault.Invalidf(e.Name(), "would not be read; let its name end in .yaml")
		}
	}
	if len(names) == 0 {
		return nil, fault.Invalidf("", "the rulebook folder holds no file ending in .yaml")
	}
	return names, nil
}

// add takes the rules of a file, refusing a second rule of the same id: the
// floor cannot be redefined.
func (b *Book) add(f *file, rules []*rule.Rule, family string) {
	for _, r := range rules {
		if first := b.Rule(r.ID); first != nil {
			f.errs = append(f.errs, fault.Conflictf(r.Where, "rule %s is already defined at %s; no rule can be redefined, add one under another id", r.ID, first.Where))
			continue
		}
		b.rules = append(b.rules, r)
		b.families = append(b.families, family)
	}
}

func (b *Book) readFacts(f *file, top *yaml.Node) {
	list := f.declarations(top)
	if len(f.errs) > 0 {
		return
	}
	voc, err := fact.NewVocabulary(list)
	if err != nil {
		f.wrong(top, "%v", err)
		return
	}
	b.voc = voc
}

func (b *Book) readBehaviour(f *file, top *yaml.Node) {
	m, ok := f.fields(top, "behaviour")["behaviour"]
	if !ok {
		f.wrong(top, "expected `behaviour:` at the top")
		return
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		k, v := m.Content[i], m.Content[i+1]
		if err := knownCheck(k.Value); err != nil {
			f.wrong(k, "%v", err)
		}
		entry := f.fields(v, "where", "how")
		b.behaviour[k.Value] = Behaviour{f.word(v, entry, "where"), f.word(v, entry, "how")}
	}
}

// Vocabulary gives the declared facts.
func (b *Book) Vocabulary() *fact.Vocabulary { return b.voc }

// Rules gives every rule, the floor's first.
func (b *Book) Rules() []*rule.Rule { return b.rules }

// IsFloor reports whether the rule at position i is one of the floor.
func (b *Book) IsFloor(i int) bool { return i < b.floor }

// Family gives the name of the file the rule at position i was read from.
func (b *Book) Family(i int) string { return b.families[i] }

// Rule finds a rule by its id, nil if there is none.
func (b *Book) Rule(id string) *rule.Rule {
	for _, r := range b.rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// At gives the rules of one gate.
func (b *Book) At(g rule.Gate) []*rule.Rule {
	var list []*rule.Rule
	for _, r := range b.rules {
		if r.Gate == g {
			list = append(list, r)
		}
	}
	return list
}

// Gate gives the rules of one gate, ready to be evaluated.
func (b *Book) Gate(g rule.Gate) *rule.Set { return b.sets[g] }

// Behaviour says where a check lives that is no question about a request.
func (b *Book) Behaviour(check string) (Behaviour, bool) {
	x, ok := b.behaviour[check]
	return x, ok
}

// ByCheck gives the ids of the rules that put a check into effect.
func (b *Book) ByCheck(check string) []string {
	var ids []string
	for _, r := range b.rules {
		if slices.Contains(r.Checks, check) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// SHA256 identifies the rulebook: every byte it was loaded from.
func (b *Book) SHA256() string { return b.hash }
