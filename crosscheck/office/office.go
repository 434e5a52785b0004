// Package office is a small office with a public log, for whoever compares or
// measures it: the real sequencer, database, folder and mark, and a real witness
// behind a real HTTP server. Only its clock and its events are made up.
package office

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/folder"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/store"
	"github.com/rogatory/rogatory/witness"
)

// Origin is the name of the log.
const Origin = "office.example/log"

// An Office publishes a log.
type Office struct {
	Keys      *Keys
	Witness   *Witness // nil: there is none
	Store     *store.Store
	Log       *store.Log
	Place     string // the published folder
	Sequencer *sequencer.Sequencer
	Policy    ledger.PolicyDoc
	Now       time.Time // the simulated time of the last block

	files  *folder.Folder
	mark   *folder.Mark
	papers int
	seen   atomic.Uint64
}

// Open opens an office in a folder and begins its log: roles and policy.
func Open(ctx context.Context, dir string, policy ledger.PolicyDoc, w *Witness, k *Keys) (*Office, error) {
	o := &Office{Keys: k, Witness: w, Policy: policy, Place: filepath.Join(dir, "log"), Now: Begin}
	var err error
	if o.Store, err = store.Open(ctx, filepath.Join(dir, "office.db")); err != nil {
		return nil, err
	}
	o.Log = o.Store.Log()
	if o.files, err = folder.Open(o.Place); err != nil {
		return nil, err
	}
	if o.mark, err = folder.OpenMark(filepath.Join(dir, "mark", "log.mark")); err != nil {
		return nil, err
	}
	parts := sequencer.Parts{
		Records: o.Log, Files: o.files, Mark: o.mark, Key: k.Log, VKey: k.VKey, Random: rand.Reader,
		Policy: func(context.Context) (ledger.PolicyDoc, error) { return o.Policy, nil },
		Cover: func(context.Context) (text, opening []byte, err error) {
			l := o.Sealed()
			return l.Marshal(), nil, nil
		},
	}
	if w != nil {
		if parts.Witnesses, err = w.Client(k); err != nil {
			return nil, err
		}
	}
	if o.Sequencer, err = sequencer.New(parts); err != nil {
		return nil, err
	}
	return o, o.begin(ctx)
}

// Close closes what is open; the witness stays.
func (o *Office) Close() {
	o.Store.Close()
	o.files.Close()
	o.mark.Close()
}

// Begin is the simulated time at which a log begins.
var Begin = time.Date(2027, 1, 4, 0, 0, 0, 0, time.UTC)

func (o *Office) begin(ctx context.Context) error {
	roles, policy := o.Keys.Roles.Marshal(), o.Policy.Marshal()
	if err := o.Paper(ctx, o.Keys.Sign(ledger.RoleOversight, ledger.Roles{Doc: ledger.DocumentHash(roles)}), roles); err != nil {
		return err
	}
	if err := o.Paper(ctx, o.Keys.Sign(ledger.RoleOversight, ledger.Policy{Doc: ledger.DocumentHash(policy), From: "2027-01"}), policy); err != nil {
		return err
	}
	return o.Run(ctx)
}

// Paper lets a leaf wait that names a document.
func (o *Office) Paper(ctx context.Context, l ledger.Leaf, doc []byte) error {
	o.papers++
	return o.Log.Wait(ctx, &sequencer.Waiting{Key: fmt.Sprintf("log paper %d", o.papers), Class: sequencer.Document, Text: l.Marshal(), At: o.Now}, doc)
}

// Run has the sequencer do what is due at the simulated time. The first time it
// begins the log and, as an epoch has ended, publishes its block too.
func (o *Office) Run(ctx context.Context) error {
	_, err := o.Sequencer.Run1(ctx, o.Now)
	return err
}

// Block publishes a block of so many sealed leaves, covers where nothing waits.
func (o *Office) Block(ctx context.Context, size int) error {
	o.Policy.Block = size
	o.Now = o.Now.Add(time.Duration(o.Policy.EpochMinutes) * time.Minute)
	return o.Run(ctx)
}

// Sealed is a leaf that waits, of the size and form of a real one. What it commits
// to is nothing: only a report asks.
func (o *Office) Sealed() ledger.Sealed {
	sum := sha256.Sum256(fmt.Appendf(nil, "event %d", o.seen.Add(1)))
	l := ledger.Sealed{Hash: sum}
	for d := range l.Tally {
		l.Tally[d] = sum
	}
	return l
}

