package fact

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// rich has a fact of every kind, and several scopes.
func rich(t testing.TB) *Vocabulary {
	t.Helper()
	return vocabulary(t,
		told("request.open", Bool, OfRequest),
		told("request.size", Number, OfRequest),
		told("request.day", Date, OfRequest),
		told("request.treaty", Choice, OfRequest, "uncc", "budapest", "comity"),
		told("request.marks", Set, OfRequest, "press", "clinic", "donor"),
		told("measure.open", Bool, OfMeasure),
		told("measure.data", Choice, OfMeasure, "traffic", "content"),
		Declaration{Name: "measures.any_open", Take: Any, Of: "measure.open"},
		told("offence.penalty", Number, OfOffence),
		told("person.minor", Bool, OfPerson),
	)
}

func vocabulary(t testing.TB, list ...Declaration) *Vocabulary {
	t.Helper()
	voc, err := NewVocabulary(list)
	if err != nil {
		t.Fatal(err)
	}
	return voc
}

// said puts lines such as "measure.data 1 court = content" into a vector.
func said(t testing.TB, v *Vector, lines ...string) *Vector {
	t.Helper()
	for _, line := range lines {
		left, text, _ := strings.Cut(line, " = ")
		var name, who string
		var index int
		if _, err := fmt.Sscan(left, &name, &index, &who); err != nil {
			t.Fatal(err)
		}
		d, slot, ok := v.voc.Find(Name(name))
		source, err := ParseSource(who)
		if !ok || err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		var raw any = text
		switch d.Kind {
		case Bool:
			raw = text == "true"
		case Number:
			var n float64
			fmt.Sscan(text, &n)
			raw = n
		case Set:
			list := []any{}
			for _, w := range strings.Fields(text) {
				list = append(list, w)
			}
			raw = list
		}
		value, err := d.Parse(raw)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		v.Cell(d.Scope, index, slot).Say(source, value)
	}
	return v
}

func vector(voc *Vocabulary, measures, offences, persons int) *Vector {
	v := NewVector(voc)
	v.Reset(measures, offences, persons)
	return v
}

// tell lists what a vector holds, for people.
func tell(v *Vector) []string {
	var list []string
	for i := range v.voc.list {
		d, slot := &v.voc.list[i], v.voc.slot[i]
		if d.Take != Alone {
			continue
		}
		for n := range v.count[d.Scope] {
			c := v.Cell(d.Scope, n, slot)
			for _, s := range c.said.List() {
				line := fmt.Sprintf("%s %d %s = %s", d.Name, n, s, d.Format(c.Said(s)))
				if c.Torn(s) {
					line += ", torn"
				}
				if c.split {
					line += ", split"
				}
				list = append(list, line)
			}
		}
	}
	return list
}

func read(t testing.TB, voc *Vocabulary, record []byte) (*Vector, int) {
	t.Helper()
	v := NewVector(voc)
	lost, err := v.ReadRecord(record)
	if err != nil {
		t.Fatal(err)
	}
	return v, lost
}

