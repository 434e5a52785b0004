package screen

import (
	"slices"
	"testing"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/request"
)

func yes() *bool { b := true; return &b }
func no() *bool  { b := false; return &b }

func TestIdentity(t *testing.T) {
	for _, c := range []struct {
		name    string
		channel *request.Channel
		want    fact.Truth
	}{
		{"nothing known of the message", nil, fact.Unknown},
		{"registered and authenticated", &request.Channel{Kind: "registered", Authenticated: yes(), CallBack: "not-needed"}, fact.True},
		{"portal, authenticated, no call-back told", &request.Channel{Kind: "portal", Authenticated: yes()}, fact.True},
		{"e-mail, however authenticated", &request.Channel{Kind: "email", Authenticated: yes(), CallBack: "not-needed"}, fact.Unknown},
		{"e-mail, confirmed by calling back", &request.Channel{Kind: "email", CallBack: "confirmed"}, fact.True},
		{"registered, but not authenticated", &request.Channel{Kind: "registered", Authenticated: no()}, fact.Unknown},
		{"call-back pending", &request.Channel{Kind: "registered", Authenticated: yes(), CallBack: "pending"}, fact.Unknown},
		{"nobody could be reached", &request.Channel{Kind: "portal", Authenticated: yes(), CallBack: "unavailable"}, fact.Unknown},
		{"the authority denies it", &request.Channel{Kind: "registered", Authenticated: yes(), CallBack: "failed"}, fact.False},
	} {
		if got, reason := identity(c.channel); got != c.want || reason == "" {
			t.Errorf("%s: %v (%q), want %v", c.name, got, reason, c.want)
		}
	}
}

func TestEmergency(t *testing.T) {
	known := &request.Channel{Kind: "registered", Authenticated: yes(), CallBack: "not-needed"}
	called := &request.Channel{Kind: "registered", Authenticated: yes(), CallBack: "confirmed"}
	for _, c := range []struct {
		name            string
		urgency         request.Urgency
		instrument      string
		channel         *request.Channel
		confirmed, lane fact.Truth
	}{
		{"none claimed", request.Urgency{Level: "expedited"}, "comity", known, fact.True, fact.False},
		{"a life, confirmed by calling back", request.Urgency{Level: "emergency", Threat: "life", Statement: "she was taken this evening"}, "comity", called, fact.True, fact.True},
		{"a life, on a registered channel", request.Urgency{Level: "emergency", Threat: "life", Statement: "she was taken this evening"}, "comity", known, fact.True, fact.Unknown},
		{"nothing stated", request.Urgency{Level: "emergency", Threat: "life"}, "comity", called, fact.Unknown, fact.Unknown},
		{"a life, nobody confirmed", request.Urgency{Level: "emergency", Threat: "safety", Statement: "she was taken this evening"}, "comity", &request.Channel{Kind: "email"}, fact.Unknown, fact.Unknown},
		{"no channel at all", request.Urgency{Level: "emergency", Threat: "life", Statement: "she was taken this evening"}, "comity", nil, fact.Unknown, fact.Unknown},
		{"no threat named", request.Urgency{Level: "emergency", Statement: "she was taken this evening"}, "comity", called, fact.False, fact.False},
		{"infrastructure outside the EU", request.Urgency{Level: "emergency", Threat: "critical-infrastructure", Statement: "she was taken this evening"}, "budapest", called, fact.False, fact.False},
		{"infrastructure under the regulation", request.Urgency{Level: "emergency", Threat: "critical-infrastructure", Statement: "she was taken this evening"}, "eu-eevidence", called, fact.True, fact.False},
	} {
		r := genuine(t)
		r.Urgency, r.Instrument, r.Requesting.Channel = c.urgency, c.instrument, c.channel
		b := floor(t).brief(r, Situation{Today: today()})
		known, _ := identity(c.channel)
		b.verified = known == fact.True
		confirmed, lane, _ := b.emergency()
		if confirmed != c.confirmed || lane != c.lane {
			t.Errorf("%s: confirmed %v, lane %v; want %v, %v", c.name, confirmed, lane, c.confirmed, c.lane)
		}
	}
}

