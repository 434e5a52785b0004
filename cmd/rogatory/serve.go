package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/rogatory/rogatory/api"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/login"
	"github.com/rogatory/rogatory/post"
)

type serveCommand struct {
	inFolder
	Demo   bool   `help:"An office that holds nothing real, with people, keys, an enrolled authority and a request: made anew, and gone when it stops unless --data keeps it."`
	Listen string `help:"Where to listen, instead of what office.toml says." placeholder:"ADDR"`
}

// A service is an office that is open: its door, its timer, its listeners.
type service struct {
	*opened
	log     *slog.Logger
	letters *letters
	login   *login.Door
	api     *api.Server
	http    *http.Server
	metrics *http.Server  // nil: none
	bounces *post.Bounces // nil: none
}

// stopping is how long requests under way may take once the office stops.
const stopping = 30 * time.Second

// Run keeps an office open until somebody stops it.
func (c *serveCommand) Run(s *streams, line *kong.Context) error {
	ctx, stop := s.working()
	defer stop()
	if c.Demo {
		if !said(line, "data") {
			c.Data = "" // an environment that names an office does not ask for it to be opened to everybody
		}
		demo, err := makeDemo(ctx, &c.inFolder, c.Listen)
		if err != nil {
			return err
		}
		defer demo.clear()
		c.Listen = "" // it stands in the folder's settings
		return c.run(ctx, s, demo)
	}
	return c.run(ctx, s, nil)
}

func (c *serveCommand) run(ctx context.Context, s *streams, demo *demo) error {
	settings, err := c.read()
	if err != nil {
		return err
	}
	if settings.demo = demo != nil; settings.demo && !settings.Rehearsal {
		return fault.Conflictf(c.Data, "is a real office, and --demo lets everybody in").WithHint("open it by `rogatory serve` alone; --demo without --data makes a demonstration")
	}
	o, err := c.openWith(ctx, settings)
	if err != nil {
		return err
	}
	defer o.Close()
	if err := o.checkRestored(ctx); err != nil {
		return err
	}
	if err := o.settings.checkReply(filepath.Join(c.Data, settingsFile)); err != nil {
		return err
	}
	if c.Listen != "" {
		o.settings.Serve.Listen = c.Listen
	}
	if list := lifecycle.Staffing(o.settings.members()); len(list) > 0 && demo == nil {
		fmt.Fprintf(s.err, "rogatory: this office could not do everything yet; `rogatory office staff` says what: %d\n", len(list))
	}
	level := slog.LevelInfo
	if demo != nil {
		level = slog.LevelWarn // the screen is for what to do next
	}
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: level}))
	v, err := o.service(ctx, log, demo != nil)
	if err != nil {
		return err
	}
	if v.letters.mail == nil && !settings.Rehearsal {
		log.Warn("no mail server is set: letters are laid into a folder in clear, for somebody to send, and lie there until their case is erased", "folder", filepath.Join(o.dir, lettersFolder))
	}
	listener, err := v.listen(ctx)
	if err != nil {
		return err
	}
	o.banner(s)
	if demo != nil {
		if err := demo.welcome(ctx, s, v); err != nil {
			return errors.Join(err, listener.Close())
		}
	} else {
		s.paper.line("open at %s, listening on %s", o.settings.Serve.Origin, listener.Addr())
	}
	return v.serve(ctx, listener)
}

// checkReply refuses to open a real office whose letters could not say how to reach
// it: a duty or a deadline in them would be nobody's to ask about.
func (s *settings) checkReply(name string) error {
	if s.Rehearsal || strings.TrimSpace(s.Reply) != "" {
		return nil
	}
	return fault.Invalidf(name, "there is no reply, and letters have to say how the office is reached").
		WithHint("set reply = \"requests@office.example, +49 30 …\"")
}

// said reports whether a flag stands on the command line, and not in the
// environment alone.
func said(line *kong.Context, flag string) bool {
	return slices.ContainsFunc(line.Path, func(p *kong.Path) bool { return !p.Resolved && p.Flag != nil && p.Flag.Name == flag })
}

// service puts an office together.
func (o *opened) service(ctx context.Context, log *slog.Logger, demo bool) (*service, error) {
	v := &service{opened: o, log: log}
	err := o.settings.follow(filepath.Join(o.dir, settingsFile), log, time.Now)
	if err != nil {
		return nil, err
	}
	if v.letters, err = o.newLetters(ctx); err != nil {
		return nil, err
	}
	problem := api.Problems(log, rand.Reader)
	set := login.Settings{Origin: o.settings.Serve.Origin, Office: o.officeName(), Demo: demo, Problem: problem, Log: log}
	if demo {
		set.Recent, set.Idle = 12*time.Hour, 12*time.Hour
	}
	trusted, err := readProxies(o.settings.Serve.Proxies)
	if err != nil {
		return nil, err
	}
	set.Remote = trusted.remote
	if set.OIDC, err = o.provider(); err != nil {
		return nil, err
	}
	if v.login, err = login.New(ctx, o.shelf, o.settings, set, o.clock, rand.Reader); err != nil {
		return nil, err
	}
	key, err := o.officeKey(ctx)
	if err != nil {
		return nil, err
	}
	profile := *o.profile
	profile.Name = o.officeName()
	parts := api.Parts{
		Docket: o.Docket, Register: o.register, Login: v.login, People: o.settings, Shelf: o.shelf, Jobs: o.store, Office: &profile,
		Remote: trusted.remote, Key: key, Origin: o.settings.Serve.Origin, Program: program(), Rehearsal: o.settings.Rehearsal, Random: rand.Reader, Clock: o.clock, Log: log,
		Words: o.words,
	}
	if v.letters.mail != nil {
		parts.Mail = v.letters.mail
	}
	if v.api, err = api.New(parts); err != nil {
		return nil, err
	}
	v.http = v.api.HTTP(o.settings.Serve.Listen)
	v.http.Handler = logFiles(o.place(o.settings.Log.Folder), v.http.Handler)
	v.http.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	if at := o.settings.Serve.Metrics; at != "" {
		v.metrics = &http.Server{Addr: at, Handler: v.api.Metrics(), ReadHeaderTimeout: 10 * time.Second}
	}
	return v, v.listenForBounces(ctx)
}

