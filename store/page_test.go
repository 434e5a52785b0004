package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// fill writes n cases whose rows differ in everything a query asks for, in
// transactions of many, without their entries: pages do not read those.
func fill(t testing.TB, s *Store, n int) []docket.Row {
	t.Helper()
	all := make([]docket.Row, n)
	var w writing
	for i := range n {
		b := batch(docket.Ref(fmt.Sprintf("26%06d", (i*7919)%1_000_003)), nil, 5)
		r := &b.Row
		if i%5 != 0 {
			r.Due = noon.Add(time.Duration((i*31)%(n/3+1)) * time.Minute) // several share one
		}
		r.Open = i%3 != 0
		r.Stage = []string{"received", "screened", "closed"}[i%3]
		r.Lane = []string{"normal", "emergency"}[i%7/6]
		r.Waiting = []string{"office", "requester", "court"}[i%11%3]
		r.Assignee = []string{"", "ada", "bob", "cyd"}[i%13%4]
		r.Country = []string{"NL", "DE", "FR", "PL", "ES"}[i%17%5]
		r.Authority = fmt.Sprintf("%s-%d", r.Country, i%19)
		r.Outside = max(0, i%40-37)
		r.Settles = []string{"", "judge", "notifier", "oversight"}[i%23%4]
		all[i] = *r
		w.addCase(b)
		if i%500 == 499 || i == n-1 {
			if err := s.change(context.Background(), func(tx transaction) error { return tx.carry(context.Background(), w.orders(tx.longest)) }); err != nil {
				t.Fatal(err)
			}
			w = writing{}
		}
	}
	slices.SortFunc(all, inOrder)
	return all
}

// inOrder is the order of pages, said once more and independently.
func inOrder(a, b docket.Row) int {
	switch {
	case a.Due.IsZero() && !b.Due.IsZero():
		return 1
	case !a.Due.IsZero() && b.Due.IsZero():
		return -1
	case !a.Due.Equal(b.Due):
		return a.Due.Compare(b.Due)
	}
	return strings.Compare(string(a.Case), string(b.Case))
}

// asked reports whether a query asks for a row, said independently as well.
func asked(q docket.Query, r docket.Row) bool {
	is := func(want, got string) bool { return want == "" || want == got }
	return is(q.Stage, r.Stage) && is(q.Lane, r.Lane) && is(q.Waiting, r.Waiting) && is(q.Assignee, r.Assignee) &&
		is(q.Country, r.Country) && is(q.Authority, r.Authority) && is(q.Settles, r.Settles) && (!q.Open || r.Open) && (!q.Outside || r.Outside > 0) &&
		(q.DueBefore.IsZero() || !r.Due.IsZero() && r.Due.Before(q.DueBefore))
}

// pages reads a query to its end.
func pages(t interface{ Fatal(...any) }, s *Store, q docket.Query) []docket.Row {
	var all []docket.Row
	for {
		rows, after, err := s.Rows(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
		if after == "" {
			return all
		}
		q.After = after
	}
}

// Twenty thousand cases, read by pages and read at once.
func TestPagesAreOneOrderedRead(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		all := fill(t, s, 20_000)
		got := pages(t, s, docket.Query{Limit: 500})
		if !slices.Equal(got, all) {
			t.Fatal(cmp.Diff(all, got))
		}
		rangesOnly(t, s)
	})
}

// Whatever a query asks, its pages are the rows it asks for, in order.
func TestPagesAreWhatWasAsked(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		all := fill(t, s, 600)
		rapid.Check(t, func(t *rapid.T) {
			q := docket.Query{
				Stage:     rapid.SampledFrom([]string{"", "", "received", "closed", "nowhere"}).Draw(t, "stage"),
				Lane:      rapid.SampledFrom([]string{"", "", "emergency"}).Draw(t, "lane"),
				Waiting:   rapid.SampledFrom([]string{"", "", "court"}).Draw(t, "waiting"),
				Assignee:  rapid.SampledFrom([]string{"", "", "ada", "cyd"}).Draw(t, "assignee"),
				Country:   rapid.SampledFrom([]string{"", "", "NL", "PL"}).Draw(t, "country"),
				Authority: rapid.SampledFrom([]string{"", "", "", "NL-3", "PL-7"}).Draw(t, "authority"),
				Settles:   rapid.SampledFrom([]string{"", "", "judge", "nobody"}).Draw(t, "settles"),
				Open:      rapid.Bool().Draw(t, "open"),
				Outside:   rapid.Bool().Draw(t, "outside"),
				Limit:     rapid.IntRange(1, 500).Draw(t, "limit"),
			}
			if rapid.Bool().Draw(t, "bounded") {
				q.DueBefore = noon.Add(time.Duration(rapid.IntRange(0, 220).Draw(t, "minutes")) * time.Minute)
			}
			var want []docket.Row
			for _, r := range all {
				if asked(q, r) {
					want = append(want, r)
				}
			}
			if d := cmp.Diff(want, pages(t, s, q)); d != "" {
				t.Fatal(d)
			}
		})
	})
}

