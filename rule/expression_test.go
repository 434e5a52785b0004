package rule

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogatory/rogatory/fact"
	"pgregory.net/rapid"
)

// words is a vocabulary of every kind in every scope.
var words = func() *fact.Vocabulary {
	var list []fact.Declaration
	declare := func(name fact.Name, kind fact.Kind, scope fact.Scope, options ...string) {
		list = append(list, fact.Declaration{
			Name: name, Kind: kind, Scope: scope, Options: options, Settle: fact.People, Question: "?",
		})
	}
	for _, scope := range []fact.Scope{fact.OfRequest, fact.OfMeasure, fact.OfOffence} {
		at := fact.Name(scope.String()) + "."
		declare(at+"a", fact.Bool, scope)
		declare(at+"b", fact.Bool, scope)
		declare(at+"c", fact.Bool, scope)
		declare(at+"years", fact.Number, scope)
		declare(at+"begun", fact.Date, scope)
		declare(at+"data", fact.Choice, scope, "subscriber", "traffic", "content")
		declare(at+"tags", fact.Set, scope, "press", "child", "lawyer")
	}
	for _, a := range []fact.Declaration{
		{Name: "measures.any_a", Take: fact.Any, Of: "measure.a"},
		{Name: "measures.every_a", Take: fact.Every, Of: "measure.a"},
		{Name: "measures.every_b", Take: fact.Every, Of: "measure.b"},
		{Name: "measures.longest", Take: fact.Most, Of: "measure.years"},
		{Name: "measures.last", Take: fact.Most, Of: "measure.begun"},
	} {
		list = append(list, a)
	}
	v, err := fact.NewVocabulary(list)
	if err != nil {
		panic(err)
	}
	return v
}()

func TestExpressionsAreRead(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      string // how it is written; the same as src if empty
	}{
		{"a fact", "request.a", ""},
		{"its opposite", "!request.a", ""},
		{"twice its opposite", "!!request.a", "request.a"},
		{"is true", "request.a == true", "request.a"},
		{"is false", "request.a == false", "!request.a"},
		{"is not true", "request.a != true", "!request.a"},
		{"is not false", "request.a != false", "request.a"},
		{"true is", "true == request.a", "request.a"},
		{"not that it is false", "!(request.a == false)", "request.a"},
		{"number", "request.years == 4", ""},
		{"another number", "request.years != 4", ""},
		{"less", "request.years < 4", ""},
		{"at most", "request.years <= 4", ""},
		{"more", "request.years > 4", ""},
		{"at least", "request.years >= 4", ""},
		{"literal first", "4 < request.years", "request.years > 4"},
		{"literal first, at most", "4 <= request.years", "request.years >= 4"},
		{"literal first, more", "4 > request.years", "request.years < 4"},
		{"literal first, at least", "4 >= request.years", "request.years <= 4"},
		{"literal first, equal", "4 == request.years", "request.years == 4"},
		{"not less", "!(request.years < 4)", "request.years >= 4"},
		{"not more", "!(request.years > 4)", "request.years <= 4"},
		{"negative", "request.years < -1.5", ""},
		{"million", "request.years < 1000000", ""},
		{"thirty digits", "request.years < 123456789012345680000000000000", ""},
		{"date", `request.begun < "2026-08-18"`, ""},
		{"date in single quotes", "request.begun >= '2026-08-18'", `request.begun >= "2026-08-18"`},
		{"on the day", `request.begun == "2026-08-18"`, ""},
		{"choice", `request.data == "content"`, ""},
		{"another choice", `request.data != "content"`, ""},
		{"one of", `request.data in ["subscriber", "content"]`, ""},
		{"one of, in the declared order", `request.data in ["content", "subscriber", "content"]`, `request.data in ["subscriber", "content"]`},
		{"none of", `!(request.data in ["subscriber"])`, ""},
		{"contains", `"press" in request.tags`, ""},
		{"does not contain", `!("press" in request.tags)`, ""},
		{"both", "request.a && request.b", ""},
		{"either", "request.a || request.b", ""},
		{"and before or", "request.a || request.b && request.c", "request.a || (request.b && request.c)"},
		{"or in parentheses", "(request.a || request.b) && request.c", ""},
		{"not both", "!(request.a && request.b)", "!request.a || !request.b"},
		{"neither", "!(request.a || !request.b)", "!request.a && request.b"},
		{"three", "request.a && request.b && request.c", ""},
		{"no room", `request.a&&!request.b||request.years<4`, `(request.a && !request.b) || request.years < 4`},
		{"over lines", "request.a &&\n\trequest.b\r\n", "request.a && request.b"},
		{"needless parentheses", "((request.a))", "request.a"},
		{"own fact", "measure.a", ""},
		{"any", "measures.any_a", ""},
		{"none", "!measures.any_a", ""},
		{"every", "measures.every_a", ""},
		{"longest", "measures.longest <= 4", ""},
		{"latest", `measures.last > "2026-08-18"`, ""},
		{"own fact beside another's aggregate", "measure.a && measures.longest < 3", ""},
		{"as deep as may be", strings.Repeat("(", 31) + "request.a" + strings.Repeat(")", 31), "request.a"},
		{"as long as may be", "request.a" + strings.Repeat(" ", maxLength-9), "request.a"},
	} {
		e, err := Parse(c.src, words, fact.OfMeasure)
		if err != nil {
			t.Errorf("%s: %s: %v", c.name, c.src, err)
			continue
		}
		want := c.want
		if want == "" {
			want = c.src
		}
		if got := e.Write(words); got != want {
			t.Errorf("%s: %s is written %s, want %s", c.name, c.src, got, want)
		}
	}
}

