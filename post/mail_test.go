package post

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
)

func settings(server string) MailSettings {
	return MailSettings{
		Server: server, From: "office@rogatory.example", Name: "Центральный орган", TLS: "none",
		BounceDomain: "bounce.rogatory.example",
	}
}

func letter() Message {
	return Message{
		ID: "26-E7MVEEHX-R/receipt", To: "court@justice.example", Subject: "Receipt: 26-E7MVEEHX-R",
		Text: "Your request is here.\n.\nA line with one dot stands before this.\n", Language: "en", Case: "26-E7MVEEHX-R",
	}
}

func newMail(t *testing.T, set MailSettings) *Mail {
	t.Helper()
	m, err := NewMail(set, secret, atNoon)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMessageArrivesAsItWasWritten(t *testing.T) {
	x := &exchange{}
	m := newMail(t, settings(open(t, x, nil, false)))
	arabic := letter()
	arabic.ID, arabic.Language = "2", "ar"
	arabic.Subject = "إشعار: " + strings.Repeat("طلب الأدلة الإلكترونية ", 6) + "26-E7MVEEHX-R"
	arabic.Text = strings.Repeat("قدمت سلطة أجنبية طلبا يخصكم. ", 60) + "\n\tانتهى\n"
	for _, sent := range []Message{letter(), arabic} {
		receipt, err := m.Send(t.Context(), sent)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(receipt, "250 2.0.0 ") {
			t.Errorf("the receipt is %q", receipt)
		}
		got := x.all()[len(x.all())-1]
		if id, err := readSender(secret, got.From, "bounce.rogatory.example"); id != sent.ID || err != nil {
			t.Errorf("it bounces to %q, which names %q, %v", got.From, id, err)
		}
		read, err := mail.ReadMessage(strings.NewReader(got.Text))
		if err != nil {
			t.Fatal(err)
		}
		decoder := new(mime.WordDecoder)
		subject, _ := decoder.DecodeHeader(read.Header.Get("Subject"))
		from, err := read.Header.AddressList("From")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(quotedprintable.NewReader(read.Body))
		type heard struct{ To, Subject, Text, Language, Auto, Date, Type, From, Name string }
		if diff := cmp.Diff(heard{
			sent.To, sent.Subject, sent.Text, sent.Language, "auto-generated", "Mon, 23 Nov 2026 12:00:00 +0000",
			"text/plain; charset=UTF-8", "office@rogatory.example", "Центральный орган",
		}, heard{
			got.To, subject, strings.ReplaceAll(string(body), "\r\n", "\n"), read.Header.Get("Content-Language"),
			read.Header.Get("Auto-Submitted"), read.Header.Get("Date"), read.Header.Get("Content-Type"), from[0].Address, from[0].Name,
		}); diff != "" {
			t.Errorf("what arrived is another letter (-sent +read):\n%s", diff)
		}
		if read.Header.Get("To") != "<"+sent.To+">" || len(read.Header["To"]) != 1 || read.Header.Get("Cc") != "" {
			t.Errorf("it says it is for %v, copies for %q", read.Header["To"], read.Header.Get("Cc"))
		}
		for _, line := range strings.Split(got.Text, "\r\n") {
			if len(line) > 78 || !printable(strings.ReplaceAll(line, "\t", " ")) {
				t.Errorf("a line of %d bytes, or not in ASCII: %q", len(line), line)
			}
		}
	}
}

func header(t *testing.T, m *Mail, message Message, field string) string {
	t.Helper()
	text, err := m.compose(&message)
	if err != nil {
		t.Fatal(err)
	}
	read, err := mail.ReadMessage(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return read.Header.Get(field)
}

func TestTheNameBesideTheSender(t *testing.T) {
	for _, name := range []string{"", "Office", `Office "Nord", <Justice>`, "مكتب التعاون", "=?utf-8?q?Court?="} {
		set := settings("localhost:25")
		set.Name = name
		read, err := mail.ParseAddress(header(t, newMail(t, set), letter(), "From"))
		if err != nil || read.Name != name || read.Address != set.From {
			t.Errorf("%q is read as %v, %v", name, read, err)
		}
	}
}

func TestTheSameMessageIsKnownForTheSame(t *testing.T) {
	m := newMail(t, settings("localhost:25"))
	first := header(t, m, letter(), "Message-ID")
	again := letter()
	again.Text = "Reworded.\n"
	other := letter()
	other.ID += "2"
	if got := header(t, m, again, "Message-ID"); got != first {
		t.Errorf("sent again it is %s, before it was %s", got, first)
	}
	if got := header(t, m, other, "Message-ID"); got == first {
		t.Error("another message has the same Message-ID")
	}
	if !strings.HasSuffix(first, "@rogatory.example>") {
		t.Errorf("%s is not in the domain of From", first)
	}
	if a, b := header(t, m, letter(), "References"), header(t, m, other, "References"); a != b || a == "" || a == first {
		t.Errorf("letters of one case refer to %q and %q", a, b)
	}
	other.Case = ""
	if got := header(t, m, other, "References"); got != "" {
		t.Errorf("a letter of no case refers to %q", got)
	}
}

func TestWithoutABounceDomainItBouncesToFrom(t *testing.T) {
	x := &exchange{}
	set := settings(open(t, x, nil, false))
	set.BounceDomain = ""
	if _, err := newMail(t, set).Send(t.Context(), letter()); err != nil {
		t.Fatal(err)
	}
	if got := x.all()[0].From; got != set.From {
		t.Errorf("it bounces to %q", got)
	}
	nameless := letter()
	nameless.ID = ""
	if _, err := newMail(t, set).Send(t.Context(), nameless); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without an ID: %v", err)
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	x := &exchange{}
	m := newMail(t, settings(open(t, x, nil, false)))
	for _, c := range []struct {
		name  string
		spoil func(*Message)
	}{
		{"no id", func(m *Message) { m.ID = "" }},
		{"an id too long to bounce", func(m *Message) { m.ID = strings.Repeat("i", LongestID+1) }},
		{"nobody", func(m *Message) { m.To = "" }},
		{"no domain", func(m *Message) { m.To = "court" }},
		{"a line end in the recipient", func(m *Message) { m.To = "court@justice.example\r\nBcc: press@example.org" }},
		{"a line end before the domain", func(m *Message) { m.To = "court\n@justice.example" }},
		{"two recipients", func(m *Message) { m.To = "a@justice.example, b@justice.example" }},
		{"a name", func(m *Message) { m.To = "Court <court@justice.example>" }},
		{"a comment", func(m *Message) { m.To = "court(of law)@justice.example" }},
		{"a quoted local part", func(m *Message) { m.To = `"court of law"@justice.example` }},
		{"a group", func(m *Message) { m.To = "courts: a@justice.example;" }},
		{"a command", func(m *Message) { m.To = "court@justice.example> NOTIFY=NEVER" }},
		{"an address in figures", func(m *Message) { m.To = "court@[192.0.2.1]" }},
		{"an address in figures without brackets", func(m *Message) { m.To = "court@192.0.2.1" }},
		{"a domain in another script", func(m *Message) { m.To = "court@суд.example" }},
		{"a local part in another script", func(m *Message) { m.To = "суд@justice.example" }},
		{"an empty label", func(m *Message) { m.To = "court@justice..example" }},
		{"a label that begins with a hyphen", func(m *Message) { m.To = "court@-justice.example" }},
		{"a label too long", func(m *Message) { m.To = "court@" + strings.Repeat("a", 64) + ".example" }},
		{"a local part too long", func(m *Message) { m.To = strings.Repeat("a", 65) + "@justice.example" }},
		{"an address too long", func(m *Message) { m.To = strings.Repeat("a", 64) + "@" + strings.Repeat("a.", 100) + "example" }},
		{"a domain too long", func(m *Message) { m.To = "court@" + strings.Repeat("a.", 125) + "example" }},
		{"no subject", func(m *Message) { m.Subject = "" }},
		{"a line end in the subject", func(m *Message) { m.Subject = "Receipt\r\nBcc: press@example.org" }},
		{"a bare line feed in the subject", func(m *Message) { m.Subject = "Receipt\nBcc: press@example.org" }},
		{"a bare carriage return in the subject", func(m *Message) { m.Subject = "Receipt\rBcc: press@example.org" }},
		{"a line separator in the subject", func(m *Message) { m.Subject = "Receipt\u2028Bcc" }},
		{"a subject that is no text", func(m *Message) { m.Subject = "Receipt\xff" }},
		{"a subject too long", func(m *Message) { m.Subject = strings.Repeat("s", longestSubject+1) }},
		{"no text", func(m *Message) { m.Text = "" }},
		{"a text that is no text", func(m *Message) { m.Text = "a\xffb" }},
		{"a text with a zero", func(m *Message) { m.Text = "a\x00b" }},
		{"a text with a bare carriage return", func(m *Message) { m.Text = "a\rb" }},
		{"a text too long", func(m *Message) { m.Text = strings.Repeat("t", longestText+1) }},
		{"no language", func(m *Message) { m.Language = "" }},
		{"a line end in the language", func(m *Message) { m.Language = "en\r\nBcc: a" }},
		{"a case too long", func(m *Message) { m.Case = strings.Repeat("c", longestCase+1) }},
	} {
		message := letter()
		c.spoil(&message)
		_, err := m.Send(t.Context(), message)
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && strings.Contains(err.Error(), "justice") {
			t.Errorf("%s: the error tells the address: %v", c.name, err)
		}
	}
	if got := x.all(); len(got) != 0 {
		t.Errorf("%d mails left, the first %+v", len(got), got[0])
	}
}

func TestASubjectCannotPretendToBeAnother(t *testing.T) {
	message := letter()
	message.Subject = "=?utf-8?q?Granted?="
	raw := header(t, newMail(t, settings("localhost:25")), message, "Subject")
	if read, _ := new(mime.WordDecoder).DecodeHeader(raw); read == "Granted" {
		t.Errorf("%q is shown as %q", raw, read)
	}
}

// Whatever stands in a message, its header has the fields it has, once each.
func TestNothingWrittenIsAField(t *testing.T) {
	m := newMail(t, settings("localhost:25"))
	rapid.Check(t, func(t *rapid.T) {
		message := letter()
		message.Subject = rapid.String().Draw(t, "subject")
		message.Text = rapid.String().Draw(t, "text")
		message.Case = rapid.String().Draw(t, "case")
		text, err := m.compose(&message)
		if fault.KindOf(err) == fault.Invalid {
			t.Skip("refused")
		}
		if err != nil {
			t.Fatal(err)
		}
		read, err := mail.ReadMessage(strings.NewReader(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		for field, values := range read.Header {
			if !strings.Contains("|From|To|Subject|Date|Message-Id|References|Mime-Version|Content-Type|Content-Transfer-Encoding|Content-Language|Auto-Submitted|", "|"+field+"|") || len(values) != 1 {
				t.Fatalf("a field %s: %q", field, values)
			}
		}
	})
}

func TestEncryption(t *testing.T) {
	certificate, roots := certified(t)
	good := &tls.Config{Certificates: []tls.Certificate{certificate}}
	old := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	for _, c := range []struct {
		name     string
		config   *tls.Config // of the server
		implicit bool
		how      string
		trusted  bool
		arrives  bool
	}{
		{"STARTTLS", good, false, "required", true, true},
		{"from the first byte", good, true, "implicit", true, true},
		{"a server that offers none", nil, false, "required", true, false},
		{"a server that speaks in clear where none should", nil, false, "implicit", true, false},
		{"a certificate nobody vouches for", good, false, "required", false, false},
		{"the same from the first byte", good, true, "implicit", false, false},
		{"an old version", old, false, "required", true, false},
		{"in clear, on this machine", nil, false, "none", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := &exchange{user: "office", password: "correct horse"}
			set := settings(open(t, x, c.config, c.implicit))
			set.TLS, set.User, set.PasswordFile = c.how, "office", write(t, "correct horse\n")
			m := newMail(t, set)
			if c.trusted {
				m.roots = roots
			}
			_, err := m.Send(t.Context(), letter())
			got := x.all()
			if arrived := err == nil; arrived != c.arrives || len(got) == 1 != c.arrives {
				t.Fatalf("%d mails arrived, %v", len(got), err)
			}
			if c.config == nil && c.how == "required" && !strings.Contains(err.Error(), "offers no encryption") {
				t.Errorf("it does not say what is missing: %v", err)
			}
			if fault.KindOf(err) != fault.Internal {
				t.Errorf("what an administrator can put right is for good: %v", err)
			}
			if c.arrives && (got[0].User != "office" || got[0].Encrypted != (c.how != "none")) {
				t.Errorf("sent by %q, encrypted: %v", got[0].User, got[0].Encrypted)
			}
		})
	}
}

func TestAWrongPasswordMayBePutRight(t *testing.T) {
	x := &exchange{user: "office", password: "correct horse"}
	set := settings(open(t, x, nil, false))
	set.User, set.PasswordFile = "office", write(t, "battery staple")
	m := newMail(t, set)
	_, err := m.Send(t.Context(), letter())
	if err == nil || fault.KindOf(err) != fault.Internal || !strings.Contains(err.Error(), "login") {
		t.Errorf("a wrong password: %v", err)
	}
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v %v %s", m, m, m)} {
		if strings.Contains(text, "battery") {
			t.Errorf("the password is told: %s", text)
		}
	}
}

func TestWhatTheServerAnswers(t *testing.T) {
	answer := func(code int, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
	}
	for _, c := range []struct {
		name string
		x    *exchange
		kind fault.Kind
		told string
	}{
		{"no such recipient", &exchange{to: answer(550, "<court@justice.example>: unknown")}, fault.Invalid, "recipient: 550 5.1.1 [address] unknown"},
		{"the sender is not liked", &exchange{from: answer(553, "no")}, fault.Invalid, "sender: 553"},
		{"the text is not liked", &exchange{data: answer(554, "spam\u202e\x1b[31m")}, fault.Invalid, "text: 554 5.1.1 spam [31m"},
		{"greylisted", &exchange{to: answer(450, "come again")}, fault.Internal, "450"},
		{"full", &exchange{data: answer(452, "full")}, fault.Internal, "452"},
		{"closing", &exchange{from: answer(421, "closing")}, fault.Internal, "421"},
		{"a login is wanted", &exchange{from: answer(530, "log in")}, fault.Internal, "530"},
	} {
		t.Run(c.name, func(t *testing.T) {
			receipt, err := newMail(t, settings(open(t, c.x, nil, false))).Send(t.Context(), letter())
			if err == nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.told) || receipt != "" {
				t.Errorf("got %q, %v", receipt, err)
			}
			if got := c.x.all(); len(got) != 0 {
				t.Errorf("%d mails arrived", len(got))
			}
		})
	}
}

func TestServersThatMisbehave(t *testing.T) {
	read := func(c net.Conn, lines int) {
		r := bufio.NewReader(c)
		for range lines {
			if _, err := r.ReadString('\n'); err != nil {
				return
			}
		}
	}
	drain := func(c net.Conn) { io.Copy(io.Discard, c) }
	for _, c := range []struct {
		name string
		talk func(net.Conn)
	}{
		{"refuses to talk", func(c net.Conn) { io.WriteString(c, "554 no\r\n") }},
		{"closes at once", func(net.Conn) {}},
		{"never greets", drain},
		{"greets and hangs", func(c net.Conn) { io.WriteString(c, "220 hello\r\n"); drain(c) }},
		{"closes before the last reply", func(c net.Conn) {
			io.WriteString(c, "220 hello\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n")
			read(c, 12)
		}},
		{"hangs before the last reply", func(c net.Conn) { io.WriteString(c, "220 hello\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"); drain(c) }},
		{"says no known thing", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n"); drain(c) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMail(t, settings(answering(t, c.talk)))
			m.patience = 300 * time.Millisecond
			receipt, err := m.Send(t.Context(), letter())
			if err == nil || fault.KindOf(err) != fault.Internal || receipt != "" {
				t.Errorf("got %q, %v", receipt, err)
			}
		})
	}
}

