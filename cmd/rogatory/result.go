package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/screen"
)

var outcomeWords = map[string]struct{ style, says string }{
	"refuse":   {red, "refusal proposed; a named person signs it"},
	"examine":  {yellow, "a person must settle what follows before anything moves"},
	"redirect": {yellow, "another instrument, route or addressee"},
	"return":   {yellow, "back to the requester with everything that is missing"},
	"narrow":   {yellow, "a narrower measure is offered"},
	"forward":  {green, "every safeguard of screening holds; what still lies ahead is listed"},
}

// result prints what screening proposes, the most important first.
func (t *terminal) result(r *screen.Result) {
	o := outcomeWords[r.Outcome]
	t.line("%s  %s", t.paint(bold, visible(r.Reference)), t.paint(dim, visible(r.File)))
	t.painted("", t.paint(bold+o.style, strings.ToUpper(r.Outcome))+"  ", o.says)
	if len(r.Grounds) > 0 {
		t.para("Grounds:  ", strings.Join(r.Grounds, ", "))
	}
	t.para("Answer:   ", r.Answer.Form+cites(r.Answer.Basis))
	for _, step := range r.Answer.Steps {
		t.para("          - ", step)
	}
	if r.Preserve {
		t.para("Preserve: ", "keep the data named while this is open; preservation discloses nothing")
	}
	t.findings(r)
	t.questions(r)
	t.proposals(r.Proposals)
	t.ahead(r.Confirmations)
	if len(r.Notes) > 0 {
		t.heading("Odd in the document")
		for _, n := range r.Notes {
			t.para("  - ", n)
		}
	}
	t.line("\n%s\n", t.paint(dim, fmt.Sprintf("%s, rulebook %.12s, law %.12s", r.Versions.Program, r.Versions.Rulebook, r.Versions.Law)))
}

func (t *terminal) findings(r *screen.Result) {
	shown := false
	for _, decisive := range []bool{true, false} {
		for _, g := range grouped(r.Findings, decisive) {
			if !shown {
				t.heading("Safeguards that do not hold, or are not known to hold")
				shown = true
			}
			t.finding(g[0], g)
		}
	}
	if n := count(r.Findings, "met"); n > 0 {
		t.line("\n  %s", t.paint(dim, fmt.Sprintf("%d of %d safeguards asked are met; --json shows all", n, len(r.Findings))))
	}
}

// grouped gathers what is to be shown: decisive findings, or others that a
// signal doubts; the same finding for several instances once.
func grouped(list []screen.Finding, decisive bool) [][]screen.Finding {
	var groups [][]screen.Finding
	for _, f := range list {
		if f.Verdict == "met" || f.Decisive != decisive || !decisive && len(f.DoubtedBy) == 0 {
			continue
		}
		k := slices.IndexFunc(groups, func(g []screen.Finding) bool {
			first := g[0]
			return first.Safeguard == f.Safeguard && first.Verdict == f.Verdict && first.Reason == f.Reason && len(first.DoubtedBy) == len(f.DoubtedBy)
		})
		if k < 0 {
			groups = append(groups, nil)
			k = len(groups) - 1
		}
		groups[k] = append(groups[k], f)
	}
	return groups
}

func count(list []screen.Finding, verdict string) int {
	n := 0
	for _, f := range list {
		if f.Verdict == verdict {
			n++
		}
	}
	return n
}

func (t *terminal) finding(f screen.Finding, group []screen.Finding) {
	style := yellow
	if f.Verdict == "not met" {
		style = red
	}
	var where []string
	for _, x := range group {
		if x.Instance != "request" {
			where = append(where, x.Instance)
		}
	}
	title := f.Title
	if len(where) > 0 {
		title += " (" + strings.Join(where, ", ") + ")"
	}
	t.line("")
	t.para("  "+t.paint(style, f.Verdict+": "), title)
	t.para("    ground    ", strings.Join(f.Grounds, ", "))
	t.para("    rests on  ", strings.TrimPrefix(cites(f.Basis), ": "))
	if f.Reason != "" && (f.Verdict == "not met" || len(f.DoubtedBy) == 0) {
		t.para("    because   ", f.Reason)
	}
	t.doubts(f.DoubtedBy)
	t.para("    why       ", f.Why)
}

// doubts shows each place once, with what it raises.
func (t *terminal) doubts(list []screen.Doubt) {
	shown := make(map[string]bool)
	for _, d := range list {
		if shown[d.Signal+d.Span.Quote] {
			continue
		}
		shown[d.Signal+d.Span.Quote] = true
		t.para("    place     ", fmt.Sprintf("%s at %s, byte %d", quoted(d.Span.Quote), d.Span.Path, d.Span.Start))
		t.para("              ", d.Reason)
	}
}

// quoted isolates words of the request, which may run right to left.
func quoted(s string) string {
	return "“" + visible(s) + "”"
}

func (t *terminal) questions(r *screen.Result) {
	for _, who := range []struct{ ask, title string }{
		{"requester", "Ask the requester, all at once"},
		{"reviewer", "For you to settle"},
		{"court", "For the court"},
	} {
		first := true
		for _, q := range r.Questions {
			if q.Ask != who.ask {
				continue
			}
			if first {
				t.heading(who.title)
				first = false
			}
			where := ""
			if !slices.Equal(q.Concerns, []string{"request"}) {
				where = " [" + strings.Join(q.Concerns, ", ") + "]"
			}
			t.para("  - ", q.Question+where)
		}
	}
}

func (t *terminal) proposals(list []screen.Proposal) {
	if len(list) == 0 {
		return
	}
	t.heading("Narrower measure, computed from the request")
	for _, p := range list {
		t.para("  "+p.Instance+"  ", strings.Join(p.Changes, "; "))
		if p.Measure != nil {
			t.para("      ", measure(p.Measure))
		}
	}
}

func measure(m *request.Measure) string {
	var targets []string
	for _, x := range m.Targets {
		targets = append(targets, x.Value)
	}
	window := "no window needed"
	if !m.From.IsZero() {
		window = m.From.Time.Format(time.DateOnly) + " to " + m.To.Time.Format(time.DateOnly)
	}
	s := fmt.Sprintf("%s %s data; %s; %s", m.Mode, m.Data, strings.Join(targets, ", "), window)
	if m.Note != "" {
		s += "; " + m.Note
	}
	return s
}

// ahead lists what later gates ask of people.
func (t *terminal) ahead(list []screen.Confirmation) {
	if len(list) == 0 {
		return
	}
	t.heading("Still ahead before anything may leave")
	gate := ""
	for _, c := range list {
		if c.Gate != gate {
			gate = c.Gate
			t.line("  %s", t.paint(dim, "before "+gate))
		}
		t.para("  - ", c.Question)
	}
}

// cites prints the clauses behind ids, those of one instrument together, each
// as certain as it is.
func cites(ids []string) string {
	var names []string
	articles := make(map[string][]string)
	for _, id := range ids {
		c, ok := law.Starting().Clause(id)
		if !ok {
			continue
		}
		name, article, _ := strings.Cut(c.Cite(), ", art. ")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		if article != "" && !slices.Contains(articles[name], article) {
			articles[name] = append(articles[name], article)
		}
	}
	var list []string
	for _, name := range names {
		switch a := articles[name]; len(a) {
		case 0:
			list = append(list, name)
		case 1:
			list = append(list, name+", art. "+a[0])
		default:
			list = append(list, name+", arts "+strings.Join(a, ", "))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return ": " + strings.Join(list, "; ")
}
