package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// door receives requests for the office.
var door = docket.Actor{Name: "door", Role: lifecycle.Machine}

// A Taken says that something was received. It is durable.
type Taken struct {
	Case    docket.Ref `json:"case"`
	Stage   string     `json:"stage,omitempty"` // where the case stands, for whoever is verified
	Receipt string     `json:"receipt"`         // a signed note
	Code    string     `json:"code,omitempty"`  // by which a sender who is not verified asks how it stands
}

// submit takes in a request. From a sender who is verified it is accepted; any
// other's is in quarantine, and the answer to it rests on nothing but the message.
func (s *Server) submit(w http.ResponseWriter, r *http.Request) error {
	once, err := onceOf(r)
	if err != nil {
		return err
	}
	began := time.Now()
	m, leave, err := s.message(w, r, documentLimit)
	if err != nil {
		return err
	}
	c, err := s.received(r.Context(), m, once)
	leave()
	if !m.inForce() {
		wait(r.Context(), rest(time.Since(began), pace))
	}
	if err != nil {
		return err
	}
	verified := accepted(c)
	out := Taken{Case: c.Ref}
	if out.Receipt, err = s.receipt(receipt{"request", c.Ref, m.body, c.Received, verified}); err != nil {
		return err
	}
	if verified {
		w.Header().Set("Location", "/v1/requests/"+string(c.Ref))
		return s.reply(w, http.StatusCreated, out)
	}
	if out.Code, err = s.docket.ReceiptCode(r.Context(), c.Ref); err != nil {
		return err
	}
	return s.reply(w, http.StatusAccepted, out)
}

func (s *Server) received(ctx context.Context, m *message, once string) (*docket.Case, error) {
	if err := withoutChannel(m.body); err != nil {
		return nil, err
	}
	return s.docket.Receive(ctx, m.delivery(once))
}

// pace is the step in which strangers are answered. What comes in is compared with
// what was decided about the same accounts, which takes the longer the more there
// is; from an answer that comes with the next step nobody can tell. It is longer
// than the comparison takes.
const pace = 100 * time.Millisecond

// rest is what is left of a step.
func rest(passed, step time.Duration) time.Duration { return step - passed%step }

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// inForce reports whether an authority sent it that may send at all.
func (m *message) inForce() bool { return m.known() && m.authority.Suspended == "" }

// delivery is a message as it arrived. Keys of authorities, and of those whom
// nobody knows, are apart; a stranger's counts for the same bytes only, so that
// nobody learns which keys others use.
func (m *message) delivery(once string) docket.Delivery {
	yes, no := true, false
	if m.inForce() {
		return docket.Delivery{
			Document: m.body, Channel: request.Channel{Kind: "registered", Authenticated: &yes}, By: door, Sender: m.authority.ID,
			Scope: "authority " + m.authority.ID, Once: once,
		}
	}
	sum := sha256.Sum256(m.body)
	return docket.Delivery{
		Document: m.body, Channel: request.Channel{Kind: "portal", Authenticated: &no}, By: door,
		Scope: "unverified " + hex.EncodeToString(sum[:]), Once: once,
	}
}

// accepted reports whether the sender was verified when the request came, whatever
// has been found out since: the same message again is answered as it was the first
// time.
func accepted(c *docket.Case) bool {
	for i := range c.Events {
		e := &c.Events[i]
		if e.Do == lifecycle.Authenticate && e.Role == lifecycle.Machine.String() && e.At.Equal(c.Received) {
			return true
		}
	}
	return false
}

// longestOnce bounds an Idempotency-Key, in characters.
const longestOnce = 200

// onceOf is by what a message is known that is sent again.
func onceOf(r *http.Request) (string, error) {
	lines := r.Header.Values("Idempotency-Key")
	if len(lines) != 1 || len(lines[0]) < 1 || len(lines[0]) > longestOnce || strings.ContainsFunc(lines[0], func(c rune) bool { return c <= ' ' || c > '~' }) {
		return "", fault.Invalidf("Idempotency-Key", "is there once, with 1 to %d visible ASCII characters", longestOnce).
			WithHint("make up a new one for each request, and send the same if you send it again")
	}
	return lines[0], nil
}

// withoutChannel refuses a document that says how it arrived: that is for the
// office to say.
func withoutChannel(body []byte) error {
	doc, err := request.Read(body)
	if err != nil {
		return err
	}
	if doc.Requesting.Channel != nil {
		return fault.Invalidf("/requesting/channel", "says how the message arrived, which is not the sender's word").WithHint("leave it out")
	}
	return nil
}
