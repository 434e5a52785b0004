package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/docket"
)

// Whoever runs the machine sees nothing of what is asked, said or decided, not even
// of a case that somebody has assigned to them; not by reading, searching, counting
// or acting.
func TestTheAdministratorSeesNoContent(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	const planted = "PLANTED-9137"
	c := o.enrol("tr-ca", "TR")
	ref := c.submit(document(t, "leg-13", "tr-ca", "TR", func(doc map[string]any) {
		doc["reference"] = planted
		doc["measures"].([]any)[0].(map[string]any)["targets"].([]any)[0].(map[string]any)["value"] = planted
	}))
	l := &life{o, ref, make(map[string]*http.Client)}
	l.does("Sami", "senior", "assign", m{"to": "Adam", "why": planted})
	admin := l.at("Adam")
	asked := 0
	for _, x := range expectations {
		if x.who == "" {
			continue
		}
		method, _, _ := strings.Cut(x.pattern, " ")
		for _, body := range []string{x.body, `{"text": "` + planted + `", "why": "to see it"}`, `{"case": "` + string(ref) + `", "by": "Adam", "role": "administrator", "do": "note", "why": "mine"}`} {
			for _, more := range []string{"", "?why=to+see+it", "?as=administrator", "?as=reviewer", "?as=oversight"} {
				r := o.request(method, strings.Replace(x.path, "CASE", string(ref), 1)+more, []byte(body))
				got := o.send(admin, r)
				asked++
				said := string(got.body)
				for _, values := range got.header {
					said += strings.Join(values, "\n")
				}
				if strings.Contains(said, planted) || strings.Contains(said, string(ref)) && !strings.Contains(x.path, "CASE") {
					t.Errorf("%s%s tells: %s", x.pattern, more, said)
				}
				if strings.Contains(x.path, "/cases") && got.status != http.StatusForbidden {
					t.Errorf("%s%s: %d", x.pattern, more, got.status)
				}
			}
		}
	}
	if asked < 15*30 {
		t.Fatalf("only %d requests were tried", asked)
	}
	// The same requests tell somebody of the office what was planted.
	l.does("Sami", "senior", "assign", m{"to": "Rosa", "why": "hers"})
	if got := o.asks(l.at("Rosa"), http.MethodGet, "/v1/cases/"+string(ref), nil); !strings.Contains(string(got.body), planted) {
		t.Fatalf("nothing was planted: %s", got.body)
	}
	if logged := o.logged.String(); strings.Contains(logged, planted) || strings.Contains(logged, string(ref)) {
		t.Error("the log tells what was planted, or of which case")
	}
}

// A case of somebody else and one that there is not are answered alike.
func TestAStrangersCaseIsLikeNone(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	ref := c.submit(c.document())
	none := someRef(t)
	roles := map[string]string{"Rosa": "reviewer", "Sami": "senior", "Cem": "custodian", "Nils": "notifier", "Imke": "intake"}
	for _, name := range []string{"Rosa", "Sami", "Cem", "Nils", "Imke"} {
		client := o.signIn(name)
		for _, x := range expectations {
			if !strings.Contains(x.path, "CASE") || x.who == "" {
				continue
			}
			method, _, _ := strings.Cut(x.pattern, " ")
			for _, body := range []string{
				x.body, `{"to": "` + string(ref) + `", "why": "x"}`,
				`{"case": "CASE", "by": "` + name + `", "role": "` + roles[name] + `", "do": "note", "why": "mine"}`,
				`{"case": "CASE", "by": "` + name + `", "role": "` + roles[name] + `", "do": "release", "why": "mine", "seen": 3}`,
			} {
				ask := func(ref string) *answer {
					return o.send(client, o.request(method, strings.Replace(x.path, "CASE", ref, 1), []byte(strings.Replace(body, "CASE", ref, 1))))
				}
				theirs, nobodys := ask(string(ref)), ask(none)
				a, b := strings.ReplaceAll(string(theirs.body), string(ref), "R"), strings.ReplaceAll(string(nobodys.body), none, "R")
				a, b = strings.ReplaceAll(a, none, "R"), strings.ReplaceAll(b, string(ref), "R")
				if theirs.status != nobodys.status || a != b {
					t.Errorf("%s by %s:\n %d %s\n %d %s", x.pattern, name, theirs.status, a, nobodys.status, b)
				}
			}
		}
	}
}

// someRef is a reference under which there is no case.
func someRef(t *testing.T) string {
	t.Helper()
	for _, letter := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
		if ref, err := docket.ParseRef("26-00000000-" + string(letter)); err == nil {
			return string(ref)
		}
	}
	t.Fatal("no letter checks")
	return ""
}
