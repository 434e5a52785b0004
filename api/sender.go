package api

import (
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/proof/httpsig"
	"github.com/rogatory/rogatory/shelf"
)

// nonceTime is how long a nonce is remembered: longer than any signature is good
// for, however far the clocks are apart.
const nonceTime = 10 * time.Minute

// A sender is who sent a request, as far as the request shows it.
type sender struct {
	authority authority.Authority // without an id: nobody can tell
	signature *httpsig.Signature  // nil: none; it came by mutual TLS, or from anybody
	key       crypto.PublicKey
	lane      *lane
}

// known reports whether it can be told who sent it.
func (f *sender) known() bool { return f.authority.ID != "" }

// actor is the authority as docket knows it.
func (f *sender) actor() docket.Actor {
	return docket.Actor{Name: f.authority.ID, Role: lifecycle.Requester}
}

// claimed is whom a request claims to be from, before its body is read: that the
// key is enrolled, not yet that it signed this. What carries a signature or a
// certificate that is no good is refused, and never taken for a request from
// nobody: its sender must learn of it at once.
func (s *Server) claimed(r *http.Request) (*sender, error) {
	from := &sender{lane: s.lanes.strangers}
	if r.Header["Signature"] != nil || r.Header["Signature-Input"] != nil {
		var err error
		if from.signature, err = httpsig.Find(r); err != nil {
			return nil, err
		}
		if from.authority, from.key, err = s.register.Signer(r.Context(), from.signature.KeyID); err != nil {
			return nil, err
		}
	}
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		shown, err := s.certified(r)
		switch {
		case err != nil && from.known() && fault.KindOf(err) == fault.Unauthenticated:
			// A proxy of the sender may have one of its own.
		case err != nil:
			return nil, err
		case from.known() && shown.ID != from.authority.ID:
			return nil, fault.Unauthenticatedf("", "signature and certificate are not of the same authority").WithHint("send one of them, or two of one authority")
		}
		if !from.known() {
			from.authority = shown
		}
	}
	if from.known() {
		from.lane = s.lanes.of(from.authority.ID)
	}
	return from, nil
}

// certified is the authority that a client certificate is enrolled for.
func (s *Server) certified(r *http.Request) (authority.Authority, error) {
	shown, now := r.TLS.PeerCertificates[0], s.clock()
	if now.Before(shown.NotBefore) || now.After(shown.NotAfter) {
		return authority.Authority{}, fault.Unauthenticatedf("", "the client certificate is not in force").WithHint("renew it, and let the office enrol the new one")
	}
	sum := sha256.Sum256(shown.Raw)
	return s.register.ByCertificate(r.Context(), hex.EncodeToString(sum[:]))
}

// proved sees that what came is what was signed, and comes this one time. That it
// was signed was seen before the body was read. An authenticated channel does not
// replay.
func (s *Server) proved(ctx context.Context, r *http.Request, from *sender, body []byte) error {
	if from.signature == nil {
		return nil
	}
	now := s.clock()
	if err := from.signature.VerifyBody(r, body); err != nil {
		return err
	}
	if err := from.lane.charge(now); err != nil {
		return err
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil // what is asked twice is answered twice, to the same
	}
	sum := sha256.Sum256([]byte(from.signature.KeyID + "\x00" + from.signature.Nonce))
	err := s.nonces.Put(ctx, &shelf.Item[struct{}]{ID: hex.EncodeToString(sum[:]), Expires: now.Add(nonceTime)})
	if fault.KindOf(err) == fault.Conflict {
		return fault.Unauthenticatedf("Signature-Input", "the nonce was used before").WithHint("sign each message anew, also one that is sent again")
	}
	return err
}

// A message is a request that has been read, and verified as far as that goes.
type message struct {
	*sender
	body []byte
}

// message reads what anybody sent. What it gives to leave ends the place in the
// sender's lane.
func (s *Server) message(w http.ResponseWriter, r *http.Request, limit int64) (m *message, leave func(), err error) {
	from, err := s.claimed(r)
	if err != nil {
		return nil, nil, err
	}
	if from.signature == nil {
		if err := from.lane.charge(s.clock()); err != nil {
			return nil, nil, err
		}
	}
	if from.signature != nil {
		// Who knows the name of a key gets no time to send a body slowly.
		if err := from.signature.VerifyHead(r, from.key, s.origin, s.clock()); err != nil {
			return nil, nil, err
		}
	}
	body, leave, err := s.take(w, r, from.lane, limit)
	if err != nil {
		return nil, nil, err
	}
	if err := s.proved(r.Context(), r, from, body); err != nil {
		leave()
		return nil, nil, err
	}
	return &message{from, body}, leave, nil
}

// take reads a body in a lane, of JSON, or none where nothing is posted; and waits
// until it can be worked on.
func (s *Server) take(w http.ResponseWriter, r *http.Request, l *lane, limit int64) (body []byte, leave func(), err error) {
	return s.takeAs(w, r, l, jsonType, limit)
}

// takeAs takes a body of another media type.
func (s *Server) takeAs(w http.ResponseWriter, r *http.Request, l *lane, media string, limit int64) (body []byte, leave func(), err error) {
	left, err := l.read()
	if err != nil {
		return nil, nil, err
	}
	defer left()
	if r.Method == http.MethodPost {
		if body, err = readAs(w, r, media, limit); err != nil {
			return nil, nil, err
		}
	}
	leave, err = l.work(r.Context())
	return body, leave, err
}

// signed reads what an authority sent that is in good standing.
func (s *Server) signed(w http.ResponseWriter, r *http.Request, limit int64) (m *message, leave func(), err error) {
	m, leave, err = s.message(w, r, limit)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case !m.known():
		err = fault.Unauthenticatedf("", "the request is not signed").WithHint("sign it as RFC 9421 says, with a key that the office has enrolled")
	case m.authority.Suspended != "":
		err = fault.Forbiddenf("", "the authority is suspended").WithHint("call the office, by a way you know")
	}
	if err != nil {
		leave()
		return nil, nil, err
	}
	return m, leave, nil
}
