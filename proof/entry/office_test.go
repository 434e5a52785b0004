package entry

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

const origin = "office.example/log"

// office publishes a log, in memory, and is its own Source.
type office struct {
	keys   map[ledger.Role]ed25519.PrivateKey
	roles  ledger.RolesDoc
	policy ledger.PolicyDoc
	epoch  ledger.Epoch
	leaves [][]byte
	files  map[string][]byte
	broken map[string]error
	stored []tlog.Hash
	size   int // under the last checkpoint
	seen   uint64
}

func key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// opened is an office whose log has begun.
func opened() *office {
	o := &office{
		keys:   make(map[ledger.Role]ed25519.PrivateKey),
		roles:  ledger.RolesDoc{Origin: origin, Log: public(key("log")), Keys: make(map[ledger.Role][]ed25519.PublicKey)},
		policy: ledger.DefaultPolicy(origin),
		epoch:  ledger.Epoch{Year: 2027, Day: 4},
		files:  make(map[string][]byte),
		broken: make(map[string]error),
	}
	o.policy.Block = 4
	o.keys[ledger.RoleLog] = key("log")
	for _, role := range []ledger.Role{ledger.RoleJudge, ledger.RoleNotifier, ledger.RoleOversight} {
		o.keys[role] = key(string(role))
		o.roles.Keys[role] = []ed25519.PublicKey{public(o.keys[role])}
	}
	o.add(o.rolesLeaf(o.roles, ledger.RoleOversight), o.policyLeaf(o.policy, "2027-01", ledger.RoleOversight))
	o.publish()
	return o
}

func (o *office) sign(l ledger.Signed, role ledger.Role) ledger.Leaf {
	k := o.keys[role]
	return ledger.Sign(origin, l, func(m []byte) []byte { return ed25519.Sign(k, m) }, public(k))
}

func (o *office) doc(text []byte) ledger.Hash {
	h := ledger.DocumentHash(text)
	o.files[fmt.Sprintf("docs/%x", h)] = text
	return h
}

func (o *office) rolesLeaf(d ledger.RolesDoc, by ledger.Role) ledger.Leaf {
	return o.sign(ledger.Roles{Doc: o.doc(d.Marshal())}, by)
}

func (o *office) policyLeaf(d ledger.PolicyDoc, from string, by ledger.Role) ledger.Leaf {
	return o.sign(ledger.Policy{Doc: o.doc(d.Marshal()), From: from}, by)
}

func (o *office) settle(id ledger.ID, as ledger.Settlement, role ledger.Role) ledger.Leaf {
	return o.sign(ledger.Settle{Batch: o.epoch, ID: id, As: as}, role)
}

func (o *office) extend(id, next ledger.ID, due ledger.Date) ledger.Leaf {
	return o.sign(ledger.Settle{Batch: o.epoch, ID: id, As: ledger.Extended, Next: next, Due: due}, ledger.RoleJudge)
}

func (o *office) random() [32]byte {
	o.seen++
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte("random"), o.seen))
}

func (o *office) id() ledger.ID {
	r := o.random()
	return ledger.ID(r[:16])
}

// received is what a person's case says.
var received = ledger.Event{"kind": "received", "case": "R-2027-0001", "at": "2027-01-04T08:00:00Z", "instrument": "budapest", "subject": "account"}

// event is a sealed leaf that commits to an event, with all of it opened.
func (o *office) event(e ledger.Event) (ledger.Leaf, Want) {
	k := o.random()
	hash, err := ledger.Commit(e, k)
	must(err)
	c, err := ledger.CellsOf(e["kind"], e["instrument"], "", "", "")
	must(err)
	tally, err := c.Commit(k)
	must(err)
	opening, err := ledger.Open(e, k)
	must(err)
	return ledger.Sealed{Epoch: o.epoch, Hash: hash, Tally: tally},
		Want{Opening: &opening, Tally: &ledger.TallyOpening{Cells: c, Blinding: ledger.Blindings(k)}}
}

// duty is a duty to tell with the kind of its event opened.
func (o *office) duty(class ledger.Class) (ledger.Duty, Want) {
	k := o.random()
	hash, err := ledger.Commit(received, k)
	must(err)
	opening, err := ledger.Open(received, k, "kind", "case")
	must(err)
	return ledger.Duty{Batch: o.epoch, Class: class, ID: o.id(), Due: o.policy.DueFor(class, o.epoch), Hash: hash}, Want{Opening: &opening}
}

// block publishes the next block, what is given before and behind its sealed ones.
func (o *office) block(first ledger.Leaf, tail ...ledger.Leaf) {
	count := o.policy.Block
	if first != nil {
		o.add(first)
		count--
	}
	for range count {
		o.add(ledger.Sealed{Epoch: o.epoch, Hash: o.random()})
	}
	o.add(tail...)
	o.epoch = o.epoch.Next(o.policy.EpochMinutes)
	o.publish()
}

