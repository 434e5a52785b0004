package letter

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/fault"
)

// A Kind is what a letter is for.
type Kind string

// The kinds, by who reads them.
const (
	Named         Kind = "named"          // to the enrolled authority in whose name somebody asks without its key
	Accepted      Kind = "accepted"       // to the requester: its request is in and it is known who asks
	Questions     Kind = "questions"      // what is missing
	Offer         Kind = "offer"          // a narrower measure
	Redirected    Kind = "redirected"     // another route
	Refused       Kind = "refused"        // by the office
	Objected      Kind = "objected"       // by a provider under an EU order
	Forwarded     Kind = "forwarded"      // to whoever decides
	Ready         Kind = "ready"          // the package can be fetched
	Denied        Kind = "denied"         // by whoever decides
	Ended         Kind = "ended"          // withdrawn, annulled, lapsed, closed
	Postponed     Kind = "postponed"      // until a time
	ErasureDemand Kind = "erasure-demand" // of what was given

	Enrolment Kind = "enrolment" // to the contact an authority had so far: what is about to change
	Enrolled  Kind = "enrolled"
	Suspended Kind = "suspended"

	GrantedEcho Kind = "granted-echo" // to the registry of the court in whose name something was granted

	Notice            Kind = "notice" // to the person whose data were asked for
	ChallengeReceived Kind = "challenge-received"
	ChallengeDecided  Kind = "challenge-decided"

	Urgent       Kind = "urgent"        // to staff: a life is said to be in danger
	Escalation   Kind = "escalation"    // to staff: a clock
	Assigned     Kind = "assigned"      // to staff: a case
	SecondWanted Kind = "second-wanted" // to staff: a second person
	Invitation   Kind = "invitation"    // to somebody who is to work in the office
)

// A rule is what a kind says.
type rule struct {
	kind Kind
	must string // members it needs; a|b: at least one of them
	may  string // members it says if they are there

	// outcomes are those it tells of, with what it needs then; nil: it tells of none.
	outcomes map[string]string
}

var (
	// endings are how a request ends, as its requester is told.
	endings = map[string]string{"withdrawn": "", "annulled": "", "lapsed": "", "closed": ""}

	// urgencies are what is known of a danger when staff are called.
	urgencies = map[string]string{"verified": "", "unverified": ""}

	// decisions are how a challenge ends. Rejected: it can be appealed; dismissed: no more.
	decisions = map[string]string{"upheld": "", "rejected": "Due Remedy", "dismissed": "Remedy"}

	// fates are the stages in which a person is told, each with what a notice has
	// to say then.
	fates = map[string]string{
		"screened": "Due", "returned": "Due", "objected": "Due", "forwarded": "Due",
		"granted": "Due", "collected": "Due", "sealed": "Due",
		"compelled": "",
		"disclosed": "At",
		"refused":   "", "redirected": "", "denied": "", "withdrawn": "", "annulled": "",
	}

	// lateness is why a person is told only now. Secrecy: a court ordered it, until
	// the time in Until; emergency: a life was said to be in danger, and no court was
	// asked first; compelled: a court or an authority above the office bound it.
	lateness = []string{"secrecy", "emergency", "compelled", "unreached", "late"}

	erasures = []string{"demanded", "confirmed"}
)

// rules is the table of kinds. What stands in neither column is not said.
var rules = []rule{
	{Named, "Office Case At", "", nil},
	{Accepted, "Office Reply Case Reference At", "Due Told Instrument", nil},
	{Questions, "Office Reply Case Reference Questions Due", "Told Link", nil},
	{Offer, "Office Reply Case Reference Told|Items|Grounds Due", "Link", nil},
	{Redirected, "Office Reply Case Reference Told|Grounds", "", nil},
	{Refused, "Office Reply Case Reference", "Grounds Told", nil},
	{Objected, "Office Reply Case Reference", "Grounds Told Due", nil},
	{Forwarded, "Office Reply Case Reference", "Told", nil},
	{Ready, "Office Reply Case Reference", "Items Until Link Told", nil},
	{Denied, "Office Reply Case Reference", "Grounds Told", nil},
	{Ended, "Office Reply Case Reference Outcome", "Items Told", endings},
	{Postponed, "Office Reply Case Reference Until Told|Grounds", "", nil},
	{ErasureDemand, "Office Reply Case Reference Due", "Items Told", nil},

	{Enrolment, "Office Authority At Changes", "", nil},
	{Enrolled, "Office Authority At", "Until Told", nil},
	{Suspended, "Office Authority At", "Told", nil},

	{GrantedEcho, "Office Case Reference At Items Until", "Authority Due", nil},

	{Notice, "Office Reply Case Authority Country Instrument Outcome Remedy", "Items At Due Until Told Grounds Why Decision Erasure ErasureAt Link Code Proof Log", fates},
	{ChallengeReceived, "Office Reply Case At Due", "", nil},
	{ChallengeDecided, "Office Reply Case Outcome Told", "Link Code Remedy Proof", decisions},

	{Urgent, "Case Outcome", "", urgencies},
	{Escalation, "Case Clock Due", "At", nil},
	{Assigned, "Case", "Due", nil},
	{SecondWanted, "Case", "Due", nil},
	{Invitation, "Office Link Until", "Code", nil},
}

