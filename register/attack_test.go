package register_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	. "github.com/rogatory/rogatory/register"
	"github.com/rogatory/rogatory/shelf"
)

func TestNobodyIsTwo(t *testing.T) {
	r := newRig(t)
	digest := r.propose(reviewer, paris(t))
	for _, who := range []Actor{
		reviewer, {"Rosa", lifecycle.Senior}, {" rosa ", lifecycle.Senior}, {"ROSA", lifecycle.Reviewer}, {"Ｒｏｓａ", lifecycle.Senior},
	} {
		_, err := r.Confirm(t.Context(), who, "fr-paris", digest, "+33 1 0000")
		refused(t, err, fault.Forbidden, "proposed this change and does not confirm it")
	}
	for _, name := range []string{"Ro\u200bsa", "Rоsa", "Rosa\ufe0f", "Rosa\u202e", "", " ", "Rosa\n", "Ro\u00adsa"} {
		_, err := r.Confirm(t.Context(), Actor{name, lifecycle.Senior}, "fr-paris", digest, "+33 1 0000")
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q signs: %v", name, err)
		}
	}
	r.now = r.now.Add(10 * day)
	r.absent("fr-paris")
}

func TestWhoMayDoWhat(t *testing.T) {
	everybody := []Actor{intake, reviewer, senior, judge, custodian, {"Nils", lifecycle.Notifier}, overseer, administrator, requester, machine, {"Paul", lifecycle.Person}, {"Pat", lifecycle.Public}, {"Nina", lifecycle.Nobody}}
	for _, c := range []struct {
		name string
		do   func(r *rig, who Actor, a authority.Authority) error
		may  []lifecycle.Role
	}{
		{"propose", func(r *rig, who Actor, a authority.Authority) error {
			_, err := r.Propose(t.Context(), who, a, "why")
			return err
		}, []lifecycle.Role{lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Administrator}},
		{"confirm", func(r *rig, who Actor, a authority.Authority) error {
			digest := r.propose(Actor{"Iris", lifecycle.Intake}, a)
			_, err := r.Confirm(t.Context(), who, a.ID, digest, "+33 1 0000")
			return err
		}, []lifecycle.Role{lifecycle.Reviewer, lifecycle.Senior}},
		{"object", func(r *rig, who Actor, a authority.Authority) error {
			r.propose(intake, a)
			_, err := r.Object(t.Context(), who, a.ID, "why")
			return err
		}, []lifecycle.Role{lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Custodian, lifecycle.Notifier, lifecycle.Oversight, lifecycle.Administrator}},
		{"suspend", func(r *rig, who Actor, a authority.Authority) error {
			r.enrolled(a)
			_, err := r.Suspend(t.Context(), who, a.ID, "why")
			return err
		}, []lifecycle.Role{lifecycle.Reviewer, lifecycle.Senior, lifecycle.Oversight}},
		{"resume", func(r *rig, who Actor, a authority.Authority) error {
			r.enrolled(a)
			_, err := r.Suspend(t.Context(), overseer, a.ID, "why")
			ok(t, err)
			_, err = r.Resume(t.Context(), who, a.ID, "why")
			return err
		}, []lifecycle.Role{lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Administrator}},
		{"import", func(r *rig, who Actor, a authority.Authority) error {
			_, err := r.Import(t.Context(), who, nil, "why")
			return err
		}, []lifecycle.Role{lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Administrator}},
	} {
		r := newRig(t)
		for _, who := range everybody {
			a := paris(t)
			a.ID, a.Certificates = "fr-"+who.Role.String(), nil
			may := false
			for _, role := range c.may {
				may = may || role == who.Role
			}
			err := c.do(r, who, a)
			if may != (err == nil) || !may && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s by %s: %v", c.name, who.Role, err)
			}
		}
	}
}

