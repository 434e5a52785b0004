package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/shelf"
	"github.com/rogatory/rogatory/store"
)

// A desk runs the program, where the test has its folders.
type desk struct{ *testing.T }

// does runs a command that succeeds, and gives what it prints.
func (d desk) does(args ...string) string {
	d.Helper()
	return d.answers("", args...)
}

func (d desk) answers(typed string, args ...string) string {
	d.Helper()
	var out, errs bytes.Buffer
	if code := run(args, strings.NewReader(typed), &out, &errs); code != 0 {
		d.Fatalf("%v: exit %d: %s", args, code, &errs)
	}
	return out.String()
}

// fails runs a command that fails, and says why.
func (d desk) fails(want string, args ...string) {
	d.Helper()
	var out, errs bytes.Buffer
	if code := run(args, strings.NewReader(""), &out, &errs); code != 1 || !strings.Contains(errs.String(), want) {
		d.Errorf("%v: exit %d, %s%s; want %q", args, code, &out, &errs, want)
	}
}

// edits changes the settings of an office.
func (d desk) edits(dir, from, to string) {
	d.Helper()
	name := filepath.Join(dir, settingsFile)
	text, err := os.ReadFile(name)
	if err != nil {
		d.Fatal(err)
	}
	if !bytes.Contains(text, []byte(from)) {
		d.Fatalf("%s does not contain %q", name, from)
	}
	if err := os.WriteFile(name, bytes.Replace(text, []byte(from), []byte(to), 1), 0o600); err != nil {
		d.Fatal(err)
	}
}

// occupied is an address that somebody else listens on: an office that would
// open says so, and ends.
func (d desk) occupied() string {
	d.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

const opens = "cannot be listened on" // what an office says that would have opened

func TestOnlyADemonstrationOpensAsOne(t *testing.T) {
	d := desk{t}
	t.Setenv("TMPDIR", t.TempDir())
	office, rehearsal, made := filepath.Join(t.TempDir(), "office"), filepath.Join(t.TempDir(), "rehearsal"), filepath.Join(t.TempDir(), "made")
	d.does("init", office)
	d.does("init", "--rehearsal", rehearsal)
	d.fails("a real office is wanted", "init", "--demo", filepath.Join(t.TempDir(), "none"))
	d.does("init", "--rehearsal", "--demo", made)
	busy := d.occupied()

	d.fails("is a real office", "serve", "--demo", "--data", office)
	d.fails("was not made as a demonstration", "serve", "--demo", "--data", rehearsal)
	d.fails("says where it listens", "serve", "--demo", "--data", made, "--listen", busy)
	for _, dir := range []string{rehearsal, made} {
		d.edits(dir, "# [serve]", "[serve]\nlisten = \""+busy+"\"\n")
		d.fails(opens, "serve", "--data", dir)
	}
	d.fails(opens, "serve", "--demo", "--data", made)

	// Whoever works in a real office all day, and wants to see a demonstration.
	t.Setenv("ROGATORY_DATA", office)
	d.fails(opens, "serve", "--demo", "--listen", busy)
	d.edits(office, "rehearsal = false", "rehearsal = true")
	d.fails("the office was made as no rehearsal", "serve", "--demo", "--data", office)
}

func TestADemonstrationIsTakenUpAgain(t *testing.T) {
	d := desk{t}
	dir, busy := filepath.Join(t.TempDir(), "demo"), d.occupied()
	for range 2 {
		if _, err := makeDemo(t.Context(), &inFolder{Data: dir}, ""); err != nil {
			t.Fatal(err)
		}
	}
	d.edits(dir, "127.0.0.1:8700", busy)
	d.fails(opens, "serve", "--demo", "--data", dir)
}

// TestTheWordOnAnOfficeIsTakenAway removes what an office was made as from its
// records.
func TestTheWordOnAnOfficeIsTakenAway(t *testing.T) {
	d := desk{t}
	dir := filepath.Join(t.TempDir(), "office")
	t.Setenv("ROGATORY_DATA", dir)
	d.does("init", dir)
	d.edits(dir, "points = []\n", "")
	name := filepath.Join(dir, settingsFile)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(text, staffText...), 0o600); err != nil {
		t.Fatal(err)
	}
	d.does("case", "new", "--as", "Imke", "../../examples/cases/leg-13.json")
	forget := func() {
		t.Helper()
		records, err := store.Open(t.Context(), filepath.Join(dir, "office.db"))
		if err != nil {
			t.Fatal(err)
		}
		if err := records.RemovePaper(t.Context(), "office", "nature", 0); err != nil {
			t.Fatal(err)
		}
		if err := records.Close(); err != nil {
			t.Fatal(err)
		}
	}
	forget()
	d.edits(dir, "rehearsal = false", "rehearsal = true")
	d.fails("the office was made as no rehearsal", "case", "list", "--as", "Rosa")
	d.edits(dir, "rehearsal = true", "rehearsal = false")
	d.does("case", "list", "--as", "Rosa")
	forget() // it was written anew
}

