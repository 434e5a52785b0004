package docket

import (
	"time"

	"github.com/rogatory/rogatory/lifecycle"
)

// A Manifest goes with what was released: what it is, and on what it rests.
type Manifest struct {
	Format    string    `json:"format"` // rogatory.release/1
	Case      Ref       `json:"case"`
	Reference string    `json:"reference"`     // the requester's own
	For       string    `json:"for,omitempty"` // the authority that asks, where another gets it and passes it on
	Basis     string    `json:"basis"`
	Grant     *Grant    `json:"grant,omitempty"`
	Decision  *Decision `json:"decision,omitempty"` // that compels, without its text
	Unmet     []string  `json:"unmet,omitempty"`    // safeguards that do not hold where a court above compels
	Released  time.Time `json:"released"`
	Files     []File    `json:"files"`
	Rehearsal bool      `json:"rehearsal,omitempty"`
}

// Manifest says what was released.
func (d *Docket) Manifest(c *Case) *Manifest {
	m := &Manifest{
		Format: "rogatory.release/1", Case: c.Ref, Reference: c.Request.Reference, Basis: c.Basis.String(), Grant: c.Grant,
		Unmet: c.Unmet(), Files: shown(c.Files), Rehearsal: d.rehearsal,
	}
	if c.Recipient != "" {
		m.For = c.Request.Requesting.Authority.Name
	}
	for i := range c.Events {
		switch e := &c.Events[i]; e.Do {
		case lifecycle.Compel:
			if c.Basis == lifecycle.Compulsion && e.Decision != nil {
				read := *e.Decision
				read.Text = nil
				m.Decision = &read
			}
		case lifecycle.Release:
			m.Released = e.At.UTC()
		}
	}
	return m
}

// Unmet are the safeguards that do not hold where a court above compels, as they
// were when it was followed last. They stay not met, whatever is compelled.
func (c *Case) Unmet() []string {
	if c.Basis != lifecycle.Compulsion {
		return nil
	}
	for i := len(c.Events) - 1; i >= 0; i-- {
		if e := &c.Events[i]; (e.Do == lifecycle.Compel || e.Do == lifecycle.Release) && e.Role != lifecycle.Machine.String() {
			return e.Unmet
		}
	}
	return nil
}
