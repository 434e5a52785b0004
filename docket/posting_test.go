package docket_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/authority"
	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/letter"
	"github.com/rogatory/rogatory/lifecycle"
)

// sentinel marks what may stand in no letter.
const sentinel = "zqxsentinel"

// tainted are the members of a document that are the requester's words about
// people, or what it does with them.
var tainted = []string{
	"facts", "purpose", "necessity", "proportionality", "note", "value", "description", "profession", "whereabouts", "title", "text",
	"law", "article", "contact", "reason", "statement", "case_number", "issuer", "service", "validating",
}

// taint marks every such member.
func taint(doc any) {
	switch d := doc.(type) {
	case map[string]any:
		for name, v := range d {
			if text, is := v.(string); is && slices.Contains(tainted, name) {
				d[name] = text + " " + sentinel
				continue
			}
			taint(v)
		}
	case []any:
		for _, v := range d {
			taint(v)
		}
	}
}

// marked changes a document and marks it.
func marked(change func(map[string]any)) func(map[string]any) {
	return func(d map[string]any) {
		if change != nil {
			change(d)
		}
		if d["facts"] == nil {
			d["facts"] = "x"
		}
		d["purpose"], d["necessity"] = "p", "n"
		d["requesting"].(map[string]any)["contact"] = "tel"
		taint(d)
	}
}

// post is the letters of every event of a case, in words, by event.
func (l *life) post() map[lifecycle.Event][]Posting {
	l.t.Helper()
	all := map[lifecycle.Event][]Posting{}
	c := l.see(l.ref)
	for _, e := range c.Events {
		key := fmt.Sprintf("%s tell %d", l.ref, e.Seq)
		list, err := l.Postings(l.t.Context(), l.ref, key)
		if fault.KindOf(err) == fault.Invalid {
			continue // it tells nobody
		}
		ok(l.t, err)
		all[e.Do] = append(all[e.Do], list...)
		for _, p := range list {
			text := says(l.t, p.Letter)
			for _, secret := range []string{
				sentinel, "because of the file", "looked at in the file", "receipt of delivery", "the witness would be found", "It is ordered",
				"stress-09", "letter of the person", "Rosa", "Sami", "Siri", "Cem", "Nils", "Olga", "Imke",
			} {
				if strings.Contains(text, secret) || strings.Contains(fmt.Sprintf("%+v", p.Letter), secret) {
					l.t.Errorf("the letter about %s says %q:\n%s", e.Do, secret, text)
				}
			}
			if len(p.People) > 0 || p.To == "" && !p.Court {
				bare := p.Letter
				bare.Kind, bare.Language, bare.Case, bare.Clock, bare.At, bare.Due = "", "", "", "", time.Time{}, time.Time{}
				if diff := cmp.Diff(letter.Letter{}, bare); diff != "" && len(p.People) > 0 {
					l.t.Errorf("staff are told of %s:\n%s", e.Do, diff)
				}
			}
		}
	}
	return all
}

// reached gives the authority of a life an address.
func (l *life) reached(language string) *life {
	for id, a := range l.register {
		a.Mail, a.Hook, a.Language = "requests@authority.example", "https://authority.example/hook", language
		l.register[id] = a
	}
	return l
}

// does says something to the requester as well.
func (l *life) tells(who Actor, do lifecycle.Event, body Body) {
	l.t.Helper()
	l.do(who, l.ref, Act{Do: do, Why: "because of the file", Told: "told to you", Body: body})
}

