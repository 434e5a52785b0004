package post

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
)

// A register notes what is told.
type register struct {
	mu   sync.Mutex
	all  []string
	fail error // given instead
}

func (r *register) tell(_ context.Context, id, reason string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	r.all = append(r.all, id+": "+reason)
	return nil
}

func (r *register) told() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.all...)
}

// listening starts a listener for bounces and gives it and its address.
func listening(t *testing.T, r *register, change func(*Bounces)) (*Bounces, string) {
	t.Helper()
	b := NewBounces(secret, domain, r.tell)
	if change != nil {
		change(b)
	}
	l := listen(t)
	served := make(chan error, 1)
	go func() { served <- b.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // nobody is waited for
		if err := b.Shutdown(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("shut down: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return b, l.Addr().String()
}

// bring delivers a mail and gives the answer: 0 if it was taken, otherwise the
// code of the server.
func bring(t *testing.T, address, to string, text []byte) int {
	t.Helper()
	c, err := smtp.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return answered(t, c.SendMail("", []string{to}, strings.NewReader(string(text))))
}

func answered(t *testing.T, err error) int {
	t.Helper()
	var answer *smtp.SMTPError
	if err != nil && !errors.As(err, &answer) {
		t.Fatal(err)
	}
	if answer != nil {
		return answer.Code
	}
	return 0
}

const bounced = "26-E7MVEEHX-R/receipt"

func itsSender(t *testing.T) string {
	t.Helper()
	address, err := sender(secret, bounced, domain)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func TestBouncesAreTold(t *testing.T) {
	r := &register{}
	b, at := listening(t, r, nil)
	for _, name := range []string{"postfix", "postfix-delayed", "exim", "holiday", "exchange", "delivered", "sendmail", "read", "qmail"} {
		if code := bring(t, at, itsSender(t), sample(t, name)); code != 0 {
			t.Errorf("%s is refused with %d", name, code)
		}
	}
	var begins []string
	for _, line := range r.told() {
		begins = append(begins, line[:len(bounced)+7])
	}
	want := []string{bounced + ": 5.1.1", bounced + ": 5.0.0", bounced + ": 5.1.1", bounced + ": 4.4.7"}
	if diff := cmp.Diff(want, begins); diff != "" {
		t.Errorf("what was told (-want +got):\n%s", diff)
	}
	if got, want := b.Counts(), (Counts{Told: 4, Ignored: 5}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

// The whole way: a letter is sent, and the system that took it finds nobody.
func TestALetterComesBack(t *testing.T) {
	x := &exchange{}
	if _, err := newMail(t, settings(open(t, x, nil, false))).Send(t.Context(), letter()); err != nil {
		t.Fatal(err)
	}
	r := &register{}
	_, at := listening(t, r, nil)
	if code := bring(t, at, strings.ToUpper(x.all()[0].From), sample(t, "exim")); code != 0 {
		t.Fatalf("refused with %d", code)
	}
	if diff := cmp.Diff([]string{letter().ID + ": 5.0.0: 550 No such person at this address"}, r.told()); diff != "" {
		t.Error(diff)
	}
}

func TestForgedAddressesAreRefused(t *testing.T) {
	r := &register{}
	b, at := listening(t, r, nil)
	other, _ := sender([32]byte{7}, bounced, domain)
	elsewhere, _ := sender(secret, bounced, "rogatory.example")
	good := itsSender(t)
	all := []string{other, elsewhere, "postmaster@" + domain, "office@" + domain, "b+@" + domain, "b+aaaa@" + domain, good[:20] + "a" + good[21:], "x" + good}
	for _, to := range all {
		if to == good {
			t.Fatal("this one is not forged")
		}
		if code := bring(t, at, to, sample(t, "postfix")); code != 550 {
			t.Errorf("%s: answered with %d", to, code)
		}
	}
	if got := r.told(); len(got) != 0 {
		t.Errorf("told %q", got)
	}
	if got, want := b.Counts(), (Counts{Refused: uint64(len(all))}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

func TestOneRecipientForEachMail(t *testing.T) {
	r := &register{}
	_, at := listening(t, r, nil)
	second, _ := sender(secret, "second", domain)
	c, err := smtp.Dial(at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Mail("", nil); err != nil {
		t.Fatal(err)
	}
	if err := c.Rcpt(itsSender(t), nil); err != nil {
		t.Fatal(err)
	}
	if code := answered(t, c.Rcpt(second, nil)); code/100 != 4 {
		t.Errorf("a second recipient is answered with %d", code)
	}
}

func TestOneConnectionMayBringSeveral(t *testing.T) {
	r := &register{}
	_, at := listening(t, r, nil)
	c, err := smtp.Dial(at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var want []string
	for i := range 3 {
		id := fmt.Sprint("letter ", i)
		to, _ := sender(secret, id, domain)
		if err := c.SendMail("postmaster@justice.example", []string{to}, strings.NewReader(string(sample(t, "exim")))); err != nil {
			t.Fatal(err)
		}
		want = append(want, id+": 5.0.0: 550 No such person at this address")
	}
	if diff := cmp.Diff(want, r.told()); diff != "" {
		t.Error(diff)
	}
}

func TestHugeMailIsRefused(t *testing.T) {
	r := &register{}
	b, at := listening(t, r, nil)
	text := append(sample(t, "postfix"), strings.Repeat(strings.Repeat("x", 70)+"\r\n", 2*longestBounce/72)...)
	if code := bring(t, at, itsSender(t), text); code != 552 {
		t.Errorf("%d bytes are answered with %d", len(text), code)
	}
	if got := r.told(); len(got) != 0 || b.Counts().Refused != 1 {
		t.Errorf("told %q, counted %+v", got, b.Counts())
	}
	if code := bring(t, at, itsSender(t), sample(t, "postfix")); code != 0 || len(r.told()) != 1 {
		t.Errorf("the next one is answered with %d, told %q", code, r.told())
	}
}

func TestWhatCannotBeKeptComesAgain(t *testing.T) {
	r := &register{fail: errors.New("the database is away, and its password is hunter2")}
	b, at := listening(t, r, nil)
	c, err := smtp.Dial(at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = c.SendMail("", []string{itsSender(t)}, strings.NewReader(string(sample(t, "postfix"))))
	if answered(t, err) != 451 || strings.Contains(err.Error(), "hunter2") || b.Counts().Told != 0 {
		t.Errorf("answered %v, counted %+v", err, b.Counts())
	}
}

// The slow are sent away after so long between two commands, and after so long
// in all even if each command comes in time.
func TestSlowMailEnds(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Bounces)
		talk   func(net.Conn)
	}{
		{"silent from the start", func(b *Bounces) { b.patience = 50 * time.Millisecond }, func(net.Conn) {}},
		{"silent in the middle of a mail", func(b *Bounces) { b.patience = 50 * time.Millisecond }, func(c net.Conn) {
			fmt.Fprintf(c, "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\nDATA\r\nSubject: a\r\n", itsSender(t))
		}},
		{"silent in the middle of a chunk", func(b *Bounces) { b.patience = 50 * time.Millisecond }, func(c net.Conn) {
			fmt.Fprintf(c, "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\nBDAT 1000\r\nSubject: a\r\n", itsSender(t))
		}},
		{"never done", func(b *Bounces) { b.life = 100 * time.Millisecond }, func(c net.Conn) {
			io.WriteString(c, "EHLO a\r\n")
			go func() {
				for {
					if _, err := io.WriteString(c, "NOOP\r\n"); err != nil {
						return
					}
				}
			}()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &register{}
			_, at := listening(t, r, c.change)
			conn, err := net.Dial("tcp", at)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			c.talk(conn) // it may be sent away before it has said all
			_, err = io.Copy(io.Discard, conn)
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				t.Error("it is still waited for")
			}
			if got := r.told(); len(got) != 0 {
				t.Errorf("told %q", got)
			}
		})
	}
}

func TestLMTP(t *testing.T) {
	for _, network := range []string{"unix", "tcp"} {
		address := "127.0.0.1:0"
		if network == "unix" {
			address = filepath.Join(t.TempDir(), "lmtp")
		}
		l, err := net.Listen(network, address)
		if err != nil {
			t.Fatal(err)
		}
		r := &register{}
		b := NewBounces(secret, domain, r.tell)
		served := make(chan error, 1)
		go func() { served <- b.ServeLMTP(l) }()
		conn, err := net.Dial(network, l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c := smtp.NewClientLMTP(conn)
		if err := c.SendMail("", []string{itsSender(t)}, strings.NewReader(string(sample(t, "exchange")))); err != nil {
			t.Errorf("%s: %v", network, err)
		}
		if got := r.told(); len(got) != 1 {
			t.Errorf("%s: told %q", network, got)
		}
		if err := c.Quit(); err != nil {
			t.Errorf("%s: %v", network, err)
		}
		if err := b.Shutdown(t.Context()); err != nil {
			t.Errorf("%s: shut down: %v", network, err)
		}
		if err := <-served; err != nil {
			t.Errorf("%s: serve: %v", network, err)
		}
	}
}

func TestShuttingDown(t *testing.T) {
	r := &register{}
	b := NewBounces(secret, domain, r.tell)
	l := listen(t)
	served := make(chan error, 1)
	go func() { served <- b.Serve(l) }()
	idle, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	reader := bufio.NewReader(idle)
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := b.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with somebody idle: %v", err)
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
	if _, err := reader.ReadString('\n'); err == nil {
		t.Error("the idle one is still there")
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("somebody still listens")
	}
	again := listen(t)
	if err := b.Serve(again); !errors.Is(err, smtp.ErrServerClosed) {
		t.Errorf("serving after the end: %v", err)
	}
	if _, err := net.Dial("tcp", again.Addr().String()); err == nil {
		t.Error("the listener that came late is open")
	}
}
