package main

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // legal days are counted where no zones are installed as well

	"github.com/BurntSushi/toml"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/keyring"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/screen"
	"github.com/rogatory/rogatory/signal"
	"github.com/rogatory/rogatory/store"
	"github.com/rogatory/rogatory/vault"
)

// The files of an office's folder.
const (
	settingsFile = "office.toml"
	keyFile      = "office.key"
	vaultFolder  = "vault"
)

// settings is office.toml. Unknown keys are refused: a misspelt safeguard would
// be none.
type settings struct {
	Profile   string         `toml:"profile"`
	Rulebook  string         `toml:"rulebook"`
	Records   string         `toml:"records"`
	Keys      string         `toml:"keys"`
	Rehearsal bool           `toml:"rehearsal"`
	Points    []string       `toml:"points"`
	People    []staff        `toml:"person"`
	Enrolled  []enrolledBody `toml:"authority"`
}

type enrolledBody struct {
	ID        string   `toml:"id"`
	Name      string   `toml:"name"`
	Country   string   `toml:"country"`
	Contacts  []string `toml:"contacts"`
	Key       string   `toml:"key"`
	Suspended bool     `toml:"suspended"`
}

// entry is an authority as the register knows it.
func (a *enrolledBody) entry() authority.Authority {
	out := authority.Authority{ID: a.ID, Name: a.Name, Country: a.Country}
	for _, c := range a.Contacts {
		out.Contacts = append(out.Contacts, authority.Contact{Value: c})
	}
	if a.Key != "" {
		out.Recipients = []string{a.Key}
	}
	if a.Suspended {
		out.Suspended = "by " + settingsFile
	}
	return out
}

// Authority makes the settings the register of authorities.
func (s *settings) Authority(_ context.Context, id string) (authority.Authority, error) {
	for _, a := range s.Enrolled {
		if a.ID == id {
			return a.entry(), nil
		}
	}
	return authority.Authority{}, fault.NotFoundf(id, "is not enrolled")
}

func (s *settings) points() []string { return s.Points }

// register is the settings as a docket sees them.
type register struct{ *settings }

// Points are the contacts the receiving State keeps open.
func (r register) Points(context.Context) ([]string, error) { return r.points(), nil }

// inFolder is what the commands have in common that work in an office's folder.
type inFolder struct {
	Data string `help:"The office's folder, as made by rogatory init." env:"ROGATORY_DATA" placeholder:"DIR" type:"path"`
}

// An opened folder is an office at work.
type opened struct {
	*docket.Docket
	settings *settings
	dir      string
	store    *store.Store
	ring     *keyring.Ring
	vault    *vault.Vault
	key      keyring.Office
	book     *rulebook.Book
	clock    func() time.Time
}

func (f *inFolder) read() (*settings, error) {
	if f.Data == "" {
		return nil, fault.Invalidf("--data", "no office is named").WithHint("make one with `rogatory init DIR`, and give it by --data DIR or ROGATORY_DATA")
	}
	name := filepath.Join(f.Data, settingsFile)
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fault.NotFoundf(f.Data, "is no office: %v", err).WithHint("`rogatory init DIR` makes one; name it by --data DIR or ROGATORY_DATA")
	}
	s := settings{Records: "office.db", Keys: "keys.db"}
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

// check refuses a list on which somebody, or an authority, could pass for two.
func (s *settings) check(name string) error {
	if err := s.checkPeople(name); err != nil {
		return err
	}
	seen := make(map[string]bool)
	for _, a := range s.Enrolled {
		if a.ID == "" || seen[a.ID] {
			return fault.Invalidf(name, "the authority %q has no id, or is there twice", a.ID).WithHint("the id is how the authority names itself in its requests")
		}
		seen[a.ID] = true
	}
	return nil
}

// place makes a path of the settings one in the folder; an address of a server
// stays as it is.
func (f *inFolder) place(where string) string {
	if strings.Contains(where, "://") || filepath.IsAbs(where) {
		return where
	}
	return filepath.Join(f.Data, where)
}