// TestEveryLetter: of whatever happens letters can be written in every language,
// and nothing of what is asked about whom, or thought of it, is in any.
func TestEveryLetter(t *testing.T) {
	t.Parallel()
	grounds := Body{Grounds: []string{"political-offence"}}
	ways := map[string]func(*life){
		"refused": func(l *life) { l.does(reviewer, lifecycle.Refuse, grounds) },
		"denied": func(l *life) {
			l.forwarded().applied().two(reviewer, senior, lifecycle.Deny, decision)
		},
		"returned, and silent": func(l *life) {
			l.tells(reviewer, lifecycle.Return, Body{})
			l.after(40 * day)
			l.has("stage:withdrawn")
		},
		"offered": func(l *life) {
			l.tells(reviewer, lifecycle.Offer, Body{Grounds: []string{"overbroad-scope"}, Measures: []int{0}})
		},
		"offered without a word": func(l *life) { l.does(reviewer, lifecycle.Offer, Body{Grounds: []string{"overbroad-scope"}}) },
		"redirected": func(l *life) {
			l.does(reviewer, lifecycle.Redirect, Body{Grounds: []string{"wrong-route"}, To: "the 24/7 point"})
		},
		"redirected without a word": func(l *life) { l.does(reviewer, lifecycle.Redirect, Body{Grounds: []string{"wrong-route"}}) },
		"annulled":                  func(l *life) { l.does(l.asks(), lifecycle.Annul, Body{Proof: "letter"}) },
		"postponed":                 func(l *life) { l.does(senior, lifecycle.Postpone, Body{Until: l.now.Add(10 * day)}) },
		"in doubt, and accepted": func(l *life) {
			l.does(intake, lifecycle.Doubt, Body{Contact: "+33 1 0000"})
			l.two(reviewer, senior, lifecycle.Accept, Body{Contact: "+33 1 0000"})
		},
		"released, and to be erased": func(l *life) {
			l.disclosed()
			l.does(l.asks(), lifecycle.Withdraw, Body{})
			l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
			ok(t, l.Notified(t.Context(), l.ref, l.see(l.ref).Seq(), "250 ok"))
			l.does(senior, lifecycle.DemandErasure, Body{})
			l.after(40 * day)
		},
		"annulled when it has left": func(l *life) { l.disclosed().does(l.asks(), lifecycle.Annul, Body{Proof: "letter"}) },
		"granted from paper": func(l *life) {
			order := l.forwarded().applied().grant(0)
			order.Decision = decision.Decision
			l.two(reviewer, senior, lifecycle.Grant, order)
		},
		"told, come back, and late": func(l *life) {
			l.forwarded().applied().granted(0)
			l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
			seq := l.see(l.ref).Seq()
			ok(t, l.Notified(t.Context(), l.ref, seq, "250 ok"))
			ok(t, l.comesBack(seq, "550"))
			l.after(50 * day)
		},
		"challenged, rejected, appealed and upheld": func(l *life) {
			l.forwarded().applied().granted(0)
			l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
			n := l.notice()
			ok(t, l.Notified(t.Context(), l.ref, n.Plan, "250 ok"))
			ok(t, second(l.Challenge(t.Context(), n.Letter.Code, Act{Why: sentinel})))
			l.tells(senior2, lifecycle.RejectChallenge, Body{})
			ok(t, second(l.Challenge(t.Context(), n.Letter.Code, Act{Do: lifecycle.Appeal, Why: sentinel})))
			l.tells(Actor{"Jana", lifecycle.Judge}, lifecycle.UpholdChallenge, Body{})
		},
		"challenged, appealed and dismissed": func(l *life) {
			l.forwarded().applied().granted(0)
			l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
			n := l.notice()
			ok(t, l.Notified(t.Context(), l.ref, n.Plan, "250 ok"))
			ok(t, second(l.Challenge(t.Context(), n.Letter.Code, Act{})))
			l.tells(senior2, lifecycle.RejectChallenge, Body{})
			ok(t, second(l.Challenge(t.Context(), n.Letter.Code, Act{Do: lifecycle.Appeal})))
			l.tells(overseer, lifecycle.RejectChallenge, Body{})
		},
		"a measure of which little is known": func(l *life) {
			l.tells(reviewer, lifecycle.Offer, Body{Grounds: []string{"missing-facts"}})
		},
	}
	seen := map[lifecycle.Event]map[letter.Kind]int{}
	count := func(l *life) {
		for do, list := range l.post() {
			if seen[do] == nil {
				seen[do] = map[letter.Kind]int{}
			}
			for _, p := range list {
				seen[do][p.Letter.Kind]++
			}
		}
		ok(t, l.Verify(t.Context(), l.ref))
	}
	languages := append(letter.Languages(), "", "tr", "pt-BR", "zh-Hant", "FR-ca")
	for i, name := range slices.Sorted(maps.Keys(ways)) {
		l := begin(t, "authority-de", "leg-13", marked(func(d map[string]any) {
			if strings.Contains(name, "little") {
				delete(d["measures"].([]any)[0].(map[string]any), "data")
				delete(d["measures"].([]any)[1].(map[string]any), "mode")
			}
		})).reached(languages[i%len(languages)])
		ways[name](l)
		count(l)
	}
	l := begin(t, "provider-de", "leg-19", marked(nil)).reached("fr")
	l.does(reviewer, lifecycle.Object, grounds)
	count(l)
	wanted := map[lifecycle.Event]letter.Kind{
		lifecycle.Authenticate: letter.Accepted, lifecycle.Accept: letter.Accepted, lifecycle.Return: letter.Questions, lifecycle.Offer: letter.Offer,
		lifecycle.Redirect: letter.Redirected, lifecycle.Refuse: letter.Refused, lifecycle.Object: letter.Objected, lifecycle.Forward: letter.Forwarded, lifecycle.Deny: letter.Denied,
		lifecycle.Withdraw: letter.Ended, lifecycle.LapseQuestions: letter.Ended, lifecycle.Annul: letter.Ended, lifecycle.Postpone: letter.Postponed,
		lifecycle.Release: letter.Ready, lifecycle.DemandErasure: letter.ErasureDemand, lifecycle.Grant: letter.GrantedEcho,
		lifecycle.Escalate: letter.Escalation, lifecycle.Assign: letter.Assigned, lifecycle.Propose: letter.SecondWanted, lifecycle.Bounce: letter.Escalation,
		lifecycle.File: letter.ChallengeReceived, lifecycle.RejectChallenge: letter.ChallengeDecided, lifecycle.UpholdChallenge: letter.ChallengeDecided,
	}
	for do, kind := range wanted {
		if do == lifecycle.UpholdChallenge && seen[do][letter.Refused] > 0 {
			delete(seen[do], letter.Refused) // to whoever asked it is a refusal like any
		}
		if seen[do][kind] == 0 || len(seen[do]) != 1 {
			t.Errorf("of %s are written %v; want %s", do, seen[do], kind)
		}
	}
	if len(seen) != len(wanted) {
		t.Errorf("letters are about %v", slices.Sorted(maps.Keys(seen)))
	}
}

