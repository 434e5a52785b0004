package post

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// noon is when everything in these tests is sent.
var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

var secret = [32]byte{1, 2, 3}

// quiet takes what servers say of clients that leave in the middle.
var quiet = log.New(io.Discard, "", 0)

// A taken is a mail that a server has taken in.
type taken struct {
	From, To, User, Text string
	Encrypted            bool
}

// An exchange is a mail server that does as it is told: a real one but for what
// it says to each command.
type exchange struct {
	user, password string // empty: it asks for none
	from, to, data error  // its answers

	mu   sync.Mutex
	mail []taken
}

func (x *exchange) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, encrypted := c.TLSConnectionState()
	s := &visit{exchange: x, taken: taken{Encrypted: encrypted}}
	if x.user == "" {
		return s, nil
	}
	return authenticating(smtp.AuthSession.Auth, s), nil
}

func (x *exchange) all() []taken {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.mail
}

// A visit is one connection to an exchange.
type visit struct {
	*exchange
	taken taken
}

func (s *visit) Reset()        {}
func (s *visit) Logout() error { return nil }

func (s *visit) Mail(from string, _ *smtp.MailOptions) error {
	if s.user != "" && s.taken.User == "" {
		return smtp.ErrAuthRequired
	}
	s.taken.From = from
	return s.from
}

func (s *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.taken.To = to
	return s.to
}

func (s *visit) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.data != nil {
		return s.data
	}
	s.taken.Text = string(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mail = append(s.mail, s.taken)
	return nil
}

// Next reads what AUTH PLAIN sends: RFC 4616.
func (s *visit) Next(response []byte) ([]byte, bool, error) {
	if string(response) != "\x00"+s.user+"\x00"+s.password {
		return nil, false, errors.New("not this one")
	}
	s.taken.User = s.user
	return nil, true, nil
}

// A lockedVisit is a visit that begins with a login. Server stands for the type
// that the server wants of it, which is in a module that nothing else needs.
type lockedVisit[Server any] struct{ *visit }

func authenticating[Server any](_ func(smtp.AuthSession, string) (Server, error), s *visit) smtp.Session {
	return lockedVisit[Server]{s}
}

func (s lockedVisit[Server]) AuthMechanisms() []string { return []string{"PLAIN"} }

func (s lockedVisit[Server]) Auth(string) (Server, error) {
	server, ok := any(s.visit).(Server)
	if !ok {
		return server, errors.New("the server wants something else")
	}
	return server, nil
}

// certified gives a certificate for this machine and who vouches for it.
func certified(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	whom := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "exchange"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
		IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, whom, whom, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, pool
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// open starts an exchange and gives its address. config is nil for one that does
// not encrypt; implicit wants it from the first byte.
func open(t *testing.T, x *exchange, config *tls.Config, implicit bool) string {
	t.Helper()
	server := smtp.NewServer(x)
	server.Domain = "exchange.example"
	server.AllowInsecureAuth = true
	server.ErrorLog = quiet
	l := listen(t)
	address := l.Addr().String()
	switch {
	case implicit:
		l = tls.NewListener(l, config)
	case config != nil:
		server.TLSConfig = config
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return address
}

// answering is a server that sends what it is given and reads what comes, and
// closes the connection at the end; it gives its address.
func answering(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	l := listen(t)
	var all sync.WaitGroup
	t.Cleanup(func() { l.Close(); all.Wait() })
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				talk(conn)
			})
		}
	})
	return l.Addr().String()
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
