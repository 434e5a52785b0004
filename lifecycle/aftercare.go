package lifecycle

import "slices"

// keeping is preservation: it discloses nothing and ends by itself.
var keeping = slices.Concat(Table{
	{Do: Preserve, By: by(Intake, Reviewer, Senior), From: at(Received, Screened, Returned, Objected, Forwarded), Needs: needs{unfrozen, verified, unkept, barFree, ends}, To: Stay, Then: then{keep}},
	{Do: ExtendPreserving, By: by(Reviewer, Senior), From: alive, Needs: needs{unfrozen, kept, proven, reasoned, ends}, To: Stay},
	{Do: Link, By: by(Intake, Reviewer, Senior), From: alive, Needs: needs{kept, linked}, To: Stay, Then: then{holdKept}},
	{Do: Unhold, By: by(Machine), From: anyStage, Needs: needs{unfrozen, held, forNothing, isDue}, To: Stay, Then: then{eraseKept}},
	{Do: Unhold, By: by(Machine), From: anyStage, Needs: needs{unfrozen, held, isDue}, To: Stay, Then: then{letLapse}},
	{Do: LapsePreservation, By: by(Machine), From: anyStage, Needs: needs{unfrozen, kept, isDue}, To: Stay, Then: then{eraseKept}},
},
	ordersOf(Row{Do: Hold, By: by(Judge), From: alive, Needs: needs{stored, reasoned, ends}, To: Stay, Then: then{holdKept}}),
)

// secrecy is what a court may order, and how it ends.
var secrecy = slices.Concat(
	ordersOf(Row{Do: OrderSecrecy, By: by(Judge), From: alive &^ over, Needs: needs{unfrozen, plain, dutyOpen, secrecyMet, reasoned, ends}, To: Stay, Then: then{firstSecrecy}}),
	ordersOf(Row{Do: ExtendSecrecy, By: by(Judge), From: alive, Needs: needs{unfrozen, extendable, secrecyMet, reasoned, ends}, To: Stay, Then: then{moreSecrecy}}),

	ordersOf(Row{Do: LiftSecrecy, By: by(Judge), From: anyStage, Needs: needs{secret}, To: Stay, Then: then{endTheSecrecy}}),
	Table{
		{Do: HoldBeyond, By: by(Senior), From: anyStage, Needs: needs{usedUp, decisionSeen, remedySought, reasoned, ends, seconded}, To: Stay, Then: then{beyondSecrecy}},
		{Do: HoldBeyond, By: by(Senior), From: anyStage, Needs: needs{dutyOpen, longerEnd, decisionSeen, remedySought, reasoned, ends, seconded}, To: Stay, Then: then{beyondSecrecy}},
		{Do: EndSecrecy, By: by(Machine), From: anyStage, Needs: needs{secret, isDue}, To: Stay, Then: then{endTheSecrecy}},
	},
)

// telling settles the duty, by whoever may, once everybody concerned was told.
// Where the issuing authority tells, the office does so only of what has come to
// nothing; oversight may, when it is time and nobody has.
var telling = slices.Concat(
	tellings(by(Notifier), (decided|fresh)&^over, dutyOpen, toTell, officeTells),
	tellings(by(Notifier), over, dutyOpen),
	tellings(by(Notifier), anyStage, dutyOpen, noticeDue, officeTells),
	tellings(by(Oversight), anyStage, dutyOpen, noticeDue, reasoned),
	tellings(by(Oversight), decided, dutyOpen, reviewFailed, reasoned),
	Table{
		{Do: ToldByIssuer, By: by(Notifier), From: decided | fresh, Needs: needs{dutyOpen, toTell, issuerTells, proven, everyoneTold}, To: Stay, Then: then{settle}},
		{Do: PlanNotice, By: by(Notifier), From: anyStage, Needs: needs{dutyOpen, channelChosen, remedyNamed}, To: Stay},
		{Do: Bounce, By: by(Machine), From: anyStage, Needs: needs{accepted, proven}, To: Stay, Then: then{reopenDuty}},
		{Do: Unreachable, By: by(Notifier, Senior), From: decided | fresh, Needs: needs{dutyOpen, toTell, officeTells, tellable, proven, reasoned, everyoneTold, seconded}, To: Stay, Then: then{settle}},
	},
)

