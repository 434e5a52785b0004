package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/seal"
)

// filed is a case of an authority that the office works on.
func filed(o *rig) (*court, *life) {
	o.Helper()
	c := o.enrol("tr-ca", "TR")
	l := &life{o, c.submit(c.document()), make(map[string]*http.Client)}
	for _, name := range []string{"Rosa", "Sami", "Siri", "Cem", "Nils", "Imke"} {
		l.does("Sami", "senior", "assign", m{"to": name, "why": "the team of this case"})
	}
	return c, l
}

// disclosed lets two people release a file.
func (l *life) disclosed(content string) *life {
	l.Helper()
	l.applied()
	l.does("Jo", "judge", "grant", l.grant())
	kind, body := form(l.T, [2]string{"files", `{"why": "from the desk", "files": [{"measure": 0, "name": "subscriber.csv"}]}`}, [2]string{"file", content})
	l.uploads("Cem", kind, body).into(l.rig, http.StatusCreated, nil)
	l.does("Cem", "custodian", "seal", nil)
	l.settle("disclosure")
	l.does("Nils", "notifier", "tell", m{"way": "a letter to the lawyer", "proof": "receipt", "remedy": "Administrative Court, one month; the commissioner"})
	l.after(docket.ChallengeDays * day)
	l.both([2]string{"Rosa", "reviewer"}, [2]string{"Sami", "senior"}, "release", nil)
	return l
}

// at a path below the case.
func (l *life) path(below string) string { return "/v1/requests/" + string(l.ref) + below }

func TestQuestionsAndAnswer(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c, l := filed(o)
	l.does("Imke", "intake", "return", m{"told": "Which account is meant?"})
	var standing docket.Standing
	c.asks(http.MethodGet, l.path(""), nil).into(o, 200, &standing)
	if standing.Stage != "returned" || len(standing.Answers) != 1 || standing.Answers[0].Told != "Which account is meant?" || standing.Reference != "LEG-13" {
		t.Errorf("it learns %+v", standing)
	}
	doc := document(t, "leg-13", "tr-ca", "TR", func(d map[string]any) { d["facts"] = d["facts"].(string) + " It is the account of the panel." })
	var out Taken
	o.send(c.client, c.signed(http.MethodPost, l.path("/answer"), doc)).into(o, 200, &out)
	if lines := o.opened(out.Receipt); lines["act"] != "answer" || lines["case"] != string(l.ref) || out.Stage != "screened" {
		t.Errorf("%+v, %v", out, lines)
	}
	channel := document(t, "leg-13", "tr-ca", "TR", func(d map[string]any) {
		d["requesting"].(map[string]any)["channel"] = map[string]any{"kind": "registered"}
	})
	if p := o.send(c.client, c.signed(http.MethodPost, l.path("/answer"), channel)).problem(o, 400); p.Where != "/requesting/channel" {
		t.Errorf("%+v", p)
	}
}

// TestWhatWasReleased is fetched by the authority whose key it is for, opens with
// that key and no other, and is as it was collected.
func TestWhatWasReleased(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c, l := filed(o)
	content := strings.Repeat("name;since\n", 50_000)
	l.disclosed(content)
	got := c.asks(http.MethodGet, l.path("/package"), nil)
	got.into(o, 200, nil)
	if want := `attachment; filename="` + string(l.ref) + `.tar.age"`; got.header.Get("Content-Disposition") != want {
		t.Errorf("%v", got.header)
	}
	if bytes.Contains(got.body, []byte("name;since")) {
		t.Error("the package is in clear")
	}
	dir := filepath.Join(t.TempDir(), "package")
	text, err := seal.Open(bytes.NewReader(got.body), c.identity.String(), dir)
	o.ok(err)
	var manifest docket.Manifest
	o.ok(json.Unmarshal(text, &manifest))
	if manifest.Case != l.ref || len(manifest.Files) != 1 {
		t.Errorf("the manifest is %+v", manifest)
	}
	file, err := os.ReadFile(filepath.Join(dir, "subscriber.csv"))
	o.ok(err)
	if string(file) != content {
		t.Errorf("the file has %d bytes, want %d", len(file), len(content))
	}
	other := o.enrol("fr-ca", "FR")
	if _, err := seal.Open(bytes.NewReader(got.body), other.identity.String(), filepath.Join(t.TempDir(), "no")); err == nil {
		t.Error("it opens with another key")
	}
	other.asks(http.MethodGet, l.path("/package"), nil).problem(o, 403)
	l.does("Rosa", "reviewer", "note", nil) // the case goes on
	var standing docket.Standing
	c.asks(http.MethodGet, l.path(""), nil).into(o, 200, &standing)
	if !standing.Ready || len(standing.Files) != 1 || standing.Files[0].Kept != "" {
		t.Errorf("%+v", standing)
	}

	c.asks(http.MethodPost, l.path("/onward"), m{"to": "customs", "proof": "letter 7"}).into(o, 200, nil)
	c.asks(http.MethodPost, l.path("/withdraw"), m{"why": "the accused has died", "proof": "record 8"}).into(o, 200, nil)
	l.does("Rosa", "reviewer", "demand-erasure", m{"told": "Erase it."})
	var out Taken
	c.asks(http.MethodPost, l.path("/erasure"), m{"proof": "record 9"}).into(o, 200, &out)
	if lines := o.opened(out.Receipt); lines["act"] != "erasure" {
		t.Errorf("%v", lines)
	}
	o.suspend("tr-ca")
	c.asks(http.MethodGet, l.path("/package"), nil).problem(o, 403)
}

