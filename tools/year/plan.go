package main

import (
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/ledger"
)

// A plan is what kind of year is lived.
type plan struct {
	seed   uint64
	days   int
	cases  int // a day, on average
	policy ledger.PolicyDoc
}

// begin is when the first epoch begins.
var begin = time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)

// whole is a year as the issue has it: 365 days of four epochs with 16 leaves.
func whole(seed uint64) plan {
	p := plan{seed: seed, days: 365, cases: 4, policy: ledger.DefaultPolicy(origin)}
	p.policy.Program = program(1)
	return p
}

// short is a year of two months, in which whatever takes months takes days.
func short(seed uint64) plan {
	p := whole(seed)
	p.days, p.cases = 59, 3
	p.policy.Block = 12
	p.policy.InitialDays, p.policy.ExtensionDays = 5, 12
	p.policy.RemedyDays, p.policy.ChaseDays, p.policy.EraseDays = 3, 3, 3
	return p
}

// program is the hash of a program that was released as so-manieth.
func program(n int) ledger.Hash { return sha256.Sum256(fmt.Append(nil, "program ", n)) }

// releases are the programs everybody knows.
func releases() []string {
	var list []string
	for n := 1; n <= 5; n++ {
		h := program(n)
		list = append(list, fmt.Sprintf("%x", h))
	}
	return list
}

func (p *plan) end() time.Time { return begin.AddDate(0, 0, p.days) }

// epoch is how long one lasts.
func (p *plan) epoch() time.Duration { return time.Duration(p.policy.EpochMinutes) * time.Minute }

// reports are the moments from which on a report is made: at the end of every
// quarter, or of a quarter of a shorter year.
func (p *plan) reports() []time.Time {
	var list []time.Time
	for q := 1; q <= 4; q++ {
		at := begin.AddDate(0, 3*q, 0)
		if p.days < 365 {
			at = begin.AddDate(0, 0, p.days*q/4)
		}
		list = append(list, at)
	}
	return list
}