// tellings is telling one of several, and telling the last.
func tellings(who Roles, from StageSet, more ...Guard) Table {
	one := slices.Concat(more, needs{tellable, channelChosen, proven, remedyNamed})
	return Table{
		{Do: Tell, By: who, From: from, Needs: slices.Concat(one, needs{everyoneTold}), To: Stay, Then: then{settle}},
		{Do: TellOne, By: who, From: from, Needs: one, To: Stay},
	}
}

// challenging is what the person, the requester and the defence may do about it.
var challenging = slices.Concat(Table{
	{Do: File, By: by(Person, Intake), From: anyStage, Needs: needs{accepted, unchallenged}, To: Stay, Then: then{fileIt}},
	{Do: File, By: by(Person, Intake), From: anyStage, Needs: needs{overruled, newGround}, To: Stay, Then: then{fileIt}},
	{Do: JoinChallenge, By: by(Person, Intake), From: anyStage, Needs: needs{undecided}, To: Stay},
	{Do: OverdueChallenge, By: by(Machine), From: anyStage, Needs: needs{filed, isDue}, To: Stay, Then: then{runOver}},
	{Do: Appeal, By: by(Person, Intake), From: anyStage, Needs: needs{rejected}, To: Stay, Then: then{appealIt}},
	{Do: RejectChallenge, By: by(Senior, Judge, Oversight), From: anyStage, Needs: needs{filed, uninvolved, reasoned}, To: Stay, Then: then{rejectIt}},
	{Do: RejectChallenge, By: by(Judge, Oversight), From: anyStage, Needs: needs{overdue, uninvolved, reasoned}, To: Stay, Then: then{rejectIt}},
	{Do: RejectChallenge, By: by(Judge, Oversight), From: anyStage, Needs: needs{appealed, uninvolved, reasoned}, To: Stay, Then: then{dismissIt}},
},
	upholding(by(Senior, Judge, Oversight), filed),
	upholding(by(Judge, Oversight), overdue),
	upholding(by(Judge, Oversight), appealed),
	Table{
		{Do: DemandErasure, By: by(Reviewer, Senior, Notifier), From: anyStage, Needs: needs{owed}, To: Stay, Then: then{demand}},
		{Do: ConfirmErasure, By: by(Requester, Intake), From: anyStage, Needs: needs{demanded, proven}, To: Stay, Then: then{confirm}},
		{Do: AskOnward, By: by(Requester, Intake), From: at(Disclosed, Closed), Needs: needs{given, unasked}, To: Stay, Then: then{askOn}},
		{Do: RefuseOnward, By: by(Reviewer, Senior, Judge), From: anyStage, Needs: needs{asked, reasoned}, To: Stay, Then: then{decideOn}},
		{Do: LapseOnward, By: by(Machine), From: anyStage, Needs: needs{asked, isDue}, To: Stay, Then: then{decideOn}},
		{Do: AskDefence, By: by(Requester, Person, Intake), From: at(Disclosed, Closed), Needs: needs{given, defenceMute}, To: Stay, Then: then{askDef}},
		{Do: AskDefence, By: by(Requester, Person, Intake), From: at(Refused, Denied), Needs: needs{defenceMute}, To: Stay, Then: then{askDef}},
		{Do: AnswerDefence, By: by(Senior, Judge), From: anyStage, Needs: needs{defenceAsks, reasoned}, To: Stay, Then: then{answerDef}},
	},
	ordersOf(Row{Do: AllowOnward, By: by(Judge), From: anyStage, Needs: needs{unfrozen, verified, asked, barFree, reasoned, ends}, To: Stay, Then: then{decideOn, reopenDuty}}),
)

// upholding a challenge ends what has not left, and owes erasure of what has.
// What a court above compels, only a court stops.
func upholding(who Roles, stands Guard) Table {
	row := func(who Roles, from StageSet, more needs, to Stage, effects ...Effect) Row {
		return Row{Do: UpholdChallenge, By: who, From: from, Needs: slices.Concat(more, needs{stands, uninvolved, reasoned}), To: to, Then: append(then{upholdIt}, effects...)}
	}
	return Table{
		row(who, at(Disclosed, Closed), needs{given}, Stay, owe),
		row(who, underway, needs{uncompelled}, Refused, unbase, eraseUnheld, waitNobody),
		row(by(Judge), gathering, nil, Refused, unbase, eraseUnheld, waitNobody),
		row(who, at(Redirected, Refused, Denied, Withdrawn, Annulled, Closed), nil, Stay, eraseUnheld),
	}
}

