package lifecycle

// A Sender is what the office knows of who asks.
type Sender uint8

// The senders. Only from Verified does anything but a receipt and questions go
// out.
const (
	Quarantined Sender = iota
	Doubted            // a call-back failed, or the authority is suspended: it takes two to go on
	Verified
)

var senderNames = []string{"quarantined", "in doubt", "verified"}

// String gives the word for x.
func (x Sender) String() string { return senderNames[x] }

// A Lane is the kind of road the case takes.
type Lane uint8

// The lanes.
const (
	Ordinary  Lane = iota
	Emergency      // without an order: imminent risk to life, two people, reviewed afterwards
	KeepOnly       // preservation is all that is asked for
)

var laneNames = []string{"ordinary", "emergency", "preservation"}

// String gives the word for x.
func (x Lane) String() string { return laneNames[x] }

// Waiting is whose move it is.
type Waiting uint8

// Who is waited for.
const (
	Office Waiting = iota
	ForRequester
	ForCourt
	ForEnforcing // the enforcing authority of the receiving State
	ForNobody
)

var waitingNames = []string{"office", "requester", "court", "enforcing authority", "nobody"}

// String gives the word for x.
func (x Waiting) String() string { return waitingNames[x] }

// A Basis is what authorises anything to leave.
type Basis uint8

// The bases. The zero Basis authorises nothing.
const (
	NoBasis    Basis = iota
	Order            // a grant in force
	Compulsion       // the receiver's own court compels
	Need             // the emergency lane
)

var basisNames = []string{"none", "order", "compulsion", "emergency"}

// String gives the word for x.
func (x Basis) String() string { return basisNames[x] }

// Preservation is whether data are kept for a later request.
type Preservation uint8

// The states of what is kept. Gone is for good.
const (
	Unkept Preservation = iota
	Kept
	Held // by a linked request, by a court or by a freeze
	Gone
)

var preservationNames = []string{"none", "kept", "held", "erased"}

// String gives the word for x.
func (x Preservation) String() string { return preservationNames[x] }

// A Duty is the public duty to tell the person.
type Duty uint8

// The states of the duty.
const (
	NoDuty Duty = iota
	DutyOpen
	Settled
)

var dutyNames = []string{"none", "open", "settled"}

// String gives the word for x.
func (x Duty) String() string { return dutyNames[x] }

// Secrecy is whether the person may not be told yet. It counts its own
// extensions, so that their number is bounded by there being no further value.
type Secrecy uint8

// The periods of secrecy. Four of at most ninety days: the first and three
// extensions, each by a court. Beyond is an order that binds the office past
// the limit: the public sees it. Over is for good: no new period begins.
const (
	Plain Secrecy = iota
	First
	ExtendedOnce
	ExtendedTwice
	ExtendedThrice
	Beyond
	Over
)

var secrecyNames = []string{"none", "first period", "extended once", "extended twice", "extended three times", "held beyond the limit", "over"}

// String gives the word for x.
func (x Secrecy) String() string { return secrecyNames[x] }

// A Challenge is what the person filed.
type Challenge uint8

// The states of a challenge.
const (
	Unchallenged Challenge = iota
	Filed
	Overdue // no decision in time: the office has lost the right to decide alone
	Rejected
	Appealed
	Dismissed
	Upheld
)

var challengeNames = []string{"none", "filed", "overdue", "rejected", "appealed", "dismissed", "upheld"}

// String gives the word for x.
func (x Challenge) String() string { return challengeNames[x] }

// blocks reports whether there is no first decision yet.
func (x Challenge) blocks() bool { return x == Filed || x == Overdue }

func (x Challenge) undecided() bool { return x.blocks() || x == Appealed }

// A Remedy is the duty to have disclosed data erased.
type Remedy uint8

// The states of the remedy.
const (
	NoRemedy Remedy = iota
	Owed
	Demanded
	Confirmed
)

var remedyNames = []string{"none", "owed", "demanded", "confirmed"}

// String gives the word for x.
func (x Remedy) String() string { return remedyNames[x] }

// A Review is the court's look at an emergency, within 48 hours.
type Review uint8

// The states of the review.
const (
	NoReview Review = iota
	ReviewDue
	ReviewUpheld
	ReviewFailed // refused, or not done in time
)

var reviewNames = []string{"none", "due", "upheld", "failed"}

// String gives the word for x.
func (x Review) String() string { return reviewNames[x] }

// A Freeze is oversight stopping a case.
type Freeze uint8

// The states of a freeze. One who has frozen alone cannot do so again: from
// Lapsed it takes two.
const (
	Unfrozen Freeze = iota
	Frozen          // by one, for a bounded time
	FrozenByTwo
	Lapsed
)

var freezeNames = []string{"no", "frozen", "frozen by two", "lapsed"}

// String gives the word for x.
func (x Freeze) String() string { return freezeNames[x] }

func (x Freeze) stops() bool { return x == Frozen || x == FrozenByTwo }

// Asked is whether something was asked for and not yet decided.
type Asked uint8

// Asked or not.
const (
	NotAsked Asked = iota
	IsAsked
)

var askedNames = []string{"no", "asked"}

// String gives the word for x.
func (x Asked) String() string { return askedNames[x] }
