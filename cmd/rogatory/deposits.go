package main

import (
	"bufio"
	"context"
	"crypto/hpke"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
)

// A deposit is the opening of a leaf, sealed to oversight, as it is handed over: one
// JSON object a line.
type deposit struct {
	Key    string    `json:"key"`
	At     time.Time `json:"at"`
	Sealed []byte    `json:"sealed"`
}

type ledgerDeposits struct {
	at
	Out   string `required:"" help:"Where they are put, one a line." placeholder:"FILE" type:"path"`
	After string `help:"Only those behind this, as the last call said." placeholder:"TOKEN"`
}

// Run hands oversight what was sealed to it. The office cannot read it.
func (c *ledgerDeposits) Run(s *streams) error {
	return c.on(s, lifecycle.SeeLooks, func(ctx context.Context, o *opened, who docket.Actor) error {
		if who.Role != lifecycle.Oversight {
			return fault.Forbiddenf(who.Name, "deposits are oversight's")
		}
		f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fault.Conflictf(c.Out, "cannot be made: %v", err).WithHint("name a file that does not exist yet")
		}
		n, next, err := o.handOver(ctx, f, c.After)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
		s.paper.line("%d deposits; the next begin --after %s", n, next)
		return nil
	})
}

func (o *opened) handOver(ctx context.Context, w io.Writer, after string) (n int, next string, err error) {
	out := json.NewEncoder(w)
	for {
		list, next, err := o.log.records.Deposits(ctx, after, 500)
		if err != nil || len(list) == 0 {
			return n, after, err
		}
		for _, d := range list {
			if err := out.Encode(deposit{d.Key, d.At, d.Sealed}); err != nil {
				return n, after, err
			}
		}
		n, after = n+len(list), next
	}
}

type ledgerOpen struct {
	File string `arg:"" help:"Deposits, as ledger deposits wrote them." type:"existingfile"`
	Key  string `required:"" help:"Oversight's key, as sign deposit-key made it." placeholder:"FILE" type:"existingfile"`
}

// longestDeposit bounds a line: an opening has fifteen fields of 4 KiB at most.
const longestDeposit = 256 << 10

// Run opens deposits, away from the office.
func (c *ledgerOpen) Run(s *streams) error {
	key, err := readDepositKey(c.Key)
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, longestDeposit)
	for n := 1; lines.Scan(); n++ {
		var d deposit
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return fault.Invalidf(fmt.Sprintf("%s:%d", c.File, n), "is no deposit: %v", err)
		}
		opening, err := openDeposit(key, &d)
		if err != nil {
			return fault.Invalidf(fmt.Sprintf("%s:%d", c.File, n), "%v", err)
		}
		hash := opening.Hash()
		fmt.Fprintf(s.out, "%s  leaf %s\n", visible(d.Key), base64.StdEncoding.EncodeToString(hash[:]))
		values := opening.Values()
		for _, f := range ledger.Fields() {
			if values[f] != "" {
				fmt.Fprintf(s.out, "  %-10s %s\n", f, visible(values[f]))
			}
		}
	}
	return lines.Err()
}

// openDeposit opens one with oversight's key.
func openDeposit(key hpke.PrivateKey, d *deposit) (ledger.Opening, error) {
	plain, err := docket.OpenDeposit(key, d.Key, d.Sealed)
	if err != nil {
		return ledger.Opening{}, err
	}
	return ledger.ParseOpening(plain)
}

type signDepositKey struct {
	File string `arg:"" help:"Where the key is put. It stays with oversight." type:"path"`
}

// Run makes the key to which the office seals openings.
func (c *signDepositKey) Run(s *streams) error {
	key, err := hpke.MLKEM768X25519().GenerateKey()
	if err != nil {
		return err
	}
	private, err := key.Bytes()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault.Conflictf(c.File, "cannot be made: %v", err).WithHint("name a file that does not exist yet")
	}
	_, err = fmt.Fprintln(f, base64.StdEncoding.EncodeToString(private))
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "keep %s: with it the openings of every case are read. For office.toml:\n", c.File)
	fmt.Fprintf(s.out, "[log]\ndeposit = %q\n", base64.StdEncoding.EncodeToString(key.PublicKey().Bytes()))
	return nil
}

func readDepositKey(name string) (hpke.PrivateKey, error) {
	text, err := readLimited(name)
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fault.Invalidf(name, "is no key of oversight's: %v", err)
	}
	key, err := hpke.MLKEM768X25519().NewPrivateKey(raw)
	if err != nil {
		return nil, fault.Invalidf(name, "is no key of oversight's: %v", err)
	}
	return key, nil
}
