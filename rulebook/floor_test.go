package rulebook

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/rule"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite testdata/floor.txt")

var gates = []rule.Gate{rule.Intake, rule.Screening, rule.AtCourt, rule.Disclosure, rule.Secrecy}

func TestFloorLoads(t *testing.T) {
	b, err := load(floor, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.SHA256()) != 64 || b.SHA256() != Floor().SHA256() {
		t.Errorf("its hash is %q, and then %q", b.SHA256(), Floor().SHA256())
	}
}

// What the floor asks is seen in review: a safeguard that is weakened, or gone,
// is a line changed in testdata/floor.txt.
func TestIndexOfTheFloor(t *testing.T) {
	b := Floor()
	var out strings.Builder
	for i, r := range b.Rules() {
		effect := r.Otherwise.String()
		if r.Background {
			effect += ", background"
		}
		if r.Absolute {
			effect += ", absolute"
		}
		fmt.Fprintf(&out, "%s/%s: %s, per %s, else %s\n", b.Family(i), r.ID, r.Gate, r.For, effect)
		fmt.Fprintf(&out, "  holds   %s\n", r.Holds.Write(b.Vocabulary()))
		fmt.Fprintf(&out, "  counts  %s\n", r.Counts)
		fmt.Fprintf(&out, "  grounds %s\n", strings.Join(r.Grounds, " "))
		fmt.Fprintf(&out, "  basis   %s\n", strings.Join(r.Basis, " "))
		fmt.Fprintf(&out, "  checks  %s\n", strings.Join(r.Checks, " "))
	}
	golden := filepath.Join("testdata", "floor.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("the floor is another (-%s +now); read the change, then run the test with -update\n%s", golden, diff)
	}
}

// Every file of the floor is read.
func TestEveryFamilyIsLoaded(t *testing.T) {
	files, err := fs.Glob(floor, "floor/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		family := strings.TrimSuffix(filepath.Base(name), ".yaml")
		if family != "facts" && family != "behaviour" && !slices.Contains(families, family) {
			t.Errorf("%s is embedded and no family: nobody reads it", name)
		}
	}
	for _, family := range families {
		if !slices.Contains(Floor().families, family) {
			t.Errorf("family %s holds no rule", family)
		}
	}
}

func TestEveryCheckIsPutIntoEffect(t *testing.T) {
	for i := 1; i <= 63; i++ {
		check := fmt.Sprintf("C%02d", i)
		b, ok := Floor().Behaviour(check)
		if ids := Floor().ByCheck(check); len(ids) == 0 && !ok {
			t.Errorf("%s is put into effect by no rule and no behaviour", check)
		}
		if ok && (b.Where == "" || b.How == "") {
			t.Errorf("%s: where and how?", check)
		}
	}
	if ids := Floor().ByCheck("C64"); ids != nil {
		t.Errorf("C64 does not exist; %v put it into effect", ids)
	}
}

func TestEveryGroundIsRaised(t *testing.T) {
	elsewhere := map[string]string{
		"mixed-offences": "screen raises it where some offences pass and others do not",
	}
	raised := make(map[string]bool)
	for _, r := range Floor().Rules() {
		for _, g := range r.Grounds {
			raised[g] = true
		}
	}
	for _, g := range office.Grounds() {
		if reason, ok := elsewhere[g.ID]; raised[g.ID] == ok {
			t.Errorf("ground %s: raised by a rule: %v; raised elsewhere: %q", g.ID, raised[g.ID], reason)
		}
	}
}

func TestEveryFactIsAsked(t *testing.T) {
	voc := Floor().Vocabulary()
	asked := make(map[fact.Name]bool)
	for _, r := range Floor().Rules() {
		for _, a := range r.Holds.Atoms() {
			d, _, _ := voc.Find(a.Fact)
			asked[d.Name], asked[d.Of] = true, true
		}
	}
	for _, d := range voc.All() {
		if !asked[d.Name] {
			t.Errorf("no rule asks %s", d.Name)
		}
	}
}

