package signal

// maxConcepts bounds the concepts of all data together; a set is fixed in
// size so that no text makes the matcher allocate one.
const maxConcepts = 384

// A set is a set of concepts.
type set [maxConcepts / 64]uint64

func (s *set) add(c int)      { s[c>>6] |= 1 << (c & 63) }
func (s *set) has(c int) bool { return s[c>>6]&(1<<(c&63)) != 0 }

func (s *set) union(t *set) {
	for i := range s {
		s[i] |= t[i]
	}
}

func (s *set) meets(t *set) bool {
	for i := range s {
		if s[i]&t[i] != 0 {
			return true
		}
	}
	return false
}

// A scope says how close together the concepts of a clause must stand.
type scope uint8

const (
	near     scope = iota // one sentence, within nearSpan
	sentence              // one sentence
	passage               // within passageSpan, whatever the sentences
	whole                 // the text
)

// Spans in half words.
const (
	nearSpan    = 24
	passageSpan = 120
)

var scopes = map[string]scope{"near": near, "sentence": sentence, "passage": passage, "text": whole}

// A clause is one alternative of a signal: every element must occur within
// the scope, none of unless in the sentences that hold them (in the text, for
// the scope text).
type clause struct {
	scope  scope
	all    []set
	unless set
}

// possible reports whether every element has some concept in present.
func (c *clause) possible(present *set) bool {
	for i := range c.all {
		if !c.all[i].meets(present) {
			return false
		}
	}
	return true
}

// longestClause bounds the elements of a clause.
const longestClause = 5

// find gives the first place where the clause holds among the occurrences of
// one language class, as token positions.
func (c *clause) find(s *scan, class int) (first, last int32, ok bool) {
	var at [longestClause]int32 // index of the latest occurrence, plus one
	for i := range s.found {
		o := &s.found[i]
		if !o.in(class) {
			continue
		}
		fresh := false
		for e := range c.all {
			if c.all[e].has(int(o.concept)) {
				at[e] = int32(i + 1)
				fresh = true
			}
		}
		if !fresh {
			continue
		}
		if first, last, ok = c.holds(s, class, at[:len(c.all)]); ok {
			return first, last, true
		}
	}
	return 0, 0, false
}

// holds decides for one choice of occurrences.
func (c *clause) holds(s *scan, class int, at []int32) (first, last int32, ok bool) {
	first = int32(len(s.tokens))
	for _, i := range at {
		if i == 0 {
			return 0, 0, false
		}
		o := &s.found[i-1]
		first, last = min(first, o.first), max(last, o.last)
	}
	a, b := &s.tokens[first], &s.tokens[last]
	switch c.scope {
	case near:
		ok = a.sentence == b.sentence && b.at-a.at <= nearSpan
	case sentence:
		ok = a.sentence == b.sentence && last-first < longestSentence
	case passage:
		ok = b.at-a.at <= passageSpan
	case whole:
		o := &s.found[at[0]-1]
		return o.first, o.last, !c.unless.meets(&s.said)
	}
	if !ok {
		return 0, 0, false
	}
	for n := a.piece; n <= b.piece; n++ {
		if c.unless.meets(&s.pieces[n]) {
			return 0, 0, false
		}
	}
	return first, last, true
}
