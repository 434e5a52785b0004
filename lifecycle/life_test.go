package lifecycle_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/lifecycle"
)

// A life is one step a line: "role event: circumstances". Where the table says
// no, the line goes on with what stands in the way: "… => no reasons are given".
var lives = []struct{ name, from, steps, ends string }{
	{
		name: "granted by the judge, released by two, told, closed, erased",
		steps: `
			machine authenticate: authentic
			machine screen
			reviewer forward: reasoned, screening gate
			reviewer apply: reasoned, court gate
			judge grant: reasoned, court gate, competent, within, ends
			custodian collect: within
			custodian seal: within, key enrolled
			reviewer release: disclosure gate, no objection, within, key enrolled, clock's floor, published, not the collector, seconded => the person was not told, and no court has ordered secrecy
			notifier tell: channel chosen, proven, everyone told, office tells => the notice does not name where, until when and with whom one can complain
			notifier tell: channel chosen, remedy named, everyone told, office tells => no proof of it is on file
			notifier tell: channel chosen, proven, remedy named, office tells => somebody concerned was neither told nor found to be beyond reach
			notifier tell-one: channel chosen, proven, remedy named, office tells
			notifier tell: channel chosen, proven, remedy named, everyone told, office tells
			reviewer release: disclosure gate, within, key enrolled, clock's floor, published, not the collector, seconded => an objection or condition of the enforcing authority stands
			reviewer release: disclosure gate, no objection, within, key enrolled, clock's floor, not the collector, seconded => what authorises it, and the duty to tell, do not stand in the public log yet
			reviewer release: disclosure gate, no objection, within, key enrolled, clock's floor, published, not the collector, seconded
			notifier settle-duty => no key of a role that may settle this duty has signed
			senior settle-duty: settlement signed => a senior may not; it is for: judge, notifier, oversight
			notifier settle-duty: settlement signed
			intake close
			machine erase: due`,
		ends: "stage:erased, sender:verified, waiting:nobody, basis:order, duty:settled, secrecy:over, given",
	},
	{
		name: "granted on paper, which takes two who read it",
		from: "stage:forwarded, sender:verified, waiting:court, duty:open",
		steps: `
			senior grant: reasoned, court gate, competent, within, ends, seconded => nobody has read and verified the decision itself
			senior grant: reasoned, court gate, competent, within, ends, decision seen => it takes a second person who joins the very same act
			senior grant: reasoned, court gate, competent, within, ends, seconded, decision seen`,
		ends: "stage:granted, sender:verified, basis:order, duty:open",
	},
	{
		name: "nobody releases alone, and nobody who collected",
		from: "stage:sealed, sender:verified, basis:order, duty:settled",
		steps: `
			senior release: disclosure gate, no objection, within, key enrolled, clock's floor, published, not the collector => it takes a second person who joins the very same act
			senior release: disclosure gate, no objection, within, key enrolled, clock's floor, published, seconded => whoever collected does not release
			custodian release: disclosure gate, within, key enrolled, clock's floor, published, not the collector, seconded => a custodian may not; it is for: reviewer, senior, judge`,
		ends: "stage:sealed, sender:verified, basis:order, duty:settled",
	},
	{
		name: "quarantine: questions, and then it lapses",
		steps: `
			machine screen
			senior refuse: reasoned, grounded, form => no duty to tell the person is open yet
			intake return: reasoned
			requester answer
			machine lapse-quarantine: due`,
		ends: "stage:closed, waiting:nobody",
	},
	{
		name: "a sender in doubt takes two, and nobody goes on meanwhile",
		from: "stage:screened, sender:verified, duty:open",
		steps: `
			intake doubt: reasoned
			reviewer forward: reasoned, screening gate => the sender is not verified, or is in doubt
			machine authenticate: authentic => the sender is not in quarantine
			reviewer accept: reasoned, contact confirmed => it takes a second person who joins the very same act
			reviewer accept: reasoned, contact confirmed, seconded
			reviewer forward: reasoned, screening gate`,
		ends: "stage:forwarded, sender:verified, duty:open",
	},
	{
		name: "refused, and corrected by two who took no part",
		from: "stage:screened, sender:verified, preservation:kept, duty:open",
		steps: `
			reviewer refuse: reasoned, form => no ground of the closed list is named
			reviewer refuse: reasoned, grounded, form
			reviewer correct: reasoned, uninvolved, seconded => a reviewer may not; it is for: senior
			senior correct: reasoned, seconded => whoever made the decision does not judge it
			senior correct: reasoned, uninvolved, seconded`,
		ends: "stage:screened, sender:verified, preservation:erased, duty:open",
	},
	{
		name: "told of a refusal, and told again of what a court above compels",
		from: "stage:refused, sender:verified, waiting:nobody, duty:open",
		steps: `
			notifier tell: channel chosen, proven, remedy named, everyone told
			senior compel: reasoned, decision seen, within, seconded => no objection, appeal or suspension is filed, and it is not said why not
			senior compel: reasoned, decision seen, remedy sought, within, seconded
			custodian collect: within
			custodian seal: within, key enrolled
			reviewer release: disclosure gate, no objection, within, key enrolled, clock's floor, published, not the collector, seconded, issuer tells => the receiver's own court compels it
			senior release: no objection, within, key enrolled, clock's floor, published, not the collector, seconded => not every safeguard that a compulsion leaves standing is known to hold
			senior release: compelled gate, no objection, within, key enrolled, clock's floor, published, not the collector, seconded
			notifier tell: channel chosen, proven, remedy named, everyone told, office tells`,
		ends: "stage:disclosed, sender:verified, waiting:nobody, basis:compulsion, duty:settled, secrecy:over, given",
	},
	{
		name: "a compulsion falls: refused before it leaves, to be erased after",
		from: "stage:sealed, sender:verified, basis:compulsion, duty:open",
		steps: `
			reviewer refuse: reasoned, grounded, form => the receiver's own court compels it
			senior lift-compulsion: reasoned, decision seen`,
		ends: "stage:refused, sender:verified, waiting:nobody, duty:open",
	},
	{
		name: "an emergency without an order, found unjustified after the data left",
		from: "stage:screened, sender:verified, duty:open",
		steps: `
			senior open-lane: reasoned, no bar, screening gate, contact confirmed, limited data, seconded => no imminent risk to life is stated and believed
			senior open-lane: reasoned, no bar, screening gate, life at risk, contact confirmed, limited data, seconded
			custodian collect: within
			custodian seal: within, key enrolled
			senior release: disclosure gate, no objection, within, key enrolled, clock's floor, published, not the collector, seconded
			judge order-secrecy: reasoned, secrecy gate, ends
			machine miss-review: due
			oversight tell: channel chosen, proven, remedy named, everyone told, reasoned => a court has ordered secrecy
			machine end-secrecy: due
			oversight tell: channel chosen, proven, remedy named, everyone told, reasoned
			notifier demand-erasure
			requester confirm-erasure => no proof of it is on file
			requester confirm-erasure: proven
			intake close`,
		ends: "stage:closed, sender:verified, lane:emergency, waiting:nobody, basis:emergency, duty:settled, secrecy:over, remedy:confirmed, review:failed, given",
	},
	{
		name: "an emergency reviewed in time before anything left, and refused",
		from: "stage:granted, sender:verified, lane:emergency, basis:emergency, duty:open, review:due",
		steps: `
			judge refuse-review: reasoned
			senior correct: reasoned, uninvolved, seconded => the emergency was found unjustified`,
		ends: "stage:refused, sender:verified, lane:emergency, waiting:nobody, duty:open, review:failed",
	},
	{
		name: "an unjustified emergency does not stop what a court above compels",
		from: "stage:compelled, sender:verified, lane:emergency, basis:compulsion, duty:open, review:due",
		steps: `
			machine miss-review: due`,
		ends: "stage:compelled, sender:verified, lane:emergency, basis:compulsion, duty:open, review:failed",
	},
	{
		name: "secrecy: a first period, three extensions, the end, and a hold beyond",
		from: "stage:granted, sender:verified, basis:order, duty:open",
		steps: `
			reviewer order-secrecy: reasoned, secrecy gate, ends => nobody has read and verified the decision itself; it takes a second person who joins the very same act
			judge order-secrecy: reasoned, secrecy gate => no end is named, or it lies beyond the limit
			judge order-secrecy: reasoned, secrecy gate, ends
			judge extend-secrecy: reasoned, secrecy gate, ends
			judge extend-secrecy: reasoned, secrecy gate, ends
			judge extend-secrecy: reasoned, secrecy gate, ends
			judge extend-secrecy: reasoned, secrecy gate, ends => secrecy is not in force, or was extended as often as it may be
			machine end-secrecy: due
			judge order-secrecy: reasoned, secrecy gate, ends => secrecy was ordered before
			senior hold-beyond: reasoned, decision seen, remedy sought, ends, seconded => secrecy was not extended as often as it may be
			senior hold-beyond: reasoned, decision seen, remedy sought, longer end, seconded => no end is named, or it lies beyond the limit
			senior hold-beyond: reasoned, decision seen, remedy sought, longer end, ends, seconded
			senior hold-beyond: reasoned, decision seen, remedy sought, ends, seconded
			judge lift-secrecy`,
		ends: "stage:granted, sender:verified, basis:order, duty:open, secrecy:over",
	},
	{
		name: "a challenge blocks, runs over, is taken from the senior, and upheld",
		from: "stage:sealed, sender:verified, basis:order, preservation:held, duty:settled",
		steps: `
			person challenge
			senior release: disclosure gate, no objection, within, key enrolled, clock's floor, published, not the collector, seconded => a challenge has not had its first decision
			machine overdue-challenge: due
			senior reject-challenge: reasoned, uninvolved => no challenge awaits a first decision
			oversight uphold-challenge: reasoned, uninvolved
			senior compel: reasoned, decision seen, remedy sought, within, seconded => a challenge was upheld
			machine unhold: due`,
		ends: "stage:refused, sender:verified, waiting:nobody, preservation:erased, duty:settled, challenge:upheld",
	},
	{
		name: "rejected, appealed, dismissed",
		from: "stage:disclosed, sender:verified, waiting:nobody, basis:order, duty:open, given",
		steps: `
			person challenge
			senior reject-challenge: reasoned, uninvolved
			person appeal
			senior reject-challenge: reasoned, uninvolved => no challenge awaits a first decision
			judge reject-challenge: reasoned, uninvolved
			person challenge => there is a challenge already
			person join-challenge => no challenge is undecided
			person challenge: new ground
			person join-challenge`,
		ends: "stage:disclosed, sender:verified, waiting:nobody, basis:order, duty:open, challenge:filed, given",
	},
	{
		name: "upheld after the data left: to be erased by who got them",
		from: "stage:disclosed, sender:verified, waiting:nobody, basis:order, duty:open, challenge:overdue, given",
		steps: `
			judge uphold-challenge: reasoned, uninvolved`,
		ends: "stage:disclosed, sender:verified, waiting:nobody, basis:order, duty:open, challenge:upheld, remedy:owed, given",
	},
	{
		name: "preservation alone: kept, held, let go, told, closed",
		steps: `
			machine authenticate: authentic
			machine screen: preservation only
			reviewer forward: reasoned, screening gate => only preservation is asked for
			reviewer preserve: ends => an absolute safeguard is known not to hold
			reviewer preserve: no bar, ends
			reviewer extend-preservation: reasoned, ends => no proof of it is on file
			reviewer extend-preservation: reasoned, ends, proven
			judge hold: reasoned, ends
			judge hold: reasoned, ends
			machine unhold: due
			machine lapse-preservation: due
			notifier tell: channel chosen, proven, remedy named, everyone told, office tells
			machine close: due`,
		ends: "stage:closed, sender:verified, lane:preservation, waiting:nobody, preservation:erased, duty:settled, secrecy:over",
	},
	{
		name: "kept for a request on file, withdrawn, and erased when that ends",
		from: "stage:screened, sender:verified, preservation:kept, duty:open",
		steps: `
			intake link => no request for what is kept is on file
			intake link: linked
			machine lapse-preservation: due => no data are kept
			intake withdraw: reasoned => no proof of it is on file
			requester withdraw
			intake close => something is still owed: a notice, a decision on a challenge, a review, an erasure, an answer; data are still kept
			machine unhold: due`,
		ends: "stage:withdrawn, sender:verified, waiting:nobody, preservation:erased, duty:open",
	},
	{
		name: "denied by the court: what a court holds stays until it lapses",
		from: "stage:forwarded, sender:verified, waiting:court, preservation:held, duty:open",
		steps: `
			judge deny: reasoned
			intake close => something is still owed: a notice, a decision on a challenge, a review, an erasure, an answer; data are still kept`,
		ends: "stage:denied, sender:verified, waiting:nobody, preservation:held, duty:open",
	},
	{
		name: "denied by the court: what was only kept is erased",
		from: "stage:forwarded, sender:verified, waiting:court, preservation:kept, duty:open",
		steps: `
			judge deny: reasoned`,
		ends: "stage:denied, sender:verified, waiting:nobody, preservation:erased, duty:open",
	},
	{
		name: "a provider objects, the issuer maintains, and answers",
		from: "stage:screened, sender:verified, duty:open",
		steps: `
			reviewer object: reasoned, grounded => the instrument does not let this office answer in this form
			reviewer object: reasoned, grounded, form
			requester maintain
			requester answer`,
		ends: "sender:verified, duty:open",
	},
	{
		name: "frozen by one, thawed by the clock; then it takes two",
		from: "stage:granted, sender:verified, basis:order, duty:open",
		steps: `
			oversight freeze: reasoned
			custodian collect: within => oversight has frozen the case
			machine end-freeze: due
			oversight freeze: reasoned => it was frozen before: that takes two
			oversight freeze: reasoned, seconded
			machine end-freeze: due => it is not frozen by one
			oversight thaw: reasoned => it takes a second person who joins the very same act
			oversight thaw: reasoned, seconded`,
		ends: "stage:granted, sender:verified, basis:order, duty:open, freeze:lapsed",
	},
	{
		name: "a freeze confirmed by a second",
		from: "stage:granted, sender:verified, basis:order, duty:open, freeze:frozen",
		steps: `
			oversight confirm-freeze: reasoned, seconded`,
		ends: "stage:granted, sender:verified, basis:order, duty:open, freeze:frozen by two",
	},
	{
		name: "postponed: discarding does not end it, the clock does",
		from: "stage:sealed, sender:verified, basis:compulsion, duty:open",
		steps: `
			senior postpone: reasoned, ends => the instrument does not let this office answer in this form
			senior postpone: form, reasoned, ends
			custodian discard: reasoned => the case is postponed
			machine end-postponing: due
			custodian discard: reasoned`,
		ends: "stage:compelled, sender:verified, basis:compulsion, duty:open",
	},
	{
		name: "a grant expires, and the way back is the court",
		from: "stage:collected, sender:verified, basis:order, duty:open, postponed",
		steps: `
			machine expire-grant: due`,
		ends: "stage:forwarded, sender:verified, duty:open",
	},
	{
		name: "passed on only if a court allows it, of which the person is told; the defence is answered",
		from: "stage:disclosed, sender:verified, waiting:nobody, basis:order, duty:settled, given",
		steps: `
			requester ask-onward
			senior allow-onward: no bar, reasoned, ends => nobody has read and verified the decision itself; it takes a second person who joins the very same act
			judge allow-onward: no bar, reasoned, ends
			requester ask-onward
			machine lapse-onward: due
			person ask-defence
			senior answer-defence: reasoned`,
		ends: "stage:disclosed, sender:verified, waiting:nobody, basis:order, duty:open, given",
	},
	{
		name: "annulled after the data left, the person not to be found",
		from: "stage:disclosed, sender:verified, waiting:nobody, basis:order, duty:open, given",
		steps: `
			requester annul => no proof of it is on file
			requester annul: proven
			notifier unreachable: proven, reasoned, everyone told, seconded => under this instrument the issuing authority tells the person
			notifier unreachable: proven, reasoned, everyone told, office tells => it takes a second person who joins the very same act
			notifier unreachable: proven, reasoned, everyone told, office tells, seconded`,
		ends: "stage:disclosed, sender:verified, waiting:nobody, basis:order, duty:settled, secrecy:over, remedy:owed, given",
	},
	{
		name: "a frozen case erases nothing: a withdrawal waits, and what a failed review ends is held",
		from: "stage:sealed, sender:verified, lane:emergency, basis:emergency, preservation:kept, duty:open, review:due, freeze:frozen",
		steps: `
			requester withdraw => oversight has frozen the case
			senior discard: reasoned => oversight has frozen the case
			machine lapse-preservation: due => oversight has frozen the case
			machine miss-review: due
			machine unhold: due => oversight has frozen the case
			machine end-freeze: due
			machine unhold: due`,
		ends: "stage:refused, sender:verified, lane:emergency, waiting:nobody, preservation:erased, duty:open, review:failed, freeze:lapsed",
	},
	{
		name: "an emergency is not postponed, and ends by its clock",
		from: "stage:collected, sender:verified, lane:emergency, basis:emergency, duty:open, review:upheld",
		steps: `
			senior postpone: form, reasoned, ends => an emergency is not postponed
			machine expire-grant: due`,
		ends: "stage:forwarded, sender:verified, lane:emergency, duty:open, review:upheld",
	},
	{
		name: "where the issuer tells, the office tells of what came to nothing, and oversight when it is time",
		from: "stage:objected, sender:verified, waiting:requester, duty:open",
		steps: `
			notifier tell: channel chosen, proven, remedy named, everyone told, notice due => under this instrument the issuing authority tells the person
			oversight tell: channel chosen, proven, remedy named, everyone told, reasoned, notice due
			requester withdraw`,
		ends: "stage:withdrawn, sender:verified, waiting:nobody, duty:settled, secrecy:over",
	},
	{
		name: "told before the court has decided, when the notice is due",
		from: "stage:forwarded, sender:verified, waiting:court, duty:open",
		steps: `
			notifier tell: channel chosen, proven, remedy named, everyone told, office tells => the time to tell has not come
			notifier tell: channel chosen, proven, remedy named, everyone told, office tells, notice due`,
		ends: "stage:forwarded, sender:verified, waiting:court, duty:settled, secrecy:over",
	},
	{
		name: "an authority objects, and two who read it say that it lets pass",
		from: "stage:granted, sender:verified, basis:order, duty:settled",
		steps: `
			intake state-objects: proven => no ground of the closed list is named
			intake state-objects: proven, grounded
			senior clear: proven, seconded => nobody has read and verified the decision itself
			senior clear: proven, decision seen, seconded
			senior exempt: reasoned => it takes a second person who joins the very same act
			senior exempt: reasoned, seconded`,
		ends: "stage:granted, sender:verified, basis:order, duty:settled",
	},
	{
		name: "the defence asks that what was refused stays, and a judge answers",
		from: "stage:refused, sender:verified, waiting:nobody, duty:settled, secrecy:over",
		steps: `
			person ask-defence
			judge order-secrecy: reasoned, secrecy gate, ends => the case is refused; it has to be: received, screened, returned, objected, forwarded, granted, compelled, collected, sealed, disclosed
			intake close => something is still owed: a notice, a decision on a challenge, a review, an erasure, an answer
			judge answer-defence: reasoned
			machine close => its time has not come
			machine close: due`,
		ends: "stage:closed, sender:verified, waiting:nobody, duty:settled, secrecy:over",
	},
	{
		name: "asked back by intake only before it is forwarded; unassigned",
		from: "stage:screened, sender:verified, duty:open",
		steps: `
			intake unassign
			reviewer forward: reasoned, screening gate
			intake return: reasoned => the case is forwarded; it has to be: screened
			reviewer return: reasoned`,
		ends: "stage:returned, sender:verified, waiting:requester, duty:open",
	},
}

