package lifecycle_test

import (
	"errors"
	"math/bits"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/lifecycle"
)

func TestNotAllowedSaysEverything(t *testing.T) {
	sealed := lifecycle.State{Stage: lifecycle.Sealed, Sender: lifecycle.Verified, Duty: lifecycle.DutyOpen, Basis: lifecycle.Order}
	inTrouble := sealed
	inTrouble.Sender = lifecycle.Doubted
	inTrouble.Challenge = lifecycle.Filed
	inTrouble.Freeze = lifecycle.Frozen
	inTrouble.Postponed = true
	for _, c := range []struct {
		name string
		at   lifecycle.State
		who  lifecycle.Role
		do   lifecycle.Event
		want *lifecycle.NotAllowed
	}{
		{
			"everything that stands in the way, at once", inTrouble, lifecycle.Reviewer, lifecycle.Release,
			&lifecycle.NotAllowed{Do: lifecycle.Release, By: lifecycle.Reviewer, At: lifecycle.Sealed, Because: []string{
				"oversight has frozen the case",
				"the case is postponed",
				"the sender is not verified, or is in doubt",
				"not every safeguard of the disclosure gate is known to hold",
				"the person was not told, and no court has ordered secrecy",
				"a challenge has not had its first decision",
				"an objection or condition of the enforcing authority stands",
				"it goes beyond what was asked, granted or compelled",
				"the recipient has no enrolled key that is not suspended",
				"the instrument says wait",
				"whoever collected does not release",
				"what authorises it, and the duty to tell, do not stand in the public log yet",
				"it takes a second person who joins the very same act",
			}},
		},
		{
			"another role", sealed, lifecycle.Administrator, lifecycle.Release,
			&lifecycle.NotAllowed{Do: lifecycle.Release, By: lifecycle.Administrator, At: lifecycle.Sealed, Role: true, Because: []string{
				"an administrator may not; it is for: reviewer, senior, judge",
			}},
		},
		{
			"another stage", lifecycle.State{}, lifecycle.Senior, lifecycle.Release,
			&lifecycle.NotAllowed{Do: lifecycle.Release, By: lifecycle.Senior, Because: []string{
				"the case is received; it has to be: sealed",
			}},
		},
		{
			"nothing of that name", sealed, lifecycle.Senior, "leak",
			&lifecycle.NotAllowed{Do: "leak", By: lifecycle.Senior, At: lifecycle.Sealed, Because: []string{
				"there is no such event",
			}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			after, err := lifecycle.Next(c.at, c.who, c.do, 0)
			var got *lifecycle.NotAllowed
			if !errors.As(err, &got) {
				t.Fatalf("err = %v, want a NotAllowed", err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if after != c.at {
				t.Errorf("what is not allowed led from %s to %s", c.at, after)
			}
		})
	}
}

// Cases live at random: no event, role or circumstance does anything the
// permission table does not show, and whatever is refused is explained.
func TestRandomLives(t *testing.T) {
	roles := append([]lifecycle.Role{lifecycle.Nobody}, lifecycle.AllRoles()...)
	events := append(lifecycle.Events(), "", "leak")
	rapid.Check(t, func(t *rapid.T) {
		var s lifecycle.State
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			s = randomStep(t, s, roles, events)
		}
	})
}

func randomStep(t *rapid.T, s lifecycle.State, roles []lifecycle.Role, events []lifecycle.Event) lifecycle.State {
	who := rapid.SampledFrom(roles).Draw(t, "who")
	do := rapid.SampledFrom(events).Draw(t, "do")
	with := lifecycle.AllCircumstances
	for range rapid.IntRange(0, 3).Draw(t, "missing") {
		with &^= 1 << rapid.IntRange(0, bits.Len64(uint64(lifecycle.AllCircumstances))-1).Draw(t, "circumstance")
	}
	after, err := lifecycle.Next(s, who, do, with)
	step, ok := lifecycle.Floor().Step(s, who, do, with)
	allowed := lifecycle.Allowed(who, do, s.Stage)
	switch {
	case ok != (err == nil) || step != after:
		t.Fatalf("Next and Step differ at %s: %v", s, err)
	case ok && !allowed:
		t.Fatalf("%s by %s happens at %s, which Allowed denies", do, who, s)
	case ok:
		if _, err := lifecycle.Next(s, who, do, lifecycle.AllCircumstances); err != nil {
			t.Fatalf("%s by %s at %s is allowed with less and not with all: %v", do, who, s, err)
		}
		return readBack(t, after)
	}
	var no *lifecycle.NotAllowed
	if !errors.As(err, &no) || len(no.Because) == 0 || slices.Contains(no.Because, "") || no.Role && allowed {
		t.Fatalf("%s by %s at %s is refused with %#v", do, who, s, err)
	}
	return s
}

func readBack(t *rapid.T, s lifecycle.State) lifecycle.State {
	var back lifecycle.State
	if err := back.UnmarshalText([]byte(s.String())); err != nil || back != s {
		t.Fatalf("%s is read as %s, %v", s, back, err)
	}
	return back
}

// Every row can be taken from somewhere, does what it says, and every event is
// in the permission table.
func TestRowsStandInThePermissions(t *testing.T) {
	events := lifecycle.Events()
	for _, r := range lifecycle.Floor() {
		if !slices.Contains(events, r.Do) {
			t.Errorf("%s is not among the events", r.Do)
		}
		for _, who := range lifecycle.AllRoles() {
			for _, s := range lifecycle.Stages() {
				if r.By.Has(who) && r.From.Has(s) && !lifecycle.Allowed(who, r.Do, s) {
					t.Errorf("%s by %s at %s is in the table and not in the permissions", r.Do, who, s)
				}
			}
		}
		for _, s := range everyTrack() {
			s.Stage = r.From.List()[0]
			if after := r.Apply(s); r.To != lifecycle.Stay && after.Stage != r.To {
				t.Errorf("%s leads to %s, not to %s", r.Do, after.Stage, r.To)
			}
			if asks := r.Asks(); r.Holds(s, lifecycle.AllCircumstances) != r.Holds(s, asks) {
				t.Errorf("%s asks for more than %s", r.Do, asks)
			}
		}
	}
}

// everyTrack are states in which each track stands once at each of its values.
func everyTrack() []lifecycle.State {
	var list []lifecycle.State
	for v := range uint8(7) {
		list = append(list, lifecycle.State{
			Sender: lifecycle.Sender(v % 3), Lane: lifecycle.Lane(v % 3), Waiting: lifecycle.Waiting(v % 5), Basis: lifecycle.Basis(v % 4),
			Preservation: lifecycle.Preservation(v % 4), Duty: lifecycle.Duty(v % 3), Secrecy: lifecycle.Secrecy(v),
			Challenge: lifecycle.Challenge(v), Remedy: lifecycle.Remedy(v % 4), Review: lifecycle.Review(v % 4),
			Freeze: lifecycle.Freeze(v % 4), Onward: lifecycle.Asked(v % 2), Defence: lifecycle.Asked(v % 2), Postponed: v%2 == 0, Given: v%2 == 1,
		})
	}
	return list
}

func TestPreservationAsksNoMoreThanNoBarAndAnEnd(t *testing.T) {
	s := lifecycle.State{Stage: lifecycle.Received, Sender: lifecycle.Verified, Duty: lifecycle.DutyOpen}
	after, err := lifecycle.Next(s, lifecycle.Intake, lifecycle.Preserve, lifecycle.BarFree|lifecycle.Ends)
	if err != nil || after.Preservation != lifecycle.Kept || after.Given {
		t.Errorf("preserved: %s, %v", after, err)
	}
}

func TestOpen(t *testing.T) {
	for _, c := range []struct {
		state string
		want  bool
	}{
		{"", true},
		{"stage:refused, waiting:nobody", true},
		{"stage:closed", false},
		{"stage:closed, challenge:filed", true},
		{"stage:closed, challenge:appealed", true},
		{"stage:closed, challenge:dismissed", false},
		{"stage:closed, remedy:demanded", true},
		{"stage:closed, review:due", true},
		{"stage:closed, freeze:frozen by two", true},
		{"stage:closed, onward:asked", true},
		{"stage:erased", false},
	} {
		var s lifecycle.State
		if err := s.UnmarshalText([]byte(c.state)); err != nil {
			t.Fatal(err)
		}
		if got := s.Open(); got != c.want {
			t.Errorf("%q is open: %v, want %v", c.state, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, s := range everyTrack() {
		var back lifecycle.State
		if err := back.UnmarshalText([]byte(s.String())); err != nil || back != s {
			t.Errorf("%s is read as %s, %v", s, back, err)
		}
		for _, word := range []string{
			s.Sender.String(), s.Lane.String(), s.Waiting.String(), s.Basis.String(), s.Preservation.String(), s.Duty.String(), s.Secrecy.String(),
			s.Challenge.String(), s.Remedy.String(), s.Review.String(), s.Freeze.String(), s.Onward.String(),
		} {
			if word == "" {
				t.Errorf("a track of %s has no word", s)
			}
		}
	}
	for _, words := range []string{"colour:red", "stage:lost", "stage"} {
		var s lifecycle.State
		if err := s.UnmarshalText([]byte(words)); err == nil {
			t.Errorf("%q is read as %s", words, s)
		}
	}
	for _, r := range lifecycle.AllRoles() {
		if got, err := lifecycle.ParseRole(r.String()); got != r || err != nil {
			t.Errorf("%s is read as %s, %v", r, got, err)
		}
	}
	if got, err := lifecycle.ParseRole("nobody"); err == nil {
		t.Errorf("nobody is read as %s", got)
	}
	if lifecycle.RolesOf().Has(lifecycle.Nobody) {
		t.Error("nobody is in an empty set of roles")
	}
}
