package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/sequencer"
)

// furnish fills an office with something of everything.
func furnish(t testing.TB, s *Store) {
	t.Helper()
	for i := range 150 {
		b := batch(docket.Ref(fmt.Sprintf("26%03d", i)), nil, i*10, 3)
		b.Jobs = []docket.Job{{Key: fmt.Sprint("job", i), Case: b.Case, Kind: "k", At: noon}}
		b.Accounts, b.Facts = [][]byte{{byte(i)}, {0, byte(i)}}, bytes.Repeat([]byte{byte(i)}, i)
		b.Figures = []byte{1, byte(i)}
		b.Once = &docket.Once{Scope: "desk <&>", Key: fmt.Sprint(i), Body: sha256.Sum256([]byte{byte(i)})}
		b.Leaves = []docket.Leaf{leaf(b.Case, "1", "sealed"), leaf(b.Case, "1 notify", "public")}
		b.Leaves[0].Opening, b.Leaves[0].Deposit, b.Leaves[0].Urgent = []byte{2, byte(i)}, []byte{3, byte(i)}, i%70 == 0
		b.Row.Settles = "notifier"
		b.Row.Authority = "Ωmega \u2028 \"quoted\"\n"
		if i%2 == 0 {
			b.Row.Due = noon.Add(time.Hour)
		}
		append1(t, s, b)
	}
	ctx := context.Background()
	if _, err := s.Lease(ctx, noon, "n", noon.Add(time.Hour), 5); err != nil {
		t.Fatal(err)
	}
	if err := s.Bury(ctx, "job0", "n", "given up"); err != nil {
		t.Fatal(err)
	}
	log := s.Log()
	waiting, err := log.Waiting(ctx, sequencer.Sealed, 5)
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Wait(ctx, &sequencer.Waiting{Key: "roles", Class: sequencer.Document, Text: []byte("roles"), At: noon}, []byte("document")); err != nil {
		t.Fatal(err)
	}
	if err := log.Sequence(ctx, block(0, waiting...)); err != nil {
		t.Fatal(err)
	}
	if err := log.PutReceipt(ctx, "26070 1", []byte("receipt")); err != nil {
		t.Fatal(err)
	}
}

func backedUp(t testing.TB, s *Store) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := s.Backup(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// plain gives the lines of a backup.
func plain(t testing.TB, backup []byte) []string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(backup))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	return lines[:len(lines)-1] // nothing follows the last line feed
}

func packed(lines ...string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	for _, l := range lines {
		io.WriteString(w, l)
	}
	w.Close()
	return out.Bytes()
}

func TestBackupRestoresOnEitherEngine(t *testing.T) {
	for _, from := range engines {
		for _, to := range engines {
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				s := opened(t, from.fresh(t))
				furnish(t, s)
				backup := backedUp(t, s)
				where := to.fresh(t)
				if err := Restore(context.Background(), where, bytes.NewReader(backup), Restoring{}); err != nil {
					t.Fatal(err)
				}
				restored := opened(t, where)
				want, got := plain(t, backup), plain(t, backedUp(t, restored))
				if d := cmp.Diff(want[1:len(want)-1], got[1:len(got)-1]); d != "" {
					t.Error(d)
				}
				// It goes on where it stood.
				entries, _, err := restored.Entries(context.Background(), "26007", 0)
				if err != nil {
					t.Fatal(err)
				}
				append1(t, restored, batch("26007", entries, 5))
				goesOn(t, restored.Log())
				if err := Restore(context.Background(), where, bytes.NewReader(backup), Restoring{}); fault.KindOf(err) != fault.Conflict {
					t.Errorf("into an office that is not empty: %v", err)
				}
			})
		}
	}
}

func TestAnEmptyOfficeIsBackedUpToo(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		if err := s.restore(context.Background(), bytes.NewReader(backedUp(t, s)), Restoring{}); err != nil {
			t.Error(err)
		}
	})
}

