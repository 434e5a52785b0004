package screen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/request"
)

// sender says what the office knows of how the message arrived.
func (b *brief) sender() {
	r := b.r
	known, reason := identity(r.Requesting.Channel)
	b.verified = known == fact.True
	b.truth(fact.Registry, theRequest, "request.sender_verified", known, reason, "/requesting/channel")

	confirmed, lane, why := b.emergency()
	b.truth(fact.Registry, theRequest, "request.emergency_confirmed", confirmed, why, "/urgency")
	b.truth(fact.Registry, theRequest, "request.emergency_lane", lane, why, "/urgency")
}

// identity reads the channel. An authenticated registered channel or portal
// counts, and so does a call-back that confirmed; one that failed ends it; one
// that is still open leaves it open.
func identity(c *request.Channel) (fact.Truth, string) {
	if c == nil {
		return fact.Unknown, "nothing is known of how this message arrived"
	}
	authenticated := c.Authenticated != nil && *c.Authenticated
	registered := c.Kind == "registered" || c.Kind == "portal"
	switch {
	case c.CallBack == "failed":
		return fact.False, "the call-back failed: the authority does not know of this request"
	case c.CallBack == "confirmed":
		return fact.True, "a call-back through the authority register confirmed the request"
	case c.CallBack == "pending" || c.CallBack == "unavailable":
		return fact.Unknown, "the call-back is " + c.CallBack
	case registered && authenticated:
		return fact.True, "authenticated on a registered channel"
	}
	return fact.Unknown, "the channel does not authenticate the sender"
}

// emergency says whether a claimed emergency is confirmed, and whether the lane
// without an order is open: for a risk to somebody's life or safety, confirmed
// by calling back. Without a claim there is nothing to confirm and no lane.
func (b *brief) emergency() (confirmed, lane fact.Truth, reason string) {
	u, c := b.r.Urgency, b.r.Requesting.Channel
	if u.Level != "emergency" {
		return fact.True, fact.False, "no emergency is claimed"
	}
	person := u.Threat == "life" || u.Threat == "safety"
	if !person && !(u.Threat == "critical-infrastructure" && b.r.Instrument == "eu-eevidence") {
		return fact.False, fact.False, "the emergency claimed is no threat to anybody's life or safety"
	}
	if c == nil || !b.verified || strings.TrimSpace(u.Statement) == "" {
		return fact.Unknown, fact.Unknown, "the emergency has not been stated and confirmed with a registered contact"
	}
	if !person {
		return fact.True, fact.False, "confirmed by the registered channel"
	}
	if c.CallBack != "confirmed" {
		return fact.True, fact.Unknown, "the channel is authenticated; nobody has called back yet"
	}
	return fact.True, fact.True, "confirmed by calling back"
}

// route says whether the instrument binds the two States and lets this
// authority address this addressee.
func (b *brief) route() {
	r := b.r
	b.choice(fact.Requester, theRequest, "request.instrument", r.Instrument, "the instrument invoked", "/instrument")
	inForce, reason := b.law.InForceBetween(r.Instrument, r.Requesting.Country, r.Addressee.Country, b.day)
	if r.Instrument == "bilateral" && inForce == fact.Unknown {
		inForce, reason = fact.True, "no agreements are on record here; until this one is confirmed the request is judged as one of comity, which binds nobody and opens nothing more"
	}
	b.truth(fact.Registry, theRequest, "request.instrument_in_force", inForce, reason, "/instrument")

	open, why := b.door()
	b.truth(fact.Registry, theRequest, "request.route_open", open, why, "/addressee/kind")

	if slices.Contains(read, mainLanguage(r.Language)) {
		b.bool(fact.Registry, theRequest, "request.text_read", true, fmt.Sprintf("signals read %q", r.Language), "/language")
	}
	if r.Language != "" {
		spoken := b.profile.Accepts(r.Language)
		b.bool(fact.Registry, theRequest, "request.language_accepted", spoken, fmt.Sprintf("the request is in %q", r.Language), "/language")
	}
	only, asks := preserveOnly(r), "disclosure is asked for"
	if only {
		asks = "preservation only is asked for"
	}
	b.bool(fact.Requester, theRequest, "request.preserve_only", only, asks, "/measures")
}

