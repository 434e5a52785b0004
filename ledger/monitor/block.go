package monitor

import (
	"slices"

	"github.com/rogatory/rogatory/ledger"
)

// A section is the run of sealed leaves with which a block begins, as far as it
// was read. It is judged when it is over: only then is it known whether a leaf of
// another epoch is a stray or begins the next block.
type section struct {
	Entries []entry
	Need    int // sealed leaves the policy says; 0: no policy holds
	Filled  int // entries that are sealed leaves, or may be
	Before  int // leaves directly before that could not be read and may belong here
	Behind  int // leaves behind, once it was full, that could not be read
}

// An entry is a leaf of a section.
type entry struct {
	Index uint64
	Epoch ledger.Epoch // zero: not a sealed leaf
	Other bool         // a leaf of another kind; else one that could not be read
}

// A block is what is known of the block whose sealed leaves came last.
type block struct {
	Epoch     ledger.Epoch // zero: there was none yet
	First     uint64       // its first leaf
	Minutes   int          // that its epoch lasts
	Last      ledger.Epoch // the latest epoch so far
	Documents bool         // a document leaf came: no duty may follow
	Misplaced bool         // it was said that a leaf is out of place

	// The block before had too few leaves, which this one may have too many.
	Short *short
}

// A short is a block with too few sealed leaves, about which nothing was said yet.
type short struct {
	Index   uint64
	Epoch   ledger.Epoch
	Missing int
	Stray   uint64 // the leaf that may be a stray of it
	Count   int
}

// most is how long a section may grow, in blocks, before it is judged: a log that
// never ends one does not fill the memory.
const most = 4

// place says whether a leaf may stand where it stands. The log begins with roles
// and a policy. Then come blocks: sealed leaves of one epoch, then the duties and
// settlements that wait, in some epochs, then documents.
func (m *Monitor) place(found *alarms, index uint64, l ledger.Leaf) {
	if index < 2 {
		want := []ledger.Kind{ledger.KindRoles, ledger.KindPolicy}[index]
		if l.Kind() == want {
			return
		}
		if !m.block.Misplaced {
			m.block.Misplaced = true
			found.add(OutOfPlace, index, "a log begins with a roles and a policy leaf, and this is a %s leaf", l.Kind())
		}
	}
	s := &m.section
	sealed, ok := l.(ledger.Sealed)
	switch {
	case ok:
		m.placeSealed(found, index, sealed.Epoch)
	case len(s.Entries) > 0 && s.Filled+s.Before < s.Need && len(s.Entries) < most*s.Need:
		s.Entries = append(s.Entries, entry{Index: index, Other: true})
	default:
		m.closeSection(found)
		m.owe(found, 0)
		m.placeTail(found, index, l)
	}
}

func (m *Monitor) placeSealed(found *alarms, index uint64, e ledger.Epoch) {
	s := &m.section
	if n := len(s.Entries); n > 0 && s.Filled+s.Before >= s.Need {
		if s.epoch() != e {
			// What stands at the end and names the same epoch as this leaf is of its block.
			for n > 1 && s.Entries[n-1].Epoch == e {
				n--
			}
			after := slices.Clone(s.Entries[n:])
			s.Entries, s.Filled = s.Entries[:n], s.Filled-len(after)
			m.judge(found, len(after))
			s.Entries, s.Filled = after, len(after)
		} else if n >= most*max(s.Need, 1) {
			m.judge(found, 0)
		}
	}
	if s.Need == 0 {
		if p := m.policyFor(e.Date().YearMonth()); p != nil {
			s.Need = p.Block
		}
	}
	s.Entries = append(s.Entries, entry{Index: index, Epoch: e})
	s.Filled++
}

// unread adds a leaf that could not be read.
func (s *section) unread(m *Monitor) {
	if len(s.Entries) > 0 && s.Filled < s.Need {
		s.Entries = append(s.Entries, entry{Index: m.size - 1})
		s.Filled++
	} else if len(s.Entries) > 0 {
		s.Behind++
	} else {
		s.Before++
	}
}

