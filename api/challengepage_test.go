package api

import (
	"crypto/sha256"
	"fmt"
	"html"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/lifecycle"
)

// types sends a form as a browser does, at an address that chose a language.
func (o *rig) types(path string, form url.Values, headers ...string) *answer {
	o.Helper()
	r, err := http.NewRequest(http.MethodPost, origin+path, strings.NewReader(form.Encode()))
	o.ok(err)
	r.Header.Set("Content-Type", formType)
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Origin", "null") // which is what a browser makes of Referrer-Policy: no-referrer
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return o.send(o.client(), r)
}

// challengeable is a life so far that there is something to challenge, with the code of the
// person's notice.
func challengeable(o *rig) (*life, string) {
	_, l := filed(o)
	l.applied()
	l.does("Jo", "judge", "grant", l.grant())
	return l, l.noticed()[0]
}

func TestAPersonChallengesOnThePage(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	l, code := challengeable(o)
	said := "I am a journalist.\r\nMy <sources> & I…\r\n"
	got := o.types("/challenge?lang=fr", url.Values{"code": {" " + strings.ToLower(code)}, "do": {"challenge"}, "why": {said}})
	got.into(o, 201, nil)
	page := string(got.body)
	kept := "I am a journalist.\nMy <sources> & I…"
	for _, part := range []string{`<html lang="fr" dir="ltr">`, "Nous l’avons reçu", string(l.ref), htmlEscaped(kept)} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is not in\n%s", part, page)
		}
	}
	receipt := html.UnescapeString(between(page, `<pre dir="ltr">`, "</pre>"))
	if lines := o.opened(receipt); lines["act"] != "challenge" || lines["sha256"] != fmt.Sprintf("%x", sha256.Sum256([]byte(kept))) {
		t.Errorf("the receipt is %q", receipt)
	}
	if strings.Contains(strings.ToLower(page), strings.ToLower(code)) {
		t.Error("the code is on the page that is to be kept")
	}
	var past struct{ Events []Event }
	o.asks(l.at("Rosa"), http.MethodGet, "/v1/cases/"+string(l.ref)+"/history", nil).into(o, 200, &past)
	if !slices.ContainsFunc(past.Events, func(e Event) bool { return e.Do == lifecycle.File }) {
		t.Errorf("the challenge is not on record: %+v", past.Events)
	}

	again := o.types("/challenge?lang=fr", url.Values{"code": {code}, "do": {"challenge"}, "why": {"Once more."}})
	again.into(o, 403, nil)
	for _, part := range []string{"Cela ne peut pas être déposé maintenant", "Once more.", code, `lang="en" dir="ltr">`} {
		if !strings.Contains(string(again.body), part) {
			t.Errorf("%q is not in\n%s", part, again.body)
		}
	}
	if strings.Contains(o.logged.String(), code) || strings.Contains(o.logged.String(), "journalist") {
		t.Error("the log has what is nobody else's business")
	}
}

// htmlEscaped writes a text as html/template does.
func htmlEscaped(text string) string { return template.HTMLEscapeString(text) }

func between(text, begin, end string) string {
	_, rest, _ := strings.Cut(text, begin)
	inner, _, _ := strings.Cut(rest, end)
	return inner
}

// What is wrong is said beside the field, and what was typed stays.
func TestWhatIsWrongStandsBesideTheField(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	_, code := challengeable(o)
	for _, c := range []struct {
		name      string
		code, why string
		status    int
		at        []string // fields
	}{
		{"nothing typed", "", " \r\n ", 400, []string{"code", "why"}},
		{"no code", " ", "my words", 400, []string{"code"}},
		{"no words", code, "", 400, []string{"why"}},
		{"a code of nothing", "26-ZZZZZZZZ-Z", "my words", 404, []string{"code"}},
		{"another code", strings.Replace(code, code[len(code)-1:], "", 1) + "?", "my words", 404, []string{"code"}},
		{"too long", code, strings.Repeat("я", 10_001), 400, []string{"why"}},
		{"signs that are not seen", code, "a\x00b", 400, []string{"why"}},
		{"markup", `"><script>alert(1)</script>`, `</textarea><script>alert(1)</script>`, 404, []string{"code"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := o.types("/challenge", url.Values{"code": {c.code}, "why": {c.why}, "do": {"appeal"}})
			page := string(got.body)
			if got.status != c.status {
				t.Fatalf("%d, want %d: %s", got.status, c.status, page)
			}
			for _, field := range []string{"code", "why"} {
				wrong := slices.Contains(c.at, field)
				if strings.Contains(page, `id="`+field+`-error"`) != wrong || strings.Contains(page, `href="#`+field+`"`) != wrong || strings.Contains(page, field+`-hint `+field+`-error"`) != wrong {
					t.Errorf("%s: wrong is %v in\n%s", field, wrong, page)
				}
			}
			for _, part := range []string{`value="appeal" checked`, `value="` + htmlEscaped(c.code) + `"`, "This was not filed – "} {
				if !strings.Contains(page, part) {
					t.Errorf("%q is not in\n%s", part, page)
				}
			}
			if words := strings.TrimSpace(strings.ReplaceAll(c.why, "\x00", "\ufffd")); !strings.Contains(page, "\n"+htmlEscaped(words)+"</textarea>") {
				t.Error("what was typed is lost")
			}
			if strings.Contains(page, "<script") {
				t.Errorf("markup is markup:\n%s", page)
			}
		})
	}
}

