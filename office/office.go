// Package office says who runs the gateway: which State's law binds it, who
// may authorise which data, who tells the person, how long secrecy may last,
// and in what form it may answer.
//
// It promises that a profile which was read is complete and lowers nothing: a
// profile can make the office stricter than the floor and never laxer. It
// refuses to present uncertain national law as settled: every fact of law
// carries its certainty.
package office

import (
	"slices"

	"github.com/rogatory/rogatory/fault"
)

// The kinds of office, as in the request's addressee.
const (
	Provider         = "service-provider"
	CentralAuthority = "central-authority"
)

// SecrecyDays is the longest first period of secrecy, and the default.
const SecrecyDays = 90

// Categories are the data categories, least intrusive first.
var Categories = []string{"subscriber", "sole-identification", "traffic", "content"}

// A Profile is one office. Profiles are values read from a file and never
// changed.
type Profile struct {
	ID           string
	Name         string
	Jurisdiction string               // ISO 3166-1 alpha-2
	Kind         string               // Provider or CentralAuthority
	Authorises   map[string]Authorise // by data category
	Notifies     Statement            // who tells the person where no instrument says otherwise: office or issuing-authority
	Secrecy      Secrecy
	Blocking     []Statement // statutes that forbid disclosure
	Calendar     string      // id of the calendar of legal days
	Languages    []string    // BCP 47, preferred first
	PhrasePacks  string      // folder of the office's own phrases; empty: none
}

// A Statement is something national law says. Unless its certainty is
// "established" it is to be checked before anybody relies on it.
type Statement struct {
	Text      string
	Certainty string
	Source    string
}

// Established reports whether the statement may be relied upon.
func (s Statement) Established() bool { return s.Certainty == established }

const (
	established = "established"
	toBeChecked = "to be checked"
)

// Authorise says who decides on one data category.
type Authorise struct {
	By        string // court, judge, prosecutor, administrative-authority, own-decision
	Note      string
	Certainty string
}

// Secrecy bounds how long a person may stay untold.
type Secrecy struct {
	Days        int
	RenewableBy string // court or judge
	Certainty   string
	Note        string
}

// Authoriser is who decides on a data category. What the profile does not say
// is for a court.
func (p *Profile) Authoriser(data string) string {
	a, ok := p.Authorises[data]
	if !ok || a.By == "" {
		return "court"
	}
	return a.By
}

// SecrecyLimit is the longest first period of secrecy in days.
func (p *Profile) SecrecyLimit() int {
	if p.Secrecy.Days <= 0 || p.Secrecy.Days > SecrecyDays {
		return SecrecyDays
	}
	return p.Secrecy.Days
}

// ToCheck lists what in the profile nobody has confirmed.
func (p *Profile) ToCheck() []string {
	var list []string
	for _, data := range Categories {
		a, ok := p.Authorises[data]
		if ok && a.Certainty != established {
			list = append(list, "who authorises "+data+" data: "+a.By)
		}
	}
	if p.Secrecy.Certainty != established {
		list = append(list, "how long secrecy may last and who may renew it")
	}
	if !p.Notifies.Established() {
		list = append(list, "who tells the person: "+p.Notifies.Text)
	}
	for _, s := range p.Blocking {
		if !s.Established() {
			list = append(list, "blocking statute: "+s.Text)
		}
	}
	return list
}

// Default is the office that a request's addressee gets when nobody says which
// office this is: the strictest reading, with everything to be checked.
func Default(addresseeKind, country string) *Profile {
	kind := addresseeKind
	if kind != Provider {
		kind = CentralAuthority
	}
	p := &Profile{
		ID: "default", Name: "Generic " + kind, Jurisdiction: country, Kind: kind,
		Authorises: map[string]Authorise{},
		Notifies:   Statement{Text: "office", Certainty: toBeChecked},
		Secrecy:    Secrecy{Days: SecrecyDays, RenewableBy: "court", Certainty: toBeChecked},
		Calendar:   country, Languages: []string{"ar", "en", "es", "fr", "ru", "zh"},
	}
	for _, data := range Categories {
		p.Authorises[data] = Authorise{By: "court", Certainty: toBeChecked}
	}
	return p
}

// Example gives one of the profiles that come with the program.
func Example(id string) (*Profile, error) {
	if !slices.Contains(Examples(), id) {
		return nil, fault.NotFoundf("office "+id, "there is no such example").WithHint("use one of the examples listed by Examples, or a file of your own")
	}
	name := "profiles/" + id + ".yaml"
	data, err := embedded.ReadFile(name)
	if err != nil {
		return nil, err
	}
	p, err := Read(data, name)
	if err != nil {
		return nil, err
	}
	p.ID = id
	return p, nil
}