func TestARehearsalOpensNoPaperOfAnOffice(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "office")
	desk{t}.does("init", dir)
	o, err := (&inFolder{Data: dir}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	ctx := t.Context()
	if err := shelf.DrawerOf[string](o.shelf, "authority").Put(ctx, &shelf.Item[string]{ID: "a", Value: "enrolled"}); err != nil {
		t.Fatal(err)
	}
	for as, opens := range map[nature]bool{{}: true, {Rehearsal: true}: false, {Rehearsal: true, Demo: true}: false} {
		s, err := o.shelfAs(ctx, as)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := shelf.DrawerOf[string](s, "authority").Get(ctx, "a"); (err == nil) != opens {
			t.Errorf("opened as %+v: %v", as, err)
		}
	}
}

// TestRestoredRecordsAreLookedAt restores an office in which meanwhile people were
// signed out and authorities suspended.
func TestRestoredRecordsAreLookedAt(t *testing.T) {
	d := desk{t}
	dir := filepath.Join(t.TempDir(), "office")
	if _, err := makeDemo(t.Context(), &inFolder{Data: dir}, ""); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ROGATORY_DATA", dir)
	d.edits(dir, "127.0.0.1:8700", d.occupied())
	o, err := (&inFolder{Data: dir}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range passing {
		if err := shelf.DrawerOf[string](o.shelf, kind).Put(t.Context(), &shelf.Item[string]{ID: "a", Owner: "olga petrova"}); err != nil {
			t.Fatal(err)
		}
	}
	key := map[string]any{"label": "the key she lost", "made": time.Now()}
	if err := shelf.DrawerOf[map[string]any](o.shelf, "passkey").Put(t.Context(), &shelf.Item[map[string]any]{ID: "a", Owner: "olga petrova", Value: key}); err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "records.backup")
	if out := d.does("restore-reviewed"); !strings.Contains(out, "nothing to look at") {
		t.Errorf("before it was restored: %s", out)
	}
	d.does("backup", backup)
	if out := d.does("restore", backup, "--into", "restored.db"); !strings.Contains(out, "Left out: sessions") {
		t.Errorf("restore does not say what it leaves out: %s", out)
	}
	d.edits(dir, "rehearsal = true\n", "rehearsal = true\nrecords = \"restored.db\"\n")

	d.fails("nobody has looked yet", "serve")
	d.fails("stays closed", "restore-reviewed")
	d.fails("nobody has looked yet", "serve", "--demo", "--data", dir)
	out := d.answers("yes\n", "restore-reviewed")
	for _, want := range []string{"tr-ca", "key 1", "in force until", "Olga Petrova: passkey the key she lost", "can be opened"} {
		if !strings.Contains(out, want) {
			t.Errorf("what came back is shown without %q: %s", want, out)
		}
	}
	d.fails(opens, "serve")
	records, err := store.Open(t.Context(), filepath.Join(dir, "restored.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer records.Close()
	for _, kind := range passing {
		if list, err := records.Papers(t.Context(), kind, "", "", 10); err != nil || len(list) > 0 {
			t.Errorf("of kind %s came back %v, %v", kind, list, err)
		}
	}
}

// TestARealOfficeSaysHowItIsReached, and that it has no way out for letters.
func TestARealOfficeSaysHowItIsReached(t *testing.T) {
	d := desk{t}
	dir := filepath.Join(t.TempDir(), "office")
	t.Setenv("ROGATORY_DATA", dir)
	d.does("init", dir)
	d.edits(dir, "# [serve]", "[serve]\nlisten = \""+d.occupied()+"\"\n")
	d.fails("there is no reply", "serve")
	d.edits(dir, "# reply = \"…\"", "reply = \"requests@office.example\"")
	d.fails("no mail server is set", "serve")
	d.fails(opens, "serve")
	mail := "[mail]\nserver = \"mail.office.example:587\"\nfrom = \"requests@office.example\"\ntls = \"required\"\n"
	d.edits(dir, "[serve]", mail+"[serve]")
	var out, errs bytes.Buffer
	if code := run([]string{"serve"}, strings.NewReader(""), &out, &errs); code != 1 || strings.Contains(errs.String(), "no mail server") || !strings.Contains(errs.String(), opens) {
		t.Errorf("with a mail server: exit %d, %s", code, &errs)
	}
}