// TestAPackageThatBreaks is never taken for a whole one: the connection breaks,
// and what came does not open.
func TestAPackageThatBreaks(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c, l := filed(o)
	l.disclosed(strings.Repeat("name;since\n", 200_000))
	o.ok(filepath.WalkDir(filepath.Join(o.dir, "vault"), func(name string, d fs.DirEntry, err error) error {
		info, failed := d.Info()
		if err != nil || failed != nil || !info.Mode().IsRegular() || info.Size() < 1<<20 {
			return err
		}
		return alter(name, info.Size()*3/4)
	}))
	got, err := c.client.Do(c.signed(http.MethodGet, l.path("/package"), nil))
	o.ok(err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err == nil || len(body) < 1<<20 {
		t.Errorf("the answer looks whole, or did not begin: %d, %d bytes", got.StatusCode, len(body))
	}
	if _, err := seal.Open(bytes.NewReader(body), c.identity.String(), filepath.Join(t.TempDir(), "no")); err == nil {
		t.Error("half a package opens")
	}
	if !strings.Contains(o.logged.String(), "a package broke off") {
		t.Errorf("the log does not say so: %s", o.logged)
	}
}

// TestAPackageThatCannotBeMade is a failure of the office, which says nothing of
// the vault.
func TestAPackageThatCannotBeMade(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c, l := filed(o)
	l.disclosed("name;since\n")
	o.ok(os.RemoveAll(filepath.Join(o.dir, "vault")))
	got := c.asks(http.MethodGet, l.path("/package"), nil)
	if p := got.problem(o, 500); p.Incident == "" || p.Where != "" || p.Detail != "" {
		t.Errorf("%+v", p)
	}
}

// alter changes a byte of a file.
func alter(name string, at int64) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		return err
	}
	_, err = f.WriteAt([]byte{b[0] ^ 1}, at)
	return err
}

// TestNothingIsReleasedByAskingForIt: before two people have released anything
// there is nothing to fetch, whatever stands.
func TestNothingIsReleasedByAskingForIt(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c, l := filed(o)
	c.asks(http.MethodGet, l.path("/package"), nil).problem(o, 403)
	l.applied()
	l.does("Jo", "judge", "grant", l.grant())
	c.asks(http.MethodGet, l.path("/package"), nil).problem(o, 403)
	for _, bad := range []string{"", "x", "26-7K3MQ9XB-Z", "26-7K3MQ9XB"} {
		for _, below := range []string{"", "/package"} {
			if got := c.asks(http.MethodGet, "/v1/requests/"+bad+below, nil); got.status != 400 && got.status != 404 {
				t.Errorf("%q%s: %d %s", bad, below, got.status, got.body)
			}
		}
	}
}

// noticed lets a notifier plan a letter to the person, and gives the codes in the
// letters.
func (l *life) noticed() (codes []string) {
	l.Helper()
	l.does("Nils", "notifier", "plan-notice", m{"way": "mail:person@example.org", "remedy": "Administrative Court, one month; the commissioner"})
	notices, err := l.docket.Notices(l.Context(), l.ref)
	l.ok(err)
	for _, n := range notices {
		codes = append(codes, n.Letter.Code)
		l.ok(l.docket.Notified(l.Context(), l.ref, n.Plan, "250 taken"))
	}
	if len(codes) == 0 {
		l.Fatal("nobody is told")
	}
	return codes
}

