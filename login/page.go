package login

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/rogatory/rogatory/fault"
)

//go:embed page
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "page/page.html"))

// Stylesheet is the look of pages, for other packages that have some as well. They
// serve it at an address of their own: what is under /login/ may be kept from the
// public.
func Stylesheet() []byte { return pageFile("page.css") }

func pageFile(name string) []byte {
	text, err := pageFiles.ReadFile("page/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return text
}

// What a page lets a browser do: nothing but what each needs. A page with a form
// sends it to the office, and one with a script runs the office's own.
const (
	pagePolicy   = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	scriptPolicy = pagePolicy + "; script-src 'self'; connect-src 'self'"
)

// A view is what a page shows.
type view struct {
	Title, Office string
	Demo          bool
	Script        bool // there can be passkeys, and the page has to do with them
	Provider      bool

	Session *Session
	Roles   []string
	Recent  bool // has shown lately who they are
	Within  int  // what counts as lately, in minutes
	Keys    []Passkey

	What, Hint string // what went wrong
}

// byBrowser reports whether somebody looks at the answer. Programs that say
// nothing of it, or take anything, are answered in JSON.
func byBrowser(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// show answers with a page.
func (d *Door) show(w http.ResponseWriter, status int, name string, v view) error {
	v.Office, v.Demo = d.set.Office, d.set.Demo
	if v.Office == "" {
		u, err := url.Parse(d.set.Origin)
		if err != nil {
			return err
		}
		v.Office = u.Hostname()
	}
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, name, v); err != nil {
		return err
	}
	policy := pagePolicy
	if v.Script {
		policy = scriptPolicy
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	w.WriteHeader(status)
	w.Write(text.Bytes()) // whoever went away is told nothing
	return nil
}

// showDoor answers whoever comes to sign in, or wants to see who is.
func (d *Door) showDoor(w http.ResponseWriter, r *http.Request) error {
	s, err := d.visiting(r)
	if err != nil {
		return err
	}
	if s == nil {
		return d.show(w, http.StatusOK, "out", view{Title: "Sign in", Script: d.party != nil, Provider: d.provider != nil})
	}
	if s.Enrolling {
		http.Redirect(w, r, "/login/passkey", http.StatusSeeOther)
		return nil
	}
	return d.showVisitor(w, r, s, "in", "You are signed in")
}

// showEnrolment answers whoever is to enrol a passkey.
func (d *Door) showEnrolment(w http.ResponseWriter, r *http.Request) error {
	s, err := d.visiting(r)
	if err != nil {
		return err
	}
	if s == nil {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return nil
	}
	return d.showVisitor(w, r, s, "passkey", "Enrol a passkey")
}

func (d *Door) showVisitor(w http.ResponseWriter, r *http.Request, s *Session, name, title string) error {
	keys, err := d.Passkeys(r.Context(), s.Name)
	if err != nil {
		return err
	}
	return d.show(w, http.StatusOK, name, view{
		Title: title, Script: d.party != nil, Provider: d.provider != nil, Session: s, Roles: formOf(s).Roles,
		Recent: d.Recent(s) == nil, Within: int(d.set.Recent.Minutes()), Keys: keys,
	})
}

// visiting gives who is signed in or may enrol a passkey; nil: nobody.
func (d *Door) visiting(r *http.Request) (*Session, error) {
	s, err := d.whoever(r)
	switch {
	case fault.KindOf(err) == fault.Unauthenticated:
		return nil, nil
	case err != nil:
		return nil, err
	case s.Service:
		return nil, fault.Forbiddenf("", "these pages are for people").WithHint("a service uses the API")
	}
	return s, nil
}

// refuse answers what went wrong: to somebody who looks at it with a page. What is
// no fault is for whoever keeps the log.
func (d *Door) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var f *fault.Fault
	status, known := statuses[fault.KindOf(err)]
	if !byBrowser(r) || !known || !errors.As(err, &f) {
		d.set.Problem(w, r, err)
		return
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="rogatory"`) // RFC 9110, section 15.5.2
	}
	if err := d.show(w, status, "problem", view{Title: "This did not work", What: sentence(f.What), Hint: sentence(f.Hint)}); err != nil {
		d.set.Problem(w, r, err)
	}
}

// sentence begins a text with a capital letter.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// file answers with something that pages need.
func file(name, kind string) func(http.ResponseWriter, *http.Request) error {
	text := pageFile(name)
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", kind)
		w.Write(text) // whoever went away is told nothing
		return nil
	}
}
