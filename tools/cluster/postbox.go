package main

import (
	"errors"
	"io"
	"log"
	"maps"
	"net"
	"net/mail"
	"sync"

	"github.com/emersion/go-smtp"
)

// A postbox is the mail server of the office: it takes every letter and keeps
// whom it is for, by what it calls itself.
type postbox struct {
	server   *smtp.Server
	listener net.Listener

	mu      sync.Mutex          // guards what follows
	letters map[string][]string // recipients by Message-ID, once for each time it came
}

func openPostbox() (*postbox, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &postbox{listener: l, letters: make(map[string][]string)}
	b.server = smtp.NewServer(b)
	b.server.Domain = "mail.example"
	b.server.ErrorLog = log.New(io.Discard, "", 0) // whoever is killed hangs up
	go func() { _ = b.server.Serve(l) }()          // it ends when it is closed
	return b, nil
}

// address is where it listens.
func (b *postbox) address() string { return b.listener.Addr().String() }

func (b *postbox) close() error { return b.server.Close() }

// NewSession implements smtp.Backend.
func (b *postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &delivery{box: b}, nil }

// A delivery is one connection to it.
type delivery struct {
	box *postbox
	to  string
}

// Mail implements smtp.Session.
func (*delivery) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt implements smtp.Session.
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = to
	return nil
}

// Data implements smtp.Session. What is cut off was not taken.
func (d *delivery) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return err
	}
	id := m.Header.Get("Message-ID")
	if id == "" {
		return errors.New("a letter without a Message-ID")
	}
	if m.Header.Get("References") == "" {
		return nil // about no case: an authority learns that it is enrolled
	}
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	d.box.letters[id] = append(d.box.letters[id], d.to)
	return nil
}

// Reset implements smtp.Session.
func (d *delivery) Reset() { d.to = "" }

// Logout implements smtp.Session.
func (*delivery) Logout() error { return nil }

// count is how many letters came that call themselves differently.
func (b *postbox) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.letters)
}

// all is what came.
func (b *postbox) all() map[string][]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.letters)
}
