package law

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"strconv"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// read decodes one file strictly: a member nobody reads would be a legal fact
// that silently has no effect.
func read(files fs.FS, name string, into any) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return &fault.Fault{Kind: fault.NotFound, Where: name, What: "law data is missing", Cause: err}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err = d.Decode(into)
	if err != nil {
		return &fault.Fault{Kind: fault.Invalid, Where: place(name, data, offset(err, d)), What: "law data cannot be read", Cause: err}
	}
	_, err = d.Token()
	if !errors.Is(err, io.EOF) {
		return fault.Invalidf(place(name, data, d.InputOffset()), "there is something after the end of the law data")
	}
	return nil
}

// offset is where the decoder gave up.
func offset(err error, d *json.Decoder) int64 {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Offset
	}
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return mismatch.Offset
	}
	return d.InputOffset()
}

// place is the file and the line of an offset in it.
func place(name string, data []byte, offset int64) string {
	line := 1 + bytes.Count(data[:min(int(offset), len(data))], []byte("\n"))
	return name + ":" + strconv.Itoa(line)
}

// A day in the data is written 2006-01-02.
func day(s string) (time.Time, error) { return time.Parse(time.DateOnly, s) }

type instrumentsFile struct {
	Schema      string            `json:"schema"`
	Generated   string            `json:"generated"`
	Note        string            `json:"note"`
	Enums       json.RawMessage   `json:"enums"`
	Counts      json.RawMessage   `json:"counts"`
	Instruments []instrumentEntry `json:"instruments"`
	Checks      []checkEntry      `json:"checks"`
	Traps       []Trap            `json:"traps"`
	Deadlines   []Deadline        `json:"deadlines"`
	Authorities json.RawMessage   `json:"eu_authority_matrix"`
	Refusals    json.RawMessage   `json:"refusal_ground_matrix"`
}

type instrumentEntry struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Citation     string          `json:"citation"`
	Adopted      string          `json:"adopted"`
	InForce      *bool           `json:"in_force"`
	InForceAsOf  string          `json:"in_force_as_of"`
	InForceRule  string          `json:"in_force_rule"`
	InForceSince string          `json:"in_force_since"`
	AppliesFrom  string          `json:"applies_from"`
	Bound        json.RawMessage `json:"bound"`
	Status       json.RawMessage `json:"status"`
	StatusSource json.RawMessage `json:"status_source"`
	Provisions   []clauseEntry   `json:"provisions"`
}

type clauseEntry struct {
	ID           string          `json:"id"`
	Article      string          `json:"article"`
	Paragraph    string          `json:"paragraph"`
	Title        string          `json:"title"`
	Kind         string          `json:"kind"`
	Mandatory    json.RawMessage `json:"mandatory"`
	Summary      string          `json:"summary"`
	Verified     bool            `json:"verified"`
	Verification string          `json:"verification"`
	Confidence   string          `json:"confidence"`
	Source       string          `json:"source"`
}

type checkEntry struct {
	ID        string            `json:"id"`
	Stage     string            `json:"stage"`
	Title     string            `json:"title"`
	Behaviour string            `json:"behaviour"`
	Basis     []string          `json:"basis"`
	Status    map[string]string `json:"status_in_instruments"`
	Default   string            `json:"rogatory_default"`
}

func (b *Book) readInstruments(files fs.FS) error {
	var f instrumentsFile
	err := read(files, "instruments.json", &f)
	if err != nil {
		return err
	}
	for _, in := range f.Instruments {
		for _, e := range in.Provisions {
			b.clauses = append(b.clauses, e.clause(in))
		}
	}
	for _, e := range f.Checks {
		b.checks = append(b.checks, e.check())
	}
	b.traps = f.Traps
	b.deadlines = f.Deadlines
	return nil
}

func (b *Book) readOwnChecks(files fs.FS) error {
	var f struct {
		Note   string       `json:"note"`
		Checks []checkEntry `json:"checks"`
	}
	err := read(files, "checks.json", &f)
	if err != nil {
		return err
	}
	for _, e := range f.Checks {
		b.checks = append(b.checks, e.check())
	}
	return nil
}

func (b *Book) readClasses(files fs.FS) error {
	var f struct {
		Note    string  `json:"note"`
		Classes []Class `json:"classes"`
	}
	err := read(files, "classes.json", &f)
	if err != nil {
		return err
	}
	b.classes = f.Classes
	return nil
}

func (b *Book) readProvisions(files fs.FS) error {
	err := read(files, "provisions.json", &b.provisions)
	if err != nil {
		return err
	}
	classes := make(map[string]*Class, len(b.classes))
	for i := range b.classes {
		classes[b.classes[i].Name] = &b.classes[i]
	}
	for i := range b.provisions {
		b.provisions[i].nature = classes[b.provisions[i].Class]
	}
	return nil
}

// readCommencement adds first days in force. A day for a provision that does
// not exist is a problem, not an error: the rest of the book is sound.
func (b *Book) readCommencement(files fs.FS) error {
	var f struct {
		Note      string            `json:"note"`
		Certainty string            `json:"certainty"`
		From      map[string]string `json:"from"`
	}
	err := read(files, "commencement.json", &f)
	if err != nil {
		return err
	}
	for i := range b.provisions {
		p := &b.provisions[i]
		s, ok := f.From[p.ID]
		if !ok {
			continue
		}
		p.InForceFrom, err = day(s)
		if err != nil {
			return fault.Invalidf("commencement.json: "+p.ID, "%q is not a day", s)
		}
		delete(f.From, p.ID)
	}
	for id := range f.From {
		b.problems = append(b.problems, "commencement.json: no provision "+id)
	}
	return nil
}
