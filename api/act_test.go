package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// The whole life of a case through the API, up to what two people release.
func TestAWholeLife(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t)).applied()
	l.does("Jo", "judge", "grant", l.grant())
	kind, body := form(t, [2]string{"files", `{"why": "from the desk", "files": [{"measure": 0, "name": "subscriber.csv"}]}`}, [2]string{"file", "name;since\n"})
	var collected struct {
		acted
		Files []File
	}
	l.uploads("Cem", kind, body).into(l.rig, http.StatusCreated, &collected)
	if len(collected.Files) != 1 || collected.Files[0].Size != 11 || collected.Stage != "collected" {
		t.Errorf("collected: %+v", collected)
	}
	l.does("Cem", "custodian", "seal", nil)
	l.settle("disclosure")
	l.does("Nils", "notifier", "tell", m{"way": "a letter to the lawyer", "proof": "receipt", "remedy": "Administrative Court, one month; the commissioner"})
	l.after(7 * day)
	path := "/v1/cases/" + string(l.ref) + "/files/subscriber.csv"
	if p := l.asks(l.at("Rosa"), http.MethodGet, path, nil).problem(l.rig, http.StatusForbidden); !strings.Contains(p.Detail, "nothing has been released") {
		t.Errorf("a file is handed out before it was released: %+v", p)
	}
	if got := l.both([2]string{"Rosa", "reviewer"}, [2]string{"Sami", "senior"}, "release", nil); got.Stage != "disclosed" {
		t.Errorf("released by two: %+v", got)
	}
	got := l.asks(l.at("Rosa"), http.MethodGet, path, nil)
	if got.into(l.rig, 200, nil); string(got.body) != "name;since\n" || got.header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("the file is %q, %v", got.body, got.header)
	}

	// Both names are on record, and the key that the court has signed with.
	var past struct{ Events []Event }
	l.asks(l.at("Rosa"), http.MethodGet, "/v1/cases/"+string(l.ref)+"/history", nil).into(l.rig, 200, &past)
	one := func(do lifecycle.Event) Event {
		i := slices.IndexFunc(past.Events, func(e Event) bool { return e.Do == do })
		if i < 0 {
			t.Fatalf("no %s is on record", do)
		}
		return past.Events[i]
	}
	if e := one(lifecycle.Release); e.First != "Rosa" || e.By != "Sami" {
		t.Errorf("the release is by %q and %q", e.First, e.By)
	}
	if e := one(lifecycle.Grant); e.By != "Jo" || e.Key != l.keys["Jo"].Public().String() {
		t.Errorf("the grant is by %q, signed with %q", e.By, e.Key)
	}
	l.asks(l.at("Olga"), http.MethodGet, "/v1/cases/"+string(l.ref)+"/verification", nil).into(l.rig, 200, nil)
}

// What a judge decides counts with the signature of the role key over this act, in
// this case, for what stands.
func TestAGrantIsSigned(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t)).applied()
	other := begin2(l)
	text := l.instruction("Jo", "judge", "grant", l.grant())
	good := l.signature("Jo", text)
	elsewhere := bytes.ReplaceAll(text, []byte(l.ref), []byte(other))
	old := l.instruction("Jo", "judge", "grant", merge(l.grant(), m{"seen": 1}))
	unseen := l.instruction("Jo", "judge", "grant", merge(l.grant(), m{"seen": 0}))
	stale := l.instruction("Jo", "judge", "grant", merge(l.grant(), m{"at": l.clock().Add(-25 * time.Hour)}))
	early := l.instruction("Jo", "judge", "grant", merge(l.grant(), m{"at": l.clock().Add(time.Hour)}))
	raw, err := base64.StdEncoding.DecodeString(good)
	l.ok(err)
	raw[0] ^= 1
	for _, c := range []struct {
		name, signature string
		text            []byte
		status          int
	}{
		{"unsigned", "", text, 403},
		{"with a signature that is none", "?", text, 400},
		{"with an empty one", "====", text, 400},
		{"with a bit turned", base64.StdEncoding.EncodeToString(raw), text, 403},
		{"cut short", good[:40], text, 403},
		{"signed by oversight", l.signature("Olga", text), text, 403},
		{"signed over another case, and sent to this one", l.signature("Jo", elsewhere), text, 403},
		{"of another case", l.signature("Jo", elsewhere), elsewhere, 400},
		{"with other items than were signed", good, bytes.Replace(text, []byte(`"measure":0`), []byte(`"measure":1`), 1), 403},
		{"with a space more than was signed", good, append([]byte(" "), text...), 403},
		{"for what stood long before", l.signature("Jo", old), old, 409},
		{"for nobody knows what stood", l.signature("Jo", unseen), unseen, 400},
		{"signed the day before", l.signature("Jo", stale), stale, 400},
		{"signed in an hour", l.signature("Jo", early), early, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := l.sends("Jo", c.text, c.signature); got.status != c.status {
				t.Errorf("%d, want %d: %s", got.status, c.status, got.body)
			}
		})
	}
	if l.stage() != "forwarded" {
		t.Fatalf("the case is %s", l.stage())
	}
	l.sends("Jo", text, good).into(l.rig, 200, nil)
	if got := l.sends("Jo", text, good); got.status != http.StatusConflict {
		t.Errorf("the same act again: %d %s", got.status, got.body)
	}
	l.does("Jo", "judge", "revoke", nil)
	if got := l.sends("Jo", text, good); got.status != http.StatusConflict {
		t.Errorf("the same act after it was revoked: %d %s", got.status, got.body)
	}
}