func TestWhoTalksWithoutEndIsNotHeard(t *testing.T) {
	for _, word := range []string{"220-" + strings.Repeat("hello ", 100) + "\r\n", strings.Repeat("2", 1000)} {
		m := newMail(t, settings(answering(t, func(c net.Conn) {
			go io.Copy(io.Discard, c)
			for {
				if _, err := io.WriteString(c, word); err != nil {
					return
				}
			}
		})))
		if _, err := m.Send(t.Context(), letter()); err == nil || !strings.Contains(err.Error(), "were sent") {
			t.Errorf("%.10q without end: %v", word, err)
		}
	}
}

func TestACallerMayGiveUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := newMail(t, settings(answering(t, func(c net.Conn) {
		io.WriteString(c, "220 hello\r\n")
		cancel()
		io.Copy(io.Discard, c)
	})))
	if _, err := m.Send(ctx, letter()); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

func TestNobodyListens(t *testing.T) {
	l := listen(t)
	l.Close()
	_, err := newMail(t, settings(l.Addr().String())).Send(t.Context(), letter())
	if err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestSettingsThatAreRefused(t *testing.T) {
	open := write(t, "password")
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		spoil func(*MailSettings)
	}{
		{"no port", func(s *MailSettings) { s.Server = "localhost" }},
		{"no such port", func(s *MailSettings) { s.Server = "localhost:99999" }},
		{"a port by name", func(s *MailSettings) { s.Server = "localhost:smtp" }},
		{"no host", func(s *MailSettings) { s.Server = ":25" }},
		{"in clear to another machine", func(s *MailSettings) { s.Server = "mail.example:25" }},
		{"in clear to another address", func(s *MailSettings) { s.Server = "192.0.2.1:25" }},
		{"in clear to a name that looks like this machine", func(s *MailSettings) { s.Server = "127.0.0.1.example:25" }},
		{"encryption of no kind", func(s *MailSettings) { s.TLS = "" }},
		{"encryption if it happens", func(s *MailSettings) { s.TLS = "opportunistic" }},
		{"no sender", func(s *MailSettings) { s.From = "" }},
		{"a sender with a name", func(s *MailSettings) { s.From, s.Hello = "Office <office@rogatory.example>", "rogatory.example" }},
		{"a hello too long", func(s *MailSettings) { s.Hello = strings.Repeat("a.", 125) + "example" }},
		{"a name with a line end", func(s *MailSettings) { s.Name = "Office\r\nBcc: a@b.example" }},
		{"a hello with a command", func(s *MailSettings) { s.Hello = "office\r\nMAIL" }},
		{"a bounce domain that is none", func(s *MailSettings) { s.BounceDomain = "bounce@example" }},
		{"a bounce domain in capitals", func(s *MailSettings) { s.BounceDomain = "Bounce.example" }},
		{"a user without a password", func(s *MailSettings) { s.User = "office" }},
		{"a password without a user", func(s *MailSettings) { s.PasswordFile = write(t, "p") }},
		{"a password everybody reads", func(s *MailSettings) { s.User, s.PasswordFile = "office", open }},
		{"an empty password", func(s *MailSettings) { s.User, s.PasswordFile = "office", write(t, "\n") }},
		{"a folder for a password", func(s *MailSettings) { s.User, s.PasswordFile = "office", folder }},
	} {
		set := settings("localhost:25")
		c.spoil(&set)
		if _, err := NewMail(set, secret, atNoon); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	set := settings("localhost:25")
	set.User, set.PasswordFile = "office", "/nowhere/password"
	if _, err := NewMail(set, secret, atNoon); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a password that is not there: %v", err)
	}
	for _, server := range []string{"localhost:25", "127.0.0.1:25", "[::1]:25"} {
		newMail(t, settings(server))
	}
}
