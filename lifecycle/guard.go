package lifecycle

// A Guard is one condition of a row. Says completes "not allowed: …".
type Guard struct {
	Name  string
	Says  string
	state func(State) bool // nil: it asks for circumstances
	with  Circumstances
}

func when(name, says string, holds func(State) bool) Guard { return Guard{name, says, holds, 0} }

func with(c Circumstances, name, says string) Guard { return Guard{name, says, nil, c} }

func (g *Guard) holds(s State, x Circumstances) bool {
	return x.Has(g.with) && (g.state == nil || g.state(s))
}

// Guards on where the case stands.
var (
	unfrozen     = when("unfrozen", "oversight has frozen the case", func(s State) bool { return !s.Freeze.stops() })
	quarantined  = when("quarantined", "the sender is not in quarantine", func(s State) bool { return s.Sender == Quarantined })
	doubted      = when("doubted", "the sender is not in doubt", func(s State) bool { return s.Sender == Doubted })
	verified     = when("verified", "the sender is not verified, or is in doubt", func(s State) bool { return s.Sender == Verified })
	undoubted    = when("undoubted", "the sender is in doubt already", func(s State) bool { return s.Sender != Doubted })
	unaccepted   = when("unaccepted", "the request was accepted", func(s State) bool { return s.Duty == NoDuty })
	accepted     = when("accepted", "no duty to tell the person is open yet", func(s State) bool { return s.Duty != NoDuty })
	dutyOpen     = when("duty open", "no duty to tell the person is open", func(s State) bool { return s.Duty == DutyOpen })
	forData      = when("for data", "only preservation is asked for", func(s State) bool { return s.Lane != KeepOnly })
	keepOnly     = when("preservation", "more than preservation is asked for", func(s State) bool { return s.Lane == KeepOnly })
	beforeCourt  = when("before the court", "the court was not asked", func(s State) bool { return s.Waiting == ForCourt })
	ordered      = when("ordered", "there is no grant in force", func(s State) bool { return s.Basis == Order })
	compelled    = when("compelled", "nobody compels", func(s State) bool { return s.Basis == Compulsion })
	uncompelled  = when("uncompelled", "the receiver's own court compels it", func(s State) bool { return s.Basis != Compulsion })
	running      = when("running", "the case is postponed", func(s State) bool { return !s.Postponed })
	postponed    = when("postponed", "the case is not postponed", func(s State) bool { return s.Postponed })
	toTell       = when("something to tell", "nothing is decided yet of which to tell", func(s State) bool { return decided.Has(s.Stage) || s.Lane == KeepOnly })
	unkept       = when("unkept", "data are kept already, or were erased", func(s State) bool { return s.Preservation == Unkept })
	kept         = when("kept", "no data are kept", func(s State) bool { return s.Preservation == Kept })
	held         = when("held", "nobody holds the data", func(s State) bool { return s.Preservation == Held })
	letGo        = when("let go", "data are still kept", func(s State) bool { return s.Preservation != Kept && s.Preservation != Held })
	plain        = when("no secrecy before", "secrecy was ordered before", func(s State) bool { return s.Secrecy == Plain })
	extendable   = when("extendable", "secrecy is not in force, or was extended as often as it may be", func(s State) bool { return s.Secrecy >= First && s.Secrecy < ExtendedThrice })
	secret       = when("secret", "no secrecy is in force", State.Secret)
	tellable     = when("tellable", "a court has ordered secrecy", func(s State) bool { return !s.Secret() })
	unchallenged = when("unchallenged", "there is a challenge already", func(s State) bool { return s.Challenge == Unchallenged })
	filed        = when("filed", "no challenge awaits a first decision", func(s State) bool { return s.Challenge == Filed })
	overdue      = when("overdue", "no challenge is overdue", func(s State) bool { return s.Challenge == Overdue })
	rejected     = when("rejected", "no challenge was rejected", func(s State) bool { return s.Challenge == Rejected })
	appealed     = when("appealed", "no appeal is open", func(s State) bool { return s.Challenge == Appealed })
	undecided    = when("undecided", "no challenge is undecided", func(s State) bool { return s.Challenge.undecided() })
	overruled    = when("overruled", "no challenge was rejected", func(s State) bool { return s.Challenge == Rejected || s.Challenge == Dismissed })
	unblocked    = when("unblocked", "a challenge has not had its first decision", func(s State) bool { return !s.Challenge.blocks() && s.Challenge != Upheld })
	standing     = when("no challenge upheld", "a challenge was upheld", func(s State) bool { return s.Challenge != Upheld })
	reviewDue    = when("review due", "no review is due", func(s State) bool { return s.Review == ReviewDue })
	reviewFailed = when("review failed", "the emergency was not found unjustified", func(s State) bool { return s.Review == ReviewFailed })
	unfailed     = when("no review failed", "the emergency was found unjustified", func(s State) bool { return s.Review != ReviewFailed })
	owed         = when("owed", "no erasure is owed", func(s State) bool { return s.Remedy == Owed })
	demanded     = when("demanded", "no erasure was demanded", func(s State) bool { return s.Remedy == Demanded })
	given        = when("given", "nothing has left", func(s State) bool { return s.Given })
	unasked      = when("unasked", "it is asked already", func(s State) bool { return s.Onward == NotAsked })
	asked        = when("asked", "nothing was asked", func(s State) bool { return s.Onward == IsAsked })
	defenceAsks  = when("defence asks", "the defence asks nothing", func(s State) bool { return s.Defence == IsAsked })
	defenceMute  = when("defence silent", "the defence has asked already", func(s State) bool { return s.Defence == NotAsked })
	thawed       = when("not frozen before", "it was frozen before: that takes two", func(s State) bool { return s.Freeze == Unfrozen })
	frozen       = when("frozen", "it is not frozen by one", func(s State) bool { return s.Freeze == Frozen })
	stopped      = when("stopped", "it is not frozen", func(s State) bool { return s.Freeze.stops() })
	lapsed       = when("freeze lapsed", "no freeze has lapsed", func(s State) bool { return s.Freeze == Lapsed })
	nothingOwed  = when("nothing owed", "something is still owed: a notice, a decision on a challenge, a review, an erasure, an answer", func(s State) bool { return !s.owes() })
)

