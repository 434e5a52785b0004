package rule

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogatory/rogatory/fact"
	"pgregory.net/rapid"
)

// The oracle knows two-valued logic and nothing else. What is unknown it tries
// out, value by value: if every completion says the same, that is the verdict;
// a fact is missing exactly if in some completion another value of it alone
// makes another answer.

// A question is an expression as the oracle sees it: an atom, or several
// questions joined.
type question struct {
	not   bool
	join  string // && or ||; an atom if empty
	parts []*question

	fact  fact.Name
	asks  string         // the atom as it is written
	holds func(any) bool // of the fact's value, or of what the aggregate makes of all values
}

func (q *question) String() string {
	s := q.asks
	if q.join != "" {
		var parts []string
		for _, p := range q.parts {
			parts = append(parts, p.String())
		}
		s = "(" + strings.Join(parts, " "+q.join+" ") + ")"
	}
	if q.not {
		return "!(" + s + ")"
	}
	return s
}

// A world gives each fact of each instance a value. A fact it does not hold is
// unknown. Where an aggregate has no instance, the atom's own answer is
// unknown: it stands under instance -1.
type world struct {
	measures int
	own      int // the measure the rule is asked for
	values   map[place]any
}

type place struct {
	fact     fact.Name
	instance int
}

func (w *world) answer(q *question) bool {
	truth := false
	switch q.join {
	case "":
		truth = w.atom(q)
	case "&&":
		truth = true
		for _, p := range q.parts {
			truth = w.answer(p) && truth
		}
	case "||":
		for _, p := range q.parts {
			truth = w.answer(p) || truth
		}
	}
	return truth != q.not
}

func (w *world) atom(q *question) bool {
	d, _, _ := words.Find(q.fact)
	if d.Take == fact.Alone {
		return q.holds(w.values[w.places(q)[0]])
	}
	if w.measures == 0 {
		return w.values[place{q.fact, -1}].(bool)
	}
	var whole any
	for _, p := range w.places(q) {
		v := w.values[p]
		switch {
		case whole == nil:
			whole = v
		case d.Take == fact.Any:
			whole = whole.(bool) || v.(bool)
		case d.Take == fact.Every:
			whole = whole.(bool) && v.(bool)
		case d.Kind == fact.Number:
			whole = max(whole.(float64), v.(float64))
		default:
			whole = max(whole.(string), v.(string))
		}
	}
	return q.holds(whole)
}

// places are the facts an atom asks for.
func (w *world) places(q *question) []place {
	d, _, _ := words.Find(q.fact)
	switch {
	case d.Take == fact.Alone && d.Scope == fact.OfMeasure:
		return []place{{q.fact, w.own}}
	case d.Take == fact.Alone:
		return []place{{q.fact, 0}}
	case w.measures == 0:
		return []place{{q.fact, -1}}
	}
	var list []place
	for i := range w.measures {
		list = append(list, place{d.Of, i})
	}
	return list
}

func (w *world) asked(q *question) []place {
	if q.join == "" {
		return w.places(q)
	}
	var list []place
	for _, p := range q.parts {
		list = append(list, w.asked(p)...)
	}
	return list
}

// domain is enough values of a fact for every literal to tell them apart.
func domain(p place) []any {
	d, _, _ := words.Find(p.fact)
	if p.instance < 0 || d.Kind == fact.Bool {
		return []any{false, true}
	}
	switch d.Kind {
	case fact.Number:
		return []any{-2.0, -1.0, 0.0, 2.0, 2.5, 1000.0, 2000.0}
	case fact.Date:
		return []any{"1948-12-10", "1969-12-31", "2000-01-01", "2026-08-18", "2030-01-01"}
	case fact.Choice:
		return []any{"subscriber", "traffic", "content"}
	}
	return []any{"", "press", "lawyer", "press lawyer"}
}

