package signal

import (
	"testing"

	"github.com/rogatory/rogatory/request"
)

func TestTextsHaveTheirPaths(t *testing.T) {
	r := request.Request{
		Facts: "f", Purpose: "p", Language: "fr",
		Offences: []request.Offence{{Title: "t"}},
		Measures: []request.Measure{{}, {Note: "n", Targets: []request.Target{{Value: "v"}, {Description: "d"}}}},
		Secrecy:  request.Secrecy{Reason: "s"},
	}
	want := []Text{
		{"/offences/0/title", Offence, "fr", "t"}, {"/facts", Facts, "fr", "f"}, {"/purpose", Purpose, "fr", "p"},
		{"/measures/1/targets/0/value", Target, "fr", "v"}, {"/measures/1/targets/1/description", Target, "fr", "d"},
		{"/measures/1/note", Note, "fr", "n"}, {"/secrecy/reason", Secrecy, "fr", "s"},
	}
	got := Texts(&r)
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
}