// epoch gives the epoch that most leaves of the section name; the first of them if
// there are several. A section begins with a sealed leaf.
func (s *section) epoch() ledger.Epoch {
	best := s.Entries[0].Epoch
	other := func(e entry) bool { return e.Epoch != (ledger.Epoch{}) && e.Epoch != best }
	if !slices.ContainsFunc(s.Entries, other) {
		return best
	}
	count := make(map[ledger.Epoch]int)
	for _, e := range s.Entries {
		if e.Epoch != (ledger.Epoch{}) {
			count[e.Epoch]++
		}
	}
	for _, e := range s.Entries {
		if count[e.Epoch] > count[best] {
			best = e.Epoch
		}
	}
	return best
}

// closeSection judges the section if one is open.
func (m *Monitor) closeSection(found *alarms) {
	if len(m.section.Entries) > 0 {
		m.judge(found, 0)
	}
}

// judge says what is wrong with the section, which is over, and begins the block.
// after is the number of leaves behind it, not parted by any other, that name the
// epoch of the next.
func (m *Monitor) judge(found *alarms, after int) {
	s := m.section
	epoch := s.epoch()
	m.section = section{Before: s.Behind}
	if lead := s.lead(epoch); lead > 0 {
		m.wrongSize(found, s.Entries[0], lead, s.Need)
		m.begin(found, s.Entries[0].Index, s.Entries[0].Epoch, false)
		s.Entries = s.Entries[lead:]
		s.Filled -= lead
	}

	last := len(s.Entries) - 1
	for s.Entries[last].Epoch != epoch {
		last--
	}
	said := false
	count, others := 0, 0
	for i, e := range s.Entries {
		switch {
		case e.Epoch == epoch:
			count++
		case e.Epoch != (ledger.Epoch{}):
			found.add(EpochOrder, e.Index, "a leaf of epoch %s stands in the block of epoch %s", e.Epoch, epoch)
		case e.Other && i < last && !said:
			said = true
			found.add(OutOfPlace, e.Index, "a leaf of another kind stands among the sealed leaves of epoch %s", epoch)
		}
		if e.Other {
			others++
		}
	}

	strays := m.owe(found, count-s.Need)
	unread := s.Before
	for _, e := range s.Entries {
		if !e.Other && e.Epoch == (ledger.Epoch{}) {
			unread++
		}
	}
	switch all := s.Filled + s.Before; {
	case s.Need == 0 || strays || all >= s.Need && count <= s.Need:
	case all < s.Need && after > 0 && others == 0:
		m.block.Short = &short{
			Index: s.Entries[0].Index, Epoch: epoch, Missing: s.Need - all, Count: count,
			Stray: s.Entries[last].Index + 1,
		}
	default:
		m.wrongSize(found, entry{Index: s.Entries[0].Index, Epoch: epoch}, count, s.Need)
	}
	m.begin(found, s.Entries[0].Index, epoch, s.Need > 0 && unread >= s.Need)
}

// lead gives the number of leaves with which a section begins that are a block of
// their own, cut short: they name an earlier epoch, and the others are a block
// without them. A single leaf that a block lacks is a stray.
func (s *section) lead(epoch ledger.Epoch) int {
	first := s.Entries[0].Epoch
	n, count := 0, 0
	for n < len(s.Entries) && s.Entries[n].Epoch == first {
		n++
	}
	for _, e := range s.Entries {
		if e.Epoch == epoch {
			count++
		}
	}
	if !first.Before(epoch) || n == 1 && count < s.Need {
		return 0
	}
	return n
}

func (m *Monitor) wrongSize(found *alarms, first entry, count, need int) {
	found.add(BlockSize, first.Index, "the block of epoch %s has %d sealed leaves where the policy says %d", first.Epoch, count, need)
}