// settle tries out every completion.
func (w *world) settle(q *question) (Verdict, []place) {
	var unknown []place
	for _, p := range w.asked(q) {
		if _, ok := w.values[p]; !ok {
			unknown = append(unknown, p)
		}
	}
	slices.SortFunc(unknown, before)
	full := &world{w.measures, w.own, make(map[place]any)}
	for p, v := range w.values {
		full.values[p] = v
	}
	var answers []bool
	var complete func(int)
	complete = func(i int) {
		if i == len(unknown) {
			answers = append(answers, full.answer(q))
			return
		}
		for _, v := range domain(unknown[i]) {
			full.values[unknown[i]] = v
			complete(i + 1)
		}
	}
	complete(0)
	var missing []place
	step := len(answers)
	for _, p := range unknown {
		n := len(domain(p))
		step /= n
		matters := false
		for i := range answers { // another value of p alone stands a step further
			matters = matters || i/step%n < n-1 && answers[i] != answers[i+step]
		}
		if matters {
			missing = append(missing, p)
		}
	}
	switch {
	case slices.Contains(answers, true) && slices.Contains(answers, false):
		return Unknown, missing
	case answers[0]:
		return Met, missing
	}
	return NotMet, missing
}

func before(a, b place) int {
	if a.fact != b.fact {
		return strings.Compare(string(a.fact), string(b.fact))
	}
	return a.instance - b.instance
}

// ask puts the same question to the evaluator, with every known fact said by
// the source named.
func (w *world) ask(t testing.TB, r *Rule, say fact.Source) (Verdict, []place) {
	t.Helper()
	v := w.vector(t, say)
	set := NewSet([]*Rule{r})
	var found Findings
	set.Evaluate(v, &found)
	f := found.List[w.own]
	if int(f.Instance) != w.own || f.Rule != 0 {
		t.Fatalf("finding %d is of rule %d, instance %d", w.own, f.Rule, f.Instance)
	}
	return f.Verdict, w.cited(found.Of(f))
}

func (w *world) vector(t testing.TB, say fact.Source) *fact.Vector {
	t.Helper()
	v := fact.NewVector(words)
	v.Reset(w.measures, 0, 0)
	for p, value := range w.values {
		if p.instance < 0 {
			continue
		}
		d, slot, _ := words.Find(p.fact)
		v.Cell(d.Scope, p.instance, slot).Say(say, w.value(t, d, value))
	}
	return v
}

