package api

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/keyring"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/letter"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/login"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/post"
	"github.com/rogatory/rogatory/proof/httpsig"
	"github.com/rogatory/rogatory/proof/role"
	"github.com/rogatory/rogatory/register"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/screen"
	"github.com/rogatory/rogatory/shelf"
	"github.com/rogatory/rogatory/signal"
	"github.com/rogatory/rogatory/store"
	"github.com/rogatory/rogatory/vault"

	_ "time/tzdata"
)

// origin is where the office of the tests is reached: the name in the certificate
// of httptest.
const origin = "https://example.com"

var start = time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// T is a test, or whatever else needs an office.
type T = testing.TB

// A rig is an office with real parts behind a real listener, and a clock that is
// moved by hand. Whatever is asked of it and answered is held against openapi.yaml.
type rig struct {
	T
	server   *Server
	web      *httptest.Server
	records  *store.Store
	docket   *docket.Docket
	register *register.Register
	door     *login.Door
	people   crew
	mail     *letterbox
	logged   *ink
	dir      string // of all that the office keeps

	mu   sync.Mutex // guards now and secrets
	now  time.Time
	keys map[string]*role.Secret // role keys, by name
	held []string                // leaves that the public log has not published
}

// ink is what went to the log.
type ink struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *ink) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *ink) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// letterbox keeps what was to be sent.
type letterbox struct {
	mu   sync.Mutex
	sent []post.Message
}

func (l *letterbox) Send(_ context.Context, m post.Message) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, m)
	return "250 taken", nil
}

// crew are the people of the office.
type crew []login.Person

func (c crew) All() []login.Person { return c }

func (c crew) Find(name string) (login.Person, bool) {
	return c.find(func(p login.Person) bool { return strings.EqualFold(p.Name, name) })
}

func (c crew) BySubject(subject, mail string) (login.Person, bool) {
	return c.find(func(p login.Person) bool {
		return subject != "" && p.Subject == subject || mail != "" && p.Mail == mail
	})
}

func (c crew) find(is func(login.Person) bool) (login.Person, bool) {
	for _, p := range c {
		if is(p) {
			return p, true
		}
	}
	return login.Person{}, false
}

func everybody() crew {
	one := func(name string, roles ...lifecycle.Role) login.Person {
		return login.Person{Name: name, Roles: roles, Mail: strings.ToLower(name) + "@office.example"}
	}
	return crew{
		one("Imke", lifecycle.Intake), one("Rosa", lifecycle.Reviewer), one("Sami", lifecycle.Senior), one("Siri", lifecycle.Senior),
		one("Jo", lifecycle.Judge), one("Cem", lifecycle.Custodian), one("Nils", lifecycle.Notifier),
		one("Olga", lifecycle.Oversight), one("Omar", lifecycle.Oversight), one("Adam", lifecycle.Administrator),
		one("Mona", lifecycle.Reviewer, lifecycle.Senior),
	}
}

// signers knows the role keys of the rig.
type signers struct{ *rig }

func (s signers) Signed(name string, act, signature []byte) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.keys[name]
	if k == nil {
		return "", fault.Forbiddenf(name, "has no role key")
	}
	return k.Public().String(), k.Public().Verify(act, signature)
}

func (s signers) Check(name, key string, act, signature []byte) error {
	enrolled, err := s.Signed(name, act, signature)
	if err == nil && enrolled != key {
		return fault.Forbiddenf(name, "never had this role key")
	}
	return err
}

// safe is a vault as a docket sees it.
type safe struct{ *vault.Vault }

func (v safe) Put(ctx context.Context, c docket.Ref, key [32]byte, r io.Reader) (string, int64, string, error) {
	stored, err := v.Vault.Put(ctx, c, key, r)
	return stored.ID, stored.Size, stored.SHA256, err
}

// newRig opens an office in which judges, notifiers and oversight sign.
func newRig(t testing.TB) *rig { return openRig(t, false) }

// rehearse opens an office in which nothing is real.
func rehearse(t testing.TB) *rig { return openRig(t, true) }