// begin2 is another case of the same authority.
func begin2(l *life) docket.Ref {
	l.Helper()
	c, err := l.docket.Receive(l.Context(), docket.Delivery{
		Document: document(l.T, "leg-13", "tr-ca", "TR", nil), By: docket.Actor{Name: "Imke", Role: lifecycle.Intake},
	})
	l.ok(err)
	return c.Ref
}

func merge(a, b m) m {
	out := m{}
	for _, part := range []m{a, b} {
		for k, v := range part {
			out[k] = v
		}
	}
	return out
}

// stage is where the case stands, without a look.
func (l *life) stage() string {
	l.Helper()
	rows, _, err := l.docket.Queue(l.Context(), docket.Query{})
	l.ok(err)
	for _, r := range rows {
		if r.Case == l.ref {
			return r.Stage
		}
	}
	return ""
}

// Everybody acts in their own name, in a role of their own.
func TestAnActIsOnesOwn(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t))
	for _, c := range []struct {
		name     string
		by, role string
		status   int
	}{
		{"in one's own name", "Rosa", "reviewer", 200},
		{"in another spelling of it", "ROSA", "reviewer", 200},
		{"in another's name", "Sami", "senior", 403},
		{"in another's name and one's own role", "Sami", "reviewer", 403},
		{"in a role that one does not have", "Rosa", "senior", 403},
		{"as the machine", "Rosa", "machine", 403},
		{"as the person concerned", "Rosa", "person", 403},
		{"as the authority", "tr-ca", "requester", 403},
		{"in no role", "Rosa", "", 403},
		{"as nobody", "", "reviewer", 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := l.sends("Rosa", l.instruction(c.by, c.role, "note", nil), ""); got.status != c.status {
				t.Errorf("%d, want %d: %s", got.status, c.status, got.body)
			}
		})
	}
	// An instruction has one reading, also for whoever reads it later.
	text := l.instruction("Rosa", "reviewer", "note", nil)
	for _, more := range []string{`"why":"otherwise"`, `"WHY":"otherwise"`, `"do":"annul"`, `"Do":"annul"`} {
		if got := l.sends("Rosa", append([]byte("{"+more+","), text[1:]...), ""); got.status != 400 {
			t.Errorf("with %s as well: %d %s", more, got.status, got.body)
		}
	}
	// Who has two roles says in which.
	l.does("Sami", "senior", "assign", m{"to": "Mona", "why": "of this team"})
	l.does("Mona", "senior", "note", nil)
	l.does("Mona", "reviewer", "note", nil)
}

// A screen that was left open decides nothing.
func TestADecisionTakesHavingShownLatelyWhoOneIs(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t))
	left := map[string]*http.Client{"Rosa": l.signIn("Rosa"), "Jo": l.signIn("Jo"), "Cem": l.signIn("Cem")}
	l.after(6 * time.Minute)
	for _, do := range lifecycle.Events() {
		text, _ := json.Marshal(m{"case": l.ref, "by": "Rosa", "role": "reviewer", "do": do, "why": "because"})
		got := l.send(left["Rosa"], l.request(http.MethodPost, "/v1/cases/"+string(l.ref)+"/acts", text))
		decides := !slices.Contains([]lifecycle.Event{"look", "note", "assert", "assign", "unassign", "see-looks", "collect"}, do)
		if (got.status == http.StatusUnauthorized) != decides {
			t.Errorf("%s: %d %s", do, got.status, got.body)
		}
	}
}

