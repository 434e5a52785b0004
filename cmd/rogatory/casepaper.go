package main

import (
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/request"
)

// paper is a decision that somebody read: what it is, and the decision itself.
// One without the other is refused, because what nobody can read later proves
// nothing.
type paper struct {
	Decision string `help:"The decision you read: who decided (court, judge, prosecutor, administrative-authority or enforcing-authority); its name; the reference; the date; and the end, if the decision names one." placeholder:"BY;NAME;REF;DATE[;END]"`
	Text     string `help:"The decision itself, at most 1 MiB; - is standard input. It is kept with the case." placeholder:"FILE" type:"path"`
}

const decisionHint = "write --decision 'court; KG Berlin; 3 Ws 44/26; 2026-09-20' and give the decision itself by --text FILE"

// read reads a decision; nil: none is given.
func (p *paper) read(s *streams) (*docket.Decision, error) {
	switch {
	case p.Decision == "" && p.Text == "":
		return nil, nil
	case p.Decision == "":
		return nil, fault.Invalidf("--text", "is given, and not said of which decision it is").WithHint(decisionHint)
	case p.Text == "":
		return nil, fault.Invalidf("--decision", "the decision itself is missing").WithHint(decisionHint)
	}
	d, err := decision(p.Decision)
	if err != nil {
		return nil, err
	}
	if d.Text, err = readBytes(p.Text, s.in); err != nil {
		return nil, err
	}
	switch {
	case len(d.Text) == 0:
		return nil, fault.Invalidf(p.Text, "is empty: the decision itself is missing")
	case len(d.Text) > request.MaxBytes:
		return nil, fault.Invalidf(p.Text, "is larger than 1 MiB").WithHint("give the text of the decision without what is annexed to it")
	}
	return d, nil
}

// decision reads "by; name; reference; date; end".
func decision(text string) (*docket.Decision, error) {
	parts := strings.Split(text, ";")
	if len(parts) < 4 || len(parts) > 5 {
		return nil, fault.Invalidf("--decision", "names who decided, its name, the reference and the date, with ; between them; %d of them are there", len(parts)).WithHint(decisionHint)
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	d := &docket.Decision{By: parts[0], Name: parts[1], Reference: parts[2]}
	var err error
	if d.Date, err = time.Parse(time.DateOnly, parts[3]); err != nil {
		return nil, fault.Invalidf("--decision", "%q is no day", parts[3]).WithHint(decisionHint)
	}
	if len(parts) == 5 {
		d.Ends, err = moment("--decision", parts[4])
	}
	return d, err
}
