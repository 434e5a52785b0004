package request_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/request"
)

// with gives the smallest request and, before its last brace, more members.
func with(members string) string {
	return `{"format":"rogatory.request/1","reference":"R","instrument":"uncc",` +
		`"requesting":{"country":"DE","authority":{"name":"Court","role":"court"}},` +
		`"addressee":{"country":"FR","kind":"central-authority"},` + members + `}`
}

func nested(open, shut string, n int) string {
	return strings.Repeat(open, n) + strings.Repeat(shut, n)
}

// malformed are documents that cannot be read, each with its only problem.
var malformed = []struct{ name, doc, path, what string }{
	{"nothing", "", "", "empty"},
	{"only space", " \n\t ", "", "empty"},
	{"an array", `[]`, "", "must be an object; found an array"},
	{"null", `null`, "", "must be an object and may not be null"},
	{"a text", `"x"`, "", "must be an object; found a string"},
	{"a number", `7`, "", "must be an object; found a number"},
	{"a boolean", `true`, "", "must be an object; found a boolean"},
	{"two documents", with(`"facts":"x"`) + `{}`, "", "something follows the end"},
	{"too large", strings.Repeat(" ", request.MaxBytes+1), "", "larger than 1 MiB"},
	{"UTF-8 with a mark", "\xef\xbb\xbf{}", "", "UTF-8 byte order mark"},
	{"UTF-16 little-endian", "\xff\xfe{\x00", "", "is UTF-16; save it as UTF-8"},
	{"UTF-16 big-endian", "\xfe\xff\x00{", "", "is UTF-16"},
	{"UTF-16 without a mark", "{\x00}\x00", "", "is UTF-16"},
	{"UTF-16 big-endian without a mark", "\x00{\x00}", "", "is UTF-16"},
	{"UTF-32 little-endian", "\xff\xfe\x00\x00{\x00\x00\x00", "", "is UTF-32"},
	{"UTF-32 big-endian", "\x00\x00\xfe\xff", "", "is UTF-32"},
	{"UTF-32 without a mark", "{\x00\x00\x00}\x00\x00\x00", "", "is UTF-32"},
	{"Latin-1", with("\"facts\":\"caf\xe9\""), "", "byte 210 (0xe9) is not UTF-8"},
	{"deep arrays", with(`"facts":` + nested("[", "]", 10000)), "/facts" + strings.Repeat("/0", 31), "deeper than 32"},
	{"deep objects", nested(`{"a":`, "}", 10000), strings.Repeat("/a", 32), "deeper than 32"},
	{"no end", `{"format":"rogatory.request/1"`, "", "ends where a comma or a closing brace"},
	{"no value", `{"format":`, "/format", "ends where a value"},
	{"no colon", `{"format" "x"}`, "/format", "where a colon should"},
	{"comma before a brace", `{"format":"rogatory.request/1",}`, "", `'}' stands where a member name`},
	{"comma before a bracket", `{"measures":[{},]}`, "/measures/1", `']' stands where a value`},
	{"no comma in an array", `{"measures":[{} {}]}`, "/measures", "a comma or a closing bracket"},
	{"no quotation marks", `{format:1}`, "", `'f' stands where a member name`},
	{"single quotation marks", `{'format':1}`, "", "member name in quotation marks"},
	{"a comment", "{// no\n}", "", `'/' stands where`},
	{"not a number", `{"offences":NaN}`, "/offences", `'N' stands where a value`},
	{"half a word", `{"facts":nul}`, "/facts", "where a value"},
	{"half another word", `{"format":tru}`, "/format", "where a value"},
	{"a sign alone", `{"size":-}`, "/size", "where a digit"},
	{"a point alone", `{"size":1.}`, "/size", "where a digit"},
	{"an exponent alone", `{"size":1e+}`, "/size", "where a digit"},
	{"a leading zero", `{"size":01}`, "", "a comma or a closing brace"},
	{"a string without end", `{"format":"rog`, "/format", "closing quotation mark"},
	{"an escaped string without end", `{"format":"\n`, "/format", "closing quotation mark"},
	{"a name without end", `{"form`, "", "closing quotation mark"},
	{"a second name without end", `{"format":1,"ref`, "", "closing quotation mark"},
	{"a name that is no JSON", `{"format":1,"\x":2}`, "", "one of"},
	{"a line break in a string", "{\"format\":\"a\nb\"}", "/format", "control character U+000A"},
	{"a line break after an escape", "{\"format\":\"\\ta\nb\"}", "/format", "control character U+000A"},
	{"an unknown escape", `{"format":"\x41"}`, "/format", "one of"},
	{"a short escape", `{"format":"\u12"}`, "/format", "four hexadecimal digits"},
	{"an escape without end", `{"format":"\u1`, "/format", "four hexadecimal digits"},
	{"NUL", with(`"facts":"a\u0000b"`), "/facts", "NUL"},
	{"half a pair", with(`"facts":"\ud83d"`), "/facts", "half a surrogate pair"},
	{"the other half", with(`"facts":"\ude00"`), "/facts", "half a surrogate pair"},
	{"two first halves", with(`"facts":"\ud83d\ud83d"`), "/facts", "half a surrogate pair"},
	{"half a pair and a letter", with(`"facts":"\ud83d\u0041"`), "/facts", "half a surrogate pair"},
	{"a member twice", with(`"facts":"a","facts":"b"`), "/facts", "stands twice"},
	{"a member twice, once escaped", with(`"facts":"a","f\u0061cts":"b"`), "/facts", "stands twice"},
	{"a member twice, deep", with(`"measures":[{"data":"content","data":"traffic"}]`), "/measures/0/data", "stands twice"},
	{"unknown, close", with(`"ofences":[]`), "/ofences", `did you mean "offences"?`},
	{"unknown, swapped", with(`"secercy":{}`), "/secercy", `did you mean "secrecy"?`},
	{"unknown, spelled otherwise", with(`"caseNumber":"x"`), "/caseNumber", `did you mean "case_number"?`},
	{"unknown, capital", with(`"Facts":"x"`), "/Facts", `did you mean "facts"?`},
	{"unknown", with(`"secrecy":{"xyz":1}`), "/secrecy/xyz", "the members here are reason, requested, until"},
	{"unknown, to be escaped", with(`"a/b~c":1`), "/a~1b~0c", "not a known member"},
	{"unknown, holding anything", with(`"extra":[{"a":[1,"b",null,true]}]`), "/extra", "not a known member"},
	{"missing", strings.Replace(with(`"facts":""`), `"reference":"R",`, "", 1), "/reference", "is missing"},
	{"missing, deep", strings.Replace(with(`"facts":""`), `,"role":"court"`, "", 1), "/requesting/authority/role", `give a string ("central-authority", "court"`},
	{"another format", strings.Replace(with(`"facts":""`), "request/1", "request/2", 1), "/format", `must be "rogatory.request/1"; found "rogatory.request/2"`},
	{"not in the list, close", with(`"measures":[{"data":"contents"}]`), "/measures/0/data", `did you mean "content"?`},
	{"not in the list", with(`"urgency":{"level":"now"}`), "/urgency/level", `must be one of "routine", "expedited", "emergency"; found "now"`},
	{"a string for an object", with(`"urgency":"routine"`), "/urgency", "must be an object; found a string"},
	{"a string for a boolean", with(`"secrecy":{"requested":"yes"}`), "/secrecy/requested", "must be a boolean; found a string"},
	{"a boolean for a string", with(`"facts":true`), "/facts", "must be a string; found a boolean"},
	{"null for what is required", strings.Replace(with(`"facts":""`), `"R"`, "null", 1), "/reference", "may not be null"},
	{"null in an array", with(`"measures":[null]`), "/measures/0", "may not be null"},
	{"an empty reference", strings.Replace(with(`"facts":""`), `"R"`, `""`, 1), "/reference", "may not be empty"},
	{"a long reference", strings.Replace(with(`"facts":""`), `"R"`, `"`+strings.Repeat("é", 201)+`"`, 1), "/reference", "has 201 characters; at most 200"},
	{"too many items", with(`"prior":[` + strings.Repeat("{},", 200) + `{}]`), "/prior", "has 201 items; at most 200"},
	{"a day that does not exist", with(`"measures":[{"from":"2023-02-30"}]`), "/measures/0/from", `"2023-02-30" does not exist in the calendar`},
	{"a leap day too many", with(`"issued":"2100-02-29"`), "/issued", "does not exist in the calendar"},
	{"month 13", with(`"issued":"2023-13-01"`), "/issued", "does not exist in the calendar"},
	{"early", with(`"issued":"1899-12-31"`), "/issued", "1900 to 2200"},
	{"late", with(`"issued":"2201-01-01"`), "/issued", "1900 to 2200"},
	{"a date of another order", with(`"issued":"31.12.2023"`), "/issued", "is not a date such as"},
	{"a date with letters", with(`"issued":"2023-0x-01"`), "/issued", "is not a date such as"},
	{"a date with slashes", with(`"issued":"2023/01/01"`), "/issued", "is not a date such as"},
	{"a short date", with(`"issued":"2023"`), "/issued", "is not a date such as"},
	{"a date without zeros", with(`"issued":"2023-1-1"`), "/issued", "is not a date such as"},
	{"a timestamp without zone", with(`"issued":"2023-01-01T10:00:00"`), "/issued", "no valid time of day"},
	{"a leap second", with(`"issued":"2016-12-31T23:59:60Z"`), "/issued", "no valid time of day"},
	{"a number for a date", with(`"issued":20230101`), "/issued", "must be a string; found a number"},
	{"an unassigned country", strings.Replace(with(`"facts":""`), `"DE"`, `"ZZ"`, 1), "/requesting/country", "ISO 3166-1"},
	{"a usual mistake", strings.Replace(with(`"facts":""`), `"DE"`, `"UK"`, 1), "/requesting/country", "did you mean GB?"},
	{"a small country", strings.Replace(with(`"facts":""`), `"DE"`, `"de"`, 1), "/requesting/country", "did you mean DE?"},
	{"an optional country", with(`"offences":[{"country":"XX"}]`), "/offences/0/country", "ISO 3166-1"},
	{"a language with underscore", with(`"language":"en_US"`), "/language", "BCP 47"},
	{"an unregistered language", with(`"language":"zzx"`), "/language", "BCP 47"},
	{"no language", with(`"language":""`), "/language", "BCP 47"},
	{"a short digest", with(`"attachments":[{"sha256":"abc"}]`), "/attachments/0/sha256", "64 lower-case"},
	{"a size with exponent", with(`"attachments":[{"size":1e3}]`), "/attachments/0/size", "digits alone; found 1e3"},
	{"a negative size", with(`"attachments":[{"size":-1}]`), "/attachments/0/size", "must be from 0 to 9007199254740991; found -1"},
	{"a string for a size", with(`"attachments":[{"size":"1"}]`), "/attachments/0/size", "must be a whole number; found a string"},
	{"a long penalty", with(`"offences":[{"max_penalty_years":101}]`), "/offences/0/max_penalty_years", "must be from 0 to 100; found 101"},
	{"an endless penalty", with(`"offences":[{"max_penalty_years":1e999999999}]`), "/offences/0/max_penalty_years", "must be from 0 to 100"},
}

