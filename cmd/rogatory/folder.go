package main

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // legal days are counted where no zones are installed as well

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/keyring"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/proof/role"
	"github.com/rogatory/rogatory/register"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/screen"
	"github.com/rogatory/rogatory/seal"
	"github.com/rogatory/rogatory/shelf"
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
	shelf    *shelf.Shelf
	register *register.Register
	profile  *office.Profile
	days     *calendar.Calendar
	roleKey  *role.Secret // of who works at the command line; nil: none was given
	key      keyring.Office
	book     *rulebook.Book
	laws     string // SHA-256 of the law data
	log      *publicLog
	clock    func() time.Time
}

func (f *inFolder) read() (*settings, error) {
	if f.Data == "" {
		return nil, fault.Invalidf("--data", "no office is named").WithHint("make one with `rogatory init DIR`, and give it by --data DIR or ROGATORY_DATA")
	}
	name := filepath.Join(f.Data, settingsFile)
	s, err := readSettings(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.NotFoundf(f.Data, "is no office: %v", err).WithHint("`rogatory init DIR` makes one; name it by --data DIR or ROGATORY_DATA")
	}
	return s, err
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
	return f.openWith(ctx, s)
}

// within does something in an office that is open meanwhile.
func (f *inFolder) within(s *streams, work func(context.Context, *opened) error) error {
	ctx, stop := s.working()
	defer stop()
	o, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer o.Close()
	return work(ctx, o)
}

func (f *inFolder) openWith(ctx context.Context, s *settings) (*opened, error) {
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
	o := &opened{settings: s, dir: f.Data, book: book, profile: profile, days: days, clock: s.clock}
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
	if err := o.shelve(ctx); err != nil {
		return nil, errors.Join(err, o.Close())
	}
	if o.log, err = o.openLog(ctx, f); err != nil {
		return nil, errors.Join(err, o.Close())
	}
	o.laws = laws.SHA256()
	o.Docket = docket.New(docket.Parts{
		Records: o.store, Keys: o.ring, Vault: vaultDoor{o.vault}, Register: enrolled{o.register, s}, Signers: s, Screener: screen.New(book, laws, matcher, profile, program()),
		Book: book, Office: profile, Calendar: days, Random: rand.Reader, Clock: o.clock, Rehearsal: s.Rehearsal, Log: o.log,
		Versions: docket.Accordance{Program: program(), Rulebook: book.SHA256(), Law: laws.SHA256()},
	}, latest)
	return o, nil
}

// shelve opens what stands beside the cases, under keys that follow from the index
// key and so outlive a rotation.
func (o *opened) shelve(ctx context.Context) error {
	var err error
	if o.shelf, err = o.shelfAs(ctx, o.settings.nature()); err != nil {
		return err
	}
	if err := o.checkNature(ctx); err != nil {
		return err
	}
	cooling, err := time.ParseDuration(o.settings.Cooling)
	if err != nil {
		return err
	}
	o.register, err = register.New(o.shelf, register.Settings{Cooling: cooling, Points: o.settings.Points, Rehearsal: o.settings.Rehearsal, Recipients: seal.Recipients}, o.store, o.clock)
	return err
}

// derived is a key of the office for one purpose.
func (o *opened) derived(ctx context.Context, purpose string) (key [32]byte, err error) {
	index, err := o.ring.Index(ctx)
	if err != nil {
		return key, err
	}
	out, err := hkdf.Key(sha256.New, index[:], nil, "rogatory."+purpose+"/1", len(key))
	if err != nil {
		return key, err
	}
	return [32]byte(out), nil
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
