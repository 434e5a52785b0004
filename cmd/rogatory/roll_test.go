package main

import (
	"bytes"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/proof/role"
)

// A listed office is one whose file is followed, by a clock of the test.
type listed struct {
	*testing.T
	*settings
	name string
	log  bytes.Buffer
	mu   sync.Mutex
	now  time.Time
}

func newListed(t *testing.T, text string) *listed {
	t.Helper()
	l := &listed{T: t, name: filepath.Join(t.TempDir(), settingsFile), now: time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)}
	l.writes(text)
	var err error
	if l.settings, err = readSettings(l.name); err != nil {
		t.Fatal(err)
	}
	if err := l.follow(l.name, slog.New(slog.NewTextHandler(&l.log, nil)), l.clock); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *listed) clock() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

func (l *listed) writes(text string) {
	l.Helper()
	if err := os.WriteFile(l.name, []byte(text), 0o600); err != nil {
		l.Fatal(err)
	}
}

// later lets a second pass.
func (l *listed) later() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = l.now.Add(rereading)
}

func (l *listed) has(name string, want bool) {
	l.Helper()
	if _, ok := l.Find(name); ok != want {
		l.Errorf("%s is found: %v, want %v", name, ok, want)
	}
}

func listText(people string) string {
	return "profile = \"authority-de\"\nrehearsal = true\n" + people
}

func TestWhoIsTakenOffIsNobody(t *testing.T) {
	secret, err := role.Generate("Jo", true, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public := secret.Public().String()
	rosa := "[[person]]\nname = \"Rosa\"\nroles = [\"reviewer\"]\nmail = \"rosa@office.example\"\n"
	jo := "[[person]]\nname = \"Jo\"\nroles = [\"judge\"]\nkey = \"" + public + "\"\n"
	l := newListed(t, listText(rosa+jo))
	act := []byte("an act")
	sign := secret.Sign(act)

	l.writes(listText("[[person]]\nname = \"Jo\"\nroles = [\"judge\"]\nformer_keys = [\"" + public + "\"]\n"))
	l.has("Rosa", true) // it was looked at within the second
	if _, err := l.Signed("Jo", act, sign); err != nil {
		t.Error(err)
	}
	l.later()
	l.has("Rosa", false)
	if _, ok := l.BySubject("", "rosa@office.example"); ok {
		t.Error("who was taken off comes in by the provider")
	}
	if list := l.All(); len(list) != 1 {
		t.Errorf("people are %v", list)
	}
	if _, err := l.Signed("Jo", act, sign); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a key that was taken away signs: %v", err)
	}
	if err := l.Check("Jo", public, act, sign); err != nil {
		t.Errorf("what a key of before signed: %v", err)
	}
	if s := l.log.String(); !strings.Contains(s, "read anew") || strings.Contains(s, "WARN") {
		t.Errorf("the log says %s", s)
	}
}

func TestAListThatCannotBeReadChangesNothing(t *testing.T) {
	rosa, sami := "[[person]]\nname = \"Rosa\"\nroles = [\"reviewer\"]\n", "[[person]]\nname = \"Sami\"\nroles = [\"senior\"]\n"
	l := newListed(t, listText(rosa))
	for _, step := range []struct{ name, text, log string }{
		{"it does not parse", listText(sami) + "[[", "cannot be read anew"},
		{"somebody counts for two", listText(sami + sami), "look alike"},
		{"a setting that there is not", "rehearsel = true\n" + listText(sami), "there is no setting"},
		{"it is away", "", "no such file"},
	} {
		l.log.Reset()
		if step.text == "" {
			if err := os.Remove(l.name); err != nil {
				t.Fatal(err)
			}
		} else {
			l.writes(step.text)
		}
		for range 3 {
			l.later()
			l.has("Rosa", true)
			l.has("Sami", false)
		}
		if s := l.log.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, step.log) {
			t.Errorf("%s: the log says %q, want once %q", step.name, s, step.log)
		}
	}
	l.writes(listText(rosa + sami))
	l.later()
	l.has("Sami", true)
}

// TestOtherSettingsWaitForAStart reads nothing but people anew.
func TestOtherSettingsWaitForAStart(t *testing.T) {
	rosa := "[[person]]\nname = \"Rosa\"\nroles = [\"reviewer\"]\n"
	l := newListed(t, listText(rosa))
	l.writes("name = \"Another\"\n" + strings.Replace(listText(rosa+"[[person]]\nname = \"Sami\"\nroles = [\"senior\"]\n"), "rehearsal = true", "rehearsal = false", 1))
	l.later()
	l.has("Sami", true)
	if s := l.log.String(); !strings.Contains(s, "started again") || !l.Rehearsal || l.Name != "" {
		t.Errorf("rehearsal %v, name %q; the log says %s", l.Rehearsal, l.Name, s)
	}
}

func TestPeopleAreReadWhileManyAsk(t *testing.T) {
	rosa := "[[person]]\nname = \"Rosa\"\nroles = [\"reviewer\"]\n"
	l := newListed(t, listText(rosa))
	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			for range 50 {
				l.later()
				if _, ok := l.Find("rosa"); !ok {
					t.Error("Rosa is nobody for a moment")
				}
			}
		})
	}
	for i := range 20 {
		next := l.name + ".next"
		if err := os.WriteFile(next, []byte(listText(rosa)+strings.Repeat("#", i)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(next, l.name); err != nil {
			t.Fatal(err)
		}
	}
	asking.Wait()
}
