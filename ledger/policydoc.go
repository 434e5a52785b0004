package ledger

import (
	"encoding/hex"
	"math"

	"github.com/rogatory/rogatory/fault"
)

// A PolicyDoc holds the limits that the office has set itself in public, and the
// hashes of what it runs.
type PolicyDoc struct {
	Origin        string
	EpochMinutes  int // length of an epoch, a divisor of a day
	Block         int // sealed leaves of an epoch
	BatchEpochs   int // duties and settles stand in every so-manieth epoch of a day
	InitialDays   int // until a person is told, at first
	ExtensionDays int // by which that is extended at most, each time
	Extensions    int // how often at most
	RemedyDays    int
	ChaseDays     int
	EraseDays     int
	GraceDays     int // after the due date, until a duty is overdue
	WindowDays    int // after it was signed, until a settle is published
	Program       Hash
	Rulebook      Hash
	Law           Hash
	Recovered     uint64 // size at which the log was taken up again; 0: never
}

// DefaultPolicy gives the limits for a log that says nothing else. The hashes
// are left to whoever runs it.
func DefaultPolicy(origin string) PolicyDoc {
	return PolicyDoc{
		Origin: origin, EpochMinutes: 360, Block: 16, BatchEpochs: 4,
		InitialDays: 90, ExtensionDays: 90, Extensions: 4,
		RemedyDays: 30, ChaseDays: 90, EraseDays: 90, GraceDays: 7, WindowDays: 7,
	}
}

// Bounds of a policy. A block is kept small enough to be published in one go,
// a day count small enough that a due date stays a date of this life.
const (
	maxBlock = 4096
	maxDays  = 3660
	maxTimes = 100
)

// numbers lists the lines with small numbers, in order.
func (d *PolicyDoc) numbers() []struct {
	key         string
	value       *int
	least, most uint64
} {
	return []struct {
		key         string
		value       *int
		least, most uint64
	}{
		{"epoch-minutes", &d.EpochMinutes, 1, day},
		{"block", &d.Block, 1, maxBlock},
		{"batch-epochs", &d.BatchEpochs, 1, day},
		{"initial-days", &d.InitialDays, 1, maxDays},
		{"extension-days", &d.ExtensionDays, 1, maxDays},
		{"extensions", &d.Extensions, 0, maxTimes},
		{"remedy-days", &d.RemedyDays, 1, maxDays},
		{"chase-days", &d.ChaseDays, 1, maxDays},
		{"erase-days", &d.EraseDays, 1, maxDays},
		{"grace-days", &d.GraceDays, 0, maxDays},
		{"window-days", &d.WindowDays, 1, maxDays},
	}
}

// Marshal prints the one form of d.
func (d PolicyDoc) Marshal() []byte {
	b := []byte(version + "policy-document\norigin " + d.Origin + "\n")
	for _, n := range d.numbers() {
		b = append(append(b, n.key...), ' ')
		b = append(appendNumber(b, uint64(*n.value)), '\n')
	}
	b = append(hex.AppendEncode(append(b, "program "...), d.Program[:]), '\n')
	b = append(hex.AppendEncode(append(b, "rulebook "...), d.Rulebook[:]), '\n')
	b = append(hex.AppendEncode(append(b, "law "...), d.Law[:]), '\n')
	if d.Recovered > 0 {
		b = append(appendNumber(append(b, "recovered "...), d.Recovered), '\n')
	}
	return b
}

// ParsePolicyDoc reads what Marshal prints. Numbers and hexadecimal digits have
// one form, so that nothing need be printed again and compared.
func ParsePolicyDoc(text []byte) (*PolicyDoc, error) {
	r := read("policy document", text, MaxDocument)
	r.exactly(version + "policy-document")
	d := &PolicyDoc{Origin: r.origin()}
	for _, n := range d.numbers() {
		*n.value = int(r.number(n.key, n.least, n.most))
		if r.err != nil {
			break
		}
		switch {
		case n.value == &d.EpochMinutes && day%d.EpochMinutes != 0:
			r.fail("a day is no multiple of %d minutes", d.EpochMinutes)
		case n.value == &d.BatchEpochs && day/d.EpochMinutes%d.BatchEpochs != 0:
			r.fail("the epochs of a day are no multiple of %d", d.BatchEpochs)
		}
	}
	r.hex("program", &d.Program)
	r.hex("rulebook", &d.Rulebook)
	r.hex("law", &d.Law)
	if r.has("recovered") {
		d.Recovered = r.number("recovered", 1, math.MaxInt64)
	}
	if err := r.end(); err != nil {
		return nil, err
	}
	return d, nil
}

// hex takes a line with a hash in hexadecimal, the form in which people compare
// hashes of programs.
func (r *lines) hex(key string, out *Hash) {
	v := r.value(key)
	if r.err == nil && (len(v) != 2*len(out) || !isHex(v)) {
		r.fail("%s is not %d hexadecimal digits", key, 2*len(out))
		return
	}
	_, _ = hex.Decode(out[:], v) // v is nil or 64 digits
}

// Check says whether d is a policy that ParsePolicyDoc would read.
func (d PolicyDoc) Check() error {
	if _, err := ParsePolicyDoc(d.Marshal()); err != nil {
		return &fault.Fault{Kind: fault.Invalid, Where: "policy", What: "the policy does not hold together", Cause: err}
	}
	return nil
}

// Days gives how long a duty of class c may take.
func (d *PolicyDoc) Days(c Class) int {
	switch c {
	case Chase:
		return d.ChaseDays
	case Remedy:
		return d.RemedyDays
	case Erase:
		return d.EraseDays
	}
	return d.InitialDays
}

// DueFor gives the latest due date of a duty of class c published in epoch e.
func (d *PolicyDoc) DueFor(c Class, e Epoch) Date { return e.Date().AddDays(d.Days(c)).MonthEnd() }

// ExtendedTo gives the latest due date of the duty that takes the place of one
// that was due on old.
func (d *PolicyDoc) ExtendedTo(old Date) Date { return old.AddDays(d.ExtensionDays).MonthEnd() }

// Overdue gives the first day on which an open duty is overdue.
func (d *PolicyDoc) Overdue(due Date) Date { return due.AddDays(d.GraceDays + 1) }

// IsBatch reports whether duties and settles are published with epoch e.
func (d *PolicyDoc) IsBatch(e Epoch) bool { return (e.Slot+1)%d.BatchEpochs == 0 }

// OnlyVersionsDiffer reports whether o differs from d in nothing but program,
// rulebook, law and recovery, which the log's own key may change.
func (d PolicyDoc) OnlyVersionsDiffer(o PolicyDoc) bool {
	o.Program, o.Rulebook, o.Law, o.Recovered = d.Program, d.Rulebook, d.Law, d.Recovered
	return d == o
}
