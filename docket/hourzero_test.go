package docket_test

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/rogatory/rogatory/authority"
	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// ownPoint is what the receiving State itself keeps open at all times.
const ownPoint = "+49 30 0000"

// central is an enrolled authority of the State that asks, and not who asks.
var central = Actor{"tr-point", lifecycle.Requester}

// urgent changes an example into one that claims an emergency.
func urgent(threat, statement string) func(map[string]any) {
	return func(d map[string]any) {
		u := map[string]any{"level": "emergency"}
		if threat != "" {
			u["threat"] = threat
		}
		if statement != "" {
			u["statement"] = statement
		}
		d["urgency"] = u
		d["measures"].([]any)[1].(map[string]any)["from"] = "2026-08-30"
		d["measures"].([]any)[1].(map[string]any)["to"] = "2026-08-31"
	}
}

// stranded is an urgent request by mail, of an authority that nobody enrolled.
func stranded(t *testing.T, change func(map[string]any)) *life {
	t.Helper()
	o := newOffice(t, "authority-de")
	(&life{officeRig: o}).kept()
	for id, country := range map[string]string{"tr-point": "TR", "fr-point": "FR", "tr-stolen": "TR", "tr-keyless": "TR"} {
		o.register[id] = authority.Authority{
			ID: id, Name: id, Country: country, Contacts: []authority.Contact{{Value: "+90 1"}}, Recipients: []string{"age1" + id},
		}
	}
	stolen, keyless := o.register["tr-stolen"], o.register["tr-keyless"]
	stolen.Suspended, keyless.Recipients = "stolen key", nil
	o.register["tr-stolen"], o.register["tr-keyless"] = stolen, keyless
	doc := document(t, "leg-13", change)
	c := o.receive(doc, byMail)
	o.assign(c.Ref)
	l := &life{o, c.Ref, doc}
	if c.Sender != lifecycle.Quarantined {
		t.Fatalf("the sender is %s", c.Sender)
	}
	return l
}

// believed is what two people state who have called.
var believed = Body{Risk: "a child was taken", Contact: ownPoint}

// opened lets the lane open for the enrolled authority that passes it on.
func (l *life) opened() *life {
	l.t.Helper()
	l.two(reviewer, senior, lifecycle.Accept, believed)
	l.looked()
	to := believed
	to.To = central.Name
	l.two(reviewer, senior, lifecycle.OpenLane, to)
	return l
}

// collected puts a file of a measure into the vault, and seals it.
func (l *life) collected(measure int) *life {
	l.t.Helper()
	_, err := l.Collect(l.t.Context(), custodian, l.ref, []Upload{{Measure: measure, Name: "found.csv", From: bytes.NewBufferString("198.51.100.7")}}, "as was decided")
	ok(l.t, err)
	l.does(custodian, lifecycle.Seal, Body{})
	return l
}

// fetched checks that somebody gets the package, encrypted to whom it is for.
func (l *life) fetched(who Actor, recipients ...string) {
	l.t.Helper()
	got, err := l.Release(l.t.Context(), who, l.ref)
	ok(l.t, err)
	if !slices.Equal(got.Recipients, recipients) {
		l.t.Errorf("it is encrypted to %v, want %v", got.Recipients, recipients)
	}
	r, err := l.Fetch(l.t.Context(), who, l.ref, "found.csv")
	ok(l.t, err)
	text, err := io.ReadAll(r)
	ok(l.t, err)
	ok(l.t, r.Close())
	if string(text) != "198.51.100.7" {
		l.t.Errorf("fetched %q", text)
	}
}

