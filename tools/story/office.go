package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogatory/rogatory/ledger/monitor"
)

// begin is when every life begins: a Tuesday.
var begin = time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// An office is a folder, the program that runs on it, and everybody who has to
// do with it.
type office struct {
	*place
	name    string // of the life, for its folder and its databases
	folder  string
	port    int
	bounces int
	now     time.Time // of the program that runs
	profile string

	mail    *mailServer
	people  []*person
	child   *exec.Cmd // nil: it does not run
	exited  chan error
	log     *os.File
	cases   []string       // that came, for the audit
	secrets []string       // that nobody may find in the log
	last    string         // the last request and its answer
	known   []monitor.Kind // what the public log of this life shows
}

// open makes an office with the program's own init, and starts it.
func (o *office) open() {
	o.folder = filepath.Join(o.dir, o.name)
	must(os.MkdirAll(o.dir, 0o700))
	o.command("init", o.folder, "--rehearsal", "--office", o.profile)
	o.port, o.bounces = freePort(), freePort()
	o.mail = newMailServer()
	o.people = everybody(o)
	must(os.WriteFile(filepath.Join(o.folder, "office.toml"), []byte(o.settings()), 0o600))
	var err error
	o.log, err = os.Create(filepath.Join(o.dir, o.name+".log"))
	must(err)
	o.terms()
	o.letIn()
}

// letIn invites the administrator from the folder; the administrator invites the
// others from within, by mail, and each enrols a passkey.
func (o *office) letIn() {
	admin := o.person("Adam")
	link := strings.Fields(o.command("invite", "--data", o.folder, admin.name))
	o.start()
	for _, word := range link {
		if strings.Contains(word, "/login/once/") {
			admin.enrols(word)
		}
	}
	if admin.key == nil {
		fail("invite printed no link: %s", link)
	}
}

// settings is office.toml.
func (o *office) settings() string {
	records, keys := "office.db", "keys.db"
	if o.engine == "postgres" {
		records, keys = o.server.URL(o.name), o.server.URL(o.name+"_keys")
	}
	var b strings.Builder
	fmt.Fprintf(&b, `profile = %q
name = "Office of the stories"
rehearsal = true
language = "en"
records = %q
keys = %q
points = ["+49 30 18"]
cooling = "0s"

[serve]
listen = "127.0.0.1:%d"
origin = %q

[mail]
server = %q
from = "requests@office.example"
tls = "none"
bounce_domain = %q
bounces = "127.0.0.1:%d"

[log]
block = 64

[court]
name = "Amtsgericht"
mail = %q
`, o.profile, records, keys, o.port, o.origin(), o.mail.address(), bounceDomain, o.bounces, registry)
	for _, p := range o.people {
		fmt.Fprintf(&b, "\n[[person]]\nname = %q\nroles = [%q]\nmail = %q\n", p.name, p.role, p.mail)
		if p.secret != nil {
			fmt.Fprintf(&b, "key = %q\n", p.secret.Public())
		}
		if len(p.former) > 0 {
			fmt.Fprintf(&b, "former_keys = [\"%s\"]\n", strings.Join(p.former, `", "`))
		}
	}
	return b.String()
}

const (
	bounceDomain = "bounces.office.example"
	registry     = "registry@court.example" // of the court, to which grants are echoed
)

// origin is where the office is reached: passkeys need a name, and this machine
// has one.
func (o *office) origin() string { return fmt.Sprintf("http://localhost:%d", o.port) }

// ports are those in use here: a port is free only until somebody listens on it.
var ports sync.Map

// freePort finds a port that nobody listens on, below those that the system gives
// to whoever calls out, so that it is still free after a restart.
func freePort() int {
	for range 100 {
		n, err := rand.Int(rand.Reader, big.NewInt(12000))
		must(err)
		port := 20000 + int(n.Int64())
		if _, used := ports.LoadOrStore(port, true); used {
			continue
		}
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			must(l.Close())
			return port
		}
	}
	fail("no port is free")
	return 0
}

// environment is that of the program: its clock is the story's.
func (o *office) environment() []string {
	return append(os.Environ(), "ROGATORY_CLOCK="+o.now.Format(time.RFC3339))
}

// command runs the program once, and gives what it printed.
func (o *office) command(args ...string) string {
	text, err := o.tries(args...)
	if err != nil {
		fail("rogatory %s: %v\n%s", strings.Join(args, " "), err, text)
	}
	return text
}

func (o *office) tries(args ...string) (string, error) {
	cmd := exec.Command(o.program, args...)
	cmd.Env = o.environment()
	var out, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &wrong
	if err := cmd.Run(); err != nil {
		return out.String() + wrong.String(), err
	}
	return out.String(), nil
}

// start starts the program, and waits until it answers.
func (o *office) start() {
	cmd := exec.Command(o.program, "serve", "--data", o.folder)
	cmd.Env = o.environment()
	cmd.Stdout, cmd.Stderr = o.log, o.log
	must(cmd.Start())
	o.child, o.exited = cmd, make(chan error, 1)
	go func(ended chan error) { ended <- cmd.Wait() }(o.exited)
	client := &http.Client{Timeout: time.Second, Transport: o.wire()}
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if got, err := client.Get(o.origin() + "/readyz"); err == nil {
			must(got.Body.Close())
			if got.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case err := <-o.exited:
			o.child = nil
			fail("serve ended at once: %v", err)
		default:
		}
		if time.Now().After(deadline) {
			fail("serve does not answer")
		}
	}
}

// wire reaches the office on the address it listens on, whatever its name means
// on this machine.
func (o *office) wire() *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", o.port))
	}}
}

// stop ends the program as an administrator does.
func (o *office) stop() {
	if o.child == nil {
		return
	}
	must(o.child.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-o.exited:
		o.child = nil
		if err != nil {
			fail("serve ended with %v", err)
		}
	case <-time.After(40 * time.Second):
		fail("serve does not stop")
	}
}

// kill ends the program with no time to write anything.
func (o *office) kill() {
	must(o.child.Process.Kill())
	<-o.exited
	o.child = nil
}

// at moves the clock, which takes a restart. The night after what has happened so
// far is not left out: what is owed is published then.
func (o *office) at(t time.Time) {
	o.stop()
	if night := o.batch(); night.Before(t) {
		o.now = night
		o.command("ledger", "publish", "--data", o.folder)
	}
	o.now = t
	o.start()
	o.catchesUp()
}

// passes lets time pass.
func (o *office) passes(d time.Duration) { o.at(o.now.Add(d)) }

// kept counts the files of the vault.
func (o *office) kept() (n int) {
	must(filepath.WalkDir(filepath.Join(o.folder, "vault"), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			n++
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // erased while we looked
		}
		return err
	}))
	return n
}

// close ends what is left.
func (o *office) close() {
	if o.child != nil {
		o.kill()
	}
	if o.mail != nil {
		o.mail.close()
	}
	if o.log != nil {
		_ = o.log.Close() // only read from now on
	}
}

// tail is the last request and the end of the log, for whoever looks for a cause.
func (o *office) tail() string {
	out := "\nlast: " + o.last
	if o.log != nil {
		if text, err := os.ReadFile(o.log.Name()); err == nil || !errors.Is(err, os.ErrNotExist) {
			out += "\nlog: " + string(text[max(0, len(text)-1500):])
		}
	}
	return out
}