// Choosing another language files nothing, and keeps what was typed.
func TestAnotherLanguageKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	_, code := challengeable(o)
	got := o.types("/challenge?lang=en", url.Values{"code": {code}, "why": {"my words"}, "do": {"challenge"}, "lang": {"ar"}})
	got.into(o, 200, nil)
	for _, part := range []string{`<html lang="ar" dir="rtl">`, `action="/challenge?lang=ar"`, code, "my words"} {
		if !strings.Contains(string(got.body), part) {
			t.Errorf("%q is not in\n%s", part, got.body)
		}
	}
	o.types("/challenge?lang=ar", url.Values{"code": {code}, "why": {"my words"}}).into(o, 201, nil)

}

func TestThePageAsksABrowserForLittle(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	for _, c := range []struct {
		name string
		page *answer
	}{
		{"the form", o.asks(o.client(), http.MethodGet, "/challenge?code=26-7K3MQ9XB-Z", nil)},
		{"an error", o.types("/challenge", url.Values{"code": {"x"}, "why": {"x"}})},
	} {
		page, h := string(c.page.body), c.page.header
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
			"Referrer-Policy":         "no-referrer", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Set-Cookie": "", "Content-Type": "text/html; charset=utf-8",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", c.name, name, h.Get(name))
			}
		}
		for _, none := range []string{"<script", "<style", " style=", "http:", "https:", "7K3MQ9XB"} {
			if strings.Contains(page, none) {
				t.Errorf("%s has %s:\n%s", c.name, none, page)
			}
		}
	}
	style := o.asks(o.client(), http.MethodGet, "/challenge/page.css", nil)
	if style.status != 200 || style.header.Get("Content-Type") != "text/css; charset=utf-8" || strings.Contains(string(style.body), "url(") || strings.Contains(string(style.body), "@import") {
		t.Errorf("%d %v", style.status, style.header)
	}
}

func TestFormsThatThePageDoesNotSend(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	post := func(kind, body string, headers ...string) *answer {
		r, err := http.NewRequest(http.MethodPost, origin+"/challenge", strings.NewReader(body))
		o.ok(err)
		r.Header.Set("Content-Type", kind)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return o.send(o.client(), r)
	}
	for _, c := range []struct {
		name, kind, body string
		status           int
	}{
		{"JSON", "application/json", `{"code": "x"}`, 415},
		{"a form with files", "multipart/form-data; boundary=x", "--x--", 415},
		{"nothing said", "", "code=x&why=x", 415},
		{"a member twice", formType, "code=x&code=y&why=x", 400},
		{"another member", formType, "code=x&why=x&as=judge", 400},
		{"something else to be filed", formType, "code=x&why=x&do=release", 400},
		{"no form", formType, "code=%zz", 400},
		{"semicolons", formType, "code=x;why=x", 400},
	} {
		if got := post(c.kind, c.body); got.status != c.status || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", c.name, got.status, got.body)
		}
	}
	if got := post(formType, "why="+strings.Repeat("x", messageLimit)); got.status != 413 || !strings.Contains(string(got.body), `id="why-error"`) {
		t.Errorf("too much: %d %s", got.status, got.body)
	}
	if got := post(formType, "code=x&why=x", "Content-Encoding", "gzip"); got.status != 415 {
		t.Errorf("packed: %d %s", got.status, got.body)
	}
}

