package monitor

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// saved is the state of a monitor as it is kept, so that one that stays goes on
// where it was. Documents are kept as they were published.
type saved struct {
	Origin     string
	Size       uint64
	Lost       uint64
	LostTo     uint64
	Reported   uint64
	Extensions uint64
	Reports    uint64
	Roles      []byte `json:",omitempty"`
	RolesAt    uint64
	Policies   []savedPolicy
	Section    section
	Block      block
	Open       []DutyState
	Settled    []byte // 16 bytes of name and 8 of index, each
	Classes    map[ledger.Class]*ClassFigures
}

type savedPolicy struct {
	From string
	Doc  []byte
	At   uint64
}

// Marshal prints the state.
func (m *Monitor) Marshal() []byte {
	s := saved{
		Origin: m.origin, Size: m.size, Lost: m.lost, LostTo: m.lostTo, Reported: m.reported, Extensions: m.extension, Reports: m.reports,
		RolesAt: m.rolesAt, Section: m.section, Block: m.block, Open: m.Open(), Classes: m.classes,
	}
	if m.roles != nil {
		s.Roles = m.roles.Marshal()
	}
	for _, p := range m.policies {
		s.Policies = append(s.Policies, savedPolicy{p.From, p.Doc.Marshal(), p.At})
	}
	ids := make([]ledger.ID, 0, len(m.settled))
	for id := range m.settled {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b ledger.ID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range ids {
		s.Settled = binary.BigEndian.AppendUint64(append(s.Settled, id[:]...), m.settled[id])
	}
	// Every part of it can be printed: there is neither a function nor a cycle.
	text, _ := json.Marshal(s)
	return text
}

// settledSize is what one settled duty takes in the state.
const settledSize = len(ledger.ID{}) + 8

// Unmarshal takes the state that Marshal printed. m was made for the same log. A
// state that cannot be is refused, and m is as it was.
func (m *Monitor) Unmarshal(text []byte) error {
	var s saved
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return unreadable(err)
	}
	if d.InputOffset() != int64(len(text)) {
		return fault.Invalidf("state", "nothing may follow it")
	}
	if s.Origin != m.origin {
		return fault.Invalidf("state", "it is of the log %q and not of %q", s.Origin, m.origin)
	}
	n := New(m.origin, m.log, m.o)
	n.size, n.lost, n.lostTo, n.reported, n.extension, n.reports = s.Size, s.Lost, s.LostTo, s.Reported, s.Extensions, s.Reports
	n.rolesAt, n.section, n.block = s.RolesAt, s.Section, s.Block
	if len(s.Roles) > 0 {
		doc, err := ledger.ParseRolesDoc(s.Roles)
		if err != nil {
			return unreadable(err)
		}
		n.roles = doc
	}
	for _, p := range s.Policies {
		doc, err := ledger.ParsePolicyDoc(p.Doc)
		if err != nil {
			return unreadable(err)
		}
		n.policies = append(n.policies, standing{p.From, *doc, ledger.DocumentHash(p.Doc), p.At})
	}
	for _, st := range s.Open {
		n.open[st.ID] = &st
	}
	for rest := s.Settled; len(rest) > 0; rest = rest[settledSize:] {
		if len(rest) < settledSize {
			return fault.Invalidf("state", "the list of settled duties is cut short")
		}
		n.settled[ledger.ID(rest)] = binary.BigEndian.Uint64(rest[len(ledger.ID{}):])
	}
	for class, c := range s.Classes {
		if n.classes[class] == nil || c == nil {
			return fault.Invalidf("state", "there is no class of duty %q", class)
		}
		if c.Settled == nil {
			c.Settled = make(map[ledger.Settlement]uint64)
		}
		n.classes[class] = c
	}
	if err := n.sound(); err != nil {
		return err
	}
	*m = *n
	return nil
}

// sound refuses a state that no log leads to and on which the monitor would stop.
func (m *Monitor) sound() error {
	for _, st := range m.open {
		if m.classes[st.Class] == nil {
			return fault.Invalidf("state", "there is no class of duty %q", st.Class)
		}
	}
	if e := m.section.Entries; len(e) > 0 && e[0].Epoch == (ledger.Epoch{}) {
		return fault.Invalidf("state", "a block begins with no sealed leaf")
	}
	return nil
}

func unreadable(err error) error {
	return &fault.Fault{Kind: fault.Invalid, Where: "state", What: "it cannot be read", Cause: err, Hint: "without it the log is read from its beginning"}
}

// clone gives a monitor that goes on from the same state by itself.
func (m *Monitor) clone() *Monitor {
	n := *m
	n.policies = slices.Clone(m.policies)
	n.section.Entries = slices.Clone(m.section.Entries)
	if m.block.Short != nil {
		short := *m.block.Short
		n.block.Short = &short
	}
	n.open = make(map[ledger.ID]*DutyState, len(m.open))
	for id, st := range m.open {
		state := *st
		n.open[id] = &state
	}
	n.settled = make(map[ledger.ID]uint64, len(m.settled))
	for id, at := range m.settled {
		n.settled[id] = at
	}
	n.classes = make(map[ledger.Class]*ClassFigures, len(m.classes))
	for class, c := range m.classes {
		figures := c.clone()
		n.classes[class] = &figures
	}
	return &n
}

func (c ClassFigures) clone() ClassFigures {
	settled := make(map[ledger.Settlement]uint64, len(c.Settled))
	for as, n := range c.Settled {
		settled[as] = n
	}
	c.Settled = settled
	return c
}
