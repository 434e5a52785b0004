package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
	_ "time/tzdata" // legal days are counted where no zones are installed as well

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/keyring"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/screen"
	"github.com/rogatory/rogatory/signal"
	"github.com/rogatory/rogatory/store"
	"github.com/rogatory/rogatory/vault"
)

// Profile is the office all tools play.
const Profile = "authority-de"

// Authority finds an authority by its id.
func (r Register) Authority(_ context.Context, id string) (authority.Authority, error) {
	a, ok := r[id]
	if !ok {
		return authority.Authority{}, fault.NotFoundf(id, "is not enrolled")
	}
	return a, nil
}

// Points are the contacts the receiving State keeps open.
func (Register) Points(context.Context) ([]string, error) { return []string{"+49 30 0000"}, nil }

// A Place is where an office keeps its things.
type Place struct {
	Dir     string // of the office key and the vault
	Records string // file or address
	Keys    string
}

// InFolder is an office with SQLite in a folder.
func InFolder(dir string) Place {
	return Place{dir, filepath.Join(dir, "office.db"), filepath.Join(dir, "keys.db")}
}

// An Office is open. Its parts are there for whoever wants to put something in
// between.
type Office struct {
	*docket.Docket
	Parts docket.Parts
	Store *store.Store
	Ring  *keyring.Ring
	vault *vault.Vault
}

// evidence is a vault as a docket sees it.
type evidence struct{ *vault.Vault }

// Put puts a file away.
func (e evidence) Put(ctx context.Context, c docket.Ref, key [32]byte, r io.Reader) (id string, size int64, sum string, err error) {
	s, err := e.Vault.Put(ctx, c, key, r)
	return s.ID, s.Size, s.SHA256, err
}

// open is a public log that has published everything: what is looked at here is
// the office, and not the log.
type open struct{}

// Terms are those a log begins with.
func (open) Terms() (ledger.PolicyDoc, ledger.RolesDoc) {
	return ledger.DefaultPolicy("desk.example/log"), ledger.RolesDoc{}
}

// Published: everything is.
func (open) Published(context.Context, ...string) (bool, error) { return true, nil }

// Parts are those of an office without its store and its ring.
func Parts(e *Examples, clock func() time.Time) (docket.Parts, error) {
	p, err := office.Example(Profile)
	if err != nil {
		return docket.Parts{}, err
	}
	days, err := calendar.Of(p.Calendar)
	if err != nil {
		return docket.Parts{}, err
	}
	book, laws := rulebook.Floor(), law.Starting()
	return docket.Parts{
		Rehearsal: true, Log: open{},
		Register: e.register, Screener: screen.New(book, laws, signal.Floor(), p, "tools"), Book: book, Office: p, Calendar: days,
		Versions: docket.Accordance{Program: "tools", Rulebook: book.SHA256(), Law: laws.SHA256()}, Random: rand.Reader, Clock: clock,
	}, nil
}

// Open opens an office, and makes it if it is not there.
func Open(ctx context.Context, e *Examples, at Place, clock func() time.Time) (*Office, error) {
	key, err := officeKey(filepath.Join(at.Dir, "office.key"))
	if err != nil {
		return nil, err
	}
	o := &Office{}
	o.Parts, err = Parts(e, clock)
	if err != nil {
		return nil, err
	}
	o.Ring, err = keyring.Open(ctx, at.Keys, key)
	if err != nil {
		return nil, fmt.Errorf("open the keys: %w", err)
	}
	o.Store, err = store.Open(ctx, at.Records)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the records: %w", err), o.Ring.Close())
	}
	latest, err := o.Store.Clock(ctx)
	if err != nil {
		return nil, errors.Join(err, o.Store.Close(), o.Ring.Close())
	}
	o.vault, err = vault.Open(filepath.Join(at.Dir, "vault"))
	if err != nil {
		return nil, errors.Join(err, o.Store.Close(), o.Ring.Close())
	}
	o.Parts.Records, o.Parts.Keys, o.Parts.Vault = o.Store, o.Ring, evidence{o.vault}
	o.Docket = docket.New(o.Parts, latest)
	return o, nil
}

func officeKey(path string) (keyring.Office, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return keyring.NewFile(path)
	}
	return keyring.OpenFile(path)
}

// Close closes what Open opened.
func (o *Office) Close() error { return errors.Join(o.Store.Close(), o.Ring.Close(), o.vault.Close()) }