// A backup made while others write is of one moment: it restores, which
// verifies every chain and every row.
func TestBackupWhileOthersWrite(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, cancel := context.WithCancel(context.Background())
		var wait sync.WaitGroup
		defer wait.Wait()
		defer cancel()
		for w := range 4 {
			wait.Go(func() {
				var last []docket.Entry
				for ctx.Err() == nil {
					b := batch(docket.Ref(fmt.Sprint("26", w)), last, 50, 50)
					if _, err := s.Append(context.Background(), b); err != nil {
						t.Error(err)
						return
					}
					last = append(last, b.Entries...)
				}
			})
		}
		for range 2 {
			time.Sleep(20 * time.Millisecond)
			where := engines[0].fresh(t)
			if err := Restore(context.Background(), where, bytes.NewReader(backedUp(t, s)), Restoring{}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// resealed makes the trailer right again after a change, as a forger would.
func resealed(lines []string, change func([]string) []string) []byte {
	body := change(append([]string(nil), lines[:len(lines)-1]...))
	rows := make(map[string]int)
	sum := sha256.New()
	for i, l := range body {
		io.WriteString(sum, l)
		if name, _, ok := strings.Cut(strings.TrimPrefix(l, `["`), `"`); ok && i > 0 {
			rows[name]++
		}
	}
	var counts []string
	for _, t := range tables {
		counts = append(counts, fmt.Sprintf("%q:%d", t.name, rows[t.name]))
	}
	return packed(append(body, fmt.Sprintf(`{"rows":{%s},"sha256":"%x"}`+"\n", strings.Join(counts, ","), sum.Sum(nil)))...)
}

// edit replaces text in the first line of a table.
func edit(name, from, to string) func([]string) []string {
	return func(lines []string) []string {
		for i, l := range lines {
			if strings.HasPrefix(l, `["`+name+`"`) && strings.Contains(l, from) {
				lines[i] = strings.Replace(l, from, to, 1)
				return lines
			}
		}
		panic("nothing to edit: " + from)
	}
}

func TestBackupsThatAreRefused(t *testing.T) {
	source := opened(t, engines[0].fresh(t))
	furnish(t, source)
	whole := backedUp(t, source)
	lines := plain(t, whole)
	n := len(lines)
	drop := func(name string) func([]string) []string {
		return func(lines []string) []string {
			for i, l := range lines {
				if strings.HasPrefix(l, `["`+name+`"`) {
					return append(lines[:i], lines[i+1:]...)
				}
			}
			panic("no " + name)
		}
	}
	bent := func(at int) []byte {
		b := bytes.Clone(whole)
		b[at] ^= 0x10
		return b
	}
	cases := []struct {
		name   string
		backup []byte
		want   string // in the error
	}{
		{"nothing", nil, "this is not a backup"},
		{"something else", []byte("PGDMP and so on"), "this is not a backup"},
		{"another file, compressed", packed("{}\n"), "line 1: this is not a backup of format"},
		{"a later format", packed(strings.Replace(lines[0], "backup/1", "backup/2", 1)), "this is not a backup of format"},
		{"another version", packed(strings.Replace(lines[0], `"migration":3`, `"migration":4`, 1)), "database version 4"},
		{"cut in the compression", whole[:len(whole)/2], "cut off"},
		{"cut by its last byte", whole[:len(whole)-1], "cut off"},
		{"cut after the header", whole[:12], "cut off"},
		{"a bit flipped", bent(len(whole) / 2), "line "},
		{"the checksum flipped", bent(len(whole) - 6), "damaged"},
		{"cut in a line", packed(append(lines[:n/2:n/2], `["jobs","x`)...), "cut off"},
		{"without trailer", packed(lines[:n-1]...), "without its trailer"},
		{"something after the trailer", packed(append(lines[:n:n], "{}\n")...), "after the trailer"},
		{"two trailers in a line", packed(append(lines[:n-1:n-1], strings.TrimSuffix(lines[n-1], "\n")+lines[n-1])...), "more than one object"},
		{"two backups", append(bytes.Clone(whole), whole...), "after the trailer"},
		{"a row left out", packed(drop("facts")(append([]string(nil), lines...))...), "hash to"},
		{"a row altered", packed(edit("cases", `"NL"`, `"DE"`)(append([]string(nil), lines...))...), "hash to"},
		{"counts altered", packed(append(lines[:n-1:n-1], strings.Replace(lines[n-1], `"jobs":150`, `"jobs":149`, 1))...), "150 rows of jobs and not 149"},
		{"a trailer of another kind", packed(append(lines[:n-1:n-1], `{"more":1}`+"\n")...), "the trailer"},
		{"a line that is no row", packed(lines[0], "7\n"), "neither a row"},
		{"an empty line", packed(lines[0], "\n"), "neither a row"},
		{"a row of no table", packed(lines[0], "[7]\n"), "no table"},
		{"a table of its own", packed(lines[0], `["keys","x"]`+"\n"), `"keys" where it has no place`},
		{"tables out of order", packed(lines[0], lines[n-2], lines[1]), "no place"},
		{"too few columns", packed(lines[0], `["facts","26A"]`+"\n"), "1 columns and not 2"},
		{"a null", packed(lines[0], `["facts","26A",null]`+"\n"), "no record"},
		{"a text for a number", resealed(lines, edit("jobs", ",0]", `,"0"]`)), "dead"},
		{"half a number", resealed(lines, edit("jobs", ",0]", ",0.5]")), "dead"},
		{"no base64", packed(lines[0], `["facts","26A","*"]`+"\n"), "record"},
		{"a forged entry", resealed(lines, edit("events", `",2,`, `",3,`)), "does not continue its chain"},
		{"an entry of another time", resealed(lines, edit("events", ",17", ",18")), "does not continue its chain"},
		{"an entry left out", resealed(lines, drop("events")), "does not continue its chain"},
		{"a short hash", resealed(lines, func(l []string) []string {
			for i := range l {
				if strings.HasPrefix(l[i], `["events"`) {
					l[i] = l[i][:strings.LastIndex(l[i], `,"`)] + `,"AAAA"]` + "\n"
					return l
				}
			}
			return l
		}), "another length"},
		{"a case left out", resealed(lines, drop("cases")), "an entry beyond its row"},
		{"a row that stands elsewhere", resealed(lines, edit("cases", `",2,"`, `",1,"`)), "does not stand at its last entry"},
		{"a case twice", resealed(lines, func(l []string) []string { return append([]string{l[0], l[1]}, l[1:]...) }), "write cases"},
	}
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			s := opened(t, e.fresh(t))
			for _, c := range cases {
				err := s.restore(context.Background(), bytes.NewReader(c.backup), Restoring{})
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%s: %v, want %q", c.name, err, c.want)
					continue
				}
				if kind := fault.KindOf(err); kind != fault.Invalid && c.name != "a case twice" {
					t.Errorf("%s: of kind %d", c.name, kind)
				}
			}
			// The office is as empty as before.
			if err := s.restore(context.Background(), bytes.NewReader(whole), Restoring{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// endless is a line that does not end.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'A'
	}
	return len(b), nil
}

func TestALineThatDoesNotEnd(t *testing.T) {
	l := newLines(io.MultiReader(strings.NewReader("first\n"), endless{}))
	if line, err := l.next(); string(line) != "first\n" || err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	_, err := l.next()
	wantKind(t, err, fault.Invalid)
	if err == nil || !strings.Contains(err.Error(), "line 2: a line of more than") {
		t.Error(err)
	}
}
