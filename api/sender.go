package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
	signature *httpsig.Signature  // that holds; nil: none; it came by mutual TLS, or from anybody
	lane      *lane
}

// known reports whether it can be told who sent it.
func (f *sender) known() bool { return f.authority.ID != "" }

// actor is the authority as docket knows it.
func (f *sender) actor() docket.Actor {
	return docket.Actor{Name: f.authority.ID, Role: lifecycle.Requester}
}

// claimed is who a request is from, before its body is read: that the key signed
// the head of this, with the digest of the body in it, or that the certificate is
// enrolled. Until that holds nothing is taken of what an authority has to itself.
// What carries a signature or a certificate that is no good is refused, and never
// taken for a request from nobody: its sender must learn of it at once.
func (s *Server) claimed(r *http.Request) (*sender, error) {
	from := &sender{lane: s.lanes.strangers}
	if r.Header["Signature"] != nil || r.Header["Signature-Input"] != nil {
		if err := s.signs(r, from); err != nil {
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

// refusing is the step in which signatures are refused: longer than it takes to look
// up a key and to try it.
const refusing = 25 * time.Millisecond

// signs finds out who signed a request. Whether the authority, the key or its time
// is not known here, or the signature is another's, is answered in the same words
// after the same work and in the same time: nobody learns by asking who is enrolled. The log has it. What
// is wrong with a signature whatever the key is said as it is.
func (s *Server) signs(r *http.Request, from *sender) error {
	signature, err := httpsig.Find(r)
	if err != nil {
		return err
	}
	now := s.clock()
	// Without a key all is asked that takes none, and then the key is what is wrong.
	var form *fault.Fault
	if err := signature.VerifyHead(r, nil, s.origin, now); !errors.As(err, &form) || form.Where != "key" {
		return err
	}
	began := time.Now()
	who, key, unknown := s.register.Signer(r.Context(), signature.KeyID)
	if unknown != nil {
		if fault.KindOf(unknown) != fault.Unauthenticated {
			return unknown
		}
		key = s.dummy
	}
	err = signature.VerifyHead(r, key, s.origin, now)
	if err == nil {
		err = unknown // nobody has the other half of the dummy
	}
	if fault.KindOf(err) == fault.Unauthenticated {
		wait(r.Context(), rest(time.Since(began), refusing))
		s.log.WarnContext(r.Context(), "signature refused", "keyid", signature.KeyID, "unknown", unknown != nil, "because", err)
		return fault.Unauthenticatedf("Signature", "is none over this request by a key that is enrolled and in force").
			WithHint("see that it was signed for " + s.origin + " and that nothing on the way altered it, and ask the office by a way you know which keys it has on record")
	}
	if err != nil {
		return err
	}
	from.signature, from.authority = signature, who
	return nil
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

// proved sees that what came is what was signed, and comes this one time. That its
// head was signed was seen before the body was read. An authenticated channel does not
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
	share := "" // an authority has its lane to itself
	switch {
	case !from.known():
		share = s.from(r)
		err = from.lane.chargeStranger(share, s.clock())
	case from.signature == nil:
		err = from.lane.charge(s.clock())
	}
	if err != nil {
		return nil, nil, err
	}
	body, leave, err := s.take(w, r, from.lane, share, limit)
	if err != nil {
		return nil, nil, err
	}
	if err := s.proved(r.Context(), r, from, body); err != nil {
		leave()
		return nil, nil, err
	}
	return &message{from, body}, leave, nil
}

// take reads a body of JSON in a lane, or none where nothing is posted; and waits
// until it can be worked on.
func (s *Server) take(w http.ResponseWriter, r *http.Request, l *lane, share string, limit int64) (body []byte, leave func(), err error) {
	body, left, err := s.readIn(w, r, l, share, jsonType, limit)
	if err != nil {
		return nil, nil, err
	}
	defer left()
	leave, err = l.work(r.Context())
	return body, leave, err
}

// readIn reads a body in a lane. What it gives to leave ends the place it was read
// in.
func (s *Server) readIn(w http.ResponseWriter, r *http.Request, l *lane, share, media string, limit int64) (body []byte, left func(), err error) {
	if left, err = l.read(share); err != nil {
		return nil, nil, err
	}
	if r.Method == http.MethodPost {
		if body, err = readAs(w, r, media, limit); err != nil {
			left()
			return nil, nil, err
		}
	}
	return body, left, nil
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
