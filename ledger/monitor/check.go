package monitor

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// Evidence is what was found in the evidence of an alarm, all of it verified with
// the key of the log and nothing else.
type Evidence struct {
	Kind        Kind
	Index       uint64
	Duty        *ledger.ID
	Checkpoints []Signed  // that the log signed
	Leaves      []Located // that stand in the log; that of the alarm first
	Documents   [][]byte  // whose hashes stand in these leaves

	// Proved: the alarm follows from what is here. Otherwise what is here stands in
	// the log, and the alarm follows from it and the rest of the log, which anybody
	// can read, or from what is not published, or from the time.
	Proved bool
}

// Located is a leaf and where it stands.
type Located struct {
	Index      uint64
	Leaf       []byte
	Checkpoint Signed // under which it stands
}

// CheckEvidence verifies the evidence of an alarm. What does not hold is refused.
func CheckEvidence(text []byte, trust Trust) (*Evidence, error) {
	e, err := parseEvidence(text)
	if err != nil {
		return nil, err
	}
	c := &Evidence{Kind: e.kind, Index: e.index, Duty: e.duty}
	var unsigned int
	for _, n := range e.notes {
		s, err := trust.Checkpoint(n)
		if err != nil {
			unsigned++
			continue
		}
		c.Checkpoints = append(c.Checkpoints, s)
	}
	// An alarm about what is published as a checkpoint and is none shows just that.
	if about := e.kind == BadCheckpoint || e.kind == BrokenPromise; unsigned > 0 && !about {
		return nil, fault.Invalidf("evidence", "a checkpoint is not signed by %s", trust.Origin())
	}
	for i, p := range e.leaves {
		l, err := OpenProof(p, trust)
		if err != nil {
			return nil, &fault.Fault{Kind: fault.Invalid, Where: "evidence", What: "leaf " + strconv.Itoa(i) + " is not proved", Cause: err}
		}
		c.Leaves = append(c.Leaves, l)
	}
	for _, d := range e.docs {
		if !slices.ContainsFunc(c.Leaves, func(l Located) bool { return documentOf(l.Leaf) == ledger.DocumentHash(d) }) {
			return nil, fault.Invalidf("evidence", "a document is named by none of the leaves")
		}
		c.Documents = append(c.Documents, d)
	}
	if len(c.Leaves) > 0 && c.Leaves[0].Index != c.Index {
		return nil, fault.Invalidf("evidence", "the first leaf is not the one that the alarm is about")
	}
	c.Proved = c.proves(e, trust)
	return c, nil
}

// OpenProof verifies a C2SP tlog-proof with the leaf in the place of extra.
func OpenProof(text []byte, trust Trust) (Located, error) {
	var t proof.TLogProof
	if err := t.Unmarshal(text); err != nil {
		return Located{}, &fault.Fault{Kind: fault.Invalid, Where: "proof", What: "it cannot be read", Cause: err}
	}
	if !bytes.Equal(t.Marshal(), text) {
		return Located{}, fault.Invalidf("proof", "it is not in its one form")
	}
	s, err := trust.Checkpoint(t.Checkpoint)
	if err != nil {
		return Located{}, err
	}
	var hashes tlog.RecordProof
	for _, h := range t.Hashes {
		hashes = append(hashes, h)
	}
	// An index beyond the size is refused before anything is computed.
	if t.Index >= s.Size || tlog.CheckRecord(hashes, int64(s.Size), s.Root, int64(t.Index), tlog.RecordHash(t.ExtraData)) != nil {
		return Located{}, fault.Invalidf("proof", "no such leaf stands at %d under the checkpoint", t.Index)
	}
	return Located{t.Index, t.ExtraData, s}, nil
}

// leaf gives what the leaf is, nil if it is none.
func (l Located) leaf() ledger.Leaf {
	leaf, err := ledger.Parse(l.Leaf)
	if err != nil {
		return nil
	}
	return leaf
}

// documentOf gives the hash of the document that a leaf names; zero: none.
func documentOf(leaf []byte) ledger.Hash {
	switch l := (Located{Leaf: leaf}).leaf().(type) {
	case ledger.Roles:
		return l.Doc
	case ledger.Policy:
		return l.Doc
	case ledger.Report:
		return l.Doc
	}
	return ledger.Hash{}
}

