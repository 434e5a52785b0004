package api

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/login"
)

// The page on which a person challenges. It works without scripts and cookies, and
// loads nothing from elsewhere: whoever got a notice may have reason to be careful.
// The code comes in the body of a form and never in an address.

//go:embed page
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "page/challenge.html"))

// phrases are what the page says in a language.
type phrases struct {
	Language                                                                 string // its own name
	Title, Lead, Rehearsal, Languages                                        string
	Code, CodeHint, Do, Challenge, Appeal, Defence, Why, WhyHint, File       string
	Wrong, CodeMissing, CodeWrong, WhyMissing, WhyWrong, NotNow, Busy, Fault string
	Says, Done, DoneLead, Case, Receipt, ReceiptHint, Said, Traces           string
}

// A tongue is a language of the page.
type tongue struct {
	Lang, Dir, Name string
	Word            phrases
}

// tongues are those there are; the first is for whoever reads none of them.
var tongues = func() []tongue {
	var list []tongue
	for _, lang := range []string{"en", "ar", "es", "fr", "ru", "zh"} {
		text, err := pageFiles.ReadFile("page/" + lang + ".json")
		if err != nil {
			panic(err) // it is embedded
		}
		t := tongue{Lang: lang, Dir: "ltr"}
		if lang == "ar" {
			t.Dir = "rtl"
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&t.Word); err != nil {
			panic(lang + ": " + err.Error())
		}
		t.Name = t.Word.Language
		list = append(list, t)
	}
	return list
}()

// tongueNamed gives a language of the page; nil: it is none.
func tongueNamed(lang string) *tongue {
	for i := range tongues {
		if tongues[i].Lang == lang {
			return &tongues[i]
		}
	}
	return nil
}

// tongueOf gives the language that a reader chose, or else the one their browser
// asks for most (RFC 9110, section 12.5.4).
func tongueOf(r *http.Request) *tongue {
	if t := tongueNamed(r.URL.Query().Get("lang")); t != nil {
		return t
	}
	best, most := &tongues[0], 0.0
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Language"), ","), ",") {
		tag, weight, _ := strings.Cut(part, ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		t := tongueNamed(primary)
		if t == nil {
			continue
		}
		q := 1.0
		if text, ok := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(text, 64); err != nil || !(q >= 0 && q <= 1) {
				continue
			}
		}
		if q > most {
			best, most = t, q
		}
	}
	return best
}

// A sheet is what the page shows.
type sheet struct {
	*tongue
	Heading, Office string
	Rehearsal       bool
	Tongues         []tongue
	Choices         []choice
	Code, Do, Why   string // as typed
	Wrong           []wrong
	Case            docket.Ref
	Receipt         string
}

// A choice is one of the things that a person may file.
type choice struct {
	Do   lifecycle.Event
	Says string
}

// A wrong is what keeps something from being filed.
type wrong struct {
	At               string // the field; empty: none of them
	Says             string
	Detail, Incident string
}

// At gives what is wrong in a field, nil: nothing.
func (s *sheet) At(field string) *wrong {
	for i := range s.Wrong {
		if s.Wrong[i].At == field {
			return &s.Wrong[i]
		}
	}
	return nil
}

// pagePolicy lets a browser send a form to the office, and show it as the office
// has it look; nothing else.
const pagePolicy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

func (s *Server) showSheet(w http.ResponseWriter, status int, name string, x *sheet) error {
	x.Office, x.Rehearsal, x.Tongues = s.office.Name, s.rehearsal, tongues
	x.Choices = []choice{{lifecycle.File, x.Word.Challenge}, {lifecycle.Appeal, x.Word.Appeal}, {lifecycle.AskDefence, x.Word.Defence}}
	if x.Do == "" {
		x.Do = string(lifecycle.File)
	}
	x.Heading = x.Word.Title
	switch {
	case len(x.Wrong) > 0:
		x.Heading = x.Word.Wrong
	case name == "done":
		x.Heading = x.Word.Done
	}
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, name, x); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", x.Lang)
	h.Set("Content-Security-Policy", pagePolicy)
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", retryAfter)
	}
	w.WriteHeader(status)
	w.Write(text.Bytes()) // whoever went away is told nothing
	return nil
}

