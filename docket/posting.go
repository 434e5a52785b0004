package docket

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/letter"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// A Posting is a letter and whom it is for. Whoever sends it knows the addresses
// of people and of the court's registry, and fills in what is the same in all
// letters of the office.
type Posting struct {
	To     string           // the address of an authority, as enrolled; empty: it has none
	Hook   string           // where the authority is told that there is news; empty: nowhere
	People []string         // names of staff; nil: everybody in one of Roles
	Roles  []lifecycle.Role // of People those in one of these; nil: all
	Once   string           // it is sent once under this name, whatever job it belongs to; empty: once for its job
	Court  bool             // the registry of the court
	Letter letter.Letter
}

// kinds are the letters to the requester that follow from events.
var kinds = map[lifecycle.Event]letter.Kind{
	lifecycle.Authenticate:   letter.Accepted,
	lifecycle.Accept:         letter.Accepted,
	lifecycle.Return:         letter.Questions,
	lifecycle.Offer:          letter.Offer,
	lifecycle.Redirect:       letter.Redirected,
	lifecycle.Refuse:         letter.Refused,
	lifecycle.Object:         letter.Objected,
	lifecycle.Forward:        letter.Forwarded,
	lifecycle.Deny:           letter.Denied,
	lifecycle.Withdraw:       letter.Ended,
	lifecycle.LapseQuestions: letter.Ended,
	lifecycle.Annul:          letter.Ended,
	lifecycle.Postpone:       letter.Postponed,
	lifecycle.Release:        letter.Ready,
	lifecycle.DemandErasure:  letter.ErasureDemand,
}

// inside are the events of which staff are told.
var insideTold = []lifecycle.Event{lifecycle.Escalate, lifecycle.Assign, lifecycle.Propose, lifecycle.Bounce}

// onChallenge are the events of which whoever challenges is told.
var onChallenge = []lifecycle.Event{lifecycle.RejectChallenge, lifecycle.UpholdChallenge}

// confirmed reports whether whoever has a code is told that they challenged by it:
// where one is to be decided first of all, and nothing leaves until then.
func confirmed(e *Event) bool {
	return (e.Do == lifecycle.File || e.Do == lifecycle.JoinChallenge) && e.Role == lifecycle.Person.String() && e.After.Challenge == lifecycle.Filed
}

// tells reports whether letters follow from an event.
func (c *Case) tells(e *Event) bool {
	if e.Do == receive {
		return c.Request.Urgency.Level == "emergency"
	}
	_, outside := kinds[e.Do]
	return outside || e.Do == lifecycle.Grant || c.refusedBy(e) || slices.Contains(insideTold, e.Do) || slices.Contains(onChallenge, e.Do) || confirmed(e)
}

// urgent calls whoever is on duty: somebody says that a life is in danger. Of those
// whom nobody has verified one letter tells of an hour, however many say so.
func (d *Docket) urgent(c *Case) []Posting {
	p := Posting{Roles: onDuty, Letter: letter.Letter{Kind: letter.Urgent, Language: d.language(), Case: string(c.Ref), Outcome: "verified"}}
	if c.Sender != lifecycle.Verified {
		p.Letter.Outcome, p.Once = "unverified", "urgent "+c.Received.UTC().Format("2006-01-02T15")
	}
	return []Posting{p}
}

// Postings gives the letters that a job of kind tell is about. They follow from
// the record, so that nothing is kept twice, and one that is sent twice after a
// crash says the same.
func (d *Docket) Postings(ctx context.Context, ref Ref, key string) ([]Posting, error) {
	c, err := d.load(ctx, ref)
	if err != nil {
		return nil, unlessErased(err)
	}
	if strings.HasPrefix(key, usedName) {
		return d.toTheNamed(ctx, c)
	}
	number, ours := strings.CutPrefix(key, string(ref)+" tell ")
	seq, err := strconv.Atoi(number)
	if !ours || err != nil || seq < 1 || seq > c.Seq() || !c.tells(&c.Events[seq-1]) {
		return nil, fault.Invalidf(key, "is no job of this case")
	}
	e := &c.Events[seq-1]
	switch {
	case e.Do == receive:
		return d.urgent(c), nil
	case slices.Contains(insideTold, e.Do):
		return d.toStaff(c, e), nil
	case e.Do == lifecycle.Grant:
		return d.toCourt(c, e), nil
	case confirmed(e):
		return d.toChallenger(c, e), nil
	case slices.Contains(onChallenge, e.Do):
		list, err := d.toPersons(ctx, c, e)
		if err != nil || !c.refusedBy(e) {
			return list, err
		}
		more, err := d.toRequester(ctx, c, e)
		return append(list, more...), err
	}
	return d.toRequester(ctx, c, e)
}

