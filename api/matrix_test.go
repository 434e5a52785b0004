package api

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/login"
)

// The roles, by the letter under which the table names them.
var lettered = map[rune]string{'i': "Imke", 'r': "Rosa", 's': "Sami", 'j': "Jo", 'c': "Cem", 'n': "Nils", 'o': "Olga", 'a': "Adam"}

// An expectation is what one endpoint answers to whom. It repeats nothing of the
// code: who adds an endpoint says here once more whom it is for.
type expectation struct {
	pattern string
	path    string // CASE stands for the reference of a case that everybody is assigned to
	body    string
	who     string // letters of the roles that are let in; "": nobody is asked who they are
	machine bool   // also a service token of such a role
	recent  bool   // only who has shown lately who they are; a token need not
	status  int    // of the answer to whoever is let in: what was sent is chosen to be harmless
}

const (
	allButAdmin = "irsjcno"
	everyone    = "irsjcnoa"
)

var expectations = []expectation{
	{"GET /v1/me", "/v1/me", "", everyone, true, false, 200},
	{"GET /v1/cases", "/v1/cases", "", allButAdmin, true, false, 200},
	{"GET /v1/quarantine", "/v1/quarantine", "", allButAdmin, true, false, 200},
	{"POST /v1/cases", "/v1/cases", "{}", "i", true, false, 400},
	{"GET /v1/cases/{case}", "/v1/cases/CASE", "", allButAdmin, true, false, 200},
	{"GET /v1/cases/{case}/document", "/v1/cases/CASE/document", "", allButAdmin, false, false, 200},
	{"GET /v1/cases/{case}/questions", "/v1/cases/CASE/questions", "", allButAdmin, false, false, 200},
	{"GET /v1/cases/{case}/history", "/v1/cases/CASE/history", "", allButAdmin, false, false, 200},
	{"GET /v1/cases/{case}/letters/{plan}", "/v1/cases/CASE/letters/1", "", "n", false, false, 404},
	{"GET /v1/cases/{case}/verification", "/v1/cases/CASE/verification", "", "o", false, false, 200},
	{"POST /v1/cases/{case}/acts", "/v1/cases/CASE/acts", "[]", allButAdmin, true, false, 400},
	{"GET /v1/settlements", "/v1/settlements", "", "jno", false, false, 200},
	{"POST /v1/cases/{case}/settlements", "/v1/cases/CASE/settlements", "{}", "jno", false, true, 400},
	{"POST /v1/cases/{case}/links", "/v1/cases/CASE/links", "{}", "irs", false, true, 400},
	{"POST /v1/cases/{case}/files", "/v1/cases/CASE/files", "{}", "c", true, true, 415},
	{"GET /v1/cases/{case}/files/{name}", "/v1/cases/CASE/files/a.csv", "", "rsj", false, false, 403},
	{"POST /v1/search", "/v1/search", "{}", allButAdmin, false, false, 400},
	{"GET /v1/oversight/looks", "/v1/oversight/looks", "", "o", false, false, 200},
	{"GET /v1/oversight/sample", "/v1/oversight/sample", "", "o", false, false, 200},
	{"GET /v1/oversight/figures", "/v1/oversight/figures", "", "o", false, false, 200},
	{"POST /v1/oversight/freeze", "/v1/oversight/freeze", "{}", "o", false, true, 400},
	{"GET /v1/authorities", "/v1/authorities", "", everyone, false, false, 200},
	{"GET /v1/authorities/{id}", "/v1/authorities/nobody", "", everyone, false, false, 404},
	{"PUT /v1/authorities/{id}/change", "/v1/authorities/nobody/change", "{}", "irsa", false, true, 400},
	{"POST /v1/authorities/{id}/verify", "/v1/authorities/nobody/verify", "{}", "irsa", false, true, 400},
	{"POST /v1/authorities/{id}/confirm", "/v1/authorities/nobody/confirm", "{}", "rs", false, true, 409},
	{"POST /v1/authorities/{id}/object", "/v1/authorities/nobody/object", "{}", "irscnoa", false, false, 400},
	{"POST /v1/authorities/{id}/suspend", "/v1/authorities/nobody/suspend", "{}", "rso", false, true, 400},
	{"POST /v1/authorities/{id}/resume", "/v1/authorities/nobody/resume", "{}", "irsa", false, true, 404},
	{"POST /v1/authorities/import", "/v1/authorities/import", "{}", "irsa", false, true, 415},
	{"GET /v1/people", "/v1/people", "", everyone, false, false, 200},
	{"POST /v1/people/{name}/invitation", "/v1/people/Zoe/invitation", "", "a", false, true, 404},
	{"DELETE /v1/people/{name}/sessions", "/v1/people/Zoe/sessions", "", "a", false, false, 204},
	{"GET /v1/people/{name}/passkeys", "/v1/people/Zoe/passkeys", "", "a", false, false, 200},
	{"DELETE /v1/people/{name}/passkeys/{id}", "/v1/people/Zoe/passkeys/none", "", "a", false, false, 404},
	{"GET /v1/tokens", "/v1/tokens", "", everyone, false, false, 200},
	{"POST /v1/tokens", "/v1/tokens", "{}", "ic", false, true, 400},
	{"DELETE /v1/tokens/{id}", "/v1/tokens/none", "", everyone, false, false, 404},
	{"GET /v1/jobs/dead", "/v1/jobs/dead", "", "a", false, false, 200},
	{"POST /v1/jobs/{key}/revive", "/v1/jobs/none/revive", "", "a", false, true, 404},

	// For others: who is signed in as one of the office gains nothing by it.
	{"POST /v1/requests", "/v1/requests", "{}", "", false, false, 400},
	{"GET /v1/requests/{case}", "/v1/requests/CASE", "", "", false, false, 401},
	{"POST /v1/requests/{case}/answer", "/v1/requests/CASE/answer", "{}", "", false, false, 401},
	{"POST /v1/requests/{case}/withdraw", "/v1/requests/CASE/withdraw", "{}", "", false, false, 401},
	{"POST /v1/requests/{case}/erasure", "/v1/requests/CASE/erasure", "{}", "", false, false, 401},
	{"POST /v1/requests/{case}/onward", "/v1/requests/CASE/onward", "{}", "", false, false, 401},
	{"GET /v1/requests/{case}/package", "/v1/requests/CASE/package", "", "", false, false, 401},
	{"GET /v1/receipts/{code}", "/v1/receipts/CASE", "", "", false, false, 404},
	{"POST /v1/challenges", "/v1/challenges", "{}", "", false, false, 400},
	{"GET /challenge", "/challenge", "", "", false, false, 200},
	{"GET /challenge/page.css", "/challenge/page.css", "", "", false, false, 200},
	{"POST /challenge", "/challenge", "{}", "", false, false, 415},
	{"GET /v1/keys", "/v1/keys", "", "", false, false, 200},
	{"GET /v1/openapi.yaml", "/v1/openapi.yaml", "", "", false, false, 200},
	{"GET /v1/request.schema.json", "/v1/request.schema.json", "", "", false, false, 200},
	{"GET /livez", "/livez", "", "", false, false, 200},
	{"GET /readyz", "/readyz", "", "", false, false, 200},
}

