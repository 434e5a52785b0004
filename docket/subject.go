package docket

import "github.com/rogatory/rogatory/lifecycle"

// A member is one member of a Body.
type member uint32

const (
	inDocument member = 1 << iota
	inChannel
	inProposal
	inSaid
	inGrounds
	inMeasures
	inOffences
	inGrant
	inDecision
	inFiles
	inUntil
	inContact
	inRisk
	inRemedy
	inWay
	inProof
	inTo
	inLink
	inClock
	inWarning
	inSet
	inProposed
	inAccordance
	inHarm
	inFrom
	inWhom
	inUnmet
)

// members is every member of a Body, by the name people know it by.
var members = []struct {
	is    member
	name  string
	given func(*Body) bool
}{
	{inDocument, "a document", func(b *Body) bool { return b.Document != nil }},
	{inChannel, "a channel", func(b *Body) bool { return b.Channel != nil }},
	{inProposal, "a proposal of screening", func(b *Body) bool { return b.Proposal != nil }},
	{inSaid, "statements", func(b *Body) bool { return len(b.Said) > 0 }},
	{inGrounds, "grounds", func(b *Body) bool { return len(b.Grounds) > 0 }},
	{inMeasures, "measures", func(b *Body) bool { return len(b.Measures) > 0 }},
	{inOffences, "offences", func(b *Body) bool { return len(b.Offences) > 0 }},
	{inGrant, "a grant", func(b *Body) bool { return b.Grant != nil }},
	{inDecision, "a decision", func(b *Body) bool { return b.Decision != nil }},
	{inFiles, "files", func(b *Body) bool { return len(b.Files) > 0 }},
	{inUntil, "an end", func(b *Body) bool { return !b.Until.IsZero() }},
	{inContact, "a contact", func(b *Body) bool { return b.Contact != "" }},
	{inRisk, "a risk", func(b *Body) bool { return b.Risk != "" }},
	{inRemedy, "a remedy", func(b *Body) bool { return b.Remedy != "" }},
	{inWay, "a way to the person", func(b *Body) bool { return b.Way != "" }},
	{inProof, "a proof", func(b *Body) bool { return b.Proof != "" }},
	{inTo, "a recipient", func(b *Body) bool { return b.To != "" }},
	{inLink, "a linked case", func(b *Body) bool { return b.Link != "" }},
	{inClock, "a clock that struck", func(b *Body) bool { return b.Clock != "" }},
	{inWarning, "a warning", func(b *Body) bool { return b.Warning != 0 }},
	{inSet, "clocks", func(b *Body) bool { return len(b.Set) > 0 }},
	{inProposed, "a proposed act", func(b *Body) bool { return b.Proposed != nil }},
	{inAccordance, "versions", func(b *Body) bool { return b.Accordance != nil }},
	{inHarm, "a harm", func(b *Body) bool { return b.Harm != "" }},
	{inFrom, "who files", func(b *Body) bool { return b.From != "" }},
	{inWhom, "persons", func(b *Body) bool { return len(b.Whom) > 0 }},
	{inUnmet, "safeguards that do not hold", func(b *Body) bool { return len(b.Unmet) > 0 }},
}

// subjects is what each event may be about when a person causes it. An event
// that is not here is caused by the docket and asked for by nobody.
var subjects = map[lifecycle.Event]member{
	lifecycle.Authenticate: inContact | inProof,
	lifecycle.Doubt:        inContact | inProof,
	lifecycle.Suspend:      inProof,
	lifecycle.Accept:       inContact | inProof | inRisk,
	lifecycle.Answer:       inDocument | inProof,
	lifecycle.Withdraw:     inProof,
	lifecycle.Annul:        inProof | inDecision | inGrounds,

	lifecycle.Return:   inGrounds,
	lifecycle.Offer:    inGrounds | inMeasures | inOffences,
	lifecycle.Redirect: inGrounds | inTo,
	lifecycle.Refuse:   inGrounds,
	lifecycle.Object:   inGrounds,
	lifecycle.Maintain: inProof,
	lifecycle.Forward:  inMeasures | inOffences,
	lifecycle.Apply:    inTo,
	lifecycle.Postpone: inUntil | inDecision | inGrounds,
	lifecycle.Resume:   inDecision,
	lifecycle.Correct:  inGrounds,

	lifecycle.Grant:          inGrant | inDecision | inRisk,
	lifecycle.Deny:           inDecision | inGrounds,
	lifecycle.Revoke:         inDecision,
	lifecycle.Compel:         inMeasures | inOffences | inGrant | inDecision | inRemedy,
	lifecycle.LiftCompulsion: inDecision,
	lifecycle.OpenLane:       inMeasures | inOffences | inContact | inRisk | inTo,
	lifecycle.UpholdReview:   inDecision,
	lifecycle.RefuseReview:   inDecision,
	lifecycle.Collect:        inFiles,
	lifecycle.Discard:        0,
	lifecycle.Seal:           0,
	lifecycle.Release:        0,

	lifecycle.Preserve:         0,
	lifecycle.ExtendPreserving: inProof,
	lifecycle.Link:             inLink,
	lifecycle.Hold:             inUntil | inDecision,
	lifecycle.OrderSecrecy:     inUntil | inDecision | inHarm,
	lifecycle.ExtendSecrecy:    inUntil | inDecision | inHarm,
	lifecycle.HoldBeyond:       inUntil | inDecision | inRemedy,
	lifecycle.LiftSecrecy:      inDecision,
	lifecycle.Tell:             inWay | inProof | inRemedy | inWhom,
	lifecycle.TellOne:          inWay | inProof | inRemedy | inWhom,
	lifecycle.PlanNotice:       inWay | inRemedy | inWhom,
	lifecycle.ToldByIssuer:     inWay | inProof | inWhom,
	lifecycle.Unreachable:      inWay | inProof | inWhom,

	lifecycle.File:            inProof | inGrounds | inFrom,
	lifecycle.JoinChallenge:   inProof | inGrounds | inFrom,
	lifecycle.Appeal:          inProof | inGrounds | inFrom,
	lifecycle.RejectChallenge: inDecision | inGrounds,
	lifecycle.UpholdChallenge: inDecision | inGrounds,
	lifecycle.DemandErasure:   inProof,
	lifecycle.ConfirmErasure:  inProof,
	lifecycle.AskOnward:       inTo | inProof,
	lifecycle.AllowOnward:     inTo | inUntil | inDecision,
	lifecycle.RefuseOnward:    inDecision,
	lifecycle.AskDefence:      inTo | inProof,
	lifecycle.AnswerDefence:   inProof,
	lifecycle.FreezeCase:      0,
	lifecycle.ConfirmFreeze:   0,
	lifecycle.Thaw:            0,
	lifecycle.Close:           0,

	lifecycle.Look:         0,
	lifecycle.LookOutside:  0,
	lifecycle.SeeLooks:     0,
	lifecycle.Assert:       inSaid,
	lifecycle.Assign:       inTo,
	lifecycle.Unassign:     inTo,
	lifecycle.Clear:        inProof | inDecision,
	lifecycle.Exempt:       inProof | inGrounds,
	lifecycle.StateObjects: inProof | inGrounds | inDecision,
	lifecycle.Note:         inProof,
}
