package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	_ "embed"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/proof/role"
	"github.com/rogatory/rogatory/register"
)

// A demo is an office in which nothing is real: everybody's way in is printed,
// and the keys of judge, notifier, oversight and of the authority lie in its
// folder, labelled as what they are. Only an office that was made as a demo is
// opened as one.
type demo struct {
	dir  string
	kept bool
}

//go:embed demo/request.json
var demoRequest []byte

// The authority that asks in a demo.
const (
	demoAuthority = "tr-ca"
	demoContact   = "+90 312 000 00 00"
)

// demoPeople are the office of five that the examples describe.
var demoPeople = []staff{
	{Name: "Imke Brandt", Roles: []string{"intake", "notifier"}, Mail: "imke@office.example"},
	{Name: "Rosa Okafor", Roles: []string{"reviewer"}, Mail: "rosa@office.example"},
	{Name: "Sami Haddad", Roles: []string{"senior"}, Mail: "sami@office.example"},
	{Name: "Ines Lindqvist", Roles: []string{"senior"}, Mail: "ines@office.example"},
	{Name: "Cem Aydin", Roles: []string{"custodian", "administrator"}, Mail: "cem@office.example"},
	{Name: "Judge Weber", Roles: []string{"judge"}, Mail: "weber@court.example"},
	{Name: "Olga Petrova", Roles: []string{"oversight"}, Mail: "olga@oversight.example"},
	{Name: "Omar Diallo", Roles: []string{"oversight"}, Mail: "omar@oversight.example"},
}

