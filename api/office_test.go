package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/login"
	"github.com/rogatory/rogatory/register"
	"github.com/rogatory/rogatory/shelf"
)

// Who comes in for the first time gets the link themselves: the administrator is
// shown it only where the office sends no mail.
func TestAnInvitationGoesToWhomItIsFor(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	adam := o.signIn("Adam")
	got := o.asks(adam, http.MethodPost, "/v1/people/jo/invitation", nil)
	var out struct {
		Name, Link string
		Sent       bool
	}
	got.into(o, http.StatusCreated, &out)
	if out.Name != "Jo" || !out.Sent || out.Link != "" || strings.Contains(string(got.body), "once") {
		t.Errorf("the administrator is shown %s", got.body)
	}
	if len(o.mail.sent) != 1 || o.mail.sent[0].To != "jo@office.example" {
		t.Fatalf("sent: %+v", o.mail.sent)
	}
	_, rest, _ := strings.Cut(o.mail.sent[0].Text, origin+"/login/once/")
	secret := strings.Fields(rest)[0]
	r, err := http.NewRequest(http.MethodPost, origin+"/login/once/"+secret, nil)
	o.ok(err)
	o.send(o.client(), r).into(o, 200, nil)
	if strings.Contains(o.logged.String(), secret) {
		t.Error("the log has the link")
	}

	// Without mail nobody is shown what would let them in as another.
	o.server.mail = nil
	got = o.asks(adam, http.MethodPost, "/v1/people/Rosa/invitation", nil)
	if p := got.problem(o, http.StatusConflict); !strings.Contains(p.Hint, "rogatory invite") || strings.Contains(string(got.body), "once") {
		t.Errorf("without mail: %s", got.body)
	}
	o.server.rehearsal = true
	o.asks(adam, http.MethodPost, "/v1/people/Rosa/invitation", nil).into(o, http.StatusCreated, &out)
	if out.Sent || !strings.HasPrefix(out.Link, origin+"/login/once/") {
		t.Errorf("without mail in a rehearsal: %+v", out)
	}
}

// hasPasskey puts a passkey on the shelf, as one that was enrolled.
func (o *rig) hasPasskey(name, id, label string) {
	o.Helper()
	type kept struct {
		Label string    `json:"label"`
		Made  time.Time `json:"made"`
	}
	o.ok(shelf.DrawerOf[kept](o.server.shelf, "passkey").Put(o.Context(), &shelf.Item[kept]{ID: id, Owner: name, Value: kept{label, o.clock()}}))
}

// Whoever has a passkey gets no second one by way of an administrator.
func TestWhoHasAPasskeyIsNotInvitedFromWithin(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	o.hasPasskey("Rosa", "k1", "the blue key")
	got := o.asks(o.signIn("Adam"), http.MethodPost, "/v1/people/rosa/invitation", nil)
	if p := got.problem(o, http.StatusConflict); !strings.Contains(p.Hint, "rogatory invite") {
		t.Errorf("%s", got.body)
	}
	if len(o.mail.sent) != 0 {
		t.Errorf("sent: %+v", o.mail.sent)
	}
}

