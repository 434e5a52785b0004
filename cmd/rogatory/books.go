package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/screen"
	"github.com/rogatory/rogatory/signal"
)

// setting is what the commands that screen have in common.
type setting struct {
	At       string `help:"Judge the request as of this day, 2026-08-18, instead of the day it was received." placeholder:"DATE"`
	History  string `help:"What the office already decided: a file as docs/request.md describes." placeholder:"FILE"`
	Office   string `help:"Profile of your office: a file, or the id of an example (rogatory office list)." placeholder:"FILE"`
	Rulebook string `help:"A folder of further safeguards. They can only narrow the gate." placeholder:"DIR"`
}

// books loads the floor, with an office's rules added if a folder is given.
func books(folder string) (*rulebook.Book, *law.Book, error) {
	if folder == "" {
		return rulebook.Floor(), law.Starting(), nil
	}
	info, err := os.Stat(folder)
	if err != nil || !info.IsDir() {
		return nil, nil, fault.NotFoundf(folder, "is no folder").WithHint("--rulebook takes a folder of YAML files")
	}
	book, err := rulebook.With(os.DirFS(folder))
	if err != nil {
		return nil, nil, err
	}
	return book, law.Starting(), nil
}

func (s *setting) screener() (*screen.Screener, screen.Situation, error) {
	now := screen.Situation{Today: time.Now().UTC()}
	book, laws, err := books(s.Rulebook)
	if err != nil {
		return nil, now, err
	}
	if s.At != "" {
		if now.At, err = time.Parse(time.DateOnly, s.At); err != nil {
			return nil, now, fault.Invalidf("--at", "%q is no day", s.At).WithHint("write 2026-08-18")
		}
	}
	if s.History != "" {
		if now.History, err = readHistory(s.History); err != nil {
			return nil, now, err
		}
	}
	matcher := signal.Late(signal.Floor)
	var profile *office.Profile
	if s.Office != "" {
		if profile, matcher, err = readOffice(s.Office, matcher); err != nil {
			return nil, now, err
		}
	}
	return screen.New(book, laws, matcher, profile, program()), now, nil
}

// readOffice reads a profile, and the private phrases it names.
func readOffice(name string, floor *signal.Matcher) (*office.Profile, *signal.Matcher, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		if p, exampleErr := office.Example(name); exampleErr == nil {
			return p, floor, nil
		}
		return nil, nil, fault.NotFoundf(name, "there is no such file and no such example").WithHint("`rogatory office list` lists the examples")
	}
	p, err := office.Read(data, name)
	if err != nil {
		return nil, nil, err
	}
	if p.PhrasePacks == "" {
		return p, floor, nil
	}
	folder := filepath.Join(filepath.Dir(name), p.PhrasePacks)
	if _, err := os.Stat(folder); err != nil {
		return nil, nil, fault.NotFoundf(name, "names the phrase pack folder %s, which does not exist", folder).WithHint("make the folder, or remove phrase_packs")
	}
	m, err := floor.With(os.DirFS(folder))
	return p, m, err
}

// readHistory reads an array of {request, outcome, grounds, decided}.
func readHistory(name string) ([]screen.Earlier, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fault.NotFoundf(name, "cannot be read: %v", err)
	}
	var entries []struct {
		Request json.RawMessage
		Outcome string
		Grounds []string
		Decided request.Moment
	}
	if err := json.Unmarshal(data, &entries); err != nil {
		return nil, fault.Invalidf(name, "no history: %v", err).WithHint("a history is an array of {request, outcome, grounds, decided}")
	}
	var list []screen.Earlier
	for i, e := range entries {
		r, err := request.Read(e.Request)
		if err != nil {
			return nil, fmt.Errorf("%s: entry %d: %w", name, i, err)
		}
		if !slices.Contains(screen.Decisions, e.Outcome) {
			return nil, fault.Invalidf(fmt.Sprintf("%s: entry %d", name, i), "there is no outcome %q", e.Outcome).WithHint("use one of " + strings.Join(screen.Decisions, ", "))
		}
		list = append(list, screen.Earlier{Request: r, Outcome: e.Outcome, Grounds: e.Grounds, Decided: e.Decided})
	}
	return list, nil
}
