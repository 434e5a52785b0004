package login

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

// An enrolment is what is remembered while a passkey is made.
type enrolment struct {
	Session string               `json:"session"` // in which it is finished
	Handle  []byte               `json:"handle"`
	Label   string               `json:"label"`
	Data    webauthn.SessionData `json:"data"`
}

// labelLimit bounds what a passkey is called, in bytes.
const labelLimit = 100

// enroller gives who may enrol a passkey: whoever was invited, or has just shown
// who they are. A session that was left open must not become a way in.
func (d *Door) enroller(r *http.Request) (*Session, error) {
	s, err := d.whoever(r)
	if err != nil || s.Enrolling {
		return s, err
	}
	return s, d.Recent(s)
}

// beginEnrol answers the options for navigator.credentials.create().
func (d *Door) beginEnrol(w http.ResponseWriter, r *http.Request) error {
	party, err := d.relying()
	if err != nil {
		return err
	}
	s, err := d.enroller(r)
	if err != nil {
		return err
	}
	label, err := readLabel(w, r)
	if err != nil {
		return err
	}
	h, err := d.holder(r.Context(), s.Name)
	if err != nil {
		return err
	}
	if len(h.keys) >= passkeysEach {
		return fault.Conflictf("", "%s has %d passkeys already", s.Name, passkeysEach).WithHint("remove one that is not used")
	}
	challenge, err := d.bytes()
	if err != nil {
		return err
	}
	options, data, err := party.BeginRegistration(h, webauthn.WithCredentialParameters(algorithms), webauthn.WithExclusions(h.descriptors()),
		func(o *protocol.PublicKeyCredentialCreationOptions) error { o.Challenge = challenge; return nil })
	if err != nil {
		return err
	}
	if err := d.enrolments.out(w, r, enrolment{s.ID, h.handle, label, *data}); err != nil {
		return err
	}
	return answer(w, options)
}

// readLabel reads what the passkey is to be called.
func readLabel(w http.ResponseWriter, r *http.Request) (string, error) {
	body, err := read(w, r)
	if err != nil {
		return "", err
	}
	var asked struct {
		Label string `json:"label"`
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&asked); err != nil || dec.More() {
		return "", fault.Invalidf("body", "is not one object with a label").WithHint(`for example {"label": "the blue key"}`)
	}
	label := strings.TrimSpace(asked.Label)
	if label == "" {
		return "passkey", nil
	}
	if len(label) > labelLimit || !utf8.ValidString(label) || strings.ContainsFunc(label, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", fault.Invalidf("label", "has more than %d bytes, or characters that are not seen", labelLimit)
	}
	return label, nil
}

// finishEnrol keeps a passkey that was made. Who was invited is signed in by it:
// they hold it, and it has verified them.
func (d *Door) finishEnrol(w http.ResponseWriter, r *http.Request) error {
	return d.try(r, func() error {
		party, err := d.relying()
		if err != nil {
			return err
		}
		s, err := d.enroller(r)
		if err != nil {
			return err
		}
		e, err := d.enrolments.back(w, r)
		if err != nil {
			return err
		}
		if e.Session != s.ID {
			return fault.Unauthenticatedf("", "this was begun in another session").WithHint("begin again")
		}
		body, err := read(w, r)
		if err != nil {
			return err
		}
		made, err := protocol.ParseCredentialCreationResponseBytes(body)
		if err != nil {
			return fault.Invalidf("body", "is not what navigator.credentials.create() gives, as JSON: %v", err)
		}
		c, err := party.CreateCredential(&holder{name: s.Name, handle: e.Handle}, e.Data, made)
		if err != nil {
			return fault.Invalidf("", "this passkey is not accepted: %v", err).WithHint("begin again; it has to verify you, by a PIN or a finger")
		}
		if err := d.keepPasskey(r, s, e, c); err != nil {
			return err
		}
		if s.Enrolling {
			p, ok := d.people.Find(s.Name)
			if !ok {
				return fault.Unauthenticatedf("", "this session is over")
			}
			if s, err = d.begin(w, r, p, visit{Way: "passkey", Proved: d.clock()}); err != nil {
				return err
			}
		}
		return answer(w, formOf(s))
	})
}

func (d *Door) keepPasskey(r *http.Request, s *Session, e *enrolment, c *webauthn.Credential) error {
	item := &shelf.Item[passkey]{ID: keyName(c.ID), Owner: s.Name, Value: passkey{Credential: *c, Handle: e.Handle, Label: e.Label, Made: d.clock()}}
	err := d.passkeys.Put(r.Context(), item)
	if fault.KindOf(err) == fault.Conflict {
		return fault.Conflictf("", "this passkey is enrolled already").WithHint("sign in with it, or use another authenticator")
	}
	if err != nil {
		return err
	}
	d.set.Log.WarnContext(r.Context(), "passkey enrolled", "name", s.Name, "label", e.Label, "invited", s.Enrolling, "from", d.remote(r))
	return nil
}