// toRequester writes to the contact that is enrolled and never to one that the
// message gave. Of what nobody has verified to come from the authority it hears
// once, from toTheNamed: who uses its name does not make it read their questions.
func (d *Docket) toRequester(ctx context.Context, c *Case, e *Event) ([]Posting, error) {
	sender, err := d.sender(ctx, c)
	if err != nil || sender == nil || sender.Mail == "" && sender.Hook == "" || e.After.Sender == lifecycle.Quarantined {
		return nil, err
	}
	kind := kinds[e.Do]
	if c.refusedBy(e) {
		kind = letter.Refused
	}
	l := letter.Letter{
		Kind: kind, Language: d.languageOf(sender), Case: string(c.Ref), Reference: c.reference(e.Seq), At: e.At, Told: e.Told,
	}
	switch l.Kind {
	case letter.Accepted:
		l.At, l.Due, l.Instrument = c.Received, dueIn(e, clockAnswer), c.Request.Instrument
	case letter.Questions:
		l.Due = dueIn(e, clockQuestions)
		l.Questions, err = d.asked(ctx, c, e)
		if err != nil || len(l.Questions) == 0 {
			return nil, err // answered meanwhile, or nothing that it could answer
		}
		if l.Questions[0] == e.Told {
			l.Told = "" // it is said once
		}
	case letter.Offer:
		l.Due, l.Grounds, l.Items = dueIn(e, clockQuestions), c.outward(e.Grounds), c.itemsOf(nil, targetsOf(e.Measures))
	case letter.Redirected:
		if l.Grounds = c.outward(e.Grounds); l.Told == "" {
			l.Told = e.To // the route itself
		}
	case letter.Refused, letter.Objected, letter.Denied:
		if e.Do == lifecycle.UpholdChallenge {
			l.Told = "" // it was written for the person
		}
		l.Grounds = c.outward(e.Grounds)
	case letter.Ended:
		l.Outcome = lifecycle.Withdrawn.String() // also where what was given has yet to be erased
		switch e.Do {
		case lifecycle.Annul:
			l.Outcome = lifecycle.Annulled.String()
		case lifecycle.LapseQuestions:
			l.Outcome = "lapsed"
		}
		if e.After.Given {
			l.Items = c.itemsOf(c.grantAt(e.Seq), nil)
		}
	case letter.Postponed:
		l.Until, l.Grounds = e.Until, c.outward(e.Grounds)
	case letter.Ready:
		l.Items, l.Until = c.itemsOf(c.grantAt(e.Seq), nil), e.At.AddDate(0, 0, closeDays)
	case letter.ErasureDemand:
		l.Items, l.Due = c.itemsOf(c.grantAt(e.Seq), nil), dueIn(e, clockErasure)
	}
	return []Posting{{To: sender.Mail, Hook: sender.Hook, Letter: l}}, nil
}

// targetsOf begins the names of all targets of some measures.
func targetsOf(measures []int) []string {
	var list []string
	for _, m := range measures {
		list = append(list, fmt.Sprintf("/measures/%d/", m))
	}
	return list
}

// languageOf is the language an authority is written to.
func (d *Docket) languageOf(a *authority.Authority) string {
	if a.Language == "" {
		return d.language()
	}
	return letter.Nearest(a.Language)
}

// reference is the requester's own, as it stood at an event.
func (c *Case) reference(seq int) string {
	own := c.Request.Reference
	for i := range c.Events[:seq] {
		if doc := c.Events[i].Document; doc != nil {
			if r, err := request.Read(doc); err == nil { // it was read when it came
				own = r.Reference
			}
		}
	}
	return own
}

// grantAt is what was granted when an event happened; nil: nothing was.
func (c *Case) grantAt(seq int) *Grant {
	var g *Grant
	for i := range c.Events[:seq] {
		switch e := &c.Events[i]; e.Do {
		case lifecycle.Grant, lifecycle.Forward, lifecycle.Compel, lifecycle.OpenLane, lifecycle.ExpireGrant, lifecycle.Revoke, lifecycle.Answer:
			g = e.Grant
		}
	}
	return g
}

// dueIn is when a clock ends that an event has set; zero: it set none.
func dueIn(e *Event, id string) time.Time {
	if k := clockIn(e.Set, id); k != nil {
		return k.At
	}
	return time.Time{}
}

