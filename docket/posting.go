package docket

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/letter"
	"github.com/rogatory/rogatory/lifecycle"
)

// A Posting is a letter and whom it is for. Whoever sends it knows the addresses
// of people and of the court's registry, and fills in what is the same in all
// letters of the office.
type Posting struct {
	To     string   // the address of an authority, as enrolled; empty: it has none
	Hook   string   // where the authority is told that there is news; empty: nowhere
	People []string // names of staff
	Court  bool     // the registry of the court
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

// tells reports whether letters follow from an event.
func tells(e *Event) bool {
	_, outside := kinds[e.Do]
	return outside || e.Do == lifecycle.Grant || slices.Contains(insideTold, e.Do) || slices.Contains(onChallenge, e.Do)
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
	seq, err := strconv.Atoi(key[strings.LastIndexByte(key, ' ')+1:])
	if err != nil || seq < 1 || seq > c.Seq() {
		return nil, fault.Invalidf(key, "is no job of this case")
	}
	e := &c.Events[seq-1]
	switch {
	case slices.Contains(insideTold, e.Do):
		return c.toStaff(e), nil
	case e.Do == lifecycle.Grant:
		return c.toCourt(e), nil
	case slices.Contains(onChallenge, e.Do):
		return d.toPersons(ctx, c, e)
	}
	return d.toRequester(ctx, c, e)
}

// toRequester writes to the contact that is enrolled and never to one that the
// message gave.
func (d *Docket) toRequester(ctx context.Context, c *Case, e *Event) ([]Posting, error) {
	sender, err := d.sender(ctx, c)
	if err != nil || sender == nil || sender.Mail == "" && sender.Hook == "" {
		return nil, err
	}
	l := letter.Letter{Kind: kinds[e.Do], Language: sender.Language, Case: string(c.Ref), Reference: c.Request.Reference, At: e.At, Told: e.Told}
	switch l.Kind {
	case letter.Questions, letter.Offer:
		if k := clockIn(e.Set, clockQuestions); k != nil {
			l.Due = k.At
		}
		if l.Kind == letter.Questions {
			if l.Questions, err = d.asked(ctx, c, e); err != nil {
				return nil, err
			}
			break
		}
		l.Grounds = e.Grounds
	case letter.Refused, letter.Objected, letter.Redirected, letter.Denied:
		l.Grounds = e.Grounds
	case letter.Ended:
		l.Outcome = c.Stage.String()
		if l.Outcome != lifecycle.Withdrawn.String() && l.Outcome != lifecycle.Annulled.String() {
			l.Outcome = lifecycle.Closed.String()
		}
	case letter.Postponed:
		l.Until = e.Until
	case letter.Ready:
		l.Items, l.Until = c.itemsOf(nil), e.At.AddDate(0, 0, closeDays)
	case letter.ErasureDemand:
		l.Items = c.itemsOf(nil)
		if k := clockIn(e.Set, clockErasure); k != nil {
			l.Due = k.At
		}
	}
	if (l.Kind == letter.Offer || l.Kind == letter.Redirected) && l.Told == "" {
		l.Told = "See the grounds." // a person wrote nothing; the letter needs something to stand on
	}
	return []Posting{{To: sender.Mail, Hook: sender.Hook, Letter: l}}, nil
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

func clockIn(set []Clock, id string) *Clock {
	i := slices.IndexFunc(set, func(k Clock) bool { return k.ID == id })
	if i < 0 {
		return nil
	}
	return &set[i]
}

// toStaff tells those who work on a case that there is something to do: the
// reference, and nothing of what is in it.
func (c *Case) toStaff(e *Event) []Posting {
	people := slices.Clone(c.Assigned)
	l := letter.Letter{Case: string(c.Ref), At: e.At}
	switch e.Do {
	case lifecycle.Assign:
		l.Kind, people = letter.Assigned, []string{e.To}
	case lifecycle.Propose:
		l.Kind = letter.SecondWanted
		people = slices.DeleteFunc(people, func(name string) bool { return sameName(name, e.By) })
	default:
		l.Kind, l.Clock = letter.Escalation, e.Clock
		if e.Do == lifecycle.Bounce {
			l.Clock = clockNotice
		}
		if k := c.clock(l.Clock); k != nil {
			l.Due = k.At
		}
	}
	return []Posting{{People: people, Letter: l}}
}

// toCourt echoes a grant to the registry of the court, over a contact that no
// judge's device is part of: a stolen key is noticed there.
func (c *Case) toCourt(e *Event) []Posting {
	l := letter.Letter{Kind: letter.GrantedEcho, Case: string(c.Ref), Reference: e.Decision.reference(), Authority: e.Grant.Name, At: e.At, Until: e.Grant.Expires}
	l.Items = c.itemsOf(nil)
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
func (d *Docket) toPersons(ctx context.Context, c *Case, e *Event) ([]Posting, error) {
	outcome := c.Challenge
	var list []Posting
	for i := range c.Events {
		told := &c.Events[i]
		if told.Planned == 0 || !strings.HasPrefix(told.Way, byMail) || told.Do == lifecycle.Bounce {
			continue
		}
		code, err := d.personCode(ctx, c.Ref, told.Planned)
		if err != nil {
			return nil, err
		}
		l := letter.Letter{Kind: letter.ChallengeDecided, Case: string(c.Ref), Outcome: outcome.String(), Told: e.Told, Code: code, Remedy: told.Remedy, At: e.At}
		if outcome == lifecycle.Rejected {
			l.Due = e.At.AddDate(0, 0, AppealDays)
		}
		if l.Told == "" {
			continue // the file has reasons, and none were written for the person
		}
		list = append(list, Posting{To: strings.TrimSpace(strings.TrimPrefix(told.Way, byMail)), Letter: l})
	}
	return list, nil
}

// usedName begins the key of a job that tells an enrolled authority that somebody
// asks in its name whom nobody could verify. One letter tells of an hour, however
// many ask.
const usedName = "name "

func (d *Docket) toTheNamed(ctx context.Context, c *Case) ([]Posting, error) {
	sender, err := d.sender(ctx, c)
	if err != nil || sender == nil || sender.Mail == "" {
		return nil, err
	}
	l := letter.Letter{Kind: letter.Receipt, Language: sender.Language, Case: string(c.Ref), At: c.Received}
	return []Posting{{To: sender.Mail, Letter: l}}, nil
}
