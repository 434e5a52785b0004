package letter

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/bidi"

	"github.com/rogatory/rogatory/fault"
)

// A view is a letter in words: what the templates see. Everything is ready to
// stand in a text; a template asks only whether it is there.
type view struct {
	Office, Reply, Case, Reference, Authority, Country, Instrument string

	At, AtDay, Due, DueDay, Until, ErasureAt string

	Told, Remedy, Questions, Changes string // quoted, lines of their own

	Items, Grounds []string
	Outcome        string // the id, to ask for
	Stage          string // in words
	Fate           string // of a notice: see fate
	Why, Erasure   string // the ids, to ask for
	Decision       string
	Ahead          bool // the person is told before anything is given
	Clock          string
	Late           bool // the clock has struck

	Link, Code, Proof string
	Log               bool
}

// view puts a clean letter into words.
func (t *tongue) view(l *Letter) (*view, error) {
	v := &view{
		Office: t.own(l.Office), Reply: t.own(l.Reply), Case: t.own(l.Case), Reference: t.own(l.Reference), Authority: t.own(l.Authority),
		Told: quote(l.Told), Remedy: quote(l.Remedy), Questions: quoteList(l.Questions, true), Changes: quoteList(l.Changes, false),
		At: t.moment(l.At), AtDay: t.day(l.At), Due: t.end(l.Due), DueDay: t.endDay(l.Due), Until: t.end(l.Until),
		ErasureAt: t.day(l.ErasureAt), Why: l.Why, Erasure: l.Erasure, Decision: t.own(l.Decision),
		Ahead:   l.Instrument != "eu-eevidence", // there the person is told by whoever issued the order
		Outcome: l.Outcome, Late: !l.At.IsZero() && !l.At.Before(l.Due),
		Link: l.Link, Code: t.own(l.Code), Proof: t.own(l.Proof), Log: l.Log,
	}
	var err error
	name := func(into *string, table, id string) {
		if id == "" || err != nil {
			return
		}
		*into, err = t.word(table, id)
	}
	name(&v.Instrument, "instrument", l.Instrument)
	name(&v.Clock, "clock", l.Clock)
	if l.Kind == Notice {
		v.Fate = l.fate()
		if v.Fate == "kept" {
			v.Stage = t.form("kept")
		} else {
			name(&v.Stage, "stage", l.Outcome)
		}
	}
	for _, g := range l.Grounds {
		var word string
		name(&word, "ground", g)
		v.Grounds = append(v.Grounds, word)
	}
	if err != nil {
		return nil, err
	}
	for _, i := range l.Items {
		item, err := t.item(i)
		if err != nil {
			return nil, err
		}
		v.Items = append(v.Items, item)
	}
	if l.Country != "" {
		v.Country, err = t.country(l.Country)
	}
	return v, err
}

// fate is what the stage of a case, and why the person is told only now, mean to
// the person:
//
//	open     nothing is decided
//	coming   data are to be given
//	ordered  they can leave at any moment, because somebody bound the office
//	urgent   they can leave at any moment, because a life is said to be in danger
//	kept     they are kept, and given to nobody
//	given
//	ended    nothing was given, and nothing will be
func (l *Letter) fate() string {
	needs := fates[l.Outcome]
	switch {
	case l.Outcome == "disclosed":
		return "given"
	case needs == "" && l.Outcome != "compelled":
		return "ended"
	case l.onlyKept():
		return "kept"
	case l.Outcome == "compelled" || l.Why == "compelled":
		return "ordered"
	case l.Why == "emergency":
		return "urgent"
	case slices.Contains([]string{"granted", "collected", "sealed"}, l.Outcome):
		return "coming"
	}
	return "open"
}

// announced reports whether a notice names a time: when data were given, or
// before when none are.
func (l *Letter) announced() bool {
	return slices.Contains([]string{"open", "coming", "given"}, l.fate())
}

// onlyKept reports whether data are asked for to be kept, and none to be given.
func (l *Letter) onlyKept() bool {
	return len(l.Items) > 0 && !slices.ContainsFunc(l.Items, func(item string) bool {
		what, _, _ := strings.Cut(item, " ")
		return !strings.HasSuffix(what, "/preserve")
	})
}

// item puts "data", "data/mode", each with " from..to", into words.
func (t *tongue) item(s string) (string, error) {
	what, window, windowed := strings.Cut(s, " ")
	data, mode, moded := strings.Cut(what, "/")
	out, err := t.word("data", data)
	if err != nil {
		return "", err
	}
	if moded {
		word, err := t.word("mode", mode)
		if err != nil {
			return "", err
		}
		out = t.form("item", "{data}", out, "{mode}", word)
	}
	if !windowed {
		return out, nil
	}
	first, last, _ := strings.Cut(window, "..")
	from, err1 := time.Parse(time.DateOnly, first)
	to, err2 := time.Parse(time.DateOnly, last)
	if err1 != nil || err2 != nil || to.Before(from) {
		return "", fault.Invalidf(s, "%q is no window of days", window).WithHint("write the first and the last day, such as 2023-06-11..2023-06-14")
	}
	return t.form("window", "{item}", out, "{from}", t.day(from), "{to}", t.day(to)), nil
}

// own is a value whose direction of writing may be another than the letter's,
// kept from mixing with what stands around it (Unicode UAX #9, isolates): in
// Arabic every value, elsewhere what is written from right to left.
func (t *tongue) own(s string) string {
	ascii := !strings.ContainsFunc(s, beyondASCII)
	switch {
	case s == "" || t.tag != "ar" && !strings.ContainsFunc(s, rightToLeft):
		return s
	case ascii: // a code or a reference, whatever stands first in it
		return "\u2066" + s + "\u2069"
	}
	return "\u2068" + s + "\u2069"
}

func beyondASCII(r rune) bool { return r >= 0x80 }

func rightToLeft(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

// bare is what a subject may carry: which case, and a day. Mail programs show
// subjects in places where isolates do harm. A mark before and after keeps the
// reference one run among letters that are written from right to left.
func (v *view) bare() *view {
	id := strings.Trim(v.Case, "\u2066\u2069")
	if id != v.Case {
		id = "\u200e" + id + "\u200e"
	}
	return &view{Case: id, DueDay: v.DueDay, Outcome: v.Outcome, Late: v.Late}
}

// quote marks every line of a text as somebody's own words.
func quote(s string) string {
	var out []string
	for _, l := range lines(s) {
		out = append(out, quoted(l, "> ", "> ")...)
	}
	return strings.Join(out, "\n")
}

// quoteList quotes several texts, numbered or not, each set in from the mark that
// begins it, so that no line of one can pass for the next.
func quoteList(list []string, numbered bool) string {
	var out []string
	for i, s := range list {
		mark := "- "
		if numbered {
			mark = fmt.Sprintf("%d. ", i+1)
		}
		in := "> " + strings.Repeat(" ", len(mark))
		for j, l := range lines(s) {
			first := in
			if j == 0 {
				first = "> " + mark
			}
			out = append(out, quoted(l, first, in)...)
		}
	}
	return strings.Join(out, "\n")
}

func quoted(l, first, next string) []string {
	list := wrap(l, first, next, true)
	for i := range list {
		list[i] = strings.TrimRight(list[i], " ")
	}
	return list
}
