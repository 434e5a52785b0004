package docket_test

import (
	"strings"
	"testing"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// TestProveToWhoWasToldBefore: what was told before it was given is proved after.
func TestProveToWhoWasToldBefore(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0, 1).sealed(0, 1)
	l.does(notifier, lifecycle.Tell, told("a letter"))
	if _, err := l.Prove(t.Context(), notifier, l.ref); err != nil {
		t.Errorf("told: %v", err)
	}
	l.after(8 * day)
	l.released()
	shown, err := l.Prove(t.Context(), notifier, l.ref)
	ok(t, err)
	if got := shownKinds(shown); got != "accepted duty authorised told disclosed" {
		t.Errorf("shown: %s", got)
	}
}

func shownKinds(list []Shown) string {
	var kinds []string
	for _, s := range list {
		kinds = append(kinds, s.Opening.Values()["kind"])
	}
	return strings.Join(kinds, " ")
}

// TestProofTellsOfNobodyElse: neither who else was asked about at first, and for
// what, nor that somebody has challenged.
func TestProofTellsOfNobodyElse(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several)
	l.does(intake, lifecycle.File, Body{From: "another", Proof: "a letter"})
	l.does(senior2, lifecycle.RejectChallenge, Body{})
	l.settle(reviewer, l.ref, "intake", "screening")
	l.does(reviewer, lifecycle.Forward, Body{Measures: []int{0}})
	l.applied().granted(0)
	l.does(notifier, lifecycle.Tell, told("a letter"))
	shown, err := l.Prove(t.Context(), notifier, l.ref)
	ok(t, err)
	if got := shownKinds(shown); got != "accepted duty authorised told" {
		t.Errorf("shown: %s", got)
	}
	for _, s := range shown {
		v := s.Opening.Values()
		before := v["kind"] == "accepted" || v["kind"] == "duty"
		if _, there := v["subject"]; there == before || strings.Contains(v["subject"], "panel-2") {
			t.Errorf("%s names %q", v["kind"], v["subject"])
		}
		if _, there := v["datacat"]; there == before {
			t.Errorf("%s says that %q was asked for", v["kind"], v["datacat"])
		}
	}
}
