package main

import (
	"crypto/ed25519"
	"path/filepath"
	"testing"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/store"
)

// TestPapersThatNobodySigned: whoever writes keys and limits into the records, and
// has no key of oversight, changes neither what the office promises nor to whom it
// hands what it seals.
func TestPapersThatNobodySigned(t *testing.T) {
	ctx := t.Context()
	db, err := store.Open(ctx, filepath.Join(t.TempDir(), "office.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	key := func(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(append(make([]byte, 31), n)) }
	public := func(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }
	own, oversight, thief := key(1), key(2), key(3)
	l := &publicLog{records: db.Log(), origin: "office.example/log", secret: own}
	sign := func(leaf ledger.Signed, by ed25519.PrivateKey) ledger.Leaf {
		return ledger.Sign(l.origin, leaf, func(m []byte) []byte { return ed25519.Sign(by, m) }, public(by))
	}
	n := byte(0)
	takes := func(leaf ledger.Leaf, doc []byte) {
		t.Helper()
		n++
		if err := l.records.Wait(ctx, &sequencer.Waiting{Key: string('a' + rune(n)), Class: ledger.Papers, Text: leaf.Marshal()}, doc); err != nil {
			t.Fatal(err)
		}
		if err := l.take(ctx, leaf.Marshal()); err != nil {
			t.Fatal(err)
		}
	}
	roles := func(by, named ed25519.PrivateKey, origin string) {
		t.Helper()
		doc := ledger.RolesDoc{Origin: origin, Log: public(own), Keys: map[ledger.Role][]ed25519.PublicKey{ledger.RoleOversight: {public(named)}}}
		takes(sign(ledger.Roles{Doc: ledger.DocumentHash(doc.Marshal())}, by), doc.Marshal())
	}
	policy := func(by ed25519.PrivateKey, change func(*ledger.PolicyDoc)) {
		t.Helper()
		doc := ledger.DefaultPolicy(l.origin)
		change(&doc)
		takes(sign(ledger.Policy{Doc: ledger.DocumentHash(doc.Marshal()), From: "2027-01"}, by), doc.Marshal())
	}
	policy(thief, func(*ledger.PolicyDoc) {})
	if _, who := l.Terms(); l.began || len(who.Keys) > 0 {
		t.Fatal("a log begins without roles")
	}
	roles(oversight, oversight, l.origin)
	policy(oversight, func(*ledger.PolicyDoc) {})
	if !l.began {
		t.Fatal("a log does not begin")
	}
	stands := func(what string, version byte) {
		t.Helper()
		terms, who := l.Terms()
		if terms.GraceDays != 7 || terms.Law[0] != version || len(who.Keys[ledger.RoleOversight]) != 1 || !who.Keys[ledger.RoleOversight][0].Equal(public(oversight)) {
			t.Errorf("%s: %+v, %+v", what, terms, who)
		}
	}
	stands("as it began", 0)
	roles(thief, thief, l.origin)
	stands("roles by a thief", 0)
	roles(oversight, thief, "other.example/log")
	stands("roles of another log", 0)
	policy(thief, func(d *ledger.PolicyDoc) { d.GraceDays = 3000 })
	policy(own, func(d *ledger.PolicyDoc) { d.GraceDays = 3000 })
	stands("limits by a thief, and by the log", 0)
	policy(own, func(d *ledger.PolicyDoc) { d.Law[0] = 5 })
	stands("versions by the log", 5)
}
