// Command rogatory screens cross-border requests for electronic evidence, and
// keeps the cases of an office that receives them.
//
// Exit status: 0 done; 1 could not, with what, where and what to do on standard
// error; 2 wrong usage; 3 a public log that was looked at raises alarms.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

type cli struct {
	Screen          screenCommand          `cmd:"" help:"Screen requests: the outcome proposed, every ground, what to ask, a narrower measure, the form of the answer."`
	Compare         compareCommand         `cmd:"" help:"Set a request beside the instruments: what each as written would oblige you to do, and what the floor does."`
	Rulebook        rulebookCommand        `cmd:"" help:"List, explain and check the safeguards."`
	Law             lawCommand             `cmd:"" help:"Search and show the law data: treaty clauses, national provisions, checks, traps."`
	Office          officeCommand          `cmd:"" help:"Example profiles to start your own from; the grounds; what your people could not do."`
	Init            initCommand            `cmd:"" help:"Make an office: a folder with its settings, its key and its databases."`
	Serve           serveCommand           `cmd:"" help:"Open the office: its door for requesters and staff, its timer, its letters. --demo makes one to try."`
	Invite          inviteCommand          `cmd:"" help:"Make a one-time link by which a person enrols a passkey."`
	Authority       authorityCommand       `cmd:"" help:"The register of authorities that may ask: enrol, change, suspend; two people each time."`
	Sign            signCommand            `cmd:"" help:"Sign an act with your role key: for judges, notifiers and oversight, away from the office's machine."`
	Request         requestCommand         `cmd:"" help:"For an authority that asks: send a request to an office, see how it stands, fetch what was released."`
	Case            caseCommand            `cmd:"" help:"Work on cases: take in, look, decide, grant, release, tell, and see what happened."`
	Ledger          ledgerCommand          `cmd:"" help:"The public log: begin it, publish, settle duties by signature, report, prove; check any office's log from outside."`
	Verify          verifyCommand          `cmd:"" help:"Check a proof file that somebody received, offline: what it proves, and what not."`
	Backup          backupCommand          `cmd:"" help:"Write a backup of the records while the office works. It holds no keys."`
	Restore         restoreCommand         `cmd:"" help:"Restore a backup of the records into an empty place, and check every chain."`
	RestoreReviewed restoreReviewedCommand `cmd:"" help:"Show whom restored records trust again, authorities and passkeys; the office opens once somebody has looked."`
	Keys            keysCommand            `cmd:"" help:"Back up, restore and rotate the keys of cases."`
	Version         versionCommand         `cmd:"" help:"Print the version of the program, the rulebook and the law data."`
}

func main() {
	collectLess()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// collectLess lets memory grow before it is tidied: a command is over before
// that would pay. Whoever sets GOGC knows better.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// run is main without the process, so that scripts can test it.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	exit := -1
	var c cli
	parser, err := kong.New(&c, kong.Name("rogatory"),
		kong.Description("Receives cross-border requests for somebody's data, and holds them to safeguards that nobody can switch off. It proposes; a named person signs."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exit = code }), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(stderr, "rogatory:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintf(stderr, "rogatory: %v; `rogatory --help` shows what there is\n", err)
		return 2
	}
	out := newTerminal(stdout, stderr)
	err = ctx.Run(&streams{stdin, stdout, stderr, out})
	if status := exitStatus(0); errors.As(err, &status) {
		return int(status)
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted; what the case history shows has happened, and nothing else")
	}
	if err != nil {
		fmt.Fprintln(stderr, "rogatory:", err)
		return 1
	}
	return 0
}

// streams are what a command reads from and writes to.
type streams struct {
	in    io.Reader
	out   io.Writer
	err   io.Writer
	paper *terminal
}

// working is the time in which a command works: it ends when somebody
// interrupts. What is durable by then has happened, and nothing else; a second
// interruption ends the program at once.
func (s *streams) working() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// program identifies the build: the revision it was made from, if known.
func program() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "rogatory"
	}
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			version += " " + s.Value
		}
	}
	return "rogatory " + version
}

type versionCommand struct{}

func (versionCommand) Run(s *streams) error {
	book, laws, err := books("")
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s\nrulebook %s\nlaw      %s\n", program(), book.SHA256(), laws.SHA256())
	return nil
}
