package docket_test

import (
	"testing"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// What was released is fetched by those who release, while it stands; a reason
// to look is none to take.
func TestFetchNeedsMoreThanAReason(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	fetch := func(who Actor) error {
		_, err := l.Fetch(t.Context(), who, l.ref, "0.csv")
		return err
	}
	for _, who := range []Actor{{"Stranger", lifecycle.Notifier}, {"Stranger", lifecycle.Senior}, notifier, custodian} {
		if err := fetch(who); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s (%s) fetches: %v", who.Name, who.Role, err)
		}
	}
	l.does(overseer, lifecycle.FreezeCase, Body{})
	if err := fetch(senior); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a frozen case is fetched: %v", err)
	}
}

// One person is not two by a sign that is not seen.
func TestNamesWithSignsNobodySees(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	for _, sign := range []string{"\ufe0f", "\u3164", "\u115f", "\u034f", "\u180b", "\U000e0101"} {
		_, err := l.Show(t.Context(), Actor{"Rosa" + sign, lifecycle.Reviewer}, l.ref, "curious")
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("Rosa%+q signs: %v", sign, err)
		}
	}
}

// A challenger has one name, and joins once.
func TestOneChallengerIsOne(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.no(person, lifecycle.File, Body{From: "somebody else"}, "in their own name")
	l.does(person, lifecycle.File, Body{})
	l.no(person, lifecycle.JoinChallenge, Body{}, "the same person's challenge")
	l.does(intake, lifecycle.JoinChallenge, Body{From: "B. Example"})
	l.no(intake, lifecycle.JoinChallenge, Body{From: "b. example"}, "the same person's challenge")
}

// A file that is taken in by an act has a name that is one.
func TestFilesWithPathsForNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"../../x", "a/b", "release.json", ".hidden"} {
		a := Act{Do: lifecycle.Collect, Body: Body{Files: []File{{Name: name, SHA256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}}}}
		if err := CheckAct(a); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q is collected: %v", name, err)
		}
	}
}
