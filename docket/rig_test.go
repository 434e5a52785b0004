package docket_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/calendar"
	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/keyring"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/screen"
	"github.com/rogatory/rogatory/signal"
	"github.com/rogatory/rogatory/store"

	_ "time/tzdata"
)

// An officeRig is an office with a real store and a clock under control.
type officeRig struct {
	*Docket
	t        *testing.T
	now      time.Time
	store    *store.Store
	ring     *keyring.Ring
	register registerBook
	parts    Parts
	log      *testLog
}

// registerBook is a register of authorities held in memory.
type registerBook map[string]authority.Authority

func (b registerBook) Authority(_ context.Context, id string) (authority.Authority, error) {
	a, ok := b[id]
	if !ok {
		return authority.Authority{}, fault.NotFoundf(id, "is not enrolled")
	}
	return a, nil
}

func (registerBook) Points(context.Context) ([]string, error) { return []string{"+49 30 0000"}, nil }

// The people of the office.
var (
	intake    = Actor{"Imke", lifecycle.Intake}
	reviewer  = Actor{"Rosa", lifecycle.Reviewer}
	senior    = Actor{"Sami", lifecycle.Senior}
	senior2   = Actor{"Siri", lifecycle.Senior}
	judge     = Actor{"Jo", lifecycle.Judge}
	custodian = Actor{"Cem", lifecycle.Custodian}
	notifier  = Actor{"Nils", lifecycle.Notifier}
	overseer  = Actor{"Olga", lifecycle.Oversight}
	overseer2 = Actor{"Omar", lifecycle.Oversight}
	person    = Actor{"the person", lifecycle.Person}
)

var start = time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)

// newOffice opens an office with an example profile on a file.
func newOffice(t *testing.T, profile string) *officeRig {
	t.Helper()
	return officeOn(t, profile, filepath.Join(t.TempDir(), "office.db"))
}