func TestLives(t *testing.T) {
	for _, life := range lives {
		t.Run(life.name, func(t *testing.T) {
			var s lifecycle.State
			if err := s.UnmarshalText([]byte(life.from)); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(life.steps) {
				if line = strings.TrimSpace(line); line != "" {
					s = live(t, s, line)
				}
			}
			if diff := cmp.Diff(life.ends, s.String()); diff != "" {
				t.Errorf("the case ends elsewhere (-want +got)\n%s", diff)
			}
		})
	}
}

// live takes one step of a life.
func live(t *testing.T, s lifecycle.State, line string) lifecycle.State {
	t.Helper()
	line, refused, _ := strings.Cut(line, " => ")
	words, circumstances, _ := strings.Cut(line, ": ")
	role, event, _ := strings.Cut(words, " ")
	who, err := lifecycle.ParseRole(role)
	if err != nil {
		t.Fatal(err)
	}
	var with lifecycle.Circumstances
	if err := with.UnmarshalText([]byte(circumstances)); err != nil {
		t.Fatal(err)
	}
	after, err := lifecycle.Next(s, who, lifecycle.Event(event), with)
	want := ""
	if refused != "" {
		want = event + " is not allowed: " + refused
	}
	got := ""
	if err != nil {
		got = err.Error()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s\nat %s (-want +got)\n%s", line, s, diff)
	}
	return after
}
