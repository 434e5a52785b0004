package words

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/proof/entry"
)

// standing says how much a finding is worth. That the keys are those of a
// demonstration outweighs every witness.
func standing(f *entry.Finding) Standing {
	switch {
	case lacks(f, entry.Demonstration):
		return Demonstration
	case lacks(f, entry.Witnesses):
		return Office
	case lacks(f, entry.Quorum):
		return Few
	}
	return Witnessed
}

func lacks(f *entry.Finding, u entry.Unproved) bool { return slices.Contains(f.NotProved, u) }

// Of says what a file proves, what it does not, and what to do next.
func Of(f *entry.Finding, language string) *Text {
	t, s := speak(language), standing(f)
	text := &Text{
		Language: t.name, Holds: true, Standing: s,
		Title: t.say("standing", string(s)+".title"), Lead: []string{t.say("standing", string(s))},
	}
	add := func(name string, blocks []Block) {
		if len(blocks) > 0 {
			text.Sections = append(text.Sections, Section{name, t.say("section", name), blocks})
		}
	}
	add("entries", t.entries(f))
	add("duties", t.duties(f))
	add("record", t.record(f))
	add("refused", t.refused(f))
	add("unproved", t.unproved(f))
	add("next", t.next(f))
	return text
}

// opened finds what is opened of the entry at an index.
func opened(f *entry.Finding, index uint64) *entry.Opened {
	i := slices.IndexFunc(f.Entries, func(o entry.Opened) bool { return o.Index == index })
	if i < 0 {
		return nil
	}
	return &f.Entries[i]
}