// TestJobsOfLetters: for every event that tells there is one job, and for no
// other.
func TestJobsOfLetters(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	jobs, err := l.store.Lease(t.Context(), l.now.AddDate(1, 0, 0), "a test", l.now.AddDate(2, 0, 0), 1000)
	ok(t, err)
	var got, want []string
	for _, j := range jobs {
		if j.Kind == JobTell && j.Case == l.ref {
			got = append(got, j.Key)
		}
	}
	for _, e := range l.see(l.ref).Events {
		key := fmt.Sprintf("%s tell %d", l.ref, e.Seq)
		if _, err := l.Postings(t.Context(), l.ref, key); err == nil {
			want = append(want, key)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
		t.Error(diff)
	}
	for _, key := range []string{"", string(l.ref), "tell 2", string(l.ref) + " tell 0", string(l.ref) + " tell 1", string(l.ref) + " tell 999", "26-00000000-0 tell 2", string(l.ref) + " tell x"} {
		if _, err := l.Postings(t.Context(), l.ref, key); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q is a job: %v", key, err)
		}
	}
}

// TestLetterOfItsEvent: a letter that is sent late says what was the case then.
func TestLetterOfItsEvent(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).reached("en").forwarded().applied().granted(0)
	grant := fmt.Sprintf("%s tell %d", l.ref, l.see(l.ref).Seq())
	early, err := l.Postings(t.Context(), l.ref, grant)
	ok(t, err)
	if n := len(early[0].Letter.Items); n != 1 || !early[0].Court || early[0].To != "" || early[0].Letter.Authority != "Local court" {
		t.Errorf("the court is asked about %+v", early)
	}
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
	n := l.notice()
	ok(t, l.Notified(t.Context(), l.ref, n.Plan, "250 ok"))
	ok(t, second(l.Challenge(t.Context(), n.Letter.Code, Act{})))
	l.tells(senior2, lifecycle.RejectChallenge, Body{})
	rejected := fmt.Sprintf("%s tell %d", l.ref, l.see(l.ref).Seq())
	before, err := l.Postings(t.Context(), l.ref, rejected)
	ok(t, err)
	ok(t, second(l.Challenge(t.Context(), n.Letter.Code, Act{Do: lifecycle.Appeal})))
	l.does(judge, lifecycle.Revoke, Body{})
	for key, was := range map[string][]Posting{grant: early, rejected: before} {
		late, err := l.Postings(t.Context(), l.ref, key)
		ok(t, err)
		if diff := cmp.Diff(was, late); diff != "" || len(was) != 1 {
			t.Errorf("%s says later:\n%s", key, diff)
		}
	}
}

