package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/folder"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/proof/role"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/store"
	"github.com/rogatory/rogatory/witness"
)

// A publicLog is the public log of this office: what waits for it stands in the
// records, what is published in a folder, and how far it came outside both.
type publicLog struct {
	*sequencer.Sequencer
	records *store.Log
	origin  string
	vkey    string
	key     note.Signer
	secret  ed25519.PrivateKey
	begins  ledger.PolicyDoc // what a log that has not begun would begin with

	mu       sync.Mutex // guards what follows
	seen     uint64     // papers before this place were read
	policy   ledger.PolicyDoc
	roles    ledger.RolesDoc
	reported ledger.Report // the last
	policies int           // how many policies stand in the log
	roleSets int
	reports  int
	began    bool
}

var _ docket.Log = (*publicLog)(nil)

// Terms are the policy and the roles that stand in the log.
func (l *publicLog) Terms() (ledger.PolicyDoc, ledger.RolesDoc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.began {
		return l.begins, ledger.RolesDoc{}
	}
	return l.policy, l.roles
}

// openLog opens the public log. Nothing is published by that.
func (o *opened) openLog(ctx context.Context, f *inFolder) (*publicLog, error) {
	set := &o.settings.Log
	l := &publicLog{records: o.store.Log(), origin: set.Origin}
	seed, err := o.derived(ctx, "log key")
	if err != nil {
		return nil, err
	}
	l.secret = ed25519.NewKeyFromSeed(seed[:])
	public := l.secret.Public().(ed25519.PublicKey)
	if l.vkey, err = ledger.LogKey(l.origin, public); err != nil {
		return nil, fault.Invalidf(settingsFile, "log.origin: %v", err).WithHint("write office.example/log: a name for good, of no more than letters, digits, dots, slashes and dashes")
	}
	if l.key, err = logSigner(l.origin, l.secret); err != nil {
		return nil, err
	}
	l.begins = ledger.DefaultPolicy(l.origin)
	l.begins.EpochMinutes, l.begins.Block, l.begins.BatchEpochs = set.EpochMinutes, set.Block, set.BatchEpochs
	l.begins.InitialDays = o.profile.SecrecyLimit()
	files, err := folder.Open(f.place(set.Folder))
	if err != nil {
		return nil, err
	}
	mark, err := folder.OpenMark(f.place(set.Mark))
	if err != nil {
		return nil, err
	}
	parts := sequencer.Parts{
		Records: l.records, Files: files, Mark: mark, Key: l.key, VKey: l.vkey, Random: rand.Reader,
		Policy: l.policyInForce,
		Cover:  func(ctx context.Context) (text, opening []byte, err error) { return o.Cover(ctx) },
	}
	if set.Witnesses != "" {
		if parts.Witnesses, err = askWitnesses(f.place(set.Witnesses), l.vkey, o.clock); err != nil {
			return nil, err
		}
	}
	if l.Sequencer, err = sequencer.New(parts); err != nil {
		return nil, err
	}
	return l, l.refresh(ctx)
}

// askWitnesses makes the client of those who cosign.
func askWitnesses(name, vkey string, now func() time.Time) (sequencer.Witnesses, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fault.Invalidf(settingsFile, "log.witnesses: %v", err)
	}
	policy, err := witness.ParsePolicy(text)
	if err != nil {
		return nil, err
	}
	verifier, _, err := ledger.ParseLogKey(vkey)
	if err != nil {
		return nil, err
	}
	return witness.NewClient(verifier, policy, now)
}

// logSigner signs checkpoints, in the form of the Go checksum database.
func logSigner(origin string, key ed25519.PrivateKey) (note.Signer, error) {
	public := append([]byte{1}, key.Public().(ed25519.PublicKey)...) // 1: Ed25519
	hash := sha256.Sum256(append([]byte(origin+"\n"), public...))
	return note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%x+%s", origin, hash[:4], base64.StdEncoding.EncodeToString(append([]byte{1}, key.Seed()...))))
}

// The papers of the log by their keys. Their numbers have no gaps.
func rolesKey(n int) string  { return fmt.Sprintf("log roles %d", n) }
func policyKey(n int) string { return fmt.Sprintf("log policy %d", n) }

// policyInForce gives the policy that stands in the log.
func (l *publicLog) policyInForce(ctx context.Context) (ledger.PolicyDoc, error) {
	if err := l.refresh(ctx); err != nil {
		return ledger.PolicyDoc{}, err
	}
	policy, _ := l.Terms()
	return policy, nil
}

// refresh looks for papers that have come into the log since.
func (l *publicLog) refresh(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	list, err := l.records.Papers(ctx, l.seen)
	if err != nil {
		return err
	}
	for i := range list {
		if err := l.take(ctx, list[i].Text); err != nil {
			return err
		}
		l.seen = list[i].Index + 1
	}
	return nil
}

