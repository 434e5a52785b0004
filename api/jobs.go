package api

import (
	"net/http"

	"github.com/rogatory/rogatory/lifecycle"
)

// jobUses are the routes for whoever runs the machine.
var jobUses = []use{
	{"GET /v1/jobs/dead", only(lifecycle.Administrator), false, false, (*Server).showDead},
	{"POST /v1/jobs/{key}/revive", only(lifecycle.Administrator), false, true, (*Server).revive},
}

// showDead answers what was due and failed so often that it was put aside.
func (s *Server) showDead(w http.ResponseWriter, r *http.Request, _ *caller) error {
	q := queryOf(r)
	limit := q.number("limit", 50, largestPage)
	if err := q.checked(); err != nil {
		return err
	}
	jobs, err := s.jobs.Dead(r.Context(), limit)
	if err != nil {
		return err
	}
	out := struct {
		Jobs []Dead `json:"jobs"`
	}{[]Dead{}}
	for i := range jobs {
		out.Jobs = append(out.Jobs, DeadOf(&jobs[i]))
	}
	return s.reply(w, http.StatusOK, out)
}

// revive lets a job be tried again, as if it had never failed.
func (s *Server) revive(w http.ResponseWriter, r *http.Request, _ *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	if err := s.jobs.Revive(r.Context(), r.PathValue("key")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
