package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/ledger"
)

const origin = "office.example/log"

// keys are those of all who sign in the log. Nobody but this simulation holds
// them in one hand.
type keys struct {
	private map[ledger.Role]ed25519.PrivateKey
	log     note.Signer
	vkey    string
	roles   ledger.RolesDoc
}

func newKeys(random io.Reader) (*keys, error) {
	k := &keys{private: make(map[ledger.Role]ed25519.PrivateKey)}
	k.roles = ledger.RolesDoc{Origin: origin, Keys: make(map[ledger.Role][]ed25519.PublicKey)}
	for _, role := range []ledger.Role{ledger.RoleLog, ledger.RoleJudge, ledger.RoleNotifier, ledger.RoleOversight} {
		seed := make([]byte, ed25519.SeedSize)
		if _, err := io.ReadFull(random, seed); err != nil {
			return nil, err
		}
		k.private[role] = ed25519.NewKeyFromSeed(seed)
		if role == ledger.RoleLog {
			k.roles.Log = k.public(role)
		} else {
			k.roles.Keys[role] = []ed25519.PublicKey{k.public(role)}
		}
	}
	var err error
	if k.vkey, err = ledger.LogKey(origin, k.roles.Log); err != nil {
		return nil, err
	}
	k.log, err = noteSigner(k.private[ledger.RoleLog])
	return k, err
}

func (k *keys) public(role ledger.Role) ed25519.PublicKey {
	return k.private[role].Public().(ed25519.PublicKey)
}

// sign has a role sign a leaf.
func (k *keys) sign(role ledger.Role, l ledger.Signed) ledger.Signed {
	return ledger.Sign(origin, l, func(m []byte) []byte { return ed25519.Sign(k.private[role], m) }, k.public(role))
}

// noteSigner signs checkpoints as a log does: 1 is the algorithm, Ed25519.
func noteSigner(key ed25519.PrivateKey) (note.Signer, error) {
	public := append([]byte{1}, key.Public().(ed25519.PublicKey)...)
	hash := sha256.Sum256(append([]byte(origin+"\n"), public...))
	secret := base64.StdEncoding.EncodeToString(append([]byte{1}, key.Seed()...))
	return note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%x+%s", origin, hash[:4], secret))
}