// What a machine may do with a token decides nothing.
func TestATokenDecidesNothing(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t)).applied()
	l.does("Jo", "judge", "grant", l.grant())
	var issued struct{ Token string }
	l.asks(l.at("Cem"), http.MethodPost, "/v1/tokens", m{"role": "custodian", "until": l.clock().Add(day)}).into(l.rig, 201, &issued)
	robot := func(r *http.Request) *answer {
		r.Header.Set("Authorization", "Bearer "+issued.Token)
		return l.send(l.client(), r)
	}
	kind, body := form(t, [2]string{"files", `{"files": [{"measure": 0, "name": "a.csv"}]}`}, [2]string{"file", "x"})
	r := l.request(http.MethodPost, "/v1/cases/"+string(l.ref)+"/files", body)
	r.Header.Set("Content-Type", kind)
	robot(r).into(l.rig, http.StatusCreated, nil)
	for do, want := range map[string]int{"note": 200, "seal": 403, "discard": 403} {
		if got := robot(l.request(http.MethodPost, "/v1/cases/"+string(l.ref)+"/acts", l.instruction("Cem", "custodian", do, nil))); got.status != want {
			t.Errorf("%s by a token: %d, want %d: %s", do, got.status, want, got.body)
		}
	}
	if got := robot(l.request(http.MethodPost, "/v1/cases/"+string(l.ref)+"/acts", l.instruction("Imke", "intake", "note", nil))); got.status != 403 {
		t.Errorf("a token of Cem's acts for Imke: %d %s", got.status, got.body)
	}
	other := begin2(l)
	for path, want := range map[string]int{string(l.ref): 200, string(other): 403, string(other) + "?why=to+see+it": 403} {
		if got := robot(l.request(http.MethodGet, "/v1/cases/"+path, nil)); got.status != want {
			t.Errorf("a token looks at %s: %d, want %d: %s", path, got.status, want, got.body)
		}
	}
	var mine struct{ Tokens []tokenView }
	l.asks(l.at("Cem"), http.MethodGet, "/v1/tokens", nil).into(l.rig, 200, &mine)
	if len(mine.Tokens) != 1 || mine.Tokens[0].Name != "Cem" || mine.Tokens[0].By != "Cem" {
		t.Fatalf("tokens of Cem: %+v", mine)
	}
	path := "/v1/tokens/" + mine.Tokens[0].ID
	if got := l.asks(l.at("Imke"), http.MethodDelete, path, nil); got.status != 404 {
		t.Errorf("Imke revokes what is Cem's: %d", got.status)
	}
	l.asks(l.at("Adam"), http.MethodDelete, path, nil).into(l.rig, 204, nil)
	if got := robot(l.request(http.MethodGet, "/v1/me", nil)); got.status != 401 {
		t.Errorf("a token works after it was revoked: %d", got.status)
	}
	if got := l.asks(l.at("Cem"), http.MethodPost, "/v1/tokens", m{"role": "intake", "until": l.clock().Add(day)}); got.status != 403 {
		t.Errorf("Cem has a token for a role that is not his: %d", got.status)
	}
}

// A machine that does intake says not who sees a case.
func TestATokenAssignsNobody(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t))
	secret, err := l.door.Issue(t.Context(), "test", "Imke", lifecycle.Intake, l.clock().Add(day))
	l.ok(err)
	for do, to := range map[string]string{"assign": "Jo", "unassign": "Rosa"} {
		text := l.instruction("Imke", "intake", do, m{"to": to})
		r := l.request(http.MethodPost, "/v1/cases/"+string(l.ref)+"/acts", text)
		r.Header.Set("Authorization", "Bearer "+secret)
		if got := l.send(l.client(), r); got.status != 403 || !strings.Contains(string(got.body), "a service token may not") {
			t.Errorf("%s by a token: %d %s", do, got.status, got.body)
		}
	}
	l.does("Imke", "intake", "assign", m{"to": "Jo"})
}
