package main

import (
	"bytes"
	"encoding/base64"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/rulebook"
)

// A matter is a case, and the people of the office at work on it.
type matter struct {
	*office
	ref     string
	from    *abroad // nil: nobody whom the office knows
	receipt string
}

// assigned gives the case to the people who work on it.
func (c *matter) assigned() *matter {
	for _, name := range []string{"Rosa", "Sami", "Siri", "Cem", "Nils", "Imke"} {
		c.does("Sami", "assign", m{"to": name, "why": "the team of this case"})
	}
	return c
}

// path is that of the case for people of the office.
func (c *matter) path() string { return "/v1/cases/" + c.ref }

// shown is the case as somebody sees it.
func (c *matter) shown(name string) *answer {
	return c.as(name).get(c.path()).wants(http.StatusOK)
}

// stands ends the life unless the state of the case has some words.
func (c *matter) stands(words ...string) *matter {
	got := c.shown("Rosa")
	for _, w := range words {
		if !strings.Contains(got.word("state")+",", w+",") {
			fail("%s\n  expected the state to have %q: %s", got, w, got.word("state"))
		}
	}
	return c
}

// becomes waits until the state of the case has some words: the timer does what is due.
func (c *matter) becomes(word string) *matter {
	for deadline := time.Now().Add(letterTime); ; time.Sleep(100 * time.Millisecond) {
		got := c.shown("Rosa")
		if strings.Contains(got.word("state")+",", word+",") {
			return c
		}
		if time.Now().After(deadline) {
			fail("%s\n  expected the state to become %q: %s", got, word, got.word("state"))
		}
	}
}

// seen is the number of the last event, as the queue shows it: looking there is
// not looking at the case.
func (c *matter) seen(p *person) int {
	for after := ""; ; {
		got := p.get("/v1/cases?limit=500&after=" + after)
		for _, row := range got.list("rows") {
			if row := row.(m); row["case"] == c.ref {
				return int(row["seq"].(float64))
			}
		}
		if after = got.word("next"); after == "" {
			fail("%s is in no queue", c.ref)
		}
	}
}

// instruction writes an act down. Whoever has a role key says what they had seen.
func (c *matter) instruction(p *person, do string, more m) []byte {
	in := m{"case": c.ref, "by": p.name, "role": p.role, "do": do, "at": c.now}
	if p.secret != nil {
		in["seen"] = c.seen(p)
	}
	if _, given := more["why"]; !given && !slices.Contains([]string{"see-looks"}, do) {
		in["why"] = "because of the file"
	}
	for k, v := range more {
		in[k] = v
	}
	return encoded(in)
}

// tries lets somebody act, signed where they have a role key.
func (c *matter) tries(name, do string, more m) *answer {
	p := c.as(name)
	text := c.instruction(p, do, more)
	signature := ""
	if p.secret != nil {
		signature = base64.StdEncoding.EncodeToString(p.secret.Sign(text))
	}
	return c.sends(p, text, signature)
}

// sends sends an act as it is written down, with a signature; empty: without one.
func (c *matter) sends(p *person, text []byte, signature string) *answer {
	r := c.request(http.MethodPost, c.path()+"/acts", text)
	if signature != "" {
		r.Header.Set("Rogatory-Signature", signature)
	}
	return c.send(p.browser, r, p.name)
}

// signedByHand lets somebody sign with the program, as people do at their desk.
func (c *matter) signedByHand(name, do string, more m) *answer {
	p := c.as(name)
	text := c.instruction(p, do, more)
	key, err := p.secret.Marshal("")
	must(err)
	act, secret := filepath.Join(c.dir, c.office.name+".act.json"), filepath.Join(c.dir, c.office.name+".key")
	must(os.WriteFile(act, text, 0o600))
	must(os.WriteFile(secret, key, 0o600))
	signature := strings.TrimSpace(c.command("sign", act, "--key", secret, "--yes"))
	return c.sends(p, text, signature)
}

// does lets somebody do what has to succeed.
func (c *matter) does(name, do string, more m) *answer {
	return c.tries(name, do, more).wants(http.StatusOK).says("proposed", false)
}