func TestRecord(t *testing.T) {
	voc := rich(t)
	v := said(
		t, vector(voc, 2, 1, 0),
		"request.open 0 requester = true", "request.open 0 court = true",
		"request.size 0 requester = -3.5", "request.day 0 registry = 1969-12-30",
		"request.treaty 0 requester = comity", "request.treaty 0 reviewer = uncc",
		"request.marks 0 signal = donor press", "request.marks 0 reviewer = ",
		"measure.open 1 signal = true", "measure.open 0 reviewer = true", "measure.open 0 reviewer = false",
		"measure.data 0 requester = content", "offence.penalty 0 registry = 5",
	)
	record := v.AppendRecord([]byte("before"))
	if !bytes.HasPrefix(record, []byte("before")) {
		t.Fatal("what stood before is gone")
	}
	got, lost := read(t, voc, record[len("before"):])
	if a, b := tell(v), tell(got); !slices.Equal(a, b) || lost != 0 {
		t.Errorf("%d lost; written\n%s\nread\n%s", lost, strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	if got.Count(OfMeasure) != 2 || got.Count(OfOffence) != 1 || got.Count(OfPerson) != 0 {
		t.Errorf("other instances: %v", got.count)
	}
}

// Records are kept for years: their bytes do not change.
func TestRecordStaysAsItIs(t *testing.T) {
	v := said(
		t, vector(rich(t), 2, 1, 0),
		"request.open 0 requester = true", "request.size 0 requester = 5", "request.treaty 0 court = comity",
		"request.day 0 registry = 2026-11-23", "request.marks 0 reviewer = donor press",
		"measure.open 0 requester = false", "measure.open 0 signal = true",
	)
	const want = "01e1d187088c90f942" + "020100" + // the format, the vocabulary, and how many
		"05" + "00b8d98441" + "7608782f81024014" + "85f7edc6820258a2" + "c594cc359003fa9e9c" + "f85dcf63880607a7c4842fcb" +
		"01" + "77ce6aee2500000101" + "00" + "00" + "00"
	if got := hex.EncodeToString(v.AppendRecord(nil)); got != want {
		t.Errorf("the record is\n%s, want\n%s", got, want)
	}
}

// A later vocabulary reads what it still declares, wherever that stands now.
func TestRecordUnderALaterVocabulary(t *testing.T) {
	later := vocabulary(t,
		told("request.new", Bool, OfRequest),
		told("request.treaty", Choice, OfRequest, "eio", "comity", "uncc"), // budapest is gone
		told("request.marks", Set, OfRequest, "donor", "school", "press"),  // clinic is gone
		told("request.size", Date, OfRequest),                              // was a number
		told("measure.data", Choice, OfMeasure, "content", "subscriber"),
		told("measure.open", Bool, OfMeasure),
		told("measure.request.open", Bool, OfMeasure),
		told("request.open", Bool, OfRequest),
	)
	for _, c := range []struct {
		name string
		said []string
		want []string
		lost int
	}{
		{"moved", []string{"request.open 0 court = true", "measure.open 1 signal = true"}, nil, 0},
		{"an option that moved", []string{"request.treaty 0 requester = uncc"}, nil, 0},
		{"a dispute about options that moved", []string{"request.treaty 0 requester = uncc", "request.treaty 0 court = comity"}, nil, 0},
		{"a set that moved", []string{"request.marks 0 reviewer = donor press"}, nil, 0},
		{"an empty set", []string{"request.marks 0 reviewer = "}, nil, 0},
		{"a fact that is gone", []string{"offence.penalty 0 court = 3", "person.minor 0 court = true", "request.open 0 court = true"}, []string{"request.open 0 court = true"}, 2},
		{"a fact of another kind", []string{"request.size 0 court = 3"}, []string{}, 1},
		{"an option that is gone", []string{"request.treaty 0 requester = budapest"}, []string{}, 1},
		{
			"one of two voices says an option that is gone: a dispute does not become settled",
			[]string{"request.treaty 0 requester = budapest", "request.treaty 0 reviewer = uncc"}, []string{}, 1,
		},
		{"a set of which one word is gone", []string{"request.marks 0 signal = clinic press"}, []string{}, 1},
		{
			"an option that is gone, for one measure of two",
			[]string{"measure.data 0 requester = traffic", "measure.data 1 requester = content"},
			[]string{"measure.data 1 requester = content"}, 1,
		},
		{"a dispute about a fact that is gone", []string{"offence.penalty 0 court = 3", "offence.penalty 0 requester = 9"}, []string{}, 1},
	} {
		v := said(t, vector(rich(t), 2, 1, 1), c.said...)
		want := c.want
		if want == nil {
			want = tell(v)
		}
		got, lost := read(t, later, v.AppendRecord(nil))
		have := tell(got)
		for i := range have { // in the new order
			have[i] = strings.Replace(have[i], "[donor, press]", "[press, donor]", 1)
		}
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) || lost != c.lost {
			t.Errorf("%s: %d lost, read %q; want %d and %q", c.name, lost, have, c.lost, want)
		}
	}
}

// by hand: a record of the rich vocabulary with one measure, and some bytes for
// its facts.
func byHand(t testing.TB, parts ...any) []byte {
	out := NewVector(rich(t)).AppendRecord(nil)[:1+hashSize]
	out = append(out, 1, 0, 0)
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			out = append(out, byte(p))
		case []int:
			for _, b := range p {
				out = append(out, byte(b))
			}
		case Name:
			d, _, _ := rich(t).Find(p)
			tag := tagOf(factTag, d.Scope.String(), d.Kind.String(), string(p))
			out = append(out, byte(tag>>24), byte(tag>>16), byte(tag>>8), byte(tag))
		case string:
			out = appendOption(out, tagOf(optionTag, p))
		}
	}
	return out
}

