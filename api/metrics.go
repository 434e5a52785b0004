package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/rogatory/rogatory/docket"
)

// figures are counted for whoever runs the office. They name routes, never paths:
// no case, no code and nobody is in them.
type figures struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

// most is up to which number what lies in the records is counted.
const most = 500

// countTime is how long counting in the records may take.
const countTime = 2 * time.Second

func (s *Server) newFigures() *figures {
	f := &figures{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rogatory_http_requests_total", Help: "Answers by route, method and status; status 0: broken off.",
		}, []string{"route", "method", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "rogatory_http_duration_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route"}),
	}
	f.registry.MustRegister(f.requests, f.took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &stock{
		server:     s,
		lanes:      prometheus.NewDesc("rogatory_lane_in_use", "Requests being worked on, by lane.", []string{"lane"}, nil),
		quarantine: prometheus.NewDesc("rogatory_quarantine", "Cases whose sender nobody has verified, counted up to "+strconv.Itoa(most)+".", nil, nil),
		dead:       prometheus.NewDesc("rogatory_jobs_dead", "Jobs that failed for good and lie aside, counted up to "+strconv.Itoa(most)+".", nil, nil),
	})
	return f
}

// answered counts an answer.
func (f *figures) answered(r *http.Request, status int, took time.Duration) {
	route := r.Pattern
	if route == "" {
		route = "none"
	}
	f.requests.WithLabelValues(route, known(r.Method), strconv.Itoa(status)).Inc()
	f.took.WithLabelValues(route).Observe(took.Seconds())
}

// stock is what stands at the moment it is asked for.
type stock struct {
	server                  *Server
	lanes, quarantine, dead *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (k *stock) Describe(to chan<- *prometheus.Desc) {
	to <- k.lanes
	to <- k.quarantine
	to <- k.dead
}

// Collect implements prometheus.Collector. What cannot be counted is an invalid
// figure, which whoever collects sees.
func (k *stock) Collect(to chan<- prometheus.Metric) {
	for lane, n := range k.server.lanes.inUse() {
		to <- prometheus.MustNewConstMetric(k.lanes, prometheus.GaugeValue, float64(n), lane)
	}
	ctx, cancel := context.WithTimeout(context.Background(), countTime)
	defer cancel()
	rows, _, err := k.server.docket.Queue(ctx, docket.Query{Quarantined: true, Limit: most})
	to <- counted(k.quarantine, len(rows), err)
	jobs, err := k.server.jobs.Dead(ctx, most)
	to <- counted(k.dead, len(jobs), err)
}

func counted(what *prometheus.Desc, n int, err error) prometheus.Metric {
	if err != nil {
		return prometheus.NewInvalidMetric(what, err)
	}
	return prometheus.MustNewConstMetric(what, prometheus.GaugeValue, float64(n))
}

// Metrics answers with the figures, for a listener of its own.
func (s *Server) Metrics() http.Handler {
	return promhttp.HandlerFor(s.figures.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}
