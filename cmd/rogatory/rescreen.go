package main

import (
	"context"
	"strings"

	"github.com/rogatory/rogatory/screen"
	"github.com/rogatory/rogatory/signal"
)

type caseRescreen struct {
	inFolder
	Rulebook string `required:"" help:"The folder of further safeguards to try." placeholder:"DIR" type:"path"`
	JSON     bool   `help:"Print one JSON object a line."`
}

// Run says which open cases would be judged otherwise under another rulebook.
// It changes nothing.
func (c *caseRescreen) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		book, laws, err := books(c.Rulebook)
		if err != nil {
			return err
		}
		profile, matcher, err := readOffice(c.profile(o.settings), signal.Late(signal.Floor))
		if err != nil {
			return err
		}
		other := screen.New(book, laws, matcher, profile, program())
		if !c.JSON {
			o.banner(s)
		}
		found := 0
		for after := ""; ; {
			changed, next, err := o.Rescreen(ctx, other, after, 500)
			if err != nil {
				return err
			}
			for _, x := range changed {
				found++
				if c.JSON {
					err := printJSON(s.out, changedJSON{x.Case, x.Was, x.Would, list(x.Newly), list(x.NoLonger), x.Unread})
					if err != nil {
						return err
					}
					continue
				}
				if x.Unread != "" {
					s.paper.para(string(x.Case)+"  ", "cannot be told: "+x.Unread)
					continue
				}
				s.paper.line("%s  %s, would be %s", s.paper.paint(bold, string(x.Case)), x.Was, x.Would)
				if len(x.Newly) > 0 {
					s.paper.para("          newly open: ", strings.Join(x.Newly, ", "))
				}
				if len(x.NoLonger) > 0 {
					s.paper.para("          no longer:  ", strings.Join(x.NoLonger, ", "))
				}
			}
			if next == "" {
				break
			}
			after = next
		}
		if found == 0 && !c.JSON {
			s.paper.line("every open case would be judged as it is")
		}
		return nil
	})
}
