package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

type caseNotify struct {
	named
	How string `arg:"" help:"told: everybody, or the last of them; one: one of several; told-by-issuer: by the issuing authority; unreachable: by two." enum:"told,one,told-by-issuer,unreachable"`
	reasons
	Whom   []string `help:"Who, as the request names them: /measures/0/targets/1. May be given more than once; left out: everybody." placeholder:"TARGET"`
	Way    string   `help:"How the person was reached, as a person decided: never blindly the account."`
	Proof  string   `help:"Reference of what proves it: a copy of the letter and its receipt."`
	Remedy string   `help:"What the notice says of where, until when and with which oversight body one can complain."`
}

// Run settles the duty to tell the person.
func (c *caseNotify) Run(s *streams) error {
	do := map[string]lifecycle.Event{
		"told": lifecycle.Tell, "one": lifecycle.TellOne, "told-by-issuer": lifecycle.ToldByIssuer, "unreachable": lifecycle.Unreachable,
	}[c.How]
	return c.act(s, do, c.reasons, docket.Body{Way: c.Way, Proof: c.Proof, Remedy: c.Remedy, Whom: trimmed(c.Whom)})
}

type caseNoticeLetter struct {
	named
	Plan int `arg:"" help:"The event in which it was planned: case history lists them."`
}

// Run prints the letter of a plan.
func (c *caseNoticeLetter) Run(s *streams) error {
	return c.on(s, lifecycle.PlanNotice, func(ctx context.Context, o *opened, who docket.Actor, ref docket.Ref) error {
		l, err := o.NoticeLetter(ctx, who, ref, c.Plan)
		if err != nil {
			return err
		}
		subject, text, err := o.words(*l)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.out, "%s\n\n%s", subject, text)
		return err
	})
}

type caseChallenge struct {
	named
	What string `arg:"" help:"What happens to it: a person files one, or joins one that is undecided; it is rejected or upheld; a person appeals." enum:"file,join,reject,uphold,appeal"`
	reasons
	paper
	From  string `help:"Who files, joins or appeals." placeholder:"NAME"`
	Proof string `help:"Reference of what came in."`
}

// Run files or decides a challenge.
func (c *caseChallenge) Run(s *streams) error {
	do := map[string]lifecycle.Event{
		"file": lifecycle.File, "join": lifecycle.JoinChallenge, "appeal": lifecycle.Appeal,
		"reject": lifecycle.RejectChallenge, "uphold": lifecycle.UpholdChallenge,
	}[c.What]
	read, err := c.read(s)
	if err != nil {
		return err
	}
	return c.act(s, do, c.reasons, docket.Body{From: c.From, Proof: c.Proof, Decision: read})
}

// checkPerson wants to know who challenges, because whoever enters it is not the
// one; and what harm the person does by knowing, before nobody tells her.
func checkPerson(do lifecycle.Event, body *docket.Body) error {
	switch do {
	case lifecycle.File, lifecycle.JoinChallenge, lifecycle.Appeal:
		if strings.TrimSpace(body.From) == "" {
			return fault.Invalidf("", "it is not said who challenges").WithHint("name the person by --from")
		}
	case lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy:
		if strings.TrimSpace(body.Harm) == "" {
			return fault.Invalidf("", "it is not said what harm telling the person would do").WithHint("say it by --harm; that secrecy was asked for is none")
		}
	}
	return nil
}