// By what somebody could come in is seen by them; an administrator sees it as well,
// and closes it.
func TestPasskeysAreSeenAndClosed(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	o.hasPasskey("Cem", "k1", "the blue key")
	o.hasPasskey("Rosa", "k2", "another's")
	cem, rosa, adam := o.signIn("Cem"), o.signIn("Rosa"), o.signIn("Adam")
	var issued struct{ Token string }
	o.asks(cem, http.MethodPost, "/v1/tokens", m{"role": "custodian", "until": o.clock().Add(day)}).into(o, 201, &issued)
	type seen struct {
		Passkeys []login.Passkey
		Tokens   []tokenView
	}
	var me seen
	o.asks(cem, http.MethodGet, "/v1/me", nil).into(o, 200, &me)
	if len(me.Passkeys) != 1 || me.Passkeys[0].Label != "the blue key" || !me.Passkeys[0].Made.Equal(start) || len(me.Tokens) != 1 || me.Tokens[0].Name != "Cem" {
		t.Errorf("Cem sees %+v", me)
	}
	machine := o.request(http.MethodGet, "/v1/me", nil)
	machine.Header.Set("Authorization", "Bearer "+issued.Token)
	me = seen{}
	o.send(o.client(), machine).into(o, 200, &me)
	if len(me.Passkeys)+len(me.Tokens) != 0 {
		t.Errorf("a machine sees %+v", me)
	}
	for c, want := range map[*http.Client]int{cem: 200, adam: 200, rosa: 403} {
		var keys seen
		got := o.asks(c, http.MethodGet, "/v1/people/cem/passkeys", nil)
		got.into(o, want, &keys)
		if want == 200 && (len(keys.Passkeys) != 1 || keys.Passkeys[0].ID != "k1") {
			t.Errorf("of Cem: %s", got.body)
		}
	}
	for c, want := range map[*http.Client]int{cem: 403, rosa: 403} {
		o.asks(c, http.MethodDelete, "/v1/people/Cem/passkeys/k1", nil).problem(o, want)
	}
	o.after(6 * time.Minute) // it closes, and takes no confirmation
	o.asks(adam, http.MethodDelete, "/v1/people/Cem/passkeys/k2", nil).problem(o, 404)
	o.asks(adam, http.MethodDelete, "/v1/people/Cem/passkeys/k1", nil).into(o, 204, nil)
	if keys, err := o.door.Passkeys(t.Context(), "Cem"); err != nil || len(keys) != 0 {
		t.Errorf("Cem has %+v, %v", keys, err)
	}
	o.asks(adam, http.MethodDelete, "/v1/people/Cem/sessions", nil).into(o, 204, nil)
	again := o.request(http.MethodGet, "/v1/me", nil)
	again.Header.Set("Authorization", "Bearer "+issued.Token)
	o.send(o.client(), again).problem(o, 401)
}

// A link on another site, or on another host of the same, puts no look on record of
// whoever is signed in and follows it.
func TestAnotherSitesLinkLooksAtNothing(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t))
	looks := func() (n int) {
		var past struct{ Events []Event }
		l.asks(l.at("Sami"), http.MethodGet, "/v1/cases/"+string(l.ref)+"/history", nil).into(l.rig, 200, &past)
		for i := range past.Events {
			if past.Events[i].Do == lifecycle.LookOutside {
				n++
			}
		}
		return n
	}
	mona := l.signIn("Mona")
	for _, c := range []struct {
		from string // empty: it is not said
		want int
	}{{"cross-site", 403}, {"same-site", 403}, {"anything", 403}, {"same-origin", 200}, {"none", 200}, {"", 200}} {
		before := looks()
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := l.request(method, "/v1/cases/"+string(l.ref)+"?why=he+asked", nil)
			if c.from != "" {
				r.Header.Set("Sec-Fetch-Site", c.from)
			}
			if method == http.MethodHead && c.want == 200 {
				continue
			}
			if got := l.send(mona, r); got.status != c.want {
				t.Errorf("%s from %q: %d %s", method, c.from, got.status, got.body)
			}
		}
		if n := looks() - before; (n > 0) != (c.want == 200) {
			t.Errorf("from %q: %d looks are on record", c.from, n)
		}
	}
	secret, err := l.door.Issue(t.Context(), "test", "Imke", lifecycle.Intake, l.clock().Add(day))
	l.ok(err)
	r := l.request(http.MethodGet, "/v1/me", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	l.send(l.client(), r).into(l.rig, 200, nil) // no browser adds that by itself
}

// Whoever is signed out everywhere is out, by themselves or by an administrator and
// by nobody else.
func TestSigningOutEverywhere(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	rosa, sami, adam := o.signIn("Rosa"), o.signIn("Sami"), o.signIn("Adam")
	if got := o.asks(sami, http.MethodDelete, "/v1/people/Rosa/sessions", nil); got.status != 403 {
		t.Errorf("a senior signs a reviewer out: %d", got.status)
	}
	o.asks(rosa, http.MethodGet, "/v1/me", nil).into(o, 200, nil)
	o.asks(adam, http.MethodDelete, "/v1/people/Rosa/sessions", nil).into(o, 204, nil)
	o.asks(sami, http.MethodDelete, "/v1/people/sami/sessions", nil).into(o, 204, nil)
	for name, c := range map[string]*http.Client{"Rosa": rosa, "Sami": sami} {
		if got := o.asks(c, http.MethodGet, "/v1/me", nil); got.status != 401 {
			t.Errorf("%s is still signed in: %d", name, got.status)
		}
	}
}

func TestWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	o := rehearse(t)
	mona := o.signIn("Mona")
	var me struct {
		Name                       string
		Roles                      []string
		Service, Recent, Rehearsal bool
	}
	o.asks(mona, http.MethodGet, "/v1/me", nil).into(o, 200, &me)
	if me.Name != "Mona" || !slices.Equal(me.Roles, []string{"reviewer", "senior"}) || !me.Recent || !me.Rehearsal || me.Service {
		t.Errorf("signed in just now: %+v", me)
	}
	o.after(6 * time.Minute)
	o.asks(mona, http.MethodGet, "/v1/me", nil).into(o, 200, &me)
	if me.Recent {
		t.Errorf("signed in six minutes ago: %+v", me)
	}
	var all struct {
		People []struct {
			Name     string
			Passkeys int
		}
	}
	o.asks(mona, http.MethodGet, "/v1/people", nil).into(o, 200, &all)
	if len(all.People) != len(o.people) || all.People[0].Name != "Imke" {
		t.Errorf("people: %+v", all)
	}
}

// An authority is enrolled by two through the API: proposed, verified, confirmed by
// another, in force when the cooling-off is over; and suspended by one.
func TestTheRegisterTakesTwo(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR") // has a case that is suspended below
	ref := c.submit(c.document())
	imke, rosa, sami, olga := o.signIn("Imke"), o.signIn("Rosa"), o.signIn("Sami"), o.signIn("Olga")
	entry := authority.Authority{
		ID: "fr-bep", Name: "Bureau", Country: "FR", Role: "central-authority", Mail: "bep@justice.example", Language: "fr",
		Contacts: []authority.Contact{{Value: "+33 1 2345", How: "the directory"}}, Powers: []authority.Power{{Data: "subscriber"}}, Until: o.clock().AddDate(1, 0, 0),
	}
	path := "/v1/authorities/fr-bep"
	entryOf := func(a *answer) (e register.Entry) {
		t.Helper()
		a.into(o, 200, &e)
		return e
	}
	got := entryOf(o.asks(imke, http.MethodPut, path+"/change", m{"to": entry, "why": "new"}))
	if got.Pending == nil || got.Authority.ID != "" || got.Pending.Digest == "" {
		t.Fatalf("proposed: %+v", got)
	}
	for what, x := range map[string]struct {
		who    *http.Client
		body   m
		status int
	}{
		"by intake":                  {imke, m{"digest": got.Pending.Digest, "called": "+33 1 2345"}, 403},
		"of another change":          {rosa, m{"digest": "0", "called": "+33 1 2345"}, 409},
		"without a call":             {rosa, m{"digest": got.Pending.Digest}, 403},
		"after calling someone else": {rosa, m{"digest": got.Pending.Digest, "called": "+33 9 9999"}, 403},
	} {
		if a := o.asks(x.who, http.MethodPost, path+"/confirm", x.body); a.status != x.status {
			t.Errorf("confirmed %s: %d, want %d: %s", what, a.status, x.status, a.body)
		}
	}
	got = entryOf(o.asks(sami, http.MethodPost, path+"/verify", m{"contact": "+33 1 2345", "how": "called the embassy"}))
	o.asks(rosa, http.MethodPost, path+"/confirm", m{"digest": got.Pending.Digest, "called": "+33 1 2345"}).into(o, 200, nil)
	got = entryOf(o.asks(rosa, http.MethodGet, path, nil))
	if got.Authority.ID != "fr-bep" {
		t.Errorf("confirmed by two: %+v", got)
	}
	entry.Name = "Another bureau"
	o.asks(imke, http.MethodPut, path+"/change", m{"to": entry, "why": "a mail said so"}).into(o, 200, nil)
	got = entryOf(o.asks(olga, http.MethodPost, path+"/object", m{"why": "the old contact knows nothing of it"}))
	if got.Pending != nil {
		t.Errorf("objected to, and pending: %+v", got.Pending)
	}
	if a := o.asks(imke, http.MethodPut, path+"/change", m{"to": m{"id": "tr-ca"}, "why": "x"}); a.status != 400 {
		t.Errorf("a change sent to another entry: %d", a.status)
	}

	var stopped struct {
		Entry register.Entry
		refs
	}
	o.asks(rosa, http.MethodPost, "/v1/authorities/tr-ca/suspend", m{"why": "a key was stolen"}).into(o, 200, &stopped)
	if stopped.Entry.Authority.Suspended == "" || len(stopped.Cases) != 0 || stopped.Incident != "" {
		t.Errorf("suspended by a reviewer: %+v", stopped)
	}
	for range 2 {
		o.asks(sami, http.MethodPost, "/v1/authorities/tr-ca/suspend", m{"why": "a key was stolen"}).into(o, 200, &stopped)
	}
	var rows page[Row]
	o.asks(sami, http.MethodGet, "/v1/cases?authority=tr-ca", nil).into(o, 200, &rows)
	if len(rows.Rows) != 1 || rows.Rows[0].Case != ref || rows.Rows[0].Sender == "verified" {
		t.Errorf("the cases of who was suspended: %+v", rows)
	}
	got = entryOf(o.asks(sami, http.MethodPost, "/v1/authorities/tr-ca/resume", m{"why": "new keys"}))
	if got.Pending == nil || got.Authority.Suspended == "" {
		t.Errorf("resumed by one: %+v", got)
	}

	r := o.request(http.MethodPost, "/v1/authorities/import?why=the+directory+of+the+network", []byte("id,name,country,role,contacts,powers,until\nes-ca,Ministerio,ES,central-authority,+34 91 000,subscriber,2027-09-01\n"))
	r.Header.Set("Content-Type", "text/csv")
	var came struct{ New int }
	o.send(imke, r).into(o, 200, &came)
	var list, last page[register.Entry]
	o.asks(imke, http.MethodGet, "/v1/authorities?limit=2", nil).into(o, 200, &list)
	if came.New != 1 || len(list.Rows) != 2 || list.Next == "" {
		t.Errorf("imported %d; the first page has %d, next %q", came.New, len(list.Rows), list.Next)
	}
	o.asks(imke, http.MethodGet, "/v1/authorities?after="+list.Next, nil).into(o, 200, &last)
	if len(last.Rows) != 1 || last.Next != "" {
		t.Errorf("the last page: %+v", last)
	}
}