// entries says what stands in the record of sealed entries. Those of one epoch are
// in no order there, and are said in the office's own. What does not change in a
// case is said once.
func (t *tongue) entries(f *entry.Finding) []Block {
	var list []*entry.Opened
	for i := range f.Entries {
		if f.Entries[i].Kind != ledger.KindDuty { // which is said with the promise
			list = append(list, &f.Entries[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *entry.Opened) int {
		return cmp.Or(a.Epoch.Compare(b.Epoch), cmp.Compare(number(a), number(b)))
	})
	var blocks []Block
	said := make(map[string]ledger.Event) // by case
	for _, o := range list {
		b := Block{Title: t.title(o), Facts: t.place(o.Index, o.Entered, o.Epoch)}
		b.Facts = append(b.Facts, t.values(o, said[o.Values["case"]])...)
		if len(o.Counted) > 0 {
			b.Facts = append(b.Facts, t.counted(o.Counted[0]))
		}
		if miscounted(o) {
			b.After = append(b.After, t.say("entry", "miscounted"))
		}
		if c := o.Values["case"]; c != "" && said[c] == nil {
			said[c] = lasting(o.Values)
		}
		blocks = append(blocks, b)
	}
	if len(blocks) > 0 {
		blocks = slices.Insert(blocks, 0, Block{Text: []string{t.say("entry", "lead")}})
	}
	return blocks
}

// number is that of the event in its case, 0 if it is not opened.
func number(o *entry.Opened) int {
	n, _ := strconv.Atoi(o.Values["seq"])
	return n
}

// lasting is what does not change in a case, of what is opened.
func lasting(values ledger.Event) ledger.Event {
	said := make(ledger.Event)
	for _, field := range []string{"requesting", "executing", "instrument", "datacat", "subject", "document"} {
		if v, ok := values[field]; ok {
			said[field] = v
		}
	}
	return said
}

// counted says as what kind an entry counts. Every kind that counts has words.
func (t *tongue) counted(kind string) Fact {
	said, ok := t.known("kind", kind)
	if !ok {
		said = kind
	}
	return Fact{Label: t.say("entry", "counted"), Value: said, Quoted: !ok}
}

// miscounted reports whether an entry counts as another kind than it says.
func miscounted(o *entry.Opened) bool {
	kind, ok := o.Values["kind"]
	return ok && len(o.Counted) > 0 && o.Counted[0] != kind
}

// title says what an entry is about, as far as that is opened.
func (t *tongue) title(o *entry.Opened) string {
	if s, ok := t.known("kind", o.Values["kind"]); ok {
		return s
	}
	if len(o.Values) > 0 {
		return t.say("entry", "other")
	}
	return t.say("entry", "unopened")
}

// place says where an entry stands and since when.
func (t *tongue) place(index uint64, entered entry.Between, epoch ledger.Epoch) []Fact {
	return []Fact{
		{Label: t.say("entry", "number"), Value: strconv.FormatUint(index, 10)},
		{Label: t.say("entry", "entered"), Value: t.between(entered)},
		{Label: t.say("entry", "day"), Value: t.day(epoch.Date())},
	}
}

// between says a time as its bounds, and nothing where there is none.
func (t *tongue) between(b entry.Between) string {
	switch {
	case b.NotBefore.IsZero() && b.NotAfter.IsZero():
		return t.say("entry", "never")
	case b.NotBefore.IsZero():
		return t.say("entry", "before", "to", t.until(b.NotAfter))
	case b.NotAfter.IsZero():
		return t.say("entry", "after", "from", t.moment(b.NotBefore))
	}
	return t.say("entry", "between", "from", t.moment(b.NotBefore), "to", t.until(b.NotAfter))
}

// fields are those of an event, what matters to a person first.
var fields = []string{"kind", "case", "at", "requesting", "executing", "instrument", "datacat", "subject", "due", "outcome", "basis", "ground", "seq", "duty", "document"}

// values says what is opened, and what is not. What was said is what need not be
// said again.
func (t *tongue) values(o *entry.Opened, said ledger.Event) (facts []Fact) {
	var shut []string
	for _, field := range fields {
		v, ok := o.Values[field]
		before, again := said[field]
		switch {
		case !ok:
			shut = append(shut, t.say("field", field))
		case again && before == v:
		case v != "" && (field != "kind" || t.unknown(v)):
			facts = append(facts, t.value(field, v))
		}
	}
	if len(shut) > 0 {
		facts = append(facts, Fact{Label: t.say("entry", "shut"), Value: t.list(shut)})
	}
	return facts
}

// value says what stands in a field: in our words if it is of a list or a time, and
// otherwise as it is.
func (t *tongue) value(field, v string) Fact {
	f := Fact{Label: t.say("field", field), Value: v, Quoted: true}
	said, ok := "", false
	switch field {
	case "at":
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			said, ok = t.moment(at), true
		}
	case "due":
		if d, err := ledger.ParseDate(v); err == nil {
			said, ok = t.day(d), true
		}
	case "instrument":
		said, ok = t.known("instrument", v)
	case "datacat":
		var list []string
		for _, word := range strings.Fields(v) {
			if s, known := t.known("data", word); known {
				list = append(list, s)
			} else {
				return f
			}
		}
		if ok = len(list) > 0; ok {
			said = t.list(list)
		}
	}
	if ok {
		f.Value, f.Quoted = said, false
	}
	return f
}

// unknown reports whether a kind has no words and has to be shown as it is. That of
// a duty is said by its class.
func (t *tongue) unknown(kind string) bool {
	_, ok := t.known("kind", kind)
	return !ok && kind != string(ledger.KindDuty)
}

func (t *tongue) duties(f *entry.Finding) []Block {
	var blocks []Block
	for i := range f.Duties {
		blocks = append(blocks, t.duty(f, &f.Duties[i]))
	}
	if len(blocks) > 0 {
		blocks = slices.Insert(blocks, 0, Block{Text: []string{t.say("duty", "lead")}})
	}
	return blocks
}

func (t *tongue) duty(f *entry.Finding, d *entry.Duty) Block {
	b := Block{Title: t.say("class", string(d.Class)), Facts: t.place(d.Index, d.Entered, d.Opened)}
	fact := func(id, value string) { b.Facts = append(b.Facts, Fact{Label: t.say("duty", id), Value: value}) }
	if d.Due != d.FirstDue {
		fact("first", t.day(d.FirstDue))
	}
	fact("due", t.day(d.Due))
	fact("extensions", strconv.Itoa(d.Extensions))
	if d.Settled != "" {
		fact("settled", t.say("settlement", string(d.Settled)))
		fact("by", t.say("role", string(d.By)))
		fact("day", t.day(d.SettledIn.Date()))
		fact("signed", t.between(d.SettledAt))
	} else {
		b.After = append(b.After, t.say("duty", "open"))
		if passed(f, d) {
			b.After = append(b.After, t.say("duty", "passed"))
		}
	}
	switch {
	case d.Held:
		b.After = append(b.After, t.say("duty", "held"))
	case d.Extensions > 0 && lacks(f, entry.Limits):
		b.After = append(b.After, t.say("duty", "nolimit"))
	}
	if d.Late {
		b.After = append(b.After, t.say("duty", "late"))
	}
	o := opened(f, d.Index)
	if o != nil {
		b.Facts = append(b.Facts, t.values(o, ledger.Event{"duty": d.ID.String(), "due": d.FirstDue.String()})...)
	}
	if o == nil || o.Values["case"] == "" {
		b.After = append(b.After, t.say("duty", "nocase"))
	}
	return b
}

// passed reports whether witnesses saw the record after the last day of a duty.
func passed(f *entry.Finding, d *entry.Duty) bool {
	seen, ok := f.Checkpoint.Earliest()
	return ok && d.Due.Before(ledger.DateOf(seen))
}

func (t *tongue) record(f *entry.Finding) []Block {
	c := f.Checkpoint
	b := Block{Text: []string{t.say("record", "held")}, Facts: []Fact{
		{Label: t.say("record", "name"), Value: f.Origin, Quoted: true},
		{Label: t.say("record", "size"), Value: strconv.FormatUint(c.Size, 10)},
	}}
	if earlier(f) {
		b.Text = append(b.Text, t.say("record", "births"))
	}
	if c.Quorum {
		b.Text = append(b.Text, t.say("record", "witnessed"))
	} else {
		b.Text = append(b.Text, t.say("record", "office"))
	}
	for _, w := range c.Cosigned {
		b.Facts = append(b.Facts, Fact{Label: t.say("record", "witness"), Value: w.Witness, Quoted: true}, Fact{Label: t.say("record", "seen"), Value: t.moment(w.At)})
	}
	return []Block{b}
}

// earlier reports whether the file shows a state of the record from before an entry
// came in, which witnesses confirm.
func earlier(f *entry.Finding) bool {
	return slices.ContainsFunc(f.Entries, func(o entry.Opened) bool { return !o.Entered.NotBefore.IsZero() }) ||
		slices.ContainsFunc(f.Duties, func(d entry.Duty) bool { return !d.Entered.NotBefore.IsZero() })
}

func (t *tongue) refused(f *entry.Finding) []Block {
	var blocks []Block
	for _, r := range f.Refused {
		blocks = append(blocks, Block{Facts: []Fact{
			{Label: t.say("entry", "number"), Value: strconv.FormatUint(r.Index, 10)},
			{Label: t.say("refused", "why"), Value: shown(r.Why), Quoted: true},
		}})
	}
	if len(blocks) > 0 {
		blocks = slices.Insert(blocks, 0, Block{Text: []string{t.say("refused", "lead")}})
	}
	return blocks
}

func (t *tongue) unproved(f *entry.Finding) (blocks []Block) {
	for _, u := range f.NotProved {
		blocks = append(blocks, Block{Text: []string{t.say("unproved", string(u))}})
	}
	return blocks
}

func (t *tongue) next(f *entry.Finding) (blocks []Block) {
	say := func(id string, when bool) {
		if when {
			blocks = append(blocks, Block{Text: []string{t.say("next", id)}})
		}
	}
	demonstration := lacks(f, entry.Demonstration)
	say("demonstration", demonstration)
	say("keep", !demonstration)
	say("key", !demonstration)
	say("witnesses", lacks(f, entry.Witnesses))
	say("quorum", lacks(f, entry.Quorum))
	say("open", slices.ContainsFunc(f.Duties, func(d entry.Duty) bool { return d.Settled == "" }))
	say("held", slices.ContainsFunc(f.Duties, func(d entry.Duty) bool { return d.Held }))
	say("duty", lacks(f, entry.NoDuty))
	say("refused", len(f.Refused) > 0)
	say("same-key", lacks(f, entry.SameKey))
	say("miscounted", slices.ContainsFunc(f.Entries, func(o entry.Opened) bool { return miscounted(&o) }))
	return blocks
}
