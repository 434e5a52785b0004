package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

type caseQuestions struct {
	named
	Gate string `help:"Only what is open before this gate." enum:"intake,screening,court,disclosure,secrecy," default:""`
	Why  string `help:"Why you look at a case that is not assigned to you. Oversight sees it."`
}

// Run prints what is open, in the form that case assert --file reads.
func (c *caseQuestions) Run(s *streams) error {
	return c.on(s, lifecycle.Look, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		got, err := o.Show(ctx, who, ref, c.Why)
		if err != nil {
			return err
		}
		open, err := o.Questions(ctx, got)
		if err != nil {
			return err
		}
		if o.settings.Rehearsal {
			fmt.Fprint(s.out, "# ")
			o.banner(s)
		}
		fmt.Fprintf(s.out, "# %s. Write what you found after the = and why after the bar, for example:\n#   request.harm_told = true | the bank's letter tells it\n# Leave empty what you do not know: unknown stops, and nobody guesses.\n", ref)
		gate := ""
		for _, q := range open {
			if c.Gate != "" && q.Gate != c.Gate {
				continue
			}
			if q.Gate != gate {
				gate = q.Gate
				fmt.Fprintf(s.out, "\n# -- before %s --\n", gate)
			}
			o.question(s.out, q)
		}
		return nil
	})
}

func (o *opened) question(w io.Writer, q docket.Open) {
	fmt.Fprintf(w, "\n# %s (%s, %s)\n", visible(q.Finding.Title), q.Finding.Safeguard, q.Finding.Verdict)
	if q.Fact == "" {
		fmt.Fprintf(w, "# it does not hold: %s\n", visible(q.Finding.Reason))
		return
	}
	fmt.Fprintf(w, "# %s [%s; %s]\n", visible(q.Question), strings.Join(strings.Fields(strings.ReplaceAll(q.Ask, ",", " ")), ", "), o.wants(q.Fact))
	for _, a := range q.Stands {
		fmt.Fprintf(w, "# stands: %s says %s: %s (%s)\n", o.author(a), o.says(a), visible(a.Reason), a.ID)
	}
	fmt.Fprintf(w, "%s = \n", place(q))
}

// author is who said something: a person by name, or the source.
func (o *opened) author(a fact.Assertion) string {
	if a.Author == "" || a.Author == a.Source.String() {
		return a.Source.String()
	}
	return fmt.Sprintf("%s (%s)", visible(o.settings.nameOf(a.Author)), a.Source)
}

// wants says how an answer is written.
func (o *opened) wants(name string) string {
	d, _, ok := o.book.Vocabulary().Find(fact.Name(name))
	if !ok {
		return "in words"
	}
	switch d.Kind {
	case fact.Bool:
		return "true or false"
	case fact.Number:
		return "a number"
	case fact.Date:
		return "a day, 2026-09-01"
	case fact.Choice:
		return "one of " + strings.Join(d.Options, ", ")
	}
	return "some of " + strings.Join(d.Options, ", ")
}

// says is what was said, in the words in which it would be written.
func (o *opened) says(a fact.Assertion) string {
	d, _, ok := o.book.Vocabulary().Find(a.Fact)
	if !ok {
		return "so"
	}
	return d.Format(a.Value)
}

func place(q docket.Open) string {
	if q.Of == "" || q.Of == "request" {
		return q.Fact
	}
	return q.Of + " " + q.Fact
}

type caseAssert struct {
	named
	Facts   []string `arg:"" optional:"" help:"fact=value, or /measures/0:fact=value."`
	File    string   `help:"A file as case questions prints it, filled in; - is standard input." placeholder:"FILE"`
	Why     string   `help:"How you know."`
	Answers []string `help:"Ids of what stands and is answered by this; * answers everything about the facts named that you may answer." placeholder:"ID"`
	Seen    int      `help:"Number of the last event you have seen; refused if somebody decided since."`
}

// Run records what a person found.
func (c *caseAssert) Run(s *streams) error {
	said, err := c.statements(s.in)
	if err != nil {
		return err
	}
	return c.on(s, lifecycle.Assert, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		why := c.Why
		if why == "" && c.File != "" {
			why = "as written beside each answer"
		}
		done, err := o.Do(ctx, who, ref, docket.Act{Do: lifecycle.Assert, Why: why, Seen: c.Seen, Body: docket.Body{Said: said}})
		if err != nil {
			return err
		}
		o.banner(s)
		s.paper.line("%s  %d said", ref, len(said))
		s.paper.standing(done.Case)
		return nil
	})
}

func (c *caseAssert) statements(stdin io.Reader) ([]docket.Statement, error) {
	var said []docket.Statement
	for _, text := range c.Facts {
		st, err := statement(strings.Replace(text, ":", " ", 1), text)
		if err != nil {
			return nil, err
		}
		st.Answers = c.Answers
		said = append(said, st)
	}
	if c.File == "" {
		return said, nil
	}
	text, err := readBytes(c.File, stdin)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if _, value, _ := strings.Cut(line, "="); strings.TrimSpace(value) == "" {
			continue // not known
		}
		st, err := statement(line, fmt.Sprintf("%s:%d", c.File, n))
		if err != nil {
			return nil, err
		}
		if st.Reason == "" && c.Why == "" {
			return nil, fault.Invalidf(fmt.Sprintf("%s:%d", c.File, n), "gives no reason").WithHint("write it after a bar: fact = value | reason")
		}
		st.Answers = []string{"*"} // the file lists what stands beside each question
		said = append(said, st)
	}
	if err := lines.Err(); err != nil {
		return nil, fault.Invalidf(c.File, "%v", err)
	}
	return said, nil
}

// statement reads "[instance ]fact = value[ | reason]".
func statement(text, where string) (docket.Statement, error) {
	left, right, ok := strings.Cut(text, "=")
	if !ok {
		return docket.Statement{}, fault.Invalidf(where, "is no answer").WithHint("write fact=value, or /measures/0:fact=value")
	}
	var st docket.Statement
	words := strings.Fields(left)
	switch len(words) {
	case 1:
		st.Fact = words[0]
	case 2:
		st.Of, st.Fact = words[0], words[1]
	default:
		return st, fault.Invalidf(where, "names no fact before the =")
	}
	value, reason, _ := strings.Cut(right, "|")
	st.Value, st.Reason = strings.TrimSpace(value), strings.TrimSpace(reason)
	return st, nil
}
