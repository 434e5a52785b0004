package post

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// sample gives a bounce as it comes over the wire.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "bounces", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.ReplaceAll(string(text), "\n", "\r\n"))
}

func TestWhatMailSystemsSay(t *testing.T) {
	for _, c := range []struct {
		name  string
		want  report
		known bool
	}{
		{"postfix", report{true, "5.1.1: 550 5.1.1 [address] Recipient address rejected: User unknown in virtual mailbox table"}, true},
		{"exim", report{true, "5.0.0: 550 No such person at this address"}, true},
		{"exchange", report{true, "5.1.10: 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient [address] not found by SMTP address lookup"}, true},
		{"sendmail", report{true, "4.4.7: the mail system gives no reason"}, true},
		{"nasty", report{true, "no status: 550 [31m no such � person [address]"}, true},
		{"postfix-delayed", report{}, true},
		{"delivered", report{}, true},
		{"holiday", report{}, false},
		{"read", report{}, false},
		{"qmail", report{}, false},
	} {
		for _, text := range [][]byte{sample(t, c.name), []byte(strings.ReplaceAll(string(sample(t, c.name)), "\r\n", "\n"))} {
			got, known := readReport(text)
			if got != c.want || known != c.known {
				t.Errorf("%s: got %+v, %v\nwant %+v, %v", c.name, got, known, c.want, c.known)
			}
		}
	}
}

func TestReportsThatAreNone(t *testing.T) {
	good := string(sample(t, "exim"))
	for _, c := range []struct{ name, text string }{
		{"nothing", ""},
		{"no header", "\r\n\r\nAction: failed\r\n"},
		{"a header without end", "X: " + strings.Repeat("x", 2*longestFields) + "\r\n" + good},
		{"no boundary", strings.Replace(good, "boundary=", "border=", 1)},
		{"another boundary", strings.Replace(good, "boundary=", "boundary=x", 1)},
		{"another kind of mail", strings.Replace(good, "multipart/report", "multipart/mixed", 1)},
		{"no part for machines", strings.Replace(good, "message/delivery-status", "text/plain", 1)},
		{"a part for machines that says nothing", strings.Replace(good, "Action:", "Faction:", 1)},
		{"an action of no kind", strings.Replace(good, "Action: failed", "Action: fail", 1)},
		{"cut off before the part for machines", good[:strings.Index(good, "Content-type: message/delivery-status")]},
	} {
		if got, known := readReport([]byte(c.text)); known || got != (report{}) {
			t.Errorf("%s: got %+v", c.name, got)
		}
	}
}

func TestManyPartsAndGroupsEnd(t *testing.T) {
	part := "--z\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
	status := "--z\r\nContent-Type: message/delivery-status\r\n\r\n%sAction: failed\r\nStatus: 5.0.0\r\n--z--\r\n"
	const head = "Content-Type: multipart/report; boundary=z\r\n\r\n"
	for _, c := range []struct {
		name          string
		parts, groups int
		known         bool
	}{
		{"as many parts as are read", mostParts - 1, 0, true},
		{"one more", mostParts, 0, false},
		{"as many groups as are read", 0, mostGroups - 1, true},
		{"one more group", 0, mostGroups, false},
		{"groups without end", 0, 5000, false},
	} {
		text := head + strings.Repeat(part, c.parts) + fmt.Sprintf(status, strings.Repeat("X: y\r\n\r\n", c.groups))
		if got, known := readReport([]byte(text)); known != c.known || got.Failed != c.known {
			t.Errorf("%s: got %+v, %v", c.name, got, known)
		}
	}
}

// fit fails unless a reason may be shown and logged as it is.
func fit(t testing.TB, line string, most int) {
	t.Helper()
	if utf8.RuneCountInString(line) > most || !utf8.ValidString(line) || strings.Contains(line, "@") || strings.TrimSpace(line) != line {
		t.Errorf("%q is not fit to be shown", line)
	}
	for _, r := range line {
		if !unicode.IsPrint(r) {
			t.Errorf("%q has a character %U", line, r)
		}
	}
}

func TestWhatOthersSayIsFitToBeShown(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(r, "text")
		fit(t, said(text, 20), 20)
	})
	fit(t, said(strings.Repeat("a\u202e@\x1b ü", 10000), longestReason), longestReason)
	if got := said("no such user <court@justice.example>, ask\r\n postmaster＠justice.example", 100); got != "no such user [address] ask [address]" {
		t.Errorf("got %q", got)
	}
}

func FuzzReport(f *testing.F) {
	all, err := filepath.Glob("testdata/bounces/*.eml")
	if err != nil || len(all) < 10 {
		f.Fatalf("%d samples, %v", len(all), err)
	}
	for _, path := range all {
		f.Add(sample(f, strings.TrimSuffix(filepath.Base(path), ".eml")))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, known := readReport(text)
		if got.Failed && !known || got.Failed != (got.Reason != "") {
			t.Errorf("got %+v, %v", got, known)
		}
		fit(t, got.Reason, longestReason)
	})
}
