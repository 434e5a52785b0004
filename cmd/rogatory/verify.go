package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/proof/entry"
	"github.com/rogatory/rogatory/proof/entry/words"
	"github.com/rogatory/rogatory/witness"
)

type verifyCommand struct {
	Proof    string `arg:"" help:"The proof file, as it was received; - is standard input."`
	Vkey     string `required:"" help:"The key of the public record, from somebody who is not the office." placeholder:"FILE"`
	Policy   string `help:"Which witnesses you rely on (a C2SP witness policy). Without it only the office vouches." placeholder:"FILE"`
	Language string `help:"Language of what is said: ar, en, es, fr, ru or zh." default:"en" enum:"ar,en,es,fr,ru,zh"`
	JSON     bool   `help:"Print what is proved as one JSON object."`
}

// Run checks a proof file, with nothing but the files that are named: status 0 if
// all of it holds, otherwise 1 with the line and the reason.
func (c *verifyCommand) Run(s *streams) error {
	file, err := c.read(s.in)
	if err != nil {
		return err
	}
	trust, err := c.trust()
	if err != nil {
		return err
	}
	found, standing, why := words.Check(file, trust)
	if why != nil {
		if err := c.show(s, nil, words.Refusal(standing, why, c.Language)); err != nil {
			return err
		}
		return fmt.Errorf("%s: %w", visible(c.Proof), why)
	}
	return c.show(s, found, words.Of(found, c.Language))
}

// read reads the proof file, and no more than one byte beyond what one can have.
func (c *verifyCommand) read(in io.Reader) ([]byte, error) {
	if c.Proof != "-" {
		f, err := os.Open(c.Proof)
		if err != nil {
			return nil, fault.NotFoundf(c.Proof, "the proof file cannot be opened: %v", err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, entry.MaxFile+1))
	if err != nil {
		return nil, fault.NotFoundf(c.Proof, "the proof file cannot be read: %v", err)
	}
	return text, nil
}

// trust reads the key of the log and the witness policy.
func (c *verifyCommand) trust() (monitor.Trust, error) {
	key, err := os.ReadFile(c.Vkey)
	if err != nil {
		return monitor.Trust{}, fault.NotFoundf(c.Vkey, "the key of the record cannot be read: %v", err)
	}
	trust, err := monitor.NewTrust(strings.TrimSpace(string(key)), nil)
	if err != nil || c.Policy == "" {
		return trust, err
	}
	text, err := os.ReadFile(c.Policy)
	if err != nil {
		return trust, fault.NotFoundf(c.Policy, "the witness policy cannot be read: %v", err)
	}
	policy, err := witness.ParsePolicy(text)
	if err != nil {
		return trust, err
	}
	if policy.Demands() {
		trust.Witnesses = &policy.Quorum
	}
	return trust, nil
}

// A verified is a checked proof file, for programs.
type verified struct {
	File     string          `json:"file"`
	Holds    bool            `json:"holds"`
	Standing words.Standing  `json:"standing"`
	Finding  *verifiedValues `json:"finding"`
	Text     *words.Text     `json:"text"`
}

// show prints what was found, nil: nothing, and what is said of it.
func (c *verifyCommand) show(s *streams, f *entry.Finding, text *words.Text) error {
	if !c.JSON {
		s.paper.text(text)
		return nil
	}
	e := json.NewEncoder(s.out)
	e.SetEscapeHTML(false)
	return e.Encode(verified{c.Proof, text.Holds, text.Standing, valuesOf(f), text})
}

// text prints what is said of a proof file.
func (t *terminal) text(text *words.Text) {
	t.para("", t.paint(bold, text.Title))
	for _, l := range text.Lead {
		t.para("", l)
	}
	for _, section := range text.Sections {
		t.heading(section.Title)
		for i := range section.Blocks {
			t.block(&section.Blocks[i])
		}
	}
}

func (t *terminal) block(b *words.Block) {
	first := ""
	if b.Title != "" {
		t.line("")
		t.para("* ", b.Title)
		first = "  "
	} else if len(b.Text) == 1 && len(b.Facts) == 0 {
		first = "- "
	}
	for _, l := range b.Text {
		t.para(first, l)
	}
	for _, f := range b.Facts {
		t.para("  ", f.Label+": "+f.Value)
	}
	for _, l := range b.After {
		t.para(first, l)
	}
}