func TestReadRecordRefuses(t *testing.T) {
	one := NewVector(rich(t)).AppendRecord(nil)
	words := []string{"press", "donor"}
	if tagOf(optionTag, words[0]) < tagOf(optionTag, words[1]) {
		slices.Reverse(words)
	}
	for _, c := range []struct {
		name   string
		record []byte
		want   string
	}{
		{"nothing", nil, "fact record, byte 0 of 0: is cut short"},
		{"another format", append([]byte{9}, one[1:]...), "is of format 9, and 1 is read; screen the request anew"},
		{"cut in the hash", one[:5], "is cut short"},
		{"cut in the counts", one[:1+hashSize+2], "is cut short, or holds no number there"},
		{"a number longer than need be", slices.Concat(one[:1+hashSize], []byte{0x81, 0}, one[1+hashSize+1:]), "holds no number there"},
		{"too many measures", slices.Concat(one[:1+hashSize], []byte{0xff, 0xff, 0x7f}, one[1+hashSize+1:]), "counts 2097151 where 4096 is the most"},
		{"more behind", append(bytes.Clone(one), 0), "goes on behind its end"},
		{"cut in a tag", byHand(t, 1, 7, 7), "is cut short"},
		{"out of order", byHand(t, 2, Name("request.size"), 1|follows, 0, Name("request.open"), 1, 0, 0, 0), "has its facts out of order"},
		{"twice", byHand(t, 2, Name("request.open"), 1, Name("request.open"), 1, 0, 0, 0), "has its facts out of order"},
		{"nobody has spoken", byHand(t, 1, Name("request.open"), 0, 0, 0, 0), "names a fact of which nobody has spoken"},
		{"nobody says true", byHand(t, 1, Name("request.open"), isTrue, 0, 0, 0), "holds a cell that nobody would write"},
		{"true, and a value follows", byHand(t, 1, Name("request.open"), 1|isTrue|follows, 0, 0, 0), "holds a cell that nobody would write"},
		{"a number that is true", byHand(t, 1, Name("request.size"), 1|isTrue, 0, 0, 0), "holds a cell that nobody would write"},
		{"a bool whose value follows", byHand(t, 1, Name("request.open"), 1|follows, 0, 0, 0, 0), "holds a cell that nobody would write"},
		{"a dispute of one", byHand(t, 1, Name("request.open"), 1|disagree, 0, 1, 1, 0, 0, 0), "holds a dispute in which all agree"},
		{"a dispute of two who agree", byHand(t, 1, Name("request.open"), 3|disagree, 0, 1, 1, 1, 1, 0, 0, 0), "holds a dispute in which all agree"},
		{"torn, and has not spoken", byHand(t, 1, Name("request.open"), 1|disagree, 2, 1, 1, 0, 0, 0), "holds a dispute in which all agree"},
		{"a bool of two", byHand(t, 1, Name("request.open"), 1|disagree, 1, 1, 2, 0, 0, 0), "holds a value of request.open that is no bool"},
		{"a number with zeros", byHand(t, 1, Name("request.size"), 1|follows, 2, 0x40, 0, 0, 0, 0), "holds a value of request.size that is no number"},
		{"not a number", byHand(t, 1, Name("request.size"), 1|follows, 3, 0x7f, 0xf8, 1, 0, 0, 0), "holds a value of request.size that is no number"},
		{"a number of nine bytes", byHand(t, 1, Name("request.size"), 1|follows, 9, []int{1, 1, 1, 1, 1, 1, 1, 1, 1}, 0, 0, 0), "holds a value of request.size that is no number"},
		{"a choice of none", byHand(t, 1, Name("request.treaty"), 1|follows, 0, 0, 0, 0), "holds a value of request.treaty that is no choice"},
		{"a choice of two", byHand(t, 1, Name("request.treaty"), 1|follows, 6, "uncc", "comity", 0, 0, 0), "holds a value of request.treaty that is no choice"},
		{"half an option", byHand(t, 1, Name("request.marks"), 1|follows, 2, 1, 1, 0, 0, 0), "holds a value of request.marks that is no set"},
		{"options out of order", byHand(t, 1, Name("request.marks"), 1|follows, 6, words[0], words[1], 0, 0, 0), "has the options of request.marks out of order"},
		{"an option its vocabulary does not have", byHand(t, 1, Name("request.treaty"), 1|follows, 3, "eio", 0, 0, 0), "speaks of what its own vocabulary does not declare"},
		{"a fact its vocabulary does not have", byHand(t, 1, []int{9, 9, 9, 9}, 1, 0, 0, 0), "speaks of what its own vocabulary does not declare"},
	} {
		v := said(t, vector(rich(t), 3, 3, 3), "request.open 0 court = true")
		_, err := v.ReadRecord(c.record)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
			continue
		}
		if left := tell(v); len(left) > 0 || v.Count(OfRequest) != 1 || v.Count(OfMeasure) != 0 {
			t.Errorf("%s: the vector still holds %q", c.name, left)
		}
	}
	// And whole it is read.
	read(t, rich(t), byHand(t, 1, Name("request.treaty"), 1|follows, 3, "uncc", 0, 0, 0))
}

