package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/office"
)

// TestExampleOffices reads the commented examples as an office would, and wants
// their people to be able to do everything.
func TestExampleOffices(t *testing.T) {
	for _, c := range []struct {
		dir    string
		people int // the court, oversight and whoever runs the machine not counted
		bound  int
	}{{"five", 5, 0}, {"two", 2, 1}} {
		t.Run(c.dir, func(t *testing.T) {
			s, err := (&inFolder{Data: "../../examples/office/" + c.dir}).read()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := office.Example(s.Profile); err != nil {
				t.Error(err)
			}
			for _, says := range lifecycle.Staffing(s.members()) {
				t.Error(says)
			}
			working := lifecycle.RolesOf(lifecycle.Intake, lifecycle.Reviewer, lifecycle.Senior, lifecycle.Custodian, lifecycle.Notifier)
			people, bound := 0, 0
			for _, m := range s.members() {
				switch {
				case m.Roles&working == 0:
				case m.Bound:
					bound++
				default:
					people++
				}
			}
			if people != c.people || bound != c.bound {
				t.Errorf("%d people and %d bound outsiders, want %d and %d", people, bound, c.people, c.bound)
			}
		})
	}
}

// firstLines are the first thing somebody tries on a fresh clone.
const firstLines = `
bin/rogatory init office --office authority-de
cp examples/office/five/office.toml office/
bin/rogatory case new --data office --as 'Imke Brandt' --channel registered --authenticated examples/cases/leg-13.json
`

// TestFirstLines runs them, word by word, in a folder that has of the clone what
// they name.
func TestFirstLines(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal("there is no shell to run the first lines with")
	}
	dir := t.TempDir()
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{examples: "examples", build(t): "bin"} {
		if err := os.Symlink(from, filepath.Join(dir, to)); err != nil {
			t.Fatalf("no links here: %v", err)
		}
	}
	cmd := exec.Command(shell, "-e", "-c", firstLines)
	cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"LEG-13", "stage:screened, sender:verified, duty:open", "proposed  forward"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
	page, err := os.ReadFile("../../docs/cases.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.TrimSpace(firstLines)) {
		if !strings.Contains(string(page), "$ "+strings.TrimSpace(line)) {
			t.Errorf("docs/cases.md does not show: %s", line)
		}
	}
}