// take reads a paper of the log. One that is not signed by whoever may has no
// effect here, as it has none in public: who can write the records, and nothing
// else, names no keys, neither to settle nor to open what is deposited.
func (l *publicLog) take(ctx context.Context, text []byte) error {
	leaf, err := ledger.Parse(text)
	if err != nil {
		return err
	}
	switch x := leaf.(type) {
	case ledger.Report:
		l.reports++
		l.reported = x
	case ledger.Roles:
		doc, err := l.records.Document(ctx, x.Doc)
		if err != nil {
			return err
		}
		roles, err := ledger.ParseRolesDoc(doc)
		if err != nil {
			return err
		}
		by := &l.roles
		if len(by.Keys) == 0 {
			by = roles // with which the log begins
		}
		if roles.Origin == l.origin && roles.Log.Equal(l.secret.Public()) && signedBy(by, x, ledger.RoleOversight) {
			l.roles = *roles
		}
		l.roleSets++
	case ledger.Policy:
		doc, err := l.records.Document(ctx, x.Doc)
		if err != nil {
			return err
		}
		policy, err := ledger.ParsePolicyDoc(doc)
		if err != nil {
			return err
		}
		may := []ledger.Role{ledger.RoleOversight}
		if l.began && policy.OnlyVersionsDiffer(l.policy) {
			may = ledger.Signers(ledger.KindPolicy)
		}
		if policy.Origin == l.origin && signedBy(&l.roles, x, may...) {
			l.policy, l.began = *policy, true
		}
		l.policies++
	}
	return nil
}

// signedBy reports whether one of the roles that may has signed a paper.
func signedBy(roles *ledger.RolesDoc, l ledger.Signed, may ...ledger.Role) bool {
	has, err := roles.Verify(l)
	return err == nil && slices.ContainsFunc(has, func(r ledger.Role) bool { return slices.Contains(may, r) })
}

// versions puts into a policy what this office runs.
func (o *opened) versions(p *ledger.PolicyDoc) error {
	program, err := programSum()
	if err != nil {
		return err
	}
	p.Program = program
	for text, into := range map[string]*ledger.Hash{o.book.SHA256(): &p.Rulebook, o.laws: &p.Law} {
		sum, err := hex.DecodeString(text)
		if err != nil || len(sum) != len(into) {
			return fault.Invalidf("", "%q is no SHA-256", text)
		}
		copy(into[:], sum)
	}
	return nil
}

// programSum is the SHA-256 of the running program, as it lies on disk.
var programSum = sync.OnceValues(func() (sum ledger.Hash, err error) {
	name, err := os.Executable()
	if err != nil {
		return sum, err
	}
	f, err := os.Open(name)
	if err != nil {
		return sum, err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return ledger.Hash(h.Sum(nil)), errors.Join(err, f.Close())
})

// rolesDoc gives the roles document that the settings ask for: the keys of all who
// sign, and oversight's for openings.
func (o *opened) rolesDoc(l *publicLog) (*ledger.RolesDoc, error) {
	doc := &ledger.RolesDoc{Origin: l.origin, Log: l.secret.Public().(ed25519.PublicKey), Keys: make(map[ledger.Role][]ed25519.PublicKey)}
	for _, signing := range signs {
		keys, err := o.keysOf(signing)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			doc.Keys[ledger.Role(signing.String())] = append(doc.Keys[ledger.Role(signing.String())], key.Key())
			doc.Demonstration = doc.Demonstration || key.Demo
		}
	}
	if o.settings.Log.Deposit != "" {
		key, err := base64.StdEncoding.DecodeString(o.settings.Log.Deposit)
		if err != nil {
			return nil, fault.Invalidf(settingsFile, "log.deposit: is not base64: %v", err)
		}
		doc.Deposit = key
	}
	return doc, nil
}

// keysOf are the keys of everybody in a role. In a rehearsal each role has one.
func (o *opened) keysOf(r lifecycle.Role) ([]role.Public, error) {
	var list []role.Public
	for i := range o.settings.People {
		p := &o.settings.People[i]
		if p.Key == "" || !slices.Contains(p.Roles, r.String()) {
			continue
		}
		key, err := role.ParsePublic(p.Key)
		if err != nil {
			return nil, err
		}
		list = append(list, key)
	}
	if len(list) > 0 || !o.settings.Rehearsal {
		return list, nil
	}
	key, err := o.rehearsalKey(r)
	if err != nil {
		return nil, err
	}
	return []role.Public{key.Public()}, nil
}

// follow has the log say which versions run here, if it says otherwise. That is
// signed by the log's own key: the public learns that something else runs, and
// whether it is a release is for them to look up.
func (o *opened) follow(ctx context.Context, now time.Time) error {
	l := o.log
	if err := l.refresh(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	next, began, n := l.policy, l.began, l.policies+1
	l.mu.Unlock()
	if !began || n == 1 {
		return nil
	}
	before := next
	if err := o.versions(&next); err != nil {
		return err
	}
	if next == before {
		return nil
	}
	leaf := l.own(ledger.Policy{Doc: ledger.DocumentHash(next.Marshal()), From: ledger.DateOf(now).YearMonth()})
	return l.wait(ctx, policyKey(n), leaf, next.Marshal(), now)
}

// wait lets a leaf of the office's own wait, with the document it names.
func (l *publicLog) wait(ctx context.Context, key string, leaf ledger.Leaf, document []byte, now time.Time) error {
	return l.records.Wait(ctx, &sequencer.Waiting{Key: key, Class: ledger.Papers, Text: leaf.Marshal(), At: now}, document)
}