// open opens an office. Its caller closes it.
func (f *inFolder) open(ctx context.Context) (*opened, error) {
	s, err := f.read()
	if err != nil {
		return nil, err
	}
	profile, matcher, err := readOffice(f.profile(s), signal.Late(signal.Floor))
	if err != nil {
		return nil, err
	}
	if s.Rulebook != "" {
		s.Rulebook = f.place(s.Rulebook)
	}
	book, laws, err := books(s.Rulebook)
	if err != nil {
		return nil, err
	}
	days, err := calendar.Of(profile.Calendar)
	if err != nil {
		return nil, err
	}
	if err := f.made(s); err != nil {
		return nil, err
	}
	o := &opened{settings: s, dir: f.Data, book: book, clock: s.clock}
	o.key, err = keyring.OpenFile(filepath.Join(f.Data, keyFile))
	if err != nil {
		return nil, err
	}
	var previous []keyring.Office
	if old, err := keyring.OpenFile(filepath.Join(f.Data, keyFile+oldKey)); err == nil {
		previous = append(previous, old) // a rotation is not finished
	}
	o.ring, err = keyring.Open(ctx, f.place(s.Keys), o.key, previous...)
	if err != nil {
		return nil, f.writable(err)
	}
	o.store, err = store.Open(ctx, f.place(s.Records))
	if err != nil {
		return nil, errors.Join(f.writable(err), o.ring.Close())
	}
	latest, err := o.store.Clock(ctx)
	if err != nil {
		return nil, errors.Join(err, o.store.Close(), o.ring.Close())
	}
	o.vault, err = vault.Open(filepath.Join(f.Data, vaultFolder))
	if err != nil {
		return nil, errors.Join(err, o.store.Close(), o.ring.Close())
	}
	o.Docket = docket.New(docket.Parts{
		Records: o.store, Keys: o.ring, Vault: vaultDoor{o.vault}, Register: register{s}, Screener: screen.New(book, laws, matcher, profile, program()),
		Book: book, Office: profile, Calendar: days, Random: rand.Reader, Clock: o.clock, Rehearsal: s.Rehearsal,
		Versions: docket.Accordance{Program: program(), Rulebook: book.SHA256(), Law: laws.SHA256()},
	}, latest)
	return o, nil
}

// writable says so where a database cannot be opened because its folder cannot
// be written.
func (f *inFolder) writable(err error) error {
	probe, failed := os.CreateTemp(f.Data, ".probe-")
	if failed == nil {
		return errors.Join(err, probe.Close(), os.Remove(probe.Name()))
	}
	return fault.Invalidf(f.Data, "cannot be written: %v", failed).WithHint("an office writes whatever one does in it, because every look is on record; give yourself the right to write, or work on the machine that has it")
}

// made refuses a folder whose databases are elsewhere: a mistyped path would
// make an empty office, in which every case looks erased.
func (f *inFolder) made(s *settings) error {
	for _, where := range []string{s.Records, s.Keys} {
		name := f.place(where)
		if _, err := os.Stat(name); err != nil && !strings.Contains(name, "://") {
			return fault.NotFoundf(name, "is not there, and %s names it", settingsFile).WithHint("mend the path, or restore a backup into it")
		}
	}
	return nil
}

// profile is an example's id, or a file of the folder.
func (f *inFolder) profile(s *settings) string {
	if name := f.place(s.Profile); s.Profile != "" {
		if _, err := os.Stat(name); err == nil {
			return name
		}
	}
	return s.Profile
}

// Close closes the databases and the vault.
func (o *opened) Close() error { return errors.Join(o.store.Close(), o.ring.Close(), o.vault.Close()) }

// clockVariable sets the clock of a rehearsal. A real office has no such door:
// whoever could set its clock could end every deadline.
const clockVariable = "ROGATORY_CLOCK"

func (s *settings) clock() time.Time {
	if at, ok := s.rehearsed(); ok {
		return at
	}
	return time.Now()
}

func (s *settings) rehearsed() (time.Time, bool) {
	if !s.Rehearsal {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339, os.Getenv(clockVariable))
	return at, err == nil
}

// checkClock refuses a clock that cannot be read: a rehearsal would go on in
// another year than it says.
func (s *settings) checkClock() error {
	text := os.Getenv(clockVariable)
	if _, ok := s.rehearsed(); s.Rehearsal && text != "" && !ok {
		return fault.Invalidf(clockVariable, "%q is no time", text).WithHint("write 2026-09-01T09:00:00Z")
	}
	return nil
}
