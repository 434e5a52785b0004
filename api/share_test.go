package api

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// addressed lets the tests say from where they come.
func (o *rig) addressed() {
	o.server.remote = func(r *http.Request) string { return r.Header.Get("Test-From") }
}

// comes sends a request from an address.
func (o *rig) comes(from, method, path string, body []byte, headers ...string) *answer {
	o.Helper()
	r := o.request(method, path, body)
	r.Header.Set("Test-From", from)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return o.send(o.client(), r)
}

// floods does something until it is told to come back later.
func (o *rig) floods(ask func() *answer) {
	o.Helper()
	for range 500 {
		if ask().status == http.StatusServiceUnavailable {
			return
		}
	}
	o.Fatal("nobody is asked to wait")
}

// Whoever has a code is heard, whatever comes without one, also from their own
// address.
func TestAFloodKeepsNobodyFromChallenging(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	_, code := challengeable(o)
	o.addressed()
	wrong := []byte(`{"code": "26-ZZZZZZZZ-Z", "why": "x"}`)
	// From more addresses than the rate of the whole lane has room for, at once.
	for i := range 30 {
		o.floods(func() *answer {
			return o.comes(fmt.Sprintf("192.0.2.%d", i), http.MethodPost, "/v1/challenges", wrong)
		})
	}
	right := []byte(`{"code": "` + code + `", "why": "I am a journalist."}`)
	o.comes("192.0.2.1", http.MethodPost, "/v1/challenges", right).into(o, 201, nil)
	o.comes("192.0.2.1", http.MethodPost, "/challenge", []byte("code="+code+"&why=more&do=appeal"), "Content-Type", formType).into(o, 403, nil)
}

// A code of a receipt is no way to spend what is for the persons concerned.
func TestAReceiptSpendsNothingOfThePersons(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	o.server.lanes.persons = newLane(width{reading: 8, working: 1, rate: 1, burst: 3}, o.clock())
	var out Taken
	o.stranger(document(t, "leg-13", "tr-ca", "TR", nil), "1").into(o, 202, &out)
	o.floods(func() *answer {
		return o.asks(o.client(), http.MethodPost, "/v1/challenges", m{"code": out.Code, "why": "x"})
	})
	if err := o.server.lanes.persons.charge(o.clock()); err != nil {
		t.Error("the lane of the persons is spent")
	}
}

// Each code has a share, however it is typed and from wherever it comes.
func TestACodeHasItsShare(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	o.addressed()
	var codes []string
	for i := range 2 {
		var out Taken
		o.stranger(document(t, "leg-13", fmt.Sprintf("forged-%d", i), "TR", nil), "1").into(o, 202, &out)
		codes = append(codes, out.Code)
	}
	n := 0
	o.floods(func() *answer {
		n++
		return o.comes("192.0.2.1", http.MethodGet, "/v1/receipts/26-ZZZZZZZZ-Z", nil)
	})
	o.floods(func() *answer {
		n++
		return o.comes(fmt.Sprintf("198.51.100.%d", n%200), http.MethodGet, "/v1/receipts/"+codes[0], nil)
	})
	typed := strings.ToLower(strings.ReplaceAll(codes[0], "-", ""))
	o.comes("192.0.2.7", http.MethodGet, "/v1/receipts/"+typed, nil).problem(o, 503)
	o.comes("192.0.2.1", http.MethodGet, "/v1/receipts/"+codes[1], nil).into(o, 200, nil)
}

func TestOneStrangerKeepsNoOtherOut(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	o.addressed()
	doc := document(t, "leg-13", "tr-ca", "TR", nil)
	o.floods(func() *answer { // one network, as many addresses as it has
		from := "2001:db8:1:2::" + fmt.Sprintf("%x", time.Now().UnixNano()%0xffff)
		return o.comes(from, http.MethodPost, "/v1/requests", []byte("{"), "Idempotency-Key", rand.Text())
	})
	o.comes("2001:db8:1:3::1", http.MethodPost, "/v1/requests", doc, "Idempotency-Key", "1").into(o, 202, nil)
}

func TestAnAddressHasAFewPlaces(t *testing.T) {
	l := newLane(width{reading: 20, working: 1, rate: 1, burst: 1}, start)
	var left []func()
	for range placesEach {
		leave, err := l.read("a")
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, leave)
	}
	if _, err := l.read("a"); fault.KindOf(err) != fault.Busy {
		t.Errorf("one more from the same address: %v", err)
	}
	if _, err := l.read("b"); err != nil {
		t.Errorf("from another: %v", err)
	}
	left[0]()
	if _, err := l.read("a"); err != nil {
		t.Errorf("a place is not free again: %v", err)
	}
	for range 20 - placesEach - 1 {
		if _, err := l.read(""); err != nil {
			t.Errorf("somebody who is known: %v", err)
		}
	}
	if _, err := l.read("c"); fault.KindOf(err) != fault.Busy {
		t.Errorf("beyond all places: %v", err)
	}
	for _, leave := range left[1:] {
		leave()
	}
	if n := len(l.held); n != 3 { // a, b and whoever is known
		t.Errorf("%d addresses are remembered", n)
	}
}

func TestSharesAreBoundedInMemoryAndStillLimit(t *testing.T) {
	s := newShares(1, 2, start)
	refused := 0
	for i := range 3 * mostShares {
		if !s.take(fmt.Sprint(i), start) {
			refused++
		}
	}
	if len(s.by) > mostShares || refused != 2*mostShares-2 {
		t.Errorf("%d shares, %d refused", len(s.by), refused)
	}
	if later := start.Add(time.Minute); !s.take("new", later) || len(s.by) != 1 {
		t.Errorf("once the flood is over: %d shares", len(s.by))
	}
}

func TestWhereARequestIsFrom(t *testing.T) {
	s := &Server{remote: func(r *http.Request) string { return r.RemoteAddr }}
	for address, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1", "192.0.2.1": "192.0.2.1", "[::ffff:192.0.2.1]:1": "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64", "2001:db8:1:2::1%eth0": "2001:db8:1:2::/64", "": "nowhere", "@": "nowhere",
	} {
		if got := s.from(&http.Request{RemoteAddr: address}); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