func TestMalformed(t *testing.T) {
	for _, c := range malformed {
		t.Run(c.name, func(t *testing.T) {
			_, err := request.Read([]byte(c.doc))
			var m *request.Malformed
			if !errors.As(err, &m) {
				t.Fatalf("got %v, want a *Malformed", err)
			}
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("kind %v, want Invalid", fault.KindOf(err))
			}
			var here []string
			for _, p := range m.Problems {
				if p.Path == c.path {
					here = append(here, p.What)
				}
			}
			if !strings.Contains(strings.Join(here, "\n"), c.what) {
				t.Errorf("got %v\nwant %s: %s", err, c.path, c.what)
			}
			// Documents that are otherwise whole have this one problem.
			whole := strings.HasPrefix(c.doc, `{"format":"rogatory.request/1",`) && c.name != "deep arrays"
			if whole && len(m.Problems) != 1 {
				t.Errorf("got %d problems, want 1: %v", len(m.Problems), err)
			}
		})
	}
}

func TestTellsEveryProblem(t *testing.T) {
	_, err := request.Read([]byte("{\n  \"reference\": 7,\n  \"méasures\": [],\n  \"facts\": \"\\u0000\", \"x\\u0000\": 1,\n \"requesting\": {}}"))
	want := `line 2, column 16: /reference: must be a string; found a number
line 3, column 3: /méasures: is not a known member; did you mean "measures"?
line 4, column 12: /facts: holds the character NUL (\u0000); remove it
line 4, column 22: /x\x00: has a name that holds the character NUL (\u0000); remove it
line 4, column 22: /x\x00: is not a known member; the members here are `
	got := fmt.Sprint(err)
	if !strings.HasPrefix(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	for _, p := range []string{"/addressee", "/format", "/instrument", "/requesting/authority", "/requesting/country"} {
		if !strings.Contains(got, ": "+p+": is missing") {
			t.Errorf("nothing said of %s in\n%s", p, got)
		}
	}
}

func TestProblemsAreBounded(t *testing.T) {
	_, err := request.Read([]byte(with(`"measures":[` + strings.Repeat("1,", 99) + `{"data":1},{"data":"x"}]`)))
	var m *request.Malformed
	if !errors.As(err, &m) || len(m.Problems) != request.MaxProblems || m.More != 81 {
		t.Fatalf("got %v", err)
	}
	if !strings.HasSuffix(err.Error(), "\nand 81 more") {
		t.Errorf("got %v", err)
	}
}

func TestSendersTextIsClipped(t *testing.T) {
	long := strings.Repeat("y", 1000)
	_, err := request.Read([]byte(with(`"` + long + `":1,"urgency":{"level":"` + long + `\u001b[2J"},"language":"\u202e\u001b"`)))
	got := err.Error()
	if strings.Contains(got, strings.Repeat("y", 61)) || strings.ContainsAny(got, "\x1b\u202e") || len(got) > 1500 {
		t.Errorf("got %q", got)
	}
}

func TestDepthAtTheLimit(t *testing.T) {
	_, err := request.Read([]byte(with(`"facts":` + nested("[", "]", request.MaxDepth-1))))
	if strings.Contains(err.Error(), "deeper") || !strings.Contains(err.Error(), "found an array") {
		t.Errorf("got %v", err)
	}
	_, err = request.Read([]byte(with(`"facts":` + nested("[", "]", request.MaxDepth))))
	if !strings.Contains(err.Error(), "deeper") {
		t.Errorf("got %v", err)
	}
}

func TestEscapes(t *testing.T) {
	q, err := request.Read([]byte(with(`"facts":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é"`)))
	if err != nil {
		t.Fatal(err)
	}
	if want := "\"\\/\b\f\n\r\té😀é"; q.Facts != want {
		t.Errorf("got %q, want %q", q.Facts, want)
	}
}

// An endless reader counts what was taken of it.
type endless struct{ taken int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '['
	}
	e.taken += len(p)
	return len(p), nil
}

