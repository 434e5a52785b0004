package login

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestALimiterKeepsToItsRates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(1e9, 0)
		start := now
		l := newLimiter(func() time.Time { return now }, rate{3, time.Second}, rate{8, time.Second / 4})
		each, sum := map[string]int{}, 0
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 700).Draw(t, "milliseconds")) * time.Millisecond)
			from := rapid.SampledFrom([]string{"", "a", "b", "c", "d", "e"}).Draw(t, "from")
			if l.take(from) != nil {
				continue
			}
			each[from]++
			sum++
			if rapid.Bool().Draw(t, "succeeds") {
				l.giveBack(from)
				each[from]--
				sum--
			}
			passed := now.Sub(start).Seconds()
			if float64(each[from]) > 3+passed+0.001 || float64(sum) > 8+4*passed+0.001 {
				t.Fatalf("after %.1f s: %d from %q, %d in all", passed, each[from], from, sum)
			}
		}
	})
}

func TestALimiterIsBoundedInMemoryAndStillLimits(t *testing.T) {
	now := time.Unix(1e9, 0)
	l := newLimiter(func() time.Time { return now }, rate{2, time.Second}, rate{1 << 30, time.Nanosecond})
	refused := 0
	for i := range 3 * addresses {
		if l.take(fmt.Sprint(i)) != nil {
			refused++
		}
	}
	if len(l.by) > addresses || refused != 2*addresses-2 {
		t.Errorf("%d addresses, %d refused", len(l.by), refused)
	}
	now = now.Add(time.Minute)
	if err := l.take("new"); err != nil || len(l.by) != 1 {
		t.Errorf("once the flood is over: %v, %d addresses", err, len(l.by))
	}
}

func TestWhereARequestIsFrom(t *testing.T) {
	d := &Door{set: Settings{Remote: func(r *http.Request) string { return r.RemoteAddr }}}
	for address, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1", "192.0.2.1": "192.0.2.1", "[::ffff:192.0.2.1]:1": "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64", "[2001:db8:1:2::1%eth0]:80": "2001:db8:1:2::/64",
		"": "", "@": "", "unix": "",
	} {
		r := carrying(t, "X-Forwarded-For", "198.51.100.7", "Forwarded", "for=198.51.100.7", "X-Real-IP", "198.51.100.7")
		r.RemoteAddr = address
		if got := d.remote(r); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

// Whoever comes from where somebody has signed in is let try, whatever comes from
// everywhere else; they have their own rate, and after a month they are strangers.
func TestAFloodKeepsNobodyOutWhoComesFromWhereTheyAlwaysCome(t *testing.T) {
	now := time.Unix(1e9, 0)
	l := newLimiter(func() time.Time { return now }, rate{3, time.Hour}, rate{20, time.Hour})
	l.signedIn("office")
	l.signedIn("")
	flood := func() {
		for i := range 3 * addresses {
			l.take(fmt.Sprint(i))
		}
	}
	flood()
	for range 3 {
		if err := l.take("office"); err != nil {
			t.Fatal(err)
		}
	}
	if l.take("office") == nil {
		t.Error("a known address has no rate")
	}
	l.giveBack("office")
	if err := l.take("office"); err != nil {
		t.Errorf("what was given back: %v", err)
	}
	if l.take("") == nil || l.take("another") == nil {
		t.Error("a stranger is let try beyond what is for all")
	}
	now = now.Add(knownFor)
	flood()
	if l.take("office") == nil {
		t.Error("an address is known for ever")
	}
}

func TestALimiterKnowsSoManyAndForgetsTheOldest(t *testing.T) {
	now := time.Unix(1e9, 0)
	l := newLimiter(func() time.Time { return now }, rate{1, time.Hour}, rate{1, time.Hour})
	for i := range knownAddresses + 2 {
		l.signedIn(fmt.Sprint(i))
		now = now.Add(time.Second)
		l.signedIn("0") // who comes again stays known
	}
	if len(l.known) != knownAddresses || l.known["0"] == nil || l.known["1"] != nil {
		t.Errorf("%d are known; the first: %v, the second: %v", len(l.known), l.known["0"], l.known["1"])
	}
}

func TestWhoSignedInIsKnownByTheirAddress(t *testing.T) {
	r := newRig(t, Settings{Demo: true})
	b := r.browser()
	b.wants(http.StatusUnauthorized, http.MethodPost, "/login/once/none", nil)
	if len(r.door.tries.known)+len(r.door.begins.known) != 0 {
		t.Error("whoever fails is known")
	}
	b.signsIn("Rosa Okafor")
	if len(r.door.tries.known) != 1 || len(r.door.begins.known) != 1 {
		t.Error("whoever signs in is not known")
	}
}
