package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/rogatory/rogatory/fact"
)

// protectedConduct maps what a law can punish to the fact that says so, and to
// the words under which the registry documents that it is used so.
var protectedConduct = []struct {
	fact    fact.Name
	nature  string   // word of law.Provision.Punishes
	reaches []string // words of law.Provision.Reaches
}{
	{"offence.punishes_expression", "expression", []string{"expression"}},
	{"offence.punishes_assembly", "assembly", []string{"assembly"}},
	{"offence.punishes_association", "association", []string{"association"}},
	{"offence.punishes_religion", "religion", []string{"religion"}},
	{"offence.punishes_identity", "lgbt", []string{"lgbt"}},
	{"offence.punishes_privacy_tools", "privacy-tools", []string{"privacy-tools"}},
	{"offence.punishes_disclosure", "disclosure", []string{"whistleblowing", "press"}},
	{"offence.punishes_child_peer", "child-peer", []string{"child-peer"}},
	{"offence.punishes_opposition", "political", []string{"political-opinion"}},
}

// offence says what the request states of an offence and what the registry
// knows of its law.
func (b *brief) offence(i int) {
	o := &b.r.Offences[i]
	of := fact.Instance{Scope: fact.OfOffence, Index: i}
	path := fmt.Sprintf("/offences/%d", i)
	if o.Provision != "" || o.Article != "" || o.Law != "" && o.Title != "" {
		b.bool(fact.Requester, of, "offence.named", true, "the law is named", path)
	}
	b.penalty(i, of, path)
	b.bool(fact.Requester, of, "offence.assured_no_death", slices.Contains(b.r.Assurances, "no-death-penalty"), "the assurances given", "/assurances")

	p := b.offences[i]
	if !p.known || p.Confidence == "low" {
		return
	}
	if o.Country != "" && o.Country != p.Country {
		b.bool(fact.Registry, of, "offence.law_verified", false, fmt.Sprintf("%s is a law of %s, not of %s", p.ID, p.Country, o.Country), path+"/provision")
		return
	}
	// Another State's law, or another article than the id's, is not verified: a
	// person reads it. What the record says against it stands all the same.
	if p.Country == b.r.Requesting.Country && sameArticle(o.Article, p.Article) {
		b.bool(fact.Registry, of, "offence.law_verified", true, p.Cite(), path)
	}
	b.choice(fact.Registry, of, "offence.standing", p.Status, fmt.Sprintf("on record as %s", p.Status), path)
	ended := b.conductEnds(i)
	began := o.CommittedFrom.Time
	if began.IsZero() || began.Year() >= p.Year || ended.Year() < p.Year {
		b.bool(fact.Registry, of, "offence.postdates_conduct", later(p, ended), fmt.Sprintf("the provision is of %d; the conduct, as far as told, ended by %s", p.Year, ended.Format(time.DateOnly)), path)
	}
	b.truth(fact.Registry, of, "offence.vague", p.Vague(), fmt.Sprintf("its kind on record is %s: %s", p.Class, p.Conduct), path)
	b.truth(fact.Registry, of, "offence.convention", p.Convention(), "article "+p.ConventionArticle+" of the UN convention", path)
	if p.Class != "terrorism" {
		b.bool(fact.Registry, of, "offence.listed", slices.Contains(listedArticles, p.ConventionArticle), "attacks on systems, payment fraud and abuse of children are listed where an information system was used; its kind on record is "+p.Class, path)
	}
	kind, ids, reason := b.law.Counterpart(p.Provision, b.r.Addressee.Country, b.day)
	if len(ids) > 0 {
		reason = fmt.Sprintf("%s (%s)", reason, ids[0])
	}
	b.choice(fact.Registry, of, "offence.counterpart", kind, reason, path)
	b.nature(p, of, path)
}

// later reports whether the law came after the conduct had ended, by the day it
// came into force if that is on record, else by its year.
func later(p provision, ended time.Time) bool {
	if !p.InForceFrom.IsZero() {
		return ended.Before(p.InForceFrom)
	}
	return ended.Year() < p.Year
}