// Nobody is signed in there: a cookie changes nothing, and a browser that says of
// another page, or of none, that it sends the form is let in like others.
func TestThePageKnowsNobody(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	for _, headers := range [][]string{{}, {"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "cross-site"}, {"Cookie", o.cookie(o.door, "Sami")}} {
		got := o.types("/challenge", url.Values{"code": {"x"}, "why": {"x"}}, headers...)
		if got.status != 404 || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%v: %d %s", headers, got.status, got.body)
		}
	}
}

// A flood keeps people waiting, and tells them so in their language.
func TestThePageIsBusy(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	for range 200 {
		if o.server.lanes.persons.chargeAddress("127.0.0.1", o.clock()) != nil {
			break
		}
	}
	got := o.types("/challenge?lang=es", url.Values{"code": {"x"}, "why": {"x"}})
	if got.status != 503 || got.header.Get("Retry-After") == "" || !strings.Contains(string(got.body), "Inténtelo de nuevo dentro de un minuto") {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	own := map[string]*regexp.Regexp{"ar": regexp.MustCompile(`\p{Arabic}`), "ru": regexp.MustCompile(`\p{Cyrillic}`), "zh": regexp.MustCompile(`\p{Han}`)}
	seen := map[string]string{}
	for _, at := range tongues {
		v := reflect.ValueOf(at.Word)
		for i := range v.NumField() {
			name, text := v.Type().Field(i).Name, v.Field(i).String()
			if strings.TrimSpace(text) == "" || text != strings.TrimSpace(text) {
				t.Errorf("%s: %s is %q", at.Lang, name, text)
			}
			if letters := own[at.Lang]; letters != nil && !letters.MatchString(text) {
				t.Errorf("%s: %s is in another script: %q", at.Lang, name, text)
			}
			if other, ok := seen[name+text]; ok {
				t.Errorf("%s: %s is as in %s: %q", at.Lang, name, other, text)
			}
			seen[name+text] = at.Lang
		}
	}
}

func TestTheLanguageAReaderWants(t *testing.T) {
	for _, c := range []struct{ name, query, header, want string }{
		{"nothing said", "", "", "en"},
		{"one", "", "fr", "fr"},
		{"one of a country", "", "es-MX", "es"},
		{"in capitals", "", "ZH-Hans-CN", "zh"},
		{"the first of equals", "", "ru, ar", "ru"},
		{"the one that weighs most", "", "en;q=0.5, ar;q=0.9, fr;q=0.8", "ar"},
		{"one that is not there, and one that is", "", "de-DE, de;q=0.9, ru; q=0.3", "ru"},
		{"one that is not wanted", "", "fr;q=0, es;q=0.001", "es"},
		{"anything", "", "*", "en"},
		{"no weight", "", "fr;q=much, es;q=0.1", "es"},
		{"no number", "", "fr;q=NaN, es;q=0.1", "es"},
		{"the one chosen", "lang=ar", "fr", "ar"},
		{"one chosen that is not there", "lang=de", "fr", "fr"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/challenge?"+c.query, nil)
		r.Header.Set("Accept-Language", c.header)
		if got := tongueOf(r).Lang; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func FuzzTongue(f *testing.F) {
	for _, seed := range []string{"", "fr", "en;q=0.5, ar;q=0.9", "*;q=0", "zh-Hans;q=1e-9", ",;=,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := &http.Request{URL: &url.URL{}, Header: http.Header{"Accept-Language": {header}}}
		if got := tongueOf(r); got.Lang != "en" && !strings.Contains(strings.ToLower(header), got.Lang) {
			t.Fatalf("%q asks for %s", header, got.Lang)
		}
	})
}

func FuzzChallengeForm(f *testing.F) {
	for _, seed := range []string{"", "code=a&why=b&do=challenge", "code=a&code=b", "lang=fr&code=%0A", "why=%zz", "why=a%0D%0Ab", "other=1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		form, err := readForm(body)
		if err != nil {
			return
		}
		if again, err := readForm([]byte(form.Encode())); err != nil || !reflect.DeepEqual(form, again) {
			t.Fatalf("%q is %v, and then %v: %v", body, form, again, err)
		}
		if text := typed(form.Get("why")); strings.Contains(text, "\r\n") || len(text) > len(form.Get("why")) {
			t.Fatalf("%q is taken for %q", form.Get("why"), text)
		}
	})
}
