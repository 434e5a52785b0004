package docket

import (
	"context"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"

	"github.com/rogatory/rogatory/ledger"
)

// A Log is the public log as far as cases need it. An office without one lets
// nothing leave.
type Log interface {
	// Terms are the policy and the roles in force: how long duties run, and whose
	// signatures settle them. Before the log has begun the policy is what it would
	// begin with, and there are no roles.
	Terms() (ledger.PolicyDoc, ledger.RolesDoc)
	// Published reports whether the leaves of all keys stand in a published
	// checkpoint; of one that was urgent, a provisional receipt counts.
	Published(ctx context.Context, keys ...string) (bool, error)
}

// silentLog is the log of an office that has none.
type silentLog struct{}

// Terms are what a log would begin with.
func (silentLog) Terms() (ledger.PolicyDoc, ledger.RolesDoc) {
	return ledger.DefaultPolicy(""), ledger.RolesDoc{}
}

// Published: nothing is.
func (silentLog) Published(context.Context, ...string) (bool, error) { return false, nil }

// A publicSide is what a case needs for what it says in public: the terms, and a
// secret of its own. That secret follows from the key of the case and goes with
// it.
type publicSide struct {
	policy  ledger.PolicyDoc
	key     [32]byte
	deposit hpke.PublicKey // of oversight; nil: nobody receives the openings
	office  *sealer        // seals what the sums need
	place   string         // where the office is: jurisdiction
}

func (d *Docket) publicSide(ctx context.Context, caseKey [32]byte) (*publicSide, error) {
	policy, roles := d.log.Terms()
	key, err := hkdf.Key(sha256.New, caseKey[:], nil, "rogatory.ledger/1", 32)
	if err != nil {
		return nil, err
	}
	p := &publicSide{policy: policy, key: [32]byte(key), place: d.office.Jurisdiction}
	if p.office, err = d.openingSealer(ctx); err != nil {
		return nil, err
	}
	if len(roles.Deposit) > 0 {
		if p.deposit, err = hpke.MLKEM768X25519().NewPublicKey(roles.Deposit); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// id draws an id that only the key of the case relates to it.
func (p *publicSide) id(label string) ledger.ID {
	out, err := hkdf.Key(sha256.New, p.key[:], nil, "id "+label, 16)
	if err != nil {
		panic(err) // sixteen bytes can always be drawn
	}
	return ledger.ID(out)
}

// openingSealer seals what leaves add to the sums, under a key that follows from
// the office's: a report is owed also of cases that were erased.
func (d *Docket) openingSealer(ctx context.Context) (*sealer, error) {
	return d.officeSealer(ctx, "rogatory.openings/1")
}

// boundOpening is what the sealed opening of a leaf is bound to.
func boundOpening(leaf ledger.Hash) []byte {
	return append([]byte("rogatory.opening/1\x00"), leaf[:]...)
}