// The kinds of sessions.
const (
	nobody    = "nobody signed in"
	over      = "a session that is over"
	enrolling = "a session that may only enrol"
	removed   = "somebody taken off the list"
	stale     = "signed in, and not lately"
	fresh     = "signed in just now"
	service   = "a service token"
	spoilt    = "a cookie that somebody made up"
)

// sessions are a way to come of every kind for every role, as headers.
func (o *rig) sessions() map[string]map[rune]http.Header {
	o.Helper()
	all := make(map[string]map[rune]http.Header)
	cookies := func(kind string, door *login.Door, letters string) {
		all[kind] = make(map[rune]http.Header)
		for _, l := range letters {
			all[kind][l] = http.Header{"Cookie": {o.cookie(door, lettered[l])}}
		}
	}
	cookies(over, o.door, everyone)
	o.after(time.Hour)
	cookies(stale, o.door, everyone)
	o.after(6 * time.Minute)
	cookies(fresh, o.door, everyone)
	// Doors beside, on the same shelf: one that takes nobody in without a passkey,
	// and one with people who are not on the list any more.
	cookies(enrolling, o.besides(false, o.people), everyone)
	all[removed], all[nobody], all[spoilt], all[service] = map[rune]http.Header{}, map[rune]http.Header{}, map[rune]http.Header{}, map[rune]http.Header{}
	for _, l := range everyone {
		p, _ := o.people.Find(lettered[l])
		p.Name += " Elder"
		all[removed][l] = http.Header{"Cookie": {o.cookie(o.besides(true, crew{p}), p.Name)}}
		all[nobody][l] = http.Header{}
		all[spoilt][l] = http.Header{"Cookie": {"__Host-rogatory=" + strings.Repeat("A", 43)}}
	}
	for l, role := range map[rune]lifecycle.Role{'i': lifecycle.Intake, 'c': lifecycle.Custodian} {
		secret, err := o.door.Issue(o.Context(), "test", lettered[l], role, o.clock().Add(day))
		o.ok(err)
		all[service][l] = http.Header{"Authorization": {"Bearer " + secret}}
	}
	return all
}

