package signal

import (
	"cmp"
	"slices"
	"sync"

	"github.com/blevesearch/snowballstem"
	"github.com/rogatory/rogatory/fact"
)

// A Matcher finds signals in texts. It is immutable and safe for concurrent
// use; Find keeps nothing of what it reads.
type Matcher struct {
	late    func() *Matcher // nil: it is loaded
	words   *lexicon
	signals []compiled
	sum     [32]byte

	// Concepts with a meaning of their own, -1 if the data lack them.
	crowd, counted, uncounted, hundred, thousand int

	scans sync.Pool // *scan: room to work in, never content
}

// A compiled signal is a Signal with its expression.
type compiled struct {
	Signal
	reads uint // bit set of fields
	any   []clause
}

// An occurrence is one place where a word of a concept stands.
type occurrence struct {
	concept     uint16
	lang        language
	first, last int32 // tokens
}

// Word forms of the languages in Latin script look alike, so concepts only
// combine within one of them; words in other scripts combine with any.
const classes = 3

func (o *occurrence) in(class int) bool {
	switch o.lang {
	case en:
		return class == 0
	case es:
		return class == 1
	case fr:
		return class == 2
	}
	return true
}

// A scan is the room in which one text is read.
type scan struct {
	tokens  []token
	symbols []symbol
	found   []occurrence
	pieces  []set        // by piece of a sentence, of any language
	said    set          // in the text, of any language
	present [classes]set // in the text, by language class
	nodes   []int32
	read    map[string]span // the symbols of words already met in these texts
	env     snowballstem.Env
}

// A span is a piece of scan.symbols.
type span struct{ lo, hi int32 }

// mostRead bounds the words that are remembered while texts are read.
const mostRead = 1 << 11

// mostKept bounds, in tokens, the room that is kept for the next texts.
const mostKept = 1 << 15

// Find gives the hits in texts: by text, then start, then id. A signal fires
// at most once in a text.
func (m *Matcher) Find(texts []Text) []Hit {
	m = m.ready()
	s := m.scans.Get().(*scan)
	var hits []Hit
	for i := range texts {
		hits = m.read(s, &texts[i], hits)
		clear(s.tokens)
		clear(s.found)
	}
	if cap(s.tokens) <= mostKept {
		clear(s.symbols)
		clear(s.read)
		s.symbols, s.env = s.symbols[:0], snowballstem.Env{}
		m.scans.Put(s)
	}
	return hits
}

// read appends the hits in one text.
func (m *Matcher) read(s *scan, t *Text, hits []Hit) []Hit {
	from := len(hits)
	bit, ok := fields[t.Field]
	if !ok {
		bit = fields[Facts] // an unnamed part of a request is read as its story
	}
	s.tokens = tokenise(t.Body, slices.Grow(s.tokens[:0], len(t.Body)/6))
	m.resolve(s, t.Body)
	m.locate(s)
	if len(s.found) == 0 {
		return hits
	}
	s.crowds(m)
	slices.SortStableFunc(s.found, func(a, b occurrence) int { return cmp.Compare(a.first, b.first) })
	s.summarise()
	for i := range m.signals {
		g := &m.signals[i]
		if g.reads&(1<<bit) == 0 {
			continue
		}
		first, last, ok := g.find(s)
		if !ok {
			continue
		}
		start, end := int(s.tokens[first].start), int(s.tokens[last].end)
		hits = append(hits, Hit{
			Signal: g.ID, Fact: g.Fact, Path: t.Path, Start: start, End: end,
			Quote: t.Body[start:end], Reason: g.Reason,
		})
	}
	slices.SortFunc(hits[from:], func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Signal, b.Signal))
	})
	return hits
}

// find gives the earliest place where one of the clauses holds.
func (g *compiled) find(s *scan) (first, last int32, ok bool) {
	for i := range g.any {
		c := &g.any[i]
		if !c.possible(&s.said) {
			continue
		}
		for class := range classes {
			if !c.possible(&s.present[class]) {
				continue
			}
			f, l, found := c.find(s, class)
			if found && (!ok || f < first || f == first && l < last) {
				first, last, ok = f, l, true
			}
		}
	}
	return first, last, ok
}

// resolve gives every token its symbols.
func (m *Matcher) resolve(s *scan, body string) {
	for i := range s.tokens {
		t := &s.tokens[i]
		t.symLo = int32(len(s.symbols))
		switch {
		case t.han != 0:
			if sym, ok := m.words.hans[t.han]; ok {
				s.symbols = append(s.symbols, sym)
			}
		case t.end-t.start <= longestWord:
			raw := body[t.start:t.end]
			if before, ok := s.read[raw]; ok {
				t.symLo, t.symHi = before.lo, before.hi
				continue
			}
			m.word(s, normalise(raw))
			if s.read == nil {
				s.read = map[string]span{}
			}
			if len(s.read) < mostRead {
				s.read[raw] = span{t.symLo, int32(len(s.symbols))}
			}
		}
		t.symHi = int32(len(s.symbols))
	}
}

// word appends the symbols of a word, and of those it may pretend to be.
func (m *Matcher) word(s *scan, w word) {
	n := len(s.symbols)
	s.symbols = m.words.lookup(&s.env, s.symbols, w)
	if w.script == mixed || n == len(s.symbols) {
		for _, v := range lookalikes(w) {
			s.symbols = m.words.lookup(&s.env, s.symbols, v)
		}
	}
}

// locate finds every word and phrase of every concept. Phrases have a bounded
// length and stay within a sentence, so the pass is linear.
func (m *Matcher) locate(s *scan) {
	s.found = s.found[:0]
	for i := range s.tokens {
		s.nodes = append(s.nodes[:0], 0)
		for j := i; j < len(s.tokens) && len(s.nodes) > 0; j++ {
			t := &s.tokens[j]
			if t.sentence != s.tokens[i].sentence {
				break
			}
			n := len(s.nodes)
			for _, node := range s.nodes[:n] {
				for _, sym := range s.symbols[t.symLo:t.symHi] {
					to := m.words.step(node, sym)
					if to == 0 {
						continue
					}
					s.nodes = append(s.nodes, to)
					for _, a := range m.words.accepts[to] {
						s.found = append(s.found, occurrence{a.concept, a.lang, int32(i), int32(j)})
					}
				}
			}
			s.nodes = s.nodes[:copy(s.nodes, s.nodes[n:])]
		}
	}
}

// summarise notes which concepts each piece and the whole text hold.
func (s *scan) summarise() {
	pieces := 1 + int(s.tokens[len(s.tokens)-1].piece)
	s.pieces = slices.Grow(s.pieces[:0], pieces)[:pieces]
	clear(s.pieces)
	s.said, s.present = set{}, [classes]set{}
	for i := range s.found {
		o := &s.found[i]
		s.pieces[s.tokens[o.first].piece].add(int(o.concept))
		s.said.add(int(o.concept))
		for class := range classes {
			if o.in(class) {
				s.present[class].add(int(o.concept))
			}
		}
	}
}

// Signals lists the signals in the order of their ids.
func (m *Matcher) Signals() []Signal {
	m = m.ready()
	out := make([]Signal, len(m.signals))
	for i := range m.signals {
		out[i] = m.signals[i].Signal
	}
	slices.SortFunc(out, func(a, b Signal) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Facts lists the facts that the signals raise, sorted.
func (m *Matcher) Facts() []fact.Name {
	m = m.ready()
	var out []fact.Name
	for i := range m.signals {
		out = append(out, m.signals[i].Fact)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