// A row that moves while somebody turns pages neither hides a row that stays
// nor shows it twice.
func TestPagesWhileRowsMove(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		all := fill(t, s, 200)
		stays := make(map[docket.Ref]int)
		for i, r := range all {
			if i%4 != 0 {
				stays[r.Case] = 0
			}
		}
		q := docket.Query{Limit: 10}
		for turn := 0; ; turn++ {
			rows, after, err := s.Rows(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if _, ok := stays[r.Case]; ok {
					stays[r.Case]++
				}
			}
			if after == "" {
				break
			}
			q.After = after
			for i, r := range all {
				if i%4 != 0 || i/4%20 != turn {
					continue
				}
				b := &docket.Batch{Case: r.Case, Expected: 1, Row: r}
				b.Row.Due = noon.Add(time.Duration(turn*37%100) * time.Minute)
				if turn%3 == 0 {
					b.Row.Due = time.Time{}
				}
				append1(t, s, b)
			}
		}
		for c, n := range stays {
			if n != 1 {
				t.Errorf("case %s was met %d times", c, n)
			}
		}
	})
}

func TestQueriesThatAreRefused(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		text := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
		for name, q := range map[string]docket.Query{
			"a page too large":   {Limit: 501},
			"a page below zero":  {Limit: -1},
			"no base64":          {After: "?"},
			"no number":          {After: text("soon 26A")},
			"no case":            {After: text("12 ")},
			"one word":           {After: text("12")},
			"a zero byte":        {After: text("12 26\x00")},
			"a number too large": {After: text("92233720368547758080 26A")},
			"no text":            {Stage: "\xff"},
		} {
			_, _, err := s.Rows(context.Background(), q)
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if rows, after, err := s.Rows(context.Background(), docket.Query{}); len(rows) != 0 || after != "" || err != nil {
			t.Errorf("an empty office: %v %q %v", rows, after, err)
		}
	})
}

// rangesOnly verifies that the pages people look at all day are ranges of an
// index, however many cases there are: nothing is scanned and nothing sorted.
func rangesOnly(t *testing.T, s *Store) {
	t.Helper()
	explain := map[string]string{"sqlite": "EXPLAIN QUERY PLAN ", "postgres": "EXPLAIN "}
	ctx := context.Background()
	if _, err := s.writer.ExecContext(ctx, "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	if s.dialect == &sqlite { // as it is in an office: nobody runs ANALYZE there
		if _, err := s.writer.ExecContext(ctx, "DELETE FROM sqlite_stat1"); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []docket.Query{
		{}, {Open: true}, {Assignee: "ada"}, {Assignee: "ada", Open: true}, {Stage: "received"}, {Authority: "NL-3"},
		{Country: "NL"}, {Outside: true}, {Settles: "judge"}, {Open: true, DueBefore: noon},
	} {
		for _, after := range []string{"", cursor(docket.Row{Case: "26000500", Due: noon})} {
			q.After = after
			mask, args, err := confine(q)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := s.writer.QueryContext(ctx, explain[s.dialect.name]+readRows(mask), append(args, 51)...)
			if err != nil {
				t.Fatal(err)
			}
			plan := planText(t, rows)
			for _, bad := range []string{"TEMP B-TREE", "Sort", "Seq Scan", "Bitmap"} {
				if strings.Contains(plan, bad) {
					t.Errorf("%+v:\n%s", q, plan)
				}
			}
			if s.dialect == &sqlite && strings.Contains(plan, "SCAN cases") && !strings.Contains(plan, "USING INDEX") {
				t.Errorf("%+v:\n%s", q, plan)
			}
		}
	}
}

// planText joins the last column of every row: both engines say it there.
func planText(t *testing.T, rows *sql.Rows) string {
	t.Helper()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var plan strings.Builder
	err = each(rows, func(rows *sql.Rows) error {
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			return err
		}
		fmt.Fprintln(&plan, *values[len(values)-1].(*any))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan.String()
}
