package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/tools/cluster/house"
	"github.com/rogatory/rogatory/tools/crash/desk"
	"github.com/rogatory/rogatory/tools/postgres"
	"github.com/rogatory/rogatory/tools/queue/million"
)

// morning is when the large offices are looked at: before anything in them is due,
// because nobody can open what is.
var morning = million.Today.AddDate(0, 0, -5)

// The uses that are measured.
var uses = []string{"submit", "queue", "case"}

// A large office is measured in two ways: through its door, and by a docket alone
// on the same records.
type large struct {
	engine string
	house  *house.House
	at     string
	alone  *desk.Office
	cases  []docket.Ref // those that can be opened
	next   int          // number of the next document
	door   map[string]*times
	docket map[string]*times
}

// measureLarge makes a large office of an engine and measures it.
func measureLarge(ctx context.Context, dir, program, engine string, server *postgres.Server, examples *desk.Examples, size, rounds int) (*large, error) {
	at, err := house.Address()
	if err != nil {
		return nil, err
	}
	p := &house.Plan{Program: program, Dir: filepath.Join(dir, engine), Listen: at, Origin: "http://" + at}
	place := desk.InFolder(p.Dir)
	if engine == "postgres" {
		p.Records, p.Keys = server.URL("door"), server.URL("door_keys")
		place.Records, place.Keys = p.Records, p.Keys
	}
	if err := p.Make(ctx); err != nil {
		return nil, err
	}
	if err := begin(ctx, p); err != nil {
		return nil, err
	}
	start := time.Now()
	if err := million.Fill(ctx, examples, place, size); err != nil {
		return nil, err
	}
	filled := time.Since(start)
	o := &large{engine: engine, door: make(map[string]*times), docket: make(map[string]*times)}
	for _, use := range uses {
		o.door[use], o.docket[use] = &times{}, &times{}
	}
	if o.house, err = house.Furnish(ctx, p, examples, morning); err != nil {
		return nil, err
	}
	s, err := p.Start(morning)
	if err != nil {
		return nil, err
	}
	defer s.Kill() // of no effect on one that has ended
	if err := s.Ready(ctx); err != nil {
		return nil, err
	}
	o.at = s.At
	if o.alone, err = desk.Open(ctx, examples, place, func() time.Time { return morning }); err != nil {
		return nil, err
	}
	defer o.alone.Close()
	if err := o.rounds(ctx, rounds); err != nil {
		return nil, err
	}
	peak, err := s.Peak()
	if err != nil {
		return nil, err
	}
	fmt.Printf("%s, %d cases: filled in %v; memory of the office %d MiB at most\n", engine, size, filled.Round(time.Second), peak>>20)
	for _, use := range uses {
		fmt.Printf("%s %s: through the door %v; docket alone %v\n", engine, use, o.door[use], o.docket[use])
	}
	return o, s.Stop()
}

// begin opens an office once, while it has no cases: it writes down what it is, and
// whoever finds cases without that takes them for real ones. Then the public log
// begins.
func begin(ctx context.Context, p *house.Plan) error {
	s, err := p.Start(morning, "--demo")
	if err != nil {
		return err
	}
	if err := errors.Join(s.Ready(ctx), s.Stop()); err != nil {
		return err
	}
	return p.Run(ctx, morning, "ledger", "terms")
}

// asked is how often everything is done in a round.
const asked = 20

// rounds measure by turns, so that what else the machine does falls on all alike.
// The first round is not measured: it brings in what an office at work has.
func (o *large) rounds(ctx context.Context, n int) error {
	for i := range n + 1 {
		if i == 1 {
			for _, use := range uses {
				o.door[use], o.docket[use] = &times{}, &times{}
			}
		}
		for range asked {
			if err := o.submit(ctx); err != nil {
				return err
			}
		}
		for k := range asked {
			if err := errors.Join(o.queue(ctx), o.page(ctx, o.cases[len(o.cases)-1-k])); err != nil {
				return err
			}
		}
	}
	return nil
}

// timed does the same through the door and by the docket alone.
func (o *large) timed(use string, door, alone func() error) error {
	start := time.Now()
	if err := door(); err != nil {
		return fmt.Errorf("%s: %s through the door: %w", o.engine, use, err)
	}
	o.door[use].add(time.Since(start))
	start = time.Now()
	if err := alone(); err != nil {
		return fmt.Errorf("%s: %s by the docket: %w", o.engine, use, err)
	}
	o.docket[use].add(time.Since(start))
	return nil
}

// submit sends a signed request, and receives another of the same kind.
func (o *large) submit(ctx context.Context) error {
	n := desk.Distinct(o.next)
	o.next++
	body, err := o.house.Document(n)
	if err != nil {
		return err
	}
	own := o.house.Examples.Document(o.house.Examples.Another(n))
	var taken docket.Ref
	err = o.timed("submit", func() error {
		a, err := o.house.By(n).Send(ctx, o.at, http.MethodPost, "/v1/requests", body, desk.Reference(n), morning)
		if err != nil {
			return err
		}
		var out struct{ Case docket.Ref }
		if a.Status != http.StatusCreated {
			return fmt.Errorf("%d: %s", a.Status, a.Body)
		}
		if err := json.Unmarshal(a.Body, &out); err != nil {
			return err
		}
		taken = out.Case
		return nil
	}, func() error {
		yes := true
		_, err := o.alone.Receive(ctx, docket.Delivery{
			Document: own, Channel: request.Channel{Kind: "registered", Authenticated: &yes},
			By: docket.Actor{Name: "door", Role: lifecycle.Machine}, Scope: "alone", Once: desk.Reference(n),
		})
		return err
	})
	if err != nil {
		return err
	}
	o.cases = append(o.cases, taken)
	return o.take(ctx, taken)
}

// take has somebody of intake take a case, because their token looks at no other.
func (o *large) take(ctx context.Context, ref docket.Ref) error {
	who := o.house.Person
	in := map[string]any{"case": ref, "by": who.Name, "role": "intake", "do": "assign", "to": who.Name, "why": "to be measured"}
	a, err := who.Do(ctx, o.at, http.MethodPost, "/v1/cases/"+string(ref)+"/acts", in)
	if err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("assign %s: %d: %s", ref, a.Status, a.Body)
	}
	return err
}

// queue looks at the first page of what is open.
func (o *large) queue(ctx context.Context) error {
	return o.timed("queue", func() error {
		return o.shown(ctx, "/v1/cases?open=true&limit=50")
	}, func() error {
		_, _, err := o.alone.Queue(ctx, docket.Query{Open: true, Limit: 50})
		return err
	})
}

// page looks at a case, which is on record each time.
func (o *large) page(ctx context.Context, ref docket.Ref) error {
	intake := docket.Actor{Name: o.house.Intake.Name, Role: lifecycle.Intake}
	return o.timed("case", func() error {
		return o.shown(ctx, "/v1/cases/"+string(ref))
	}, func() error {
		_, err := o.alone.Show(ctx, intake, ref, "")
		return err
	})
}

func (o *large) shown(ctx context.Context, path string) error {
	a, err := o.house.Intake.Do(ctx, o.at, http.MethodGet, path, nil)
	if err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("%d: %s", a.Status, a.Body)
	}
	return err
}

// ratio is how many times as long something takes through the door, by the middle
// of each.
func (o *large) ratio(use string) float64 { return ratio(o.door[use].p50(), o.docket[use].p50()) }