// A letter that goes by hand is given to the notifier who brings it, while the plan
// counts and nothing forbids it.
func TestALetterIsBroughtByHand(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	_, l := filed(o)
	l.applied()
	l.does("Jo", "judge", "grant", l.grant())
	by := func(way string) string {
		l.does("Nils", "notifier", "plan-notice", m{"way": way, "remedy": "Administrative Court, one month; the commissioner"})
		return fmt.Sprintf("/v1/cases/%s/letters/%d", l.ref, l.seen())
	}
	first := by("by hand, at the lawyer's")
	var out struct {
		Case                    docket.Ref
		Plan                    int
		Language, Subject, Text string
	}
	o.asks(l.at("Nils"), http.MethodGet, first, nil).into(o, 200, &out)
	_, code, _ := strings.Cut(out.Text, "Code: ")
	code, _, _ = strings.Cut(code, "\n")
	if out.Case != l.ref || out.Language != "en" || !strings.Contains(out.Subject, string(l.ref)) || !strings.HasPrefix(code, string(l.ref)) {
		t.Errorf("the letter is %+v", out)
	}
	second := by("by hand, at the advice centre")
	if p := o.asks(l.at("Nils"), http.MethodGet, first, nil).problem(o, 409); !strings.Contains(p.Detail, "counts no more") {
		t.Errorf("a plan that was replaced: %+v", p)
	}
	o.asks(l.at("Nils"), http.MethodGet, second, nil).into(o, 200, &out)
	for path, status := range map[string]int{"1": 404, "0": 404, "x": 400, "9999999999999999999": 400, "1?why=x": 400} {
		o.asks(l.at("Nils"), http.MethodGet, fmt.Sprintf("/v1/cases/%s/letters/%s", l.ref, path), nil).problem(o, status)
	}
	o.asks(l.at("Rosa"), http.MethodGet, second, nil).problem(o, 403)
	l.does("Olga", "oversight", "freeze", nil)
	if p := o.asks(l.at("Nils"), http.MethodGet, second, nil).problem(o, 409); !strings.Contains(p.Detail, "frozen") {
		t.Errorf("a frozen case: %+v", p)
	}
}

func TestAPersonChallenges(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	_, l := filed(o)
	l.applied()
	l.does("Jo", "judge", "grant", l.grant())
	code := l.noticed()[0]
	person := o.client()
	file := func(in m) *answer { return o.asks(person, http.MethodPost, "/v1/challenges", in) }
	var out Taken
	file(m{"code": code, "why": "I am a journalist.", "grounds": []string{"press-protection"}}).into(o, 201, &out)
	if lines := o.opened(out.Receipt); lines["act"] != "challenge" || out.Case != l.ref || out.Stage != "" || out.Code != "" {
		t.Errorf("%+v %v", out, lines)
	}
	var past struct{ Events []Event }
	o.asks(l.at("Rosa"), http.MethodGet, "/v1/cases/"+string(l.ref)+"/history", nil).into(o, 200, &past)
	if !slices.ContainsFunc(past.Events, func(e Event) bool { return e.Do == lifecycle.File }) {
		t.Errorf("the challenge is not on record: %+v", past.Events)
	}
	file(m{"code": code, "why": "Once more."}).problem(o, 403)
	file(m{"code": code, "do": "appeal", "why": "Too early."}).problem(o, 403)
	l.does("Siri", "senior", "reject-challenge", m{"told": "It stands."})
	file(m{"code": code, "do": "appeal", "why": "It does not."}).into(o, 201, &out)
	if lines := o.opened(out.Receipt); lines["act"] != "appeal" {
		t.Errorf("%v", lines)
	}
	file(m{"code": code, "do": "release", "why": "x"}).problem(o, 400)
	file(m{"code": code, "why": "x", "grounds": []string{"because"}}).problem(o, 400)
	file(m{"code": code, "why": "x", "from": "somebody else"}).problem(o, 400)

	// A code of a receipt, of nothing, and of nothing at all are one answer.
	receipt, err := o.docket.ReceiptCode(t.Context(), l.ref)
	o.ok(err)
	var first *answer
	for _, wrong := range []string{receipt, "", "x", code[:len(code)-1] + "?", strings.Replace(receipt, string(l.ref), "26-ZZZZZZZZ-Z", 1)} {
		got := file(m{"code": wrong, "why": "x"})
		got.problem(o, 404)
		got.header.Del("Date")
		if first == nil {
			first = got
		}
		if string(got.body) != string(first.body) || len(got.header) != len(first.header) {
			t.Errorf("%q is answered by %s, another wrong one by %s", wrong, got.body, first.body)
		}
	}
}
