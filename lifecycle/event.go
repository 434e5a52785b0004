package lifecycle

// An Event is one thing that can happen to a case. The zero Event is nothing.
type Event string

// What comes in, and who is behind it.
const (
	Authenticate    Event = "authenticate"
	Doubt           Event = "doubt" // a call-back failed
	Suspend         Event = "suspend"
	Accept          Event = "accept" // two people accept a sender in doubt, or for a life at risk one in quarantine
	LapseQuarantine Event = "lapse-quarantine"
	Screen          Event = "screen"
	Answer          Event = "answer"
	Withdraw        Event = "withdraw"
	Annul           Event = "annul" // by the issuing or the enforcing State
)

// What the office decides.
const (
	Return         Event = "return"
	Offer          Event = "offer" // a narrower measure
	LapseQuestions Event = "lapse-questions"
	Redirect       Event = "redirect"
	Refuse         Event = "refuse"
	Object         Event = "object"
	Maintain       Event = "maintain" // the issuer maintains its order: the enforcing authority decides
	Forward        Event = "forward"
	Apply          Event = "apply" // to the court
	Postpone       Event = "postpone"
	Resume         Event = "resume"
	EndPostponing  Event = "end-postponing"
	Correct        Event = "correct"
)

// What authorises, and what leaves.
const (
	Grant          Event = "grant"
	Deny           Event = "deny"
	Revoke         Event = "revoke"
	ExpireGrant    Event = "expire-grant"
	Compel         Event = "compel"
	LiftCompulsion Event = "lift-compulsion"
	OpenLane       Event = "open-lane" // the emergency lane
	UpholdReview   Event = "uphold-review"
	RefuseReview   Event = "refuse-review"
	MissReview     Event = "miss-review"
	Collect        Event = "collect"
	Discard        Event = "discard" // what was collected, to collect again
	Seal           Event = "seal"
	Release        Event = "release"
)

// Preservation, secrecy and notice.
const (
	Preserve          Event = "preserve"
	ExtendPreserving  Event = "extend-preservation"
	Link              Event = "link"
	Hold              Event = "hold"
	Unhold            Event = "unhold"
	LapsePreservation Event = "lapse-preservation"
	OrderSecrecy      Event = "order-secrecy"
	ExtendSecrecy     Event = "extend-secrecy"
	HoldBeyond        Event = "hold-beyond"
	LiftSecrecy       Event = "lift-secrecy"
	EndSecrecy        Event = "end-secrecy"
	Tell              Event = "tell"
	ToldByIssuer      Event = "told-by-issuer"
	Unreachable       Event = "unreachable"
)

// What the person, the defence, the requester and oversight do afterwards.
const (
	File             Event = "challenge"
	RejectChallenge  Event = "reject-challenge"
	UpholdChallenge  Event = "uphold-challenge"
	OverdueChallenge Event = "overdue-challenge"
	Appeal           Event = "appeal"
	DemandErasure    Event = "demand-erasure"
	ConfirmErasure   Event = "confirm-erasure"
	AskOnward        Event = "ask-onward"
	AllowOnward      Event = "allow-onward"
	RefuseOnward     Event = "refuse-onward"
	LapseOnward      Event = "lapse-onward"
	AskDefence       Event = "ask-defence"
	AnswerDefence    Event = "answer-defence"
	FreezeCase       Event = "freeze"
	ConfirmFreeze    Event = "confirm-freeze"
	Thaw             Event = "thaw"
	EndFreeze        Event = "end-freeze"
	Close            Event = "close"
	Erase            Event = "erase"
)

// What changes no track and is on record all the same.
const (
	Look        Event = "look"
	LookOutside Event = "look-outside" // at a case that is not one's own, with a reason
	SeeLooks    Event = "see-looks"    // oversight has seen them
	Assert      Event = "assert"
	Assign      Event = "assign"
	Unassign    Event = "unassign"
	Clear       Event = "clear"  // the enforcing authority lets it pass early, or withdraws its objection
	Exempt      Event = "exempt" // no authority is to be asked: Regulation (EU) 2023/1543, art. 8(2)
	Escalate    Event = "escalate"
	Note        Event = "note"
	Propose     Event = "propose" // an act that takes a second person

	StateObjects  Event = "state-objects"  // the enforcing authority raises a ground or sets conditions
	TellOne       Event = "tell-one"       // of several persons concerned
	PlanNotice    Event = "plan-notice"    // a notifier decides ahead how a person is told, to be done when nothing forbids it
	Bounce        Event = "bounce"         // a notice came back: the person was not told
	Fetch         Event = "fetch"          // the requester fetches what was released
	SettleDuty    Event = "settle-duty"    // a role settles, with its key, a duty that stands in the public log
	JoinChallenge Event = "join-challenge" // another person's, while one is undecided
)

// Circumstances are what holds at the moment of an event, as established from
// the papers of the case. Every guard wants them to hold; none wants one not to.
type Circumstances uint64

// The circumstances.
const (
	Authentic        Circumstances = 1 << iota // a registered channel's signature, or a call-back that confirmed
	Reasoned                                   // reasons are given
	Seconded                                   // another person proposed this very act
	Uninvolved                                 // the actor did not make the decision in question
	Grounded                                   // grounds of the closed list are named and signed
	FormFits                                   // the instrument lets this kind of office answer in this form
	ScreeningMet                               // every safeguard of intake and screening
	CourtMet                                   // every safeguard of the court gate
	DisclosureMet                              // every safeguard of the disclosure gate
	SecrecyMet                                 // every safeguard of the secrecy gate
	BarFree                                    // no absolute safeguard is known not to hold
	Competent                                  // whoever decided may decide on every category concerned
	Within                                     // nothing beyond what was asked, granted or compelled
	Ends                                       // an end is named, within the limit
	LifeAtRisk                                 // imminent risk to life, stated and believed
	ContactConfirmed                           // through a registered contact or the office's own point
	LimitedData                                // subscriber, connection and last-location data only
	DecisionSeen                               // the decision itself was read and verified
	RemedySought                               // objection, appeal, suspension are filed, or it is said why not
	KeyEnrolled                                // the recipient's key is enrolled and not suspended
	NotCollector                               // the actor collected nothing
	FloorPassed                                // no clock of the instrument says wait
	IssuerTells                                // the instrument leaves the notice to the issuing authority
	ChannelChosen                              // a person decided how to reach the person safely
	Proven                                     // proof of what is reported is on file
	OnlyKeep                                   // the request asks for preservation only
	Linked                                     // a request for what is kept is on file
	Due                                        // the time has come
	CompelledMet                               // every safeguard that a compulsion leaves standing, for these measures
	NewGround                                  // the challenge is another person's, or of something granted or given since
	EveryoneTold                               // with this act nobody concerned is left who was neither told nor found to be beyond reach
	NoticeDue                                  // the time to tell has come, whatever stage the case is at
	RemedyNamed                                // the notice names forum, time limit and oversight body
	NoObjection                                // no objection or condition of the enforcing authority stands
	OfficeTells                                // the notice is this office's and not the issuing authority's
	LongerEnd                                  // the decision itself names an end beyond the limit
	LifeOrdered                                // the grant in force is a court's and states an imminent risk to life
	Published                                  // the authorisation and the duty stand in the public log, or a receipt for them does
	SettlementSigned                           // it was signed by a key of a role that may settle this duty so
	circumstanceEnd
)

// AllCircumstances hold everything.
const AllCircumstances = circumstanceEnd - 1

// Has reports whether all of c hold.
func (x Circumstances) Has(c Circumstances) bool { return x&c == c }