// Where an expression is wrong, the caret stands under the place.
func TestExpressionsAreRefused(t *testing.T) {
	const facts = "`rogatory rulebook list --facts` lists them"
	for _, c := range []struct {
		name, src, caret, want string
	}{
		{"nothing", "", "^", "expected a fact, not the end: an expression is made of facts and comparisons"},
		{"unknown fact", "request.a && request.z", "             ^", `there is no fact "request.z"; ` + facts},
		{"misspelt fact", "request.a.", "^", `there is no fact "request.a."; ` + facts},
		{
			"fact twice", "request.a || !request.a", "              ^",
			"request.a stands a second time (request.a before): each fact may stand once; write two rules",
		},
		{
			"fact beside its aggregate", "measure.a && measures.any_a", "             ^",
			"measures.any_a stands a second time (measure.a before): each fact may stand once; write two rules",
		},
		{
			"two aggregates of one fact", "measures.every_a && (request.a || measures.any_a)", "                                  ^",
			"measures.any_a stands a second time (measures.every_a before): each fact may stand once; write two rules",
		},
		{"bare literal", "true", "^", `expected a fact, not "true": an expression is made of facts and comparisons`},
		{"bare number", "request.a && 1", "             ^", `expected a fact, not "1": an expression is made of facts and comparisons`},
		{"two literals", "1 < 2", "^", `expected a fact, not "1": compare a fact with a literal`},
		{"true is true", "true == true", "^", `expected a fact, not "true": compare a fact with a literal`},
		{"two facts", "request.a == request.b", "             ^", `expected a literal, not "request.b": a fact is compared with a literal`},
		{"every option", `request.data in ["subscriber", "traffic", "content"]`, "^", "this names every option of request.data and is always true"},
		{
			"not beyond every number", "request.years <= 1" + strings.Repeat("7976931348623157", 1) + strings.Repeat("0", 292), "^",
			"nothing lies beyond 1" + "7976931348623157" + strings.Repeat("0", 292) + ", so this comparison always has the same answer",
		},
		{"before every day", `request.begun >= "0000-01-01"`, "^", "nothing lies beyond 0000-01-01, so this comparison always has the same answer"},
		{"after every day", `request.begun > "9999-12-31"`, "^", "nothing lies beyond 9999-12-31, so this comparison always has the same answer"},
		{"list of nothing", "request.data in []", "                 ^", `expected a literal, not "]"`},
		{"list without an end", `request.data in ["content"`, "                          ^", "expected , or ], not the end"},
		{"list without commas", `request.data in ["content" "traffic"]`, "                           ^", `expected , or ], not "traffic"`},
		{"list of facts", "request.data in [request.a]", "                 ^", `expected a literal, not "request.a"`},
		{"literal in a list", `"a" in ["a"]`, "^", `expected a fact, not "a": compare a fact with a literal`},
		{"in a text", `request.data in "content"`, "                ^", `expected a fact, not "content": compare a fact with a literal`},
		{"fact in a fact", "request.data in request.tags", "^", `expected a literal, not "request.data": ask "option" in request.tags`},
		{
			"function", "size(request.tags) > 1", "^",
			"there are no functions, no macros and no test of presence, so size( means nothing; name the fact itself",
		},
		{
			"presence", "request.a || has(request.b)", "             ^",
			"there are no functions, no macros and no test of presence, so has( means nothing; name the fact itself",
		},
		{
			"macro", "measures.exists(m, m.a)", "^",
			"there are no functions, no macros and no test of presence, so measures.exists( means nothing; name the fact itself",
		},
		{"presence by comparison", "request.a != null", "             ^", `expected a literal, not "null": a fact is compared with a literal`},
		{"ternary", "request.a ? request.b : request.c", "          ^", `'?' has no meaning here; use && || ! == != < <= > >= in ( ) [ ]`},
		{"arithmetic", "request.years + 1 < 4", "              ^", `'+' has no meaning here; use && || ! == != < <= > >= in ( ) [ ]`},
		{"arithmetic without room", "request.a-1", "         ^", `expected && or || or the end, not "-1"`},
		{"single and", "request.a & request.b", "          ^", `'&' has no meaning here; use && || ! == != < <= > >= in ( ) [ ]`},
		{"assignment", "request.a = true", "          ^", `'=' has no meaning here; use && || ! == != < <= > >= in ( ) [ ]`},
		{"letter of another script", "request.а", "        ^", `'а' has no meaning here; use && || ! == != < <= > >= in ( ) [ ]`},
		{"chained comparison", "1 < request.years < 4", "                  ^", "comparisons do not chain; join two with &&"},
		{"chained literals", "request.a == true == true", "                  ^", "comparisons do not chain; join two with &&"},
		{"not before a comparison", "!request.a == true", "           ^", "! binds closer than ==; write !(a == b)"},
		{"not before an order", "request.a && !request.years < 4", "                            ^", "! binds closer than <; write !(a < b)"},
		{"not before in", `!"press" in request.tags`, "         ^", "! binds closer than in; write !(a in b)"},
		{"not twice before a comparison", "!!request.a == true", "            ^", "! binds closer than ==; write !(a == b)"},
		{"not of nothing", "!", " ^", "expected a fact, not the end: an expression is made of facts and comparisons"},
		{"expression compared", "(request.a) == true", "            ^", "== compares a fact with a literal, not an expression"},
		{"not of an expression compared", "!(request.a) == true", "             ^", "== compares a fact with a literal, not an expression"},
		{"open parenthesis", "(request.a", "          ^", "expected ), not the end"},
		{"open parenthesis before a fact", "(request.a request.b)", "           ^", `expected ), not "request.b"`},
		{"nothing in parentheses", "request.a && ()", "              ^", `expected a fact, not ")": an expression is made of facts and comparisons`},
		{"closed too often", "request.a)", "         ^", `expected && or || or the end, not ")"`},
		{"two facts side by side", "request.a request.b", "          ^", `expected && or || or the end, not "request.b"`},
		{"nothing after and", "request.a &&", "            ^", "expected a fact, not the end: an expression is made of facts and comparisons"},
		{"nothing after or", "request.a || || request.b", "             ^", `expected a fact, not "||": an expression is made of facts and comparisons`},
		{"nothing after ==", "request.a ==", "            ^", "expected a literal, not the end: a fact is compared with a literal"},
		{"number of a bool", "request.a == 1", "             ^", "request.a is a bool, not 1"},
		{"text of a bool", `request.a == "true"`, "             ^", `request.a is a bool, not the text "true"`},
		{"number without a comparison", "request.years", "^", "request.years is a number, which says nothing by itself; compare it with a literal"},
		{"text of a number", `request.years < "4"`, "                ^", `request.years is a number, not the text "4"`},
		{"bool of a choice", "request.data == true", "                ^", "request.data is a choice, not true"},
		{"unknown option", `request.data == "metadata"`, "                ^", `request.data has no option "metadata": use one of subscriber, traffic, content`},
		{"unknown option in a list", `request.data in ["content", "all"]`, "                            ^", `request.data has no option "all": use one of subscriber, traffic, content`},
		{"unknown member", `"judge" in request.tags`, "^", `request.tags has no option "judge": use one of press, child, lawyer`},
		{"set compared", `request.tags == "press"`, "^", `request.tags is a set; ask "option" in request.tags`},
		{"set in a list", `request.tags in ["press"]`, "^", "in [...] asks about a choice, and request.tags is a set"},
		{"number in a list", "request.years in [1, 2]", "^", "in [...] asks about a choice, and request.years is a number"},
		{"contained in a choice", `"content" in request.data`, "             ^", "request.data is a choice; only a set can contain something"},
		{"order of a choice", `request.data < "content"`, "^", "request.data is a choice and has no order; use == or !="},
		{"order of a bool", "request.a >= true", "^", "request.a is a bool and has no order; use == or !="},
		{"bad date", `request.begun < "18.8.2026"`, "                ^", `"18.8.2026" is no date; write "2026-08-18"`},
		{"date that is none", `request.begun < "2026-02-30"`, "                ^", `"2026-02-30" is no date; write "2026-08-18"`},
		{"number of a date", "request.begun < 2026", "                ^", "request.begun is a date, not 2026"},
		{"bad number", "request.years < 1.2.3", "                ^", `"1.2.3" is no number`},
		{"number too great", "request.years < " + strings.Repeat("9", 400), "                ^", `"` + strings.Repeat("9", 400) + `" is no number`},
		{"text without an end", `request.data == "content`, "                ^", "this text has no closing quote, or an escape, which texts here do not have"},
		{"text with an escape", `request.data == "con\x74ent"`, "                ^", "this text has no closing quote, or an escape, which texts here do not have"},
		{"text over a line", "request.data == \"con\ntent\"", "                ^", "this text has no closing quote, or an escape, which texts here do not have"},
		{"another scope", "offence.a", "^", "offence.a is a fact of each offence, and the rule is asked per measure; declare an aggregate"},
		{"most of an equal", "measures.longest == 4", "^", "measures.longest is a most: compare it with < <= > >="},
		{"most of an unequal", "measures.longest != 4", "^", "measures.longest is a most: compare it with < <= > >="},
		{"too deep", strings.Repeat("(", 32) + "request.a" + strings.Repeat(")", 32), strings.Repeat(" ", 32) + "^", "nested deeper than 32; write two rules"},
		{"too many nots", strings.Repeat("!", 32) + "request.a", strings.Repeat(" ", 32) + "^", "nested deeper than 32; write two rules"},
		{"too long", strings.Repeat(" ", maxLength) + "x", "^", "an expression has at most 4096 bytes; write two rules"},
	} {
		e, err := Parse(c.src, words, fact.OfMeasure)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s: %s gives %v", c.name, c.src, err)
			continue
		}
		if e != nil {
			t.Errorf("%s: an expression came with the error", c.name)
		}
		if got := strings.Repeat(" ", int(syntax.Pos)) + "^"; got != c.caret {
			t.Errorf("%s: the caret stands wrong\n%s\n%s got\n%s want", c.name, c.src, got, c.caret)
		}
		if diff := cmp.Diff(c.want, err.Error()); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

// invented draws an expression in which each fact of the pool stands at most
// once.
func invented(t *rapid.T, pool []string, depth int) (string, []string) {
	kind := rapid.IntRange(0, 3).Draw(t, "kind")
	if depth == 0 || kind == 0 || len(pool) < 2 {
		at := rapid.IntRange(0, len(pool)-1).Draw(t, "fact")
		rest := append(append([]string{}, pool[:at]...), pool[at+1:]...)
		return atomOf(t, pool[at]), rest
	}
	if kind == 1 {
		s, rest := invented(t, pool, depth-1)
		return "!(" + s + ")", rest
	}
	var parts []string
	for range rapid.IntRange(2, 3).Draw(t, "parts") {
		if len(pool) == 0 {
			break
		}
		var s string
		s, pool = invented(t, pool, depth-1)
		parts = append(parts, "("+s+")")
	}
	return strings.Join(parts, map[int]string{2: " && ", 3: " || "}[kind]), pool
}

func atomOf(t *rapid.T, name string) string {
	d, _, _ := words.Find(fact.Name(name))
	pick := func(list ...string) string { return rapid.SampledFrom(list).Draw(t, "word") }
	order := []string{"<", "<=", ">", ">="}
	if d.Take != fact.Most {
		order = append(order, "==", "!=")
	}
	switch d.Kind {
	case fact.Bool:
		return pick(name, "!"+name, name+" == false", "true != "+name)
	case fact.Number:
		return fmt.Sprintf("%s %s %g", name, pick(order...), rapid.SampledFrom([]float64{-1, 0, 2, 2.5, 1000}).Draw(t, "number"))
	case fact.Date:
		return fmt.Sprintf("%s %s '%s'", name, pick(order...), pick("1969-12-31", "2026-08-18"))
	case fact.Choice:
		return name + pick(` == "content"`, ` != 'traffic'`, ` in ["traffic", "content"]`, ` in ["subscriber"]`)
	}
	return pick(`"press" in `, `"lawyer" in `) + name
}

// pool is every fact a rule for a measure may ask, each base fact once.
var pool = []string{
	"request.a", "request.b", "request.years", "request.begun", "request.data", "request.tags",
	"measure.c", "measure.data", "measure.tags",
	"measures.any_a", "measures.every_b", "measures.longest", "measures.last",
}

var samePlace = cmp.Options{cmp.AllowUnexported(Atom{}), cmpopts.IgnoreFields(Atom{}, "Pos")}

func TestWrittenAndReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src, _ := invented(t, pool, 4)
		e, err := Parse(src, words, fact.OfMeasure)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		checkRoundTrip(t, e, fact.OfMeasure)
	})
}

