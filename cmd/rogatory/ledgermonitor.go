package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/rogatory/rogatory/witness/watch"
)

// An exitStatus ends the program with a status of its own, and says nothing more.
type exitStatus int

// Error says which.
func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

type ledgerMonitor struct{ watch.Watcher }

// Run looks at a public log from outside: status 0 nothing to report, 3 alarms, 1
// it could not be looked at.
func (c *ledgerMonitor) Run(s *streams) error {
	ctx, stop := s.working()
	defer stop()
	status, err := c.Watch(ctx, time.Now, s.out, s.err)
	if err != nil && status != watch.Usage {
		return err
	}
	if err != nil {
		fmt.Fprintln(s.err, "rogatory:", err)
	}
	if status != watch.Nothing {
		return exitStatus(status)
	}
	return nil
}

type ledgerVerify struct{ watch.Checker }

// Run checks the evidence of an alarm, offline.
func (c *ledgerVerify) Run(s *streams) error { return c.Check(s.out) }

type ledgerWitness struct {
	Keygen witnessKeygen `cmd:"" help:"Make a witness in a folder."`
	Serve  witnessServe  `cmd:"" help:"Cosign the checkpoints of the logs in the list."`
}

type witnessKeygen struct {
	Dir  string `arg:"" help:"A folder that does not exist yet." type:"path"`
	Name string `arg:"" help:"How the witness is called, for good: witness.example."`
}

// Run makes a witness.
func (c *witnessKeygen) Run(s *streams) error { return watch.Keygen(c.Dir, c.Name, s.out) }

type witnessServe struct {
	Dir    string `arg:"" help:"The folder that keygen made." type:"existingdir"`
	Logs   string `help:"The logs it knows, instead of the file in the folder." placeholder:"FILE" type:"path"`
	Listen string `help:"Where to listen." default:"127.0.0.1:8790" placeholder:"ADDR"`
}

// Run cosigns until somebody stops it.
func (c *witnessServe) Run(s *streams) error {
	ctx, stop := s.working()
	defer stop()
	log := slog.New(slog.NewTextHandler(s.err, nil))
	return watch.Witness{Data: c.Dir, Logs: c.Logs, Listen: c.Listen}.Serve(ctx, s.out, log)
}
