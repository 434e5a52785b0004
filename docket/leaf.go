package docket

import (
	"context"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
)

// leafKinds are the events that the public log commits to, and as what. What the
// log is not told of is counted nowhere: looks, notes, assignments.
var leafKinds = map[lifecycle.Event]string{
	receive:                   "received",
	lifecycle.Authenticate:    "accepted",
	lifecycle.Accept:          "accepted",
	lifecycle.LapseQuarantine: "lapsed",
	lifecycle.Screen:          "screened",
	lifecycle.Return:          "returned",
	lifecycle.Offer:           "offered",
	lifecycle.Redirect:        "redirected",
	lifecycle.Refuse:          "refused",
	lifecycle.Object:          "objected",
	lifecycle.Forward:         "forwarded",
	lifecycle.Deny:            "denied",
	lifecycle.Grant:           "authorised",
	lifecycle.Compel:          "compelled",
	lifecycle.OpenLane:        "emergency",
	lifecycle.MissReview:      "unreviewed",
	lifecycle.RefuseReview:    "review-failed",
	lifecycle.UpholdReview:    "reviewed",
	lifecycle.Release:         "disclosed",
	lifecycle.OrderSecrecy:    "secrecy",
	lifecycle.ExtendSecrecy:   "extended",
	lifecycle.HoldBeyond:      "held-beyond",
	lifecycle.LiftSecrecy:     "lifted",
	lifecycle.EndSecrecy:      "lifted",
	lifecycle.Tell:            "told",
	lifecycle.ToldByIssuer:    "told-by-issuer",
	lifecycle.Unreachable:     "unreachable",
	lifecycle.Bounce:          "bounced",
	lifecycle.File:            "challenged",
	lifecycle.Appeal:          "challenged", // each has a decision of its own
	lifecycle.RejectChallenge: "challenge-rejected",
	lifecycle.UpholdChallenge: "challenge-upheld",
	lifecycle.DemandErasure:   "erasure-demanded",
	lifecycle.ConfirmErasure:  "erasure-confirmed",
	lifecycle.Correct:         "corrected",
	lifecycle.FreezeCase:      "frozen",
	lifecycle.Withdraw:        "withdrawn",
	lifecycle.LapseQuestions:  "withdrawn",
	lifecycle.Annul:           "annulled",
	lifecycle.Preserve:        "preserved",
	lifecycle.Doubt:           "doubted",
	lifecycle.Suspend:         "doubted",
	lifecycle.Close:           "closed",
	lifecycle.Erase:           "erased",
}

// kindsOf are the kinds of leaves that an event makes: one for what it is, and one
// more where it opens the duty to tell after that was settled, so that everybody
// can hold the number of duties against the number of reasons for them.
func kindsOf(e *Event, before lifecycle.State) []string {
	kind := leafKinds[e.Do]
	accepts := before.Duty == lifecycle.NoDuty && e.After.Duty == lifecycle.DutyOpen
	switch {
	case kind == "accepted" && !accepts:
		kind = "" // of a sender in doubt whom two accept again
	case e.Do == lifecycle.Release && e.After.Basis == lifecycle.Compulsion:
		kind = "disclosed-compelled"
	case e.Do == lifecycle.Release && e.After.Basis == lifecycle.Need:
		kind = "disclosed-emergency"
	}
	var list []string
	if kind != "" {
		list = append(list, kind)
	}
	if !accepts && slices.ContainsFunc(e.Duties, func(d Duty) bool { return d.Class == ledger.Notify }) {
		list = append(list, "reopened")
	}
	return list
}

