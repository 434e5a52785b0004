package lifecycle

import "slices"

// A Table is rows. Of several rows for one event the first that allows it is
// taken.
type Table []Row

// floor is the table of the office. It is assembled once and never changed.
var floor = slices.Concat(senders, screening, deciding, authorising, leaving, keeping, secrecy, telling, challenging, overseeing, recording)

// Floor gives a copy of the table, for whoever draws it or tries to break it.
func Floor() Table { return slices.Clone(floor) }

type needs = []Guard
type then = []Effect

// ordersOf makes the rows of a court's act: the judge's own, and the one on
// paper, which two people of the office enter after reading the decision.
func ordersOf(r Row) Table {
	paper := r
	paper.By = by(Reviewer, Senior)
	paper.Needs = slices.Concat(r.Needs, needs{decisionSeen, seconded})
	return Table{r, paper}
}

// senders is who asks. What is not accepted gets a receipt and questions. Out of
// quarantine comes who is authentic, or whom two people accept for a life at risk,
// after calling a contact that is not the message's own.
var senders = Table{
	{Do: Authenticate, By: by(Machine, Intake, Reviewer, Senior), From: fresh, Needs: needs{quarantined, authentic}, To: Stay, Then: then{verify, openDuty}},
	{Do: Doubt, By: by(Intake, Reviewer, Senior), From: anyStage, Needs: needs{undoubted, reasoned}, To: Stay, Then: then{doubtIt}},
	{Do: Suspend, By: by(Senior, Oversight), From: anyStage, Needs: needs{undoubted, reasoned}, To: Stay, Then: then{doubtIt}},
	{Do: Accept, By: by(Reviewer, Senior), From: fresh, Needs: needs{quarantined, lifeAtRisk, reasoned, contact, seconded}, To: Stay, Then: then{verify, openDuty}},
	{Do: Accept, By: by(Reviewer, Senior), From: alive &^ at(Withdrawn), Needs: needs{doubted, reasoned, contact, seconded}, To: Stay, Then: then{verify, openDuty}},
	{Do: LapseQuarantine, By: by(Machine), From: fresh, Needs: needs{unfrozen, unaccepted, isDue}, To: Closed, Then: then{waitNobody}},
}

// screening proposes and is caused by the machine; it never leaves Screened.
var screening = Table{
	{Do: Screen, By: by(Machine), From: at(Received, Screened), Needs: needs{onlyKeep}, To: Screened, Then: then{keepLane}},
	{Do: Screen, By: by(Machine), From: at(Received, Screened), To: Screened, Then: then{ordinaryLane}},
	{Do: Answer, By: by(Requester, Intake), From: at(Returned, Objected), To: Received, Then: then{waitOffice}},
	{Do: Withdraw, By: by(Requester), From: underway, Needs: needs{unfrozen}, To: Withdrawn, Then: then{unbase, eraseUnheld, waitNobody}},
	{Do: Withdraw, By: by(Intake), From: underway, Needs: needs{unfrozen, proven, reasoned}, To: Withdrawn, Then: then{unbase, eraseUnheld, waitNobody}},
	{Do: Withdraw, By: by(Requester), From: at(Disclosed, Closed), Needs: needs{given}, To: Stay, Then: then{owe}},
	{Do: Withdraw, By: by(Intake), From: at(Disclosed, Closed), Needs: needs{given, proven, reasoned}, To: Stay, Then: then{owe}},
	{Do: Annul, By: by(Requester, Reviewer, Senior), From: underway, Needs: needs{unfrozen, accepted, proven}, To: Annulled, Then: then{unbase, eraseUnheld, waitNobody}},
	{Do: Annul, By: by(Requester, Reviewer, Senior), From: at(Disclosed, Closed), Needs: needs{given, proven}, To: Stay, Then: then{owe}},
}

// deciding is what people of the office decide.
var deciding = Table{
	{Do: Return, By: by(Intake), From: at(Screened), Needs: needs{unfrozen, reasoned}, To: Returned, Then: then{waitRequester}},
	{Do: Return, By: by(Reviewer, Senior), From: at(Screened, Forwarded), Needs: needs{unfrozen, reasoned}, To: Returned, Then: then{waitRequester}},
	{Do: Offer, By: by(Reviewer, Senior), From: at(Screened, Forwarded), Needs: needs{unfrozen, accepted, reasoned, grounded}, To: Returned, Then: then{waitRequester}},
	{Do: LapseQuestions, By: by(Machine), From: at(Returned), Needs: needs{unfrozen, accepted, isDue}, To: Withdrawn, Then: then{eraseUnheld, waitNobody}},
	{Do: Redirect, By: by(Reviewer, Senior), From: at(Screened), Needs: needs{unfrozen, accepted, reasoned, grounded}, To: Redirected, Then: then{waitNobody}},
	{Do: Refuse, By: by(Reviewer, Senior), From: underway &^ at(Received, Compelled), Needs: needs{unfrozen, accepted, uncompelled, reasoned, grounded, formFits}, To: Refused, Then: then{unbase, eraseUnheld, waitNobody}},
	{Do: Object, By: by(Reviewer, Senior), From: at(Screened, Returned, Forwarded, Granted), Needs: needs{unfrozen, accepted, reasoned, grounded, formFits}, To: Objected, Then: then{unbase, waitRequester}},
	{Do: Maintain, By: by(Requester, Intake), From: at(Objected), To: Stay, Then: then{waitEnforcing}},
	{Do: Forward, By: by(Reviewer, Senior), From: at(Screened), Needs: needs{unfrozen, running, forData, verified, reasoned, screeningMet}, To: Forwarded},
	{Do: Apply, By: by(Reviewer, Senior), From: at(Forwarded), Needs: needs{unfrozen, running, verified, reasoned, courtMet}, To: Stay, Then: then{waitCourt}},
	{Do: Postpone, By: by(Senior), From: at(Screened, Forwarded) | gathering, Needs: needs{unfrozen, accepted, leisurely, formFits, reasoned, ends}, To: Stay, Then: then{postponeIt}},
	{Do: Resume, By: by(Senior), From: anyStage, Needs: needs{unfrozen, postponed, reasoned}, To: Stay, Then: then{goOn}},
	{Do: EndPostponing, By: by(Machine), From: anyStage, Needs: needs{postponed, isDue}, To: Stay, Then: then{goOn}},
	{Do: Correct, By: by(Senior), From: at(Redirected, Refused, Objected), Needs: needs{unfrozen, uninvolved, reasoned, seconded, standing, unfailed}, To: Screened, Then: then{waitOffice}},
}