// What is no value of its kind is not written, nor is anything that others say
// of that instance.
func TestRecordLeavesOutNonsense(t *testing.T) {
	voc := rich(t)
	for name, value := range map[Name]Value{
		"request.open": 2, "request.size": Value(math.Float64bits(math.NaN())), "request.treaty": 3, "request.marks": 8,
	} {
		v := said(t, vector(voc, 1, 0, 0), "measure.open 0 court = true")
		d, slot, _ := voc.Find(name)
		v.Cell(d.Scope, 0, slot).Say(Requester, 1)
		v.Cell(d.Scope, 0, slot).Say(Reviewer, value)
		got, _ := read(t, voc, v.AppendRecord(nil))
		if left := tell(got); !slices.Equal(left, []string{"measure.open 0 court = true"}) {
			t.Errorf("%s said to be %d: read %q", name, value, left)
		}
	}
	// Of one instance nonsense, of the other not.
	v := said(t, vector(voc, 2, 0, 0), "measure.data 1 court = content")
	d, slot, _ := voc.Find("measure.data")
	v.Cell(d.Scope, 0, slot).Say(Requester, 64)
	got, _ := read(t, voc, v.AppendRecord(nil))
	if left := tell(got); !slices.Equal(left, []string{"measure.data 1 court = content"}) {
		t.Errorf("read %q", left)
	}
	for _, number := range []float64{math.Inf(1), math.Inf(-1), math.Copysign(0, -1)} {
		if rich(t).list[1].has(Value(math.Float64bits(number))) {
			t.Errorf("%v is taken for a number", number)
		}
	}
}

func TestVocabularySHA256(t *testing.T) {
	base := told("a", Choice, OfRequest, "x", "y")
	seen := make(map[string]string)
	for name, change := range map[string]func(*Declaration){
		"as it is":          func(*Declaration) {},
		"another name":      func(d *Declaration) { d.Name = "b" },
		"another scope":     func(d *Declaration) { d.Scope = OfPerson },
		"another order":     func(d *Declaration) { d.Options = []string{"y", "x"} },
		"another kind":      func(d *Declaration) { d.Kind = Set },
		"another to settle": func(d *Declaration) { d.Settle = People },
		"another question":  func(d *Declaration) { d.Question = "who?" },
	} {
		d := base
		change(&d)
		sum := vocabulary(t, d).SHA256()
		if other := seen[sum]; other != "" || len(sum) != 64 {
			t.Errorf("%s and %s have the SHA-256 %q", name, other, sum)
		}
		seen[sum] = name
	}
	if a, b := rich(t).SHA256(), rich(t).SHA256(); a != b {
		t.Errorf("%s, and the second time %s", a, b)
	}
}

// Two facts, or two options of one, that records could not tell apart.
func TestVocabularyRefusesTwoOfOneTag(t *testing.T) {
	twins := func(tag func(string) uint32) (string, string) {
		seen := make(map[uint32]string)
		for i := 0; ; i++ {
			word := fmt.Sprintf("w%d", i)
			if other, ok := seen[tag(word)]; ok {
				return other, word
			}
			seen[tag(word)] = word
		}
	}
	a, b := twins(func(w string) uint32 { return tagOf(optionTag, w) })
	_, err := NewVocabulary([]Declaration{told("f", Set, OfRequest, "first", a, b)})
	if want := fmt.Sprintf("fact f: records could not tell the options %q and %q apart; rename one", a, b); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	a, b = twins(func(w string) uint32 { return tagOf(factTag, "measure", "bool", w) })
	_, err = NewVocabulary([]Declaration{told(Name(b), Bool, OfMeasure), told("f", Bool, OfMeasure), told(Name(a), Bool, OfMeasure)})
	if err == nil || !strings.Contains(err.Error(), a) || !strings.Contains(err.Error(), b) || !strings.Contains(err.Error(), "apart; rename one") {
		t.Errorf("got %v, want %s and %s told apart", err, a, b)
	}
	vocabulary(t, told(Name(a), Bool, OfMeasure), told(Name(b), Bool, OfPerson))
}

