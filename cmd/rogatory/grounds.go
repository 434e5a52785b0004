package main

import (
	"fmt"
	"strings"

	"github.com/rogatory/rogatory/office"
)

type officeGroundsCommand struct {
	JSON bool `help:"Print one JSON object a line."`
}

// Run prints the closed list of grounds.
func (c *officeGroundsCommand) Run(s *streams) error {
	for _, g := range office.Grounds() {
		if c.JSON {
			if err := printJSON(s.out, struct {
				Ground   string   `json:"ground"`
				Absolute bool     `json:"absolute"`
				Rests    []string `json:"rests_on"`
			}{g.ID, g.Absolute, list(restsOn(g))}); err != nil {
				return err
			}
			continue
		}
		mark := ""
		if g.Absolute {
			mark = "absolute"
		}
		s.paper.para(fmt.Sprintf("%-28s %-9s ", g.ID, mark), strings.Join(restsOn(g), ", "))
	}
	if !c.JSON {
		s.paper.line("absolute: refused or objected to, and never narrowed or consulted away")
	}
	return nil
}

func restsOn(g office.Ground) []string {
	var list []string
	for _, part := range [][]string{g.UNCC, g.Budapest, g.EU, g.US, g.Standard} {
		list = append(list, part...)
	}
	return list
}