// Intake enters what came on paper; it stays in quarantine, and is one case however
// often it is sent.
func TestIntakeEntersARequest(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	o.enrol("tr-ca", "TR")
	imke := o.signIn("Imke")
	doc := document(t, "leg-13", "tr-ca", "TR", nil)
	send := func(channel string, once string) *answer {
		body, err := json.Marshal(m{"document": doc, "channel": channel})
		o.ok(err)
		r := o.request(http.MethodPost, "/v1/cases", body)
		if once != "" {
			r.Header.Set("Idempotency-Key", once)
		}
		return o.send(imke, r)
	}
	var first, again, other Case
	a := send("post", "letter 1")
	a.into(o, http.StatusCreated, &first)
	if a.header.Get("Location") != "/v1/cases/"+string(first.Case) || first.State.Sender != lifecycle.Quarantined || !slices.Contains(first.Assigned, "Imke") {
		t.Errorf("entered: %s", a.body)
	}
	send("post", "letter 1").into(o, http.StatusCreated, &again)
	send("email", "").into(o, http.StatusCreated, &other)
	if again.Case != first.Case || other.Case == first.Case {
		t.Errorf("three times sent: %s, %s, %s", first.Case, again.Case, other.Case)
	}
	for _, channel := range []string{"registered", "portal", "", "fax"} {
		if got := send(channel, ""); got.status != 400 {
			t.Errorf("over the channel %q: %d", channel, got.status)
		}
	}
	got := o.asks(imke, http.MethodGet, "/v1/cases/"+string(first.Case)+"/document", nil)
	if got.into(o, 200, nil); string(got.body) != string(doc) {
		t.Error("the document is not what was sent, byte for byte")
	}

	var held struct {
		page[Row]
		Months []month
	}
	o.asks(imke, http.MethodGet, "/v1/quarantine?limit=1", nil).into(o, 200, &held)
	if len(held.Rows) != 1 || held.Next == "" || len(held.Months) != 1 || held.Months[0] != (month{"2026-09", 2}) {
		t.Errorf("the quarantine: %+v", held)
	}
	next := held.Next
	held.Months, held.Next = nil, ""
	o.asks(imke, http.MethodGet, "/v1/quarantine?after="+next, nil).into(o, 200, &held)
	if len(held.Rows) != 1 || held.Months != nil || held.Next != "" {
		t.Errorf("its last page: %+v", held)
	}
}