// both lets two do the very same; the first alone does nothing.
func (c *matter) both(first, second, do string, more m) *answer {
	c.tries(first, do, more).wants(http.StatusOK).says("proposed", true)
	return c.does(second, do, more)
}

// settle lets somebody answer what is open before a gate as the safeguards want
// it: what a careful person writes if all is well.
func (c *matter) settle(name string, gates ...string) {
	for range 4 {
		var said []m
		for _, each := range c.as(name).get(c.path() + "/questions?why=to+settle+what+is+open").list("questions") {
			q := each.(m)
			named, _ := q["fact"].(string)
			if value := favour(named); value != "" && slices.Contains(gates, q["gate"].(string)) {
				said = append(said, m{"fact": named, "of": q["of"], "value": value, "answers": []string{"*"}})
			}
		}
		if said == nil {
			return
		}
		c.does(name, "assert", m{"said": said, "why": "read in the file"})
	}
}

// favour is what the safeguards of the floor want of a fact that is true or false.
func favour(name string) string {
	d, _, ok := rulebook.Floor().Vocabulary().Find(fact.Name(name))
	if !ok || d.Kind != fact.Bool {
		return ""
	}
	for _, r := range rulebook.Floor().Rules() {
		for _, a := range r.Holds.Atoms() {
			if a.Fact == d.Name && a.Op == rule.Equal {
				return d.Format(fact.OfBool((a.Operand == fact.OfBool(true)) == a.Wants))
			}
		}
	}
	return ""
}

// forwarded brings the case past screening.
func (c *matter) forwarded() *matter {
	c.settle("Rosa", "intake", "screening")
	c.does("Rosa", "forward", nil)
	return c
}

// applied brings it before the court.
func (c *matter) applied() *matter {
	c.forwarded()
	c.settle("Rosa", "court")
	c.does("Rosa", "apply", nil)
	return c
}

// granted lets the judge grant some measures for thirty days.
func (c *matter) granted(measures ...int) *matter {
	c.does("Jo", "grant", c.grant(measures...))
	return c
}

func (c *matter) grant(measures ...int) m {
	var items []m
	for _, i := range measures {
		items = append(items, m{"measure": i})
	}
	return m{"grant": m{"by": "court", "name": "Amtsgericht", "expires": c.now.Add(30 * day), "items": items}, "why": "nothing milder is enough"}
}

// A file is what is collected for a measure.
type file struct {
	measure       int
	name, content string
}

// uploads lets the custodian send files, in one form.
func (c *matter) uploads(files ...file) *answer {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	var announced []m
	for _, f := range files {
		announced = append(announced, m{"measure": f.measure, "name": f.name})
	}
	part := func(name string, content []byte) {
		p, err := w.CreateFormField(name)
		must(err)
		_, err = p.Write(content)
		must(err)
	}
	part("files", encoded(m{"why": "exported from the register of customers", "files": announced}))
	for _, f := range files {
		part("file", []byte(f.content))
	}
	must(w.Close())
	p := c.as("Cem")
	r := c.request(http.MethodPost, c.path()+"/files", out.Bytes())
	r.Header.Set("Content-Type", w.FormDataContentType())
	return c.send(p.browser, r, "Cem")
}

// subscriber is what lies behind the first measure of most requests here.
var subscriber = file{0, "subscriber.csv", "name,opened\nA. Example,2024-02-01\n"}

// sealed brings a granted case to where it can be released.
func (c *matter) sealed(files ...file) *matter {
	c.uploads(files...).wants(http.StatusCreated)
	c.does("Cem", "seal", nil)
	c.settle("Rosa", "disclosure")
	return c
}

// remedy is what every notice says.
const remedy = "complaint to the Amtsgericht within a week; oversight body of the Land"

// told lets the notifier tell the person by hand, and a week pass.
func (c *matter) told() *matter {
	c.does("Nils", "tell", m{"way": "letter to the address in the register", "proof": "copy and receipt", "remedy": remedy})
	c.passes(8 * day)
	return c
}

// released lets two release.
func (c *matter) released() *matter {
	c.both("Rosa", "Siri", "release", nil)
	return c
}
