package screen

import (
	"slices"
	"sync"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rule"
)

// Record gives the record of the facts that stand about a request, to be kept
// and asked again under another rulebook. It holds no word of the request.
func (s *Screener) Record(r *request.Request, now Situation) ([]byte, error) {
	c, err := s.consider(r, now)
	if err != nil {
		return nil, err
	}
	return c.record()
}

// A Conclusion is what screening comes to, without the findings it comes from.
type Conclusion struct {
	Outcome  string
	Grounds  []string
	Preserve bool
	Answer   Answer
}

// Conclude screens a request and gives the record of its facts, for whoever keeps
// both and asks for the findings when somebody reads them.
func (s *Screener) Conclude(r *request.Request, now Situation) (*Conclusion, []byte, error) {
	c, err := s.consider(r, now, rule.Intake, rule.Screening)
	if err != nil {
		return nil, nil, err
	}
	c.decide()
	grounds := c.grounds()
	record, err := c.record()
	return &Conclusion{c.outcome.String(), grounds, c.preserve(), c.answer(grounds)}, record, err
}

func (c *considered) record() ([]byte, error) {
	v := fact.NewVector(c.voc)
	v.Reset(len(c.r.Measures), len(c.r.Offences), len(c.r.Persons))
	err := v.Load(c.standing)
	return v.AppendRecord(nil), err
}

// A Rescreening is what a rulebook makes of the facts on record about a request.
//
// The facts are those of the day they were recorded: what the law on record, the
// register, the signals or the history would say today is not in them, and a
// fact that was not declared then is unknown. Only Screen tells what is proposed
// now; this tells which requests to screen.
type Rescreening struct {
	Outcome Outcome // that this rulebook proposes for these facts
	Open    []Open  // the safeguards that do not let pass, in the order of their gates
	Lost    int     // cells of the record that say nothing in today's vocabulary
	empty   bool    // no measure or no offence: nothing may pass
}

// An Open safeguard does not hold, or is not known to hold, for so many
// instances.
type Open struct {
	Safeguard       string
	Gate            rule.Gate
	NotMet, Unknown int
}

// Met reports whether every safeguard of the gates is known to hold, as
// Gates.Met does.
func (x *Rescreening) Met(gates ...rule.Gate) bool {
	return !x.empty && !slices.ContainsFunc(x.Open, func(o Open) bool { return slices.Contains(gates, o.Gate) })
}

// A desk is what re-screening one record needs, kept for the next one.
type desk struct {
	voc    *fact.Vocabulary
	vector *fact.Vector
	found  rule.Findings
	shape  request.Request // as many measures and offences, and nothing in them
}

var desks = sync.Pool{New: func() any { return new(desk) }}

// Rescreen asks every safeguard of every gate about the facts of a record,
// without the request.
func (s *Screener) Rescreen(record []byte) (*Rescreening, error) {
	d := desks.Get().(*desk)
	defer desks.Put(d)
	if voc := s.book.Vocabulary(); d.voc != voc {
		d.voc, d.vector = voc, fact.NewVector(voc)
	}
	lost, err := d.vector.ReadRecord(record)
	if err != nil {
		return nil, &fault.Fault{Kind: fault.Invalid, What: "the facts on record cannot be asked again", Hint: "screen the request itself", Cause: err}
	}
	// What is decided of findings needs no more of a request than how many
	// measures and offences it has.
	measures, offences := d.vector.Count(fact.OfMeasure), d.vector.Count(fact.OfOffence)
	d.shape.Measures = slices.Grow(d.shape.Measures[:0], measures)[:measures]
	d.shape.Offences = slices.Grow(d.shape.Offences[:0], offences)[:offences]
	c := &considered{brief: &brief{r: &d.shape}, book: s.book}
	out := &Rescreening{Lost: lost, empty: measures == 0 || offences == 0}
	for gate := rule.Intake; gate <= rule.Secrecy; gate++ {
		set := s.book.Gate(gate)
		set.Evaluate(d.vector, &d.found)
		d.found.List = slices.DeleteFunc(d.found.List, func(f rule.Finding) bool { return f.Verdict == rule.Met })
		out.Open = slices.Grow(out.Open, len(d.found.List))
		for _, f := range d.found.List {
			out.count(set.Rules()[f.Rule], f.Verdict)
		}
		if gate <= rule.Screening {
			c.take(set, &d.found)
		}
	}
	c.recall(d.vector)
	c.decide()
	out.Outcome = c.outcome
	return out, nil
}

// count adds a finding; those of one safeguard follow one another.
func (x *Rescreening) count(r *rule.Rule, verdict rule.Verdict) {
	if n := len(x.Open); n == 0 || x.Open[n-1].Safeguard != r.ID {
		x.Open = append(x.Open, Open{Safeguard: r.ID, Gate: r.Gate})
	}
	o := &x.Open[len(x.Open)-1]
	if verdict == rule.NotMet {
		o.NotMet++
		return
	}
	o.Unknown++
}

// recall makes the assertions that affirmed asks for of the cells they went
// into.
func (c *considered) recall(v *fact.Vector) {
	for _, x := range c.findings {
		for _, f := range x.cited {
			with := c.book.Vocabulary().At(f.Scope, f.Slot).With
			if d, slot, ok := c.book.Vocabulary().Find(with); ok && f.Instance >= 0 && saysYes(v.Cell(d.Scope, int(f.Instance), slot)) {
				of := fact.Instance{Scope: f.Scope, Index: int(f.Instance)}
				c.standing = append(c.standing, fact.Assertion{Fact: with, Of: of, Value: fact.OfBool(true)})
			}
		}
	}
}

// saysYes reports whether anybody says yes; of a source that is torn, somebody
// does.
func saysYes(cell *fact.Cell) bool {
	return slices.ContainsFunc(cell.Doubters(0).List(), func(s fact.Source) bool {
		return cell.Torn(s) || cell.Said(s) == fact.OfBool(true)
	})
}
