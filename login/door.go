// Package login says who is signed in.
//
// It promises that what lets somebody in is kept by its hash alone, works for as
// long as it was given for and no longer, and that a link, a challenge or a
// journey to a provider works once, for one of many who try. Roles are asked of
// the office's list of people at each request: whoever is taken off it may do
// nothing from that moment on.
//
// It refuses passwords; passkeys without verification of the user, or whose
// counter went back; addresses that a provider has not verified; and to say
// whether somebody who may not come in is known. A service token decides
// nothing: it has one of two roles and never counts as a person who has just
// shown who they are.
package login

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/shelf"
)

// A Person is somebody who works here, or a machine that is listed as one.
type Person struct {
	Name          string
	Roles         []lifecycle.Role
	Mail, Subject string // by which an OIDC provider knows them; empty: by none
}

// People is the office's list of people. It is asked at each request.
type People interface {
	Find(name string) (Person, bool)
	// BySubject finds whom a provider means. The mail is empty unless the provider
	// has verified it; an empty word is nobody's.
	BySubject(subject, mail string) (Person, bool)
}

// Settings of a door.
type Settings struct {
	Origin string        // scheme://host[:port] at which people reach the office; http only on a loopback
	Office string        // its name, as a passkey shows it
	OIDC   *OIDC         // nil: nobody signs in that way
	Demo   bool          // a link signs in at once: for an office that holds nothing real
	Idle   time.Duration // after which an unused session is over; 0: 30 minutes
	Life   time.Duration // of a session; 0: 12 hours
	Recent time.Duration // for which having shown who one is counts as recent; 0: 5 minutes

	Problem func(http.ResponseWriter, *http.Request, error) // answers what went wrong; nil: in one plain line
	Remote  func(*http.Request) string                      // the address at the other end; nil: of the connection, whatever headers say
	Log     *slog.Logger                                    // nil: the default one
}

// A Door lets people in. It may be used by many goroutines, and by many
// processes on the same shelf.
type Door struct {
	people   People
	set      Settings
	clock    func() time.Time
	random   io.Reader
	sessions *shelf.Drawer[visit]
	links    *shelf.Drawer[invitation]
	tokens   *shelf.Drawer[grant]
	tries    *limiter // what failed; what succeeds is given back
	begins   *limiter // what was begun, and has to be remembered

	party      *webauthn.WebAuthn // nil: there can be no passkeys
	passkeys   *shelf.Drawer[passkey]
	enrolments errand[enrolment]
	challenges errand[challenge]

	provider *provider // nil: there is none
	journeys errand[journey]
}

const (
	defaultIdle   = 30 * time.Minute
	defaultLife   = 12 * time.Hour
	defaultRecent = 5 * time.Minute
)

// New opens a door. It is a fault.Invalid if the settings make no sense.
func New(_ context.Context, s *shelf.Shelf, people People, set Settings, clock func() time.Time, random io.Reader) (*Door, error) {
	if _, err := readOrigin(set.Origin); err != nil {
		return nil, err
	}
	for _, span := range []struct {
		of    *time.Duration
		usual time.Duration
	}{{&set.Idle, defaultIdle}, {&set.Life, defaultLife}, {&set.Recent, defaultRecent}} {
		if *span.of < 0 {
			return nil, fault.Invalidf("sign-in", "a time of %s is less than nothing", *span.of)
		}
		if *span.of == 0 {
			*span.of = span.usual
		}
	}
	if set.Problem == nil {
		set.Problem = plainProblem
	}
	if set.Remote == nil {
		set.Remote = func(r *http.Request) string { return r.RemoteAddr }
	}
	if set.Log == nil {
		set.Log = slog.Default()
	}
	party, err := newParty(set)
	if err != nil {
		return nil, err
	}
	provider, err := newProvider(set.OIDC, set.Origin, clock)
	if err != nil {
		return nil, err
	}
	d := &Door{
		people: people, set: set, clock: clock, random: random, party: party, provider: provider,
		sessions: shelf.DrawerOf[visit](s, "session"),
		links:    shelf.DrawerOf[invitation](s, "invitation"),
		tokens:   shelf.DrawerOf[grant](s, "token"),
		passkeys: shelf.DrawerOf[passkey](s, "passkey"),
		tries:    newLimiter(clock, rate{10, time.Second * 6}, rate{200, time.Second / 20}),
		begins:   newLimiter(clock, rate{30, time.Second * 2}, rate{300, time.Second / 30}),
	}
	d.enrolments = errandOf[enrolment](d, s, "enrolment")
	d.challenges = errandOf[challenge](d, s, "challenge")
	d.journeys = errandOf[journey](d, s, "journey")
	return d, nil
}

// readOrigin reads where people reach the office. Without TLS a secret would go
// over the wire in clear; on a loopback there is no wire.
func readOrigin(origin string) (*url.URL, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.Scheme+"://"+u.Host != origin {
		return nil, fault.Invalidf("origin "+origin, "is not scheme://host or scheme://host:port").WithHint("for example https://office.example")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, fault.Invalidf("origin "+origin, "is not https").WithHint("http will do on localhost alone")
	}
	return u, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// secure reports whether people come by TLS.
func (d *Door) secure() bool { return d.set.Origin[:5] == "https" }

// remote is where a request came from, as far as trying too often is concerned:
// an address, or the network of 64 bits that one subscriber of IPv6 has.
func (d *Door) remote(r *http.Request) string {
	text := d.set.Remote(r)
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return ""
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	network, err := addr.Prefix(64)
	if err != nil {
		return ""
	}
	return network.String()
}
