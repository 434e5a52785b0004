package calendar

// own are the clocks that the gateway sets itself because treaties set none.
// They bind the office to a time and give nobody a power.
var own = []Deadline{
	{
		ID: "own-emergency-order", What: "carry out an emergency order of a judge",
		Event: "receipt of the order", Period: Period{8, Hours},
		Kind: Ceiling, Party: Office,
		Then: "the office is late",
		Why:  "The shortest clock of any instrument is kept under all of them, so that a danger to life never waits for a treaty.",
	},
	{
		ID: "own-emergency-review", Provision: "std:np7", What: "review in full a disclosure made in the emergency lane",
		Event: "the disclosure", Period: Period{48, Hours},
		Kind: Ceiling, Party: Office,
		Then: "erasure is demanded, the public log shows it, and oversight decides about notice",
		Why:  "Authorisation after the fact comes within a short time; the number is that of Regulation (EU) 2023/1543 for validation.",
	},
	{
		ID: "own-secrecy", What: "secrecy towards the person ends",
		Event: "the decision on secrecy", Period: Period{90, CalendarDays},
		Kind: Lapse, Party: Office, Extension: Extension{Period{90, CalendarDays}, 3},
		Then: "the person is told; the public sees what is held beyond the limit",
		Why:  "No treaty bounds secrecy. Ninety days are the longest first period; only a court extends it, and four periods are the end.",
	},
	{
		ID: "own-freeze", What: "a freeze of a case by oversight ends",
		Event: "the freeze", Period: Period{72, Hours},
		Kind: Lapse, Party: Oversight,
		Then: "the case goes on unless a second person of oversight has confirmed the freeze",
		Why:  "One person can stop a case at once and not for long; seventy-two hours leave time to find the second over a weekend.",
	},
	{
		ID: "own-challenge", What: "give a first decision on a challenge",
		Event: "receipt of the challenge", Period: Period{14, CalendarDays},
		Kind: Ceiling, Party: Court, Reading: Late,
		Then: "oversight is told; release stays blocked",
		Why:  "A challenge that blocks without end would be a trap for everybody, and one that lapsed in silence no remedy.",
	},
	{
		ID: "own-answer", What: "answer the office's questions",
		Event: "the questions", Period: Period{30, CalendarDays},
		Kind: Ceiling, Party: Requester, Reading: Late,
		Then: "the request is closed as unanswered and can be made anew",
		Why:  "Where no instrument sets a time: long enough for a ministry, short enough that nothing lies open about a person for ever.",
	},
	{
		ID: "own-postponement-review", What: "review a postponement",
		Event: "the postponement or its last review", Period: Period{90, CalendarDays},
		Kind: Ceiling, Party: Office,
		Then: "the request goes on, or is postponed again with reasons",
		Why:  "Treaties let execution be postponed and name no date.",
	},
	{
		ID: "own-retention", What: "the file of a closed case is erased",
		Event: "the end of the case, or the notice to the person if that is later", Period: Period{365, CalendarDays},
		Kind: Lapse, Party: Office,
		Then: "the key of the case is destroyed; the public log stays whole",
		Why:  "A year in which the person can still challenge what was done. Law that asks for another time is entered by the office.",
	},
	{
		ID: "own-retention-child", What: "the file of a closed case about a child is erased",
		Event: "the end of the case, or the notice to the child or guardian if that is later", Period: Period{180, CalendarDays},
		Kind: Lapse, Party: Office,
		Then: "the key of the case is destroyed; the public log stays whole",
		Why:  "Files about children are kept for a shorter time.",
	},
}
