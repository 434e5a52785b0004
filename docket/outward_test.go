package docket

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/office"
)

func TestGroundsOfThePersonAreGrounds(t *testing.T) {
	for _, id := range ofThePerson {
		if !slices.ContainsFunc(office.Grounds(), func(g office.Ground) bool { return g.ID == id }) {
			t.Errorf("%s is no ground", id)
		}
	}
}

// TestWhatTheOfficeKnowsStaysInside: a ground that a person of the office found is
// signed for the file and not told; one that the request's own words gave is.
func TestWhatTheOfficeKnowsStaysInside(t *testing.T) {
	screened := Event{Do: lifecycle.Screen, Body: Body{Proposal: &Proposal{Grounds: []string{"press-protection", "vague-offence"}}}}
	again := Event{Do: lifecycle.Screen, Body: Body{Proposal: &Proposal{Grounds: []string{"source-protection"}}}}
	document := Event{Do: receive, Body: Body{Document: []byte("{}")}}
	answer := Event{Do: lifecycle.Answer, Body: Body{Document: []byte("{}")}}
	said := Event{Do: lifecycle.Assert, Body: Body{Said: []Statement{{Fact: "request.target_protected"}}}}
	signed := []string{"press-protection", "source-protection", "no-time-window"}
	for _, c := range []struct {
		what   string
		events []Event
		told   []string
	}{
		{"found in the request's words", []Event{document, screened}, []string{"press-protection", "no-time-window"}},
		{"found after somebody of the office had spoken", []Event{document, said, again}, []string{"no-time-window"}},
		{"found in the words of an answer", []Event{document, said, answer, again}, []string{"source-protection", "no-time-window"}},
		{"never screened", []Event{document}, []string{"no-time-window"}},
	} {
		got := (&Case{Events: c.events}).outward(signed)
		if d := cmp.Diff(c.told, got); d != "" {
			t.Errorf("%s: %s", c.what, d)
		}
	}
}
