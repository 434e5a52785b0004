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
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/shelf"
)

// Parts are what a server works with.
type Parts struct {
	Docket    *docket.Docket
	Shelf     *shelf.Shelf
	Jobs      Jobs
	Office    *office.Profile
	Key       ed25519.PrivateKey // signs receipts
	Origin    string             // scheme and authority under which the office is reached, like https://office.example
	Program   string             // name and version
	Rehearsal bool               // nothing here counts
	Random    io.Reader
	Clock     func() time.Time
	Log       *slog.Logger
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
	shelf     *shelf.Shelf
	jobs      Jobs
	office    *office.Profile
	key       ed25519.PrivateKey
	origin    string
	program   string
	rehearsal bool
	random    io.Reader
	clock     func() time.Time
	log       *slog.Logger

	mux *http.ServeMux
}

// New makes a server.
func New(p Parts) (*Server, error) {
	s := &Server{
		docket: p.Docket, shelf: p.Shelf, jobs: p.Jobs, office: p.Office, key: p.Key, origin: p.Origin, program: p.Program,
		rehearsal: p.Rehearsal, random: p.Random, clock: p.Clock, log: p.Log, mux: http.NewServeMux(),
	}
	s.publicRoutes(s.mux)
	s.requesterRoutes(s.mux)
	s.staffRoutes(s.mux)
	return s, nil
}

// publicRoutes are for everybody.
func (s *Server) publicRoutes(mux *http.ServeMux) {}

// requesterRoutes are for whoever sends requests, and for the person concerned.
func (s *Server) requesterRoutes(mux *http.ServeMux) {}

// A handler answers a request, or gives the reason why not. Once it has written
// anything it gives no error.
type handler func(w http.ResponseWriter, r *http.Request) error

// route answers a pattern.
func (s *Server) route(mux *http.ServeMux, pattern string, h handler) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.problem(w, r, err)
		}
	})
}

// refOf reads the reference of a case from a path. What is no reference is
// answered like a case of somebody else.
func refOf(r *http.Request) (docket.Ref, error) {
	return docket.ParseRef(r.PathValue("case"))
}
