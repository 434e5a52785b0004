package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	life "github.com/rogatory/rogatory/lifecycle"
)

func state(t *testing.T, words string) life.State {
	t.Helper()
	var s life.State
	if err := s.UnmarshalText([]byte(words)); err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	sealed   = "stage:sealed, sender:verified, basis:order, duty:open"
	given    = "stage:disclosed, sender:verified, basis:order, duty:open, waiting:nobody, given"
	forward  = "stage:forwarded, sender:verified, duty:open"
	court    = "stage:forwarded, sender:verified, duty:open, waiting:court"
	granted  = "stage:granted, sender:verified, basis:order, duty:open"
	screened = "stage:screened, sender:verified, duty:open"
	refused  = "stage:refused, sender:verified, waiting:nobody, duty:open"
)

// without takes from all circumstances what a case says is missing.
func without(c life.Circumstances) life.Circumstances { return life.AllCircumstances &^ c }

func TestSteps(t *testing.T) {
	rejected := map[string]bool{}
	accepted := map[string]bool{}
	for _, c := range []struct {
		statement string // the number its name starts with
		name      string
		holds     bool
		who       life.Role
		do        life.Event
		with      life.Circumstances
		from, to  string
	}{
		{"1", "released at the disclosure gate", true, life.Senior, life.Release, without(0), sealed, given},
		{"1", "released though the gate is not known to hold", false, life.Senior, life.Release, without(life.DisclosureMet), sealed, given},
		{"1", "released and not in the public log", false, life.Senior, life.Release, without(life.Published), sealed, given},
		{"1", "more than was granted", false, life.Senior, life.Release, without(life.Within), sealed, given},
		{"1", "granted by the police", false, life.Judge, life.Grant, without(life.Competent), court, granted},
		{"1", "granted without an end", false, life.Judge, life.Grant, without(life.Ends), court, granted},
		{"1", "granted though nobody applied", false, life.Judge, life.Grant, without(0), forward, granted},
		{"1", "released from the shelf of another case", false, life.Senior, life.Release, without(0), granted, given},
		{"1", "released over an objection", false, life.Senior, life.Release, without(life.NoObjection), sealed, given},
		{"1", "compelled, and what the compulsion leaves standing does not hold", false, life.Senior, life.Release, without(life.CompelledMet), "stage:sealed, sender:verified, basis:compulsion, duty:open", "stage:disclosed, sender:verified, basis:compulsion, duty:open, waiting:nobody, given"},
		{"2", "two release", true, life.Senior, life.Release, without(0), sealed, given},
		{"2", "one releases", false, life.Senior, life.Release, without(life.Seconded), sealed, given},
		{"2", "the collector releases", false, life.Senior, life.Release, without(life.NotCollector), sealed, given},
		{"2", "a decision on paper entered by one", false, life.Reviewer, life.Grant, without(life.Seconded), court, granted},
		{"2", "a decision on paper entered by two", true, life.Reviewer, life.Grant, without(0), court, granted},
		{"2", "one says that an authority lets it pass", false, life.Senior, life.Clear, without(life.Seconded), granted, granted},
		{"2", "one says that no authority is to be asked", false, life.Senior, life.Exempt, without(life.Seconded), granted, granted},
		{"2", "one thaws what two froze", false, life.Oversight, life.Thaw, without(life.Seconded), granted + ", freeze:frozen by two", granted + ", freeze:lapsed"},
		{"2", "one gives up telling", false, life.Notifier, life.Unreachable, life.Proven | life.Reasoned | life.OfficeTells | life.EveryoneTold, given, strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"3", "corrected by two", true, life.Senior, life.Correct, without(0), refused, screened},
		{"3", "corrected by who refused", false, life.Senior, life.Correct, without(life.Uninvolved), refused, screened},
		{"3", "corrected by a reviewer", false, life.Reviewer, life.Correct, without(0), refused, screened},
		{"3", "back after an upheld challenge", false, life.Senior, life.Compel, without(0), refused + ", challenge:upheld", "stage:compelled, basis:compulsion, sender:verified, duty:open, challenge:upheld"},
		{"3", "back after a failed review", false, life.Senior, life.Correct, without(0), refused + ", review:failed", screened + ", review:failed"},
		{"4", "told by the notifier", true, life.Notifier, life.Tell, without(0), given, strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "told by the reviewer", false, life.Reviewer, life.Tell, without(0), given, strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "told blindly", false, life.Notifier, life.Tell, without(life.ChannelChosen | life.IssuerTells | life.Proven), given, strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "refused before the duty is open", false, life.Senior, life.Refuse, without(0), "stage:screened", "stage:refused, waiting:nobody"},
		{"4", "granted after the person was told of less", false, life.Judge, life.Grant, without(0), "stage:forwarded, sender:verified, duty:settled, waiting:court", "stage:granted, sender:verified, basis:order, duty:settled"},
		{"4", "not told, and nothing says it may wait", false, life.Senior, life.Release, without(life.IssuerTells | life.LifeOrdered), sealed, given},
		{"4", "not told, and the order states a risk to life", true, life.Senior, life.Release, without(life.IssuerTells), sealed, given},
		{"4", "given for a life, and the duty gone with it", false, life.Senior, life.Release, without(0), sealed, strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "told, then released", true, life.Senior, life.Release, without(life.IssuerTells), strings.Replace(sealed, "duty:open", "duty:settled, secrecy:over", 1), strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "released before the telling in an emergency", true, life.Senior, life.Release, without(life.IssuerTells), "stage:sealed, sender:verified, lane:emergency, basis:emergency, duty:open, review:due", "stage:disclosed, sender:verified, lane:emergency, basis:emergency, duty:open, waiting:nobody, given, review:due"},
		{"4", "one of several told, and settled", false, life.Notifier, life.Tell, without(life.EveryoneTold), given, strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "one of several told", true, life.Notifier, life.TellOne, without(life.EveryoneTold), given, given},
		{"4", "one of several told under secrecy", false, life.Notifier, life.TellOne, without(0), given + ", secrecy:first period", given + ", secrecy:first period"},
		{"4", "told without saying what can be done", false, life.Notifier, life.Tell, without(life.RemedyNamed | life.Reasoned | life.IssuerTells), given, strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "told while the order is alive and the issuer tells", false, life.Notifier, life.Tell, without(life.OfficeTells | life.IssuerTells), given, strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "told by the office of what came to nothing", true, life.Notifier, life.Tell, without(life.OfficeTells | life.IssuerTells), refused, strings.Replace(refused, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "told too early", false, life.Notifier, life.Tell, without(life.NoticeDue), forward, strings.Replace(forward, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "told when it is time", true, life.Notifier, life.Tell, without(0), forward, strings.Replace(forward, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "oversight tells before it is time", false, life.Oversight, life.Tell, without(life.NoticeDue), given, strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "oversight tells over a secrecy", false, life.Oversight, life.Tell, without(0), given + ", secrecy:first period", strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "a silent issuer given up on", false, life.Notifier, life.Unreachable, without(life.OfficeTells | life.IssuerTells | life.ChannelChosen), given, strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"4", "passed on, and nobody is told", false, life.Judge, life.AllowOnward, without(0), strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1) + ", onward:asked", strings.Replace(given, "duty:open", "duty:settled, secrecy:over", 1)},
		{"5", "secrecy by the judge", true, life.Judge, life.OrderSecrecy, without(0), granted, granted + ", secrecy:first period"},
		{"5", "secrecy by the senior alone", false, life.Senior, life.OrderSecrecy, without(life.DecisionSeen), granted, granted + ", secrecy:first period"},
		{"5", "secrecy without an end", false, life.Judge, life.OrderSecrecy, without(life.Ends), granted, granted + ", secrecy:first period"},
		{"5", "a fifth period", false, life.Judge, life.ExtendSecrecy, without(0), granted + ", secrecy:extended three times", granted + ", secrecy:held beyond the limit"},
		{"5", "a new period after the end", false, life.Judge, life.OrderSecrecy, without(0), granted + ", secrecy:over", granted + ", secrecy:first period"},
		{"5", "secrecy after a refusal", false, life.Judge, life.OrderSecrecy, without(0), refused, refused + ", secrecy:first period"},
		{"5", "held beyond the limit by an order with a longer end", true, life.Senior, life.HoldBeyond, without(0), granted, granted + ", secrecy:held beyond the limit"},
		{"5", "held beyond the limit before the limit", false, life.Senior, life.HoldBeyond, without(life.LongerEnd), granted, granted + ", secrecy:held beyond the limit"},
		{"5", "held beyond the limit for ever", false, life.Senior, life.HoldBeyond, without(life.Ends), granted + ", secrecy:extended three times", granted + ", secrecy:held beyond the limit"},
		{"6", "authenticated", true, life.Machine, life.Authenticate, without(0), "", "sender:verified, duty:open"},
		{"6", "verified by nothing", false, life.Machine, life.Authenticate, without(life.Authentic), "", "sender:verified, duty:open"},
		{"6", "a stranger accepted by two for a life at risk", true, life.Senior, life.Accept, without(life.Authentic), "", "sender:verified, duty:open"},
		{"6", "a stranger accepted though no life is at risk", false, life.Senior, life.Accept, without(life.Authentic | life.LifeAtRisk), "", "sender:verified, duty:open"},
		{"6", "a stranger accepted by one", false, life.Senior, life.Accept, without(life.Authentic | life.Seconded), "", "sender:verified, duty:open"},
		{"6", "a stranger accepted whom nobody called", false, life.Senior, life.Accept, without(life.Authentic | life.ContactConfirmed), "", "sender:verified, duty:open"},
		{"6", "a sender in doubt accepted by one", false, life.Senior, life.Accept, without(life.Seconded), "sender:in doubt", "sender:verified, duty:open"},
		{"6", "nobody to be asked about what is in quarantine", false, life.Senior, life.Exempt, without(0), "stage:screened", "stage:screened"},
		{"7", "kept with an end", true, life.Reviewer, life.Preserve, life.BarFree | life.Ends, screened, screened + ", preservation:kept"},
		{"7", "kept without an end", false, life.Reviewer, life.Preserve, without(life.Ends), screened, screened + ", preservation:kept"},
		{"7", "kept against a bar", false, life.Reviewer, life.Preserve, without(life.BarFree), screened, screened + ", preservation:kept"},
		{"7", "kept again", false, life.Reviewer, life.Preserve, without(0), screened + ", preservation:erased", screened + ", preservation:kept"},
		{"7", "refused and still kept", false, life.Senior, life.Refuse, without(0), screened + ", preservation:kept", refused + ", preservation:kept"},
		{"7", "kept longer without a letter", false, life.Reviewer, life.ExtendPreserving, without(life.Proven), screened + ", preservation:kept", screened + ", preservation:kept"},
		{"7", "refused, and what a court holds erased", false, life.Senior, life.Refuse, without(0), screened + ", preservation:held", refused + ", preservation:erased"},
		{"7", "refused, and what a court holds still held", true, life.Senior, life.Refuse, without(0), screened + ", preservation:held", refused + ", preservation:held"},
		{"7", "kept on after the hold, for nothing", false, life.Machine, life.Unhold, life.Due, refused + ", preservation:held", refused + ", preservation:kept"},
		{"7", "erased with the hold", true, life.Machine, life.Unhold, life.Due, refused + ", preservation:held", refused + ", preservation:erased"},
		{"7", "erased with the hold though it is of use", false, life.Machine, life.Unhold, life.Due, screened + ", preservation:held", screened + ", preservation:erased"},
		{"8", "an emergency", true, life.Senior, life.OpenLane, without(0), screened, "stage:granted, sender:verified, lane:emergency, basis:emergency, duty:open, review:due"},
		{"8", "no life at risk", false, life.Senior, life.OpenLane, without(life.LifeAtRisk), screened, "stage:granted, sender:verified, lane:emergency, basis:emergency, duty:open, review:due"},
		{"8", "content in an emergency", false, life.Senior, life.OpenLane, without(life.LimitedData), screened, "stage:granted, sender:verified, lane:emergency, basis:emergency, duty:open, review:due"},
		{"8", "a missed review that demands nothing", false, life.Machine, life.MissReview, life.Due, given + ", review:due", given + ", review:failed"},
		{"9", "rejected by somebody uninvolved", true, life.Senior, life.RejectChallenge, without(0), granted + ", challenge:filed", granted + ", challenge:rejected"},
		{"9", "rejected by who decided", false, life.Senior, life.RejectChallenge, without(life.Uninvolved), granted + ", challenge:filed", granted + ", challenge:rejected"},
		{"9", "the senior decides too late", false, life.Senior, life.RejectChallenge, without(0), granted + ", challenge:overdue", granted + ", challenge:rejected"},
		{"9", "released under a challenge", false, life.Senior, life.Release, without(0), sealed + ", challenge:filed", given + ", challenge:filed"},
		{"9", "the same challenge again", false, life.Person, life.File, without(life.NewGround), granted + ", challenge:rejected", granted + ", challenge:filed"},
		{"9", "another person's challenge", true, life.Person, life.File, without(0), granted + ", challenge:dismissed", granted + ", challenge:filed"},
		{"9", "joined to nothing", false, life.Person, life.JoinChallenge, without(0), granted + ", challenge:rejected", granted + ", challenge:rejected"},
		{"10", "sealed to an enrolled key", true, life.Custodian, life.Seal, without(0), "stage:collected, sender:verified, basis:order, duty:open", sealed},
		{"10", "sealed to a suspended key", false, life.Custodian, life.Seal, without(life.KeyEnrolled), "stage:collected, sender:verified, basis:order, duty:open", sealed},
		{"10", "collected for a sender in doubt", false, life.Custodian, life.Collect, without(0), "stage:granted, sender:in doubt, basis:order, duty:open", "stage:collected, sender:in doubt, basis:order, duty:open"},
		{"11", "frozen by one", true, life.Oversight, life.FreezeCase, without(life.Seconded), granted, granted + ", freeze:frozen"},
		{"11", "frozen again by one", false, life.Oversight, life.FreezeCase, without(life.Seconded), granted + ", freeze:lapsed", granted + ", freeze:frozen by two"},
		{"11", "collected while frozen", false, life.Custodian, life.Collect, without(0), granted + ", freeze:frozen", "stage:collected, sender:verified, basis:order, duty:open, freeze:frozen"},
		{"11", "refused while frozen", false, life.Senior, life.Refuse, without(0), screened + ", freeze:frozen", refused + ", freeze:frozen"},
		{"11", "withdrawn while frozen", false, life.Requester, life.Withdraw, without(0), screened + ", freeze:frozen", "stage:withdrawn, sender:verified, duty:open, waiting:nobody, freeze:frozen"},
		{"11", "discarded while frozen", false, life.Senior, life.Discard, without(0), sealed + ", freeze:frozen", granted + ", freeze:frozen"},
		{"11", "lapsed while frozen", false, life.Machine, life.LapsePreservation, life.Due, screened + ", preservation:kept, freeze:frozen", screened + ", preservation:erased, freeze:frozen"},
		{"11", "upheld while frozen, what was kept held", true, life.Judge, life.UpholdChallenge, without(0), screened + ", preservation:kept, challenge:filed, freeze:frozen", refused + ", preservation:held, challenge:upheld, freeze:frozen"},
		{"12", "closed with nothing owed", true, life.Intake, life.Close, without(0), "stage:refused, duty:settled, waiting:nobody", "stage:closed, duty:settled, waiting:nobody"},
		{"12", "closed with a duty open", false, life.Intake, life.Close, without(0), refused, "stage:closed, sender:verified, duty:open, waiting:nobody"},
		{"12", "the dead do not rise", false, life.Senior, life.Note, without(0), "stage:erased", "stage:erased"},
		{"13", "from forwarded to granted", true, life.Judge, life.Grant, without(0), court, granted},
		{"13", "from screened to sealed", false, life.Senior, life.Seal, without(0), screened, sealed},
		{"13", "closed undecided", false, life.Senior, life.Close, without(0), "stage:screened, sender:verified, duty:settled, secrecy:over", "stage:closed, sender:verified, duty:settled, secrecy:over"},
		{"14", "a stranger accepted without reasons", false, life.Senior, life.Accept, without(life.Authentic | life.Reasoned), "", "sender:verified, duty:open"},
		{"14", "refused with reasons and grounds", true, life.Senior, life.Refuse, without(0), screened, refused},
		{"14", "refused without reasons", false, life.Senior, life.Refuse, without(life.Reasoned), screened, refused},
		{"14", "refused without a ground", false, life.Senior, life.Refuse, without(life.Grounded), screened, refused},
		{"14", "refused where only an objection is left", false, life.Senior, life.Refuse, without(life.FormFits), screened, refused},
		{"14", "a withdrawal entered without reasons", false, life.Intake, life.Withdraw, without(life.Reasoned), screened, "stage:withdrawn, sender:verified, duty:open, waiting:nobody"},
		{"14", "an objection without a ground", false, life.Intake, life.StateObjects, without(life.Grounded), granted, granted},
		{"15", "released after the floor", true, life.Senior, life.Release, without(0), sealed, given},
		{"15", "released before the floor", false, life.Senior, life.Release, without(life.FloorPassed), sealed, given},
		{"15", "an authority left out after the data left", false, life.Senior, life.Exempt, without(0), given, given},
		{"16", "resumed by the senior", true, life.Senior, life.Resume, without(0), granted + ", postponed", granted},
		{"16", "resumed by discarding", false, life.Custodian, life.Discard, without(0), sealed + ", postponed", granted},
		{"16", "collected while postponed", false, life.Custodian, life.Collect, without(0), granted + ", postponed", "stage:collected, sender:verified, basis:order, duty:open, postponed"},
		{"16", "postponed without an end", false, life.Senior, life.Postpone, without(life.Ends), granted, granted + ", postponed"},
		{"16", "an emergency postponed", false, life.Senior, life.Postpone, without(0), "stage:sealed, sender:verified, lane:emergency, basis:emergency, duty:open, review:due", "stage:sealed, sender:verified, lane:emergency, basis:emergency, duty:open, review:due" + ", postponed"},
		{"16", "postponed where the instrument knows no delay", false, life.Senior, life.Postpone, without(life.FormFits), granted, granted + ", postponed"},
		{"17", "allowed by the judge", true, life.Judge, life.AllowOnward, without(0), given + ", onward:asked", given},
		{"17", "allowed by the senior", false, life.Senior, life.AllowOnward, without(life.DecisionSeen), given + ", onward:asked", given},
		{"17", "allowed though nobody asked", false, life.Judge, life.AllowOnward, without(0), given, given},
		{"17", "the defence asks before anything left", false, life.Person, life.AskDefence, without(0), granted, granted + ", defence:asked"},
		{"17", "the defence asks that what was refused stays", true, life.Person, life.AskDefence, without(0), refused, refused + ", defence:asked"},
		{"18", "compelled", true, life.Senior, life.Compel, without(0), refused, "stage:compelled, sender:verified, basis:compulsion, duty:open"},
		{"18", "compelled without resisting", false, life.Senior, life.Compel, without(life.RemedySought), refused, "stage:compelled, sender:verified, basis:compulsion, duty:open"},
		{"18", "forwarded when the compulsion falls", false, life.Judge, life.Revoke, without(0), "stage:compelled, sender:verified, basis:compulsion, duty:open", forward},
		{"19", "annulled, with proof", true, life.Requester, life.Annul, without(0), screened, "stage:annulled, sender:verified, duty:open, waiting:nobody"},
		{"19", "annulled, they say", false, life.Requester, life.Annul, without(life.Proven), screened, "stage:annulled, sender:verified, duty:open, waiting:nobody"},
		{"19", "withdrawn, intake says", false, life.Intake, life.Withdraw, without(life.Proven), screened, "stage:withdrawn, sender:verified, duty:open, waiting:nobody"},
		{"19", "the authority lets it pass, unread", false, life.Senior, life.Clear, without(life.DecisionSeen), granted, granted},
		{"19", "a duty is settled, and nobody signed", false, life.Notifier, life.SettleDuty, without(life.SettlementSigned), screened, screened},
		{"20", "a note", true, life.Senior, life.Note, without(0), screened, screened},
		{"20", "a thaw of nothing", false, life.Oversight, life.Thaw, without(0), screened, screened},
		{"21", "owed after a withdrawal", true, life.Requester, life.Withdraw, without(0), given, given + ", remedy:owed"},
		{"21", "withdrawn after the data left, and nothing owed", false, life.Requester, life.Withdraw, without(0), given, given},
		{"21", "owed for no reason", false, life.Senior, life.LiftCompulsion, without(0), given, given + ", remedy:owed"},
		{"21", "confirmed before it was demanded", false, life.Intake, life.ConfirmErasure, without(0), given + ", remedy:owed", given + ", remedy:confirmed"},
		{"22", "the clock ends a grant", true, life.Machine, life.ExpireGrant, life.Due, granted, forward},
		{"22", "the machine ends a grant before its time", false, life.Machine, life.ExpireGrant, 0, granted, forward},
		{"22", "the machine releases", false, life.Machine, life.Release, without(0), sealed, given},
		{"22", "the machine refuses", false, life.Machine, life.Refuse, without(0), screened, refused},
		{"22", "the administrator looks", false, life.Administrator, life.Look, without(0), screened, screened},
		{"22", "the requester authenticates", false, life.Requester, life.Authenticate, without(0), "", "sender:verified, duty:open"},
		{"23", "the custodian collects", true, life.Custodian, life.Collect, without(0), granted, "stage:collected, sender:verified, basis:order, duty:open"},
		{"23", "the notifier collects", false, life.Notifier, life.Collect, without(0), granted, "stage:collected, sender:verified, basis:order, duty:open"},
		{"23", "oversight refuses", false, life.Oversight, life.Refuse, without(0), screened, refused},
		{"23", "the judge refuses", false, life.Judge, life.Refuse, without(0), screened, refused},
		{"23", "the senior erases the key", false, life.Senior, life.Erase, without(0), "stage:closed", "stage:erased"},
		{"23", "the requester looks", false, life.Requester, life.Look, without(0), screened, screened},
		{"23", "intake asks back what was forwarded", false, life.Intake, life.Return, without(0), forward, "stage:returned, sender:verified, duty:open, waiting:requester"},
	} {
		t.Run(c.statement+" "+c.name, func(t *testing.T) {
			st := numbered(t, c.statement)
			s := step{before: state(t, c.from), after: state(t, c.to), move: move{c.who, c.do, c.with}}
			if got := st.step(&s); got != c.holds {
				t.Errorf("statement %q: holds = %v, want %v", st.name, got, c.holds)
			}
			if c.holds {
				accepted[st.name] = true
			} else {
				rejected[st.name] = true
			}
		})
	}
	for _, st := range statements {
		if st.step != nil && (!accepted[st.name] || !rejected[st.name]) {
			t.Errorf("statement %q needs a step it accepts and one it rejects", st.name)
		}
	}
}

func numbered(t *testing.T, number string) statement {
	t.Helper()
	for _, st := range statements {
		if strings.HasPrefix(st.name, number+" ") {
			return st
		}
	}
	t.Fatalf("no statement %s", number)
	return statement{}
}

func TestStates(t *testing.T) {
	rejected := map[string]bool{}
	for _, c := range []struct {
		statement, name, state string
	}{
		{"1", "collected on nothing", "stage:collected, sender:verified, duty:open"},
		{"1", "a grant that outlived its case", "stage:withdrawn, basis:order, duty:open, waiting:nobody"},
		{"1", "given and still under way", "stage:forwarded, sender:verified, duty:open, given"},
		{"4", "verified without a duty", "stage:screened, sender:verified"},
		{"5", "secret after the telling", "stage:granted, sender:verified, basis:order, duty:settled, secrecy:first period"},
		{"6", "refused out of quarantine", "stage:refused, waiting:nobody"},
		{"6", "kept out of quarantine", "stage:screened, preservation:kept"},
		{"7", "a preservation before a court", "stage:forwarded, sender:verified, lane:preservation, duty:open"},
		{"7", "refused and kept for nobody", refused + ", preservation:kept"},
		{"7", "closed with data on the shelf", "stage:closed, duty:settled, secrecy:over, waiting:nobody, preservation:kept"},
		{"8", "need without a review", "stage:granted, sender:verified, lane:emergency, basis:emergency, duty:open"},
		{"9", "upheld and under way", granted + ", challenge:upheld"},
		{"9", "upheld, given and nothing owed", given + ", challenge:upheld"},
		{"12", "erased with a duty open", "stage:erased, duty:open, waiting:nobody"},
		{"13", "waits for a court that was not asked", "stage:screened, waiting:court"},
		{"16", "postponed after the end", refused + ", postponed"},
		{"16", "an emergency that waits", "stage:granted, sender:verified, lane:emergency, basis:emergency, duty:open, review:due, postponed"},
		{"17", "onward though nothing left", granted + ", onward:asked"},
		{"18", "granted by compulsion", "stage:granted, sender:verified, basis:compulsion, duty:open"},
		{"21", "erasure of what has not left", refused + ", remedy:owed"},
	} {
		t.Run(c.statement+" "+c.name, func(t *testing.T) {
			st := numbered(t, c.statement)
			if st.state(state(t, c.state)) {
				t.Errorf("statement %q holds of %s", st.name, c.state)
			}
			rejected[st.name] = true
		})
	}
	for _, st := range statements {
		if st.state == nil {
			continue
		}
		if !rejected[st.name] {
			t.Errorf("statement %q needs a state it rejects", st.name)
		}
		for _, words := range []string{"", screened, forward, court, granted, sealed, given, refused} {
			if !st.state(state(t, words)) {
				t.Errorf("statement %q does not hold of %q", st.name, words)
			}
		}
	}
}

// The whole proof is the command. Here cases walk at random, and nothing they
// come by breaks a statement.
func TestRandomLives(t *testing.T) {
	all := chancesOf(life.Floor())
	random := rand.New(rand.NewPCG(6, 12))
	for range 500 {
		s := step{}
		for range 60 {
			var next []step
			all.steps(s.before, func(c *chance, with life.Circumstances, after life.State) {
				for _, who := range c.who {
					next = append(next, step{before: s.before, after: after, move: move{who, c.do, with}})
				}
			})
			if len(next) == 0 {
				break
			}
			s = next[random.IntN(len(next))]
			if n := checkStep(&s); n >= 0 {
				t.Fatal(&fault{n, s})
			}
			if n := checkState(s.after); n >= 0 {
				t.Fatal(&fault{n, s})
			}
			s = step{before: s.after}
		}
	}
}

// A state with no way to an end is found, and so is a step that has to be taken
// back: the model is worth as much as what it rejects.
func TestBrokenTable(t *testing.T) {
	w := &walk{
		states: []life.State{{}, state(t, screened), state(t, "stage:closed")},
		edges:  [][]int32{{1, 2}, {}, {}},
	}
	if got := w.traps(); len(got) != 1 || got[0] != 1 {
		t.Errorf("traps = %v, want the second state alone", got)
	}
	if got := trapBeyond(&walk{states: w.states[:2], edges: [][]int32{{1}, {0}}}, []bool{false, false}); got == nil {
		t.Error("two states that lead only to each other are no trap")
	}
	if got := trapBeyond(&walk{states: w.states[:2], edges: [][]int32{{1}, {0}}}, []bool{false, true}); got != nil {
		t.Errorf("a state that leads home is a trap: %s", got)
	}
}

// Every state has its own packed word.
func TestPack(t *testing.T) {
	seen := map[packed]life.State{}
	all := chancesOf(life.Floor())
	queue := []life.State{{}}
	for i := 0; i < len(queue) && i < 5000; i++ {
		s := queue[i]
		if other, ok := seen[pack(s)]; ok && other != s {
			t.Fatalf("%s and %s are packed alike", s, other)
		}
		if _, ok := seen[pack(s)]; ok {
			continue
		}
		seen[pack(s)] = s
		all.steps(s, func(_ *chance, _ life.Circumstances, after life.State) { queue = append(queue, after) })
	}
}
