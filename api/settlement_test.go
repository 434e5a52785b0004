package api

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
)

const logOrigin = "example.com/log"

// publicLog has published everything but what a test holds back.
type publicLog struct{ *rig }

func (l publicLog) Terms() (ledger.PolicyDoc, ledger.RolesDoc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	roles := ledger.RolesDoc{Origin: logOrigin, Keys: make(map[ledger.Role][]ed25519.PublicKey)}
	for name, of := range map[string]ledger.Role{"Jo": ledger.RoleJudge, "Nils": ledger.RoleNotifier, "Olga": ledger.RoleOversight, "Omar": ledger.RoleOversight} {
		roles.Keys[of] = append(roles.Keys[of], l.keys[name].Public().Key())
	}
	return ledger.DefaultPolicy(logOrigin), roles
}

func (l publicLog) Published(_ context.Context, keys ...string) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(l.held, k) }), nil
}

// signedLeaf is a draft with somebody's signature.
func (o *rig) signedLeaf(name, draft string) string {
	o.Helper()
	leaf, err := ledger.Parse([]byte(draft))
	o.ok(err)
	key := o.keys[name]
	return string(ledger.Sign(logOrigin, leaf.(ledger.Signed), func(m []byte) []byte {
		signature, err := key.SignLeaf(m)
		o.ok(err)
		return signature
	}, key.Public().Key()).Marshal())
}

// drafts is what waits for somebody's signature.
func (l *life) drafts(name string) []draft {
	l.Helper()
	var out page[draft]
	l.asks(l.at(name), http.MethodGet, "/v1/settlements", nil).into(l.rig, 200, &out)
	return out.Rows
}

// duties are those of the case.
func (l *life) duties() []Duty {
	l.Helper()
	var c Case
	l.asks(l.at("Rosa"), http.MethodGet, "/v1/cases/"+string(l.ref), nil).into(l.rig, 200, &c)
	return c.Duties
}

// settles sends a leaf.
func (l *life) settles(name, leaf, why string) *answer {
	l.Helper()
	return l.asks(l.at(name), http.MethodPost, "/v1/cases/"+string(l.ref)+"/settlements", m{"leaf": leaf, "why": why})
}

// A duty to tell is settled by the notifier's signature over what will stand in
// the public log, and by nothing else.
func TestADutyIsSettledBySignature(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t)).applied()
	l.does("Jo", "judge", "grant", l.grant())
	open := l.duties()
	if len(open) != 1 || open[0].Class != ledger.Notify || open[0].As != "" || !open[0].Due.IsMonthEnd() {
		t.Fatalf("the duties of an accepted case: %+v", open)
	}
	for _, name := range []string{"Jo", "Nils", "Olga"} {
		if got := l.drafts(name); len(got) != 0 {
			t.Errorf("before anybody was told %s can sign %+v", name, got)
		}
	}
	l.does("Nils", "notifier", "tell", m{"way": "a letter to the lawyer", "proof": "receipt", "remedy": "Administrative Court, one month; the commissioner"})
	if got := l.duties(); len(got) != 1 || got[0] != open[0] {
		t.Fatalf("without a signature: %+v, and it was %+v", got, open)
	}
	got := l.drafts("Nils")
	if len(got) != 1 || got[0].Case != l.ref || got[0].Duty != open[0].ID || got[0].As != ledger.Notified || got[0].Next != nil || got[0].Due != open[0].Due {
		t.Fatalf("after it: %+v", got)
	}
	if list := l.drafts("Jo"); len(list) != 0 {
		t.Errorf("the judge can sign %+v", list)
	}
	leaf := l.signedLeaf("Nils", got[0].Leaf)
	for _, c := range []struct {
		name, who, leaf string
		status          int
	}{
		{"nothing", "Nils", " ", 400},
		{"what is no leaf", "Nils", "rogatory/v1 settle\n", 400},
		{"unsigned", "Nils", got[0].Leaf, 404},
		{"by another's key", "Nils", l.signedLeaf("Jo", got[0].Leaf), 403},
		{"by the judge", "Jo", l.signedLeaf("Jo", got[0].Leaf), 409},
		{"sent by somebody else", "Jo", leaf, 403},
		{"as something else", "Nils", strings.Replace(leaf, "as notified", "as told-by-issuer", 1), 403},
		{"void without reasons", "Olga", l.signedLeaf("Olga", strings.Replace(got[0].Leaf, "as notified", "as void", 1)), 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			if a := l.settles(c.who, c.leaf, ""); a.status != c.status {
				t.Errorf("%d, want %d: %s", a.status, c.status, a.body)
			}
		})
	}
	for range 2 { // again it changes nothing
		var out acted
		l.settles("Nils", leaf, "").into(l.rig, 200, &out)
		if out.Case != l.ref || out.Proposed {
			t.Errorf("settled: %+v", out)
		}
	}
	if now := l.duties(); len(now) != 1 || now[0].As != ledger.Notified {
		t.Errorf("afterwards: %+v", now)
	}
	if list := l.drafts("Nils"); len(list) != 0 {
		t.Errorf("afterwards there waits %+v", list)
	}
	if a := l.settles("Olga", l.signedLeaf("Olga", strings.Replace(got[0].Leaf, "as notified", "as void", 1)), "nobody was there"); a.status != http.StatusConflict {
		t.Errorf("voided after it was settled: %d %s", a.status, a.body)
	}
	l.asks(l.at("Olga"), http.MethodGet, "/v1/cases/"+string(l.ref)+"/verification", nil).into(l.rig, 200, nil)
}