// Guards on the circumstances.
var (
	authentic     = with(Authentic, "authentic", "nothing authenticates the sender: neither a registered channel nor a call-back that confirmed")
	reasoned      = with(Reasoned, "reasoned", "no reasons are given")
	seconded      = with(Seconded, "seconded", "it takes a second person who joins the very same act")
	uninvolved    = with(Uninvolved, "uninvolved", "whoever made the decision does not judge it")
	grounded      = with(Grounded, "grounded", "no ground of the closed list is named")
	formFits      = with(FormFits, "form", "the instrument does not let this office answer in this form")
	screeningMet  = with(ScreeningMet, "screening gate", "not every safeguard of intake and screening is known to hold")
	courtMet      = with(CourtMet, "court gate", "not every safeguard of the court gate is known to hold")
	disclosureMet = with(DisclosureMet, "disclosure gate", "not every safeguard of the disclosure gate is known to hold")
	secrecyMet    = with(SecrecyMet, "secrecy gate", "not every safeguard of the secrecy gate is known to hold")
	barFree       = with(BarFree, "no bar", "an absolute safeguard is known not to hold")
	competent     = with(Competent, "competent", "whoever decided may not decide on this category of data")
	within        = with(Within, "within", "it goes beyond what was asked, granted or compelled")
	ends          = with(Ends, "ends", "no end is named, or it lies beyond the limit")
	lifeAtRisk    = with(LifeAtRisk, "life at risk", "no imminent risk to life is stated and believed")
	contact       = with(ContactConfirmed, "contact confirmed", "nobody has confirmed it with a registered contact or the office's own point")
	limitedData   = with(LimitedData, "limited data", "without an order only subscriber, connection and last-location data may leave")
	decisionSeen  = with(DecisionSeen, "decision seen", "nobody has read and verified the decision itself")
	remedySought  = with(RemedySought, "remedy sought", "no objection, appeal or suspension is filed, and it is not said why not")
	keyEnrolled   = with(KeyEnrolled, "key enrolled", "the recipient has no enrolled key that is not suspended")
	notCollector  = with(NotCollector, "not the collector", "whoever collected does not release")
	floorPassed   = with(FloorPassed, "clock's floor", "the instrument says wait")
	issuerTells   = with(IssuerTells, "issuer tells", "under this instrument the office itself tells the person")
	channelChosen = with(ChannelChosen, "channel chosen", "nobody has decided how to reach the person safely")
	proven        = with(Proven, "proven", "no proof of it is on file")
	onlyKeep      = with(OnlyKeep, "preservation only", "more than preservation is asked for")
	linked        = with(Linked, "linked", "no request for what is kept is on file")
	isDue         = with(Due, "due", "its time has not come")
	newGround     = with(NewGround, "new ground", "it is the same person's challenge of the same decision")
)