func checkRoundTrip(t interface{ Fatalf(string, ...any) }, e *Expr, scope fact.Scope) {
	written := e.Write(words)
	again, err := Parse(written, words, scope)
	if err != nil {
		t.Fatalf("%s: %v", written, err)
	}
	if diff := cmp.Diff(e, again, samePlace); diff != "" {
		t.Fatalf("%s is another expression (-first +second):\n%s", written, diff)
	}
}

func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"request.a", "!request.a && (request.b || measures.any_a)", `request.data in ["content", 'traffic']`,
		`"press" in request.tags`, `!("press" in request.tags)`, "4 <= request.years", "request.years < -1.5",
		`request.begun >= "2026-08-18"`, "measures.longest > 3 || measure.c", "!(request.a == false)",
		"has(request.a)", "request.a ? request.b : request.c", "!request.a == true", "1 < request.years < 4",
		"request.a && request.a", `request.data in ["subscriber", "traffic", "content"]`, "((((", "!!!!", `"`, "\x00\xff", "request.years == 1e9",
		"request.years < 1000000000000000000000000", "request.years == -0", "request.years == 0.00000000001",
	} {
		f.Add(src, uint8(fact.OfMeasure))
	}
	f.Fuzz(func(t *testing.T, src string, scope uint8) {
		s := fact.Scope(scope % 4)
		e, err := Parse(src, words, s)
		if err == nil {
			checkRoundTrip(t, e, s)
			return
		}
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Pos < 0 || int(syntax.Pos) > len(src) || syntax.What == "" {
			t.Fatalf("%q: the error has no place in it: %#v", src, err)
		}
	})
}
