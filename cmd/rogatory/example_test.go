package main

import (
	"testing"

	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/office"
)

// TestExampleOffices reads the commented examples as an office would, and wants
// their people to be able to do everything.
func TestExampleOffices(t *testing.T) {
	for _, c := range []struct {
		dir    string
		people int // the court, oversight and whoever runs the machine not counted
		bound  int
	}{{"five", 5, 0}, {"two", 2, 1}} {
		t.Run(c.dir, func(t *testing.T) {
			s, err := (&inFolder{Data: "../../examples/office/" + c.dir}).read()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := office.Example(s.Profile); err != nil {
				t.Error(err)
			}
			for _, says := range lifecycle.Staffing(s.members()) {
				t.Error(says)
			}
			working := lifecycle.RolesOf(lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Custodian, lifecycle.Notifier)
			people, bound := 0, 0
			for _, m := range s.members() {
				switch {
				case m.Roles&working == 0:
				case m.Bound:
					bound++
				default:
					people++
				}
			}
			if people != c.people || bound != c.bound {
				t.Errorf("%d people and %d bound outsiders, want %d and %d", people, bound, c.people, c.bound)
			}
		})
	}
}
