package main

import (
	"fmt"
	"io"
	"log"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"time"

	server "github.com/emersion/go-smtp"
)

// A mailServer takes whatever the office sends.
type mailServer struct {
	*server.Server
	listener net.Listener

	mu   sync.Mutex // guards mail
	mail []mailed
}

// A mailed letter is one that arrived.
type mailed struct {
	from, to, subject, text string
}

func newMailServer() *mailServer {
	s := new(mailServer)
	s.Server = server.NewServer(server.BackendFunc(func(*server.Conn) (server.Session, error) { return &visit{mailServer: s}, nil }))
	s.Domain, s.ErrorLog = "mail.example", log.New(io.Discard, "", 0)
	var err error
	s.listener, err = net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go func() { _ = s.Serve(s.listener) }() // ends with close
	return s
}

func (s *mailServer) address() string { return s.listener.Addr().String() }

func (s *mailServer) close() { _ = s.Close() } // nobody is left who could be told

// A visit is one connection.
type visit struct {
	*mailServer
	from, to string
}

func (v *visit) Reset()                                        {}
func (v *visit) Logout() error                                 { return nil }
func (v *visit) Mail(from string, _ *server.MailOptions) error { v.from = from; return nil }
func (v *visit) Rcpt(to string, _ *server.RcptOptions) error   { v.to = to; return nil }

func (v *visit) Data(r io.Reader) error {
	got, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if err != nil {
		return err
	}
	body := got.Body
	if strings.EqualFold(got.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.mailServer.mail = append(v.mailServer.mail, mailed{v.from, v.to, subject, string(text)})
	return nil
}

// to gives what arrived for somebody, with some words in it; empty: for anybody.
func (s *mailServer) to(address, words string) (list []mailed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.mail {
		if (address == "" || l.to == address) && strings.Contains(flat(l.subject+"\n"+l.text), words) {
			list = append(list, l)
		}
	}
	return list
}

// flat is a text in one line: letters are wrapped.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

// letterTime is how long a letter may take, or anything else that the office does
// by itself.
const letterTime = 30 * time.Second

// letter waits for a letter to somebody with some words in it, the last of them.
func (s *mailServer) letter(to, words string) mailed {
	return s.letters(1, to, words)[0]
}

// letters waits for so many letters, and gives the last first.
func (s *mailServer) letters(n int, to, words string) []mailed {
	for deadline := time.Now().Add(letterTime); ; time.Sleep(20 * time.Millisecond) {
		if list := s.to(to, words); len(list) >= n {
			var last []mailed
			for i := len(list) - 1; i >= 0; i-- {
				last = append(last, list[i])
			}
			return last
		}
		if time.Now().After(deadline) {
			fail("expected %d letters to %s with %q; there came: %s", n, to, words, s.came())
		}
	}
}

// came lists the letters.
func (s *mailServer) came() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, l := range s.mail {
		fmt.Fprintf(&b, "\n  to %s: %s", l.to, l.subject)
	}
	return b.String()
}

// bounce says over LMTP that a letter could not be delivered (RFC 3464), to the
// address it came from.
func (o *office) bounce(l mailed) {
	text := strings.ReplaceAll(fmt.Sprintf(report, l.from, l.to, l.to), "\n", "\r\n")
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", o.bounces))
	must(err)
	c := server.NewClientLMTP(conn)
	defer c.Close()
	must(c.Hello("mail.example"))
	must(c.Mail("", nil))
	must(c.Rcpt(l.from, nil))
	w, err := c.Data()
	must(err)
	_, err = io.WriteString(w, text)
	must(err)
	_, err = w.CloseWithLMTPResponse()
	must(err)
	must(c.Quit())
}

const report = `From: MAILER-DAEMON@mail.example
To: %s
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

It could not be delivered.
--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; %s
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <%s>: no such person

--part--
`
