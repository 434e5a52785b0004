package signal

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
)

// A symbol stands for one word as a lexicon knows it: a stem, an exact form or
// a prefix of one language.
type symbol = int32

// An edge leads from a node of the phrase tree over a symbol to the next node.
type edge struct {
	node int32
	sym  symbol
}

// An acceptance says that the phrase ending at a node is a word of a concept.
type acceptance struct {
	concept uint16
	lang    language
}

// A lexicon holds the words of all concepts. It is written while loading and
// only read afterwards.
type lexicon struct {
	concepts []string
	index    map[string]int
	seen     map[string]bool // "concept/lang": has at least one word
	entries  map[language]int

	stems    [languages]map[string]symbol
	exact    map[string][]symbol // by plain form, all languages
	prefixes [languages]map[string]symbol
	heads    headTable
	written  [languages]map[string]symbol // the symbols of the very words of a lexicon, 0 for none; others are stemmed
	hans     map[rune]symbol
	symbols  symbol

	next    map[edge]int32
	accepts [][]acceptance // by node
	roots   []int32        // by symbol: next[edge{0, symbol}], or 0; most steps start here
}

func newLexicon() *lexicon {
	x := &lexicon{
		index: map[string]int{}, seen: map[string]bool{}, entries: map[language]int{},
		exact: map[string][]symbol{}, hans: map[rune]symbol{}, next: map[edge]int32{},
		accepts: make([][]acceptance, 1),
	}
	for l := range languages {
		x.stems[l], x.prefixes[l], x.written[l] = map[string]symbol{}, map[string]symbol{}, map[string]symbol{}
	}
	return x
}

// concept gives the number of a concept, a new one if need be.
func (x *lexicon) concept(name string) int {
	if i, ok := x.index[name]; ok {
		return i
	}
	x.index[name] = len(x.concepts)
	x.concepts = append(x.concepts, name)
	return len(x.concepts) - 1
}

// add puts one word or phrase of a concept into the lexicon. "word*" matches
// every word that begins so, "=word" only the word itself, else its stem does.
func (x *lexicon) add(concept int, l language, phrase string) error {
	var tokens []token
	marked := strings.FieldsFunc(phrase, func(r rune) bool { return r == ' ' })
	nodes := []int32{0}
	for _, part := range marked {
		exact := strings.HasPrefix(part, "=")
		prefix := strings.HasSuffix(part, "*")
		part = strings.Trim(part, "=*")
		tokens = tokenise(part, tokens[:0])
		if len(tokens) == 0 {
			return fmt.Errorf("%q has no word", phrase)
		}
		for i, t := range tokens {
			syms, err := x.keys(l, part, t, exact, prefix && i == len(tokens)-1)
			if err != nil {
				return err
			}
			nodes = x.extend(nodes, syms)
		}
	}
	if len(nodes) == 1 && nodes[0] == 0 {
		return fmt.Errorf("%q is empty", phrase)
	}
	for _, n := range nodes {
		x.accepts[n] = append(x.accepts[n], acceptance{uint16(concept), l})
	}
	x.seen[x.concepts[concept]+"/"+codes[l]] = true
	x.entries[l]++
	return nil
}

// extend walks from every node over every symbol, building what is missing.
func (x *lexicon) extend(nodes []int32, syms []symbol) []int32 {
	var out []int32
	for _, n := range nodes {
		for _, s := range syms {
			e := edge{n, s}
			to, ok := x.next[e]
			if !ok {
				to = int32(len(x.accepts))
				x.accepts = append(x.accepts, nil)
				x.next[e] = to
			}
			out = append(out, to)
		}
	}
	return out
}

// keys gives the symbols under which one token of a phrase is kept.
func (x *lexicon) keys(l language, part string, t token, exact, prefix bool) ([]symbol, error) {
	if t.han != 0 {
		s, ok := x.hans[t.han]
		if !ok {
			s = x.newSymbol()
			x.hans[t.han] = s
		}
		return []symbol{s}, nil
	}
	w := normalise(part[t.start:t.end])
	switch {
	case prefix:
		if utf8.RuneCountInString(w.plain) < 3 {
			return nil, fmt.Errorf("prefix %q is shorter than three letters", w.plain)
		}
		x.heads.add(l, w.plain)
		return []symbol{x.intern(x.prefixes[l], w.plain)}, nil
	case exact || t.number >= 0 || w.script != scripts[l] || utf8.RuneCountInString(w.plain) < 3:
		key := string(rune('0'+l)) + w.plain
		for _, s := range x.exact[key] {
			return []symbol{s}, nil
		}
		s := x.newSymbol()
		x.exact[key] = []symbol{s}
		x.exact[w.plain] = append(x.exact[w.plain], s)
		return []symbol{s}, nil
	case l == ar:
		b := arabicBase(w.plain)
		x.heads.add(l, b)
		return []symbol{x.intern(x.stems[l], b)}, nil
	}
	x.written[l][w.accented], x.written[l][w.plain] = 0, 0 // settled last
	syms := []symbol{x.stemKey(l, w.plain, stem(new(snowballstem.Env), l, w.accented))}
	if w.plain != w.accented {
		if s := stem(new(snowballstem.Env), l, w.plain); x.stems[l][s] != syms[0] {
			syms = append(syms, x.stemKey(l, w.plain, s))
		}
	}
	return syms, nil
}