// TestDoor walks the table of who may knock where.
func TestDoor(t *testing.T) {
	for _, c := range []struct {
		instrument, addressee, role, validating string
		want                                    fact.Truth
	}{
		{"eu-eevidence", "service-provider", "judge", "", fact.True},
		{"eu-eevidence", "service-provider", "prosecutor", "", fact.True},
		{"eu-eevidence", "service-provider", "central-authority", "", fact.Unknown},
		{"eu-eevidence", "service-provider", "police", "", fact.False},
		{"eu-eevidence", "service-provider", "police", "the investigating judge", fact.Unknown},
		{"eu-eevidence", "central-authority", "judge", "", fact.False},
		{"eio", "central-authority", "prosecutor", "", fact.True},
		{"eio", "central-authority", "police", "", fact.False},
		{"eio", "central-authority", "police", "a prosecutor", fact.True},
		{"eio", "service-provider", "judge", "", fact.False},
		{"cloud-act", "service-provider", "judge", "", fact.True},
		{"cloud-act", "service-provider", "police", "", fact.False},
		{"cloud-act", "central-authority", "judge", "", fact.False},
		{"domestic", "service-provider", "judge", "", fact.False},
		{"budapest", "central-authority", "central-authority", "", fact.True},
		{"budapest", "central-authority", "court", "", fact.True},
		{"budapest", "central-authority", "ministry", "", fact.False},
		{"budapest", "central-authority", "prosecutor", "", fact.Unknown},
		{"budapest", "service-provider", "central-authority", "", fact.False},
		{"comity", "central-authority", "prosecutor", "", fact.True},
		{"comity", "central-authority", "ministry", "", fact.True},
		{"bilateral", "central-authority", "police", "", fact.False},
		{"comity", "service-provider", "judge", "", fact.False},
		{"comity", "central-authority", "unknown", "", fact.Unknown},
		{"unknown", "central-authority", "judge", "", fact.Unknown},
	} {
		r := genuine(t)
		r.Instrument, r.Addressee.Kind, r.Orders = c.instrument, c.addressee, nil
		r.Requesting.Authority.Role, r.Requesting.Validating = c.role, c.validating
		got, reason := floor(t).brief(r, Situation{Today: today()}).door()
		if got != c.want || reason == "" {
			t.Errorf("%s from %s to %s: %v (%s), want %v", c.instrument, c.role, c.addressee, got, reason, c.want)
		}
	}
}

// TestDoorWithDecision: a central authority or police force transmits what a
// judge decided; and the point of contact asks for preservation.
func TestDoorWithDecision(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*request.Request)
	}{
		{"transmitted with a judge's decision", func(r *request.Request) { european(r); r.Requesting.Authority.Role = "central-authority" }},
		{"preservation by the point of contact", func(r *request.Request) {
			r.Requesting.Authority.Role, r.Measures[0].Mode, r.Measures[1].Mode = "police", "preserve", "preserve"
		}},
		{"at home", func(r *request.Request) { r.Instrument, r.Addressee.Country = "domestic", "GB" }},
	} {
		r := genuine(t)
		c.change(r)
		if got, reason := floor(t).brief(r, Situation{Today: today()}).door(); got != fact.True {
			t.Errorf("%s: %v (%s)", c.name, got, reason)
		}
	}
}

// TestEmergencyLane: without an order, for a life, after a call-back, subscriber
// and traffic data; never content.
func TestEmergencyLane(t *testing.T) {
	r := genuine(t)
	r.Instrument, r.Addressee.Kind = "comity", "service-provider"
	r.Requesting.Authority.Role, r.Orders = "police", nil
	r.Requesting.Channel.CallBack = "confirmed"
	r.Measures[1].From = date("2025-03-01")
	r.Urgency = request.Urgency{Level: "emergency", Threat: "life", Statement: "a child was taken this evening"}
	if got := screened(t, floor(t), r, Situation{}); got.Outcome != "forward" {
		t.Errorf("the lane is open and the outcome is %s: %v", got.Outcome, failing(got))
	}
	r.Measures[1].Data = "content"
	if got := screened(t, floor(t), r, Situation{}); got.Outcome == "forward" || !slices.Contains(failing(got), "order-for-content unknown") {
		t.Errorf("content without an order came out as %s: %v", got.Outcome, failing(got))
	}
	r.Requesting.Channel.CallBack = "failed"
	if got := screened(t, floor(t), r, Situation{}); got.Outcome != "refuse" || !slices.Contains(got.Grounds, "unverified-requester") || got.Preserve {
		t.Errorf("a denied emergency came out as %s %v, preserve %v", got.Outcome, got.Grounds, got.Preserve)
	}
}
