package main

import (
	"slices"
	"strconv"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/ledger"
)

// An event is one thing that happened in a case, with what the public log will
// hold of it.
type event struct {
	at     time.Time
	of     docket.Ref
	leaves []docket.Leaf
}

// A matter is a case. Its leaves are made here as package docket makes them, from
// the same commitments: a year of whole cases, with papers, people and letters,
// would take hours, and the log sees nothing of these.
type matter struct {
	*chance
	*plan
	keys     *keys
	openings map[ledger.Hash]ledger.TallyOpening
	ref      docket.Ref
	key      [32]byte
	fields   ledger.Event
	words    [4]string // instrument, ground, data, region
	events   []event
	failed   error
}

// people of whom nothing may be found in what is published.
var (
	countries = []string{"NL", "BR", "KE", "JP", "TR", "US"}
	courts    = []string{"Amtsgericht Musterstadt", "Tribunal de Lisbonne", "High Court of Avalon"}
	names     = []string{"Ada Quisling-Moreau", "Bertrand Nakamura", "Wilhelmina Okonkwo"}
)

// live gives the events of all cases of a year, in the order of time.
func live(p *plan, k *keys, openings map[ledger.Hash]ledger.TallyOpening) ([]event, error) {
	c := newChance(p.seed, "cases")
	var all []event
	for n := range p.days * p.cases {
		m := newMatter(c, p, k, openings, n+1)
		m.live(c.between(begin, p.end()))
		if m.failed != nil {
			return nil, m.failed
		}
		all = append(all, m.events...)
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	return all, nil
}

func newMatter(c *chance, p *plan, k *keys, openings map[ledger.Hash]ledger.TallyOpening, n int) *matter {
	m := &matter{chance: c, plan: p, keys: k, openings: openings, ref: docket.Ref("27-" + strconv.Itoa(10000+n)), key: fill[[32]byte](c)}
	country := one(c, countries...)
	m.words = [4]string{one(c, "uncc", "eio", "budapest", "bilateral"), "none", one(c, "subscriber", "traffic", "content"), ledger.RegionOf(country)}
	m.fields = ledger.Event{
		"case": string(m.ref), "instrument": m.words[0], "requesting": country + " " + one(c, courts...),
		"executing": "AT", "datacat": m.words[2], "subject": "person:" + one(c, names...),
	}
	return m
}

// live makes the life of a case that is received at a time.
func (m *matter) live(at time.Time) {
	if m.in(8) {
		m.happens(at, "received")
		m.happens(m.soon(at), "lapsed")
		return
	}
	m.happens(at, "received")
	at = m.soon(at)
	id, due := m.opens(at, "accepted", ledger.Notify)
	now := m.soon(at)
	m.happens(now, "screened")
	switch {
	case m.in(30):
		m.words[1] = one(m.chance, "no-target", "political-offence", "overbroad-scope")
		m.fields["ground"] = m.words[1]
		m.happens(m.soon(now), "refused")
		m.settles(at, id, due, ledger.Void, "closed")
		return
	case m.in(20):
		m.happens(m.soon(now), "denied")
	default:
		now = m.soon(now)
		m.happens(now, "authorised")
		m.happens(m.soon(now), "disclosed")
	}
	m.tells(at, id, due)
}

// tells is how a person comes to know, and what she does then.
func (m *matter) tells(at time.Time, id ledger.ID, due ledger.Date) {
	for range m.policy.Extensions {
		if !m.in(35) {
			break
		}
		at, id, due = m.extends(at, id, due)
	}
	switch m.IntN(10) {
	case 0:
		told := m.settles(at, id, due, ledger.ToldByIssuer, "told-by-issuer")
		chase, by := m.opens(told, "", ledger.Chase)
		m.settles(told, chase, by, ledger.Chased, "")
		return
	case 1:
		m.settles(at, id, due, ledger.Unreachable, "unreachable")
		return
	}
	told := m.settles(at, id, due, ledger.Notified, "told")
	if m.in(25) {
		now := m.soon(told)
		remedy, by := m.opens(now, "challenged", ledger.Remedy)
		decided := m.settles(now, remedy, by, ledger.Decided, one(m.chance, "challenge-upheld", "challenge-rejected"))
		if m.in(40) {
			now = m.soon(decided)
			erase, by := m.opens(now, "erasure-demanded", ledger.Erase)
			m.settles(now, erase, by, ledger.Erased, "erasure-confirmed")
		}
	}
	if m.in(5) {
		now := m.soon(told)
		again, by := m.opens(now, "reopened", ledger.Notify)
		m.settles(now, again, by, ledger.Notified, "told")
	}
}

// soon is some hours or days later.
func (m *matter) soon(at time.Time) time.Time {
	return m.between(at.Add(time.Minute), at.AddDate(0, 0, 3))
}

// happens writes an event with a leaf that is sealed.
func (m *matter) happens(at time.Time, kind string) { m.write(at, m.sealed(at, kind)...) }

func (m *matter) write(at time.Time, leaves ...docket.Leaf) {
	m.events = append(m.events, event{at: at, of: m.ref, leaves: leaves})
}

// sealed makes the leaf of an event; none of one that is not counted.
func (m *matter) sealed(at time.Time, kind string) []docket.Leaf {
	if kind == "" || m.failed != nil {
		return nil
	}
	label := m.label(kind)
	m.fields["kind"], m.fields["at"] = kind, at.Format(time.RFC3339Nano)
	text, opening, err := seal(m.fields, ledger.LeafKey(m.key, label), kind, m.words)
	if err != nil {
		m.failed = err
		return nil
	}
	m.openings[text.Hash] = opening
	return []docket.Leaf{{Key: string(m.ref) + " " + label, Class: docket.LeafSealed, Text: text.Marshal(), Opening: opening.Marshal(), At: at}}
}

func (m *matter) label(word string) string { return strconv.Itoa(len(m.events)+1) + " " + word }

// seal makes a sealed leaf, and its opening.
func seal(fields ledger.Event, key [32]byte, kind string, words [4]string) (l ledger.Sealed, o ledger.TallyOpening, err error) {
	if o.Cells, err = ledger.CellsOf(kind, words[0], words[1], words[2], words[3]); err != nil {
		return
	}
	if l.Hash, err = ledger.Commit(fields, key); err != nil {
		return
	}
	o.Blinding = ledger.Blindings(key)
	l.Tally, err = o.Tally()
	return
}

// opens opens a duty, with the event that is the reason for it.
func (m *matter) opens(at time.Time, kind string, class ledger.Class) (ledger.ID, ledger.Date) {
	d := ledger.Duty{Class: class, ID: fill[ledger.ID](m.chance), Due: m.policy.DueFor(class, ledger.EpochAt(at, m.policy.EpochMinutes))}
	leaves := m.sealed(at, kind)
	label := m.label(string(class))
	var err error
	if d.Hash, err = ledger.Commit(ledger.Event{"kind": "duty", "case": string(m.ref), "duty": d.ID.String(), "due": d.Due.String()}, ledger.LeafKey(m.key, label)); err != nil {
		m.failed = err
	}
	m.write(at, append(leaves, docket.Leaf{Key: string(m.ref) + " " + label, Class: docket.LeafPublic, Text: d.Marshal(), At: at})...)
	return d.ID, d.Due
}

// settles ends a duty some day before it is due, after at. Whoever signs does so
// some days before the office has it.
func (m *matter) settles(at time.Time, id ledger.ID, due ledger.Date, as ledger.Settlement, kind string) time.Time {
	class := map[ledger.Settlement]ledger.Class{ledger.Chased: ledger.Chase, ledger.Decided: ledger.Remedy, ledger.Erased: ledger.Erase}[as]
	if class == "" {
		class = ledger.Notify
	}
	return m.signs(at, due, one(m.chance, as.Settles(class)...), ledger.Settle{ID: id, As: as}, kind)
}

// extends puts a duty in the place of one: the court still wants secrecy.
func (m *matter) extends(at time.Time, id ledger.ID, due ledger.Date) (time.Time, ledger.ID, ledger.Date) {
	s := ledger.Settle{ID: id, As: ledger.Extended, Next: fill[ledger.ID](m.chance)}
	latest := m.policy.ExtendedTo(due)
	s.Due = due.AddDays(1).MonthEnd()
	for s.Due.Before(latest) && m.in(60) {
		s.Due = s.Due.AddDays(1).MonthEnd()
	}
	return m.signs(at, due, ledger.RoleJudge, s, "extended"), s.Next, s.Due
}

func (m *matter) signs(at time.Time, due ledger.Date, role ledger.Role, s ledger.Settle, kind string) time.Time {
	had := m.between(at.AddDate(0, 0, 1), due.Time().Add(12*time.Hour))
	signed := had.Add(-time.Duration(m.Int64N(int64(min(5*24*time.Hour, had.Sub(at))))))
	s.Batch = ledger.EpochAt(signed, m.policy.EpochMinutes)
	leaves := m.sealed(had, kind)
	text := m.keys.sign(role, s).Marshal()
	m.write(had, append(leaves, docket.Leaf{Key: string(m.ref) + " " + m.label("settle"), Class: docket.LeafPublic, Text: text, At: had})...)
	return had
}