// read are the languages in which signals can see anything. A request in
// another one is silent to them, and silence must not pass.
var read = []string{"ar", "en", "es", "fr", "ru", "zh"}

func mainLanguage(tag string) string {
	first, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return first
}

var judicial = []string{"court", "judge"}

// door is the table of who may knock where: instrument × addressee × role.
func (b *brief) door() (fact.Truth, string) {
	r := b.r
	role := r.Requesting.Authority.Role
	provider := r.Addressee.Kind == "service-provider"
	_, lane, _ := b.emergency()
	if p := b.profile; p.ID != "default" && (p.Kind != r.Addressee.Kind || p.Jurisdiction != r.Addressee.Country) {
		return fact.False, fmt.Sprintf("it is addressed to a %s in %s, and this office is a %s in %s", r.Addressee.Kind, r.Addressee.Country, p.Kind, p.Jurisdiction)
	}
	if role == "unknown" || role == "" {
		return fact.Unknown, "the role of the authority is not known"
	}
	central := role == "central-authority"
	judge := slices.Contains(judicial, role)
	switch r.Instrument {
	case "eu-eevidence":
		if !provider {
			return fact.False, "a certificate is addressed to the provider's designated establishment or representative; between authorities the European Investigation Order serves"
		}
		if judge || role == "prosecutor" {
			return fact.True, "issued by an authority of the regulation's art. 4"
		}
		if b.decided() {
			return fact.True, "transmitted with the decision of an authority of the regulation's art. 4"
		}
		if r.Requesting.Validating != "" || central {
			return fact.Unknown, "who issued or validated the certificate is not shown by a decision"
		}
		return lane, "an authority that is no judge, court or prosecutor needs validation by one, but in an emergency"
	case "eio":
		if provider {
			return fact.False, "an investigation order goes to the executing authority, not to a provider"
		}
		if judge || role == "prosecutor" || central || r.Requesting.Validating != "" {
			return fact.True, "between judicial authorities"
		}
		return fact.False, "an investigation order needs a judicial authority to issue or validate it"
	case "cloud-act":
		if !provider {
			return fact.False, "an agreement of this kind is addressed to providers; between States mutual assistance serves"
		}
		return fact.Of(role != "police").Or(lane), "orders under the agreement go through its designated authority"
	case "domestic":
		return fact.Of(r.Requesting.Country == r.Addressee.Country), "a domestic order reaches no further than its State"
	case "uncc", "budapest", "bilateral", "comity":
		if provider {
			return lane, "mutual assistance goes from central authority to central authority; a provider is addressed directly only where an instrument provides for it, or in a confirmed emergency"
		}
		if central || judge || role == "ministry" && r.Instrument != "budapest" {
			return fact.True, "between central authorities, or by letter rogatory"
		}
		if preserveOnly(r) && (role == "police" || role == "prosecutor") && r.Instrument != "comity" {
			return fact.True, "preservation through the point of contact reachable at all times"
		}
		if role == "prosecutor" {
			if r.Instrument == "comity" || r.Instrument == "bilateral" {
				return fact.True, "by letter rogatory"
			}
			return fact.Unknown, "a prosecutor asks through the central authority, unless the treaty's urgent route applies"
		}
		return lane, "this authority asks through its own State's central authority"
	}
	return fact.Unknown, "no instrument, no route"
}

// decided reports whether a decision of a court, judge or prosecutor is attached.
func (b *brief) decided() bool {
	return slices.ContainsFunc(b.r.Orders, func(o request.Order) bool {
		return o.Kind == "court" || o.Kind == "judge" || o.Kind == "prosecutor"
	})
}

// preserveOnly reports whether nothing but preservation is asked for.
func preserveOnly(r *request.Request) bool {
	for _, m := range r.Measures {
		if m.Mode != "preserve" {
			return false
		}
	}
	return len(r.Measures) > 0
}