// TestHourZero: an authority nobody has enrolled, and a life at risk. Two hours
// after the message an enrolled authority of that State has what may save it.
func TestHourZero(t *testing.T) {
	t.Parallel()
	l := stranded(t, taken)
	l.after(30 * time.Minute)
	l.two(reviewer, senior, lifecycle.Accept, believed)
	c := l.is("stage:screened, sender:verified, duty:open")
	if c.Channel.CallBack != "confirmed" {
		t.Errorf("the call is not on record: %+v", c.Channel)
	}
	if again := l.receive(l.doc, byMail); again.Sender != lifecycle.Quarantined {
		t.Errorf("what was believed of one case counts for another: %s", again.Sender)
	}
	l.looked()
	to := believed
	to.To = central.Name
	l.two(reviewer, senior, lifecycle.OpenLane, to)
	l.is("stage:granted, sender:verified, lane:emergency, basis:emergency, duty:open, review:due")
	l.clock("review", l.now.Add(48*time.Hour))
	l.after(time.Hour)
	l.collected(0).released()
	l.after(30 * time.Minute)
	l.fetched(central, "age1tr-point")
	if late := l.now.Sub(start); late > 2*time.Hour {
		t.Errorf("it took %v", late)
	}
	if m := l.Manifest(l.see(l.ref)); m.For != l.asks().Name || m.Basis != "emergency" {
		t.Errorf("the recipient does not learn for whom it is: %+v", m)
	}
	standing, err := l.Standing(t.Context(), central, l.ref)
	if err != nil || !standing.Ready {
		t.Errorf("the recipient sees %+v, %v", standing, err)
	}
	for _, who := range []Actor{l.asks(), {"fr-point", lifecycle.Requester}, {"tr-stolen", lifecycle.Requester}} {
		if _, err := l.Release(t.Context(), who, l.ref); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s gets the package: %v", who.Name, err)
		}
		if _, err := l.Standing(t.Context(), who, l.ref); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s sees how it stands: %v", who.Name, err)
		}
		if _, err := l.Fetch(t.Context(), who, l.ref, "found.csv"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s fetches: %v", who.Name, err)
		}
	}
	l.after(48 * time.Hour)
	l.has("stage:disclosed", "review:failed", "remedy:owed", "duty:open")
	if _, err := l.Fetch(t.Context(), central, l.ref, "found.csv"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("what is to be erased is fetched: %v", err)
	}
	l.does(reviewer, lifecycle.DemandErasure, Body{})
	l.does(central, lifecycle.ConfirmErasure, Body{Proof: "protocol"})
}

// TestHourZeroAccepts: what lets a stranger in, and what does not.
func TestHourZeroAccepts(t *testing.T) {
	t.Parallel()
	life := taken
	l := stranded(t, life)
	l.no(reviewer, lifecycle.Accept, Body{Contact: ownPoint}, "no imminent risk to life")
	l.no(reviewer, lifecycle.Accept, Body{Contact: "+1 555 in the request", Risk: "a child"}, "nobody has confirmed it")
	l.no(reviewer, lifecycle.Accept, Body{Contact: "+90 1", Risk: "a child"}, "nobody has confirmed it")
	l.no(reviewer, lifecycle.Accept, Body{Risk: "a child"}, "nobody has confirmed it")
	l.no(intake, lifecycle.Accept, believed, "an intake may not")
	l.no(intake, lifecycle.Authenticate, Body{Contact: ownPoint}, "nothing authenticates")
	l.refused(reviewer, l.ref, Act{Do: lifecycle.Accept, Body: believed}, "no reasons")
	for range 2 {
		if done := l.does(senior, lifecycle.Accept, believed); !done.Proposed {
			t.Fatal("one person lets a stranger in")
		}
	}
	l.no(Actor{"sami ", lifecycle.Reviewer}, lifecycle.OpenLane, believed, "")
	l.does(reviewer, lifecycle.Accept, believed)
	l.has("sender:verified")

	for name, change := range map[string]func(map[string]any){
		"nothing claimed":   nil,
		"no threat named":   urgent("", "the servers are down"),
		"somebody's safety": urgent("safety", "they were threatened"),
		"infrastructure":    urgent("critical-infrastructure", "the servers are down"),
	} {
		l := stranded(t, change)
		_, err := l.Do(t.Context(), reviewer, l.ref, Act{Do: lifecycle.Accept, Why: "anyway", Body: believed})
		if !contains(err, "no imminent risk to life") {
			t.Errorf("%s: %v", name, err)
		}
	}

	if c := l.receive(l.doc, registered); c.Sender != lifecycle.Quarantined {
		t.Errorf("a channel vouches for whom nobody enrolled: %s", c.Sender)
	}

	denied := stranded(t, life)
	denied.does(intake, lifecycle.Doubt, Body{})
	denied.no(reviewer, lifecycle.Accept, believed, "nobody has confirmed it")

	suspended := stranded(t, life)
	suspended.enrol(suspended.doc)
	a := suspended.register[suspended.asks().Name]
	a.Suspended = "stolen key"
	suspended.register[a.ID] = a
	suspended.no(reviewer, lifecycle.Accept, believed, "nobody has confirmed it")

	named := stranded(t, life)
	named.enrol(named.doc)
	a = named.register[named.asks().Name]
	a.Country = "FR"
	named.register[a.ID] = a
	named.no(reviewer, lifecycle.Accept, believed, "nobody has confirmed it")

	enrolled := stranded(t, life)
	enrolled.enrol(enrolled.doc) // at night nobody but the point is reached
	enrolled.two(reviewer, senior, lifecycle.Accept, believed)
	enrolled.looked()
	to := believed
	to.To = central.Name
	enrolled.no(reviewer, lifecycle.OpenLane, to, "goes to the authority that asks")
}

