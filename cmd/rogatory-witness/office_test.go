package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/witness"
)

const origin = "office.example/log"

// An office publishes a log as offices do, or as they should not.
type office struct {
	ts     *testscript.TestScript
	policy ledger.PolicyDoc
	docs   [][]byte
	leaves [][]byte
	seen   uint64
	named  map[string]ledger.ID
}

func key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func (o *office) random() [32]byte {
	o.seen++
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte("random"), o.seen))
}

func (o *office) sign(l ledger.Signed, role string) ledger.Leaf {
	k := key(role)
	return ledger.Sign(origin, l, func(m []byte) []byte { return ed25519.Sign(k, m) }, public(k))
}

func (o *office) doc(text []byte) ledger.Hash {
	o.docs = append(o.docs, text)
	return ledger.DocumentHash(text)
}

func (o *office) add(l ledger.Leaf) { o.leaves = append(o.leaves, l.Marshal()) }

// open begins the log with its roles and its policy.
func (o *office) open(from ledger.Epoch) {
	roles := ledger.RolesDoc{Origin: origin, Log: public(key("log")), Keys: map[ledger.Role][]ed25519.PublicKey{
		ledger.RoleJudge: {public(key("judge"))}, ledger.RoleNotifier: {public(key("notifier"))}, ledger.RoleOversight: {public(key("oversight"))},
	}}
	o.policy = ledger.DefaultPolicy(origin)
	o.policy.Block, o.policy.BatchEpochs = 4, 1
	o.policy.Program = sha256.Sum256([]byte("program"))
	o.add(o.sign(ledger.Roles{Doc: o.doc(roles.Marshal())}, "oversight"))
	o.add(o.sign(ledger.Policy{Doc: o.doc(o.policy.Marshal()), From: ledger.DateOf(from.Start(360)).YearMonth()}, "oversight"))
}

// epochs publishes from one epoch up to and without another. Acts happen in the
// epoch they name, counted back from the last that has ended: AGO:duty:NAME:DUE,
// AGO:extend:NAME:NEXT:DUE:ROLE, AGO:settle:NAME:AS:ROLE.
func (o *office) epochs(from, to, now ledger.Epoch, acts []string) {
	for e := from; e.Before(to); e = e.Next(o.policy.EpochMinutes) {
		for range o.policy.Block {
			c, err := ledger.CellsOf("cover", "", "", "", "")
			o.ts.Check(err)
			k := o.random()
			tally, err := c.Commit(k)
			o.ts.Check(err)
			o.add(ledger.Sealed{Epoch: e, Hash: k, Tally: tally})
		}
		ago := now.Start(o.policy.EpochMinutes).Sub(e.End(o.policy.EpochMinutes)) / (time.Duration(o.policy.EpochMinutes) * time.Minute)
		for _, act := range acts {
			if n, rest, _ := strings.Cut(act, ":"); n == fmt.Sprint(int(ago)) {
				o.add(o.act(e, strings.Split(rest, ":")))
			}
		}
	}
}

func (o *office) act(e ledger.Epoch, f []string) ledger.Leaf {
	name := func(s string) ledger.ID {
		if _, ok := o.named[s]; !ok {
			r := sha256.Sum256([]byte(s))
			o.named[s] = ledger.ID(r[:16])
		}
		return o.named[s]
	}
	due := func(s string) ledger.Date {
		switch s {
		case "past":
			return e.Date().AddDays(-60).MonthEnd()
		case "far":
			return e.Date().AddDays(2000).MonthEnd()
		}
		return o.policy.DueFor(ledger.Notify, e)
	}
	switch f[0] {
	case "duty":
		return ledger.Duty{Batch: e, Class: ledger.Notify, ID: name(f[1]), Due: due(f[2]), Hash: o.random()}
	case "extend":
		return o.sign(ledger.Settle{Batch: e, ID: name(f[1]), As: ledger.Extended, Next: name(f[2]), Due: due(f[3])}, f[4])
	case "settle":
		return o.sign(ledger.Settle{Batch: e, ID: name(f[1]), As: ledger.Settlement(f[2])}, f[3])
	}
	o.ts.Fatalf("an office does not %s", f[0])
	return nil
}

// publish writes the files of the log as they are at a size.
func (o *office) publish(dir string, size uint64, witnesses []string) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var list []tlog.Hash
		for _, i := range indexes {
			list = append(list, stored[i])
		}
		return list, nil
	})
	leaves := o.leaves[:size]
	for i, leaf := range leaves {
		more, err := tlog.StoredHashes(int64(i), leaf, reader)
		o.ts.Check(err)
		stored = append(stored, more...)
	}
	for _, doc := range o.docs {
		o.write(dir, fmt.Sprintf("docs/%x", ledger.DocumentHash(doc)), doc)
	}
	for _, t := range tlog.NewTiles(ledger.TileHeight, 0, int64(size)) {
		data, err := tlog.ReadTileData(t, reader)
		o.ts.Check(err)
		o.write(dir, ledger.TilePath(t), data)
	}
	for n := uint64(0); n*256 < size; n++ {
		part := leaves[n*256 : min(n*256+256, size)]
		o.write(dir, ledger.TilePath(tlog.Tile{H: 8, L: -1, N: int64(n), W: len(part)}), ledger.Bundle(part))
	}
	root, err := tlog.TreeHash(int64(size), reader)
	o.ts.Check(err)
	signers := []note.Signer{logSigner(o.ts)}
	for _, name := range witnesses {
		signers = append(signers, witnessKey(o.ts, name).Cosigner(time.Now))
	}
	text := ledger.Checkpoint{Origin: origin, Size: size, Root: root}.Text()
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	o.ts.Check(err)
	o.write(dir, fmt.Sprintf("checkpoints/%d", size), signed)
	o.write(dir, "checkpoint", signed)
}

func (o *office) write(dir, name string, data []byte) {
	path := filepath.Join(dir, filepath.FromSlash(name))
	o.ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	o.ts.Check(os.WriteFile(path, data, 0o644))
}

func logKey() string {
	vkey, err := ledger.LogKey(origin, public(key("log")))
	if err != nil {
		panic(err)
	}
	return vkey
}

func logSigner(ts *testscript.TestScript) note.Signer {
	id := strings.SplitN(logKey(), "+", 3)[1]
	s, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%s+%s", origin, id, base64.StdEncoding.EncodeToString(append([]byte{1}, key("log").Seed()...))))
	ts.Check(err)
	return s
}

func witnessKey(ts *testscript.TestScript, name string) witness.Key {
	seed := sha256.Sum256([]byte("witness " + name))
	k, err := witness.NewKey(bytes.NewReader(seed[:]), name+".example")
	ts.Check(err)
	return k
}
