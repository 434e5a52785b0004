// Package desk makes an office for tools to work in: a real store and a real
// ring in a folder or in two databases, the floor rulebook, and requests made
// from the examples that ship with the project.
//
// It promises that the same number makes the same document everywhere, so that
// a process that comes after one that was killed can send its message again.
package desk

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/request"
)

// Examples are the documents others are made from.
type Examples struct {
	parts    [][]string // each document, cut where a number goes
	ids      []string   // of the authorities that ask, in the same order
	register Register
}

// Contact is how the office reaches every authority.
const Contact = "+33 1 0000"

// Register knows the authority of every example, all of them enrolled.
type Register map[string]authority.Authority

// The characters at which a document is cut; no example has them.
const (
	markOwn     = "\ue000" // this document's number
	markAccount = "\ue001" // the number its accounts carry
)

// ReadExamples reads the examples, from whichever folder of the project.
func ReadExamples() (*Examples, error) {
	dir := "examples/cases"
	for range 4 {
		if _, err := os.Stat(dir); err == nil {
			break
		}
		dir = filepath.Join("..", dir)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no documents in examples/cases; run it from the top of the project")
	}
	e := &Examples{register: make(Register)}
	for _, name := range names {
		if err := e.add(name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return e, nil
}

func (e *Examples) add(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		return err
	}
	if inner, wrapped := doc["request"].(map[string]any); wrapped {
		doc = inner
	}
	doc["reference"] = markOwn
	// The examples' authorities have no ids, and many the same name.
	asking := doc["requesting"].(map[string]any)
	id := fmt.Sprintf("authority-%v", asking["country"])
	asking["authority"].(map[string]any)["id"] = id
	renumber(doc["measures"])
	data, err = json.Marshal(doc)
	if err != nil {
		return err
	}
	e.parts = append(e.parts, cut(string(data)))
	r, err := request.Read(e.make(len(e.parts)-1, 0, 0))
	if err != nil {
		return err
	}
	e.ids = append(e.ids, id)
	e.register[id] = authority.Authority{
		ID: id, Name: r.Requesting.Authority.Name, Country: r.Requesting.Country,
		Contacts: []authority.Contact{{Value: Contact}}, Recipients: []string{"age1example"},
	}
	return nil
}

// renumber puts a mark behind every account. A target that lists several is made
// one: what stands before a comma would be an account of its own, without mark.
func renumber(measures any) {
	list, _ := measures.([]any)
	for _, m := range list {
		targets, _ := m.(map[string]any)["targets"].([]any)
		for _, t := range targets {
			target := t.(map[string]any)
			value, _ := target["value"].(string)
			target["value"] = strings.NewReplacer(",", "", ";", "").Replace(value) + " " + markAccount
			if target["description"] == value {
				target["description"] = target["value"]
			}
		}
	}
}

// cut splits a text at its marks and leaves them as parts of their own.
func cut(text string) []string {
	var parts []string
	for {
		i := strings.IndexAny(text, markOwn+markAccount)
		if i < 0 {
			return append(parts, text)
		}
		parts = append(parts, text[:i], text[i:i+len(markOwn)])
		text = text[i+len(markOwn):]
	}
}

// Reference is what the document of a number is called by its sender.
func Reference(n int) string { return fmt.Sprintf("d%d", n) }

// Document makes the document of a number. Every sixteenth asks once more about
// the accounts of the one before, so that the office meets them again.
func (e *Examples) Document(n int) []byte { return e.make(subject(n)%len(e.parts), n, subject(n)) }

// make writes the numbers into an example.
func (e *Examples) make(example, own, account int) []byte {
	var out strings.Builder
	for _, part := range e.parts[example] {
		switch part {
		case markOwn:
			out.WriteString(Reference(own))
		case markAccount:
			fmt.Fprintf(&out, "no %d", account)
		default:
			out.WriteString(part)
		}
	}
	return []byte(out.String())
}

// subject is what the document of a number is about.
func subject(n int) int { return n/16*15 + min(n%16, 14) }

// Authority gives the id of the authority that asks in the document of a number.
func (e *Examples) Authority(n int) string { return e.ids[subject(n)%len(e.ids)] }

// Another gives the number of a document made from the same example as that of
// n, about other accounts. No message has so high a number.
func (e *Examples) Another(n int) int { return n + 16*len(e.parts)<<32 }

// Distinct gives the numbers of documents no two of which are about the same
// accounts, as n counts up.
func Distinct(n int) int { return n/15*16 + n%15 }
