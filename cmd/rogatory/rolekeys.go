package main

import (
	"slices"
	"strings"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/login"
	"github.com/rogatory/rogatory/proof/role"
	"github.com/rogatory/rogatory/screen"
)

// Signed verifies what a person signed with the role key that office.toml has of
// them.
func (s *settings) Signed(name string, act, signature []byte) (string, error) {
	people := s.people()
	for i := range people {
		p := &people[i]
		if screen.Folded(p.Name) != screen.Folded(name) {
			continue
		}
		if p.Key == "" {
			break
		}
		return p.Key, s.verify(p.Key, act, signature)
	}
	return "", fault.Forbiddenf(name, "has no role key in %s", settingsFile).WithHint("make one with `rogatory sign keygen`, and have its public form put into the file")
}

// Check verifies a signature by a key that office.toml has of a person, as the
// one that counts or as one of before. Another key would be somebody's who can
// write the records.
func (s *settings) Check(name, key string, act, signature []byte) error {
	people := s.people()
	for i := range people {
		p := &people[i]
		if screen.Folded(p.Name) == screen.Folded(name) && (p.Key == key || slices.Contains(p.Former, key)) {
			return s.verify(key, act, signature)
		}
	}
	return fault.Forbiddenf(name, "signed with a key that %s does not have of them", settingsFile).WithHint("a key that is replaced moves to former_keys")
}

// verify verifies a signature by a role key. One that was made for a
// demonstration counts in rehearsals only.
func (s *settings) verify(key string, act, signature []byte) error {
	public, err := role.ParsePublic(key)
	if err != nil {
		return err
	}
	if public.Demo && !s.Rehearsal {
		return fault.Forbiddenf(public.Name, "the role key was made for a demonstration, and this is no rehearsal")
	}
	return public.Verify(act, signature)
}

// Find makes the settings the list of people who may sign in.
func (s *settings) Find(name string) (login.Person, bool) {
	people := s.people()
	for i := range people {
		if p := &people[i]; screen.Folded(p.Name) == screen.Folded(name) {
			return p.person(), true
		}
	}
	return login.Person{}, false
}

// BySubject finds whom a provider of identities means.
func (s *settings) BySubject(subject, mail string) (login.Person, bool) {
	people := s.people()
	for i := range people {
		p := &people[i]
		if subject != "" && p.Subject == subject || p.Subject == "" && mail != "" && strings.EqualFold(p.Mail, mail) {
			return p.person(), true
		}
	}
	return login.Person{}, false
}

func (p *staff) person() login.Person {
	out := login.Person{Name: p.Name, Mail: p.Mail, Subject: p.Subject}
	for _, word := range p.Roles {
		if r, err := lifecycle.ParseRole(word); err == nil {
			out.Roles = append(out.Roles, r)
		}
	}
	return out
}
