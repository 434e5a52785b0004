package watch

import (
	"fmt"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// A topic is what an alarm is about, for whoever reads the report.
type topic uint8

const (
	aboutPromises topic = iota
	aboutSecrecy
	aboutPast
	aboutRules
	aboutNews
)

// kinds says of each kind of alarm what it is about, and what it means to people.
var kinds = map[monitor.Kind]struct {
	topic topic
	words string
}{
	monitor.Overdue:       {aboutPromises, "A promise is overdue"},
	monitor.OverdueSilent: {aboutPromises, "A promise is overdue, and the office has fallen silent"},
	monitor.BrokenPromise: {aboutPromises, "The office promised to publish something, and did not"},

	monitor.HeldBeyond: {aboutSecrecy, "Secrecy was extended beyond the limit"},

	monitor.Rewritten:     {aboutPast, "The past was rewritten"},
	monitor.RolledBack:    {aboutPast, "The office took back what it had published"},
	monitor.Forked:        {aboutPast, "The office shows different pasts to different people"},
	monitor.Withheld:      {aboutPast, "Entries are missing from what is published"},
	monitor.BadCheckpoint: {aboutPast, "What is published is not signed by the office's log"},
	monitor.NoQuorum:      {aboutPast, "Too few witnesses vouch for what is published"},
	monitor.Silent:        {aboutPast, "The office has fallen silent"},
	monitor.Recovered:     {aboutPast, "The office had to restore its records from what is published"},

	monitor.NotCanonical:    {aboutRules, "An entry cannot be read"},
	monitor.UnknownKind:     {aboutRules, "An entry is of a kind that does not exist"},
	monitor.OutOfPlace:      {aboutRules, "An entry stands where it may not"},
	monitor.BlockSize:       {aboutRules, "More or fewer entries were published at once than the rules say"},
	monitor.EpochOrder:      {aboutRules, "Entries are out of order in time"},
	monitor.Gap:             {aboutRules, "For some time nothing was published"},
	monitor.DutyNotMonthEnd: {aboutRules, "A promise has a date that gives something away"},
	monitor.DutyTooLate:     {aboutRules, "A promise was made for later than the rules allow"},
	monitor.DuplicateDuty:   {aboutRules, "Two promises have one name"},
	monitor.UnknownDuty:     {aboutRules, "A promise was declared kept that was never made"},
	monitor.SettledTwice:    {aboutRules, "A promise was declared kept twice"},
	monitor.WrongRole:       {aboutRules, "Somebody signed who may not sign this"},
	monitor.BadSignature:    {aboutRules, "A signature is not valid"},
	monitor.OutOfWindow:     {aboutRules, "Something was published long after, or before, it was signed"},
	monitor.MissingDocument: {aboutRules, "A document that the log names is missing"},
	monitor.Unreleased:      {aboutRules, "The office runs a program that nobody has released"},
	monitor.ReportMismatch:  {aboutRules, "A published report does not agree with the entries"},
	monitor.Conservation:    {aboutRules, "Requests and promises do not add up"},

	monitor.RolesChanged:  {aboutNews, "Other people may sign from now on"},
	monitor.PolicyChanged: {aboutNews, "The rules of the office changed"},
	monitor.SameKey:       {aboutNews, "One institution holds two roles that should be separate"},
	monitor.Demonstration: {aboutNews, "This log is a demonstration: its signatures say nothing"},
}

// title says in plain words what an alarm means.
func title(k monitor.Kind) string {
	if w, ok := kinds[k]; ok {
		return w.words
	}
	return "Something is wrong"
}

func about(k monitor.Kind) topic {
	if w, ok := kinds[k]; ok {
		return w.topic
	}
	return aboutRules
}

// owed says what a duty obliges to.
func owed(c ledger.Class) string {
	switch c {
	case ledger.Notify:
		return "a person was to be told that her data were asked for"
	case ledger.Chase:
		return "it was to be seen to that an authority tells a person"
	case ledger.Remedy:
		return "a challenge was to be decided"
	case ledger.Erase:
		return "it was to be seen to that data given away are erased"
	}
	return "something was to be done"
}

// act says what is done by keeping a promise.
func act(c ledger.Class) string {
	switch c {
	case ledger.Notify:
		return "tell a person"
	case ledger.Chase:
		return "see that an authority tells"
	case ledger.Remedy:
		return "decide a challenge"
	case ledger.Erase:
		return "see that data are erased"
	}
	return c.String()
}

// count says how many there are, with the word for one or for many.
func count[N int | uint64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
