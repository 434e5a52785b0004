package lifecycle_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/lifecycle"
)

func member(name string, roles ...lifecycle.Role) lifecycle.Member {
	return lifecycle.Member{Name: name, Roles: lifecycle.RolesOf(roles...)}
}

func bound(name string, roles ...lifecycle.Role) lifecycle.Member {
	m := member(name, roles...)
	m.Bound = true
	return m
}

var (
	five = []lifecycle.Member{
		member("Amara", lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior),
		member("Bruno", lifecycle.Reviewer, lifecycle.Senior, lifecycle.Notifier),
		member("Chen", lifecycle.Intake, lifecycle.Custodian, lifecycle.Administrator),
		member("Dalia", lifecycle.Oversight),
		member("Emil", lifecycle.Oversight),
	}
	// Oversight of a small office is a body it answers to, as the court is.
	twoAndOne = []lifecycle.Member{
		member("Amara", lifecycle.Reviewer, lifecycle.Senior, lifecycle.Notifier),
		member("Bruno", lifecycle.Intake, lifecycle.Custodian, lifecycle.Administrator),
		bound("Chen", lifecycle.Reviewer, lifecycle.Senior),
		member("the supervisory authority", lifecycle.Oversight),
	}
)

func TestStaffing(t *testing.T) {
	for _, c := range []struct {
		name   string
		people []lifecycle.Member
		wrong  []string
		limits []string
	}{
		{
			name: "five people, and the court", people: append([]lifecycle.Member{member("the court", lifecycle.Judge)}, five...),
		},
		{
			name: "five people, the court on paper", people: five,
			limits: []string{
				"the court's decisions come on paper, entered by two",
				"the emergency lane stays shut: no judge here can review it",
			},
		},
		{
			name: "two and a bound outsider", people: twoAndOne,
			limits: []string{
				"every freeze ends by its clock: to confirm one takes two in oversight",
				"the court's decisions come on paper, entered by two",
				"the emergency lane stays shut: no judge here can review it",
			},
		},
		{
			name: "nobody",
			wrong: []string{
				"what comes in by mail cannot be entered: there is nobody at intake",
				"no request can be decided: there is neither reviewer nor senior",
				"no sender in doubt can be accepted: it takes two reviewers or seniors",
				"no finding can be corrected: it takes two seniors",
				"no compulsion can be followed: it takes two seniors",
				"nothing can be collected: there is no custodian",
				"nobody can be told: there is no notifier",
				"nobody can freeze a case or judge an overdue challenge: there is no oversight",
				"nobody runs the machine: there is no administrator",
			},
			limits: []string{
				"every freeze ends by its clock: to confirm one takes two in oversight",
				"the court's decisions come on paper, entered by two",
				"the emergency lane stays shut: no judge here can review it",
			},
		},
		{
			name: "the only custodian is one of two who release",
			people: []lifecycle.Member{
				member("Amara", lifecycle.Intake, lifecycle.Senior, lifecycle.Notifier),
				member("Bruno", lifecycle.Senior, lifecycle.Custodian),
				member("Chen", lifecycle.Administrator),
				member("Dalia", lifecycle.Oversight), member("Emil", lifecycle.Oversight), member("the court", lifecycle.Judge),
			},
			wrong: []string{"nothing compelled can be released: it takes two seniors who did not collect, one of them of the office"},
		},
		{
			name: "outsiders alone do not release",
			people: []lifecycle.Member{
				bound("Amara", lifecycle.Senior), bound("Bruno", lifecycle.Senior),
				member("Chen", lifecycle.Intake, lifecycle.Custodian, lifecycle.Administrator), member("Dalia", lifecycle.Notifier),
				member("Emil", lifecycle.Oversight), member("Fatou", lifecycle.Oversight),
			},
			wrong: []string{
				"nothing can be released: it takes two who may and who did not collect, one of them of the office",
				"nothing compelled can be released: it takes two seniors who did not collect, one of them of the office",
			},
			limits: []string{
				"the court's decisions come on paper, entered by two",
				"the emergency lane stays shut: no judge here can review it",
			},
		},
		{
			name: "roles that do not go together, over two lines",
			people: append([]lifecycle.Member{
				member("the court", lifecycle.Judge), member("Amara", lifecycle.Oversight), bound("Chen", lifecycle.Notifier), member("Public", lifecycle.Public),
			}, five...),
			wrong: []string{
				"Amara is intake and oversight: oversight is no part of what it oversees",
				"Amara is reviewer and oversight: oversight is no part of what it oversees",
				"Amara is senior and oversight: oversight is no part of what it oversees",
				"Chen is notifier and administrator: who runs the machine decides nothing and tells nobody",
				"Public is listed as public, which nobody of an office is",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.wrong, lifecycle.Staffing(c.people)); diff != "" {
				t.Errorf("Staffing (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(c.limits, lifecycle.Limits(c.people)); diff != "" {
				t.Errorf("Limits (-want +got)\n%s", diff)
			}
		})
	}
}

func TestCanRelease(t *testing.T) {
	for _, c := range []struct {
		name       string
		people     []lifecycle.Member
		basis      lifecycle.Basis
		collectors []string
		want       bool
	}{
		{"two who did not collect", five, lifecycle.Order, []string{"Chen"}, true},
		{"one of the two collected", five, lifecycle.Order, []string{"Chen", "Amara"}, false},
		{"one of the office and the bound outsider", twoAndOne, lifecycle.Compulsion, []string{"Bruno"}, true},
		{"nothing authorises but an order in force", five, lifecycle.Order, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lifecycle.CanRelease(c.people, c.basis, c.collectors...); got != c.want {
				t.Errorf("CanRelease = %v, want %v", got, c.want)
			}
		})
	}
}
