package words

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/proof/entry"
)

const origin = "office.example/log"

// An office publishes a log in memory, the same each time, and is its own source.
type office struct {
	roles  ledger.RolesDoc
	policy ledger.PolicyDoc
	epoch  ledger.Epoch
	leaves [][]byte
	stored []tlog.Hash
	files  map[string][]byte
	size   int
	drawn  uint64
	wants  []entry.Want
}

func key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(name string) ed25519.PublicKey { return key(name).Public().(ed25519.PublicKey) }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func opens(change func(*ledger.RolesDoc)) *office {
	o := &office{
		roles:  ledger.RolesDoc{Origin: origin, Log: public("log"), Keys: make(map[ledger.Role][]ed25519.PublicKey)},
		policy: ledger.DefaultPolicy(origin), epoch: ledger.Epoch{Year: 2027, Day: 4}, files: make(map[string][]byte),
	}
	for _, role := range []ledger.Role{ledger.RoleJudge, ledger.RoleNotifier, ledger.RoleOversight} {
		o.roles.Keys[role] = []ed25519.PublicKey{public(string(role))}
	}
	change(&o.roles)
	o.add(o.sign(ledger.Roles{Doc: o.doc(o.roles.Marshal())}, ledger.RoleOversight),
		o.sign(ledger.Policy{Doc: o.doc(o.policy.Marshal()), From: "2027-01"}, ledger.RoleOversight))
	o.publish()
	return o
}

func (o *office) sign(l ledger.Signed, role ledger.Role) ledger.Leaf {
	return ledger.Sign(origin, l, func(m []byte) []byte { return ed25519.Sign(key(string(role)), m) }, public(string(role)))
}

func (o *office) doc(text []byte) ledger.Hash {
	h := ledger.DocumentHash(text)
	o.files[fmt.Sprintf("docs/%x", h)] = text
	return h
}

func (o *office) random() [32]byte {
	o.drawn++
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte("random"), o.drawn))
}

func (o *office) id() ledger.ID {
	r := o.random()
	return ledger.ID(r[:16])
}

// event is a sealed leaf of an event; it counts as the kind given.
func (o *office) event(e ledger.Event, counts string, shown ...string) ledger.Leaf {
	k := o.random()
	hash, err := ledger.Commit(e, k)
	must(err)
	c, err := ledger.CellsOf(counts, e["instrument"], "", "", "europe")
	must(err)
	tally, err := c.Commit(k)
	must(err)
	opening, err := ledger.Open(e, k, shown...)
	must(err)
	o.wants = append(o.wants, entry.Want{Index: uint64(len(o.leaves)), Opening: &opening, Tally: &ledger.TallyOpening{Cells: c, Blinding: ledger.Blindings(k)}})
	return ledger.Sealed{Epoch: o.epoch, Hash: hash, Tally: tally}
}

func (o *office) duty(e ledger.Event, shown ...string) ledger.Duty {
	k := o.random()
	d := ledger.Duty{Batch: o.epoch, Class: ledger.Notify, ID: o.id(), Due: o.policy.DueFor(ledger.Notify, o.epoch)}
	said := ledger.Event{}
	for f, v := range e {
		said[f] = v
	}
	said["kind"], said["duty"], said["due"] = "duty", d.ID.String(), d.Due.String()
	var err error
	d.Hash, err = ledger.Commit(said, k)
	must(err)
	opening, err := ledger.Open(said, k, shown...)
	must(err)
	o.wants = append(o.wants, entry.Want{Index: uint64(len(o.leaves) + o.policy.Block), Opening: &opening})
	return d
}

// block publishes the next block: first, covers, then tail.
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

// day publishes blocks until the one that carries duties is next, n days on.
func (o *office) day(n int) {
	for range n {
		o.block(nil)
	}
	for !o.policy.IsBatch(o.epoch) {
		o.block(nil)
	}
}

func (o *office) add(leaves ...ledger.Leaf) {
	for _, l := range leaves {
		text := l.Marshal()
		h, err := tlog.StoredHashes(int64(len(o.leaves)), text, tlog.HashReaderFunc(o.read))
		must(err)
		o.stored, o.leaves = append(o.stored, h...), append(o.leaves, text)
	}
}

func (o *office) read(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		list[i] = o.stored[x]
	}
	return list, nil
}

func (o *office) publish() {
	size := len(o.leaves)
	root, err := tlog.TreeHash(int64(size), tlog.HashReaderFunc(o.read))
	must(err)
	h := sha256.Sum256(append([]byte(origin+"\n\x01"), public("log")...))
	s, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", origin, binary.BigEndian.Uint32(h[:4]),
		base64.StdEncoding.EncodeToString(append([]byte{1}, key("log").Seed()...))))
	must(err)
	text, err := ledger.Checkpoint{Origin: origin, Size: uint64(size), Root: root}.Sign(s)
	must(err)
	at := o.epoch.Start(o.policy.EpochMinutes)
	text = cosign(cosign(text, "watchdog.example", at.Add(20*time.Second)), "university.example", at.Add(80*time.Second))
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
	o.files["checkpoint"], o.files[fmt.Sprintf("checkpoints/%d", size)] = text, text
}

func cosign(checkpoint []byte, name string, at time.Time) []byte {
	text, _, _ := strings.Cut(string(checkpoint), "\n\n")
	sig := ed25519.Sign(key(name), fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s\n", at.Unix(), text))
	h := sha256.Sum256(append([]byte(name+"\n\x04"), public(name)...))
	raw := append(binary.BigEndian.AppendUint64(h[:4:4], uint64(at.Unix())), sig...)
	return fmt.Appendf(checkpoint, "— %s %s\n", name, base64.StdEncoding.EncodeToString(raw))
}

// policyFile is a witness policy that asks for all the names.
func policyFile(names ...string) string {
	var b strings.Builder
	for _, w := range names {
		k := append([]byte{4}, public(w)...)
		h := sha256.Sum256(append([]byte(w+"\n"), k...))
		fmt.Fprintf(&b, "witness %s %s+%08x+%s https://%s\n", w, w, binary.BigEndian.Uint32(h[:4]), base64.StdEncoding.EncodeToString(k), w)
	}
	return b.String() + "group both all " + strings.Join(names, " ") + "\nquorum both\n"
}

// trusting is the trust in the log and all of the witnesses, if any.
func trusting(witnesses ...string) monitor.Trust {
	vkey, err := ledger.LogKey(origin, public("log"))
	must(err)
	var group *witness.Group
	if len(witnesses) > 0 {
		g, err := witness.ParsePolicy([]byte(policyFile(witnesses...)))
		must(err)
		group = &g
	}
	trust, err := monitor.NewTrust(vkey, group)
	must(err)
	return trust
}

func (o *office) proof() []byte {
	f, err := entry.Build(context.Background(), o, trusting(), o.wants)
	must(err)
	return f.Marshal()
}

func (o *office) get(name string) ([]byte, error) {
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