// overseeing stops a case, for a bounded time or by two, and ends it.
var overseeing = Table{
	{Do: FreezeCase, By: by(Oversight), From: anyStage, Needs: needs{thawed, reasoned}, To: Stay, Then: then{freezeOne}},
	{Do: FreezeCase, By: by(Oversight), From: anyStage, Needs: needs{lapsed, reasoned, seconded}, To: Stay, Then: then{freezeTwo}},
	{Do: ConfirmFreeze, By: by(Oversight), From: anyStage, Needs: needs{frozen, seconded, reasoned}, To: Stay, Then: then{freezeTwo}},
	{Do: Thaw, By: by(Oversight), From: anyStage, Needs: needs{frozenByTwo, reasoned, seconded}, To: Stay, Then: then{unfreeze}},
	{Do: Thaw, By: by(Oversight), From: anyStage, Needs: needs{frozen, reasoned}, To: Stay, Then: then{unfreeze}},
	{Do: EndFreeze, By: by(Machine), From: anyStage, Needs: needs{frozen, isDue}, To: Stay, Then: then{unfreeze}},
	{Do: Close, By: by(Intake, Reviewer, Senior), From: ended, Needs: needs{nothingOwed, letGo}, To: Closed},
	{Do: Close, By: by(Intake, Reviewer, Senior), From: at(Screened, Returned), Needs: needs{keepOnly, nothingOwed, letGo}, To: Closed, Then: then{waitNobody}},
	{Do: Close, By: by(Machine), From: ended, Needs: needs{nothingOwed, letGo, isDue}, To: Closed},
	{Do: Close, By: by(Machine), From: at(Screened, Returned), Needs: needs{keepOnly, nothingOwed, letGo, isDue}, To: Closed, Then: then{waitNobody}},
	{Do: Erase, By: by(Machine), From: at(Closed), Needs: needs{nothingOwed, isDue}, To: Erased},
}

// recording changes no track.
var recording = Table{
	{Do: Look, By: by(Intake, Reviewer, Senior, Judge, Custodian, Notifier, Oversight), From: anyStage, To: Stay},
	{Do: LookOutside, By: by(Intake, Reviewer, Senior, Judge, Custodian, Notifier), From: anyStage, Needs: needs{reasoned}, To: Stay},
	{Do: SeeLooks, By: by(Oversight), From: anyStage, To: Stay},
	{Do: Assert, By: by(Reviewer, Senior, Judge), From: anyStage, Needs: needs{reasoned}, To: Stay},
	{Do: Assign, By: by(Intake, Senior), From: anyStage, To: Stay},
	{Do: Unassign, By: by(Intake, Senior), From: anyStage, To: Stay},
	{Do: Clear, By: by(Intake, Reviewer, Senior), From: underway, Needs: needs{proven, decisionSeen, seconded}, To: Stay},
	{Do: Exempt, By: by(Reviewer, Senior), From: underway, Needs: needs{unfrozen, accepted, reasoned, seconded}, To: Stay},
	{Do: StateObjects, By: by(Intake, Reviewer, Senior), From: underway, Needs: needs{proven, grounded}, To: Stay},
	{Do: Escalate, By: by(Machine), From: anyStage, Needs: needs{isDue}, To: Stay},
	{Do: Fetch, By: by(Requester), From: at(Disclosed, Closed), Needs: needs{unfrozen, verified, given, keyEnrolled}, To: Stay},
	{Do: SettleDuty, By: by(Judge, Notifier, Oversight), From: anyStage, Needs: needs{leafSigned}, To: Stay},
	{Do: Note, By: by(Intake, Reviewer, Senior, Judge, Custodian, Notifier, Oversight), From: anyStage, To: Stay},
	{Do: Propose, By: by(Intake, Reviewer, Senior, Judge, Notifier, Oversight), From: anyStage, To: Stay},
}