// authorising is what lets anything leave: a court, a court above, or need.
var authorising = slices.Concat(
	ordersOf(Row{Do: Grant, By: by(Judge), From: at(Forwarded), Needs: needs{unfrozen, running, verified, beforeCourt, reasoned, courtMet, competent, within, ends}, To: Granted, Then: then{onOrder, reopenDuty, waitOffice}}),
	ordersOf(Row{Do: Deny, By: by(Judge), From: at(Forwarded), Needs: needs{unfrozen, beforeCourt, reasoned}, To: Denied, Then: then{eraseUnheld, waitNobody}}),
	ordersOf(Row{Do: Revoke, By: by(Judge), From: gathering &^ at(Compelled), Needs: needs{ordered, reasoned}, To: Forwarded, Then: then{unbase}}),
	Table{{Do: ExpireGrant, By: by(Machine), From: gathering &^ at(Compelled), Needs: needs{expiring, isDue}, To: Forwarded, Then: then{unbase}}},
	Table{
		{
			Do: Compel, By: by(Senior), From: at(Screened, Returned, Redirected, Refused, Objected, Forwarded, Denied),
			Needs: needs{unfrozen, accepted, forData, standing, reasoned, decisionSeen, remedySought, within, seconded}, To: Compelled, Then: then{onCompulsion, reopenDuty, waitOffice},
		},
		{Do: LiftCompulsion, By: by(Senior), From: gathering &^ at(Granted), Needs: needs{compelled, decisionSeen, reasoned}, To: Refused, Then: then{unbase, eraseUnheld, waitNobody}},
		{Do: LiftCompulsion, By: by(Senior), From: at(Disclosed, Closed), Needs: needs{compelled, decisionSeen, reasoned}, To: Stay, Then: then{unbase, owe}},
		{
			Do: OpenLane, By: by(Reviewer, Senior), From: at(Screened, Forwarded),
			Needs: needs{unfrozen, running, forData, verified, reasoned, barFree, screeningMet, lifeAtRisk, contact, limitedData, seconded}, To: Granted, Then: then{onNeed, emergencyLane, review, reopenDuty, waitOffice},
		},
		{Do: UpholdReview, By: by(Judge), From: anyStage, Needs: needs{reviewDue, reasoned, uninvolved}, To: Stay, Then: then{reviewGood}},
	},
	failing(Row{Do: RefuseReview, By: by(Judge), Needs: needs{reviewDue, reasoned}}),
	failing(Row{Do: MissReview, By: by(Machine), Needs: needs{reviewDue, isDue}}),
)

// failing is a review that finds the emergency unjustified, or is not held in
// time: what has left is to be erased, what has not stays. What a court above
// compels does not rest on the emergency and goes on.
func failing(r Row) Table {
	row := func(from StageSet, more needs, to Stage, effects ...Effect) Row {
		return Row{Do: r.Do, By: r.By, From: from, Needs: slices.Concat(more, r.Needs), To: to, Then: append(then{reviewBad}, effects...)}
	}
	return Table{
		row(anyStage, needs{given}, Stay, owe),
		row(underway&^at(Compelled), needs{uncompelled}, Refused, unbase, eraseUnheld, waitNobody),
		row(ended|gathering, nil, Stay),
	}
}

// leaving is the way of the data out of the house. Nothing goes before the person
// was told, unless a court ordered secrecy, a life is at risk now, with an order
// that says so or without one, a court above compels, or the issuing authority
// tells. Nothing goes before the public log holds what authorises it and the duty
// to tell: what leaves off the record is found by nobody.
var leaving = Table{
	{Do: Collect, By: by(Custodian), From: at(Granted, Compelled), Needs: needs{unfrozen, running, verified, within}, To: Collected},
	{Do: Discard, By: by(Custodian, Senior), From: at(Collected, Sealed), Needs: needs{unfrozen, running, compelled, reasoned}, To: Compelled},
	{Do: Discard, By: by(Custodian, Senior), From: at(Collected, Sealed), Needs: needs{unfrozen, running, reasoned}, To: Granted},
	{Do: Seal, By: by(Custodian, Reviewer), From: at(Collected), Needs: needs{unfrozen, running, verified, keyEnrolled, within}, To: Sealed},
	releasing(by(Reviewer, Senior, Judge), uncompelled, disclosureMet, toldOrSecret),
	releasing(by(Reviewer, Senior, Judge), uncompelled, disclosureMet, issuerTells),
	releasing(by(Reviewer, Senior, Judge), ordered, disclosureMet, lifeOrdered),
	releasing(by(Senior), compelled, compelledMet),
}

func releasing(who Roles, more ...Guard) Row {
	return Row{
		Do: Release, By: who, From: at(Sealed),
		Needs: slices.Concat(needs{unfrozen, running, verified}, more, needs{unblocked, noObjection, within, keyEnrolled, floorPassed, notCollector, published, seconded}),
		To:    Disclosed, Then: then{giveIt, waitNobody},
	}
}
