package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/rulebook"
)

type rulebookCommand struct {
	List    listCommand    `cmd:"" help:"List the safeguards by gate; --checks by check, --facts the facts."`
	Check   checkCommand   `cmd:"" help:"Load the floor and a folder of further rules, run all their examples, report every error with its place."`
	Explain explainCommand `cmd:"" help:"Explain one safeguard: what it asks, of whom, on which law, and why."`
}

type listCommand struct {
	Checks   bool   `help:"By check, C01 to C63: the safeguards that put it into effect, or where it will live."`
	Facts    bool   `help:"The facts, who can settle each, and the question put to them."`
	Rulebook string `help:"A folder of further safeguards." placeholder:"DIR"`
}

func (c *listCommand) Run(s *streams) error {
	book, laws, err := books(c.Rulebook)
	if err != nil {
		return err
	}
	switch {
	case c.Checks:
		listChecks(s.paper, book, laws)
	case c.Facts:
		listFacts(s.paper, book.Vocabulary())
	default:
		listRules(s.paper, book)
	}
	return nil
}

func listRules(t *terminal, book *rulebook.Book) {
	for g := rule.Intake; g <= rule.Secrecy; g++ {
		t.heading("Gate: " + g.String())
		for i, r := range book.Rules() {
			if r.Gate != g {
				continue
			}
			mark := " "
			if !book.IsFloor(i) {
				mark = "+"
			}
			t.line("%s %-30s %-8s %-8s %-10s %s", mark, r.ID, r.For, r.Otherwise, book.Family(i), r.Title)
		}
	}
	t.line("\n%d safeguards; + added by the office", len(book.Rules()))
}

func listChecks(t *terminal, book *rulebook.Book, laws *law.Book) {
	for _, c := range laws.Checks() {
		t.line("%s  %s", t.paint(bold, c.ID), c.Title)
		if ids := book.ByCheck(c.ID); len(ids) > 0 {
			t.para("     safeguards: ", strings.Join(ids, ", "))
		}
		if x, ok := book.Behaviour(c.ID); ok {
			t.para("     behaviour:  ", x.Where+": "+x.How)
		}
	}
}

func listFacts(t *terminal, voc *fact.Vocabulary) {
	for _, d := range voc.All() {
		if d.Take != fact.Alone {
			t.line("%s  %s of %s", t.paint(bold, string(d.Name)), d.Take, d.Of)
			continue
		}
		options := ""
		if len(d.Options) > 0 {
			options = " [" + strings.Join(d.Options, ", ") + "]"
		}
		t.line("%s  %s%s, settled by %s", t.paint(bold, string(d.Name)), d.Kind, options, d.Settle)
		t.para("    ", d.Question)
	}
}

type checkCommand struct {
	Dir string `arg:"" optional:"" help:"A folder of further safeguards."`
}

func (c *checkCommand) Run(s *streams) error {
	book, _, err := books(c.Dir)
	if err != nil {
		return err
	}
	examples := 0
	for _, r := range book.Rules() {
		examples += len(r.Examples)
	}
	s.paper.line("%d safeguards load, %d examples come out as they say", len(book.Rules()), examples)
	return nil
}

type explainCommand struct {
	ID       string `arg:"" help:"Id of a safeguard, see rogatory rulebook list."`
	Rulebook string `help:"A folder of further safeguards." placeholder:"DIR"`
}

func (c *explainCommand) Run(s *streams) error {
	book, laws, err := books(c.Rulebook)
	if err != nil {
		return err
	}
	r := book.Rule(c.ID)
	if r == nil {
		return fault.NotFoundf("", "there is no safeguard %q", c.ID).WithHint("`rogatory rulebook list` lists them")
	}
	t := s.paper
	t.line("%s  %s", t.paint(bold, r.ID), r.Title)
	t.para("", r.Why)
	t.para("gate       ", fmt.Sprintf("%s, once per %s", r.Gate, r.For))
	t.para("holds      ", r.Holds.Write(book.Vocabulary()))
	t.para("counts     ", r.Counts.String())
	otherwise := r.Otherwise.String()
	if r.Absolute {
		otherwise += ", never softened by narrowing"
	}
	t.para("otherwise  ", otherwise)
	t.para("grounds    ", strings.Join(r.Grounds, ", "))
	for _, id := range r.Basis {
		if clause, ok := laws.Clause(id); ok {
			t.para("law        ", clause.Cite()+": "+clause.Title)
		}
	}
	for _, id := range r.Checks {
		if check, ok := laws.Check(id); ok {
			t.para("check      ", id+" "+check.Title)
		}
	}
	for _, a := range r.Holds.Atoms() {
		d, _, _ := book.Vocabulary().Find(a.Fact)
		if d.Take == fact.Alone {
			t.para("asks       ", d.Settle.String()+": "+d.Question)
		}
	}
	for _, x := range r.Examples {
		var given []string
		for name, v := range x.Given {
			d, _, _ := book.Vocabulary().Find(name)
			given = append(given, string(name)+" = "+d.Format(v))
		}
		slices.Sort(given)
		if len(given) == 0 {
			given = []string{"nothing known"}
		}
		t.para("example    ", strings.Join(given, ", ")+": "+x.Verdict.String())
	}
	t.para("file       ", r.Where)
	return nil
}
