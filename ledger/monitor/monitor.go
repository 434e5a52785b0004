// Package monitor watches a public log from outside, from published files alone.
//
// A Monitor is a state machine over leaves: it says what is wrong with each, and
// which duties are open. A Follower reads a published log through a Source,
// verifies that it is one log that only grows, and feeds the leaves to a Monitor.
//
// It promises that overdue is derived and never read: no leaf can suppress it.
// A bad leaf never stops it, and one fault gives one alarm: what is refused has no
// effect, so nothing that follows from it is reported as well. What it holds in
// memory grows with the duties, not with the leaves.
//
// It refuses to judge what is hidden. Whether a leaf tells the truth about a case
// only those know who hold its opening.
package monitor

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// Options are what a monitor asks for beside the leaves.
type Options struct {
	// Released are the hashes of programs that were released, in hexadecimal.
	// nil: nobody gave a list, and no program is judged.
	Released []string
	// Document gives a published document by its hash; fault.NotFound if it is not
	// published.
	Document func(ledger.Hash) ([]byte, error)
	// Range adds up the leaves from from up to, and without, to.
	// nil: reports are taken as they are.
	Range func(from, to uint64) (*Range, error)
}

// A Monitor is what is known of a log after so many leaves.
type Monitor struct {
	origin string
	log    ed25519.PublicKey
	o      Options

	size     uint64
	lost     uint64 // leaves that were lost and may have opened duties
	lostTo   uint64 // behind the last of them
	reported uint64 // up to where reports go

	roles     *ledger.RolesDoc
	rolesAt   uint64
	policies  []standing // the one that holds, then those that will
	section   section
	block     block
	open      map[ledger.ID]*DutyState
	settled   map[ledger.ID]uint64 // where each settled duty was settled
	classes   map[ledger.Class]*ClassFigures
	extension uint64 // how often any duty was extended
	reports   uint64
}

// standing is a policy and from when it holds.
type standing struct {
	From string
	Doc  ledger.PolicyDoc
	Hash ledger.Hash
	At   uint64
}

// New gives a monitor of an empty log.
func New(origin string, log ed25519.PublicKey, o Options) *Monitor {
	m := &Monitor{
		origin: origin, log: log, o: o,
		open:    make(map[ledger.ID]*DutyState),
		settled: make(map[ledger.ID]uint64),
		classes: make(map[ledger.Class]*ClassFigures),
	}
	for _, c := range ledger.Classes() {
		m.classes[c] = &ClassFigures{Settled: make(map[ledger.Settlement]uint64)}
	}
	return m
}

// Size gives the number of leaves taken.
func (m *Monitor) Size() uint64 { return m.size }

// Take takes the next leaf and says what is wrong. What was taken before is not
// taken again; leaves that were left out count as lost.
func (m *Monitor) Take(index uint64, leaf []byte) []Alarm {
	return m.take(index, readLeaf(leaf, m.roles))
}

// read is a leaf with all that can be found out about it before its turn.
type read struct {
	leaf   ledger.Leaf
	bad    Kind   // if it is none
	reason string // why it is none
	hash   ledger.Hash
	doc    *ledger.RolesDoc // with whose keys the signature was checked
	signed error            // whether it verifies
}

// readLeaf parses a leaf and checks its signature with the keys of doc, which need
// not be those that hold when its turn comes.
func readLeaf(text []byte, doc *ledger.RolesDoc) read {
	l, err := ledger.Parse(text)
	if err != nil {
		kind := NotCanonical
		if unknownKind(text) {
			kind = UnknownKind
		}
		return read{bad: kind, reason: err.Error(), hash: sha256.Sum256(text)}
	}
	r := read{leaf: l}
	if s, ok := l.(ledger.Settle); ok && doc != nil {
		r.doc = doc
		_, r.signed = doc.Verify(s)
	}
	return r
}

// unknownKind reports whether text begins as a leaf of a kind that does not exist.
func unknownKind(text []byte) bool {
	first, _, whole := strings.Cut(string(text), "\n")
	word, ours := strings.CutPrefix(first, "rogatory/v1 ")
	known := []ledger.Kind{ledger.KindSealed, ledger.KindDuty, ledger.KindSettle, ledger.KindReport, ledger.KindPolicy, ledger.KindRoles}
	return ours && whole && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz-") == "" && !slices.Contains(known, ledger.Kind(word))
}

func (m *Monitor) take(index uint64, r read) []Alarm {
	if index < m.size {
		return nil
	}
	var found alarms
	if index > m.size {
		found.add(Withheld, m.size, "leaves %d to %d were not seen", m.size, index-1)
		for m.size < index {
			m.lose()
		}
	}
	m.size = index + 1
	if r.leaf == nil {
		found.add(r.bad, index, "the leaf cannot be read: %s", r.reason)
		m.section.unread(m)
		return m.dated(found)
	}
	m.place(&found, index, r.leaf)
	switch l := r.leaf.(type) {
	case ledger.Duty:
		m.duty(&found, index, l)
	case ledger.Settle:
		m.settle(&found, index, l, r)
	case ledger.Roles:
		m.takeRoles(&found, index, l)
	case ledger.Policy:
		m.takePolicy(&found, index, l)
	case ledger.Report:
		m.takeReport(&found, index, l)
	}
	return m.dated(found)
}

// Lose counts the next leaf as lost: it stands in the log and could not be read.
// That is said by whoever noticed, once; the monitor draws no conclusion from what
// it has not seen.
func (m *Monitor) Lose(index uint64) {
	for m.size <= index {
		m.lose()
	}
}

func (m *Monitor) lose() {
	m.size++
	m.lost++
	m.lostTo = m.size
	m.section.unread(m)
}

// Close says what is wrong with the last block, given that a checkpoint ends here:
// a block is published whole.
func (m *Monitor) Close() []Alarm {
	var found alarms
	m.closeSection(&found)
	m.owe(&found, 0)
	return m.dated(found)
}

// alarms collects.
type alarms []Alarm

func (a *alarms) add(kind Kind, index uint64, format string, args ...any) *Alarm {
	*a = append(*a, Alarm{Kind: kind, Index: index, Text: fmt.Sprintf(format, args...)})
	return &(*a)[len(*a)-1]
}

// dated says of each alarm when the block was due in which its leaf stands.
func (m *Monitor) dated(found alarms) []Alarm {
	for i := range found {
		found[i].At = m.blockTime()
	}
	return found
}

// blockTime gives when the block last begun was due.
func (m *Monitor) blockTime() time.Time {
	p := m.policy()
	if p == nil || m.block.Epoch == (ledger.Epoch{}) {
		return time.Time{}
	}
	return m.block.Epoch.End(p.EpochMinutes)
}

// document asks for a document and says if it is not there.
func (m *Monitor) document(found *alarms, index uint64, hash ledger.Hash) ([]byte, bool) {
	text, err := m.o.Document(hash)
	if err == nil && ledger.DocumentHash(text) != hash {
		err = errors.New("what is published under this name is another document")
	}
	if err != nil {
		found.add(MissingDocument, index, "the document %x is not at hand: %s", hash, reason(err))
		return nil, false
	}
	return text, true
}

// reason is what an error says, without advice for whoever made the file.
func reason(err error) string {
	var f *fault.Fault
	if errors.As(err, &f) {
		plain := *f
		plain.Hint = ""
		return plain.Error()
	}
	return err.Error()
}
