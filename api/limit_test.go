package api

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/proof/httpsig"
)

// TestABucketGivesNoMoreThanItsRate: in any time, whatever the order of things, it
// gives at most its burst and what has come in since.
func TestABucketGivesNoMoreThanItsRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate, burst := rapid.Float64Range(1, 100).Draw(t, "rate"), float64(rapid.IntRange(1, 50).Draw(t, "burst"))
		b := bucket{rate: rate, burst: burst, level: burst, at: start}
		now, given := start, 0
		for range rapid.IntRange(1, 300).Draw(t, "takes") {
			now = now.Add(time.Duration(rapid.IntRange(-100, 500).Draw(t, "ms")) * time.Millisecond)
			if b.take(now) {
				given++
			}
		}
		passed := b.at.Sub(start).Seconds()
		if most := burst + rate*passed; float64(given) > most+1e-6 {
			t.Fatalf("%d given in %.3f s, at most %.3f", given, passed, most)
		}
	})
}

func TestABucketFillsAgain(t *testing.T) {
	b := bucket{rate: 2, burst: 3, level: 3, at: start}
	for i, want := range []bool{true, true, true, false} {
		if b.take(start) != want {
			t.Errorf("take %d: %v", i, !want)
		}
	}
	if !b.take(start.Add(500*time.Millisecond)) || b.take(start.Add(500*time.Millisecond)) {
		t.Error("half a second at two a second gives one")
	}
}

func TestALane(t *testing.T) {
	l := newLane(width{reading: 1, working: 1, rate: 1, burst: 9}, start)
	left, err := l.read("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.read(""); fault.KindOf(err) != fault.Busy {
		t.Errorf("a second body is read: %v", err)
	}
	left()
	if _, err := l.read(""); err != nil {
		t.Errorf("the place is not free again: %v", err)
	}
	leave, err := l.work(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.work(gone); fault.KindOf(err) != fault.Busy {
		t.Errorf("a second is worked for: %v", err)
	}
	leave()
	if _, err := l.work(t.Context()); err != nil {
		t.Errorf("the place is not free again: %v", err)
	}
}

// TestAFlood: a stranger's flood is turned away beyond its lane, with a time to
// come back, and nothing that was accepted is lost; meanwhile neither an authority
// nor a person waits in it.
func TestAFlood(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	o.server.lanes.strangers = newLane(width{reading: 4, working: 1, rate: 1, burst: 40}, o.clock())
	hold, err := o.server.lanes.strangers.work(t.Context()) // the flood's only place is taken
	o.ok(err)
	var taken, away atomic.Int64
	var crowd sync.WaitGroup
	for i := range 60 {
		crowd.Go(func() {
			doc := document(t, "leg-13", fmt.Sprintf("forged-%d", i), "TR", nil)
			got := o.stranger(doc, rand.Text())
			switch {
			case got.status == 202:
				taken.Add(1)
			case got.status == 503 && got.header.Get("Retry-After") == retryAfter:
				away.Add(1)
			default:
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
	// While all of the flood that came in waits, genuine ones are worked for.
	c.submit(c.document())
	o.asks(o.client(), http.MethodPost, "/v1/challenges", m{"code": "x", "why": "x"}).problem(o, 404)
	o.asks(o.client(), http.MethodGet, "/v1/receipts/x", nil).problem(o, 404)
	hold()
	crowd.Wait()
	if taken.Load() == 0 || away.Load() < 20 {
		t.Errorf("%d were taken, %d sent away", taken.Load(), away.Load())
	}
	rows, _, err := o.docket.Queue(t.Context(), docket.Query{Quarantined: true, Limit: 500})
	o.ok(err)
	if int64(len(rows)) != taken.Load() {
		t.Errorf("%d were accepted, %d are in quarantine", taken.Load(), len(rows))
	}
	o.after(time.Minute)
	o.stranger(c.document(), "later").into(o, 202, nil)
}

// TestOneAuthorityDoesNotSlowAnother: each has a lane of its own, and one that
// sends too much is asked to wait.
func TestOneAuthorityDoesNotSlowAnother(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	busy, other := o.enrol("tr-ca", "TR"), o.enrol("fr-ca", "FR")
	ref := busy.submit(busy.document())
	o.server.lanes.authorities["tr-ca"] = newLane(width{reading: 2, working: 1, rate: 1, burst: 2}, o.clock())
	path := "/v1/requests/" + string(ref)
	busy.asks(http.MethodGet, path, nil).into(o, 200, nil)
	busy.asks(http.MethodGet, path, nil).into(o, 200, nil)
	if got := busy.asks(http.MethodGet, path, nil); got.status != 503 || got.header.Get("Retry-After") == "" {
		t.Errorf("beyond its rate: %d %s", got.status, got.body)
	}
	other.submit(document(t, "leg-13", "fr-ca", "FR", nil))
}

// TestAForgersFlood: who sends under the name of an authority, without its key,
// spends nothing of what it may send.
func TestAForgersFlood(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	c := o.enrol("tr-ca", "TR")
	_, forged, err := ed25519.GenerateKey(rand.Reader)
	o.ok(err)
	o.server.lanes.authorities["tr-ca"] = newLane(width{reading: 2, working: 1, rate: 1, burst: 1}, o.clock())
	for range 20 {
		r := o.request(http.MethodPost, "/v1/requests", c.document())
		r.Header.Set("Idempotency-Key", rand.Text())
		o.ok(httpsig.Sign(r, c.document(), "tr-ca#k1", forged, o.clock(), rand.Reader))
		o.send(c.client, r).problem(o, 401)
	}
	c.submit(c.document())
}

// TestCodesAndPersonsAreAskedToWait as well.
func TestCodesAndPersonsAreAskedToWait(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	o.server.lanes.codes = newLane(width{reading: 1, working: 1, rate: 1, burst: 1}, o.clock())
	o.server.lanes.persons = newLane(width{reading: 1, working: 1, rate: 1, burst: 1}, o.clock())
	for _, status := range []int{404, 503} {
		o.asks(o.client(), http.MethodPost, "/v1/challenges", m{"code": "x", "why": "x"}).problem(o, status)
		o.asks(o.client(), http.MethodGet, "/v1/receipts/x", nil).problem(o, status)
	}
	o.after(time.Second)
	o.asks(o.client(), http.MethodGet, "/v1/receipts/x", nil).problem(o, 404)
}
