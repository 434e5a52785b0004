package login

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/shelf"
	"github.com/rogatory/rogatory/store"
)

// crew is a list of people, as the office would have it.
type crew struct {
	mu   sync.Mutex
	list []Person
}

func (c *crew) Find(name string) (Person, bool) {
	return c.find(func(p Person) bool { return strings.EqualFold(p.Name, name) })
}

func (c *crew) BySubject(subject, mail string) (Person, bool) {
	return c.find(func(p Person) bool {
		return subject != "" && p.Subject == subject || mail != "" && p.Mail == mail
	})
}

func (c *crew) find(is func(Person) bool) (Person, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.list {
		if is(p) {
			return p, true
		}
	}
	return Person{}, false
}

// leaves takes somebody off the list.
func (c *crew) leaves(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var rest []Person
	for _, p := range c.list {
		if p.Name != name {
			rest = append(rest, p)
		}
	}
	c.list = rest
}

// A rig is a door of a real office: records in SQLite, HTTP over a socket, and a
// clock that is moved by hand.
type rig struct {
	*testing.T
	door    *Door
	people  *crew
	server  *httptest.Server
	shelf   *shelf.Shelf
	records *store.Store
	log     *logged

	mu  sync.Mutex
	now time.Time
}

// logged is what went to the log.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) passes(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// newRig opens a door. The settings given are changed only in what they leave
// open; with an origin of their own, requests still go to the socket.
func newRig(t *testing.T, set Settings) *rig {
	t.Helper()
	records, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { records.Close() })
	r := &rig{
		T: t, records: records, log: &logged{}, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		people: &crew{list: []Person{
			{Name: "Imke Brandt", Roles: []lifecycle.Role{lifecycle.Intake, lifecycle.Administrator}, Mail: "imke@office.example"},
			{Name: "Rosa Okafor", Roles: []lifecycle.Role{lifecycle.Reviewer}, Subject: "subject-of-rosa"},
			{Name: "Collector", Roles: []lifecycle.Role{lifecycle.Custodian}},
		}},
	}
	r.shelf = shelf.New(records, [32]byte{1}, rand.Reader)
	mux := http.NewServeMux()
	r.server = httptest.NewServer(http.NewCrossOriginProtection().Handler(mux)) // as whoever serves the routes does
	t.Cleanup(r.server.Close)
	if set.Origin == "" {
		set.Origin = strings.Replace(r.server.URL, "127.0.0.1", "localhost", 1)
	}
	set.Office = "Office of the tests"
	set.Log = slog.New(slog.NewTextHandler(r.log, nil))
	r.door, err = New(t.Context(), r.shelf, r.people, set, r.clock, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r.door.Routes(mux)
	return r
}

// A browser keeps cookies, and follows nothing by itself.
type browser struct {
	*rig
	client *http.Client
}

func (r *rig) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.Fatal(err)
	}
	return &browser{r, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// A reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

// read reads the body into a value.
func (r reply) read(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), into); err != nil {
		t.Fatalf("%v in %d %s", err, r.status, r.body)
	}
}

// asks sends a request. A body is sent as JSON.
func (b *browser) asks(method, path string, body []byte) reply {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, b.door.set.Origin+strings.TrimPrefix(path, b.door.set.Origin), bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return b.sends(req)
}

func (b *browser) sends(req *http.Request) reply {
	b.Helper()
	resp, err := b.client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(text)}
}

// wants sends a request and fails the test unless the status is as wanted.
func (b *browser) wants(status int, method, path string, body []byte) reply {
	b.Helper()
	got := b.asks(method, path, body)
	if got.status != status {
		b.Fatalf("%s %s: %d %s, want %d", method, path, got.status, got.body, status)
	}
	return got
}

// cookie gives the value of a cookie that the browser would send.
func (b *browser) cookie(name string) string {
	u, err := url.Parse(b.door.set.Origin)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// carrying makes a request with headers, as a server gets it.
func carrying(t testing.TB, headers ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/cases", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

// invited gives a link for somebody.
func (r *rig) invited(name string) string {
	r.Helper()
	link, err := r.door.Invite(r.Context(), "Imke Brandt", name, 0)
	if err != nil {
		r.Fatal(err)
	}
	return link
}

// signsIn follows a link in an office that is a demo.
func (b *browser) signsIn(name string) {
	b.Helper()
	b.wants(http.StatusOK, http.MethodPost, b.invited(name), nil)
}

func wantKind(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Errorf("%s: %v, want a fault of kind %d", what, err, kind)
	}
}
