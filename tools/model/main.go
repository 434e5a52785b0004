// Command model walks every state a case can come to, proves the statements of
// the design at each of them and at each step, and then weakens the table in
// every way one slip could: a guard left out, a row open to every role or at
// every stage. Each slip has to break a statement. The statements know the
// design and not the table.
//
// Guards of circumstances are deleted like the others, so a circumstance that no
// statement asks for shows as an escape, and one that only a statement asks for
// as a broken statement.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	life "github.com/rogatory/rogatory/lifecycle"
)

func main() {
	effects := flag.Bool("effects", false, "leave out each effect of each row instead; it takes some minutes")
	flag.Parse()
	if *effects {
		if !proveEffects(life.Floor()) {
			os.Exit(1)
		}
		return
	}
	if !prove(life.Floor()) {
		os.Exit(1)
	}
}

// prove prints what it finds and reports whether the table stands.
func prove(t life.Table) bool {
	start := time.Now()
	say := func(format string, args ...any) {
		fmt.Printf("%5.1fs  %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
	all := chancesOf(t)
	w := reach(all)
	say("%d states reached", len(w.states))

	found := proveAll(w, all, runtime.GOMAXPROCS(0))
	broken := len(found.examples)
	for _, n := range slices.Sorted(maps.Keys(found.examples)) {
		say("broken: %s", found.examples[n])
	}
	if traps := w.traps(); len(traps) > 0 {
		broken++
		say("broken: %d states are traps, one of them %s", len(traps), w.states[traps[0]])
	}
	w.keepOnly(chancesOf(withoutOutsiders(t)))
	if traps := w.waitingForNobody(w.traps()); len(traps) > 0 {
		broken++
		say("broken: 12 %d states wait for somebody outside, one of them %s", len(traps), w.states[traps[0]])
	}
	if missing := w.unreached(); len(missing) > 0 {
		broken++
		say("broken: 12 every value is reached, but not every one of %v", missing)
	}
	if idle := w.neverGone(t); len(idle) > 0 {
		broken++
		say("broken: 13 what is drawn can happen, but not %q", idle)
	}
	say("%d statements hold at %d transitions", len(statements)+1-broken, found.transitions)
	w.edges = nil

	ground := groundOf(t, w)
	h := &hunt{try: ground.catch, by: map[string]int{}, say: say}
	h.run(mutantsOf(t))
	for _, name := range slices.Sorted(maps.Keys(h.by)) {
		say("%4d weakened tables caught first by %s", h.by[name], name)
	}
	say("%d rows were opened to every stage and allowed nothing new: what they need says it", h.same)
	fmt.Printf("model: states=%d transitions=%d broken=%d guards=%d caught=%d\n",
		len(w.states), found.transitions, broken, h.caught+h.escaped, h.caught)
	return broken == 0 && h.escaped == 0
}

// proveEffects leaves out each effect in turn.
func proveEffects(t life.Table) bool {
	start := time.Now()
	say := func(format string, args ...any) {
		fmt.Printf("%5.1fs  %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
	h := &hunt{try: func(m *mutant) (*fault, bool) { return walkTo(m.table), true }, by: map[string]int{}, say: say}
	h.run(effectMutantsOf(t))
	fmt.Printf("model: effects=%d caught=%d\n", h.caught+h.escaped, h.caught)
	return h.escaped == 0
}

// A hunt tries every mutant.
type hunt struct {
	try func(*mutant) (found *fault, differs bool)
	say func(string, ...any)

	mu      sync.Mutex // guards what follows
	caught  int
	escaped int
	same    int            // openings that make no difference
	by      map[string]int // caught, by the first statement that broke
}

func (h *hunt) run(mutants []mutant) {
	queue := make(chan *mutant)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for m := range queue {
				found, differs := h.try(m)
				h.note(m, found, differs, len(mutants))
			}
		})
	}
	for i := range mutants {
		queue <- &mutants[i]
	}
	close(queue)
	wait.Wait()
}

// note counts a mutant. A guard that can go without a difference is superfluous
// and counts as an escape; a stage need not be named where what the row needs
// holds nowhere else, and is, for the reader.
func (h *hunt) note(m *mutant, found *fault, differs bool, of int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case found != nil:
		h.caught++
		h.by[found.name()]++
	case !differs && m.opens:
		h.same++
	case !differs:
		h.escaped++
		h.say("superfluous: %s", m.name)
	default:
		h.escaped++
		h.say("escaped: %s", m.name)
	}
	if tried := h.caught + h.escaped + h.same; tried%100 == 0 {
		h.say("%d of %d weakened tables tried, %d escaped", tried, of, h.escaped)
	}
}