func openRig(t testing.TB, rehearsal bool) *rig {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	o := &rig{T: t, dir: dir, now: start, people: everybody(), mail: &letterbox{}, logged: &ink{}, keys: map[string]*role.Secret{}}
	officeKey, err := keyring.NewFile(filepath.Join(dir, "office.key"))
	o.ok(err)
	ring, err := keyring.Open(ctx, filepath.Join(dir, "keys.db"), officeKey)
	o.ok(err)
	o.Cleanup(func() { ring.Close() })
	o.records, err = store.Open(ctx, filepath.Join(dir, "office.db"))
	o.ok(err)
	o.Cleanup(func() { o.records.Close() })
	files, err := vault.Open(filepath.Join(dir, "vault"))
	o.ok(err)
	o.Cleanup(func() { files.Close() })
	profile, err := office.Example("authority-de")
	o.ok(err)
	days, err := calendar.Of(profile.Calendar)
	o.ok(err)
	papers := shelf.New(o.records, [32]byte{1}, rand.Reader)
	o.register, err = register.New(papers, register.Settings{Points: []string{"+49 30 0000"}, Rehearsal: true}, o.records, o.clock)
	o.ok(err)
	log := slog.New(slog.NewTextHandler(o.logged, nil))
	o.door, err = login.New(ctx, papers, o.people, login.Settings{
		Origin: origin, Office: profile.Name, Demo: true, Log: log, Problem: Problems(log, rand.Reader),
	}, o.clock, rand.Reader)
	o.ok(err)
	for _, name := range []string{"Jo", "Nils", "Olga", "Omar"} {
		o.keys[name], err = role.Generate(name, false, rand.Reader)
		o.ok(err)
	}
	laws := law.Starting()
	o.docket = docket.New(docket.Parts{
		Records: o.records, Keys: ring, Vault: safe{files}, Register: o.register, Screener: screen.New(rulebook.Floor(), laws, signal.Floor(), profile, "test"),
		Book: rulebook.Floor(), Office: profile, Calendar: days, Versions: docket.Accordance{Program: "test", Rulebook: rulebook.Floor().SHA256(), Law: laws.SHA256()},
		Random: rand.Reader, Clock: o.clock, Signers: signers{o}, Log: publicLog{o}, Rehearsal: rehearsal,
	}, time.Time{})
	_, key, err := ed25519.GenerateKey(rand.Reader)
	o.ok(err)
	o.server, err = New(Parts{
		Docket: o.docket, Register: o.register, Login: o.door, People: o.people, Mail: o.mail, Shelf: papers, Jobs: o.records, Office: profile,
		Key: key, Origin: origin, Program: "rogatory test", Rehearsal: rehearsal, Random: rand.Reader, Clock: o.clock, Log: log,
		Words: func(l letter.Letter) (subject, text string, err error) {
			l.Office, l.Reply, l.Rehearsal = profile.Name, origin, rehearsal
			if l.Kind == letter.Notice {
				l.Link = origin + "/challenge"
			}
			return l.Text()
		},
	})
	o.ok(err)
	o.web = httptest.NewUnstartedServer(nil)
	o.web.Config = o.server.HTTP("")
	o.web.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	o.web.StartTLS()
	o.Cleanup(o.web.Close)
	return o
}

func (o *rig) ok(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *rig) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