// An example that gives a fact the rule does not ask comes out for another
// reason than it says.
func TestExamplesSpeakOfTheirRule(t *testing.T) {
	for _, r := range Floor().Rules() {
		var asked []fact.Name
		for _, a := range r.Holds.Atoms() {
			asked = append(asked, a.Fact)
		}
		for _, x := range r.Examples {
			for name := range x.Given {
				if !slices.Contains(asked, name) {
					t.Errorf("%s: an example of %s gives %s, which it does not ask", x.Where, r.ID, name)
				}
			}
		}
	}
}

// Every safeguard hears a court, and one of those of the receiving side who may
// settle a fact it asks: otherwise nobody could answer.
func TestEverySafeguardHearsWhoMaySettleIt(t *testing.T) {
	for _, r := range Floor().Rules() {
		if !r.Counts.Has(fact.Court) {
			t.Errorf("%s does not hear a court", r.ID)
		}
		for _, a := range r.Holds.Atoms() {
			d, _, _ := Floor().Vocabulary().Find(a.Fact)
			if own := d.Settle &^ fact.SourcesOf(fact.Requester); own != 0 && own&r.Counts == 0 {
				t.Errorf("%s asks %s, which %s may settle, and hears only %s", r.ID, d.Name, d.Settle, r.Counts)
			}
		}
	}
}

func TestNoSuchRule(t *testing.T) {
	if r := Floor().Rule("be-kind"); r != nil {
		t.Errorf("there is a rule %s", r.ID)
	}
	if _, ok := Floor().Behaviour("C64"); ok {
		t.Error("C64 is a behaviour")
	}
}

// satisfied says of one request, with one measure, offence and person, that it
// fails r as r's own example has it, and as far as that leaves it open satisfies
// every other rule of the gate.
func satisfied(t *testing.T, r *rule.Rule, among []*rule.Rule) map[fact.Name]fact.Value {
	t.Helper()
	given := make(map[fact.Name]fact.Value)
	for _, x := range r.Examples {
		if x.Verdict == rule.NotMet {
			maps.Copy(given, x.Given)
			break
		}
	}
	for _, other := range among {
		if other == r || verdict(t, other, given) == rule.Met {
			continue
		}
		for _, x := range other.Examples {
			more := maps.Clone(x.Given)
			maps.Copy(more, given) // what was said before stands
			if x.Verdict == rule.Met && verdict(t, other, more) == rule.Met {
				given = more
				break
			}
		}
	}
	return given
}

func verdict(t *testing.T, r *rule.Rule, given map[fact.Name]fact.Value) rule.Verdict {
	t.Helper()
	return ask(t, rule.NewSet([]*rule.Rule{r}), given).List[0].Verdict
}

// ask evaluates the rules on facts that a court has found.
func ask(t *testing.T, set *rule.Set, given map[fact.Name]fact.Value) rule.Findings {
	t.Helper()
	voc := Floor().Vocabulary()
	v := fact.NewVector(voc)
	v.Reset(1, 1, 1)
	for name, value := range given {
		d, slot, _ := voc.Find(name)
		v.Cell(d.Scope, 0, slot).Say(fact.Court, value)
	}
	var found rule.Findings
	set.Evaluate(v, &found)
	return found
}

// Of every safeguard there is a request that only it holds back: with it the
// gate is closed, for that reason alone; were it deleted, the gate would be
// open. So none is idle, and none can be taken away unseen.
func TestEverySafeguardHoldsAlone(t *testing.T) {
	for _, g := range gates {
		among := Floor().At(g)
		if len(among) == 0 {
			t.Errorf("nothing is asked at the %s gate", g)
		}
		for i, r := range among {
			given := satisfied(t, r, among)
			for _, f := range ask(t, Floor().Gate(g), given).List {
				want := rule.Met
				if int(f.Rule) == i {
					want = rule.NotMet
				}
				if f.Verdict != want {
					t.Errorf("a request that fails %s: %s is %s, want %s", r.ID, among[f.Rule].ID, f.Verdict, want)
				}
			}
			without := slices.Delete(slices.Clone(among), i, i+1)
			for _, f := range ask(t, rule.NewSet(without), given).List {
				if !f.Verdict.Passes() {
					t.Errorf("a request that fails %s: without that, %s is %s and still holds it back", r.ID, without[f.Rule].ID, f.Verdict)
				}
			}
		}
	}
}

