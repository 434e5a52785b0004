package api

import (
	"context"
	_ "embed"
	"net/http"
	"strconv"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/request"
)

//go:embed openapi.yaml
var description []byte

// publicRoutes are for everybody.
func (s *Server) publicRoutes(mux *http.ServeMux) {
	s.route(mux, "GET /livez", s.live)
	s.route(mux, "GET /readyz", s.ready)
	s.route(mux, "GET /v1/keys", s.keys)
	s.route(mux, "GET /v1/openapi.yaml", s.describe)
	s.route(mux, "GET /v1/request.schema.json", s.schema)
}

// A Health says that the program answers.
type Health struct {
	Status  string `json:"status"`
	Program string `json:"program"`
}

func (s *Server) live(w http.ResponseWriter, _ *http.Request) error {
	return s.reply(w, http.StatusOK, Health{"live", s.program})
}

// readyTime is how long the database may take to answer.
const readyTime = 2 * time.Second

// ready asks the database.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	if _, _, err := s.docket.Queue(ctx, docket.Query{Limit: 1}); err != nil {
		s.log.WarnContext(ctx, "not ready", "error", err)
		return fault.Busyf("", "the office cannot reach its records")
	}
	return s.reply(w, http.StatusOK, Health{"ready", s.program})
}

// Keys are what the office can be verified by, and what it asks of signatures.
type Keys struct {
	Office    string   `json:"office"`
	Origin    string   `json:"origin"` // what @target-uri begins with
	Rehearsal bool     `json:"rehearsal"`
	Receipts  []string `json:"receipts"` // verifier keys, as signed notes write them
}

func (s *Server) keys(w http.ResponseWriter, _ *http.Request) error {
	return s.reply(w, http.StatusOK, Keys{s.office.Name, s.origin, s.rehearsal, []string{s.signer.text}})
}

func (s *Server) describe(w http.ResponseWriter, _ *http.Request) error {
	return publish(w, "application/yaml", description) // RFC 9512
}

func (s *Server) schema(w http.ResponseWriter, _ *http.Request) error {
	return publish(w, "application/schema+json", request.Schema())
}

func publish(w http.ResponseWriter, media string, text []byte) error {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.Write(text) // whoever went away is told nothing
	return nil
}