// envelope is what any letter may be filled with, said or not.
var envelope = strings.Fields("Office Reply Case Reference Authority Country Instrument At")

// Kinds is every kind.
func Kinds() []Kind {
	list := make([]Kind, len(rules))
	for i := range rules {
		list[i] = rules[i].kind
	}
	return list
}

func ruleOf(k Kind) (*rule, error) {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.kind == k })
	if i < 0 {
		return nil, fault.Invalidf(string(k), "is no kind of letter")
	}
	return &rules[i], nil
}

// A case reference is written without spaces, so that no line can break in it and
// nothing else can hide in a subject.
var caseForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9./-]{0,39}$`)

// check refuses what the kind cannot say and takes out what it does not say.
func (l *Letter) check() error {
	r, err := ruleOf(l.Kind)
	if err != nil {
		return err
	}
	must := strings.Fields(r.must)
	if len(r.outcomes) > 0 {
		more, ok := r.outcomes[l.Outcome]
		if !ok {
			return fault.Invalidf(string(l.Kind), "%q is no outcome such a letter tells of", l.Outcome).
				WithHint("it is one of " + strings.Join(slices.Sorted(maps.Keys(r.outcomes)), ", "))
		}
		if l.Kind != Notice || l.announced() {
			must = append(must, strings.Fields(more)...)
		}
	}
	members := reflect.ValueOf(l).Elem()
	missing := func(name string) bool { return members.FieldByName(name).IsZero() }
	said := append(strings.Fields(r.may), "Kind", "Language", "Rehearsal")
	for _, m := range must {
		either := strings.Split(m, "|")
		if !slices.ContainsFunc(either, func(name string) bool { return !missing(name) }) {
			return fault.Invalidf(string(l.Kind), "such a letter has to say %s", strings.Join(either, " or "))
		}
		said = append(said, either...)
	}
	for _, member := range reflect.VisibleFields(members.Type()) {
		switch {
		case missing(member.Name) || slices.Contains(said, member.Name):
		case slices.Contains(envelope, member.Name):
			members.FieldByIndex(member.Index).SetZero()
		default:
			return fault.Invalidf(string(l.Kind), "such a letter says nothing of %s", member.Name)
		}
	}
	if l.Case != "" && !caseForm.MatchString(l.Case) {
		return fault.Invalidf(string(l.Kind), "%q is no case reference", l.Case)
	}
	switch {
	case l.Why != "" && !slices.Contains(lateness, l.Why):
		return fault.Invalidf(string(l.Kind), "%q is no reason why somebody is told only now", l.Why).
			WithHint("it is one of " + strings.Join(lateness, ", "))
	case l.Why == "secrecy" && l.Until.IsZero():
		return fault.Invalidf(string(l.Kind), "secrecy has an end, and Until does not say it")
	case l.Erasure != "" && !slices.Contains(erasures, l.Erasure):
		return fault.Invalidf(string(l.Kind), "an erasure is not %q", l.Erasure).WithHint("it is one of " + strings.Join(erasures, ", "))
	case l.Erasure != "" && l.fate() != "given":
		return fault.Invalidf(string(l.Kind), "nothing was given that could be erased")
	case l.Erasure == "" && !l.ErasureAt.IsZero():
		return fault.Invalidf(string(l.Kind), "ErasureAt is the day of an erasure, and there is none")
	}
	if l.Code != "" && l.Link == "" {
		return fault.Invalidf(string(l.Kind), "a code is for a link, and there is none")
	}
	return l.checkUncut()
}