// Trust is what somebody who checks the log has from elsewhere.
func (o *Office) Trust() (monitor.Trust, error) {
	if o.Witness == nil {
		return monitor.NewTrust(o.Keys.VKey, nil)
	}
	p, err := o.Witness.Policy()
	if err != nil {
		return monitor.Trust{}, err
	}
	return monitor.NewTrust(o.Keys.VKey, &p.Quorum)
}

// Keys are those of all who sign in the log.
type Keys struct {
	Log   note.Signer
	Skey  string // the same, as text
	VKey  string
	Roles ledger.RolesDoc

	private map[ledger.Role]ed25519.PrivateKey
}

// NewKeys makes the keys of a log, the same at every call.
func NewKeys(origin string) (*Keys, error) {
	k := &Keys{private: make(map[ledger.Role]ed25519.PrivateKey)}
	k.Roles = ledger.RolesDoc{Origin: origin, Keys: make(map[ledger.Role][]ed25519.PublicKey)}
	for _, role := range []ledger.Role{ledger.RoleLog, ledger.RoleJudge, ledger.RoleNotifier, ledger.RoleOversight} {
		seed := sha256.Sum256([]byte(origin + " " + string(role)))
		k.private[role] = ed25519.NewKeyFromSeed(seed[:])
		public := k.private[role].Public().(ed25519.PublicKey)
		if role == ledger.RoleLog {
			k.Roles.Log = public
		} else {
			k.Roles.Keys[role] = []ed25519.PublicKey{public}
		}
	}
	var err error
	if k.VKey, err = ledger.LogKey(origin, k.Roles.Log); err != nil {
		return nil, err
	}
	// Written out as C2SP signed-note has it; 1 is the algorithm, Ed25519.
	hash := sha256.Sum256(append([]byte(origin+"\n\x01"), k.Roles.Log...))
	secret := append([]byte{1}, k.private[ledger.RoleLog].Seed()...)
	k.Skey = fmt.Sprintf("PRIVATE+KEY+%s+%x+%s", origin, hash[:4], base64.StdEncoding.EncodeToString(secret))
	k.Log, err = note.NewSigner(k.Skey)
	return k, err
}

// Sign has a role sign a leaf.
func (k *Keys) Sign(role ledger.Role, l ledger.Signed) ledger.Signed {
	key := k.private[role]
	return ledger.Sign(k.Roles.Origin, l, func(m []byte) []byte { return ed25519.Sign(key, m) }, key.Public().(ed25519.PublicKey))
}

// A Witness is ours, served over HTTP on this machine.
type Witness struct {
	Key    witness.Key
	URL    string
	server *witness.Server
	door   net.Listener
	now    func() time.Time
}

// NewWitness opens a witness of the logs with these keys, in a folder.
func NewWitness(dir string, now func() time.Time, vkeys ...string) (*Witness, error) {
	key, err := witness.NewKey(rand.Reader, "witness.example")
	if err != nil {
		return nil, err
	}
	list := ""
	for _, v := range vkeys {
		list += v + "\n"
	}
	logs, err := witness.ParseLogs(list)
	if err != nil {
		return nil, err
	}
	if err := witness.Init(dir, key); err != nil {
		return nil, err
	}
	s, err := witness.Open(dir, logs, now, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go http.Serve(l, s) // until Close
	return &Witness{Key: key, URL: "http://" + l.Addr().String(), server: s, door: l, now: now}, nil
}

// Close ends the witness.
func (w *Witness) Close() {
	w.door.Close()
	w.server.Close()
}

// PolicyText is the C2SP tlog-policy that asks for this witness.
func (w *Witness) PolicyText() []byte {
	return fmt.Appendf(nil, "witness w %s %s\nquorum w\n", w.Key.Verifier(), w.URL)
}

// Policy is the same, read by us.
func (w *Witness) Policy() (witness.Policy, error) { return witness.ParsePolicy(w.PolicyText()) }

// Client asks the witness for a log.
func (w *Witness) Client(k *Keys) (*witness.Client, error) {
	p, err := w.Policy()
	if err != nil {
		return nil, err
	}
	v, _, err := ledger.ParseLogKey(k.VKey)
	if err != nil {
		return nil, err
	}
	return witness.NewClient(v, p, w.now)
}