func TestTheConfirmerCallsSomebodyTheOfficeKnew(t *testing.T) {
	r := newRig(t)
	to := paris(t)
	to.Contacts = append(to.Contacts, authority.Contact{Value: "+33 2"})
	e, err := r.Propose(t.Context(), intake, to, "why")
	ok(t, err)
	// The reviewer verifies the other one: their own word is not enough to call on.
	e, err = r.Verify(t.Context(), reviewer, "fr-paris", "+33 2", "a visit")
	ok(t, err)
	for _, called := range []string{"", "+33 2", "+33 3", "+49 30 0000"} {
		_, err = r.Confirm(t.Context(), reviewer, "fr-paris", e.Pending.Digest, called)
		refused(t, err, fault.Forbidden, "nobody has called a contact that the office knew before")
	}
	_, err = r.Confirm(t.Context(), reviewer, "fr-paris", e.Pending.Digest, "+33 1 0000")
	ok(t, err)
	r.now = r.now.Add(2 * day)

	// Who asks for a change brings a telephone of their own.
	to = r.stands("fr-paris")
	to.Contacts = []authority.Contact{{Value: "+33 666", How: "their letter says so"}}
	to.Recipients = []string{recipient("p")}
	digest := r.propose(intake, to)
	for _, called := range []string{"", "+33 666", "+49 30 0000"} {
		_, err = r.Confirm(t.Context(), senior, "fr-paris", digest, called)
		refused(t, err, fault.Forbidden, "call a contact as it stands now")
	}
	_, err = r.Confirm(t.Context(), senior, "fr-paris", digest, "+33 2")
	ok(t, err)
}

func TestNobodySpeaksForAnother(t *testing.T) {
	r := newRig(t)
	to := paris(t)
	to.Contacts[0].By = "Sami"
	_, err := r.Propose(t.Context(), intake, to, "why")
	refused(t, err, fault.Forbidden, "is said to be verified by Sami, who has not said so")
	to.Contacts[0].By, to.Contacts[0].On = "imke ", start.Add(time.Hour)
	_, err = r.Propose(t.Context(), intake, to, "why")
	refused(t, err, fault.Invalid, "a day that has not come")
	// What stands was verified by whoever it was, and stays so.
	to.Contacts[0].On = time.Time{}
	to = r.enrolled(to)
	to.Mail = "other@justice.example"
	r.propose(senior, to)
}

func TestOneChangeAtATime(t *testing.T) {
	r := newRig(t)
	to := paris(t)
	digest := r.propose(intake, to)
	to.Recipients = []string{recipient("p")}
	_, err := r.Propose(t.Context(), senior, to, "why")
	refused(t, err, fault.Conflict, "has a change pending, proposed by Imke")
	_, err = r.Confirm(t.Context(), reviewer, "fr-paris", digest, "+33 1 0000")
	ok(t, err)
	_, err = r.Propose(t.Context(), senior, to, "why")
	refused(t, err, fault.Conflict, "has a change pending")
	_, err = r.Confirm(t.Context(), senior, "fr-paris", digest, "+33 1 0000")
	refused(t, err, fault.Conflict, "was confirmed by Rosa")
	_, err = r.Verify(t.Context(), senior, "fr-paris", "+33 1 0000", "a visit")
	refused(t, err, fault.Conflict, "was confirmed by Rosa")
	r.now = r.now.Add(2 * day)
	_, err = r.Object(t.Context(), custodian, "fr-paris", "too late")
	refused(t, err, fault.Conflict, "has no change pending; what has taken effect is stopped by suspending")
	_, err = r.Confirm(t.Context(), senior, "fr-paris", digest, "+33 1 0000")
	refused(t, err, fault.Conflict, "has no change pending")
	_, err = r.Propose(t.Context(), senior, r.stands("fr-paris"), "why")
	refused(t, err, fault.Conflict, "nothing would be changed")
	r.propose(senior, to)
}

func TestAnObjectionStopsWhatCools(t *testing.T) {
	r := newRig(t)
	r.confirmed(paris(t))
	r.now = r.now.Add(2*day - time.Second)
	_, err := r.Object(t.Context(), custodian, "fr-paris", " \n ")
	refused(t, err, fault.Invalid, "the objection is missing")
	_, err = r.Object(t.Context(), custodian, "fr-paris", "the old contact says that it is not theirs")
	ok(t, err)
	r.now = r.now.Add(10 * day)
	r.absent("fr-paris")
	if letters, err := r.Letters(t.Context(), "register fr-paris 2"); len(letters) != 0 || err != nil {
		t.Error(letters, err)
	}
}

func TestWhatWasSwappedIsConfirmedByNobody(t *testing.T) {
	r := newRig(t)
	seen := r.propose(intake, paris(t))
	_, err := r.Object(t.Context(), intake, "fr-paris", "a misprint")
	ok(t, err)
	to := paris(t)
	to.Recipients = []string{recipient("p")}
	r.propose(intake, to)
	for _, digest := range []string{seen, "", "00", seen[:63]} {
		_, err = r.Confirm(t.Context(), reviewer, "fr-paris", digest, "+33 1 0000")
		refused(t, err, fault.Conflict, "the digest is another")
	}
}