// TestHourZeroGoesTo: only to whom it may go, and nothing on another authority.
func TestHourZeroGoesTo(t *testing.T) {
	t.Parallel()
	l := stranded(t, taken)
	l.two(reviewer, senior, lifecycle.Accept, believed)
	l.no(reviewer, lifecycle.OpenLane, believed, "no other is named")
	l.looked()
	for to, because := range map[string]string{
		"fr-point": "another State", "tr-stolen": "suspended", "tr-keyless": "no key in force", "nobody": "is not enrolled",
		l.asks().Name: "is not enrolled",
	} {
		body := believed
		body.To = to
		l.no(reviewer, lifecycle.OpenLane, body, because)
	}
	to := believed
	to.To = central.Name
	message := to
	message.Contact = "+1 555 in the request"
	l.no(reviewer, lifecycle.OpenLane, message, "nobody has confirmed it")
	harmless := to
	harmless.Risk = ""
	l.no(reviewer, lifecycle.OpenLane, harmless, "no imminent risk to life")
	if !l.does(reviewer, lifecycle.OpenLane, to).Proposed {
		t.Fatal("one person opens the lane")
	}
	other := to
	other.To = "tr-other"
	l.register["tr-other"] = authority.Authority{ID: "tr-other", Country: "TR", Recipients: []string{"age1other"}}
	if !l.does(senior, lifecycle.OpenLane, other).Proposed {
		t.Fatal("two people named two recipients, and it opened")
	}
	l.does(senior2, lifecycle.OpenLane, other)

	a := l.register["tr-other"]
	a.Suspended = "stolen key"
	l.register[a.ID] = a
	l.no(custodian, lifecycle.Collect, files(0), "suspended in the register")
	a.Suspended = ""
	l.register[a.ID] = a
	l.collected(0)
	a.Suspended = "stolen key"
	l.register[a.ID] = a
	l.settle(reviewer, l.ref, "disclosure")
	l.no(senior, lifecycle.Release, Body{}, "no enrolled key that is not suspended")
	a.Suspended = ""
	l.register[a.ID] = a
	l.released()
	a.Suspended = "stolen key"
	l.register[a.ID] = a
	if _, err := l.Release(t.Context(), Actor{"tr-other", lifecycle.Requester}, l.ref); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a suspended recipient gets the package: %v", err)
	}
}

// TestHourZeroOrdinary: who was believed for a life gets nothing by an order.
func TestHourZeroOrdinary(t *testing.T) {
	t.Parallel()
	l := stranded(t, taken).opened()
	l.after(72 * time.Hour)
	l.has("stage:refused") // the review was missed
	l = stranded(t, taken).opened()
	l.does(judge, lifecycle.UpholdReview, Body{})
	l.after(72 * time.Hour)
	l.has("stage:forwarded", "lane:emergency")
	l.applied().granted(0)
	_, err := l.Collect(t.Context(), custodian, l.ref, []Upload{{Measure: 0, Name: "found.csv", From: bytes.NewBufferString("x")}}, "as was granted")
	ok(t, err)
	l.no(custodian, lifecycle.Seal, Body{}, "no enrolled key")
}

