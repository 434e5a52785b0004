package main

import (
	"errors"
	"net"
	"net/mail"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/post"
)

// settings is office.toml. Unknown keys are refused: a misspelt safeguard would
// be none.
type settings struct {
	Profile   string         `toml:"profile"`
	Name      string         `toml:"name"`  // of the office, as letters show it
	Reply     string         `toml:"reply"` // how the office is reached, as letters show it
	Language  string         `toml:"language"`
	Rulebook  string         `toml:"rulebook"`
	Records   string         `toml:"records"`
	Keys      string         `toml:"keys"`
	Rehearsal bool           `toml:"rehearsal"`
	Points    []string       `toml:"points"`
	Cooling   string         `toml:"cooling"` // before a change of the register takes effect
	Serve     serveSettings  `toml:"serve"`
	Mail      *mailSettings  `toml:"mail"`
	Court     courtSettings  `toml:"court"`
	Log       logSettings    `toml:"log"`
	OIDC      *oidcSettings  `toml:"oidc"`
	People    []staff        `toml:"person"`
	Enrolled  []enrolledBody `toml:"authority"` // of a rehearsal

	roll *roll // of an office that is open; nil: People counts
	demo bool  // opened to let everybody in; no setting, so that none can be left behind
}

// serveSettings say where the office listens.
type serveSettings struct {
	Listen      string   `toml:"listen"`
	Origin      string   `toml:"origin"`      // as others reach it: https://office.example
	Certificate string   `toml:"certificate"` // PEM; without it, and its key, TLS ends before the program
	Key         string   `toml:"key"`
	Proxies     []string `toml:"proxies"` // in front, whose word on who is behind them counts
	Metrics     string   `toml:"metrics"` // a listener of its own; empty: none
}

// mailSettings say by which server letters leave, and where bounces come in.
type mailSettings struct {
	Server       string        `toml:"server"`
	From         string        `toml:"from"`
	User         string        `toml:"user"`
	PasswordFile string        `toml:"password_file"`
	TLS          string        `toml:"tls"`
	Hello        string        `toml:"hello"`
	BounceDomain string        `toml:"bounce_domain"`
	Bounces      string        `toml:"bounces"` // LMTP listener, when a bounce domain is set
	DKIM         *dkimSettings `toml:"dkim"`
}

type dkimSettings struct {
	Domain   string `toml:"domain"`
	Selector string `toml:"selector"`
	KeyFile  string `toml:"key_file"`
}

// courtSettings say where the registry of the court is reached, to which every
// grant is echoed.
type courtSettings struct {
	Name string `toml:"name"`
	Mail string `toml:"mail"`
}

// logSettings say what the public log is called, where it is published, and how
// often. What they say counts when the log begins; afterwards the policy in the
// log does.
type logSettings struct {
	Origin       string `toml:"origin"`        // its name, for good
	Folder       string `toml:"folder"`        // what is published, for any web server
	Mark         string `toml:"mark"`          // how far it came: on another disk than the records
	Witnesses    string `toml:"witnesses"`     // a file with those who cosign, and how many have to; empty: none
	Deposit      string `toml:"deposit"`       // oversight's key, to which openings are sealed
	EpochMinutes int    `toml:"epoch_minutes"` // a block is published so often
	Block        int    `toml:"block"`         // so many leaves are in each
	BatchEpochs  int    `toml:"batch_epochs"`  // duties are published once in so many
}

type oidcSettings struct {
	Issuer     string `toml:"issuer"`
	Client     string `toml:"client"`
	SecretFile string `toml:"secret_file"`
}

// defaultCooling is longer than a weekend.
const defaultCooling = "72h"

// readSettings reads office.toml.
func readSettings(name string) (*settings, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	s := settings{
		Records: "office.db", Keys: "keys.db", Language: "en", Cooling: defaultCooling,
		Serve: serveSettings{Listen: "127.0.0.1:8700"},
		Log:   logSettings{Folder: "log", Mark: "log.mark", EpochMinutes: 360, Block: 16, BatchEpochs: 4},
	}
	meta, err := toml.Decode(string(text), &s)
	if err != nil {
		var where toml.ParseError
		if errors.As(err, &where) {
			return nil, fault.Invalidf(name, "%s", strings.TrimSpace(where.ErrorWithPosition()))
		}
		return nil, fault.Invalidf(name, "%v", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fault.Invalidf(name, "there is no setting %q", unknown[0].String()).WithHint("mind the spelling; the file that `rogatory init` writes lists every setting")
	}
	if err := s.check(name); err != nil {
		return nil, err
	}
	return &s, s.checkClock()
}

// check refuses a list on which somebody, or an authority, could pass for two,
// and settings that cannot be meant.
func (s *settings) check(name string) error {
	if err := s.checkPeople(name); err != nil {
		return err
	}
	if len(s.Enrolled) > 0 && !s.Rehearsal {
		return fault.Invalidf(name, "authorities stand in it, and this is no rehearsal").WithHint("two people enrol an authority: rogatory authority propose, then confirm")
	}
	seen := make(map[string]bool)
	for _, a := range s.Enrolled {
		if a.ID == "" || seen[a.ID] {
			return fault.Invalidf(name, "the authority %q has no id, or is there twice", a.ID).WithHint("the id is how the authority names itself in its requests")
		}
		seen[a.ID] = true
	}
	if _, err := time.ParseDuration(s.Cooling); err != nil {
		return fault.Invalidf(name, "cooling: %q is no time", s.Cooling).WithHint("write 72h")
	}
	return s.checkServe(name)
}

func (s *settings) checkServe(name string) error {
	v := &s.Serve
	if _, _, err := net.SplitHostPort(v.Listen); err != nil {
		return fault.Invalidf(name, "serve.listen: %q: %v", v.Listen, err).WithHint("write 127.0.0.1:8700, or :443")
	}
	if (v.Certificate == "") != (v.Key == "") {
		return fault.Invalidf(name, "serve: a certificate and its key go together")
	}
	if v.Origin == "" {
		v.Origin = "http://" + v.Listen
	}
	if u, err := url.Parse(v.Origin); err != nil || u.Host == "" || u.Path != "" || u.User != nil || u.Scheme != "https" && !(u.Scheme == "http" && local(u.Hostname())) {
		return fault.Invalidf(name, "serve.origin: %q is not where an office can be reached", v.Origin).WithHint("write https://office.example, without a path; http is for this machine alone")
	}
	if _, err := readProxies(v.Proxies); err != nil {
		return err
	}
	if s.Log.Origin == "" {
		u, _ := url.Parse(v.Origin) // it was read above
		s.Log.Origin = u.Hostname() + "/log"
	}
	if m := s.Court.Mail; m != "" {
		if _, err := mail.ParseAddress(m); err != nil {
			return fault.Invalidf(name, "court.mail: %q: %v", m, err)
		}
	}
	return nil
}

// local reports whether a host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// post gives the settings of package post, with files in the office's folder.
func (m *mailSettings) post(name string, place func(string) string) post.MailSettings {
	file := func(f string) string {
		if f == "" {
			return ""
		}
		return place(f)
	}
	out := post.MailSettings{
		Server: m.Server, From: m.From, Name: name, User: m.User, PasswordFile: file(m.PasswordFile), TLS: m.TLS,
		Hello: m.Hello, BounceDomain: m.BounceDomain,
	}
	if m.DKIM != nil {
		out.DKIM = &post.DKIM{Domain: m.DKIM.Domain, Selector: m.DKIM.Selector, KeyFile: file(m.DKIM.KeyFile)}
	}
	return out
}