func TestASuspension(t *testing.T) {
	r := newRig(t)
	_, err := r.Suspend(t.Context(), senior, "fr-paris", "why")
	refused(t, err, fault.NotFound, "is not enrolled")
	r.confirmed(paris(t))
	_, err = r.Suspend(t.Context(), senior, "fr-paris", "why")
	refused(t, err, fault.NotFound, "is not enrolled")
	r.now = r.now.Add(2 * day)
	to := r.stands("fr-paris")
	_, err = r.Resume(t.Context(), intake, "fr-paris", "why")
	refused(t, err, fault.Conflict, "is not suspended")

	// A thief's change is under way, and a confirmed one would lift nothing.
	to.Recipients = []string{recipient("p")}
	r.confirmed(to)
	_, err = r.Suspend(t.Context(), senior, "fr-paris", "a mailbox\nwas sold")
	ok(t, err)
	r.now = r.now.Add(10 * day)
	a := r.stands("fr-paris")
	if a.Suspended != "a mailbox was sold" || a.Recipients[0] != recipient("q") || a.Ready(r.now) {
		t.Errorf("%+v", a)
	}
	_, err = r.Suspend(t.Context(), reviewer, "fr-paris", "again")
	refused(t, err, fault.Conflict, "is suspended already")

	// A change that forgets the suspension keeps it.
	to.Suspended = ""
	r.confirmed(to)
	r.now = r.now.Add(2 * day)
	if a = r.stands("fr-paris"); a.Suspended == "" || a.Recipients[0] != recipient("p") {
		t.Errorf("%+v", a)
	}

	// Two lift it, after the cooling-off; one suspends again meanwhile.
	resume := func() {
		e, err := r.Resume(t.Context(), senior, "fr-paris", "they have a new mailbox")
		ok(t, err)
		_, err = r.Confirm(t.Context(), senior, "fr-paris", e.Pending.Digest, "+33 1 0000")
		refused(t, err, fault.Forbidden, "does not confirm it")
		_, err = r.Confirm(t.Context(), reviewer, "fr-paris", e.Pending.Digest, "")
		refused(t, err, fault.Forbidden, "nobody has called")
		_, err = r.Confirm(t.Context(), reviewer, "fr-paris", e.Pending.Digest, "+33 1 0000")
		ok(t, err)
	}
	resume()
	r.now = r.now.Add(day)
	_, err = r.Suspend(t.Context(), overseer, "fr-paris", "not yet")
	ok(t, err)
	r.now = r.now.Add(10 * day)
	if a = r.stands("fr-paris"); a.Suspended != "not yet" {
		t.Errorf("%+v", a)
	}
	resume()
	r.now = r.now.Add(2*day - 1000)
	if r.stands("fr-paris").Suspended == "" {
		t.Error("the suspension was lifted before its time")
	}
	r.now = r.now.Add(1000)
	if !ptr(r.stands("fr-paris")).Ready(r.now) {
		t.Error("the suspension stays")
	}
}

func TestAClockSetBackShortensNothing(t *testing.T) {
	r := newRig(t)
	digest := r.propose(intake, paris(t))
	r.now = start.Add(-30 * day)
	e, err := r.Confirm(t.Context(), reviewer, "fr-paris", digest, "+33 1 0000")
	ok(t, err)
	if !e.Pending.Confirmed.Effective.Equal(start.Add(2 * day)) {
		t.Errorf("effective %s", e.Pending.Confirmed.Effective)
	}
	r.now = start.Add(2*day - 1000)
	r.absent("fr-paris")
}

func TestIdsThatLookAlikeAreOne(t *testing.T) {
	r := newRig(t)
	r.enrolled(paris(t))
	to := paris(t)
	to.ID = "FR-Paris"
	_, err := r.Propose(t.Context(), intake, to, "why")
	refused(t, err, fault.Conflict, "differs from fr-paris, which is on record, in capitals alone")
	r.absent("FR-Paris")
	for _, id := range []string{"", "fr paris", "fr-paris\x00", "../fr-paris", string(make([]byte, 5000))} {
		r.absent(id)
		to.ID = id
		_, err = r.Propose(t.Context(), intake, to, "why")
		refused(t, err, fault.Invalid, "/id: ")
		_, err = r.Suspend(t.Context(), senior, id, "why")
		refused(t, err, fault.NotFound, "is not enrolled")
	}
}

