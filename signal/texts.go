package signal

import (
	"strconv"

	"github.com/rogatory/rogatory/request"
)

// Texts gives what r says in words, in the order of the document, each with
// the JSON pointer of its member. Empty members give no text.
func Texts(r *request.Request) []Text {
	var texts []Text
	add := func(path string, f Field, body string) {
		if body != "" {
			texts = append(texts, Text{Path: path, Field: f, Language: r.Language, Body: body})
		}
	}
	add("/addressee/name", Addressee, r.Addressee.Name)
	add("/addressee/service", Service, r.Addressee.Service)
	add("/urgency/statement", Urgency, r.Urgency.Statement)
	for i, o := range r.Offences {
		add("/offences/"+strconv.Itoa(i)+"/title", Offence, o.Title)
	}
	for i, p := range r.Persons {
		at := "/persons/" + strconv.Itoa(i)
		add(at+"/description", Person, p.Description)
		add(at+"/profession", Person, p.Profession)
		add(at+"/whereabouts", Person, p.Whereabouts)
	}
	add("/facts", Facts, r.Facts)
	add("/purpose", Purpose, r.Purpose)
	add("/necessity", Necessity, r.Necessity)
	add("/proportionality", Proportionality, r.Proportionality)
	for i, m := range r.Measures {
		at := "/measures/" + strconv.Itoa(i)
		for j, t := range m.Targets {
			to := at + "/targets/" + strconv.Itoa(j)
			add(to+"/value", Target, t.Value)
			add(to+"/description", Target, t.Description)
		}
		add(at+"/note", Note, m.Note)
	}
	for i, o := range r.Orders {
		add("/orders/"+strconv.Itoa(i)+"/issuer", Order, o.Issuer)
	}
	add("/secrecy/reason", Secrecy, r.Secrecy.Reason)
	return texts
}
