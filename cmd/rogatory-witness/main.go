// Command rogatory-witness watches public logs of offices from somebody else's
// machine. It cosigns what a log publishes, so that no log can show different
// pasts to different people, and it monitors: which promises are overdue, how
// often secrecy was extended, whether the past was rewritten.
//
// Exit status: 0 nothing to report; 3 alarms; 1 could not, with what, where and
// what to do on standard error; 2 wrong usage.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/rogatory/rogatory/witness/watch"
)

type cli struct {
	Keygen  keygenCommand  `cmd:"" help:"Make a witness: a folder with its key, and the public key that logs name it by."`
	Serve   serveCommand   `cmd:"" help:"Cosign what the logs publish that this witness knows, until somebody stops it."`
	Monitor monitorCommand `cmd:"" help:"Look at a log from its public files alone: what is overdue, how often secrecy was extended, whether the past was rewritten."`
	Check   checkCommand   `cmd:"" help:"Check the evidence of an alarm, offline: nobody's word is needed but the key of the log."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main without the process, so that scripts can test it.
func run(args []string, stdout, stderr io.Writer) int {
	exit := -1
	var c cli
	parser, err := kong.New(&c, kong.Name("rogatory-witness"),
		kong.Description("Watches the public logs of offices from outside. It needs no account and no secret of theirs."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exit = code }), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(stderr, "rogatory-witness:", err)
		return watch.Usage
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	line, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintf(stderr, "rogatory-witness: %v; `rogatory-witness --help` shows what there is\n", err)
		return watch.Usage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interruption ends the program at once
	s := &streams{ctx, stdout, stderr, 0}
	if err := line.Run(s); err != nil {
		fmt.Fprintln(stderr, "rogatory-witness:", err)
		s.status = max(s.status, watch.CouldNot)
	}
	return s.status
}

// streams are what a command works with: until when, where it writes, and with
// which status it ends.
type streams struct {
	ctx      context.Context
	out, err io.Writer
	status   int
}

type keygenCommand struct {
	Data string `required:"" help:"The folder to make." placeholder:"DIR"`
	Name string `required:"" help:"The name of the witness, like witness.example/rogatory." placeholder:"NAME"`
}

func (c *keygenCommand) Run(s *streams) error { return watch.Keygen(c.Data, c.Name, s.out) }

type serveCommand struct {
	Data   string `required:"" help:"The folder that keygen made." placeholder:"DIR"`
	Logs   string `help:"The list of logs, one verifier key a line; otherwise the file logs in the folder." placeholder:"FILE"`
	Listen string `default:"127.0.0.1:8480" help:"Where to listen. It speaks plain HTTP: put a server with TLS before it." placeholder:"ADDR"`
}

func (c *serveCommand) Run(s *streams) error {
	return watch.Witness{Data: c.Data, Logs: c.Logs, Listen: c.Listen}.Serve(s.ctx, s.out, slog.New(slog.NewTextHandler(s.err, nil)))
}

type monitorCommand struct {
	watch.Watcher
}

func (c *monitorCommand) Run(s *streams) error {
	var err error
	s.status, err = c.Watch(s.ctx, time.Now, s.out, s.err)
	return err
}

type checkCommand struct {
	watch.Checker
}

func (c *checkCommand) Run(s *streams) error { return c.Check(s.out) }