func TestAnEntryThatIsWrongIsNotProposed(t *testing.T) {
	r := newRig(t)
	to := paris(t)
	to.Country, to.Until = "ZZ", time.Time{}
	_, err := r.Propose(t.Context(), intake, to, "why")
	refused(t, err, fault.Invalid, "/country")
	refused(t, err, fault.Invalid, "/until")
	to = paris(t)
	to.From, to.Until = start.AddDate(-1, 0, 0), start.Add(-day)
	_, err = r.Propose(t.Context(), intake, to, "why")
	refused(t, err, fault.Invalid, "/until: 2026-08-31 has passed")
	_, err = r.Propose(t.Context(), intake, paris(t), "")
	refused(t, err, fault.Invalid, "the reason of the change is missing")
	_, err = r.Propose(t.Context(), intake, paris(t), "be\u202etter")
	refused(t, err, fault.Invalid, "a character that is not seen")
	// What was fine when it was proposed need not be so for ever.
	digest := r.propose(intake, paris(t))
	r.now = start.AddDate(2, 0, 0)
	_, err = r.Confirm(t.Context(), reviewer, "fr-paris", digest, "+33 1 0000")
	refused(t, err, fault.Invalid, "has passed")
}

// TestARowThatWasAltered puts the paper of one authority in the place of another.
func TestARowThatWasAltered(t *testing.T) {
	r := newRig(t)
	r.enrolled(paris(t))
	other := paris(t)
	other.ID, other.Certificates = "fr-lyon", nil
	r.enrolled(other)
	p, err := r.store.Paper(t.Context(), "authority", "fr-lyon")
	ok(t, err)
	whole, err := r.store.Paper(t.Context(), "authority", "fr-paris")
	ok(t, err)
	for _, sealed := range [][]byte{p.Sealed, nil, append([]byte{1}, whole.Sealed[1:]...)} {
		ok(t, r.store.RemovePaper(t.Context(), "authority", "fr-paris", 0))
		for v := 1; v <= whole.Version; v++ {
			ok(t, r.store.PutPaper(t.Context(), &shelf.Paper{Kind: "authority", ID: "fr-paris", Version: v, Sealed: sealed}))
		}
		_, err = r.Authority(t.Context(), "fr-paris")
		refused(t, err, fault.Conflict, "altered or moved in the database")
		_, _, err = r.Signer(t.Context(), "fr-paris#2026")
		refused(t, err, fault.Conflict, "altered or moved in the database")
		_, err = r.ByCertificate(t.Context(), hash("a"))
		refused(t, err, fault.Conflict, "altered or moved in the database")
		_, err = r.Suspend(t.Context(), senior, "fr-paris", "why")
		refused(t, err, fault.Conflict, "altered or moved in the database")
	}
}

func TestOfTwoWhoConfirmAtOnceOneDoes(t *testing.T) {
	r := newRig(t)
	digest := r.propose(intake, paris(t))
	other := r.process()
	// While the one prompts, the other confirms.
	r.jobs.then = func() {
		r.jobs.mu.Unlock()
		defer r.jobs.mu.Lock()
		_, err := other.Confirm(t.Context(), senior, "fr-paris", digest, "+33 1 0000")
		ok(t, err)
	}
	_, err := r.Confirm(t.Context(), reviewer, "fr-paris", digest, "+33 1 0000")
	refused(t, err, fault.Conflict, "was confirmed by Sami")
	e, err := r.Get(t.Context(), "fr-paris")
	ok(t, err)
	if len(e.History) != 2 || e.Pending.Confirmed.By != "Sami" {
		t.Errorf("%s", did(e))
	}
}

func TestASuspensionWinsAgainstAnythingAtOnce(t *testing.T) {
	r := newRig(t)
	to := r.enrolled(paris(t))
	to.Recipients = []string{recipient("p")}
	digest := r.propose(intake, to)
	other := r.process()
	r.jobs.then = func() {
		r.jobs.mu.Unlock()
		defer r.jobs.mu.Lock()
		_, err := other.Confirm(t.Context(), senior, "fr-paris", digest, "+33 1 0000")
		ok(t, err)
	}
	e, err := r.Suspend(t.Context(), reviewer, "fr-paris", "why")
	ok(t, err)
	if e.Authority.Suspended != "why" || e.Pending != nil {
		t.Errorf("%s", did(e))
	}
}

