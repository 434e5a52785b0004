package main

import (
	"crypto/hpke"
	"crypto/sha256"
	"slices"
	"time"

	"github.com/rogatory/rogatory/ledger"
)

// sampleEvent is what the log commits to of an event, as long as usual.
func sampleEvent(kind string) ledger.Event {
	return ledger.Event{
		"kind": kind, "case": "2027-000123", "seq": "12", "at": "2027-02-03T10:00:00.123456Z", "instrument": "budapest",
		"requesting": "KE Office of the Director of Public Prosecutions", "executing": "DE", "basis": "Budapest Convention, art. 18",
		"datacat": "content traffic", "outcome": "accept", "subject": "email:someone@mail.example phone:+49301234567",
		"document": "4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c",
	}
}

var caseKey = sha256.Sum256([]byte("the key of a case"))

func open(e ledger.Event, label string) (ledger.Opening, error) {
	return ledger.Open(e, ledger.LeafKey(caseKey, label))
}

// eventCost measures, in microseconds, what the log adds to one event, before
// anything is written down: the calls of package docket in their order.
// Commitment, tally, what the office keeps to open the tally, and the deposit for
// oversight under a hybrid post-quantum key. Sealing the office's own 200 bytes is
// left out: its key is docket's, and AES takes less than a microsecond.
func eventCost() (leaf, deposit float64, err error) {
	key, err := hpke.MLKEM768X25519().GenerateKey()
	if err != nil {
		return 0, 0, err
	}
	public, err := hpke.MLKEM768X25519().NewPublicKey(key.PublicKey().Bytes())
	if err != nil {
		return 0, 0, err
	}
	event := sampleEvent("accepted")
	leaf, err = median(400, func() error {
		key := ledger.LeafKey(caseKey, "12")
		cells, err := ledger.CellsOf("accepted", "budapest", "", "content", ledger.RegionOf("KE"))
		if err != nil {
			return err
		}
		l := ledger.Sealed{}
		if l.Hash, err = ledger.Commit(event, key); err != nil {
			return err
		}
		opening := ledger.TallyOpening{Cells: cells, Blinding: ledger.Blindings(key)}
		if l.Tally, err = opening.Tally(); err != nil {
			return err
		}
		l.Marshal()
		opening.Marshal()
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	deposit, err = median(400, func() error {
		opening, err := open(event, "12")
		if err != nil {
			return err
		}
		_, err = hpke.Seal(public, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte("rogatory.deposit/1\x002027-000123 12"), opening.Marshal())
		return err
	})
	return leaf, deposit, err
}

// median gives that of the microseconds something takes.
func median(times int, do func() error) (float64, error) {
	var list []float64
	for range times {
		start := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		list = append(list, float64(time.Since(start).Nanoseconds())/1e3)
	}
	slices.Sort(list)
	return list[len(list)/2], nil
}