// day publishes blocks until the one that carries duties is next.
func (o *office) day() {
	for !o.policy.IsBatch(o.epoch) {
		o.block(nil)
	}
}

func (o *office) add(leaves ...ledger.Leaf) {
	for _, l := range leaves {
		text := l.Marshal()
		h, err := tlog.StoredHashes(int64(len(o.leaves)), text, tlog.HashReaderFunc(o.read))
		must(err)
		o.stored = append(o.stored, h...)
		o.leaves = append(o.leaves, text)
	}
}

func (o *office) read(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		list[i] = o.stored[x]
	}
	return list, nil
}

// publish publishes a checkpoint at the end of the last block.
func (o *office) publish() {
	size := len(o.leaves)
	root, err := tlog.TreeHash(int64(size), tlog.HashReaderFunc(o.read))
	must(err)
	c := checkpoint(uint64(size), root, o.epoch.Start(o.policy.EpochMinutes))
	for _, t := range tlog.NewTiles(ledger.TileHeight, int64(o.size), int64(size)) {
		data, err := tlog.ReadTileData(t, tlog.HashReaderFunc(o.read))
		must(err)
		o.files[ledger.TilePath(t)] = data
		if t.L == 0 {
			first := int(t.N) * ledger.TileWidth
			t.L = -1
			o.files[ledger.TilePath(t)] = ledger.Bundle(o.leaves[first : first+t.W])
		}
	}
	o.size = size
	o.files["checkpoint"], o.files[fmt.Sprintf("checkpoints/%d", size)] = c, c
}

// checkpoint is signed by the log and cosigned by w1 at a time, by w2 a minute on.
func checkpoint(size uint64, root tlog.Hash, at time.Time) []byte {
	h := sha256.Sum256(append([]byte(origin+"\n\x01"), public(key("log"))...))
	s, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", origin, binary.BigEndian.Uint32(h[:4]),
		base64.StdEncoding.EncodeToString(append([]byte{1}, key("log").Seed()...))))
	must(err)
	text, err := ledger.Checkpoint{Origin: origin, Size: size, Root: root}.Sign(s)
	must(err)
	return cosign(cosign(text, "w1", at), "w2", at.Add(time.Minute))
}

func cosign(checkpoint []byte, name string, at time.Time) []byte {
	k := key(name)
	text, _, _ := strings.Cut(string(checkpoint), "\n\n")
	sig := ed25519.Sign(k, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s\n", at.Unix(), text))
	h := sha256.Sum256(append([]byte(name+"\n\x04"), public(k)...))
	raw := append(binary.BigEndian.AppendUint64(h[:4:4], uint64(at.Unix())), sig...)
	return fmt.Appendf(checkpoint, "— %s %s\n", name, base64.StdEncoding.EncodeToString(raw))
}

// witnessed trusts the log and the named witnesses, all of them; trusting the log
// alone.
func witnessed(names ...string) monitor.Trust {
	var policy strings.Builder
	for _, w := range names {
		k := append([]byte{4}, public(key(w))...)
		h := sha256.Sum256(append([]byte(w+"\n"), k...))
		fmt.Fprintf(&policy, "witness %s %s+%08x+%s https://%s.example\n", w, w, binary.BigEndian.Uint32(h[:4]), base64.StdEncoding.EncodeToString(k), w)
	}
	g, err := witness.ParsePolicy([]byte(policy.String() + "group g all " + strings.Join(names, " ") + "\nquorum g\n"))
	must(err)
	return trust(origin, &g)
}

func trusting() monitor.Trust { return trust(origin, nil) }

func trust(origin string, g *witness.Group) monitor.Trust {
	vkey, err := ledger.LogKey(origin, public(key("log")))
	must(err)
	t, err := monitor.NewTrust(vkey, g)
	must(err)
	return t
}

var errBusy = errors.New("the disk is away")

func (o *office) get(name string) ([]byte, error) {
	if err := o.broken[name]; err != nil {
		return nil, err
	}
	if data, ok := o.files[name]; ok {
		return data, nil
	}
	return nil, fault.NotFoundf(name, "is not published")
}

func (o *office) Checkpoint(context.Context) ([]byte, error) { return o.get("checkpoint") }
func (o *office) Archived(_ context.Context, size uint64) ([]byte, error) {
	return o.get(fmt.Sprintf("checkpoints/%d", size))
}
func (o *office) Tile(_ context.Context, t tlog.Tile) ([]byte, error) {
	return o.get(ledger.TilePath(t))
}
func (o *office) Document(_ context.Context, h ledger.Hash) ([]byte, error) {
	return o.get(fmt.Sprintf("docs/%x", h))
}
func (o *office) Provisional(context.Context) ([]byte, error) { return o.get("provisional") }