// All makes the settings the list of everybody who may sign in.
func (s *settings) All() []login.Person {
	var list []login.Person
	people := s.people()
	for i := range people {
		list = append(list, people[i].person())
	}
	return list
}

// provider reads the secret of the provider of identities.
func (o *opened) provider() (*login.OIDC, error) {
	p := o.settings.OIDC
	if p == nil {
		return nil, nil
	}
	out := &login.OIDC{Issuer: p.Issuer, Client: p.Client}
	if p.SecretFile != "" {
		name := (&inFolder{Data: o.dir}).place(p.SecretFile)
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fault.Invalidf(name, "the secret of the provider of identities cannot be read: %v", err)
		}
		out.Secret = strings.TrimSpace(string(text))
	}
	return out, nil
}

func (v *service) listenForBounces(ctx context.Context) error {
	m := v.settings.Mail
	if m == nil || m.Bounces == "" || m.BounceDomain == "" {
		return nil
	}
	secret, err := v.derived(ctx, "bounce")
	if err != nil {
		return err
	}
	v.bounces = post.NewBounces(secret, m.BounceDomain, v.letters.bounced)
	return nil
}

// listen opens the public listener, with TLS where a certificate is set. A client
// certificate is asked for and not demanded: the register says whose it is.
func (v *service) listen(ctx context.Context) (net.Listener, error) {
	at := &v.settings.Serve
	plain, err := new(net.ListenConfig).Listen(ctx, "tcp", at.Listen)
	if err != nil {
		return nil, fault.Conflictf(at.Listen, "cannot be listened on: %v", err).WithHint("choose another address: serve.listen in office.toml, or --listen")
	}
	if at.Certificate == "" {
		return plain, nil
	}
	folder := &inFolder{Data: v.dir}
	pair, err := tls.LoadX509KeyPair(folder.place(at.Certificate), folder.place(at.Key))
	if err != nil {
		return nil, errors.Join(fault.Invalidf(at.Certificate, "the certificate or its key cannot be read: %v", err), plain.Close())
	}
	return tls.NewListener(plain, &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert, NextProtos: []string{"h2", "http/1.1"},
	}), nil
}

// serve answers until the context ends, and then lets what is under way finish.
func (v *service) serve(ctx context.Context, listener net.Listener) error {
	working, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 4)
	running := 2
	go func() { ended <- v.http.Serve(listener) }()
	go func() { ended <- v.work(working) }()
	published := make(chan struct{})
	go func() { defer close(published); v.publishing(working) }()
	defer func() { stop(); <-published }()
	if v.metrics != nil {
		running++
		go func() { ended <- v.metrics.ListenAndServe() }()
	}
	if v.bounces != nil {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", v.settings.Mail.Bounces)
		if err != nil {
			return errors.Join(fault.Conflictf(v.settings.Mail.Bounces, "cannot be listened on: %v", err), v.http.Close())
		}
		running++
		go func() { ended <- v.bounces.ServeLMTP(l) }()
	}
	var first error
	select {
	case <-ctx.Done():
		v.log.Info("stopping: what is under way is finished")
	case first = <-ended:
		running--
	}
	stop()
	first = errors.Join(first, v.stop())
	for range running {
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, context.Canceled) {
			first = errors.Join(first, err)
		}
	}
	if errors.Is(first, http.ErrServerClosed) {
		return nil
	}
	return first
}

// work does what is due, and sweeps away what has expired.
func (v *service) work(ctx context.Context) error {
	r := v.letters.runner(func(j docket.Job, err error) {
		if ctx.Err() != nil {
			return // it was given back, and is done by whoever is there next
		}
		v.log.Warn("a job failed and is tried again", "job", j.Key, "kind", j.Kind, "error", err.Error())
	}, func() {})
	go func() {
		for tick := time.NewTicker(time.Hour); ; {
			if _, err := v.shelf.Sweep(ctx, v.clock().Add(-time.Hour)); err != nil && ctx.Err() == nil {
				v.log.Warn("what has expired could not be swept away", "error", err.Error())
			}
			if err := v.sweepLetters(ctx); err != nil && ctx.Err() == nil {
				v.log.Warn("letters of erased cases could not be removed", "error", err.Error())
			}
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	return r.Run(ctx)
}

func (v *service) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopping)
	defer cancel()
	err := v.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, v.http.Close())
	}
	if v.metrics != nil {
		err = errors.Join(err, v.metrics.Shutdown(ctx))
	}
	if v.bounces != nil {
		err = errors.Join(err, v.bounces.Shutdown(ctx))
	}
	return err
}
