package login

import (
	"context"
	"net/http"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

// A challenge is what is remembered while a passkey signs.
type challenge struct {
	Name string               `json:"name,omitempty"` // whose it must be: somebody who is signed in confirms who they are; empty: whoever's it is
	Data webauthn.SessionData `json:"data"`
}

// beginPasskey answers the options for navigator.credentials.get().
func (d *Door) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	party, err := d.relying()
	if err != nil {
		return err
	}
	random, err := d.bytes()
	if err != nil {
		return err
	}
	options := []webauthn.LoginOption{webauthn.WithChallenge(random)}
	name, err := d.confirming(r)
	if err != nil {
		return err
	}
	if name != "" {
		h, err := d.holder(r.Context(), name)
		if err != nil {
			return err
		}
		options = append(options, webauthn.WithAllowedCredentials(h.descriptors()))
	}
	asked, data, err := party.BeginDiscoverableLogin(options...)
	if err != nil {
		return err
	}
	if err := d.challenges.out(w, r, challenge{name, *data}); err != nil {
		return err
	}
	return answer(w, asked)
}

// confirming gives who is signed in already and now confirms who they are; empty
// if nobody is.
func (d *Door) confirming(r *http.Request) (string, error) {
	s, err := d.Session(r)
	switch {
	case fault.KindOf(err) == fault.Unauthenticated:
		return "", nil
	case err != nil:
		return "", err
	case s.Service:
		return "", fault.Forbiddenf("", "a service does not sign in")
	}
	return s.Name, nil
}

// finishPasskey signs in whoever's passkey has signed. Everything that may be
// wrong with it is answered in the same words.
func (d *Door) finishPasskey(w http.ResponseWriter, r *http.Request) error {
	return d.try(r, func() error {
		party, err := d.relying()
		if err != nil {
			return err
		}
		c, err := d.challenges.back(w, r)
		if err != nil {
			return err
		}
		body, err := read(w, r)
		if err != nil {
			return err
		}
		signed, err := protocol.ParseCredentialRequestResponseBytes(body)
		if err != nil {
			return fault.Invalidf("body", "is not what navigator.credentials.get() gives, as JSON: %v", err)
		}
		p, err := d.verify(r.Context(), party, c, signed)
		if err != nil {
			return err
		}
		s, err := d.begin(w, r, p, visit{Way: "passkey", Proved: d.clock()})
		if err != nil {
			return err
		}
		return answer(w, formOf(s))
	})
}

// verify gives whose passkey has signed a challenge.
func (d *Door) verify(ctx context.Context, party *webauthn.WebAuthn, c *challenge, signed *protocol.ParsedCredentialAssertionData) (Person, error) {
	refused := fault.Unauthenticatedf("", "this passkey does not let you in").WithHint("use one that is enrolled here; if that is this one, ask an administrator")
	item, err := d.passkeys.Get(ctx, keyName(signed.RawID))
	if fault.KindOf(err) == fault.NotFound {
		return Person{}, refused
	}
	if err != nil {
		return Person{}, err
	}
	h, err := d.holder(ctx, item.Owner)
	if err != nil {
		return Person{}, err
	}
	h.handle = item.Value.Handle
	used, err := check(party, h, c, signed)
	if err != nil {
		d.set.Log.WarnContext(ctx, "passkey refused", "name", item.Owner, "label", item.Value.Label, "because", err)
		return Person{}, refused
	}
	if used.Authenticator.CloneWarning {
		// Web Authentication Level 3, section 6.1.1: somebody else has a copy of
		// the key, or the authenticator is broken.
		d.set.Log.ErrorContext(ctx, "passkey refused: its counter went back, so there may be a copy of it",
			"name", item.Owner, "label", item.Value.Label, "counter", signed.Response.AuthenticatorData.Counter, "was", item.Value.Credential.Authenticator.SignCount)
		return Person{}, refused
	}
	p, ok := d.people.Find(item.Owner)
	if !ok || c.Name != "" && c.Name != p.Name {
		return Person{}, refused
	}
	return p, d.used(ctx, item, used)
}

// check verifies what was signed. An authenticator that was told which passkeys
// it may use need not say whose one is (Web Authentication Level 3, section
// 7.2, step 6); one that was not has to.
func check(party *webauthn.WebAuthn, h *holder, c *challenge, signed *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
	if c.Name != "" {
		data := c.Data
		data.UserID = h.handle
		return party.ValidateLogin(h, data, signed)
	}
	_, used, err := party.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, c.Data, signed)
	return used, err
}

// used keeps the counter. Of two answers with one counter only one is kept, and
// the other is refused.
func (d *Door) used(ctx context.Context, item *shelf.Item[passkey], c *webauthn.Credential) error {
	item.Value.Credential, item.Value.Used = *c, d.clock()
	err := d.passkeys.Put(ctx, item)
	if fault.KindOf(err) == fault.Conflict {
		return fault.Unauthenticatedf("", "this passkey is being used elsewhere at this moment").WithHint("begin again")
	}
	return err
}
