package main

import (
	"crypto/rand"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/proof/role"
)

func suspendedInFlight(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	given := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0).sealed(subscriber).told().released()
	given.fetched([]file{subscriber})
	flying := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0).sealed(subscriber)

	path := "/v1/authorities/" + court.id
	stopped := o.as("Sami").post(path+"/suspend", m{"why": "the ministry reports a stolen key"})
	if list := stopped.list("cases"); !slices.Contains(list, any(flying.ref)) || !slices.Contains(list, any(given.ref)) {
		fail("%s\n  expected both cases to be stopped", stopped)
	}
	given.asks(http.MethodGet, "/package", nil).refuses(http.StatusForbidden, "the authority is suspended")
	given.asks(http.MethodGet, "", nil).wants(http.StatusForbidden)
	more := court.asksOnce(http.MethodPost, "/v1/requests", court.document("leg-13", nil), rand.Text()).wants(http.StatusAccepted).has("sender unverified")
	o.cases = append(o.cases, more.word("case"))
	o.secrets = append(o.secrets, more.word("code"))
	flying.stands("sender:in doubt")
	flying.tries("Rosa", "release", nil).refuses(http.StatusForbidden, "the sender is not verified, or is in doubt")
	flying.tries("Rosa", "accept", m{"contact": "+90 1 as their letter says"}).wants(http.StatusForbidden)
	o.passes(2 * time.Minute)
	o.mail.letter(court.mail, "suspended")

	// That two believe the caller lets nothing out while it is suspended.
	flying.both("Rosa", "Sami", "accept", m{"contact": called, "why": "spoke to them"})
	flying.does("Nils", "tell", m{"way": "letter", "proof": "copy and receipt", "remedy": remedy})
	flying.tries("Rosa", "release", nil).wants(http.StatusForbidden)
	flying.tries("Imke", "preserve", nil).wants(http.StatusForbidden)

	// Resumed by two, and each case accepted by two who have called.
	pending := o.as("Imke").post(path+"/resume", m{"why": "the key was not stolen"}).wants(http.StatusOK)
	digest, _ := pending.member("pending").(m)["digest"].(string)
	given.asks(http.MethodGet, "/package", nil).wants(http.StatusForbidden)
	o.as("Siri").post(path+"/confirm", m{"digest": digest, "called": called}).wants(http.StatusOK)
	given.asks(http.MethodGet, "/package", nil).wants(http.StatusForbidden)
	given.both("Rosa", "Sami", "accept", m{"contact": called, "why": "spoke to them"})
	given.stands("sender:verified")
	flying.stands("sender:verified")
	given.fetched([]file{subscriber})
	o.passes(8 * day)
	flying.settle("Rosa", "disclosure")
	flying.released().fetched([]file{subscriber})
}

func judgesKeyStolen(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	sound := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0)
	o.mail.letter(registry, sound.ref)
	sound.toldLater(23, "sound@home.example")
	o.passes(day)
	theft := o.now
	o.passes(time.Hour)
	forged := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0)
	second := court.submits(court.document("leg-13", nil)).assigned().applied().granted(0, 1)
	second.toldLater(20, personMail)

	// The registry is asked about each, and has not made them.
	o.mail.letter(registry, forged.ref)
	o.mail.letter(registry, second.ref)
	o.as("Sami").post("/v1/oversight/freeze", m{"signer": "Jo", "since": theft, "why": "stolen"}).wants(http.StatusForbidden)
	frozen := o.as("Olga").post("/v1/oversight/freeze", m{"signer": "Jo", "since": theft, "why": "the registry has not made these"}).list("cases")
	expect(len(frozen) == 2 && slices.Contains(frozen, any(forged.ref)) && slices.Contains(frozen, any(second.ref)), "what was granted since to be frozen, got %v", frozen)
	forged.stands("freeze:frozen")
	forged.uploads(subscriber).refuses(http.StatusForbidden, "oversight has frozen the case")
	sound.uploads(subscriber).wants(http.StatusCreated)
	forged.tries("Olga", "confirm-freeze", nil).wants(http.StatusForbidden)
	forged.does("Omar", "confirm-freeze", m{"why": "agreed"})

	// The judge makes another key; what the stolen one signs counts no more.
	jo := o.person("Jo")
	stolen := jo.secret
	var err error
	jo.secret, err = role.Generate("Jo", false, rand.Reader)
	must(err)
	jo.former = []string{stolen.Public().String()} // what it signed while it was Jo's stands
	must(os.WriteFile(filepath.Join(o.folder, "office.toml"), []byte(o.settings()), 0o600))
	o.stop()
	o.terms() // everybody is to know whose signatures count from now on
	o.shows(monitor.RolesChanged)
	o.passes(time.Hour)
	honest := jo.secret
	next := court.submits(court.document("leg-13", nil)).assigned().applied()
	jo.secret = stolen
	next.tries("Jo", "grant", next.grant(0)).wants(http.StatusForbidden)
	jo.secret = honest
	next.granted(0).stands("stage:granted")

	// What was planned before the freeze is void: nobody is told by it when secrecy
	// ends, and the notifier plans anew.
	o.passes(21 * day)
	second.becomes("freeze:lapsed")
	o.passes(2 * day)
	o.mail.letter("sound@home.example", "Authority tr-ca") // what was due before has been done
	second.stands("duty:open", "secrecy:over")
	expect(len(o.mail.to(personMail, "")) == 0, "nobody to be told as it was planned before the freeze: %s", o.mail.came())
	second.does("Nils", "plan-notice", m{"way": "mail:" + personMail, "remedy": remedy})
	o.mail.letter(personMail, "Authority tr-ca")
	second.becomes("duty:settled")
}