func (w *world) value(t testing.TB, d *fact.Declaration, raw any) fact.Value {
	t.Helper()
	if d.Kind == fact.Set {
		list := []any{}
		for _, word := range strings.Fields(raw.(string)) {
			list = append(list, word)
		}
		raw = list
	}
	value, err := d.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func (w *world) cited(list []Cited) []place {
	var out []place
	for _, c := range list {
		p := place{words.At(c.Scope, c.Slot).Name, int(c.Instance)}
		if c.Instance < 0 { // the aggregate itself: of one fact only one stands in an expression
			for _, d := range words.All() {
				if d.Take != fact.Alone && d.Of == p.fact {
					p.fact = d.Name
				}
			}
		}
		out = append(out, p)
	}
	slices.SortFunc(out, before)
	return out
}

func (q *question) rule(t testing.TB, scope fact.Scope) *Rule {
	t.Helper()
	e, err := Parse(q.String(), words, scope)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return &Rule{ID: "r", For: scope, Holds: e, Counts: fact.SourcesOf(fact.Requester, fact.Reviewer, fact.Court)}
}

// compare holds the evaluator against the oracle.
func (w *world) compare(t testing.TB, q *question, scope fact.Scope) {
	t.Helper()
	r := q.rule(t, scope)
	want, missing := w.settle(q)
	got, cited := w.ask(t, r, fact.Requester)
	if got != want {
		t.Fatalf("%s with %v: %s, the oracle says %s", q, w.values, got, want)
	}
	if want == Unknown {
		if diff := cmp.Diff(missing, cited, cmp.AllowUnexported(place{})); diff != "" {
			t.Fatalf("%s with %v: missing (-oracle +evaluator)\n%s", q, w.values, diff)
		}
		return
	}
	// The facts that a definite verdict rests on carry it alone.
	alone := &world{w.measures, w.own, make(map[place]any)}
	for _, p := range cited {
		alone.values[p] = w.values[p]
	}
	if got, _ := alone.ask(t, r, fact.Requester); got != want {
		t.Fatalf("%s with %v: rests on %v, which alone give %s and not %s", q, w.values, cited, got, want)
	}
}

// shapes builds every expression over the atoms in this order, each atom and
// each join also negated.
func shapes(atoms []*question) []*question {
	var list []*question
	if len(atoms) == 1 {
		plain := *atoms[0]
		list = append(list, &plain)
	}
	for _, cut := range cuts(len(atoms)) {
		var parts [][]*question
		from := 0
		for _, to := range append(cut, len(atoms)) {
			parts = append(parts, shapes(atoms[from:to]))
			from = to
		}
		for _, chosen := range product(parts) {
			list = append(list, &question{join: "&&", parts: chosen}, &question{join: "||", parts: chosen})
		}
	}
	for _, q := range slices.Clone(list) {
		opposite := *q
		opposite.not = true
		list = append(list, &opposite)
	}
	return list
}

// cuts are the ways to cut a row of n into two or more.
func cuts(n int) [][]int {
	var list [][]int
	for set := 1; set < 1<<(n-1); set++ {
		var cut []int
		for i := 1; i < n; i++ {
			if set&(1<<(i-1)) != 0 {
				cut = append(cut, i)
			}
		}
		list = append(list, cut)
	}
	return list
}

func product(parts [][]*question) [][]*question {
	list := [][]*question{nil}
	for _, options := range parts {
		var longer [][]*question
		for _, row := range list {
			for _, q := range options {
				longer = append(longer, append(slices.Clone(row), q))
			}
		}
		list = longer
	}
	return list
}

// Every expression of up to three facts, with every one of them true, false or
// unknown.
func TestEveryShortExpressionIsExact(t *testing.T) {
	isTrue := func(v any) bool { return v.(bool) }
	atoms := []*question{
		{fact: "request.a", asks: "request.a", holds: isTrue},
		{fact: "request.b", asks: "request.b", holds: isTrue},
		{fact: "request.c", asks: "request.c", holds: isTrue},
	}
	for n, want := range []int{2, 16, 288} {
		all := shapes(atoms[:n+1])
		if len(all) != want {
			t.Errorf("%d expressions of %d facts, want %d: some were not tried", len(all), n+1, want)
		}
		for _, q := range all {
			assignments := 1
			for range n + 1 {
				assignments *= 3
			}
			for code := range assignments {
				w := &world{values: make(map[place]any)}
				for _, a := range atoms[:n+1] {
					if code%3 > 0 {
						w.values[place{a.fact, 0}] = code%3 == 1
					}
					code /= 3
				}
				w.compare(t, q, fact.OfRequest)
			}
		}
	}
}

// drawn is a random question over facts of every kind, each at most once.
func drawn(t *rapid.T, pool []fact.Name, depth int) (*question, []fact.Name) {
	kind := rapid.IntRange(0, 2).Draw(t, "kind")
	not := rapid.Bool().Draw(t, "not")
	if depth == 0 || kind == 0 || len(pool) < 2 {
		at := rapid.IntRange(0, len(pool)-1).Draw(t, "fact")
		q := drawnAtom(t, pool[at])
		q.not = not
		return q, slices.Delete(slices.Clone(pool), at, at+1)
	}
	q := &question{not: not, join: []string{"", "&&", "||"}[kind]}
	for range rapid.IntRange(2, 3).Draw(t, "parts") {
		if len(pool) == 0 {
			break
		}
		var part *question
		part, pool = drawn(t, pool, depth-1)
		q.parts = append(q.parts, part)
	}
	return q, pool
}

func drawnAtom(t *rapid.T, name fact.Name) *question {
	d, _, _ := words.Find(name)
	q := &question{fact: name}
	switch d.Kind {
	case fact.Bool:
		q.asks, q.holds = string(name), func(v any) bool { return v.(bool) }
	case fact.Number:
		bound := rapid.SampledFrom([]float64{-1, 0, 2, 2.5, 1000}).Draw(t, "bound")
		compared(t, q, d, fmt.Sprint(bound), func(v any) int {
			switch n := v.(float64); {
			case n < bound:
				return -1
			case n > bound:
				return 1
			}
			return 0
		})
	case fact.Date:
		bound := rapid.SampledFrom([]string{"1969-12-31", "2026-08-18"}).Draw(t, "bound")
		compared(t, q, d, `"`+bound+`"`, func(v any) int { return strings.Compare(v.(string), bound) })
	case fact.Choice:
		some := rapid.SampledFrom([]string{`"content"`, `"subscriber", "traffic"`}).Draw(t, "options")
		q.asks = fmt.Sprintf("%s in [%s]", name, some)
		q.holds = func(v any) bool { return strings.Contains(some, v.(string)) }
	default:
		one := rapid.SampledFrom([]string{"press", "lawyer"}).Draw(t, "option")
		q.asks = fmt.Sprintf("%q in %s", one, name)
		q.holds = func(v any) bool { return slices.Contains(strings.Fields(v.(string)), one) }
	}
	return q
}

func compared(t *rapid.T, q *question, d *fact.Declaration, literal string, order func(any) int) {
	signs := map[string]func(int) bool{
		"<": func(o int) bool { return o < 0 }, "<=": func(o int) bool { return o <= 0 },
		">": func(o int) bool { return o > 0 }, ">=": func(o int) bool { return o >= 0 },
		"==": func(o int) bool { return o == 0 }, "!=": func(o int) bool { return o != 0 },
	}
	list := []string{"<", "<=", ">", ">=", "==", "!="}
	if d.Take == fact.Most {
		list = list[:4]
	}
	sign := rapid.SampledFrom(list).Draw(t, "sign")
	q.asks = fmt.Sprintf("%s %s %s", d.Name, sign, literal)
	q.holds = func(v any) bool { return signs[sign](order(v)) }
}

// drawnCase is a random question and a random world in which little enough is
// unknown for the oracle to try everything out.
func drawnCase(t *rapid.T) (*question, *world, fact.Scope) {
	pool := []fact.Name{
		"request.a", "request.b", "request.years", "request.begun", "request.data", "request.tags",
		"measures.any_a", "measures.every_b", "measures.longest", "measures.last",
	}
	scope := fact.OfRequest
	w := &world{measures: rapid.IntRange(0, 4).Draw(t, "measures"), values: make(map[place]any)}
	if w.measures > 0 && rapid.Bool().Draw(t, "for a measure") {
		scope = fact.OfMeasure
		w.own = rapid.IntRange(0, w.measures-1).Draw(t, "own")
		pool = append(pool, "measure.c", "measure.data", "measure.tags")
	}
	q, _ := drawn(t, pool, 3)
	unknown, completions := w.asked(q), 1
	for _, i := range rapid.Permutation(unknown).Draw(t, "order") {
		values := domain(i)
		if completions*len(values) <= 1500 && rapid.IntRange(0, 2).Draw(t, "known") == 0 || i.instance < 0 {
			completions *= len(values)
			continue
		}
		w.values[i] = rapid.SampledFrom(values).Draw(t, "value")
	}
	return q, w, scope
}

// Expressions over every kind of fact, and aggregates over no to four measures.
func TestEvaluatorIsExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		q, w, scope := drawnCase(r)
		w.compare(t, q, scope)
	})
}

