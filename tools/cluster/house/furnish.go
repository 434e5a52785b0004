package house

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// A House is an office at which requests can be sent.
type House struct {
	Examples   *desk.Examples
	Requesters map[string]*Requester // by the authority's id
	Intake     *Staff                // a machine that acts for intake
	Person     *Staff                // for whom it acts, signed in: a machine assigns nobody
}

// recipient is to whom packages would be sealed; nothing is released here.
const recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

// Furnish opens the office of a plan for as long as it takes to enrol, through its
// door and by two people, every authority of the examples, and to give intake a
// token. The clock is as with Start.
func Furnish(ctx context.Context, p *Plan, examples *desk.Examples, clock time.Time) (*House, error) {
	s, err := p.Start(clock, "--demo")
	if err != nil {
		return nil, err
	}
	h := &House{Examples: examples, Requesters: make(map[string]*Requester)}
	return h, errors.Join(h.furnish(ctx, p, s, clock), s.Stop())
}

func (h *House) furnish(ctx context.Context, p *Plan, s *Process, now time.Time) error {
	if now.IsZero() {
		now = time.Now()
	}
	if err := s.Ready(ctx); err != nil {
		return err
	}
	intake, err := signIn(ctx, s, "Imke Brandt")
	if err != nil {
		return err
	}
	senior, err := signIn(ctx, s, "Sami Haddad")
	if err != nil {
		return err
	}
	h.Person = intake
	if h.Intake, err = intake.issue(ctx, s.At, now.AddDate(0, 11, 0)); err != nil {
		return err
	}
	client := &http.Client{Timeout: patience, Transport: transport()}
	for n := range 16 * 40 {
		id := h.Examples.Authority(n)
		if h.Requesters[id] != nil {
			continue
		}
		public, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return err
		}
		h.Requesters[id] = &Requester{ID: id, Origin: p.Origin, key: private, client: client}
		text, err := h.Document(n)
		if err != nil {
			return err
		}
		if err := enrol(ctx, s.At, intake, senior, text, public, now); err != nil {
			return fmt.Errorf("enrol %s: %w", id, err)
		}
	}
	return nil
}

// enrol enrols the authority that asks in a document.
func enrol(ctx context.Context, at string, intake, senior *Staff, document []byte, public ed25519.PublicKey, now time.Time) error {
	asks, err := request.Read(document)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return err
	}
	who := &asks.Requesting.Authority
	to := authority.Authority{
		ID: who.ID, Name: who.Name, Country: asks.Requesting.Country, Role: who.Role, Mail: who.ID + "@authority.example", Language: "en",
		Contacts:   []authority.Contact{{Value: desk.Contact, How: "a directory that does not exist", By: intake.Name, On: now}},
		Keys:       []authority.Key{{ID: "1", Public: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}},
		Recipients: []string{recipient},
		Powers:     []authority.Power{{Data: "subscriber"}, {Data: "traffic"}, {Data: "content"}},
		From:       now.Add(-time.Minute), Until: now.AddDate(2, 0, 0),
	}
	var entry struct{ Pending struct{ Digest string } }
	path := "/v1/authorities/" + url.PathEscape(to.ID)
	if err := intake.must(ctx, at, http.MethodPut, path+"/change", map[string]any{"to": to, "why": "a test"}, &entry); err != nil {
		return err
	}
	return senior.must(ctx, at, http.MethodPost, path+"/confirm", map[string]string{"digest": entry.Pending.Digest, "called": desk.Contact}, &entry)
}

// Document makes the document of a number, as its sender writes it: without how
// it arrives.
func (h *House) Document(n int) ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(h.Examples.Document(n), &doc); err != nil {
		return nil, err
	}
	delete(doc["requesting"].(map[string]any), "channel")
	return json.Marshal(doc)
}

// By is who sends the document of a number.
func (h *House) By(n int) *Requester { return h.Requesters[h.Examples.Authority(n)] }