// toldLater has the court order secrecy for some days, and the notifier plan to
// tell the person by mail when it ends.
func (c *matter) toldLater(days int, address string) {
	c.settle("Jo", "secrecy")
	c.does("Jo", "order-secrecy", m{"until": c.now.AddDate(0, 0, days), "harm": "the operator would wipe the panel", "why": "asked for by the prosecutor"})
	c.does("Nils", "plan-notice", m{"way": "mail:" + address, "remedy": remedy})
}

func overseen(o *office) {
	court := o.enrolled("tr-ca", "TR", "central-authority")
	c := court.submits(court.document("leg-13", nil))
	o.as("Nils").get(c.path()).wants(http.StatusForbidden)
	o.as("Nils").get(c.path() + "?why=a+call+from+the+press+office").wants(http.StatusOK)
	c.assigned().applied().granted(0).sealed(subscriber).told()
	o.as("Olga").get("/v1/oversight/looks").wants(http.StatusOK).has(c.ref)
	c.as("Olga").get(c.path()+"/history").wants(http.StatusOK).has("a call from the press office", "look-outside")
	c.does("Olga", "see-looks", m{"why": "asked Nils about it"})
	o.as("Olga").get("/v1/oversight/looks").wants(http.StatusOK).lacks(c.ref)
	o.as("Olga").get("/v1/oversight/sample?n=5").wants(http.StatusOK).has(c.ref)
	o.as("Olga").get("/v1/oversight/figures").wants(http.StatusOK).has(`"country":"TR"`).lacks("stress-09", c.ref)
	o.as("Olga").get(c.path()+"/verification").wants(http.StatusOK).says("whole", true)
	o.as("Rosa").get("/v1/oversight/looks").wants(http.StatusForbidden)
	o.as("Sami").get(c.path() + "/verification").wants(http.StatusForbidden)

	// By one it ends by itself, and one cannot begin again.
	c.tries("Olga", "freeze", m{"why": ""}).wants(http.StatusForbidden)
	c.does("Olga", "freeze", m{"why": "the address is a shelter"})
	c.tries("Rosa", "release", nil).refuses(http.StatusForbidden, "oversight has frozen the case")
	o.passes(11 * day)
	c.becomes("freeze:lapsed")
	c.both("Olga", "Omar", "freeze", m{"why": "again"})
	o.passes(11 * day)
	c.stands("freeze:frozen by two")
	c.both("Omar", "Olga", "thaw", m{"why": "it was a namesake"})

	// The administrator runs the machine and reads nothing.
	for _, path := range []string{
		"/v1/cases", "/v1/quarantine", c.path(), c.path() + "?why=maintenance", c.path() + "/document", c.path() + "/questions", c.path() + "/history",
		c.path() + "/verification", c.path() + "/files/" + subscriber.name, "/v1/oversight/looks", "/v1/oversight/sample", "/v1/oversight/figures",
	} {
		o.as("Adam").get(path).wants(http.StatusForbidden).lacks("stress-09", "A. Example")
	}
	o.as("Adam").post("/v1/search", m{"text": "stress-09", "why": "maintenance"}).wants(http.StatusForbidden)
	o.as("Rosa").post("/v1/search", m{"text": "panel host 'stress-09'"}).wants(http.StatusOK).has(c.ref)
	adam := o.as("Adam")
	c.sends(adam, encoded(m{"case": c.ref, "by": "Adam", "role": "administrator", "do": "close", "why": "maintenance"}), "").wants(http.StatusForbidden)
}