// after lets time pass.
func (o *rig) after(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

// client reaches the office by its name, keeps cookies, and follows nothing. With
// a certificate it shows that.
func (o *rig) client(shown ...tls.Certificate) *http.Client {
	o.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(o.web.Certificate())
	jar, err := cookiejar.New(nil)
	o.ok(err)
	wire := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, o.web.Listener.Addr().String())
		},
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: shown},
	}
	o.Cleanup(wire.CloseIdleConnections)
	return &http.Client{
		Transport: replay{o.T, wire}, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// signIn gives a client as which somebody is signed in, who has just shown who
// they are.
func (o *rig) signIn(name string) *http.Client {
	o.Helper()
	link, err := o.door.Invite(o.Context(), "test", name, 0)
	o.ok(err)
	c := o.client()
	r, err := http.NewRequest(http.MethodPost, link, nil)
	o.ok(err)
	if got := o.send(c, r); got.status != http.StatusOK {
		o.Fatalf("%s was not let in: %d %s", name, got.status, got.body)
	}
	return c
}

// An answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// into reads an answer that must have a status.
func (a *answer) into(o *rig, status int, value any) {
	o.Helper()
	if a.status != status {
		o.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if value != nil {
		o.ok(json.Unmarshal(a.body, value))
	}
}

// problem reads a problem document that must have a status.
func (a *answer) problem(o *rig, status int) Problem {
	o.Helper()
	var p Problem
	a.into(o, status, &p)
	if p.Status != status || a.header.Get("Content-Type") != "application/problem+json" {
		o.Errorf("no problem document: %v %s", a.header, a.body)
	}
	return p
}

// send sends a request, and reads all of the answer.
func (o *rig) send(c *http.Client, r *http.Request) *answer {
	o.Helper()
	got, err := c.Do(r.WithContext(o.Context()))
	o.ok(err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	o.ok(err)
	return &answer{got.StatusCode, got.Header, body}
}

// request makes a request with a body of JSON; nil: without one.
func (o *rig) request(method, path string, body []byte) *http.Request {
	o.Helper()
	r, err := http.NewRequest(method, origin+path, bytes.NewReader(body))
	o.ok(err)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// asks sends a request with a value as JSON; nil: without a body.
func (o *rig) asks(c *http.Client, method, path string, value any) *answer {
	o.Helper()
	var body []byte
	if value != nil {
		var err error
		body, err = json.Marshal(value)
		o.ok(err)
	}
	return o.send(c, o.request(method, path, body))
}

// A court is an authority that is enrolled, with its secrets.
type court struct {
	*rig
	id       string
	key      ed25519.PrivateKey
	identity *age.X25519Identity
	client   *http.Client
}

// enrol enrols an authority as two people of the office do.
func (o *rig) enrol(id, country string) *court { return o.enrolAs(id, country, nil) }

// enrolAs lets a test change the entry.
func (o *rig) enrolAs(id, country string, change func(*authority.Authority)) *court {
	o.Helper()
	ctx := o.Context()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	o.ok(err)
	der, err := x509.MarshalPKIXPublicKey(public)
	o.ok(err)
	identity, err := age.GenerateX25519Identity()
	o.ok(err)
	entry := authority.Authority{
		ID: id, Name: "authority " + id, Country: country, Role: "central-authority", Mail: id + "@" + "justice.example", Language: "en",
		Contacts:   []authority.Contact{{Value: "+33 1 0000", How: "the directory of the embassy"}},
		Keys:       []authority.Key{{ID: "k1", Public: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}},
		Recipients: []string{identity.Recipient().String()},
		Powers:     []authority.Power{{Data: "subscriber"}, {Data: "traffic"}, {Data: "content"}},
		From:       o.clock(), Until: o.clock().AddDate(2, 0, 0),
	}
	if change != nil {
		change(&entry)
	}
	proposed, err := o.register.Propose(ctx, register.Actor{Name: "Imke", Role: lifecycle.Intake}, entry, "enrolled for the tests")
	o.ok(err)
	_, err = o.register.Confirm(ctx, register.Actor{Name: "Sami", Role: lifecycle.Senior}, id, proposed.Pending.Digest, "+33 1 0000")
	o.ok(err)
	return &court{o, id, key, identity, o.client()}
}

// suspend suspends an authority.
func (o *rig) suspend(id string) {
	o.Helper()
	_, err := o.register.Suspend(o.Context(), register.Actor{Name: "Olga", Role: lifecycle.Oversight}, id, "a key was stolen")
	o.ok(err)
}

// signed makes a request that the authority has signed.
func (c *court) signed(method, path string, body []byte) *http.Request {
	c.Helper()
	r := c.request(method, path, body)
	if path == "/v1/requests" {
		r.Header.Set("Idempotency-Key", rand.Text())
	}
	c.sign(r, body)
	return r
}

// sign signs a request as it is.
func (c *court) sign(r *http.Request, body []byte) {
	c.Helper()
	c.ok(httpsig.Sign(r, body, c.id+"#k1", c.key, c.clock(), rand.Reader))
}

// asks sends a signed request with a value as JSON; nil: without a body.
func (c *court) asks(method, path string, value any) *answer {
	c.Helper()
	var body []byte
	if value != nil {
		var err error
		body, err = json.Marshal(value)
		c.ok(err)
	}
	return c.send(c.client, c.signed(method, path, body))
}

// submit files a document, and gives the case.
func (c *court) submit(doc []byte) docket.Ref {
	c.Helper()
	var out Taken
	c.send(c.client, c.signed(http.MethodPost, "/v1/requests", doc)).into(c.rig, http.StatusCreated, &out)
	return out.Case
}

// document is a request that an authority sends: an example, as its own.
func document(t testing.TB, name, id, country string, change func(map[string]any)) []byte {
	t.Helper()
	data, err := os.ReadFile("../examples/cases/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	if inner, wrapped := doc["request"].(map[string]any); wrapped {
		doc = inner
	}
	from := doc["requesting"].(map[string]any)
	delete(from, "channel")
	from["country"] = country
	from["authority"].(map[string]any)["id"] = id
	if change != nil {
		change(doc)
	}
	data, err = json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// asks is the document that most tests send.
func (c *court) document() []byte { return document(c.T, "leg-13", c.id, "TR", nil) }
