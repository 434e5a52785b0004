package main

import (
	"fmt"
	"strings"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/office"
)

type lawCommand struct {
	Find findCommand `cmd:"" help:"Search clauses, provisions, checks and traps: all words, any case."`
	Show showCommand `cmd:"" help:"Show one entry with its certainty and source."`
}

type findCommand struct {
	Words []string `arg:"" help:"Words to search for."`
}

func (c *findCommand) Run(s *streams) error {
	found := law.Starting().Find(strings.Join(c.Words, " "))
	if len(found) == 0 {
		return fault.NotFoundf("", "nothing on record has the words %q", strings.Join(c.Words, " ")).WithHint("try fewer words; an absent law may exist all the same")
	}
	for _, e := range found {
		s.paper.line("%-22s %-10s %s", e.ID, e.Kind, e.Title)
	}
	return nil
}

type showCommand struct {
	ID string `arg:"" help:"Id, such as uncc:40.8, de-303b, C09 or T05."`
}

func (c *showCommand) Run(s *streams) error {
	b, t := law.Starting(), s.paper
	if x, ok := b.Clause(c.ID); ok {
		t.line("%s  %s", t.paint(bold, x.Cite()), x.Title)
		t.para("", x.Summary)
		t.para("kind       ", x.Kind+"; binding: "+x.Binding)
		t.para("certainty  ", x.Verification+" ("+x.Confidence+"); in our own words, never a quotation")
		t.para("source     ", x.Source)
		return nil
	}
	if p, ok := b.Provision(c.ID); ok {
		showProvision(t, p)
		return nil
	}
	if x, ok := b.Check(c.ID); ok {
		t.line("%s  %s", t.paint(bold, x.ID), x.Title)
		t.para("", x.Behaviour)
		for _, id := range x.Basis {
			t.para("law        ", strings.TrimPrefix(cites([]string{id}), ": "))
		}
		return nil
	}
	for _, x := range b.Traps() {
		if x.ID == c.ID {
			t.line("%s  %s", t.paint(bold, x.ID), x.Title)
			t.para("", x.Explanation)
			return nil
		}
	}
	return fault.NotFoundf("", "there is no entry %q", c.ID).WithHint("`rogatory law find` searches them")
}

func showProvision(t *terminal, p law.Provision) {
	t.line("%s  %s", t.paint(bold, p.Cite()), p.Title)
	t.para("conduct    ", p.Conduct)
	t.para("kind       ", p.Class)
	penalty := "not on record"
	if years, known := p.MaxPenalty(); known {
		penalty = fmt.Sprintf("%g years (99 life, 100 death)", years)
	}
	if p.Aggravated() {
		penalty += ", in an aggravated form: say which form the facts show"
	}
	t.para("maximum    ", penalty+"; "+p.PenaltyNote)
	set, known := p.Punishes()
	switch {
	case !known:
		t.para("protected  ", "whether it punishes protected conduct is for a person to say")
	case len(set) > 0:
		t.para("protected  ", "punishes by its nature: "+strings.Join(set, ", "))
	}
	if p.ConventionArticle != "" {
		t.para("convention ", "art. "+p.ConventionArticle+" of the UN convention against cybercrime")
	}
	if p.DocumentedAbuse != "" {
		t.para("used       ", p.DocumentedAbuse)
	}
	t.para("status     ", fmt.Sprintf("%s, %d", p.Status, p.Year))
	t.para("certainty  ", p.Confidence+" "+p.SourceNote)
	t.para("source     ", p.Source)
}

type officeCommand struct {
	List    officeListCommand    `cmd:"" help:"List the example profiles."`
	Show    officeShowCommand    `cmd:"" help:"Show what a profile says, and what in it must be checked."`
	Grounds officeGroundsCommand `cmd:"" help:"The closed list of grounds, and which are absolute."`
	Staff   officeStaffCommand   `cmd:"" help:"Who works in your office, and what an office of these people could not do."`
}

type officeListCommand struct{}

func (officeListCommand) Run(s *streams) error {
	for _, id := range office.Examples() {
		p, err := office.Example(id)
		if err != nil {
			return err
		}
		s.paper.line("%-16s %s, %s", id, p.Name, p.Kind)
	}
	return nil
}

type officeShowCommand struct {
	ID string `arg:"" help:"Id of an example, or a file."`
}

func (c *officeShowCommand) Run(s *streams) error {
	p, _, err := readOffice(c.ID, nil)
	if err != nil {
		return err
	}
	t := s.paper
	t.line("%s  %s in %s", t.paint(bold, p.Name), p.Kind, p.Jurisdiction)
	for _, data := range office.Categories {
		a := p.Authorises[data]
		t.para(fmt.Sprintf("%-20s", data), fmt.Sprintf("decided by %s; %s (%s)", p.Authoriser(data), a.Note, a.Certainty))
	}
	t.para("tells the person    ", p.Notifies.Text)
	t.para("secrecy             ", fmt.Sprintf("at most %d days at first", p.SecrecyLimit()))
	t.para("languages           ", strings.Join(p.Languages, ", "))
	for _, x := range p.ToCheck() {
		t.para("to be checked       ", x)
	}
	return nil
}
