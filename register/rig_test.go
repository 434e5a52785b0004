package register_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	. "github.com/rogatory/rogatory/register"
	"github.com/rogatory/rogatory/shelf"
	"github.com/rogatory/rogatory/store"
)

// The people of the office.
var (
	intake        = Actor{"Imke", lifecycle.Intake}
	reviewer      = Actor{"Rosa", lifecycle.Reviewer}
	senior        = Actor{"Sami", lifecycle.Senior}
	custodian     = Actor{"Cem", lifecycle.Custodian}
	administrator = Actor{"Ada", lifecycle.Administrator}
	overseer      = Actor{"Olga", lifecycle.Oversight}
	judge         = Actor{"Jo", lifecycle.Judge}
	machine       = Actor{"clock", lifecycle.Machine}
	requester     = Actor{"Paris", lifecycle.Requester}
)

const day = 24 * time.Hour

var start = time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)

// A prompt is a job that was asked for, and when.
type prompt struct {
	key, kind string
	at        time.Time
}

// jobs remembers what it is prompted for.
type jobs struct {
	mu   sync.Mutex
	list []prompt
	fail error
	then func() // happens once, before the prompt is taken
}

func (j *jobs) Prompt(_ context.Context, key, kind string, at time.Time) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if then := j.then; then != nil {
		j.then = nil
		then()
	}
	if j.fail != nil {
		return j.fail
	}
	j.list = append(j.list, prompt{key, kind, at})
	return nil
}

// A rig is a register on a real store, with a clock under control.
type rig struct {
	*Register
	t     testing.TB
	now   time.Time
	store *store.Store
	shelf *shelf.Shelf
	jobs  *jobs
}

func newRig(t testing.TB) *rig {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"))
	ok(t, err)
	t.Cleanup(func() { db.Close() })
	r := &rig{t: t, now: start, store: db, jobs: &jobs{}}
	r.shelf = shelf.New(db, [32]byte{1}, rand.Reader)
	r.Register = r.process()
	return r
}

// process is a register in a process of its own, on the same records.
func (r *rig) process() *Register {
	r.t.Helper()
	reg, err := New(r.shelf, Settings{Cooling: 2 * day, Points: []string{"+49 30 0000"}}, r.jobs, func() time.Time { return r.now })
	ok(r.t, err)
	return reg
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func publicKey(t testing.TB) string {
	t.Helper()
	key, _, err := ed25519.GenerateKey(rand.Reader)
	ok(t, err)
	der, err := x509.MarshalPKIXPublicKey(key)
	ok(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// recipient is one of many.
func recipient(letter string) string { return "age1" + strings.Repeat(letter, 58) }

// hash is one of many certificates.
func hash(letter string) string { return strings.Repeat(letter, 64) }

// paris is an entry as intake proposes it: intake verified its contact.
func paris(t testing.TB) authority.Authority {
	return authority.Authority{
		ID: "fr-paris", Name: "Tribunal judiciaire de Paris", Country: "FR", Role: "court",
		Mail: "greffe@justice.example", Language: "fr",
		Contacts:     []authority.Contact{{Value: "+33 1 0000", How: "the directory of the ministry"}},
		Keys:         []authority.Key{{ID: "2026", Public: publicKey(t)}},
		Certificates: []string{hash("a")},
		Recipients:   []string{recipient("q")},
		Powers:       []authority.Power{{Data: "subscriber"}, {Data: "content"}},
		Until:        start.AddDate(2, 0, 0),
	}
}

// propose proposes what has to be taken, and gives its digest.
func (r *rig) propose(who Actor, a authority.Authority) string {
	r.t.Helper()
	e, err := r.Propose(r.t.Context(), who, a, "their letter of 3 August")
	ok(r.t, err)
	return e.Pending.Digest
}

// enrolled puts an entry in force, proposed by intake and confirmed by the
// reviewer.
func (r *rig) enrolled(a authority.Authority) authority.Authority {
	r.t.Helper()
	r.confirmed(a)
	r.now = r.now.Add(2 * day)
	return r.stands(a.ID)
}

// confirmed takes a change to where it cools.
func (r *rig) confirmed(a authority.Authority) {
	r.t.Helper()
	_, err := r.Confirm(r.t.Context(), reviewer, a.ID, r.propose(intake, a), "+33 1 0000")
	ok(r.t, err)
}

func (r *rig) stands(id string) authority.Authority {
	r.t.Helper()
	a, err := r.Authority(r.t.Context(), id)
	ok(r.t, err)
	return a
}

// absent checks that nothing is in force under an id.
func (r *rig) absent(id string) {
	r.t.Helper()
	if a, err := r.Authority(r.t.Context(), id); fault.KindOf(err) != fault.NotFound {
		r.t.Errorf("%s is enrolled: %+v, %v", id, a, err)
	}
}

// refused checks that something was refused, with a kind and for a reason.
func refused(t testing.TB, err error, kind fault.Kind, because string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || !strings.Contains(err.Error(), because) {
		t.Errorf("%v; want kind %d because %q", err, kind, because)
	}
}

// did writes a history down, an event a line.
func did(e *Entry) string {
	var b strings.Builder
	for _, h := range e.History {
		fmt.Fprintf(&b, "%d %s", h.Version, h.Did)
		if h.By != "" {
			fmt.Fprintf(&b, " by %s (%s)", h.By, h.Role)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
