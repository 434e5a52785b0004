package post

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	longestBounce   = 256 << 10 // bytes
	mostConnections = 32        // at once on each listener
	bouncePatience  = 30 * time.Second
	connectionLife  = 2 * time.Minute
)

// Bounces listens for what mail systems say of letters that could not be
// delivered. It takes mail to addresses that Mail made and to no other, so that
// it is no use to anybody else; but who got a letter knows the address that it
// bounces to, and can say that it did not arrive. What is told is thus a reason
// to try another way, and never a proof.
type Bounces struct {
	withheld
	secret   [32]byte
	domain   string
	tell     func(ctx context.Context, id, reason string) error
	patience time.Duration
	life     time.Duration
	ctx      context.Context // of everything under way; ends with Shutdown
	cancel   context.CancelFunc

	told, ignored, refused atomic.Uint64

	mu      sync.Mutex // guards all below
	closed  bool
	gates   []*gate
	servers []*smtp.Server
}

// Counts say what came since the start.
type Counts struct {
	Told    uint64 // letters that could not be delivered
	Ignored uint64 // delays, and mail that is no report
	Refused uint64 // recipients that nobody made, mail too long
}

// NewBounces makes a listener for a domain; the secret is that of NewMail. tell
// is given the ID of a message and why it could not be delivered; if it fails,
// the other system is asked to come again, so it may be told twice.
func NewBounces(secret [32]byte, domain string, tell func(ctx context.Context, id, reason string) error) *Bounces {
	b := &Bounces{secret: secret, domain: domain, tell: tell, patience: bouncePatience, life: connectionLife}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	return b
}

// Counts gives what came so far.
func (b *Bounces) Counts() Counts {
	return Counts{Told: b.told.Load(), Ignored: b.ignored.Load(), Refused: b.refused.Load()}
}

// Serve speaks SMTP on a listener until Shutdown, and then gives nil.
func (b *Bounces) Serve(l net.Listener) error { return b.serve(l, false) }

// ServeLMTP speaks LMTP, RFC 2033, on a listener until Shutdown, and then gives nil.
func (b *Bounces) ServeLMTP(l net.Listener) error { return b.serve(l, true) }

func (b *Bounces) serve(l net.Listener, lmtp bool) error {
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &arrival{Bounces: b}, nil }))
	s.LMTP, s.Domain = lmtp, b.domain
	s.MaxRecipients, s.MaxMessageBytes = 1, longestBounce
	s.ReadTimeout, s.WriteTimeout = b.patience, b.patience
	s.ErrorLog = slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug)
	g := newGate(l, mostConnections, b.life)
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return errors.Join(smtp.ErrServerClosed, g.Close())
	}
	b.gates, b.servers = append(b.gates, g), append(b.servers, s)
	b.mu.Unlock()
	err := s.Serve(g)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	return err
}

// Shutdown lets nobody in any more and waits for the reports under way, until
// ctx ends; then all connections are closed.
func (b *Bounces) Shutdown(ctx context.Context) error {
	b.mu.Lock()
	b.closed = true
	gates, servers := b.gates, b.servers
	b.mu.Unlock()
	defer b.cancel()
	var errs []error
	for _, g := range gates {
		errs = append(errs, g.Close())
	}
	for _, s := range servers {
		if err := s.Shutdown(ctx); !errors.Is(err, smtp.ErrServerClosed) {
			errs = append(errs, err)
		}
	}
	for _, g := range gates {
		g.clear()
	}
	return errors.Join(errs...)
}

// An arrival is one connection, with the message to which it brings a report.
type arrival struct {
	*Bounces
	id atomic.Pointer[string] // a message in chunks is read beside the commands
}

func (a *arrival) Reset()        { a.id.Store(nil) }
func (a *arrival) Logout() error { return nil }

// Mail takes any sender: reports have none, and not every system knows.
func (a *arrival) Mail(string, *smtp.MailOptions) error { return nil }

func (a *arrival) Rcpt(to string, _ *smtp.RcptOptions) error {
	id, err := readSender(a.secret, to, a.domain)
	if err != nil {
		a.refused.Add(1)
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "There is no such address"}
	}
	a.id.Store(&id)
	return nil
}

// Data takes what is no report as well: refusing it would make a bounce of a
// bounce.
func (a *arrival) Data(r io.Reader) error {
	id := a.id.Load()
	text, err := io.ReadAll(r)
	if errors.Is(err, smtp.ErrDataTooLarge) {
		a.refused.Add(1)
		return smtp.ErrDataTooLarge
	}
	if err != nil || id == nil {
		return comeAgain
	}
	found, ok := readReport(text)
	if !ok || !found.Failed {
		a.ignored.Add(1)
		return nil
	}
	ctx, cancel := context.WithTimeout(a.ctx, a.patience)
	defer cancel()
	if err := a.tell(ctx, *id, found.Reason); err != nil {
		slog.Error("a letter could not be delivered, and that could not be kept", "id", *id, "error", err)
		return comeAgain
	}
	a.told.Add(1)
	return nil
}

var comeAgain = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Not now, come again"}