// asked are the questions that the requester alone can answer, from its own words
// and public law. What the office knows of an account raises none of them.
func (d *Docket) asked(ctx context.Context, c *Case, e *Event) ([]string, error) {
	open, err := d.Questions(ctx, c)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, o := range open {
		if o.Ask == "requester" && len(o.Finding.DoubtedBy) == 0 && !slices.Contains(list, o.Question) {
			list = append(list, o.Question)
		}
	}
	if len(list) == 0 && e.Told != "" {
		list = []string{e.Told}
	}
	return list, nil
}

// asksSomething refuses to send a request back without a question: its clock would
// run, and nobody would know what for. Whoever is in quarantine is asked who they
// are.
func (d *Docket) asksSomething(ctx context.Context, c *Case, a *Act) error {
	if a.Told != "" || c.Sender == lifecycle.Quarantined {
		return nil
	}
	list, err := d.asked(ctx, c, &Event{})
	if err == nil && len(list) == 0 {
		return fault.Invalidf("", "nothing is asked: no question is open that the requester could answer, and none is written").WithHint("write what is asked, as told to the requester")
	}
	return err
}

func clockIn(set []Clock, id string) *Clock {
	i := slices.IndexFunc(set, func(k Clock) bool { return k.ID == id })
	if i < 0 {
		return nil
	}
	return &set[i]
}

// toStaff tells those who work on a case that there is something to do: the
// reference, and nothing of what is in it.
func (d *Docket) toStaff(c *Case, e *Event) []Posting {
	people := slices.Clone(c.Assigned)
	l := letter.Letter{Language: d.language(), Case: string(c.Ref), At: e.At}
	switch e.Do {
	case lifecycle.Assign:
		l.Kind, people = letter.Assigned, []string{e.To}
	case lifecycle.Propose:
		l.Kind = letter.SecondWanted
		return []Posting{{People: c.mayJoin(e), Roles: joining(c, e), Letter: l}}
	default:
		l.Kind, l.Clock, l.Due = letter.Escalation, e.Clock, e.At
		if e.Do == lifecycle.Bounce {
			l.Clock, l.Due = clockNotice, dueIn(e, clockNotice)
		} else if k := c.clock(l.Clock); e.Warning > 0 && k != nil {
			l.Due = k.At
		}
	}
	if len(people) == 0 {
		return []Posting{{Roles: onDuty, Letter: l}}
	}
	return []Posting{{People: people, Letter: l}}
}

// onDuty are told of what nobody has been given yet.
var onDuty = []lifecycle.Role{lifecycle.Intake, lifecycle.Senior}

// mayJoin are those assigned but for who proposed, and, of a release, who
// collected.
func (c *Case) mayJoin(e *Event) []string {
	people := []string{} // not nil: nobody else is asked
	for _, name := range c.Assigned {
		if !sameName(name, e.By) && !(e.Proposed.Do == lifecycle.Release && among(name, c.did(lifecycle.Collect))) {
			people = append(people, name)
		}
	}
	return people
}

// joining are the roles that may do what is proposed.
func joining(c *Case, e *Event) []lifecycle.Role {
	return slices.DeleteFunc(lifecycle.AllRoles(), func(r lifecycle.Role) bool {
		return !lifecycle.Allowed(r, e.Proposed.Do, e.After.Stage)
	})
}

// toCourt echoes a grant to the registry of the court, over a contact that no
// judge's device is part of: a stolen key is noticed there.
func (d *Docket) toCourt(c *Case, e *Event) []Posting {
	l := letter.Letter{
		Kind: letter.GrantedEcho, Language: d.language(), Case: string(c.Ref), Reference: e.Decision.reference(), Authority: e.Grant.Name,
		At: e.At, Until: e.Grant.Expires, Items: c.itemsOf(e.Grant, nil),
	}
	if e.Decision != nil && !e.Decision.Date.IsZero() {
		l.At = e.Decision.Date
	}
	if l.Reference == "" {
		l.Reference = string(c.Ref)
	}
	return []Posting{{Court: true, Letter: l}}
}

func (d *Decision) reference() string {
	if d == nil {
		return ""
	}
	return d.Reference
}