// stemKey interns a stem; too short a stem would match half the language, so
// the word then stands for itself.
func (x *lexicon) stemKey(l language, plain, stem string) symbol {
	if utf8.RuneCountInString(stem) < 3 {
		stem = plain
	}
	x.heads.add(l, stem)
	x.heads.add(l, plain) // "dating" has the stem "date"
	return x.intern(x.stems[l], stem)
}

func (x *lexicon) intern(m map[string]symbol, s string) symbol {
	if sym, ok := m[s]; ok {
		return sym
	}
	m[s] = x.newSymbol()
	return m[s]
}

func (x *lexicon) newSymbol() symbol {
	x.symbols++
	return x.symbols
}

// lookup appends the symbols of a word in a text.
func (x *lexicon) lookup(env *snowballstem.Env, syms []symbol, w word) []symbol {
	if _, short := numberedKey(w.plain); !short {
		syms = append(syms, x.exact[w.plain]...)
	}
	if w.script == arabic {
		return x.lookupArabic(syms, w.plain)
	}
	maybe := x.heads.languages(w.plain)
	for l := range languages {
		if maybe&(1<<l) == 0 || scripts[l] != w.script {
			continue
		}
		sym, ok := x.written[l][w.accented]
		if !ok {
			sym = x.stemmed(env, l, w)
		}
		if sym != 0 {
			syms = append(syms, sym)
		}
		syms = x.lookupPrefix(syms, l, w.plain)
	}
	return syms
}

// stemmed gives the symbol of the stem of w, or 0.
func (x *lexicon) stemmed(env *snowballstem.Env, l language, w word) symbol {
	if sym, ok := x.stems[l][stem(env, l, w.accented)]; ok {
		return sym
	}
	return x.stems[l][w.plain]
}

// numberedKey guards the exact map, whose interning keys begin with a figure.
func numberedKey(s string) (string, bool) {
	return s, len(s) > 1 && s[0] >= '0' && s[0] < '0'+byte(languages) && (len(s) < 2 || s[1] > '9')
}

func (x *lexicon) lookupArabic(syms []symbol, w string) []symbol {
	var heads [4]string
	var forms [32]string
	first := len(syms)
	for _, head := range arabicHeads(heads[:0], w) {
		if x.heads.languages(head)&(1<<ar) == 0 {
			continue // nor does any cut at its end
		}
		for _, f := range arabicForms(forms[:0], head) {
			if sym, ok := x.stems[ar][f]; ok {
				syms = appendNew(syms, first, sym)
			}
			syms = x.lookupPrefix(syms, ar, f)
		}
	}
	return syms
}

func (x *lexicon) lookupPrefix(syms []symbol, l language, w string) []symbol {
	if len(x.prefixes[l]) == 0 {
		return syms
	}
	first := len(syms)
	runes := 0
	for i := range w {
		if runes >= 3 {
			if sym, ok := x.prefixes[l][w[:i]]; ok {
				syms = appendNew(syms, first, sym)
			}
		}
		runes++
	}
	if sym, ok := x.prefixes[l][w]; ok {
		syms = appendNew(syms, first, sym)
	}
	return syms
}

func appendNew(syms []symbol, first int, s symbol) []symbol {
	for _, t := range syms[first:] {
		if s == t {
			return syms
		}
	}
	return append(syms, s)
}

// A headTable remembers how words begin, so that only words that begin like
// one of a lexicon are stemmed. It may say yes wrongly, never no. The bits of
// an entry are languages.
type headTable [1 << 16]uint8

// headLength is how many of n letters a stem shares with every word that has
// it: a stemmer may also change the last two letters of a long stem.
func headLength(n int) int {
	if n < 4 {
		return n
	}
	return max(4, n-2)
}

func (h *headTable) add(l language, w string) {
	sum, left := headSeed, headLength(utf8.RuneCountInString(w))
	for _, r := range w {
		if left == 0 {
			break
		}
		sum = headHash(sum, r)
		left--
	}
	h[(sum^sum>>16)&0xFFFF] |= 1 << l
}

// languages gives the languages whose lexicon may hold w, as a bit set.
func (h *headTable) languages(w string) (set uint8) {
	sum, n := headSeed, 0
	for _, r := range w {
		sum = headHash(sum, r)
		n++
		if n >= 3 {
			set |= h[(sum^sum>>16)&0xFFFF]
		}
	}
	return set
}

const headSeed = uint32(2166136261)

func headHash(sum uint32, r rune) uint32 { return (sum ^ uint32(r)) * 16777619 }

// step follows one symbol from a node; 0 means that no phrase goes on so.
func (x *lexicon) step(node int32, sym symbol) int32 {
	if node == 0 {
		return x.roots[sym]
	}
	return x.next[edge{node, sym}]
}

// settle prepares the lexicon for reading once the last word is added.
func (x *lexicon) settle() {
	x.roots = make([]int32, x.symbols+1)
	for e, to := range x.next {
		if e.node == 0 {
			x.roots[e.sym] = to
		}
	}
	var env snowballstem.Env
	for l := range languages {
		for w := range x.written[l] {
			x.written[l][w] = x.stemmed(&env, l, normalise(w))
		}
	}
}
