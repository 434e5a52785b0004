package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/rogatory/rogatory/screen"
)

type compareCommand struct {
	File string `arg:"" help:"A request document; - is standard input."`
	JSON bool   `help:"Print one JSON object."`
	setting
}

func (c *compareCommand) Run(s *streams) error {
	sc, now, err := c.screener()
	if err != nil {
		return err
	}
	r, err := readRequest(c.File, s.in)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	out, err := sc.Compare(r, now)
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(s.out)
		e.SetEscapeHTML(false)
		return e.Encode(out)
	}
	s.paper.comparison(out)
	return nil
}

// duties prints measures of which the same is demanded together.
func (t *terminal) duties(list []screen.Duty) {
	for i, d := range list {
		if i > 0 && list[i-1].Must == d.Must && list[i-1].Because == d.Because {
			continue
		}
		data := []string{d.Data}
		for _, next := range list[i+1:] {
			if next.Must != d.Must || next.Because != d.Because {
				break
			}
			data = append(data, next.Data)
		}
		style := ""
		if d.Must == "must" {
			style = red
		}
		t.para("    "+t.paint(style, fmt.Sprintf("%-5s", d.Must)), strings.Join(data, ", ")+": "+d.Because+cites(d.Basis))
	}
}

var marks = map[string]string{"mandatory": "M", "optional": "O", "as-appropriate": "A", "omitted": "-"}

func (t *terminal) comparison(c *screen.Comparison) {
	t.line("%s", t.paint(bold, visible(c.Reference)))
	t.heading("What each instrument, as written, would oblige you to do")
	for _, col := range c.Columns {
		t.line("\n  %s", t.paint(bold, col.Name))
		as := ""
		if col.Binds != "true" {
			as = "; read as if it did:"
		}
		t.para("    ", "binds both States on the day: "+col.Binds+" ("+col.Status+")"+as)
		t.duties(col.Duties)
	}
	t.heading("Safeguards: mandatory M, optional O, as appropriate A, omitted -; here all are conditions of operation")
	t.line("  %-4s  %-34s  %-4s %-4s %-4s %-4s  %s", "", "", "UN", "Bud", "EU", "Com", "the floor, on this request")
	for _, row := range c.Rows {
		title := runewidth.FillRight(runewidth.Truncate(row.Title, 34, "…"), 34)
		line := fmt.Sprintf("  %-4s  %s  %-4s %-4s %-4s %-4s  ", row.Check, title,
			marks[row.Status["uncc"]], marks[row.Status["budapest"]], marks[row.Status["eu-eevidence"]], marks[row.Status["comity"]])
		how := row.Floor
		if row.Floor == "stops" || row.Floor == "asks" {
			how += ": " + strings.SplitN(row.How, ":", 2)[0]
		}
		t.line("%s%s", line, t.paint(map[string]string{"stops": red, "asks": yellow, "met": green, "met so far": green}[row.Floor], runewidth.Truncate(how, max(t.width-len(line)+4, 24), "…")))
	}
	for _, n := range c.Counts {
		t.line("  %-14s mandatory %2d, optional %2d, omitted %2d", n.Instrument, n.Mandatory, n.Optional, n.Omitted)
	}
	o := outcomeWords[c.Outcome]
	t.heading("The floor")
	t.painted("", "  "+t.paint(bold+o.style, strings.ToUpper(c.Outcome))+"  ", strings.Join(c.Grounds, ", "))
}
