package post

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/textproto"
	"strings"
	"syscall"

	"github.com/wneessen/go-mail/smtp"

	"github.com/rogatory/rogatory/fault"
)

const (
	mostReplies  = 256 << 10 // bytes a server may send in one delivery
	longestReply = 300       // characters of a reply that are kept
)

// deliver hands one mail to the server. A connection is used once: letters are
// few, and what went wrong with one then says nothing of another.
func (m *Mail) deliver(ctx context.Context, from, to string, text []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, m.patience)
	defer cancel()
	conn, err := m.dial(ctx)
	if err != nil {
		return "", fmt.Errorf("reach the mail server %s: %w", m.set.Server, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	receipt, err := m.hand(conn, from, to, text)
	if err != nil && ctx.Err() != nil {
		return "", fmt.Errorf("mail server %s: %w", m.set.Server, ctx.Err())
	}
	return receipt, err
}

// dial connects, and encrypts if that comes first.
func (m *Mail) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	if m.set.TLS == "none" {
		// The name localhost may resolve to anything.
		d.Control = func(_, address string, _ syscall.RawConn) error {
			if at, err := netip.ParseAddrPort(address); err != nil || !at.Addr().Unmap().IsLoopback() {
				return errors.New("this is another machine, and the mail would go in clear")
			}
			return nil
		}
	}
	conn, err := d.DialContext(ctx, "tcp", m.set.Server)
	if err != nil {
		return nil, err
	}
	conn = &measured{Conn: conn, left: mostReplies}
	if m.set.TLS != "implicit" {
		return conn, nil
	}
	secure := tls.Client(conn, m.encryption())
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

func (m *Mail) encryption() *tls.Config {
	return &tls.Config{ServerName: m.host, MinVersion: tls.VersionTLS12, RootCAs: m.roots}
}

// hand goes through the conversation. What the server refuses before it has
// heard of the message is our fault and not the message's, and may be put right;
// only its answers to the sender, the recipient and the text are for good.
func (m *Mail) hand(conn net.Conn, from, to string, text []byte) (string, error) {
	client, err := smtp.NewClient(conn, m.host)
	if err != nil {
		return "", m.failed("greeting", err)
	}
	if err := client.Hello(m.set.Hello); err != nil {
		return "", m.failed("hello", err)
	}
	if m.set.TLS == "required" {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return "", fmt.Errorf("mail server %s offers no encryption", m.set.Server)
		}
		if err := client.StartTLS(m.encryption()); err != nil {
			return "", m.failed("encryption", err)
		}
	}
	if err := m.authenticate(client); err != nil {
		return "", err
	}
	client.SkipSMTPUTF8(true) // all we send is ASCII
	if err := client.Mail("<" + from + ">"); err != nil {
		return "", m.refused("sender", err)
	}
	if err := client.Rcpt("<" + to + ">"); err != nil {
		return "", m.refused("recipient", err)
	}
	w, err := client.Data()
	if err != nil {
		return "", m.refused("data", err)
	}
	if _, err := w.Write(text); err != nil {
		return "", m.failed("text", err)
	}
	if err := w.Close(); err != nil {
		return "", m.refused("text", err)
	}
	receipt := "250"
	if d, ok := w.(*smtp.DataCloser); ok {
		receipt = said("250 "+d.ServerResponse(), longestReply)
	}
	_ = client.Quit() // the mail is the server's by now, whatever it says
	return receipt, nil
}

// authenticate proves who we are in the best way that the server offers.
func (m *Mail) authenticate(client *smtp.Client) error {
	if m.set.User == "" {
		return nil
	}
	_, offered := client.Extension("AUTH")
	var how smtp.Auth
	for _, mechanism := range strings.Fields(offered) {
		switch strings.ToUpper(mechanism) {
		case "PLAIN":
			how = smtp.PlainAuth("", m.set.User, m.password, m.host, true) // in clear only to this machine
		case "LOGIN":
			if how == nil {
				how = smtp.LoginAuth(m.set.User, m.password, m.host, true)
			}
		}
	}
	if how == nil {
		return fmt.Errorf("mail server %s offers no way to log in that we have (PLAIN, LOGIN)", m.set.Server)
	}
	if err := client.Auth(how); err != nil {
		return m.failed("login", err)
	}
	return nil
}

// refused tells what is for good from what may pass.
func (m *Mail) refused(what string, err error) error {
	var reply *textproto.Error
	if errors.As(err, &reply) && reply.Code >= 500 && reply.Code <= 599 && reply.Code != 530 { // 530: log in first
		return fault.Invalidf("mail server "+m.set.Server, "refuses the %s: %s", what, quoted(reply))
	}
	return m.failed(what, err)
}

func (m *Mail) failed(what string, err error) error {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return fmt.Errorf("mail server %s, %s: %s", m.set.Server, what, quoted(reply))
	}
	return fmt.Errorf("mail server %s, %s: %w", m.set.Server, what, err)
}

func quoted(reply *textproto.Error) string {
	return said(fmt.Sprintf("%d %s", reply.Code, reply.Msg), longestReply)
}

// measured ends a connection on which the other side sends without end.
type measured struct {
	net.Conn
	left int
}

func (c *measured) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, fmt.Errorf("more than %d bytes were sent: %w", mostReplies, io.ErrShortBuffer)
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}