// Learning a fact never turns a definite verdict into another.
func TestLearningNeverTurnsAVerdict(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		q, w, scope := drawnCase(r)
		asked := q.rule(t, scope)
		was, _ := w.ask(t, asked, fact.Requester)
		for _, p := range w.asked(q) {
			if _, known := w.values[p]; known || p.instance < 0 {
				continue
			}
			w.values[p] = rapid.SampledFrom(domain(p)).Draw(r, "learnt")
			now, _ := w.ask(t, asked, fact.Requester)
			if was != Unknown && now != was {
				t.Fatalf("%s was %s; after %v is %v it is %s", q, was, p, w.values[p], now)
			}
			was = now
		}
	})
}

// A source that does not count can stop and never clear.
func TestASignalNeverClears(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		q, w, scope := drawnCase(r)
		asked := q.rule(t, scope)
		v := w.vector(t, fact.Reviewer)
		set := NewSet([]*Rule{asked})
		var found Findings
		set.Evaluate(v, &found)
		was := found.List[w.own].Verdict
		for _, p := range w.asked(q) {
			if p.instance < 0 {
				continue
			}
			d, slot, _ := words.Find(p.fact)
			for range rapid.IntRange(0, 2).Draw(r, "times") {
				said := rapid.SampledFrom(domain(p)).Draw(r, "said")
				v.Cell(d.Scope, p.instance, slot).Say(fact.Signal, w.value(t, d, said))
			}
			set.Evaluate(v, &found)
			now := found.List[w.own].Verdict
			if now != was && (was != Met || now != Unknown) {
				t.Fatalf("%s with %v: a signal about %v turned %s into %s", q, w.values, p, was, now)
			}
			was = now
		}
	})
}
