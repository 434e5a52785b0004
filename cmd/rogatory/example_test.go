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

// TestFirstDecision lives the README's session word by word, from opening the
// demonstration to the first decision, in a folder that has of the clone what the
// lines name. Only the port and the reference are other ones.
func TestFirstDecision(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, session, _ := strings.Cut(string(page), "\n## An office\n")
	var script []string
	for line := range strings.Lines(session) {
		line, shown := strings.CutPrefix(strings.TrimSpace(line), "$ ")
		switch {
		case !shown:
		case strings.Contains(line, " serve --demo"):
			script = append(script, line+" --listen 127.0.0.1:0 > welcome 2>&1 &", "office=$!", "trap 'kill $office; wait $office' EXIT",
				"until grep -q Ctrl-C welcome; do kill -0 $office; sleep 0.1; done")
		case strings.Contains(line, "request submit"):
			script = append(script, line+" | tee receipt")
		case strings.HasPrefix(line, "CASE="):
			script = append(script, "CASE=$(grep -o '[0-9][0-9]-[0-9A-Z]*-[0-9A-Z]' receipt | head -1)")
		default:
			script = append(script, line)
		}
		if strings.Contains(line, "decide $CASE forward") {
			break
		}
	}
	if len(script) < 9 {
		t.Fatalf("the README has no session that ends in a decision: %q", script)
	}
	out := inFreshClone(t, strings.Join(script, "\n"))
	for _, want := range []string{`"receipt": "rogatory.receipt/1`, "sender verified", "assigned to Imke Brandt", "you may", "stage:forwarded, sender:verified, duty:open"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
}

// inFreshClone runs lines where there are the binary and the examples, and gives
// what they print.
func inFreshClone(t *testing.T, lines string) string {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal("there is no shell to run the lines with")
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
	cmd := exec.Command(shell, "-e", "-c", lines)
	cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, lines, out)
	}
	return string(out)
}