// The queue is asked for what one wants to see.
func TestTheQueue(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	l := &life{o, c.submit(c.document()), make(map[string]*http.Client)}
	second := begin2(l)
	l.does("Sami", "senior", "assign", m{"to": "Rosa", "why": "hers"})
	for query, want := range map[string][]docket.Ref{
		"":                                     {l.ref, second},
		"?mine=true":                           {l.ref},
		"?assignee=Imke":                       {second},
		"?assignee=Cem":                        nil,
		"?country=TR":                          {l.ref, second},
		"?country=FR":                          nil,
		"?quarantined=true":                    {second},
		"?stage=screened":                      {l.ref, second},
		"?stage=granted":                       nil,
		"?lane=emergency":                      nil,
		"?outside=true":                        nil,
		"?due_before=2026-09-01T09:00:00Z":     nil,
		"?due_before=2030-09-01T09:00:00Z":     {l.ref}, // to the other nothing is owed yet
		"?open=true&authority=tr-ca&limit=500": {l.ref, second},
	} {
		var got page[Row]
		o.asks(l.at("Rosa"), http.MethodGet, "/v1/cases"+query, nil).into(o, 200, &got)
		var refs []docket.Ref
		for _, r := range got.Rows {
			refs = append(refs, r.Case)
		}
		slices.Sort(refs)
		slices.Sort(want)
		if !slices.Equal(refs, want) {
			t.Errorf("%q gives %v, want %v", query, refs, want)
		}
	}
	var one, two page[Row]
	o.asks(l.at("Rosa"), http.MethodGet, "/v1/cases?limit=1", nil).into(o, 200, &one)
	o.asks(l.at("Rosa"), http.MethodGet, "/v1/cases?limit=1&after="+one.Next, nil).into(o, 200, &two)
	if len(one.Rows) != 1 || len(two.Rows) != 1 || two.Next != "" || one.Rows[0].Case == two.Rows[0].Case {
		t.Errorf("two pages of one: %+v, %+v", one, two)
	}
}

// Looking from outside takes a reason, and oversight sees it; a search tells
// nothing of what one may not read.
func TestLookingFromOutside(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	l := &life{o, c.submit(c.document()), make(map[string]*http.Client)}
	path := "/v1/cases/" + string(l.ref)
	if got := o.asks(l.at("Rosa"), http.MethodGet, path, nil); got.status != 403 {
		t.Errorf("without a reason: %d", got.status)
	}
	var found struct{ Found []find }
	o.asks(l.at("Rosa"), http.MethodPost, "/v1/search", m{"text": "hospital"}).into(o, 200, &found)
	if len(found.Found) != 0 {
		t.Errorf("a search finds what is not Rosa's: %+v", found)
	}
	var seen struct {
		Case
		Role string
		May  []lifecycle.Event
	}
	o.asks(l.at("Rosa"), http.MethodGet, path+"?why=stands+in+for+a+colleague", nil).into(o, 200, &seen)
	if seen.Role != "reviewer" || !slices.Contains(seen.May, lifecycle.Forward) || slices.Contains(seen.May, lifecycle.Grant) {
		t.Errorf("a reviewer sees %+v", seen)
	}
	var looks page[Row]
	o.asks(l.at("Olga"), http.MethodGet, "/v1/oversight/looks", nil).into(o, 200, &looks)
	if len(looks.Rows) != 1 || looks.Rows[0].Outside != 1 {
		t.Errorf("oversight has %+v to see", looks)
	}
	l.does("Olga", "oversight", "see-looks", nil)
	o.asks(l.at("Olga"), http.MethodGet, "/v1/oversight/looks", nil).into(o, 200, &looks)
	if len(looks.Rows) != 0 {
		t.Errorf("oversight has seen it, and has to see %+v", looks)
	}
	o.asks(l.at("Olga"), http.MethodPost, "/v1/search", m{"text": "hospital"}).into(o, 200, &found)
	if len(found.Found) != 1 || found.Found[0].Case != l.ref || found.Found[0].Reference == "" {
		t.Errorf("oversight finds %+v", found)
	}
	if strings.Contains(o.logged.String(), "hospital") {
		t.Error("the log has what was searched")
	}
}