// toPersons tells whoever challenged, over the way by which the notice went.
// Others who were told of the same request do not learn that somebody did.
func (d *Docket) toPersons(ctx context.Context, c *Case, e *Event) ([]Posting, error) {
	var list []Posting
	for i := range c.Events[:e.Seq] {
		plan := &c.Events[i]
		if plan.Do != lifecycle.PlanNotice || !c.challengedBy(personOf(c.planNumber(plan.Seq)), e.Seq) {
			continue
		}
		if !strings.HasPrefix(plan.Way, byMail) || !c.standsFor(plan) {
			// Nobody knows by machine where they are reached now: a notifier does.
			list = append(list, Posting{Roles: telling, Letter: letter.Letter{Kind: letter.Escalation, Language: d.language(), Case: string(c.Ref), Clock: clockChallenge, Due: e.At}})
			continue
		}
		code, err := d.personCode(ctx, c, plan.Seq)
		if err != nil {
			return nil, err
		}
		l := letter.Letter{
			Kind: letter.ChallengeDecided, Language: d.language(), Case: string(c.Ref), Outcome: e.After.Challenge.String(), Told: e.Told,
			Code: code, Remedy: plan.Remedy,
		}
		if e.After.Challenge == lifecycle.Rejected {
			l.Due = e.At.AddDate(0, 0, AppealDays)
		}
		list = append(list, Posting{To: addressOf(plan), Letter: l})
	}
	return list, nil
}

// toChallenger confirms a challenge over the way by which the notice went: whoever
// did not file it learns that somebody has their code.
func (d *Docket) toChallenger(c *Case, e *Event) []Posting {
	l := letter.Letter{Kind: letter.ChallengeReceived, Language: d.language(), Case: string(c.Ref), At: e.At}
	var to string
	for i := range c.Events[:e.Seq] {
		before := &c.Events[i]
		if at := dueIn(before, clockChallenge); !at.IsZero() {
			l.Due = at
		}
		if before.Do == lifecycle.PlanNotice && sameName(e.By, personOf(c.planNumber(before.Seq))) && strings.HasPrefix(before.Way, byMail) && c.standsFor(before) {
			to = addressOf(before)
		}
	}
	if to == "" {
		return nil // the page and the interface have confirmed it
	}
	return []Posting{{To: to, Letter: l}}
}

// telling are told where somebody has to be told by hand.
var telling = []lifecycle.Role{lifecycle.Notifier}

// standsFor reports whether a plan is still the way to those it names: it did not
// come back, and was not replaced because somebody else reads there.
func (c *Case) standsFor(plan *Event) bool {
	return !slices.ContainsFunc(c.Events[plan.Seq:], func(e Event) bool {
		return e.Do == lifecycle.Bounce && e.Planned == plan.Seq ||
			e.Do == lifecycle.PlanNotice && slices.ContainsFunc(e.Whom, func(w string) bool { return slices.Contains(plan.Whom, w) })
	})
}

// tellsWhoChallenged refuses to decide a challenge without reasons for whoever
// filed it with a code: their time to appeal runs.
func (c *Case) tellsWhoChallenged(a *Act) error {
	if stated(a.Told) || !slices.ContainsFunc(c.Events, func(e Event) bool {
		return slices.Contains(challenges, e.Do) && e.Role == lifecycle.Person.String()
	}) {
		return nil
	}
	return fault.Invalidf("told", "the person who challenged is told nothing").WithHint("write the reasons for the person: what is told goes into their letter")
}

// tellsWhyNotYet refuses to postpone without a reason that can be told: Convention
// on Cybercrime, art. 27(7).
func (c *Case) tellsWhyNotYet(a *Act) error {
	if stated(a.Told) || len(c.outward(a.Grounds)) > 0 {
		return nil
	}
	return fault.Invalidf("told", "the requester is given no reason").WithHint("write one as told to the requester, or name a ground that may be told")
}

// challengedBy reports whether somebody filed, joined or appealed before an event.
func (c *Case) challengedBy(name string, seq int) bool {
	return slices.ContainsFunc(c.Events[:seq], func(e Event) bool {
		return slices.Contains(challenges, e.Do) && e.Role == lifecycle.Person.String() && sameName(e.By, name)
	})
}

// challenges are the events by which a person does.
var challenges = []lifecycle.Event{lifecycle.File, lifecycle.JoinChallenge, lifecycle.Appeal}

// addressOf is where a notice by mail goes.
func addressOf(plan *Event) string { return strings.TrimSpace(strings.TrimPrefix(plan.Way, byMail)) }

// usedName begins the key of a job that tells an enrolled authority that somebody
// asks in its name whom nobody could verify. One letter tells of an hour, however
// many ask.
const usedName = "name "

func (d *Docket) toTheNamed(ctx context.Context, c *Case) ([]Posting, error) {
	sender, err := d.sender(ctx, c)
	if err != nil || sender == nil || sender.Mail == "" || c.Sender != lifecycle.Quarantined {
		return nil, err
	}
	l := letter.Letter{Kind: letter.Named, Language: d.languageOf(sender), Case: string(c.Ref), At: c.Received}
	return []Posting{{To: sender.Mail, Letter: l}}, nil
}
