package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"testing"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/rulebook"
)

// A life is a case and the people at work on it, all of them through the API.
type life struct {
	*rig
	ref     docket.Ref
	clients map[string]*http.Client
}

// begin files a request, accepts nothing, and lets a senior give it to the office.
func begin(o *rig) *life {
	o.Helper()
	l := &life{o, o.enrol("tr-ca", "TR").submitted(), make(map[string]*http.Client)}
	for _, name := range []string{"Rosa", "Sami", "Siri", "Cem", "Nils", "Imke"} {
		l.does("Sami", "senior", "assign", m{"to": name, "why": "the team of this case"})
	}
	return l
}

func (c *court) submitted() docket.Ref { return c.submit(c.document()) }

// m is a JSON object.
type m = map[string]any

// at is the client of somebody who has just shown who they are.
func (l *life) at(name string) *http.Client {
	l.Helper()
	key := name + " " + l.clock().String()
	if l.clients[key] == nil {
		l.clients[key] = l.signIn(name)
	}
	return l.clients[key]
}

// instruction writes an act down, as of the case as it stands.
func (l *life) instruction(name, role, do string, more m) []byte {
	l.Helper()
	in := m{"case": l.ref, "by": name, "role": role, "do": do, "why": "because of the file", "at": l.clock(), "seen": l.seen()}
	for k, v := range more {
		in[k] = v
	}
	text, err := json.Marshal(in)
	l.ok(err)
	return text
}

// seen is the number of the last event.
func (l *life) seen() int {
	l.Helper()
	rows, _, err := l.docket.Queue(l.Context(), docket.Query{})
	l.ok(err)
	for _, r := range rows {
		if r.Case == l.ref {
			return r.Seq
		}
	}
	l.Fatal("the case is in no queue")
	return 0
}

// signature is that of somebody's role key; empty: they have none.
func (l *life) signature(name string, text []byte) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys[name] == nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(l.keys[name].Sign(text))
}

// sends sends an instruction as it is, with a signature; empty: without one.
func (l *life) sends(name string, text []byte, signature string) *answer {
	l.Helper()
	r := l.request(http.MethodPost, "/v1/cases/"+string(l.ref)+"/acts", text)
	if signature != "" {
		r.Header.Set("Rogatory-Signature", signature)
	}
	return l.send(l.at(name), r)
}

// tries does an act, signed where the person has a key.
func (l *life) tries(name, role, do string, more m) *answer {
	l.Helper()
	text := l.instruction(name, role, do, more)
	return l.sends(name, text, l.signature(name, text))
}

// does does an act that has to succeed.
func (l *life) does(name, role, do string, more m) acted {
	l.Helper()
	got := l.tries(name, role, do, more)
	if got.status != http.StatusOK {
		l.Fatalf("%s by %s: %d %s", do, name, got.status, got.body)
	}
	var out acted
	l.ok(json.Unmarshal(got.body, &out))
	return out
}

// both lets two people do the same.
func (l *life) both(first, second [2]string, do string, more m) acted {
	l.Helper()
	if got := l.does(first[0], first[1], do, more); !got.Proposed {
		l.Fatalf("%s by %s alone took effect", do, first[0])
	}
	got := l.does(second[0], second[1], do, more)
	if got.Proposed {
		l.Fatalf("%s: the second person was not counted", do)
	}
	return got
}

// settle answers what is open before gates as the safeguards want it.
func (l *life) settle(gates ...string) {
	l.Helper()
	for range 3 {
		var open struct{ Questions []Question }
		l.asks(l.at("Rosa"), http.MethodGet, "/v1/cases/"+string(l.ref)+"/questions", nil).into(l.rig, 200, &open)
		var said []m
		for _, q := range open.Questions {
			for _, gate := range gates {
				if value := favour(q.Fact); q.Gate == gate && value != "" {
					said = append(said, m{"fact": q.Fact, "of": q.Of, "value": value, "answers": []string{"*"}})
				}
			}
		}
		if said == nil {
			return
		}
		l.does("Rosa", "reviewer", "assert", m{"said": said})
	}
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

// applied brings the case before the court.
func (l *life) applied() *life {
	l.Helper()
	l.settle("intake", "screening")
	l.does("Rosa", "reviewer", "forward", nil)
	l.settle("court")
	l.does("Rosa", "reviewer", "apply", nil)
	return l
}

// grant is one of item 0.
func (l *life) grant() m {
	return m{"grant": m{"by": "court", "name": "Amtsgericht", "expires": l.clock().Add(30 * day), "items": []m{{"measure": 0}}}}
}

// form is a form of files, as a custodian sends it: parts of name and content.
func form(t testing.TB, parts ...[2]string) (kind string, body []byte) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for _, p := range parts {
		part, err := w.CreateFormField(p[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(p[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), out.Bytes()
}

// uploads sends a form.
func (l *life) uploads(name, kind string, body []byte) *answer {
	l.Helper()
	r := l.request(http.MethodPost, "/v1/cases/"+string(l.ref)+"/files", body)
	r.Header.Set("Content-Type", kind)
	return l.send(l.at(name), r)
}
