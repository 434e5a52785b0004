package screen

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/request"
)

// An Earlier is a request the office already decided.
type Earlier struct {
	Request *request.Request
	Outcome string
	Grounds []string
	Decided request.Moment
}

// Decisions are the words for what an office decided. Those that begin a line
// here as a no are refusals in whatever form the instrument gives them.
var Decisions = []string{
	"refused", "refuse", "objected", "denied",
	"granted", "forwarded", "forward", "narrowed", "narrow", "returned", "return",
	"redirected", "redirect", "withdrawn", "disclosed", "compelled", "closed", "examine",
}

func isRefusal(outcome string) bool { return slices.Contains(Decisions[:4], outcome) }

// resubmission compares with what the office refused before: the same account
// under another offence is the same request in a new dress. Only a refusal that
// protected somebody carries over: an impostor's request must not block the
// real one. From another State it is a doubt for a person.
func (b *brief) resubmission() {
	doubt := func(reason, path string) {
		b.said = append(b.said, fact.Assertion{ID: "signal:resubmission:" + path, Fact: "request.relabelled", Source: fact.Signal,
			Author: "resubmission " + path, At: b.day, Value: fact.OfBool(true), Reason: reason, Place: fact.Place{Path: path}})
	}
	repeated := false
	for i := range b.history {
		e := &b.history[i]
		if !isRefusal(e.Outcome) || !protective(e.Grounds) {
			continue
		}
		if k := slices.IndexFunc(b.r.Prior, func(p request.Prior) bool { return p.Reference == e.Request.Reference }); k >= 0 {
			doubt(fmt.Sprintf("it refers to %s, refused on %s", e.Request.Reference, day(e.Decided.Time)), fmt.Sprintf("/prior/%d", k))
		}
		account := shared(b.r, e.Request)
		if account == "" || repeated {
			continue
		}
		reason := fmt.Sprintf("%q was asked for in %s, refused on %s (%s)", account, e.Request.Reference, day(e.Decided.Time), strings.Join(e.Grounds, ", "))
		if e.Request.Requesting.Country != b.r.Requesting.Country {
			doubt(reason+", of another State", "/measures")
			continue
		}
		repeated, b.earlier = true, e
		b.bool(fact.Registry, theRequest, "request.relabelled", true, reason, "/measures")
	}
	if !repeated {
		b.bool(fact.Registry, theRequest, "request.relabelled", false, "no refused request for these accounts in the history given", "/measures")
	}
	for i, p := range b.r.Prior {
		if p.Relation == "resubmission" {
			doubt(fmt.Sprintf("the request itself says it resubmits %s", p.Reference), fmt.Sprintf("/prior/%d", i))
		}
	}
}

// protective reports whether a refusal protected somebody, and was not about
// form, route or the sender.
func protective(grounds []string) bool {
	for _, g := range office.Grounds() {
		if g.Absolute && g.ID != "unverified-requester" && slices.Contains(grounds, g.ID) {
			return true
		}
	}
	return false
}

// shared gives an account that both requests ask for, empty if there is none.
func shared(a, b *request.Request) string {
	seen := make(map[string]bool)
	for _, m := range b.Measures {
		for _, t := range m.Targets {
			for _, v := range accounts(t.Value) {
				seen[v] = true
			}
		}
	}
	for _, m := range a.Measures {
		for _, t := range m.Targets {
			if slices.ContainsFunc(accounts(t.Value), func(v string) bool { return seen[v] }) {
				return t.Value
			}
		}
	}
	return ""
}

// accounts makes one word of each account in a target, so that width, case,
// brackets, invisible characters, a scheme or a mail tag do not hide that two
// requests are after the same one. A list is taken apart where each part is a
// single word; a phrase with commas in it is one.
func accounts(value string) []string {
	var list []string
	plain := norm.NFKC.String(value)
	parts := strings.FieldsFunc(plain, func(r rune) bool { return r == ';' || r == ',' })
	if slices.ContainsFunc(parts, func(p string) bool { return len(strings.Fields(p)) > 1 }) {
		parts = []string{plain}
	}
	for _, one := range parts {
		one = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(one)), "mailto:")
		if local, domain, ok := strings.Cut(one, "@"); ok {
			local, _, _ = strings.Cut(local, "+")
			one = local + "@" + domain
		}
		word := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("@._-", r) {
				return r
			}
			return -1
		}, one)
		if word != "" {
			list = append(list, word)
		}
	}
	return list
}