// Silence opens no gate: of a request of which nothing is known every safeguard
// is unknown.
func TestSilenceOpensNoGate(t *testing.T) {
	for _, g := range gates {
		for _, f := range ask(t, Floor().Gate(g), nil).List {
			if f.Verdict != rule.Unknown {
				t.Errorf("%s is %s though nobody said anything", Floor().At(g)[f.Rule].ID, f.Verdict)
			}
		}
	}
}

// drawnVector says random things about a request of random size.
func drawnVector(t *rapid.T, voc *fact.Vocabulary) *fact.Vector {
	size := func(name string) int { return rapid.IntRange(0, 2).Draw(t, name) }
	v := fact.NewVector(voc)
	v.Reset(size("measures"), size("offences"), size("persons"))
	for _, d := range voc.All() {
		if d.Take != fact.Alone {
			continue
		}
		_, slot, _ := voc.Find(d.Name)
		for i := range v.Count(d.Scope) {
			for range rapid.IntRange(0, 2).Draw(t, "assertions") {
				source := rapid.SampledFrom([]fact.Source{fact.Requester, fact.Registry, fact.Signal, fact.Reviewer, fact.Court}).Draw(t, "source")
				value := fact.Value(rapid.IntRange(0, 1).Draw(t, "value"))
				if d.Kind == fact.Number {
					value = fact.OfNumber(float64(rapid.SampledFrom([]int{1, 3, 4, 100, 731, 800}).Draw(t, "number")))
				}
				v.Cell(d.Scope, i, slot).Say(source, value)
			}
		}
	}
	return v
}

// Adding a folder only narrows: whatever is said of a request, every safeguard
// of the floor finds the same, on the same facts, and the rest comes on top.
func TestAddingOnlyNarrows(t *testing.T) {
	second := strings.NewReplacer("local-prosecutor", "local-trust", "offence.named && !offence.vague", "offence.vague || !offence.named",
		"offence.named: true, offence.vague: false", "offence.vague: true", "{offence.named: false}", "{offence.named: true, offence.vague: false}").Replace(sound)
	added, err := With(folderOf(sound + second[len("rules:\n"):]))
	if err != nil {
		t.Fatal(err)
	}
	voc := Floor().Vocabulary()
	rapid.Check(t, func(t *rapid.T) {
		v := drawnVector(t, voc)
		for _, g := range gates {
			var before, after rule.Findings
			Floor().Gate(g).Evaluate(v, &before)
			added.Gate(g).Evaluate(v, &after)
			for i, f := range before.List {
				if diff := cmp.Diff(f, after.List[i]); diff != "" {
					t.Fatalf("%s finds otherwise (-floor +added):\n%s", Floor().At(g)[f.Rule].ID, diff)
				}
				if diff := cmp.Diff(before.Of(f), after.Of(f)); diff != "" {
					t.Fatalf("%s rests on other facts (-floor +added):\n%s", Floor().At(g)[f.Rule].ID, diff)
				}
			}
			for _, f := range after.List[len(before.List):] {
				if id := added.At(g)[f.Rule].ID; Floor().Rule(id) != nil {
					t.Fatalf("%s is asked a second time", id)
				}
			}
		}
	})
}

// Once its findings have room, evaluating the floor allocates nothing.
func TestEvaluatingTheFloorAllocatesNothing(t *testing.T) {
	v := fact.NewVector(Floor().Vocabulary())
	v.Reset(3, 3, 2)
	for i, d := range Floor().Vocabulary().All() {
		_, slot, _ := Floor().Vocabulary().Find(d.Name)
		for instance := range v.Count(d.Scope) {
			v.Cell(d.Scope, instance, slot).Say(fact.Source(i%5), fact.Value(i%2))
			v.Cell(d.Scope, instance, slot).Say(fact.Requester, 0)
		}
	}
	for _, g := range gates {
		set := Floor().Gate(g)
		var found rule.Findings
		set.Evaluate(v, &found)
		if len(found.List) < len(set.Rules()) || len(found.Cited) < len(found.List) {
			t.Fatalf("the %s gate finds %d things on %d facts", g, len(found.List), len(found.Cited))
		}
		if allocs := testing.AllocsPerRun(50, func() { set.Evaluate(v, &found) }); allocs != 0 {
			t.Errorf("the %s gate allocates %v times", g, allocs)
		}
	}
}
