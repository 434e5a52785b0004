package lifecycle

import (
	"fmt"
	"slices"
	"strings"
)

// track is one member of a State by name.
type track struct {
	name  string
	words []string
	get   func(*State) *uint8
}

var tracks = []track{
	{"stage", stageNames[:], func(s *State) *uint8 { return (*uint8)(&s.Stage) }},
	{"sender", senderNames, func(s *State) *uint8 { return (*uint8)(&s.Sender) }},
	{"lane", laneNames, func(s *State) *uint8 { return (*uint8)(&s.Lane) }},
	{"waiting", waitingNames, func(s *State) *uint8 { return (*uint8)(&s.Waiting) }},
	{"basis", basisNames, func(s *State) *uint8 { return (*uint8)(&s.Basis) }},
	{"preservation", preservationNames, func(s *State) *uint8 { return (*uint8)(&s.Preservation) }},
	{"duty", dutyNames, func(s *State) *uint8 { return (*uint8)(&s.Duty) }},
	{"secrecy", secrecyNames, func(s *State) *uint8 { return (*uint8)(&s.Secrecy) }},
	{"challenge", challengeNames, func(s *State) *uint8 { return (*uint8)(&s.Challenge) }},
	{"remedy", remedyNames, func(s *State) *uint8 { return (*uint8)(&s.Remedy) }},
	{"review", reviewNames, func(s *State) *uint8 { return (*uint8)(&s.Review) }},
	{"freeze", freezeNames, func(s *State) *uint8 { return (*uint8)(&s.Freeze) }},
	{"onward", askedNames, func(s *State) *uint8 { return (*uint8)(&s.Onward) }},
	{"defence", askedNames, func(s *State) *uint8 { return (*uint8)(&s.Defence) }},
}

// MarshalText writes a state in words, so that what is on record can be read
// when the numbers behind the words have changed: "stage:granted, duty:open".
// Tracks at their zero value are left out.
func (s State) MarshalText() ([]byte, error) {
	var parts []string
	for _, t := range tracks {
		if v := *t.get(&s); v != 0 {
			parts = append(parts, t.name+":"+t.words[v])
		}
	}
	if s.Postponed {
		parts = append(parts, "postponed")
	}
	if s.Given {
		parts = append(parts, "given")
	}
	return []byte(strings.Join(parts, ", ")), nil
}

// UnmarshalText reads what MarshalText wrote.
func (s *State) UnmarshalText(text []byte) error {
	*s = State{}
	if len(text) == 0 {
		return nil
	}
	for _, part := range strings.Split(string(text), ", ") {
		name, word, _ := strings.Cut(part, ":")
		if err := s.set(name, word); err != nil {
			return err
		}
	}
	return nil
}

func (s *State) set(name, word string) error {
	switch name {
	case "postponed":
		s.Postponed = true
		return nil
	case "given":
		s.Given = true
		return nil
	}
	i := slices.IndexFunc(tracks, func(t track) bool { return t.name == name })
	if i < 0 {
		return fmt.Errorf("a case has no track %q", name)
	}
	v := slices.Index(tracks[i].words, word)
	if v < 0 {
		return fmt.Errorf("track %s has no value %q: it is one of %s", name, word, strings.Join(tracks[i].words, ", "))
	}
	*tracks[i].get(s) = uint8(v)
	return nil
}

// String writes the state in words.
func (s State) String() string {
	text, _ := s.MarshalText()
	return string(text)
}