// TestAcceptedSaysUntilWhen an answer is due, where an instrument sets a time.
func TestAcceptedSaysUntilWhen(t *testing.T) {
	t.Parallel()
	l := begin(t, "provider-de", "leg-19", nil).reached("en")
	got := slices.Concat(l.post()[lifecycle.Accept], l.post()[lifecycle.Authenticate])
	if len(got) != 1 || !slices.ContainsFunc(l.see(l.ref).Clocks(), func(k Clock) bool { return k.ID == "answer" && k.At.Equal(got[0].Letter.Due) }) {
		t.Errorf("the requester reads %+v", got)
	}
}

// TestWhoeverChallengesIsToldSo, and nobody else: over the way of the notice, while
// it stands and a first decision is to come.
func TestWhoeverChallengesIsToldSo(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied().granted(0, 1)
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org", "/measures/0/targets/0"))
	l.does(notifier, lifecycle.PlanNotice, plan("mail:b@example.org", "/measures/1/targets/0"))
	l.does(notifier, lifecycle.PlanNotice, plan("by hand", "/measures/1/targets/1"))
	byHand, err := l.NoticeLetter(t.Context(), notifier, l.ref, l.see(l.ref).Seq())
	ok(t, err)
	list, err := l.Notices(t.Context(), l.ref)
	ok(t, err)
	for _, n := range list {
		ok(t, l.Notified(t.Context(), l.ref, n.Plan, "250 ok"))
	}
	ok(t, second(l.Challenge(t.Context(), list[0].Letter.Code, Act{})))
	if got := l.post()[lifecycle.File]; len(got) != 1 || got[0].To != "a@example.org" || !got[0].Letter.At.Equal(l.now) || !slices.ContainsFunc(l.see(l.ref).Clocks(), func(k Clock) bool { return k.ID == "challenge" && k.At.Equal(got[0].Letter.Due) }) {
		t.Errorf("that it was filed learns %+v", got)
	}
	l.after(day)
	ok(t, second(l.Challenge(t.Context(), list[1].Letter.Code, Act{})))
	if got := l.post()[lifecycle.JoinChallenge]; len(got) != 1 || got[0].To != "b@example.org" {
		t.Errorf("that it was joined learns %+v", got)
	}
	ok(t, second(l.Challenge(t.Context(), byHand.Code, Act{})))
	if got := l.post()[lifecycle.JoinChallenge]; len(got) != 1 {
		t.Errorf("who has no address is told at %+v", got)
	}
	l.tells(senior2, lifecycle.RejectChallenge, Body{})
	ok(t, second(l.Challenge(t.Context(), list[0].Letter.Code, Act{Do: lifecycle.Appeal})))
	if got := l.post()[lifecycle.Appeal]; len(got) != 0 {
		t.Errorf("of an appeal, during which data may leave, learns %+v", got)
	}
}

// TestOnlyWhoChallenged learns what became of it.
func TestOnlyWhoChallenged(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied().granted(0, 1)
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org", "/measures/0/targets/0"))
	l.does(notifier, lifecycle.PlanNotice, plan("mail:b@example.org", "/measures/1/targets/0", "/measures/1/targets/1"))
	list, err := l.Notices(t.Context(), l.ref)
	ok(t, err)
	for _, n := range list {
		ok(t, l.Notified(t.Context(), l.ref, n.Plan, "250 ok"))
	}
	ok(t, second(l.Challenge(t.Context(), list[0].Letter.Code, Act{})))
	if _, err := l.Do(t.Context(), senior2, l.ref, Act{Do: lifecycle.RejectChallenge, Why: "because of the file"}); !contains(err, "is told nothing") {
		t.Errorf("decided without a word to the person: %v", err)
	}
	l.tells(senior2, lifecycle.RejectChallenge, Body{})
	ok(t, second(l.Challenge(t.Context(), list[0].Letter.Code, Act{Do: lifecycle.Appeal})))
	l.tells(overseer, lifecycle.UpholdChallenge, Body{})
	got := l.post()[lifecycle.UpholdChallenge]
	got = slices.DeleteFunc(got, func(p Posting) bool { return p.Letter.Kind == letter.Refused })
	if len(got) != 1 || got[0].To != "a@example.org" || got[0].Letter.Code != list[0].Letter.Code {
		t.Errorf("what became of it learns %+v", got)
	}
}

