package api

import "net/http"

// staffRoutes are for the people of the office.
func (s *Server) staffRoutes(mux *http.ServeMux) {}
