package docket

// A Leased is a job as whoever keeps jobs hands it out: with how often it
// failed before, and of what last.
type Leased struct {
	Job
	Attempt int    // failures so far
	Reason  string // of the last failure; empty: none
}