// owe settles what was left open about the block before: if the next has as many
// leaves too many as it had too few, the first of these are strays.
func (m *Monitor) owe(found *alarms, surplus int) (strays bool) {
	o := m.block.Short
	m.block.Short = nil
	switch {
	case o == nil:
		return false
	case surplus == o.Missing:
		found.add(EpochOrder, o.Stray, "a leaf of a later epoch stands in the block of epoch %s", o.Epoch)
		return true
	}
	m.wrongSize(found, entry{Index: o.Index, Epoch: o.Epoch}, o.Count, o.Count+o.Missing)
	return false
}

// begin makes epoch the one of the block that is read, and says if it is not the
// next. Of epochs that cannot be read nothing is said.
func (m *Monitor) begin(found *alarms, index uint64, epoch ledger.Epoch, unread bool) {
	b := &m.block
	p := m.policyFor(epoch.Date().YearMonth())
	minutes := 0
	if p != nil {
		minutes = p.EpochMinutes
	}
	switch {
	case p == nil:
	case epoch.Slot >= 24*60/minutes:
		found.add(EpochOrder, index, "there is no epoch %s: a day has %d", epoch, 24*60/minutes)
	case b.Last == (ledger.Epoch{}):
	case !b.Last.Before(epoch):
		found.add(EpochOrder, index, "epoch %s does not come after %s", epoch, b.Last)
	case m.lostTo > b.First || unread || b.Minutes == 0:
	default:
		if missed := epoch.Start(minutes).Sub(b.Last.End(b.Minutes)); missed > 0 {
			a := found.add(Gap, index, "nothing was published for the time between epoch %s and epoch %s", b.Last, epoch)
			a.Leaves = append(a.Leaves, index)
		}
	}
	// What was owed about the block before is kept.
	*b = block{Epoch: epoch, First: index, Minutes: minutes, Last: b.Last, Short: b.Short}
	if b.Last.Before(epoch) {
		b.Last = epoch
		m.dropPolicies(epoch.Date().YearMonth())
	}
}

// placeTail says whether a leaf that is not sealed may stand behind the sealed
// leaves of the block. Of one block it says once that its order is wrong.
func (m *Monitor) placeTail(found *alarms, index uint64, l ledger.Leaf) {
	b := &m.block
	p := m.policy()
	duty, isDuty := l.(ledger.Duty)
	if _, isSettle := l.(ledger.Settle); !isDuty && !isSettle {
		b.Documents = true
		return
	}
	if m.unsure() || b.Misplaced {
		return
	}
	switch {
	case b.Epoch == (ledger.Epoch{}):
		b.Misplaced = true
		found.add(OutOfPlace, index, "a %s leaf stands before the first block", l.Kind())
	case p != nil && (b.Epoch.Slot+1)%p.BatchEpochs != 0:
		b.Misplaced = true
		found.add(OutOfPlace, index, "a %s leaf stands in epoch %s, which publishes none", l.Kind(), b.Epoch)
	case b.Documents:
		b.Misplaced = true
		found.add(OutOfPlace, index, "a %s leaf stands behind a document of epoch %s", l.Kind(), b.Epoch)
	case isDuty && duty.Batch != b.Epoch:
		found.add(OutOfPlace, index, "a duty of epoch %s stands in the block of epoch %s", duty.Batch, b.Epoch)
	}
}

// epoch gives the epoch of the block that is read.
func (m *Monitor) epoch() ledger.Epoch {
	if len(m.section.Entries) > 0 {
		return m.section.epoch()
	}
	return m.block.Epoch
}

// unsure reports whether the leaf that is read may be of a block that was lost.
func (m *Monitor) unsure() bool {
	if len(m.section.Entries) > 0 {
		return m.lostTo > m.section.Entries[0].Index
	}
	return m.lostTo > m.block.First
}