// besides is another door on the shelf of the office.
func (o *rig) besides(demo bool, people crew) *login.Door {
	o.Helper()
	door, err := login.New(o.Context(), o.server.shelf, people, login.Settings{Origin: origin, Office: "test", Demo: demo}, o.clock, o.server.random)
	o.ok(err)
	return door
}

// cookie lets somebody in by a link, and gives the cookie they got.
func (o *rig) cookie(door *login.Door, name string) string {
	o.Helper()
	link, err := door.Invite(o.Context(), "test", name, 0)
	o.ok(err)
	mux := http.NewServeMux()
	door.Routes(mux)
	got := httptest.NewRecorder()
	mux.ServeHTTP(got, httptest.NewRequest(http.MethodPost, link, nil))
	for _, c := range got.Result().Cookies() {
		if c.Value != "" {
			return c.Name + "=" + c.Value
		}
	}
	o.Fatalf("%s was not let in: %d %s", name, got.Code, got.Body)
	return ""
}

// wants is the status that an endpoint answers to somebody, and whether it is the
// guard's answer.
func (x *expectation) wants(letter rune, kind string) (status int, guard bool) {
	if x.who == "" {
		return x.status, false
	}
	switch kind {
	case nobody, over, enrolling, removed, spoilt:
		return http.StatusUnauthorized, true
	}
	switch {
	case !strings.ContainsRune(x.who, letter), kind == service && !x.machine:
		return http.StatusForbidden, true
	case kind == stale && x.recent:
		return http.StatusUnauthorized, true
	}
	return x.status, false
}

// Every endpoint × every role × every kind of session.
func TestWhoMayComeToWhat(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	ref := o.sharedCase()
	sessions := o.sessions()
	client := o.client()
	for _, x := range expectations {
		t.Run(x.pattern, func(t *testing.T) {
			for kind, holders := range sessions {
				o.server.lanes = newLanes(o.clock) // what others before have used up does not concern these
				for letter, header := range holders {
					method, _, _ := strings.Cut(x.pattern, " ")
					var body []byte
					if x.body != "" {
						body = []byte(x.body)
					}
					r := o.request(method, strings.Replace(x.path, "CASE", string(ref), 1), body)
					for name, values := range header {
						r.Header[name] = values
					}
					got := o.send(client, r)
					want, guard := x.wants(letter, kind)
					if got.status != want {
						t.Errorf("%s (%s): %d, want %d: %s", lettered[letter], kind, got.status, want, got.body)
						continue
					}
					turned := strings.Contains(string(got.body), "this is for") || strings.Contains(string(got.body), "a service token may not")
					if got.status == http.StatusForbidden && turned != guard {
						t.Errorf("%s (%s): the door answered: %v, want %v: %s", lettered[letter], kind, turned, guard, got.body)
					}
				}
			}
		})
	}
}

// sharedCase is an accepted case that everybody is assigned to, also the
// administrator.
func (o *rig) sharedCase() docket.Ref {
	o.Helper()
	c := o.enrol("tr-ca", "TR")
	ref := c.submit(c.document())
	for _, p := range o.people {
		_, err := o.docket.Do(o.Context(), docket.Actor{Name: "Sami", Role: lifecycle.Senior}, ref, docket.Act{Do: lifecycle.Assign, Why: "the team of this case", Body: docket.Body{To: p.Name}})
		o.ok(err)
	}
	return ref
}

// No endpoint is left out of the table above. What is under /login/ is tested where
// it is written.
func TestEveryEndpointIsInTheTable(t *testing.T) {
	known := make(map[string]bool)
	for _, x := range expectations {
		known[x.pattern] = true
	}
	found := patterns(t, ".")
	if len(found) < len(expectations) {
		t.Fatalf("only %d patterns were found in the code", len(found))
	}
	for pattern := range found {
		if !known[pattern] {
			t.Errorf("%s is in no table", pattern)
		}
		delete(known, pattern)
	}
	for pattern := range known {
		t.Errorf("%s is in a table and not in the code", pattern)
	}
	for _, u := range staffUses() {
		if !found[u.pattern] {
			t.Errorf("%s is registered and was not found in the code", u.pattern)
		}
	}
}

// patterns are those that the code of a package registers.
func patterns(t *testing.T, dir string) map[string]bool {
	t.Helper()
	form := regexp.MustCompile(`^(GET|HEAD|POST|PUT|PATCH|DELETE) /`)
	packages, err := parser.ParseDir(token.NewFileSet(), dir, func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]bool)
	for _, p := range packages {
		ast.Inspect(p, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && form.MatchString(text) {
					found[text] = true
				}
			}
			return true
		})
	}
	return found
}
