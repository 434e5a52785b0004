package login

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/netip"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

// passkeysEach is how many passkeys a person has at most.
const passkeysEach = 20

// A passkey is one as it is kept, owned by the person's name and named by the
// hash of the credential's ID: one authenticator cannot be two people.
type passkey struct {
	Credential webauthn.Credential `json:"credential"`
	Handle     []byte              `json:"handle"` // random; the authenticator knows the person by it, and tells nobody more
	Label      string              `json:"label"`
	Made       time.Time           `json:"made"`
	Used       time.Time           `json:"used,omitzero"`
}

// A Passkey is what may be known of one.
type Passkey struct {
	ID    string    `json:"id"`
	Label string    `json:"label"` // what its owner calls it
	Made  time.Time `json:"made"`
	Used  time.Time `json:"used,omitzero"` // last; zero: never
}

// algorithms are those a passkey may sign with, by preference: ES256, Ed25519,
// RS256 (Web Authentication Level 3, section 5.8.5).
var algorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgEdDSA},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// newParty gives who passkeys are made for: the host of the origin, and for no
// other origin. At a bare address there are none, and it gives nil: passkeys
// belong to names.
func newParty(set Settings) (*webauthn.WebAuthn, error) {
	u, err := readOrigin(set.Origin)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil, nil
	}
	office := set.Office
	if office == "" {
		office = u.Hostname()
	}
	party, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: office, RPOrigins: []string{set.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fault.Invalidf("origin "+set.Origin, "cannot have passkeys: %v", err)
	}
	return party, nil
}

// relying gives who passkeys are made for; fault.Conflict if there can be none.
func (d *Door) relying() (*webauthn.WebAuthn, error) {
	if d.party == nil {
		return nil, fault.Conflictf("", "there are no passkeys for an office that is reached at a bare address").WithHint("reach it by a name, for example localhost")
	}
	return d.party, nil
}

// A holder is a person as authenticators know them.
type holder struct {
	name   string
	handle []byte
	keys   []shelf.Item[passkey]
}

func (h *holder) WebAuthnID() []byte          { return h.handle }
func (h *holder) WebAuthnName() string        { return h.name }
func (h *holder) WebAuthnDisplayName() string { return h.name }

// WebAuthnCredentials gives all of them. Two that were begun at the same moment
// may know the person by different handles.
func (h *holder) WebAuthnCredentials() []webauthn.Credential {
	var list []webauthn.Credential
	for i := range h.keys {
		list = append(list, h.keys[i].Value.Credential)
	}
	return list
}

func (h *holder) descriptors() []protocol.CredentialDescriptor {
	var list []protocol.CredentialDescriptor
	for _, c := range h.WebAuthnCredentials() {
		list = append(list, c.Descriptor())
	}
	return list
}

// holder gives a person with their passkeys: one who has none gets a new handle.
func (d *Door) holder(ctx context.Context, name string) (*holder, error) {
	keys, err := all(ctx, d.passkeys, name)
	if err != nil {
		return nil, err
	}
	if len(keys) > 0 {
		return &holder{name, keys[0].Value.Handle, keys}, nil
	}
	handle, err := d.bytes()
	return &holder{name, handle, nil}, err
}

// Passkeys gives those of a person.
func (d *Door) Passkeys(ctx context.Context, name string) ([]Passkey, error) {
	items, err := all(ctx, d.passkeys, d.known(name))
	if err != nil {
		return nil, err
	}
	list := make([]Passkey, 0, len(items))
	for i := range items {
		v := items[i].Value
		list = append(list, Passkey{ID: items[i].ID, Label: v.Label, Made: v.Made, Used: v.Used})
	}
	return list, nil
}

// RemovePasskey removes a passkey of a person, at their own wish; fault.NotFound if
// it is not theirs, fault.Conflict if it is their last: they would be locked out.
func (d *Door) RemovePasskey(ctx context.Context, by, name, id string) error {
	list, err := d.Passkeys(ctx, name)
	if err != nil {
		return err
	}
	if len(list) == 1 && list[0].ID == id {
		return fault.Conflictf("", "this is the last passkey of %s", d.known(name)).WithHint("enrol another first")
	}
	return d.DropPasskey(ctx, by, name, id)
}

// DropPasskey removes a passkey of a person, also their last: one that was lost or
// stolen has to go, whoever is locked out by it. Sessions that it began go on until
// EndAll. It is a fault.NotFound if it is not theirs.
func (d *Door) DropPasskey(ctx context.Context, by, name, id string) error {
	list, err := d.Passkeys(ctx, name)
	if err != nil {
		return err
	}
	for _, k := range list {
		if k.ID != id {
			continue
		}
		if err := d.passkeys.Remove(ctx, id); err != nil {
			return err
		}
		d.set.Log.WarnContext(ctx, "passkey removed", "name", d.known(name), "label", k.Label, "by", by)
		return nil
	}
	return fault.NotFoundf("", "%s has no such passkey", d.known(name))
}

func (d *Door) listPasskeys(w http.ResponseWriter, r *http.Request) error {
	if byBrowser(r) {
		return d.showEnrolment(w, r)
	}
	s, err := d.person(r)
	if err != nil {
		return err
	}
	list, err := d.Passkeys(r.Context(), s.Name)
	if err != nil {
		return err
	}
	return answer(w, map[string]any{"passkeys": list})
}

func (d *Door) dropPasskey(w http.ResponseWriter, r *http.Request) error {
	s, err := d.person(r)
	if err != nil {
		return err
	}
	if err := d.Recent(s); err != nil {
		return err
	}
	if err := d.RemovePasskey(r.Context(), s.Name, s.Name, r.PathValue("id")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// person gives who asks if that is a person.
func (d *Door) person(r *http.Request) (*Session, error) {
	s, err := d.Session(r)
	if err == nil && s.Service {
		return nil, fault.Forbiddenf("", "a service has no passkeys")
	}
	return s, err
}

// keyName is what a credential's ID is kept under.
func keyName(credential []byte) string { return nameOf(hex.EncodeToString(credential)) }