// makeDemo makes the folder of a demo, or takes the one that is there.
func makeDemo(ctx context.Context, f *inFolder, listen string) (*demo, error) {
	d := &demo{dir: f.Data, kept: f.Data != ""}
	if d.kept {
		if _, err := os.Stat(filepath.Join(d.dir, settingsFile)); err == nil {
			return d, d.listens(listen)
		}
	}
	listen, err := freePort(ctx, listen)
	if err != nil {
		return nil, err
	}
	if !d.kept {
		if d.dir, err = os.MkdirTemp("", "rogatory-demo-"); err != nil {
			return nil, err
		}
		f.Data = d.dir
	}
	text, keys, err := demoSettings(listen)
	if err != nil {
		return nil, err
	}
	if err := (&initCommand{Dir: d.dir, Office: "authority-de", Demo: true}).make(text); err != nil {
		return nil, err
	}
	o, err := f.open(ctx)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	if keys["requester.age"], keys["requester.pem"], err = o.enrolDemo(ctx); err != nil {
		return nil, err
	}
	if err := o.beginDemo(ctx, keys["olga.key"]); err != nil {
		return nil, err
	}
	keys["request.json"] = demoRequest
	for name, text := range keys {
		if err := os.WriteFile(filepath.Join(d.dir, name), text, 0o600); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// listens refuses another address than the one that a demo was made with: its links
// and its authority name that.
func (d *demo) listens(listen string) error {
	if listen == "" {
		return nil
	}
	return fault.Conflictf("--listen", "the demonstration in %s was made already, and its %s says where it listens", d.dir, settingsFile).
		WithHint("leave --listen out, or set serve.listen there")
}

// freePort chooses a port where none is chosen, because the links that are printed
// name it.
func freePort(ctx context.Context, listen string) (string, error) {
	if listen == "" {
		return "127.0.0.1:8700", nil
	}
	if !strings.HasSuffix(listen, ":0") {
		return listen, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// demoSettings writes office.toml, and makes the role keys it names.
func demoSettings(listen string) (text string, keys map[string][]byte, err error) {
	keys = make(map[string][]byte)
	var b strings.Builder
	fmt.Fprintf(&b, "# A demonstration. Nothing here is real.\nprofile = \"authority-de\"\nname = \"Demonstration office\"\nrehearsal = true\npoints = [\"+49 30 0000 24\"]\ncooling = \"0s\"\n\n")
	fmt.Fprintf(&b, "[serve]\nlisten = %q\n\n[log]\nepoch_minutes = 1\nblock = 4\nbatch_epochs = 1\n\n[court]\nname = \"Demonstration court\"\nmail = \"registry@court.example\"\n", listen)
	for _, p := range demoPeople {
		fmt.Fprintf(&b, "\n[[person]]\nname = %q\nroles = [\"%s\"]\nmail = %q\n", p.Name, strings.Join(p.Roles, `", "`), p.Mail)
		word := p.Roles[len(p.Roles)-1]
		if word != "judge" && word != "notifier" && word != "oversight" {
			continue
		}
		secret, err := role.Generate(p.Name, true, rand.Reader)
		if err != nil {
			return "", nil, err
		}
		text, err := secret.Marshal("")
		if err != nil {
			return "", nil, err
		}
		keys[strings.ToLower(strings.Fields(p.Name)[0])+".key"] = text
		fmt.Fprintf(&b, "key = %q\n", secret.Public())
	}
	return b.String(), keys, nil
}

// beginDemo begins the public log, in which a minute is an epoch.
func (o *opened) beginDemo(ctx context.Context, oversight []byte) error {
	key, err := role.ReadSecret(oversight, func() (string, error) { return "", nil })
	if err != nil {
		return err
	}
	return o.terms(ctx, key)
}

// enrolDemo enrols the authority as any other: one proposes, another calls and
// confirms.
func (o *opened) enrolDemo(ctx context.Context) (identity, key []byte, err error) {
	recipient, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, nil, err
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	publicPEM, privatePEM, err := pemOf(public, private)
	if err != nil {
		return nil, nil, err
	}
	now := o.clock()
	to := authority.Authority{
		ID: demoAuthority, Name: "Central Authority for Mutual Legal Assistance", Country: "TR", Role: "central-authority",
		Mail: "registry@authority.example", Language: "en",
		Contacts:   []authority.Contact{{Value: demoContact, How: "a directory that does not exist", By: "Imke Brandt", On: now}},
		Keys:       []authority.Key{{ID: "1", Public: string(publicPEM)}},
		Recipients: []string{recipient.Recipient().String()},
		Powers:     []authority.Power{{Data: "subscriber"}, {Data: "traffic"}, {Data: "content"}},
		From:       now.Add(-time.Minute), Until: now.AddDate(1, 0, 0),
	}
	entry, err := o.register.Propose(ctx, register.Actor{Name: "Imke Brandt", Role: lifecycle.Intake}, to, "a demonstration")
	if err != nil {
		return nil, nil, err
	}
	_, err = o.register.Confirm(ctx, register.Actor{Name: "Sami Haddad", Role: lifecycle.Senior}, demoAuthority, entry.Pending.Digest, demoContact)
	if err != nil {
		return nil, nil, err
	}
	return []byte(recipient.String() + "\n"), privatePEM, nil
}

// welcome prints the ways in.
func (d *demo) welcome(ctx context.Context, s *streams, v *service) error {
	s.paper.line("a demonstration at %s, in %s", v.settings.Serve.Origin, d.dir)
	s.paper.line("sign in, each link once (curl -c jar -X POST LINK):")
	for i := range v.settings.People {
		p := &v.settings.People[i]
		link, err := v.login.Invite(ctx, p.Name, p.Name, 24*time.Hour)
		if err != nil {
			return err
		}
		s.paper.line("  %-15s %-24s %s", p.Name, strings.Join(p.Roles, ", "), link)
	}
	s.paper.line("ask as the authority: rogatory request submit --demo %s", d.dir)
	s.paper.line("letters lie in %s; Ctrl-C ends it", filepath.Join(d.dir, lettersFolder))
	return nil
}

// clear removes a demo that nobody wanted to keep.
func (d *demo) clear() {
	if !d.kept {
		_ = os.RemoveAll(d.dir) // there is nothing more to be done about it
	}
}
