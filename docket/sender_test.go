package docket_test

import (
	"slices"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

var byMail = request.Channel{Kind: "email"}

// stranger is a request of which nobody knows who sent it.
func stranger(t *testing.T) *life {
	o := newOffice(t, "authority-de")
	doc := document(t, "leg-13", nil)
	c := o.receive(doc, byMail)
	o.assign(c.Ref)
	return &life{o, c.Ref, doc}
}

func TestQuarantine(t *testing.T) {
	t.Parallel()
	l := stranger(t)
	l.is("stage:screened")
	l.clock("quarantine", berlin(2026, 10, 2))
	for _, do := range []lifecycle.Event{lifecycle.Forward, lifecycle.Refuse, lifecycle.Redirect, lifecycle.Offer, lifecycle.Preserve, lifecycle.OpenLane, lifecycle.Tell} {
		for _, who := range []Actor{intake, reviewer, senior, notifier} {
			if _, err := l.Do(t.Context(), who, l.ref, Act{Do: do, Why: "anyway"}); err == nil {
				t.Errorf("%s by %s to a stranger", do, who.Role)
			}
		}
	}
	l.does(intake, lifecycle.Return, Body{})
	l.is("stage:returned, waiting:requester")
	l.after(32 * day)
	l.is("stage:closed, waiting:nobody")
	l.after(366 * day)
	if rows, _, err := l.Queue(t.Context(), Query{Stage: "erased"}); err != nil || len(rows) != 1 {
		t.Errorf("a request of a stranger is kept for ever: %+v, %v", rows, err)
	}
	ok(t, l.Verify(t.Context(), l.ref))
}

func TestAuthenticated(t *testing.T) {
	t.Parallel()
	l := stranger(t)
	l.no(intake, lifecycle.Authenticate, Body{Contact: "+33 1 0000"}, "nothing authenticates")
	l.enrol(l.doc)
	l.no(intake, lifecycle.Authenticate, Body{}, "nothing authenticates")
	l.no(intake, lifecycle.Authenticate, Body{Contact: "the number in the request"}, "nothing authenticates")
	l.no(intake, lifecycle.Authenticate, Body{Contact: "+49 30 0000"}, "nothing authenticates")
	l.does(intake, lifecycle.Authenticate, Body{Contact: "+33 10000"})
	c := l.is("stage:screened, sender:verified, duty:open")
	if c.Channel.CallBack != "confirmed" || c.Proposal.Outcome != "forward" {
		t.Errorf("after the call: %+v, %s", c.Channel, c.Proposal.Outcome)
	}
}

// TestAnothersName: who authenticated as one and asks as another is a stranger.
func TestAnothersName(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	doc := document(t, "leg-13", nil)
	o.enrol(doc)
	for name, c := range map[string]struct {
		sender, country string
		verified        bool
	}{
		"itself":           {"central authority", "TR", true},
		"another":          {"customs", "TR", false},
		"of another State": {"", "US", false},
	} {
		in := document(t, "leg-13", func(d map[string]any) { d["requesting"].(map[string]any)["country"] = c.country })
		got, err := o.Receive(t.Context(), Delivery{Document: in, Channel: registered, By: intake, Sender: c.sender})
		ok(t, err)
		if (got.Sender == lifecycle.Verified) != c.verified {
			t.Errorf("%s: the sender is %s", name, got.Sender)
		}
	}
}

func TestCallBackFailed(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded()
	l.does(intake, lifecycle.Doubt, Body{Contact: "+33 1 0000"})
	l.has("sender:in doubt")
	l.settle(reviewer, l.ref, "court")
	l.no(reviewer, lifecycle.Apply, Body{}, "the sender is not verified, or is in doubt")
	l.no(reviewer, lifecycle.Accept, Body{Contact: "+49 30 0000"}, "nobody has confirmed it")
	l.two(reviewer, senior, lifecycle.Accept, Body{Contact: "+33 1 0000"})
	l.has("sender:verified")
	l.does(reviewer, lifecycle.Apply, Body{})
}

// TestSuspended: everything in flight stops, before anybody tells the case.
func TestSuspended(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	a := l.register[l.asks().Name]
	a.Suspended = "stolen key"
	l.register[a.ID] = a
	l.no(judge, lifecycle.Grant, l.grant(0), "suspended in the register")
	l.does(overseer, lifecycle.Suspend, Body{})
	l.has("sender:in doubt")
	l.no(judge, lifecycle.Grant, l.grant(0), "in doubt")
	l.two(reviewer, senior, lifecycle.Accept, Body{Contact: "+33 1 0000"})
	l.no(judge, lifecycle.Grant, l.grant(0), "suspended in the register")
	if c := l.receive(l.doc, registered); c.Sender == lifecycle.Verified {
		t.Error("a new request of it is accepted")
	}
	a.Suspended, a.Recipients = "", nil
	l.register[a.ID] = a
	l.granted(0)
	l.does(custodian, lifecycle.Collect, files(0))
	l.no(custodian, lifecycle.Seal, Body{}, "no enrolled key")
	l.enrol(l.doc)
	l.does(custodian, lifecycle.Seal, Body{})
	a.Suspended = "stolen key"
	l.register[a.ID] = a
	l.settle(reviewer, l.ref, "disclosure")
	l.no(senior, lifecycle.Release, Body{}, "no enrolled key that is not suspended")
}

func TestDeliveredTwice(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	doc := document(t, "leg-13", nil)
	in := Delivery{Document: doc, Channel: byMail, By: Actor{"portal", lifecycle.Machine}, Scope: "TR", Once: "message 1"}
	first, err := o.Receive(t.Context(), in)
	ok(t, err)
	again, err := o.Receive(t.Context(), in)
	ok(t, err)
	if again.Ref != first.Ref || again.Seq() != first.Seq() {
		t.Errorf("the same message is case %s and %s", first.Ref, again.Ref)
	}
	in.Document = document(t, "leg-13", func(d map[string]any) { d["reference"] = "other" })
	if _, err := o.Receive(t.Context(), in); err == nil {
		t.Error("the same key with another message is taken")
	}
	in.Scope = "FR"
	other, err := o.Receive(t.Context(), in)
	ok(t, err)
	if other.Ref == first.Ref {
		t.Error("the key of one authority is another's")
	}
}

func TestReceiveRefuses(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	doc := document(t, "leg-13", nil)
	for name, in := range map[string]Delivery{
		"is larger than 1 MiB": {Document: slices.Concat(doc, make([]byte, request.MaxBytes)), By: intake},
		"format":               {Document: []byte("{}"), By: intake},
		"receives no requests": {Document: doc, By: reviewer},
		"nobody is named":      {Document: doc, By: Actor{" ", lifecycle.Intake}},
	} {
		if _, err := o.Receive(t.Context(), in); !contains(err, name) {
			t.Errorf("%v; want %q", err, name)
		}
	}
	if rows, _, err := o.Queue(t.Context(), Query{}); err != nil || len(rows) > 0 {
		t.Errorf("what was refused is on record: %v, %v", rows, err)
	}
	_ = time.Second
}