// leaves gives what the public log will hold of an event.
func (c *Case) leaves(e *Event, before lifecycle.State) ([]Leaf, error) {
	var list []Leaf
	seq := strconv.Itoa(e.Seq)
	for _, kind := range kindsOf(e, before) {
		label := seq
		if kind == "reopened" {
			label += " reopened"
		}
		l, err := c.sealedLeaf(e, kind, label)
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	for _, d := range e.Duties {
		l, err := c.dutyLeaf(e, &d, seq+" "+string(d.Class))
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	if d := c.openDuty(ledger.Notify); d != nil && c.urgentLeaf(e) && d.Opened != e.Seq {
		c.urgent = append(c.urgent, c.leafKey(d.label)) // it was opened before anybody knew
	}
	if e.Settled != nil {
		list = append(list, Leaf{Key: c.leafKey(seq + " settle"), Class: LeafPublic, Text: e.Settled.Leaf, At: e.At})
	}
	return list, nil
}

// leafKey names a leaf in this office.
func (c *Case) leafKey(label string) string { return string(c.Ref) + " " + label }

// leafSecret gives the key of a leaf. The time goes into it: where old records were
// restored, an event takes the number of one that was lost and whose leaf is
// published. Under one key the two would blind with the same, and tell by their
// difference that they are of one case, and what.
func (c *Case) leafSecret(e *Event, label string) [32]byte {
	return ledger.LeafKey(c.public.key, label+" "+stamp(e.At))
}

// stamp writes a time to all its digits.
func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

func (c *Case) sealedLeaf(e *Event, kind, label string) (Leaf, error) {
	fields := c.fields(e, kind)
	key := c.leafSecret(e, label)
	cells, err := ledger.CellsOf(kind, fields["instrument"], firstWord(fields["ground"]), c.gravest(), ledger.RegionOf(c.country()))
	if err != nil {
		return Leaf{}, err
	}
	text := ledger.Sealed{}
	if text.Hash, err = ledger.Commit(fields, key); err != nil {
		return Leaf{}, err
	}
	opening := ledger.TallyOpening{Cells: cells, Blinding: ledger.Blindings(key)}
	if text.Tally, err = opening.Tally(); err != nil {
		return Leaf{}, err
	}
	l := Leaf{Key: c.leafKey(label), Class: LeafSealed, Text: text.Marshal(), Urgent: c.urgentLeaf(e), At: e.At}
	if l.Opening, err = c.public.office.seal(opening.Marshal(), boundOpening(text.Hash)); err != nil {
		return Leaf{}, err
	}
	l.Deposit, err = c.deposit(l.Key, fields, key)
	return l, err
}

func (c *Case) dutyLeaf(e *Event, d *Duty, label string) (Leaf, error) {
	fields := c.dutyFields(e, d)
	key := c.leafSecret(e, label)
	hash, err := ledger.Commit(fields, key)
	if err != nil {
		return Leaf{}, err
	}
	text := ledger.Duty{Class: d.Class, ID: d.ID, Due: d.Due, Hash: hash}
	l := Leaf{Key: c.leafKey(label), Class: LeafPublic, Text: text.Marshal(), Urgent: c.Request.Urgency.Level == "emergency" || c.urgentLeaf(e), At: e.At}
	l.Deposit, err = c.deposit(l.Key, fields, key)
	return l, err
}

// urgentLeaf: what lets data leave for a life at risk does not wait for the next
// block; a receipt stands for it in public meanwhile.
func (c *Case) urgentLeaf(e *Event) bool {
	return e.Do == lifecycle.OpenLane || e.Do == lifecycle.Grant && stated(e.Risk) && c.claimsLife()
}

// deposit seals an opening to oversight, with all that it opens: it can look
// without asking, and tell the person where the office is gone or silenced.
func (c *Case) deposit(leafKey string, fields ledger.Event, key [32]byte) ([]byte, error) {
	if c.public.deposit == nil {
		return nil, nil
	}
	opening, err := ledger.Open(fields, key)
	if err != nil {
		return nil, err
	}
	return hpke.Seal(c.public.deposit, hpke.HKDFSHA256(), hpke.AES256GCM(), boundDeposit(leafKey), opening.Marshal())
}

// boundDeposit is what a deposit is bound to.
func boundDeposit(leafKey string) []byte { return []byte("rogatory.deposit/1\x00" + leafKey) }

// OpenDeposit opens what was sealed to oversight, with its key: an opening, as
// ledger.ParseOpening reads it. That needs no office.
func OpenDeposit(key hpke.PrivateKey, leafKey string, sealed []byte) ([]byte, error) {
	plain, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES256GCM(), boundDeposit(leafKey), sealed)
	if err != nil {
		return nil, fault.Invalidf(leafKey, "does not open with this key, or was altered")
	}
	return plain, nil
}

// fields are what a leaf commits to of an event.
func (c *Case) fields(e *Event, kind string) ledger.Event {
	r := c.Request
	fields := ledger.Event{
		"kind": kind, "case": string(c.Ref), "seq": strconv.Itoa(e.Seq), "at": stamp(e.At),
		"instrument": r.Instrument, "requesting": c.country() + " " + authorityOf(c), "executing": c.public.place,
		"basis": e.After.Basis.String(), "datacat": strings.Join(c.categories(), " "), "outcome": string(e.Do), "ground": strings.Join(e.Grounds, " "),
		"subject": c.subject(), "document": c.documentSum(e),
	}
	for f, value := range fields {
		fields[f] = ledger.Bounded(value)
	}
	return fields
}

// dutyFields are what the leaf of a duty commits to.
func (c *Case) dutyFields(e *Event, d *Duty) ledger.Event {
	fields := c.fields(e, "duty")
	fields["duty"], fields["due"] = d.ID.String(), d.Due.String()
	return fields
}

func (c *Case) country() string { return c.Request.Requesting.Country }

// categories are the kinds of data in play.
func (c *Case) categories() []string {
	var list []string
	measures, _ := c.inPlay()
	for _, i := range measures {
		list = addNew(list, c.Request.Measures[i].Data)
	}
	return list
}

// gravest is the kind of data in play that says most of a person.
func (c *Case) gravest() string {
	for _, data := range []string{"content", "traffic", "sole-identification", "subscriber"} {
		if slices.Contains(c.categories(), data) {
			return data
		}
	}
	return "none"
}

// subject names whose data are in play, as the request writes them.
func (c *Case) subject() string { return strings.Join(c.targets(), " ") }

// targets are whose data are in play, each once.
func (c *Case) targets() []string {
	var list []string
	measures, _ := c.inPlay()
	for _, i := range measures {
		for _, t := range c.Request.Measures[i].Targets {
			list = addNew(list, t.Type+":"+t.Value)
		}
	}
	return list
}

// documentSum is the SHA-256 of the paper an event rests on: a decision's text, or
// the request as it stood.
func (c *Case) documentSum(e *Event) string {
	paper := c.Document
	if e.Decision != nil && len(e.Decision.Text) > 0 {
		paper = e.Decision.Text
	}
	sum := sha256.Sum256(paper)
	return hex.EncodeToString(sum[:])
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if word == "" {
		return "none"
	}
	return word
}

// Cover makes a leaf that hides how much happens: nobody tells it from another
// who has not the key, and there is none.
func (d *Docket) Cover(ctx context.Context) (text, sealed []byte, err error) {
	var key [32]byte
	if _, err := io.ReadFull(d.random, key[:]); err != nil {
		return nil, nil, err
	}
	cells, err := ledger.CellsOf("cover", "", "", "", "")
	if err != nil {
		return nil, nil, err
	}
	opening, leaf := ledger.TallyOpening{Cells: cells, Blinding: ledger.Blindings(key)}, ledger.Sealed{}
	if leaf.Tally, err = opening.Tally(); err != nil {
		return nil, nil, err
	}
	if leaf.Hash, err = ledger.Commit(ledger.Event{"kind": "cover"}, key); err != nil {
		return nil, nil, err
	}
	s, err := d.openingSealer(ctx)
	if err != nil {
		return nil, nil, err
	}
	sealed, err = s.seal(opening.Marshal(), boundOpening(leaf.Hash))
	return leaf.Marshal(), sealed, err
}

// OpenTally gives what a sealed leaf adds to the sums, from its opening as it was
// kept.
func (d *Docket) OpenTally(ctx context.Context, leaf ledger.Sealed, sealed []byte) (ledger.TallyOpening, error) {
	s, err := d.openingSealer(ctx)
	if err != nil {
		return ledger.TallyOpening{}, err
	}
	plain, err := s.open(sealed, boundOpening(leaf.Hash))
	if err != nil {
		return ledger.TallyOpening{}, err
	}
	return ledger.ParseTallyOpening(plain)
}
