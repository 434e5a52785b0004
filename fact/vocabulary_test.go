package fact

import (
	"fmt"
	"testing"
)

// told gives a declaration that lacks nothing.
func told(name Name, kind Kind, scope Scope, options ...string) Declaration {
	return Declaration{Name: name, Kind: kind, Scope: scope, Options: options, Settle: SourcesOf(Requester), Question: "?"}
}

func TestVocabularyRefuses(t *testing.T) {
	many := make([]string, 65)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	size := told("size", Number, OfMeasure)
	for _, c := range []struct {
		name string
		list []Declaration
		want string
	}{
		{"fact twice", []Declaration{size, size}, "fact size is declared twice"},
		{"aggregate under the name of a fact", []Declaration{size, {Name: "size", Take: Most, Of: "size"}}, "fact size is declared twice"},
		{"choice of one", []Declaration{told("c", Choice, OfRequest, "a")}, "fact c: a choice needs 2 to 64 options"},
		{"set of too many", []Declaration{told("c", Set, OfRequest, many...)}, "fact c: a set needs 2 to 64 options"},
		{"options of a bool", []Declaration{told("c", Bool, OfRequest, "a", "b")}, "fact c: a bool has no options"},
		{"option twice", []Declaration{told("c", Choice, OfRequest, "a", "b", "a")}, `fact c has the option "a" twice`},
		{"option with a quote", []Declaration{told("c", Choice, OfRequest, "a", `b"`)}, `fact c: "b\"" is no option; use small letters, digits and -`},
		{"empty option", []Declaration{told("c", Set, OfRequest, "a", "")}, `fact c: "" is no option; use small letters, digits and -`},
		{"nobody can settle it", []Declaration{{Name: "f", Question: "?"}}, "fact f: nobody can settle it; say who"},
		{"no question", []Declaration{{Name: "f", Settle: People}}, "fact f has no question for whoever can settle it"},
		{"settled with nothing", []Declaration{{Name: "f", Settle: People, Question: "?", With: "g"}}, `fact f: there is no fact "g" of the same scope to be settled with`},
		{
			"settled with a fact of another scope",
			[]Declaration{size, {Name: "f", Settle: People, Question: "?", With: "size"}},
			`fact f: there is no fact "size" of the same scope to be settled with`,
		},
		{
			"settled with an aggregate",
			[]Declaration{size, {Name: "sizes", Take: Most, Of: "size"}, {Name: "f", Settle: People, Question: "?", With: "sizes"}},
			`fact f: there is no fact "sizes" of the same scope to be settled with`,
		},
		{"aggregate of nothing", []Declaration{{Name: "a", Take: Any, Of: "x"}}, `fact a: an aggregate is taken of a declared measure, offence or person fact, not of "x"`},
		{
			"aggregate of the request", []Declaration{told("f", Bool, OfRequest), {Name: "a", Take: Any, Of: "f"}},
			`fact a: an aggregate is taken of a declared measure, offence or person fact, not of "f"`,
		},
		{
			"aggregate of an aggregate", []Declaration{size, {Name: "a", Take: Most, Of: "size"}, {Name: "b", Take: Most, Of: "a"}},
			`fact b: an aggregate is taken of a declared measure, offence or person fact, not of "a"`,
		},
		{
			"most of a bool", []Declaration{told("f", Bool, OfMeasure), {Name: "a", Take: Most, Of: "f"}},
			"fact a: most is taken of a number or a date, not of f, which is a bool",
		},
		{"any of a number", []Declaration{size, {Name: "a", Take: Any, Of: "size"}}, "fact a: any is taken of a bool, not of size, which is a number"},
		{"every of a number", []Declaration{size, {Name: "a", Take: Every, Of: "size"}}, "fact a: every is taken of a bool, not of size, which is a number"},
	} {
		_, err := NewVocabulary(c.list)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestVocabulary(t *testing.T) {
	declared := []Declaration{
		told("request.a", Bool, OfRequest),
		{Name: "sizes", Take: Most, Of: "measure.size"}, // before what it is taken of
		told("measure.open", Bool, OfMeasure),
		told("measure.size", Date, OfMeasure),
		{Name: "measure.end", Kind: Date, Scope: OfMeasure, Settle: People, Question: "?", With: "measure.size"},
	}
	v, err := NewVocabulary(declared)
	if err != nil {
		t.Fatal(err)
	}
	d, slot, ok := v.Find("sizes")
	if !ok || d.Kind != Date || d.Scope != OfMeasure || d.Settle != SourcesOf(Requester) || d.Take != Most {
		t.Errorf("the aggregate does not take after its fact: %+v", d)
	}
	if at := v.At(OfMeasure, slot); at == nil || at.Name != "measure.size" {
		t.Errorf("the aggregate stands at the slot of %+v, want measure.size", at)
	}
	if _, _, ok := v.Find("request.b"); ok {
		t.Error("found a fact that nobody declared")
	}
	if at := v.At(OfMeasure, 3); at != nil {
		t.Errorf("at a slot behind the last stands %s", at.Name)
	}
	if got := len(v.All()); got != len(declared) {
		t.Errorf("%d declarations are listed, want %d", got, len(declared))
	}
	if declared[1].Kind != Bool {
		t.Error("the caller's own list was changed")
	}
}
