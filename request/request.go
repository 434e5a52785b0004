// Package request is what one State, or one authority, asks about somebody's
// data: the document rogatory.request/1 as Go values, its JSON Schema, and the
// strict reader that turns bytes into a Request.
//
// It promises that a Request which was read is well-formed: every member is
// known, of its type and within its bounds. It refuses to guess: what is
// missing stays missing, because a missing fact is unknown, a matter for the
// safeguards and not for the reader.
package request

import "time"

// Format is the only format this package reads.
const Format = "rogatory.request/1"

// A Request is one document asking for data. Members that were absent have
// their zero value; where absence and zero differ, the member is a pointer.
type Request struct {
	Format             string       `json:"format"`
	Reference          string       `json:"reference"`
	CaseNumber         string       `json:"case_number,omitempty"`
	Proceedings        string       `json:"proceedings,omitempty"` // criminal, intelligence, administrative, unknown
	Issued             Moment       `json:"issued,omitzero"`
	Received           Moment       `json:"received,omitzero"`
	Instrument         string       `json:"instrument"`
	Requesting         Requesting   `json:"requesting"`
	Addressee          Addressee    `json:"addressee"`
	Urgency            Urgency      `json:"urgency,omitzero"`
	Offences           []Offence    `json:"offences,omitempty"`
	Persons            []Person     `json:"persons,omitempty"`
	Facts              string       `json:"facts,omitempty"`
	Language           string       `json:"language,omitempty"` // BCP 47
	Purpose            string       `json:"purpose,omitempty"`
	Necessity          string       `json:"necessity,omitempty"`
	Proportionality    string       `json:"proportionality,omitempty"`
	Measures           []Measure    `json:"measures,omitempty"`
	Orders             []Order      `json:"orders,omitempty"`
	Secrecy            Secrecy      `json:"secrecy,omitzero"`
	Assurances         []string     `json:"assurances,omitempty"`
	EnforcingAuthority *Enforcing   `json:"enforcing_authority,omitempty"`
	Prior              []Prior      `json:"prior,omitempty"`
	Attachments        []Attachment `json:"attachments,omitempty"`
}

// A Moment is a date or a timestamp; the zero Moment is an absent one.
type Moment struct {
	Time time.Time // UTC midnight if only a date was given
	Date bool      // only a date was given
}

// IsZero reports whether the moment is absent.
func (m Moment) IsZero() bool { return m.Time.IsZero() }

// Requesting is who asks. Channel is never the requester's word: the gateway
// fills it from how the message arrived.
type Requesting struct {
	Country    string    `json:"country"` // ISO 3166-1 alpha-2
	Authority  Authority `json:"authority"`
	Validating string    `json:"validating,omitempty"`
	Contact    string    `json:"contact,omitempty"`
	Channel    *Channel  `json:"channel,omitempty"`
}

// An Authority is the body that signed the request, as it calls itself.
type Authority struct {
	Name string `json:"name"`
	Role string `json:"role"` // central-authority, court, judge, prosecutor, police, ministry, other, unknown
	ID   string `json:"id,omitempty"`
}

// A Channel is how the message arrived.
type Channel struct {
	Kind          string `json:"kind,omitempty"` // registered, portal, email, post, unknown
	Authenticated *bool  `json:"authenticated,omitempty"`
	CallBack      string `json:"call_back,omitempty"` // confirmed, failed, unavailable, not-needed, pending
}

// An Addressee is who is asked.
type Addressee struct {
	Country string `json:"country"`
	Kind    string `json:"kind"` // central-authority, service-provider
	Name    string `json:"name,omitempty"`
	Service string `json:"service,omitempty"` // what holds the data
}

// Urgency is how soon, and which threat is claimed.
type Urgency struct {
	Level     string `json:"level,omitempty"`  // routine, expedited, emergency
	Threat    string `json:"threat,omitempty"` // life, safety, critical-infrastructure
	Statement string `json:"statement,omitempty"`
}

// An Offence is one crime the request rests on, as the requester states it.
type Offence struct {
	Provision         string   `json:"provision,omitempty"` // id in our registry
	Country           string   `json:"country,omitempty"`
	Law               string   `json:"law,omitempty"`
	Article           string   `json:"article,omitempty"`
	Title             string   `json:"title,omitempty"`
	Text              string   `json:"text,omitempty"`              // the statute's words
	MaxPenaltyYears   *float64 `json:"max_penalty_years,omitempty"` // 99 life, 100 death
	ConventionArticle string   `json:"convention_article,omitempty"`
	CommittedFrom     Moment   `json:"committed_from,omitzero"`
	CommittedTo       Moment   `json:"committed_to,omitzero"`
	Listed            *bool    `json:"listed,omitempty"`
}

// A Person is somebody the request speaks of.
type Person struct {
	Role        string `json:"role,omitempty"` // suspect, victim, witness, third-party, unknown
	Description string `json:"description,omitempty"`
	Minor       *bool  `json:"minor,omitempty"`
	Profession  string `json:"profession,omitempty"`
	Whereabouts string `json:"whereabouts,omitempty"`
}

// A Measure is one data category in one mode for some targets and a window.
type Measure struct {
	Data    string   `json:"data,omitempty"` // subscriber, sole-identification, traffic, content
	Mode    string   `json:"mode,omitempty"` // stored, preserve, real-time
	Targets []Target `json:"targets,omitempty"`
	From    Moment   `json:"from,omitzero"`
	To      Moment   `json:"to,omitzero"`
	Note    string   `json:"note,omitempty"`
}

// A Target is one account, number, address or place whose data are asked for.
type Target struct {
	Type        string `json:"type,omitempty"` // account, email, phone, ipv4, ipv6, domain, device, area, other
	Value       string `json:"value,omitempty"`
	Description string `json:"description,omitempty"`
}

// An Order is a decision attached to the request, or promised.
type Order struct {
	Issuer              string `json:"issuer,omitempty"`
	Kind                string `json:"kind,omitempty"` // court, judge, prosecutor, police, ministry, other
	AssertedIndependent *bool  `json:"asserted_independent,omitempty"`
	Date                Moment `json:"date,omitzero"`
	Reference           string `json:"reference,omitempty"`
	Status              string `json:"status,omitempty"` // issued (also when absent), promised
}

// Secrecy is the wish that the person not be told.
type Secrecy struct {
	Requested bool   `json:"requested,omitempty"`
	Until     Moment `json:"until,omitzero"`
	Reason    string `json:"reason,omitempty"`
}

// Enforcing is the enforcing authority of Regulation (EU) 2023/1543, art. 8.
type Enforcing struct {
	Notified *bool  `json:"notified,omitempty"`
	Name     string `json:"name,omitempty"`
}

// Prior is an earlier request this one refers to.
type Prior struct {
	Reference string `json:"reference,omitempty"`
	Relation  string `json:"relation,omitempty"` // follow-up, resubmission, preserved-under
}

// An Attachment travels beside the document.
type Attachment struct {
	Name      string `json:"name,omitempty"`
	MediaType string `json:"media_type,omitempty"`
	SHA256    string `json:"sha256,omitempty"`
	Size      int64  `json:"size,omitempty"`
}