// sameArticle reports whether two citations name a number in common. Where one
// has none there is nothing to compare.
func sameArticle(a, b string) bool {
	numbers := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
	}
	x, y := numbers(a), numbers(b)
	return len(x) == 0 || len(y) == 0 || slices.ContainsFunc(x, func(n string) bool { return slices.Contains(y, n) })
}

// listedArticles are the articles of the UN convention whose conduct is also
// among the offences of Regulation (EU) 2023/1543, art. 5(4): attacks on systems,
// payment fraud, sexual abuse of children. Intimate images and laundering are not.
// Terrorism has a list of its own there, which a person must look up.
var listedArticles = []string{"7", "8", "9", "10", "11", "13", "14", "15"}

// nature says what the law punishes. Where the registry leaves it open it still
// says what the law is not known to reach; the rest is for a person.
func (b *brief) nature(p provision, of fact.Instance, path string) {
	set, known := p.Punishes()
	reaches := p.Reaches()
	for _, c := range protectedConduct {
		switch {
		case known:
			b.bool(fact.Registry, of, c.fact, slices.Contains(set, c.nature), fmt.Sprintf("%s punishes: %s", p.Cite(), p.Conduct), path)
		case !slices.ContainsFunc(c.reaches, func(w string) bool { return slices.Contains(reaches, w) }):
			b.bool(fact.Registry, of, c.fact, false, "not documented to be used so", path)
		}
	}
}

const death = 100 // in max_penalty_years

// penalty puts the requester's figure beside the registry's. Where both lie on
// the same side of every threshold the record speaks. A lower figure is that of
// a milder form, and counts: the aggravated maximum is not counted silently. A
// higher one, or any other where the article allows death, leaves both standing
// for a person.
func (b *brief) penalty(i int, of fact.Instance, path string) {
	o, p := &b.r.Offences[i], b.offences[i]
	stated := o.MaxPenaltyYears
	recorded, known := 0.0, false
	if p.known {
		recorded, known = p.MaxPenalty()
	}
	alike := stated == nil || known && sameSide(*stated, recorded)
	if known && (alike || *stated > recorded || recorded >= death) {
		b.say(fact.Registry, of, "offence.max_penalty", fact.OfNumber(recorded), p.PenaltyNote, path)
	}
	if stated != nil && !alike {
		b.say(fact.Requester, of, "offence.max_penalty", fact.OfNumber(*stated), "the maximum stated", path+"/max_penalty_years")
	}
}

// sameSide reports whether two maxima differ for no threshold of any rule: three
// years (Regulation (EU) 2023/1543), four (UN convention), death.
func sameSide(a, b float64) bool {
	for _, threshold := range []float64{3, 4, death} {
		if (a >= threshold) != (b >= threshold) {
			return false
		}
	}
	return true
}

// conductEnds is the last day on which the conduct can have happened, as far as
// the request tells: its own dates, else the end of the windows, else the day
// it arrived.
func (b *brief) conductEnds(i int) time.Time {
	o := &b.r.Offences[i]
	if !o.CommittedTo.IsZero() && o.CommittedTo.Time.Before(b.day) {
		return o.CommittedTo.Time
	}
	if !o.CommittedTo.IsZero() {
		return b.day
	}
	if !o.CommittedFrom.IsZero() {
		return o.CommittedFrom.Time
	}
	var last time.Time
	for _, m := range b.r.Measures {
		if m.To.Time.After(last) {
			last = m.To.Time
		}
	}
	if last.IsZero() || last.After(b.day) {
		return b.day
	}
	return last
}

// person says what the request states of a person.
func (b *brief) person(i int) {
	p := &b.r.Persons[i]
	of := fact.Instance{Scope: fact.OfPerson, Index: i}
	path := fmt.Sprintf("/persons/%d", i)
	accused := p.Minor != nil && *p.Minor && p.Role != "victim" && p.Role != "witness" && p.Role != "third-party"
	b.bool(fact.Registry, of, "person.minor_accused", false, "no child is on record as accused", path)
	if accused {
		b.bool(fact.Requester, of, "person.minor_accused", true, "the request says that this person is a minor", path+"/minor")
	}
}
