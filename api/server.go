// Package api is the door of the office for programs: HTTP and JSON, as
// openapi.yaml says.
//
// It promises that what it acts upon is what was signed, that an accepted request
// is durable before anybody is told so, and that an answer never shows whether an
// account, or a case of somebody else, exists. It decides nothing: every route is
// one use of package docket or register. It refuses what it does not know: members,
// media types, and paths that can be read in two ways. The cause of a failure goes
// to the log, under a number that the answer carries.
package api

import (
	"context"
	"crypto/ed25519"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/letter"
	"github.com/rogatory/rogatory/login"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/register"
	"github.com/rogatory/rogatory/shelf"
)

// Parts are what a server works with.
type Parts struct {
	Docket    *docket.Docket
	Register  *register.Register
	Login     *login.Door
	People    People
	Mail      Mail
	Shelf     *shelf.Shelf
	Jobs      Jobs
	Office    *office.Profile
	Key       ed25519.PrivateKey // signs receipts
	Origin    string             // scheme and authority at which the office is reached, like https://office.example
	Program   string             // name and version
	Rehearsal bool               // nothing here counts

	// Words puts a letter of the office into words.
	Words func(letter.Letter) (subject, text string, err error)

	Random io.Reader
	Clock  func() time.Time
	Log    *slog.Logger

	// Remote gives the address at the other end, by which whoever is not known has a
	// share of what can be taken; nil: of the connection, whatever headers say.
	Remote func(*http.Request) string
}

// Jobs are what the office does by itself; those that failed for good lie aside.
type Jobs interface {
	Dead(ctx context.Context, limit int) ([]docket.Leased, error)
	Revive(ctx context.Context, key string) error
}

// A Server answers requests. It may be used by many goroutines, and many servers
// may work on the same records.
type Server struct {
	docket    *docket.Docket
	register  *register.Register
	login     *login.Door
	people    People
	mail      Mail
	shelf     *shelf.Shelf
	jobs      Jobs
	office    *office.Profile
	origin    string
	program   string
	rehearsal bool
	words     func(letter.Letter) (subject, text string, err error)
	random    io.Reader
	clock     func() time.Time
	log       *slog.Logger
	remote    func(*http.Request) string
	dummy     ed25519.PublicKey // nobody has its other half

	problem func(http.ResponseWriter, *http.Request, error)
	signer  *signer
	nonces  *shelf.Drawer[struct{}]
	lanes   *lanes
	figures *figures
	mux     *http.ServeMux
}

// New makes a server. It is a fault.Invalid if the origin is none.
func New(p Parts) (*Server, error) {
	s := &Server{
		docket: p.Docket, register: p.Register, login: p.Login, people: p.People, mail: p.Mail, shelf: p.Shelf, jobs: p.Jobs, office: p.Office, origin: p.Origin, program: p.Program,
		rehearsal: p.Rehearsal, words: p.Words, random: p.Random, clock: p.Clock, log: p.Log, remote: p.Remote,
		problem: Problems(p.Log, p.Random), nonces: shelf.DrawerOf[struct{}](p.Shelf, "nonce"),
		mux: http.NewServeMux(),
	}
	var err error
	if s.signer, err = newSigner(p.Origin, p.Key); err != nil {
		return nil, err
	}
	if s.dummy, _, err = ed25519.GenerateKey(p.Random); err != nil {
		return nil, err
	}
	if s.remote == nil {
		s.remote = func(r *http.Request) string { return r.RemoteAddr }
	}
	s.lanes = newLanes(p.Clock)
	s.figures = s.newFigures()
	s.publicRoutes(s.mux)
	s.requesterRoutes(s.mux)
	s.personRoutes(s.mux)
	s.staffRoutes(s.mux)
	s.login.Routes(s.mux)
	return s, nil
}

// A handler answers a request, or gives the reason why not. Once it has begun to
// answer it gives no error.
type handler func(w http.ResponseWriter, r *http.Request) error

// route answers a pattern.
func (s *Server) route(mux *http.ServeMux, pattern string, h handler) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.problem(w, r, err)
		}
	})
}

// refOf reads the reference of a case from a path.
func refOf(r *http.Request) (docket.Ref, error) { return docket.ParseRef(r.PathValue("case")) }