// TestNobodyVerified gets nothing by mail but what tells the named authority,
// once in an hour, that somebody uses its name.
func TestNobodyVerified(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	doc := document(t, "leg-13", marked(nil))
	o.enrol(doc)
	l := &life{o, "", doc}
	l.reached("es")
	for range 4 { // the last comes an hour later, and does not put off what is told of the first
		l.ref = o.receive(doc, byMail).Ref
		o.assign(l.ref)
		l.do(intake, l.ref, Act{Do: lifecycle.Return, Why: "because of the file", Told: "told to you"})
		for do, list := range l.post() {
			for _, p := range list {
				if p.To != "" || p.Hook != "" {
					t.Errorf("a stranger's %s is told to %q, %q", do, p.To, p.Hook)
				}
			}
		}
		o.now = o.now.Add(25 * time.Minute)
	}
	jobs, err := o.store.Lease(t.Context(), o.now.Add(2*time.Hour), "a test", o.now.Add(3*time.Hour), 1000)
	ok(t, err)
	var named []string
	for _, j := range jobs {
		if strings.HasPrefix(j.Key, "name ") {
			named = append(named, j.Key)
			list, err := o.Postings(t.Context(), j.Case, j.Key)
			ok(t, err)
			if len(list) != 1 || list[0].To != "requests@authority.example" || list[0].Letter.Kind != letter.Named || list[0].Letter.Language != "es" {
				t.Errorf("the named authority is told %+v", list)
			}
			if strings.Contains(says(t, list[0].Letter), "LEG-13") {
				t.Error("the named authority reads the stranger's reference")
			}
			if j.At.Before(start.Add(time.Hour)) {
				t.Errorf("it is told at %s", j.At)
			}
		}
	}
	if diff := cmp.Diff([]string{"name central authority 2026-09-01T09", "name central authority 2026-09-01T10"}, named); diff != "" {
		t.Error(diff)
	}
	for name, a := range map[string]authority.Authority{
		"it has no address": {ID: "central authority", Country: "TR"},
		"it is another's":   {ID: "central authority", Country: "US", Mail: "us@example.org", Hook: "https://us.example/"},
	} {
		o.register["central authority"] = a
		if list, err := o.Postings(t.Context(), l.ref, "name central authority 2026-09-01T10"); err != nil || list != nil {
			t.Errorf("%s: %+v, %v", name, list, err)
		}
	}
	delete(o.register, "central authority")
	if list, err := o.Postings(t.Context(), l.ref, "name central authority 2026-09-01T10"); err != nil || list != nil {
		t.Errorf("nobody is enrolled, and told is %+v, %v", list, err)
	}
}

// TestVerifiedMeanwhile: whoever was called back is not told that somebody uses
// its name.
func TestVerifiedMeanwhile(t *testing.T) {
	t.Parallel()
	l := stranger(t)
	l.enrol(l.doc)
	l.reached("en")
	l.does(intake, lifecycle.Authenticate, Body{Contact: "+33 1 0000"})
	if list, err := l.Postings(t.Context(), l.ref, "name central authority 2026-09-01T10"); err != nil || list != nil {
		t.Errorf("told is %+v, %v", list, err)
	}
}

// TestReferenceThatCannotBeSeen keeps no letter from being written; and a letter
// goes on saying the reference that its event was about.
func TestReferenceThatCannotBeSeen(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", func(d map[string]any) { d["reference"] = "\u200b \u202e" }).reached("ar")
	l.tells(reviewer, lifecycle.Return, Body{})
	l.does(l.asks(), lifecycle.Answer, Body{Document: document(t, "leg-13", nil)})
	l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	post := l.post()
	if len(post[lifecycle.Authenticate]) != 1 || post[lifecycle.Authenticate][0].Letter.Reference == "LEG-13" || post[lifecycle.Refuse][0].Letter.Reference != "LEG-13" {
		t.Errorf("the references are %+v", post)
	}
}
