// Command story lives whole lives of cases through the public API of the real
// program, with real parts: its own mail server, passkeys, role keys, signatures
// and PostgreSQL, and a clock that is moved by ending the program and starting it
// again. Every life runs on both engines, in an office of its own.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rogatory/rogatory/tools/postgres"
)

// atOnce is how many lives run side by side: they mostly wait for the timer of
// their office.
const atOnce = 6

// A life is one whole story of an office.
type life struct {
	name    string
	profile string // of the office
	live    func(*office)
}

var lives = []life{
	{"a request is granted in part, kept secret for a time, told, challenged and erased", "authority-de", grantedInPart},
	{"a stranger with a stolen police mailbox learns nothing and lapses", "authority-de", strangerWithAMailbox},
	{"what was refused comes again in other words, and a wrong finding is corrected by two", "authority-de", refusedAndCorrected},
	{"questions are answered with a new document, and it goes on", "authority-de", questionsAnswered},
	{"what is too broad is narrowed, what comes the wrong way is redirected", "authority-de", narrowedAndRedirected},
	{"a court decides on paper, two enter the very same, and the grant ends on its day", "authority-de", decidedOnPaper},
	{"a provider objects to an order, and is made to execute it", "provider-de", objectedToAnEUOrder},
	{"the person challenges before anything has left", "authority-de", challengedInTime},
	{"secrecy is extended to the limit, held beyond it by an order, and over", "authority-de", secretToTheLimit},
	{"an emergency that no court looks at in time is undone", "authority-de", emergencyMissed},
	{"what is kept waits for the request that is linked to it", "provider-ie", keptAndLinked},
	{"a suspended authority is stopped in flight, and fetches nothing", "authority-de", suspendedInFlight},
	{"a judge's key is stolen, and everything granted since is frozen", "authority-de", judgesKeyStolen},
	{"a notice comes back, and the duty is open again", "authority-de", noticeBounces},
	{"the requester withdraws", "authority-de", requesterWithdraws},
	{"the court denies, the court above compels, and what does not hold is said", "authority-de", deniedAndCompelled},
	{"compelled and in public: the log counts it, and the report adds up", "authority-de", compelledInPublic},
	{"oversight sees and stops, for a time; the administrator sees nothing", "authority-de", overseen},
	{"the program is killed between steps, and the office goes on", "authority-de", killedBetweenSteps},
}

func main() {
	only := flag.String("life", "", "only lives whose name has `WORDS` in it")
	flag.Parse()
	failed, err := run(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "story:", err)
		os.Exit(1)
	}
	if failed > 0 {
		os.Exit(1)
	}
}

func run(only string) (failed int, err error) {
	var chosen []life
	for _, l := range lives {
		if strings.Contains(l.name, only) {
			chosen = append(chosen, l)
		}
	}
	if len(chosen) == 0 {
		return 0, fmt.Errorf("no life has %q in its name", only)
	}
	dir, err := os.MkdirTemp("", "story")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	program, err := build(dir)
	if err != nil {
		return 0, err
	}
	server, err := postgres.Start("")
	if errors.Is(err, postgres.ErrAbsent) {
		return 0, fmt.Errorf("both engines are told of, and one is missing: %w", err)
	}
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	for _, engine := range []string{"sqlite", "postgres"} {
		at := place{engine: engine, dir: filepath.Join(dir, engine), program: program, server: server}
		failed += at.all(chosen)
	}
	fmt.Printf("story: lives=%d engines=2 failed=%d\n", len(chosen), failed)
	return failed, nil
}

// build makes the program as its users do.
func build(dir string) (string, error) {
	if _, err := os.Stat(filepath.Join("cmd", "rogatory")); err != nil {
		return "", errors.New("no cmd/rogatory here; run it from the top of the project")
	}
	out := filepath.Join(dir, "rogatory")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-o", out, "./cmd/rogatory")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, text)
	}
	return out, nil
}

// A place is where the offices of one engine are made.
type place struct {
	engine, dir, program string
	server               *postgres.Server
}

// all lives some lives, a few at once, and says how each ended.
func (p *place) all(list []life) (failed int) {
	var mu sync.Mutex // guards failed and the screen
	var wait sync.WaitGroup
	seats := make(chan struct{}, atOnce)
	for i, l := range list {
		seats <- struct{}{}
		wait.Go(func() {
			defer func() { <-seats }()
			began := time.Now()
			err := p.one(i, l)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed++
				fmt.Printf("FAILED %s: %s\n%v\n", p.engine, l.name, err)
				return
			}
			fmt.Printf("ok     %-8s %5.1fs  %s\n", p.engine, time.Since(began).Seconds(), l.name)
		})
	}
	wait.Wait()
	return failed
}

// one opens an office, lives one life in it and looks at what is left.
func (p *place) one(i int, l life) (err error) {
	o := &office{place: p, name: fmt.Sprintf("life%d", i), now: begin, profile: l.profile}
	defer func() {
		switch ended := recover().(type) {
		case nil:
		case failure:
			err = fmt.Errorf("%s%s", ended.text, o.tail())
		default:
			o.close()
			panic(ended)
		}
		o.close()
	}()
	o.open()
	l.live(o)
	o.audit()
	return nil
}

// A failure ends a life.
type failure struct{ text string }

// fail ends a life with what was expected and what came.
func fail(format string, args ...any) {
	panic(failure{fmt.Sprintf(format, args...)})
}

// must ends a life on an error that is none of the story.
func must(err error) {
	if err != nil {
		fail("%v", err)
	}
}
