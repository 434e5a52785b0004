package main

import (
	"strings"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

type caseNote struct {
	named
	Text  []string `arg:"" help:"What is to be on file."`
	Proof string   `help:"Reference of what it rests on."`
}

// Run puts a note on file. It decides nothing.
func (c *caseNote) Run(s *streams) error {
	return c.act(s, lifecycle.Note, reasons{Why: strings.Join(c.Text, " ")}, docket.Body{Proof: c.Proof})
}
