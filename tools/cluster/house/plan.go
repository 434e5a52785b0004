package house

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogatory/rogatory/keyring"
)

// A Plan is what an office is made from.
type Plan struct {
	Program string // as Build made it
	Dir     string // the office's folder; it does not exist yet
	Listen  string
	Origin  string // as others reach it; of one office with many processes the same
	Records string // the address of a database; empty: SQLite in the folder
	Keys    string
	Mail    string // a mail server of this machine; empty: letters are laid into the folder
	Public  string // settings of the public log; empty: those that it has by itself
}

func (p *Plan) log() string { return filepath.Join(p.Dir, "serve.log") }

// Log is everything its processes have logged.
func (p *Plan) Log() ([]byte, error) { return os.ReadFile(p.log()) }

// A person of the office.
type person struct {
	name  string
	roles []string
}

// people are those of the examples. Nobody decides anything here, so there is no
// judge; who notifies signs, so nobody does.
var people = []person{
	{"Imke Brandt", []string{"intake"}},
	{"Rosa Okafor", []string{"reviewer"}},
	{"Sami Haddad", []string{"senior"}},
	{"Ines Lindqvist", []string{"senior"}},
	{"Cem Aydin", []string{"custodian", "administrator"}},
	{"Olga Petrova", []string{"oversight"}},
}

// People are the names of those to whom cases can be assigned.
func People() []string {
	return []string{people[1].name, people[2].name, people[3].name, people[4].name}
}

// Mail is where letters to one of the office go.
func Mail(name string) string {
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	return first + "@office.example"
}

// Make makes the folder: with SQLite as rogatory init does, otherwise with
// settings and a key, which is all a further process needs. A key that is there
// already stays.
func (p *Plan) Make(ctx context.Context) error {
	if p.Records == "" {
		if out, err := exec.CommandContext(ctx, p.Program, "init", "--rehearsal", "--demo", p.Dir).CombinedOutput(); err != nil {
			return fmt.Errorf("make an office: %w: %s", err, out)
		}
	} else if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return err
	}
	if _, err := os.Stat(p.Key()); err != nil {
		if _, err := keyring.NewFile(p.Key()); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(p.Dir, "office.toml"), []byte(p.settings()), 0o600)
}

// Key is the file with the office's key.
func (p *Plan) Key() string { return filepath.Join(p.Dir, "office.key") }

func (p *Plan) settings() string {
	var b strings.Builder
	fmt.Fprintf(&b, "profile = \"authority-de\"\nname = \"An office under test\"\nreply = \"+49 30 0000\"\nrehearsal = true\npoints = [\"+49 30 0000\"]\ncooling = \"0s\"\n")
	if p.Records != "" {
		fmt.Fprintf(&b, "records = %q\nkeys = %q\n", p.Records, p.Keys)
	}
	fmt.Fprintf(&b, "\n[serve]\nlisten = %q\norigin = %q\n", p.Listen, p.Origin)
	if p.Public != "" {
		fmt.Fprintf(&b, "\n[log]\n%s", p.Public)
	}
	if p.Mail != "" {
		fmt.Fprintf(&b, "\n[mail]\nserver = %q\nfrom = \"requests@office.example\"\ntls = \"none\"\n", p.Mail)
	}
	for _, who := range people {
		fmt.Fprintf(&b, "\n[[person]]\nname = %q\nroles = [\"%s\"]\nmail = %q\n", who.name, strings.Join(who.roles, `", "`), Mail(who.name))
	}
	return b.String()
}