// officeOn opens an office on a database.
func officeOn(t *testing.T, profile, database string) *officeRig {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	key, err := keyring.NewFile(filepath.Join(dir, "office.key"))
	ok(t, err)
	ring, err := keyring.Open(ctx, filepath.Join(dir, "keys.db"), key)
	ok(t, err)
	t.Cleanup(func() { ring.Close() })
	db, err := store.Open(ctx, database)
	ok(t, err)
	t.Cleanup(func() { db.Close() })
	p, err := office.Example(profile)
	ok(t, err)
	cal, err := calendar.Of(p.Calendar)
	ok(t, err)
	laws, matcher := law.Starting(), signal.Floor()
	o := &officeRig{t: t, now: start, store: db, ring: ring, register: registerBook{}, log: newTestLog(t)}
	o.parts = Parts{
		Records: db, Keys: ring, Register: o.register, Screener: screen.New(rulebook.Floor(), laws, matcher, p, "test"),
		Book: rulebook.Floor(), Office: p, Calendar: cal, Versions: Accordance{"test", rulebook.Floor().SHA256(), laws.SHA256()},
		Random: rand.Reader, Clock: func() time.Time { return o.now }, Log: o.log, Rehearsal: true,
	}
	o.Docket = New(o.parts, time.Time{})
	return o
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// document reads an example request and lets a test change it.
func document(t *testing.T, name string, change func(map[string]any)) []byte {
	t.Helper()
	data, err := os.ReadFile("../examples/cases/" + name + ".json")
	ok(t, err)
	var doc map[string]any
	ok(t, json.Unmarshal(data, &doc))
	if inner, wrapped := doc["request"].(map[string]any); wrapped {
		doc = inner
	}
	if change != nil {
		change(doc)
	}
	data, err = json.Marshal(doc)
	ok(t, err)
	return data
}

// enrol puts the authority of a document into the register.
func (o *officeRig) enrol(doc []byte) {
	r, err := request.Read(doc)
	ok(o.t, err)
	id := r.Requesting.Authority.ID
	if id == "" {
		id = r.Requesting.Authority.Name
	}
	o.register[id] = authority.Authority{
		ID: id, Name: r.Requesting.Authority.Name, Country: r.Requesting.Country,
		Contacts: []authority.Contact{{Value: "+33 1 0000"}}, Recipients: []string{"age1example"},
	}
}

var yes = true

// registered is a channel that authenticates.
var registered = request.Channel{Kind: "registered", Authenticated: &yes}

// receive takes in a document that arrived in some way.
func (o *officeRig) receive(doc []byte, channel request.Channel) *Case {
	o.t.Helper()
	c, err := o.Receive(o.t.Context(), Delivery{Document: doc, Channel: channel, By: intake})
	ok(o.t, err)
	return c
}

// do causes an event that has to succeed.
func (o *officeRig) do(who Actor, c Ref, a Act) *Done {
	o.t.Helper()
	done, err := o.Do(o.t.Context(), who, c, a)
	if err != nil {
		o.t.Fatalf("%s by %s: %v", a.Do, who.Name, err)
	}
	return done
}

// both lets two people do the same act.
func (o *officeRig) both(first, second Actor, c Ref, a Act) *Done {
	o.t.Helper()
	if done := o.do(first, c, a); !done.Proposed {
		o.t.Fatalf("%s by %s alone took effect", a.Do, first.Name)
	}
	done := o.do(second, c, a)
	if done.Proposed {
		o.t.Fatalf("%s: the second person was not counted", a.Do)
	}
	return done
}

// refused checks that an event is refused for a reason, and changes nothing.
func (o *officeRig) refused(who Actor, c Ref, a Act, because string) {
	o.t.Helper()
	before := o.see(c)
	_, err := o.Do(o.t.Context(), who, c, a)
	if err == nil || !strings.Contains(err.Error(), because) {
		o.t.Errorf("%s by %s: %v; want a refusal because %q", a.Do, who.Name, err, because)
	}
	if after := o.see(c); after.State != before.State {
		o.t.Errorf("%s by %s was refused and changed the case from %v to %v", a.Do, who.Name, before.State, after.State)
	}
}

// see reads a case, and leaves no trace.
func (o *officeRig) see(c Ref) *Case {
	o.t.Helper()
	got, err := o.Load(o.t.Context(), c)
	ok(o.t, err)
	return got
}

// assign lets everybody of the office work on a case.
func (o *officeRig) assign(c Ref) {
	for _, who := range []Actor{reviewer, senior, senior2, custodian, notifier} {
		o.do(senior, c, Act{Do: lifecycle.Assign, Why: "the team of this case", Body: Body{To: who.Name}})
	}
}

// decidedBy is a decision of somebody, with its text.
func decidedBy(by string) Body {
	return Body{Decision: &Decision{By: by, Name: "Regional court", Reference: "7 KLs 12/26", Date: start.Add(-day), Text: []byte("It is ordered.")}}
}

// decision is one of the office's own court.
var decision = decidedBy("court")

// abroad is a decision of a court of another State.
func abroad() Body {
	b := decidedBy("court")
	b.Decision.State = "FR"
	return b
}

// told is a notice as it has to be.
func told(way string) Body {
	return Body{Way: way, Proof: "receipt of delivery", Remedy: "Administrative Court, one month; the commissioner"}
}

// secret keeps it from the person until some time.
func secret(until time.Time) Body { return Body{Until: until, Harm: "the witness would be found"} }

// hushed lets the court order secrecy, so that what is to leave need not wait.
func (l *life) hushed() *life {
	l.t.Helper()
	l.settle(reviewer, l.ref, "secrecy")
	l.does(judge, lifecycle.OrderSecrecy, secret(l.now.Add(20*day)))
	return l
}

// lifted ends the secrecy: what was to leave has left.
func (l *life) lifted() *life {
	l.t.Helper()
	l.does(judge, lifecycle.LiftSecrecy, Body{})
	return l
}

// favour is what a safeguard wants of a fact.
func favour(name string) string {
	for _, r := range rulebook.Floor().Rules() {
		for _, a := range r.Holds.Atoms() {
			if string(a.Fact) == name && a.Op == rule.Equal {
				d, _, _ := rulebook.Floor().Vocabulary().Find(fact.Name(name))
				if d.Kind == fact.Bool {
					return d.Format(fact.OfBool((a.Operand == fact.OfBool(true)) == a.Wants))
				}
			}
		}
	}
	return ""
}

// settle answers every open question of a gate as the safeguards want it.
func (o *officeRig) settle(who Actor, c Ref, gates ...string) {
	o.t.Helper()
	for range 3 {
		open, err := o.Questions(o.t.Context(), o.see(c))
		ok(o.t, err)
		var said []Statement
		for _, q := range open {
			for _, gate := range gates {
				if q.Gate == gate && q.Fact != "" && favour(q.Fact) != "" {
					said = append(said, Statement{Fact: q.Fact, Of: q.Of, Value: favour(q.Fact), Answers: []string{"*"}})
				}
			}
		}
		if said == nil {
			return
		}
		o.do(who, c, Act{Do: lifecycle.Assert, Why: "looked at in the file", Body: Body{Said: said}})
	}
}

// refusedHard is refused although what was due has changed the case.
func (l *life) refusedHard(who Actor, do lifecycle.Event, body Body, because string) {
	l.t.Helper()
	_, err := l.Do(l.t.Context(), who, l.ref, Act{Do: do, Why: "because of the file", Told: asks(do), Body: body})
	if err == nil || !strings.Contains(err.Error(), because) {
		l.t.Errorf("%s by %s: %v; want a refusal because %q", do, who.Name, err, because)
	}
}

func contains(err error, text string) bool { return err != nil && strings.Contains(err.Error(), text) }

// asks is what has to be told outside with an act: a question, the reasons for
// whoever challenged.
func asks(do lifecycle.Event) string {
	switch do {
	case lifecycle.Return:
		return "Which proceedings is it for?"
	case lifecycle.Postpone:
		return "Proceedings here would suffer."
	case lifecycle.RejectChallenge, lifecycle.UpholdChallenge:
		return "We have looked at it again."
	}
	return ""
}
