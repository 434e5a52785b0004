package withopa

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
)

// Policy writes the rules in Rego. Rego has no unknown: what is not in the
// input is undefined, `not` makes of that a truth, and a safeguard so written
// lets a request pass. So the truth and the falsity of rule i are written
// separately, true_i and false_i, from positive comparisons only; where
// neither is defined the verdict is unknown. Rules for the request are
// booleans, the others sets of the instances for which they hold.
func Policy(voc *fact.Vocabulary, rules []*rule.Rule) string {
	var b strings.Builder
	b.WriteString("package floor\n\n")
	for i, r := range rules {
		fmt.Fprintf(&b, "# %s: %s\n", r.ID, r.Holds.Write(voc))
		w := writer{voc: voc, scope: r.For}
		for _, side := range []struct {
			name   string
			wanted bool
		}{{"true", true}, {"false", false}} {
			for _, body := range w.cases(r.Holds, side.wanted) {
				head, facts := fmt.Sprintf("%s_%d", side.name, i), []string(nil)
				if r.For != fact.OfRequest {
					head += " contains i"
					facts = []string{fmt.Sprintf("some i, own in input.%ss", r.For)}
				}
				fmt.Fprintf(&b, "%s if {\n\t%s\n}\n", head, strings.Join(append(facts, body...), "\n\t"))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

type writer struct {
	voc   *fact.Vocabulary
	scope fact.Scope
}

// cases lists the ways in which an expression has the wanted answer, each a
// list of comparisons that all hold.
func (w *writer) cases(e *rule.Expr, wanted bool) [][]string {
	if e.Atom != nil {
		return [][]string{{w.atom(e.Atom, wanted != e.Not)}}
	}
	parts, together := e.All, wanted
	if len(e.Some) > 0 {
		parts, together = e.Some, !wanted
	}
	if !together {
		var list [][]string
		for _, part := range parts {
			list = append(list, w.cases(part, wanted)...)
		}
		return list
	}
	list := [][]string{nil}
	for _, part := range parts {
		var longer [][]string
		for _, before := range list {
			for _, after := range w.cases(part, wanted) {
				longer = append(longer, slices.Concat(before, after))
			}
		}
		list = longer
	}
	return list
}

func (w *writer) atom(a *rule.Atom, wanted bool) string {
	d, _, _ := w.voc.Find(a.Fact)
	where := "own"
	switch {
	case d.Take != fact.Alone:
		where = "input.aggregates"
	case d.Scope != w.scope || w.scope == fact.OfRequest:
		where = "input.request"
	}
	subject := where + "[" + strconv.Quote(string(a.Fact)) + "]"
	switch a.Op {
	case rule.OneOf:
		set := a.Operand
		if !wanted {
			set ^= 1<<len(d.Options) - 1
		}
		return subject + " in {" + words(d, set) + "}"
	case rule.Contains:
		if wanted {
			return words(d, a.Operand) + " in " + subject
		}
		return fmt.Sprintf("every word in %s { word != %s }", subject, words(d, a.Operand))
	}
	op := map[rule.Op]string{rule.Equal: "==", rule.Less: "<", rule.AtMost: "<="}[a.Op]
	if !wanted {
		op = map[rule.Op]string{rule.Equal: "!=", rule.Less: ">=", rule.AtMost: ">"}[a.Op]
	}
	literal := d.Format(a.Operand)
	if d.Kind == fact.Choice || d.Kind == fact.Date {
		literal = strconv.Quote(literal)
	}
	return subject + " " + op + " " + literal
}

func words(d *fact.Declaration, set fact.Value) string {
	var list []string
	for rest := uint64(set); rest != 0; rest &= rest - 1 {
		list = append(list, strconv.Quote(d.Options[bits.TrailingZeros64(rest)]))
	}
	return strings.Join(list, ", ")
}
