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
// neither is defined the verdict is unknown. Only the rules for one scope are
// written, to be asked once per instance: that takes OPA less time than rules
// that range over the instances themselves.
func Policy(voc *fact.Vocabulary, rules []*rule.Rule, scope fact.Scope) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\n", scope)
	for i, r := range rules {
		if r.For != scope {
			continue
		}
		fmt.Fprintf(&b, "# %s: %s\n", r.ID, r.Holds.Write(voc))
		w := writer{voc: voc, scope: r.For}
		for _, side := range []struct {
			name   string
			wanted bool
		}{{"true", true}, {"false", false}} {
			for _, body := range w.cases(r.Holds, side.wanted) {
				fmt.Fprintf(&b, "%s_%d if {\n\t%s\n}\n", side.name, i, strings.Join(body, "\n\t"))
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
	where := "input.own"
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