// proves judges again, from what is in the evidence alone.
func (c *Evidence) proves(e evidence, trust Trust) bool {
	switch c.Kind {
	case Forked:
		return c.forked(e)
	case NoQuorum:
		return trust.Witnesses != nil && len(c.Checkpoints) == 1 && !c.Checkpoints[0].Quorum
	}
	if len(c.Leaves) == 0 {
		return false
	}
	text := c.Leaves[0].Leaf
	leaf := c.Leaves[0].leaf()
	switch c.Kind {
	case UnknownKind:
		return leaf == nil && unknownKind(text)
	case NotCanonical:
		return leaf == nil && !unknownKind(text)
	case DutyNotMonthEnd:
		_, _, due := dated(leaf)
		return due != ledger.Date{} && !due.IsMonthEnd()
	case DuplicateDuty, SettledTwice:
		return len(c.Leaves) == 2 && c.Leaves[0].Index > c.Leaves[1].Index && twice(c.Kind, leaf, c.Leaves[1].leaf())
	case DutyTooLate:
		duty, ok := leaf.(ledger.Duty)
		p := c.policy()
		return ok && p != nil && p.DueFor(duty.Class, duty.Batch).Before(duty.Due)
	case WrongRole, BadSignature:
		return c.unsigned(leaf)
	case RolesChanged:
		return leaf != nil && leaf.Kind() == ledger.KindRoles && c.Index > 0
	case PolicyChanged:
		return leaf != nil && leaf.Kind() == ledger.KindPolicy && c.Index > 1
	case SameKey:
		d := c.roles()
		return d != nil && len(d.Shared()) > 0
	case Demonstration:
		d := c.roles()
		return d != nil && d.Demonstration
	case Recovered:
		p := c.policy()
		return p != nil && p.Recovered > 0
	}
	return false
}

func (c *Evidence) forked(e evidence) bool {
	if len(c.Checkpoints) != 2 {
		return false
	}
	a, b := c.Checkpoints[0], c.Checkpoints[1]
	if a.Size == b.Size {
		return a.Root != b.Root
	}
	// Under b the first leaves have a root other than that of a.
	return a.Size < b.Size && a.Size > 0 && e.prefix != nil && *e.prefix != a.Root &&
		tlog.CheckTree(e.proof, int64(b.Size), b.Root, int64(a.Size), *e.prefix) == nil
}

// dated gives the duty that a leaf opens, which it may settle, and its date.
func dated(l ledger.Leaf) (opens, settles ledger.ID, due ledger.Date) {
	switch l := l.(type) {
	case ledger.Duty:
		return l.ID, ledger.ID{}, l.Due
	case ledger.Settle:
		return l.Next, l.ID, l.Due
	}
	return
}

func twice(kind Kind, l, before ledger.Leaf) bool {
	opens, settles, _ := dated(l)
	opened, settled, _ := dated(before)
	none := ledger.ID{}
	if kind == SettledTwice {
		return settles != none && settles == settled
	}
	// The name of a duty that is settled is shown by its settlement.
	return opens != none && (opens == opened || opens == settled)
}

// unsigned reports whether a signature does not hold, or is by a role that may not.
func (c *Evidence) unsigned(leaf ledger.Leaf) bool {
	l, ok := leaf.(ledger.Signed)
	d := c.roles()
	if !ok || d == nil {
		return false
	}
	may := ledger.Signers(l.Kind())
	if s, ok := l.(ledger.Settle); ok {
		may = nil
		for _, other := range c.Leaves[1:] {
			if duty, ok := other.leaf().(ledger.Duty); ok && duty.ID == s.ID {
				may = s.As.Settles(duty.Class)
			} else if before, ok := other.leaf().(ledger.Settle); ok && before.Next == s.ID {
				may = s.As.Settles(ledger.Notify)
			}
		}
	}
	by, _ := l.Signature()
	_, err := d.Verify(l)
	wrong := !slices.ContainsFunc(d.RolesOf(by), func(r ledger.Role) bool { return slices.Contains(may, r) })
	if c.Kind == WrongRole {
		return wrong
	}
	return !wrong && err != nil
}

// roles and policy give the document of the kind that is in the evidence.
func (c *Evidence) roles() *ledger.RolesDoc {
	for _, d := range c.Documents {
		if doc, err := ledger.ParseRolesDoc(d); err == nil {
			return doc
		}
	}
	return nil
}

func (c *Evidence) policy() *ledger.PolicyDoc {
	for _, d := range c.Documents {
		if doc, err := ledger.ParsePolicyDoc(d); err == nil {
			return doc
		}
	}
	return nil
}