// TestHourZeroContent: content does not leave without an order.
func TestHourZeroContent(t *testing.T) {
	t.Parallel()
	change := taken
	l := stranded(t, func(d map[string]any) {
		change(d)
		d["measures"].([]any)[1].(map[string]any)["data"] = "content"
	})
	l.two(reviewer, senior, lifecycle.Accept, believed)
	to := believed
	to.To = central.Name
	l.no(reviewer, lifecycle.OpenLane, to, "only subscriber, connection and last-location data")
}

// TestEmergencyIsAskedAbout: what is open about an emergency is a question, and a
// call answers it.
func TestEmergencyIsAskedAbout(t *testing.T) {
	t.Parallel()
	asked := func(l *life) bool {
		open, err := l.Questions(t.Context(), l.see(l.ref))
		ok(t, err)
		for _, q := range open {
			if q.Finding.Safeguard == "emergency-confirmed" {
				if q.Fact != "request.emergency_confirmed" || q.Question == "" || q.Ask != "reviewer" {
					t.Errorf("asked is %q about %q of %q", q.Question, q.Fact, q.Ask)
				}
				return true
			}
		}
		return false
	}
	for name, c := range map[string]struct {
		threat, statement string
		asked             bool
	}{
		"a life":          {"life", "a child was taken at noon", false},
		"nothing stated":  {"life", "", true},
		"no threat named": {"", "the servers are down", true},
	} {
		l := begin(t, "authority-de", "leg-13", urgent(c.threat, c.statement))
		if asked(l) != c.asked {
			t.Errorf("%s, from a sender who signed: asked is %v", name, !c.asked)
		}
	}
	l := stranded(t, urgent("life", ""))
	if !asked(l) {
		t.Error("of a stranger nobody is asked whether it is true")
	}
	l.two(reviewer, senior, lifecycle.Accept, believed)
	if asked(l) {
		t.Error("two people called, and it is asked still")
	}
	calling(t, urgent("life", ""), "request.emergency_confirmed")
	calling(t, func(d map[string]any) { // whose route is open in an emergency alone
		taken(d)
		d["requesting"].(map[string]any)["authority"].(map[string]any)["role"] = "police"
	}, "request.route_open")
}

// calling opens the lane for a sender who signed, where nobody has answered one
// question but by the call itself.
func calling(t *testing.T, change func(map[string]any), left string) {
	t.Helper()
	l := begin(t, "authority-de", "leg-13", change)
	ask := func() (said []Statement, open bool) {
		list, err := l.Questions(t.Context(), l.see(l.ref))
		ok(t, err)
		for _, q := range list {
			switch {
			case q.Fact == left:
				open = true
			case favour(q.Fact) != "" && q.Gate != "disclosure" && q.Gate != "secrecy":
				said = append(said, Statement{Fact: q.Fact, Of: q.Of, Value: favour(q.Fact), Answers: []string{"*"}})
			}
		}
		return said, open
	}
	said, open := ask()
	if !open {
		t.Errorf("%s is not asked", left)
	}
	l.do(reviewer, l.ref, Act{Do: lifecycle.Assert, Why: "looked at in the file", Body: Body{Said: said}})
	l.two(reviewer, senior, lifecycle.OpenLane, Body{Risk: "a child was taken", Contact: "+33 1 0000"})
	if _, open := ask(); open {
		t.Errorf("two people called, and %s is asked still", left)
	}
}

// TestHourZeroAnother: who was believed for a life asks for something else.
func TestHourZeroAnother(t *testing.T) {
	t.Parallel()
	l := stranded(t, taken)
	l.two(reviewer, senior, lifecycle.Accept, believed)
	l.does(reviewer, lifecycle.Return, Body{})
	l.does(intake, lifecycle.Answer, Body{Document: document(t, "leg-13", func(d map[string]any) {
		taken(d)
		delete(d, "urgency")
	})})
	to := believed
	to.To = central.Name
	l.no(reviewer, lifecycle.OpenLane, to, "nobody has confirmed it")
}