func TestReadFrom(t *testing.T) {
	t.Run("endless", func(t *testing.T) {
		e := &endless{}
		q, raw, err := request.ReadFrom(e)
		if q != nil || raw != nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "larger than 1 MiB") {
			t.Errorf("got %v, %d bytes, %v", q, len(raw), err)
		}
		if e.taken > request.MaxBytes+1 {
			t.Errorf("took %d bytes", e.taken)
		}
	})
	t.Run("largest", func(t *testing.T) {
		doc := with(`"facts":""`)
		doc += strings.Repeat(" ", request.MaxBytes-len(doc))
		q, raw, err := request.ReadFrom(strings.NewReader(doc))
		if err != nil || q.Reference != "R" || string(raw) != doc {
			t.Errorf("got %v, %d bytes, %v", q, len(raw), err)
		}
	})
	t.Run("malformed keeps its bytes", func(t *testing.T) {
		_, raw, err := request.ReadFrom(strings.NewReader("{"))
		if string(raw) != "{" || err == nil {
			t.Errorf("got %q, %v", raw, err)
		}
	})
	t.Run("failing", func(t *testing.T) {
		broken := io.MultiReader(bytes.NewReader([]byte("{")), failing{})
		if _, _, err := request.ReadFrom(broken); !errors.Is(err, io.ErrClosedPipe) || fault.KindOf(err) != fault.Internal {
			t.Errorf("got %v", err)
		}
	})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestSHA256(t *testing.T) {
	if got, want := request.SHA256(nil), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
