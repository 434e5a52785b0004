package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/ledger"
)

// What may differ between two years of which the cases differ is what the log
// shows on purpose: how many duties of each class a batch opens and when they are
// due, how they are settled and in which epoch that was signed, which were
// extended, the totals of the reports, and where a report ends: one is made when
// nothing waits, so that a backlog at the end of a quarter shows. All this is the
// same in the two years that are compared here, by a list of acts that both have and
// because the days of too much are over in time. All else must tell nothing.

// An act is something that is seen by everybody.
type act struct {
	chain  int // of which duty
	day    int
	class  ledger.Class // of a duty that is opened; empty: it is settled
	due    ledger.Date
	as     ledger.Settlement
	signed ledger.Epoch
}

// acts gives what everybody sees in a year.
func acts(c *chance, p *plan) []act {
	var list []act
	for day := range p.days - 12 {
		for range c.IntN(5) {
			class := one(c, ledger.Notify, ledger.Notify, ledger.Notify, ledger.Remedy, ledger.Chase, ledger.Erase)
			chain := len(list)
			at := day
			due := p.policy.DueFor(class, p.epochOf(at, 3))
			list = append(list, act{chain: chain, day: at, class: class, due: due})
			for n := 0; n < p.policy.Extensions && class == ledger.Notify && c.in(30); n++ {
				at += 1 + c.IntN(3)
				due = p.policy.ExtendedTo(due)
				list = append(list, act{chain: chain, day: at, as: ledger.Extended, due: due, signed: p.epochOf(at-1, c.IntN(4))})
			}
			as := map[ledger.Class]ledger.Settlement{ledger.Remedy: ledger.Decided, ledger.Chase: ledger.Chased, ledger.Erase: ledger.Erased}[class]
			if class == ledger.Notify {
				as = one(c, ledger.Notified, ledger.Notified, ledger.ToldByIssuer, ledger.Unreachable, ledger.Void)
			}
			if at += 1 + c.IntN(6); at < p.days {
				list = append(list, act{chain: chain, day: at, as: as, signed: p.epochOf(at-1, c.IntN(4))})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b act) int { return a.day - b.day })
	return slices.DeleteFunc(list, func(a act) bool { return a.day >= p.days })
}

// epochOf gives the epoch of a slot of a day of the plan.
func (p *plan) epochOf(day, slot int) ledger.Epoch {
	return ledger.EpochAt(begin.AddDate(0, 0, day).Add(time.Duration(slot)*p.epoch()), p.policy.EpochMinutes)
}

// A life is how the office lived behind what everybody sees.
type life struct {
	kinds     []string
	words     [][4]string
	countries []string
	courts    []string
	names     []string
	cases     int                                // among which all that happens is divided
	events    func(c *chance, day, slot int) int // of an epoch, beside those that give reason for a duty
	from, to  float64                            // in which part of an epoch things happen
}

// quiet is an office with hardly any cases, all alike; busy one that has more than
// the blocks hold, of every kind, with whole days of too much.
var (
	quiet = life{
		kinds: []string{"screened"}, words: [][4]string{{"uncc", "none", "subscriber", "europe"}},
		countries: []string{"Liechtenstein"}, courts: []string{"Landgericht Vaduz"}, names: []string{"Quirin Quaderer-Ospelt"}, cases: 3,
		events: func(c *chance, _, _ int) int { return c.IntN(2) }, from: 0, to: 0.2,
	}
	busy = life{
		kinds:     []string{"received", "refused", "authorised", "denied", "disclosed", "disclosed-emergency", "compelled", "challenged", "told", "secrecy", "erased"},
		words:     [][4]string{{"eio", "political-offence", "content", "africa"}, {"budapest", "press-protection", "traffic", "asia"}, {"bilateral", "no-target", "sole-identification", "americas"}},
		countries: []string{"Kazakhstan", "Zimbabwe", "Venezuela"}, courts: []string{"Almaty City Court", "High Court Harare", "Tribunal Supremo"},
		names: []string{"Wilhelmina Okonkwo", "Bertrand Nakamura", "Ada Quisling-Moreau"}, cases: 900,
		events: func(c *chance, day, slot int) int {
			if day%15 == 10 && slot == 1 {
				return 40
			}
			return 6 + c.IntN(7)
		}, from: 0.5, to: 1,
	}
)

// A trace is a log with what only the office knows: which leaves are covers, and in
// which order everything arrived.
type trace struct {
	*year
	arrived map[string]int // by the rest of the leaf, behind the line that says when
	real    map[ledger.Hash]bool
	ids     [][]ledger.ID // by duty, in the order of its extensions
	secrets [][]byte
}

// live lives a life of which everybody sees the acts.
func (l *life) live(ctx context.Context, p plan, seen []act, delay uint64, dir string, out io.Writer) (*trace, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	k, err := newKeys(newChance(p.seed, "keys"))
	if err != nil {
		return nil, err
	}
	clock := new(clock)
	w, err := newCircle(newChance(p.seed, "witnesses"), clock, dir, k.vkey)
	if err != nil {
		return nil, err
	}
	t := &trace{year: &year{dir: dir, score: &score{out: out}}, arrived: make(map[string]int)}
	if t.operator, err = newOperator(ctx, p, k, w, clock, dir); err != nil {
		return nil, err
	}
	t.delay = newChance(delay, "delay")
	events, err := l.happenings(t, seen)
	if err != nil {
		return nil, err
	}
	t.real = make(map[ledger.Hash]bool)
	for h := range maps.Keys(t.openings) {
		t.real[h] = true
	}
	for _, e := range events {
		for _, leaf := range e.leaves {
			t.arrived[rest(leaf.Text)] = len(t.arrived)
		}
	}
	if err := t.year.year(ctx, events); err != nil {
		return nil, err
	}
	t.until = t.now()
	if err := t.read(ctx); err != nil {
		return nil, err
	}
	t.watchdog, err = newWatchdog(k, w)
	return t, err
}

// rest is a leaf without its first two lines: what it is, and when.
func rest(text []byte) string {
	for range 2 {
		for i, c := range text {
			if c == '\n' {
				text = text[i+1:]
				break
			}
		}
	}
	return string(text)
}

// happenings gives what happens: for every act a reason, and whatever else.
func (l *life) happenings(t *trace, seen []act) ([]event, error) {
	c := newChance(t.seed, "cases")
	matters := make([]*matter, l.cases)
	for i := range matters {
		m := &matter{chance: c, plan: &t.plan, keys: t.keys, openings: t.openings, ref: docket.Ref("27-" + strconv.Itoa(700000+i)), key: fill[[32]byte](c)}
		m.words = one(c, l.words...)
		country, court, name := one(c, l.countries...), one(c, l.courts...), one(c, l.names...)
		m.fields = ledger.Event{"case": string(m.ref), "instrument": m.words[0], "requesting": country + " " + court, "executing": "AT", "datacat": m.words[2], "ground": m.words[1], "subject": name}
		matters[i] = m
		if i < 40 { // all are alike
			t.secrets = append(t.secrets, []byte(m.ref), []byte(country), []byte(court), []byte(name), m.key[:])
		}
	}
	when := func(day, slot int) time.Time {
		start := t.epochOf(day, slot).Start(t.policy.EpochMinutes)
		part := func(f float64) time.Time { return start.Add(time.Duration(f * float64(t.plan.epoch()))) }
		return c.between(part(l.from), part(l.to))
	}
	chains := make(map[int][]ledger.ID)
	of := make(map[int]*matter)
	for _, a := range seen {
		at := when(a.day, c.IntN(4))
		if a.class != "" {
			m := one(c, matters...)
			of[a.chain] = m
			kind := ""
			if a.class == ledger.Notify {
				kind = "accepted"
			}
			id, _ := m.opens(at, kind, a.class)
			chains[a.chain] = []ledger.ID{id}
			continue
		}
		m, ids := of[a.chain], chains[a.chain]
		s := ledger.Settle{Batch: a.signed, ID: ids[len(ids)-1], As: a.as}
		if a.as == ledger.Extended {
			s.Next, s.Due = fill[ledger.ID](c), a.due
			chains[a.chain] = append(ids, s.Next)
		}
		class := ledger.Notify
		for _, other := range ledger.Classes() {
			if a.as.Settles(other) != nil && a.as != ledger.Void {
				class = other
			}
		}
		text := t.keys.sign(a.as.Settles(class)[0], s).Marshal()
		m.write(at, docket.Leaf{Key: string(m.ref) + " " + m.label("settle"), Class: docket.LeafPublic, Text: text, At: at})
	}
	for day := range t.days {
		for slot := range 4 {
			for range l.events(c, day, slot) {
				one(c, matters...).happens(when(day, slot), one(c, l.kinds...))
			}
		}
	}
	var all []event
	for _, m := range matters {
		if m.failed != nil {
			return nil, m.failed
		}
		all = append(all, m.events...)
	}
	for _, chain := range slices.Sorted(maps.Keys(chains)) {
		t.ids = append(t.ids, chains[chain])
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	return all, nil
}

// leak lives two lives and compares what is published of them.
func leak(ctx context.Context, seed uint64, days int, dir string, out io.Writer) (*adversary, error) {
	p := short(seed)
	p.days, p.policy.Block = days, 16
	seen := acts(newChance(seed, "acts"), &p)
	var traces []*trace
	for i, l := range []*life{&quiet, &busy} {
		p.seed = seed + uint64(i)*1e12
		t, err := l.live(ctx, p, seen, seed, filepath.Join(dir, strconv.Itoa(i)), out)
		if err != nil {
			return nil, err
		}
		defer t.close()
		if err := t.watched(ctx); err != nil {
			return nil, err
		}
		if t.score.untrue > 0 {
			return nil, fmt.Errorf("a year is not one of an honest log")
		}
		traces = append(traces, t)
	}
	a := &adversary{out: out}
	return a, a.compare(traces[0], traces[1])
}
