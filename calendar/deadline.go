package calendar

import (
	"slices"
	"strconv"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// A Kind says what the end of a period means. Ten days can be a floor and a
// ceiling at once: then there are two deadlines.
type Kind string

// The kinds.
const (
	Ceiling Kind = "ceiling" // has to be done before
	Floor   Kind = "floor"   // may not be done before
	Lapse   Kind = "lapse"   // what was ordered ends by itself
	Minimum Kind = "minimum" // is kept at least until
)

// A Party is whose deadline it is.
type Party string

// The parties. The office is whoever received the request.
const (
	Office             Party = "office"
	Requester          Party = "requester"
	EnforcingAuthority Party = "enforcing authority"
	Court              Party = "court"
	Oversight          Party = "oversight"
)

// A Reading says in which way a period is counted when there are two. The zero
// Reading is Early.
//
// Early is for what the office owes, so that it is late in neither reading,
// and for what weighs on the person and ends by itself. Late is for what keeps
// data back or keeps it safe for the person, and for what others owe: nobody's
// silence counts before their time is over in both. A ceiling or lapse that
// stands on a floor or minimum of the same provision is Late with it, because
// nothing is due before it is allowed.
type Reading string

// The readings.
const (
	Early Reading = ""
	Late  Reading = "late"
)

// Unlimited is how often an extension can be given where the law sets no number.
const Unlimited = -1

// An Extension is what may be added to a period, and how often; never, if zero.
type Extension struct {
	Period Period
	Times  int
}

// A Deadline is one clock. Clause ids are those of package law; what follows
// from silence stands in Then, because it differs from clock to clock.
type Deadline struct {
	ID         string
	Instrument string // uncc, bud, p2, eu, us; empty if it is the office's own
	Provision  string // id of a clause; of the office's own the standard it serves, if there is one
	What       string // what has to happen, may not happen or ends
	Event      string // what the period runs from
	Period     Period
	Kind       Kind
	Party      Party
	Reading    Reading
	Extension  Extension
	Then       string // what follows at the end of the period
	Why        string // reason for the number or the reading, where it is ours
}

// Deadlines are all clocks: those of the instruments first, then the office's own.
func Deadlines() []Deadline { return slices.Concat(instruments, own) }

// Find gives a deadline by its id; fault.NotFound if there is none.
func Find(id string) (Deadline, error) {
	for _, d := range Deadlines() {
		if d.ID == id {
			return d, nil
		}
	}
	return Deadline{}, fault.NotFoundf("", "there is no deadline %q", id).WithHint("docs/calendar.md lists them")
}

// Own reports whether the clock is the office's and not of an instrument.
func (d Deadline) Own() bool { return d.Instrument == "" }

// Extended is the deadline with its extension given so many times; a
// fault.Conflict if that is oftener than it can be. The whole still runs from
// the one event: extensions do not begin anew when they are asked for late.
func (d Deadline) Extended(times int) (Deadline, error) {
	most := d.Extension.Times
	if times < 0 || most != Unlimited && times > most {
		return Deadline{}, fault.Conflictf("", "%s cannot be extended %s, only %s", d.ID, oftenness(times), oftenness(most))
	}
	d.Period.N += times * d.Extension.Period.N
	if most != Unlimited {
		d.Extension.Times -= times
	}
	return d, nil
}

func oftenness(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// Due is the instant at which a deadline ends, in its own reading. Ask the
// calendar of the party whose deadline it is; for eu:10.2, that of the
// enforcing authority, for whose sake the data are held.
func (c *Calendar) Due(d Deadline, event time.Time) time.Time {
	if d.Reading == Late {
		return c.Late(event, d.Period)
	}
	return c.After(event, d.Period)
}