// drawVector says anything of anything.
func drawVector(t *rapid.T, voc *Vocabulary) *Vector {
	v := vector(voc, rapid.IntRange(0, 3).Draw(t, "measures"), rapid.IntRange(0, 2).Draw(t, "offences"), rapid.IntRange(0, 2).Draw(t, "persons"))
	for range rapid.IntRange(0, 25).Draw(t, "assertions") {
		i := rapid.IntRange(0, len(voc.list)-1).Draw(t, "fact")
		d := &voc.list[i]
		if v.count[d.Scope] == 0 {
			continue
		}
		var value Value
		switch d.Kind {
		case Bool:
			value = Value(rapid.IntRange(0, 1).Draw(t, "bool"))
		case Number:
			value = OfNumber(rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, 1, 4, 99, -2.5})).Draw(t, "number"))
		case Date:
			value = OfDate(time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "date"), 0))
		case Choice:
			value = Value(rapid.IntRange(0, len(d.Options)-1).Draw(t, "choice"))
		case Set:
			value = Value(rapid.IntRange(0, 1<<len(d.Options)-1).Draw(t, "set"))
		}
		n := rapid.IntRange(0, v.count[d.Scope]-1).Draw(t, "instance")
		v.Cell(d.Scope, n, voc.slot[i]).Say(Source(rapid.IntRange(0, int(sources)-1).Draw(t, "source")), value)
	}
	return v
}

// Whatever was said is read as it was said, and weighs the same for whoever is
// heard.
func TestRecordKeepsEverything(t *testing.T) {
	voc := rich(t)
	rapid.Check(t, func(t *rapid.T) {
		v := drawVector(t, voc)
		record := v.AppendRecord(nil)
		got := NewVector(voc)
		if lost, err := got.ReadRecord(record); lost != 0 || err != nil {
			t.Fatalf("%d lost, %v", lost, err)
		}
		if a, b := tell(v), tell(got); !slices.Equal(a, b) || v.count != got.count {
			t.Fatalf("written\n%s\nread\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
		if again := got.AppendRecord(nil); !bytes.Equal(again, record) {
			t.Fatalf("written again it is %x, and was %x", again, record)
		}
		for i := range v.cells {
			for counts := range Sources(1 << sources) {
				a, fa := v.cells[i].Heard(counts)
				b, fb := got.cells[i].Heard(counts)
				_, pa, plainA := v.cells[i].Plain(counts)
				_, pb, plainB := got.cells[i].Plain(counts)
				if a != b || fa != fb || pa != pb || plainA != plainB || v.cells[i].Doubters(counts) != got.cells[i].Doubters(counts) {
					t.Fatalf("cell %d weighs otherwise when %s count", i, counts)
				}
			}
		}
	})
}

// Reading into a vector that was used before allocates nothing.
func TestReadRecordAllocatesNothing(t *testing.T) {
	voc := rich(t)
	record := said(t, vector(voc, 3, 1, 0), "request.treaty 0 court = uncc", "measure.open 2 requester = true").AppendRecord(nil)
	v := vector(voc, 4, 4, 4)
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := v.ReadRecord(record); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
}

// FuzzRecord: bytes are a record or an error. A record of this vocabulary has
// one form; one of another is carried over once, and then stays.
func FuzzRecord(f *testing.F) {
	voc := rich(f)
	other := vocabulary(f, told("request.treaty", Choice, OfRequest, "comity", "eio"), told("measure.open", Bool, OfMeasure), told("request.marks", Set, OfRequest, "donor", "x"))
	f.Add(NewVector(voc).AppendRecord(nil))
	for _, lines := range [][]string{
		{"request.open 0 requester = true", "request.size 0 court = 5"},
		{"request.treaty 0 requester = comity", "request.treaty 0 reviewer = uncc", "measure.open 1 signal = true"},
		{"request.marks 0 signal = donor press", "request.day 0 registry = 2026-11-23", "measure.data 1 reviewer = content", "measure.data 1 reviewer = traffic"},
	} {
		f.Add(said(f, vector(voc, 2, 1, 1), lines...).AppendRecord(nil))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, into := range []*Vocabulary{voc, other} {
			v := NewVector(into)
			lost, err := v.ReadRecord(data)
			if err != nil {
				if !strings.HasPrefix(err.Error(), "fact record, byte ") {
					t.Fatalf("%v does not say where", err)
				}
				continue
			}
			again := v.AppendRecord(nil)
			if bytes.Equal(data[:1+hashSize], again[:1+hashSize]) && (lost != 0 || !bytes.Equal(again, data)) {
				t.Fatalf("read %x, %d lost, and wrote %x", data, lost, again)
			}
			got, left := NewVector(into), 0
			left, err = got.ReadRecord(again)
			if err != nil || left != 0 || !bytes.Equal(got.AppendRecord(nil), again) {
				t.Fatalf("wrote %x, and cannot read it: %d lost, %v", again, left, err)
			}
		}
	})
}