// challengePage answers whoever follows the link in a notice.
func (s *Server) challengePage(w http.ResponseWriter, r *http.Request) error {
	return s.showSheet(w, http.StatusOK, "form", &sheet{tongue: tongueOf(r)})
}

// challengeStyle answers with how the page looks.
func (s *Server) challengeStyle(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Write(login.Stylesheet()) // whoever went away is told nothing
	return nil
}

// challengeForm files what a person typed, or shows the page in another language
// with what was typed.
func (s *Server) challengeForm(w http.ResponseWriter, r *http.Request) error {
	x := &sheet{tongue: tongueOf(r)}
	body, left, err := s.readIn(w, r, s.lanes.persons, s.from(r), formType, messageLimit)
	if err != nil {
		return s.notFiled(w, r, x, err)
	}
	defer left()
	form, err := readForm(body)
	if err != nil {
		return err
	}
	x.Code, x.Do, x.Why = form.Get("code"), form.Get("do"), typed(form.Get("why"))
	if other := tongueNamed(form.Get("lang")); other != nil {
		x.tongue = other
		return s.showSheet(w, http.StatusOK, "form", x)
	}
	if strings.TrimSpace(x.Code) == "" {
		x.Wrong = append(x.Wrong, wrong{At: "code", Says: x.Word.CodeMissing})
	}
	if x.Why == "" {
		x.Wrong = append(x.Wrong, wrong{At: "why", Says: x.Word.WhyMissing})
	}
	if len(x.Wrong) > 0 {
		return s.showSheet(w, http.StatusBadRequest, "form", x)
	}
	// The receipt is for the words alone, which the person sees and keeps: how a
	// browser codes a form nobody can repeat, and the code is nobody else's business.
	out, err := s.heard(r, Challenge{Code: x.Code, Do: x.Do, Why: x.Why}, []byte(x.Why))
	if err != nil {
		return s.notFiled(w, r, x, err)
	}
	x.Case, x.Receipt = out.Case, out.Receipt
	return s.showSheet(w, http.StatusCreated, "done", x)
}

// notFiled says on the page why nothing was filed.
func (s *Server) notFiled(w http.ResponseWriter, r *http.Request, x *sheet, err error) error {
	p := problemOf(err)
	if p.Where == "do" {
		return err // no form of ours says so
	}
	switch p.Status {
	case http.StatusNotFound:
		x.Wrong = []wrong{{At: "code", Says: x.Word.CodeWrong}}
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		x.Wrong = []wrong{{At: "why", Says: x.Word.WhyWrong}}
	case http.StatusForbidden, http.StatusConflict:
		x.Wrong = []wrong{{Says: x.Word.NotNow, Detail: p.Detail}}
	case http.StatusServiceUnavailable:
		x.Wrong = []wrong{{Says: x.Word.Busy}}
	case http.StatusInternalServerError:
		number := incident(s.random)
		s.log.ErrorContext(r.Context(), "could not answer", "route", r.Pattern, "incident", number, "error", err)
		x.Wrong = []wrong{{Says: x.Word.Fault, Incident: number}}
	default: // nor comes in another type
		return err
	}
	return s.showSheet(w, p.Status, "form", x)
}

// readForm reads a form: members that the page has, each of them once.
func readForm(body []byte) (url.Values, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fault.Invalidf("", "the body is no form").WithHint("send it as " + formType)
	}
	for name, values := range form {
		if !slices.Contains([]string{"code", "do", "why", "lang"}, name) || len(values) > 1 {
			return nil, fault.Invalidf("", "the form has a member that is not known, or twice: %.40q", name)
		}
	}
	return form, nil
}

// typed gives what somebody typed into a form, whose lines a browser ends with CR LF.
func typed(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}