// A notice is put off by a judge as far as secrecy goes, and the draft says until
// when. Nobody sees the drafts of cases that are not theirs.
func TestADutyIsPutOff(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t)).applied()
	l.does("Jo", "judge", "grant", l.grant())
	for range 3 {
		l.settle("secrecy")
	}
	l.does("Jo", "judge", "order-secrecy", m{"until": l.clock().Add(85 * day), "harm": "the operator would wipe the panel"})
	first := l.duties()
	list := l.drafts("Jo")
	if len(list) != 1 || list[0].As != ledger.Extended || list[0].Next == nil || !first[0].Due.Before(*list[0].Next) {
		t.Fatalf("the judge can sign %+v", list)
	}
	if got := l.drafts("Nils"); len(got) != 0 {
		t.Errorf("the notifier can sign %+v", got)
	}
	l.settles("Jo", l.signedLeaf("Jo", list[0].Leaf), "").into(l.rig, 200, nil)
	got := l.duties()
	if len(got) != 2 || got[0].As != ledger.Extended || got[1].As != "" || got[1].Due != *list[0].Next {
		t.Errorf("afterwards: %+v", got)
	}
}

// Nothing leaves before the public log has what it rests on.
func TestNothingLeavesBeforeItIsPublic(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t)).applied()
	l.does("Jo", "judge", "grant", l.grant())
	granted := l.seen()
	kind, body := form(t, [2]string{"files", `{"why": "from the desk", "files": [{"measure": 0, "name": "subscriber.csv"}]}`}, [2]string{"file", "name;since\n"})
	l.uploads("Cem", kind, body).into(l.rig, http.StatusCreated, nil)
	l.does("Cem", "custodian", "seal", nil)
	l.settle("disclosure")
	l.does("Nils", "notifier", "tell", m{"way": "a letter to the lawyer", "proof": "receipt", "remedy": "Administrative Court, one month; the commissioner"})
	l.after(7 * day)
	opened := 0
	c, err := l.docket.Show(l.Context(), docket.Actor{Name: "Rosa", Role: lifecycle.Reviewer}, l.ref, "")
	l.ok(err)
	for _, d := range c.Duties() {
		opened = d.Opened
	}
	for _, leaf := range []string{fmt.Sprint(granted), fmt.Sprintf("%d notify", opened)} {
		l.holds(string(l.ref) + " " + leaf)
		if p := l.tries("Rosa", "reviewer", "release", nil).problem(l.rig, http.StatusForbidden); !strings.Contains(p.Detail, "do not stand in the public log yet") {
			t.Errorf("while %s is not published: %+v", leaf, p)
		}
	}
	l.holds()
	if got := l.both([2]string{"Rosa", "reviewer"}, [2]string{"Sami", "senior"}, "release", nil); got.Stage != "disclosed" {
		t.Errorf("released by two: %+v", got)
	}
}

// holds keeps leaves from being published.
func (o *rig) holds(keys ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held = keys
}