func TestManyAtOnce(t *testing.T) {
	r := newRig(t)
	r.enrolled(paris(t))
	var all sync.WaitGroup
	var mu sync.Mutex
	done := map[fault.Kind]int{}
	for i := range 12 {
		all.Go(func() {
			to := r.stands("fr-paris")
			to.Name = fmt.Sprintf("Paris %d", i)
			_, err := r.Propose(context.WithoutCancel(t.Context()), intake, to, "why")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done[255]++
				return
			}
			done[fault.KindOf(err)]++
		})
	}
	all.Wait()
	if done[255] != 1 || done[fault.Conflict]+done[fault.Busy] != 11 {
		t.Errorf("%v", done)
	}
}

func TestAFullHistoryStillSuspends(t *testing.T) {
	r := newRig(t)
	to := r.enrolled(paris(t))
	drawer := shelf.DrawerOf[map[string]any](r.shelf, "authority")
	item, err := drawer.Get(t.Context(), "fr-paris")
	ok(t, err)
	events := item.Value["history"].([]any)
	for len(events) < 1995 {
		events = append(events, events[0])
	}
	item.Value["history"] = events
	ok(t, drawer.Put(t.Context(), item))
	to.Keys = nil
	_, err = r.Propose(t.Context(), intake, to, "why")
	refused(t, err, fault.Conflict, "full history")
	_, err = r.Suspend(t.Context(), senior, "fr-paris", "why")
	ok(t, err)
	if r.stands("fr-paris").Suspended == "" {
		t.Error("it is not suspended")
	}
}

// away is a shelf whose database fails.
type away struct{ shelf.Records }

var errAway = errors.New("the database is away")

func (away) Paper(context.Context, string, string) (*shelf.Paper, error) { return nil, errAway }

func TestADatabaseThatFailsMakesNobodyUnknown(t *testing.T) {
	r := newRig(t)
	reg, err := New(shelf.New(away{r.store}, [32]byte{1}, nil), Settings{Cooling: day}, r.jobs, time.Now)
	ok(t, err)
	_, _, err = reg.Signer(t.Context(), "fr-paris#2026")
	_, err2 := reg.ByCertificate(t.Context(), hash("a"))
	_, err3 := reg.Authority(t.Context(), "fr-paris")
	_, err4 := reg.Import(t.Context(), intake, []authority.Authority{paris(t), paris(t)}, "why")
	for _, err := range []error{err, err2, err3, err4} {
		if !errors.Is(err, errAway) {
			t.Error(err)
		}
	}
}

func TestWhatIsSeenIsAlsoWhatIsChanged(t *testing.T) {
	r := newRig(t)
	in := r.enrolled(paris(t))
	to := in
	to.Recipients = []string{recipient("p")}
	seen := r.propose(intake, to)
	_, err := r.Object(t.Context(), custodian, "fr-paris", "not yet")
	ok(t, err)
	in.Powers = in.Powers[:1]
	_, err = r.Confirm(t.Context(), reviewer, "fr-paris", r.propose(intake, in), "")
	ok(t, err)
	// The very same change, at the very same time, now also gives a power back.
	if r.propose(intake, to) == seen {
		t.Error("the digest says nothing of what is changed")
	}
}

func TestWhoeverVerifiedWhatStandsMayConfirm(t *testing.T) {
	r := newRig(t)
	_, err := r.Confirm(t.Context(), senior, "fr-paris", r.propose(reviewer, paris(t)), "+33 1 0000")
	ok(t, err)
	r.now = r.now.Add(2 * day)
	to := r.stands("fr-paris")
	to.Mail = "other@justice.example"
	_, err = r.Confirm(t.Context(), reviewer, "fr-paris", r.propose(intake, to), "+33 1 0000")
	ok(t, err)
	_, err = r.Object(t.Context(), intake, "fr-paris", "a misprint")
	ok(t, err)
	// But not on a new word of their own.
	to.Contacts = []authority.Contact{{Value: "+33 2"}}
	r.propose(intake, to)
	e, err := r.Verify(t.Context(), reviewer, "fr-paris", "+33 2", "a visit")
	ok(t, err)
	_, err = r.Confirm(t.Context(), reviewer, "fr-paris", e.Pending.Digest, "+33 1 0000")
	refused(t, err, fault.Forbidden, "no contact that anybody but Rosa verified")
}