// A role key that was stolen: what it has authorised since is frozen, and nothing
// else.
func TestFreezingSince(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t)).applied()
	l.does("Jo", "judge", "grant", l.grant())
	begin2(l)
	freeze := func(body m) *answer { return l.asks(l.at("Olga"), http.MethodPost, "/v1/oversight/freeze", body) }
	var got refs
	freeze(m{"signer": "Jo", "since": l.clock().Add(time.Hour), "why": "stolen"}).into(l.rig, 200, &got)
	if len(got.Cases) != 0 {
		t.Errorf("frozen although granted before: %v", got)
	}
	freeze(m{"signer": "Jo", "since": l.clock().Add(-time.Hour), "why": "stolen"}).into(l.rig, 200, &got)
	if !slices.Equal(got.Cases, []docket.Ref{l.ref}) || got.Incident != "" {
		t.Errorf("frozen: %v", got)
	}
	for what, body := range map[string]m{
		"without a signer": {"since": l.clock(), "why": "x"}, "without a time": {"signer": "Jo", "why": "x"},
	} {
		if a := freeze(body); a.status != 400 {
			t.Errorf("%s: %d", what, a.status)
		}
	}
	l.asks(l.at("Olga"), http.MethodGet, "/v1/cases/"+string(l.ref)+"/verification", nil).into(l.rig, 200, nil)
	if a := l.tries("Cem", "custodian", "seal", nil); a.status != 403 {
		t.Errorf("a frozen case goes on: %d %s", a.status, a.body)
	}
	l.asks(l.at("Olga"), http.MethodGet, "/v1/oversight/sample?n=2", nil).into(l.rig, 200, &got)
	if len(got.Cases) == 0 {
		t.Error("nothing was drawn")
	}
	var figures page[Figure]
	l.asks(l.at("Olga"), http.MethodGet, "/v1/oversight/figures?limit=1", nil).into(l.rig, 200, &figures)
	l.asks(l.at("Olga"), http.MethodGet, "/v1/oversight/figures?after="+figures.Next, nil).into(l.rig, 200, &figures)
	if len(figures.Rows) != 1 || figures.Rows[0].Country != "TR" {
		t.Errorf("the second of two figures: %+v", figures)
	}
}

// A preservation is tied to the request for what is kept.
func TestLinking(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	mode := func(mode, reference string) docket.Ref {
		return c.submit(document(t, "leg-27", "tr-ca", "TR", func(doc map[string]any) {
			doc["reference"] = reference
			for _, x := range doc["measures"].([]any) {
				x.(map[string]any)["mode"] = mode
			}
		}))
	}
	l := &life{o, mode("preserve", "one"), make(map[string]*http.Client)}
	l.does("Sami", "senior", "assign", m{"to": "Rosa", "why": "hers"})
	l.settle("intake", "screening")
	l.does("Rosa", "reviewer", "preserve", nil)
	kept := l.ref
	l.ref = mode("stored", "two")
	l.does("Sami", "senior", "assign", m{"to": "Rosa", "why": "hers"})
	link := func(to docket.Ref) *answer {
		return o.asks(l.at("Rosa"), http.MethodPost, "/v1/cases/"+string(kept)+"/links", m{"to": to, "why": "asks for it"})
	}
	if got := link(kept); got.status != 403 {
		t.Errorf("linked to itself: %d %s", got.status, got.body)
	}
	link(l.ref).into(o, 200, nil)
	var seen Case
	o.asks(l.at("Rosa"), http.MethodGet, "/v1/cases/"+string(kept), nil).into(o, 200, &seen)
	if !slices.Contains(seen.Links, l.ref) || seen.State.Preservation != lifecycle.Held {
		t.Errorf("linked: %+v", seen)
	}
}

// What was put aside is seen and tried again.
func TestWhatWasPutAside(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	ctx := context.Background()
	o.ok(o.records.Prompt(ctx, "letter 7", "letter", o.clock()))
	jobs, err := o.records.Lease(ctx, o.clock(), "here", o.clock().Add(time.Minute), 100)
	o.ok(err)
	for _, j := range jobs {
		o.ok(o.records.Bury(ctx, j.Key, "here", errors.New("nobody takes mail").Error()))
	}
	adam := o.signIn("Adam")
	var dead struct{ Jobs []Dead }
	o.asks(adam, http.MethodGet, "/v1/jobs/dead", nil).into(o, 200, &dead)
	if len(dead.Jobs) != 1 || dead.Jobs[0].Key != "letter 7" || dead.Jobs[0].Reason != "nobody takes mail" {
		t.Fatalf("put aside: %+v", dead)
	}
	o.asks(adam, http.MethodPost, "/v1/jobs/letter%207/revive", nil).into(o, 204, nil)
	o.asks(adam, http.MethodGet, "/v1/jobs/dead", nil).into(o, 200, &dead)
	if len(dead.Jobs) != 0 {
		t.Errorf("revived, and aside: %+v", dead)
	}
}
